/*
 * xlsb_formula.c - the tokens of a formula, passed over in their order: arguments come before what they are given to,
 * so that its texts, joined, are what a function at its end is told.
 */
#include "xmldoc/xlsb_formula.h"

#include "active/target.h"
#include "base/cursor.h"
#include "base/pen.h"
#include "format/charset.h"
#include "macro/judge.h"

#define TEXT  2048 /* bytes of a formula's texts that are looked at */
#define CHARS 8    /* CHAR() in one formula: nobody writes a text like that */

enum { CHAR = 111, HYPERLINK = 359, FORMULA = 0x8060 };

struct formula {
	struct exam *e;
	struct pen text;
	struct span address; /* the first text */
	uint16_t integer;    /* the last number */
	unsigned characters;
	const char *call;    /* the first that reaches out */
	bool hyperlink, writes;
};

/* Ftab ([MS-XLSB] 2.5.97.10). */
static const char *call_name(uint16_t function)
{
	switch (function) {
	case 110:
		return "EXEC";
	case 132:
		return "FOPEN";
	case 137:
		return "FWRITELN";
	case 138:
		return "FWRITE";
	case 149:
		return "REGISTER";
	case 150:
		return "CALL";
	case 175:
		return "INITIATE";
	case 177:
		return "POKE";
	case 178:
		return "EXECUTE";
	case 267:
		return "REGISTER.ID";
	default:
		return NULL;
	}
}

static void see_function(struct formula *f, uint16_t function)
{
	const char *name = call_name(function);

	if (function == CHAR) {
		pen_rune(&f->text, f->integer);
		f->characters++;
	}
	f->hyperlink |= function == HYPERLINK;
	f->writes |= function == FORMULA;
	if (name && !f->call)
		f->call = name;
}

static void see_string(struct formula *f, struct cur *c)
{
	uint16_t characters = cur_le16(c);
	struct span text = charset_utf16(cur_span(c, (size_t)characters * 2), TEXT, &f->e->arena);

	if (!f->address.len)
		f->address = text;
	pen_span(&f->text, text);
}

/* PtgAttr: what follows is told by its own bits. */
static void skip_attribute(struct cur *c)
{
	uint8_t bits = cur_u8(c);
	uint16_t offset = cur_le16(c);

	if (bits & 4) /* PtgAttrChoose: a table of offsets */
		cur_span(c, ((size_t)offset + 1) * 2);
}

/* Bytes behind the token, for those that mean nothing here; classes of operands (0x20, 0x40, 0x60) are one. */
static int size_of(uint8_t token)
{
	static const uint8_t sizes[0x40] = {
		[0x01] = 4,  [0x02] = 4,  [0x1c] = 1,  [0x1d] = 1,  [0x1f] = 8,	 [0x20] = 14, [0x23] = 4,
		[0x24] = 6,  [0x25] = 12, [0x26] = 6,  [0x27] = 6,  [0x28] = 6,	 [0x29] = 2,  [0x2a] = 6,
		[0x2b] = 12, [0x2c] = 6,  [0x2d] = 12, [0x39] = 6,  [0x3a] = 8,	 [0x3b] = 14, [0x3c] = 8,
		[0x3d] = 14,
	};
	uint8_t base = token < 0x40 ? token : (uint8_t)(0x20 | (token & 0x1f));

	return token < 0x80 ? sizes[base] : -1;
}

/* False: nobody knows how it goes on. */
static bool see_token(struct formula *f, struct cur *c)
{
	uint8_t token = cur_u8(c);
	int size = size_of(token);

	switch (token < 0x20 ? token : 0x20 | (token & 0x1f)) {
	case 0x17:
		see_string(f, c);
		break;
	case 0x18: /* PtgList, or PtgSxName */
		cur_take(c, cur_u8(c) == 0x19 ? 12 : 4);
		break;
	case 0x19:
		skip_attribute(c);
		break;
	case 0x1e:
		f->integer = cur_le16(c);
		break;
	case 0x21:
		see_function(f, cur_le16(c));
		break;
	case 0x22:
		cur_take(c, 1);
		see_function(f, cur_le16(c));
		break;
	default:
		if (size > 0)
			cur_take(c, (size_t)size);
	}
	return size >= 0 && !c->bad;
}

static void tell(struct formula *f, const struct part *part, bool macro)
{
	struct span text = pen_since(&f->text, 0);
	struct macro judge;

	if (f->hyperlink)
		target_judge(f->e, part, TARGET_LINK, f->address, (struct span){ 0 });
	if (f->call)
		exam_findf(f->e, part, FINDING_XLM_CALLS, "%s %.*s", f->call, (int)text.len, (const char *)text.ptr);
	if (!macro)
		return;
	if (f->characters >= CHARS || f->writes)
		exam_find(f->e, part, FINDING_MACRO_HIDDEN, text);
	macro_begin(&judge, f->e, part, MACRO_SHEET);
	macro_string(&judge, text);
}

void xlsb_formula(struct exam *e, const struct part *part, struct span tokens, bool macro)
{
	uint8_t room[TEXT];
	struct formula f = { .e = e, .text = pen_init(room, sizeof(room)) };
	struct cur c = cur_init(tokens);

	while (c.left && see_token(&f, &c))
		;
	if (f.call || f.text.used)
		tell(&f, part, macro);
}
