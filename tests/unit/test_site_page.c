/*
 * test_site_page.c - a page from look to alarm, with the real judge and a real ledger: learned, altered, agreed on,
 * approved, kept.
 */
#include "fare/page.h"
#include "site_test.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SECOND USEC_PER_SEC
#define HOUR   (3600 * SECOND)

static char folder[] = "/tmp/hinomi-page-XXXXXX";
static struct ledger *ledger;
static struct site_page page;
static struct page_rules rules;
static usec_t now;

/* A town's page, with the day's news. */
static const char *town(unsigned day)
{
	static char html[4096];

	snprintf(html, sizeof(html),
		 "<html lang=\"en\"><head><title>Town of Hinomi</title></head><body><h1>Town of Hinomi</h1>"
		 "<p>Welcome to the pages of our town. The office is open from nine to five on working days.</p>"
		 "<ul><li>News of day %u: the library has %u new books about gardens and rivers</li>"
		 "<li>The swimming pool is open until %u o'clock this evening</li></ul>"
		 "<p>Families find forms for schools, taxes and moving house on the pages of the departments.</p>"
		 "<p>Town of Hinomi, 1 Tower Street. Telephone and opening hours are below.</p></body></html>",
		 day, day * 7 % 50 + 3, 17 + day % 5);
	return html;
}

static const char defaced[] =
	"<html><head><title>HACKED BY DARK TEAM</title></head><body bgcolor=black><h1>HACKED BY DARK TEAM</h1>"
	"<marquee>your security is a joke, we own you</marquee></body></html>";

static int begin(void **state)
{
	char path[64], trouble[LEDGER_TROUBLE];

	(void)state;
	snprintf(path, sizeof(path), "%s/ledger.db", folder);
	assert_int_equal(ledger_open(path, &ledger, trouble), OK);
	memset(&page, 0, sizeof(page));
	rules = (struct page_rules){ .ledger = ledger, .name = "town", .level = LEVEL_NORMAL, .again = 5 * SECOND };
	now = SITE_TEST_START;
	return 0;
}

static int end(void **state)
{
	char path[64];
	static const char *const ends[] = { "", "-wal", "-shm" };

	(void)state;
	site_page_close(&page);
	ledger_close(ledger);
	for (unsigned i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/ledger.db%s", folder, ends[i]);
		unlink(path);
	}
	return 0;
}

static enum page_news see(const char *html)
{
	struct probe_result r = look_good(now, 100);
	enum page_news news;

	look_page(&r, html);
	assert_int_equal(site_page_see(&page, &r, &rules, &news), OK);
	return news;
}

/* As if the disk had lost them. */
static void drop_documents(const char *path)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "DROP TABLE document", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void learn_days(void)
{
	for (unsigned day = 0; day < 20; day++, now += 24 * HOUR)
		assert_true(see(town(day)) != PAGE_DEFACED);
}

static void test_ordinary_days(void **state)
{
	(void)state;
	learn_days();
	for (unsigned day = 20; day < 40; day++, now += 24 * HOUR) {
		see(town(day));
		assert_true(!page.told || page.told->verdict < DEFACE_SUSPICIOUS);
	}
}

/* The first look proves nothing; the second, seconds later, does. */
static void test_two_agree(void **state)
{
	(void)state;
	learn_days();
	assert_int_equal(see(defaced), PAGE_SAME);
	assert_null(page.told);
	assert_true(page.again_at == now + 5 * SECOND);
	now = page.again_at;
	assert_int_equal(see(defaced), PAGE_DEFACED);
	assert_true(page.again_at == 0);
	assert_int_equal(page.told->verdict, DEFACED);
	assert_true(page.told->why_count > 0);
	now += HOUR;
	assert_int_equal(see(defaced), PAGE_SAME); /* and it stays so, unlearned */
	assert_int_equal(see(town(20)), PAGE_SAME);
	assert_non_null(page.told);
	now = page.again_at;
	assert_int_equal(see(town(20)), PAGE_USUAL); /* two good ones end it */
	assert_null(page.told);
}

static void test_one_odd_look(void **state)
{
	(void)state;
	learn_days();
	see(defaced);
	now = page.again_at;
	see(town(20));
	now += HOUR;
	see(defaced);
	assert_null(page.told);
}

/* One of two servers behind the name is altered: every second look has its page. */
static void test_every_second_look(void **state)
{
	(void)state;
	learn_days();
	see(defaced);
	now = page.again_at;
	see(town(20));
	assert_null(page.told);
	now += 300 * SECOND;
	assert_int_equal(see(defaced), PAGE_DEFACED);
	now += 300 * SECOND;
	assert_int_equal(see(town(20)), PAGE_SAME);
	now = page.again_at;
	assert_int_equal(see(defaced), PAGE_SAME); /* it stays told */
	assert_int_equal(page.told->verdict, DEFACED);
	assert_true(page.again_at == 0);
}

/* The ledger could not be read just then: the next look is judged, though it has the same bytes. */
static void test_ledger_away(void **state)
{
	struct probe_result r = look_good(now, 100);
	char path[64], trouble[LEDGER_TROUBLE], other[] = "/tmp/hinomi-page-other-XXXXXX";
	enum page_news news;

	(void)state;
	learn_days();
	see(town(20));
	now += 300 * SECOND;
	r.at = now;
	look_page(&r, defaced);
	assert_non_null(mkdtemp(other));
	ledger_close(ledger);
	snprintf(path, sizeof(path), "%s/ledger.db", other);
	assert_int_equal(ledger_open(path, &rules.ledger, trouble), OK);
	drop_documents(path);
	assert_true(site_page_see(&page, &r, &rules, &news) != OK);
	ledger_close(rules.ledger);
	for (unsigned i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/ledger.db%s", other, (const char *const[]){ "", "-wal", "-shm" }[i]);
		unlink(path);
	}
	rmdir(other);
	snprintf(path, sizeof(path), "%s/ledger.db", folder);
	assert_int_equal(ledger_open(path, &ledger, trouble), OK);
	rules.ledger = ledger;
	see(defaced);
	see(defaced);
	assert_int_equal(page.told->verdict, DEFACED);
}

static void test_approved(void **state)
{
	(void)state;
	learn_days();
	assert_int_equal(site_page_approve(&page, ledger, "town", now), ERR_EMPTY);
	see(defaced);
	now = page.again_at;
	see(defaced);
	assert_int_equal(site_page_approve(&page, ledger, "town", now), OK); /* it was an exercise */
	assert_null(page.told);
	for (unsigned i = 0; i < 3; i++, now += HOUR)
		see(defaced);
	assert_true(!page.told || page.told->verdict < DEFACE_SUSPICIOUS);
}

/* An error page is no page of ours: neither judged nor learned. */
static void test_errors_are_not_judged(void **state)
{
	struct probe_result r = look_good(now, 100);
	enum page_news news;
	char *usual;

	(void)state;
	look_page(&r, defaced);
	r.status = 503;
	assert_int_equal(site_page_see(&page, &r, &rules, &news), OK);
	r.status = 200;
	r.failed = PROBE_BODY_READ;
	assert_int_equal(site_page_see(&page, &r, &rules, &news), OK);
	assert_int_equal(news, PAGE_SAME);
	assert_int_equal(page.last, DEFACE_USUAL);
	assert_int_equal(ledger_get(ledger, "usual", "town", &usual), ERR_EMPTY);
}

static void test_kept(void **state)
{
	struct site_page back = { .told = NULL };
	json_t *json;

	(void)state;
	learn_days();
	see(defaced);
	now = page.again_at;
	see(defaced);
	json = site_page_write(&page);
	assert_non_null(json);
	site_page_read(&back, json);
	json_decref(json);
	assert_int_equal(back.told->verdict, DEFACED);
	assert_string_equal(back.told->say_ja, page.told->say_ja);
	assert_int_equal(back.told->why_count, page.told->why_count);
	assert_true(back.bytes.hash == page.bytes.hash && back.since == page.since && back.agree == page.agree);
	site_page_close(&back);
}

static void test_forgotten(void **state)
{
	char *usual;

	(void)state;
	learn_days();
	assert_int_equal(site_page_forget(ledger, "town"), OK);
	assert_int_equal(ledger_get(ledger, "usual", "town", &usual), ERR_EMPTY);
	assert_int_equal(site_page_forget(ledger, "town"), OK); /* there is nothing left to forget */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_ordinary_days, begin, end),
		cmocka_unit_test_setup_teardown(test_two_agree, begin, end),
		cmocka_unit_test_setup_teardown(test_one_odd_look, begin, end),
		cmocka_unit_test_setup_teardown(test_every_second_look, begin, end),
		cmocka_unit_test_setup_teardown(test_ledger_away, begin, end),
		cmocka_unit_test_setup_teardown(test_approved, begin, end),
		cmocka_unit_test_setup_teardown(test_errors_are_not_judged, begin, end),
		cmocka_unit_test_setup_teardown(test_kept, begin, end),
		cmocka_unit_test_setup_teardown(test_forgotten, begin, end),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(folder);
	return failed;
}
