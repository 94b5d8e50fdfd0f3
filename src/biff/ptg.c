/* ptg.c - the tokens of a formula, from the last to the first operand onto a stack of texts. */
#include "biff/ptg.h"

#include "base/cursor.h"
#include "base/pen.h"

#include <math.h>
#include <stdio.h>

#define STACK    128
#define TEXT_MAX 4096 /* bytes of one operand's text */

enum kind { EXPRESSION, STRING, NUMBER };

struct operand {
	enum kind kind;
	struct span text; /* of a string: without its quotes */
	int64_t number;
};

struct stack {
	struct exam *e;
	const struct ptg_formula *formula;
	struct cur tokens;
	struct operand at[STACK];
	unsigned count;
};

struct span ptg_characters(struct exam *e, struct span bytes, bool wide)
{
	size_t count = wide ? bytes.len / 2 : bytes.len;
	uint8_t *room = arena_take(&e->arena, count * 3 + 1);
	struct pen pen = pen_init(room, room ? count * 3 : 0);
	struct cur c = cur_init(bytes);

	for (size_t i = 0; i < count && room; i++) {
		uint32_t unit = wide ? cur_le16(&c) : cur_u8(&c);

		if ((unit & 0xfc00) == 0xd800 && c.left >= 2 && (ld_le16(c.p) & 0xfc00) == 0xdc00)
			unit = 0x10000 + ((unit & 0x3ff) << 10) + (cur_le16(&c) & 0x3ff);
		pen_rune(&pen, unit);
	}
	return (struct span){ room ? room : cur_zeros, pen.used };
}

static void push(struct stack *s, struct operand operand)
{
	if (s->count < STACK)
		s->at[s->count++] = operand;
}

static void push_text(struct stack *s, const char *text)
{
	push(s, (struct operand){ .kind = EXPRESSION, .text = text_span(text) });
}

static struct operand pop(struct stack *s)
{
	if (!s->count)
		return (struct operand){ .kind = EXPRESSION, .text = text_span("?") };
	return s->at[--s->count];
}

static void push_number(struct stack *s, double number)
{
	char *room = arena_take(&s->e->arena, 32);

	if (!room)
		return;
	push(s, (struct operand){ .kind = NUMBER,
				  .number = fabs(number) < 1e9 ? (int64_t)number : 0,
				  .text = { (uint8_t *)room, (size_t)snprintf(room, 32, "%.10g", number) } });
}

/* Room for a text of several parts; empty when the work or the memory is used up. */
static struct pen text_begin(struct stack *s, size_t len)
{
	uint8_t *room;

	if (len > TEXT_MAX)
		len = TEXT_MAX;
	room = exam_work(s->e, len) ? arena_take(&s->e->arena, len) : NULL;
	return pen_init(room, room ? len : 0);
}

static void write_operand(struct pen *pen, const struct operand *operand)
{
	if (operand->kind == STRING)
		pen_byte(pen, '"');
	pen_span(pen, operand->text);
	if (operand->kind == STRING)
		pen_byte(pen, '"');
}

static size_t operand_length(const struct operand *operand)
{
	return operand->text.len + 2;
}

static void join(struct stack *s, struct operand left, struct operand right)
{
	struct pen pen = text_begin(s, left.text.len + right.text.len);

	pen_span(&pen, left.text);
	pen_span(&pen, right.text);
	push(s, (struct operand){ .kind = STRING, .text = pen_since(&pen, 0) });
}

static bool calculate(struct stack *s, unsigned token, int64_t a, int64_t b)
{
	switch (token) {
	case 3:
		push_number(s, (double)(a + b));
		return true;
	case 4:
		push_number(s, (double)(a - b));
		return true;
	case 5:
		push_number(s, (double)a * (double)b);
		return true;
	case 6:
		if (b)
			push_number(s, (double)a / (double)b);
		return b != 0;
	default:
		return false;
	}
}

static void binary(struct stack *s, unsigned token)
{
	static const char *const signs[] = { "+", "-", "*", "/", "^", "&", "<", "<=", "=", ">=", ">", "<>", " ", ",", ":" };
	struct operand right = pop(s), left = pop(s);
	struct pen pen;

	if (token == 8 && left.kind != EXPRESSION && right.kind != EXPRESSION) {
		join(s, left, right);
		return;
	}
	if (left.kind == NUMBER && right.kind == NUMBER && calculate(s, token, left.number, right.number))
		return;
	pen = text_begin(s, operand_length(&left) + operand_length(&right) + 2);
	write_operand(&pen, &left);
	pen_text(&pen, signs[token - 3]);
	write_operand(&pen, &right);
	push(s, (struct operand){ .kind = EXPRESSION, .text = pen_since(&pen, 0) });
}

/* A function of text on constants: CHAR(99), T("x"). */
static bool known(struct stack *s, unsigned function, const struct operand *arguments, unsigned count)
{
	uint8_t *room;
	struct pen pen;

	if (count != 1)
		return false;
	if (function == 0x82 && arguments[0].kind == STRING) {
		push(s, arguments[0]);
		return true;
	}
	if (function != 0x6f || arguments[0].kind != NUMBER || arguments[0].number < 1 || arguments[0].number > 255)
		return false;
	room = arena_take(&s->e->arena, 4);
	pen = pen_init(room, room ? 4 : 0);
	pen_rune(&pen, (uint32_t)arguments[0].number);
	push(s, (struct operand){ .kind = STRING, .text = pen_since(&pen, 0) });
	return true;
}

static void use_strings(struct stack *s, const struct operand *arguments, unsigned count)
{
	for (unsigned i = 0; i < count && s->formula->string; i++)
		if (arguments[i].kind == STRING)
			s->formula->string(s->formula->whom, arguments[i].text);
}

static void call(struct stack *s, unsigned function, unsigned count)
{
	const char *name = ptg_function(function);
	const struct operand *arguments;
	size_t len = 16;
	struct pen pen;

	if (count > s->count)
		count = s->count;
	arguments = &s->at[s->count - count];
	s->count -= count;
	if (known(s, function, arguments, count))
		return;
	use_strings(s, arguments, count);
	for (unsigned i = 0; i < count; i++)
		len += operand_length(&arguments[i]) + 1;
	pen = text_begin(s, len + 16);
	if (function == 0xff && count) { /* a function of the user's, named by the first operand */
		pen_span(&pen, arguments[0].text);
		arguments++;
		count--;
	} else {
		pen_text(&pen, name ? name : "F");
		if (!name)
			pen_decimal(&pen, function);
	}
	pen_byte(&pen, '(');
	for (unsigned i = 0; i < count; i++) {
		if (i > 0)
			pen_byte(&pen, ',');
		write_operand(&pen, &arguments[i]);
	}
	pen_byte(&pen, ')');
	push(s, (struct operand){ .kind = EXPRESSION, .text = pen_since(&pen, 0) });
}

static void take_string(struct stack *s)
{
	size_t count = cur_u8(&s->tokens);
	bool wide = s->formula->version == 8 && (cur_u8(&s->tokens) & 1);
	struct span bytes = cur_span(&s->tokens, wide ? count * 2 : count);

	push(s, (struct operand){ .kind = STRING, .text = ptg_characters(s->e, bytes, wide) });
}

static void take_float(struct stack *s)
{
	double number;
	uint64_t bits = cur_le64(&s->tokens);

	memcpy(&number, &bits, sizeof(number));
	push_number(s, isfinite(number) ? number : 0);
}

/* A reference to a cell, in the form that CHAR and EXEC are shown with: R5C3. */
static void take_cell(struct stack *s, size_t rest)
{
	bool new = s->formula->version == 8;
	unsigned row = cur_le16(&s->tokens), column = new ? cur_le16(&s->tokens) : cur_u8(&s->tokens);
	char *room = arena_take(&s->e->arena, 24);

	(void)cur_span(&s->tokens, rest);
	if (room)
		push(s, (struct operand){ .kind = EXPRESSION,
					  .text = { (uint8_t *)room,
						    (size_t)snprintf(room, 24, "R%uC%u", (row & (new ? 0xffff : 0x3fff)) + 1,
								     (column & (new ? 0x3fff : 0xff)) + 1) } });
}

static void take_name(struct stack *s, size_t rest)
{
	const struct ptg_names *names = s->formula->names;
	unsigned number = cur_le16(&s->tokens);

	(void)cur_span(&s->tokens, rest);
	if (names && number && number <= names->defined_count)
		push(s, (struct operand){ .kind = EXPRESSION, .text = names->defined[number - 1] });
	else
		push_text(s, "NAME");
}

static void take_function(struct stack *s, bool variable)
{
	static const uint8_t two[] = { 0x1b, 0x1e, 0x27, 0x30, 0x6c }; /* ROUND, REPT, MOD, TEXT, SET.VALUE */
	unsigned version = s->formula->version;
	unsigned count = variable ? cur_u8(&s->tokens) & 0x7f : 1;
	unsigned number = version >= 4 ? cur_le16(&s->tokens) : cur_u8(&s->tokens);

	if (!variable) {
		if (number < 0x100 && memchr(two, (int)number, sizeof(two)))
			count = 2;
		else if (number == 0x1f) /* MID */
			count = 3;
		else if (number == 0x4a || number == 0xae || number == 0xdd || number == 0x5e) /* NOW, NEXT, TODAY, ACTIVE.CELL */
			count = 0;
	}
	call(s, number, count);
}

static void take_attribute(struct stack *s)
{
	unsigned kind = cur_u8(&s->tokens), value = s->formula->version == 2 ? cur_u8(&s->tokens) : cur_le16(&s->tokens);

	if (kind & 0x04) /* a table of jumps */
		(void)cur_span(&s->tokens, ((size_t)value + 1) * (s->formula->version == 2 ? 1 : 2));
	if (kind & 0x10) /* SUM of one operand */
		call(s, 0x04, 1);
}

static void unary(struct stack *s, unsigned token)
{
	struct operand operand = pop(s);
	struct pen pen;

	if (token == 0x13 && operand.kind == NUMBER) {
		push_number(s, (double)-operand.number);
		return;
	}
	if (token != 0x15 || operand.kind != EXPRESSION) { /* brackets around what is constant say nothing */
		push(s, operand);
		return;
	}
	pen = text_begin(s, operand.text.len + 2);
	pen_byte(&pen, '(');
	pen_span(&pen, operand.text);
	pen_byte(&pen, ')');
	push(s, (struct operand){ .kind = EXPRESSION, .text = pen_since(&pen, 0) });
}

/* Tokens of one of the classes: reference, value, array. */
static bool classed(struct stack *s, unsigned token)
{
	unsigned version = s->formula->version;
	bool new = version == 8;

	switch (token) {
	case 0x20:
		(void)cur_span(&s->tokens, 7);
		push_text(s, "{}");
		break;
	case 0x21:
	case 0x22:
		take_function(s, token == 0x22);
		break;
	case 0x23:
		take_name(s, new ? 2 : version == 5 ? 12 : version == 2 ? 5 : 8);
		break;
	case 0x24:
	case 0x2c:
		take_cell(s, 0);
		break;
	case 0x25:
	case 0x2d:
		take_cell(s, new ? 4 : 3);
		break;
	case 0x26:
	case 0x27:
	case 0x28:
		(void)cur_span(&s->tokens, version == 2 ? 4 : 6);
		break;
	case 0x29:
		(void)cur_span(&s->tokens, version == 2 ? 1 : 2);
		break;
	case 0x2a:
		(void)cur_span(&s->tokens, new ? 4 : 3);
		push_text(s, "#REF!");
		break;
	case 0x2b:
		(void)cur_span(&s->tokens, new ? 8 : 6);
		push_text(s, "#REF!");
		break;
	case 0x39:
		(void)cur_span(&s->tokens, new ? 6 : 24);
		push_text(s, "EXTERN");
		break;
	case 0x3a:
	case 0x3b:
		(void)cur_span(&s->tokens, new ? 2 : 14);
		take_cell(s, token == 0x3a ? 0 : new ? 4 : 3);
		break;
	case 0x3c:
	case 0x3d:
		(void)cur_span(&s->tokens, (new ? 6u : 17u) + (token == 0x3d ? new ? 4u : 3u : 0));
		push_text(s, "#REF!");
		break;
	default:
		return false;
	}
	return true;
}

static bool token_take(struct stack *s)
{
	unsigned token = cur_u8(&s->tokens);

	if (token >= 0x20)
		return classed(s, (token & 0x1f) | 0x20);
	if (token >= 3 && token <= 0x11) {
		binary(s, token);
		return true;
	}
	switch (token) {
	case 0x01:
	case 0x02:
		(void)cur_span(&s->tokens, s->formula->version == 2 ? 3 : 4);
		push_text(s, "SHARED");
		return true;
	case 0x12:
	case 0x13:
	case 0x14:
	case 0x15:
		unary(s, token);
		return true;
	case 0x16:
		push_text(s, "");
		return true;
	case 0x17:
		take_string(s);
		return true;
	case 0x18:
		(void)cur_span(&s->tokens, 5);
		return true;
	case 0x19:
		take_attribute(s);
		return true;
	case 0x1c:
		(void)cur_u8(&s->tokens);
		push_text(s, "#N/A");
		return true;
	case 0x1d:
		push_text(s, cur_u8(&s->tokens) ? "TRUE" : "FALSE");
		return true;
	case 0x1e:
		push_number(s, cur_le16(&s->tokens));
		return true;
	case 0x1f:
		take_float(s);
		return true;
	default:
		return false;
	}
}

struct span ptg_text(struct exam *e, const struct ptg_formula *formula)
{
	struct stack s; /* its places are not zeroed: they are many */
	struct operand whole;
	struct pen pen;

	s.e = e;
	s.formula = formula;
	s.tokens = cur_init(formula->tokens);
	s.count = 0;
	while (s.tokens.left && !s.tokens.bad && !e->over)
		if (!token_take(&s))
			break;
	whole = pop(&s);
	use_strings(&s, &whole, 1);
	while (s.count) { /* what the tokens left over was not understood, and is shown in front */
		struct operand left = pop(&s), right = whole;

		pen = text_begin(&s, operand_length(&left) + operand_length(&right) + 1);
		write_operand(&pen, &left);
		pen_byte(&pen, ' ');
		write_operand(&pen, &right);
		whole = (struct operand){ .kind = EXPRESSION, .text = pen_since(&pen, 0) };
	}
	if (whole.kind != STRING)
		return whole.text;
	pen = text_begin(&s, operand_length(&whole));
	write_operand(&pen, &whole);
	return pen_since(&pen, 0);
}
