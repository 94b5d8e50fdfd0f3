/* beacon_watch.h - what the parts of `beacon` share: the pairs that are remembered, and their services. */
#ifndef DETECT_BEACON_WATCH_H
#define DETECT_BEACON_WATCH_H

#include "base/slab.h"
#include "detect/beacon.h"
#include "detect/slots.h"

struct service_key {
	struct ip ip; /* of a name: its hash */
	uint16_t port;
	uint8_t proto;
	uint8_t kind; /* enum beacon_kind */
	uint8_t zero[4];
};

struct service {
	struct service_key key;
	uint64_t hosts; /* bits of hashed addresses */
};

struct beacon_watch {
	struct detect_settings settings;
	struct slots beacons, services;
	struct slab rings; /* of BEACON_RING beats: of those pairs that met again */
	struct slab names; /* of HOST_TEXT bytes */
	usec_t judged;
	usec_t epoch; /* the first time seen, from which ages are counted */
};

/* One beat more; those that are kept are the latest by their own times. */
void beacon_beat(struct beacon_watch *w, struct beacon *b, const struct beat *beat);

/* Sets what a pair is worth, after a beat. */
void beacon_worth(struct beacon_watch *w, const struct beacon *b);

/* Takes in what handshakes and requests say about their address and their name. */
void beacon_events(struct beacon_watch *w, const struct obs *obs, size_t count);

/* The service, or the name, that a pair is about. */
static inline struct service_key service_of(const struct beacon_key *key)
{
	struct service_key of = {
		.ip = key->server, .port = key->port, .proto = key->proto, .kind = key->kind
	};

	if (key->kind == BEACON_NAME)
		memcpy(of.ip.b, &key->name, sizeof(key->name));
	return of;
}

static inline void service_use(struct beacon_watch *w, struct service *service, const struct ip *host)
{
	uint64_t bit = 1ull << (hash_16(host->b, 0) >> 58);

	if (service->hosts & bit)
		return;
	service->hosts |= bit;
	slots_worth(&w->services, service, (uint32_t)__builtin_popcountll(service->hosts));
}

static inline struct beacon_key key_of(const struct flow_key *key, unsigned client)
{
	return (struct beacon_key){ .host = key->ip[client],
				    .server = key->ip[!client],
				    .port = key->port[!client],
				    .proto = key->proto,
				    .kind = BEACON_ADDRESS };
}

#endif
