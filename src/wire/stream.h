/*
 * stream.h - what every parser of a TCP stream is promised, and promises; and protocols whose messages
 * tell their length in front.
 *
 *   size_t X_feed(struct X *x, unsigned side, struct span bytes, const struct X_sink *sink);
 *
 * `bytes` are in-order bytes of that side (0: the client, 1: the server), beginning with what the
 * last call left; it returns how many were consumed. What it leaves is given again with more
 * behind it. The caller keeps at most STREAM_KEEP bytes: a parser that is given so many consumes
 * some, or gives up.
 */
#ifndef WIRE_STREAM_H
#define WIRE_STREAM_H

#include "base/span.h"

#include <stdbool.h>

/* Bytes that the caller keeps of each end for a parser that wants more behind them. */
#define STREAM_KEEP 16384

struct stream {           /* zeroed at first */
	uint64_t skip[2]; /* bytes of a message that nobody wants, still to come */
	bool gave_up;     /* not the protocol after all, or lost within it: nothing more is read */
	bool done;        /* all that is wanted was seen */
};

enum stream_state {
	STREAM_MORE,   /* the length, or whether the message is wanted, is not told yet */
	STREAM_WRONG,  /* not the protocol */
	STREAM_WANTED, /* hand it on when it is whole */
	STREAM_PASS,   /* pass over it */
};

/* `head` tells from a message's first bytes how long it is in all, itself included; what it answers
 * must not depend on how many bytes beyond those it needs are there. `read` gets whole messages. */
struct stream_format {
	enum stream_state (*head)(const void *parser, unsigned side, struct span bytes,
				  uint64_t *length);
	void (*read)(void *parser, unsigned side, struct span message);
};

/* Reads as many messages as are whole; returns the bytes consumed. A wanted message that is longer
 * than STREAM_KEEP is passed over. */
size_t stream_feed(struct stream *s, const struct stream_format *format, void *parser,
		   unsigned side, struct span bytes);

/* Bytes of one end were lost: harmless within a message that is passed over. */
void stream_gap(struct stream *s, unsigned side, uint64_t missing);

#endif
