/*
 * test_store_action.c - actions as they are kept: all of them comes back, live ones are never forgotten.
 */
#include "store/store_action.h"

#include "base/text.h"
#include "store_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DAY (86400 * USEC_PER_SEC)

static char seen[4000];

static struct store_action action_of(enum action_state state)
{
	struct store_action a = {
		.action = { .verb = ACTION_LIMIT, .hand = HAND_XDP, .state = state, .limit = 500, .from = TEST_NOW,
			    .until = TEST_NOW + DAY, .incident = 3, .automatic = true,
			    .effect = { 100, 99, 50, 1 }, .reason = "why; \"'", .owner = "aki" },
		.boot = "b-1", .boot_until = 77, .remains = 66, .packets = UINT64_MAX, .bytes = 5, .known = 4,
		.end = "", .changed = TEST_NOW, .trouble_en = "no", .trouble_ja = "だめ",
	};
	char trouble[FILTER_TROUBLE];

	assert_int_equal(filter_parse(text_span("from 192.0.2.9 proto udp"), &a.action.filter, trouble), OK);
	return a;
}

static bool see(void *whom, const struct store_action *stored)
{
	const struct action *a = &stored->action;
	const struct effect *e = &a->effect;
	unsigned *count = whom;
	char filter[FILTER_TEXT];

	text_append(seen, sizeof(seen), "%u %s %s %s %s", (unsigned)a->id, action_verb_name(a->verb),
		    action_hand_name(a->hand), action_state_name(a->state), filter_text(&a->filter, filter));
	text_append(seen, sizeof(seen), " %u %u/%u/%u/%u %d", a->limit, e->attack, e->attack_hit, e->normal,
		    e->normal_hit, (int)((a->until - a->from) / DAY));
	text_append(seen, sizeof(seen), " %s|%s|%s %d %d %d %d", a->reason, a->owner, stored->boot,
		    (int)stored->boot_until, (int)stored->remains, (int)stored->bytes, (int)stored->known);
	text_append(seen, sizeof(seen), " %d%d %s %s %s;", a->automatic, a->rehearse, stored->end,
		    stored->trouble_en, stored->trouble_ja);
	assert_true(stored->packets == INT64_MAX); /* the largest that the file holds */
	return ++*count < 100;
}

static unsigned list(struct store *store, struct store_actions_query query)
{
	unsigned count = 0;

	seen[0] = '\0';
	query.limit = 100;
	assert_int_equal(store_action_list(store, &query, see, &count), OK);
	return count;
}

static void test_round_trip(void **state)
{
	struct store *store = test_open();
	struct store_action one = action_of(ACTION_ACTIVE), two = action_of(ACTION_ENDED);

	(void)state;
	two.action.incident = 0;
	two.end = "over";
	assert_int_equal(store_action_put(store, &one), OK);
	assert_int_equal(store_action_put(store, &two), OK);
	assert_int_equal(one.action.id, 1);
	assert_int_equal(two.action.id, 2);
	assert_int_equal(list(store, (struct store_actions_query){ .stage = STORE_LIVE }), 1);
	assert_string_equal(seen, "1 limit xdp active from 192.0.2.9 proto udp 500 100/99/50/1 1 why; \"'|aki|b-1 77 66 5 4 "
				  "10  no だめ;");
	assert_int_equal(list(store, (struct store_actions_query){ .stage = STORE_STAGES }), 2);
	assert_int_equal(seen[0], '2'); /* the newest first */
	assert_int_equal(list(store, (struct store_actions_query){ .stage = STORE_STAGES, .incident = 3 }), 1);
	assert_int_equal(list(store, (struct store_actions_query){ .stage = STORE_STAGES, .before = 2 }), 1);
	assert_int_equal(list(store, (struct store_actions_query){ .stage = STORE_SUGGESTED }), 0);
	one.action.state = ACTION_ENDED;
	assert_int_equal(store_action_put(store, &one), OK);
	assert_int_equal(list(store, (struct store_actions_query){ .stage = STORE_LIVE }), 0);
	assert_int_equal(list(store, (struct store_actions_query){ .stage = STORE_PAST }), 2);
	store_close(store);
}

/* An id is given once, also when its row is gone, and stays its own when the batch is undone. */
static void test_ids(void **state)
{
	struct store *store = test_open();
	struct store_action a = action_of(ACTION_ENDED), b = action_of(ACTION_ORDERED);
	char long_text[STORE_TEXT + 2];

	(void)state;
	assert_int_equal(store_action_put(store, &a), OK);
	store_close(store);
	test_sql("DELETE FROM action");
	store = test_open();
	memset(long_text, 'x', sizeof(long_text));
	long_text[STORE_TEXT + 1] = '\0';
	b.trouble_en = long_text;
	assert_int_equal(store_action_put(store, &b), ERR_LIMIT);
	assert_int_equal(b.action.id, 0);
	b.trouble_en = "r";
	assert_int_equal(store_action_put(store, &b), OK);
	assert_int_equal(b.action.id, 2);
	store_close(store);
}

/* A file that somebody wrote into: what cannot be is left out. */
static void test_damaged(void **state)
{
	static const char *const damages[] = {
		"verb = 'explode'", "hand = ''", "state = 'ACTIVE'", "filter = ''", "filter = 'from everybody'",
		"filter = 'to 203.0.113.7 flags S/SA'", "until = -1", "until = 9223372036854775807",
		"boot_until = -9223372036854775807", "remains = -9223372036854775807",
	};
	char sql[120];

	(void)state;
	for (size_t n = 0; n < sizeof(damages) / sizeof(damages[0]); n++) {
		struct store *store = test_open();
		struct store_action a = action_of(ACTION_ACTIVE);

		assert_int_equal(store_action_put(store, &a), OK);
		store_close(store);
		snprintf(sql, sizeof(sql), "UPDATE action SET %s", damages[n]);
		test_sql(sql);
		store = test_open();
		assert_int_equal(list(store, (struct store_actions_query){ .stage = STORE_LIVE }), 0);
		store_close(store);
		test_sql("DELETE FROM action");
	}
}

static void keep_all(struct store *store, usec_t now)
{
	struct store_keeping keeping = { .days = 30 };
	bool more = true;

	while (more)
		assert_int_equal(store_keep(store, now, &keeping, &more), OK);
}

static void test_keep(void **state)
{
	struct store *store = test_open();

	(void)state;
	for (unsigned n = 0; n < 3; n++) {
		static const enum action_state states[] = { ACTION_ENDED, ACTION_SUGGESTED, ACTION_ACTIVE };
		struct store_action a = action_of(states[n]);

		assert_int_equal(store_action_put(store, &a), OK);
	}
	keep_all(store, TEST_NOW + 365 * DAY);
	assert_int_equal(test_number("SELECT count(*) FROM action"), 3);
	keep_all(store, TEST_NOW + 367 * DAY);
	assert_int_equal(test_number("SELECT count(*) FROM action"), 2);
	assert_int_equal(test_number("SELECT count(*) FROM action WHERE stage = 0"), 0);
	store_close(store);
}

/* The oldest of too many that are over go, whatever their age; what is in force does not. */
static void test_too_many(void **state)
{
	struct store *store = test_open();
	struct store_action live = action_of(ACTION_ACTIVE);

	(void)state;
	assert_int_equal(store_action_put(store, &live), OK);
	for (unsigned n = 0; n < 20100; n++) {
		struct store_action a = action_of(ACTION_ENDED);

		assert_int_equal(store_action_put(store, &a), OK);
	}
	keep_all(store, TEST_NOW);
	assert_int_equal(test_number("SELECT count(*) FROM action WHERE stage = 0"), 20000);
	assert_int_equal(test_number("SELECT min(id) FROM action WHERE stage = 0"), 102);
	assert_int_equal(test_number("SELECT count(*) FROM action WHERE id = 1"), 1);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_round_trip),
		IN_FOLDER(test_ids),
		IN_FOLDER(test_damaged),
		IN_FOLDER(test_keep),
		IN_FOLDER(test_too_many),
	};

	return cmocka_run_group_tests_name("store_action", tests, NULL, NULL);
}
