/* vba_function.c - functions of VBA that malicious macros build their strings with, on constants ([MS-VBAL] 6.1). */
#include "macro/vba_fold.h"

#include "base/line.h"

#define LENGTH_MAX 4096 /* of Space() and String() */

enum function {
	CHARACTER, CODE, SAME, LOWER, REVERSE, REPLACE, JOIN, SPLIT, ARRAY, ENVIRON, MIDDLE, LEFT, RIGHT, SPACE, REPEAT,
	NUMBER, LENGTH,
};

static const struct {
	const char *name;
	enum function function;
} functions[] = {
	{ "chr", CHARACTER },	{ "chrw", CHARACTER },	{ "chrb", CHARACTER }, { "asc", CODE },	      { "ascw", CODE },
	{ "cstr", SAME },	{ "trim", SAME },	{ "ltrim", SAME },     { "rtrim", SAME },     { "cvar", SAME },
	{ "strconv", SAME },	{ "lcase", LOWER },	{ "ucase", SAME },     { "strreverse", REVERSE }, { "replace", REPLACE },
	{ "join", JOIN },	{ "split", SPLIT },	{ "array", ARRAY },    { "environ", ENVIRON }, { "mid", MIDDLE },
	{ "left", LEFT },	{ "right", RIGHT },	{ "space", SPACE },    { "string", REPEAT },  { "cint", NUMBER },
	{ "clng", NUMBER },	{ "cbyte", NUMBER },	{ "val", NUMBER },     { "int", NUMBER },     { "fix", NUMBER },
	{ "cdbl", NUMBER },	{ "abs", NUMBER },	{ "len", LENGTH },
};

static bool find(struct span name, enum function *function)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (line_is(name, functions[i].name)) {
			*function = functions[i].function;
			return true;
		}
	return false;
}

bool vba_is_array(struct span name)
{
	return line_is(name, "array");
}

bool vba_constant(struct span name, struct vba_value *value)
{
	static const struct {
		const char *name, *text;
	} constants[] = { { "vbcrlf", "\r\n" }, { "vbnewline", "\r\n" }, { "vbcr", "\r" }, { "vblf", "\n" },
			  { "vbtab", "\t" },	{ "vbnullstring", "" },	 { "vbnullchar", "" } };

	for (size_t i = 0; i < sizeof(constants) / sizeof(constants[0]); i++)
		if (line_is(name, constants[i].name)) {
			*value = (struct vba_value){ .kind = VBA_STRING, .text = text_span(constants[i].text) };
			return true;
		}
	return false;
}

static bool text_at(const struct vba_call *call, unsigned at, struct span *text)
{
	if (at >= call->count || (call->arguments[at].kind != VBA_STRING && call->arguments[at].kind != VBA_LIST))
		return false;
	*text = call->arguments[at].text;
	return true;
}

static bool number_at(const struct vba_call *call, unsigned at, int64_t *number)
{
	if (at >= call->count || call->arguments[at].kind != VBA_INTEGER)
		return false;
	*number = call->arguments[at].number;
	return true;
}

static bool reverse(struct vba_fold *f, struct span text, struct vba_value *value)
{
	uint8_t *made;

	*value = vba_string(f, text);
	if (value->kind == VBA_UNKNOWN)
		return false;
	made = f->room + f->used - text.len;
	for (size_t i = 0; i < text.len / 2; i++) {
		uint8_t byte = made[i];

		made[i] = made[text.len - 1 - i];
		made[text.len - 1 - i] = byte;
	}
	f->turned++;
	return true;
}

static bool replace(struct vba_fold *f, struct span text, const struct span what[2], struct vba_value *value)
{
	*value = vba_string(f, (struct span){ text.ptr, 0 });
	while (text.len && what[0].len) {
		const uint8_t *at = memmem(text.ptr, text.len, what[0].ptr, what[0].len);
		size_t before = at ? (size_t)(at - text.ptr) : text.len;
		struct vba_value part = vba_string(f, (struct span){ text.ptr, before });

		if (at)
			part = vba_join(f, part, (struct vba_value){ .kind = VBA_STRING, .text = what[1] });
		if (part.kind == VBA_UNKNOWN)
			return false;
		value->text.len += part.text.len;
		before += at ? what[0].len : 0;
		text = (struct span){ text.ptr + before, text.len - before };
	}
	f->turned++;
	return what[0].len > 0;
}

/* Join and Split exchange what stands between the members of a list. */
static bool exchange(struct vba_fold *f, const struct vba_call *call, bool join, struct vba_value *value)
{
	static const uint8_t mark = VBA_LIST_MARK;
	struct span text, between = text_span(" "), list_mark = { &mark, 1 };

	if (!text_at(call, 0, &text))
		return false;
	(void)text_at(call, 1, &between);
	if (!join && !between.len)
		return false;
	if (!replace(f, text, join ? (struct span[]){ list_mark, between } : (struct span[]){ between, list_mark }, value))
		return false;
	value->kind = join ? VBA_STRING : VBA_LIST;
	return true;
}

/* Mid, Left, Right: a piece of a string, from 0. */
static bool piece(enum function function, const struct vba_call *call, struct vba_value *value)
{
	struct span text;
	int64_t first, count = INT64_MAX, from;

	if (!text_at(call, 0, &text) || !number_at(call, 1, &first) || first < 0)
		return false;
	if (function == MIDDLE && call->count > 2 && !number_at(call, 2, &count))
		return false;
	if (function != MIDDLE)
		count = first;
	from = function == MIDDLE ? first - 1 : function == RIGHT && (size_t)first < text.len ? (int64_t)text.len - first : 0;
	if (from < 0 || (size_t)from > text.len || count < 0)
		return false;
	text = (struct span){ text.ptr + from, text.len - (size_t)from };
	if ((uint64_t)count < text.len)
		text.len = (size_t)count;
	*value = (struct vba_value){ .kind = VBA_STRING, .text = text };
	return true;
}

static bool repeat(struct vba_fold *f, const struct vba_call *call, enum function function, struct vba_value *value)
{
	struct span text = text_span(" ");
	int64_t count;

	if (!number_at(call, 0, &count) || count < 0 || count > LENGTH_MAX)
		return false;
	if (function == REPEAT && !text_at(call, 1, &text))
		return false;
	*value = vba_string(f, (struct span){ text.ptr, 0 });
	while (count-- && text.len && value->kind == VBA_STRING && vba_string(f, (struct span){ text.ptr, 1 }).kind == VBA_STRING)
		value->text.len++;
	return value->kind == VBA_STRING;
}

static bool environ_of(struct vba_fold *f, struct span name, struct vba_value *value)
{
	static const struct vba_value percent = { .kind = VBA_STRING, .text = { (const uint8_t *)"%", 1 } };

	*value = vba_join(f, vba_join(f, percent, (struct vba_value){ .kind = VBA_STRING, .text = name }), percent);
	return value->kind == VBA_STRING;
}

/* Val("&H41"), CInt("65"), CLng(65) */
static bool number_of(const struct vba_call *call, struct vba_value *value)
{
	struct span text;
	struct vba_lex lex;

	if (call->count && call->arguments[0].kind == VBA_INTEGER) {
		*value = call->arguments[0];
		return true;
	}
	if (!text_at(call, 0, &text))
		return false;
	lex = vba_lex_begin(text);
	*value = (struct vba_value){ .kind = VBA_INTEGER, .number = lex.now.number };
	return lex.now.kind == VBA_NUMBER;
}

bool vba_call_known(struct vba_fold *f, const struct vba_call *call, struct vba_value *value)
{
	enum function function;
	struct span text = { 0 };
	int64_t number = 0;
	bool has_text, has_number;

	if (!call->count || !find(call->name, &function))
		return false;
	has_text = text_at(call, 0, &text);
	has_number = number_at(call, 0, &number);
	switch (function) {
	case CHARACTER:
		*value = vba_rune(f, number);
		return has_number;
	case CODE:
		*value = (struct vba_value){ .kind = VBA_INTEGER, .number = text.len ? *text.ptr : 0 };
		return has_text && text.len;
	case LENGTH:
		*value = (struct vba_value){ .kind = VBA_INTEGER, .number = (int64_t)text.len };
		return has_text;
	case SAME:
	case LOWER:
	case ARRAY:
		*value = call->arguments[0];
		return value->kind != VBA_UNKNOWN;
	case REVERSE:
		return has_text && reverse(f, text, value);
	case REPLACE: {
		struct span what[2];

		return has_text && text_at(call, 1, &what[0]) && text_at(call, 2, &what[1]) && replace(f, text, what, value);
	}
	case JOIN:
	case SPLIT:
		return exchange(f, call, function == JOIN, value);
	case ENVIRON:
		return has_text && environ_of(f, text, value);
	case MIDDLE:
	case LEFT:
	case RIGHT:
		return piece(function, call, value);
	case SPACE:
	case REPEAT:
		return repeat(f, call, function, value);
	case NUMBER:
		return number_of(call, value);
	}
	return false;
}
