/*
 * certificate.h - what a drill proved, dated and signed (Ed25519, RFC 8032): as JSON, as text, as a page to print.
 *
 * The JSON is what is signed: canonical bytes (RFC 8785's rules as far as they are needed), so that it can be checked
 * years later by `hinomi backup verify-certificate` or by any other program. Text and page are made of it.
 */
#ifndef DRILL_CERTIFICATE_H
#define DRILL_CERTIFICATE_H

#include "drill/drill.h"
#include "policy/language.h"

#include <stdio.h>

#define CERTIFICATE_MAX (64u << 10)
#define CERTIFICATE_WHY 200

/* Reads the key pair of this tower, or makes it: PEM as OpenSSL has it (RFC 8410), mode 0600; the public half beside it
 * as PATH.pub. On an error `why` says what is wrong, and the mend. */
struct certificate_key {
	uint8_t secret[64], public[32];
};
MUST_USE enum err certificate_key_open(const char *path, struct certificate_key *key, char why[CERTIFICATE_WHY]);
MUST_USE enum err certificate_public_read(const char *path, uint8_t key[32], char why[CERTIFICATE_WHY]);

struct certificate_facts {
	const struct repository *repository;
	const struct snapshot *snapshot;
	const struct drill_report *report;
	const char *host;    /* of the tower */
	const char *tool_version;
	usec_t at;
};

/* The signed JSON; the caller frees. NULL: no memory. */
char *certificate_make(const struct certificate_facts *facts, const struct certificate_key *key);
/* OK: `why` has the fingerprint of the key that signed it. ERR_FORMAT: it is none, or was changed: `why`. `key` NULL:
 * that which it names itself: it proves only that nothing was changed since. */
MUST_USE enum err certificate_verify(struct span json, const uint8_t *key, char why[CERTIFICATE_WHY]);
#define CERTIFICATE_FINGERPRINT 40
/* The first 128 bits of the key's SHA-256, as "0123-4567-...": short enough to be compared by eye. */
char *certificate_fingerprint(const uint8_t key[32], char text[CERTIFICATE_FINGERPRINT]);
/* ERR_FORMAT: not a certificate. Does not verify. */
MUST_USE enum err certificate_text(struct span json, enum language language, FILE *out);
MUST_USE enum err certificate_page(struct span json, enum language language, FILE *out); /* HTML, self-contained */

#endif
