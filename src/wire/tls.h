/*
 * tls.h - TLS over TCP: from the first record to the end of what is said in the clear.
 *
 * One event for each conversation, as soon as both hellos are known, and up to TLS 1.2 the server's
 * certificate (or that the session is resumed, which needs none); else when the conversation
 * ends. From then on `done` is set and nothing more need be fed. SSL 2 hellos are recognised.
 *
 * Sources: RFC 8446 (TLS 1.3), 5246 (1.2), 6101 (SSL 3, and in its appendix E the SSL 2 hello).
 */
#ifndef WIRE_TLS_H
#define WIRE_TLS_H

#include "model/anomaly.h"
#include "wire/stream.h"
#include "wire/tls_note.h"

struct tls_side {
	uint32_t skip; /* bytes of handshake messages to pass over, in this record and later ones */
	uint16_t record; /* bytes left of the record at hand */
	uint8_t type;    /* its type */
};

/* To begin: zeroed, then `note` set to room of the caller, which may be used for something else
 * once `done` is set. */
struct tls {
	struct tls_note *note;
	struct tls_side side[2];
	uint32_t early; /* bytes of application data from the client before the server's hello */
	uint8_t seen;   /* tls.c's own */
	bool begun;
	bool gave_up;         /* bytes are missing: what is known is told, and nothing more */
	bool done;            /* the event was told, or there is none to tell */
	enum anomaly anomaly; /* once done: why early; ANOMALY_COUNT for no such reason */
};

/* `event` borrows for the call: kind EVENT_TLS's member. */
struct tls_sink {
	void *whom;
	struct digest_kit *kit; /* NULL: fingerprints are not wanted, and stay empty */
	void (*event)(void *whom, const struct event_tls *e);
};

/* Whether the first payload of either end begins a handshake. */
bool tls_looks(struct span payload);

/* The contract of wire/stream.h. */
size_t tls_feed(struct tls *x, unsigned side, struct span bytes, const struct tls_sink *sink);
void tls_gap(struct tls *x, unsigned side, uint64_t missing);
/* What is known until now, note and all, in one stretch; and back into a struct whose `note` is set. */
void tls_pack(const struct tls *x, struct pen *pen);
void tls_unpack(struct tls *x, struct span packed);

void tls_end(struct tls *x, const struct tls_sink *sink);

#endif
