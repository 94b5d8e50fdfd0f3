/* test_disk.c - the files on images of disks: each file system, raw, in a partition and in a container. */
#include "disk/disk.h"
#include "unpack/unpack.h"

#include "disk_test.h"
#include "exam_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct exam_test *t;
static uint8_t disk[DISK_TEST_SIZE], room[DISK_TEST_ROOM];

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

static void assert_files(struct span image, const char *second)
{
	const struct exam_test_part *a, *b;

	exam_test_open(t, unpack_image, image, "a.img");
	a = exam_test_part(t, "a long name.txt");
	b = exam_test_part(t, second);
	if (!a || !b || t->exam.found_count != 1)
		exam_test_show(t);
	assert_non_null(a);
	assert_int_equal(a->len, 5);
	assert_memory_equal(a->bytes, "hello", 5);
	assert_non_null(b);
	assert_int_equal(b->len, 5000);
	for (unsigned i = 0; i < 4096; i++)
		assert_int_equal(b->bytes[i], 'x');
	assert_true(exam_found(&t->exam, FINDING_DISK_IMAGE));
	assert_int_equal(t->exam.found_count, 1);
}

static const struct {
	void (*write)(uint8_t *room, const char *text);
	const char *second;
} systems[] = { { disk_test_fat, "FOLDER/RUN.EXE" }, { disk_test_ntfs, "run.exe" }, { disk_test_udf, "folder/run.exe" } };
#define SYSTEMS (sizeof(systems) / sizeof(systems[0]))

static void test_raw(void **state)
{
	(void)state;
	for (size_t i = 0; i < SYSTEMS; i++) {
		systems[i].write(disk, "hello");
		assert_files((struct span){ disk, sizeof(disk) }, systems[i].second);
	}
}

static void test_containers(void **state)
{
	(void)state;
	for (size_t i = 0; i < SYSTEMS; i++) {
		struct span image;

		systems[i].write(disk, "hello");
		assert_files(disk_test_partition(room, disk), systems[i].second);
		image = disk_test_vhd(room, disk);
		assert_int_equal(type_of(image, text_span("a.vhd")), TYPE_VHD);
		assert_files(image, systems[i].second);
		image = disk_test_vhdx(room, disk);
		assert_int_equal(type_of(image, text_span("a.vhdx")), TYPE_VHDX);
		assert_files(image, systems[i].second);
	}
}

/* Cut anywhere: never said to be seen whole, unless nothing of a file is missing. */
static void test_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < SYSTEMS; i++) {
		systems[i].write(disk, "hello");
		for (size_t n = 16384; n < sizeof(disk); n += 4096 + 512) {
			const struct exam_test_part *b;

			exam_test_open(t, unpack_image, (struct span){ disk, n }, "a.img");
			b = exam_test_part(t, systems[i].second);
			assert_true((b && b->len == 5000) || t->exam.unseen[UNSEEN_BROKEN] ||
				    t->exam.unseen[UNSEEN_UNSUPPORTED]);
		}
	}
}

/* A folder that lies in itself: the walk ends, and the circle is told. */
static void test_circle(void **state)
{
	const size_t folder = 512 + 6 * 512 + 512 + 512; /* of FAT */

	(void)state;
	disk_test_fat(disk, "hello");
	memcpy(disk + folder, "AGAIN      \x10", 12); /* instead of "." */
	exam_test_open(t, unpack_image, (struct span){ disk, sizeof(disk) }, "a.img");
	assert_true(t->exam.unseen[UNSEEN_LIMIT] > 0);
	disk_test_udf(disk, "hello");
	disk[(270 + 3) * 2048 + 176 + 18] = 2; /* run.exe is a folder, */
	disk[(270 + 3) * 2048 + 176 + 24] = 3; /* the one that it lies in */
	exam_test_open(t, unpack_image, (struct span){ disk, sizeof(disk) }, "a.img");
	assert_true(t->exam.unseen[UNSEEN_LIMIT] > 0);
}

static void test_unsupported(void **state)
{
	(void)state;
	exam_test_open(t, unpack_image, text_span("MSWIM\0\0\0"), "a.wim");
	assert_int_equal(t->exam.unseen[UNSEEN_UNSUPPORTED], 1);
	memset(disk, 0, sizeof(disk));
	memcpy(disk, "\xebx", 2);
	memcpy(disk + 510, "\x55\xaa", 2);
	exam_test_open(t, unpack_image, (struct span){ disk, sizeof(disk) }, "a.img");
	assert_int_equal(t->exam.unseen[UNSEEN_UNSUPPORTED], 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_exam, close_exam)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_raw), TEST(test_containers), TEST(test_cut), TEST(test_circle), TEST(test_unsupported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
