/*
 * mining.h - crypto-currency miners and their pools: Stratum, a JSON object a line (Bitcoin's BIP
 * 310 and slushpool's manual; Monero's and Ethereum's dialects).
 */
#ifndef WIRE_MINING_H
#define WIRE_MINING_H

#include "model/event.h"
#include "wire/stream.h"

struct mining_sink {
	void *whom;
	/* One message; texts are borrowed for the call. */
	void (*message)(void *whom, const struct event_mining *message);
};

struct mining { /* one conversation; zeroed at first */
	struct stream stream;
	uint32_t lines; /* read so far */
};

/* The method of one line; false when it is not of Stratum. */
bool mining_read(struct span line, struct event_mining *out);

/* The stream contract: returns the bytes consumed; what is left is wanted again with more. It is
 * done after some lines: the beginning tells all. */
size_t mining_feed(struct mining *m, unsigned side, struct span bytes,
		   const struct mining_sink *sink);
void mining_gap(struct mining *m, unsigned side, uint64_t missing);

#endif
