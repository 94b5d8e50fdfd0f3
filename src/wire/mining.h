/*
 * mining.h - crypto-currency miners and their pools: Stratum, a JSON object a line (Bitcoin's BIP
 * 310 and slushpool's manual; Monero's and Ethereum's dialects).
 */
#ifndef WIRE_MINING_H
#define WIRE_MINING_H

#include "wire/stream.h"

enum mining_method {
	MINING_NONE,
	MINING_SUBSCRIBE, /* mining.subscribe */
	MINING_AUTHORIZE, /* mining.authorize, eth_submitLogin: tells the user */
	MINING_LOGIN,     /* login of Monero's dialect: tells the user */
	MINING_SUBMIT,    /* a share: work is done */
	MINING_JOB,       /* of the pool: mining.notify, mining.set_difficulty, job */
	MINING_OTHER,     /* another mining.* or eth_* method */
};

struct mining_message { /* borrowed */
	enum mining_method method;
	struct span user;  /* wallet or account, with the worker's name; as escaped in JSON */
	struct span agent; /* the miner's software */
};

struct mining_sink {
	void *whom;
	void (*message)(void *whom, const struct mining_message *message);
};

struct mining { /* one conversation; zeroed at first */
	struct stream stream;
	uint32_t lines; /* read so far */
};

/* The method of one line; false when it is not of Stratum. */
bool mining_read(struct span line, struct mining_message *out);

/* The stream contract: returns the bytes consumed; what is left is wanted again with more. It is
 * done after some lines: the beginning tells all. */
size_t mining_feed(struct mining *m, unsigned side, struct span bytes,
		   const struct mining_sink *sink);
void mining_gap(struct mining *m, unsigned side, uint64_t missing);

#endif
