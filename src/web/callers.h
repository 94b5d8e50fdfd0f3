/*
 * callers.h - the connections: how many there may be, and how long each may take.
 *
 * A library reads from them; what is kept here is who they are and since when they are in which phase. One
 * that takes too long is hung up on (shutdown(2)), which the library sees as its end. When there are
 * too many, a new one takes the place of the stranger who has been in his phase for the longest time: a
 * thousand silent connections cannot keep a user out. Who is logged in is never hung up on for room.
 */
#ifndef WEB_CALLERS_H
#define WEB_CALLERS_H

#include "model/ip.h"
#include "model/time.h"

#include <stddef.h>

enum caller_phase {
	CALLER_SILENT,  /* says its first request; with TLS, shakes hands before it */
	CALLER_BETWEEN, /* was answered, may ask again */
	CALLER_BODY,    /* sends a body */
	CALLER_WAITING, /* for the keeper */
	CALLER_READING, /* is being answered */
	CALLER_STREAM,  /* is told events */
	CALLER_PHASES,
};

struct caller {
	struct caller *next, *before;
	struct ip ip;
	int fd; /* the library's */
	enum caller_phase phase;
	usec_t since;
	bool known;   /* logged in */
	bool hung_up; /* its end is on the way */
};

struct callers;

/* `per_address`: at most so many from one IPv4 address or IPv6 /64; loopback may have all. */
struct callers *callers_new(unsigned most, unsigned per_address); /* NULL: no memory */
void callers_free(struct callers *callers);                       /* and all that are left */

/* Whether one more from there may come. */
bool callers_welcome(const struct callers *callers, const struct ip *ip);

/* NULL: no memory. */
struct caller *callers_add(struct callers *callers, int fd, const struct ip *ip, usec_t now);
void callers_remove(struct callers *callers, struct caller *caller);

void caller_enter(struct caller *caller, enum caller_phase phase, usec_t now);

/* Hangs up on those whose phase takes too long. */
void callers_sweep(struct callers *callers, usec_t now);

unsigned callers_count(const struct callers *callers);
uint64_t callers_hung_up(const struct callers *callers); /* until now */

#endif
