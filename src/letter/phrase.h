/* phrase.h - words that tell what a text is about, found in one pass (phrase.def). */
#ifndef LETTER_PHRASE_H
#define LETTER_PHRASE_H

#include "base/span.h"

#include <stdbool.h>

enum phrase_kind {
	PHRASE_PASSWORD, /* a password is meant */
	PHRASE_PASS,     /* the same, where a colon follows */
	PHRASE_SEPARATE, /* it comes by another mail */
	PHRASE_THREAT,   /* to the reader */
	PHRASE_DANGER,   /* what threats speak of, and news do, too */
	PHRASE_COIN,
	PHRASE_ALARM,    /* something bad will happen */
	PHRASE_ASK,      /* what the reader is to do */
	PHRASE_BAIT,     /* money for nothing */
	PHRASE_CHARGE,   /* something was paid */
	PHRASE_REFUSE,   /* ... and how to refuse it */
	PHRASE_COMMAND,  /* an interpreter of Windows */
	PHRASE_PLACE,    /* where Windows takes commands */
	PHRASE_PASTE,    /* that one is to be pasted, or fetches and runs something */
	PHRASE_BRAND,    /* a name that is borrowed often */
	PHRASE_KINDS,
};

enum {
	PHRASES = 0
#define PHRASE(kind, words) +1
#include "letter/phrase.def"
#undef PHRASE
};

/* One that was found. */
struct phrase_hit {
	unsigned id;           /* below PHRASES */
	enum phrase_kind kind;
	size_t at, len;        /* in the text */
};

/* Tells every phrase in a text, in its order; of those that begin at the same place, the longest. */
void phrase_scan(struct span utf8, void (*see)(void *whom, const struct phrase_hit *hit), void *whom);

/* How it stands in the table, without its "*". */
struct span phrase_words(unsigned id);

#endif
