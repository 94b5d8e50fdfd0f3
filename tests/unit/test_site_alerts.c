/* test_site_alerts.c - what is wrong with a site as state, alerts and document: rule by rule as docs/site.md has them. */
#include "fare/keyword.h"
#include "base/text.h"
#include "site/alerts.h"
#include "site/document.h"
#include "site_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SECOND USEC_PER_SEC
#define HOUR   (3600 * SECOND)
#define DAY    (24 * HOUR)

static const struct course_rules rules = {
	.level = LEVEL_NORMAL, .slow_factor = 3, .again = SECOND, .timeout = 10 * SECOND, .interval = 300 * SECOND
};
static struct site site;
static struct deface_finding finding;
static usec_t now;
static struct alert told[8];
static unsigned count;

static void take(void *whom, const struct alert *alert)
{
	(void)whom;
	assert_true(count < 8);
	told[count++] = *alert;
}

static void see(const struct probe_result *r)
{
	site_course_see(&site.course, r, site_course_bad(&site.course, r, true), &rules);
}

/* A site that was good at its first look. */
static int begin(void **state)
{
	struct probe_result r;

	(void)state;
	memset(&site, 0, sizeof(site));
	memset(&finding, 0, sizeof(finding));
	snprintf(site.is.name, sizeof(site.is.name), "town");
	snprintf(site.is.url, sizeof(site.is.url), "https://www.example.org/");
	now = SITE_TEST_START;
	r = look_good(now, 100);
	see(&r);
	return 0;
}

static void expect(enum site_state state, const char *rule, enum severity severity)
{
	count = 0;
	assert_int_equal(site_state_of(&site, now, rules.level), state);
	site_alerts(&site, now, &rules, take, NULL);
	assert_int_equal(count, rule ? 1 : 0);
	if (!rule)
		return;
	assert_string_equal(told[0].rule, rule);
	assert_int_equal(told[0].severity, severity);
	assert_int_equal(told[0].who.kind, ENTITY_NAME);
	assert_string_equal(told[0].who.name, "town");
	assert_int_equal(told[0].by, BY_WHO);
	assert_non_null(strstr(told[0].say, "town"));
}

static void test_good(void **state)
{
	(void)state;
	expect(SITE_GOOD, NULL, SEVERITY_INFO);
	memset(&site.course, 0, sizeof(site.course));
	expect(SITE_UNKNOWN, NULL, SEVERITY_INFO);
}

static void test_down(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++, now += SECOND) {
		struct probe_result r = look_failed(now, PROBE_TCP, "connection refused");

		expect(SITE_GOOD, NULL, SEVERITY_INFO);
		see(&r);
	}
	expect(SITE_DOWN, "site_down", SEVERITY_HIGH);
	assert_non_null(strstr(told[0].say, "connection refused"));
}

static void add_certificate(int64_t days, bool trusted)
{
	const struct probe_certificate c = { .there = true, .trusted = trusted, .why = "for another name",
					     .from = now - 300 * DAY, .until = now + days * DAY, .issuer = "One CA" };

	memset(&site.certificate, 0, sizeof(site.certificate));
	site_certificate_see(&site.certificate, &c, now);
}

static void test_certificate(void **state)
{
	(void)state;
	add_certificate(20, true);
	expect(SITE_GOOD, NULL, SEVERITY_INFO);
	add_certificate(14, true);
	expect(SITE_WARNING, "site_certificate", SEVERITY_WARNING);
	add_certificate(3, true);
	expect(SITE_WARNING, "site_certificate", SEVERITY_HIGH);
	add_certificate(-1, true);
	expect(SITE_WARNING, "site_certificate", SEVERITY_HIGH);
	add_certificate(90, false);
	expect(SITE_WARNING, "site_certificate", SEVERITY_HIGH);
	assert_non_null(strstr(told[0].say, "for another name"));
}

static void test_names(void **state)
{
	struct probe_result r = look_good(now, 100);

	(void)state;
	r.server_count = 1;
	snprintf(r.servers[0], PROBE_NAME, "ns1.example.org");
	site_names_see(&site.names, &r, DAY);
	snprintf(r.servers[0], PROBE_NAME, "ns.attacker.example");
	site_names_see(&site.names, &r, DAY);
	expect(SITE_WARNING, "site_dns", SEVERITY_WARNING);
	assert_string_equal(told[0].attack, "T1584.002");
	now += DAY;
	expect(SITE_GOOD, NULL, SEVERITY_INFO);
}

static void test_page(void **state)
{
	(void)state;
	site.page.told = &finding;
	finding = (struct deface_finding){ .verdict = DEFACED, .level = LEVEL_NORMAL, .confidence = 95,
					   .say_en = "It was defaced.", .say_ja = "改ざんされました。", .why_count = 1 };
	expect(SITE_DEFACED, "site_defaced", SEVERITY_CRITICAL);
	assert_string_equal(told[0].attack, "T1491.002");
	finding.verdict = DEFACE_SUSPICIOUS;
	expect(SITE_WARNING, "site_defaced", SEVERITY_NOTICE);
	finding.level = LEVEL_HIGH; /* counts at a tighter level only: a candidate */
	expect(SITE_GOOD, "site_defaced", SEVERITY_NOTICE);
	assert_int_equal(told[0].level, LEVEL_HIGH);
	finding.level = LEVELS;
	expect(SITE_GOOD, NULL, SEVERITY_INFO);
	finding.verdict = DEFACE_CHANGED;
	finding.level = LEVEL_NORMAL;
	expect(SITE_GOOD, NULL, SEVERITY_INFO);
}

/* Whatever a server calls itself, the document is JSON in both languages, and has all that docs/tower.md says. */
static void test_document(void **state)
{
	static const char *const keys[] = { "name", "url", "state", "say", "since", "last", "uptime", "series",
					    "certificate", "dns", "changes", "picture" };
	struct probe_result r = look_failed(now, PROBE_HTTP, "bad \xff\xfe\x1b[2J answer");
	json_t *json;
	char *text;

	(void)state;
	see(&r);
	add_certificate(10, true);
	text = site_document(&site, now, &rules);
	assert_non_null(text);
	json = json_loads(text, 0, NULL);
	assert_non_null(json);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		assert_non_null(json_object_get(json, keys[i]));
	assert_string_equal(json_string_value(json_object_get(json, "state")), "warning");
	assert_non_null(json_object_get(json_object_get(json, "say"), "ja"));
	assert_int_equal(json_array_size(json_object_get(json, "series")), 2);
	assert_null(strchr(text, '\x1b'));
	json_decref(json);
	free(text);
}

static void test_keyword(void **state)
{
	static const char sjis[] = "<p>\x8e\x73\x96\xf0\x8f\x8a</p>"; /* 市役所 in Shift_JIS */

	(void)state;
	assert_true(site_keyword_found(text_span("<p>our shop</p>"), "our shop"));
	assert_false(site_keyword_found(text_span("<p>our pub</p>"), "our shop"));
	assert_true(site_keyword_found(text_span("<p>市役所</p>"), "市役所"));
	assert_true(site_keyword_found(text_span(sjis), "市役所"));
	assert_false(site_keyword_found(text_span(sjis), "市役場"));
	assert_true(site_keyword_found(text_span(""), ""));
	assert_false(site_keyword_found((struct span){ NULL, 0 }, "x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_good, begin),
		cmocka_unit_test_setup(test_down, begin),
		cmocka_unit_test_setup(test_certificate, begin),
		cmocka_unit_test_setup(test_names, begin),
		cmocka_unit_test_setup(test_page, begin),
		cmocka_unit_test_setup(test_document, begin),
		cmocka_unit_test(test_keyword),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
