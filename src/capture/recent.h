/*
 * recent.h - the last frames, in a ring of a given size, and what of them concerns one case.
 *
 * Filled on the way of every packet: a copy, no look-up, no memory taken. The frames are only
 * decoded when somebody asks for a case's evidence.
 */
#ifndef CAPTURE_RECENT_H
#define CAPTURE_RECENT_H

#include "base/err.h"
#include "capture/pcap_write.h"
#include "model/frame.h"
#include "model/ip.h"

#define RECENT_SNAP_MAX 4096

struct recent;

/* A ring of about `bytes` (at least 128 KiB), which keeps the first `snaplen` bytes of each frame
 * (at most RECENT_SNAP_MAX). NULL: no memory. Who wants none does not make one. */
struct recent *recent_new(size_t bytes, uint32_t snaplen);
void recent_free(struct recent *recent);

/* Keeps the frames; the oldest give way. */
void recent_add(struct recent *recent, const struct frame *frames, size_t count);

/* Which frames concern a case. */
struct recent_wish {
	struct prefix party[2];
	unsigned parties; /* 0: anybody's; 1: with party[0] at either end; 2: between the two */
	uint8_t proto;    /* 0: any */
	uint16_t port;    /* at either end; 0: any */
	usec_t from, to;  /* both included */
	size_t bytes_max; /* of the file */
};

struct recent_cut {
	uint64_t concerned; /* frames in the ring that the wish is about */
	uint64_t kept;      /* of these, frames in the file */
};

/*
 * Begins *file and fills it with the frames of the wish, in the order of their arrival: all of
 * them, or when they do not fit, the first hundred, and of the rest as many as fit, left out
 * evenly. A file has one link type: that of the first frame found; others are left out. ERR_EMPTY:
 * none found. ERR_LIMIT: not one fits. ERR_MEMORY. On OK the caller ends with pcap_write_free().
 * Decodes all that is kept: 4 ms for 8 MiB of the smallest frames.
 */
MUST_USE enum err recent_cut(struct recent *recent, const struct recent_wish *wish,
			     struct pcap_write *file, struct recent_cut *cut);

#endif
