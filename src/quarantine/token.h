/*
 * token.h - how mail that a person released from quarantine is known when it comes by again.
 *
 * A header field with the number in quarantine, a time until which it holds, and an HMAC-SHA256 over both and the
 * digest of the message's body: who sees it can let pass nothing but this body, and not for long. The milter takes
 * the field out, so that it never leaves the mail server.
 */
#ifndef QUARANTINE_TOKEN_H
#define QUARANTINE_TOKEN_H

#include "base/span.h"
#include "quarantine/vault.h"

#define TOKEN_FIELD "X-Hinomi-Release"
#define TOKEN_TEXT  120 /* "12 1767225600 " and 64 hex digits */
#define TOKEN_BODY  32  /* SHA-256 */

struct token {
	uint64_t id;
	int64_t until; /* seconds since 1970 */
};

/* The value of the field for a body. */
void token_write(const struct vault_keys *keys, const struct token *token, const uint8_t body[TOKEN_BODY],
		 char text[TOKEN_TEXT]);

/* False: it is not one of ours, not for this body, or no longer good. Any bytes. */
MUST_USE bool token_read(const struct vault_keys *keys, struct span text, const uint8_t body[TOKEN_BODY], int64_t now,
			 struct token *token);

/* The digest of a message's body: what follows the first blank line (CRLF CRLF). */
void token_body(struct span message, uint8_t body[TOKEN_BODY]);

#endif
