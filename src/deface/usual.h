/*
 * usual.h - the inside of what is usual for a page.
 *
 * What a page has in it gets a weight: the share of the last weeks in which it was there. What is always there (the
 * name, the menu) is stable; what comes and goes (news) is not, and its change says nothing. Measures have a range: it
 * widens at once and narrows slowly. All by time, so that a site that is looked at every minute learns no faster than
 * one that is looked at every hour.
 */
#ifndef DEFACE_USUAL_H
#define DEFACE_USUAL_H

#include "deface/look.h"

#define USUAL_TITLES   10
#define USUAL_SHINGLES 1024
#define USUAL_BLOCKS   256
#define USUAL_HOSTS    128
#define USUAL_PHRASES  64
#define USUAL_SCRIPTS  96
#define USUAL_RECENT   8
#define USUAL_PLACES   160
#define USUAL_TOLD     320
#define USUAL_LEADS    8

#define WEIGHT_WHOLE   1000000u
#define WEIGHT_STABLE  650000u
#define LOOKS_TO_JUDGE 3 /* before, a page's own past says nothing */

struct weighed {
	uint64_t id;
	uint32_t weight;
};

/* Things of one kind that were seen, with weights. */
struct weighed_set {
	struct weighed *of;
	unsigned count, room;
};
struct weighed *weighed_find(const struct weighed_set *set, uint64_t id);

struct range {
	double low, high;
};

enum measure {
	MEASURE_LETTERS,
	MEASURE_LINKS,   /* to our own pages */
	MEASURE_KEPT,    /* share of the stable text that is there */
	MEASURE_SHAPE,   /* distance to the nearest of the recent shapes */
	MEASURE_HIDDEN,  /* scripts that hide what they do */
	MEASURE_PICTURE, /* distance to the nearest of the recent pictures */
	MEASURE_SCORN,   /* texts with words of scorn */
	MEASURE_HEADING, /* how like the title the heading is, per mille */
	MEASURE_ECHO,    /* share of the title's words that stand in the text */
	MEASURES
};

struct usual {
	uint32_t looks;
	bool versed; /* learned since there are places and what came with them; older ones know nothing of it */
	usec_t first, last;
	uint64_t edge;   /* shingles above it may be missing because others took their places */
	double turnover; /* new hosts that can change the page, of the last weeks */
	unsigned dress;  /* enum dress that were seen */
	uint16_t claims; /* phrases that were seen in ordinary looks, at most 100 */
	struct range measures[MEASURES];
	struct range share[TONGUES];
	unsigned recent; /* looks in the lists below */
	uint64_t texts[USUAL_RECENT], shapes[USUAL_RECENT];
	unsigned picture_count;
	uint64_t pictures[USUAL_RECENT];
	unsigned title_count;
	struct usual_title {
		uint32_t weight;
		char text[LOOK_TITLE];
	} titles[USUAL_TITLES];
	struct weighed_set shingles, blocks, phrases, scripts;
	struct weighed_set places, lively; /* where texts stand; where new ones were seen */
	struct weighed_set told;           /* what was seen in each place */
	struct weighed_set leads;          /* first pictures */
	struct weighed room_shingles[USUAL_SHINGLES], room_blocks[USUAL_BLOCKS], room_phrases[USUAL_PHRASES],
		room_scripts[USUAL_SCRIPTS], room_places[USUAL_PLACES], room_lively[USUAL_PLACES],
		room_told[USUAL_TOLD], room_leads[USUAL_LEADS];
	char shown[USUAL_BLOCKS][LOOK_SHOWN]; /* of the blocks, at their places */
	unsigned host_count;
	struct usual_host {
		struct look_host host;
		uint32_t weight;
	} hosts[USUAL_HOSTS];
};

/* Reads what was learned; "" gives one that knows nothing. NULL: no memory. `broken` (may be NULL): it was none. */
struct usual *usual_open(const char *json, bool *broken);
void usual_free(struct usual *usual);
char *usual_json(const struct usual *usual); /* the caller frees; NULL: no memory */

/* How a look stands to what is usual. */
double usual_kept(const struct usual *usual, const struct look *look);         /* 0 to 1; -1: nothing is stable */
unsigned usual_nearest(const uint64_t *hashes, unsigned count, uint64_t hash); /* distance; 64: there is none */
bool usual_knows_host(const struct usual *usual, const struct look_host *host);
/* How like the title the heading is, per mille. */
unsigned look_heading_names(const struct look *look);
/* How alike two titles are, by pairs of letters: 0 to 1. */
double title_likeness(const char *a, const char *b);

#endif
