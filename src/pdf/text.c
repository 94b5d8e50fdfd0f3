/* text.c - follows the operators that show text, and maps codes of fonts by their /ToUnicode. */
#include "pdf/text.h"

#include "base/pen.h"

#define CONTENT ((size_t)32 << 10) /* bytes of a page's operators that are followed */
#define STREAMS 4                  /* that a page's operators may stand in */
#define FONTS   8                  /* of a page */
#define MAP     ((size_t)64 << 10) /* bytes of a font's map */
#define TEXT    ((size_t)16 << 10) /* bytes of text */
#define GAP     (-180)             /* thousandths of a letter's size that look like a blank */
#define PARENTS 8

struct font {
	struct span name;  /* as operators call it */
	uint16_t *runes;   /* by code; NULL: codes are letters */
	unsigned width;    /* bytes of a code */
};

struct page {
	struct pdf *pdf;
	struct font fonts[FONTS];
	unsigned font_count;
	const struct font *font; /* that is set; NULL: none */
	struct pen pen;
};

/* --- what codes mean: a CMap (9.10.3) --- */

static uint32_t code_of(struct span hex, struct arena *arena)
{
	size_t mark = arena_mark(arena);
	struct span bytes = pdf_string((struct pdf_token){ PDF_HEX, hex, false }, arena);
	uint32_t code = 0;

	for (size_t i = 0; i < bytes.len && i < 2; i++)
		code = code << 8 | bytes.ptr[i];
	arena_back(arena, mark);
	return code;
}

static void map_range(struct font *font, struct cur *at, struct arena *arena)
{
	uint32_t from = code_of(pdf_next(at).text, arena), to = code_of(pdf_next(at).text, arena), rune;
	struct pdf_token token = pdf_next(at);

	if (token.kind == PDF_ARRAY_OPEN) {
		for (; (token = pdf_next(at)).kind == PDF_HEX; from++)
			if (from <= to)
				font->runes[from & 0xffff] = (uint16_t)code_of(token.text, arena);
		return;
	}
	rune = code_of(token.text, arena);
	for (; from <= to; from++, rune++)
		font->runes[from & 0xffff] = (uint16_t)rune;
}

static void read_map(struct font *font, struct span map, struct arena *arena)
{
	enum { NOTHING, CHARS, RANGES, SPACES } in = NOTHING;
	struct cur at = cur_init(map), before;
	struct pdf_token token;
	uint32_t code;

	for (before = at; (token = pdf_next(&at)).kind != PDF_END; before = at) {
		if (token.kind == PDF_WORD)
			in = pdf_is(token.text, "beginbfchar")		 ? CHARS :
			     pdf_is(token.text, "beginbfrange")		 ? RANGES :
			     pdf_is(token.text, "begincodespacerange") ? SPACES :
									 NOTHING;
		if (token.kind != PDF_HEX)
			continue;
		if (in == SPACES) {
			font->width = token.text.len > 2 ? 2 : 1;
		} else if (in == CHARS) {
			code = code_of(token.text, arena);
			font->runes[code & 0xffff] = (uint16_t)code_of(pdf_next(&at).text, arena);
		} else if (in == RANGES) {
			at = before;
			map_range(font, &at, arena);
		}
	}
}

/* Composite fonts without a map have codes that say nothing. */
static bool read_font(struct pdf *pdf, const struct pdf_dict *dict, struct font *font)
{
	struct pdf_content content;
	struct pdf_dict map;
	size_t mark;

	font->width = pdf_named(pdf, dict, PDF_KEY_Subtype, "Type0") ? 2 : 1;
	font->runes = NULL;
	if (!pdf_dict(pdf, pdf_get(pdf, dict, PDF_KEY_ToUnicode), &map))
		return font->width == 1;
	font->runes = arena_take(&pdf->e->arena, 65536 * sizeof(*font->runes));
	if (!font->runes)
		return false;
	memset(font->runes, 0, 65536 * sizeof(*font->runes));
	mark = arena_mark(&pdf->e->arena);
	if (pdf_stream(pdf, &map, MAP, &content))
		read_map(font, content.bytes, &pdf->e->arena);
	arena_back(&pdf->e->arena, mark);
	return true;
}

/* /Resources of the page, or what it inherits. */
static void read_fonts(struct page *page, const struct pdf_dict *dict)
{
	struct pdf *pdf = page->pdf;
	struct pdf_dict at = *dict, resources, parent, font;
	struct pdf_value fonts;
	struct cur names;

	for (int i = 0; !at.at[PDF_KEY_Resources] && i < PARENTS; i++) {
		if (!pdf_dict(pdf, pdf_get(pdf, &at, PDF_KEY_Parent), &parent))
			return;
		at = parent;
	}
	if (!pdf_dict(pdf, pdf_get(pdf, &at, PDF_KEY_Resources), &resources))
		return;
	fonts = pdf_get(pdf, &resources, PDF_KEY_Font);
	names = cur_init(fonts.text);
	if (pdf_next(&names).kind != PDF_DICT_OPEN)
		return;
	for (struct pdf_token name; page->font_count < FONTS && (name = pdf_next(&names)).kind == PDF_NAME;
	     pdf_skip(&names)) {
		struct pdf_value value = pdf_follow(pdf, (struct pdf_value){ fonts.object, cur_rest(&names) });
		struct font *kept = &page->fonts[page->font_count];

		kept->name = name.text;
		if (pdf_dict(pdf, value, &font) && read_font(pdf, &font, kept))
			page->font_count++;
	}
}

/* --- operators (9.4) --- */

static void set_font(struct page *page, struct span name)
{
	page->font = NULL;
	for (unsigned i = 0; i < page->font_count; i++)
		if (page->fonts[i].name.len == name.len && memcmp(page->fonts[i].name.ptr, name.ptr, name.len) == 0)
			page->font = &page->fonts[i];
}

/* One blank or line end at most between letters. */
static void part_with(struct page *page, uint8_t blank)
{
	struct pen *pen = &page->pen;

	if (pen->used && pen->room[pen->used - 1] == ' ')
		pen->room[pen->used - 1] = blank;
	else if (pen->used && pen->room[pen->used - 1] != '\n')
		pen_byte(pen, blank);
}

static void show(struct page *page, struct pdf_token token)
{
	struct arena *arena = &page->pdf->e->arena;
	size_t mark = arena_mark(arena);
	struct span codes;

	if (!page->font)
		return;
	codes = pdf_string(token, arena);
	for (size_t i = 0; i + page->font->width <= codes.len; i += page->font->width) {
		uint32_t code = codes.ptr[i];

		if (page->font->width == 2)
			code = code << 8 | codes.ptr[i + 1];
		if (page->font->runes)
			code = page->font->runes[code];
		if (code >= ' ')
			pen_rune(&page->pen, code);
	}
	arena_back(arena, mark);
}

static bool starts_line(struct span operator)
{
	static const char *const operators[] = { "Td", "TD", "T*", "Tm", "'", "\"", "ET" };

	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (pdf_is(operator, operators[i]))
			return true;
	return false;
}

static void follow(struct page *page, struct span content)
{
	struct cur at = cur_init(content);
	struct span name = { cur_zeros, 0 };
	struct pdf_token token;
	bool in_array = false;

	while (!page->pen.cut && (token = pdf_next(&at)).kind != PDF_END) {
		if (token.kind == PDF_NAME)
			name = token.text;
		else if (token.kind == PDF_STRING || token.kind == PDF_HEX)
			show(page, token);
		else if (token.kind == PDF_ARRAY_OPEN || token.kind == PDF_ARRAY_CLOSE)
			in_array = token.kind == PDF_ARRAY_OPEN;
		else if (token.kind == PDF_NUMBER && in_array && pdf_integer(token.text, 0) < GAP)
			part_with(page, ' ');
		else if (token.kind == PDF_WORD && pdf_is(token.text, "Tf"))
			set_font(page, name);
		else if (token.kind == PDF_WORD && starts_line(token.text))
			part_with(page, pdf_is(token.text, "Tm") || pdf_is(token.text, "Td") ? ' ' : '\n');
	}
}

struct span pdf_page_text(struct pdf *pdf, const struct pdf_dict *dict)
{
	struct page page = { .pdf = pdf };
	uint8_t *room = arena_take(&pdf->e->arena, TEXT);
	struct pdf_array streams = pdf_array(pdf_get(pdf, dict, PDF_KEY_Contents));
	struct pdf_content content;
	struct pdf_value value;

	if (!room)
		return (struct span){ cur_zeros, 0 };
	page.pen = pen_init(room, TEXT);
	read_fonts(&page, dict);
	for (int i = 0; i < STREAMS && pdf_array_next(pdf, &streams, &value); i++) {
		size_t mark = arena_mark(&pdf->e->arena);
		struct pdf_dict stream;

		if (pdf_dict(pdf, value, &stream) && pdf_stream(pdf, &stream, CONTENT, &content))
			follow(&page, content.bytes);
		arena_back(&pdf->e->arena, mark);
	}
	return pen_since(&page.pen, 0);
}
