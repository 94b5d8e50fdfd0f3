/* coin.c - addresses of cryptocurrency. */
#include "letter/coin.h"

#include "base/line.h"
#include "base/text.h"

#define LONGEST     110 /* letters of an address */
#define BASE58_LOW  26  /* letters of one of Bitcoin */
#define BASE58_HIGH 35
#define DECODED     25 /* its bytes: version, 20 of a digest, 4 of a sum */
#define MONERO      95
#define ETHEREUM    42

static bool is_letter(uint8_t c)
{
	return (c >= '0' && c <= '9') || (text_lower(c) >= 'a' && text_lower(c) <= 'z');
}

static int base58_value(uint8_t c)
{
	static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
	const char *at = c ? strchr(alphabet, c) : NULL;

	return at ? (int)(at - alphabet) : -1;
}

/* The number that the letters are, as 25 bytes. */
static bool base58_undo(struct span word, uint8_t out[DECODED])
{
	memset(out, 0, DECODED);
	for (size_t i = 0; i < word.len; i++) {
		int carry = base58_value(word.ptr[i]);

		if (carry < 0)
			return false;
		for (unsigned n = DECODED; n-- > 0; carry >>= 8) {
			carry += 58 * out[n];
			out[n] = (uint8_t)carry;
		}
		if (carry)
			return false;
	}
	return true;
}

static bool is_base58(struct digest_kit *kit, struct span word)
{
	uint8_t bytes[DECODED], sum[SHA256_BYTES];

	if (word.len < BASE58_LOW || word.len > BASE58_HIGH || !strchr("13LMD", word.ptr[0]) || !base58_undo(word, bytes))
		return false;
	digest_of(kit, DIGEST_SHA256, (struct span){ bytes, DECODED - 4 }, sum);
	digest_of(kit, DIGEST_SHA256, (struct span){ sum, sizeof(sum) }, sum);
	return memcmp(sum, bytes + DECODED - 4, 4) == 0;
}

static uint32_t bech32_step(uint32_t sum, uint32_t value)
{
	static const uint32_t generator[] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
	uint32_t top = sum >> 25;

	sum = (sum & 0x1ffffff) << 5 ^ value;
	for (unsigned i = 0; i < 5; i++)
		sum ^= top >> i & 1 ? generator[i] : 0;
	return sum;
}

static bool is_bech32(struct span word)
{
	static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
	size_t prefix = line_starts(word, "bc1") ? 2 : line_starts(word, "ltc1") ? 3 : 0;
	uint32_t sum = 1;

	if (!prefix || word.len < 14 || word.len > 90)
		return false;
	for (size_t i = 0; i < prefix; i++)
		sum = bech32_step(sum, text_lower(word.ptr[i]) >> 5);
	sum = bech32_step(sum, 0);
	for (size_t i = 0; i < prefix; i++)
		sum = bech32_step(sum, text_lower(word.ptr[i]) & 31);
	for (size_t i = prefix + 1; i < word.len; i++) {
		const char *at = strchr(alphabet, text_lower(word.ptr[i]));

		if (!at)
			return false;
		sum = bech32_step(sum, (uint32_t)(at - alphabet));
	}
	return sum == 1 || sum == 0x2bc830a3;
}

static bool is_ethereum(struct span word)
{
	if (word.len != ETHEREUM || !line_begins(word, "0x"))
		return false;
	for (size_t i = 2; i < word.len; i++)
		if (text_nibble(word.ptr[i]) < 0)
			return false;
	return true;
}

static bool is_monero(struct span word)
{
	if (word.len != MONERO || (word.ptr[0] != '4' && word.ptr[0] != '8'))
		return false;
	for (size_t i = 0; i < word.len; i++)
		if (base58_value(word.ptr[i]) < 0)
			return false;
	return true;
}

struct span coin_address(struct digest_kit *kit, struct span text)
{
	while (text.len) {
		struct span word;
		size_t n = 0;

		while (n < text.len && is_letter(text.ptr[n]))
			n++;
		word = line_cut(text, n);
		text = line_from(text, n + 1);
		if (n >= BASE58_LOW && n <= LONGEST &&
		    (is_base58(kit, word) || is_bech32(word) || is_ethereum(word) || is_monero(word)))
			return word;
	}
	return (struct span){ 0 };
}
