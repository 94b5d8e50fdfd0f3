/*
 * release.h - mail out of quarantine on its way to the mail server: the one thing that the teller sends and has not
 * written itself.
 */
#ifndef RESPOND_RELEASE_H
#define RESPOND_RELEASE_H

#include "respond/delivery.h"

struct release;

/* `body`: of a TELLER_RELEASE; `fd`: the message, not taken. NULL: it is none, or there is no memory; then
 * *number is 0 or the number of what cannot be sent. */
struct release *release_begin(struct courier *courier, struct span body, int fd, uint64_t *number);
/* How it went, when it is over; NULL: it is on its way. */
const struct done *release_over(struct release *release, usec_t now);
void release_free(struct release *release); /* NULL is allowed */

#endif
