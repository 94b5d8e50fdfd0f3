/*
 * test_index_watch.c - a new index file under readers that go on, and files that are none.
 */
#include "app/index_watch.h"
#include "index_test.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define READERS 3
#define PATIENCE 60000 /* milliseconds until a change must have been taken */

static const struct told told[] = {
	{ .text = "evil.com", .kind = INDICATOR_KINDS, .source = "a" },
	{ .text = "evil.net", .kind = INDICATOR_KINDS, .source = "a" },
};

static void nothing(void *whom, const struct index_match *match)
{
	(void)whom;
	(void)match;
}

static unsigned known(const struct index *index, const char *name)
{
	return index_domain(index, (struct span){ (const uint8_t *)name, strlen(name) }, TEST_NOW,
			    nothing, NULL);
}

/* Puts bytes in the file's place. */
static void replace(const char *text)
{
	char other[80];
	FILE *out;

	snprintf(other, sizeof(other), "%s/other", test_folder());
	out = fopen(other, "wb");
	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(rename(other, test_path()), 0);
}

struct reader {
	atomic_bool stop;
	atomic_uint changed;
	unsigned failed;
};

static void *read_on(void *whom)
{
	struct index_watch_settings settings = { .path = test_path() };
	struct index_watch *watch = index_watch_new(&settings);
	struct reader *reader = whom;
	const struct index *before = watch ? index_watch_take(watch) : NULL;

	if (!before || !index_watch_follow(watch))
		reader->failed++;
	while (before && !atomic_load(&reader->stop)) {
		const struct index *index = index_watch_take(watch);

		for (unsigned i = 0; i < 50; i++)
			reader->failed += known(index, "www.evil.com") != 1;
		if (index != before)
			atomic_fetch_add(&reader->changed, 1);
		before = index;
	}
	index_watch_free(watch);
	return NULL;
}

/* Readers never miss what is in all of the files that are renamed under them. */
static void test_swap(void **state)
{
	struct reader readers[READERS] = { { .failed = 0 } };
	pthread_t threads[READERS];
	unsigned least = 0;

	(void)state;
	test_build(told, 2);
	for (unsigned i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_on, &readers[i]), 0);
	for (unsigned waited = 0; least < 2 && waited < PATIENCE; waited += 20) {
		test_build(told, 1 + waited / 20 % 2);
		usleep(20000);
		least = UINT32_MAX;
		for (unsigned i = 0; i < READERS; i++) {
			unsigned changed = atomic_load(&readers[i].changed);

			least = changed < least ? changed : least;
		}
	}
	for (unsigned i = 0; i < READERS; i++) {
		atomic_store(&readers[i].stop, true);
		pthread_join(threads[i], NULL);
		assert_int_equal(readers[i].failed, 0);
	}
	assert_true(least >= 2);
}

static struct run_index reported(struct index_watch *watch)
{
	struct run_index found;

	index_watch_report(watch, &found);
	return found;
}

/* A file that is no index, or gone: the old one stays in use, until a sound one comes. */
static void test_bad(void **state)
{
	struct index_watch_settings settings = { .path = test_path() };
	struct index_watch *watch;
	const struct index *index;

	(void)state;
	test_build(told, 1);
	watch = index_watch_new(&settings);
	assert_non_null(watch);
	assert_true(index_watch_follow(watch));
	index = index_watch_take(watch);
	replace("nonsense");
	for (unsigned waited = 0; !reported(watch).refused && waited < PATIENCE; waited += 20)
		usleep(20000);
	assert_int_equal(reported(watch).refused, 1);
	assert_string_equal(reported(watch).trouble, "it is cut short");
	assert_ptr_equal(index_watch_take(watch), index);
	assert_int_equal(unlink(test_path()), 0);
	for (unsigned waited = 0; !strstr(reported(watch).trouble, "none") && waited < PATIENCE;
	     waited += 20)
		usleep(20000);
	assert_int_equal(known(index_watch_take(watch), "evil.com"), 1);
	test_build(told, 2);
	for (unsigned waited = 0; index_watch_take(watch) == index && waited < PATIENCE; waited += 20)
		usleep(20000);
	assert_int_equal(known(index_watch_take(watch), "evil.net"), 1);
	assert_int_equal(reported(watch).taken, 1);
	assert_int_equal(reported(watch).values, 2);
	assert_string_equal(reported(watch).trouble, "");
	index_watch_free(watch);
}

static void test_trust(void **state)
{
	struct index_watch_settings settings = { .path = test_path() };
	struct index_watch *watch;

	(void)state;
	test_build(told, 1);
	assert_int_equal(chmod(test_path(), 0666), 0);
	watch = index_watch_new(&settings);
	assert_true(reported(watch).used);
	index_watch_free(watch);
	settings.strict = true;
	watch = index_watch_new(&settings);
	assert_false(reported(watch).used);
	assert_null(index_watch_take(watch));
	index_watch_free(watch);
	assert_int_equal(chmod(test_path(), 0644), 0);
	watch = index_watch_new(&settings);
	assert_true(reported(watch).used);
	index_watch_free(watch);
}

/* A reader that opens no files: it is handed them, and one that is no index changes nothing. */
static void test_handed(void **state)
{
	struct index_watch_settings settings = { .path = NULL };
	struct index_watch *watch = index_watch_new(&settings);

	(void)state;
	assert_non_null(watch);
	assert_null(index_watch_take(watch));
	assert_true(index_watch_follow(watch));
	test_build(told, 2);
	index_watch_hand(watch, open("/dev/null", O_RDONLY)); /* replaced before it is looked into, or not */
	index_watch_hand(watch, open(test_path(), O_RDONLY));
	for (unsigned waited = 0; !index_watch_take(watch) && waited < PATIENCE; waited += 20)
		usleep(20000);
	assert_int_equal(known(index_watch_take(watch), "evil.net"), 1);
	assert_string_equal(reported(watch).trouble, "");
	replace("nonsense");
	index_watch_hand(watch, open(test_path(), O_RDONLY));
	for (unsigned waited = 0; !*reported(watch).trouble && waited < PATIENCE; waited += 20)
		usleep(20000);
	assert_string_equal(reported(watch).trouble, "it is cut short");
	assert_int_equal(known(index_watch_take(watch), "evil.net"), 1);
	index_watch_hand(watch, open(test_path(), O_RDONLY)); /* not taken any more: closed all the same */
	index_watch_free(watch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_swap),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_trust),
		cmocka_unit_test(test_handed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
