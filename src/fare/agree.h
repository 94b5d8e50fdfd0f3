/*
 * agree.h - when is a site down? When those who look agree. One office is asked now; others' votes join the list later.
 */
#ifndef FARE_AGREE_H
#define FARE_AGREE_H

#include "model/time.h"

#include <stddef.h>

/* What is wrong with one look; as a list, the order is that of the phases. */
enum site_bad {
	BAD_NONE,
	BAD_DNS,
	BAD_TCP,
	BAD_TLS,
	BAD_HTTP,    /* no answer, or none that is HTTP */
	BAD_BODY,    /* the answer ended in its middle */
	BAD_STATUS,  /* it answers that it cannot: 5xx, or a 4xx that is not usual for it */
	BAD_KEYWORD, /* the page lacks the text that it must have */
	BADS,
};

struct vote {
	unsigned office; /* 0: this one */
	enum site_bad bad;
	usec_t at;
};

struct agree_rule {
	unsigned looks; /* of the same kind, one after the other; two more when their kinds differ */
	usec_t within;  /* from the first of them to the last, and how old an office's newest vote may be */
};

/* What more than half of the offices that have voted lately call the outage, BAD_NONE: there is none. Votes in the
 * order of time. */
enum site_bad agree_outage(const struct vote *votes, size_t count, usec_t now, const struct agree_rule *rule);

#endif
