/* test_exfiltration.c - uploads that are unlike a host are told, those that it makes regularly not.
 */
#include "detect_test_d2.h"

#include "detect/growth.h"

#include <stdio.h>

extern const struct detector detector_exfiltration;

#define MB     1000000u
#define JUDGED (5 * SEC) /* no upload waits longer to be judged */

/* One finished transfer. */
static void transfer(struct watch *w, const char *to, usec_t at, uint32_t sent, uint32_t received)
{
	static unsigned port;
	char from[32];
	struct flow f;

	snprintf(from, sizeof(from), "10.1.2.3:%u", 40000 + port++ % 20000);
	f = flow_of(from, to, at, at + 20 * SEC);
	f.app = APP_TLS;
	flow_carry(&f, sent, received);
	watch_flow(w, &f);
	watch_tick(w, f.last + JUDGED, false);
}

/* Two days of ordinary work: some MB an hour, half as much out as in. */
static void ordinary(struct watch *w)
{
	for (usec_t at = 0; at < 48 * HOUR; at += 10 * MINUTE)
		transfer(w, "198.51.100.7:443", T0 + at, MB, 4 * MB);
}

/* Nothing known yet: only very much, to one address, with hardly anything back. */
static void test_strong(void **state)
{
	struct watch w;

	(void)state;
	watch_open(&w, &detector_exfiltration);
	transfer(&w, "192.0.2.1:443", T0, 60 * MB, 100000);
	assert_alert(watch_heard(&w), "exfiltration", "10.1.2.3", "192.0.2.1:443");
	assert_int_equal(watch_heard(&w)->severity, SEVERITY_NOTICE);
	assert_true(watch_heard(&w)->confidence <= 50);
	assert_non_null(strstr(watch_heard(&w)->why[2].value, "not known yet"));
	watch_close(&w);
	watch_open(&w, &detector_exfiltration);
	transfer(&w, "192.0.2.1:443", T0, 1100 * MB, 100000);
	assert_int_equal(watch_heard(&w)->severity, SEVERITY_WARNING);
	watch_close(&w);
}

static void test_near_misses(void **state)
{
	static const struct {
		const char *to;
		uint32_t sent, received;
	} cases[] = {
		{ "192.0.2.1:443", 45 * MB, 0 },        /* not much enough */
		{ "192.0.2.1:443", 80 * MB, 20 * MB },  /* a call, with both pictures */
		{ "192.0.2.1:443", 60 * MB, 900 * MB }, /* a download with its questions */
		{ "10.7.7.7:445", 900 * MB, 0 },        /* a backup to our own server */
		{ "192.0.2.1:53", 4 * MB, 8 * MB },     /* a resolver of ours asks much */
		{ "192.0.2.1:53", 6 * MB, 12 * MB },
	};
	struct watch w;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		watch_open(&w, &detector_exfiltration);
		transfer(&w, cases[i].to, T0, cases[i].sent, cases[i].received);
		if (w.count)
			fail_msg("case %zu: %s", i, w.heard[0].say);
		watch_close(&w);
	}
}

/* Strangers fetch from a server of ours; a flood, that nobody answers, is flood.c's. */
static void test_others(void **state)
{
	struct flow f = flow_of("192.0.2.1:50000", "10.1.2.3:443", T0, T0 + MINUTE);
	struct watch w;

	(void)state;
	watch_open(&w, &detector_exfiltration);
	flow_carry(&f, 10000, 900 * MB);
	watch_flow(&w, &f);
	f = flow_of("10.1.2.3:50000", "192.0.2.1:80", T0, T0 + MINUTE);
	f.key.proto = PROTO_UDP;
	f.state &= FLOW_INITIATOR;
	flow_carry(&f, 900 * MB, 0);
	watch_flow(&w, &f);
	watch_tick(&w, T0 + HOUR, true);
	watch_silent(&w);
	watch_close(&w);
}

/* Megabytes of DNS questions; a file by FTP, both ways of its data connection. */
static void test_channels(void **state)
{
	struct watch w;
	struct flow f;

	(void)state;
	watch_open(&w, &detector_exfiltration);
	f = flow_of("10.1.2.3:50000", "192.0.2.1:53", T0, T0 + 5 * MINUTE);
	f.key.proto = PROTO_UDP;
	flow_carry(&f, 6 * MB, MB);
	watch_flow(&w, &f);
	watch_tick(&w, T0 + HOUR, true);
	assert_alert(watch_heard(&w), "exfiltration", "10.1.2.3", "192.0.2.1:53");
	assert_int_equal(watch_heard(&w)->severity, SEVERITY_WARNING);
	watch_close(&w);

	watch_open(&w, &detector_exfiltration); /* passive */
	transfer(&w, "192.0.2.1:40001", T0, 6 * MB, 0);
	watch_silent(&w);
	f = flow_of("10.1.2.3:50000", "192.0.2.1:21", T0, T0 + MINUTE);
	f.app = APP_FTP;
	watch_flow(&w, &f);
	watch_tick(&w, T0 + HOUR / 2, true);
	assert_alert(watch_heard(&w), "exfiltration", "10.1.2.3", "192.0.2.1:21");
	assert_non_null(strstr(watch_heard(&w)->why[2].value, "FTP"));
	watch_close(&w);

	watch_open(&w, &detector_exfiltration); /* active */
	f = flow_of("192.0.2.1:20", "10.1.2.3:50001", T0, T0 + MINUTE);
	flow_carry(&f, 0, 6 * MB);
	watch_flow(&w, &f);
	watch_tick(&w, T0 + HOUR / 2, true);
	assert_alert(watch_heard(&w), "exfiltration", "10.1.2.3", "192.0.2.1:20");
	watch_close(&w);
}

/* After two days of ordinary work: much to a new address is told, as much as ever is not. */
static void test_learned(void **state)
{
	struct watch w;

	(void)state;
	watch_open(&w, &detector_exfiltration);
	ordinary(&w);
	watch_silent(&w);
	transfer(&w, "192.0.2.1:443", T0 + 49 * HOUR, 25 * MB, 1000);
	watch_silent(&w);
	watch_close(&w);
	watch_open(&w, &detector_exfiltration);
	ordinary(&w);
	transfer(&w, "192.0.2.2:443", T0 + 50 * HOUR, 40 * MB, 1000);
	assert_alert(watch_heard(&w), "exfiltration", "10.1.2.3", "192.0.2.2:443");
	assert_int_equal(watch_heard(&w)->severity, SEVERITY_WARNING);
	assert_non_null(strstr(watch_heard(&w)->say, "before"));
	watch_close(&w);
}

/* In all far more than ever, but to many addresses. */
static void test_host(void **state)
{
	struct watch w;

	(void)state;
	watch_open(&w, &detector_exfiltration);
	ordinary(&w);
	for (unsigned i = 0; i < 20; i++) {
		char to[32];

		snprintf(to, sizeof(to), "192.0.2.%u:443", i + 1);
		transfer(&w, to, T0 + 50 * HOUR + i * 10 * SEC, 20 * MB, 1000);
	}
	assert_alert(watch_heard(&w), "exfiltration", "10.1.2.3", "many addresses");
	assert_int_equal(watch_heard(&w)->severity, SEVERITY_NOTICE);
	watch_close(&w);
}

/* A backup to the same place every night: told in the first night, when nothing was known, at most.
 */
static void test_backup(void **state)
{
	struct watch w;
	size_t first;

	(void)state;
	watch_open(&w, &detector_exfiltration);
	transfer(&w, "192.0.2.1:22", T0, 2000 * MB, 10 * MB);
	first = w.count;
	assert_true(first <= 1);
	for (unsigned night = 1; night < 14; night++)
		transfer(&w, "192.0.2.1:22", T0 + night * 24 * HOUR, (2000 + 50 * night) * MB,
			 10 * MB);
	assert_int_equal(w.count, first);
	watch_close(&w);
}

/* A long upload is seen at every sweep: told while it goes on, and every byte once. */
static void test_ongoing(void **state)
{
	struct flow f = flow_of("10.1.2.3:50000", "192.0.2.1:443", T0 - T0 % HOUR, T0);
	uint64_t bytes = 0;
	struct watch w;

	(void)state;
	f.app = APP_TLS;
	watch_open(&w, &detector_exfiltration);
	for (uint32_t i = 12; i <= 60; i++) {
		f.last = f.first + i * 5 * SEC;
		flow_carry(&f, i * 2 * MB, 1000);
		watch_ongoing(&w, &f, f.last);
		watch_tick(&w, f.last, false);
		assert_int_equal(w.count > 0, i >= 24); /* 48 MB and headers stay below 50 */
	}
	watch_flow(&w, &f);
	watch_tick(&w, f.last + 10 * SEC, true);
	for (size_t i = 0; i < w.count; i++)
		bytes += w.heard[i].bytes;
	assert_int_equal(bytes, f.bytes[0] + f.bytes[1]);
	watch_close(&w);
}

/* Growth: differences; the same ends again later are a new conversation. */
static void test_growth(void **state)
{
	struct flow f = flow_of("10.1.2.3:50000", "192.0.2.1:443", T0, T0 + MINUTE);
	unsigned ours = side_of(&f);
	struct slots table;
	struct gain gain;

	(void)state;
	assert_true(growth_open(&table, 64));
	flow_carry(&f, 10000, 20000);
	gain = growth_of(&table, &f, false);
	assert_int_equal(gain.bytes[ours], f.bytes[ours]);
	f.bytes[ours] += 500;
	f.packets[ours] += 2;
	gain = growth_of(&table, &f, false);
	assert_int_equal(gain.bytes[ours], 500);
	assert_int_equal(gain.packets[ours], 2);
	assert_int_equal(gain.bytes[!ours], 0);
	gain = growth_of(&table, &f, true);
	assert_int_equal(gain.bytes[ours], 0);
	gain = growth_of(&table, &f, true);
	assert_int_equal(gain.bytes[ours], f.bytes[ours]);
	f.first += HOUR;
	gain = growth_of(&table, &f, false);
	assert_int_equal(gain.bytes[ours], f.bytes[ours]);
	slots_close(&table);
}

static void test_bound(void **state)
{
	struct watch w;

	(void)state;
	watch_open(&w, &detector_exfiltration);
	transfer(&w, "192.0.2.99:443", T0, 40 * MB, 1000);
	for (uint32_t i = 0; i < 1000000; i++) {
		char to[32];
		struct flow f;

		snprintf(to, sizeof(to), "%u.%u.%u.7:443", 20 + i / 65536, i / 256 % 256, i % 256);
		f = flow_of("10.1.2.4:50000", to, T0 + MINUTE, T0 + 2 * MINUTE);
		if (i % 2)
			watch_ongoing(&w, &f, f.last);
		else
			watch_flow(&w, &f);
	}
	transfer(&w, "192.0.2.99:443", T0 + 3 * MINUTE, 15 * MB, 1000);
	assert_int_equal(w.count, 1);
	assert_true(detector_exfiltration.mem_max < 4u << 20);
	watch_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strong),  cmocka_unit_test(test_near_misses),
		cmocka_unit_test(test_others),  cmocka_unit_test(test_channels),
		cmocka_unit_test(test_learned), cmocka_unit_test(test_host),
		cmocka_unit_test(test_backup),  cmocka_unit_test(test_ongoing),
		cmocka_unit_test(test_growth),  cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
