/*
 * names.h - the addresses and name servers of a site, and when they change in a way that people must know.
 *
 * Many sites are at a CDN, whose answers rotate: what is seen while a site is new is learned, with the networks about it.
 * Later an address outside of all that is told; where answers rotate, only an answer of which nothing is known. Name
 * servers change seldom, and whoever changes them has the whole site: they are always told.
 */
#ifndef FARE_NAMES_H
#define FARE_NAMES_H

#include "probe/probe.h"

#include <jansson.h>

#define NAMES_KNOWN 64
#define NAMES_TEXT  400

struct site_names {
	struct {
		struct ip ip;
		usec_t last; /* seen */
	} known[NAMES_KNOWN];
	unsigned known_count;
	struct ip now[PROBE_ADDRESSES];
	unsigned now_count;
	unsigned sets;       /* different answers while learning */
	usec_t since;        /* the first look */
	char servers[PROBE_SERVERS][PROBE_NAME], servers_before[PROBE_SERVERS][PROBE_NAME];
	unsigned server_count, before_count;
	usec_t changed;         /* last; 0: never */
	usec_t addresses_until; /* other addresses are told until then; 0: nothing is */
	usec_t servers_until;   /* ... other name servers */
};

enum names_news { NAMES_SAME = 0, NAMES_LEARNED = 1, NAMES_ADDRESSES = 2, NAMES_SERVERS = 4 }; /* bits */

/* `learn`: for so long after the first look addresses are learned. Returns bits of names_news. */
unsigned site_names_see(struct site_names *names, const struct probe_result *result, usec_t learn);
/* What is told at present: bits of names_news. */
unsigned site_names_told(const struct site_names *names, usec_t now);
/* A person knows of the change: what is now is known. */
void site_names_approve(struct site_names *names, usec_t at);

/* "192.0.2.1, 192.0.2.2"; "ns1.example.org, ..." */
char *site_names_addresses(const struct site_names *names, char text[NAMES_TEXT]);
char *site_names_servers(const char servers[PROBE_SERVERS][PROBE_NAME], unsigned count, char text[NAMES_TEXT]);

json_t *site_names_write(const struct site_names *names);
void site_names_read(struct site_names *names, const json_t *json);

#endif
