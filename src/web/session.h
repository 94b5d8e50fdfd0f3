/*
 * session.h - who is logged in: a bounded table of sessions.
 *
 * A session is known by a random token of 256 bits, of which only the hash is kept: whoever reads this
 * memory cannot log in with it. Source: OWASP Session Management.
 */
#ifndef WEB_SESSION_H
#define WEB_SESSION_H

#include "model/time.h"
#include "policy/tower.h"

#define SESSION_TOKEN 44 /* 32 bytes in base64url, and the end */
#define SESSION_NAME  64 /* bytes of a user's name, and the end */

struct session {
	uint64_t serial; /* never the same again; 0: the place is free */
	char name[SESSION_NAME];
	char csrf[SESSION_TOKEN];
	enum tower_role role;
	usec_t begun, used;
	uint8_t hash[32];
};

struct sessions;

/* `life`: of a session in all. `idle`: unused for so long, operators and admins are logged out; a viewer's
 * screen may hang on a wall. NULL: no memory. */
struct sessions *sessions_new(usec_t life, usec_t idle);
void sessions_free(struct sessions *sessions);

/* Begins one; the user's oldest ends when there are too many. `token` is for the browser. */
const struct session *sessions_begin(struct sessions *sessions, const char *name,
				     enum tower_role role, usec_t now, char token[SESSION_TOKEN]);

/* NULL: there is none, or it is over. Marks it as used. */
const struct session *sessions_find(struct sessions *sessions, const char *token, usec_t now);

/* By its serial, without marking it: for streams, which are no sign of a person. */
bool sessions_lasts(const struct sessions *sessions, uint64_t serial, usec_t now);

void sessions_end(struct sessions *sessions, uint64_t serial);
void sessions_end_of(struct sessions *sessions, const char *name); /* all of a user */

/* How long it still lasts when it is not used. */
usec_t session_left(const struct sessions *sessions, const struct session *session, usec_t now);

#endif
