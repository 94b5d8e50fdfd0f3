/*
 * test_unseal.c - encrypted archives of 7z and RAR.
 *
 * The archives are the seeds of the fuzz target: those of 7z were made by 7-Zip 26.02 (weak_: with
 * one round for a key, which 7-Zip reads), those of RAR by tests/scenario/rar_writer.py (unar reads
 * those of RAR 5). All hold a.txt and b.txt.
 */
#include "sealed/cipher.h"
#include "unseal/stretch.h"
#include "unpack/unpack.h"

#include "exam_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define ROOM 1024

static struct exam_test *t;
static uint8_t room[ROOM];

static int open_exam(void **state)
{
	(void)state;
	t = exam_test_new();
	return 0;
}

static int close_exam(void **state)
{
	(void)state;
	exam_test_free(t);
	return 0;
}

static struct span seed(const char *name)
{
	char path[512];
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), HINOMI_SOURCE_ROOT "/tests/fuzz/seeds/unseal/%s", name);
	file = fopen(path, "rb");
	assert_non_null(file);
	len = fread(room, 1, sizeof(room), file);
	fclose(file);
	assert_true(len > 0 && len < sizeof(room));
	return (struct span){ room, len };
}

/* What the mail's text names. */
static const char *words[3];

static void open_archive(struct exam *e, const struct part *part)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && words[i]; i++)
		exam_password(e, text_span(words[i]));
	unpack_archive(e, part);
}

static void open_with(struct span bytes, const char *first, const char *second)
{
	words[0] = first;
	words[1] = second;
	exam_test_open(t, open_archive, bytes, "a.arc");
}

static void assert_found(enum finding_id id, const char *evidence)
{
	if (!exam_test_found(t, id, evidence))
		exam_test_show(t);
	assert_true(exam_test_found(t, id, evidence));
}

static bool is_whole(const char *name, const char *text)
{
	const struct exam_test_part *part = exam_test_part(t, name);

	return part && part->len == strlen(text) && memcmp(part->bytes, text, part->len) == 0 &&
	       part->unlocked;
}

static bool is_a_whole(void)
{
	return is_whole("a.txt", "hello\n");
}

static bool is_b_whole(void)
{
	return is_whole("b.txt", "world, world, world, world\n");
}

static unsigned unseen(void)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < UNSEENS; i++)
		sum += t->exam.unseen[i];
	return sum;
}

/* --- what is opened --- */

static const char *const one_password[] = {
	"7z_copy",    "7z_head",   "7z_packed", "7z_weak_copy", "7z_weak_head", "7z_weak_packed",
	"rar4_files", "rar4_head", "rar_files", "rar_head",     "rar_headless", "rar_weak",
};
#define ONE_PASSWORD (sizeof(one_password) / sizeof(one_password[0]))

static void test_opened(void **state)
{
	(void)state;
	for (size_t i = 0; i < ONE_PASSWORD; i++) {
		open_with(seed(one_password[i]), "a word that is longer than passwords are", "secret");
		assert_true(is_a_whole() && is_b_whole());
		assert_int_equal(t->part_count, 2);
		assert_found(FINDING_PASSWORD_IN_MAIL, "a.arc: secret");
		assert_int_equal(unseen(), 0);
	}
}

static void test_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < ONE_PASSWORD; i++) {
		open_with(seed(one_password[i]), "wrong", "Secret");
		assert_false(is_a_whole() || is_b_whole());
		assert_found(FINDING_ARCHIVE_ENCRYPTED, "a.arc");
		assert_int_equal(t->exam.unseen[UNSEEN_ENCRYPTED], 1);
		assert_false(exam_found(&t->exam, FINDING_PASSWORD_IN_MAIL));
	}
}

/* Each file has a password of its own: with one of them half of it is not seen. */
static void test_two(void **state)
{
	static const char *const names[] = { "7z_two", "rar_two" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		open_with(seed(names[i]), "secret", "one");
		assert_true(is_a_whole() && is_b_whole());
		assert_int_equal(unseen(), 0);
		open_with(seed(names[i]), "secret", NULL);
		assert_true(is_b_whole() && !is_a_whole());
		assert_int_equal(t->exam.unseen[UNSEEN_ENCRYPTED], 1);
		assert_found(FINDING_ARCHIVE_ENCRYPTED, "a.arc");
	}
}

/* Nothing tells which password is right, so that none is. */
static void test_unchecked(void **state)
{
	(void)state;
	open_with(seed("rar_unchecked"), "secret", NULL);
	assert_false(is_a_whole());
	assert_int_equal(t->exam.unseen[UNSEEN_ENCRYPTED], 1);
}

/* --- what is broken --- */

/* Wherever it is cut: what is missing is told, but for the end of RAR, behind which nothing is. */
static void test_cut(void **state)
{
	static const char *const names[] = { "7z_weak_copy", "7z_weak_head", "7z_weak_packed",
					     "rar_head", "rar_weak" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct span whole = seed(names[i]);

		for (size_t n = 8; n < whole.len; n++) {
			open_with((struct span){ whole.ptr, n }, "secret", NULL);
			assert_true(unseen() > 0 || (is_a_whole() && is_b_whole()));
		}
	}
}

/* A bit that is wrong is told, or harms nothing: names, times and the like are not in question
 * here. */
static void test_bits(void **state)
{
	static const char *const names[] = { "7z_weak_copy", "7z_weak_head", "7z_weak_packed",
					     "rar_head", "rar_weak" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct span whole = seed(names[i]);

		for (size_t n = 8; n < whole.len; n++) {
			room[n] ^= 1;
			open_with(whole, "secret", NULL);
			assert_true(unseen() > 0 || t->part_count == 2);
			room[n] ^= 1;
		}
	}
}

/* The header opens, and what is behind it is cut: that is no wrong password. */
static void test_opened_and_broken(void **state)
{
	static const char *const names[] = { "rar_head", "rar4_head" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct span whole = seed(names[i]);

		open_with((struct span){ whole.ptr, whole.len - 60 }, "secret", NULL);
		assert_found(FINDING_PASSWORD_IN_MAIL, "a.arc: secret");
		assert_true(t->exam.unseen[UNSEEN_BROKEN] > 0);
		assert_true(is_a_whole());
	}
}

/* RAR 4 is too slow to be cut everywhere. */
static void test_cut_rar4(void **state)
{
	static const size_t cuts[] = { 10, 20, 27, 28, 60, 100, 130 };
	static const char *const names[] = { "rar4_files", "rar4_head" };

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(cuts) / sizeof(cuts[0]); i++) {
		struct span whole = seed(names[i % 2]);

		assert_true(cuts[i / 2] < whole.len);
		open_with((struct span){ whole.ptr, cuts[i / 2] }, "secret", NULL);
		assert_true(unseen() > 0);
		assert_false(is_b_whole());
	}
}

/* --- what is too dear --- */

static uint8_t *props_of_aes(struct span bytes)
{
	uint8_t *at = memmem(bytes.ptr, bytes.len, "\x24\x06\xf1\x07\x01", 5);

	assert_non_null(at);
	return at + 6;
}

/* 2^24 rounds are done once: then half of the message's work is used up. 2^40 no program does. */
static void test_dear(void **state)
{
	static const uint8_t powers[] = { 24, 40, 62 };

	(void)state;
	for (size_t i = 0; i < sizeof(powers); i++) {
		struct span bytes = seed("7z_weak_head");
		uint8_t *props = props_of_aes(bytes);

		*props = (uint8_t)(*props | powers[i]);
		open_with(bytes, "secret", NULL);
		assert_int_equal(t->exam.unseen[UNSEEN_LIMIT], 1);
		assert_found(FINDING_ARCHIVE_ENCRYPTED, "a.arc");
		assert_true(t->exam.work < (powers[i] == 24 ? exam_work_left(&t->exam) : 1u << 20));
		assert_false(t->exam.over);
	}
}

static void test_dear_rar(void **state)
{
	struct span bytes = seed("rar_head");

	(void)state;
	room[8 + 4 + 1 + 4] = 25; /* behind signature, CRC, size, type, version, flags */
	open_with(bytes, "secret", NULL);
	assert_int_equal(t->exam.unseen[UNSEEN_LIMIT], 1);
	assert_found(FINDING_ARCHIVE_ENCRYPTED, "a.arc");
	assert_true(t->exam.work < 1u << 20);
}

/* --- keys --- */

/* From Python's hashlib.pbkdf2_hmac and hashlib.sha256, after the descriptions of the formats. */
static void test_stretch(void **state)
{
	static const uint8_t rar5[] = { 0xb7, 0x51, 0xdb, 0x9f, 0x61, 0x03, 0xe7, 0xaf,
					0xb9, 0x22, 0x3d, 0x8b, 0x28, 0x0e, 0xc1, 0x89,
					0x4e, 0x67, 0xcf, 0x53, 0xbc, 0x45, 0xbe, 0x08,
					0x4c, 0x84, 0x81, 0xc5, 0x9f, 0x42, 0x99, 0x1c };
	static const uint8_t rar5_check[] = { 0x14, 0xec, 0x59, 0x82, 0xed, 0x67, 0x0c, 0xce };
	static const uint8_t sevenzip[] = { 0x8f, 0x27, 0x60, 0xce, 0x6d, 0x5c, 0x57, 0x3b,
					    0x37, 0x04, 0xee, 0x64, 0xb4, 0x2f, 0x43, 0xb4,
					    0x8c, 0xca, 0xa4, 0xd1, 0x33, 0x5f, 0x1c, 0xdc,
					    0x10, 0x13, 0x7b, 0xa3, 0xd6, 0x48, 0x6b, 0x4d };
	struct stretch stretch = { text_span("secret"), text_span("salt of the test"), 15 };
	uint8_t key[STRETCH_KEY], check[STRETCH_CHECK];
	struct digest_kit *kit = digest_kit_new();

	(void)state;
	stretch_rar5(&stretch, key, check);
	assert_memory_equal(key, rar5, sizeof(rar5));
	assert_memory_equal(check, rar5_check, sizeof(rar5_check));
	stretch = (struct stretch){ { (const uint8_t *)"s\0e\0c\0", 6 }, text_span("salt"), 12 };
	assert_true(stretch_sevenzip(kit, &stretch, key));
	assert_memory_equal(key, sevenzip, sizeof(sevenzip));
	stretch.power = 63;
	assert_true(stretch_sevenzip(kit, &stretch, key));
	assert_memory_equal(key, "salts\0e\0c\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
			    STRETCH_KEY);
	digest_kit_free(kit);
}

/* Of archives that RAR made, from hashcat's list of examples (12500 and 23700), with the password "hashcat": the end of an
 * archive with its header encrypted, and a stored file with the CRC that is known of it. */
static void test_stretch_rar4(void **state)
{
	static const uint8_t end[] = { 0xad, 0xbf, 0x6c, 0x53, 0x85, 0xd7, 0xa4, 0x03,
				       0x73, 0xe8, 0xf7, 0x7d, 0x7b, 0x89, 0xd3, 0x17 };
	static const uint8_t file[] = { 0x34, 0x62, 0x0b, 0xcc, 0xa8, 0x17, 0x66, 0x42,
					0xa2, 0x10, 0xb1, 0x05, 0x19, 0x01, 0x92, 0x1e };
	static const uint8_t salts[2][8] = { { 0x45, 0x10, 0x9a, 0xf8, 0xab, 0x5f, 0x29, 0x7a },
					     { 0xe5, 0x4a, 0x73, 0x72, 0x98, 0x87, 0xcb, 0x53 } };
	struct stretch stretch = { { (const uint8_t *)"h\0a\0s\0h\0c\0a\0t", 14 }, { salts[0], 8 }, STRETCH_RAR4_POWER };
	struct cipher *cipher = cipher_new(text_span("SHA1"), 128, CIPHER_CBC);
	uint8_t key[STRETCH_RAR4], iv[STRETCH_RAR4], out[16];

	(void)state;
	assert_non_null(cipher);
	assert_true(stretch_rar4(&stretch, key, iv));
	assert_true(cipher_decrypt(cipher, key, iv, (struct span){ end, sizeof(end) }, out));
	assert_memory_equal(out, "\xc4\x3d\x7b\x00\x40\x07\x00", 7);
	stretch.salt.ptr = salts[1];
	assert_true(stretch_rar4(&stretch, key, iv));
	assert_true(cipher_decrypt(cipher, key, iv, (struct span){ file, sizeof(file) }, out));
	assert_memory_equal(out, "hashcat rocks\n\0\0", 16);
	cipher_free(cipher);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_exam, close_exam)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_opened),   TEST(test_wrong),    TEST(test_two),
		TEST(test_cut),      TEST(test_cut_rar4), TEST(test_bits),
		TEST(test_dear),     TEST(test_dear_rar), TEST(test_opened_and_broken),
		TEST(test_stretch),  TEST(test_unchecked), TEST(test_stretch_rar4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
