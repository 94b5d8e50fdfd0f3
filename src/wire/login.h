/*
 * login.h - one try to log in with a password in the clear, as a protocol's parser pieces it
 * together. The password is compared at once with the pairs that makers deliver, and forgotten:
 * what remains is whether it was one of them. It is never stored, printed or handed on.
 */
#ifndef WIRE_LOGIN_H
#define WIRE_LOGIN_H

#include "base/span.h"
#include "model/event.h"

#define LOGIN_USER_MAX 64 /* bytes of a user's name that are kept */

/* Zeroed: no try is under way. */
struct login {
	uint8_t user[LOGIN_USER_MAX];
	uint8_t user_len;
	bool named; /* a user was told, an empty one perhaps */
	bool has_password, weak, anonymous;
};

struct login_sink {
	void *whom;
	/* One try. The event's text is borrowed for the call. NULL: not wanted. */
	void (*login)(void *whom, const struct event_login *login);
};

/* A user was named: a new try begins. */
void login_user(struct login *l, struct span user);

/* A password was sent for the user that was named last. Nothing of it is kept. */
void login_password(struct login *l, struct span password);

/* User and password in base64: one of both (AUTH LOGIN), "user:password" (RFC 7617), and
 * [authorisation] NUL user NUL password (RFC 4616). What is not base64 counts as an empty text. */
void login_user_base64(struct login *l, struct span base64);
void login_password_base64(struct login *l, struct span base64);
void login_basic(struct login *l, struct span base64);
void login_plain(struct login *l, struct span base64);

/* Tells the sink how the try ended, if there was one, and forgets it. A user alone is told only
 * when it was refused. */
void login_end(struct login *l, enum login_outcome outcome, const struct login_sink *sink);

/* Whether the pair is on the list of makers' defaults. */
bool login_is_default(struct span user, struct span password);

#endif
