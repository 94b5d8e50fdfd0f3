/*
 * phrase.h - finds what defacers write, in whatever way they write it: "H4ck3d  By", "h a c k e d  b y", "HackedBy".
 *
 * A text is folded (small letters, no accents, digits that stand for letters, full width) and squeezed to its letters,
 * with marks where words and sentences begin; phrases are looked up at the beginnings of words only.
 */
#ifndef SPEECH_PHRASE_H
#define SPEECH_PHRASE_H

#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

enum phrase_class {
	PHRASE_CLAIM,
	PHRASE_MARK,
	PHRASE_THREAT,
	PHRASE_SLOGAN,
	PHRASE_RANSOM,
	PHRASE_SPAM,
	PHRASE_PURSE,       /* where to pay crypto currency to */
	PHRASE_SCORN,       /* accusations, calls to fight */
	PHRASE_MAINTENANCE, /* from here on they are page states */
	PHRASE_ERROR,
	PHRASE_PARKING,
	PHRASE_LISTING,
	PHRASE_DEFAULT,
	PHRASE_CHALLENGE,
	PHRASE_CLASSES
};
const char *phrase_class_name(enum phrase_class class); /* "claim" */
bool phrase_class_find(const char *name, enum phrase_class *class);

/* What a page says that it is, besides a page. */
enum page_state {
	STATE_NONE,
	STATE_MAINTENANCE,
	STATE_ERROR,
	STATE_PARKING,
	STATE_LISTING,
	STATE_DEFAULT, /* of a web server */
	STATE_CHALLENGE,
	PAGE_STATES
};

/* Where a phrase stands: what it is worth. */
enum phrase_place { PLACE_TITLE, PLACE_HEADING, PLACE_TEXT, PLACE_SCRIPT, PLACE_HIDDEN, PLACES };
const char *phrase_place_name(enum phrase_place place);

#define PHRASE_SHOWN 80

struct phrase_hit {
	uint8_t class, place; /* enums above */
	bool odd;             /* written as only those write it */
	uint8_t points;       /* for where and how it stands */
	uint64_t block;       /* hash of the text that it stands in */
	uint64_t where;       /* the place of that text in the page; 0: in none */
	char shown[PHRASE_SHOWN];
};

#define PHRASE_MATCHES 8
#define PHRASE_BLOCK   4096 /* bytes of a block that are looked through */

struct phrase_match {
	enum phrase_class class;
	uint8_t points;
	bool anchored; /* it stands where a sentence begins, if it has to */
	bool odd;      /* with digits for letters, or letter by letter: nobody else writes so */
};

struct phrase_finder;

/* Made at the first call, which costs as much as a small page, and the same for all from then on. */
const struct phrase_finder *phrase_finder(void);
/* All phrases of a block, at most PHRASE_MATCHES. Returns how many. */
unsigned phrases_find(const struct phrase_finder *finder, struct span utf8,
		      struct phrase_match matches[PHRASE_MATCHES]);

#endif
