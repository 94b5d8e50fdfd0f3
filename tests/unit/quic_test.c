/* quic_test.c - keys, AES-128-GCM, header protection; checked by test_quic.c against the RFCs. */
#include "quic_test.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void expand(const uint8_t *secret, const char *label, uint8_t *out, size_t size)
{
	struct hmac_key ready;
	uint8_t info[64] = { 0, (uint8_t)size, (uint8_t)strlen(label) };
	size_t n = strlen(label);

	memcpy(info + 3, label, n);
	hmac_key_make(&ready, (struct span){ secret, SHA256_BYTES });
	hkdf_expand(&ready, (struct span){ info, n + 4 }, out, size);
}

static void gcm_seal(const uint8_t *key, const uint8_t *nonce, struct span head, struct span plain,
		     uint8_t *out)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int n;

	if (!c || !EVP_EncryptInit_ex(c, EVP_aes_128_gcm(), NULL, key, nonce) ||
	    !EVP_EncryptUpdate(c, NULL, &n, head.ptr, (int)head.len) ||
	    !EVP_EncryptUpdate(c, out, &n, plain.ptr, (int)plain.len) ||
	    !EVP_EncryptFinal_ex(c, out + plain.len, &n) ||
	    !EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, 16, out + plain.len))
		abort();
	EVP_CIPHER_CTX_free(c);
}

size_t quic_seal(struct digest_kit *kit, const struct sealing *s, uint8_t out[SEALED_MAX])
{
	static const uint8_t salts[2][20] = {
		{ 0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
		  0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a },
		{ 0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93,
		  0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9 }
	};
	bool v2 = s->version == 0x6b3343cf;
	struct hmac_key salt;
	uint8_t secret[32], client[32], key[16], iv[12], hp[16], mask[16];
	size_t n = 0, number, length = 4 + s->frames.len + 16;

	hmac_key_make(&salt, (struct span){ salts[v2], 20 });
	hmac_sha256(&salt, (struct hmac_text){ .first = s->dcid }, secret);
	expand(secret, "tls13 client in", client, 32);
	expand(client, v2 ? "tls13 quicv2 key" : "tls13 quic key", key, 16);
	expand(client, v2 ? "tls13 quicv2 iv" : "tls13 quic iv", iv, 12);
	expand(client, v2 ? "tls13 quicv2 hp" : "tls13 quic hp", hp, 16);
	out[n++] = v2 ? 0xd3 : 0xc3;
	for (int shift = 24; shift >= 0; shift -= 8)
		out[n++] = (uint8_t)(s->version >> shift);
	out[n++] = (uint8_t)s->dcid.len;
	memcpy(out + n, s->dcid.ptr, s->dcid.len);
	n += s->dcid.len;
	out[n++] = 0; /* no source connection id */
	out[n++] = 0; /* no token */
	out[n++] = (uint8_t)(0x40 | length >> 8);
	out[n++] = (uint8_t)length;
	number = n;
	for (int shift = 24; shift >= 0; shift -= 8) {
		out[n++] = (uint8_t)(s->number >> shift);
		iv[11 - shift / 8] ^= (uint8_t)(s->number >> shift);
	}
	gcm_seal(key, iv, (struct span){ out, n }, s->frames, out + n);
	aes_block(kit, hp, out + n, mask);
	out[0] ^= mask[0] & 0x0f;
	for (unsigned i = 0; i < 4; i++)
		out[number + i] ^= mask[1 + i];
	return n + s->frames.len + 16;
}
