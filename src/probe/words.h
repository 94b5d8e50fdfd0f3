/* words.h - in which phase a request failed, and why, in the words of people. */
#ifndef PROBE_WORDS_H
#define PROBE_WORDS_H

#include "probe/probe.h"

#include <curl/curl.h>

/* What is known of a request that failed. */
struct failure {
	CURLcode code;
	int error;           /* errno of the connecting, 0: none */
	const char *trouble; /* libcurl's own words */
	usec_t waited;       /* since the request began */
	uint64_t bytes;      /* of the body that came */
};

/* Writes the sentence for a failure in a phase. */
void failure_say(const struct failure *failure, enum probe_phase phase, char why[PROBE_WHY]);
/* There is no way to that address from here: no route, or a packet filter. */
bool failure_is_no_way(const struct failure *failure, enum probe_phase phase);
/* It is this machine that cannot: no way to the network, no descriptors, no memory. */
bool failure_is_ours(const struct failure *failure, enum probe_phase phase);

#endif
