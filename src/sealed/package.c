/* package.c - encrypted packages: standard (2.3.4.5 to 2.3.4.9) and agile (2.3.4.10 to 2.3.4.15) encryption. */
#include "sealed/package.h"

#include "base/cursor.h"
#include "format/charset.h"
#include "sealed/candidate.h"
#include "sealed/cipher.h"
#include "sealed/header.h"

#define SEGMENT        4096 /* bytes of a package that have one vector of their own */
#define STANDARD_SPIN  50000
#define SPIN_MAX       10000000 /* 2.3.4.10 */
#define WORK_A_ROUND   80  /* bytes of other work that a round costs */
#define BLOCK          16  /* bytes, of AES */
#define KEY_MAX        32

/* One of the two ways that a package says how to be opened. */
struct lock {
	struct cipher *cipher;
	bool agile;
	uint32_t spin;
	size_t key_len, hash_len;
	struct span salt, check, check_hash, key; /* of the password; encrypted but for the salt */
	struct span package_salt;
};

/* --- agile: an XML document --- */

/* The value of an attribute of an element that begins at `from`. */
static struct span attribute(struct span xml, const char *name)
{
	char wanted[40];
	size_t len = (size_t)snprintf(wanted, sizeof(wanted), " %s=\"", name);
	const uint8_t *at = memmem(xml.ptr, xml.len, wanted, len), *end;
	const uint8_t *stop = xml.ptr + xml.len;

	if (!at)
		return (struct span){ xml.ptr, 0 };
	end = memchr(at + len, '"', (size_t)(stop - at) - len);
	return (struct span){ at + len, end ? (size_t)(end - at) - len : 0 };
}

/* From an element's name to its '>'. */
static struct span element(struct span xml, const char *name)
{
	const uint8_t *at = memmem(xml.ptr, xml.len, name, strlen(name)), *end;

	if (!at)
		return (struct span){ xml.ptr, 0 };
	end = memchr(at, '>', (size_t)(xml.ptr + xml.len - at));
	return (struct span){ at, end ? (size_t)(end - at) : (size_t)(xml.ptr + xml.len - at) };
}

static uint32_t number(struct span digits)
{
	uint32_t value = 0;

	for (size_t i = 0; i < digits.len && digits.ptr[i] >= '0' && digits.ptr[i] <= '9' && value < SPIN_MAX; i++)
		value = value * 10 + (digits.ptr[i] - '0');
	return value;
}

static struct span bytes_of(struct exam *e, struct span xml, const char *name)
{
	bool strange;

	return base64_undo(attribute(xml, name), &e->arena, &strange);
}

static bool read_agile(struct exam *e, struct span xml, struct lock *lock)
{
	struct span data = element(xml, "keyData "), key = element(xml, "encryptedKey ");
	uint32_t bits = number(attribute(key, "keyBits"));

	lock->agile = true;
	lock->spin = number(attribute(key, "spinCount"));
	lock->salt = bytes_of(e, key, "saltValue");
	lock->check = bytes_of(e, key, "encryptedVerifierHashInput");
	lock->check_hash = bytes_of(e, key, "encryptedVerifierHashValue");
	lock->key = bytes_of(e, key, "encryptedKeyValue");
	lock->package_salt = bytes_of(e, data, "saltValue");
	lock->key_len = bits / 8;
	if (lock->spin > SPIN_MAX || lock->salt.len < BLOCK || !lock->check.len ||
	    lock->check.len % BLOCK || lock->key.len < lock->key_len ||
	    lock->check.len > CIPHER_HASH || lock->check_hash.len > CIPHER_HASH || lock->key.len > CIPHER_HASH)
		return false;
	lock->cipher = cipher_new(attribute(key, "hashAlgorithm"), bits, CIPHER_CBC);
	if (!lock->cipher)
		return false;
	lock->hash_len = cipher_hash_len(lock->cipher);
	return lock->check_hash.len >= lock->hash_len;
}

static bool read_standard(struct cur *c, struct lock *lock)
{
	struct header header;

	if (!header_read(c, &header) || header.verifier_hash.len < 32)
		return false;
	lock->spin = STANDARD_SPIN;
	lock->salt = header.salt;
	lock->check = header.verifier;
	lock->check_hash = header.verifier_hash;
	lock->key_len = header.key_bits / 8;
	lock->cipher = cipher_new(text_span("SHA1"), header.key_bits, CIPHER_ECB);
	lock->hash_len = SHA1_BYTES;
	return lock->cipher != NULL;
}

static bool read_lock(struct exam *e, struct span info, struct lock *lock)
{
	struct cur c = cur_init(info);
	unsigned major = cur_le16(&c), minor = cur_le16(&c);

	if (major == 4 && minor == 4) {
		(void)cur_le32(&c);
		return read_agile(e, cur_rest(&c), lock);
	}
	return major >= 2 && major <= 4 && minor == 2 && read_standard(&c, lock);
}

/* --- keys --- */

/* 2.3.4.7: two hashes of the hash over a pattern, as CryptDeriveKey has it. */
static void derive_standard(const struct lock *lock, const uint8_t hash[CIPHER_HASH], uint8_t key[2 * CIPHER_HASH])
{
	static const uint8_t patterns[] = { 0x36, 0x5c };
	static const uint8_t block[4] = { 0 };
	uint8_t last[CIPHER_HASH], room[64];

	cipher_hash(lock->cipher, (struct span){ hash, lock->hash_len }, (struct span){ block, 4 }, last);
	for (size_t k = 0; k < sizeof(patterns); k++) {
		for (size_t i = 0; i < sizeof(room); i++)
			room[i] = patterns[k] ^ (i < lock->hash_len ? last[i] : 0);
		cipher_hash(lock->cipher, (struct span){ room, sizeof(room) }, (struct span){ room, 0 },
			    key + k * lock->hash_len);
	}
}

/* 2.3.4.11: the hash and a constant that says what the key is for; filled up with 0x36. */
static void derive_agile(const struct lock *lock, const uint8_t hash[CIPHER_HASH], const uint8_t use[8],
			 uint8_t key[2 * CIPHER_HASH])
{
	memset(key, 0x36, 2 * CIPHER_HASH);
	cipher_hash(lock->cipher, (struct span){ hash, lock->hash_len }, (struct span){ use, 8 }, key);
}

/* Whether the password is right; `key`: the package's. */
static bool try_standard(const struct lock *lock, const uint8_t hash[CIPHER_HASH], uint8_t key[KEY_MAX])
{
	uint8_t derived[2 * CIPHER_HASH], check[BLOCK], check_hash[32], right[CIPHER_HASH];

	derive_standard(lock, hash, derived);
	if (!cipher_decrypt(lock->cipher, derived, NULL, lock->check, check) ||
	    !cipher_decrypt(lock->cipher, derived, NULL, lock->check_hash, check_hash))
		return false;
	cipher_hash(lock->cipher, (struct span){ check, BLOCK }, (struct span){ check, 0 }, right);
	memcpy(key, derived, lock->key_len);
	return memcmp(right, check_hash, lock->hash_len) == 0;
}

static bool try_agile(const struct lock *lock, const uint8_t hash[CIPHER_HASH], uint8_t key[KEY_MAX])
{
	/* 2.3.4.13 */
	static const uint8_t for_check[8] = { 0xfe, 0xa7, 0xd2, 0x76, 0x3b, 0x4b, 0x9e, 0x79 };
	static const uint8_t for_hash[8] = { 0xd7, 0xaa, 0x0f, 0x6d, 0x30, 0x61, 0x34, 0x4e };
	static const uint8_t for_key[8] = { 0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6 };
	uint8_t derived[2 * CIPHER_HASH], check[CIPHER_HASH], check_hash[CIPHER_HASH], right[CIPHER_HASH];
	uint8_t package_key[CIPHER_HASH];

	derive_agile(lock, hash, for_check, derived);
	if (!cipher_decrypt(lock->cipher, derived, lock->salt.ptr, lock->check, check))
		return false;
	derive_agile(lock, hash, for_hash, derived);
	if (!cipher_decrypt(lock->cipher, derived, lock->salt.ptr, lock->check_hash, check_hash))
		return false;
	cipher_hash(lock->cipher, (struct span){ check, lock->check.len }, (struct span){ check, 0 }, right);
	if (memcmp(right, check_hash, lock->hash_len) != 0)
		return false;
	derive_agile(lock, hash, for_key, derived);
	if (!cipher_decrypt(lock->cipher, derived, lock->salt.ptr, lock->key, package_key))
		return false;
	memcpy(key, package_key, lock->key_len);
	return true;
}

static bool try_password(const struct lock *lock, const struct candidate *candidate, uint8_t key[KEY_MAX])
{
	uint8_t hash[CIPHER_HASH];

	cipher_hash(lock->cipher, lock->salt, candidate_wide(candidate), hash);
	cipher_spin(lock->cipher, lock->spin, hash);
	return lock->agile ? try_agile(lock, hash, key) : try_standard(lock, hash, key);
}

/* --- the package --- */

static bool decrypt_segments(const struct lock *lock, const uint8_t *key, struct span in, uint8_t *out)
{
	uint8_t iv[CIPHER_HASH];

	for (uint32_t i = 0; (size_t)i * SEGMENT < in.len; i++) {
		size_t at = (size_t)i * SEGMENT, len = in.len - at < SEGMENT ? in.len - at : SEGMENT;
		const uint8_t counter[4] = { (uint8_t)i, (uint8_t)(i >> 8), (uint8_t)(i >> 16), (uint8_t)(i >> 24) };

		memset(iv, 0x36, sizeof(iv));
		cipher_hash(lock->cipher, lock->package_salt, (struct span){ counter, 4 }, iv);
		if (!cipher_decrypt(lock->cipher, key, iv, (struct span){ in.ptr + at, len }, out + at))
			return false;
	}
	return true;
}

static bool decrypt_package(struct exam *e, const struct lock *lock, const uint8_t *key, struct span package,
			    struct span *open)
{
	struct cur c = cur_init(package);
	uint64_t size = cur_le64(&c);
	uint8_t *out;

	c.left = c.left / BLOCK * BLOCK;
	if (!c.left || !exam_work(e, c.left))
		return false;
	out = arena_take(&e->arena, c.left);
	if (!out || !(lock->agile ? decrypt_segments(lock, key, cur_rest(&c), out)
				  : cipher_decrypt(lock->cipher, key, NULL, cur_rest(&c), out)))
		return false;
	*open = (struct span){ out, size < c.left ? (size_t)size : c.left };
	return true;
}

/* Passwords cost tens of milliseconds each: half of a message's work at most goes into them. */
static bool may_try(struct exam *e, const struct lock *lock)
{
	uint64_t cost = ((uint64_t)lock->spin + 1000) * WORK_A_ROUND;

	return exam_work_left(e) / 2 > cost && exam_work(e, cost);
}

static bool try_all(struct exam *e, const struct part *part, const struct lock *lock, struct span package,
		    struct span *open)
{
	struct candidate candidate = { 0 };
	uint8_t key[KEY_MAX];

	while (candidate_next(e, part, &candidate)) {
		if (!may_try(e, lock))
			break;
		if (!try_password(lock, &candidate, key))
			continue;
		candidate_tell(e, part, &candidate);
		return decrypt_package(e, lock, key, package, open);
	}
	candidate_none(e, part, "a document with a password");
	return false;
}

bool package_open(struct exam *e, const struct part *part, struct span info, struct span package, struct span *open)
{
	struct lock lock = { 0 };
	bool opened = false;

	if (read_lock(e, info, &lock))
		opened = try_all(e, part, &lock, package, open);
	else
		candidate_none(e, part, "a document that is encrypted by an unknown method");
	cipher_free(lock.cipher);
	return opened;
}
