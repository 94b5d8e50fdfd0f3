/*
 * look.h - one look at one site: its hops, each of which is a request by libcurl, and what they found.
 *
 * The set (probe.c) decides when a hop begins and asks for its names; the look does the rest, and says how a hop ended.
 */
#ifndef PROBE_LOOK_H
#define PROBE_LOOK_H

#include "probe/certificate.h"
#include "probe/names.h"
#include "probe/turns.h"
#include "probe/url.h"

#include <curl/curl.h>
#include <sys/queue.h>

/* What all looks of a set have in common. */
struct look_rules {
	struct probe_settings settings;
	const struct authorities *authorities;
};

/* What a look needs while it is under way. */
struct visit {
	struct look *look;
	const struct look_rules *rules;
	struct probe_result result;
	struct probe_url url; /* of this hop */
	CURL *easy;           /* of all hops: it keeps the cookies of this look; NULL before the first */
	CURLSH *share;        /* its own table of addresses */
	struct curl_slist *fields, *resolve;
	struct certificate_watch certificate; /* of this hop */
	bool inside; /* the site that was asked for has addresses of private networks only */
	usec_t began; /* this hop, its names; by loop_steady() */
	usec_t used;  /* by the hops before */
	usec_t sent;  /* the connection was begun */
	usec_t shook; /* the TLS handshake was begun: the connection was there; 0: not */
	struct ip addresses[PROBE_ADDRESSES]; /* of this hop */
	unsigned address_count;
	/* of this hop's answer */
	size_t head; /* bytes of its header */
	bool answered, complete; /* a first byte came; a header that is not of 1xx is complete */
	const char *refused; /* why we stopped reading */
	uint8_t *body;
	size_t len, room;
	char trouble[CURL_ERROR_SIZE];
};

struct look {
	TAILQ_ENTRY(look) line;
	struct probe_set *set;
	uint64_t number;
	struct name_wait names;
	struct visit *visit; /* NULL: it waits for its turn */
	char url[];
};

/* Memory for a look that begins. ERR_MEMORY; ERR_FORMAT, ERR_LIMIT: the URL. */
MUST_USE enum err visit_open(struct look *look, const struct look_rules *rules);
void visit_close(struct look *look); /* the transfer is out of the multi by then */

void visit_begin(struct visit *visit, usec_t now); /* a hop, to visit->url */
/* It failed in a phase; where a redirect led there, that is said first. */
void visit_fail(struct visit *visit, enum probe_phase phase, const char *why);
void visit_give_up(struct visit *visit); /* no memory */

/* The addresses of this hop came: whether it goes on. False: it failed, result->why. */
bool visit_take_names(struct visit *visit, const struct name_answer *answer);
/* The same for a host that is an address. */
bool visit_take_literal(struct visit *visit, const struct ip *ip, usec_t now);
/* Where it connects to. */
struct turn_host visit_host(const struct visit *visit);
/* Makes the transfer of this hop ready. False: no memory, or no time left; result tells. */
bool visit_ready(struct visit *visit);
/* The transfer ended. True: a redirect leads on, and visit->url is the next hop; else the result is complete. */
bool visit_end(struct visit *visit, CURLcode code);

#endif
