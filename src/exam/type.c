/*
 * type.c - the type of a part by its first bytes, and by its name where bytes do not tell.
 *
 * Numbers: APPNOTE.TXT (zip), [MS-CFB] 2.2, ISO 32000-1 7.5.2, [MS-SHLLINK] 2.1, [MS-ONESTORE] 2.3.1, ECMA-119
 * (ISO), PE/COFF, and file(1)'s magic for the rest. HTML by what browsers sniff for (WHATWG MIME Sniffing, 7.1).
 */
#include "exam/type.h"

#include "base/load.h"
#include "base/line.h"
#include "base/text.h"

#include <string.h>

#define LOOK      4096 /* bytes that tell */
#define TAIL      512  /* of an image of a disk that has its description at its end */
#define ISO_AT    0x8001
#define TAR_AT    257
#define EXTENSION_MAX 20 /* of one that we know, with its NUL */
#define FIELDS    64   /* of a header, in which one is looked for that only mails have */

static const struct {
	const char *name;
	enum type_kind kind;
} types[TYPES] = {
#define TYPE(id, name, kind) [TYPE_##id] = { name, kind },
#include "exam/type.def"
#undef TYPE
};

const char *type_name(enum type type)
{
	return types[type].name;
}

enum type_kind type_kind(enum type type)
{
	return types[type].kind;
}

struct magic {
	uint16_t at;
	uint8_t len;
	const char *bytes;
	enum type type;
};

#define MAGIC(at, bytes, type) { at, sizeof(bytes) - 1, bytes, TYPE_##type }

/* The first that fits counts. */
static const struct magic magics[] = {
	MAGIC(0, "PK\3\4", ZIP), MAGIC(0, "PK\5\6", ZIP), MAGIC(0, "PK\7\10PK", ZIP),
	MAGIC(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
	MAGIC(0, "ActiveMime", MSO),
	MAGIC(0, "%PDF-", PDF),
	MAGIC(0, "{\\rt", RTF),
	MAGIC(0, "\xff\xd8\xff", JPEG), MAGIC(0, "\x89PNG\r\n\x1a\n", PNG), MAGIC(0, "GIF8", GIF),
	MAGIC(0, "\x78\x9f\x3e\x22", TNEF),
	MAGIC(0, "\x4c\0\0\0\1\x14\2\0", LNK),
	MAGIC(0, "7z\xbc\xaf\x27\x1c", SEVENZIP), MAGIC(0, "Rar!\x1a\7", RAR), MAGIC(0, "MSCF\0\0\0\0", CAB),
	MAGIC(0, "\x1f\x8b\x08", GZIP), MAGIC(0, "BZh", BZIP2), MAGIC(0, "\xfd" "7zXZ\0", XZ),
	MAGIC(0, "\x28\xb5\x2f\xfd", ZSTD), MAGIC(0, "LZIP", LZIP), MAGIC(0, "\x1f\x9d", COMPRESS),
	MAGIC(2, "-lh", LHA), MAGIC(2, "-lz", LHA), MAGIC(0, "\x60\xea", ARJ), MAGIC(7, "**ACE**", ACE),
	MAGIC(0, "ALZ\1", RARE), MAGIC(0, "EGGA", RARE), MAGIC(0, "zPQ", RARE), MAGIC(0, "7kSt", RARE), MAGIC(0, "StuffIt", RARE),
	MAGIC(0, "SIT!", RARE), MAGIC(0, "!BDN", RARE), /* folders of Outlook */ MAGIC(0, "\0\5\x16\0\0\2", RARE), /* AppleSingle */ MAGIC(0, "xar!", XAR), MAGIC(0, "!<arch>\n", AR), MAGIC(0, "070701", CPIO), MAGIC(0, "070702", CPIO),
	MAGIC(0, "070707", CPIO), MAGIC(0, "MSWIM\0\0\0", WIM), MAGIC(TAR_AT, "ustar", TAR),
	MAGIC(0, "conectix", VHD), MAGIC(0, "vhdxfile", VHDX),
	MAGIC(0, "\x7f" "ELF", ELF), MAGIC(0, "\xfe\xed\xfa\xce", MACHO), MAGIC(0, "\xfe\xed\xfa\xcf", MACHO),
	MAGIC(0, "\xce\xfa\xed\xfe", MACHO), MAGIC(0, "\xcf\xfa\xed\xfe", MACHO),
	MAGIC(0, "ITSF\3\0\0\0", CHM),
	MAGIC(0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", ONENOTE),
	MAGIC(0, "\0\1\0\0Standard ", ACCESS),
	MAGIC(0, "FWS", FLASH), MAGIC(0, "CWS", FLASH), MAGIC(0, "ZWS", FLASH),
	MAGIC(0, "%!PS", POSTSCRIPT), MAGIC(0, "\xc5\xd0\xd3\xc6", POSTSCRIPT),
	MAGIC(0, "\xd7\xcd\xc6\x9a", METAFILE), MAGIC(40, " EMF", METAFILE),
	MAGIC(0, "BM", PICTURE), MAGIC(0, "II*\0", PICTURE), MAGIC(0, "MM\0*", PICTURE),
	MAGIC(0, "8BPS", PICTURE), MAGIC(8, "WEBP", PICTURE), MAGIC(4, "ftypheic", PICTURE),
	MAGIC(4, "ftypmif1", PICTURE), MAGIC(4, "ftypavif", PICTURE),
	MAGIC(4, "ftyp", MEDIA), MAGIC(0, "ID3", MEDIA), MAGIC(0, "OggS", MEDIA), MAGIC(0, "fLaC", MEDIA),
	MAGIC(8, "WAVE", MEDIA), MAGIC(8, "AVI ", MEDIA), MAGIC(0, "\x1a\x45\xdf\xa3", MEDIA),
	MAGIC(0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", MEDIA), MAGIC(0, "\xff\xfb", MEDIA),
	MAGIC(0, "\0\1\0\0\0", FONT), MAGIC(0, "OTTO", FONT), MAGIC(0, "wOFF", FONT), MAGIC(0, "wOF2", FONT),
	MAGIC(0, "\x09\0\4\0", XLS_OLD), MAGIC(0, "\x09\2\6\0", XLS_OLD), MAGIC(0, "\x09\4\6\0", XLS_OLD),
	MAGIC(0, "\x76\xe8\x04\x60\xc4\x11\xe3\x86", RPMSG),
	MAGIC(0, "-----BEGIN PGP ", PGP), MAGIC(0, "regf", REGISTRY),
	MAGIC(0, "ID;P", SYLK),
	MAGIC(0, "#@~^", JSCRIPT),
	MAGIC(0, "Windows Registry Editor", REGISTRY), MAGIC(0, "REGEDIT4", REGISTRY),
	MAGIC(0, "[InternetShortcut]", URLFILE), MAGIC(0, "[Desktop Entry]", URLFILE),
};

static bool bytes_at(struct span bytes, size_t at, const char *what, size_t len)
{
	return bytes.len >= at + len && memcmp(bytes.ptr + at, what, len) == 0;
}

/* A program of DOS or Windows; "MZ" alone is a text as well, so the header must make sense. */
static enum type type_of_mz(struct span bytes)
{
	if (bytes.len >= 64 && bytes_at(bytes, ld_le32(bytes.ptr + 60), "PE\0\0", 4))
		return TYPE_PE;
	return TYPE_DOS;
}

/* 0xcafebabe: Java has its version next (45 and more), fat Mach-O the small number of its parts. */
static enum type type_of_cafebabe(struct span bytes)
{
	return bytes.len >= 8 && ld_be32(bytes.ptr + 4) < 40 ? TYPE_MACHO : TYPE_JAVA;
}

/* Images of disks: described at 32 KiB, in the first sector's signature, or at the end. */
static enum type type_of_image(struct span bytes)
{
	if (bytes_at(bytes, ISO_AT, "CD001", 5) || bytes_at(bytes, ISO_AT, "BEA01", 5))
		return bytes_at(bytes, ISO_AT, "CD001", 5) ? TYPE_ISO : TYPE_UDF;
	if (bytes.len >= TAIL && bytes_at(bytes, bytes.len - TAIL, "conectix", 8))
		return TYPE_VHD;
	if (bytes.len >= TAIL && bytes_at(bytes, bytes.len - TAIL, "koly", 4))
		return TYPE_DMG;
	if (bytes.len >= 16384 && bytes_at(bytes, 510, "\x55\xaa", 2) &&
	    (bytes.ptr[0] == 0xeb || bytes.ptr[0] == 0xe9 || bytes_at(bytes, 512, "EFI PART", 8) ||
	     (bytes.ptr[446] & 0x7f) == 0))
		return TYPE_DISK;
	return TYPE_UNKNOWN;
}

/* --- text --- */

/* No zero, and few controls: what an editor would show. */
static bool is_text(struct span bytes)
{
	size_t n = bytes.len < LOOK ? bytes.len : LOOK, odd = 0;

	for (size_t i = 0; i < n; i++) {
		uint8_t c = bytes.ptr[i];

		if (c == 0)
			return false;
		odd += c < 32 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b;
	}
	return odd * 50 <= n;
}

static bool is_utf16(struct span bytes)
{
	return bytes_at(bytes, 0, "\xff\xfe", 2) || bytes_at(bytes, 0, "\xfe\xff", 2);
}

static struct span without_blanks(struct span text)
{
	while (text.len && (*text.ptr <= ' '))
		text = (struct span){ text.ptr + 1, text.len - 1 };
	return text;
}

/* The first of these that stands in the beginning of a text of angle brackets. */
static const struct {
	const char *word;
	enum type type;
} roots[] = {
	{ "<?mso-application", TYPE_XML }, { "<w:worddocument", TYPE_XML }, { "<pkg:package", TYPE_XML },
	{ "<package xmlns=\"http://schemas.microsoft.com", TYPE_XML },	    { "<office:document", TYPE_XML },
	{ "<hta:application", TYPE_HTA }, { "<svg", TYPE_SVG },	     { "<!doctype html", TYPE_HTML },
	{ "<html", TYPE_HTML },		  { "<job", TYPE_WSF },	     { "<package", TYPE_WSF },
	{ "<scriptlet", TYPE_WSF },	  { "<plist", TYPE_MOBILECONFIG }, { "<pcsettings", TYPE_SETTINGS },
	{ "<librarydescription", TYPE_SETTINGS }, { "<persistedquery", TYPE_SETTINGS },
	{ "<searchconnectordescription", TYPE_SETTINGS },
};

static enum type type_of_brackets(struct span text)
{
	static const char *const html[] = { "<head", "<body", "<script", "<iframe", "<h1", "<div", "<font", "<table",
					    "<a ", "<style", "<title", "<b>", "<br", "<p>", "<p ", "<meta", "<img",
					    "<form", "<center", "<!--" };
	struct span look = { text.ptr, text.len < LOOK ? text.len : LOOK };
	const uint8_t *at;

	while ((at = memchr(look.ptr, '<', look.len)) != NULL) {
		look = (struct span){ at, (size_t)(look.ptr + look.len - at) };
		for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
			if (line_starts(look, roots[i].word))
				return roots[i].type;
		look = (struct span){ look.ptr + 1, look.len - 1 };
	}
	for (size_t i = 0; i < sizeof(html) / sizeof(html[0]); i++)
		if (line_starts(text, html[i]))
			return TYPE_HTML;
	return line_starts(text, "<?xml") || line_starts(text, "<") ? TYPE_XML : TYPE_TEXT;
}

/* Behind the first line; empty at the end. */
static struct span behind_line(struct span text)
{
	const uint8_t *end = memchr(text.ptr, '\n', text.len);
	size_t n = end ? (size_t)(end + 1 - text.ptr) : text.len;

	return (struct span){ text.ptr + n, text.len - n };
}

/* A field of a header at the start of the text; `known` when mails have it. */
static bool is_field(struct span *text, bool *known)
{
	static const char *const names[] = { "from:", "to:", "subject:", "received:", "date:", "message-id:",
					     "return-path:", "delivered-to:", "mime-version:", "content-type:",
					     "reply-to:", "authentication-results:", "dkim-signature:", "arc-", "x-" };
	size_t n = 0;

	while (n < text->len && n < 78 && text->ptr[n] > ' ' && text->ptr[n] < 127 && text->ptr[n] != ':')
		n++;
	if (n == 0 || n == text->len || text->ptr[n] != ':')
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		*known |= line_starts(*text, names[i]);
	do
		*text = behind_line(*text);
	while (text->len && (*text->ptr == ' ' || *text->ptr == '\t'));
	return true;
}

/* Two fields and more, of which one is a mail's, or one if its name says so, too; in front of them may be a line of
 * mbox. Who writes a mail may begin it with fields that nobody knows. */
static bool is_message(struct span text, enum type promised)
{
	bool known = false;
	unsigned fields = 0;

	if (line_starts(text, "from "))
		text = behind_line(text);
	while (fields < FIELDS && !(known && fields >= 2) && is_field(&text, &known))
		fields++;
	return known && (fields >= 2 || promised == TYPE_MESSAGE);
}

struct extension {
	char name[EXTENSION_MAX];
	enum type type;
};

static const struct extension extensions[] = {
	{ "txt", TYPE_TEXT }, { "log", TYPE_TEXT }, { "md", TYPE_TEXT }, { "csv", TYPE_CSV }, { "tsv", TYPE_CSV },
	{ "htm", TYPE_HTML }, { "html", TYPE_HTML }, { "xhtml", TYPE_HTML }, { "shtml", TYPE_HTML }, { "xht", TYPE_HTML },
	{ "svg", TYPE_SVG }, { "xml", TYPE_XML }, { "xsl", TYPE_XML }, { "mht", TYPE_MHTML }, { "mhtml", TYPE_MHTML },
	{ "hta", TYPE_HTA }, { "js", TYPE_JSCRIPT }, { "jse", TYPE_JSCRIPT }, { "vbs", TYPE_VBSCRIPT },
	{ "vbe", TYPE_VBSCRIPT }, { "vb", TYPE_VBSCRIPT }, { "wsf", TYPE_WSF }, { "wsc", TYPE_WSF }, { "wsh", TYPE_WSF },
	{ "sct", TYPE_WSF }, { "ps1", TYPE_POWERSHELL }, { "psm1", TYPE_POWERSHELL }, { "psd1", TYPE_POWERSHELL },
	{ "bat", TYPE_BATCH }, { "cmd", TYPE_BATCH }, { "sh", TYPE_SHELL }, { "bash", TYPE_SHELL }, { "command", TYPE_SHELL },
	{ "py", TYPE_SCRIPT }, { "pyw", TYPE_SCRIPT }, { "pl", TYPE_SCRIPT }, { "rb", TYPE_SCRIPT }, { "php", TYPE_SCRIPT },
	{ "au3", TYPE_SCRIPT }, { "rbw", TYPE_SCRIPT }, { "tcl", TYPE_SCRIPT }, { "tk", TYPE_SCRIPT }, { "lua", TYPE_SCRIPT },
	{ "ahk", TYPE_SCRIPT }, { "applescript", TYPE_SCRIPT }, { "inf", TYPE_REGISTRY },
	{ "reg", TYPE_REGISTRY }, { "eml", TYPE_MESSAGE }, { "ics", TYPE_ICS }, { "vcs", TYPE_ICS }, { "vcf", TYPE_VCARD },
	{ "rtf", TYPE_RTF }, { "doc", TYPE_OLE }, { "dot", TYPE_OLE }, { "xls", TYPE_OLE }, { "xlt", TYPE_OLE },
	{ "xla", TYPE_OLE }, { "ppt", TYPE_OLE }, { "pps", TYPE_OLE }, { "pot", TYPE_OLE }, { "msg", TYPE_OLE },
	{ "vsd", TYPE_OLE }, { "pub", TYPE_OLE }, { "msi", TYPE_MSI }, { "msp", TYPE_MSI }, { "docx", TYPE_OOXML },
	{ "docm", TYPE_OOXML }, { "dotx", TYPE_OOXML }, { "dotm", TYPE_OOXML }, { "xlsx", TYPE_OOXML },
	{ "xlsm", TYPE_OOXML }, { "xltx", TYPE_OOXML }, { "xltm", TYPE_OOXML }, { "xlsb", TYPE_OOXML },
	{ "xlam", TYPE_OOXML }, { "pptx", TYPE_OOXML }, { "pptm", TYPE_OOXML }, { "potx", TYPE_OOXML },
	{ "potm", TYPE_OOXML }, { "ppsx", TYPE_OOXML }, { "ppsm", TYPE_OOXML }, { "ppam", TYPE_OOXML },
	{ "vsdx", TYPE_OOXML }, { "odt", TYPE_ODF }, { "ods", TYPE_ODF }, { "odp", TYPE_ODF }, { "odg", TYPE_ODF },
	{ "ott", TYPE_ODF }, { "slk", TYPE_SYLK }, { "iqy", TYPE_IQY }, { "odc", TYPE_IQY }, { "rqy", TYPE_IQY },
	{ "dqy", TYPE_IQY }, { "mdb", TYPE_ACCESS }, { "accdb", TYPE_ACCESS }, { "accde", TYPE_ACCESS },
	{ "mde", TYPE_ACCESS }, { "one", TYPE_ONENOTE }, { "onepkg", TYPE_CAB }, { "pdf", TYPE_PDF }, { "ps", TYPE_POSTSCRIPT },
	{ "eps", TYPE_POSTSCRIPT }, { "chm", TYPE_CHM }, { "zip", TYPE_ZIP }, { "zipx", TYPE_ZIP }, { "jar", TYPE_JAR },
	{ "apk", TYPE_APK }, { "appx", TYPE_APPX }, { "msix", TYPE_APPX }, { "appxbundle", TYPE_APPX },
	{ "msixbundle", TYPE_APPX }, { "7z", TYPE_SEVENZIP }, { "rar", TYPE_RAR }, { "r00", TYPE_RAR }, { "cab", TYPE_CAB },
	{ "gz", TYPE_GZIP }, { "tgz", TYPE_GZIP }, { "bz2", TYPE_BZIP2 }, { "xz", TYPE_XZ }, { "zst", TYPE_ZSTD },
	{ "lz", TYPE_LZIP }, { "z", TYPE_COMPRESS }, { "tar", TYPE_TAR }, { "lzh", TYPE_LHA }, { "lha", TYPE_LHA },
	{ "arj", TYPE_ARJ }, { "ace", TYPE_ACE }, { "alz", TYPE_RARE }, { "egg", TYPE_RARE },
	{ "zpaq", TYPE_RARE }, { "sit", TYPE_RARE }, { "sitx", TYPE_RARE }, { "lzma", TYPE_RARE }, { "hqx", TYPE_RARE },
	{ "arc", TYPE_RARE }, { "pst", TYPE_RARE }, { "zoo", TYPE_RARE }, { "pea", TYPE_RARE }, { "iso", TYPE_ISO }, { "udf", TYPE_UDF }, { "img", TYPE_DISK },
	{ "vhd", TYPE_VHD }, { "vhdx", TYPE_VHDX }, { "dmg", TYPE_DMG }, { "wim", TYPE_WIM }, { "exe", TYPE_PE },
	{ "dll", TYPE_PE }, { "scr", TYPE_PE }, { "com", TYPE_PE }, { "pif", TYPE_PE }, { "cpl", TYPE_PE }, { "ocx", TYPE_PE },
	{ "sys", TYPE_PE }, { "xll", TYPE_PE }, { "wll", TYPE_PE }, { "elf", TYPE_ELF }, { "class", TYPE_JAVA }, { "lnk", TYPE_LNK },
	{ "url", TYPE_URLFILE }, { "website", TYPE_URLFILE }, { "webloc", TYPE_URLFILE }, { "inetloc", TYPE_URLFILE }, { "fileloc", TYPE_URLFILE }, { "desktop", TYPE_URLFILE },
	{ "settingcontent-ms", TYPE_SETTINGS }, { "search-ms", TYPE_SETTINGS }, { "library-ms", TYPE_SETTINGS }, { "searchconnector-ms", TYPE_SETTINGS },
	{ "theme", TYPE_SETTINGS }, { "scf", TYPE_SETTINGS }, { "asx", TYPE_SETTINGS }, { "wax", TYPE_SETTINGS },
	{ "wvx", TYPE_SETTINGS }, { "wmx", TYPE_SETTINGS }, { "wpl", TYPE_SETTINGS }, { "rdp", TYPE_RDP }, { "mobileconfig", TYPE_MOBILECONFIG },
	{ "png", TYPE_PNG }, { "jpg", TYPE_JPEG }, { "jpeg", TYPE_JPEG }, { "jpe", TYPE_JPEG }, { "jfif", TYPE_JPEG },
	{ "gif", TYPE_GIF }, { "bmp", TYPE_PICTURE }, { "tif", TYPE_PICTURE }, { "tiff", TYPE_PICTURE },
	{ "webp", TYPE_PICTURE }, { "heic", TYPE_PICTURE }, { "ico", TYPE_PICTURE }, { "avif", TYPE_PICTURE },
	{ "psd", TYPE_PICTURE }, { "emf", TYPE_METAFILE }, { "wmf", TYPE_METAFILE }, { "mp3", TYPE_MEDIA },
	{ "mp4", TYPE_MEDIA }, { "m4a", TYPE_MEDIA }, { "mov", TYPE_MEDIA }, { "avi", TYPE_MEDIA }, { "wav", TYPE_MEDIA },
	{ "ogg", TYPE_MEDIA }, { "mkv", TYPE_MEDIA }, { "webm", TYPE_MEDIA }, { "wma", TYPE_MEDIA }, { "wmv", TYPE_MEDIA },
	{ "ttf", TYPE_FONT }, { "otf", TYPE_FONT }, { "woff", TYPE_FONT }, { "woff2", TYPE_FONT }, { "swf", TYPE_FLASH },
	{ "pgp", TYPE_PGP }, { "gpg", TYPE_PGP }, { "asc", TYPE_PGP }, { "p7m", TYPE_SMIME }, { "p7s", TYPE_SMIME },
	{ "p7z", TYPE_SMIME },
	{ "rpmsg", TYPE_RPMSG },
};

/* What Windows drops from the end of a name, and mail programs, as no name may have it there. */
static bool is_dropped(uint8_t c)
{
	return c <= ' ' || c == '.' || c == '"' || c == '\'';
}

struct span type_extension(struct span name)
{
	size_t dot;

	if (!name.len)
		return name;
	while (name.len && is_dropped(name.ptr[name.len - 1]))
		name.len--;
	if (!name.len)
		return name;
	for (dot = name.len; dot > 0; dot--) {
		if (name.ptr[dot - 1] == '.') {
			struct span ending = { name.ptr + dot, name.len - dot };
			const uint8_t *stream = memchr(ending.ptr, ':', ending.len); /* "x.js::$DATA" is x.js to NTFS */

			return stream ? (struct span){ ending.ptr, (size_t)(stream - ending.ptr) } : ending;
		}
		if (name.ptr[dot - 1] == '/' || name.ptr[dot - 1] == '\\')
			break;
	}
	return (struct span){ name.ptr, 0 };
}

enum type type_promised(struct span name)
{
	struct span extension = type_extension(name);
	char lower[EXTENSION_MAX] = "";

	if (extension.len == 0 || extension.len >= EXTENSION_MAX)
		return TYPE_UNKNOWN;
	for (size_t i = 0; i < extension.len; i++)
		lower[i] = (char)text_lower(extension.ptr[i]);
	for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++)
		if (strcmp(lower, extensions[i].name) == 0)
			return extensions[i].type;
	return TYPE_UNKNOWN;
}

bool type_told_by_name(enum type type)
{
	switch (type) {
	case TYPE_CSV:
	case TYPE_IQY:
	case TYPE_REGISTRY:
	case TYPE_URLFILE:
	case TYPE_SETTINGS:
	case TYPE_RDP:
	case TYPE_HTA:
	case TYPE_MHTML:
	case TYPE_SYLK:
		return true;
	default:
		return type_kind(type) == KIND_SCRIPT && type != TYPE_CHM;
	}
}

/* MHTML (RFC 2557) looks like a mail: the program that opens it says what it is. Office takes it whatever its name is. */
static bool opens_pages(enum type promised, struct span extension)
{
	return promised == TYPE_MHTML || (promised == TYPE_OLE && !line_is(extension, "msg")) || promised == TYPE_OOXML || promised == TYPE_RTF ||
	       promised == TYPE_XML;
}

static enum type type_of_text(struct span bytes, struct span name)
{
	enum type promised = type_promised(name);
	struct span text = without_blanks(bytes);

	if (type_told_by_name(promised))
		return promised;
	if (text.len && *text.ptr == '<')
		return type_of_brackets(text);
	if (bytes_at(text, 0, "{\\rt", 4)) /* not Word, but others take blanks in front of it */
		return TYPE_RTF;
	if (is_message(bytes, promised))
		return opens_pages(promised, type_extension(name)) ? TYPE_MHTML : TYPE_MESSAGE;
	if (line_starts(text, "begin:vcalendar"))
		return TYPE_ICS;
	if (line_starts(text, "begin:vcard"))
		return TYPE_VCARD;
	if (bytes_at(text, 0, "#!", 2))
		return TYPE_SHELL;
	if (promised == TYPE_HTML || promised == TYPE_SVG)
		return promised;
	if (line_starts(text, "full address:s:") || line_starts(text, "screen mode id:i:"))
		return TYPE_RDP;
	return TYPE_TEXT;
}

/* Pictures, sound, letters and Flash are no texts, but a text may begin as they do: "BMW", "ID3". */
static bool is_never_text(enum type type)
{
	return type_kind(type) == KIND_PLAIN || type == TYPE_FLASH;
}

enum type type_of(struct span bytes, struct span name)
{
	struct span marked = bytes;
	enum type image;

	if (bytes.len == 0)
		return TYPE_UNKNOWN;
	if (bytes_at(bytes, 0, "\xef\xbb\xbf", 3)) /* the mark of UTF-8 */
		marked = (struct span){ bytes.ptr + 3, bytes.len - 3 };
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (bytes_at(marked, magics[i].at, magics[i].bytes, magics[i].len) &&
		    !(is_never_text(magics[i].type) && marked.ptr[0] < 0x80 && is_text(marked)))
			return magics[i].type;
	if (bytes_at(bytes, 0, "MZ", 2) && (!is_text(bytes) || type_promised(name) == TYPE_PE))
		return type_of_mz(bytes);
	if (bytes_at(bytes, 0, "\xca\xfe\xba\xbe", 4))
		return type_of_cafebabe(bytes);
	image = type_of_image(bytes);
	if (image != TYPE_UNKNOWN)
		return image;
	if (is_text(marked) || is_utf16(bytes))
		return type_of_text(marked, name);
	/* Viewers look for a PDF in the first 1,024 bytes (ISO 32000-1, Annex H.3.4.1). */
	if (memmem(bytes.ptr, bytes.len < 1024 ? bytes.len : 1024, "%PDF-", 5))
		return TYPE_PDF;
	if (bytes.ptr[0] >= 0x80 && type_promised(name) == TYPE_PGP) /* RFC 9580, 4.2: the highest bit of a packet is set */
		return TYPE_PGP;
	if (bytes.ptr[0] == 0x30 && type_promised(name) == TYPE_SMIME) /* RFC 8551, 3.9: also where no type says so */
		return TYPE_SMIME;
	if ((bytes.ptr[0] == 0x30 && type_promised(name) == TYPE_MOBILECONFIG) || bytes_at(bytes, 0, "bplist00", 8))
		return TYPE_MOBILECONFIG; /* signed; a property list in binary */
	return TYPE_UNKNOWN;
}
