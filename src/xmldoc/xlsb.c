/* xlsb.c - records of BIFF12 ([MS-XLSB] 2.1.4, 2.3.2): names, links, connections, texts, formulas of macro sheets. */
#include "xmldoc/xlsb.h"

#include "active/formula.h"
#include "active/target.h"
#include "base/line.h"
#include "base/pen.h"
#include "format/charset.h"
#include "xmldoc/xlsb_formula.h"

#define TEXT   16384 /* bytes of text that are handed on at once */
#define STRING 32767 /* characters of a string, at most ([MS-XLSB] 2.5.169) */

enum {
	CELL_TEXT = 6,
	FORMULA_TEXT = 8,
	FORMULA_NUMBER = 9,
	FORMULA_BOOL = 10,
	FORMULA_ERROR = 11,
	SHARED_TEXT = 19,
	NAME = 39,
	BEGIN_SHEET = 129,
	BEGIN_BOOK = 131,
	SHEET_OF_BOOK = 156,
	BEGIN_TEXTS = 159,
	WEB_QUERY = 261,
	BEGIN_LINK = 360,
	BEGIN_CONNECTIONS = 429,
};

struct xlsb {
	struct exam *e;
	const struct part *part;
	bool macro_sheet;
	struct pen text;
};

/* --- records --- */

/* Numbers in groups of seven bits, the lowest first: two for the type, four for the length. */
static uint32_t number(struct cur *c, unsigned groups)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < groups; i++) {
		uint8_t byte = cur_u8(c);

		value |= (uint32_t)(byte & 0x7f) << 7 * i;
		if (!(byte & 0x80))
			break;
	}
	return value;
}

static bool record_next(struct cur *c, uint32_t *type, struct cur *record)
{
	uint32_t length;

	if (c->left < 2)
		return false;
	*type = number(c, 2);
	length = number(c, 4);
	*record = cur_sub(c, length);
	return !c->bad;
}

static struct span string(struct xlsb *x, struct cur *c)
{
	uint32_t characters = cur_le32(c);

	if (characters == UINT32_MAX || characters > STRING) /* none, or nonsense */
		return (struct span){ cur_zeros, 0 };
	return charset_utf16(cur_span(c, characters * 2), characters * 4, &x->e->arena);
}

/* --- what they mean --- */

static void text_flush(struct xlsb *x)
{
	exam_text(x->e, x->part, pen_since(&x->text, 0));
	x->text.used = 0;
}

static void see_text(struct xlsb *x, struct span text)
{
	if (text.len + 1 > x->text.size - x->text.used)
		text_flush(x);
	pen_span(&x->text, text);
	pen_byte(&x->text, '\n');
}

static void see_sheet(struct xlsb *x, struct cur *c)
{
	uint32_t state = cur_le32(c);

	(void)cur_le32(c);
	(void)string(x, c);
	if (state == 2)
		exam_find(x->e, x->part, FINDING_SHEET_HIDDEN, string(x, c));
}

static void see_name(struct xlsb *x, struct cur *c)
{
	struct span name;

	cur_take(c, 9); /* flags, key, sheet */
	name = string(x, c);
	if (formula_is_auto(name))
		exam_find(x->e, x->part, FINDING_MACRO_AUTORUN, name);
}

/* DDE has its service and topic where a link to a book has its relationship. */
static void see_link(struct xlsb *x, struct cur *c)
{
	uint16_t kind = cur_le16(c);
	struct span first = string(x, c), second = string(x, c);

	if (kind == 1)
		formula_dde(x->e, x->part, first, second);
}

/* The address is the one text in the record that begins like one. */
static void see_query(struct xlsb *x, struct cur *c)
{
	static const uint8_t http[] = { 'h', 0, 't', 0, 't', 0, 'p', 0 };
	struct span rest = cur_rest(c);
	const uint8_t *at = rest.len ? memmem(rest.ptr, rest.len, http, sizeof(http)) : NULL;
	struct cur from;

	if (!at || at < rest.ptr + 4)
		return;
	from = cur_init(line_from(rest, (size_t)(at - rest.ptr) - 4));
	target_judge(x->e, x->part, TARGET_BOOK, string(x, &from), (struct span){ 0 });
}

/* The cell, its value, flags; then the tokens. */
static void see_formula(struct xlsb *x, uint32_t type, struct cur *c)
{
	struct span tokens;

	cur_take(c, 8);
	if (type == FORMULA_TEXT)
		see_text(x, string(x, c));
	else
		cur_take(c, type == FORMULA_NUMBER ? 8 : 1);
	cur_take(c, 2);
	tokens = cur_span(c, cur_le32(c));
	if (tokens.len)
		xlsb_formula(x->e, x->part, tokens, x->macro_sheet);
}

static void see_record(struct xlsb *x, uint32_t type, struct cur *c)
{
	switch (type) {
	case CELL_TEXT:
		cur_take(c, 8);
		see_text(x, string(x, c));
		break;
	case SHARED_TEXT:
		cur_take(c, 1);
		see_text(x, string(x, c));
		break;
	case FORMULA_TEXT:
	case FORMULA_NUMBER:
	case FORMULA_BOOL:
	case FORMULA_ERROR:
		see_formula(x, type, c);
		break;
	case NAME:
		see_name(x, c);
		break;
	case SHEET_OF_BOOK:
		see_sheet(x, c);
		break;
	case BEGIN_LINK:
		see_link(x, c);
		break;
	case WEB_QUERY:
		see_query(x, c);
		break;
	}
}

/* What a part of a workbook begins with. */
static bool is_beginning(uint32_t type)
{
	return type == BEGIN_SHEET || type == BEGIN_BOOK || type == BEGIN_TEXTS || type == BEGIN_LINK ||
	       type == BEGIN_CONNECTIONS;
}

void xlsb_read(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena), inner;
	struct xlsb x = { .e = e, .part = part };
	struct cur c = cur_init(part->bytes), record;
	uint8_t *room = arena_take(&e->arena, TEXT + 4 * STRING);
	uint32_t type;

	if (!room || !record_next(&c, &type, &record) || !is_beginning(type) || !exam_work(e, part->bytes.len))
		goto out;
	x.text = pen_init(room, TEXT + 4 * STRING);
	x.macro_sheet = line_contains(part->name, "macrosheets/");
	if (x.macro_sheet)
		exam_find(e, part, FINDING_XLM, part->name);
	inner = arena_mark(&e->arena);
	do {
		see_record(&x, type, &record);
		arena_back(&e->arena, inner);
		if (x.text.used > TEXT)
			text_flush(&x);
	} while (!e->over && record_next(&c, &type, &record));
	text_flush(&x);
	if (c.bad)
		exam_unseen(e, part, UNSEEN_BROKEN, "a binary sheet that is cut");
out:
	arena_back(&e->arena, mark);
}
