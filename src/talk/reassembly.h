/*
 * reassembly.h - the bytes of both ends of a TCP conversation in their order (RFC 9293, 3.4).
 *
 * What comes in order is handed on without being copied. What comes early waits in pieces, of which
 * there is a bounded number; what comes again is passed over, so that the first bytes count, but for a
 * segment that begins before one that waits and reaches over it: so BSD, Linux and most systems have it
 * (Novak, Sturges: "Target-based TCP stream reassembly", 2007). A hole is given up when
 * the receiver has acknowledged what lies behind it (then only the capture missed it), or when too much
 * waits for it. What the reader leaves is kept for it, at most STREAM_KEEP bytes.
 */
#ifndef TALK_REASSEMBLY_H
#define TALK_REASSEMBLY_H

#include "base/slab.h"
#include "base/span.h"
#include "wire/stream.h"

#define PIECE_BYTES 2048
#define PIECES_MAX  24 /* that wait for a hole at one end */

struct reassembly_end {
	uint32_t next;   /* sequence number of the next byte in order */
	uint32_t pieces; /* the first that waits + 1, by sequence number; 0: none */
	uint32_t keep;   /* what the reader left: slab number + 1; 0: nothing */
	uint16_t kept;   /* bytes of it */
	uint8_t waiting; /* pieces */
	bool begun;      /* `next` is known */
};

struct reassembly {
	struct reassembly_end end[2];
};

/* Shared by all conversations of a sensor; counters only rise. */
struct reassembly_room {
	struct slab pieces, keeps;
	uint64_t early;    /* segments that came before their turn */
	uint64_t repeated; /* segments of which all was there already */
	uint64_t gaps;     /* holes that were given up */
	uint64_t stuck;    /* times that a reader took nothing of a full keep */
};

bool reassembly_room_open(struct reassembly_room *room, uint32_t pieces, uint32_t keeps);
void reassembly_room_close(struct reassembly_room *room);

/* Who reads: `feed` returns how many of the bytes were used up, `gap` tells that bytes are missing before
 * the next ones. */
struct reassembly_reader {
	size_t (*feed)(void *whom, unsigned end, struct span bytes);
	void (*gap)(void *whom, unsigned end, uint64_t missing);
	void *whom;
};

struct reassembly_segment {
	unsigned end; /* who sent it: 0 or 1 */
	uint32_t seq;
	struct span payload;
	uint32_t uncaught; /* bytes behind it that the capture has cut off */
};

/* A segment with payload. */
void reassembly_add(struct reassembly *r, struct reassembly_room *room,
		    const struct reassembly_segment *segment,
		    const struct reassembly_reader *reader);

/* `end` has received all before `ack`: what is missing of that will not come any more. */
void reassembly_acked(struct reassembly *r, struct reassembly_room *room, unsigned end, uint32_t ack,
		      const struct reassembly_reader *reader);

/* Hands on what waits, with its gaps. */
void reassembly_flush(struct reassembly *r, struct reassembly_room *room,
		      const struct reassembly_reader *reader);

/* Gives back all room. */
void reassembly_free(struct reassembly *r, struct reassembly_room *room);

/* Gives what was left to the reader once more: it may have learned meanwhile what it is. */
void reassembly_again(struct reassembly *r, struct reassembly_room *room, unsigned end,
		      const struct reassembly_reader *reader);

#endif
