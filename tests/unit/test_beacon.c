/* test_beacon.c - regular calls are told, ordinary traffic is not. */
#include "detect_test_d2.h"

#include <stdio.h>

extern const struct detector detector_beacon;

static uint32_t dice_state;

/* From 0 to below 1; the same numbers in every run (Numerical Recipes' generator). */
static double dice(void)
{
	dice_state = dice_state * 1664525u + 1013904223u;
	return (dice_state >> 8) / (double)(1 << 24);
}

static usec_t seconds(double s)
{
	return (usec_t)(s * (double)SEC);
}

/* One call of `host` at that time, TLS with so many bytes each way. */
static void call(struct watch *w, const char *host, const char *to, usec_t at, uint32_t sent)
{
	static unsigned port;
	char from[64];
	struct flow f;

	snprintf(from, sizeof(from), "%s:%u", host, 40000 + port++ % 20000);
	f = flow_of(from, to, at, at + SEC / 2);
	f.app = APP_TLS;
	flow_carry(&f, sent, 3000);
	watch_flow(w, &f);
}

/* So many calls about every `period` seconds, each late by up to `jitter` of it. */
static void calls(struct watch *w, const char *to, unsigned count, double period, double jitter)
{
	dice_state = 1;
	for (unsigned i = 0; i < count; i++)
		call(w, "10.1.2.3", to, T0 + seconds(period * i + period * jitter * dice()),
		     700 + i % 3);
	watch_tick(w, T0 + seconds(period * count), true);
}

static void test_regular(void **state)
{
	struct watch w;

	(void)state;
	watch_open(&w, &detector_beacon);
	calls(&w, "192.0.2.1:443", 10, 300, 0);
	assert_alert(watch_heard(&w), "beacon", "10.1.2.3", "192.0.2.1:443");
	assert_int_equal(watch_heard(&w)->severity, SEVERITY_INFO);
	assert_int_equal(watch_heard(&w)->direction, DIRECTION_OUTBOUND);
	assert_string_equal(watch_heard(&w)->why[0].value,
			    "10 in 45 min 0 s (10 connections or requests in all)");
	assert_non_null(strstr(watch_heard(&w)->say, "5 min"));
	watch_close(&w);
}

/* Seconds apart, and for hours. */
static void test_periods(void **state)
{
	static const double periods[] = { 1.2, 5, 60, 1800, 4 * 3600 };
	struct watch w;

	(void)state;
	for (size_t i = 0; i < sizeof(periods) / sizeof(periods[0]); i++) {
		watch_open(&w, &detector_beacon);
		calls(&w, "192.0.2.1:443", 12, periods[i], 0);
		assert_alert(watch_heard(&w), "beacon", "10.1.2.3", "192.0.2.1:443");
		assert_int_equal(watch_heard(&w)->severity,
				 periods[i] < 60 ? SEVERITY_NOTICE : SEVERITY_INFO);
		watch_close(&w);
	}
}

/* Cobalt Strike's jitter of 37 %: each sleep is the interval less up to so much of it. */
static void test_jitter(void **state)
{
	usec_t at = T0;
	struct watch w;

	(void)state;
	watch_open(&w, &detector_beacon);
	dice_state = 7;
	for (unsigned i = 0; i < 40; i++) {
		call(&w, "10.1.2.3", "192.0.2.1:443", at, 600);
		at += seconds(60 - 60 * 0.37 * dice());
	}
	watch_tick(&w, at, false);
	assert_alert(watch_heard(&w), "beacon", "10.1.2.3", "192.0.2.1:443");
	watch_close(&w);
}

/* A command now and then, and a night in which the computer slept. */
static void test_outliers(void **state)
{
	struct watch w;

	(void)state;
	watch_open(&w, &detector_beacon);
	for (unsigned i = 0; i < 40; i++)
		call(&w, "10.1.2.3", "192.0.2.1:443", T0 + i * 120 * SEC + (i > 20 ? 8 * HOUR : 0),
		     i % 9 == 4 ? 90000 : 512);
	watch_tick(&w, T0 + 12 * HOUR, false);
	assert_alert(watch_heard(&w), "beacon", "10.1.2.3", "192.0.2.1:443");
	watch_close(&w);
}

/* The times of connections to a page that people look at: exponential, as of Poisson arrivals. */
static void test_people(void **state)
{
	struct watch w;

	(void)state;
	for (uint32_t seed = 1; seed <= 200; seed++) {
		usec_t at = T0;

		watch_open(&w, &detector_beacon);
		dice_state = seed * 7919;
		for (unsigned i = 0; i < 64; i++) {
			double u = dice(), wait = 0;

			for (; u > 0 && u < 0.99; u /= 0.97) /* -ln(u) by steps of 3 % */
				wait += 0.03;
			at += seconds(1 + 30 * wait);
			call(&w, "10.1.2.3", "192.0.2.1:443", at, 700);
			watch_tick(&w, at, false);
		}
		watch_silent(&w);
		watch_close(&w);
	}
}

/* Seven beats are too few, and eight that are not quite regular. */
static void test_few(void **state)
{
	struct watch w;

	(void)state;
	watch_open(&w, &detector_beacon);
	calls(&w, "192.0.2.1:443", 7, 60, 0);
	watch_silent(&w);
	watch_close(&w);
	watch_open(&w, &detector_beacon);
	for (unsigned i = 0; i < 8; i++)
		call(&w, "10.1.2.3", "192.0.2.1:443", T0 + i * MINUTE + (i % 2) * 15 * SEC, 700);
	watch_tick(&w, T0 + HOUR, true);
	watch_silent(&w);
	watch_close(&w);
}

/* What asks at intervals by its nature, and what stays at home. */
static void test_periodic_services(void **state)
{
	static const char *const services[] = { "192.0.2.1:53",   "192.0.2.1:123",  "192.0.2.1:993",
						"192.0.2.1:5228", "192.0.2.1:8883", "10.9.9.9:443",
						"224.0.0.251:80" };
	struct watch w;

	(void)state;
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		watch_open(&w, &detector_beacon);
		calls(&w, services[i], 40, 60, 0);
		watch_silent(&w);
		watch_close(&w);
	}
}

/* Others who call us regularly are their own administrator's matter. */
static void test_inbound(void **state)
{
	struct watch w;

	(void)state;
	watch_open(&w, &detector_beacon);
	for (unsigned i = 0; i < 40; i++)
		call(&w, "192.0.2.1", "10.1.2.3:443", T0 + i * MINUTE, 700);
	watch_tick(&w, T0 + HOUR, true);
	watch_silent(&w);
	watch_close(&w);
}

/* The same update service, asked by five of ours; four would be told. */
static void test_infrastructure(void **state)
{
	struct watch w;

	(void)state;
	for (unsigned hosts = 4; hosts <= 5; hosts++) {
		/* addresses whose hashes differ in the first six bits */
		static const char *const names[] = { "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4",
						     "10.0.0.5" };

		watch_open(&w, &detector_beacon);
		for (unsigned i = 0; i < 20; i++)
			for (unsigned h = 0; h < hosts; h++)
				call(&w, names[h], "192.0.2.1:443", T0 + i * MINUTE + h * SEC, 700);
		watch_tick(&w, T0 + HOUR, true);
		assert_int_equal(w.count, hosts == 4 ? 4 : 0);
		watch_close(&w);
	}
}

/* A browser that opens six connections at once, once a minute, is one beat a minute; a crowd is
 * not. */
static void test_bursts(void **state)
{
	struct watch w;

	(void)state;
	for (unsigned each = 4; each <= 5; each++) {
		watch_open(&w, &detector_beacon);
		for (unsigned i = 0; i < 16; i++)
			for (unsigned n = 0; n < each; n++)
				call(&w, "10.1.2.3", "192.0.2.1:443", T0 + i * MINUTE + n * 1000,
				     700);
		watch_tick(&w, T0 + HOUR, true);
		assert_int_equal(w.count, each == 4);
		watch_close(&w);
	}
}

/* A flood, and a program that connects several times a second. */
static void test_busy(void **state)
{
	static const usec_t gaps[] = { 100, 10 * USEC_PER_MS, 200 * USEC_PER_MS,
				       800 * USEC_PER_MS };
	struct watch w;

	(void)state;
	for (size_t g = 0; g < sizeof(gaps) / sizeof(gaps[0]); g++) {
		watch_open(&w, &detector_beacon);
		for (unsigned i = 0; i < 2000; i++)
			call(&w, "10.1.2.3", "192.0.2.1:443", T0 + i * gaps[g], 700);
		watch_tick(&w, T0 + HOUR, true);
		watch_silent(&w);
		watch_close(&w);
	}
}

/* Pieces of a video every four seconds: regular, but they bring content. */
static void test_content(void **state)
{
	struct watch w;

	(void)state;
	watch_open(&w, &detector_beacon);
	for (unsigned i = 0; i < 40; i++) {
		char from[32];
		struct flow f;

		snprintf(from, sizeof(from), "10.1.2.3:%u", 50000 + i);
		f = flow_of(from, "192.0.2.1:443", T0 + i * 4 * SEC, T0 + (i * 4 + 1) * SEC);
		f.app = APP_TLS;
		flow_carry(&f, 700, 900000);
		watch_flow(&w, &f);
	}
	watch_tick(&w, T0 + HOUR, true);
	watch_silent(&w);
	watch_close(&w);
}

/* An unknown protocol, and seconds apart: more than information. */
static void test_odd(void **state)
{
	struct watch w;

	(void)state;
	watch_open(&w, &detector_beacon);
	for (unsigned i = 0; i < 40; i++) {
		char from[32];
		struct flow f;

		snprintf(from, sizeof(from), "10.1.2.3:%u", 50000 + i);
		f = flow_of(from, "192.0.2.1:4444", T0 + i * 10 * SEC, T0 + (i * 10 + 1) * SEC);
		watch_flow(&w, &f);
	}
	watch_tick(&w, T0 + HOUR, true);
	assert_alert(watch_heard(&w), "beacon", "10.1.2.3", "192.0.2.1:4444");
	assert_int_equal(watch_heard(&w)->severity, SEVERITY_WARNING);
	watch_close(&w);
}

/* A handshake for each connection: without a name, with a certificate of its own. */
static void test_self_signed(void **state)
{
	struct watch w;

	(void)state;
	watch_open(&w, &detector_beacon);
	for (unsigned i = 0; i < 20; i++) {
		struct event e = event_of(EVENT_TLS, "10.1.2.3:50000", "192.0.2.1:443",
					  T0 + i * 30 * SEC + 1000);

		e.tls.self_signed = true;
		watch_event(&w, &e);
		call(&w, "10.1.2.3", "192.0.2.1:443", T0 + i * 30 * SEC, 700);
	}
	watch_tick(&w, T0 + HOUR, true);
	assert_int_equal(w.count, 1);
	assert_alert(watch_heard(&w), "beacon", "10.1.2.3", "192.0.2.1:443");
	assert_int_equal(watch_heard(&w)->severity, SEVERITY_HIGH);
	assert_true(watch_heard(&w)->confidence >= 70);
	watch_close(&w);
}

/* A name that moves between addresses, as behind a CDN: told by its name, once. */
static void test_name(void **state)
{
	static const char *const servers[] = { "192.0.2.1:443", "192.0.2.2:443", "192.0.2.3:443" };
	struct watch w;

	(void)state;
	watch_open(&w, &detector_beacon);
	for (unsigned i = 0; i < 20; i++) {
		struct event e = event_of(EVENT_TLS, "10.1.2.3:50000", servers[i * i % 3],
					  T0 + i * 5 * MINUTE);

		e.tls.sni = said("cdn.example.org");
		watch_event(&w, &e);
	}
	watch_tick(&w, T0 + 2 * HOUR, true);
	assert_int_equal(w.count, 1);
	assert_alert(watch_heard(&w), "beacon", "10.1.2.3", "192.0.2.1:443");
	assert_non_null(strstr(watch_heard(&w)->say, "cdn.example.org"));
	watch_close(&w);
}

/* Requests at intervals within one connection: POST, with short answers, to a bare address. */
static void test_requests(void **state)
{
	struct watch w;

	(void)state;
	watch_open(&w, &detector_beacon);
	for (unsigned i = 0; i < 20; i++) {
		struct event e = event_of(EVENT_HTTP, "10.1.2.3:50000", "192.0.2.1:80",
					  T0 + i * 90 * SEC);

		e.http.method = said("POST");
		e.http.host = said("192.0.2.1:80");
		e.http.url = said("/gate.php");
		e.http.request_body = 200;
		e.http.response_body = 2;
		watch_event(&w, &e);
	}
	watch_tick(&w, T0 + HOUR, true);
	assert_alert(watch_heard(&w), "beacon", "10.1.2.3", "192.0.2.1:80");
	assert_int_equal(watch_heard(&w)->severity, SEVERITY_WARNING);
	watch_close(&w);
}

/* Bytes that would fool a reader are not shown. */
static void test_hostile_name(void **state)
{
	struct watch w;

	(void)state;
	watch_open(&w, &detector_beacon);
	for (unsigned i = 0; i < 20; i++) {
		struct event e = event_of(EVENT_TLS, "10.1.2.3:50000", "192.0.2.1:443",
					  T0 + i * MINUTE);

		e.tls.sni = said("\x1b[2Jexample.org");
		watch_event(&w, &e);
		call(&w, "10.1.2.3", "192.0.2.1:443", T0 + i * MINUTE, 700);
	}
	watch_tick(&w, T0 + HOUR, true);
	assert_null(strstr(watch_heard(&w)->say, "example"));
	watch_close(&w);
}

/* The order of a window's conversations depends on the workers; the alert must not. */
static void test_order(void **state)
{
	struct watch forth, back;

	(void)state;
	watch_open(&forth, &detector_beacon);
	watch_open(&back, &detector_beacon);
	for (unsigned i = 0; i < 100; i++) {
		call(&forth, "10.1.2.3", "192.0.2.1:443", T0 + i * MINUTE, 700 + i);
		call(&back, "10.1.2.3", "192.0.2.1:443", T0 + (99 - i) * MINUTE, 700 + 99 - i);
	}
	watch_tick(&forth, T0 + 2 * HOUR, true);
	watch_tick(&back, T0 + 2 * HOUR, true);
	assert_memory_equal(watch_heard(&forth), watch_heard(&back), sizeof(struct alert));
	assert_true(watch_heard(&forth)->from == T0 + 36 * MINUTE);
	watch_close(&forth);
	watch_close(&back);
}

/* A million services and names: no more memory, and the beat that goes on meanwhile is not lost. */
static void test_bound(void **state)
{
	struct watch w;

	(void)state;
	watch_open(&w, &detector_beacon);
	for (uint32_t i = 0; i < 1000000; i++) {
		char to[32], name[32];
		struct event e;
		struct flow f;

		snprintf(to, sizeof(to), "%u.%u.%u.7:443", 20 + i / 65536, i / 256 % 256, i % 256);
		f = flow_of("10.1.2.3:50000", to, T0 + i * 1000, T0 + i * 1000);
		f.state = i % 100 ? f.state & FLOW_INITIATOR : f.state; /* most do not answer */
		watch_flow(&w, &f);
		if (i % 256 == 0) {
			snprintf(name, sizeof(name), "n%u.example", i);
			e = event_of(EVENT_TLS, "10.1.2.3:50000", to, T0 + i * 1000);
			e.tls.sni = said(name);
			watch_event(&w, &e);
		}
		if (i % 60000 == 0)
			call(&w, "10.1.2.9", "192.0.2.99:443", T0 + i * 1000, 700);
	}
	watch_tick(&w, T0 + HOUR, true);
	assert_int_equal(w.count, 1);
	assert_alert(watch_heard(&w), "beacon", "10.1.2.9", "192.0.2.99:443");
	assert_true(detector_beacon.mem_max < 16u << 20);
	watch_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_regular),
		cmocka_unit_test(test_periods),
		cmocka_unit_test(test_jitter),
		cmocka_unit_test(test_outliers),
		cmocka_unit_test(test_people),
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_periodic_services),
		cmocka_unit_test(test_inbound),
		cmocka_unit_test(test_infrastructure),
		cmocka_unit_test(test_bursts),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_content),
		cmocka_unit_test(test_odd),
		cmocka_unit_test(test_self_signed),
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_hostile_name),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
