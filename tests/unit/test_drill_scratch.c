/* test_drill_scratch.c - the scratch folder of a drill: made, removed whole, and nothing else removed. */
#include "drill/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define DEPTH 1500 /* folders inside each other: more than descriptors, and a longer path than the kernel takes */

static char place[] = "/tmp/hinomi-scratch-test-XXXXXX";
static int place_fd;

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(place))
		return -1;
	place_fd = open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return place_fd < 0;
}

static int teardown(void **state)
{
	(void)state;
	close(place_fd);
	return rmdir(place);
}

static bool is_there(const char *name)
{
	struct stat is;

	return fstatat(place_fd, name, &is, AT_SYMLINK_NOFOLLOW) == 0;
}

static void file_make(int folder, const char *name)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	close(fd);
}

/* What a hostile snapshot may bring. */
static void fill(int folder)
{
	int at = dup(folder), next;

	assert_int_equal(mkfifoat(folder, "fifo", 0600), 0);
	assert_int_equal(symlinkat("/etc/passwd", folder, "link"), 0);
	assert_int_equal(symlinkat("..", folder, "up"), 0);
	assert_int_equal(symlinkat("../outside", folder, "folder-link"), 0);
	file_make(folder, "new\nline");
	assert_int_equal(mkdirat(folder, "moved-1", 0700), 0); /* a name that removing uses, too */
	for (int i = 0; i < DEPTH; i++) {
		assert_int_equal(mkdirat(at, "d", 0700), 0);
		next = openat(at, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_true(next >= 0);
		close(at);
		at = next;
	}
	file_make(at, "deep");
	assert_int_equal(fchmod(at, 0), 0);
	close(at);
}

static void test_whole_life(void **state)
{
	struct scratch scratch;
	struct stat is;

	(void)state;
	assert_int_equal(mkdirat(place_fd, "outside", 0700), 0);
	assert_int_equal(scratch_open(&scratch, place), OK);
	assert_int_equal(strncmp(scratch.name, "hinomi-drill-", 13), 0);
	assert_int_equal(fstat(scratch.folder, &is), 0);
	assert_int_equal(is.st_mode & 07777, 0700);
	assert_true(scratch_room(&scratch).bytes > 0);
	fill(scratch.folder);
	assert_true(scratch_close(&scratch));
	assert_false(is_there(scratch.name));
	assert_true(is_there("outside"));
	assert_int_equal(unlinkat(place_fd, "outside", AT_REMOVEDIR), 0);
}

static void test_living_ones_stay(void **state)
{
	struct scratch one, other;

	(void)state;
	assert_int_equal(scratch_open(&one, place), OK);
	assert_int_equal(scratch_open(&other, place), OK);
	assert_true(is_there(one.name));
	assert_int_equal(scratch_sweep(place_fd), 0);
	assert_true(scratch_close(&one));
	assert_true(scratch_close(&other));
}

static void test_dead_ones_go(void **state)
{
	struct scratch scratch;
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0) {
		if (scratch_open(&scratch, place) != OK || mkdirat(scratch.folder, "tree", 0700) != 0)
			_exit(1);
		file_make(openat(scratch.folder, "tree", O_RDONLY | O_DIRECTORY), "file");
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(scratch_open(&scratch, place), OK); /* sweeps */
	assert_int_equal(scratch_sweep(place_fd), 0);
	assert_true(scratch_close(&scratch));
}

/* A folder of that name is not ours without our mark, when others can enter it, or when it is a link. */
static void test_others_stay(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(mkdirat(place_fd, "hinomi-drill-unmarked", 0700), 0);
	assert_int_equal(mkdirat(place_fd, "hinomi-drill-open", 0755), 0);
	assert_int_equal(mkdirat(place_fd, "hinomi-drill-linked", 0700), 0);
	assert_int_equal(mkdirat(place_fd, "target", 0700), 0);
	fd = openat(place_fd, "hinomi-drill-open", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	file_make(fd, ".hinomi-drill");
	close(fd);
	fd = openat(place_fd, "hinomi-drill-linked", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(symlinkat("/etc/passwd", fd, ".hinomi-drill"), 0);
	close(fd);
	fd = openat(place_fd, "target", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	file_make(fd, ".hinomi-drill");
	assert_int_equal(symlinkat("target", place_fd, "hinomi-drill-link"), 0);
	assert_int_equal(scratch_sweep(place_fd), 0);
	assert_true(is_there("target"));
	assert_int_equal(unlinkat(place_fd, "hinomi-drill-link", 0), 0);
	assert_int_equal(unlinkat(fd, ".hinomi-drill", 0), 0);
	close(fd);
	assert_int_equal(unlinkat(place_fd, "target", AT_REMOVEDIR), 0);
	assert_int_equal(unlinkat(place_fd, "hinomi-drill-unmarked", AT_REMOVEDIR), 0);
	assert_int_equal(unlinkat(place_fd, "hinomi-drill-open/.hinomi-drill", 0), 0);
	assert_int_equal(unlinkat(place_fd, "hinomi-drill-open", AT_REMOVEDIR), 0);
	assert_int_equal(unlinkat(place_fd, "hinomi-drill-linked/.hinomi-drill", 0), 0);
	assert_int_equal(unlinkat(place_fd, "hinomi-drill-linked", AT_REMOVEDIR), 0);
}

static void test_no_place(void **state)
{
	struct scratch scratch = { .place = -7 };

	(void)state;
	assert_int_equal(scratch_open(&scratch, "/proc/self/no/such"), ERR_OPEN);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(scratch_open(&scratch, "/etc/passwd"), ERR_OPEN);
	assert_int_equal(errno, ENOTDIR);
	assert_int_equal(scratch.place, -7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_life),  cmocka_unit_test(test_living_ones_stay),
		cmocka_unit_test(test_dead_ones_go), cmocka_unit_test(test_others_stay),
		cmocka_unit_test(test_no_place),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
