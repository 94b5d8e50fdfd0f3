/*
 * turns.h - how fast may be asked: a bucket of tokens for all, and one turn a second for each host.
 *
 * Whoever waits for a host gets the first second of it that is free, so that each comes in the order of its asking, and a
 * host with a thousand sites holds up none of the others. Time comes in, in microseconds of a clock that is never set.
 */
#ifndef PROBE_TURNS_H
#define PROBE_TURNS_H

#include "base/err.h"
#include "model/ip.h"
#include "model/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TURN_NEVER INT64_MAX

struct turn_host {
	struct ip address;
	uint16_t port;
};

struct turns;

/* At most so many a second, in every second. NULL: no memory. */
struct turns *turns_new(uint32_t per_second, usec_t now);
void turns_free(struct turns *turns); /* NULL is fine; who waits is the caller's */

/* Takes a token; false: there is none now. */
bool turns_take(struct turns *turns, usec_t now);
usec_t turns_take_due(const struct turns *turns, usec_t now); /* when there will be one */

/* `who` waits for its turn at a host. ERR_MEMORY. */
MUST_USE enum err turns_wait(struct turns *turns, const struct turn_host *host, void *who, usec_t now);
/* One whose turn has come, and who begins now; NULL: nobody's has. */
void *turns_next(struct turns *turns, usec_t now);
usec_t turns_next_due(const struct turns *turns); /* TURN_NEVER: nobody waits */
size_t turns_waiting(const struct turns *turns);

#endif
