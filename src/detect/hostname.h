/*
 * hostname.h - what the text of a DNS name tells without asking anybody: which part of it is bought
 * as one, and whether a person chose it.
 *
 * Names are those of events: lower case, dotted, without the last dot, any bytes.
 */
#ifndef DETECT_HOSTNAME_H
#define DETECT_HOSTNAME_H

#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* The end of the name that is registered as one (host_registrable()). A part of `name`; the whole of it
 * when it has fewer labels, nothing of it where there can be no such top-level domain. */
struct span hostname_registrable(struct span name);

/* What stands before the registrable part and its dot; empty when nothing does. */
struct span hostname_below(struct span name, struct span registrable);

/* The first label. */
struct span hostname_first(struct span name);

/* The longest label. */
struct span hostname_longest(struct span name);

/* Whether the name ends in these labels: itself, or below it. */
bool hostname_under(struct span name, const char *suffix);

/* Whether the label is one that no person chose: letters that hardly follow each other in English
 * or in romanised Japanese, digits strewn among letters, or bytes that host names do not have.
 * Short labels tell nothing. */
bool hostname_machine(struct span label);

/* Whether the name carries an address: 4.3.2.1.zone, 32 nibbles, ec2-1-2-3-4. Reverse look-ups,
 * block lists and providers' names for their lines. */
bool hostname_carries_address(struct span name);

uint64_t hostname_hash(struct span name);

/* Room for a name in evidence. */
#define HOSTNAME_TEXT 48

/* The name for people: bytes that host names do not have as '?', cut with "..." at its front. */
char *hostname_text(struct span name, char text[HOSTNAME_TEXT]);

#endif
