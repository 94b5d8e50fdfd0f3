/* test_feed_store.c - feeds on disk: what is written comes back, bad ones replace nothing, old
 * goes. */
#include "import_test.h"

#include "base/text.h"
#include "feed/feed_store.h"
#include "intel/index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[64];

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/hinomi-feeds-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static void remove_file(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
}

static int tear_down(void **state)
{
	(void)state;
	remove_file("feed.tsv");
	remove_file("index.hni");
	remove_file(".lock");
	return rmdir(folder);
}

static struct feed_store open_store(void)
{
	struct feed_store store;

	assert_int_equal(feed_store_find(&store, folder), OK);
	assert_int_equal(feed_store_lock(&store), OK);
	return store;
}

/* Imports a text as the feed "feed". */
static enum err put_feed(struct feed_store *store, const char *text, unsigned percent)
{
	struct feed_writer *writer;
	struct feed_info info = { .name = "feed",
				  .format = "list",
				  .imported = NOW,
				  .url = "https://feeds.example.org/a\tb" };
	struct import_report *report = calloc(1, sizeof(*report));
	struct import_settings settings;
	struct import_sink sink;
	enum err err;

	assert_non_null(report);
	import_settings_init(&settings, "feed", "feed");
	settings.now = NOW;
	assert_int_equal(feed_writer_new(store->folder, "feed", &writer), OK);
	sink = feed_writer_sink(writer);
	err = import_bytes(text_span(text), &settings, &sink, report);
	if (err == OK)
		err = feed_store_put(store, writer, &info, percent);
	feed_writer_free(writer);
	free(report);
	return err;
}

static bool count_one(void *whom, const struct indicator *indicator)
{
	char *all = whom;

	text_append(all, 500, "%.*s[%.*s]%lld ", (int)indicator->value.len, indicator->value.ptr,
		    (int)indicator->malware.len, indicator->malware.ptr,
		    (long long)(indicator->expires / USEC_PER_SEC));
	return true;
}

static void expect_feed(const char *want)
{
	char path[128], all[500] = "";
	struct import_sink sink = { { count_one, all }, NULL, NULL };
	uint64_t damaged;

	snprintf(path, sizeof(path), "%s/feed.tsv", folder);
	assert_int_equal(feed_file_read(path, &sink, &damaged), OK);
	assert_int_equal(damaged, 0);
	assert_string_equal(all, want);
}

static void test_round_trip(void **state)
{
	struct feed_store store = open_store();
	struct feed_info info;

	(void)state;
	assert_int_equal(
		put_feed(&store,
			 "value,malware\na.example.net,\"tab\there, \\n \"\"x\"\"\nline\"\n", 50),
		OK);
	expect_feed("a.example.net[tab\there, \\n \"x\"\nline]0 ");
	assert_int_equal(feed_store_info(&store, "feed", &info), OK);
	assert_string_equal(info.url, "https://feeds.example.org/a\tb");
	assert_int_equal(info.taken[INDICATOR_DOMAIN], 1);
	assert_int_equal(info.imported, NOW);
	feed_store_unlock(&store);
}

static void test_shrunken_feed_replaces_nothing(void **state)
{
	struct feed_store store = open_store();

	(void)state;
	assert_int_equal(put_feed(&store,
				  "a.example.net\nb.example.net\nc.example.net\nd.example.net\n",
				  50),
			 OK);
	assert_int_equal(put_feed(&store, "x.example.net\n", 50), ERR_LIMIT);
	expect_feed("a.example.net[]0 b.example.net[]0 c.example.net[]0 d.example.net[]0 ");
	assert_int_equal(put_feed(&store, "{", 50), ERR_FORMAT);
	expect_feed("a.example.net[]0 b.example.net[]0 c.example.net[]0 d.example.net[]0 ");
	assert_int_equal(put_feed(&store, "x.example.net\ny.example.net\n", 50),
			 OK);                                         /* just half */
	assert_int_equal(put_feed(&store, "z.example.net\n", 0), OK); /* --force */
	expect_feed("z.example.net[]0 ");
	feed_store_unlock(&store);
}

static void test_expire(void **state)
{
	struct feed_store store = open_store();
	uint64_t dropped;

	(void)state;
	/* 1800000000 is 2027-01-15. Without an expiry a name is believed 180 days. */
	assert_int_equal(put_feed(&store,
				  "value,seen,expires\na.example.net,2026-12-01,2027-01-14\n"
				  "b.example.net,2020-01-01,2027-01-16\nc.example.net,2026-07-01,\n"
				  "d.example.net,2026-08-01,\n",
				  50),
			 OK);
	assert_int_equal(feed_store_expire(&store, NOW, &dropped), OK);
	assert_int_equal(dropped, 2);
	expect_feed("b.example.net[]1800057600 d.example.net[]0 ");
	feed_store_unlock(&store);
}

static void count_match(void *whom, const struct index_match *match)
{
	(void)match;
	++*(unsigned *)whom;
}

static void test_index_is_built_and_found(void **state)
{
	struct feed_store store = open_store();
	struct index *index;
	unsigned found = 0;

	(void)state;
	assert_int_equal(put_feed(&store, "higan.example.net\n", 50), OK);
	assert_int_equal(feed_store_build(&store, NOW), OK);
	assert_int_equal(index_open(store.index, &index), OK);
	index_domain(index, text_span("www.higan.example.net"), NOW, count_match, &found);
	assert_int_equal(found, 1);
	index_domain(index, text_span("michigan.example.net"), NOW, count_match, &found);
	assert_int_equal(found, 1);
	index_close(index);
	assert_int_equal(feed_store_remove(&store, "feed"), OK);
	assert_int_equal(feed_store_remove(&store, "feed"), ERR_OPEN);
	assert_int_equal(feed_store_remove(&store, "../feed"), ERR_OPEN);
	feed_store_unlock(&store);
}

static void test_groups(void **state)
{
	struct feed_store store = open_store();
	struct feed_group group;

	(void)state;
	assert_int_equal(
		put_feed(&store,
			 "{\"type\":\"threat-actor\",\"values\":[{\"value\":\"Gamaredon Group\","
			 "\"meta\":{\"synonyms\":[\"G0047\",\"Primitive Bear\"]}}]}",
			 50),
		OK);
	assert_true(feed_store_group(&store, text_span("gamaredon"), &group));
	assert_string_equal(group.id, "G0047");
	assert_string_equal(group.aliases, "Primitive Bear");
	assert_true(feed_store_group(&store, text_span("PRIMITIVE-BEAR"), &group));
	assert_true(feed_store_group(&store, text_span("g0047"), &group));
	assert_false(feed_store_group(&store, text_span("primitive"), &group));
	assert_false(feed_store_group(&store, text_span("gamaredonx"), &group));
	feed_store_unlock(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_round_trip, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_shrunken_feed_replaces_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_expire, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_index_is_built_and_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_groups, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
