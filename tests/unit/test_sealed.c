/*
 * test_sealed.c - encrypted documents: workbooks by XOR, RC4 and CryptoAPI, packages by standard and agile encryption.
 * They are encrypted here, by the specification's steps, with libcrypto.
 */
#include "exam_test.h"

#include "base/load.h"
#include "base/pen.h"
#include "office/office.h"
#include "sealed/rc4.h"
#include "sealed/xor.h"
#include "../scenario/biff_writer.h"
#include "../scenario/ole_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

enum { EXEC = 0x6e, FILEPASS = 0x2f, BOUNDSHEET = 0x85, BOF = 0x0809 };

static struct exam_test *t;
static struct ole_writer file;
static const uint8_t salt[16] = "salt of sixteen";

static void hash(const char *name, struct span a, struct span b, uint8_t *out)
{
	EVP_MD_CTX *state = EVP_MD_CTX_new();

	assert_int_equal(EVP_DigestInit_ex(state, EVP_get_digestbyname(name), NULL), 1);
	EVP_DigestUpdate(state, a.ptr, a.len);
	EVP_DigestUpdate(state, b.ptr, b.len);
	EVP_DigestFinal_ex(state, out, NULL);
	EVP_MD_CTX_free(state);
}

static struct span wide(const char *text, uint8_t *room)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++) {
		room[i * 2] = (uint8_t)text[i];
		room[i * 2 + 1] = 0;
	}
	return (struct span){ room, len * 2 };
}

static bool found(enum finding_id id, const char *evidence)
{
	return exam_test_found(t, id, evidence);
}

/* --- workbooks --- */

enum method { XOR, RC4, CRYPTOAPI };

/* What RC4's keys of blocks are made of. */
struct base {
	enum method method;
	uint8_t bytes[20];
};

static void base_of(struct base *base, const char *password)
{
	uint8_t room[256], digest[16], many[16 * 21];
	struct span p = wide(password, room);

	if (base->method == CRYPTOAPI) {
		hash("SHA1", (struct span){ salt, 16 }, p, base->bytes);
		return;
	}
	hash("MD5", p, (struct span){ room, 0 }, digest);
	for (size_t i = 0; i < 16; i++) {
		memcpy(many + i * 21, digest, 5);
		memcpy(many + i * 21 + 5, salt, 16);
	}
	hash("MD5", (struct span){ many, sizeof(many) }, (struct span){ many, 0 }, base->bytes);
}

static struct rc4 block_of(const struct base *base, uint32_t block)
{
	uint8_t number[4] = { (uint8_t)block, (uint8_t)(block >> 8), 0, 0 }, digest[20];
	struct rc4 rc4;

	hash(base->method == RC4 ? "MD5" : "SHA1", (struct span){ base->bytes, base->method == RC4 ? 5 : 20 },
	     (struct span){ number, 4 }, digest);
	rc4_key(&rc4, (struct span){ digest, 16 });
	return rc4;
}

/* A verifier and its hash, encrypted in one go. */
static void put_verifier(struct pen *pen, const struct base *base)
{
	uint8_t plain[16] = "fifteen letters", digest[20];
	size_t len = base->method == RC4 ? 16 : 20;
	struct rc4 rc4 = block_of(base, 0);

	hash(base->method == RC4 ? "MD5" : "SHA1", (struct span){ plain, 16 }, (struct span){ plain, 0 }, digest);
	for (size_t i = 0; i < 16; i++)
		pen_byte(pen, plain[i] ^ rc4_next(&rc4));
	if (base->method == CRYPTOAPI)
		pen_le(pen, 20, 4);
	for (size_t i = 0; i < len; i++)
		pen_byte(pen, digest[i] ^ rc4_next(&rc4));
}

static void put_filepass(struct biff_writer *w, const struct base *base, const char *password)
{
	uint8_t body[256];
	struct pen pen = pen_init(body, sizeof(body));

	pen_le(&pen, base->method == XOR ? 0 : 1, 2);
	if (base->method == XOR) {
		pen_le(&pen, 0x1234, 2);
		pen_le(&pen, xor_verifier(text_span(password)), 2);
	} else if (base->method == RC4) {
		pen_le(&pen, 1, 2);
		pen_le(&pen, 1, 2);
		pen_span(&pen, (struct span){ salt, 16 });
		put_verifier(&pen, base);
	} else {
		pen_le(&pen, 2, 2);
		pen_le(&pen, 2, 2);
		pen_le(&pen, 4, 4);
		pen_le(&pen, 34, 4); /* the header, with a name of one letter */
		for (unsigned i = 0; i < 8; i++)
			pen_le(&pen, (const uint32_t[]){ 4, 0, 0x6801, 0x8004, 128, 1, 0, 0 }[i], 4);
		pen_le(&pen, 0, 2);
		pen_le(&pen, 16, 4);
		pen_span(&pen, (struct span){ salt, 16 });
		put_verifier(&pen, base);
	}
	biff_record(w, FILEPASS, body, pen.used);
}

static uint8_t xor_encrypted(const struct xor_key *key, uint8_t byte, size_t index)
{
	byte ^= key->bytes[index % XOR_PERIOD];
	return (uint8_t)(byte >> 3 | byte << 5);
}

/* Everything behind FILEPASS but heads, BOF and the offsets of sheets. */
static void encrypt(uint8_t *bytes, size_t len, const struct base *base, const char *password)
{
	struct xor_key xor;
	struct rc4 rc4 = { 0 };
	bool begun = false;
	size_t at = 0;

	xor_key_make(&xor, text_span(password), 0x1234);
	while (at < len) {
		unsigned id = ld_le16(bytes + at);
		size_t size = ld_le16(bytes + at + 2), plain = id == BOF || !begun ? size : id == BOUNDSHEET ? 4 : 0;

		begun |= id == FILEPASS;
		for (size_t i = 0; i < 4 + size; i++) {
			bool change = i >= 4 + plain && id != FILEPASS;
			uint8_t key;

			if ((at + i) % 1024 == 0)
				rc4 = block_of(base, (uint32_t)((at + i) / 1024));
			key = rc4_next(&rc4);
			if (change && base->method == XOR)
				bytes[at + i] = xor_encrypted(&xor, bytes[at + i], at + i + size);
			else if (change)
				bytes[at + i] ^= key;
		}
		at += 4 + size;
	}
}

/* With words of the mail that may be passwords. */
static void read_with_words(struct exam *e, const struct part *part)
{
	exam_password(e, text_span("\xe3\x81\x82"));
	exam_password(e, text_span("hunter2"));
	office_ole(e, part);
}

static void (*reader)(struct exam *e, const struct part *part) = office_ole;

static const char *file_name = "a.xlsx";

static void open_file(const char *name)
{
	struct span bytes = ole_writer_file(&file);

	ole_writer_free(&file);
	exam_test_open(t, reader, bytes, name);
	free((void *)bytes.ptr);
}

static void open_book(enum method method, const char *password)
{
	struct base base = { .method = method };
	struct biff_writer w;
	struct span bytes;

	base_of(&base, password);
	biff_begin(&w);
	put_filepass(&w, &base, password);
	biff_sheet(&w, "Secret", true, 2);
	biff_name(&w, 1, NULL);
	biff_next(&w, true);
	for (unsigned i = 0; i < 40; i++) /* more than one block */
		biff_call(&w, i, EXEC, (const char *const[]){ "mshta x" }, 1);
	bytes = biff_end(&w);
	encrypt((uint8_t *)bytes.ptr, bytes.len, &base, password);
	ole_writer_init(&file);
	ole_writer_add(&file, "Workbook", bytes);
	biff_free(&w);
	open_file("book.xls");
}

static void test_workbooks(void **state)
{
	(void)state;
	for (unsigned method = XOR; method <= CRYPTOAPI; method++) {
		open_book((enum method)method, "VelvetSweatshop");
		assert_true(found(FINDING_DEFAULT_PASSWORD, "VelvetSweatshop"));
		assert_true(found(FINDING_SHEET_HIDDEN, "Secret"));
		assert_true(found(FINDING_XLM_CALLS, "mshta x"));
		assert_true(found(FINDING_XLM, "40 formulas"));
		assert_int_equal(t->exam.unseen[UNSEEN_ENCRYPTED], 0);
		open_book((enum method)method, "unknown");
		assert_true(found(FINDING_DOCUMENT_ENCRYPTED, ""));
		assert_false(found(FINDING_DEFAULT_PASSWORD, "") || found(FINDING_XLM, ""));
		assert_int_equal(t->exam.unseen[UNSEEN_ENCRYPTED], 1);
	}
}

/* --- packages --- */

static const uint8_t document[6000] = "%PDF-1.4 as good as any other file";

static void aes(const char *cipher, const uint8_t *key, const uint8_t *iv, struct span in, uint8_t *out)
{
	EVP_CIPHER_CTX *state = EVP_CIPHER_CTX_new();
	int len;

	assert_int_equal(EVP_EncryptInit_ex(state, EVP_get_cipherbyname(cipher), NULL, key, iv), 1);
	EVP_CIPHER_CTX_set_padding(state, 0);
	EVP_EncryptUpdate(state, out, &len, in.ptr, (int)in.len);
	EVP_CIPHER_CTX_free(state);
}

static void spin(const char *name, size_t len, uint32_t rounds, const char *password, uint8_t digest[64])
{
	uint8_t room[256], number[4];

	hash(name, (struct span){ salt, 16 }, wide(password, room), digest);
	for (uint32_t i = 0; i < rounds; i++) {
		for (unsigned k = 0; k < 4; k++)
			number[k] = (uint8_t)(i >> 8 * k);
		hash(name, (struct span){ number, 4 }, (struct span){ digest, len }, digest);
	}
}

static void put_base64(struct pen *pen, const char *name, const uint8_t *bytes, size_t len)
{
	uint8_t text[256];

	EVP_EncodeBlock(text, bytes, (int)len);
	pen_text(pen, name);
	pen_text(pen, "=\"");
	pen_text(pen, (char *)text);
	pen_text(pen, "\" ");
}

static void agile_key(const uint8_t digest[64], const char *use, uint8_t key[64])
{
	uint8_t bytes[8];

	for (size_t i = 0; i < 8; i++)
		bytes[i] = (uint8_t)strtoul((char[]){ use[i * 2], use[i * 2 + 1], 0 }, NULL, 16);
	hash("SHA512", (struct span){ digest, 64 }, (struct span){ bytes, 8 }, key);
}

static void open_agile(const char *password)
{
	static uint8_t info[4096], package[8 + sizeof(document)];
	uint8_t digest[64], key[64], secret[32] = "the key of the package", check[16] = "verifier", check_hash[64];
	uint8_t out[64], iv[64];
	struct pen pen = pen_init(info, sizeof(info)), body = pen_init(package, 8);

	spin("SHA512", 64, 1000, password, digest);
	pen_span(&pen, (struct span){ (const uint8_t *)"\4\0\4\0\x40\0\0\0", 8 });
	pen_text(&pen, "<encryption><keyData saltSize=\"16\" hashAlgorithm=\"SHA512\" ");
	put_base64(&pen, "saltValue", salt, 16);
	pen_text(&pen, "/><p:encryptedKey spinCount=\"1000\" keyBits=\"256\" hashAlgorithm=\"SHA512\" ");
	put_base64(&pen, "saltValue", salt, 16);
	agile_key(digest, "fea7d2763b4b9e79", key);
	aes("AES-256-CBC", key, salt, (struct span){ check, 16 }, out);
	put_base64(&pen, "encryptedVerifierHashInput", out, 16);
	hash("SHA512", (struct span){ check, 16 }, (struct span){ check, 0 }, check_hash);
	agile_key(digest, "d7aa0f6d3061344e", key);
	aes("AES-256-CBC", key, salt, (struct span){ check_hash, 64 }, out);
	put_base64(&pen, "encryptedVerifierHashValue", out, 64);
	agile_key(digest, "146e0be7abacd0d6", key);
	aes("AES-256-CBC", key, salt, (struct span){ secret, 32 }, out);
	put_base64(&pen, "encryptedKeyValue", out, 32);
	pen_text(&pen, "/></encryption>");
	pen_le(&body, sizeof(document) - 5, 8);
	for (uint32_t i = 0; i * 4096 < sizeof(document); i++) {
		size_t at = (size_t)i * 4096, len = sizeof(document) - at < 4096 ? sizeof(document) - at : 4096;
		uint8_t number[4] = { (uint8_t)i, 0, 0, 0 };

		hash("SHA512", (struct span){ salt, 16 }, (struct span){ number, 4 }, iv);
		aes("AES-256-CBC", secret, iv, (struct span){ document + at, len }, package + 8 + at);
	}
	ole_writer_init(&file);
	ole_writer_add(&file, "EncryptionInfo", pen_since(&pen, 0));
	ole_writer_add(&file, "EncryptedPackage", (struct span){ package, sizeof(package) });
	open_file(file_name);
}

static void open_standard(const char *password)
{
	static uint8_t package[8 + sizeof(document)];
	uint8_t info[256], digest[64], inner[64], key[20], zero[4] = { 0 }, check[16] = "verifier", hashed[32] = { 0 }, out[32];
	struct pen pen = pen_init(info, sizeof(info)), body = pen_init(package, 8);

	spin("SHA1", 20, 50000, password, digest);
	hash("SHA1", (struct span){ digest, 20 }, (struct span){ zero, 4 }, digest);
	memset(inner, 0x36, sizeof(inner));
	for (size_t i = 0; i < 20; i++)
		inner[i] ^= digest[i];
	hash("SHA1", (struct span){ inner, 64 }, (struct span){ inner, 0 }, key);
	pen_le(&pen, 3, 2);
	pen_le(&pen, 2, 2);
	pen_le(&pen, 0x24, 4);
	pen_le(&pen, 34, 4);
	for (unsigned i = 0; i < 8; i++)
		pen_le(&pen, (const uint32_t[]){ 0x24, 0, 0x660e, 0x8004, 128, 24, 0, 0 }[i], 4);
	pen_le(&pen, 0, 2);
	pen_le(&pen, 16, 4);
	pen_span(&pen, (struct span){ salt, 16 });
	aes("AES-128-ECB", key, NULL, (struct span){ check, 16 }, out);
	pen_span(&pen, (struct span){ out, 16 });
	pen_le(&pen, 20, 4);
	hash("SHA1", (struct span){ check, 16 }, (struct span){ check, 0 }, hashed);
	aes("AES-128-ECB", key, NULL, (struct span){ hashed, 32 }, out);
	pen_span(&pen, (struct span){ out, 32 });
	pen_le(&body, sizeof(document) - 5, 8);
	aes("AES-128-ECB", key, NULL, (struct span){ document, sizeof(document) }, package + 8);
	ole_writer_init(&file);
	ole_writer_add(&file, "EncryptionInfo", pen_since(&pen, 0));
	ole_writer_add(&file, "EncryptedPackage", (struct span){ package, sizeof(package) });
	open_file(file_name);
}

static void check_package(void (*open_package)(const char *password))
{
	const struct exam_test_part *part;

	open_package("VelvetSweatshop");
	assert_true(found(FINDING_DEFAULT_PASSWORD, "VelvetSweatshop"));
	part = exam_test_part(t, "a.xlsx");
	assert_non_null(part);
	assert_int_equal(part->len, sizeof(document) - 5);
	assert_true(part->unlocked);
	assert_memory_equal(part->bytes, document, sizeof(part->bytes));
	open_package("something else");
	assert_true(found(FINDING_DOCUMENT_ENCRYPTED, ""));
	assert_int_equal(t->exam.unseen[UNSEEN_ENCRYPTED], 1);
	assert_null(exam_test_part(t, "a.xlsx"));
}

static void test_packages(void **state)
{
	(void)state;
	check_package(open_agile);
	check_package(open_standard);
}

static void test_mail_password(void **state)
{
	(void)state;
	open_agile("hunter2");
	assert_true(found(FINDING_DOCUMENT_ENCRYPTED, ""));
	reader = read_with_words;
	open_agile("hunter2");
	assert_true(found(FINDING_PASSWORD_IN_MAIL, "hunter2"));
	assert_non_null(exam_test_part(t, "a.xlsx"));
	open_book(RC4, "hunter2");
	assert_true(found(FINDING_PASSWORD_IN_MAIL, "hunter2") && found(FINDING_XLM_CALLS, "mshta x"));
	reader = office_ole;
}

/* A name of Word's: it knows no password by itself. */
static void test_other_program(void **state)
{
	(void)state;
	file_name = "a.docx";
	open_agile("VelvetSweatshop");
	assert_true(found(FINDING_DOCUMENT_ENCRYPTED, ""));
	file_name = "a";
	open_agile("VelvetSweatshop");
	assert_true(found(FINDING_DEFAULT_PASSWORD, ""));
	file_name = "a.pptx";
	open_agile("/01Hannes Ruescher/01");
	assert_true(found(FINDING_DEFAULT_PASSWORD, ""));
	file_name = "a.xlsx";
}

/* Without its info, the key is a server's; an unknown version is told, and never seen. */
static void test_unknown(void **state)
{
	(void)state;
	ole_writer_init(&file);
	ole_writer_add(&file, "EncryptedPackage", text_span("sealed by rights management"));
	open_file("a.docx");
	assert_true(found(FINDING_DOCUMENT_ENCRYPTED, "rights"));
	ole_writer_init(&file);
	ole_writer_add(&file, "EncryptedPackage", text_span("sealed by something new"));
	ole_writer_add(&file, "EncryptionInfo", text_span("what is this"));
	open_file("a.docx");
	assert_true(found(FINDING_DOCUMENT_ENCRYPTED, "unknown"));
	assert_int_equal(t->exam.unseen[UNSEEN_ENCRYPTED], 1);
}

static int begin(void **state)
{
	(void)state;
	t = exam_test_new();
	return t ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	exam_test_free(t);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_workbooks),
		cmocka_unit_test(test_packages),
		cmocka_unit_test(test_mail_password),
		cmocka_unit_test(test_other_program),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
