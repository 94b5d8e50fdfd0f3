/*
 * test_guard.c - what must never be blocked is not, whatever the way it is aimed at; nor too much.
 */
#include "action/guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define NOW      (1700000000 * USEC_PER_SEC)
#define HOUR     (3600 * USEC_PER_SEC)

static struct guard_words why;

static struct prefix network(const char *text)
{
	struct prefix prefix = { .bits = 0 };

	assert_int_equal(prefix_parse(&prefix, text), OK);
	return prefix;
}

static const struct {
	const char *prefix;
	enum guard_kind kind;
	const char *what;
} members[] = {
	{ "203.0.113.1", GUARD_OWN, "address of eth0" },
	{ "2001:db8:1::1", GUARD_OWN, "address of eth0" },
	{ "203.0.113.254", GUARD_GATEWAY, "gateway of eth0" },
	{ "198.51.100.53", GUARD_DNS, "resolver" },
	{ "2001:db8:53::53", GUARD_DNS, "resolver" },
	{ "192.0.2.77", GUARD_SESSION, "session of the page" },
	{ "198.18.7.0/24", GUARD_OFFICE, "head office" },
	{ "2001:db8:77::/48", GUARD_PARTNER, "partner clinic" },
};

static struct guard guard_full_of(void)
{
	struct guard guard;

	guard_init(&guard);
	for (size_t i = 0; i < COUNT(members); i++) {
		struct prefix prefix = network(members[i].prefix);

		assert_int_equal(guard_add(&guard, &prefix, members[i].kind, members[i].what), OK);
	}
	return guard;
}

/* One that is allowed, but for its filter perhaps. */
static struct action action_of(const char *filter)
{
	struct action action = { .id = 1, .from = NOW, .until = NOW + HOUR, .reason = "flood", .owner = "keiko" };
	char trouble[FILTER_TROUBLE];
	struct span text = { (const uint8_t *)filter, strlen(filter) };

	if (filter_parse(text, &action.filter, trouble) != OK)
		fail_msg("%s: %s", filter, trouble);
	return action;
}

static bool allows(const struct action *action)
{
	struct guard guard = guard_full_of();
	bool is;

	memset(&why, 0, sizeof(why));
	is = guard_allows(&guard, action, NOW, 0, &why);
	assert_true(is || (why.en[0] && why.ja[0])); /* a refusal has words in both languages */
	return is;
}

static bool allows_text(const char *filter)
{
	struct action action = action_of(filter);

	return allows(&action);
}

static void expect_refused(const char *filter, const char *words)
{
	if (allows_text(filter))
		fail_msg("%s was allowed", filter);
	if (!strstr(why.en, words))
		fail_msg("%s: \"%s\" without \"%s\"", filter, why.en, words);
}

static void test_names(void **state)
{
	enum action_verb verb = ACTION_VERBS;
	enum action_hand hand = HANDS;
	enum action_state is = ACTION_STATES;

	(void)state;
	for (enum action_verb v = ACTION_DROP; v < ACTION_VERBS; v++) {
		assert_true(action_verb_from_name(action_verb_name(v), &verb));
		assert_int_equal(verb, v);
	}
	for (enum action_hand h = HAND_AUTO; h < HANDS; h++) {
		assert_true(action_hand_from_name(action_hand_name(h), &hand));
		assert_int_equal(hand, h);
	}
	for (enum action_state s = ACTION_SUGGESTED; s < ACTION_STATES; s++) {
		assert_true(action_state_from_name(action_state_name(s), &is));
		assert_int_equal(is, s);
	}
	assert_false(action_verb_from_name("", &verb));
	assert_false(action_hand_from_name("iptables", &hand));
	assert_false(action_state_from_name("Active", &is));
	assert_string_equal(action_verb_name((enum action_verb)99), "");
	assert_string_equal(action_hand_name((enum action_hand)-1), "");
	assert_string_equal(action_state_name(ACTION_STATES), "");
	assert_string_equal(action_state_name(ACTION_SUGGESTED), "suggested");
	assert_string_equal(action_state_name(ACTION_FAILED), "failed");
}

static void test_others_are_allowed(void **state)
{
	static const char *const good[] = {
		"from 198.51.100.7",
		"from 198.51.100.0/27", /* the neighbours of the resolver, not itself */
		"from 192.0.2.0/26",
		"from 2001:db8:aaaa::/48",
		"from 2001:db8:53::54",
		"from 198.18.8.0/24 proto tcp",
		"to 203.0.113.10 proto udp",
		"to 203.0.113.0/24 proto udp",
		"to 203.0.113.10 proto udp from-port 123 length 468-482",
		"to 203.0.113.10 proto tcp to-port 80",
		"proto udp from-port 11211",
		"to 203.0.113.10 fragment any",
		"to 203.0.113.1 proto udp length 1400-1500", /* the machine itself is flooded */
		"to 203.0.113.1 proto tcp flags S/SA window 1024 ttl 40-64",
		"to 203.0.113.10 bytes 0:17000324",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		if (!allows_text(good[i]))
			fail_msg("%s: %s", good[i], why.en);
}

static bool has_part(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

/* By its own address, by a prefix that holds it, by one within it. */
static void test_members_by_source(void **state)
{
	char filter[100], text[PREFIX_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(members); i++) {
		struct prefix member = network(members[i].prefix), part;
		struct ip last = member.ip;

		snprintf(filter, sizeof(filter), "from %s", members[i].prefix);
		expect_refused(filter, members[i].what);
		last.b[15] |= (uint8_t)(member.bits < 128);
		part = ip_prefix(&last, 128);
		snprintf(filter, sizeof(filter), "from %s proto udp from-port 53", prefix_text(&part, text));
		expect_refused(filter, members[i].what);
		for (unsigned bits = member.bits; bits-- > (ip_is_v4(&member.ip) ? 97u : 1u);) {
			part = ip_prefix(&member.ip, (uint8_t)bits);
			if (!has_part(prefix_text(&part, text), "/"))
				continue;
			snprintf(filter, sizeof(filter), "from %s", text);
			assert_false(allows_text(filter));
		}
	}
}

static void test_members_from_the_start(void **state)
{
	static const char *const from[] = {
		"from 127.0.0.1", "from 127.255.255.254", "from ::1", "from 0.0.0.0", "from ::",
		"from 169.254.1.1", "from fe80::1", "from fe80::/16", "from 224.0.0.1", "from ff02::1",
		"from 255.255.255.255", "from 239.0.0.0/24",
	};
	struct guard guard;

	(void)state;
	guard_init(&guard);
	for (size_t i = 0; i < COUNT(from); i++) {
		struct action action = action_of(from[i]);

		if (guard_allows(&guard, &action, NOW, 0, &why))
			fail_msg("%s was allowed", from[i]);
	}
	assert_int_equal(guard.limits.breadth4, 24);
	assert_int_equal(guard.limits.breadth6, 48);
	assert_int_equal(guard.limits.actions, 1024);
	assert_int_equal(guard.limits.seconds, 7 * 86400);
}

/* Forms that name a member, or all of IPv4, in other words. */
static void test_mapped_tricks(void **state)
{
	static const char *const from[] = { "::ffff:127.0.0.1", "::ffff:203.0.113.1", "::ffff:c612:700/120",
					    "::/0", "::/1", "::/80", "::ffff:0:0/95", "::ffff:0:0/96",
					    "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "::/96", "8000::/1" };
	struct action action = action_of("from 192.0.2.1");

	(void)state;
	for (size_t i = 0; i < COUNT(from); i++) {
		action.filter.from = network(from[i]); /* as it comes in a frame: not by the text form */
		if (allows(&action))
			fail_msg("%s was allowed", from[i]);
	}
	action.filter.from = (struct prefix){ .bits = 200 };
	assert_false(allows(&action));
	action.filter.from = network("198.51.99.0/24");
	action.filter.from.ip.b[15] = 9; /* host bits */
	assert_false(allows(&action));
}

static void test_breadth(void **state)
{
	struct guard guard = guard_full_of();
	struct action action;

	(void)state;
	assert_true(allows_text("from 100.64.1.0/24"));
	expect_refused("from 100.64.0.0/23", "wider");
	expect_refused("from 2001:db8:aaaa::/47", "wider");
	guard.limits.breadth4 = 32;
	guard.limits.breadth6 = 128;
	action = action_of("from 100.64.1.0/31");
	assert_false(guard_allows(&guard, &action, NOW, 0, &why));
	action = action_of("from 2001:db8:aaaa::/127");
	assert_false(guard_allows(&guard, &action, NOW, 0, &why));
	action = action_of("from 100.64.1.1");
	assert_true(guard_allows(&guard, &action, NOW, 0, &why));
	guard.limits.breadth4 = 0; /* whatever is configured, a member is one */
	guard.limits.breadth6 = 0;
	action = action_of("from 0.0.0.0/0");
	assert_false(guard_allows(&guard, &action, NOW, 0, &why));
}

/* What names no source, but hits everything. */
static void test_everything(void **state)
{
	static const char *const wide[] = {
		"to 203.0.113.10",
		"to 203.0.113.0/24",
		"proto tcp",
		"proto udp",
		"to 0.0.0.0/1 proto udp",
		"to 2001:db8::/32 proto udp",
		"to 203.0.113.10 length 20-65535",
		"to 203.0.113.10 ttl 0-255",
		"to 203.0.113.10 ttl 1-254",
		"to 203.0.113.10 fragment none",
		"to 203.0.113.0/22 proto udp from-port 1024-65535",
		"proto tcp to-port 1-65535",
		"proto tcp header 20-60",
		"proto tcp window 0-65535",
		"to 203.0.113.10 bytes 0:00/01", /* half of all */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(wide); i++)
		expect_refused(wide[i], "nearly everything");
}

/* Bytes that nothing compares, which the text form cannot say. */
static void test_bytes_that_hit_everything(void **state)
{
	struct action action = action_of("to 203.0.113.10 bytes 0:17000324");

	(void)state;
	memset(action.filter.bytes.mask, 0, sizeof(action.filter.bytes.mask));
	memset(action.filter.bytes.value, 0, sizeof(action.filter.bytes.value));
	assert_false(allows(&action));
	action = action_of("to 203.0.113.10 bytes 0:17000324");
	action.filter.bytes.len = 255;
	assert_false(allows(&action));
	action = action_of("to 203.0.113.10 proto tcp flags S/SA");
	action.filter.flags = action.filter.flags_mask = 0;
	assert_false(allows(&action));
	action = (struct action){ .until = NOW + HOUR, .reason = "r", .owner = "o" };
	assert_false(allows(&action)); /* no condition at all */
	memset(&action.filter, 0xff, sizeof(action.filter));
	assert_false(allows(&action));
}

/* Nobody is shut out of logging in here. */
static void test_members_as_destination(void **state)
{
	(void)state;
	expect_refused("to 203.0.113.1 proto tcp", "nearly everything");
	expect_refused("to 203.0.113.1 proto tcp to-port 22", "nearly everything");
	expect_refused("to 203.0.113.0/24 proto tcp to-port 22", "nearly everything");
	expect_refused("to 2001:db8:1::1 proto tcp to-port 443", "nearly everything");
	expect_refused("proto tcp to-port 22", "nearly everything");
	expect_refused("to 203.0.113.1 fragment none", "nearly everything");
	assert_true(allows_text("from 100.64.1.1 to 203.0.113.1 proto tcp to-port 22"));
	assert_true(allows_text("to 203.0.113.1 proto udp"));
}

/* Flags that every connection has tell nothing apart: dropped, they shut out who logs in as the ports do. */
static void test_flags_of_every_connection(void **state)
{
	struct action action = action_of("to 203.0.113.1 proto tcp flags S/SA");

	(void)state;
	expect_refused("to 203.0.113.1 proto tcp flags S/SA", "nearly everything");
	expect_refused("to 203.0.113.1 proto tcp to-port 22 flags S/S", "nearly everything");
	expect_refused("to 203.0.113.1 proto tcp flags A/SAR", "nearly everything");
	expect_refused("to 2001:db8:1::1 proto tcp flags PA/PA", "nearly everything");
	expect_refused("proto tcp flags S/SA", "nearly everything");
	assert_true(allows_text("to 203.0.113.10 proto tcp flags S/SA")); /* nobody logs in there */
	assert_true(allows_text("to 203.0.113.1 proto tcp flags FPU/FPU"));
	assert_true(allows_text("to 203.0.113.1 proto tcp flags R/R"));
	assert_true(allows_text("from 100.64.1.1 to 203.0.113.1 proto tcp flags S/SA"));
	action.verb = ACTION_SYNCOOKIE; /* shuts nobody out who answers */
	assert_true(allows(&action));
	action.verb = ACTION_LIMIT;
	action.limit = 1000;
	assert_true(allows(&action));
}

static bool allows_unheard(const struct guard *guard, const char *filter)
{
	struct action action = action_of(filter);
	bool is;

	memset(&why, 0, sizeof(why));
	is = guard_allows_unheard(guard, &action, &why);
	assert_true(is || (why.en[0] && why.ja[0]));
	return is;
}

/* By a hand that lets nobody pass beforehand a filter must not hit what members send. */
static void test_hands_that_let_nobody_pass(void **state)
{
	static const char *const bad[] = {
		"to 203.0.113.1 proto udp from-port 53", /* a resolver's answers */
		"to 203.0.113.0/24 proto udp from-port 1-1023",
		"to 203.0.113.1 proto tcp flags A/SAR ttl 40-64", /* a session */
		"to 2001:db8:1::1 fragment any",
		"proto udp from-port 53",
		"to 203.0.113.10 proto udp", /* whatever a partner sends */
	};
	static const char *const good[] = {
		"to 203.0.113.1 proto udp from-port 123 length 468-482",
		"to 203.0.113.10 proto udp from-port 53", /* not to this machine */
		"to 203.0.113.1 proto tcp flags S/SA window 1024", /* no connection that is there */
		"from 100.64.1.0/24 to 203.0.113.1",
	};
	struct guard guard = guard_full_of(), alone;
	struct action action = action_of("to 203.0.113.10");

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (allows_unheard(&guard, bad[i]))
			fail_msg("%s was allowed", bad[i]);
	for (size_t i = 0; i < COUNT(good); i++)
		if (!allows_unheard(&guard, good[i]))
			fail_msg("%s: %s", good[i], why.en);
	guard_init(&alone); /* nobody is there who could be hit */
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_true(allows_unheard(&alone, bad[i]));
	action.verb = ACTION_BLACKHOLE;
	assert_true(guard_allows_unheard(&guard, &action, &why));
}

static void test_blackhole(void **state)
{
	struct action action = action_of("to 203.0.113.10");

	(void)state;
	action.verb = ACTION_BLACKHOLE;
	assert_true(allows(&action));
	action.automatic = true;
	assert_false(allows(&action));
	action.automatic = false;
	for (size_t i = 0; i < COUNT(members); i++) {
		action.filter.to = network(members[i].prefix);
		assert_false(allows(&action));
	}
	action.filter.to = network("198.18.7.9"); /* within a member */
	assert_false(allows(&action));
	assert_true(has_part(why.en, "head office"));
	action.filter.to = network("203.0.113.10/31");
	assert_false(allows(&action));
	action = action_of("to 203.0.113.10 proto udp");
	action.verb = ACTION_BLACKHOLE;
	assert_false(allows(&action));
	action = action_of("from 100.64.1.1");
	action.verb = ACTION_BLACKHOLE;
	assert_false(allows(&action));
}

static void test_verbs(void **state)
{
	struct action action = action_of("to 203.0.113.10 proto udp");

	(void)state;
	action.verb = ACTION_LIMIT;
	assert_false(allows(&action)); /* 0 packets are none */
	action.limit = 1000;
	assert_true(allows(&action));
	action.verb = ACTION_SYNCOOKIE;
	assert_false(allows(&action));
	action.verb = ACTION_VERBS;
	assert_false(allows(&action));
	action.verb = (enum action_verb)0xffffffff;
	assert_false(allows(&action));
	action.verb = ACTION_DROP;
	action.hand = HANDS;
	assert_false(allows(&action));
}

static void test_time(void **state)
{
	static const usec_t bad[] = { 0, NOW, NOW - 1, -1, INT64_MIN, INT64_MAX, NOW + 7 * 24 * HOUR + 1 };
	struct action action = action_of("from 100.64.1.1");

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		action.until = bad[i];
		if (allows(&action))
			fail_msg("until %lld was allowed", (long long)bad[i]);
	}
	action.until = NOW + 7 * 24 * HOUR;
	assert_true(allows(&action));
	action.until = NOW + 1;
	assert_true(allows(&action));
}

static void test_reason_and_owner(void **state)
{
	struct action action = action_of("from 100.64.1.1");

	(void)state;
	memcpy(action.reason, " \t\n", 4);
	assert_false(allows(&action));
	action.reason[0] = '\0';
	assert_false(allows(&action));
	memset(action.reason, 'x', sizeof(action.reason)); /* does not end */
	assert_false(allows(&action));
	action.reason[10] = '\0';
	assert_true(allows(&action));
	memset(action.owner, 'x', sizeof(action.owner));
	assert_false(allows(&action));
	action.owner[0] = '\0';
	assert_false(allows(&action));
}

static void test_number(void **state)
{
	struct guard guard = guard_full_of();
	struct action action = action_of("from 100.64.1.1");

	(void)state;
	guard.limits.actions = 2;
	assert_true(guard_allows(&guard, &action, NOW, 1, &why));
	assert_false(guard_allows(&guard, &action, NOW, 2, &why));
	assert_false(guard_allows(&guard, &action, NOW, UINT32_MAX, &why));
}

/* Where a member finds no room, nothing is allowed. */
static void test_full(void **state)
{
	struct guard guard;
	struct action action = action_of("from 100.64.1.1");
	struct prefix prefix = network("10.0.0.0");

	(void)state;
	guard_init(&guard);
	while (guard.count < GUARD_MEMBERS) {
		prefix.ip.b[15] = (uint8_t)guard.count;
		prefix.ip.b[14]++;
		assert_int_equal(guard_add(&guard, &prefix, GUARD_PARTNER, "one"), OK);
	}
	assert_int_equal(guard_add(&guard, &prefix, GUARD_OWN, "the same once more"), OK);
	assert_true(guard_allows(&guard, &action, NOW, 0, &why));
	prefix.ip.b[13] = 99;
	assert_int_equal(guard_add(&guard, &prefix, GUARD_PARTNER, "one too many"), ERR_LIMIT);
	assert_false(guard_allows(&guard, &action, NOW, 0, &why));
	guard_init(&guard);
	assert_true(guard_allows(&guard, &action, NOW, 0, &why));
}

/* What the configuration names is a member for that, whatever it was before. */
static void test_named_ones_pass(void **state)
{
	struct prefix prefix = network("169.254.0.0/16");
	struct guard guard;
	unsigned passing = 0;

	(void)state;
	guard_init(&guard);
	for (size_t i = 0; i < guard.count; i++)
		passing += guard_passes(&guard.members[i]);
	assert_int_equal(passing, 1); /* fe80::/10 */
	assert_int_equal(guard_add(&guard, &prefix, GUARD_GATEWAY, "gateway"), OK);
	assert_int_equal(guard_add(&guard, &prefix, GUARD_PARTNER, "partner"), OK);
	passing = 0;
	for (size_t i = 0; i < guard.count; i++)
		passing += guard_passes(&guard.members[i]) && guard.members[i].kind == GUARD_PARTNER;
	assert_int_equal(passing, 1);
}

/* A member as it may come from a broken process: its bits and text are mended, never trusted. */
static void test_strange_members(void **state)
{
	struct guard guard;
	struct prefix odd = network("100.64.1.1");
	struct action action = action_of("from 100.64.1.1");

	(void)state;
	guard_init(&guard);
	odd.bits = 255;
	assert_int_equal(guard_add(&guard, &odd, (enum guard_kind)77, "a text that is much longer than there is room"
				   " for in the list of members"), OK);
	assert_false(guard_allows(&guard, &action, NOW, 0, &why));
	assert_non_null(strstr(why.ja, "100.64.1.1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_others_are_allowed),
		cmocka_unit_test(test_members_by_source),
		cmocka_unit_test(test_members_from_the_start),
		cmocka_unit_test(test_mapped_tricks),
		cmocka_unit_test(test_breadth),
		cmocka_unit_test(test_everything),
		cmocka_unit_test(test_bytes_that_hit_everything),
		cmocka_unit_test(test_members_as_destination),
		cmocka_unit_test(test_flags_of_every_connection),
		cmocka_unit_test(test_hands_that_let_nobody_pass),
		cmocka_unit_test(test_named_ones_pass),
		cmocka_unit_test(test_blackhole),
		cmocka_unit_test(test_verbs),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_reason_and_owner),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_strange_members),
	};

	return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
