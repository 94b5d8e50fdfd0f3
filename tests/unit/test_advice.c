/*
 * test_advice.c - every incident that can be has a title and advice, and the advice fits.
 */
#include "incident/advice.h"
#include "incident/words_ja.h"

#include "base/text.h"
#include "detect/detect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct incident incident_of(const char *rule, enum vector vector, enum direction direction)
{
	struct incident i = {.rule = rule, .vector = vector, .direction = direction};

	return i;
}

static unsigned lines(const char *text)
{
	unsigned count = 1;

	for (; *text; text++)
		count += *text == '\n';
	return count;
}

static bool is_japanese(const char *text)
{
	struct span rest = text_span(text);

	while (rest.len > 0) {
		uint32_t rune = text_rune(&rest);

		if (rune >= 0x3041 && rune <= 0x9fff) /* kana or kanji */
			return true;
	}
	return false;
}

static void assert_words(const struct incident *i)
{
	struct words title = advice_title(i), steps = advice_steps(i);
	char summary[WORDS_JA_TEXT];

	if (!title.en[0] || strlen(steps.en) < 40 || !title.ja[0] || strlen(steps.ja) < 40)
		fail_msg("%s %s %s has no words", i->rule, vector_name(i->vector),
			 direction_name(i->direction));
	assert_true(strlen(title.en) < 60);
	assert_null(strstr(steps.en, "\n\n"));
	assert_int_not_equal(steps.en[strlen(steps.en) - 1], '\n');
	if (!is_japanese(title.ja))
		fail_msg("%s is not Japanese", title.ja);
	assert_true(is_japanese(steps.ja));
	assert_int_equal(lines(steps.ja), lines(steps.en)); /* step by step the same */
	if (strstr(words_ja_summary(i, summary), "注意すべき通信")) /* what is said of unknown rules */
		fail_msg("%s has no sentence in Japanese", i->rule);
	assert_null(strchr(summary, '{'));
	assert_null(strchr(summary, '}'));
}

static void test_never_empty(void **state)
{
	(void)state;
	assert_true(detector_count >= 6);
	for (size_t rule = 0; rule < detector_count; rule++) {
		bool flood = strcmp(detectors[rule]->name, "flood") == 0;

		for (unsigned v = 0; v <= VECTOR_COUNT; v++) {
			for (unsigned d = DIRECTION_UNKNOWN; d <= DIRECTION_INTERNAL; d++) {
				enum vector vector = v < VECTOR_COUNT ? (enum vector)v
								      : VECTOR_NONE;
				struct incident i = incident_of(detectors[rule]->name, vector,
								(enum direction)d);

				if (flood && vector == VECTOR_NONE)
					continue; /* a flood has a vector */
				assert_words(&i);
			}
		}
	}
}

/* The watches without packets have no detectors to go by. */
static void test_sites(void **state)
{
	static const char *const rules[] = { "site_down", "site_slow", "site_certificate", "site_defaced", "site_dns" };

	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct incident incident = incident_of(rules[i], VECTOR_NONE, DIRECTION_INBOUND);

		assert_words(&incident);
		assert_string_not_equal(advice_title(&incident).en, "Unusual traffic");
	}
}

static void test_fits(void **state)
{
	struct incident in = incident_of("flood", VECTOR_SYN, DIRECTION_INBOUND), out = in;

	(void)state;
	out.direction = DIRECTION_OUTBOUND;
	assert_string_equal(advice_title(&in).en, "SYN flood");
	assert_non_null(strstr(advice_steps(&in).en, "SYN cookies"));
	assert_non_null(strstr(advice_steps(&out).en, "Disconnect the device"));
	in.vector = VECTOR_DNS;
	assert_string_equal(advice_title(&in).en, "DNS reflection");
	assert_non_null(strstr(advice_steps(&in).en, "source port"));
	in = incident_of("scan", VECTOR_NONE, DIRECTION_INBOUND);
	out = incident_of("scan", VECTOR_NONE, DIRECTION_OUTBOUND);
	assert_string_not_equal(advice_title(&in).en, advice_title(&out).en);
	assert_string_not_equal(advice_steps(&in).en, advice_steps(&out).en);
	assert_non_null(strstr(advice_steps(&out).en, "infected"));
}

/* The parties, the rates, and whether it goes on. */
static void test_summary(void **state)
{
	struct incident i = incident_of("flood", VECTOR_SYN, DIRECTION_INBOUND);
	char text[WORDS_JA_TEXT];

	(void)state;
	i.who.kind = ENTITY_MANY;
	i.sources = 4213;
	i.whom = entity_name(text_span("shop.example"));
	i.peak_pps = 12345;
	i.peak_bps = 48200000;
	i.ongoing = true;
	assert_string_equal(words_ja_summary(&i, text),
			    "shop.example が 約 4,200 個のアドレスから SYN フラッドを受けました。最大で毎秒 "
			    "12,345 パケット（48.2 Mbit/s）です。現在も続いています。");
	i = incident_of("a rule of another version", VECTOR_NONE, DIRECTION_UNKNOWN);
	assert_true(is_japanese(words_ja_summary(&i, text)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_never_empty),
		cmocka_unit_test(test_sites),
		cmocka_unit_test(test_fits),
		cmocka_unit_test(test_summary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
