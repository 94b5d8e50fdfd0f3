/*
 * zip_crypt.c - encrypted files of a zip with a password: PKWARE's cipher (APPNOTE 6.1), which everybody has, and
 * WinZip's AES (https://www.winzip.com/en/support/aes-encryption/).
 *
 * Most passwords that are tried are wrong, so each is first tried on the few bytes that tell.
 */
#define OPENSSL_SUPPRESS_DEPRECATED /* as in base/digest.c: SHA-1's state, block by block */
#include "format/zip_private.h"

#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <zlib.h>

#define HEADER     12   /* bytes of PKWARE's cipher in front of the file */
#define ROUNDS     1000 /* of PBKDF2 */
#define SALT_MAX   16
#define CHECK      2    /* bytes that tell whether the password is right */
#define KEYS_MAX   80   /* two keys and those, in whole blocks of SHA-1 */
#define MAC        10
#define BLOCK      16
#define BATCH      64   /* blocks that are enciphered at once */
#define PASSWORD_MAX 256

/* --- PKWARE --- */

struct keys {
	uint32_t key[3];
	const z_crc_t *table;
};

static void keys_update(struct keys *keys, uint8_t byte)
{
	keys->key[0] = (uint32_t)keys->table[(keys->key[0] ^ byte) & 0xff] ^ keys->key[0] >> 8;
	keys->key[1] = (keys->key[1] + (keys->key[0] & 0xff)) * 134775813u + 1;
	keys->key[2] = (uint32_t)keys->table[(keys->key[2] ^ keys->key[1] >> 24) & 0xff] ^ keys->key[2] >> 8;
}

static uint8_t keys_clear(struct keys *keys, uint8_t byte)
{
	uint32_t word = (keys->key[2] | 2) & 0xffff;

	byte = (uint8_t)(byte ^ (word * (word ^ 1) >> 8));
	keys_update(keys, byte);
	return byte;
}

/* The last byte of the header is the highest of the CRC; of the time where that was not known yet. */
static bool is_check(const struct zip_entry *entry, uint8_t byte)
{
	return byte == entry->crc >> 24 || ((entry->flags & ZIP_DESCRIBED) && byte == entry->time >> 8);
}

static enum err decrypt_pkware(const struct zip_entry *entry, struct span password, struct arena *arena,
			       struct span *clear)
{
	struct keys keys = { { 0x12345678, 0x23456789, 0x34567890 }, get_crc_table() };
	struct span sealed = entry->packed;
	uint8_t *out, last = 0;

	if (sealed.len < HEADER)
		return ERR_FORMAT;
	for (size_t i = 0; i < password.len; i++)
		keys_update(&keys, password.ptr[i]);
	for (size_t i = 0; i < HEADER; i++)
		last = keys_clear(&keys, sealed.ptr[i]);
	if (!is_check(entry, last))
		return ERR_FORMAT;
	out = arena_take(arena, sealed.len - HEADER);
	if (!out)
		return ERR_MEMORY;
	for (size_t i = HEADER; i < sealed.len; i++)
		out[i - HEADER] = keys_clear(&keys, sealed.ptr[i]);
	*clear = (struct span){ out, sealed.len - HEADER };
	return OK;
}

/* --- AES --- */

/* HMAC-SHA1 of short texts with one key: the states of SHA-1 behind the padded key (RFC 2104). */
struct hmac_sha1 {
	SHA_CTX inner, outer;
};

static void hmac_pad(SHA_CTX *state, struct span key, uint8_t pad)
{
	uint8_t block[SHA_CBLOCK];

	memset(block, pad, sizeof(block));
	for (size_t i = 0; i < key.len; i++)
		block[i] ^= key.ptr[i];
	SHA1_Init(state);
	SHA1_Update(state, block, sizeof(block));
}

static void hmac_open(struct hmac_sha1 *hmac, struct span key)
{
	uint8_t digest[SHA1_BYTES];

	if (key.len > SHA_CBLOCK) {
		SHA1(key.ptr, key.len, digest);
		key = (struct span){ digest, sizeof(digest) };
	}
	hmac_pad(&hmac->inner, key, 0x36);
	hmac_pad(&hmac->outer, key, 0x5c);
}

static void hmac_make(const struct hmac_sha1 *hmac, struct span text, uint8_t out[SHA1_BYTES])
{
	SHA_CTX state = hmac->inner;

	SHA1_Update(&state, text.ptr, text.len);
	SHA1_Final(out, &state);
	state = hmac->outer;
	SHA1_Update(&state, out, SHA1_BYTES);
	SHA1_Final(out, &state);
}

/* One block of PBKDF2 (RFC 8018, 5.2). A password is tried on the last block alone, which has the bytes that tell. */
static void derive_block(const struct hmac_sha1 *hmac, struct span salt, uint8_t number, uint8_t out[SHA1_BYTES])
{
	uint8_t text[SALT_MAX + 4] = { 0 }, step[SHA1_BYTES];

	memcpy(text, salt.ptr, salt.len);
	text[salt.len + 3] = number;
	hmac_make(hmac, (struct span){ text, salt.len + 4 }, step);
	memcpy(out, step, SHA1_BYTES);
	for (unsigned i = 1; i < ROUNDS; i++) {
		hmac_make(hmac, (struct span){ step, SHA1_BYTES }, step);
		for (unsigned k = 0; k < SHA1_BYTES; k++)
			out[k] ^= step[k];
	}
}

/* What a file has around its sealed bytes, and the keys that a password makes of it. */
struct aes {
	struct span salt, check, sealed, mac;
	unsigned key_len;
	uint8_t keys[KEYS_MAX];
};

static bool aes_open(const struct zip_entry *entry, struct span password, struct aes *aes)
{
	struct cur c = cur_init(entry->packed);
	struct hmac_sha1 hmac;
	unsigned last;

	aes->key_len = 8u * (entry->aes + 1u);
	aes->salt = cur_span(&c, aes->key_len / 2);
	aes->check = cur_span(&c, CHECK);
	if (c.bad || c.left < MAC)
		return false;
	aes->sealed = cur_span(&c, c.left - MAC);
	aes->mac = cur_rest(&c);
	hmac_open(&hmac, password);
	last = (2 * aes->key_len + CHECK - 1) / SHA1_BYTES;
	derive_block(&hmac, aes->salt, (uint8_t)(last + 1), aes->keys + last * SHA1_BYTES);
	if (memcmp(aes->keys + 2 * aes->key_len, aes->check.ptr, CHECK) != 0)
		return false;
	for (unsigned i = 0; i < last; i++)
		derive_block(&hmac, aes->salt, (uint8_t)(i + 1), aes->keys + i * SHA1_BYTES);
	return true;
}

static bool is_whole(const struct aes *aes)
{
	uint8_t mac[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	return HMAC(EVP_sha1(), aes->keys + aes->key_len, (int)aes->key_len, aes->sealed.ptr, aes->sealed.len, mac,
		    &len) && memcmp(mac, aes->mac.ptr, MAC) == 0;
}

/* The mode of a counter that begins at 1 and, unlike libcrypto's, has its lowest byte first. */
static bool clear_counter(EVP_CIPHER_CTX *state, struct span sealed, uint8_t *out)
{
	uint8_t counters[BATCH * BLOCK] = { 0 }, stream[BATCH * BLOCK];
	uint64_t counter = 0;
	int written;

	for (size_t at = 0; at < sealed.len; at += sizeof(stream)) {
		size_t n = sealed.len - at < sizeof(stream) ? sealed.len - at : sizeof(stream);

		for (size_t i = 0; i < BATCH; i++) {
			counter++;
			memcpy(counters + i * BLOCK, &counter, sizeof(counter));
		}
		if (EVP_EncryptUpdate(state, stream, &written, counters, sizeof(counters)) != 1)
			return false;
		for (size_t i = 0; i < n; i++)
			out[at + i] = sealed.ptr[at + i] ^ stream[i];
	}
	return true;
}

static bool clear_aes(const struct aes *aes, uint8_t *out)
{
	const EVP_CIPHER *cipher = aes->key_len == 16 ? EVP_aes_128_ecb()
				   : aes->key_len == 24 ? EVP_aes_192_ecb() : EVP_aes_256_ecb();
	EVP_CIPHER_CTX *state = EVP_CIPHER_CTX_new();
	bool done = state && EVP_EncryptInit_ex(state, cipher, NULL, aes->keys, NULL) == 1 &&
		    EVP_CIPHER_CTX_set_padding(state, 0) == 1 && clear_counter(state, aes->sealed, out);

	EVP_CIPHER_CTX_free(state);
	return done;
}

static enum err decrypt_aes(const struct zip_entry *entry, struct span password, struct arena *arena,
			    struct span *clear)
{
	struct aes aes;
	uint8_t *out;

	if (!aes_open(entry, password, &aes) || !is_whole(&aes))
		return ERR_FORMAT;
	out = arena_take(arena, aes.sealed.len);
	if (!out || !clear_aes(&aes, out))
		return ERR_MEMORY;
	*clear = (struct span){ out, aes.sealed.len };
	return OK;
}

enum err zip_decrypt(const struct zip_entry *entry, struct span password, struct arena *arena, struct span *clear)
{
	if ((entry->flags & ZIP_STRONG) || entry->method == ZIP_AES)
		return ERR_UNSUPPORTED;
	if (password.len == 0 || password.len > PASSWORD_MAX)
		return ERR_FORMAT;
	if (entry->aes)
		return decrypt_aes(entry, password, arena, clear);
	return decrypt_pkware(entry, password, arena, clear);
}
