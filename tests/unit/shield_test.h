/*
 * shield_test.h - what the tests of the XDP program share: a place of its own to load it, and frames.
 *
 * A frame is made of what it shall look like, so that the program's parser is measured by what was meant,
 * not by another parser.
 */
#ifndef SHIELD_TEST_H
#define SHIELD_TEST_H

#include "hand/hand.h"

#include <stdbool.h>
#include <stdint.h>

#define SHIELD_FRAME 2048

struct meant {
	struct look look; /* length, header and has are set by meant_frame() */
	size_t payload;   /* bytes behind the transport header, of which the first are look.bytes */
	unsigned tags;    /* of VLANs */
	unsigned extensions; /* of IPv6 */
	unsigned options; /* of TCP, and of IPv4: words of four bytes */
	bool session;     /* PPPoE */
};

/* False: it cannot be done here (no root, no BPF); says so. Else the process has a network and a /sys/fs/bpf of its
 * own, with the interface "lo". */
bool shield_place(void);

size_t meant_frame(struct meant *meant, uint8_t frame[SHIELD_FRAME]);

/* Lets the pinned program judge it: XDP_PASS, XDP_DROP, XDP_TX; what it made of the frame is in `frame`,
 * its length in *len. */
int shield_judge(uint8_t frame[SHIELD_FRAME], size_t *len);

/* A number that any test run has again: splitmix64. */
uint64_t shield_random(uint64_t *state);

/* A hand on "lo"; the caller closes it. Fails the test when there is none. */
struct hand_state *shield_hand(void);

/* CLOCK_BOOTTIME, microseconds. */
int64_t shield_now(void);

#endif
