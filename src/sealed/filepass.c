/* filepass.c - XOR, RC4 of 40 bits, RC4 by CryptoAPI ([MS-OFFCRYPTO] 2.3.5 to 2.3.7), for workbooks. */
#include "sealed/filepass.h"

#include "base/cursor.h"
#include "base/pen.h"
#include "sealed/candidate.h"
#include "sealed/header.h"
#include "sealed/rc4.h"
#include "sealed/xor.h"

#define BLOCK      1024 /* bytes of a stream that have one key */
#define FILEPASS   0x002f
#define BOUNDSHEET 0x0085

enum method { METHOD_XOR, METHOD_RC4, METHOD_CRYPTOAPI, METHOD_UNKNOWN };

struct pass {
	enum method method;
	uint16_t key, verifier;  /* of XOR */
	struct header header;    /* of CryptoAPI */
	struct span salt, check, check_hash; /* of RC4: verifier and its hash, encrypted */
	uint8_t base[SHA1_BYTES]; /* what the keys of blocks are made of */
	size_t base_len;
};

static bool read_pass(struct span record, unsigned version, struct pass *pass)
{
	struct cur c = cur_init(record);
	unsigned kind = version < 8 ? 0 : cur_le16(&c), major;

	pass->method = METHOD_XOR;
	if (kind == 0) {
		pass->key = cur_le16(&c);
		pass->verifier = cur_le16(&c);
		return !c.bad;
	}
	major = cur_le16(&c);
	(void)cur_le16(&c);
	if (major == 1) {
		pass->method = METHOD_RC4;
		pass->salt = cur_span(&c, 16);
		pass->check = cur_span(&c, 16);
		pass->check_hash = cur_span(&c, 16);
		return !c.bad;
	}
	pass->method = METHOD_CRYPTOAPI;
	if (!header_read(&c, &pass->header) || pass->header.algorithm != HEADER_RC4)
		return false;
	pass->salt = pass->header.salt;
	pass->check = pass->header.verifier;
	pass->check_hash = (struct span){ pass->header.verifier_hash.ptr, SHA1_BYTES };
	return true;
}

/* 2.3.6.2: five bytes of the password's MD5 and the salt, sixteen times; of its MD5 five bytes. */
static void base_rc4(struct exam *e, struct pass *pass, struct span password)
{
	uint8_t hash[MD5_BYTES], room[16 * (5 + 16)];
	struct pen pen = pen_init(room, sizeof(room));

	digest_of(e->kit, DIGEST_MD5, password, hash);
	for (unsigned i = 0; i < 16; i++) {
		pen_span(&pen, (struct span){ hash, 5 });
		pen_span(&pen, pass->salt);
	}
	digest_of(e->kit, DIGEST_MD5, pen_since(&pen, 0), hash);
	memcpy(pass->base, hash, 5);
	pass->base_len = 5;
}

/* 2.3.5.2 */
static void base_cryptoapi(struct exam *e, struct pass *pass, struct span password)
{
	uint8_t room[HEADER_SALT + CANDIDATE_WIDE];
	struct pen pen = pen_init(room, sizeof(room));

	pen_span(&pen, pass->salt);
	pen_span(&pen, password);
	digest_of(e->kit, DIGEST_SHA1, pen_since(&pen, 0), pass->base);
	pass->base_len = SHA1_BYTES;
}

static void block_key(struct exam *e, const struct pass *pass, uint32_t block, struct rc4 *rc4)
{
	uint8_t room[SHA1_BYTES + 4], hash[DIGEST_MAX] = { 0 };
	struct pen pen = pen_init(room, sizeof(room));
	size_t len = 16;

	pen_span(&pen, (struct span){ pass->base, pass->base_len });
	pen_le(&pen, block, 4);
	if (pass->method == METHOD_RC4) {
		digest_of(e->kit, DIGEST_MD5, pen_since(&pen, 0), hash);
	} else {
		digest_of(e->kit, DIGEST_SHA1, pen_since(&pen, 0), hash);
		len = pass->header.key_bits / 8;
		if (len <= 5) { /* 40 bits are filled up with zeros */
			memset(hash + 5, 0, sizeof(hash) - 5);
			len = 16;
		}
		if (len > SHA1_BYTES)
			len = SHA1_BYTES;
	}
	rc4_key(rc4, (struct span){ hash, len });
}

static bool is_right_rc4(struct exam *e, const struct pass *pass)
{
	enum digest_kind kind = pass->method == METHOD_RC4 ? DIGEST_MD5 : DIGEST_SHA1;
	uint8_t check[16], hash[DIGEST_MAX];
	struct rc4 rc4;
	bool right = true;

	block_key(e, pass, 0, &rc4);
	for (size_t i = 0; i < sizeof(check); i++)
		check[i] = pass->check.ptr[i] ^ rc4_next(&rc4);
	digest_of(e->kit, kind, (struct span){ check, sizeof(check) }, hash);
	for (size_t i = 0; i < pass->check_hash.len; i++)
		right &= (pass->check_hash.ptr[i] ^ rc4_next(&rc4)) == hash[i];
	return right;
}

static bool is_right(struct exam *e, struct pass *pass, const struct candidate *candidate)
{
	if (pass->method == METHOD_XOR)
		return xor_verifier(candidate->utf8) == pass->verifier;
	if (pass->method == METHOD_RC4)
		base_rc4(e, pass, candidate_wide(candidate));
	else
		base_cryptoapi(e, pass, candidate_wide(candidate));
	return is_right_rc4(e, pass);
}

/* How many bytes in front of a record are not encrypted ([MS-XLS] 2.2.10). */
static size_t plain_head(unsigned id, size_t len)
{
	static const uint16_t plain[] = { 0x0009, 0x0209, 0x0409, 0x0809, FILEPASS, 0x00e1, 0x0194, 0x0195, 0x0196, 0x0138 };

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (plain[i] == id)
			return len;
	return id == BOUNDSHEET ? (len < 4 ? len : 4) : 0;
}

/* The key's stream runs on under what is not encrypted, and is begun anew with each block. */
struct flow {
	struct exam *e;
	const struct pass *pass;
	struct rc4 rc4;
	size_t at;
};

static void flow_over(struct flow *flow, uint8_t *bytes, size_t len, bool change)
{
	for (size_t i = 0; i < len; i++, flow->at++) {
		uint8_t key;

		if (flow->at % BLOCK == 0)
			block_key(flow->e, flow->pass, (uint32_t)(flow->at / BLOCK), &flow->rc4);
		key = rc4_next(&flow->rc4);
		if (change)
			bytes[i] ^= key;
	}
}

static void decrypt(struct exam *e, const struct pass *pass, struct span password, uint8_t *bytes, size_t len)
{
	struct flow flow = { .e = e, .pass = pass };
	struct xor_key xor = { 0 };
	bool begun = false;
	size_t at = 0;

	if (pass->method == METHOD_XOR)
		xor_key_make(&xor, password, pass->key);
	while (at + 4 <= len) {
		unsigned id = ld_le16(bytes + at);
		size_t size = ld_le16(bytes + at + 2), head;

		if (size > len - at - 4)
			size = len - at - 4;
		head = begun ? plain_head(id, size) : size;
		begun |= id == FILEPASS;
		if (pass->method == METHOD_XOR) {
			xor_decrypt(&xor, bytes + at + 4 + head, size - head, at + 4 + size + head);
		} else {
			flow_over(&flow, bytes + at, 4 + head, false);
			flow_over(&flow, bytes + at + 4 + head, size - head, true);
		}
		at += 4 + size;
	}
}

bool filepass_open(struct exam *e, const struct part *part, struct span stream, struct span record, unsigned version,
		   struct span *open)
{
	struct pass pass = { 0 };
	struct candidate candidate = { 0 };
	uint8_t *copy;

	if (!read_pass(record, version, &pass)) {
		candidate_none(e, part, "a workbook that is encrypted by an unknown method");
		return false;
	}
	while (candidate_next(e, part, &candidate)) {
		if (!is_right(e, &pass, &candidate))
			continue;
		copy = exam_work(e, stream.len * 4) ? arena_take(&e->arena, stream.len) : NULL;
		if (!copy)
			return false;
		candidate_tell(e, part, &candidate);
		memcpy(copy, stream.ptr, stream.len);
		decrypt(e, &pass, candidate.utf8, copy, stream.len);
		*open = (struct span){ copy, stream.len };
		return true;
	}
	candidate_none(e, part, "a workbook with a password");
	return false;
}
