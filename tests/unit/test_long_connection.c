/* test_long_connection.c - connections that do not end are told once an hour, short ones never. */
#include "detect_test_d2.h"

#include <stdio.h>

extern const struct detector detector_long_connection;

static struct flow lasting(const char *to, usec_t length, enum app app)
{
	struct flow f = flow_of("10.1.2.3:50000", to, T0, T0 + length);

	f.app = (uint8_t)app;
	f.state &= (uint16_t)~FLOW_CLOSED;
	return f;
}

static void hear(struct watch *w, const struct flow *f)
{
	watch_open(w, &detector_long_connection);
	watch_ongoing(w, f, f->last + SEC);
	watch_tick(w, f->last + SEC, false);
}

static void test_unknown(void **state)
{
	struct flow f = lasting("192.0.2.1:4444", 4 * HOUR, APP_NONE);
	struct watch w;

	(void)state;
	hear(&w, &f);
	assert_alert(watch_heard(&w), "long_connection", "10.1.2.3", "192.0.2.1:4444");
	assert_int_equal(watch_heard(&w)->severity, SEVERITY_NOTICE);
	assert_non_null(strstr(watch_heard(&w)->say, "4 h"));
	watch_close(&w);
}

static void test_kinds(void **state)
{
	static const struct {
		const char *to;
		usec_t length;
		enum app app;
		bool told;
	} cases[] = {
		{ "192.0.2.1:4444", 4 * HOUR - SEC, APP_NONE, false },
		{ "192.0.2.1:22", 4 * HOUR, APP_SSH, true },
		{ "192.0.2.1:443", 24 * HOUR - SEC, APP_TLS, false },
		{ "192.0.2.1:443", 24 * HOUR, APP_TLS, true },
		{ "192.0.2.1:443", 5 * HOUR, APP_NONE, true }, /* not HTTPS at all */
		{ "192.0.2.1:5228", 6 * 24 * HOUR, APP_TLS, false },
		{ "192.0.2.1:993", 6 * 24 * HOUR, APP_TLS, false },
		{ "192.0.2.1:5223", 7 * 24 * HOUR, APP_TLS, true },
		{ "10.7.7.7:4444", 24 * HOUR, APP_NONE, false },
		{ "224.0.0.251:4444", 24 * HOUR, APP_NONE, false },
	};
	struct watch w;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct flow f = lasting(cases[i].to, cases[i].length, cases[i].app);

		hear(&w, &f);
		if ((w.count > 0) != cases[i].told)
			fail_msg("case %zu: %zu alerts", i, w.count);
		watch_close(&w);
	}
}

/* A login session that carries much is worth more than one that idles. */
static void test_volume(void **state)
{
	struct flow f = lasting("192.0.2.1:22", 5 * HOUR, APP_SSH);
	struct watch w;

	(void)state;
	hear(&w, &f);
	assert_int_equal(watch_heard(&w)->severity, SEVERITY_INFO);
	watch_close(&w);
	flow_carry(&f, 200000000, 1000000);
	hear(&w, &f);
	assert_int_equal(watch_heard(&w)->severity, SEVERITY_NOTICE);
	watch_close(&w);
}

/* DNS and NTP from a fixed port go on for ever; nobody answers the third. */
static void test_udp(void **state)
{
	struct watch w;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		static const char *const to[] = { "192.0.2.1:53", "192.0.2.1:123",
						  "192.0.2.1:4444" };
		struct flow f = lasting(to[i], 24 * HOUR, APP_NONE);

		f.key.proto = PROTO_UDP;
		f.state &= (uint16_t) ~(FLOW_HANDSHAKE | (i == 2 ? FLOW_ANSWERED : 0));
		hear(&w, &f);
		watch_silent(&w);
		watch_close(&w);
	}
}

/* Once an hour, with what came since; silent when it is silent, though it was never closed. */
static void test_again(void **state)
{
	struct watch w;
	uint64_t packets = 0;
	struct flow f;

	(void)state;
	watch_open(&w, &detector_long_connection);
	for (usec_t at = 3 * HOUR; at <= 7 * HOUR; at += 5 * SEC) {
		f = lasting("192.0.2.1:4444", at, APP_NONE);
		flow_carry(&f, (uint32_t)(at / SEC) * 1000, 0);
		watch_ongoing(&w, &f, T0 + at);
		watch_tick(&w, T0 + at, false);
	}
	assert_int_equal(w.count, 4);
	for (size_t i = 0; i < w.count; i++)
		packets += w.heard[i].packets;
	assert_int_equal(packets, 2 * (3 + 7 * 3600));
	for (usec_t at = 7 * HOUR; at <= 12 * HOUR; at += MINUTE) {
		watch_ongoing(&w, &f, T0 + at);
		watch_tick(&w, T0 + at, false);
	}
	assert_int_equal(w.count, 4);
	watch_close(&w);
}

static void test_bound(void **state)
{
	struct watch w;

	(void)state;
	watch_open(&w, &detector_long_connection);
	for (uint32_t i = 0; i < 1000000; i++) {
		char to[32];
		struct flow f;

		snprintf(to, sizeof(to), "%u.%u.%u.7:4444", 20 + i / 65536, i / 256 % 256, i % 256);
		f = lasting(to, 4 * HOUR + i, APP_NONE);
		watch_ongoing(&w, &f, f.last);
	}
	watch_tick(&w, T0 + 5 * HOUR, true);
	assert_true(w.count > 0 && w.count <= 1024);
	assert_true(detector_long_connection.mem_max < 1u << 20);
	watch_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unknown), cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_volume),  cmocka_unit_test(test_udp),
		cmocka_unit_test(test_again),   cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
