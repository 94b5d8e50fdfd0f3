/*
 * vault.h - mail that is held back, on the disk: each message a file of its own, encrypted with a key of its own.
 *
 * A message's key is sealed for the owner of the vault's secret (libsodium: secretstream, sealed boxes). Who puts
 * messages in has the public half alone, and cannot read what lies there; when a message's sealed key is forgotten
 * nobody can. A file is there as a whole or not at all, also when the power goes: written beside, synced, renamed.
 */
#ifndef QUARANTINE_VAULT_H
#define QUARANTINE_VAULT_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define VAULT_KEY    32
#define VAULT_NAME   33 /* of a file: 32 hex digits, NUL */
#define VAULT_SEALED 80 /* bytes of a sealed key */

#define VAULT_SECRET_FILE "quarantine.key" /* in the state folder, ... */
#define VAULT_FOLDER      "quarantine"     /* ... like the messages */

/* What those get who put messages in, and know released ones by. */
struct vault_keys {
	uint8_t public[VAULT_KEY];
	uint8_t token[VAULT_KEY]; /* token.h */
};

struct vault_secret {
	uint8_t secret[VAULT_KEY];
};

/* The secret in the file, which is made (mode 0600) where there is none. ERR_OPEN, ERR_READ, ERR_WRITE: errno;
 * ERR_FORMAT: it is no such file. */
MUST_USE enum err vault_secret_read(const char *path, struct vault_secret *secret);
void vault_keys_of(const struct vault_secret *secret, struct vault_keys *keys);

struct vault_entry {
	char name[VAULT_NAME];
	uint8_t sealed[VAULT_SEALED];
};

/* Puts what `fd` holds from its beginning into the folder, and on the disk. ERR_OPEN, ERR_READ, ERR_WRITE: errno;
 * then there is nothing. */
MUST_USE enum err vault_write(const char *folder, const struct vault_keys *keys, int fd, struct vault_entry *entry);

/* Appends the message to the file that `fd` is. ERR_FORMAT, ERR_TRUNCATED: it was changed, or is not of this secret;
 * what was appended is to be thrown away. */
MUST_USE enum err vault_read(const char *folder, const struct vault_secret *secret, const struct vault_entry *entry,
			     int fd);

/* Whether the name may be that of a message: it is no path. */
bool vault_is_name(const char *name);

/* Deletes a message's file; it is no error when there is none. ERR_WRITE: errno. */
MUST_USE enum err vault_remove(const char *folder, const char *name);

/* Deletes files that are older than `seconds` and that nobody knows: what was half done when a process died.
 * Returns how many. */
typedef bool vault_known(void *whom, const char *name);
unsigned vault_sweep(const char *folder, int64_t seconds, vault_known *known, void *whom);

#endif
