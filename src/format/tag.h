/*
 * tag.h - HTML, SVG and XML cut into tags and texts, as browsers do it (WHATWG HTML, 13.2.5: the tokenizer) or as
 * XML has it.
 *
 * Never fails: what is no tag is text; what is open at the end is told as if it were closed there. Every byte is
 * passed over once. Nothing is copied but where references (&amp;) have to be undone. No DTD is read; entities that
 * a document defines itself are told (TAG_DOCTYPE), not followed.
 */
#ifndef FORMAT_TAG_H
#define FORMAT_TAG_H

#include "base/cursor.h"
#include "exam/arena.h"

enum tag_language { TAG_HTML, TAG_XML };

enum tag_kind {
	TAG_END_OF_TEXT, /* there is no more */
	TAG_OPEN,        /* <name attribute=value>; `closed` when it ends with "/>" */
	TAG_CLOSE,       /* </name> */
	TAG_TEXT,        /* between tags; references not undone, see tag_text() */
	TAG_RAW,         /* the inside of script, style, textarea, title, iframe ... (HTML), a CDATA section (XML) */
	TAG_COMMENT,     /* and what browsers take for one */
	TAG_DOCTYPE,     /* <!DOCTYPE ...>, with an internal subset */
	TAG_INSTRUCTION, /* <?...?> */
};

struct tag {
	enum tag_kind kind;
	struct span name;  /* of OPEN and CLOSE; of RAW: whose inside it is. XML: with its prefix; HTML: as written: compare without case */
	struct span bytes; /* attributes of OPEN, content of the others */
	bool closed;
};

struct tags {
	struct cur at;
	uint8_t language;
	bool foreign;    /* HTML: inside of svg or math, where scripts have their references undone (13.2.6.5) */
	bool island;     /* HTML again inside of these: foreignObject, desc, title */
	struct span raw; /* HTML: the element whose raw text comes next */
};

struct tags tags_begin(struct span utf8, enum tag_language language);
/* False at the end. */
bool tags_next(struct tags *tags, struct tag *tag);

/* The attributes of an OPEN tag, in turn: false at the end. `value` has its references still. The first of a
 * name counts, as browsers have it; the caller sees all. */
bool tag_attribute(struct span *rest, struct span *name, struct span *value);
/* The value of one attribute; empty: it is not there or empty. HTML: in any case; XML: with its prefix as it is,
 * and ":id" is any "prefix:id", since who writes a document chooses its prefixes. */
struct span tag_value(const struct tag *tag, enum tag_language language, const char *name);

/* References undone (&lt; &#x41; and the named ones of HTML that matter), into the arena; the text itself when it
 * has none, or the arena is full. */
struct span tag_text(struct span text, enum tag_language language, struct arena *arena);

/* Whether a name is `word`, without case; a prefix before ':' is passed over. */
bool tag_is(const struct tag *tag, const char *word);

#endif
