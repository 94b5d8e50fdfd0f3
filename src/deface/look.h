/*
 * look.h - the inside of a look: what is kept of one page. All texts are UTF-8 with what could fool made visible.
 *
 * Shingles: hashes of four words in a row, of six characters where a script puts no blanks between words (Broder, "On
 * the resemblance and containment of documents", 1997); of all of them the lowest are kept, so that two looks can be
 * compared. Digits count as one and the same, so that a date or a counter changes nothing.
 */
#ifndef DEFACE_LOOK_H
#define DEFACE_LOOK_H

#include "deface/deface.h"
#include "speech/phrase.h"
#include "speech/tongue.h"

#define LOOK_SKETCH  256
#define LOOK_BLOCKS  80
#define LOOK_PLACES  64
#define LOOK_HOSTS   64
#define LOOK_HITS    16
#define LOOK_SCRIPTS 24
#define LOOK_TITLE   160
#define LOOK_LANG    24
#define LOOK_SHOWN   64 /* bytes of a block that are kept to be shown */
#define LOOK_HOST    80 /* the end of a longer name, which is what tells whose it is */

/* Whom else a page calls, or leads to. The first four can change what readers see. */
enum host_use {
	USE_SCRIPT,
	USE_FRAME,
	USE_REFRESH,
	USE_FORM,
	USE_STYLE,
	USE_IMAGE,
	USE_LINK,
	USE_HIDDEN_LINK,
	USE_PROGRAM, /* a link to a program */
	HOST_USES
};
extern const char *const host_use_names[HOST_USES];

/* What defacers' pages wear, and ordinary ones seldom. Bits. */
enum dress {
	DRESS_BLACK = 1,     /* a black background of the whole page */
	DRESS_MARQUEE = 2,   /* text that runs or blinks */
	DRESS_SOUND = 4,     /* plays by itself */
	DRESS_NO_MENU = 8,   /* the menu of the mouse is taken away */
	DRESS_SHOUTS = 16,   /* most letters are capitals, or it is full of exclamation marks */
	DRESS_PICTURE = 32,  /* nearly nothing but a picture of somebody else's */
	DRESS_OVERLAY = 64,  /* a frame over the whole window */
	DRESS_COVERED = 128, /* a box over the whole window */
	DRESS_STYLED = 256,  /* a style takes the page away, or writes over it */
};

struct look_host {
	uint8_t use; /* enum host_use */
	bool odd;    /* an address, or a strange port */
	char name[LOOK_HOST];
};

struct look_block {
	uint64_t hash;
	uint64_t place; /* of the page: its elements and their classes, from the top */
	char shown[LOOK_SHOWN];
};

struct look {
	unsigned status;
	bool cut;
	uint32_t bytes, letters, tags;
	uint32_t links_own, links_other, pictures, forms, frames;
	uint32_t script_count, script_bytes, script_longest; /* that stand in the page; the longest text in them */
	uint32_t script_hidden, script_writes; /* that undo something hidden and run it; that write the page */
	char title[LOOK_TITLE], heading[LOOK_TITLE], description[LOOK_TITLE], lang[LOOK_LANG];
	char leads_to[LOOK_HOST];  /* by a script, to somebody else; "" */
	uint32_t echo;             /* of the title's words, per mille, that stand in the text too */
	uint64_t lead;             /* the address of the first picture; 0: there is none */
	char lead_host[LOOK_HOST]; /* "": it is ours */
	uint64_t text;             /* simhash (Charikar 2002) of the shingles */
	uint64_t shape;            /* ... of the different ways of tags, three deep */
	uint16_t share[TONGUES];   /* of letters, per mille */
	unsigned dress;            /* enum dress */
	enum page_state state;
	char state_shown[LOOK_SHOWN];
	unsigned sketch_count;
	uint64_t sketch[LOOK_SKETCH]; /* ascending */
	unsigned block_count;
	struct look_block blocks[LOOK_BLOCKS];
	unsigned place_count;
	uint64_t places[LOOK_PLACES],
		texts[LOOK_PLACES]; /* where texts stand; a hash of all that stand there, in turn */
	unsigned host_count;
	struct look_host hosts[LOOK_HOSTS];
	unsigned hit_count;
	struct phrase_hit hits[LOOK_HITS]; /* the heaviest */
	unsigned script_id_count;
	uint64_t script_ids[LOOK_SCRIPTS];
	bool pictured;
	uint8_t picture[8];
};

/* Whose host it is: the registered name, where not everybody can have a name below it. A part of `name`. */
struct span host_owner(const char *name);

/* Bits in which two hashes differ. */
static inline unsigned hash_distance(uint64_t a, uint64_t b)
{
	return (unsigned)__builtin_popcountll(a ^ b);
}

#endif
