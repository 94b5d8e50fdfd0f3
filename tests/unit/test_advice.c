/*
 * test_advice.c - every incident that can be has a title and advice, and the advice fits.
 */
#include "incident/advice.h"

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
				if (!advice_title(&i)[0] || strlen(advice_steps(&i)) < 40)
					fail_msg("%s %s %s has no words", i.rule,
						 vector_name(vector), direction_name(i.direction));
				assert_true(strlen(advice_title(&i)) < 60);
				assert_null(strstr(advice_steps(&i), "\n\n"));
				assert_int_not_equal(advice_steps(&i)[strlen(advice_steps(&i)) - 1],
						     '\n');
			}
		}
	}
}

static void test_fits(void **state)
{
	struct incident in = incident_of("flood", VECTOR_SYN, DIRECTION_INBOUND), out = in;

	(void)state;
	out.direction = DIRECTION_OUTBOUND;
	assert_string_equal(advice_title(&in), "SYN flood");
	assert_non_null(strstr(advice_steps(&in), "SYN cookies"));
	assert_non_null(strstr(advice_steps(&out), "Disconnect the device"));
	in.vector = VECTOR_DNS;
	assert_string_equal(advice_title(&in), "DNS reflection");
	assert_non_null(strstr(advice_steps(&in), "source port"));
	in = incident_of("scan", VECTOR_NONE, DIRECTION_INBOUND);
	out = incident_of("scan", VECTOR_NONE, DIRECTION_OUTBOUND);
	assert_string_not_equal(advice_title(&in), advice_title(&out));
	assert_string_not_equal(advice_steps(&in), advice_steps(&out));
	assert_non_null(strstr(advice_steps(&out), "infected"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_never_empty),
		cmocka_unit_test(test_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
