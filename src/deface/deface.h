/*
 * deface.h - is this page still ours? What a page looks like, what is usual for it, and the verdict.
 *
 * A look is made of the page's bytes: title, visible text (simhash and shingles), structure, hosts of scripts, frames
 * and forms, languages, phrases of defacers, and a picture of its head where one was made. What is usual is learned from
 * the page's own looks: which parts change, how much, how often. A verdict is not a difference: news and advertisements
 * change, and a redesign changes all, but neither says "hacked by". Pure: no clock, no network. Pages are hostile: all
 * bounded, read by the tokenizer of markup/.
 */
#ifndef DEFACE_DEFACE_H
#define DEFACE_DEFACE_H

#include "base/err.h"
#include "base/span.h"
#include "model/time.h"
#include "policy/level.h"

#include <stdbool.h>

#define DEFACE_WHY  10
#define LOOK_JSON   (32u << 10) /* bytes of a look as JSON, at most */
#define USUAL_JSON  (128u << 10)

struct look; /* of one page at one time */

/* `type`: of the answer ("text/html; charset=Shift_JIS"); `url`: after redirects; `own`: NULL-ended hosts that belong to
 * us besides that of the URL. NULL: no memory. */
struct page {
	struct span body;
	const char *type, *url;
	unsigned status;
	bool cut;
	const char *const *own;
	const uint8_t *picture; /* 8 bytes: the perceptual hash of its head (deface/picture.h); NULL: none */
};
struct look *look_new(const struct page *page);
void look_free(struct look *look);
char *look_json(const struct look *look);       /* the caller frees; NULL: no memory */
struct look *look_read(const char *json);       /* NULL: it is none */

enum deface_verdict { DEFACE_USUAL, DEFACE_CHANGED, DEFACE_SUSPICIOUS, DEFACED };
struct deface_finding {
	enum deface_verdict verdict;
	enum level level;    /* the lowest at which it is an alarm; LEVELS: none */
	uint8_t confidence;  /* 0 to 100 */
	char say_en[400], say_ja[400];
	struct {
		char what[24];       /* "title", "text", "script_host", "language", "phrase", "structure", "picture", ... */
		char en[120], ja[160]; /* the same for people */
		char before[160], after[160];
	} why[DEFACE_WHY];
	unsigned why_count;
};

/* `usual`: what was learned, JSON, "" at first: then only phrases and the like can tell. */
MUST_USE enum err deface_judge(const char *usual, const struct look *look, struct deface_finding *finding);
/* What is usual with this look in it; the caller frees. For looks that are no alarm. NULL: no memory. */
char *usual_learn(const char *usual, const struct look *look, usec_t at);
/* A person approved this look: it is usual from now on, and so are its changes. */
char *usual_approve(const char *usual, const struct look *look, usec_t at);

#endif
