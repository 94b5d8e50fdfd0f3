/* cipher.h - the hashes and ciphers of encrypted packages, over libcrypto: found once for a document. */
#ifndef SEALED_CIPHER_H
#define SEALED_CIPHER_H

#include "base/span.h"

#include <stdbool.h>

#define CIPHER_HASH 64 /* bytes of the longest hash */

struct cipher; /* one hash, and AES with keys of one length */

enum cipher_mode { CIPHER_ECB, CIPHER_CBC };

/* "SHA512", "SHA1", ...; NULL: an unknown name, an unknown length, no memory. */
struct cipher *cipher_new(struct span hash, unsigned key_bits, enum cipher_mode mode);
void cipher_free(struct cipher *cipher); /* NULL is fine */

size_t cipher_hash_len(const struct cipher *cipher);
/* Of two spans one after the other. */
void cipher_hash(struct cipher *cipher, struct span first, struct span second, uint8_t out[CIPHER_HASH]);
/* `rounds` times the hash of a number, counted from 0, and the hash before ([MS-OFFCRYPTO] 2.3.4.11). In place. */
void cipher_spin(struct cipher *cipher, uint32_t rounds, uint8_t hash[CIPHER_HASH]);
/* Whole blocks only; `iv` is 16 bytes, and not looked at for ECB. */
bool cipher_decrypt(struct cipher *cipher, const uint8_t *key, const uint8_t *iv, struct span in, uint8_t *out);

#endif
