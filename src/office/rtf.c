/*
 * rtf.c - RTF documents: objects, templates, fields, and the text.
 *
 * Groups inherit where their text goes; a word that begins a destination, or \* before one that is not known here,
 * changes it. Objects are looked for everywhere, also where Word would pass over them. Outlook keeps pages in RTF
 * ([MS-OXRTFEX]): the page is put together again.
 */
#include "office/office.h"

#include "active/fields.h"
#include "active/target.h"
#include "base/line.h"
#include "base/pen.h"
#include "base/text.h"
#include "format/charset.h"
#include "format/rtf.h"
#include "office/rtf_object.h"
#include "office/rtf_word.h"

#include <stdio.h>

#define GROUPS    256   /* inside each other; deeper ones are as the deepest */
#define TEXT      16384 /* bytes of text that are handed on at once */
#define NAME      1024  /* bytes of a class, a template's address, a property's name */
#define RAW       256   /* bytes of a charset that are read at once */
#define FONTS     8192  /* of a document: no honest one has so many (CVE-2023-21716) */
#define OVERRIDES 9     /* levels of a list that may be overridden (CVE-2014-1761) */
#define HTML_MAX  ((size_t)4 << 20) /* bytes of a page that is kept in RTF */
#define FRAGMENTS 128   /* bytes of a shape's property that is an array of one (CVE-2010-3333) */

enum place {
	IN_TEXT,
	IN_SKIPPED,     /* text that nobody sees: tables of fonts and styles, pictures */
	IN_FONTS,
	IN_CLASS,       /* of an object */
	IN_TEMPLATE,
	IN_FILE,        /* of the table of subdocuments */
	IN_INSTRUCTION, /* of a field */
	IN_PROPERTY,    /* the name of a shape's property */
	IN_VALUE,
	IN_PICTURE,     /* the value of a property that is the path of a picture */
	IN_HTML,        /* tags of a page */
};

struct group {
	uint8_t place;
	uint8_t after_unicode; /* characters behind \u for those who cannot read it */
	bool is_field;
	bool not_html; /* for those who do not know that it is a page */
};

struct document {
	struct exam *e;
	const struct part *part;
	struct rtf rtf;
	struct fields *fields;
	struct group *groups;
	unsigned depth, deeper;
	bool ignorable; /* \* was before */
	unsigned skip;  /* characters that stand for one that \u told */
	uint32_t high;  /* the first half of one that \u tells in two */
	uint32_t fonts;
	char charset[24];
	struct pen text, raw, name, class;
	struct pen html; /* without room: it is no page */
	uint8_t raw_room[RAW], name_room[NAME], class_room[NAME];
};

/* --- text --- */

static void text_flush(struct document *d)
{
	exam_text(d->e, d->part, pen_since(&d->text, 0));
	d->text.used = 0;
}

static void add_shown(struct document *d, struct span utf8)
{
	fields_text(d->fields, utf8);
	if (d->html.room) {
		if (!d->groups[d->depth].not_html)
			pen_span(&d->html, utf8);
		return;
	}
	while (utf8.len) {
		struct span some = line_cut(utf8, TEXT - d->text.used);

		pen_span(&d->text, some);
		utf8 = line_from(utf8, some.len);
		if (d->text.used == TEXT)
			text_flush(d);
	}
}

static void add_utf8(struct document *d, struct span utf8)
{
	switch (d->groups[d->depth].place) {
	case IN_TEXT:
		add_shown(d, utf8);
		break;
	case IN_HTML:
		pen_span(&d->html, utf8);
		break;
	case IN_INSTRUCTION:
		fields_code(d->fields, utf8);
		break;
	case IN_CLASS:
		pen_span(&d->class, utf8);
		break;
	case IN_TEMPLATE:
	case IN_FILE:
	case IN_PICTURE:
	case IN_PROPERTY:
		pen_span(&d->name, utf8);
		break;
	}
}

/* Bytes of the document's charset that wait for the rest of their character. */
static void raw_flush(struct document *d)
{
	struct span raw = pen_since(&d->raw, 0);
	size_t mark = arena_mark(&d->e->arena);

	if (!raw.len)
		return;
	add_utf8(d, charset_text(raw, text_span(d->charset), 4 * RAW, &d->e->arena));
	arena_back(&d->e->arena, mark);
	d->raw.used = 0;
}

static void add_raw(struct document *d, uint8_t byte)
{
	if (d->raw.used == RAW)
		raw_flush(d);
	pen_byte(&d->raw, byte);
}

static bool is_ascii(struct span text)
{
	uint8_t all = 0;

	for (size_t i = 0; i < text.len; i++)
		all |= text.ptr[i];
	return all < 0x80;
}

/* Line ends are none: those of the text are \par. */
static void add_text(struct document *d, struct span text)
{
	struct span line;

	while (d->skip && text.len) {
		d->skip -= *text.ptr >= ' ';
		text = line_from(text, 1);
	}
	if (!text.len || d->groups[d->depth].place == IN_SKIPPED || d->groups[d->depth].place == IN_FONTS)
		return;
	while (line_take(&text, &line))
		if (!d->raw.used && is_ascii(line))
			add_utf8(d, line);
		else
			for (size_t i = 0; i < line.len; i++)
				add_raw(d, line.ptr[i]);
}

static void add_byte(struct document *d, uint8_t byte)
{
	if (d->skip)
		d->skip--;
	else if (d->groups[d->depth].place != IN_SKIPPED)
		add_raw(d, byte);
}

/* \u is a signed number of 16 bits; characters beyond come in two. */
static void add_unicode(struct document *d, int32_t number)
{
	uint32_t unit = (uint32_t)number & 0xffff;
	uint8_t room[4];
	struct pen pen = pen_init(room, sizeof(room));

	raw_flush(d);
	d->skip = d->groups[d->depth].after_unicode;
	if (unit >= 0xd800 && unit < 0xdc00) {
		d->high = unit;
		return;
	}
	if (d->high && unit >= 0xdc00 && unit < 0xe000)
		unit = 0x10000 + ((d->high & 0x3ff) << 10) + (unit & 0x3ff);
	d->high = 0;
	pen_rune(&pen, unit);
	add_utf8(d, pen_since(&pen, 0));
}

/* --- groups --- */

static void open_group(struct document *d)
{
	raw_flush(d);
	d->skip = 0;
	if (d->depth + 1 == GROUPS) {
		d->deeper++;
		return;
	}
	d->groups[d->depth + 1] = d->groups[d->depth];
	d->groups[++d->depth].is_field = false;
}

/* A name that was collected is whole when its group ends. */
static void see_name(struct document *d, enum place place)
{
	struct span name = pen_since(&d->name, 0);

	static const enum target_role roles[] = { [IN_TEMPLATE] = TARGET_RTF_TEMPLATE, [IN_FILE] = TARGET_FILE,
						  [IN_PICTURE] = TARGET_IMAGE };

	if (place == IN_TEMPLATE || place == IN_FILE || place == IN_PICTURE)
		target_judge(d->e, d->part, roles[place], line_trim(name), (struct span){ 0 });
	if (place != IN_PROPERTY)
		d->name.used = 0;
}

static void close_group(struct document *d)
{
	const struct group *group = &d->groups[d->depth];

	raw_flush(d);
	d->skip = 0;
	if (d->deeper) {
		d->deeper--;
		return;
	}
	if (d->depth == 0)
		return;
	if (group->place != d->groups[d->depth - 1].place)
		see_name(d, (enum place)group->place);
	if (group->is_field)
		fields_close(d->fields);
	d->depth--;
}

/* --- words --- */

static void on_place(struct document *d, enum place place)
{
	d->groups[d->depth].place = (uint8_t)place;
	if (place == IN_TEMPLATE || place == IN_PROPERTY || place == IN_FILE || place == IN_PICTURE)
		d->name.used = 0;
	if (place == IN_CLASS)
		d->class.used = 0;
}

static void on_field(struct document *d)
{
	d->groups[d->depth].is_field = true;
	fields_open(d->fields);
}

static void on_object_data(struct document *d)
{
	rtf_object(d->e, d->part, &d->rtf, pen_since(&d->class, 0));
	d->class.used = 0;
}

/* Pictures may lie elsewhere ([MS-ODRAW] 2.3.23.6 pibName, 2.3.7.9 fillBlipName). */
static bool is_picture(struct span property)
{
	return line_is(property, "pibname") || line_is(property, "fillblipname") || line_is(property, "linefillblipname");
}

/* A shape's property: \sn, then \sv. */
static void on_value(struct document *d)
{
	struct span rest = line_cut(cur_rest(&d->rtf.at), FRAGMENTS + 1);

	on_place(d, is_picture(line_trim(pen_since(&d->name, 0))) ? IN_PICTURE : IN_VALUE);
	if (line_is(pen_since(&d->name, 0), "pfragments") && line_find(rest, '}') > FRAGMENTS)
		exam_find(d->e, d->part, FINDING_EXPLOIT_OBJECT, text_span("pFragments (CVE-2010-3333)"));
}

static void on_html(struct document *d)
{
	size_t size = d->part->bytes.len < HTML_MAX ? d->part->bytes.len : HTML_MAX;
	uint8_t *room = d->html.room ? NULL : arena_take(&d->e->arena, size);

	if (room)
		d->html = pen_init(room, size);
}

static void hand_on_html(struct document *d)
{
	struct part page = { .said = text_span("text/html"), .bytes = pen_since(&d->html, 0), .inline_body = true };

	if (d->html.cut)
		exam_unseen(d->e, d->part, UNSEEN_LIMIT, "a page that is too long");
	if (page.bytes.len)
		exam_part(d->e, d->part, &page);
}

static void on_codepage(struct document *d, int32_t number)
{
	if (number == 65001)
		snprintf(d->charset, sizeof(d->charset), "utf-8");
	else if (number > 1 && number < 65536)
		snprintf(d->charset, sizeof(d->charset), number == 932 ? "shift_jis" : "windows-%d", (int)number);
}

/* Where the text of a group goes from here on. */
static const enum place places[] = {
	[RTF_SKIPPED] = IN_SKIPPED,
	[RTF_FONT_TABLE] = IN_FONTS,
	[RTF_OBJECT_CLASS] = IN_CLASS,
	[RTF_TEMPLATE] = IN_TEMPLATE,
	[RTF_FILE] = IN_FILE,
	[RTF_INSTRUCTION] = IN_INSTRUCTION,
	[RTF_PROPERTY] = IN_PROPERTY,
	[RTF_SHOWN] = IN_TEXT,
	[RTF_HTML_TAG] = IN_HTML,
};

static void on_known(struct document *d, enum rtf_action action, int32_t number)
{
	switch (action) {
	case RTF_TEXT_BREAK:
		add_utf8(d, text_span("\n"));
		break;
	case RTF_FONT:
		if (d->groups[d->depth].place == IN_FONTS && ++d->fonts == FONTS)
			exam_find(d->e, d->part, FINDING_EXPLOIT_OBJECT, text_span("fonts without end (CVE-2023-21716)"));
		break;
	case RTF_OBJECT_UPDATES:
		exam_find(d->e, d->part, FINDING_OBJECT_UPDATE, text_span("\\objupdate"));
		break;
	case RTF_OBJECT_DATA:
		on_object_data(d);
		break;
	case RTF_FIELD:
		on_field(d);
		break;
	case RTF_RESULT:
		fields_separate(d->fields);
		on_place(d, IN_TEXT);
		break;
	case RTF_VALUE:
		on_value(d);
		break;
	case RTF_CODEPAGE:
		on_codepage(d, number);
		break;
	case RTF_FROM_HTML:
		on_html(d);
		break;
	case RTF_NOT_HTML:
		d->groups[d->depth].not_html = number != 0;
		break;
	case RTF_UNICODE:
		add_unicode(d, number);
		break;
	case RTF_UNICODE_SKIP:
		d->groups[d->depth].after_unicode = number > 0 && number < 16 ? (uint8_t)number : 0;
		break;
	case RTF_OVERRIDE_COUNT:
		if (number > OVERRIDES)
			exam_findf(d->e, d->part, FINDING_EXPLOIT_OBJECT, "\\listoverridecount%d (CVE-2014-1761)", (int)number);
		break;
	default:
		on_place(d, places[action]);
	}
}

static void on_word(struct document *d, const struct rtf_token *token)
{
	enum rtf_action action;

	raw_flush(d);
	d->skip = 0; /* it would count as a character, but must not hide anything */
	if (rtf_action_of(token->text, &action))
		on_known(d, action, token->has_number ? token->number : 1);
	else if (d->ignorable)
		on_place(d, IN_SKIPPED);
}

static void on_symbol(struct document *d, struct span symbol)
{
	uint8_t c = symbol.len ? *symbol.ptr : 0;

	raw_flush(d);
	if (c == '\\' || c == '{' || c == '}')
		add_text(d, symbol);
	else if (c == '~' || c == '\t' || c == '\n' || c == '\r')
		add_utf8(d, text_span(c == '~' ? " " : "\n"));
	else if (c == '_')
		add_utf8(d, text_span("-"));
}

static void read_all(struct document *d)
{
	struct rtf_token token;

	while (!d->e->over && rtf_next(&d->rtf, &token)) {
		switch (token.kind) {
		case RTF_OPEN:
			open_group(d);
			break;
		case RTF_CLOSE:
			close_group(d);
			break;
		case RTF_WORD:
			on_word(d, &token);
			break;
		case RTF_SYMBOL:
			on_symbol(d, token.text);
			break;
		case RTF_BYTE:
			add_byte(d, token.byte);
			break;
		case RTF_TEXT:
			add_text(d, token.text);
			break;
		case RTF_BINARY:
			break;
		}
		d->ignorable = token.kind == RTF_SYMBOL && token.text.len && *token.text.ptr == '*';
	}
	raw_flush(d);
	while (d->depth)
		close_group(d);
	fields_end(d->fields);
	text_flush(d);
	if (d->html.room)
		hand_on_html(d);
}

void office_rtf(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena);
	struct document *d = arena_take(&e->arena, sizeof(*d));
	struct group *groups = arena_take(&e->arena, GROUPS * sizeof(*groups));
	uint8_t *text = arena_take(&e->arena, TEXT);
	struct fields *fields = fields_new(e, part);

	if (d && groups && text && fields && exam_work(e, part->bytes.len)) {
		*d = (struct document){ .e = e, .part = part, .rtf = rtf_begin(part->bytes), .fields = fields, .groups = groups,
					.charset = "windows-1252", .text = pen_init(text, TEXT) };
		d->raw = pen_init(d->raw_room, RAW);
		d->name = pen_init(d->name_room, NAME);
		d->class = pen_init(d->class_room, NAME);
		groups[0] = (struct group){ .place = IN_TEXT, .after_unicode = 1 };
		read_all(d);
	}
	arena_back(&e->arena, mark);
}
