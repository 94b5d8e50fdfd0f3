/*
 * test_site_picture.c - pictures of pages: whose turn it is, by a real watch over a real ledger; and what a changed one adds
 * to the real judge's verdict, when it is of the same page as the look.
 */
#include "base/text.h"
#include "site/list.h"
#include "site/watch.h"
#include "site_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SECOND USEC_PER_SEC
#define HOUR   (3600 * SECOND)
#define DAY    (24 * HOUR)

static const uint8_t usual_hash[8] = { 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0 };
static const uint8_t other_hash[8] = { 0xed, 0xcb, 0xa9, 0x87, 0x65, 0x43, 0x21, 0x0f }; /* each bit another */

static char folder[] = "/tmp/hinomi-site-picture-XXXXXX";
static struct ledger *ledger;
static struct site_watch *watch;
static struct site_page page;
static usec_t now;

static int begin(void **state)
{
	char path[64], trouble[LEDGER_TROUBLE];

	(void)state;
	snprintf(path, sizeof(path), "%s/ledger.db", folder);
	assert_int_equal(ledger_open(path, &ledger, trouble), OK);
	memset(&page, 0, sizeof(page));
	watch = NULL;
	now = SITE_TEST_START;
	return 0;
}

static int end(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char path[64];

	(void)state;
	if (watch)
		site_watch_free(watch, now);
	site_page_close(&page);
	ledger_close(ledger);
	for (unsigned i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/ledger.db%s", folder, ends[i]);
		unlink(path);
	}
	return 0;
}

/* --- whose turn it is */

/* A site as the ledger has it after a look: it was last photographed `ago`, 0: never. */
static void add(const char *name, enum course_state course, enum deface_verdict last, usec_t ago)
{
	struct site site = {
		.course = { .state = course, .since = now, .last = { .at = now, .failed = PROBE_DONE, .status = 200 } },
		.page = { .last = last, .bytes = { 7, now - 2 * DAY, 0 } },
	};
	json_t *json;
	char *text;

	snprintf(site.is.name, sizeof(site.is.name), "%s", name);
	snprintf(site.is.url, sizeof(site.is.url), "https://%s.example.org/", name);
	snprintf(site.course.last.final_url, PROBE_URL, "https://www.%s.example.org/start", name);
	assert_int_equal(ip_parse(&site.course.last.address, "203.0.113.80"), OK);
	if (strcmp(name, "moved") == 0)
		snprintf(site.course.last.final_url, PROBE_URL, "http://192.168.0.1/");
	if (ago) {
		site_picture_begin(&site.page.picture, true, now - ago);
		site_picture_take(&site.page.picture, usual_hash);
	}
	assert_int_equal(site_list_put(ledger, &site.is), OK);
	json = site_write(&site, "another");
	text = json_dumps(json, JSON_COMPACT);
	assert_int_equal(ledger_put(ledger, COURSE_KIND, name, text_span(text)), OK);
	free(text);
	json_decref(json);
}

static void open_watch(bool browser)
{
	static const struct site_watch_settings settings = { .writer = "test", .slow_factor = 3, .again = 5 };
	static const struct site_watch_calls none = { .whom = NULL };
	struct site_watch_settings own = settings;

	own.browser = browser;
	watch = site_watch_new(ledger, &own, &none, now);
	assert_non_null(watch);
	site_watch_asked_only(watch); /* no look is begun */
}

/* Somewhat later; the number of whom a picture is wanted, who must be this one. */
static uint64_t expect(const char *name)
{
	char url[PROBE_URL], text[IP_TEXT];
	struct site_picture_page wanted;
	uint64_t number;

	now += 10 * SECOND;
	site_watch_turn(watch, now);
	assert_true(site_watch_picture_wanted(watch, &wanted, &number));
	snprintf(url, sizeof(url), "https://www.%s.example.org/start", name);
	assert_string_equal(wanted.url, url);
	assert_string_equal(ip_text(wanted.at, text), "203.0.113.80");
	return number;
}

static void expect_none(void)
{
	struct site_picture_page wanted;
	uint64_t number;

	now += 10 * SECOND;
	site_watch_turn(watch, now);
	assert_false(site_watch_picture_wanted(watch, &wanted, &number));
}

static void expect_picture(const char *name, bool there)
{
	char *text = site_watch_document(watch, name, now);
	json_t *json = json_loads(text, 0, NULL);

	assert_int_equal(json_is_true(json_object_get(json, "picture")), there);
	json_decref(json);
	free(text);
}

static void test_turns(void **state)
{
	uint64_t number;

	(void)state;
	add("down", COURSE_DOWN, DEFACED, 0);
	add("moved", COURSE_GOOD, DEFACE_USUAL, 0);
	add("new", COURSE_SLOW, DEFACE_USUAL, 0);
	add("old", COURSE_GOOD, DEFACE_USUAL, 3 * DAY);
	add("older", COURSE_GOOD, DEFACE_USUAL, 4 * DAY);
	add("recent", COURSE_GOOD, DEFACE_USUAL, 23 * HOUR);
	add("unknown", COURSE_UNKNOWN, DEFACE_USUAL, 0);
	add("wrong", COURSE_GOOD, DEFACE_SUSPICIOUS, HOUR);
	open_watch(true);
	number = expect("wrong");
	expect_none(); /* one at a time */
	site_watch_picture(watch, number, other_hash);
	expect_picture("new", false);
	number = expect("new");
	site_watch_picture(watch, number, usual_hash);
	expect_picture("new", true);
	site_watch_picture(watch, expect("older"), usual_hash);
	site_watch_picture(watch, expect("old"), NULL);
	expect_picture("old", true); /* the one before */
	expect_none();
	now += 10 * 60 * SECOND; /* one that is not usual comes again */
	site_watch_picture(watch, expect("wrong"), NULL);
	expect_none();
	now += 50 * 60 * SECOND; /* one that failed, too */
	site_watch_picture(watch, expect("wrong"), NULL);
	site_watch_picture(watch, expect("recent"), NULL);
	site_watch_picture(watch, expect("old"), NULL);
}

static void test_removed_and_ended(void **state)
{
	uint64_t number;

	(void)state;
	add("gone", COURSE_GOOD, DEFACE_CHANGED, 0);
	add("new", COURSE_GOOD, DEFACE_USUAL, 0);
	open_watch(true);
	number = expect("gone");
	assert_int_equal(site_list_remove(ledger, "gone"), OK);
	site_watch_turn(watch, now + 2 * SECOND);
	site_watch_picture(watch, number, usual_hash); /* it comes too late */
	expect("new");
	expect_picture("new", false);
	site_watch_no_pictures(watch);
	expect_none();
}

static void test_no_browser(void **state)
{
	(void)state;
	add("new", COURSE_GOOD, DEFACE_USUAL, 0);
	open_watch(false);
	expect_none();
}

/* --- what it adds */

static const char *town(const char *title, unsigned number)
{
	static char html[2048];

	snprintf(html, sizeof(html),
		 "<html lang=\"en\"><head><title>%s</title></head><body><h1>Town of Hinomi</h1>"
		 "<p>Welcome to the pages of our town. The office is open from nine to five on working days.</p>"
		 "<p>Families find forms for schools, taxes and moving house on the pages of the departments.</p>"
		 "<p>Town of Hinomi, 1 Tower Street. Telephone and opening hours are below.</p>"
		 "<input type=\"hidden\" value=\"%u\"></body></html>",
		 title, number);
	return html;
}

static void see(const char *html)
{
	const struct page_rules rules = { .ledger = ledger, .name = "town", .level = LEVEL_NORMAL, .again = 5 * SECOND };
	struct probe_result r = look_good(now, 100);
	enum page_news news;

	look_page(&r, html);
	assert_int_equal(site_page_see(&page, &r, &rules, &news), OK);
	now += 10 * SECOND;
}

static void take(const uint8_t *hash)
{
	site_picture_begin(&page.picture, page.last < DEFACE_SUSPICIOUS, now);
	now += 2 * SECOND;
	site_picture_take(&page.picture, hash);
}

static bool told(const char *what)
{
	for (unsigned i = 0; page.told && i < page.told->why_count; i++)
		if (strcmp(page.told->why[i].what, what) == 0)
			return true;
	return false;
}

/* Days of one page, and its picture. */
static void learn(void)
{
	for (unsigned day = 0; day < 20; day++, now += DAY) {
		see(town("Town of Hinomi", 0));
		take(usual_hash);
		see(town("Town of Hinomi", 0));
		assert_false(page.picture.fresh);
		assert_null(page.told);
	}
	see(town("Town of Hinomi", 0)); /* learned just now: what comes in the next minutes is not */
}

static void test_reason(void **state)
{
	(void)state;
	learn();
	see(town("Casino of luck", 0));
	see(town("Casino of luck", 0));
	assert_true(told("title"));
	assert_false(told("picture")); /* the picture is one of the old page, and as usual */
	take(other_hash);
	assert_false(told("picture"));
	see(town("Casino of luck", 0));
	see(town("Casino of luck", 0));
	assert_true(told("title"));
	assert_true(told("picture"));
	see(town("Casino of luck", 0)); /* it holds as long as the page does */
	assert_true(told("picture"));
}

/* The same title as above, and a picture that looks as always. */
static void test_usual_picture(void **state)
{
	(void)state;
	learn();
	see(town("Casino of luck", 0));
	take(usual_hash);
	see(town("Casino of luck", 0));
	see(town("Casino of luck", 0));
	assert_true(told("title"));
	assert_false(told("picture"));
}

/* A picture of another page is no sign against the one that came after it, and is not learned as its own. */
static void test_other_page(void **state)
{
	(void)state;
	learn();
	take(other_hash);
	see(town("Casino of luck", 0));
	see(town("Casino of luck", 0));
	assert_true(told("title"));
	assert_false(told("picture"));
	assert_true(page.picture.fresh);
	now += 5 * 60 * SECOND;
	see(town("Casino of luck", 0));
	assert_false(told("picture"));
}

/* A page with other bytes at each look: a picture holds for the look that follows soon, and no other. */
static void test_restless(void **state)
{
	unsigned number = 0;

	(void)state;
	for (unsigned day = 0; day < 20; day++, now += DAY) {
		see(town("Town of Hinomi", ++number));
		see(town("Town of Hinomi", ++number));
		take(usual_hash);
		see(town("Town of Hinomi", ++number));
	}
	assert_false(page.picture.fresh);
	see(town("Town of Hinomi", ++number)); /* learned just now */
	take(other_hash);
	now += 2 * 60 * SECOND;
	see(town("Casino of luck", ++number));
	see(town("Casino of luck", ++number));
	assert_true(told("title"));
	assert_false(told("picture"));
	see(town("Town of Hinomi", ++number)); /* the look before a picture must be no alarm */
	see(town("Town of Hinomi", ++number));
	take(other_hash);
	see(town("Casino of luck", ++number));
	see(town("Casino of luck", ++number));
	assert_true(told("picture"));
}

static void test_kept(void **state)
{
	struct site_page back = { .told = NULL };
	json_t *json;

	(void)state;
	see(town("Town of Hinomi", 0));
	take(other_hash);
	json = site_page_write(&page);
	site_page_read(&back, json);
	json_decref(json);
	assert_memory_equal(&back.picture, &page.picture, sizeof(back.picture.at) + sizeof(back.picture.hash));
	assert_true(back.picture.tried == page.picture.tried && back.picture.fresh && back.picture.calm);
	assert_true(back.bytes.changed == page.bytes.changed && back.bytes.restless == page.bytes.restless);
	site_page_close(&back);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_turns, begin, end),
		cmocka_unit_test_setup_teardown(test_removed_and_ended, begin, end),
		cmocka_unit_test_setup_teardown(test_no_browser, begin, end),
		cmocka_unit_test_setup_teardown(test_reason, begin, end),
		cmocka_unit_test_setup_teardown(test_usual_picture, begin, end),
		cmocka_unit_test_setup_teardown(test_other_page, begin, end),
		cmocka_unit_test_setup_teardown(test_restless, begin, end),
		cmocka_unit_test_setup_teardown(test_kept, begin, end),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(folder);
	return failed;
}
