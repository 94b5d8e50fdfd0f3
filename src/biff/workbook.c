/* workbook.c - the records of a workbook, one after the other. */
#include "biff/workbook.h"

#include "active/formula.h"
#include "base/pen.h"
#include "biff/workbook_private.h"
#include "sealed/filepass.h"

#define TEXT_ROOM ((size_t)256 << 10) /* bytes of cells' texts that are handed on */

/* Kinds of what a BOF begins ([MS-XLS] 2.4.21) */
enum { BOF_GLOBALS = 0x05, BOF_MACROS = 0x40 };

/* The version of a BOF record; 0: it is none. */
static unsigned bof_version(unsigned id, struct cur c)
{
	switch (id) {
	case 0x0009:
		return 2;
	case 0x0209:
		return 3;
	case 0x0409:
		return 4;
	case 0x0809:
		return cur_le16(&c) == 0x0500 ? 5 : 8;
	default:
		return 0;
	}
}

struct span workbook_string(struct workbook *b, struct cur *c, size_t count)
{
	bool wide = b->version == 8 && (cur_u8(c) & 1);
	size_t len = wide ? count * 2 : count;

	return ptg_characters(b->e, cur_span(c, len < c->left ? len : c->left), wide);
}

static void on_bof(struct workbook *b, struct cur c, uint32_t offset)
{
	unsigned kind;

	(void)cur_le16(&c);
	kind = cur_le16(&c);
	if (b->depth == BOOK_DEPTH || !exam_work(b->e, b->sheet_count))
		return;
	b->macros[b->depth++] = kind == BOF_MACROS;
	for (unsigned i = 0; i < b->sheet_count; i++)
		if (b->sheets[i].offset == offset) {
			b->sheet = b->sheets[i].name;
			b->macros[b->depth - 1] |= b->sheets[i].macros;
		}
	b->macro.below = b->sheet;
}

static bool in_macros(const struct workbook *b)
{
	return b->depth > 0 && b->macros[b->depth - 1];
}

static void on_boundsheet(struct workbook *b, struct cur c)
{
	struct sheet sheet = { .offset = cur_le32(&c) };

	sheet.hidden = cur_u8(&c) & 3;
	sheet.macros = cur_u8(&c) == 1;
	sheet.name = workbook_string(b, &c, cur_u8(&c));
	if (b->sheet_count == BOOK_SHEETS)
		return;
	b->sheets[b->sheet_count++] = sheet;
	if (sheet.hidden == 2 || (sheet.hidden && sheet.macros))
		exam_find(b->e, b->part, FINDING_SHEET_HIDDEN, sheet.name);
}

static void on_string(void *whom, struct span utf8)
{
	struct workbook *b = whom;

	macro_string(&b->macro, utf8);
}

static void judge_tokens(struct workbook *b, struct span tokens)
{
	size_t mark = arena_mark(&b->e->arena);
	struct ptg_formula formula = { .tokens = tokens, .version = b->version, .names = &b->names, .string = on_string, .whom = b };

	if (exam_work(b->e, tokens.len * 8 + A_FINDING))
		formula_macro(b->e, b->part, ptg_text(b->e, &formula));
	arena_back(&b->e->arena, mark);
}

/* Links of cells: the only function that matters outside of macros, as text in the tokens. */
static void judge_cell(struct workbook *b, struct span tokens)
{
	static const uint8_t hyperlink[] = { 0x67, 0x01 };
	struct ptg_formula formula = { .tokens = tokens, .version = b->version, .names = &b->names };
	size_t mark = arena_mark(&b->e->arena);

	if (memmem(tokens.ptr, tokens.len, hyperlink, sizeof(hyperlink)) && exam_work(b->e, tokens.len * 8))
		formula_judge(b->e, b->part, ptg_text(b->e, &formula));
	arena_back(&b->e->arena, mark);
}

/* `head`: bytes in front of the length of the tokens. */
static void on_formula(struct workbook *b, struct cur c, size_t head)
{
	size_t len;

	(void)cur_span(&c, head);
	len = b->version == 2 ? cur_u8(&c) : cur_le16(&c);
	if (c.bad)
		return;
	if (len > c.left)
		len = c.left;
	if (in_macros(b)) {
		b->formulas++;
		judge_tokens(b, (struct span){ c.p, len });
	} else {
		judge_cell(b, (struct span){ c.p, len });
	}
}

/* Built-in names have a number instead ([MS-XLS] 2.4.150): those from Auto_Open to Auto_Deactivate. */
static struct span builtin_name(struct span name)
{
	static const char *const names[] = { [1] = "Auto_Open", [2] = "Auto_Close", [10] = "Auto_Activate",
					     [11] = "Auto_Deactivate" };

	if (name.len == 1 && *name.ptr < sizeof(names) / sizeof(names[0]) && names[*name.ptr])
		return text_span(names[*name.ptr]);
	return name;
}

static void on_name(struct workbook *b, struct cur c)
{
	unsigned flags = cur_le16(&c), count, len;
	struct span name;

	(void)cur_u8(&c);
	count = cur_u8(&c);
	len = cur_le16(&c);
	(void)cur_span(&c, b->version >= 5 ? 8 : 0);
	if (c.bad)
		return;
	name = workbook_string(b, &c, count);
	if (flags & 0x20)
		name = builtin_name(name);
	if (b->names.defined_count < PTG_NAMES)
		b->names.defined[b->names.defined_count++] = name;
	if (formula_is_auto(name)) {
		b->starts = true;
		if (!*b->macro.start)
			exam_visible(b->macro.start, sizeof(b->macro.start), name);
	}
	judge_tokens(b, (struct span){ c.p, len < c.left ? len : c.left });
}

static void on_label(struct workbook *b, struct cur c)
{
	size_t mark = arena_mark(&b->e->arena);
	struct span text;

	(void)cur_span(&c, 6);
	text = workbook_string(b, &c, cur_le16(&c));
	workbook_text(b, text);
	if (in_macros(b))
		macro_string(&b->macro, text);
	arena_back(&b->e->arena, mark);
}

static void on_result(struct workbook *b, struct cur c)
{
	size_t mark = arena_mark(&b->e->arena);

	if (in_macros(b))
		macro_string(&b->macro, workbook_string(b, &c, cur_le16(&c)));
	arena_back(&b->e->arena, mark);
}

static void on_record(struct workbook *b, unsigned id, struct cur c, struct cur rest)
{
	switch (id) {
	case RECORD_EOF:
		b->depth -= b->depth > 0;
		break;
	case RECORD_BOUNDSHEET:
		on_boundsheet(b, c);
		break;
	case RECORD_FORMULA:
	case RECORD_FORMULA_3:
	case RECORD_FORMULA_4:
		on_formula(b, c, b->version >= 5 ? 20 : 16);
		break;
	case RECORD_SHARED:
		on_formula(b, c, 8);
		break;
	case RECORD_ARRAY:
		on_formula(b, c, b->version >= 5 ? 12 : 8);
		break;
	case RECORD_NAME:
	case RECORD_NAME_3:
		on_name(b, c);
		break;
	case RECORD_SUPBOOK:
		workbook_supbook(b, c);
		break;
	case RECORD_EXTERNSHEET:
		workbook_extern_sheet(b, c);
		break;
	case RECORD_EXTERNNAME:
		workbook_extern_name(b, c);
		break;
	case RECORD_HLINK:
		workbook_hlink(b, c);
		break;
	case RECORD_LABEL:
		on_label(b, c);
		break;
	case RECORD_STRING:
		on_result(b, c);
		break;
	case RECORD_SST:
		workbook_strings(b, c, rest);
		break;
	default:
		break;
	}
}

/* The rest of the stream is encrypted: goes on in what is under it, or ends. */
static bool on_filepass(struct workbook *b, struct cur record, struct cur *rest)
{
	struct span open = { 0 };

	if (!filepass_open(b->e, b->part, b->stream, cur_rest(&record), b->version, &open))
		return false;
	*rest = cur_init(open);
	(void)cur_span(rest, (size_t)(record.p - b->stream.ptr) + record.left);
	b->stream = open;
	return true;
}

static void read_records(struct workbook *b)
{
	struct cur c = cur_init(b->stream);

	while (c.left >= 4 && !b->e->over) {
		uint32_t offset = (uint32_t)c.off;
		unsigned id = cur_le16(&c);
		size_t len = cur_le16(&c);
		struct cur record = cur_init(cur_span(&c, len < c.left ? len : c.left));

		if (bof_version(id, record))
			on_bof(b, record, offset);
		else if (id == RECORD_FILEPASS && !on_filepass(b, record, &c))
			return;
		else
			on_record(b, id, record, c);
	}
}

static void tell_macros(struct workbook *b)
{
	struct span name = { 0 };

	for (unsigned i = 0; i < b->sheet_count; i++)
		if (b->sheets[i].macros && !name.len)
			name = b->sheets[i].name;
	if (b->formulas)
		exam_findf(b->e, b->part, FINDING_XLM, "%.*s (%u formulas)", (int)name.len, (const char *)name.ptr, b->formulas);
	if (b->formulas && b->starts)
		exam_find(b->e, b->part, FINDING_MACRO_AUTORUN, text_span(b->macro.start));
}

bool workbook_read(struct exam *e, const struct part *part, struct span stream)
{
	struct cur c = cur_init(stream);
	size_t mark = arena_mark(&e->arena);
	unsigned id = cur_le16(&c), version;
	struct workbook *b;
	uint8_t *room;

	(void)cur_le16(&c);
	version = bof_version(id, c);
	if (!version || !exam_work(e, stream.len))
		return version != 0;
	b = arena_take(&e->arena, sizeof(*b));
	room = arena_take(&e->arena, stream.len < TEXT_ROOM ? stream.len : TEXT_ROOM);
	if (!b || !room)
		return true;
	memset(b, 0, sizeof(*b));
	b->e = e;
	b->part = part;
	b->stream = stream;
	b->version = version;
	b->text = pen_init(room, stream.len < TEXT_ROOM ? stream.len : TEXT_ROOM);
	macro_begin(&b->macro, e, part, MACRO_SHEET);
	read_records(b);
	b->macro.below = (struct span){ 0 };
	tell_macros(b);
	exam_text(e, part, pen_since(&b->text, 0));
	arena_back(&e->arena, mark);
	return true;
}
