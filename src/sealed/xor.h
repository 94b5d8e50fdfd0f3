/* xor.h - XOR obfuscation, method 1 ([MS-OFFCRYPTO] 2.3.7): what Excel 95 called a password. */
#ifndef SEALED_XOR_H
#define SEALED_XOR_H

#include "base/span.h"

#define XOR_PERIOD 16

struct xor_key {
	uint8_t bytes[XOR_PERIOD];
};

/* What a file keeps to know the password by. */
uint16_t xor_verifier(struct span password);
/* `key`: as the file has it. */
void xor_key_make(struct xor_key *xor, struct span password, uint16_t key);
/* The bytes of a record, or of its end; `from`: the offset in the stream of what follows the record, and how far they
 * stand in it. */
void xor_decrypt(const struct xor_key *xor, uint8_t *bytes, size_t len, size_t from);

#endif
