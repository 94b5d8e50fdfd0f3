/* test_wipe_content.c - what a file is, and what is lost; contents are made here, so what they are is known. */
#include "wipe/content.h"
#include "wipe/known.h"

#include "base/text.h"
#include "exam/type.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#define SIZE 300000

static struct content_room *room;
static uint8_t text[SIZE], noise[SIZE], work[SIZE];

static int setup(void **state)
{
	uint64_t x = 88172645463325252ull; /* Marsaglia's xorshift64: noise that is the same each time */
	size_t at = 0;

	(void)state;
	for (size_t i = 0; i < SIZE; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		noise[i] = (uint8_t)(x >> 32);
	}
	while (at + 40 < SIZE)
		at += (size_t)snprintf((char *)text + at, SIZE - at, "line %zu of the report, %u\n", at,
				       noise[at] * 7919u);
	memset(text + at, ' ', SIZE - at);
	room = content_room_new();
	return room ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	content_room_free(room);
	return 0;
}

static struct content look(const uint8_t *bytes, size_t size, size_t length)
{
	int fd = memfd_create("content", MFD_CLOEXEC);
	struct content c;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), (ssize_t)size);
	assert_true(content_look(fd, length, room, &c));
	close(fd);
	return c;
}

/* What is lost from the first to the second, of a file of this name. */
static enum loss loss_of(struct span was, struct span is, const char *name)
{
	size_t length = was.len < is.len ? was.len : is.len;
	struct content before = look(was.ptr, was.len, length), after = look(is.ptr, is.len, length);

	return content_loss(&before, &after, text_span(name));
}

static struct span part(const uint8_t *bytes, size_t size)
{
	return (struct span){ bytes, size };
}

static void test_classes(void **state)
{
	static const uint8_t zeros[20000];
	struct content c = look(text, 20000, 20000);

	(void)state;
	assert_int_equal(c.class[0], BLOCK_TEXT);
	assert_false(content_is_noise(&c));
	c = look(noise, 20000, 20000);
	assert_int_equal(c.class[1], BLOCK_NOISE);
	assert_true(content_is_noise(&c));
	c = look(noise, 500, 500); /* few bytes tell it, too */
	assert_true(content_is_noise(&c));
	c = look(zeros, sizeof(zeros), sizeof(zeros));
	assert_int_equal(c.class[0], BLOCK_FLAT);
}

static void test_lost(void **state)
{
	static uint8_t flat[SIZE];

	(void)state;
	assert_int_equal(loss_of(part(text, 50000), part(noise, 50000), "a.txt"), LOSS_NOISE);
	assert_int_equal(loss_of(part(text, 300), part(noise, 300), "a.txt"), LOSS_NOISE);
	assert_int_equal(loss_of(part(text, 50000), part(flat, 50000), "a.txt"), LOSS_FLAT);
	/* every other 64 KiB; and only the beginning */
	memcpy(work, text, SIZE);
	for (size_t at = 65536; at + 65536 <= SIZE; at += 131072)
		memcpy(work + at, noise + at, 65536);
	assert_int_equal(loss_of(part(text, SIZE), part(work, SIZE), "a.txt"), LOSS_PART);
	memcpy(work, text, SIZE);
	memcpy(work, noise, 4096);
	assert_int_equal(loss_of(part(text, SIZE), part(work, SIZE), "a.txt"), LOSS_PART);
}

static void test_coded(void **state)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	(void)state;
	for (size_t i = 0; i < 30000; i++)
		work[i] = (uint8_t)letters[noise[i] & 63];
	assert_int_equal(loss_of(part(text, 20000), part(work, 30000), "a.txt"), LOSS_CODED);
	/* uuencode: lines of 'M' and 60 letters from '`' on (POSIX, uuencode). */
	for (size_t i = 0; i < 30000; i++)
		work[i] = i % 62 == 61 ? '\n' : i % 62 == 0 ? 'M' : (noise[i] & 63) ? (uint8_t)(32 + (noise[i] & 63)) : '`';
	assert_int_equal(loss_of(part(text, 20000), part(work, 30000), "a.txt"), LOSS_CODED);
}

static void test_kept(void **state)
{
	(void)state;
	assert_int_equal(loss_of(part(text, 50000), part(text, 50000), "a.txt"), LOSS_NONE);
	assert_int_equal(loss_of(part(text, 50000), part(text + 100000, 60000), "a.txt"), LOSS_NONE); /* edited */
	assert_int_equal(loss_of(part(text, 50000), part(text, 90000), "a.log"), LOSS_NONE);          /* longer */
	/* An encrypted container is noise before and after: its owner wrote into it. */
	assert_int_equal(loss_of(part(noise, 200000), part(noise + 50000, 200000), "a.hc"), LOSS_NONE);
}

/* Its beginning is left: little of a text, or too little of a document to be one. */
static void test_cut(void **state)
{
	(void)state;
	assert_int_equal(loss_of(part(text, 50000), part(text, 64), "a.txt"), LOSS_CUT);
	assert_int_equal(loss_of(part(text, 50000), part(text, 25000), "a.txt"), LOSS_CUT);
	assert_int_equal(loss_of(part(text, 50000), part(text, 30000), "a.txt"), LOSS_NONE);
	assert_int_equal(loss_of(part(text, 300), part(text, 20), "a.txt"), LOSS_NONE); /* it was a few lines */
}

/* A slogan again and again; a table whose rows differ is none. */
static void test_pattern(void **state)
{
	static const char slogan[] = "NOTHING IS LEFT OF WHAT YOU HAD, AND NOBODY WILL BRING IT BACK ";

	(void)state;
	for (size_t i = 0; i < 20000; i++)
		work[i] = (uint8_t)slogan[i % (sizeof(slogan) - 1)];
	assert_int_equal(loss_of(part(text, 20000), part(work, 20000), "a.txt"), LOSS_FLAT);
	for (size_t i = 0; i < 20000; i += 100)
		work[i] = (uint8_t)('0' + i / 100 % 10);
	assert_int_equal(loss_of(part(text, 20000), part(work, 20000), "a.txt"), LOSS_NONE);
}

/* The end of an archive of 7z 16 with a password for names, too (-mhe=on), and without one: as that program writes it. */
static void test_sealed(void **state)
{
	static const uint8_t locked[] = "\x17\x06\x8b\xc0\x01\x09\x80\x80\0\x07\x0b\x01\0\x02\x24\x06\xf1\x07\x01\x12\x53\x0f";
	static const uint8_t open[] = "\x17\x06\x8b\xbe\x01\x09\x5c\0\x07\x0b\x01\0\x01\x23\x03\x01\x01\x05\x5d\0\x10\0\0\x0c";
	struct content c;

	(void)state;
	memcpy(work, noise, 40000);
	memcpy(work, "7z\xbc\xaf\x27\x1c\0\4\0\0\0\0\x40\x9c\0\0\0\0\0\0\x16\0\0\0\0\0\0\0\0\0\0\0", 32);
	memcpy(work + 32 + 40000, locked, 22);
	c = look(work, 40054, 40054);
	assert_true(c.kind == TYPE_SEVENZIP && c.sealed);
	memcpy(work + 32 + 40000, open, 22);
	c = look(work, 40054, 40054);
	assert_true(c.kind == TYPE_SEVENZIP && !c.sealed);
	memcpy(work, "$ANSIBLE_VAULT;1.1;AES256\n", 26);
	assert_true(kind_is_sealed(kind_of(part(work, 100)), part(work, 100)));
}

static size_t pack(const uint8_t *bytes, size_t size, uint8_t *into, size_t into_size)
{
	z_stream z = { 0 };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (uint8_t *)(uintptr_t)bytes;
	z.avail_in = (uInt)size;
	z.next_out = into;
	z.avail_out = (uInt)into_size;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return z.total_out;
}

/* Packed data is nearly noise, but a gzip stays one; with its head kept and noise behind it is broken. */
static void test_packed(void **state)
{
	static uint8_t first[SIZE], second[SIZE];
	size_t a = pack(text, 200000, first, SIZE), b = pack(text + 90000, 200000, second, SIZE);
	struct content c = look(first, a, a);

	(void)state;
	assert_int_equal(c.kind, TYPE_GZIP);
	assert_int_equal(c.structure, STRUCTURE_WHOLE);
	assert_int_equal(loss_of(part(first, a), part(second, b), "a.gz"), LOSS_NONE);
	memcpy(work, first, a);
	memcpy(work + 512, noise, a - 512);
	c = look(work, a, a);
	assert_int_equal(c.kind, TYPE_GZIP);
	assert_int_equal(c.structure, STRUCTURE_BROKEN);
	assert_int_not_equal(loss_of(part(first, a), part(work, a), "a.gz"), LOSS_NONE);
}

/* A picture of which the end is missing; one that only lost what a program had put behind it. */
static void test_cut_packed(void **state)
{
	static const uint8_t head[] = { 0xff, 0xd8, 0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xff, 0xda, 0, 2 };
	static uint8_t packed[SIZE];
	size_t size = 60000;

	(void)state;
	for (size_t i = 0; i < size; i++)
		work[i] = noise[i] == 0xff ? 0 : noise[i];
	memcpy(work, head, sizeof(head));
	memcpy(work + size - 2, "\xff\xd9", 2);
	assert_int_equal(loss_of(part(work, size), part(work, size / 2), "a.jpg"), LOSS_BROKEN);
	memcpy(work + size / 2 - 2, "\xff\xd9", 2);
	assert_int_equal(loss_of(part(work, size), part(work, size / 2), "a.jpg"), LOSS_NONE);
	size = pack(text, 200000, packed, SIZE);
	assert_int_equal(loss_of(part(packed, size), part(packed, size / 2), "a.gz"), LOSS_BROKEN);
}

/* Encrypted first and packed then: whole outside. What was noise before, as a container, loses nothing. */
static void test_hollow(void **state)
{
	static uint8_t first[SIZE], second[SIZE];
	size_t a = pack(noise, 60000, first, SIZE), b = pack(text, 60000, second, SIZE);

	(void)state;
	assert_int_equal(loss_of(part(text, 60000), part(first, a), "a.txt.gz"), LOSS_NOISE);
	assert_int_equal(loss_of(part(second, b), part(first, a), "a.gz"), LOSS_NOISE);
	assert_int_equal(loss_of(part(text, 60000), part(second, b), "a.txt.gz"), LOSS_NONE);
	assert_int_equal(loss_of(part(noise, 60000), part(first, a), "a.hc.gz"), LOSS_NONE);
	/* By a program that people use, in a gzip. */
	memcpy(work, noise, 60000);
	memcpy(work, "Salted__", 8);
	a = pack(work, 60000, first, SIZE);
	assert_int_equal(loss_of(part(text, 60000), part(first, a), "a.txt.gz"), LOSS_SEALED);
	/* A zip of one file that is stored: APPNOTE 4.3.7. */
	memcpy(work, "PK\3\4\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0\x40\x9c\0\0\x40\x9c\0\0\1\0\0\0a", 31);
	memcpy(work + 31, noise, 40000);
	assert_true(look(work, 40031, 40031).hollow);
	memcpy(work + 31, text, 40000);
	assert_false(look(work, 40031, 40031).hollow);
	memcpy(work + 26, "\xff\xff\xff\xff", 4); /* a name that ends behind the file */
	assert_false(look(work, 40031, 40031).hollow);
}

/* A text that has a picture's beginning now, and noise behind. */
static void test_swap(void **state)
{
	(void)state;
	memcpy(work, noise, 50000);
	memcpy(work, "GIF89a\1\0\1\0", 10);
	assert_int_equal(loss_of(part(text, 50000), part(work, 50000), "a.txt"), LOSS_SWAP);
	assert_int_equal(kind_group(kind_of(text_span("SQLite format 3"))), TYPE_TEXT);
	assert_int_equal(kind_of((struct span){ (const uint8_t *)"SQLite format 3\0.", 17 }), KIND_SQLITE);
}

static void test_known(void **state)
{
	char ending[ENDING_TEXT];

	(void)state;
	assert_true(known_ending(text_span("/a/report.docx.LockBit"), ending));
	assert_string_equal(ending, "lockbit");
	assert_string_equal(known_family(ending), "LockBit");
	assert_false(known_ending(text_span("/a.b/.hidden"), ending));
	assert_null(known_family("docx"));
	assert_true(known_ordinary("gz") && known_ordinary("2024-05-01") && !known_ordinary("lockbit"));
	assert_true(known_passing(text_span("/home/a/.cache/x")) && !known_passing(text_span("/home/a/cache")));
	assert_true(known_vault(text_span("/a/vault.cryptomator")) && !known_vault(text_span("/a/cryptomator/b")));
	assert_true(known_note_name(text_span("/srv/HOW_TO_DECRYPT_FILES.txt")));
	assert_true(known_note_name(text_span("/srv/!!!_READ-ME to recover!.HTML")));
	assert_false(known_note_name(text_span("/srv/README.md")));
	assert_false(known_note_name(text_span("/srv/how_to_decrypt.c")));
	assert_true(known_note_text(text_span("ALL YOUR  FILES\nhave been encrypted")) >= 3);
	assert_true(known_note_text(text_span("ファイルは暗号化されました")) >= 3);
	assert_true(known_note_text(text_span("How to pay by bitcoin in our shop")) < 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_classes), cmocka_unit_test(test_lost),   cmocka_unit_test(test_coded),
		cmocka_unit_test(test_kept),    cmocka_unit_test(test_packed), cmocka_unit_test(test_swap),
		cmocka_unit_test(test_known),   cmocka_unit_test(test_cut),    cmocka_unit_test(test_pattern),
		cmocka_unit_test(test_sealed),  cmocka_unit_test(test_hollow),
		cmocka_unit_test(test_cut_packed),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
