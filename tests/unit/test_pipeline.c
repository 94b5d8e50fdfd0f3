/*
 * test_pipeline.c - live: windows end with the clock although no frame comes, and no clock makes them many.
 */
#include "app/pipeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NOON (1790000000 * USEC_PER_SEC)

static struct pipeline *begin(void)
{
	struct pipeline_settings settings;
	struct pipeline *p;

	pipeline_settings_init(&settings);
	settings.max_flows = 1024;
	p = pipeline_new(&settings);
	assert_non_null(p);
	pipeline_clock(p, NOON);
	return p;
}

static void test_clock(void **state)
{
	struct pipeline *p = begin();

	(void)state;
	assert_int_equal(pipeline_take_traffic(p).windows, 0);
	for (usec_t t = 0; t <= 10 * USEC_PER_SEC; t += 50 * USEC_PER_MS)
		pipeline_clock(p, NOON + t);
	assert_int_equal(pipeline_take_traffic(p).windows, 10 * WINDOWS_PER_SEC - 1); /* the last is still open */
	assert_int_equal(pipeline_take_traffic(p).windows, 0);
	pipeline_clock(p, NOON + 10 * USEC_PER_SEC + PIPELINE_GRACE);
	assert_int_equal(pipeline_take_traffic(p).windows, 1);
	pipeline_free(p);
}

/* After a day's sleep only some windows are ended one by one; then time goes on as before. */
static void test_sleep(void **state)
{
	struct pipeline *p = begin();
	usec_t morning = NOON + 86400 * USEC_PER_SEC;

	(void)state;
	pipeline_clock(p, morning);
	assert_in_range(pipeline_take_traffic(p).windows, 1, 1000);
	pipeline_clock(p, morning + USEC_PER_SEC);
	assert_in_range(pipeline_take_traffic(p).windows, WINDOWS_PER_SEC - 1, WINDOWS_PER_SEC + 1);
	pipeline_free(p);
}

/* The clock is set back by a day: windows go on from there at once. */
static void test_set_back(void **state)
{
	struct pipeline *p = begin();
	usec_t yesterday = NOON - 86400 * USEC_PER_SEC;

	(void)state;
	pipeline_clock(p, yesterday);
	pipeline_take_traffic(p);
	pipeline_clock(p, yesterday + USEC_PER_SEC + PIPELINE_GRACE);
	assert_in_range(pipeline_take_traffic(p).windows, WINDOWS_PER_SEC - 1, WINDOWS_PER_SEC + 1);
	pipeline_free(p);
}

/* A frame is counted in the window of its time, also when the clock is a little ahead of it. */
static void test_frames(void **state)
{
	struct pipeline *p = begin();
	uint8_t bytes[60] = { 0 };
	struct frame frame = { .ts = NOON + 10, .wire_len = 60, .link = LINK_ETHERNET,
			       .bytes = { bytes, sizeof(bytes) } };
	struct pipeline_traffic traffic;

	(void)state;
	pipeline_frames(p, &frame, 1);
	pipeline_clock(p, NOON + USEC_PER_SEC);
	frame.ts = NOON + USEC_PER_SEC - 20 * USEC_PER_MS;
	pipeline_frames(p, &frame, 1);
	traffic = pipeline_take_traffic(p);
	assert_int_equal(traffic.sum.packets, 1);
	assert_int_equal(traffic.sum.bytes, 60);
	pipeline_clock(p, NOON + 2 * USEC_PER_SEC);
	assert_int_equal(pipeline_take_traffic(p).sum.packets, 1);
	pipeline_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_sleep),
		cmocka_unit_test(test_set_back),
		cmocka_unit_test(test_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
