/* tag.c - the tokenizer of HTML (WHATWG HTML, 13.2.5) and of XML 1.0. */
#include "format/tag.h"

#include "base/line.h"
#include "base/text.h"

enum {
	BLANK = 1,        /* HTML's: tab, line feed, form feed, carriage return, space */
	NAME_ENDS = 2,    /* of a tag */
	KEY_ENDS = 4,     /* the name of an attribute */
	VALUE_ENDS = 8,   /* without quotes */
	NAME_BEGINS = 16, /* of an HTML tag: letters of ASCII only */
	XML_BEGINS = 32,
	QUOTE_OR_END = 64, /* in a tag of XML */
};

#define BLANKS  (BLANK | NAME_ENDS | KEY_ENDS | VALUE_ENDS)
#define LETTERS (NAME_BEGINS | XML_BEGINS)

static const uint8_t classes[256] = {
	['\t'] = BLANKS,
	['\n'] = BLANKS,
	['\f'] = BLANKS,
	['\r'] = BLANKS,
	[' '] = BLANKS,
	['/'] = NAME_ENDS | KEY_ENDS,
	['='] = KEY_ENDS,
	['>'] = NAME_ENDS | KEY_ENDS | VALUE_ENDS | QUOTE_OR_END,
	['"'] = QUOTE_OR_END,
	['\''] = QUOTE_OR_END,
	['A' ... 'Z'] = LETTERS,
	['a' ... 'z'] = LETTERS,
	['_'] = XML_BEGINS,
	[':'] = XML_BEGINS,
	[0x80 ... 0xff] = XML_BEGINS,
};

/* Bytes before the first of a class, from the n-th on; all when there is none. */
static size_t scan(const struct cur *c, size_t n, uint8_t class)
{
	while (n < c->left && !(classes[c->p[n]] & class))
		n++;
	return n;
}

static void skip_blanks(struct cur *c)
{
	size_t n = 0;

	while (n < c->left && classes[c->p[n]] & BLANK)
		n++;
	cur_span(c, n);
}

/* Bytes before the first `byte`; all when there is none. */
static size_t before(const struct cur *c, uint8_t byte)
{
	const uint8_t *at = c->left ? memchr(c->p, byte, c->left) : NULL;

	return at ? (size_t)(at - c->p) : c->left;
}

/* Takes what comes before a mark, and the mark; all when there is none. */
static struct span take_until(struct cur *c, const char *mark)
{
	size_t length = strlen(mark);
	const uint8_t *at = c->left ? memmem(c->p, c->left, mark, length) : NULL;
	struct span taken = cur_span(c, at ? (size_t)(at - c->p) : c->left);

	if (at)
		cur_span(c, length);
	return taken;
}

static bool is_word(struct span name, const char *word)
{
	size_t n = 0;

	while (n < name.len && word[n] && text_lower(name.ptr[n]) == word[n])
		n++;
	return n == name.len && !word[n];
}

static bool is_one_of(struct span name, const char *const *words)
{
	for (; *words; words++)
		if (is_word(name, *words))
			return true;
	return false;
}

static bool starts_with(const struct cur *c, const char *word)
{
	size_t length = strlen(word);

	return c->left >= length && is_word((struct span){ c->p, length }, word);
}

/* --- attributes --- */

/* One attribute of HTML (13.2.5.32 to 39), which reads XML's as well. False: ">" or the end is next. */
static bool attribute_next(struct cur *c, struct span *name, struct span *value)
{
	while (c->left && (classes[*c->p] & BLANK || *c->p == '/'))
		cur_span(c, 1);
	if (!c->left || *c->p == '>')
		return false;
	*name = cur_span(c, scan(c, 1, KEY_ENDS)); /* "=" at its begin is part of it */
	*value = (struct span){ c->p, 0 };
	skip_blanks(c);
	if (!c->left || *c->p != '=')
		return true;
	cur_span(c, 1);
	skip_blanks(c);
	if (c->left && (*c->p == '"' || *c->p == '\'')) {
		uint8_t quote = cur_u8(c);

		*value = cur_span(c, before(c, quote));
		cur_span(c, c->left > 0);
	} else {
		*value = cur_span(c, scan(c, 0, VALUE_ENDS));
	}
	return true;
}

bool tag_attribute(struct span *rest, struct span *name, struct span *value)
{
	struct cur c = cur_init(*rest);
	bool more = attribute_next(&c, name, value);

	*rest = cur_rest(&c);
	return more;
}

static bool is_wanted(struct span name, enum tag_language language, const char *wanted)
{
	const uint8_t *colon;

	if (language == TAG_HTML)
		return is_word(name, wanted);
	colon = *wanted == ':' ? memchr(name.ptr, ':', name.len) : NULL;
	if (colon)
		name = (struct span){ colon, name.len - (size_t)(colon - name.ptr) };
	return span_equal(name, text_span(wanted));
}

struct span tag_value(const struct tag *tag, enum tag_language language, const char *name)
{
	struct span rest = tag->bytes, key, value;

	while (tag_attribute(&rest, &key, &value))
		if (is_wanted(key, language, name))
			return value;
	return (struct span){ tag->name.ptr, 0 };
}

bool tag_is(const struct tag *tag, const char *word)
{
	struct span name = tag->name;
	const uint8_t *colon = name.len ? memchr(name.ptr, ':', name.len) : NULL;

	if (colon) {
		size_t prefix = (size_t)(colon - name.ptr) + 1;

		name = (struct span){ name.ptr + prefix, name.len - prefix };
	}
	return is_word(name, word);
}

/* --- tags --- */

/* Whose inside is text until its own end (13.2.6.4). */
static bool holds_raw(struct span name)
{
	static const char *const names[] = { "script", "style",   "title",    "textarea",  "xmp",
					     "iframe", "noembed", "noframes", "plaintext", NULL };
	uint8_t first = text_lower(name.ptr[0]);

	return name.len >= 3 && memchr("stxinp", first, 6) && is_one_of(name, names);
}

static bool is_foreign(struct span name)
{
	return is_word(name, "svg") || is_word(name, "math");
}

/* The elements of svg and math whose inside is HTML (13.2.6.5, HTML integration points). */
static bool is_island(struct span name)
{
	static const char *const names[] = { "foreignobject", "desc", "title", "annotation-xml", NULL };

	return is_one_of(name, names);
}

/* The elements of HTML that end svg and math (13.2.6.5). */
static bool ends_foreign(struct span name)
{
	static const char *const names[] = {
		"b",     "big",  "blockquote", "body",  "br",   "center", "code", "dd",  "div", "dl",
		"dt",    "em",   "embed",      "h1",    "h2",   "h3",     "h4",   "h5",  "h6",  "head",
		"hr",    "i",    "img",        "li",    "menu", "meta",   "ol",   "p",   "pre", "s",
		"small", "span", "strong",     "table", "tt",   "u",      "ul",   "var", NULL,
	};

	return is_one_of(name, names);
}

/* What an element changes about how what comes next is read. */
static void enter(struct tags *tags, const struct tag *tag)
{
	if (!tags->foreign) {
		if (holds_raw(tag->name))
			tags->raw = tag->name;
		else if (!tag->closed && is_foreign(tag->name))
			tags->foreign = true;
	} else if (tag->closed) {
		return;
	} else if (is_word(tag->name, "script")) {
		tags->raw = tag->name;
	} else if (is_island(tag->name)) {
		tags->foreign = false;
		tags->island = true;
	} else if (ends_foreign(tag->name)) {
		tags->foreign = tags->island = false;
	}
}

static void leave(struct tags *tags, struct span name)
{
	if (is_foreign(name))
		tags->foreign = tags->island = false;
	else if (tags->island && is_island(name))
		tags->foreign = true;
}

static void open_html(struct tags *tags, struct tag *tag)
{
	struct cur *c = &tags->at;
	struct span key, value;
	const uint8_t *from, *behind;

	tag->name = cur_span(c, scan(c, 0, NAME_ENDS));
	from = behind = c->p;
	while (attribute_next(c, &key, &value))
		behind = c->p;
	tag->closed = c->p > behind && c->p[-1] == '/';
	tag->bytes = (struct span){ from, (size_t)(c->p - from) - tag->closed };
	cur_span(c, c->left > 0);
	enter(tags, tag);
}

static void open_xml(struct cur *c, struct tag *tag)
{
	size_t n = 0;

	tag->name = cur_span(c, scan(c, 0, NAME_ENDS));
	while ((n = scan(c, n, QUOTE_OR_END)) < c->left && c->p[n] != '>') {
		const uint8_t *quote = memchr(c->p + n + 1, c->p[n], c->left - n - 1);

		n = quote ? (size_t)(quote - c->p) + 1 : c->left;
	}
	tag->bytes = cur_span(c, n);
	cur_span(c, c->left > 0);
	tag->closed = tag->bytes.len && tag->bytes.ptr[tag->bytes.len - 1] == '/';
	tag->bytes.len -= tag->closed;
}

static void close_tag(struct tags *tags, struct tag *tag)
{
	struct cur *c = &tags->at;
	struct span key, value;

	tag->kind = TAG_CLOSE;
	tag->name = cur_span(c, scan(c, 0, NAME_ENDS));
	while (attribute_next(c, &key, &value))
		; /* it may have some, which mean nothing */
	cur_span(c, c->left > 0);
	if (tags->foreign || tags->island)
		leave(tags, tag->name);
}

/* --- what is neither tag nor text --- */

/* "<!-->" and "<!--->" are whole comments in HTML, and "--!>" ends one (13.2.5.43 to 52). */
static void comment(struct tags *tags, struct tag *tag)
{
	struct cur *c = &tags->at;
	size_t n = 0;

	tag->kind = TAG_COMMENT;
	if (tags->language == TAG_XML) {
		tag->bytes = take_until(c, "-->");
		return;
	}
	if (starts_with(c, ">") || starts_with(c, "->")) {
		take_until(c, ">");
		return;
	}
	while (n < c->left) {
		const uint8_t *at = memchr(c->p + n, '-', c->left - n);
		struct cur behind = *c;

		if (!at)
			break;
		n = (size_t)(at - c->p);
		cur_span(&behind, n);
		if (starts_with(&behind, "-->") || starts_with(&behind, "--!>")) {
			tag->bytes = cur_span(c, n);
			take_until(c, ">");
			return;
		}
		n++;
	}
	tag->bytes = cur_span(c, c->left);
}

/* To its ">", which the subset in brackets and texts in quotes may hold (XML 1.0, 2.8). */
static struct span doctype(struct cur *c, enum tag_language language)
{
	size_t n = 0;
	bool subset = false;
	struct span taken;

	if (language == TAG_HTML)
		return take_until(c, ">");
	for (; n < c->left && (subset || c->p[n] != '>'); n++) {
		const uint8_t *quote;

		if (c->p[n] == '[')
			subset = true;
		else if (c->p[n] == ']')
			subset = false;
		if (c->p[n] != '"' && c->p[n] != '\'')
			continue;
		quote = memchr(c->p + n + 1, c->p[n], c->left - n - 1);
		if (!quote)
			break;
		n = (size_t)(quote - c->p);
	}
	if (n < c->left && c->p[n] != '>') /* a quote that nobody closes is none */
		return take_until(c, ">");
	taken = cur_span(c, n);
	cur_span(c, c->left > 0);
	return taken;
}

/* After "<!". */
static void declaration(struct tags *tags, struct tag *tag)
{
	struct cur *c = &tags->at;

	if (starts_with(c, "--")) {
		cur_span(c, 2);
		comment(tags, tag);
	} else if (starts_with(c, "[cdata[") && (tags->language == TAG_XML || tags->foreign)) {
		cur_span(c, 7);
		tag->kind = TAG_RAW;
		tag->bytes = take_until(c, "]]>");
	} else if (starts_with(c, "doctype")) {
		cur_span(c, 7);
		tag->kind = TAG_DOCTYPE;
		tag->bytes = doctype(c, (enum tag_language)tags->language);
	} else {
		tag->kind = TAG_COMMENT;
		tag->bytes = take_until(c, ">");
	}
}

/* --- raw text --- */

/* Whether `c` stands before "<name" or "</name" and a byte that ends a name. */
static bool at_name(const struct cur *c, const char *lead, struct span name)
{
	size_t length = strlen(lead) + name.len;
	struct cur rest = *c;

	if (c->left <= length || !starts_with(c, lead))
		return false;
	cur_span(&rest, strlen(lead));
	return line_same(cur_span(&rest, name.len), name) && classes[c->p[length]] & NAME_ENDS;
}

/* The inside of an element up to its end tag. A script that holds "<!--" and "<script" goes on behind one
 * "</script>" (13.2.5.17 to 31). */
static struct span raw_text(struct cur *c, struct span name)
{
	const uint8_t *from = c->p;
	bool script = is_word(name, "script"), commented = false, nested = false;

	for (;;) {
		struct span plain = cur_span(c, before(c, '<'));

		if (commented && plain.len >= 3 && memmem(plain.ptr, plain.len, "-->", 3))
			commented = nested = false;
		if (!c->left)
			break;
		if (at_name(c, "</", name) && !is_word(name, "plaintext")) {
			if (!nested)
				break;
			nested = false;
		} else if (script && starts_with(c, "<!--")) {
			cur_span(c, 1); /* its dashes may be those of "-->" */
			commented = true;
			continue;
		} else if (commented && at_name(c, "<", name)) {
			nested = true;
		}
		cur_span(c, 1);
	}
	return (struct span){ from, (size_t)(c->p - from) };
}

/* --- the tokenizer --- */

static bool begins_markup(const struct tags *tags, size_t n)
{
	const struct cur *c = &tags->at;
	uint8_t begins = tags->language == TAG_XML ? XML_BEGINS : NAME_BEGINS, next;

	if (c->left - n < 2)
		return false;
	next = c->p[n + 1];
	return classes[next] & begins || next == '/' || next == '!' || next == '?';
}

static struct span plain_text(struct tags *tags)
{
	struct cur *c = &tags->at;
	size_t n = 0;

	do {
		const uint8_t *at = c->left > n + 1 ? memchr(c->p + n + 1, '<', c->left - n - 1) : NULL;

		n = at ? (size_t)(at - c->p) : c->left;
	} while (n < c->left && !begins_markup(tags, n));
	return cur_span(c, n);
}

/* After "<", when markup begins there. */
static void take_markup(struct tags *tags, struct tag *tag)
{
	struct cur *c = &tags->at;
	uint8_t begins = tags->language == TAG_XML ? XML_BEGINS : NAME_BEGINS;

	if (classes[*c->p] & begins) {
		tag->kind = TAG_OPEN;
		if (tags->language == TAG_XML)
			open_xml(c, tag);
		else
			open_html(tags, tag);
		return;
	}
	switch (cur_u8(c)) {
	case '/':
		if (c->left && classes[*c->p] & begins) {
			close_tag(tags, tag);
			break;
		}
		tag->kind = TAG_COMMENT;
		tag->bytes = take_until(c, ">");
		break;
	case '!':
		declaration(tags, tag);
		break;
	default: /* '?' */
		tag->kind = TAG_INSTRUCTION;
		tag->bytes = take_until(c, tags->language == TAG_XML ? "?>" : ">");
	}
}

struct tags tags_begin(struct span utf8, enum tag_language language)
{
	return (struct tags){ .at = cur_init(utf8), .language = (uint8_t)language };
}

bool tags_next(struct tags *tags, struct tag *tag)
{
	*tag = (struct tag){ 0 };
	if (tags->raw.len) {
		tag->name = tags->raw;
		tags->raw.len = 0;
		tag->bytes = raw_text(&tags->at, tag->name);
		tag->kind = TAG_RAW;
		if (tag->bytes.len)
			return true;
		*tag = (struct tag){ 0 };
	}
	if (!tags->at.left)
		return false;
	if (*tags->at.p == '<' && begins_markup(tags, 0)) {
		cur_span(&tags->at, 1);
		take_markup(tags, tag);
	} else {
		tag->kind = TAG_TEXT;
		tag->bytes = plain_text(tags);
	}
	return true;
}
