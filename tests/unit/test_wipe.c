/* test_wipe.c - two listings beside each other: what counts as changed, renamed, moved, gone; what is learned. */
#include "wipe/wipe_private.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/hinomi-wipe-XXXXXX";
static char old_path[64], new_path[64];

static int setup(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(old_path, sizeof(old_path), "%s/old", folder);
	snprintf(new_path, sizeof(new_path), "%s/new", folder);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(old_path);
	unlink(new_path);
	return rmdir(folder);
}

struct file {
	const char *path;
	uint64_t size;
	usec_t changed;
};

static void see(struct wipe *wipe, const struct file *files)
{
	for (; files->path; files++) {
		struct snapshot_file file = { .path = text_span(files->path), .kind = FILE_PLAIN, .size = files->size,
					      .changed = files->changed };

		assert_int_equal(wipe_see(wipe, &file), OK);
	}
}

/* The comparison of two states; freed by the caller. */
static struct wipe *compare(const struct file *before, const struct file *after, const char *const *canaries)
{
	struct wipe *wipe = wipe_new(NULL, old_path, NULL);

	assert_non_null(wipe);
	see(wipe, before);
	assert_int_equal(wipe_listed(wipe), OK);
	wipe_free(wipe);
	wipe = wipe_new(old_path, new_path, canaries);
	assert_non_null(wipe);
	see(wipe, after);
	assert_int_equal(wipe_listed(wipe), OK);
	return wipe;
}

static void test_counts(void **state)
{
	const struct file before[] = { { "/a/same", 100, 1 }, { "/a/changed", 100, 1 }, { "/a/gone", 7000, 1 },
				       { "/b/x.docx", 900, 5 }, { NULL, 0, 0 } };
	const struct file after[] = { { "/b/x.docx.evil", 1412, 9 }, { "/a/same", 100, 1 }, { "/a/changed", 100, 2 },
				      { "/c/new", 5, 1 }, { NULL, 0, 0 } };
	struct wipe *wipe = compare(before, after, NULL);
	const struct wipe_change *c = wipe_change(wipe);

	(void)state;
	assert_int_equal(c->files, 4);
	assert_int_equal(c->files_before, 4);
	assert_int_equal(c->bytes, 1617);
	assert_int_equal(c->bytes_before, 8100);
	assert_int_equal(c->same, 1);
	assert_int_equal(c->changed, 1);
	assert_int_equal(c->removed, 1);
	assert_int_equal(c->added, 1);
	assert_int_equal(c->renamed, 1);
	assert_int_equal(c->suffixed, 1);
	assert_string_equal(c->suffix, "evil");
	assert_int_equal(wipe->extent.strange, 1);
	wipe_free(wipe);
}

static void test_wanted(void **state)
{
	const struct file before[] = { { "/a/x.docx", 900, 5 }, { "/a/tiny", 3, 5 }, { "/a/huge", 1ull << 40, 5 },
				       { NULL, 0, 0 } };
	const struct file after[] = { { "/a/[id] x.docx", 900, 9 }, { "/a/tiny", 4, 6 }, { "/a/huge", 1ull << 40, 6 },
				      { NULL, 0, 0 } };
	struct wipe *wipe = compare(before, after, NULL);
	const struct wipe_want *wants;
	size_t count;

	(void)state;
	wants = wipe_wanted(wipe, &count);
	assert_int_equal(count, 1); /* neither what is too small to tell nor what is too large to restore */
	assert_true(span_equal(wants[0].before, text_span("/a/x.docx")));
	assert_true(span_equal(wants[0].after, text_span("/a/[id] x.docx")));
	assert_int_equal(wipe_content(wipe, 0, -1, -1), OK);
	assert_int_equal(wipe_content(wipe, 1, -1, -1), ERR_LIMIT);
	wipe_free(wipe);
}

/* Folders that lie between the files of their folder do not part those. */
static void test_nested(void **state)
{
	const struct file before[] = { { "/a/b.txt", 50, 5 }, { "/a/m/x", 60, 5 }, { "/a/m/y/z", 70, 6 }, { NULL, 0, 0 } };
	const struct file after[] = { { "/a/m/x", 60, 5 }, { "/a/m/y/z", 70, 6 }, { "/a/zz.txt", 50, 5 }, { NULL, 0, 0 } };
	struct wipe *wipe = compare(before, after, NULL);

	(void)state;
	assert_int_equal(wipe_change(wipe)->renamed, 1);
	assert_int_equal(wipe_change(wipe)->same, 2);
	assert_int_equal(wipe_change(wipe)->removed, 0);
	wipe_free(wipe);
}

static void test_where_it_is_gone(void **state)
{
	const struct file before[] = { { "/p/old/a", 50, 5 }, { "/p/old/sub/b", 60, 5 }, { "/p/stays", 70, 6 },
				       { "/q/taken", 71, 6 }, { "/q/stays", 72, 6 }, { "/q/cache/c", 73, 6 },
				       { "/r/.git/HEAD", 23, 6 }, { "/r/src/main.c", 74, 6 }, { "/moved/m", 75, 6 },
				       { NULL, 0, 0 } };
	const struct file after[] = { { "/p/stays", 70, 6 }, { "/q/stays", 72, 6 }, { "/r/.git/HEAD", 23, 9 },
				      { "/s/m", 75, 6 }, { NULL, 0, 0 } };
	struct wipe *wipe = compare(before, after, NULL);
	const struct extent *x = &wipe->extent;

	(void)state;
	assert_int_equal(x->scattered, 1); /* /q/taken */
	assert_int_equal(x->vanished, 3);  /* /p/old and /moved */
	assert_int_equal(x->roots, 2);
	assert_int_equal(x->passing, 2); /* what is in a cache, and what git can bring back */
	assert_int_equal(x->moved, 1);
	assert_int_equal(wipe_change(wipe)->removed, 5);
	wipe_free(wipe);
}

/* Git writes its index when it takes files away. What a compiler made goes without it. */
static void test_repository(void **state)
{
	const struct file before[] = { { "/r/.git/HEAD", 23, 6 }, { "/r/.git/index", 900, 6 }, { "/r/src/main.c", 74, 6 },
				       { "/r/src/main.o", 75, 6 }, { "/r/src/more.c", 76, 6 }, { NULL, 0, 0 } };
	struct file after[] = { { "/r/.git/HEAD", 23, 6 }, { "/r/.git/index", 900, 6 }, { "/r/src/more.c", 76, 6 }, { NULL, 0, 0 } };
	struct wipe *wipe = compare(before, after, NULL);

	(void)state;
	assert_int_equal(wipe->extent.scattered, 1);
	assert_int_equal(wipe->extent.passing, 1);
	wipe_free(wipe);
	after[1].changed = 7;
	wipe = compare(before, after, NULL);
	assert_int_equal(wipe->extent.scattered, 0);
	assert_int_equal(wipe->extent.passing, 2);
	wipe_free(wipe);
}

static void test_canaries(void **state)
{
	const char *const canaries[] = { "/c/1", "/c/2", "/c/3", NULL };
	const struct file before[] = { { "/c/1", 50, 5 }, { "/c/2", 60, 5 }, { "/x", 70, 6 }, { NULL, 0, 0 } };
	const struct file after[] = { { "/c/1", 51, 6 }, { "/x", 70, 6 }, { NULL, 0, 0 } };
	struct wipe *wipe = compare(before, after, canaries);
	struct wipe_finding f;
	char *learned = NULL;

	(void)state;
	assert_int_equal(wipe_change(wipe)->canaries, 2); /* changed, gone; the third never was there */
	assert_int_equal(wipe_judge(wipe, 1, "", &f, &learned), OK);
	assert_int_equal(f.verdict, WIPE_ALARM);
	assert_int_equal(f.level, LEVEL_NORMAL);
	assert_non_null(strstr(f.say_en, "canary"));
	assert_non_null(strstr(f.say_ja, "見張り"));
	free(learned);
	wipe_free(wipe);
}

static void test_damaged_listing(void **state)
{
	const struct file files[] = { { "/a", 50, 5 }, { "/b", 60, 5 }, { NULL, 0, 0 } };
	struct wipe *wipe = compare(files, files, NULL);
	struct wipe_finding f;
	char *learned = NULL;

	(void)state;
	wipe_free(wipe);
	assert_int_equal(truncate(old_path, 60), 0);
	wipe = wipe_new(old_path, new_path, NULL);
	see(wipe, files);
	assert_int_equal(wipe_listed(wipe), ERR_FORMAT); /* counts as none; the new one is whole */
	assert_int_equal(wipe_change(wipe)->files, 2);
	assert_int_equal(wipe_judge(wipe, 1, "", &f, &learned), OK);
	assert_int_equal(f.verdict, WIPE_NORMAL);
	free(learned);
	wipe_free(wipe);
	wipe = wipe_new(new_path, old_path, NULL);
	see(wipe, files);
	assert_int_equal(wipe_listed(wipe), OK);
	assert_int_equal(wipe_change(wipe)->same, 2);
	wipe_free(wipe);
}

static int content_fd(const char *text)
{
	int fd = memfd_create("content", MFD_CLOEXEC);

	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	return fd;
}

/* Looks at all that is wanted: each was a text of its own. After: the same text in all, or again one of its own. */
static unsigned count_alike(bool alike)
{
	static const char body[] = " is what this is about, and it goes on for long enough to be looked at: one, two, three, four.";
	struct file before[9] = { { NULL, 0, 0 } }, after[9] = { { NULL, 0, 0 } };
	char names[8][16], text[200];
	unsigned hits = 0;
	struct wipe *wipe;
	size_t count;

	for (unsigned i = 0; i < 8; i++) {
		snprintf(names[i], sizeof(names[i]), "/a/%u.txt", i);
		before[i] = (struct file){ names[i], strlen(body) + 1, 1 };
		after[i] = (struct file){ names[i], strlen(body) + 1, 2 };
	}
	wipe = compare(before, after, NULL);
	wipe_wanted(wipe, &count);
	assert_int_equal(count, 8);
	for (unsigned i = 0; i < 8; i++) {
		int old, new;

		snprintf(text, sizeof(text), "%u%s", i, body);
		old = content_fd(text);
		snprintf(text, sizeof(text), "%c%s", alike ? 'x' : 'a' + (char)i, body);
		new = content_fd(text);
		assert_int_equal(wipe_content(wipe, i, old, new), OK);
		close(old);
		close(new);
	}
	for (unsigned i = 0; i < 8; i++)
		hits += wipe->wanted[i].loss == LOSS_ALIKE;
	wipe_free(wipe);
	return hits;
}

static void test_alike(void **state)
{
	(void)state;
	assert_int_equal(count_alike(true), 8);
	assert_int_equal(count_alike(false), 0);
}

/* Folders that lost files and got none; a store of a program that encrypts is known by what lies in it. */
static void test_bare(void **state)
{
	const struct file before[] = { { "/a/1.txt", 90, 1 }, { "/a/2.txt", 91, 1 }, { "/b/3.txt", 92, 1 }, { "/b/4.txt", 9, 1 },
				       { NULL, 0, 0 } };
	const struct file after[] = { { "/a/1.txt", 90, 1 }, { "/b/4.txt", 9, 1 }, { "/b/n.png", 70000, 1 },
				      { "/v/vault.cryptomator", 80, 1 }, { NULL, 0, 0 } };
	struct wipe *wipe = compare(before, after, NULL);

	(void)state;
	assert_int_equal(wipe->extent.folders, 2);
	assert_int_equal(wipe->extent.bare, 1);
	assert_int_equal(wipe->vault_count, 1);
	assert_string_equal(wipe->vaults[0], "/v/");
	wipe_free(wipe);
}

/* What is looked at: the same contents under another name, and size and time that hide what was done. */
static void test_looked_at(void **state)
{
	static const char body[] = "%PDF-1.4 this is no more than a head, but one that is long enough to be looked at: one, two, three.";
	const struct file before[] = { { "/a/1.pdf", 99, 1 }, { "/a/2.pdf", 99, 2 }, { NULL, 0, 0 } };
	const struct file after[] = { { "/a/2.pdf", 99, 2 }, { "/a/7301.q7q", 99, 9 }, { NULL, 0, 0 } };
	struct wipe *wipe = compare(before, after, NULL);
	size_t count;
	unsigned unnamed = 0;

	(void)state;
	(void)wipe_wanted(wipe, &count);
	for (size_t i = 0; i < count; i++) {
		int old = content_fd(body), new = content_fd(body);

		assert_int_equal(wipe_content(wipe, i, old, new), OK);
		close(old);
		close(new);
		unnamed += wipe->wanted[i].unnamed;
	}
	assert_int_equal(count, 2);
	assert_int_equal(unnamed, 1); /* the other has its name */
	wipe_free(wipe);
}

#define SET  600 /* files of test_creeping() */
#define DAY  6   /* of which so many get another name each day: a hundredth */

/* The verdict of the last of `days` snapshots: in the first four all is quiet, then names of the kinds get something behind. */
static enum wipe_verdict creep(unsigned days, const char *const kinds[3])
{
	static char names[SET][48];
	static struct file set[SET + 1], before[SET + 1];
	struct wipe_finding finding;
	char *learned = strdup("");

	for (unsigned i = 0; i < SET; i++) {
		snprintf(names[i], sizeof(names[i]), "/d%02u/%u.%s", i % 50, i, kinds[i % 3]);
		set[i] = (struct file){ names[i], 5000 + i, 1000 + i };
	}
	for (unsigned day = 0; day < days; day++) {
		static char old[SET][48];
		struct wipe *wipe;
		char *next = NULL;

		memcpy(old, names, sizeof(names));
		for (unsigned i = 0; i < SET; i++)
			before[i] = (struct file){ old[i], set[i].size, set[i].changed };
		for (unsigned i = day < 4 ? DAY : 0; i < DAY; i++)
			text_append(names[(day - 4) * DAY + i], sizeof(names[0]), ".mrk9");
		wipe = compare(before, set, NULL);
		assert_int_equal(wipe_judge(wipe, day + 1, learned, &finding, &next), OK);
		wipe_free(wipe);
		free(learned);
		learned = next;
	}
	free(learned);
	return finding.verdict;
}

/* A hundredth each day under an ending that is new only on the first of them. A program that marks one kind does so, too. */
static void test_creeping(void **state)
{
	(void)state;
	assert_int_not_equal(creep(4, (const char *const[]){ "docx", "pdf", "jpg" }), WIPE_ALARM);
	assert_int_equal(creep(8, (const char *const[]){ "docx", "pdf", "jpg" }), WIPE_ALARM);
	assert_int_not_equal(creep(12, (const char *const[]){ "pdf", "pdf", "pdf" }), WIPE_ALARM);
}

static double pick_changed(const struct day *day)
{
	return day->changed;
}

static double pick_damage(const struct day *day)
{
	return day->damage;
}

static double pick_bare(const struct day *day)
{
	return day->bare;
}

static void test_learned(void **state)
{
	static const char *const bad[] = { "", "{", "[]", "{\"days\":3}", "{\"days\":[[1,2],[1,2,3,4,5,\"x\"]]}",
					   "{\"days\":[[-1,0,0,0,0,0],[1e300,0,0,0,0,0]]}" };
	struct learned learned = { 0 };
	char *text = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		learned_read(&learned, bad[i]);
		assert_int_equal(learned.count, 0);
	}
	/* 100 days of 1 to 3 % changed and 0.4 % damage a day: the last sixty are kept. */
	for (int i = 0; i < 100; i++) {
		struct day day = { .changed = 0.01 * (1 + i % 3), .damage = 0.004 };

		free(text);
		assert_int_equal(learned_write(&learned, &day, 1, &text), OK);
		learned_read(&learned, text);
	}
	free(text);
	assert_int_equal(learned.count, LEARNED_DAYS);
	assert_true(learned_limit(&learned, pick_changed, 0.05) > 0.1); /* median 0.02, MAD 0.01 */
	assert_true(learned_limit(&learned, pick_changed, 0.05) < 0.12);
	assert_true(learned_limit(&learned, pick_changed, 0.01) == 0.04); /* no more than four times */
	assert_true(learned_limit(&learned, pick_changed, 0.5) == 0.5);
	/* Thirty days of 0.4 %, of which no more than 0.03 % are taken to be usual. */
	assert_true(learned_sum(&learned, pick_damage) > 0.10 && learned_sum(&learned, pick_damage) < 0.12);
	/* Rows of six numbers and a time, as they were written first, are days of which the rest is not known. */
	learned_read(&learned, "{\"days\":[[0,0,0,0,0.5,0.25],[0,0,0,0,0,0.125,1700000000000000]]}");
	assert_int_equal(learned.count, 2);
	assert_true(learned.days[1].gone == 0.125 && learned.days[1].bare == 0 && learned.days[0].sealed == 0);
}

/* In how many folders people delete the older days teach; those of an attack that goes on do not. */
static void test_learned_many(void **state)
{
	struct learned learned = { 0 };
	double usual = 9, sum;

	(void)state;
	for (unsigned i = 0; i < 2; i++)
		learned.days[learned.count++].bare = 0.001;
	assert_true(learned_many(&learned, pick_bare, 0.002, &usual) == 0 && usual == 9); /* too little is known */
	learned.days[learned.count++].bare = 0.001;
	for (unsigned i = 0; i < 10; i++)
		learned.days[learned.count++].bare = 0.005;
	sum = learned_many(&learned, pick_bare, 0.002, &usual);
	assert_true(usual == 0.002 && sum > 0.0299 && sum < 0.0301);
	for (unsigned i = 0; i < 30; i++) /* and so for weeks: a program that does so each day */
		learned.days[learned.count++].bare = 0.005;
	assert_true(learned_many(&learned, pick_bare, 0.002, &usual) == 0 && usual == 0.01);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),   cmocka_unit_test(test_wanted),
		cmocka_unit_test(test_nested),   cmocka_unit_test(test_where_it_is_gone),
		cmocka_unit_test(test_canaries), cmocka_unit_test(test_damaged_listing),
		cmocka_unit_test(test_learned),  cmocka_unit_test(test_learned_many),
		cmocka_unit_test(test_alike),    cmocka_unit_test(test_bare),
		cmocka_unit_test(test_creeping), cmocka_unit_test(test_looked_at),
		cmocka_unit_test(test_repository),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
