/*
 * digest.c - libcrypto's EVP interface with the algorithms found beforehand.
 *
 * HMAC of short texts takes SHA-256 from libcrypto's older interface instead: a key's state can be
 * kept there as it is, and a block costs 40 ns, where the way through EVP costs 200 (libcrypto 3.0).
 * The keys of QUIC's Initials take 14 blocks; each event has a Community ID, of one block of SHA-1.
 * Deprecated there means that it will not get new algorithms.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/digest.h"

#include <assert.h>
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#define HMAC_BLOCK 64 /* bytes of SHA-256's block, RFC 2104 */

struct digest_kit {
	EVP_MD *md[DIGEST_KINDS];
	EVP_MD_CTX *md_state;
	EVP_CIPHER *ecb, *gcm;
	EVP_CIPHER_CTX *ecb_state, *gcm_state;
};

struct digest {
	const EVP_MD *md;
	EVP_MD_CTX *state;
};

/* Failures below can only come from misuse or from memory that libcrypto could not get; a wrong
 * digest must not be told as a right one. */
static void must(int done)
{
	if (done != 1)
		abort();
}

struct digest_kit *digest_kit_new(void)
{
	static const char *const names[DIGEST_KINDS] = { "MD5", "SHA1", "SHA256" };
	struct digest_kit *kit = calloc(1, sizeof(*kit));
	bool whole;

	if (!kit)
		return NULL;
	/* "-fips": MD5 is for fingerprints here, not for secrets, so a FIPS policy may not forbid
	 * it */
	for (unsigned i = 0; i < DIGEST_KINDS; i++)
		kit->md[i] = EVP_MD_fetch(NULL, names[i], "-fips");
	kit->ecb = EVP_CIPHER_fetch(NULL, "AES-128-ECB", "-fips");
	kit->gcm = EVP_CIPHER_fetch(NULL, "AES-128-GCM", "-fips");
	kit->md_state = EVP_MD_CTX_new();
	kit->ecb_state = EVP_CIPHER_CTX_new();
	kit->gcm_state = EVP_CIPHER_CTX_new();
	whole = kit->md[DIGEST_MD5] && kit->md[DIGEST_SHA1] && kit->md[DIGEST_SHA256] && kit->ecb &&
		kit->gcm && kit->md_state && kit->ecb_state && kit->gcm_state;
	if (whole && EVP_EncryptInit_ex2(kit->ecb_state, kit->ecb, NULL, NULL, NULL) == 1 &&
	    EVP_DecryptInit_ex2(kit->gcm_state, kit->gcm, NULL, NULL, NULL) == 1)
		return kit;
	digest_kit_free(kit);
	return NULL;
}

void digest_kit_free(struct digest_kit *kit)
{
	if (!kit)
		return;
	for (unsigned i = 0; i < DIGEST_KINDS; i++)
		EVP_MD_free(kit->md[i]);
	EVP_MD_CTX_free(kit->md_state);
	EVP_CIPHER_CTX_free(kit->ecb_state);
	EVP_CIPHER_CTX_free(kit->gcm_state);
	EVP_CIPHER_free(kit->ecb);
	EVP_CIPHER_free(kit->gcm);
	free(kit);
}

void digest_of(struct digest_kit *kit, enum digest_kind kind, struct span bytes, uint8_t *out)
{
	must(EVP_DigestInit_ex2(kit->md_state, kit->md[kind], NULL));
	must(EVP_DigestUpdate(kit->md_state, bytes.ptr, bytes.len));
	must(EVP_DigestFinal_ex(kit->md_state, out, NULL));
}

void sha1_of(struct span bytes, uint8_t out[SHA1_BYTES])
{
	SHA_CTX state;

	must(SHA1_Init(&state));
	must(SHA1_Update(&state, bytes.ptr, bytes.len));
	must(SHA1_Final(out, &state));
}

struct digest *digest_new(struct digest_kit *kit, enum digest_kind kind)
{
	struct digest *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->md = kit->md[kind];
	d->state = EVP_MD_CTX_new();
	if (d->state && EVP_DigestInit_ex2(d->state, d->md, NULL) == 1)
		return d;
	digest_free(d);
	return NULL;
}

void digest_reset(struct digest *d)
{
	must(EVP_DigestInit_ex2(d->state, d->md, NULL));
}

void digest_add(struct digest *d, struct span bytes)
{
	must(EVP_DigestUpdate(d->state, bytes.ptr, bytes.len));
}

void digest_end(struct digest *d, uint8_t *out)
{
	must(EVP_DigestFinal_ex(d->state, out, NULL));
	digest_reset(d);
}

void digest_free(struct digest *d)
{
	if (!d)
		return;
	EVP_MD_CTX_free(d->state);
	free(d);
}

/* SHA-256's state behind one block: the padded key. */
static void hmac_pad(uint32_t state[8], const uint8_t key[HMAC_BLOCK], uint8_t pad)
{
	uint8_t block[HMAC_BLOCK];
	SHA256_CTX sha;

	for (size_t i = 0; i < HMAC_BLOCK; i++)
		block[i] = key[i] ^ pad;
	SHA256_Init(&sha);
	SHA256_Transform(&sha, block);
	memcpy(state, sha.h, sizeof(sha.h));
}

void hmac_key_make(struct hmac_key *key, struct span bytes)
{
	uint8_t block[HMAC_BLOCK] = { 0 };
	SHA256_CTX sha;

	if (bytes.len > HMAC_BLOCK) {
		SHA256_Init(&sha);
		SHA256_Update(&sha, bytes.ptr, bytes.len);
		SHA256_Final(block, &sha);
	} else if (bytes.len > 0) {
		memcpy(block, bytes.ptr, bytes.len);
	}
	hmac_pad(key->inner, block, 0x36);
	hmac_pad(key->outer, block, 0x5c);
}

/* The digest of a padded key, whose state is given, and of what follows it. */
static void hmac_pass(const uint32_t state[8], struct hmac_text text, uint8_t out[SHA256_BYTES])
{
	SHA256_CTX sha;

	SHA256_Init(&sha);
	memcpy(sha.h, state, sizeof(sha.h));
	sha.Nl = HMAC_BLOCK * 8; /* bits until now */
	SHA256_Update(&sha, text.first.ptr, text.first.len);
	SHA256_Update(&sha, text.second.ptr, text.second.len);
	SHA256_Final(out, &sha);
}

void hmac_sha256(const struct hmac_key *key, struct hmac_text text, uint8_t out[SHA256_BYTES])
{
	uint8_t inner[SHA256_BYTES];

	hmac_pass(key->inner, text, inner);
	hmac_pass(key->outer, (struct hmac_text){ .first = { inner, sizeof(inner) } }, out);
}

void hkdf_expand(const struct hmac_key *secret, struct span info, uint8_t *out, size_t size)
{
	static const uint8_t one = 1; /* the counter of the first block: RFC 5869, 2.3 */
	uint8_t block[SHA256_BYTES];

	assert(size <= SHA256_BYTES);
	hmac_sha256(secret, (struct hmac_text){ info, { &one, 1 } }, block);
	memcpy(out, block, size);
}

void aes_block(struct digest_kit *kit, const uint8_t key[AES_BLOCK], const uint8_t in[AES_BLOCK],
	       uint8_t out[AES_BLOCK])
{
	uint8_t room[2 * AES_BLOCK]; /* libcrypto may ask for a block more */
	int written;

	must(EVP_EncryptInit_ex2(kit->ecb_state, NULL, key, NULL, NULL));
	must(EVP_CIPHER_CTX_set_padding(kit->ecb_state, 0));
	must(EVP_EncryptUpdate(kit->ecb_state, room, &written, in, AES_BLOCK));
	memcpy(out, room, AES_BLOCK);
}

bool gcm_open(struct digest_kit *kit, const struct gcm *gcm, uint8_t *out)
{
	uint8_t tag[GCM_TAG];
	int written;
	size_t len;

	if (gcm->sealed.len < GCM_TAG || gcm->sealed.len > INT_MAX || gcm->head.len > INT_MAX)
		return false;
	len = gcm->sealed.len - GCM_TAG;
	memcpy(tag, gcm->sealed.ptr + len, GCM_TAG);
	must(EVP_DecryptInit_ex2(kit->gcm_state, NULL, gcm->key, gcm->nonce, NULL));
	must(EVP_DecryptUpdate(kit->gcm_state, NULL, &written, gcm->head.ptr, (int)gcm->head.len));
	must(EVP_DecryptUpdate(kit->gcm_state, out, &written, gcm->sealed.ptr, (int)len));
	must(EVP_CIPHER_CTX_ctrl(kit->gcm_state, EVP_CTRL_AEAD_SET_TAG, GCM_TAG, tag));
	return EVP_DecryptFinal_ex(kit->gcm_state, out + len, &written) == 1;
}
