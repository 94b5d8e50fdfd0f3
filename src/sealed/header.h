/* header.h - how a document says that it is encrypted: [MS-OFFCRYPTO] 2.3.2 EncryptionHeader, 2.3.3 its verifier. */
#ifndef SEALED_HEADER_H
#define SEALED_HEADER_H

#include "base/cursor.h"

#define HEADER_RC4     0x6801u
#define HEADER_AES_128 0x660eu
#define HEADER_SALT    16

struct header {
	uint32_t algorithm, key_bits;
	struct span salt, verifier, verifier_hash; /* the last two are encrypted */
};

/* Behind the version. False: it is broken. */
bool header_read(struct cur *c, struct header *header);

#endif
