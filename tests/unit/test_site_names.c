/* test_site_names.c - addresses and name servers that change: learned, rotating, told. */
#include "fare/names.h"
#include "site_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HOUR (3600 * USEC_PER_SEC)
#define DAY  (24 * HOUR)

static struct site_names names;
static usec_t now;

static int begin(void **state)
{
	(void)state;
	memset(&names, 0, sizeof(names));
	now = SITE_TEST_START;
	return 0;
}

/* A look whose name has the addresses, NULL-ended, and the name servers. */
static unsigned see(const char *const *addresses, const char *const *servers)
{
	struct probe_result r = look_good(now, 100);

	for (; addresses && *addresses; addresses++)
		assert_int_equal(ip_parse(&r.addresses[r.address_count++], *addresses), OK);
	for (; servers && *servers; servers++)
		snprintf(r.servers[r.server_count++], PROBE_NAME, "%s", *servers);
	now += HOUR;
	return site_names_see(&names, &r, DAY);
}

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void test_other_address(void **state)
{
	(void)state;
	assert_int_equal(see(LIST("192.0.2.10"), NULL), NAMES_LEARNED);
	now += DAY;
	assert_int_equal(see(LIST("192.0.2.10"), NULL), NAMES_SAME);
	assert_int_equal(see(LIST("192.0.2.77"), NULL), NAMES_LEARNED); /* a neighbour */
	assert_int_equal(see(LIST("203.0.113.5"), NULL), NAMES_ADDRESSES);
	assert_int_equal(see(LIST("203.0.113.5"), NULL), NAMES_SAME); /* told once ... */
	assert_int_equal(site_names_told(&names, now), NAMES_ADDRESSES); /* ... and true for a while */
	assert_int_equal(see(LIST("192.0.2.10"), NULL), NAMES_LEARNED); /* as it was */
	assert_int_equal(site_names_told(&names, now), NAMES_SAME);
}

/* One more address beside the known one leads half of the visitors there. */
static void test_added_address(void **state)
{
	(void)state;
	see(LIST("192.0.2.10"), NULL);
	now += DAY;
	assert_int_equal(see(LIST("192.0.2.10", "203.0.113.5"), NULL), NAMES_ADDRESSES);
}

/* Answers of a CDN rotate; what was seen while learning is known, and so are mixed answers later. */
static void test_rotation(void **state)
{
	char a[20], b[20];

	(void)state;
	for (unsigned i = 0; i < 30; i++) {
		snprintf(a, sizeof(a), "198.51.%u.1", 100 + i % 10);
		snprintf(b, sizeof(b), "203.0.%u.1", 100 + i % 7);
		assert_int_equal(see(LIST(a, b), NULL) & NAMES_ADDRESSES, 0);
	}
	assert_int_equal(see(LIST("198.51.103.99", "192.0.2.1"), NULL), NAMES_LEARNED); /* one is known */
	assert_int_equal(see(LIST("10.9.8.7"), NULL), NAMES_ADDRESSES);
}

static void test_approved(void **state)
{
	(void)state;
	see(LIST("192.0.2.10"), NULL);
	now += DAY;
	see(LIST("203.0.113.5"), NULL);
	site_names_approve(&names, now);
	assert_int_equal(site_names_told(&names, now), NAMES_SAME);
	assert_int_equal(see(LIST("203.0.113.5"), NULL), NAMES_SAME);
	assert_int_equal(see(LIST("192.0.2.10"), NULL), NAMES_LEARNED);
}

static void test_told_for_a_day(void **state)
{
	(void)state;
	see(LIST("192.0.2.10"), NULL);
	now += DAY;
	see(LIST("203.0.113.5"), NULL);
	now += DAY;
	assert_int_equal(site_names_told(&names, now), NAMES_SAME);
	see(LIST("203.0.113.5"), NULL);
	assert_int_equal(site_names_told(&names, now), NAMES_SAME);
}

static void test_servers(void **state)
{
	char text[NAMES_TEXT];

	(void)state;
	assert_int_equal(see(LIST("192.0.2.10"), LIST("ns1.example.org", "ns2.example.org")), NAMES_LEARNED);
	assert_int_equal(see(LIST("192.0.2.10"), NULL), NAMES_SAME); /* not known this time */
	assert_int_equal(see(LIST("192.0.2.10"), LIST("NS1.example.org", "ns2.example.org")), NAMES_SAME);
	/* also while addresses are learned */
	assert_int_equal(see(LIST("192.0.2.10"), LIST("ns.attacker.example")), NAMES_SERVERS);
	assert_int_equal(site_names_told(&names, now), NAMES_SERVERS);
	assert_string_equal(site_names_servers(names.servers_before, names.before_count, text),
			    "ns1.example.org, ns2.example.org");
}

/* As it was before: over; and what is told later is held against what was then, not against a year ago. */
static void test_servers_back(void **state)
{
	char text[NAMES_TEXT];

	(void)state;
	see(NULL, LIST("ns1.example.org"));
	assert_int_equal(see(NULL, LIST("ns.attacker.example")), NAMES_SERVERS);
	assert_int_equal(see(NULL, LIST("ns1.example.org")), NAMES_LEARNED);
	assert_int_equal(site_names_told(&names, now), NAMES_SAME);
	assert_int_equal(see(NULL, LIST("ns.attacker.example")), NAMES_SERVERS); /* again, it is news again */
	now += 2 * DAY;
	assert_int_equal(see(NULL, LIST("ns.third.example")), NAMES_SERVERS);
	assert_string_equal(site_names_servers(names.servers_before, names.before_count, text), "ns.attacker.example");
}

/* The first look was when the clock was years ahead. */
static void test_clock_set_back(void **state)
{
	(void)state;
	now += 4000 * DAY;
	see(LIST("192.0.2.10"), NULL);
	now -= 4000 * DAY;
	see(LIST("192.0.2.10"), NULL);
	now += 2 * DAY;
	assert_int_equal(see(LIST("203.0.113.5"), NULL), NAMES_ADDRESSES);
}

static void test_names_kept(void **state)
{
	struct site_names back;
	json_t *json;

	(void)state;
	see(LIST("192.0.2.10", "2001:db8::1"), LIST("ns1.example.org"));
	now += DAY;
	see(LIST("203.0.113.5"), LIST("ns2.example.org"));
	json = site_names_write(&names);
	assert_non_null(json);
	site_names_read(&back, json);
	json_decref(json);
	assert_memory_equal(&back.known, &names.known, sizeof(names.known));
	assert_int_equal(back.addresses_until, names.addresses_until);
	assert_string_equal(back.servers[0], "ns2.example.org");
	assert_string_equal(back.servers_before[0], "ns1.example.org");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_other_address, begin),
		cmocka_unit_test_setup(test_added_address, begin),
		cmocka_unit_test_setup(test_rotation, begin),
		cmocka_unit_test_setup(test_approved, begin),
		cmocka_unit_test_setup(test_told_for_a_day, begin),
		cmocka_unit_test_setup(test_servers, begin),
		cmocka_unit_test_setup(test_servers_back, begin),
		cmocka_unit_test_setup(test_clock_set_back, begin),
		cmocka_unit_test_setup(test_names_kept, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
