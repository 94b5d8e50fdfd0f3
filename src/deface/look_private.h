/* look_private.h - one page while it is looked at: what look.c walks over, and who takes what from it. */
#ifndef DEFACE_LOOK_PRIVATE_H
#define DEFACE_LOOK_PRIVATE_H

#include "base/pen.h"
#include "deface/look.h"
#include "exam/arena.h"
#include "format/tag.h"

#define BLOCK_BYTES 4096 /* of text that are looked at together; what is longer is cut into pieces */
#define WAY_DEPTH   64
#define WAY_BITS    8192 /* ways of tags that are told apart */
#define SHINGLE     6    /* units of the longest */
#define TITLE_WORDS 24

/* Votes of hashes for each bit of a simhash. */
struct votes {
	int32_t of[64];
};
void votes_add(struct votes *votes, uint64_t hash);
uint64_t votes_hash(const struct votes *votes);

struct looker {
	struct look *look;
	struct arena arena;
	const struct phrase_finder *finder;
	const char *const *own;
	char host[LOOK_HOST]; /* of the page: its registered name */
	struct span base;     /* host of <base href>, where it is another's; else empty */
	/* The text block that is open. */
	struct pen block;
	uint8_t block_room[BLOCK_BYTES];
	bool blank;            /* one is due before the next letter */
	uint8_t heading;       /* depth of what shows text large: h1, marquee, center */
	bool linked;           /* inside of a link to a page of our own that is not the first */
	unsigned deeds;        /* of the script that is looked at (markup/deed.h) */
	bool script_shows;     /* what is written so is shown; other scripts may hold news as data */
	uint32_t linked_bytes; /* of the block: in such links */
	bool first_heading;    /* inside of the first h1 */
	bool noscript;         /* inside of what only those see who run no scripts: machines that search */
	uint64_t block_place;  /* of the open block */
	/* The words of the title, until they are found in the text. */
	uint64_t title[TITLE_WORDS];
	unsigned title_count, title_found;
	bool titling;        /* what is read is the title */
	uint64_t title_mask; /* a bit for each, by its hash */
	/* What is hidden, until the element ends that hides it. */
	char hider[24];
	unsigned hider_depth;
	/* Shingles: the last units of the text. */
	uint64_t units[SHINGLE];
	bool alone[SHINGLE]; /* a character of a script without blanks */
	unsigned unit_count;
	struct votes text, shape;
	uint64_t lowest[LOOK_SKETCH]; /* a heap, the greatest on top */
	struct tongues tongues;
	uint32_t capitals, small, shouts; /* letters of Latin; exclamation marks */
	uint32_t links_big;               /* pictures of somebody else's */
	/* The way down to here. */
	uint64_t way[WAY_DEPTH], place[WAY_DEPTH];
	unsigned way_depth;
	uint8_t ways[WAY_BITS / 8];
};

/* look.c */
uint64_t look_place(const struct looker *l);

/* look_style.c: what is hidden, black, laid over the page */
void look_style_open(struct looker *l, const struct tag *tag);
void look_style_close(struct looker *l, const struct tag *tag);
void look_style_body(struct looker *l, const struct tag *tag);
void look_style_sheet(struct looker *l, struct span style);

/* look_text.c */
void look_title(struct looker *l, struct span utf8);
void look_text(struct looker *l, struct span utf8); /* references undone */
void look_block_end(struct looker *l);
/* Phrases in a text that stands by itself. */
void look_phrases(struct looker *l, struct span utf8, enum phrase_place place);
void look_text_end(struct looker *l);

/* look_host.c */
void look_host_begin(struct looker *l, const char *url);
/* Whether a link leads to somebody else: then `host` (or not) tells whom. False for relative ones and for ours. */
bool look_host_is_other(struct looker *l, struct span url, struct look_host *host);
void look_host_add(struct looker *l, struct span url, enum host_use use);

/* look_script.c */
void look_script(struct looker *l, struct span script);
/* What a "data:" URL holds, which is a script. */
void look_script_data(struct looker *l, struct span url);
/* A page inside of an attribute: phrases and hosts. */
void look_markup(struct looker *l, struct span html);

#endif
