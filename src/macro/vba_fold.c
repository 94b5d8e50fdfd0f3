/* vba_fold.c - constant expressions of VBA ([MS-VBAL] 5.6), and variables. */
#include "macro/vba_fold.h"

#include "base/cursor.h"
#include "base/line.h"
#include "base/pen.h"

#define ROOM      ((size_t)1 << 20) /* bytes of strings that are made in a project */
#define DEPTH     48 /* brackets inside each other that are followed */
#define POWER_MAX 62
#define DENSE_FROM 32 /* bytes of a string that may be one of those that nobody can read */

struct vba_fold *vba_fold_new(struct macro *macro)
{
	struct arena *arena = &macro->e->arena;
	struct vba_fold *f = arena_take(arena, sizeof(*f));
	uint8_t *room = arena_take(arena, ROOM);

	if (!f || !room)
		return NULL;
	memset(f, 0, sizeof(*f));
	f->macro = macro;
	f->room = room;
	f->size = ROOM;
	return f;
}

/* --- strings --- */

static const struct vba_value unknown = { .kind = VBA_UNKNOWN };

static bool append(struct vba_fold *f, struct span text)
{
	if (text.len > f->size - f->used)
		return false;
	if (text.len)
		memmove(f->room + f->used, text.ptr, text.len);
	f->used += text.len;
	return true;
}

struct vba_value vba_string(struct vba_fold *f, struct span text)
{
	uint8_t *at = f->room + f->used;

	if (!append(f, text))
		return unknown;
	return (struct vba_value){ .kind = VBA_STRING, .text = { at, text.len } };
}

struct vba_value vba_rune(struct vba_fold *f, int64_t rune)
{
	uint8_t bytes[4];
	struct pen pen = pen_init(bytes, sizeof(bytes));

	f->codes++;
	if (rune < 0 || rune > 0x10ffff)
		return unknown;
	pen_rune(&pen, (uint32_t)rune);
	return vba_string(f, pen_since(&pen, 0));
}

/* In place, where the left one lies on top or the right one right behind it: a string that grows by many steps is
 * not copied at each. */
static struct vba_value join_text(struct vba_fold *f, struct span left, struct span right)
{
	const uint8_t *top = f->room + f->used, *end = left.ptr + left.len;
	bool ours = left.ptr >= f->room && left.ptr < f->room + f->size;
	struct vba_value joined = { .kind = VBA_STRING, .text = left };

	if (ours && right.ptr == end && right.ptr + right.len == top) {
		joined.text.len += right.len;
		return joined;
	}
	if (!ours || end != top) {
		joined = vba_string(f, left);
		if (joined.kind == VBA_UNKNOWN)
			return unknown;
	}
	if (!append(f, right))
		return unknown;
	joined.text.len += right.len;
	return joined;
}

static struct vba_value as_string(struct vba_fold *f, struct vba_value value)
{
	uint8_t digits[16];
	struct pen pen = pen_init(digits, sizeof(digits));

	if (value.kind == VBA_STRING)
		return value;
	if (value.kind != VBA_INTEGER || value.number < 0 || value.number > UINT32_MAX)
		return (struct vba_value){ .kind = VBA_STRING, .text = { cur_zeros, 0 }, .partial = true };
	pen_decimal(&pen, (uint32_t)value.number);
	return vba_string(f, pen_since(&pen, 0));
}

struct vba_value vba_join(struct vba_fold *f, struct vba_value left, struct vba_value right)
{
	struct vba_value joined;

	if (left.kind == VBA_UNKNOWN && right.kind == VBA_UNKNOWN)
		return unknown;
	left = as_string(f, left);
	right = as_string(f, right);
	f->pieces++;
	f->piece_bytes += right.text.len;
	joined = join_text(f, left.text, right.text);
	joined.partial = left.partial || right.partial;
	return joined;
}

/* Numbers of a list are taken as the codes of characters: with nothing between. */
struct vba_value vba_list_add(struct vba_fold *f, struct vba_value list, struct vba_value member)
{
	static const uint8_t mark = VBA_LIST_MARK;
	struct vba_value added = { 0 };

	if (member.kind == VBA_INTEGER) {
		member = vba_rune(f, member.number);
		added = join_text(f, list.text, member.text);
	} else if (member.kind == VBA_STRING) {
		added = list.text.len ? join_text(f, list.text, (struct span){ &mark, 1 }) : list;
		if (added.kind != VBA_UNKNOWN)
			added = join_text(f, added.text, member.text);
	}
	if (added.kind == VBA_UNKNOWN)
		return list;
	added.kind = VBA_LIST;
	return added;
}

void vba_use(struct vba_fold *f, struct vba_value value)
{
	if (value.kind == VBA_STRING || value.kind == VBA_LIST)
		macro_string(f->macro, value.text);
}

/* --- variables --- */

/* Its place, or a free one. NULL: too many. */
static struct vba_variable *find_variable(struct vba_fold *f, struct span name)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < name.len; i++)
		hash = (hash ^ text_lower(name.ptr[i])) * 16777619u;
	for (uint32_t i = 0; i < VBA_VARIABLES; i++) {
		struct vba_variable *variable = &f->variables[(hash + i) % VBA_VARIABLES];

		if (!variable->name.len || line_same(variable->name, name))
			return variable;
	}
	return NULL;
}

void vba_assign(struct vba_fold *f, struct span name, struct vba_value value)
{
	struct vba_variable *variable = find_variable(f, name);
	bool grows;

	if (!variable || (!variable->name.len && f->variable_count == VBA_VARIABLES * 3 / 4)) {
		vba_use(f, value);
		return;
	}
	f->variable_count += !variable->name.len;
	grows = variable->value.text.ptr == value.text.ptr && variable->value.text.len <= value.text.len;
	if (!grows)
		vba_use(f, variable->value);
	*variable = (struct vba_variable){ name, value };
}

void vba_settle(struct vba_fold *f)
{
	for (unsigned i = 0; i < VBA_VARIABLES; i++)
		vba_use(f, f->variables[i].value);
}

/* --- expressions --- */

static struct vba_value parse(struct vba_fold *f, unsigned least);

/* No blank, no sign of a path or an address: a payload, a key, or what is decoded when it runs. */
static bool is_dense(struct span text)
{
	if (text.len < DENSE_FROM)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == ' ' || text.ptr[i] == '.' || text.ptr[i] == '\\' || text.ptr[i] == '_')
			return false;
	return true;
}

static struct vba_value text_value(struct vba_fold *f)
{
	struct vba_token token = f->lex.now;
	struct vba_value value = { .kind = VBA_STRING, .text = token.text };
	uint8_t *from = f->room + f->used;

	if (is_dense(token.text))
		f->dense += (uint32_t)token.text.len;
	vba_lex_next(&f->lex);
	if (!token.doubled || token.text.len > f->size - f->used)
		return value;
	for (size_t i = 0; i < token.text.len; i++) {
		f->room[f->used++] = token.text.ptr[i];
		i += token.text.ptr[i] == '"';
	}
	value.text = (struct span){ from, (size_t)(f->room + f->used - from) };
	return value;
}

/* What stands between brackets; those that do not fit are used at once. */
static void parse_arguments(struct vba_fold *f, struct vba_call *call)
{
	struct vba_value list = { .kind = VBA_LIST, .text = { f->room + f->used, 0 } };
	bool array = vba_is_array(call->name);

	vba_lex_next(&f->lex);
	while (f->lex.now.kind != VBA_BREAK && f->lex.now.kind != VBA_END && !vba_is_sign(&f->lex, ')')) {
		struct vba_value value;

		if (f->lex.now.kind == VBA_SIGN && memchr(",:=;#", f->lex.now.sign, 5)) {
			vba_lex_next(&f->lex);
			continue;
		}
		value = parse(f, 0);
		if (array)
			list = vba_list_add(f, list, value);
		else if (call->count < VBA_ARGUMENTS)
			call->arguments[call->count++] = value;
		else
			vba_use(f, value);
	}
	if (vba_is_sign(&f->lex, ')'))
		vba_lex_next(&f->lex);
	if (array) {
		call->arguments[0] = list;
		call->count = 1;
	}
}

static struct vba_value call_value(struct vba_fold *f, struct span name, bool member)
{
	struct vba_call call = { .name = name };
	struct vba_value value = unknown;

	parse_arguments(f, &call);
	if (vba_call_known(f, &call, &value))
		return value;
	if (line_is(name, "createobject"))
		f->blind += !call.count || call.arguments[0].kind != VBA_STRING || call.arguments[0].partial;
	if (!call.count && !member && find_variable(f, name)) /* a function of the project that was read before */
		value = find_variable(f, name)->value;
	for (unsigned i = 0; i < call.count; i++)
		vba_use(f, call.arguments[i]);
	return value;
}

/* "Shell" is a word like any other when something is called so: Dim shell As Object, shell.Run. */
static void note_word(struct vba_fold *f, struct span name, bool member)
{
	uint8_t next = vba_lex_peek(&f->lex);
	bool shell = line_is(name, "shell");

	if (shell && (member || !(next == '(' || next == '"' || next == '_' || (next | 0x20) >= 'a')))
		return;
	macro_word(f->macro, name);
}

/* A name with its members and what it is given: Application.Run("x").Y */
static struct vba_value name_value(struct vba_fold *f)
{
	struct vba_value value = unknown;
	bool member = false;

	for (;;) {
		struct span name = f->lex.now.text;

		note_word(f, name, member);
		vba_lex_next(&f->lex);
		if (vba_is_sign(&f->lex, '(')) {
			value = call_value(f, name, member);
		} else if (!vba_constant(name, &value)) {
			struct vba_variable *variable = member ? NULL : find_variable(f, name);

			value = variable ? variable->value : unknown;
		}
		if (!vba_is_sign(&f->lex, '.') && !vba_is_sign(&f->lex, '!'))
			return value;
		vba_use(f, value);
		vba_lex_next(&f->lex);
		if (f->lex.now.kind != VBA_WORD)
			return unknown;
		member = true;
	}
}

static struct vba_value bracket_value(struct vba_fold *f)
{
	struct vba_value value;

	vba_lex_next(&f->lex);
	if (f->depth >= DEPTH)
		return unknown;
	value = parse(f, 0);
	if (vba_is_sign(&f->lex, ')'))
		vba_lex_next(&f->lex);
	return value;
}

static struct vba_value minus_value(struct vba_fold *f)
{
	struct vba_value value;

	vba_lex_next(&f->lex);
	if (f->depth >= DEPTH)
		return unknown;
	value = parse(f, 8);
	value.number = -value.number;
	return value;
}

/* At least one token is taken. */
static struct vba_value primary(struct vba_fold *f)
{
	struct vba_value value = unknown;

	switch (f->lex.now.kind) {
	case VBA_TEXT:
		return text_value(f);
	case VBA_WORD:
		return name_value(f);
	case VBA_NUMBER:
		value = (struct vba_value){ .kind = VBA_INTEGER, .number = f->lex.now.number };
		break;
	case VBA_SIGN:
		if (f->lex.now.sign == '(')
			return bracket_value(f);
		if (f->lex.now.sign == '-')
			return minus_value(f);
		break;
	default:
		return unknown;
	}
	vba_lex_next(&f->lex);
	return value;
}

/* [MS-VBAL] 5.6.9: how strongly an sign binds; 0: it is none. */
static unsigned binds(const struct vba_lex *lex, char *sign)
{
	static const struct {
		const char *word;
		char sign;
		uint8_t strength;
	} words[] = { { "mod", '%', 5 }, { "and", 'a', 1 }, { "or", 'o', 1 }, { "xor", 'x', 1 }, { "like", '=', 2 },
		      { "is", '=', 2 } };
	static const char signs[] = "=<>&+-\\*/^";
	static const uint8_t strengths[] = { 2, 2, 2, 3, 4, 4, 6, 7, 7, 9 };

	if (lex->now.kind == VBA_SIGN) {
		const char *at = memchr(signs, lex->now.sign, sizeof(signs) - 1);

		*sign = (char)lex->now.sign;
		return at ? strengths[at - signs] : 0;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (vba_is_word(lex, words[i].word)) {
			*sign = words[i].sign;
			return words[i].strength;
		}
	return 0;
}

static bool power(int64_t base, int64_t exponent, int64_t *result)
{
	*result = 1;
	if (exponent < 0 || exponent > POWER_MAX)
		return false;
	while (exponent--)
		if (__builtin_mul_overflow(*result, base, result))
			return false;
	return true;
}

static struct vba_value calculate(char sign, int64_t a, int64_t b)
{
	struct vba_value value = { .kind = VBA_INTEGER };
	bool wrong = false;

	switch (sign) {
	case '+':
		wrong = __builtin_add_overflow(a, b, &value.number);
		break;
	case '-':
		wrong = __builtin_sub_overflow(a, b, &value.number);
		break;
	case '*':
		wrong = __builtin_mul_overflow(a, b, &value.number);
		break;
	case '/':
	case '\\':
	case '%':
		wrong = b == 0 || b == -1;
		if (!wrong)
			value.number = sign == '%' ? a % b : a / b;
		break;
	case '^':
		wrong = !power(a, b, &value.number);
		break;
	case 'x':
		value.number = a ^ b;
		break;
	case 'a':
		value.number = a & b;
		break;
	case 'o':
		value.number = a | b;
		break;
	default:
		wrong = true;
	}
	return wrong ? unknown : value;
}

static struct vba_value combine(struct vba_fold *f, char sign, struct vba_value left, struct vba_value right)
{
	bool text = left.kind == VBA_STRING || right.kind == VBA_STRING;

	if (sign == '&' || (sign == '+' && text))
		return vba_join(f, left, right);
	if (left.kind == VBA_INTEGER && right.kind == VBA_INTEGER)
		return calculate(sign, left.number, right.number);
	vba_use(f, left);
	vba_use(f, right);
	return unknown;
}

static struct vba_value parse(struct vba_fold *f, unsigned least)
{
	struct vba_value left;
	unsigned strength;
	char sign;

	f->depth++;
	left = primary(f);
	while ((strength = binds(&f->lex, &sign)) > least && f->depth <= DEPTH) {
		vba_lex_next(&f->lex);
		left = combine(f, sign, left, parse(f, strength));
	}
	f->depth--;
	return left;
}

struct vba_value vba_expression(struct vba_fold *f)
{
	return parse(f, 0);
}
