/*
 * ldap.h - logins to a directory (RFC 4511): bind requests and how they ended. It gives up when TLS
 * or a SASL layer hides what follows.
 */
#ifndef WIRE_LDAP_H
#define WIRE_LDAP_H

#include "model/event.h"
#include "wire/stream.h"

#define LDAP_NAME 192 /* bytes kept of a name */

struct ldap_bind {                /* lives for the call */
	bool simple;              /* the password in the clear; else SASL (NTLM's user, if told) */
	uint32_t result;          /* RFC 4511, appendix A; 49: invalid credentials */
	struct event_login login; /* user: a distinguished name, DOMAIN\user or user@domain */
};

struct ldap_sink {
	void *whom;
	void (*bind)(void *whom, const struct ldap_bind *bind);
};

struct ldap { /* one conversation; zeroed at first */
	struct stream stream;
	bool pending; /* a bind waits for its answer */
	bool simple, has_password;
	uint8_t name_len;
	uint32_t id; /* of the pending bind */
	uint8_t name[LDAP_NAME];
};

/* The stream contract: returns the bytes consumed; what is left is wanted again with more. */
size_t ldap_feed(struct ldap *l, unsigned side, struct span bytes, const struct ldap_sink *sink);
void ldap_gap(struct ldap *l, unsigned side, uint64_t missing);
void ldap_end(struct ldap *l, const struct ldap_sink *sink);

/* Whether a payload begins with an LDAP message; UDP (CLDAP) too. */
bool ldap_looks(struct span payload);

#endif
