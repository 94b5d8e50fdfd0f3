/*
 * stretch.c - the keys of 7z (7zAES in the 7-Zip sources: rounds of one long SHA-256), of RAR 5 (technote: PBKDF2 with
 * HMAC-SHA256, RFC 8018, 5.2), and of RAR 4 (rounds of one long SHA-1, as unrar's crypt3.cpp and The Unarchiver have it).
 */
#include "unseal/stretch.h"

#include "base/pen.h"

#include <openssl/evp.h>

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

/* What is hashed in a round: two texts and the round's number. */
struct rounds {
	struct span first, second;
	unsigned number; /* bytes of it */
	uint8_t room[GATHERED];
};

/* As many rounds as there is room for, up to `until`. */
static struct span rounds_gather(struct rounds *r, uint64_t *round, uint64_t until)
{
	struct pen pen = pen_init(r->room, sizeof(r->room));
	size_t each = r->first.len + r->second.len + r->number;

	for (; *round < until && pen.size - pen.used >= each; ++*round) {
		pen_span(&pen, r->first);
		pen_span(&pen, r->second);
		pen_le(&pen, *round, r->number);
	}
	return pen_since(&pen, 0);
}

/* Salt, password and the round's number, again and again, into one hash: many rounds at a time. */
bool stretch_sevenzip(struct digest_kit *kit, const struct stretch *s, uint8_t key[STRETCH_KEY])
{
	struct rounds rounds = { .first = s->salt, .second = s->password, .number = 8 };
	struct digest *digest;
	uint64_t round = 0;

	if (s->power == POWER_NONE) {
		key_plain(s, key);
		return true;
	}
	digest = digest_new(kit, DIGEST_SHA256);
	if (!digest)
		return false;
	while (round < (uint64_t)1 << s->power)
		digest_add(digest, rounds_gather(&rounds, &round, (uint64_t)1 << s->power));
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

/* --- RAR 4 --- */

uint64_t stretch_rar4_cost(const struct stretch *s)
{
	return ((uint64_t)(s->password.len + s->salt.len + 3) << s->power) / 2;
}

/* What the hash is after the first round of a sixteenth: a byte of the vector. */
static bool byte_of_vector(const EVP_MD_CTX *sha, EVP_MD_CTX *copy, uint8_t *byte)
{
	uint8_t digest[SHA1_BYTES];

	if (EVP_MD_CTX_copy_ex(copy, sha) != 1 || EVP_DigestFinal_ex(copy, digest, NULL) != 1)
		return false;
	*byte = digest[SHA1_BYTES - 1];
	return true;
}

static bool add_rounds_until(EVP_MD_CTX *sha, struct rounds *rounds, uint64_t *round, uint64_t until)
{
	while (*round < until) {
		struct span bytes = rounds_gather(rounds, round, until);

		if (EVP_DigestUpdate(sha, bytes.ptr, bytes.len) != 1)
			return false;
	}
	return true;
}

bool stretch_rar4(const struct stretch *s, uint8_t key[STRETCH_RAR4], uint8_t iv[STRETCH_RAR4])
{
	const uint64_t sixteenth = ((uint64_t)1 << s->power) / STRETCH_RAR4;
	struct rounds rounds = { .first = s->password, .second = s->salt, .number = 3 };
	EVP_MD_CTX *sha = EVP_MD_CTX_new(), *copy = EVP_MD_CTX_new();
	uint8_t digest[SHA1_BYTES];
	uint64_t round = 0;
	bool done = sha && copy && EVP_DigestInit_ex(sha, EVP_sha1(), NULL) == 1;

	for (unsigned i = 0; i < STRETCH_RAR4 && done; i++)
		done = add_rounds_until(sha, &rounds, &round, i * sixteenth + 1) && byte_of_vector(sha, copy, &iv[i]) &&
		       add_rounds_until(sha, &rounds, &round, (i + 1) * sixteenth);
	done = done && EVP_DigestFinal_ex(sha, digest, NULL) == 1;
	for (unsigned i = 0; i < STRETCH_RAR4 && done; i++) /* words of four bytes, the lowest first */
		key[i] = digest[i ^ 3];
	EVP_MD_CTX_free(sha);
	EVP_MD_CTX_free(copy);
	return done;
}
