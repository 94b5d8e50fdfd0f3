/*
 * rar4.h - archives of RAR 3 and 4 that are encrypted (technote.txt of RARLAB): opened with a password, and written anew
 * without the encryption, for libarchive. Nothing but the CRC of a file, and of a header, tells that a password is right.
 */
#ifndef UNSEAL_RAR4_H
#define UNSEAL_RAR4_H

#include "sealed/candidate.h"
#include "unseal/seal.h"
#include "unseal/stretch.h"

#define RAR4_SALT 8
#define RAR4_KEYS 8 /* of the password that are remembered */

struct rar4_key {
	uint8_t salt[RAR4_SALT], key[STRETCH_RAR4], iv[STRETCH_RAR4];
};

struct rar4 {
	struct seal seal;
	struct span archive;
	unsigned power; /* of its keys: STRETCH_RAR4_POWER, but where a fuzzer has no time */
	struct candidate password; /* that is tried, or was right */
	struct rar4_key keys[RAR4_KEYS];
	uint32_t key_count;
};

/* Reads whether it is encrypted. */
MUST_USE enum err rar4_read(struct exam *e, struct span bytes, struct rar4 *r);
/* Tries a password. True: something was opened. One password opens all, or what it does not open is broken. */
bool rar4_unlock(struct exam *e, struct rar4 *r, struct span password);
/* The archive without its encryption; in the arena. */
MUST_USE enum err rar4_write(struct exam *e, struct rar4 *r, struct span *out);

#endif
