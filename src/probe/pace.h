/*
 * pace.h - how fast may be asked: a bucket of tokens for all, and one turn a second for each host.
 *
 * Whoever waits for a host gets the first second of it that is free, so that each comes in the order of its asking, and a
 * host with a thousand sites holds up none of the others. Time comes in, in microseconds of a clock that is never set.
 */
#ifndef PROBE_PACE_H
#define PROBE_PACE_H

#include "base/err.h"
#include "model/ip.h"
#include "model/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACE_NEVER INT64_MAX

struct pace_host {
	struct ip address;
	uint16_t port;
};

struct pace;

/* At most so many a second, in every second. NULL: no memory. */
struct pace *pace_new(uint32_t per_second, usec_t now);
void pace_free(struct pace *pace); /* NULL is fine; who waits is the caller's */

/* Takes a token; false: there is none now. */
bool pace_take(struct pace *pace, usec_t now);
usec_t pace_take_due(const struct pace *pace, usec_t now); /* when there will be one */

/* `who` waits for its turn at a host. ERR_MEMORY. */
MUST_USE enum err pace_wait(struct pace *pace, const struct pace_host *host, void *who, usec_t now);
/* One whose turn has come, and who begins now; NULL: nobody's has. */
void *pace_next(struct pace *pace, usec_t now);
usec_t pace_next_due(const struct pace *pace); /* PACE_NEVER: nobody waits */
size_t pace_waiting(const struct pace *pace);

#endif
