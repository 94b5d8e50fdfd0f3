/*
 * password.h - passwords and what is kept of them: Argon2id (RFC 9106) by libsodium.
 *
 * 64 MiB and two passes: one check takes about a tenth of a second and gives its memory back at once.
 */
#ifndef WEB_PASSWORD_H
#define WEB_PASSWORD_H

#include <sodium.h>
#include <stdbool.h>

#define PASSWORD_HASH crypto_pwhash_STRBYTES
#define PASSWORD_MIN  10 /* runes */
#define PASSWORD_MAX  256 /* bytes */

/* NULL: it can be taken; else why not, in English and (after it) in Japanese. */
const char *const *password_trouble(const char *password);

/* False: no memory. */
bool password_hash(const char *password, char hash[PASSWORD_HASH]);

/* Takes the same time when `hash` is NULL (there is no such user) or not one of ours. */
bool password_check(const char *hash, const char *password);

#endif
