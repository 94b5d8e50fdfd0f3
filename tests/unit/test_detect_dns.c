/*
 * test_detect_dns.c - hostname, resolvers, dga and dns_tunnel: what they tell of, and what looks
 * alike and must stay untold.
 */
#include "detect/hostname.h"
#include "detect/resolvers.h"
#include "detect_test_d1.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define SEC USEC_PER_SEC
#define A   1
#define MX  15
#define TXT 16

extern const struct detector detector_dga, detector_dns_tunnel;

static const char host[] = "192.168.1.20", dns_server[] = "9.9.9.9";

static void registrable_is(const char *name, const char *want)
{
	struct span got = hostname_registrable(text_span(name));

	assert_int_equal(got.len, strlen(want));
	assert_memory_equal(got.ptr, want, got.len);
}

static void test_registrable(void **state)
{
	(void)state;
	registrable_is("www.example.com", "example.com");
	registrable_is("example.com", "example.com");
	registrable_is("a.b.example.co.jp", "example.co.jp");
	registrable_is("example.co.jp", "example.co.jp");
	registrable_is("shop.example.com.au", "example.com.au");
	registrable_is("a.co.com", "co.com"); /* only countries have second levels */
	registrable_is("localhost", "localhost");
	registrable_is("", "");
	registrable_is("example.xn--p1ai", "example.xn--p1ai");
	registrable_is("a.b.example.kawasaki.jp", "b.example.kawasaki.jp");
	registrable_is("www.city.kawasaki.jp", "city.kawasaki.jp");
	registrable_is("www.example.gov.br", "example.gov.br");
	registrable_is("www.example.github.io", "github.io"); /* who bought it, not who rents there */
	registrable_is("www.example.co.jp", "example.co.jp"); /* the same when it was asked before */
	registrable_is("dnscat.0a1b.2c3d", "");
	registrable_is("..", "");
	registrable_is(".", "");
}

static void test_machine(void **state)
{
	static const char *const made[] = { "xkqzvbwtpj",     "rspwqzhdkf", "b4c8d1e07f3a",
					    "ywkmxqgzpfrh",   "oqxvjkwzhn", "vaaaakaxj2u4q7",
					    "binary\x01label" };
	static const char *const chosen[] = {
		"windowsupdate", "googlesyndication", "scorecardresearch", "mitsubishi",
		"softbank",      "nttdocomo",         "bahnhofstrasse",    "xn--fsqu00a",
		"fbcdn",         "cloudflare",        "sumitomotrust",     "office365",
		"1password",     "stackoverflow",     "yomiuri",           ""
	};

	(void)state;
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++)
		if (!hostname_machine(text_span(made[i])))
			fail_msg("%s is machine-made", made[i]);
	for (size_t i = 0; i < sizeof(chosen) / sizeof(chosen[0]); i++)
		if (hostname_machine(text_span(chosen[i])))
			fail_msg("%s was chosen", chosen[i]);
}

static void test_names(void **state)
{
	char text[HOSTNAME_TEXT];
	struct span name = text_span("deep.longest-one.example.com");

	(void)state;
	assert_true(hostname_carries_address(text_span("2.0.0.127.zen.example.org")));
	assert_true(hostname_carries_address(text_span("ec2-3-8-12-99.compute.example.com")));
	assert_true(hostname_carries_address(
		text_span("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")));
	assert_false(hostname_carries_address(text_span("a1b2.example.com")));
	assert_false(hostname_carries_address(text_span("1.2.3.example.com")));
	assert_true(hostname_under(name, "example.com"));
	assert_false(hostname_under(name, "ample.com"));
	assert_int_equal(hostname_longest(name).len, strlen("longest-one"));
	assert_int_equal(hostname_first(name).len, strlen("deep"));
	assert_string_equal(hostname_text(text_span("a\x1b[31m.b"), text), "a??31m.b");
}

/* So many random names that do not exist; what follows the letters; how fast. */
static void ask_random(struct bench *b, unsigned count, const char *suffix, uint16_t type,
		       usec_t pause)
{
	char name[128], letters[32];

	for (unsigned i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%s%s", bench_letters(letters, 12 + i % 5, i + 1000),
			 suffix);
		bench_ask(b, &(struct bench_dns){ host, dns_server, name, type, 3, 0 });
		bench_pass(b, pause);
	}
}

static void test_dga_fires(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, &detector_dga);
	ask_random(&b, 14, ".info", A, SEC);
	assert_true(b.alerts >= 1);
	assert_int_equal(b.last.severity, SEVERITY_HIGH);
	assert_int_equal(b.last.direction, DIRECTION_OUTBOUND);
	assert_true(bench_is(&b.last.who, host));
	assert_string_equal(b.last.why[3].key, "Name");
	bench_close(&b);
	bench_open(&b, &detector_dga); /* one in three minutes */
	ask_random(&b, 30, ".co.jp", 28, 180 * SEC);
	assert_true(b.alerts >= 1);
	bench_close(&b);
}

static void test_dga_near(void **state)
{
	static const char *const typed[] = {
		"gogle.cm",      "exampel.con",       "wikipdia.ogr",    "rakutenn.cojp",
		"amazno.cm",     "facebok.comm",      "microsfot.con",   "yahho.cojp",
		"newspapers.cm", "weatherforcast.nt", "stackoverflw.cm", "bankofjapn.jp"
	};
	struct bench b;

	(void)state;
	bench_open(&b, &detector_dga);
	ask_random(&b, 6, ".info", A, SEC);              /* too few */
	ask_random(&b, 30, ".corp.example.com", A, SEC); /* a search suffix */
	ask_random(&b, 30, "", A, SEC);                  /* Chromium's probes */
	ask_random(&b, 30, ".lan", A, SEC);              /* ... with a router's suffix */
	ask_random(&b, 30, ".net", MX, SEC);             /* senders of spam, looked up */
	for (unsigned i = 0; i < 30; i++) {
		char name[64];

		snprintf(name, sizeof(name), "%u.2.0.192.in-addr.arpa", i);
		bench_ask(&b, &(struct bench_dns){ host, dns_server, name, 12, 3, 0 });
	}
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++)
		bench_ask(&b, &(struct bench_dns){ host, dns_server, typed[i], A, 3, 0 });
	bench_tick(&b);
	assert_int_equal(b.alerts, 0);
	bench_close(&b);
}

/* The same burst that tells of a host says nothing of the resolver that asks for four clients. */
static void test_dga_resolver(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, &detector_dga);
	for (unsigned i = 1; i <= 4; i++) {
		char client[32];

		snprintf(client, sizeof(client), "192.168.2.%u", i);
		bench_ask(&b, &(struct bench_dns){ client, host, "www.example.com", A, 0, 4 });
	}
	ask_random(&b, 20, ".info", A, SEC);
	assert_int_equal(b.alerts, 0);
	ask_random(&b, 60, ".biz", A, SEC);
	assert_true(b.alerts >= 1);
	assert_int_equal(b.worst.severity, SEVERITY_WARNING);
	bench_close(&b);
}

struct tunnel_case {
	const char *format; /* of the name, with one %s for what is encoded */
	unsigned count, length;
	uint16_t type;
	uint32_t rdata;
	usec_t pause;
	bool same; /* the same few names again and again */
};

static uint32_t tunnel_run(const struct tunnel_case *c, struct alert *last)
{
	struct bench b;

	bench_open(&b, &detector_dns_tunnel);
	for (unsigned i = 0; i < c->count; i++) {
		char name[256], text[200];

		const char *gap = strstr(c->format, "%s");

		bench_hex(text, c->length, c->same ? i % 5 : i);
		snprintf(name, sizeof(name), "%.*s%s%s",
			 (int)(gap ? (size_t)(gap - c->format) : strlen(c->format)), c->format,
			 gap ? text : "", gap ? gap + 2 : "");
		bench_ask(&b, &(struct bench_dns){ host, dns_server, name, c->type, 0, c->rdata });
		bench_pass(&b, c->pause);
	}
	*last = b.last;
	bench_close(&b);
	return b.alerts;
}

static void test_tunnel_fires(void **state)
{
	static const struct tunnel_case cases[] = {
		{ "%s.t.example.com", 20, 30, 10, 60, SEC / 10, false }, /* iodine: NULL */
		{ "%s.example.com", 30, 18, MX, 40, SEC, false },        /* dnscat2, idle */
		{ "%s.example.com", 40, 18, 5, 40, 120 * SEC, false },   /* ... every two minutes */
		{ "%s.=auth.dns.example.fr", 20, 40, TXT, 40, SEC, false }, /* dns2tcp */
		{ "%s.example.co.jp", 30, 120, A, 4, SEC, false },          /* carried out by A */
		{ "%s.a.example.net", 80, 60, A, 4, SEC, false },
		{ "%s.example.net", 400, 20, A, 4, SEC, false }, /* dnscat2 by A alone */
		{ "l.%s.ns.example.pl", 18, 2, TXT, 256, SEC / 10,
		  false }, /* a program in pieces */
		{ "%s.example.corp.local", 30, 18, TXT, 40, SEC,
		  false }, /* behind a search suffix */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct alert last;

		if (tunnel_run(&cases[i], &last) == 0)
			fail_msg("not told: %s", cases[i].format);
		assert_true(last.severity >= SEVERITY_WARNING);
		assert_true(bench_is(&last.whom, dns_server));
	}
}

static void test_tunnel_near(void **state)
{
	static const struct tunnel_case cases[] = {
		{ "%s.example.com", 9, 18, MX, 40, SEC, false },          /* too few */
		{ "%s.example.com", 500, 18, MX, 40, SEC, true },         /* the same names */
		{ "d%s.cloudfront.net", 100, 13, A, 4, SEC, false },      /* a CDN */
		{ "%s.safeframe.ads.example", 50, 32, A, 4, SEC, false }, /* advertisements */
		{ "0.0.0.0.1.0.0.4e.%s.avqs.mcafee.com", 400, 26, A, 4, SEC, false },
		{ "%s.files.sophosxl.net", 200, 60, TXT, 40, SEC, false },
		{ "4.3.2.1.%s.dnsbl.example", 400, 8, A, 4, SEC, false },
		{ "selector%s._domainkey.example.com", 40, 8, TXT, 400, SEC, false },
		{ "_ldap._tcp.%s.domains._msdcs.corp.example", 40, 20, 33, 40, SEC, false },
		{ "%s.measure.example.com", 40, 32, A, 4, SEC, false }, /* telemetry */
		{ "www.example.com", 500, 0, A, 4, SEC, false },
		{ "%s.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", 400, 1, 12, 40, SEC, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct alert last;

		if (tunnel_run(&cases[i], &last) != 0)
			fail_msg("told: %s (%s)", cases[i].format, last.why[1].value);
	}
}

/* Names of our own server that outsiders make up are an attack on it, not a tunnel; mDNS stays
 * here. */
static void test_tunnel_not_ours(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, &detector_dns_tunnel);
	for (unsigned i = 0; i < 200; i++) {
		char name[100], text[40];
		struct event e;

		snprintf(name, sizeof(name), "%s.example.com", bench_hex(text, 30, i));
		bench_ask(&b,
			  &(struct bench_dns){ "198.51.100.7", "192.168.1.53", name, TXT, 0, 99 });
		e = bench_event(&b, EVENT_DNS, host, "224.0.0.251", 5353);
		e.dns.multicast = true;
		e.dns.qtype = TXT;
		e.dns.qname = text_span(name);
		bench_see(&b, &e);
		bench_pass(&b, SEC);
	}
	assert_int_equal(b.alerts, 0);
	bench_close(&b);
}

/* A million clients and domains: the tables stay as they are, and a tunnel among them is told. */
static void test_bound(void **state)
{
	const struct detector *const both[] = { &detector_dga, &detector_dns_tunnel };

	(void)state;
	for (unsigned d = 0; d < 2; d++) {
		struct bench b;
		char name[128], text[40];

		bench_open(&b, both[d]);
		assert_true(both[d]->mem_max < 8u << 20);
		for (uint32_t i = 0; i < 1000000; i++) {
			struct event e = bench_event(&b, EVENT_DNS, "192.168.0.1", dns_server, 53);

			e.key.ip[0].b[14] = (uint8_t)(i >> 8);
			e.key.ip[0].b[15] = (uint8_t)i;
			snprintf(name, sizeof(name), "www.%s.com", bench_letters(text, 10, i));
			e.dns.qname = text_span(name);
			e.dns.qtype = A;
			e.dns.response = d == 0;
			e.dns.rcode = d == 0 ? 3 : 0;
			bench_see(&b, &e);
			if (d == 1 && i % 10000 == 0) {
				snprintf(name, sizeof(name), "%s.t.example.com",
					 bench_hex(text, 30, i));
				bench_ask(&b, &(struct bench_dns){ "192.168.9.9", dns_server, name,
								   10, 0, 50 });
			}
		}
		bench_tick(&b);
		if (d == 1)
			assert_int_equal(b.alerts, 1);
		bench_close(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_registrable),     cmocka_unit_test(test_machine),
		cmocka_unit_test(test_names),           cmocka_unit_test(test_dga_fires),
		cmocka_unit_test(test_dga_near),        cmocka_unit_test(test_dga_resolver),
		cmocka_unit_test(test_tunnel_fires),    cmocka_unit_test(test_tunnel_near),
		cmocka_unit_test(test_tunnel_not_ours), cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
