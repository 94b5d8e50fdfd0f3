/* bittorrent.h - recognises BitTorrent: the peers' handshake (BEP 3), the DHT (BEP 5), and uTP (BEP
 * 29). */
#ifndef WIRE_BITTORRENT_H
#define WIRE_BITTORRENT_H

#include "base/span.h"

#include <stdbool.h>

enum bittorrent_kind {
	BITTORRENT_NONE,
	BITTORRENT_PEER, /* the handshake: TCP, or within uTP */
	BITTORRENT_DHT,  /* a datagram of the distributed hash table */
	BITTORRENT_UTP,  /* the SYN of uTP */
};

struct bittorrent_hello {
	enum bittorrent_kind kind;
	struct span info_hash; /* 20 bytes, borrowed; empty when not told */
	struct span peer;      /* 20 bytes: peer id, or the DHT node's */
	bool query;            /* DHT: a query, not an answer or error */
};

/* False when the payload is none of them. */
bool bittorrent_read(struct span payload, bool datagram, struct bittorrent_hello *out);

#endif
