/*
 * test_ole.c - compound files: what the writer of the scenarios makes, whole, scattered, cut, and in circles.
 */
#include "format/ole.h"

#include "base/text.h"
#include "../scenario/ole_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;
static struct ole_writer writer;

static uint8_t *pattern(size_t len)
{
	uint8_t *bytes = malloc(len + 1);

	assert_non_null(bytes);
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(i * 7 + i / 509);
	return bytes;
}

/* A file with small and large streams in folders. */
static struct span build(bool version4, bool scattered, size_t large)
{
	uint8_t *bytes = pattern(large);
	struct span file;

	ole_writer_init(&writer);
	writer.version4 = version4;
	writer.scattered = scattered;
	ole_writer_add(&writer, "WordDocument", (struct span){ bytes, large });
	ole_writer_add(&writer, "Macros/VBA/dir", text_span("small"));
	ole_writer_add(&writer, "Macros/VBA/_VBA_PROJECT", (struct span){ bytes, 3000 });
	ole_writer_add(&writer, "\1Ole10Native", (struct span){ bytes, 100 });
	ole_writer_class(&writer, "Macros", "0002ce02-0000-0000-c000-000000000046");
	file = ole_writer_file(&writer);
	ole_writer_free(&writer);
	free(bytes);
	return file;
}

static void check_stream(struct ole *ole, const char *path, size_t len)
{
	const struct ole_entry *entry = ole_find(ole, path);
	uint8_t *bytes = pattern(len);
	struct span got;

	assert_non_null(entry);
	got = ole_stream(ole, entry, SIZE_MAX, &arena);
	assert_int_equal(got.len, len);
	assert_memory_equal(got.ptr, bytes, len);
	got = ole_stream(ole, entry, 50, &arena);
	assert_int_equal(got.len, 50);
	free(bytes);
}

static void check_file(bool version4, bool scattered, size_t large)
{
	struct span file = build(version4, scattered, large), got;
	char guid[OLE_GUID_TEXT];
	const struct ole_entry *macros;
	struct ole ole;

	arena_clear(&arena);
	assert_int_equal(ole_read(file, 100, &arena, &ole), OK);
	assert_false(ole.broken || ole.more);
	check_stream(&ole, "worddocument", large);
	check_stream(&ole, "Macros/VBA/_VBA_PROJECT", 3000);
	check_stream(&ole, "\1Ole10Native", 100);
	macros = ole_find(&ole, "MACROS");
	assert_non_null(macros);
	assert_int_equal(macros->kind, OLE_FOLDER);
	assert_string_equal(ole_guid_text(macros->clsid, guid), "0002ce02-0000-0000-c000-000000000046");
	assert_ptr_equal(ole_find_in(&ole, macros, "vba"), ole_find(&ole, "Macros/VBA"));
	got = ole_stream(&ole, ole_find(&ole, "Macros/VBA/dir"), SIZE_MAX, &arena);
	assert_true(span_equal(got, text_span("small")));
	assert_null(ole_find(&ole, "Macros/dir"));
	assert_false(ole.broken);
	free((void *)file.ptr);
}

static void test_whole(void **state)
{
	(void)state;
	check_file(false, false, 10000);
	check_file(false, true, 10001);
	check_file(true, false, 10000);
	check_file(true, true, 70001);
	check_file(false, false, 8 << 20); /* its FAT has more sectors than the header names */
}

/* What lies in a row is not copied. */
static void test_view(void **state)
{
	struct span file = build(false, false, 9000), got;
	struct ole ole;

	(void)state;
	arena_clear(&arena);
	assert_int_equal(ole_read(file, 100, &arena, &ole), OK);
	got = ole_stream(&ole, ole_find(&ole, "WordDocument"), SIZE_MAX, &arena);
	assert_true(got.ptr > file.ptr && got.ptr + got.len <= file.ptr + file.len);
	free((void *)file.ptr);
}

/* Every length: never read beyond, and what is there of a stream is what was written. */
static void test_cut(void **state)
{
	struct span file = build(false, true, 5000);

	(void)state;
	for (size_t len = 0; len < file.len; len += 13) {
		uint8_t *copy = malloc(len + 1);
		struct ole ole;

		assert_non_null(copy);
		memcpy(copy, file.ptr, len);
		arena_clear(&arena);
		if (ole_read((struct span){ copy, len }, 100, &arena, &ole) == OK) {
			for (uint32_t i = 0; i < ole.count; i++)
				(void)ole_stream(&ole, &ole.entries[i], SIZE_MAX, &arena);
			assert_true(ole.broken || ole.count >= 7); /* the eighth is unused */
		} else {
			assert_true(len < 512);
		}
		free(copy);
	}
	free((void *)file.ptr);
}

static void put32(uint8_t *at, uint32_t number)
{
	for (unsigned i = 0; i < 4; i++, number >>= 8)
		at[i] = (uint8_t)number;
}

/* A chain and a tree that run in circles end, and are told. */
static void test_circles(void **state)
{
	struct span file = build(false, false, 6000);
	uint8_t *bytes = (uint8_t *)file.ptr, *directory;
	struct ole ole;
	struct span got;

	(void)state;
	directory = bytes + 512 + (size_t)512 * ld_le32(bytes + 48);
	arena_clear(&arena);
	assert_int_equal(ole_read(file, 100, &arena, &ole), OK);
	/* Its second sector goes back to its first; it says to be as long as can be. */
	put32(bytes + 512 + (size_t)4 * (ole_find(&ole, "WordDocument")->start + 1), ole_find(&ole, "WordDocument")->start);
	put32(directory + 128 + 120, 0x7fffffff);
	arena_clear(&arena);
	assert_int_equal(ole_read(file, 100, &arena, &ole), OK);
	for (unsigned i = 0; i < 10000; i++) {
		size_t mark = arena_mark(&arena);

		got = ole_stream(&ole, ole_find(&ole, "WordDocument"), SIZE_MAX, &arena);
		assert_true(got.len <= file.len);
		arena_back(&arena, mark);
	}
	assert_true(ole.broken);
	assert_int_equal(ole.walks, 0);
	/* A sibling that is its own. */
	for (size_t i = 1; i < 6; i++)
		put32(directory + i * 128 + 68, (uint32_t)i);
	arena_clear(&arena);
	assert_int_equal(ole_read(file, 100, &arena, &ole), OK);
	assert_true(ole.broken);
	free(bytes);
}

static void test_more(void **state)
{
	struct span file = build(false, false, 6000);
	struct ole ole;

	(void)state;
	arena_clear(&arena);
	assert_int_equal(ole_read(file, 3, &arena, &ole), OK);
	assert_true(ole.more);
	assert_int_equal(ole.count, 3);
	assert_int_equal(ole_read(text_span("no compound file"), 3, &arena, &ole), ERR_FORMAT);
	free((void *)file.ptr);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_view),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_circles),
		cmocka_unit_test(test_more),
	};

	if (!arena_open(&arena, 256 << 20))
		return 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
