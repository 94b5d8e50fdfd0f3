/*
 * file_type.c - what a file is, by its first bytes: the magic numbers of the formats' own
 * specifications, then, where there are none, what the text looks like.
 */
#include "wire/file_type.h"

#include "wire/line.h"

struct magic {
	uint16_t at;
	uint8_t len;
	uint8_t type; /* enum file_type */
	const char *bytes;
};

#define MAGIC(at, bytes, type)                                                                     \
	{                                                                                          \
		at, sizeof(bytes) - 1, type, bytes                                                 \
	}

static const struct magic magics[] = {
	MAGIC(0,
	      "\x7f"
	      "ELF",
	      FILE_ELF),                          /* System V gABI, 4 */
	MAGIC(0, "\xcf\xfa\xed\xfe", FILE_MACHO), /* mach-o/loader.h: 64 bits, then 32 */
	MAGIC(0, "\xce\xfa\xed\xfe", FILE_MACHO),
	MAGIC(0, "\xfe\xed\xfa\xcf", FILE_MACHO),
	MAGIC(0, "\xfe\xed\xfa\xce", FILE_MACHO),
	MAGIC(0, "PK\x03\x04", FILE_ZIP), /* APPNOTE.TXT 4.3.7; the second: an empty archive */
	MAGIC(0, "PK\x05\x06", FILE_ZIP),
	MAGIC(0, "PK\x07\x08PK\x03\x04", FILE_ZIP), /* 8.5.4: spanned, in one part after all */
	MAGIC(0, "\x1f\x8b\x08", FILE_GZIP),        /* RFC 1952, 2.3.1: deflate */
	MAGIC(0, "Rar!\x1a\x07", FILE_RAR),
	MAGIC(0, "7z\xbc\xaf\x27\x1c", FILE_7Z),                /* 7zFormat.txt */
	MAGIC(0, "MSCF\0\0\0\0", FILE_CAB),                     /* MS-CAB, 2.1 */
	MAGIC(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FILE_OLE), /* MS-CFB, 2.2 */
	MAGIC(0, "{\\rtf", FILE_RTF),
	MAGIC(0, "{\\rt", FILE_RTF), /* Word reads it so, and exploits rely on that */
	MAGIC(0, "\x89PNG\r\n\x1a\n", FILE_PNG),
	MAGIC(0, "\xff\xd8\xff", FILE_JPEG),
	MAGIC(0, "GIF87a", FILE_GIF),
	MAGIC(0, "GIF89a", FILE_GIF),
	MAGIC(8, "WEBP", FILE_WEBP), /* behind RIFF and a length: see riff_type() */
	MAGIC(8, "WAVE", FILE_AUDIO_VIDEO),
	MAGIC(8, "AVI ", FILE_AUDIO_VIDEO),
	MAGIC(4, "ftyp", FILE_AUDIO_VIDEO),             /* ISO 14496-12, 4.3 */
	MAGIC(0, "\x1a\x45\xdf\xa3", FILE_AUDIO_VIDEO), /* RFC 8794: Matroska, WebM */
	MAGIC(0, "OggS", FILE_AUDIO_VIDEO),             /* RFC 3533 */
	MAGIC(0, "ID3", FILE_AUDIO_VIDEO),
	MAGIC(0, "fLaC", FILE_AUDIO_VIDEO),
	MAGIC(0, "FLV\x01", FILE_AUDIO_VIDEO),
	MAGIC(0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", FILE_AUDIO_VIDEO), /* ASF: WMV, WMA */
	MAGIC(0, "wOFF", FILE_FONT),
	MAGIC(0, "wOF2", FILE_FONT),
	MAGIC(0, "OTTO\0", FILE_FONT),
	MAGIC(0, "\0\1\0\0\0", FILE_FONT), /* TrueType: version 1.0, fewer than 256 tables */
	/* MS-SHLLINK, 2.1: the header's size and its class */
	MAGIC(0, "L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", FILE_LNK),
	MAGIC(0, "#!/", FILE_SCRIPT),
	MAGIC(0, "#! /", FILE_SCRIPT),
};

static bool has(struct span s, size_t at, const char *bytes, size_t len)
{
	struct span from = line_from(s, at);

	return from.len >= len && memcmp(from.ptr, bytes, len) == 0;
}

/* Two bytes "MZ" are in texts too: a program has its PE header where 0x3c says (PE format), or at
 * least a DOS header that makes sense when that lies beyond what is seen. */
static bool is_pe(struct span s)
{
	uint32_t at;

	if (s.len < 64 || !has(s, 0, "MZ", 2))
		return false;
	at = ld_le32(line_from(s, 0x3c).ptr);
	if (at + 4ull <= s.len)
		return has(s, at, "PE\0\0", 4);
	return at >= 0x40 && at < 1u << 20 && memchr(s.ptr, 0, 64) != NULL;
}

/* Java classes (JVM specification, 4.1) and universal Mach-O begin alike: what follows is a minor
 * and major version (45 and more) there, a small number of architectures here. */
static enum file_type cafebabe_type(struct span s)
{
	uint32_t next;

	if (s.len < 8 || !has(s, 0, "\xca\xfe\xba\xbe", 4))
		return FILE_UNKNOWN;
	next = ld_be32(line_from(s, 4).ptr);
	return (next & 0xffff) >= 45 ? FILE_JAVA : next && next < 20 ? FILE_MACHO : FILE_UNKNOWN;
}

static enum file_type magic_type(struct span s)
{
	bool riff = has(s, 0, "RIFF", 4);

	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (has(s, magics[i].at, magics[i].bytes, magics[i].len) &&
		    (magics[i].at != 8 || riff))
			return (enum file_type)magics[i].type;
	if (is_pe(s))
		return FILE_PE;
	/* a picture header (ICONDIR): reserved 0, type 1, 1 to 64 pictures, a byte that is 0 */
	if (s.len >= 22 && has(s, 0, "\0\0\1\0", 4) && s.ptr[4] && s.ptr[4] <= 64 && !s.ptr[5] &&
	    !s.ptr[9])
		return FILE_ICO;
	if (s.len >= 18 && has(s, 0, "BM", 2) && ld_le32(line_from(s, 6).ptr) == 0 &&
	    ld_le32(line_from(s, 14).ptr) >= 12 && ld_le32(line_from(s, 14).ptr) <= 124)
		return FILE_BMP; /* reserved 0, a known size of the second header */
	/* MPEG audio: 11 bits set, layer III, a bit rate and a sampling rate that exist */
	if (s.len >= 4 && s.ptr[0] == 0xff && (s.ptr[1] & 0xe6) == 0xe2 &&
	    (s.ptr[2] & 0xf0) != 0xf0 && (s.ptr[2] & 0x0c) != 0x0c)
		return FILE_AUDIO_VIDEO;
	/* readers take a PDF whose mark is within the first 1024 bytes (ISO 32000-1, H.3) */
	if (memmem(s.ptr, s.len, "%PDF-", 5))
		return FILE_PDF;
	return cafebabe_type(s);
}

/* No controls but those of text, nor a zero. Above 0x7f: UTF-8, Shift_JIS and others. */
static bool is_text(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		uint8_t b = s.ptr[i];

		if (b == 0x7f || (b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f' &&
				  b != 0x1b)) /* ISO-2022-JP */
			return false;
	}
	return true;
}

static bool starts_any(struct span s, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (line_starts(s, words[i]))
			return true;
	return false;
}

static enum file_type text_type(struct span s)
{
	static const char *const html[] = { "<!doctype html", "<html",   "<head",
					    "<body",          "<script", "<iframe",
					    "<title",         "<table",  "<meta" };
	static const char *const script[] = {
		"@echo off", "powershell", "on error resume next",   "option explicit",
		"wscript.",  "<?php",      "$erroractionpreference", "<%@",
		"<job",      "<package>",
	};
	static const char *const script_inside[] = { "createobject(",     "activexobject(",
						     "wscript.shell",     "-encodedcommand",
						     "invoke-expression", "frombase64string(" };
	size_t n = 0;

	while (n < s.len && (s.ptr[n] == ' ' || (s.ptr[n] >= '\t' && s.ptr[n] <= '\r')))
		n++;
	s = line_from(s, n);
	if (starts_any(s, script, sizeof(script) / sizeof(script[0])))
		return FILE_SCRIPT;
	if (starts_any(s, html, sizeof(html) / sizeof(html[0])))
		return FILE_HTML;
	if (line_starts(s, "<?xml"))
		return line_contains(s, "<html")                                    ? FILE_HTML
		       : line_contains(s, "<job") || line_contains(s, "<scriptlet") ? FILE_SCRIPT
										    : FILE_XML;
	if (line_starts(s, "<!--") && line_contains(s, "<html"))
		return FILE_HTML;
	for (size_t i = 0; i < sizeof(script_inside) / sizeof(script_inside[0]); i++)
		if (line_contains(s, script_inside[i]))
			return FILE_SCRIPT;
	return FILE_TEXT;
}

enum file_type file_type_of(struct span first)
{
	struct span s = line_cut(first, FILE_TYPE_LOOK);
	enum file_type type;

	if (!s.len)
		return FILE_EMPTY;
	type = magic_type(s);
	if (type != FILE_UNKNOWN)
		return type;
	if (has(s, 0, "\xef\xbb\xbf", 3)) /* byte order marks (Unicode Standard, 23.8) */
		return text_type(line_from(s, 3));
	if (has(s, 0, "\xff\xfe", 2) || has(s, 0, "\xfe\xff", 2))
		return FILE_TEXT;
	return is_text(s) ? text_type(s) : FILE_UNKNOWN;
}
