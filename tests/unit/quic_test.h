/*
 * quic_test.h - seals Initial packets of a client, as RFC 9001, 5 tells, with libcrypto's own AEAD.
 */
#ifndef QUIC_TEST_H
#define QUIC_TEST_H

#include "base/digest.h"

#define SEALED_MAX 2048

/* A packet: v2 for version 0x6b3343cf, else v1's constants. Frames of at most 1500 bytes. */
struct sealing {
	uint32_t version;
	uint32_t number;
	struct span dcid, frames;
};

/* Returns the packet's length in `out`. The packet number takes 4 bytes. */
size_t quic_seal(struct digest_kit *kit, const struct sealing *s, uint8_t out[SEALED_MAX]);

#endif
