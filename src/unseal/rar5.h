/*
 * rar5.h - archives of RAR 5 that are encrypted (https://www.rarlab.com/technote.htm): opened with passwords, and written
 * anew without the encryption, for libarchive, which knows all of the format but that.
 */
#ifndef UNSEAL_RAR5_H
#define UNSEAL_RAR5_H

#include "unseal/seal.h"
#include "unseal/stretch.h"

#define RAR5_LOCKS 16 /* of an archive: files that were added together have one */
#define RAR5_SALT  16

/* How a key is made of a password. */
struct rar5_lock {
	uint8_t power, salt[RAR5_SALT], check[STRETCH_CHECK];
	bool has_check; /* else nothing tells that a password is right */
	bool open;
	uint8_t key[STRETCH_KEY];
};

struct rar5 {
	struct seal seal;
	struct span archive;
	struct rar5_lock head; /* where the headers are encrypted */
	struct rar5_lock locks[RAR5_LOCKS];
	uint32_t lock_count;
};

/* Reads how it is encrypted. */
MUST_USE enum err rar5_read(struct exam *e, struct span bytes, struct rar5 *r);
/* Tries a password, in UTF-8. True: something was opened. */
bool rar5_unlock(struct exam *e, struct rar5 *r, struct span password);
/* The archive without what was opened of its encryption; in the arena. */
MUST_USE enum err rar5_write(struct exam *e, struct rar5 *r, struct span *out);

#endif
