/*
 * rtf_object.c - objects in RTF.
 *
 * Word takes almost anything between the digits of an object: blanks, control words, groups, bytes in other notations;
 * honest programs write digits and line ends. Where it is not known how Word takes a thing, the readings are tried in
 * turn, and the first in which the object begins like one is the right one.
 */
#include "office/rtf_object.h"

#include "active/target.h"
#include "base/line.h"
#include "office/native.h"

#define JUNK_MANY 4 /* signs in an object's digits that nobody writes by chance */
#define STRING    4096

/* What \'xx means between digits: nothing; the end of a byte that was begun; two more digits. */
enum reading { ESCAPE_NOTHING, ESCAPE_RESETS, ESCAPE_COUNTS, READINGS };

struct digits {
	struct pour pour;
	enum reading reading;
	int high; /* the first digit of a byte; -1: none yet */
	size_t given, blanks, junk;
};

/* --- hexadecimal --- */

static void add_digit(struct digits *d, unsigned digit)
{
	d->given++;
	if (d->high < 0) {
		d->high = (int)digit;
		return;
	}
	pour_byte(&d->pour, (uint8_t)((unsigned)d->high << 4 | digit));
	d->high = -1;
}

/* Pairs of digits, as many as follow each other: most of it is that. Returns how many digits. */
static size_t add_pairs(struct digits *d, struct span text)
{
	size_t room_len, n = 0;
	uint8_t *room = pour_room(&d->pour, text.len / 2, &room_len);

	for (; n < room_len && n < text.len / 2; n++) {
		int high = text_nibble(text.ptr[2 * n]), low = text_nibble(text.ptr[2 * n + 1]);

		if ((high | low) < 0)
			break;
		room[n] = (uint8_t)((unsigned)high << 4 | (unsigned)low);
	}
	d->pour.used += n;
	d->given += 2 * n;
	return 2 * n;
}

static void add_text(struct digits *d, struct span text)
{
	while (text.len) {
		size_t n = d->high < 0 ? add_pairs(d, text) : 0;
		int digit;

		text = line_from(text, n);
		if (!text.len)
			break;
		digit = text_nibble(*text.ptr);
		if (digit >= 0)
			add_digit(d, (unsigned)digit);
		else if (*text.ptr <= ' ')
			d->blanks++;
		else
			d->junk++;
		text = line_from(text, 1);
	}
}

static void add_escape(struct digits *d, uint8_t byte)
{
	d->junk += JUNK_MANY;
	if (d->reading == ESCAPE_RESETS)
		d->high = -1;
	if (d->reading != ESCAPE_COUNTS)
		return;
	add_digit(d, (unsigned)byte >> 4);
	add_digit(d, byte & 15);
}

static void add_token(struct digits *d, const struct rtf_token *token)
{
	switch (token->kind) {
	case RTF_TEXT:
		add_text(d, token->text);
		break;
	case RTF_BYTE:
		add_escape(d, token->byte);
		break;
	case RTF_BINARY:
		d->high = -1;
		pour_span(&d->pour, token->text);
		break;
	case RTF_WORD:
		d->junk += !line_is(token->text, "bin");
		break;
	default:
		d->junk++;
	}
}

/* A group that begins with \* is for programs that know it: its text is none of the object's. */
static void skip_group(struct rtf *rtf)
{
	struct rtf_token token;
	unsigned depth = 1;

	while (depth && rtf_next(rtf, &token)) {
		depth += token.kind == RTF_OPEN;
		depth -= token.kind == RTF_CLOSE;
	}
}

/* Leaves the group's end for who reads on. */
static struct span digits_read(struct rtf *rtf, struct digits *d)
{
	struct rtf before = *rtf;
	struct rtf_token token;
	unsigned depth = 0;
	bool opened = false;

	while (rtf_next(rtf, &token)) {
		if (token.kind == RTF_CLOSE && depth-- == 0) {
			*rtf = before;
			break;
		}
		if (opened && token.kind == RTF_SYMBOL && token.text.len && *token.text.ptr == '*') {
			skip_group(rtf);
			depth--;
			d->junk++;
		} else {
			add_token(d, &token);
		}
		opened = token.kind == RTF_OPEN;
		depth += opened;
		before = *rtf;
	}
	return pour_end(&d->pour);
}

/* --- the object --- */

enum { LINKED = 1, EMBEDDED = 2 };

struct object {
	uint32_t kind;
	struct span class, topic, item;
	struct span native; /* of an embedded one */
};

/* With its length in front, and a zero at its end. */
static struct span string(struct cur *c)
{
	uint32_t len = cur_le32(c);
	struct span text = len <= STRING ? cur_span(c, len) : (struct span){ cur_zeros, 0 };

	c->bad |= len > STRING;
	return line_cut(text, line_find(text, '\0'));
}

/* The version in front is anything. What is said to be longer than what is there is cut, as Word does. */
static bool read_object(struct span bytes, struct object *object)
{
	struct cur c = cur_init(bytes);
	uint32_t size;

	*object = (struct object){ .native = { cur_zeros, 0 } };
	(void)cur_le32(&c);
	object->kind = cur_le32(&c);
	if (object->kind != LINKED && object->kind != EMBEDDED)
		return false;
	object->class = string(&c);
	object->topic = string(&c);
	object->item = string(&c);
	if (c.bad)
		return object->class.len > 0;
	if (object->kind == EMBEDDED) {
		size = cur_le32(&c);
		object->native = line_cut(cur_rest(&c), size);
	}
	return true;
}

/* Objects that offices put into letters: documents and pictures of their own programs. */
static bool is_usual(struct span class)
{
	static const char *const usual[] = { "excel.",	"word.",    "powerpoint.", "visio.", "pbrush",	"paint.picture",
					     "msgraph", "wordpad.", "msphotoed",   "static", "mspaint", "opendocument",
					     "soffice", "photoshop" };

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (line_starts(class, usual[i]))
			return true;
	return false;
}

static void hand_on(struct exam *e, const struct part *part, struct span name, struct span bytes)
{
	struct part child = { .name = name, .bytes = bytes };

	if (bytes.len && exam_entry(e, part))
		exam_part(e, part, &child);
}

static const uint8_t compound[] = { 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1 };

static bool is_compound(struct span bytes)
{
	return bytes.len > sizeof(compound) && memcmp(bytes.ptr, compound, sizeof(compound)) == 0;
}

/* Where a compound file begins in bytes that are no object. */
static struct span find_compound(struct span bytes)
{
	const uint8_t *at = bytes.len ? memmem(bytes.ptr, bytes.len, compound, sizeof(compound)) : NULL;

	return at ? line_from(bytes, (size_t)(at - bytes.ptr)) : (struct span){ cur_zeros, 0 };
}

static void tell_object(struct exam *e, const struct part *part, const struct object *object)
{
	if (object->kind == LINKED)
		target_judge(e, part, TARGET_OBJECT, object->topic, (struct span){ 0 });
	exam_find(e, part, is_usual(object->class) ? FINDING_EMBEDDED_OBJECT : FINDING_RTF_OBJECT, object->class);
	if (is_compound(object->native))
		hand_on(e, part, object->class, object->native);
	else if (line_starts(object->class, "equation."))
		native_equation(e, part, object->native);
	else if (!line_is(object->class, "package") || !native_package(e, part, object->native))
		hand_on(e, part, object->class, object->native);
}

void rtf_object(struct exam *e, const struct part *part, struct rtf *rtf, struct span class)
{
	size_t mark = arena_mark(&e->arena);
	struct rtf begin = *rtf;
	struct object object = { 0 };
	struct digits d = { 0 };
	struct span bytes = { cur_zeros, 0 };
	bool found = false;

	for (int reading = 0; reading < READINGS && !found; reading++) {
		arena_back(&e->arena, mark);
		*rtf = begin;
		d = (struct digits){ .pour = pour_begin(&e->arena, rtf->at.left), .reading = (enum reading)reading, .high = -1 };
		bytes = digits_read(rtf, &d);
		if (!exam_work(e, rtf->at.off - begin.at.off))
			return;
		found = read_object(bytes, &object);
	}
	if (found)
		tell_object(e, part, &object);
	else if (bytes.len)
		exam_find(e, part, FINDING_RTF_OBJECT, class);
	if (!found)
		hand_on(e, part, class, find_compound(bytes));
	if (d.junk >= JUNK_MANY || d.blanks > d.given)
		exam_findf(e, part, FINDING_RTF_OBFUSCATED, "%zu signs and %zu blanks between %zu digits", d.junk, d.blanks,
			   d.given);
	arena_back(&e->arena, mark);
}
