/* sign.h - what speaks for it that a page is not ours any more: signs with points, of kinds that do not depend on each
 * other. */
#ifndef DEFACE_SIGN_H
#define DEFACE_SIGN_H

#include "deface/usual.h"

/* Signs of one kind say the same thing again; those of two kinds agree. */
enum sign_kind {
	KIND_REPLACED,
	KIND_WORDS,
	KIND_LANGUAGE,
	KIND_FOREIGN,
	KIND_HIDDEN,
	KIND_SCRIPT,
	KIND_DRESS,
	SIGN_KINDS
};

enum sign_id {
#define SIGN(id, what, kind, english, japanese) SIGN_##id,
#include "deface/sign.def"
#undef SIGN
	SIGNS
};

struct sign {
	enum sign_id id;
	unsigned points;
	char before[160], after[160];
};

#define SIGNS_MOST 24

struct signs {
	unsigned count;
	struct sign of[SIGNS_MOST];
	bool unversed; /* it was learned before places, scorn, taps and the like were: then they are not held against it
			*/
	bool young;    /* too little was learned to compare with */
	bool rich;     /* a whole page, with a menu */
	bool gone;     /* the text that was always there is gone */
	bool continues; /* it is still the same house: its name, its language, its links */
	bool claimed;   /* somebody says that he did it, in a place where that is no news */
	bool led_away;  /* whoever opens the page is sent to somebody else */
};

const char *sign_what(enum sign_id id); /* "title" */
enum sign_kind sign_kind(enum sign_id id);
const char *sign_english(enum sign_id id);
const char *sign_japanese(enum sign_id id);

void signs_add(struct signs *signs, enum sign_id id, unsigned points, const char *before, const char *after);
/* sign_text.c: those of kind REPLACED and LANGUAGE; those of WORDS. */
void signs_find_replaced(const struct usual *usual, const struct look *look, struct signs *signs);
void signs_find_words(const struct usual *usual, const struct look *look, struct signs *signs);

/* All signs of a look, against what is usual. */
void signs_find(const struct usual *usual, const struct look *look, struct signs *signs);

#endif
