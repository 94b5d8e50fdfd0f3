/* test_zip.c - zip from both its views: what each says, and where they differ. Expected by hand. */
#include "format/zip.h"

#include "base/text.h"
#include "zip_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <bzlib.h>
#include <cmocka.h>
#include <lzma.h>
#include <zstd.h>

#define LIMIT 2000

static struct arena arena;
static struct zip zip;
static struct zip_test z;

static int open_both(void **state)
{
	(void)state;
	z = zip_test_new();
	return arena_open(&arena, (size_t)64 << 20) ? 0 : -1;
}

static int close_both(void **state)
{
	(void)state;
	zip_test_free(&z);
	arena_close(&arena);
	return 0;
}

static void read_ok(struct span bytes)
{
	assert_int_equal(zip_read(bytes, LIMIT, &arena, &zip), OK);
}

static void assert_name(unsigned i, const char *name)
{
	assert_true(i < zip.count);
	assert_int_equal(zip.entries[i].name.len, strlen(name));
	assert_memory_equal(zip.entries[i].name.ptr, name, strlen(name));
}

static enum err unpack(unsigned i, const char *password, size_t limit, struct span *out)
{
	return zip_unpack(&zip.entries[i], text_span(password), limit, &arena, out);
}

static void assert_text(unsigned i, const char *password, const char *text)
{
	struct span out;

	assert_int_equal(unpack(i, password, 1 << 20, &out), OK);
	assert_int_equal(out.len, strlen(text));
	assert_memory_equal(out.ptr, text, out.len);
}

static void test_plain(void **state)
{
	(void)state;
	zip_test_text(&z, "a.txt", "hello");
	zip_test_add(&z, &(struct zip_test_file){ .name = "b.txt", .bytes = "hello hello hello hello", .deflated = true });
	zip_test_add(&z, &(struct zip_test_file){ .name = "c.txt", .bytes = "see below", .described = true });
	zip_test_add(&z, &(struct zip_test_file){ .name = "folder/" });
	read_ok(zip_test_end(&z, 0));
	assert_int_equal(zip.count, 4);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(zip.entries[i].views, ZIP_CENTRAL | ZIP_LOCAL);
		assert_int_equal(zip.entries[i].differs, 0);
		assert_false(zip.entries[i].overlaps || zip.entries[i].cut || zip.entries[i].encrypted);
	}
	assert_text(0, "", "hello");
	assert_text(1, "", "hello hello hello hello");
	assert_text(2, "", "see below");
	assert_true(zip.entries[3].directory);
	assert_false(zip.truncated || zip.directories || zip.more);
	assert_int_equal(zip.before, 0);
	assert_int_equal(zip.behind, 0);
}

/* Offsets that count from the archive's own begin, or from the file's. */
static void test_bytes_before(void **state)
{
	(void)state;
	for (unsigned whole = 0; whole < 2; whole++) {
		zip_test_begin(&z);
		if (whole)
			zip_test_raw(&z, text_span("#!/bin/sh\nexit\n"));
		zip_test_text(&z, "a.txt", "hello");
		zip_test_end(&z, 0);
		if (!whole) {
			memmove(z.bytes + 15, z.bytes, z.len);
			memcpy(z.bytes, "#!/bin/sh\nexit\n", 15);
			z.len += 15;
		}
		read_ok((struct span){ z.bytes, z.len });
		assert_int_equal(zip.count, 1);
		assert_int_equal(zip.before, 15);
		assert_false(zip.directories);
		assert_text(0, "", "hello");
	}
}

static void test_views_differ(void **state)
{
	(void)state;
	zip_test_add(&z, &(struct zip_test_file){ .name = "a.txt", .local_name = "a.exe", .bytes = "x" });
	zip_test_add(&z, &(struct zip_test_file){ .name = "b.txt", .bytes = "yy", .size_lie = 7 });
	zip_test_add(&z, &(struct zip_test_file){ .name = "c\\d.txt", .local_name = "c/d.txt", .bytes = "z" });
	read_ok(zip_test_end(&z, 0));
	assert_int_equal(zip.count, 5);
	assert_name(0, "a.txt");
	assert_name(1, "a.exe");
	assert_int_equal(zip.entries[0].views, ZIP_CENTRAL);
	assert_int_equal(zip.entries[1].views, ZIP_LOCAL);
	assert_int_equal(zip.entries[1].differs, ZIP_DIFFERS_NAME);
	assert_int_equal(zip.entries[2].differs, ZIP_DIFFERS_SIZE);
	assert_int_equal(zip.entries[4].differs, 0);
	assert_false(zip.entries[1].overlaps);
}

/* A file that nobody names lies between two others. */
static void test_hidden(void **state)
{
	(void)state;
	zip_test_text(&z, "a.txt", "hello");
	zip_test_add(&z, &(struct zip_test_file){ .name = "hidden.exe", .bytes = "MZ", .hidden = true });
	zip_test_add(&z, &(struct zip_test_file){ .name = "deep.exe", .bytes = "MZMZMZMZ", .hidden = true,
						  .deflated = true, .described = true });
	zip_test_text(&z, "b.txt", "hello");
	read_ok(zip_test_end(&z, 0));
	assert_int_equal(zip.count, 4);
	assert_name(1, "hidden.exe");
	assert_int_equal(zip.entries[1].views, ZIP_LOCAL);
	assert_text(2, "", "MZMZMZMZ");
}

/* Two archives behind each other: some programs show the first, some the last. */
static void test_concatenated(void **state)
{
	size_t first;

	(void)state;
	zip_test_text(&z, "a.txt", "hello");
	first = zip_test_end(&z, 0).len;
	z.central_len = z.count = 0;
	zip_test_text(&z, "b.txt", "world");
	read_ok(zip_test_end(&z, 0));
	assert_true(zip.directories);
	assert_int_equal(zip.count, 2);
	assert_name(0, "a.txt");
	assert_int_equal(zip.before, first);
}

/* A zip that lies in a zip, stored, is no second directory. */
static void test_nested(void **state)
{
	struct zip_test inner = zip_test_new();
	struct span bytes;

	(void)state;
	zip_test_text(&inner, "a.txt", "hello");
	bytes = zip_test_end(&inner, 0);
	zip_test_add(&z, &(struct zip_test_file){ .name = "in.zip", .bytes = (const char *)bytes.ptr, .len = bytes.len });
	read_ok(zip_test_end(&z, 0));
	assert_int_equal(zip.count, 1);
	assert_false(zip.directories);
	zip_test_free(&inner);
}

static void test_overlap(void **state)
{
	(void)state;
	zip_test_add(&z, &(struct zip_test_file){ .name = "a", .bytes = "0123456789" });
	zip_test_add(&z, &(struct zip_test_file){ .name = "a", .bytes = "0123456789", .again = true });
	zip_test_text(&z, "b", "alone");
	read_ok(zip_test_end(&z, 0));
	assert_int_equal(zip.count, 3);
	assert_true(zip.entries[0].overlaps && zip.entries[1].overlaps);
	assert_false(zip.entries[2].overlaps);
}

static void test_truncations(void **state)
{
	struct span whole, out;

	(void)state;
	zip_test_text(&z, "a.txt", "hello");
	zip_test_add(&z, &(struct zip_test_file){ .name = "b.txt", .bytes = "hello hello hello", .deflated = true,
						  .described = true });
	whole = zip_test_end(&z, 0);
	for (size_t n = 0; n < whole.len; n++) {
		uint8_t *copy = malloc(n ? n : 1);
		enum err err;

		memcpy(copy, whole.ptr, n);
		arena_clear(&arena);
		err = zip_read((struct span){ copy, n }, LIMIT, &arena, &zip);
		assert_true(err == ERR_FORMAT || zip.truncated);
		for (unsigned i = 0; err == OK && i < zip.count; i++)
			if (!zip.entries[i].cut)
				(void)!unpack(i, "", 1000, &out);
		free(copy);
	}
}

static void test_limits(void **state)
{
	struct span out;
	char zeros[20000] = { 0 };

	(void)state;
	zip_test_add(&z, &(struct zip_test_file){ .name = "z", .bytes = zeros, .len = sizeof(zeros), .deflated = true });
	for (unsigned i = 0; i < 10; i++)
		zip_test_text(&z, "a", "x");
	assert_int_equal(zip_read(zip_test_end(&z, 0), 5, &arena, &zip), OK);
	assert_int_equal(zip.count, 5);
	assert_true(zip.more);
	assert_int_equal(unpack(0, "", 1000, &out), ERR_LIMIT);
	assert_int_equal(out.len, 1000);
	assert_int_equal(unpack(0, "", sizeof(zeros), &out), OK);
	assert_int_equal(unpack(0, "", sizeof(zeros) - 1, &out), ERR_LIMIT);
}

static void test_broken(void **state)
{
	struct span out;

	(void)state;
	zip_test_add(&z, &(struct zip_test_file){ .name = "crc", .bytes = "hello", .crc_lie = 1 });
	zip_test_add(&z, &(struct zip_test_file){ .name = "deflate", .bytes = "\xff\xff\xff\xff", .method = 8 });
	zip_test_add(&z, &(struct zip_test_file){ .name = "method", .bytes = "x", .method = 19 });
	read_ok(zip_test_end(&z, 0));
	assert_int_equal(unpack(0, "", 100, &out), ERR_FORMAT);
	assert_int_equal(out.len, 5);
	assert_int_equal(unpack(1, "", 100, &out), ERR_FORMAT);
	assert_int_equal(unpack(2, "", 100, &out), ERR_UNSUPPORTED);
}

static void test_password(void **state)
{
	struct span out;

	(void)state;
	zip_test_add(&z, &(struct zip_test_file){ .name = "a.txt", .bytes = "sealed sealed sealed", .deflated = true,
						  .password = "secret" });
	zip_test_text(&z, "b.txt", "open");
	read_ok(zip_test_end(&z, 0));
	assert_true(zip.entries[0].encrypted);
	assert_int_equal(unpack(0, "", 100, &out), ERR_FORMAT);
	assert_int_equal(unpack(0, "wrong", 100, &out), ERR_FORMAT);
	assert_int_equal(out.len, 0);
	assert_text(0, "secret", "sealed sealed sealed");
	assert_text(1, "", "open");
}

/* "hello AES\n" by 7z a -tzip -mem=AES256 -psecret. */
static void test_aes(void **state)
{
	static const uint8_t sealed[] = {
#include "zip_aes_test.h"
	};
	struct span out;

	(void)state;
	read_ok((struct span){ sealed, sizeof(sealed) });
	assert_int_equal(zip.count, 1);
	assert_int_equal(zip.entries[0].aes, 3);
	assert_int_equal(zip.entries[0].method, 0);
	assert_int_equal(unpack(0, "Secret", 100, &out), ERR_FORMAT);
	assert_text(0, "secret", "hello AES\n");
}

/* LZMA as a zip has it: version, size of the properties, these, and the bytes with an end mark (APPNOTE 5.8.8). */
static struct span lzma_of_zip(struct span bytes, uint8_t *room, size_t size)
{
	lzma_options_lzma options;
	lzma_stream s = LZMA_STREAM_INIT;

	lzma_lzma_preset(&options, 6);
	assert_int_equal(lzma_alone_encoder(&s, &options), LZMA_OK);
	s.next_in = bytes.ptr;
	s.avail_in = bytes.len;
	s.next_out = room;
	s.avail_out = size;
	assert_int_equal(lzma_code(&s, LZMA_FINISH), LZMA_STREAM_END);
	size = s.total_out;
	lzma_end(&s);
	memmove(room + 4, room, 5); /* the size of 8 bytes gives way */
	memcpy(room, "\x10\x02\x05\x00", 4);
	memmove(room + 9, room + 13, size - 13);
	return (struct span){ room, size - 4 };
}

/* What newer programs pack with, each whole, cut, and with too little room. */
static void test_methods(void **state)
{
	static const char text[] = "packed packed packed packed packed packed packed packed packed packed";
	static const uint16_t methods[] = { 12, 93, 95, 14 };
	uint8_t room[1024];
	struct span out, packed[4] = { { 0 } };
	unsigned bzip2 = 256;
	size_t at = 512;

	(void)state;
	assert_int_equal(BZ2_bzBuffToBuffCompress((char *)room, &bzip2, (char *)(uintptr_t)text, sizeof(text), 9, 0, 0), BZ_OK);
	packed[0] = (struct span){ room, bzip2 };
	packed[1] = (struct span){ room + 256, ZSTD_compress(room + 256, 256, text, sizeof(text), 3) };
	assert_int_equal(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC32, NULL, (const uint8_t *)text, sizeof(text), room, &at,
						 768), LZMA_OK);
	packed[2] = (struct span){ room + 512, at - 512 };
	packed[3] = lzma_of_zip((struct span){ (const uint8_t *)text, sizeof(text) }, room + 768, 256);
	for (unsigned i = 0; i < 4; i++)
		zip_test_add(&z, &(struct zip_test_file){ .name = "a", .bytes = text, .len = sizeof(text),
							  .method = methods[i], .packed = packed[i],
							  .flags = methods[i] == 14 ? 2 : 0 });
	read_ok(zip_test_end(&z, 0));
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(unpack(i, "", 1000, &out), OK);
		assert_memory_equal(out.ptr, text, sizeof(text));
		assert_int_equal(unpack(i, "", 10, &out), ERR_LIMIT);
		assert_int_equal(out.len, 10);
		zip.entries[i].packed.len -= 9;
		assert_int_equal(unpack(i, "", 1000, &out), ERR_FORMAT);
	}
}

static void test_names(void **state)
{
	(void)state;
	zip_test_add(&z, &(struct zip_test_file){ .name = "a?.txt", .bytes = "x", .unicode = "a\xc3\xa9.txt" });
	zip_test_add(&z, &(struct zip_test_file){ .name = "b?.txt", .bytes = "x", .unicode = "c.txt",
						  .unicode_crc_lie = 1 });
	zip_test_add(&z, &(struct zip_test_file){ .name = "/etc/x", .bytes = "/etc/passwd", .link = true });
	read_ok(zip_test_end(&z, 0));
	assert_name(0, "a\xc3\xa9.txt");
	assert_true(zip.entries[0].utf8);
	assert_name(zip.count - 2, "b?.txt");
	assert_true(zip.entries[zip.count - 1].link);
}

static void test_empty(void **state)
{
	(void)state;
	read_ok(zip_test_end(&z, 0));
	assert_int_equal(zip.count, 0);
	assert_false(zip.truncated);
	assert_int_equal(zip_read(text_span("PK\3\4 is no archive"), LIMIT, &arena, &zip), ERR_FORMAT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_both, close_both)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_plain),	 TEST(test_bytes_before), TEST(test_views_differ), TEST(test_hidden),
		TEST(test_concatenated), TEST(test_nested),	  TEST(test_overlap),	   TEST(test_truncations),
		TEST(test_limits),	 TEST(test_broken),	  TEST(test_password),	   TEST(test_aes),
		TEST(test_methods),	 TEST(test_names),	  TEST(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
