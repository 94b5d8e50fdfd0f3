/* token.c - the field of a released message: written, and checked. */
#include "quarantine/token.h"

#include "base/text.h"

#include <sodium.h>
#include <stdio.h>

_Static_assert(VAULT_KEY == crypto_auth_hmacsha256_KEYBYTES && TOKEN_BODY == crypto_hash_sha256_BYTES,
	       "keys and digests are of these sizes");

static void sign(const struct vault_keys *keys, const struct token *token, const uint8_t body[TOKEN_BODY],
		 uint8_t mac[crypto_auth_hmacsha256_BYTES])
{
	crypto_auth_hmacsha256_state state;
	char head[64];
	int n = snprintf(head, sizeof(head), "%llu %lld ", (unsigned long long)token->id, (long long)token->until);

	crypto_auth_hmacsha256_init(&state, keys->token, sizeof(keys->token));
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)head, (unsigned long long)n);
	crypto_auth_hmacsha256_update(&state, body, TOKEN_BODY);
	crypto_auth_hmacsha256_final(&state, mac);
}

void token_write(const struct vault_keys *keys, const struct token *token, const uint8_t body[TOKEN_BODY],
		 char text[TOKEN_TEXT])
{
	uint8_t mac[crypto_auth_hmacsha256_BYTES];
	char hex[2 * sizeof(mac) + 1];

	sign(keys, token, body, mac);
	snprintf(text, TOKEN_TEXT, "%llu %lld %s", (unsigned long long)token->id, (long long)token->until,
		 sodium_bin2hex(hex, sizeof(hex), mac, sizeof(mac)));
}

/* A number of at most 18 digits, as one word. */
static bool take_number(struct span *text, uint64_t *number)
{
	struct span word;

	*number = 0;
	if (!text_word(text, &word) || word.len > 18)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		if (word.ptr[i] < '0' || word.ptr[i] > '9')
			return false;
		*number = 10 * *number + (uint64_t)(word.ptr[i] - '0');
	}
	return true;
}

bool token_read(const struct vault_keys *keys, struct span text, const uint8_t body[TOKEN_BODY], int64_t now,
		struct token *token)
{
	uint8_t mac[crypto_auth_hmacsha256_BYTES], given[sizeof(mac)];
	struct token read;
	struct span hex;
	uint64_t until;
	size_t size;

	if (!take_number(&text, &read.id) || !take_number(&text, &until) || !text_word(&text, &hex))
		return false;
	if (hex.len != 2 * sizeof(given) || sodium_hex2bin(given, sizeof(given), (const char *)hex.ptr, hex.len, NULL,
							   &size, NULL) != 0 || size != sizeof(given))
		return false;
	read.until = (int64_t)until;
	sign(keys, &read, body, mac);
	if (sodium_memcmp(mac, given, sizeof(mac)) != 0 || read.until < now)
		return false;
	*token = read;
	return true;
}

void token_body(struct span message, uint8_t body[TOKEN_BODY])
{
	const uint8_t *blank = message.len ? memmem(message.ptr, message.len, "\r\n\r\n", 4) : NULL;
	size_t head = blank ? (size_t)(blank - message.ptr) + 4 : message.len;

	crypto_hash_sha256(body, message.ptr + head, message.len - head);
}
