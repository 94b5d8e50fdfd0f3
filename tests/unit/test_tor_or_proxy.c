/*
 * test_tor_or_proxy.c - Tor and proxies by their forms; ordinary names and requests are not told.
 */
#include "detect_test_d2.h"

#include <stdio.h>

extern const struct detector detector_tor_or_proxy;

static void hear(struct watch *w, const struct event *e)
{
	watch_open(w, &detector_tor_or_proxy);
	watch_event(w, e);
	watch_tick(w, T0 + MINUTE, true);
}

static struct event tls(const char *sni, const char *subject, const char *issuer)
{
	struct event e = event_of(EVENT_TLS, "10.1.2.3:50000", "192.0.2.1:443", T0);

	e.tls.sni = said(sni);
	e.tls.subject = said(subject);
	e.tls.issuer = said(issuer);
	return e;
}

/* The names are of a Tor connection as in the literature on its detection. */
static void test_tor(void **state)
{
	struct event e = tls("www.4cyuuwxndt4t.com", "CN=www.5n67swrvtgfr.net",
			     "CN=www.lwt2cuz5k6qsv.com");
	struct watch w;

	(void)state;
	hear(&w, &e);
	assert_alert(watch_heard(&w), "tor_or_proxy", "10.1.2.3", "192.0.2.1:443");
	assert_int_equal(watch_heard(&w)->severity, SEVERITY_INFO);
	assert_true(watch_heard(&w)->confidence >= 85);
	assert_string_equal(watch_heard(&w)->attack, "T1090.003");
	watch_close(&w);
	e = tls("www.4cyuuwxndt4t.com", "", ""); /* TLS 1.3 hides the certificate */
	hear(&w, &e);
	assert_true(watch_heard(&w)->confidence < 50);
	assert_non_null(strstr(watch_heard(&w)->say, "may go"));
	watch_close(&w);
}

static void test_other_names(void **state)
{
	static const struct {
		const char *sni, *subject, *issuer;
	} names[] = {
		{ "www.microsoft.com", "", "" },
		{ "www.office365.com", "", "" },
		{ "www.strengths.com", "", "" },
		{ "www.web2print.com", "", "" },
		{ "www.abc4x.com", "", "" },                 /* too short */
		{ "www.4cyuuwxndt4tqqqqqqqqq.com", "", "" }, /* too long: 21 */
		{ "www.4cyuuwxndt8t.com", "", "" },          /* 8 is not in base32 */
		{ "api.4cyuuwxndt4t.com", "", "" },
		{ "", "", "" },
		{ "www.4cyuuwxndt4t.com", "CN=www.4cyuuwxndt4t.com", "CN=R3,O=Let's Encrypt,C=US" },
		{ "www.microsoft.com", "CN=www.microsoft.com", "CN=Microsoft Azure RSA TLS" },
		{ "www.example.com", "CN=www.example.com", "CN=www.example.com" }, /* self-signed */
	};
	struct watch w;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct event e = tls(names[i].sni, names[i].subject, names[i].issuer);

		hear(&w, &e);
		if (w.count)
			fail_msg("%s: %s", names[i].sni, w.heard[0].say);
		watch_close(&w);
	}
}

static void test_proxy(void **state)
{
	struct event e = event_of(EVENT_HTTP, "10.1.2.3:50000", "192.0.2.1:3128", T0);
	struct watch w;

	(void)state;
	e.http.method = said("CONNECT");
	e.http.url = said("mail.example.org:443");
	e.http.status = 200;
	hear(&w, &e);
	assert_alert(watch_heard(&w), "tor_or_proxy", "10.1.2.3", "192.0.2.1:3128");
	assert_int_equal(watch_heard(&w)->confidence, 85);
	assert_string_equal(watch_heard(&w)->attack, "T1090.002");
	watch_close(&w);
	e.http.method = said("GET");
	e.http.url = said("http://www.example.org/");
	e.http.status = 403;
	hear(&w, &e);
	assert_int_equal(watch_heard(&w)->confidence, 60);
	watch_close(&w);
}

/* A page, a page that names another in its query, a proxy of ours, and a stranger at ours. */
static void test_no_proxy(void **state)
{
	static const struct {
		const char *from, *to, *method, *url;
	} cases[] = {
		{ "10.1.2.3:50000", "192.0.2.1:80", "GET", "/" },
		{ "10.1.2.3:50000", "192.0.2.1:80", "GET", "/?to=http://example.org/" },
		{ "10.1.2.3:50000", "192.0.2.1:80", "OPTIONS", "*" },
		{ "10.1.2.3:50000", "192.0.2.1:80", "", "" },
		{ "10.1.2.3:50000", "10.0.0.8:3128", "CONNECT", "example.org:443" },
		{ "192.0.2.1:50000", "10.1.2.3:80", "CONNECT", "example.org:443" },
	};
	struct watch w;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct event e = event_of(EVENT_HTTP, cases[i].from, cases[i].to, T0);

		e.http.method = said(cases[i].method);
		e.http.url = said(cases[i].url);
		hear(&w, &e);
		watch_silent(&w);
		watch_close(&w);
	}
}

static void test_ports(void **state)
{
	static const struct {
		const char *to;
		enum app app;
		uint16_t state;
		bool told;
	} cases[] = {
		{ "192.0.2.1:9050", APP_NONE, FLOW_HANDSHAKE, true },
		{ "192.0.2.1:1080", APP_NONE, FLOW_HANDSHAKE, true },
		{ "192.0.2.1:9001", APP_TLS, FLOW_HANDSHAKE, true },
		{ "192.0.2.1:9001", APP_NONE, FLOW_HANDSHAKE, false },
		{ "192.0.2.1:1080", APP_TLS, FLOW_HANDSHAKE, false },
		{ "192.0.2.1:1080", APP_NONE, 0, false }, /* a scan, or the middle of something */
		{ "10.5.5.5:1080", APP_NONE, FLOW_HANDSHAKE, false },
		{ "192.0.2.1:443", APP_TLS, FLOW_HANDSHAKE, false },
	};
	struct watch w;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct flow f = flow_of("10.1.2.3:50000", cases[i].to, T0, T0 + SEC);

		f.app = (uint8_t)cases[i].app;
		f.state = (uint16_t)((f.state & ~FLOW_HANDSHAKE) | cases[i].state);
		watch_open(&w, &detector_tor_or_proxy);
		watch_flow(&w, &f);
		watch_tick(&w, T0 + MINUTE, true);
		if ((w.count > 0) != cases[i].told)
			fail_msg("case %zu: %zu alerts", i, w.count);
		watch_close(&w);
	}
}

/* Told once, and again when it happens again. */
static void test_again(void **state)
{
	struct event e = tls("www.4cyuuwxndt4t.com", "", "");
	struct watch w;

	(void)state;
	hear(&w, &e);
	watch_tick(&w, T0 + 2 * MINUTE, false);
	assert_int_equal(w.count, 1);
	watch_event(&w, &e);
	watch_tick(&w, T0 + 3 * MINUTE, false);
	assert_int_equal(w.count, 2);
	watch_close(&w);
}

static void test_bound(void **state)
{
	struct watch w;

	(void)state;
	watch_open(&w, &detector_tor_or_proxy);
	for (uint32_t i = 0; i < 1000000; i++) {
		char to[32];
		struct flow f;

		snprintf(to, sizeof(to), "%u.%u.%u.7:1080", 20 + i / 65536, i / 256 % 256, i % 256);
		f = flow_of("10.1.2.3:50000", to, T0, T0 + SEC);
		watch_flow(&w, &f);
	}
	watch_tick(&w, T0 + HOUR, true);
	assert_true(w.count > 0 && w.count <= 1024);
	assert_true(detector_tor_or_proxy.mem_max < 1u << 20);
	watch_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tor),   cmocka_unit_test(test_other_names),
		cmocka_unit_test(test_proxy), cmocka_unit_test(test_no_proxy),
		cmocka_unit_test(test_ports), cmocka_unit_test(test_again),
		cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
