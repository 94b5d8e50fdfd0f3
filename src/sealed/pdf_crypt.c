/* pdf_crypt.c - keys out of passwords, and bytes decrypted with them. */
#include "sealed/pdf_crypt.h"

#include "base/load.h"
#include "base/pen.h"
#include "sealed/rc4.h"

#include <openssl/evp.h>
#include <string.h>

#define PASSWORD     127 /* bytes that count of revision 5 and 6; 32 of the older ones */
#define HASH_ROUNDS  64  /* at least: algorithm 2.B */
#define HASH_MOST    512 /* rounds; the chance of more is nil */
#define SALT         8
#define AES_IV       16

/* Completes passwords to 32 bytes: algorithm 2, step a. */
static const uint8_t padding[32] = {
	0x28, 0xbf, 0x4e, 0x5e, 0x4e, 0x75, 0x8a, 0x41, 0x64, 0x00, 0x4e, 0x56, 0xff, 0xfa, 0x01, 0x08,
	0x2e, 0x2e, 0x00, 0xb6, 0xd0, 0x68, 0x3e, 0x80, 0x2f, 0x0c, 0xa9, 0xfe, 0x64, 0x53, 0x69, 0x7a,
};

/* --- ciphers --- */

/* In place, or not. */
static void rc4_all(struct span key, struct span in, uint8_t *out)
{
	struct rc4 rc4;

	rc4_key(&rc4, key);
	for (size_t i = 0; i < in.len; i++)
		out[i] = in.ptr[i] ^ rc4_next(&rc4);
}

struct aes {
	const uint8_t *key, *iv;
	size_t key_size;
	bool encrypt;
};

/* CBC of whole blocks, without padding. */
static bool aes_cbc(const struct aes *aes, struct span in, uint8_t *out)
{
	const EVP_CIPHER *cipher = aes->key_size == 32 ? EVP_aes_256_cbc() : EVP_aes_128_cbc();
	EVP_CIPHER_CTX *evp = EVP_CIPHER_CTX_new();
	int used = 0;
	bool done = evp && EVP_CipherInit_ex(evp, cipher, NULL, aes->key, aes->iv, aes->encrypt) == 1 &&
		    EVP_CIPHER_CTX_set_padding(evp, 0) == 1 &&
		    EVP_CipherUpdate(evp, out, &used, in.ptr, (int)in.len) == 1;

	EVP_CIPHER_CTX_free(evp);
	return done && (size_t)used == in.len;
}

/* --- the key out of a password: revisions 2 to 4 --- */

/* Algorithm 2. */
static void derive_key(struct pdf_crypt *crypt, const struct pdf_lock *lock, struct span password,
		       struct digest_kit *kit)
{
	uint8_t room[256], digest[MD5_BYTES];
	struct pen pen = pen_init(room, sizeof(room));

	pen_span(&pen, (struct span){ password.ptr, password.len < 32 ? password.len : 32 });
	pen_span(&pen, (struct span){ padding, 32 - pen.used });
	pen_span(&pen, (struct span){ lock->owner.ptr, lock->owner.len < 32 ? lock->owner.len : 32 });
	pen_le(&pen, (uint64_t)lock->permissions, 4);
	pen_span(&pen, (struct span){ lock->id.ptr, lock->id.len < 128 ? lock->id.len : 128 });
	if (lock->revision >= 4 && !lock->metadata)
		pen_le(&pen, 0xffffffff, 4);
	digest_of(kit, DIGEST_MD5, pen_since(&pen, 0), digest);
	crypt->key_size = lock->revision == 2 ? 5 : lock->key_size;
	if (crypt->key_size < 5 || crypt->key_size > MD5_BYTES)
		crypt->key_size = 5;
	for (int i = 0; i < 50 && lock->revision >= 3; i++)
		digest_of(kit, DIGEST_MD5, (struct span){ digest, crypt->key_size }, digest);
	memcpy(crypt->key, digest, crypt->key_size);
}

/* Algorithms 4 and 5: what /U has to be. */
static bool is_user(const struct pdf_crypt *crypt, const struct pdf_lock *lock, struct digest_kit *kit)
{
	uint8_t room[32 + 128], out[32], key[MD5_BYTES];
	struct pen pen = pen_init(room, sizeof(room));

	if (lock->user.len < 16)
		return false;
	if (lock->revision == 2) {
		rc4_all((struct span){ crypt->key, crypt->key_size }, (struct span){ padding, 32 }, out);
		return memcmp(out, lock->user.ptr, 16) == 0;
	}
	pen_span(&pen, (struct span){ padding, 32 });
	pen_span(&pen, (struct span){ lock->id.ptr, lock->id.len < 128 ? lock->id.len : 128 });
	digest_of(kit, DIGEST_MD5, pen_since(&pen, 0), out);
	for (unsigned round = 0; round < 20; round++) {
		for (size_t i = 0; i < crypt->key_size; i++)
			key[i] = crypt->key[i] ^ (uint8_t)round;
		rc4_all((struct span){ key, crypt->key_size }, (struct span){ out, MD5_BYTES }, out);
	}
	return memcmp(out, lock->user.ptr, MD5_BYTES) == 0;
}

/* --- revisions 5 and 6 --- */

static size_t sha2(unsigned kind, struct span bytes, uint8_t out[64])
{
	const EVP_MD *kinds[] = { EVP_sha256(), EVP_sha384(), EVP_sha512() };
	unsigned size = 0;

	return EVP_Digest(bytes.ptr, bytes.len, out, &size, kinds[kind], NULL) == 1 ? size : 0;
}

/* One round of algorithm 2.B. Returns the last byte of what was enciphered; -1: it failed. */
static int harden(uint8_t hash[64], size_t *size, struct span password)
{
	uint8_t plain[64 * (PASSWORD + 64)], sealed[sizeof(plain)];
	struct pen pen = pen_init(plain, sizeof(plain));
	struct aes aes = { hash, hash + 16, 16, true };
	unsigned sum = 0;

	for (int i = 0; i < 64; i++) {
		pen_span(&pen, password);
		pen_span(&pen, (struct span){ hash, *size });
	}
	if (!aes_cbc(&aes, pen_since(&pen, 0), sealed))
		return -1;
	for (int i = 0; i < 16; i++)
		sum += sealed[i];
	*size = sha2(sum % 3, (struct span){ sealed, pen.used }, hash);
	return *size ? sealed[pen.used - 1] : -1;
}

static bool hash_password(const struct pdf_lock *lock, struct span password, const uint8_t *salt, uint8_t hash[64])
{
	uint8_t room[PASSWORD + SALT];
	struct pen pen = pen_init(room, sizeof(room));
	size_t size;
	int last = 0;

	pen_span(&pen, password);
	pen_span(&pen, (struct span){ salt, SALT });
	size = sha2(0, pen_since(&pen, 0), hash);
	if (lock->revision < 6)
		return size != 0;
	for (int i = 0; size && last >= 0 && (i < HASH_ROUNDS || last > i - 32); i++) {
		if (i == HASH_MOST)
			return false;
		last = harden(hash, &size, password);
	}
	return size && last >= 0;
}

/* Algorithm 2.A, for the user. */
static bool unlock_aes(struct pdf_crypt *crypt, const struct pdf_lock *lock, struct span password)
{
	static const uint8_t no_iv[AES_IV];
	uint8_t hash[64];
	struct aes aes = { hash, no_iv, 32, false };

	if (password.len > PASSWORD)
		password.len = PASSWORD;
	if (lock->user.len < 32 + 2 * SALT || lock->user_key.len < 32 ||
	    !hash_password(lock, password, lock->user.ptr + 32, hash) || memcmp(hash, lock->user.ptr, 32) != 0)
		return false;
	crypt->key_size = 32;
	return hash_password(lock, password, lock->user.ptr + 32 + SALT, hash) &&
	       aes_cbc(&aes, (struct span){ lock->user_key.ptr, 32 }, crypt->key);
}

bool pdf_unlock(struct pdf_crypt *crypt, const struct pdf_lock *lock, struct span password, struct digest_kit *kit)
{
	if (lock->revision >= 5)
		return unlock_aes(crypt, lock, password);
	derive_key(crypt, lock, password, kit);
	return is_user(crypt, lock, kit);
}

/* --- bytes --- */

/* Algorithm 1: each object has a key of its own, but with AES-256. */
static size_t object_key(const struct pdf_crypt *crypt, enum pdf_method method, struct pdf_owner owner,
			 struct digest_kit *kit, uint8_t key[32])
{
	uint8_t room[32 + 5 + 4];
	struct pen pen = pen_init(room, sizeof(room));

	if (method == PDF_AES_256) {
		memcpy(key, crypt->key, 32);
		return 32;
	}
	pen_span(&pen, (struct span){ crypt->key, crypt->key_size });
	pen_le(&pen, owner.number, 3);
	pen_le(&pen, owner.generation, 2);
	if (method == PDF_AES_128)
		pen_text(&pen, "sAlT");
	digest_of(kit, DIGEST_MD5, pen_since(&pen, 0), key);
	return crypt->key_size + 5 < MD5_BYTES ? crypt->key_size + 5 : MD5_BYTES;
}

static struct span decrypt_aes(const uint8_t *key, size_t key_size, struct span bytes, uint8_t *out)
{
	struct aes aes = { key, bytes.ptr, key_size == 32 ? 32 : 16, false };
	size_t len = bytes.len < AES_IV ? 0 : (bytes.len - AES_IV) / 16 * 16;

	if (!len || !aes_cbc(&aes, (struct span){ bytes.ptr + AES_IV, len }, out))
		return (struct span){ out, 0 };
	if (out[len - 1] >= 1 && out[len - 1] <= 16) /* its padding */
		len -= out[len - 1];
	return (struct span){ out, len };
}

struct span pdf_decrypt(const struct pdf_crypt *crypt, enum pdf_method method, struct pdf_owner owner,
			struct span bytes, struct digest_kit *kit, struct arena *arena)
{
	uint8_t key[32], *out;
	size_t size;

	if (method == PDF_PLAIN || !crypt->opened)
		return bytes;
	out = arena_take(arena, bytes.len);
	if (!out || method == PDF_METHOD_UNKNOWN || bytes.len > INT32_MAX)
		return (struct span){ bytes.ptr, 0 };
	size = object_key(crypt, method, owner, kit, key);
	if (method != PDF_RC4)
		return decrypt_aes(key, size, bytes, out);
	rc4_all((struct span){ key, size }, bytes, out);
	return (struct span){ out, bytes.len };
}
