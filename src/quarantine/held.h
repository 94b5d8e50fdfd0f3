/*
 * held.h - what is known of a message that is put into quarantine, besides the message itself.
 */
#ifndef QUARANTINE_HELD_H
#define QUARANTINE_HELD_H

#include "model/time.h"
#include "quarantine/vault.h"

#define HELD_ADDRESS    256
#define HELD_RECEIVERS  4096 /* bytes of all, one a line */
#define HELD_CLIENT     64

/* Why a message is held; numbers of the store, in which new ones come last. */
enum held_why {
	HELD_MALICIOUS,
	HELD_SUSPICIOUS,    /* the level says so */
	HELD_NOT_INSPECTED, /* likewise */
	HELD_FAILURE,       /* it could not be examined, and the configuration says so */
	HELD_WHYS,
};

struct held {
	usec_t at;
	enum held_why why;
	uint64_t bytes;
	char client[HELD_CLIENT];   /* the address of who gave it to the mail server */
	char from[HELD_ADDRESS];    /* of the envelope, without < >; "": a bounce */
	char to[HELD_RECEIVERS];    /* likewise, one a line */
	struct vault_entry entry;
};

#endif
