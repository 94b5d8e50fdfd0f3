/* test_link_known.c - links that threat intelligence knows. */
#include "exam_test.h"
#include "index_test.h"

#include "link/judge.h"
#include "mail/mail_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct told indicators[] = {
	{ "sure.example.com", "feed", "a", "Loader", INDICATOR_DOMAIN, 0, 90, TEST_NOW, 0 },
	{ "doubtful.example.com", "feed", "a", "", INDICATOR_DOMAIN, 0, 30, TEST_NOW, 0 },
	{ "http://shared.example.org/bad", "feed", "a", "", INDICATOR_URL, 0, 90, TEST_NOW, 0 },
	{ "93.184.216.77", "feed", "a", "", INDICATOR_IP, 0, 90, TEST_NOW, 0 },
	{ "context.example.com", "feed", "a", "", INDICATOR_DOMAIN, INDICATOR_CONTEXT, 90, TEST_NOW, 0 },
	{ "guarded.example.com", "feed", "a", "", INDICATOR_DOMAIN, 0, 90, TEST_NOW, 0 },
	{ "guarded.example.com", "list", "", "", INDICATOR_DOMAIN, INDICATOR_GUARD, 90, TEST_NOW, 0 },
};

static void test_indicators(void **state)
{
	static const struct {
		const char *url;
		enum finding_id id; /* MORE: none */
		const char *evidence;
	} samples[] = {
		{ "https://www.sure.example.com/x", FINDING_INDICATOR, "sure.example.com (feed: Loader)" },
		{ "https://doubtful.example.com/", FINDING_INDICATOR_WEAK, "doubtful.example.com" },
		{ "http://shared.example.org/bad", FINDING_INDICATOR, "/bad" },
		{ "http://shared.example.org/good", FINDINGS, "" },
		{ "http://1572395085/", FINDING_INDICATOR, "93.184.216.77" }, /* the same in decimal */
		{ "https://context.example.com/", FINDINGS, "" },
		{ "https://guarded.example.com/", FINDINGS, "" },
		{ "https://www.google.com/url?q=https://sure.example.com/", FINDING_INDICATOR, "sure" },
	};
	static const struct part body = { .type = TYPE_HTML, .inline_body = true };
	struct index *index = test_open(indicators, sizeof(indicators) / sizeof(indicators[0]));
	struct exam_test *t = exam_test_new();

	(void)state;
	t->settings.index = index;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		bool found;

		exam_begin(&t->exam);
		t->exam.now = TEST_NOW;
		link_judge(&t->exam, &body, text_span(samples[i].url), (struct span){ 0 });
		found = exam_found(&t->exam, FINDING_INDICATOR) || exam_found(&t->exam, FINDING_INDICATOR_WEAK);
		if (samples[i].id == FINDINGS ? found : !exam_test_found(t, samples[i].id, samples[i].evidence)) {
			exam_test_show(t);
			fail_msg("%s", samples[i].url);
		}
	}
	exam_test_free(t);
	index_close(index);
}

/* Files by their digests, senders by their addresses and domains. */
static void test_files_and_senders(void **state)
{
	static const struct told known[] = {
		{ "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", "feed", "a", "", INDICATOR_SHA256, 0, 50, TEST_NOW, 0 },
		{ "bad@sender.example.org", "feed", "a", "", INDICATOR_EMAIL, 0, 50, TEST_NOW, 0 },
		{ "sender.example.com", "feed", "a", "", INDICATOR_DOMAIN, 0, 90, TEST_NOW, 0 },
	};
	struct part file = { .name = text_span("a.bin"), .bytes = text_span("hello") };
	struct index *index = test_open(known, sizeof(known) / sizeof(known[0]));
	struct exam_test *t = exam_test_new();

	(void)state;
	t->settings.index = index;
	exam_begin(&t->exam);
	t->exam.now = TEST_NOW;
	mail_known(&t->exam, &file);
	assert_true(exam_test_found(t, FINDING_INDICATOR, "2cf24dba"));
	file.bytes = text_span("hello!");
	exam_begin(&t->exam);
	mail_known(&t->exam, &file);
	t->exam.sender.address = text_span("good@sender.example.org");
	mail_known_sender(&t->exam, &file);
	assert_int_equal(t->exam.found_count, 0);
	t->exam.sender.reply_to = text_span("bad@sender.example.org");
	mail_known_sender(&t->exam, &file);
	assert_true(exam_test_found(t, FINDING_INDICATOR, "bad@sender"));
	t->exam.sender.domain = text_span("mx.sender.example.com");
	mail_known_sender(&t->exam, &file);
	assert_true(exam_test_found(t, FINDING_INDICATOR, "sender.example.com (feed)"));
	exam_test_free(t);
	index_close(index);
}

/* More links than a message has: the rest is not looked at, which is told. */
static void test_limit(void **state)
{
	static const struct part body = { .type = TYPE_HTML, .inline_body = true };
	struct exam_test *t = exam_test_new();
	char url[64];

	(void)state;
	exam_begin(&t->exam);
	for (unsigned i = 0; i < 2000; i++) {
		snprintf(url, sizeof(url), "https://shop.example/%u", i);
		link_judge(&t->exam, &body, text_span(url), (struct span){ 0 });
	}
	assert_int_equal(t->exam.unseen[UNSEEN_LIMIT], 0);
	link_judge(&t->exam, &body, text_span("https://shop.example/last"), (struct span){ 0 });
	assert_int_equal(t->exam.unseen[UNSEEN_LIMIT], 1);
	exam_test_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_indicators),
		cmocka_unit_test(test_files_and_senders),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
