/* xor.c - XOR obfuscation, method 1. */
#include "sealed/xor.h"

#define PASSWORD_MAX 15

static const uint8_t pad[PASSWORD_MAX] = { 0xbb, 0xff, 0xff, 0xba, 0xff, 0xff, 0xb9, 0x80,
					   0x00, 0xbe, 0x0f, 0x00, 0xbf, 0x0f, 0x00 };

/* 2.3.7.1 */
uint16_t xor_verifier(struct span password)
{
	size_t len = password.len < PASSWORD_MAX ? password.len : PASSWORD_MAX;
	uint16_t verifier = 0;

	for (size_t i = len + 1; i > 0; i--) {
		uint8_t byte = i == 1 ? (uint8_t)len : password.ptr[i - 2];

		verifier = (uint16_t)((verifier >> 14 & 1) | (verifier << 1 & 0x7fff)) ^ byte;
	}
	return verifier ^ 0xce4b;
}

/* 2.3.7.2: the password, then the pad, each byte with one half of the key in turn, and turned right by one bit. */
void xor_key_make(struct xor_key *xor, struct span password, uint16_t key)
{
	size_t len = password.len < PASSWORD_MAX ? password.len : PASSWORD_MAX;

	for (size_t i = 0; i < XOR_PERIOD; i++) {
		uint8_t byte = i < len ? password.ptr[i] : pad[i - len < PASSWORD_MAX ? i - len : 0];

		byte ^= (uint8_t)(i % 2 ? key >> 8 : key);
		xor->bytes[i] = (uint8_t)(byte >> 1 | byte << 7);
	}
}

/* Turned left by three bits, then XOR: 2.3.7.3 has it the other way round, Excel does it so. */
void xor_decrypt(const struct xor_key *xor, uint8_t *bytes, size_t len, size_t from)
{
	for (size_t i = 0; i < len; i++) {
		uint8_t byte = (uint8_t)(bytes[i] << 3 | bytes[i] >> 5);

		bytes[i] = byte ^ xor->bytes[(from + i) % XOR_PERIOD];
	}
}
