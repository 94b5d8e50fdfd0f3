/*
 * test_incident.c - many alerts, few cases: grouping, the story, the order, the bound.
 */
#include "incident/incidents.h"

#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define S USEC_PER_SEC

static struct entity entity(const char *text)
{
	struct ip ip = {{0}};

	assert_int_equal(ip_parse(&ip, text), OK);
	return entity_ip(&ip);
}

/* A flood of one second that begins at second `from`. */
static struct alert flood(const char *whom, enum vector vector, int64_t from)
{
	struct alert a = {
		.rule = "flood",
		.vector = vector,
		.direction = DIRECTION_INBOUND,
		.severity = SEVERITY_WARNING,
		.confidence = 60,
		.whom = entity(whom),
		.from = from * S,
		.to = (from + 1) * S,
		.packets = 100,
		.bytes = 6000,
		.pps = 100,
		.bps = 48000,
		.by = BY_WHOM,
		.quiet = 10 * S,
		.attack = "T1498",
	};

	a.who.kind = ENTITY_MANY;
	snprintf(a.say, sizeof(a.say), "at %lld", (long long)from);
	return a;
}

static const struct incident *end(struct incidents *all, int64_t last, size_t want)
{
	const struct incident *list;
	size_t count;

	incidents_end(all, last * S);
	list = incidents_list(all, &count);
	assert_int_equal(count, want);
	for (size_t i = 0; i < count; i++) {
		assert_true(list[i].opened <= list[i].closed);
		assert_true(list[i].title[0] && list[i].advice[0]);
	}
	return list;
}

static void test_one_case(void **state)
{
	struct incidents *all = incidents_new();
	const struct incident *i;

	(void)state;
	for (int64_t n = 0; n < 5000; n++) {
		struct alert a = flood("10.0.0.1", VECTOR_SYN, n);

		a.pps = n == 1234 ? 9999 : 100;
		a.bps = n == 2345 ? 777777 : 48000;
		a.severity = n == 3456 ? SEVERITY_CRITICAL : SEVERITY_WARNING;
		a.confidence = n == 99 ? 90 : 60;
		incidents_add(all, &a);
	}
	i = end(all, 9000, 1);
	assert_int_equal(i->id, 1);
	assert_int_equal(i->alerts, 5000);
	assert_int_equal(i->packets, 500000);
	assert_int_equal(i->bytes, 30000000);
	assert_int_equal(i->peak_pps, 9999);
	assert_int_equal(i->peaked, 1235 * S);
	assert_int_equal(i->peak_bps, 777777);
	assert_int_equal(i->severity, SEVERITY_CRITICAL);
	assert_int_equal(i->confidence, 90);
	assert_int_equal(i->opened, 0);
	assert_int_equal(i->closed, 5000 * S);
	assert_false(i->ongoing);
	assert_string_equal(i->say, "at 3456"); /* the most severe alert's words */
	assert_string_equal(i->attack, "T1498");
	assert_int_equal(i->group, 0);
	assert_int_equal(i->sources, 1); /* none were counted */
	incidents_free(all);
}

/* Of the same severity, the words are those of the highest rate, then the latest. */
static void test_words(void **state)
{
	static const uint64_t rates[] = {50, 300, 299, 300, 7};
	struct incidents *all = incidents_new();
	const struct incident *i;

	(void)state;
	for (int64_t n = 0; n < 5; n++) {
		struct alert a = flood("10.0.0.1", VECTOR_SYN, n);

		a.pps = rates[n];
		alert_why(&a, "rate", "%d", (int)rates[n]);
		a.who = entity(n == 3 ? "192.0.2.3" : "192.0.2.9");
		incidents_add(all, &a);
	}
	i = end(all, 5, 1);
	assert_string_equal(i->say, "at 3");
	assert_int_equal(i->why_count, 1);
	assert_string_equal(i->why[0].value, "300");
	assert_int_equal(i->who.prefix.ip.b[15], 3);
	assert_int_equal(i->peaked, 2 * S); /* the first time at its peak */
	assert_true(i->ongoing);
	incidents_free(all);
}

static void test_quiet(void **state)
{
	struct incidents *all = incidents_new();
	const struct incident *list;
	struct alert a = flood("10.0.0.1", VECTOR_SYN, 100);

	(void)state;
	incidents_add(all, &a);
	a = flood("10.0.0.1", VECTOR_SYN, 111); /* ten seconds after its end: the same */
	incidents_add(all, &a);
	a = flood("10.0.0.1", VECTOR_SYN, 122);
	a.from += 1; /* a microsecond more than ten seconds: another */
	incidents_add(all, &a);
	a = flood("10.0.0.1", VECTOR_SYN, 115); /* late, but near to the latest case */
	incidents_add(all, &a);
	list = end(all, 200, 2);
	assert_int_equal(list[0].id, 1);
	assert_int_equal(list[0].opened, 100 * S);
	assert_int_equal(list[0].closed, 112 * S);
	assert_int_equal(list[0].alerts, 2);
	assert_int_equal(list[1].opened, 115 * S);
	assert_int_equal(list[1].closed, 123 * S);
	assert_int_equal(list[1].alerts, 2);
	incidents_free(all);
}

/* What tells cases from each other: rule, vector, direction and the parties that `by` names. */
static void test_key(void **state)
{
	struct incidents *all = incidents_new();
	struct alert a = flood("10.0.0.1", VECTOR_SYN, 0);

	(void)state;
	incidents_add(all, &a);
	a.who = entity("192.0.2.1"); /* not in the key */
	incidents_add(all, &a);
	a.whom = entity("10.0.0.2");
	incidents_add(all, &a); /* 2 */
	a.whom.kind = ENTITY_SERVICE;
	incidents_add(all, &a); /* 3 */
	a.whom.port = 80;
	incidents_add(all, &a); /* 4 */
	a.by = BY_WHO;
	incidents_add(all, &a); /* 5 */
	a.by = BY_WHO | BY_WHOM;
	incidents_add(all, &a); /* 6 */
	a.vector = VECTOR_UDP;
	incidents_add(all, &a); /* 7 */
	a.direction = DIRECTION_OUTBOUND;
	incidents_add(all, &a); /* 8 */
	a.rule = "scan";
	incidents_add(all, &a); /* 9 */
	incidents_add(all, &a);
	end(all, 1, 9);
	incidents_free(all);
}

/* Vectors of one attack get one number; others, and those at another time, none. */
static void test_groups(void **state)
{
	struct incidents *all = incidents_new();
	const struct incident *list;
	struct alert alerts[] = {
		flood("10.0.0.1", VECTOR_SYN, 0),   flood("10.0.0.1", VECTOR_UDP, 0),
		flood("10.0.0.1", VECTOR_DNS, 1),   flood("10.0.0.2", VECTOR_SYN, 0),
		flood("10.0.0.2", VECTOR_ICMP, 0),  flood("10.0.0.3", VECTOR_SYN, 0),
		flood("10.0.0.1", VECTOR_NTP, 500), flood("10.0.0.3", VECTOR_ACK, 1),
	};

	(void)state;
	alerts[7].direction = DIRECTION_OUTBOUND; /* not the same: another direction */
	for (size_t n = 0; n < 8; n++)
		incidents_add(all, &alerts[n]);
	list = end(all, 600, 8);
	for (size_t n = 0; n < 8; n++) {
		unsigned host = list[n].whom.prefix.ip.b[15];
		bool alone = host == 3 || list[n].vector == VECTOR_NTP;

		if (alone)
			assert_int_equal(list[n].group, 0);
		else
			assert_in_range(list[n].group, 1, 2);
		for (size_t k = 0; k < n && !alone; k++)
			if (list[k].group)
				assert_int_equal(list[k].group == list[n].group,
						 list[k].whom.prefix.ip.b[15] == host);
	}
	incidents_free(all);
}

/* Most severe first, then by time, and the numbers by time alone. */
static void test_order(void **state)
{
	static const enum severity severities[] = {SEVERITY_NOTICE, SEVERITY_CRITICAL,
						   SEVERITY_INFO, SEVERITY_CRITICAL};
	static const int64_t begins[] = {0, 300, 100, 200}, order[] = {3, 4, 1, 2};
	struct incidents *all = incidents_new();
	const struct incident *list;

	(void)state;
	for (size_t n = 0; n < 4; n++) {
		char whom[32];
		struct alert a;

		snprintf(whom, sizeof(whom), "10.0.0.%zu", n);
		a = flood(whom, VECTOR_SYN, begins[n]);
		a.severity = severities[n];
		incidents_add(all, &a);
	}
	list = end(all, 1000, 4);
	for (size_t n = 0; n < 4; n++)
		assert_int_equal(list[n].id, order[n]);
	assert_int_equal(list[0].severity, SEVERITY_CRITICAL);
	assert_int_equal(list[0].opened, 200 * S);
	incidents_free(all);
}

static void test_sketches(void **state)
{
	struct incidents *all = incidents_new();
	const struct incident *i;
	struct hll sources[3] = {0};

	(void)state;
	for (unsigned n = 0; n < 3; n++) {
		struct alert a = flood("10.0.0.1", VECTOR_SYN, n);

		for (unsigned k = 0; k < 1000; k++) /* half of them in the next alert too */
			hll_add(&sources[n], hash_64(hash_64(n * 500 + k, 1), 2));
		a.packets = 1000;
		a.sources = &sources[n];
		incidents_add(all, &a);
	}
	i = end(all, 10, 1);
	assert_in_range(i->sources, 1700, 2300);
	assert_int_equal(i->targets, 1);
	incidents_free(all);
	all = incidents_new(); /* an estimate never tells of more parties than packets */
	for (unsigned n = 0; n < 3; n++) {
		struct alert a = flood("10.0.0.1", VECTOR_SYN, n);

		a.sources = &sources[n];
		incidents_add(all, &a);
	}
	assert_int_equal(end(all, 10, 1)->sources, 300);
	incidents_free(all);
}

/* More cases than there is room for: the rest is gathered, and nothing is lost. */
static void test_bound(void **state)
{
	struct incidents *all = incidents_new();
	uint64_t alerts = 0, packets = 0, gathered = 0;
	const struct incident *list;
	size_t count;

	(void)state;
	for (unsigned n = 0; n < 20000; n++) {
		char whom[32];
		struct alert a;

		snprintf(whom, sizeof(whom), "10.1.%u.%u", n / 250, n % 250);
		a = flood(whom, n % 2 ? VECTOR_SYN : VECTOR_UDP, n / 100);
		incidents_add(all, &a);
	}
	incidents_end(all, 1000 * S);
	list = incidents_list(all, &count);
	assert_int_equal(count, 8192 + 2);
	for (size_t n = 0; n < count; n++) {
		alerts += list[n].alerts;
		packets += list[n].packets;
		if (list[n].alerts > 1) {
			gathered++;
			assert_int_equal(list[n].whom.kind, ENTITY_MANY);
		}
	}
	assert_int_equal(alerts, 20000);
	assert_int_equal(packets, 2000000);
	assert_int_equal(gathered, 2);
	incidents_free(all);
}

static void test_nothing(void **state)
{
	struct incidents *all = incidents_new();
	size_t count = 7;

	(void)state;
	incidents_list(all, &count);
	assert_int_equal(count, 0);
	end(all, 0, 0);
	incidents_free(all);
	incidents_free(NULL);
}

/* What incidents_tell() told: "o1" opened, "c1" changed, "x1" closed; '!' when it goes on. */
static void note(void *whom, const struct incident *i, enum incident_news news)
{
	char *text = whom, *end = text + strlen(text);

	assert_non_null(i->title);
	snprintf(end, (size_t)(text + 100 - end), "%c%d%s ", "ocx"[news], (int)i->id,
		 i->ongoing ? "!" : "");
}

static void tell(struct incidents *all, int64_t now, const char *want)
{
	char told[100] = "";

	incidents_tell(all, now * S, note, told);
	assert_string_equal(told, want);
}

static void test_live(void **state)
{
	struct incidents *all = incidents_new();
	struct alert a = flood("192.0.2.1", VECTOR_SYN, 0), b = flood("192.0.2.2", VECTOR_SYN, 5);

	(void)state;
	tell(all, 0, "");
	incidents_add(all, &a);
	tell(all, 1, "o1! ");
	tell(all, 2, "");
	incidents_add(all, &b);
	incidents_add(all, &a);
	tell(all, 6, "c1! o2! ");
	tell(all, 12, "c1 ");     /* ten seconds of silence: no longer goes on */
	tell(all, 16, "c2 ");
	tell(all, 21, "");
	tell(all, 22, "x1 ");     /* quiet time, and what an alert may be late */
	incidents_add(all, &b);
	tell(all, 23, "c2 ");     /* its place moved, and it is found */
	a = flood("192.0.2.1", VECTOR_SYN, 30);
	incidents_add(all, &a);
	tell(all, 31, "x2 o3! "); /* the same parties again are a new case */
	tell(all, 2000, "x3 ");
	tell(all, 2001, "");
	incidents_free(all);
}

static void keep(void *whom, const struct incident *i, enum incident_news news)
{
	(void)news;
	((struct incident *)whom)[i->id] = *i;
}

/* Two vectors on one target are one attack, whichever came first; the key tells cases apart. */
static void test_live_group(void **state)
{
	struct incidents *all = incidents_new();
	struct alert a = flood("192.0.2.1", VECTOR_SYN, 0), b = flood("192.0.2.1", VECTOR_UDP, 0),
		     c = flood("192.0.2.9", VECTOR_UDP, 0);
	struct incident seen[5] = {0};

	(void)state;
	incidents_add(all, &a);
	incidents_tell(all, S, keep, seen);
	assert_int_equal(seen[1].group, 0);
	incidents_add(all, &b);
	incidents_add(all, &c);
	incidents_tell(all, S, keep, seen);
	assert_int_not_equal(seen[1].group, 0);
	assert_int_equal(seen[2].group, seen[1].group);
	assert_int_equal(seen[3].group, 0);
	assert_true(seen[1].key != seen[2].key && seen[2].key != seen[3].key);
	incidents_tell(all, 100 * S, keep, seen);
	incidents_add(all, &a);
	incidents_tell(all, 101 * S, keep, seen);
	assert_int_equal(seen[4].key, seen[1].key);
	incidents_free(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_case), cmocka_unit_test(test_words),
		cmocka_unit_test(test_quiet),    cmocka_unit_test(test_key),
		cmocka_unit_test(test_groups),   cmocka_unit_test(test_order),
		cmocka_unit_test(test_sketches), cmocka_unit_test(test_bound),
		cmocka_unit_test(test_nothing),  cmocka_unit_test(test_live),
		cmocka_unit_test(test_live_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
