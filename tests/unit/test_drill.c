/*
 * test_drill.c - drills of repositories that lie: listings and restored things that no real program makes. What real
 * ones do is in tests/live/run-drill.
 */
#include "drill/drill.h"

#include "base/text.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define LISTED_MAX 64
#define CHANGED    ((usec_t)1700000000 * USEC_PER_SEC + 250000)

/* What the repository says that it has, and what comes back. */
struct listed {
	const char *path;
	enum file_kind kind;
	uint64_t size;
	void (*restore)(int folder, const char *path, const struct listed *as);
};
static struct listed listed[LISTED_MAX];
static size_t listed_count;
static struct tool_result listing_ends, restore_ends;
static char restored[LISTED_MAX][80]; /* paths that were asked for */
static size_t restored_count;

static char scratch[] = "/tmp/hinomi-drill-unit-XXXXXX";
static struct repository repository;
static struct drill_report report;

static void files(const struct tool_job *job, const char *id, snapshot_file_see *see, void *whom,
		  struct tool_result *result)
{
	(void)job;
	assert_string_equal(id, "abc");
	for (size_t i = 0; i < listed_count; i++) {
		struct snapshot_file file = { text_span(listed[i].path), listed[i].kind, listed[i].size, CHANGED, 0600 };

		if (!see(whom, &file))
			break;
	}
	*result = listing_ends;
}

static void restore(const struct tool_job *job, const struct tool_restore *what, struct tool_result *result)
{
	int into = open(what->into, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)job;
	assert_true(into >= 0);
	for (restored_count = 0; what->paths[restored_count]; restored_count++)
		snprintf(restored[restored_count], sizeof(restored[0]), "%s", what->paths[restored_count]);
	for (size_t i = 0; i < listed_count; i++)
		if (listed[i].restore)
			listed[i].restore(into, listed[i].path + 1, &listed[i]);
	close(into);
	*result = restore_ends;
}

static const struct tool liar = { .name = "restic", .files = files, .restore = restore };

/* --- what comes back. All are made at the top of the folder. */

static void as_said(int folder, const char *path, const struct listed *as)
{
	struct timespec times[2] = { { 1700000000, 250000999 }, { 1700000000, 250000999 } };
	int fd = openat(folder, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)as->size), 0);
	assert_int_equal(futimens(fd, times), 0);
	close(fd);
}

static void shorter(int folder, const char *path, const struct listed *as)
{
	struct listed less = { .size = as->size - 1 };

	as_said(folder, path, &less);
}

static void now(int folder, const char *path, const struct listed *as)
{
	as_said(folder, path, as);
	assert_int_equal(utimensat(folder, path, NULL, 0), 0);
}

static void as_link(int folder, const char *path, const struct listed *as)
{
	(void)as;
	assert_int_equal(symlinkat("/etc/passwd", folder, path), 0);
}

static void as_pipe(int folder, const char *path, const struct listed *as)
{
	(void)as;
	assert_int_equal(mkfifoat(folder, path, 0600), 0);
}

static void as_folder(int folder, const char *path, const struct listed *as)
{
	(void)as;
	assert_int_equal(mkdirat(folder, path, 0700), 0);
}

/* "/away/passwd", where "away" is a link to /etc. */
static void through_link(int folder, const char *path, const struct listed *as)
{
	(void)path;
	(void)as;
	assert_int_equal(symlinkat("/etc", folder, "away"), 0);
}

/* --- the tests */

static int begin(void **state)
{
	(void)state;
	listed_count = 0;
	restored_count = 0;
	listing_ends = restore_ends = (struct tool_result){ .seconds = 1 };
	repository = (struct repository){ .name = "liar", .drill_files = 40, .drill_bytes = 1 << 20 };
	return 0;
}

static int setup(void **state)
{
	(void)state;
	return !mkdtemp(scratch);
}

/* Fails when something is left in it. */
static int teardown(void **state)
{
	(void)state;
	return rmdir(scratch);
}

static void list(const char *path, enum file_kind kind, uint64_t size,
		 void (*back)(int folder, const char *path, const struct listed *as))
{
	assert_true(listed_count < LISTED_MAX);
	listed[listed_count++] = (struct listed){ path, kind, size, back };
}

static enum err drill(void)
{
	struct drill_settings settings = { .repository = &repository, .tool = &liar, .snapshot = { .id = "abc" },
					   .cache = "", .scratch = scratch, .seed = 1 };

	return drill_run(&settings, &report);
}

static void expect_problem(const char *line)
{
	for (size_t i = 0; i < DRILL_PROBLEMS; i++)
		if (strcmp(report.problems[i], line) == 0)
			return;
	fail_msg("'%s' is not among the problems: '%s', '%s', ...", line, report.problems[0], report.problems[1]);
}

static void test_honest(void **state)
{
	(void)state;
	list("/a", FILE_PLAIN, 1000, as_said);
	list("/b", FILE_PLAIN, 0, as_said);
	assert_int_equal(drill(), OK);
	assert_true(report.good);
	assert_int_equal(report.files, 2);
	assert_int_equal(report.bytes, 1000);
	assert_int_equal(report.random_files, 2);
}

static void test_names_that_lead_away(void **state)
{
	static const char *const names[] = { "/../etc/cron.d/x", "/a/../../b", "/a/./b", "/a//b", "a", "", "/..", "/a/" };

	(void)state;
	list("/good", FILE_PLAIN, 1, as_said);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		list(names[i], FILE_PLAIN, 1, NULL);
	assert_int_equal(drill(), OK);
	assert_false(report.good);
	assert_int_equal(report.wrong, sizeof(names) / sizeof(names[0]));
	assert_int_equal(restored_count, 1);
	assert_string_equal(restored[0], "/good");
	expect_problem("/a/../../b: a name that would lead elsewhere: not restored");
}

static void test_other_things_come_back(void **state)
{
	(void)state;
	list("/good", FILE_PLAIN, 5, as_said);
	list("/missing", FILE_PLAIN, 5, NULL);
	list("/shorter", FILE_PLAIN, 5, shorter);
	list("/now", FILE_PLAIN, 5, now);
	list("/link", FILE_PLAIN, 5, as_link);
	list("/pipe", FILE_PLAIN, 5, as_pipe);
	list("/folder", FILE_PLAIN, 5, as_folder);
	list("/away/passwd", FILE_PLAIN, 5, through_link);
	assert_int_equal(drill(), OK);
	assert_false(report.good);
	assert_int_equal(report.wrong, 7);
	assert_int_equal(report.random_files, 8);
	assert_int_equal(report.random_wrong, 7);
	assert_int_equal(report.problem_count, 7);
	expect_problem("/missing: is in the snapshot, but did not come back");
	expect_problem("/shorter: 4 bytes came back, the snapshot says 5");
	expect_problem("/now: came back with another time than the snapshot says");
	expect_problem("/link: came back as another kind of file than the snapshot says");
	expect_problem("/pipe: came back as another kind of file than the snapshot says");
	expect_problem("/folder: came back as another kind of file than the snapshot says");
}

static void test_critical_folder(void **state)
{
	(void)state;
	snprintf(repository.critical[0], REPOSITORY_PATH, "/keep/");
	snprintf(repository.critical[1], REPOSITORY_PATH, "/kee");
	repository.drill_files = 0;
	list("/keep", FILE_FOLDER, 0, as_folder);
	list("/keep/a", FILE_PLAIN, 3, as_said);
	list("/keep/lost", FILE_PLAIN, 3, NULL);
	list("/keep/link", FILE_LINK, 0, as_link);
	list("/keep/no-link", FILE_LINK, 0, as_pipe);
	list("/keep/pipe", FILE_OTHER, 0, NULL); /* not even root can make all of them */
	list("/keeper", FILE_PLAIN, 3, NULL);
	assert_int_equal(drill(), OK);
	assert_int_equal(restored_count, 1);
	assert_string_equal(restored[0], "/keep");
	assert_int_equal(report.critical, 2);
	assert_int_equal(report.critical_missing, 1);
	assert_int_equal(report.critical_files, 1);
	assert_int_equal(report.wrong, 2);
	expect_problem("/kee: named as critical, but it is not in the snapshot");
	expect_problem("/keep/lost: is in the snapshot, but did not come back");
	expect_problem("/keep/no-link: came back as another kind of file than the snapshot says");
}

/* A folder that was not mounted when the backup was made, and a link to where the files are: both are there, and empty. */
static void test_critical_without_files(void **state)
{
	(void)state;
	snprintf(repository.critical[0], REPOSITORY_PATH, "/database");
	snprintf(repository.critical[1], REPOSITORY_PATH, "/current");
	list("/current", FILE_LINK, 0, as_link);
	list("/database", FILE_FOLDER, 0, as_folder);
	list("/else", FILE_PLAIN, 3, as_said);
	assert_int_equal(drill(), OK);
	assert_false(report.good);
	assert_int_equal(report.critical_missing, 2);
	expect_problem("/database: named as critical, but no file is in it");
	expect_problem("/current: named as critical, but no file is in it");
}

/* The whole snapshot may be critical. */
static void test_critical_root(void **state)
{
	(void)state;
	snprintf(repository.critical[0], REPOSITORY_PATH, "/");
	list("/a", FILE_PLAIN, 3, as_said);
	assert_int_equal(drill(), OK);
	assert_true(report.good);
	assert_string_equal(restored[0], "/");
	assert_int_equal(report.critical_files, 1);
	assert_int_equal(report.random_of, 0);
}

/* The large file is not part of what is drawn at random, and is not restored: it is above all bounds. */
static void test_too_large(void **state)
{
	(void)state;
	list("/large", FILE_PLAIN, UINT64_MAX, NULL);
	list("/other", FILE_PLAIN, UINT64_MAX, NULL);
	list("/small", FILE_PLAIN, 1 << 10, as_said);
	assert_int_equal(drill(), OK);
	assert_true(report.good);
	assert_int_equal(report.files_all, 3);
	assert_int_equal(report.random_of, 1);
	assert_int_equal(report.files, 1);
}

/* A critical file that no disk holds, and one whose size runs over when others are added. */
static void test_no_room(void **state)
{
	(void)state;
	snprintf(repository.critical[0], REPOSITORY_PATH, "/large");
	list("/large", FILE_PLAIN, (uint64_t)1 << 60, NULL);
	assert_int_equal(drill(), ERR_LIMIT);
	assert_false(report.good);
	assert_int_equal(report.trouble, TOOL_DISK_FULL);
	assert_non_null(strstr(report.said, "but this drill needs 1.2 EB"));
	list("/large", FILE_PLAIN, UINT64_MAX, NULL);
	list("/large", FILE_PLAIN, UINT64_MAX, NULL);
	assert_int_equal(drill(), ERR_LIMIT);
}

/* The scratch place's name is not cut. */
static void test_long_place(void **state)
{
	static char place[5000];
	struct drill_settings settings = { .repository = &repository, .tool = &liar, .snapshot = { .id = "abc" },
					   .cache = "", .scratch = place };

	(void)state;
	list("/a", FILE_PLAIN, 3, as_said);
	for (size_t length = 3900; length < sizeof(place) - 1; length += 20) {
		memset(place, '/', length);
		memcpy(place, scratch, strlen(scratch));
		assert_int_equal(drill_run(&settings, &report), OK);
		if (report.good)
			continue;
		assert_non_null(strstr(report.said, "cannot be used: File name too long"));
	}
	assert_false(report.good); /* the last one */
}

static void test_troubles(void **state)
{
	(void)state;
	list("/a", FILE_PLAIN, 3, as_said);
	listing_ends = (struct tool_result){ .trouble = TOOL_PASSWORD, .said = "wrong password" };
	assert_int_equal(drill(), OK);
	assert_int_equal(report.trouble, TOOL_PASSWORD);
	assert_string_equal(report.said, "wrong password");
	assert_int_equal(restored_count, 0);
	assert_false(report.good);

	listing_ends = (struct tool_result){ 0 };
	restore_ends = (struct tool_result){ .trouble = TOOL_DAMAGED, .said = "a blob" };
	assert_int_equal(drill(), OK); /* what came back is compared nevertheless */
	assert_int_equal(report.trouble, TOOL_DAMAGED);
	assert_int_equal(report.files, 1);
	assert_int_equal(report.wrong, 0);
	assert_false(report.good);
}

/* Problems beyond the first are counted; long and hostile names stay printable, and show their end. */
static void test_many_problems(void **state)
{
	static char names[DRILL_PROBLEMS + 4][700];

	(void)state;
	for (size_t i = 0; i < DRILL_PROBLEMS + 4; i++) {
		memset(names[i], 'd', sizeof(names[i]) - 1);
		for (size_t at = 0; at < sizeof(names[i]) - 30; at += 100)
			names[i][at] = '/';
		memcpy(names[i] + sizeof(names[i]) - 21, "/\x1b[2J\n\xff-file", 12);
		snprintf(names[i] + sizeof(names[i]) - 9, 9, "%08zu", i);
		list(names[i], FILE_PLAIN, 1, NULL);
	}
	assert_int_equal(drill(), OK);
	assert_int_equal(report.problem_count, DRILL_PROBLEMS + 4);
	for (size_t i = 0; i < DRILL_PROBLEMS; i++) {
		assert_int_equal(strncmp(report.problems[i], "...d", 4), 0);
		assert_non_null(strstr(report.problems[i], "/\\x1b[2J\\x0a\xef\xbf\xbd-file"));
		assert_non_null(strstr(report.problems[i], ": is in the snapshot, but did not come back"));
	}
}

static void test_nothing(void **state)
{
	(void)state;
	assert_int_equal(drill(), OK);
	assert_false(report.good);
	assert_int_equal(report.problem_count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_honest, begin),
		cmocka_unit_test_setup(test_names_that_lead_away, begin),
		cmocka_unit_test_setup(test_other_things_come_back, begin),
		cmocka_unit_test_setup(test_critical_folder, begin),
		cmocka_unit_test_setup(test_critical_without_files, begin),
		cmocka_unit_test_setup(test_critical_root, begin),
		cmocka_unit_test_setup(test_too_large, begin),
		cmocka_unit_test_setup(test_no_room, begin),
		cmocka_unit_test_setup(test_long_place, begin),
		cmocka_unit_test_setup(test_troubles, begin),
		cmocka_unit_test_setup(test_many_problems, begin),
		cmocka_unit_test_setup(test_nothing, begin),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
