/*
 * sip.h - one SIP message (RFC 3261): who calls or registers with what, and how it ended. The head
 * only; over UDP it is in one datagram.
 */
#ifndef WIRE_SIP_H
#define WIRE_SIP_H

#include "model/event.h"

struct sip_message {        /* the texts are borrowed; empty when not sent */
	uint16_t status;    /* of a response; 0: a request */
	struct span method; /* of a request; of a response, what it answers (CSeq) */
	struct span uri;    /* of a request */
	struct span call_id;
	struct span from, to; /* user@host, or what stands for it, without "sip:" */
	struct span agent;    /* User-Agent, or Server */
	struct span user;     /* who proves a password: the digest's username */
	bool authorised;      /* Authorization or Proxy-Authorization was sent */
};

/* False when the bytes do not begin with a SIP message. Strict enough for any port. */
bool sip_read(struct span message, struct sip_message *out);

/* The outcome of a try to register or call, from its response: 401 and 407 are a refusal only when
 * the request had tried already (`authorised`, with its `user`); before that they are the usual
 * question for a password. Fills `login` and returns true when there is an outcome. The password
 * itself is never sent in the clear (RFC 3261, 22.4). */
bool sip_login(const struct sip_message *request, const struct sip_message *response,
	       struct event_login *login);

#endif
