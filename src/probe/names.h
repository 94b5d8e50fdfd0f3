/*
 * names.h - addresses of hosts, and the name servers of their zones, by c-ares; each remembered as long as its servers
 * say, and at most a minute.
 *
 * Names are asked for as they stand (no search domains), /etc/hosts first. The servers of the system are read once, at
 * the beginning. The zone of a name is found by asking for NS at the name, then at the name above, and so on; a name
 * that is an alias (CNAME) cannot be one. Who waits is told when both are known; name servers that do not come soon are
 * left out.
 */
#ifndef PROBE_NAMES_H
#define PROBE_NAMES_H

#include "probe/probe.h"

#include <sys/queue.h>

struct names;
struct name;

struct name_answer {
	const char *why; /* there are no addresses; NULL: there are */
	bool ours;       /* no server could be asked */
	usec_t at;       /* when the addresses came, by loop_steady() */
	const struct ip *addresses; /* in the order of the answer */
	unsigned address_count;
	const char *servers; /* sorted, in lower case, one after the other, each with its NUL */
	unsigned server_count;
};

/* One who waits; the memory is the caller's. */
struct name_wait {
	LIST_ENTRY(name_wait) line;
	void (*told)(struct name_wait *wait, const struct name_answer *answer); /* may ask again */
	bool waits; /* set here */
};

/* Descriptors to be watched: neither way means no more. */
typedef void names_watch(void *whom, int fd, int readable, int writable);

struct names_settings {
	const char *resolver; /* as in struct probe_settings */
	uint32_t wait_ms;     /* for addresses */
	names_watch *watch;
	void *whom;
};

/* NULL: no memory, or the resolver's address is none. Nobody is told any more when it is freed. */
struct names *names_new(const struct names_settings *settings);
void names_free(struct names *names); /* NULL is fine */

/* Tells, perhaps before it returns. */
void names_ask(struct names *names, const char *host, struct name_wait *wait);
void names_leave(struct name_wait *wait); /* is not to be told */

void names_work(struct names *names, int fd, bool readable, bool writable);
void names_turn(struct names *names, usec_t now);        /* what takes too long */
usec_t names_due(const struct names *names, usec_t now); /* when that is to be called; INT64_MAX: never */

#endif
