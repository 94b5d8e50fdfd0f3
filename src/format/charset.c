/* charset.c - text of any charset as UTF-8. */
#include "format/charset.h"

#include "base/load.h"
#include "base/pen.h"
#include "base/text.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

#define LABEL 32     /* bytes of a charset's label that count */
#define LOOK  16384  /* bytes that a guess is made of */
#define CHUNK 4096   /* bytes of output that are asked for at once */

enum coding {
	CODING_GUESS, /* said to be ASCII, which text beyond ASCII is not */
	CODING_UTF8,
	CODING_UTF16, /* by its mark, or by its zeros */
	CODING_UTF16LE,
	CODING_UTF16BE,
	CODING_ISO2022JP,
	CODING_ICONV,
};

/* Labels without case and without what is neither letter nor digit; several names for one charset in a row. What browsers
 * take for a wider charset is that one here: Latin-1 is Windows-1252, GB2312 is GB18030, EUC-KR is UHC. */
static const struct charset_row {
	const char *labels;
	const char *iconv; /* its name there */
	uint8_t coding;
	bool escapes; /* bytes below 128 may mean something else than ASCII */
} rows[] = {
	{ " usascii ascii ansix341968 iso646us ", NULL, CODING_GUESS, false }, /* the first: unknown ones, too */
	{ " utf8 unicode11utf8 xunicode20utf8 utf8mb4 ", NULL, CODING_UTF8, false },
	{ " windows1252 cp1252 xcp1252 iso88591 latin1 l1 cp819 ibm819 iso885911987 ", "CP1252", CODING_ICONV, false },
	{ " utf16 unicode ucs2 iso10646ucs2 csunicode ", NULL, CODING_UTF16, true },
	{ " utf16le ucs2le ", NULL, CODING_UTF16LE, true },
	{ " utf16be ucs2be unicodefffe ", NULL, CODING_UTF16BE, true },
	{ " iso2022jp csiso2022jp iso2022jpms iso2022jp1 iso2022jp2 iso2022jp3 cp50220 cp50221 cp50222 jis jis7 ", "EUC-JP-MS",
	  CODING_ISO2022JP, true },
	{ " shiftjis sjis xsjis mskanji windows31j cswindows31j cp932 ms932 xmscp932 sjiswin csshiftjis ", "CP932",
	  CODING_ICONV, false },
	{ " eucjp xeucjp eucjpms eucjpwin cp51932 cseucpkdfmtjapanese ujis ", "EUC-JP-MS", CODING_ICONV, false },
	{ " gb2312 gbk cp936 gb18030 xgbk euccn gb231280 csgb2312 chinese isoir58 windows936 ", "GB18030", CODING_ICONV, false },
	{ " big5 big5hkscs cnbig5 csbig5 xxbig5 cp950 windows950 big5eten ", "BIG5-HKSCS", CODING_ICONV, false },
	{ " euckr uhc cp949 ksc56011987 ksc5601 korean cseuckr windows949 ksc56011989 isoir149 ", "UHC", CODING_ICONV, false },
	{ " iso2022kr csiso2022kr ", "ISO-2022-KR", CODING_ICONV, true },
	{ " iso2022cn iso2022cnext ", "ISO-2022-CN-EXT", CODING_ICONV, true },
	{ " utf7 unicode11utf7 ", "UTF-7", CODING_ICONV, true },
	{ " windows1250 cp1250 xcp1250 ", "CP1250", CODING_ICONV, false },
	{ " windows1251 cp1251 xcp1251 ", "CP1251", CODING_ICONV, false },
	{ " windows1253 cp1253 xcp1253 ", "CP1253", CODING_ICONV, false },
	{ " windows1254 cp1254 xcp1254 iso88599 latin5 l5 ", "CP1254", CODING_ICONV, false },
	{ " windows1255 cp1255 xcp1255 ", "CP1255", CODING_ICONV, false },
	{ " windows1256 cp1256 xcp1256 ", "CP1256", CODING_ICONV, false },
	{ " windows1257 cp1257 xcp1257 ", "CP1257", CODING_ICONV, false },
	{ " windows1258 cp1258 xcp1258 ", "CP1258", CODING_ICONV, false },
	{ " windows874 cp874 tis620 iso885911 dos874 ", "CP874", CODING_ICONV, false },
	{ " iso88592 latin2 l2 ", "ISO-8859-2", CODING_ICONV, false },
	{ " iso88593 latin3 l3 ", "ISO-8859-3", CODING_ICONV, false },
	{ " iso88594 latin4 l4 ", "ISO-8859-4", CODING_ICONV, false },
	{ " iso88595 cyrillic ", "ISO-8859-5", CODING_ICONV, false },
	{ " iso88596 arabic ", "ISO-8859-6", CODING_ICONV, false },
	{ " iso88597 greek ", "ISO-8859-7", CODING_ICONV, false },
	{ " iso88598 iso88598i iso88598e hebrew ", "ISO-8859-8", CODING_ICONV, false },
	{ " iso885910 latin6 l6 ", "ISO-8859-10", CODING_ICONV, false },
	{ " iso885913 ", "ISO-8859-13", CODING_ICONV, false },
	{ " iso885914 ", "ISO-8859-14", CODING_ICONV, false },
	{ " iso885915 latin9 l9 ", "ISO-8859-15", CODING_ICONV, false },
	{ " iso885916 ", "ISO-8859-16", CODING_ICONV, false },
	{ " koi8r koi8 koi cskoi8r ", "KOI8-R", CODING_ICONV, false },
	{ " koi8u koi8ru ", "KOI8-U", CODING_ICONV, false },
	{ " ibm866 cp866 866 ", "IBM866", CODING_ICONV, false },
	{ " ibm437 cp437 437 ", "CP437", CODING_ICONV, false },
	{ " ibm850 cp850 850 ", "CP850", CODING_ICONV, false },
	{ " ibm037 cp037 csibm037 ebcdiccpus ", "IBM037", CODING_ICONV, true },
	{ " macintosh mac xmacroman macroman ", "MACINTOSH", CODING_ICONV, false },
	{ " xmaccyrillic maccyrillic ", "MAC-CYRILLIC", CODING_ICONV, false },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static _Thread_local iconv_t converters[ROWS]; /* 0: not opened yet */

static iconv_t converter(size_t row)
{
	if (!converters[row])
		converters[row] = iconv_open("UTF-8", rows[row].iconv);
	return converters[row];
}

void charset_open(void)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].iconv)
			converter(i);
}

/* --- which charset --- */

/* The label between blanks, as it stands in the table; what is too long fits nowhere. */
static void label_write(struct span charset, char label[LABEL + 3])
{
	struct pen pen = pen_init(label, LABEL + 2);

	pen_byte(&pen, ' ');
	for (size_t i = 0; i < charset.len; i++) {
		uint8_t c = text_lower(charset.ptr[i]);

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			pen_byte(&pen, c);
	}
	pen_byte(&pen, ' ');
	label[pen.used] = '\0';
}

static size_t row_of(struct span charset)
{
	char label[LABEL + 3];

	label_write(charset, label);
	for (size_t i = 0; i < ROWS; i++)
		if (strstr(rows[i].labels, label))
			return i;
	return 0;
}

/* The bytes before the first that is not ASCII. */
static size_t ascii_length(struct span bytes)
{
	size_t i = 0;

	while (i + 8 <= bytes.len && !(ld_le64(bytes.ptr + i) & 0x8080808080808080u))
		i += 8;
	while (i < bytes.len && bytes.ptr[i] < 0x80)
		i++;
	return i;
}

static struct span span_from(struct span s, size_t from)
{
	return (struct span){ s.ptr + from, s.len - from };
}

static bool starts(struct span bytes, const char *with, size_t len)
{
	return bytes.len >= len && memcmp(bytes.ptr, with, len) == 0;
}

/* The bytes before the first that is no UTF-8. */
static size_t utf8_length(struct span bytes)
{
	struct span rest = bytes;

	for (;;) {
		struct span before;

		rest = span_from(rest, ascii_length(rest));
		if (!rest.len)
			return bytes.len;
		before = rest;
		if (text_rune(&rest) == RUNE_INVALID && !starts(before, "\xef\xbf\xbd", 3))
			return bytes.len - before.len;
	}
}

/* Which half of each pair is zero, as in text of European languages: 'l'ittle-endian, 'b'ig, or 0. */
static char zeros_tell(struct span bytes)
{
	size_t zeros[2] = { 0, 0 };

	for (size_t i = 0; i < bytes.len; i++)
		zeros[i & 1] += bytes.ptr[i] == 0;
	if (zeros[1] * 5 > bytes.len && zeros[0] * 4 < zeros[1])
		return 'l';
	return zeros[0] * 5 > bytes.len && zeros[1] * 4 < zeros[0] ? 'b' : 0;
}

static bool in(uint8_t byte, uint8_t first, uint8_t last)
{
	return byte >= first && byte <= last;
}

/* Whether it reads as Shift_JIS, or as EUC-JP: all pairs are such, and one in five is kana at least. */
static bool reads_japanese(struct span bytes, bool euc)
{
	size_t pairs = 0, kana = 0;

	for (size_t i = 0; i < bytes.len; i++) {
		uint8_t lead = bytes.ptr[i], trail = i + 1 < bytes.len ? bytes.ptr[i + 1] : 0;

		if (lead < 0x80 || (!euc && in(lead, 0xa1, 0xdf)))
			continue;
		if (i + 1 == bytes.len)
			break; /* cut by LOOK */
		if (euc ? !in(trail, 0xa1, 0xfe) || !(in(lead, 0xa1, 0xfe) || lead == 0x8e)
			: !(in(trail, 0x40, 0x7e) || in(trail, 0x80, 0xfc)) || !(in(lead, 0x81, 0x9f) || in(lead, 0xe0, 0xfc)))
			return false;
		kana += euc ? lead == 0xa4 || lead == 0xa5 : (lead == 0x82 && trail >= 0x9f) || (lead == 0x83 && trail <= 0x96);
		pairs++;
		i++;
	}
	return pairs && kana * 5 >= pairs;
}

struct span charset_guess(struct span bytes)
{
	struct span look = { bytes.ptr, bytes.len < LOOK ? bytes.len : LOOK };
	char zeros;

	if (starts(bytes, "\xef\xbb\xbf", 3))
		return text_span("utf-8");
	if (starts(bytes, "\xff\xfe", 2) || starts(bytes, "\xfe\xff", 2))
		return text_span("utf-16");
	if (!look.len)
		return text_span("utf-8");
	if (memchr(look.ptr, 0, look.len) && (zeros = zeros_tell(look)) != 0)
		return text_span(zeros == 'l' ? "utf-16le" : "utf-16be");
	if (utf8_length(look) + 3 >= look.len) { /* a rune may be cut */
		if (memmem(look.ptr, look.len, "\x1b$", 2) || memmem(look.ptr, look.len, "\x1b(I", 3))
			return text_span("iso-2022-jp");
		if (utf8_length(bytes) == bytes.len)
			return text_span("utf-8");
	}
	if (reads_japanese(look, true))
		return text_span("euc-jp");
	return text_span(reads_japanese(look, false) ? "shift_jis" : "windows-1252");
}

/* --- reading --- */

static void pour_rune(struct pour *pour, uint32_t rune)
{
	uint8_t utf8[4];
	struct pen pen = pen_init(utf8, sizeof(utf8));

	pen_rune(&pen, rune);
	pour_span(pour, pen_since(&pen, 0));
}

/* UTF-8 in which something is wrong. */
static void pour_utf8(struct pour *pour, struct span bytes)
{
	while (bytes.len && !pour->cut) {
		size_t good = utf8_length(bytes);

		pour_span(pour, (struct span){ bytes.ptr, good });
		bytes = span_from(bytes, good);
		if (bytes.len)
			pour_rune(pour, text_rune(&bytes));
	}
}

static void pour_utf16(struct pour *pour, struct span bytes, bool big)
{
	uint32_t high = 0; /* the first half of a pair */

	for (size_t i = 0; i + 1 < bytes.len && !pour->cut; i += 2) {
		uint32_t unit = big ? ld_be16(bytes.ptr + i) : ld_le16(bytes.ptr + i);

		if (high && unit >= 0xdc00 && unit <= 0xdfff) {
			pour_rune(pour, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
			high = 0;
			continue;
		}
		if (high)
			pour_rune(pour, RUNE_INVALID);
		high = unit >= 0xd800 && unit <= 0xdbff ? unit : 0;
		if (unit < 0x80)
			pour_byte(pour, (uint8_t)unit);
		else if (!high)
			pour_rune(pour, unit);
	}
	if (high)
		pour_rune(pour, RUNE_INVALID);
}

static void pour_marked_utf16(struct pour *pour, struct span bytes)
{
	if (starts(bytes, "\xfe\xff", 2))
		pour_utf16(pour, span_from(bytes, 2), true);
	else if (starts(bytes, "\xff\xfe", 2))
		pour_utf16(pour, span_from(bytes, 2), false);
	else
		pour_utf16(pour, bytes, zeros_tell(bytes) == 'b');
}

/* What iconv refuses is U+FFFD, a byte each. */
static void pour_iconv(struct pour *pour, struct span bytes, iconv_t with)
{
	char *in = (char *)(uintptr_t)bytes.ptr; /* iconv() only reads it */
	size_t left = bytes.len;

	if (with == (iconv_t)-1) {
		pour_utf8(pour, bytes);
		return;
	}
	iconv(with, NULL, NULL, NULL, NULL);
	while (left && !pour->cut) {
		size_t got, room;
		char *out = (char *)pour_room(pour, left < CHUNK ? 2 * left + 16 : CHUNK, &got);

		room = got;
		if (iconv(with, &in, &left, &out, &room) != (size_t)-1)
			errno = 0;
		pour->used += got - room;
		if ((errno == EILSEQ || errno == EINVAL) && left) {
			pour_rune(pour, RUNE_INVALID);
			in++;
			left--;
		} else if (errno == E2BIG && room == got) {
			pour->cut = true; /* not even one character fits */
		}
	}
}

/* --- ISO-2022-JP: as EUC-JP, which has the same characters, and the same for what mail adds to the standard --- */

enum jis_set { JIS_ASCII, JIS_KANA, JIS_KANJI, JIS_MORE_KANJI };

/* An escape that chooses a set (RFC 1468, 2237; ISO-IR 13, 159); its length, 0: it is none. */
static size_t jis_escape(struct span at, enum jis_set *set)
{
	static const struct {
		const char *escape;
		enum jis_set set;
	} escapes[] = {
		{ "\x1b$B", JIS_KANJI }, { "\x1b(B", JIS_ASCII }, { "\x1b$@", JIS_KANJI },   { "\x1b(J", JIS_ASCII },
		{ "\x1b(I", JIS_KANA },	 { "\x1b(H", JIS_ASCII }, { "\x1b$(D", JIS_MORE_KANJI }, { "\x1b$(B", JIS_KANJI },
		{ "\x1b$(Q", JIS_KANJI }, { "\x1b$(O", JIS_KANJI },
	};

	for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
		size_t n = strlen(escapes[i].escape);

		if (starts(at, escapes[i].escape, n)) {
			*set = escapes[i].set;
			return n;
		}
	}
	return 0;
}

/* One character as EUC-JP; returns how many bytes it took. A byte above 127 is from another program's idea of the
 * charset, and stays (half-width katakana of eight bits). */
static size_t jis_character(struct span at, enum jis_set set, struct pen *euc)
{
	uint8_t first = at.ptr[0];

	if (in(first, 0xa1, 0xdf) || (set == JIS_KANA && in(first, 0x21, 0x5f))) {
		pen_byte(euc, 0x8e);
		pen_byte(euc, first | 0x80);
		return 1;
	}
	if (set < JIS_KANJI || !in(first, 0x21, 0x7e) || at.len < 2 || !in(at.ptr[1], 0x21, 0x7e)) {
		pen_byte(euc, first);
		return 1;
	}
	if (set == JIS_MORE_KANJI)
		pen_byte(euc, 0x8f);
	pen_byte(euc, first | 0x80);
	pen_byte(euc, at.ptr[1] | 0x80);
	return 2;
}

static void pour_jis(struct pour *pour, struct span bytes, iconv_t with)
{
	uint8_t room[CHUNK];
	enum jis_set set = JIS_ASCII;

	while (bytes.len && !pour->cut) {
		struct pen euc = pen_init(room, sizeof(room));

		while (bytes.len && euc.used + 3 <= sizeof(room)) {
			size_t used = bytes.ptr[0] == 0x1b ? jis_escape(bytes, &set) : 0;

			if (bytes.ptr[0] == '\n') /* a line begins in ASCII, as readers have it after broken ones */
				set = JIS_ASCII;
			bytes = span_from(bytes, used ? used : jis_character(bytes, set, &euc));
		}
		pour_iconv(pour, pen_since(&euc, 0), with);
	}
}

static void pour_coding(struct pour *pour, struct span bytes, size_t row)
{
	switch (rows[row].coding) {
	case CODING_UTF8:
		pour_utf8(pour, bytes);
		break;
	case CODING_UTF16:
		pour_marked_utf16(pour, bytes);
		break;
	case CODING_UTF16LE:
	case CODING_UTF16BE:
		pour_utf16(pour, bytes, rows[row].coding == CODING_UTF16BE);
		break;
	case CODING_ISO2022JP:
		pour_jis(pour, bytes, converter(row));
		break;
	default:
		pour_iconv(pour, bytes, converter(row));
	}
}

/* Whether the bytes are UTF-8 as they are. */
static bool is_plain(struct span bytes, size_t row)
{
	size_t ascii = ascii_length(bytes);

	if (rows[row].coding == CODING_ISO2022JP)
		return ascii == bytes.len && !memchr(bytes.ptr, 0x1b, bytes.len);
	if (rows[row].escapes)
		return false;
	return ascii == bytes.len || (rows[row].coding == CODING_UTF8 && utf8_length(bytes) == bytes.len);
}

struct span charset_text(struct span bytes, struct span charset, size_t limit, struct arena *arena)
{
	size_t row = row_of(charset);
	struct pour pour;

	if (!bytes.len)
		return bytes;
	if (rows[row].coding == CODING_GUESS)
		row = row_of(charset_guess(bytes));
	if (starts(bytes, "\xef\xbb\xbf", 3) && rows[row].coding == CODING_UTF8)
		bytes = span_from(bytes, 3);
	if (!bytes.len || is_plain(bytes, row))
		return (struct span){ bytes.ptr, bytes.len < limit ? bytes.len : limit };
	pour = pour_begin(arena, limit);
	pour_coding(&pour, bytes, row);
	return pour_end(&pour);
}

struct span charset_utf16(struct span bytes, size_t limit, struct arena *arena)
{
	struct pour pour = pour_begin(arena, limit);

	pour_utf16(&pour, bytes, false);
	return pour_end(&pour);
}
