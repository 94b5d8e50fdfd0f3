/*
 * stretch.c - the keys of 7z (7zAES in the 7-Zip sources: rounds of one long SHA-256) and of RAR 5 (technote: PBKDF2 with
 * HMAC-SHA256, RFC 8018, 5.2).
 */
#include "sealed/stretch.h"

#include "base/pen.h"

#define POWER_MAX  24   /* 7-Zip and unrar refuse more */
#define POWER_NONE 0x3f /* 7z: the password is the key */
#define ROUND_WORK 80   /* bytes of work for a round of PBKDF2: two blocks of SHA-256, 550 ns where the processor has none */
#define GATHERED   (16u << 10) /* bytes that are hashed at once */

/* --- 7z --- */

static size_t round_len(const struct stretch *s)
{
	return s->salt.len + s->password.len + 8;
}

/* SHA-256 goes over 250 MB in a second at least, twice as many as a second's work has. */
uint64_t stretch_sevenzip_cost(const struct stretch *s)
{
	if (s->power == POWER_NONE)
		return STRETCH_KEY;
	if (s->power > POWER_MAX || round_len(s) > GATHERED)
		return STRETCH_DEAR;
	return ((uint64_t)round_len(s) << s->power) / 2 + 1;
}

static void key_plain(const struct stretch *s, uint8_t key[STRETCH_KEY])
{
	struct pen pen = pen_init(key, STRETCH_KEY);

	memset(key, 0, STRETCH_KEY);
	pen_span(&pen, s->salt);
	pen_span(&pen, s->password);
}

/* Salt, password and the round's number, again and again, into one hash: many rounds at a time. */
bool stretch_sevenzip(struct digest_kit *kit, const struct stretch *s, uint8_t key[STRETCH_KEY])
{
	uint8_t room[GATHERED];
	uint64_t rounds, at_once = GATHERED / round_len(s);
	struct digest *digest;

	if (s->power == POWER_NONE) {
		key_plain(s, key);
		return true;
	}
	digest = digest_new(kit, DIGEST_SHA256);
	if (!digest)
		return false;
	rounds = (uint64_t)1 << s->power;
	for (uint64_t round = 0; round < rounds;) {
		struct pen pen = pen_init(room, sizeof(room));

		for (uint64_t i = 0; i < at_once && round < rounds; i++, round++) {
			pen_span(&pen, s->salt);
			pen_span(&pen, s->password);
			pen_le(&pen, round, 8);
		}
		digest_add(digest, pen_since(&pen, 0));
	}
	digest_end(digest, key);
	digest_free(digest);
	return true;
}

/* --- RAR 5 --- */

uint64_t stretch_rar5_cost(const struct stretch *s)
{
	return s->power > POWER_MAX ? STRETCH_DEAR : (uint64_t)ROUND_WORK << s->power;
}

/* `rounds` more rounds: `last` is hashed on, and all are added up in `sum`. */
static void add_rounds(const struct hmac_key *hmac, uint32_t rounds, uint8_t last[SHA256_BYTES], uint8_t sum[SHA256_BYTES])
{
	for (uint32_t i = 0; i < rounds; i++) {
		hmac_sha256(hmac, (struct hmac_text){ .first = { last, SHA256_BYTES }, .second = { last, 0 } }, last);
		for (unsigned k = 0; k < SHA256_BYTES; k++)
			sum[k] ^= last[k];
	}
}

/* One block of PBKDF2. The sum after 16 more rounds is the key of checksums, after another 16, folded, the check. */
void stretch_rar5(const struct stretch *s, uint8_t key[STRETCH_KEY], uint8_t check[STRETCH_CHECK])
{
	static const uint8_t first_block[4] = { 0, 0, 0, 1 };
	struct hmac_key hmac;
	uint8_t last[SHA256_BYTES], sum[SHA256_BYTES];

	hmac_key_make(&hmac, s->password);
	hmac_sha256(&hmac, (struct hmac_text){ s->salt, { first_block, sizeof(first_block) } }, last);
	memcpy(sum, last, sizeof(sum));
	add_rounds(&hmac, ((uint32_t)1 << s->power) - 1, last, sum);
	memcpy(key, sum, STRETCH_KEY);
	add_rounds(&hmac, 32, last, sum);
	memset(check, 0, STRETCH_CHECK);
	for (unsigned i = 0; i < SHA256_BYTES; i++)
		check[i % STRETCH_CHECK] ^= sum[i];
}
