/*
 * test_site_watch.c - the watch over several sites, with a real ledger, and looks made by hand: who is blamed, what is told
 * when, and what a level, a removal or another site of the same name leave.
 */
#include "site/watch_private.h"
#include "site_test.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SECOND USEC_PER_SEC

static char folder[] = "/tmp/hinomi-watch-XXXXXX";
static struct ledger *ledger;
static struct site_watch *watch;
static usec_t now;
static char told[4096];   /* names of the documents, a blank after each */
static char alerts[4096]; /* "rule:name " */
static char newest[16384]; /* the document that was told last */

static void tell_site(void *whom, const char *name, const char *json)
{
	(void)whom;
	text_append(told, sizeof(told), "%s ", name);
	snprintf(newest, sizeof(newest), "%s", json);
}

static void tell_alert(void *whom, const struct alert *alert)
{
	char why[512] = "";

	(void)whom;
	for (unsigned i = 0; i < alert->why_count; i++)
		if (strcmp(alert->why[i].key, "Or our own line") == 0)
			text_append(why, sizeof(why), "?");
	text_append(alerts, sizeof(alerts), "%s:%s%s ", alert->rule, alert->who.name, why);
}

static const struct site_watch_calls calls = { .site = tell_site, .alert = tell_alert };
static const struct site_watch_settings settings = {
	.probe = { .per_second = 1, .total_ms = 10000, .resolver = "127.0.0.1:9" },
	.slow_factor = 3,
	.again = 5,
	.learn = 0,
	.writer = "tower",
};

static void put(const char *name, const char *url)
{
	struct site_settings site = { .added = now };

	snprintf(site.name, sizeof(site.name), "%s", name);
	snprintf(site.url, sizeof(site.url), "%s", url);
	assert_int_equal(site_list_put(ledger, &site), OK);
	assert_int_equal(site_list_leave_mark(ledger), OK);
}

static void watch_begin(void)
{
	watch = site_watch_new(ledger, &settings, &calls, now);
	assert_non_null(watch);
}

static int begin(void **state)
{
	char path[64], trouble[LEDGER_TROUBLE];

	(void)state;
	snprintf(path, sizeof(path), "%s/ledger.db", folder);
	assert_int_equal(ledger_open(path, &ledger, trouble), OK);
	now = SITE_TEST_START;
	*told = *alerts = *newest = '\0';
	return 0;
}

static int end(void **state)
{
	static const char *const files[] = { "ledger.db", "ledger.db-wal", "ledger.db-shm" };
	char path[64];

	(void)state;
	if (watch)
		site_watch_free(watch, now);
	watch = NULL;
	ledger_close(ledger);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		unlink(path);
	}
	return 0;
}

static struct slot *slot_named(const char *name)
{
	struct slot *slot = watch_find(watch, name);

	assert_non_null(slot);
	return slot;
}

static void see(const char *name, struct probe_result result, const char *address)
{
	struct slot *slot = slot_named(name);
	size_t index = 0;

	while (watch->slots[index] != slot)
		index++;
	if (address) {
		assert_int_equal(ip_parse(&result.addresses[0], address), OK);
		result.address_count = 1;
	}
	watch_take(watch, watch_number(slot, index), &result);
}

static void see_page(const char *name, const char *address)
{
	struct probe_result r = look_good(now, 50);

	look_page(&r, "<html><title>Town</title><h1>Town of Hinomi</h1><p>Come in, our library is open.</p></html>");
	see(name, r, address);
}

static void see_lost(const char *name, const char *address)
{
	see(name, look_failed(now, PROBE_TCP, "connection refused"), address);
}

static void see_no_way(const char *name, const char *address)
{
	struct probe_result r = look_failed(now, PROBE_TCP, "no way to its network");

	r.ours = r.no_way = true;
	see(name, r, address);
}

static enum site_state state_of(const char *name)
{
	return slot_named(name)->site.state;
}

/* What is told and rung in a second, all that waited from before aside. */
static void turn(void)
{
	now += 2 * SECOND;
	*told = *alerts = '\0';
	site_watch_turn(watch, now);
}

static void two_sites(void)
{
	put("one", "https://one.example.org/");
	put("two", "https://two.example.org/");
	watch_begin();
	see_page("one", "192.0.2.1");
	see_page("two", "198.51.100.2");
	turn();
}

/* A look that somebody waits for is told at once, and no other before its time. */
static void test_told_out_of_turn(void **state)
{
	(void)state;
	two_sites();
	now += 30 * SECOND;
	see_page("one", "192.0.2.1");
	turn();
	assert_string_equal(told, "");
	slot_named("one")->site.page.again_at = now; /* a picture is there */
	see_page("one", "192.0.2.1");
	turn();
	assert_string_equal(told, "one ");
	see_lost("two", "198.51.100.2"); /* the first failure: as usual so far */
	turn();
	now += 10 * SECOND;
	see_page("two", "198.51.100.2"); /* the further look, which it waited for */
	turn();
	assert_non_null(strstr(told, "two "));
}

/* No way to one address is that address, where another site is reached; with none reached it is our network. */
static void test_no_way_to_one(void **state)
{
	(void)state;
	two_sites();
	for (unsigned i = 0; i < 3; i++) {
		now += 10 * SECOND;
		see_page("two", "198.51.100.2");
		see_no_way("one", "203.0.113.66");
	}
	assert_int_equal(state_of("one"), SITE_DOWN);
	assert_int_equal(state_of("two"), SITE_GOOD);
	assert_false(watch->line.down);
}

static void test_no_way_to_any(void **state)
{
	(void)state;
	two_sites();
	now += 120 * SECOND;
	for (unsigned i = 0; i < 5; i++) {
		now += 10 * SECOND;
		see_no_way("two", "198.51.100.2");
		see_no_way("one", "192.0.2.1");
	}
	assert_int_equal(state_of("one"), SITE_GOOD);
	assert_true(watch->line.down);
}

/* A name that leads elsewhere is told also when there is no way from here to where it leads. */
static void test_names_without_a_way(void **state)
{
	(void)state;
	put("one", "https://one.example.org/");
	watch_begin();
	see_page("one", "192.0.2.1");
	now += 60 * SECOND;
	see_no_way("one", "203.0.113.66");
	turn();
	assert_int_equal(state_of("one"), SITE_WARNING);
	assert_non_null(strstr(alerts, "site_dns:one "));
}

/* "Or our own line" is said when nothing else was reached since, and not when something was. */
static void test_doubt(void **state)
{
	(void)state;
	two_sites();
	for (unsigned i = 0; i < 3; i++) {
		now += 10 * SECOND;
		see_page("two", "198.51.100.2");
		see_lost("one", "192.0.2.1");
	}
	turn();
	assert_int_equal(state_of("one"), SITE_DOWN);
	assert_non_null(strstr(alerts, "site_down:one "));
	for (unsigned i = 0; i < 3; i++) {
		now += 10 * SECOND;
		see_lost("two", "198.51.100.2");
	}
	turn();
	assert_int_equal(state_of("two"), SITE_DOWN);
	assert_non_null(strstr(alerts, "site_down:two? "));
}

/* Three names at one server that fails are three outages, and not our line. */
static void test_one_server(void **state)
{
	static const char *const names[] = { "one", "two", "three" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char url[64];

		snprintf(url, sizeof(url), "https://%s.example.org/", names[i]);
		put(names[i], url);
	}
	watch_begin();
	for (unsigned round = 0; round < 4; round++, now += 10 * SECOND)
		for (size_t i = 0; i < 3; i++) {
			if (round == 0)
				see_page(names[i], "192.0.2.1");
			else
				see_lost(names[i], "192.0.2.1");
		}
	assert_false(watch->line.down);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(state_of(names[i]), SITE_DOWN);
}

/* A level at which what was told is an alarm: rung at once, and since now. */
static void test_level(void **state)
{
	struct deface_finding *finding = calloc(1, sizeof(*finding));

	(void)state;
	two_sites();
	assert_non_null(finding);
	finding->verdict = DEFACED;
	finding->level = LEVEL_HIGH;
	snprintf(finding->say_en, sizeof(finding->say_en), "The page looks defaced.");
	slot_named("one")->site.page.told = finding;
	turn();
	assert_int_equal(state_of("one"), SITE_GOOD);
	now += 10 * SECOND;
	site_watch_turn(watch, now);
	site_watch_level(watch, LEVEL_HIGH);
	assert_int_equal(state_of("one"), SITE_DEFACED);
	assert_int_equal(slot_named("one")->site.since, now);
	turn();
	assert_non_null(strstr(told, "one "));
	assert_non_null(strstr(alerts, "site_defaced:one "));
	assert_null(strstr(alerts, "two"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_told_out_of_turn, begin, end),
		cmocka_unit_test_setup_teardown(test_no_way_to_one, begin, end),
		cmocka_unit_test_setup_teardown(test_no_way_to_any, begin, end),
		cmocka_unit_test_setup_teardown(test_names_without_a_way, begin, end),
		cmocka_unit_test_setup_teardown(test_doubt, begin, end),
		cmocka_unit_test_setup_teardown(test_one_server, begin, end),
		cmocka_unit_test_setup_teardown(test_level, begin, end),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(folder);
	return failed;
}
