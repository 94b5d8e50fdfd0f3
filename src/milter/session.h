/*
 * session.h - one message of one connection, gathered as it will be delivered: header fields and body, lines ended
 * with CRLF, in a memory file. What all sessions hold together is bounded.
 */
#ifndef MILTER_SESSION_H
#define MILTER_SESSION_H

#include "quarantine/held.h"
#include "milter/letter_head.h"

#include <stdatomic.h>

/* Of all sessions. */
struct session_bounds {
	uint64_t message; /* bytes that are kept of one; beyond it the rest is only counted */
	uint64_t memory;  /* of all */
	_Atomic uint64_t used;
};

struct session {
	struct session_bounds *bounds;
	int fd;         /* -1: no message is under way */
	uint64_t bytes; /* of the message */
	uint64_t kept;  /* in the file */
	uint64_t head;  /* bytes of its header with the blank line */
	unsigned receivers;
	bool full;      /* memory was not enough: try again */
	bool fields;    /* its header has begun */
	struct letter_head letter;
	struct held held; /* but for `why` and `entry`; the client is that of the connection */
};

void session_init(struct session *session, struct session_bounds *bounds, const char *client);
/* Forgets the message, if there is one. */
void session_end(struct session *session);

/* A message begins; the sender is as SMTP has it, "<a@example.org>". False: no memory. */
bool session_begin(struct session *session, const char *sender);
/* False: there is no room for another one. */
bool session_receiver(struct session *session, const char *receiver);
/* As libmilter gives them: without the blanks between colon and value. False: `full`. */
bool session_field(struct session *session, const char *name, const char *value);
bool session_fields_end(struct session *session);
bool session_body(struct session *session, struct span bytes);

/* The whole is there, and nobody changes it any more. False: errno. */
bool session_seal(struct session *session);

/* The message as memory, to be unmapped by session_unmap(). False: errno. */
bool session_map(const struct session *session, struct span *message);
void session_unmap(struct span message);

#endif
