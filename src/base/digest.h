/*
 * digest.h - digests and the little cryptography that reading needs, over libcrypto.
 *
 * Finding an algorithm by its name costs libcrypto microseconds, using it tens of nanoseconds: a
 * kit finds all of them once. A kit belongs to one thread.
 *
 * Sources: RFC 1321 (MD5), FIPS 180-4 (SHA), RFC 2104 (HMAC), RFC 5869 (HKDF), NIST SP 800-38D
 * (GCM).
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>

enum digest_kind { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA256, DIGEST_KINDS };

#define MD5_BYTES    16
#define SHA1_BYTES   20
#define SHA256_BYTES 32
#define DIGEST_MAX   32 /* bytes of the longest */

struct digest_kit;

/* NULL when there is no memory, or libcrypto was built without one of the algorithms. */
struct digest_kit *digest_kit_new(void);
void digest_kit_free(struct digest_kit *kit); /* NULL is fine */

/* The digest of bytes that are all there: `out` gets 16, 20 or 32 bytes, as the kind has. */
void digest_of(struct digest_kit *kit, enum digest_kind kind, struct span bytes, uint8_t *out);

/* SHA-1 of a few bytes, without a kit: for identifiers that ask for it. */
void sha1_of(struct span bytes, uint8_t out[SHA1_BYTES]);

/* One digest of bytes that come piece by piece. It may outlive other uses of the kit, but not the
 * kit itself. */
struct digest;

struct digest *digest_new(struct digest_kit *kit, enum digest_kind kind); /* NULL: no memory */
void digest_reset(struct digest *d); /* forgets what was added; cheap, allocates nothing */
void digest_add(struct digest *d, struct span bytes);
/* Writes the digest of all that was added since the last reset, and resets. */
void digest_end(struct digest *d, uint8_t *out);
void digest_free(struct digest *d); /* NULL is fine */

/* A key of HMAC-SHA256, made ready once for any number of texts. */
struct hmac_key {
	uint32_t inner[8], outer[8]; /* states of SHA-256 behind the padded key */
};
void hmac_key_make(struct hmac_key *key, struct span bytes);

/* HMAC-SHA256 of two spans one after the other (the second may be empty). */
struct hmac_text {
	struct span first, second;
};
void hmac_sha256(const struct hmac_key *key, struct hmac_text text, uint8_t out[SHA256_BYTES]);

/* HKDF-Extract with SHA-256 is hmac_sha256() with the salt as key. HKDF-Expand for at most 32
 * bytes, which is one block, is this. */
void hkdf_expand(const struct hmac_key *secret, struct span info, uint8_t *out, size_t size);

#define AES_BLOCK 16 /* bytes, of the key too: AES-128 */

/* One block, enciphered by itself (ECB). */
void aes_block(struct digest_kit *kit, const uint8_t key[AES_BLOCK], const uint8_t in[AES_BLOCK],
	       uint8_t out[AES_BLOCK]);

#define GCM_NONCE 12
#define GCM_TAG   16

struct gcm {
	const uint8_t *key;   /* AES_BLOCK bytes */
	const uint8_t *nonce; /* GCM_NONCE bytes */
	struct span head;     /* authenticated, not enciphered */
	struct span sealed;   /* ciphertext and tag */
};

/* Writes sealed.len - GCM_TAG bytes to `out`; false, and nothing of use in `out`, when the tag is
 * not the right one. */
MUST_USE bool gcm_open(struct digest_kit *kit, const struct gcm *gcm, uint8_t *out);

#endif
