/*
 * pace.h - how fast passwords may be tried: after a few failures each address and each name waits longer
 * and longer, and all strangers together try four times a second.
 *
 * An address from which a name has logged in is no stranger for it: failures from elsewhere cannot lock
 * its user out. IPv6 addresses count by their /64. Bounded: those that failed least are forgotten first.
 */
#ifndef WEB_PACE_H
#define WEB_PACE_H

#include "model/ip.h"
#include "model/time.h"

struct pace;

struct pace *pace_new(void); /* NULL: no memory */
void pace_free(struct pace *pace);

/* How long until `name` may be tried from `from`; 0: now, and the try counts as a failure until
 * pace_passed() takes it back. */
usec_t pace_try(struct pace *pace, const char *name, const struct ip *from, usec_t now);
void pace_passed(struct pace *pace, const char *name, const struct ip *from, usec_t now);

#endif
