/* cipher.c - libcrypto's EVP interface for encrypted packages. */
#include "sealed/cipher.h"

#include "base/line.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cipher {
	EVP_MD *md;
	EVP_MD_CTX *md_state;
	EVP_CIPHER *aes;
	EVP_CIPHER_CTX *aes_state;
	size_t hash_len;
};

static const char *hash_name(struct span said)
{
	static const char *const names[][2] = { { "SHA1", "SHA1" },	{ "SHA-1", "SHA1" },	{ "SHA256", "SHA256" },
						{ "SHA384", "SHA384" }, { "SHA512", "SHA512" }, { "MD5", "MD5" } };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (line_is(said, names[i][0]))
			return names[i][1];
	return NULL;
}

struct cipher *cipher_new(struct span hash, unsigned key_bits, enum cipher_mode mode)
{
	const char *md = hash_name(hash);
	struct cipher *c = calloc(1, sizeof(*c));
	char aes[16];

	if (!c || !md || (key_bits != 128 && key_bits != 192 && key_bits != 256)) {
		free(c);
		return NULL;
	}
	snprintf(aes, sizeof(aes), "AES-%u-%s", key_bits, mode == CIPHER_CBC ? "CBC" : "ECB");
	c->md = EVP_MD_fetch(NULL, md, "-fips");
	c->aes = EVP_CIPHER_fetch(NULL, aes, "-fips");
	c->md_state = EVP_MD_CTX_new();
	c->aes_state = EVP_CIPHER_CTX_new();
	if (!c->md || !c->aes || !c->md_state || !c->aes_state) {
		cipher_free(c);
		return NULL;
	}
	c->hash_len = (size_t)EVP_MD_get_size(c->md);
	return c;
}

void cipher_free(struct cipher *c)
{
	if (!c)
		return;
	EVP_MD_CTX_free(c->md_state);
	EVP_CIPHER_CTX_free(c->aes_state);
	EVP_MD_free(c->md);
	EVP_CIPHER_free(c->aes);
	free(c);
}

size_t cipher_hash_len(const struct cipher *c)
{
	return c->hash_len;
}

/* They fail only without memory: then the password seems to be a wrong one. */
void cipher_hash(struct cipher *c, struct span first, struct span second, uint8_t out[CIPHER_HASH])
{
	if (EVP_DigestInit_ex2(c->md_state, c->md, NULL) != 1 ||
	    EVP_DigestUpdate(c->md_state, first.ptr, first.len) != 1 ||
	    EVP_DigestUpdate(c->md_state, second.ptr, second.len) != 1 ||
	    EVP_DigestFinal_ex(c->md_state, out, NULL) != 1)
		memset(out, 0, CIPHER_HASH);
}

void cipher_spin(struct cipher *c, uint32_t rounds, uint8_t hash[CIPHER_HASH])
{
	uint8_t room[4 + CIPHER_HASH];

	memcpy(room + 4, hash, c->hash_len);
	for (uint32_t i = 0; i < rounds; i++) {
		for (unsigned k = 0; k < 4; k++)
			room[k] = (uint8_t)(i >> 8 * k);
		cipher_hash(c, (struct span){ room, 4 + c->hash_len }, (struct span){ room, 0 }, room + 4);
	}
	memcpy(hash, room + 4, c->hash_len);
}

bool cipher_decrypt(struct cipher *c, const uint8_t *key, const uint8_t *iv, struct span in, uint8_t *out)
{
	int len;

	return EVP_DecryptInit_ex2(c->aes_state, c->aes, key, iv, NULL) == 1 &&
	       EVP_CIPHER_CTX_set_padding(c->aes_state, 0) == 1 &&
	       EVP_DecryptUpdate(c->aes_state, out, &len, in.ptr, (int)(in.len / 16 * 16)) == 1;
}
