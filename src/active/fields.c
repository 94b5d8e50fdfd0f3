/*
 * fields.c - fields of Word: the stack of those that are open, and what instructions come to.
 *
 * DDEAUTO in a field was made public in October 2017; days later the word came split over runs, and its arguments out
 * of QUOTE fields with codes of characters. What is outermost is kept as a level of its own: instructions that stand
 * in no field.
 */
#include "active/fields.h"

#include "base/line.h"
#include "base/pen.h"
#include "active/formula.h"
#include "active/target.h"

#define LEVELS    8    /* fields inside each other; deeper ones count as part of the innermost */
#define CODE      4096 /* bytes of an instruction; blanks in a row are one */
#define SHOWN     256  /* bytes of a result */
#define BOOKMARKS 8    /* texts that were given a name by SET */
#define NAME      40

struct level {
	bool separated;
	struct pen code, shown;
	uint8_t code_room[CODE], shown_room[SHOWN];
};

struct bookmark {
	struct pen name, value;
	uint8_t name_room[NAME], value_room[SHOWN];
};

struct fields {
	struct exam *e;
	const struct part *part;
	unsigned depth;  /* of the innermost level */
	unsigned deeper; /* fields that found no level */
	unsigned bookmark_count;
	struct bookmark bookmarks[BOOKMARKS];
	struct level levels[LEVELS];
};

/* --- instructions --- */

static void skip_blanks(struct span *rest)
{
	while (rest->len && *rest->ptr <= ' ')
		*rest = line_from(*rest, 1);
}

static uint8_t take(struct span *rest)
{
	uint8_t c = *rest->ptr;

	*rest = line_from(*rest, 1);
	return c;
}

/* A quotation mark: also the curved ones that Word makes of typed ones, U+201C to U+201F. */
static bool take_quote(struct span *rest)
{
	if (rest->len && *rest->ptr == '"') {
		take(rest);
		return true;
	}
	if (rest->len >= 3 && rest->ptr[0] == 0xe2 && rest->ptr[1] == 0x80 && (rest->ptr[2] & 0xfc) == 0x9c) {
		*rest = line_from(*rest, 3);
		return true;
	}
	return false;
}

/* The next argument, its quotation marks and backslashes undone; switches (\* \l) begin with one that stays. */
static bool next_argument(struct span *rest, uint8_t room[CODE], struct span *argument)
{
	struct pen pen = pen_init(room, CODE);
	bool quoted;

	skip_blanks(rest);
	if (rest->len == 0)
		return false;
	quoted = take_quote(rest);
	if (!quoted && rest->len >= 2 && rest->ptr[0] == '\\' && rest->ptr[1] != '\\')
		pen_byte(&pen, take(rest));
	while (rest->len) {
		if (quoted ? take_quote(rest) : *rest->ptr <= ' ')
			break;
		if (*rest->ptr == '\\' && rest->len > 1 && (rest->ptr[1] == '\\' || rest->ptr[1] == '"'))
			take(rest);
		pen_byte(&pen, take(rest));
	}
	*argument = pen_since(&pen, 0);
	return true;
}

static bool is_switch(struct span argument)
{
	return argument.len && argument.ptr[0] == '\\' && (argument.len < 2 || argument.ptr[1] != '\\');
}

static void judge_dde(struct exam *e, const struct part *part, struct span rest)
{
	uint8_t room[CODE];
	struct span service = { 0 };

	if (!next_argument(&rest, room, &service))
		return;
	formula_dde(e, part, service, rest);
}

/* \l names a place in what is linked; what follows it is no address. */
static void judge_link(struct exam *e, const struct part *part, struct span rest, struct span shown)
{
	uint8_t room[CODE];
	struct span argument;

	while (next_argument(&rest, room, &argument)) {
		if (!is_switch(argument)) {
			target_judge(e, part, TARGET_LINK, argument, shown);
			return;
		}
		if (line_is(argument, "\\l") || line_is(argument, "\\o") || line_is(argument, "\\t"))
			(void)next_argument(&rest, room, &argument);
	}
}

static void judge_targets(struct exam *e, const struct part *part, enum target_role role, struct span rest)
{
	uint8_t room[CODE];
	struct span argument;

	while (next_argument(&rest, room, &argument))
		if (!is_switch(argument))
			target_judge(e, part, role, argument, (struct span){ 0 });
}

/* MACROBUTTON NoMacro [Click here]: a place to type, in many templates. */
static void judge_button(struct exam *e, const struct part *part, struct span rest)
{
	uint8_t room[CODE];
	struct span name;

	if (next_argument(&rest, room, &name) && !line_is(name, "nomacro"))
		exam_find(e, part, FINDING_MACRO_BUTTON, name);
}

void fields_judge(struct exam *e, const struct part *part, struct span code, struct span shown)
{
	static const struct {
		const char *name;
		enum target_role role;
	} targets[] = {
		{ "includepicture", TARGET_IMAGE }, { "includetext", TARGET_FILE }, { "include", TARGET_FILE },
		{ "import", TARGET_FILE },	    { "rd", TARGET_FILE },	    { "database", TARGET_FILE },
		{ "link", TARGET_OBJECT },
	};
	uint8_t room[CODE];
	struct span name, rest = code;

	if (!next_argument(&rest, room, &name))
		return;
	if (line_is(name, "dde") || line_is(name, "ddeauto"))
		judge_dde(e, part, rest);
	else if (line_is(name, "hyperlink"))
		judge_link(e, part, rest, shown);
	else if (line_is(name, "macrobutton"))
		judge_button(e, part, rest);
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		if (line_is(name, targets[i].name))
			judge_targets(e, part, targets[i].role, rest);
}

/* --- results --- */

/* A number is the code of a character: { QUOTE 67 58 92 } is c:\. */
static bool code_of(struct span argument, uint32_t *rune)
{
	*rune = 0;
	for (size_t i = 0; i < argument.len; i++) {
		if (argument.ptr[i] < '0' || argument.ptr[i] > '9' || *rune > 0x10ffff)
			return false;
		*rune = *rune * 10 + argument.ptr[i] - '0';
	}
	return argument.len > 0;
}

static void quote(struct span rest, struct pen *result)
{
	uint8_t room[CODE];
	struct span argument;
	uint32_t rune;

	while (next_argument(&rest, room, &argument))
		if (code_of(argument, &rune))
			pen_rune(result, rune);
		else if (!is_switch(argument))
			pen_span(result, argument);
}

static void keep_bookmark(struct fields *f, struct span rest)
{
	uint8_t room[CODE];
	struct span argument;
	struct bookmark *bookmark;

	if (f->bookmark_count == BOOKMARKS || !next_argument(&rest, room, &argument))
		return;
	bookmark = &f->bookmarks[f->bookmark_count++];
	bookmark->name = pen_init(bookmark->name_room, NAME);
	bookmark->value = pen_init(bookmark->value_room, SHOWN);
	pen_span(&bookmark->name, argument);
	while (next_argument(&rest, room, &argument))
		pen_span(&bookmark->value, argument);
}

/* The last that was given this name. */
static const struct bookmark *find_bookmark(const struct fields *f, struct span name)
{
	for (unsigned i = f->bookmark_count; i-- > 0;)
		if (span_equal(pen_since(&f->bookmarks[i].name, 0), name))
			return &f->bookmarks[i];
	return NULL;
}

/* Writes what the field shows, where that can be worked out from its instruction; what was said of it else. */
static void work_out(struct fields *f, const struct level *level, struct pen *result)
{
	struct span rest = pen_since(&level->code, 0), name;
	const struct bookmark *bookmark;
	uint8_t room[CODE], second[CODE];

	if (!next_argument(&rest, room, &name))
		return;
	if (line_is(name, "quote")) {
		quote(rest, result);
		return;
	}
	if (line_is(name, "set")) {
		keep_bookmark(f, rest);
		return;
	}
	if (line_is(name, "ref") && !next_argument(&rest, second, &name))
		return;
	bookmark = find_bookmark(f, name);
	pen_span(result, pen_since(bookmark ? &bookmark->value : &level->shown, 0));
}

/* --- the stack --- */

static void level_begin(struct level *level)
{
	level->separated = false;
	level->code = pen_init(level->code_room, CODE);
	level->shown = pen_init(level->shown_room, SHOWN);
}

struct fields *fields_new(struct exam *e, const struct part *part)
{
	struct fields *f = arena_take(&e->arena, sizeof(*f));

	if (!f)
		return NULL;
	f->e = e;
	f->part = part;
	f->depth = f->deeper = f->bookmark_count = 0;
	level_begin(&f->levels[0]);
	return f;
}

void fields_open(struct fields *f)
{
	if (f->depth + 1 == LEVELS)
		f->deeper++;
	else
		level_begin(&f->levels[++f->depth]);
}

/* Blanks in a row are one, so that nobody pushes the command out of the room with them. */
void fields_code(struct fields *f, struct span utf8)
{
	struct pen *code = &f->levels[f->depth].code;

	for (size_t i = 0; i < utf8.len; i++)
		if (utf8.ptr[i] > ' ')
			pen_byte(code, utf8.ptr[i]);
		else if (code->used && code->room[code->used - 1] != ' ')
			pen_byte(code, ' ');
}

void fields_separate(struct fields *f)
{
	if (f->depth && !f->deeper)
		f->levels[f->depth].separated = true;
}

/* Text in front of the separator is part of the instruction, whatever element it stands in. */
void fields_text(struct fields *f, struct span utf8)
{
	struct level *level = &f->levels[f->depth];

	if (f->depth == 0)
		return;
	if (level->separated)
		pen_span(&level->shown, utf8);
	else
		fields_code(f, utf8);
}

static void judge(struct fields *f, const struct level *level)
{
	fields_judge(f->e, f->part, pen_since(&level->code, 0), pen_since(&level->shown, 0));
}

void fields_close(struct fields *f)
{
	struct level *level = &f->levels[f->depth];
	uint8_t room[CODE];
	struct pen result = pen_init(room, CODE);

	if (f->deeper) {
		f->deeper--;
		return;
	}
	if (f->depth == 0)
		return;
	judge(f, level);
	work_out(f, level, &result);
	f->depth--;
	fields_text(f, pen_since(&result, 0));
}

void fields_end(struct fields *f)
{
	f->deeper = 0;
	while (f->depth)
		fields_close(f);
	judge(f, &f->levels[0]);
	level_begin(&f->levels[0]);
}
