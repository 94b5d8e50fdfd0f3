/* rtf.c - the tokenizer of Rich Text Format. */
#include "format/rtf.h"

#include "base/text.h"

#define WORD 250 /* letters of a control word, in Word */

enum { LETTER = 1, DIGIT = 2, CONTROL = 4 };

static const uint8_t classes[256] = {
	['a' ... 'z'] = LETTER, ['A' ... 'Z'] = LETTER, ['0' ... '9'] = DIGIT, ['{'] = CONTROL, ['}'] = CONTROL, ['\\'] = CONTROL,
};

struct rtf rtf_begin(struct span bytes)
{
	return (struct rtf){ .at = cur_init(bytes) };
}

static bool next_is(const struct cur *c, uint8_t class)
{
	return c->left && classes[*c->p] & class;
}

/* Numbers run over at 32 bits, as they do in Word. */
static void take_number(struct cur *c, struct rtf_token *token)
{
	bool minus = c->left > 1 && *c->p == '-' && classes[c->p[1]] & DIGIT;
	uint32_t value = 0;

	if (minus)
		cur_take(c, 1);
	token->has_number = next_is(c, DIGIT);
	while (next_is(c, DIGIT))
		value = value * 10 + cur_u8(c) - '0';
	token->number = (int32_t)(minus ? 0 - value : value);
}

static void take_word(struct rtf *rtf, struct rtf_token *token)
{
	struct cur *c = &rtf->at;
	size_t n = 0;

	while (n < c->left && n < WORD && classes[c->p[n]] & LETTER)
		n++;
	token->kind = RTF_WORD;
	token->text = cur_span(c, n);
	take_number(c, token);
	if (c->left && *c->p == ' ')
		cur_take(c, 1);
	/* More bytes than there are: nothing is passed over, or all that follows would be hidden from us alone. */
	if (n == 3 && memcmp(token->text.ptr, "bin", 3) == 0 && token->number > 0 && (size_t)token->number <= c->left)
		rtf->binary = (uint32_t)token->number;
}

static void take_symbol(struct cur *c, struct rtf_token *token)
{
	struct span symbol = cur_span(c, c->left > 0);

	token->kind = RTF_SYMBOL;
	token->text = symbol;
	if (symbol.len && *symbol.ptr == '\'' && c->left >= 2 && text_nibble(c->p[0]) >= 0 && text_nibble(c->p[1]) >= 0) {
		token->kind = RTF_BYTE;
		token->byte = (uint8_t)(text_nibble(c->p[0]) << 4 | text_nibble(c->p[1]));
		cur_take(c, 2);
	}
}

static void take_text(struct cur *c, struct rtf_token *token)
{
	size_t n = 0;

	while (n < c->left && !(classes[c->p[n]] & CONTROL))
		n++;
	token->kind = RTF_TEXT;
	token->text = cur_span(c, n);
}

bool rtf_next(struct rtf *rtf, struct rtf_token *token)
{
	struct cur *c = &rtf->at;

	*token = (struct rtf_token){ 0 };
	if (rtf->binary) {
		token->kind = RTF_BINARY;
		token->text = cur_span(c, rtf->binary);
		rtf->binary = 0;
		return true;
	}
	if (!c->left)
		return false;
	if (!next_is(c, CONTROL)) {
		take_text(c, token);
		return true;
	}
	switch (cur_u8(c)) {
	case '{':
		token->kind = RTF_OPEN;
		break;
	case '}':
		token->kind = RTF_CLOSE;
		break;
	default:
		if (next_is(c, LETTER))
			take_word(rtf, token);
		else
			take_symbol(c, token);
	}
	return true;
}
