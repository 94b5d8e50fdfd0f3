/*
 * sylk.c - texts that are sheets: SYLK, files of commas, and queries that a spreadsheet sends to the web.
 *
 * SYLK is not specified; its records are those that Multiplan's successors write. It may be a sheet of Excel 4.0 macros,
 * which older Excel for the Mac ran without asking.
 */
#include "biff/sylk.h"

#include "active/formula.h"
#include "active/target.h"
#include "base/line.h"
#include "format/charset.h"

#define TEXT_MAX ((size_t)4 << 20) /* bytes of a sheet's text in another charset that are read */

/* --- SYLK --- */

/* The field that begins with a letter; an expression goes on to the end of its line. Empty: there is none. */
static struct span field_of(struct span record, uint8_t letter)
{
	struct span field;

	while (line_part(&record, ';', &field))
		if (field.len > 1 && field.ptr[0] == letter) {
			if (letter == 'E')
				field.len += record.len + (record.len > 0);
			return line_from(field, 1);
		}
	return (struct span){ cur_zeros, 0 };
}

static bool has_option(struct span record, uint8_t letter)
{
	struct span field;

	while (line_part(&record, ';', &field))
		if (field.len == 1 && field.ptr[0] == letter)
			return true;
	return false;
}

static void see_name(struct exam *e, const struct part *part, struct span record)
{
	struct span name = field_of(record, 'N');

	if (formula_is_auto(name))
		exam_find(e, part, FINDING_MACRO_AUTORUN, name);
}

static void see_cell(struct exam *e, const struct part *part, struct span record)
{
	struct span formula = field_of(record, 'E');

	if (!formula.len)
		return;
	formula_judge(e, part, formula);
	formula_macro(e, part, formula);
}

static void read_sylk(struct exam *e, const struct part *part)
{
	struct span rest = part->bytes, record;

	while (!e->over && line_take(&rest, &record))
		if (line_starts(record, "C;"))
			see_cell(e, part, record);
		else if (line_starts(record, "NN;") || line_starts(record, "NE;"))
			see_name(e, part, line_from(record, 2));
		else if (line_starts(record, "O;") && has_option(record, 'E'))
			exam_find(e, part, FINDING_XLM, text_span("SYLK"));
}

/* --- commas --- */

/* The first cell that begins as a formula does: what follows in the line may be a part of it. Empty: there is none.
 * `quoted`: it stands in quotation marks, and those inside are doubled (RFC 4180, 2). */
static struct span formula_in(struct span line, bool *quoted)
{
	bool begins = true;

	*quoted = false;

	for (size_t i = 0; i < line.len; i++) {
		uint8_t c = line.ptr[i];

		if (begins && (c == '=' || c == '+' || c == '-' || c == '@'))
			return line_from(line, i);
		*quoted = c == '"';
		if (c != ' ' && c != '"' && c != '\'')
			begins = c == ',' || c == ';' || c == '\t';
	}
	return line_from(line, line.len);
}

static void see_comma_cell(struct exam *e, const struct part *part, struct span line)
{
	size_t mark = arena_mark(&e->arena);
	bool quoted;
	struct span formula = formula_in(line, &quoted);
	struct pour pour = pour_begin(&e->arena, formula.len);

	formula_judge(e, part, formula);
	for (size_t i = 0; quoted && i < formula.len; i++) {
		pour_byte(&pour, formula.ptr[i]);
		i += formula.ptr[i] == '"' && i + 1 < formula.len && formula.ptr[i + 1] == '"';
	}
	formula = pour_end(&pour);
	if (quoted)
		formula_judge(e, part, formula);
	arena_back(&e->arena, mark);
}

static void read_commas(struct exam *e, const struct part *part, struct span text)
{
	struct span rest = text, line;

	if (!memchr(text.ptr, '|', text.len) && !memchr(text.ptr, '(', text.len))
		return;
	while (!e->over && line_take(&rest, &line))
		if (line.len && (memchr(line.ptr, '|', line.len) || memchr(line.ptr, '(', line.len)))
			see_comma_cell(e, part, line);
}

/* --- queries --- */

/* "WEB", a version, the address (IQY); else a connection: "Provider=...;Data Source=...". */
static void read_query(struct exam *e, const struct part *part, struct span text)
{
	struct span line, pair;
	bool web = line_take(&text, &line) && line_is(line_trim(line), "web");

	if (web && line_take(&text, &line) && line_take(&text, &line)) {
		target_judge(e, part, TARGET_FILE, line_trim(line), (struct span){ 0 });
		return;
	}
	while (line_take(&text, &line))
		while (line_part(&line, ';', &pair)) {
			(void)line_until(&pair, '=');
			target_judge(e, part, TARGET_BOOK, line_trim(pair), (struct span){ 0 });
		}
}

void sylk_document(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena);
	struct span text;

	if (!part->bytes.len || !exam_work(e, part->bytes.len))
		return;
	if (part->type == TYPE_SYLK) {
		read_sylk(e, part);
		return;
	}
	text = charset_text(part->bytes, (struct span){ 0 }, TEXT_MAX, &e->arena);
	if (part->type == TYPE_IQY)
		read_query(e, part, text);
	else if (text.len)
		read_commas(e, part, text);
	exam_text(e, part, text);
	arena_back(&e->arena, mark);
}
