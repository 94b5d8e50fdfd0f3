/* test_listing.c - listings come back as they were written, any damaged byte is noticed, and the sorter sorts. */
#include "base/text.h"
#include "wipe/sorter.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/hinomi-listing-XXXXXX";
static char path[64];

static int setup(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/listing", folder);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static struct listing_entry entry_of(const char *name, uint64_t size, usec_t changed)
{
	return (struct listing_entry){ text_span(name), size, changed };
}

static void write_all(const struct listing_entry *entries, size_t count)
{
	struct listing_writer *w = listing_writer_new(path);

	assert_non_null(w);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(listing_put(w, &entries[i]), OK);
	assert_int_equal(access(path, F_OK), -1); /* not there until it is whole */
	assert_int_equal(listing_finish(w, true), OK);
	listing_writer_free(w);
}

/* As often as it is read, until something is wrong. */
static enum err read_all(uint64_t *count)
{
	struct listing_reader *r = NULL;
	struct listing_entry e;
	enum err result = listing_open(path, &r);

	for (*count = 0; result == OK; *count += result == OK)
		result = listing_next(r, &e);
	listing_close(r);
	return result;
}

static void test_round_trip(void **state)
{
	const struct listing_entry entries[] = {
		entry_of("/a", 0, 0),
		entry_of("/a/b", UINT64_MAX / 4, INT64_MIN / 2),
		entry_of("/a/b.txt", 17, 1700000000000000),
		entry_of("/a b", 1, -1), /* '/' is below ' ' */
		entry_of("/\xff\xfe", 3, INT64_MAX),
	};
	struct listing_reader *r = NULL;
	struct listing_entry e;

	(void)state;
	write_all(entries, 5);
	assert_int_equal(listing_open(path, &r), OK);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(listing_next(r, &e), OK);
		assert_true(span_equal(e.path, entries[i].path));
		assert_true(e.size == entries[i].size);
		assert_true(e.changed == entries[i].changed);
	}
	assert_int_equal(listing_next(r, &e), ERR_EMPTY);
	listing_close(r);
	unlink(path);
}

static void test_many_blocks(void **state)
{
	struct listing_writer *w = listing_writer_new(path);
	uint64_t count;
	char name[64];

	(void)state;
	assert_non_null(w);
	for (int i = 0; i < 50000; i++) {
		struct listing_entry e = { { (uint8_t *)name, 0 }, (uint64_t)i * 77, i * USEC_PER_SEC };

		e.path.len = (size_t)snprintf(name, sizeof(name), "/srv/folder%05d/file%05d", i / 100, i);
		assert_int_equal(listing_put(w, &e), OK);
	}
	assert_int_equal(listing_finish(w, false), OK);
	listing_writer_free(w);
	assert_int_equal(read_all(&count), ERR_EMPTY);
	assert_int_equal(count, 50000);
	unlink(path);
}

static void test_refuses(void **state)
{
	const struct listing_entry a = entry_of("/b", 1, 1), b = entry_of("/a", 1, 1), none = entry_of("", 1, 1);
	struct listing_writer *w = listing_writer_new(path);

	(void)state;
	assert_non_null(w);
	assert_int_equal(listing_put(w, &a), OK);
	assert_int_equal(listing_put(w, &a), ERR_FORMAT); /* twice */
	assert_int_equal(listing_put(w, &b), ERR_FORMAT); /* not in order */
	assert_int_equal(listing_put(w, &none), ERR_LIMIT);
	listing_writer_free(w); /* not finished: nothing is left */
	assert_int_equal(access(path, F_OK), -1);
}

/* Each byte flipped, and each length cut: never read as whole. */
static void test_damage(void **state)
{
	const struct listing_entry entries[] = { entry_of("/a", 1, 2), entry_of("/a/b", 3, 4), entry_of("/c", 5, 6) };
	uint8_t bytes[512];
	uint64_t count;
	size_t size;
	int fd;

	(void)state;
	write_all(entries, 3);
	fd = open(path, O_RDWR);
	size = (size_t)pread(fd, bytes, sizeof(bytes), 0);
	assert_in_range(size, 60, 511);
	for (size_t i = 0; i < size; i++) {
		const uint8_t flipped = bytes[i] ^ 0x20;

		assert_int_equal(pwrite(fd, &flipped, 1, (off_t)i), 1);
		assert_int_not_equal(read_all(&count), ERR_EMPTY);
		assert_int_equal(pwrite(fd, &bytes[i], 1, (off_t)i), 1);
	}
	assert_int_equal(read_all(&count), ERR_EMPTY);
	for (size_t i = size; i-- > 0;) {
		assert_int_equal(ftruncate(fd, (off_t)i), 0);
		assert_int_not_equal(read_all(&count), ERR_EMPTY);
	}
	close(fd);
	unlink(path);
}

/* Paths in a scrambled order, more than fit into memory, some of them twice: all come once and in order. */
static void sort_scrambled(size_t room, unsigned count)
{
	struct sorter *s = sorter_new(path, room);
	struct listing_entry e;
	uint8_t last[64];
	char name[64];
	size_t last_len = 0;
	unsigned told = 0;

	assert_non_null(s);
	for (unsigned i = 0; i < count + 10; i++) {
		unsigned k = (unsigned)(i * 7919ull % count);

		e = (struct listing_entry){ { (uint8_t *)name, 0 }, k, i };
		e.path.len = (size_t)snprintf(name, sizeof(name), "/%u/%u", k % 13, k);
		assert_int_equal(sorter_put(s, &e), OK);
	}
	while (sorter_next(s, &e) == OK) {
		assert_true(path_order((struct span){ last, last_len }, e.path) < 0);
		assert_true(e.changed < count); /* of equal ones the first */
		memcpy(last, e.path.ptr, e.path.len);
		last_len = e.path.len;
		told++;
	}
	assert_int_equal(told, count);
	sorter_free(s);
}

static void test_sorter(void **state)
{
	(void)state;
	sort_scrambled(1u << 20, 5000); /* all in memory */
	sort_scrambled(8192, 5000);     /* many runs, merged in between */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip), cmocka_unit_test(test_many_blocks), cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_damage),     cmocka_unit_test(test_sorter),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
