/* filter.c - undoes the filters of streams. */
#include "pdf/filter.h"

#include "base/text.h"
#include "pdf/lex.h"

#include <stdlib.h>

#define LZW_CODES   4096
#define ROW_MAX     ((size_t)1 << 20) /* bytes of a predictor's row */

enum pdf_filter pdf_filter_named(struct span name)
{
	static const struct {
		const char *name, *brief; /* brief: what viewers allow, too (table 92) */
		enum pdf_filter filter;
	} rows[] = {
		{ "FlateDecode", "Fl", PDF_FLATE },
		{ "LZWDecode", "LZW", PDF_LZW },
		{ "ASCIIHexDecode", "AHx", PDF_ASCII_HEX },
		{ "ASCII85Decode", "A85", PDF_ASCII_85 },
		{ "RunLengthDecode", "RL", PDF_RUN_LENGTH },
		{ "Crypt", "Crypt", PDF_CRYPT },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (pdf_is(name, rows[i].name) || pdf_is(name, rows[i].brief))
			return rows[i].filter;
	return PDF_PICTURE;
}

/* --- Flate --- */

static void *zlib_take(void *whom, unsigned items, unsigned size)
{
	struct pdf_inflater *inflater = whom;
	size_t want = ((size_t)items * size + 15) / 16 * 16;
	uint8_t *at = inflater->memory + inflater->used;

	if (want > PDF_INFLATER_MEMORY - inflater->used)
		return NULL;
	inflater->used += want;
	return at;
}

static void zlib_give(void *whom, void *memory)
{
	(void)whom, (void)memory; /* all goes at once */
}

static bool inflater_ready(struct pdf_inflater *inflater)
{
	if (inflater->begun)
		return true;
	inflater->zlib = (z_stream){ .zalloc = zlib_take, .zfree = zlib_give, .opaque = inflater };
	inflater->begun = inflateInit2(&inflater->zlib, MAX_WBITS) == Z_OK;
	return inflater->begun;
}

/* Into the room of the pour, doubling what is asked for. False: broken, or cut off. */
static bool inflate_all(z_stream *z, struct span bytes, struct pour *pour)
{
	size_t want = bytes.len * 4 + 4096, got;
	int end = Z_OK;

	z->next_in = (Bytef *)(uintptr_t)bytes.ptr;
	z->avail_in = (uInt)bytes.len;
	while (end == Z_OK) {
		z->next_out = pour_room(pour, want, &got);
		z->avail_out = (uInt)got;
		if (!got)
			return true;
		end = inflate(z, Z_SYNC_FLUSH);
		pour->used += got - z->avail_out;
		if (z->avail_out && end == Z_OK && !z->avail_in)
			return false;
		want *= 2;
	}
	return end == Z_STREAM_END;
}

/* Its header may be missing or wrong: then it is tried without, as viewers do. */
static struct span undo_flate(struct pdf_undoing *u, struct span bytes)
{
	struct pour pour;
	bool whole;

	if (!inflater_ready(u->inflater))
		return (struct span){ bytes.ptr, 0 };
	while (bytes.len && (bytes.ptr[0] == '\r' || bytes.ptr[0] == '\n'))
		bytes = (struct span){ bytes.ptr + 1, bytes.len - 1 };
	pour = pour_begin(u->arena, u->limit);
	inflateReset2(&u->inflater->zlib, MAX_WBITS);
	whole = inflate_all(&u->inflater->zlib, bytes, &pour);
	if (!whole && pour.used == 0 && bytes.len > 2) {
		inflateReset2(&u->inflater->zlib, -MAX_WBITS);
		whole = inflate_all(&u->inflater->zlib, (struct span){ bytes.ptr + 2, bytes.len - 2 }, &pour);
	}
	u->broken |= !whole && pour.used == 0; /* else viewers, too, show what there is */
	u->cut |= pour.cut;
	return pour_end(&pour);
}

/* --- LZW (7.4.4) --- */

struct lzw {
	uint16_t prefix[LZW_CODES];
	uint16_t length[LZW_CODES];
	uint8_t last[LZW_CODES], first[LZW_CODES];
	unsigned next, width;
	int previous;
};

static void lzw_clear(struct lzw *lzw)
{
	lzw->next = 258;
	lzw->width = 9;
	lzw->previous = -1;
}

/* The bytes that a code stands for, written from their end. */
static void lzw_pour(const struct lzw *lzw, unsigned code, struct pour *pour)
{
	size_t length = code < 256 ? 1 : lzw->length[code], got;
	uint8_t *room = pour_room(pour, length, &got);

	for (size_t i = length; i-- > 0;) {
		uint8_t byte = code < 256 ? (uint8_t)code : lzw->last[code];

		if (i < got)
			room[i] = byte;
		if (code >= 256)
			code = lzw->prefix[code];
	}
	pour->used += got;
}

static bool lzw_take(struct lzw *lzw, unsigned code, bool late, struct pour *pour)
{
	unsigned limit = 1u << lzw->width;

	if (code > lzw->next || (code == lzw->next && lzw->previous < 0))
		return false;
	if (lzw->previous >= 0 && lzw->next < LZW_CODES) {
		unsigned before = (unsigned)lzw->previous, entry = lzw->next;
		uint8_t head = before < 256 ? (uint8_t)before : lzw->first[before];

		lzw->prefix[entry] = (uint16_t)before;
		lzw->length[entry] = (uint16_t)((before < 256 ? 1 : lzw->length[before]) + 1);
		lzw->first[entry] = head;
		lzw->last[entry] = code == entry ? head : code < 256 ? (uint8_t)code : lzw->first[code];
		lzw->next++;
	}
	if (code >= lzw->next)
		return false;
	lzw_pour(lzw, code, pour);
	lzw->previous = (int)code;
	if (lzw->next + !late >= limit && lzw->width < 12)
		lzw->width++;
	return !pour->cut;
}

static struct span undo_lzw(struct pdf_undoing *u, bool late, struct span bytes)
{
	struct lzw *lzw = arena_take(u->arena, sizeof(*lzw));
	struct pour pour;
	uint32_t bits = 0;
	unsigned held = 0;

	if (!lzw)
		return (struct span){ bytes.ptr, 0 };
	pour = pour_begin(u->arena, u->limit);
	lzw_clear(lzw);
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned code;

		bits = bits << 8 | bytes.ptr[i];
		held += 8;
		if (held < lzw->width)
			continue;
		held -= lzw->width;
		code = bits >> held & ((1u << lzw->width) - 1);
		if (code == 257)
			break;
		if (code == 256) {
			lzw_clear(lzw);
		} else if (!lzw_take(lzw, code, late, &pour)) {
			u->broken |= !pour.cut;
			break;
		}
	}
	u->cut |= pour.cut;
	return pour_end(&pour);
}

/* --- the others --- */

static struct span undo_hex(struct pdf_undoing *u, struct span bytes)
{
	const uint8_t *end = bytes.len ? memchr(bytes.ptr, '>', bytes.len) : NULL;
	struct pdf_token token = { PDF_HEX, bytes, false };

	if (end)
		token.text.len = (size_t)(end - bytes.ptr);
	if (token.text.len / 2 > u->limit) {
		token.text.len = u->limit * 2;
		u->cut = true;
	}
	return pdf_string(token, u->arena);
}

/* The bytes of a group of `digits`, which base 85 writes; a group that is not full has one byte less than digits. */
static void pour_group(struct pour *pour, uint32_t value, unsigned digits)
{
	for (unsigned i = digits; i < 5; i++)
		value = value * 85 + 84;
	for (unsigned i = 0; i + 1 < digits; i++)
		pour_byte(pour, (uint8_t)(value >> (24 - 8 * i)));
}

static struct span undo_85(struct pdf_undoing *u, struct span bytes)
{
	struct pour pour = pour_begin(u->arena, u->limit);
	uint32_t value = 0;
	unsigned digits = 0;

	for (size_t i = 0; i < bytes.len && !pour.cut; i++) {
		uint8_t byte = bytes.ptr[i];

		if (byte == '~' && i > 0)
			break;
		if (byte == 'z' && digits == 0) {
			pour_span(&pour, (struct span){ (const uint8_t *)"\0\0\0\0", 4 });
		} else if (byte >= '!' && byte <= 'u') {
			value = value * 85 + (byte - '!');
			if (++digits == 5) {
				pour_group(&pour, value, 5);
				digits = 0;
				value = 0;
			}
		}
	}
	if (digits > 1)
		pour_group(&pour, value, digits);
	u->cut |= pour.cut;
	return pour_end(&pour);
}

static struct span undo_runs(struct pdf_undoing *u, struct span bytes)
{
	struct pour pour = pour_begin(u->arena, u->limit);
	struct cur at = cur_init(bytes);

	while (at.left && !pour.cut) {
		uint8_t length = cur_u8(&at);

		if (length == 128)
			break;
		if (length < 128) {
			size_t n = length + 1u < at.left ? length + 1u : at.left;

			pour_span(&pour, cur_span(&at, n));
		} else if (at.left) {
			uint8_t byte = cur_u8(&at);

			for (unsigned n = 257u - length; n; n--)
				pour_byte(&pour, byte);
		}
	}
	u->cut |= pour.cut;
	return pour_end(&pour);
}

/* --- predictors (7.4.4.4) --- */

static uint8_t paeth(int left, int up, int corner)
{
	int guess = left + up - corner;
	int by_left = abs(guess - left), by_up = abs(guess - up), by_corner = abs(guess - corner);

	if (by_left <= by_up && by_left <= by_corner)
		return (uint8_t)left;
	return (uint8_t)(by_up <= by_corner ? up : corner);
}

/* One row of PNG (its 9.2), in place: `up` is the row above, `step` the bytes of a pixel. */
static void undo_png_row(uint8_t kind, uint8_t *row, const uint8_t *up, size_t length, size_t step)
{
	for (size_t i = 0; i < length; i++) {
		uint8_t left = i >= step ? row[i - step] : 0, corner = i >= step ? up[i - step] : 0;

		switch (kind) {
		case 1:
			row[i] = (uint8_t)(row[i] + left);
			break;
		case 2:
			row[i] = (uint8_t)(row[i] + up[i]);
			break;
		case 3:
			row[i] = (uint8_t)(row[i] + (left + up[i]) / 2);
			break;
		case 4:
			row[i] = (uint8_t)(row[i] + paeth(left, up[i], corner));
			break;
		}
	}
}

static struct span undo_png(struct pdf_undoing *u, size_t row, size_t step, struct span bytes)
{
	uint8_t *up = arena_take(u->arena, row), *out, *to;
	size_t rows = bytes.len / (row + 1) + 1;
	struct cur at = cur_init(bytes);

	out = arena_take(u->arena, rows * row);
	if (!up || !out)
		return (struct span){ bytes.ptr, 0 };
	memset(up, 0, row);
	for (to = out; at.left > 1; to += row) {
		uint8_t kind = cur_u8(&at);
		size_t n = at.left < row ? at.left : row;

		memset(to, 0, row);
		cur_copy(&at, to, n);
		undo_png_row(kind, to, up, n, step);
		up = to;
		if (n < row)
			return (struct span){ out, (size_t)(to - out) + n };
	}
	return (struct span){ out, (size_t)(to - out) };
}

/* Only of whole bytes: others are pictures'. */
static struct span undo_tiff(struct pdf_undoing *u, size_t row, size_t step, struct span bytes)
{
	uint8_t *out = arena_take(u->arena, bytes.len);

	if (!out)
		return (struct span){ bytes.ptr, 0 };
	for (size_t i = 0; i < bytes.len; i++)
		out[i] = (uint8_t)(bytes.ptr[i] + (i % row >= step ? out[i - step] : 0));
	return (struct span){ out, bytes.len };
}

static size_t between(int64_t value, int64_t otherwise, int64_t most)
{
	return (size_t)(value <= 0 ? otherwise : value > most ? most : value);
}

static struct span undo_predictor(struct pdf_undoing *u, const struct pdf_parms *parms, struct span bytes)
{
	size_t bits = between(parms->colors, 1, 32) * between(parms->bits, 8, 16);
	size_t row = (bits * between(parms->columns, 1, ROW_MAX) + 7) / 8, step = (bits + 7) / 8;

	if (parms->predictor < 2 || bytes.len == 0)
		return bytes;
	if (row > ROW_MAX) {
		u->broken = true;
		return bytes;
	}
	return parms->predictor == 2 ? undo_tiff(u, row, step, bytes) : undo_png(u, row, step, bytes);
}

struct span pdf_undo(struct pdf_undoing *u, enum pdf_filter filter, const struct pdf_parms *parms,
		     struct span bytes)
{
	switch (filter) {
	case PDF_FLATE:
		return undo_predictor(u, parms, undo_flate(u, bytes));
	case PDF_LZW:
		return undo_predictor(u, parms, undo_lzw(u, parms->late, bytes));
	case PDF_ASCII_HEX:
		return undo_hex(u, bytes);
	case PDF_ASCII_85:
		return undo_85(u, bytes);
	case PDF_RUN_LENGTH:
		return undo_runs(u, bytes);
	default:
		return bytes;
	}
}
