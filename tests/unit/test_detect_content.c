/*
 * test_detect_content.c - cleartext_login, file_mismatch and spam_bot: what they tell of, and what
 * looks alike and must stay untold.
 */
#include "detect_test_d1.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define SEC USEC_PER_SEC

extern const struct detector detector_cleartext_login, detector_file_mismatch, detector_spam_bot;

static const char inside[] = "192.168.1.20", inside2[] = "192.168.1.30", outside[] = "198.51.100.7";

struct login_case {
	const char *client, *server;
	enum login_outcome outcome;
	bool password, weak, anonymous;
	int severity; /* -1: nothing is told */
	enum direction direction;
};

static void test_logins(void **state)
{
	static const struct login_case cases[] = {
		{ outside, inside, LOGIN_ACCEPTED, true, false, false, SEVERITY_WARNING,
		  DIRECTION_INBOUND },
		{ outside, inside, LOGIN_ACCEPTED, true, true, false, SEVERITY_HIGH,
		  DIRECTION_INBOUND },
		{ outside, inside, LOGIN_REFUSED, true, true, false, SEVERITY_NOTICE,
		  DIRECTION_INBOUND },
		{ outside, inside, LOGIN_UNKNOWN, true, false, false, SEVERITY_NOTICE,
		  DIRECTION_INBOUND },
		{ inside, inside2, LOGIN_ACCEPTED, true, false, false, SEVERITY_NOTICE,
		  DIRECTION_INTERNAL },
		{ inside, outside, LOGIN_ACCEPTED, true, false, false, SEVERITY_NOTICE,
		  DIRECTION_OUTBOUND },
		{ inside, outside, LOGIN_ACCEPTED, true, true, false, SEVERITY_WARNING,
		  DIRECTION_OUTBOUND },
		{ inside, outside, LOGIN_ACCEPTED, true, false, true, -1, 0 },  /* anonymous FTP */
		{ inside, outside, LOGIN_REFUSED, true, false, false, -1, 0 },  /* mistyped */
		{ outside, inside, LOGIN_REFUSED, false, false, false, -1, 0 }, /* a user only */
		{ outside, "203.0.113.9", LOGIN_ACCEPTED, true, true, false, -1, 0 }, /* not ours */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct login_case *c = &cases[i];
		struct bench b;
		struct event e;

		bench_open(&b, &detector_cleartext_login);
		e = bench_event(&b, EVENT_LOGIN, c->client, c->server, 23);
		e.app = APP_TELNET;
		e.login = (struct event_login){ c->outcome, text_span("root"), c->password, c->weak,
						c->anonymous };
		bench_see(&b, &e);
		bench_tick(&b);
		bench_tick(&b); /* no news, nothing told again */
		assert_int_equal(b.alerts, c->severity >= 0);
		if (b.alerts) {
			assert_int_equal(b.last.severity, c->severity);
			assert_int_equal(b.last.direction, c->direction);
			assert_int_equal(b.last.whom.port, 23);
		}
		bench_close(&b);
	}
}

struct file_case {
	const char *name, *declared;
	enum file_type type;
	int severity; /* -1: nothing is told */
};

static const struct file_case file_cases[] = {
	{ "logo.jpg", "image/jpeg", FILE_PE, SEVERITY_HIGH },
	{ "LOGO.JPG", "application/octet-stream", FILE_PE, SEVERITY_HIGH },
	{ "update", "image/png", FILE_ELF, SEVERITY_HIGH },
	{ "cat.gif", "", FILE_SCRIPT, SEVERITY_HIGH },
	{ "report.pdf", "application/pdf", FILE_LNK, SEVERITY_HIGH },
	{ "font.woff2", "font/woff2", FILE_MACHO, SEVERITY_HIGH },
	{ "invoice.pdf.exe", "application/octet-stream", FILE_PE, SEVERITY_WARNING },
	{ "photo.jpg.scr", "", FILE_PE, SEVERITY_WARNING },
	{ "list.txt", "text/plain", FILE_PE, SEVERITY_NOTICE },
	{ "a", "text/html", FILE_PE, SEVERITY_NOTICE },
	{ "setup.exe", "application/octet-stream", FILE_PE, -1 },
	{ "setup.exe", "text/plain", FILE_PE, -1 }, /* the old default of web servers */
	{ "setup-1.2.3.exe", "application/x-msdownload", FILE_PE, -1 },
	{ "firmware.bin", "application/octet-stream", FILE_ELF, -1 },
	{ "install.sh", "text/plain", FILE_SCRIPT, -1 },
	{ "install.txt", "text/plain", FILE_SCRIPT, -1 },
	{ "index.html", "text/html", FILE_SCRIPT, -1 },
	{ "jquery.min.js", "text/javascript", FILE_SCRIPT, -1 },
	{ "lib.jar", "application/java-archive", FILE_JAVA, -1 },
	{ "libfoo.so", "", FILE_ELF, -1 },
	{ "e7f3a9", "application/octet-stream", FILE_PE, -1 },
	{ "logo.jpg", "image/jpeg", FILE_PNG, -1 }, /* wrong, but nothing that runs */
	{ "favicon.ico", "image/x-icon", FILE_HTML, -1 },
	{ "", "", FILE_PE, -1 },
	{ ".", "image", FILE_PE, -1 },
	{ "..........", "", FILE_PE, -1 },
	{ "a.jpg/b", "", FILE_PE, -1 },
};

static void test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(file_cases) / sizeof(file_cases[0]); i++) {
		const struct file_case *c = &file_cases[i];
		struct bench b;
		struct event e;

		bench_open(&b, &detector_file_mismatch);
		e = bench_event(&b, EVENT_FILE, inside, outside, 80);
		e.file = (struct event_file){ .name = text_span(c->name),
					      .declared = text_span(c->declared),
					      .type = c->type,
					      .size = 4096,
					      .to_client = true };
		bench_see(&b, &e);
		bench_tick(&b);
		bench_tick(&b);
		if (b.alerts != (c->severity >= 0))
			fail_msg("%s %s: %u alerts", c->name, c->declared, b.alerts);
		if (b.alerts) {
			assert_int_equal(b.last.severity, c->severity);
			assert_int_equal(b.last.direction, DIRECTION_INBOUND);
			assert_true(bench_is(&b.last.whom, inside));
		}
		bench_close(&b);
	}
}

/* The same file sent by one of ours, and between strangers. */
static void test_file_directions(void **state)
{
	struct bench b;
	struct event e;

	(void)state;
	bench_open(&b, &detector_file_mismatch);
	e = bench_event(&b, EVENT_FILE, outside, inside, 80);
	e.file = (struct event_file){
		.name = text_span("a.png"), .type = FILE_PE, .size = 9, .to_client = true
	};
	bench_see(&b, &e);
	bench_tick(&b);
	assert_int_equal(b.alerts, 1);
	assert_int_equal(b.last.direction, DIRECTION_OUTBOUND);
	e.home[1] = false;
	bench_see(&b, &e);
	bench_tick(&b);
	assert_int_equal(b.alerts, 1);
	bench_close(&b);
}

static void mail(struct bench *b, unsigned servers, uint32_t recipients, uint32_t refused)
{
	for (unsigned i = 0; i < servers; i++) {
		char server[32];
		struct event e;

		snprintf(server, sizeof(server), "203.0.113.%u", i + 1);
		e = bench_event(b, EVENT_SMTP, inside, server, 25);
		e.app = APP_SMTP;
		e.smtp.recipients = recipients;
		e.smtp.refused = refused;
		e.smtp.message = 1000;
		bench_see(b, &e);
		bench_flow(b, inside, server, 25, true);
		bench_pass(b, SEC);
	}
}

static void test_spam_fires(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, &detector_spam_bot);
	mail(&b, 15, 2, 1);
	assert_true(b.alerts >= 1);
	assert_int_equal(b.last.severity, SEVERITY_HIGH);
	bench_close(&b);
	bench_open(&b,
		   &detector_spam_bot); /* port 25 is closed at the edge: flows without an answer */
	for (unsigned i = 0; i < 15; i++) {
		char server[32];

		snprintf(server, sizeof(server), "203.0.%u.9", i);
		bench_flow(&b, inside, server, 25, false);
	}
	bench_tick(&b);
	assert_int_equal(b.alerts, 1);
	assert_int_equal(b.last.severity, SEVERITY_HIGH);
	bench_close(&b);
	bench_open(&b, &detector_spam_bot); /* a server that only sends, and is let in everywhere */
	mail(&b, 100, 10, 1);
	assert_true(b.alerts >= 1);
	assert_int_equal(b.worst.severity, SEVERITY_NOTICE);
	bench_close(&b);
	bench_open(&b, &detector_spam_bot); /* through one relay */
	for (unsigned i = 0; i < 5; i++)
		mail(&b, 1, 20, 10);
	assert_true(b.alerts >= 1);
	bench_close(&b);
}

static void test_spam_near(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, &detector_spam_bot);
	mail(&b, 5, 3, 1); /* a few servers */
	for (unsigned i = 0; i < 10; i++)
		mail(&b, 1, 100, 2); /* a newsletter through a relay */
	for (unsigned i = 0; i < 40; i++) {
		char server[32];

		snprintf(server, sizeof(server), "203.0.113.%u", i + 1);
		bench_flow(&b, inside, server, 587, true);         /* submission is no delivery */
		bench_flow(&b, inside2, "192.168.1.25", 25, true); /* to our own server */
	}
	bench_tick(&b);
	assert_int_equal(b.alerts, 0);
	bench_close(&b);
	bench_open(&b, &detector_spam_bot); /* a mail server: it receives mail, too */
	bench_flow(&b, "198.51.100.1", inside, 25, true);
	bench_flow(&b, "198.51.100.2", inside, 25, true);
	mail(&b, 60, 4, 1);
	assert_int_equal(b.alerts, 0);
	mail(&b, 60, 4, 4); /* ... whose recipients do not exist any more */
	assert_true(b.alerts >= 1);
	assert_int_equal(b.worst.severity, SEVERITY_WARNING);
	bench_close(&b);
}

/* A million addresses on either side. */
static void test_bound(void **state)
{
	const struct detector *const all[] = { &detector_cleartext_login, &detector_file_mismatch,
					       &detector_spam_bot };
	static const enum event_kind kinds[] = { EVENT_LOGIN, EVENT_FILE, EVENT_SMTP };

	(void)state;
	for (unsigned d = 0; d < 3; d++) {
		struct bench b;
		struct event e;

		assert_true(all[d]->mem_max < 4u << 20);
		bench_open(&b, all[d]);
		e = bench_event(&b, kinds[d], inside, outside, 25);
		if (d == 0)
			e.login = (struct event_login){ LOGIN_ACCEPTED, text_span("u"), true, false,
							false };
		else if (d == 1)
			e.file = (struct event_file){ .name = text_span("a.png"), .type = FILE_PE };
		else
			e.smtp.recipients = 1;
		for (uint32_t i = 0; i < 1000000; i++) {
			memcpy(e.key.ip[d == 2 ? 0 : 1].b + 12, &i, sizeof(i));
			bench_see(&b, &e);
		}
		bench_tick(&b);
		assert_true(b.alerts <= 1024);
		bench_close(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_logins),          cmocka_unit_test(test_files),
		cmocka_unit_test(test_file_directions), cmocka_unit_test(test_spam_fires),
		cmocka_unit_test(test_spam_near),       cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
