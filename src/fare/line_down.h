/*
 * line_down.h - is it the sites that fail, or our own line and resolver?
 *
 * Sites at several hosts that all stop to be resolved or reached within a minute have one thing in common: us. Pure: the
 * newest look of each site comes in, with its time.
 */
#ifndef FARE_LINE_DOWN_H
#define FARE_LINE_DOWN_H

#include "incident/words.h"
#include "probe/probe.h"

#include <stddef.h>

#define LINE_SITES 3 /* fewer prove nothing, unless the system itself says that it is us */

enum line_reach {
	LINE_NONE,    /* not looked at, or it was down before: of no use here */
	LINE_GOOD,
	LINE_REACHED, /* it fails, but not for want of a name or a connection */
	LINE_LOST,
	LINE_OURS,    /* lost, and the system says that it is us */
};
enum line_reach line_reach_of(const struct probe_result *result);

struct line_look {
	usec_t at;
	uint32_t host; /* equal: the same */
	enum line_reach reach;
};

struct site_line {
	bool down;
	usec_t since;      /* of that; 0: it never was otherwise */
	usec_t lost_since; /* no look was good since then; 0: the last one was */
	unsigned lost, of; /* sites, when it was found down */
};

enum line_news { LINE_SAME, LINE_WENT_DOWN, LINE_CAME_BACK };

/* Whether such a look is weighed against those of the other sites; else they need not be there. */
bool site_line_weighs(const struct site_line *line, enum line_reach reach);
/* A look came; `looks` has it, and the newest one of each other site. `least`: for so long nothing may have been good. */
enum line_news site_line_see(struct site_line *line, const struct line_look *look, const struct line_look *looks,
			     size_t count, usec_t least);
void site_line_words(const struct site_line *line, struct said *said);

#endif
