/*
 * probe.h - looks at web sites, thousands with one thread: libcurl's multi interface, names by c-ares.
 *
 * Each look is a GET with limits for time, bytes and redirects, never more a second than the set pace, never two at the
 * same host (address and port) within a second; a redirect that is followed counts like a look. It tells how far it came,
 * how long each phase took, what the certificate and the names are, and the page. What comes is hostile; nothing is done
 * with it but keeping its first bytes. Certificates are always looked at; one that does not hold is told as such, and the
 * page is fetched without trusting it. Redirects lead to http:// and https:// only, and never from a site with public
 * addresses to a private one.
 *
 * The authorities and the system's name servers are read by probe_new(), so that a sandbox may be entered after it; what is
 * read later: /etc/hosts, for each name that is asked for. Names are asked for as they stand, without search domains. Of a
 * site with public and private addresses only the public ones are asked.
 */
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include "base/err.h"
#include "base/span.h"
#include "model/ip.h"
#include "model/time.h"

#include <stdbool.h>

#define PROBE_URL       512
#define PROBE_NAME      256
#define PROBE_BODY      (1u << 20) /* bytes of a page that are kept, at most */
#define PROBE_ADDRESSES 16
#define PROBE_SERVERS   8
#define PROBE_WHY       160

/* How far it came: what failed is the phase after it. */
enum probe_phase { PROBE_DNS, PROBE_TCP, PROBE_TLS, PROBE_HTTP, PROBE_BODY_READ, PROBE_DONE, PROBE_PHASES };
const char *probe_phase_name(enum probe_phase phase); /* "dns" */

struct probe_certificate {
	bool there, trusted;
	char why[PROBE_WHY];       /* it is not trusted: "expired", "for another name", ... as the library says */
	uint8_t sha256[32];        /* of the whole certificate */
	uint8_t key_sha256[32];    /* of its public key (SPKI): the same after a renewal with the same key */
	usec_t from, until;
	char subject[PROBE_NAME], issuer[PROBE_NAME];
};

struct probe_result {
	usec_t at;
	enum probe_phase failed; /* the phase that failed; PROBE_DONE: none. Status 500 and above: PROBE_HTTP */
	char why[PROBE_WHY];     /* it failed: "connection refused", "timed out after 10 s", "name does not exist" */
	bool ours; /* it is rather our own machine or network that failed, so it says nothing about the site */
	bool no_way; /* ... as there is no way to it from here: where others are reached, it is the site's address after all */
	/* How long each phase took of the last request, after redirects; -1: not reached, or there is none. The total is of
	 * all requests; waiting for a turn is in none of them. */
	int64_t dns_us, tcp_us, tls_us, first_us, total_us;
	unsigned status;         /* of the last answer; 0: none */
	char final_url[PROBE_URL]; /* after redirects */
	unsigned redirects;
	char type[PROBE_NAME];   /* Content-Type of the last answer */
	char server[PROBE_NAME];
	struct ip address;       /* that answered */
	struct ip addresses[PROBE_ADDRESSES]; /* that the name has which was asked for, sorted */
	unsigned address_count;
	char servers[PROBE_SERVERS][PROBE_NAME]; /* name servers of its zone, sorted; none: not known this time */
	unsigned server_count;
	/* Of the first host that was asked by TLS. It is not trusted either where that of a later host, after a redirect, is
	 * not: people see a warning. */
	struct probe_certificate certificate;
	struct span body;        /* borrowed for the call; decoded (gzip, br), at most the limit */
	bool cut;                /* the page is longer */
	uint64_t bytes;          /* of pages that came, as they were packed */
};

/* 0: one a second, one at once, 10 s to connect (and to find the name), 30 s in all, PROBE_BODY; no redirect. */
struct probe_settings {
	uint32_t per_second; /* looks begun, at most */
	uint32_t at_once;    /* looks under way, at most; fewer where the process may not have so many descriptors */
	uint32_t connect_ms, total_ms;
	uint32_t body_max;   /* at most PROBE_BODY */
	unsigned redirects;
	const char *agent;   /* User-Agent; "": "Hinomi site watch" */
	const char *ca_file; /* "": the system's */
	const char *resolver; /* "192.0.2.53" or "[2001:db8::53]:5353", for tests and own servers; "": the system's */
};

struct probe_set;
typedef void probe_done(void *whom, uint64_t number, const struct probe_result *result);

/* Texts are copied. NULL: no memory, or the library; a file of authorities that cannot be read, a resolver that is no
 * address. */
struct probe_set *probe_new(const struct probe_settings *settings, probe_done *done, void *whom);
void probe_free(struct probe_set *set);

/* Asks for a look at an http:// or https:// URL, which `done` tells under this number. It waits for its turn.
 * ERR_FORMAT: not such a URL. ERR_LIMIT: too many wait (100,000). */
MUST_USE enum err probe_ask(struct probe_set *set, uint64_t number, const char *url);
size_t probe_waiting(const struct probe_set *set); /* asked and not told yet */

/* Works for at most `ms` (waits in poll when there is nothing to do), until all are told, and tells what has ended. For who has a loop of its
 * own: the descriptor becomes readable when there is work, be it that time has passed, and probe_work(set, 0) does it.
 * `done` may ask for more looks, and may not free the set. */
void probe_work(struct probe_set *set, int ms);
int probe_fd(const struct probe_set *set);

#endif
