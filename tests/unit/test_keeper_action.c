/*
 * test_keeper_action.c - firm action: suggested or ordered, on the disk before it is ordered, followed, ended.
 */
#include "keeper_test.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BOOT  "11111111-2222-3333-4444-555555555555"
#define OTHER "99999999-2222-3333-4444-555555555555"
#define HOUR  (3600 * USEC_PER_SEC)

static int acting_begin(void **state)
{
	if (tower_begin(state) != 0)
		return -1;
	tower.boot = BOOT;
	tower.since_boot = 1000 * USEC_PER_SEC;
	tower.settings.act = KEEPER_ACT_ALWAYS;
	keeper_configure(tower.keeper, &tower.settings);
	tower_pass(1);
	hands_join();
	return 0;
}

/* The same, where a person decides. */
static int suggesting_begin(void **state)
{
	int begun = acting_begin(state);

	tower.settings.act = KEEPER_ACT_LEVEL;
	keeper_configure(tower.keeper, &tower.settings);
	return begun;
}

#define ACTING(test)     cmocka_unit_test_setup_teardown(test, acting_begin, tower_end)
#define SUGGESTING(test) cmocka_unit_test_setup_teardown(test, suggesting_begin, tower_end)

static struct filter filter_of(const char *text)
{
	char trouble[FILTER_TROUBLE];
	struct filter filter;

	if (filter_parse(text_span(text), &filter, trouble) != OK)
		fail_msg("%s: %s", text, trouble);
	return filter;
}

#define NTP  "to 203.0.113.7 proto udp from-port 123 length 468-482"
#define WIDE "to 203.0.113.7 proto udp from-port 123"

static void filters_found(uint64_t incident, const char *const *texts, size_t count)
{
	struct keeper_filters found = { .about = incident, .known = true, .good = true,
					.effect = { 1000, 999, 500, 0 }, .count = count };

	for (size_t n = 0; n < count; n++)
		found.all[n] = (struct keeper_filter){ .verb = ACTION_DROP, .filter = filter_of(texts[n]),
						       .effect = { 1000, 999, 500, 0 } };
	keeper_filters(tower.keeper, &found, tower.now);
}

static void filter_found(uint64_t incident, const char *text)
{
	filters_found(incident, &text, 1);
}

static void flood_goes_on(uint64_t live)
{
	struct incident i = flood(live);

	keeper_incident(tower.keeper, &i, INCIDENT_CHANGED, tower.now);
}

static void flood_closes(uint64_t live)
{
	struct incident i = flood(live);

	i.ongoing = false;
	keeper_incident(tower.keeper, &i, INCIDENT_CLOSED, tower.now);
}

/* The hand tells that it hit so many, `known` of them of good sources; a second goes by. */
static void hits(uint64_t id, uint64_t packets, uint64_t known)
{
	static uint64_t total[64], total_known[64];
	struct keeper_hits h = { .id = id };

	if (packets == UINT64_MAX) {
		memset(total, 0, sizeof(total));
		memset(total_known, 0, sizeof(total_known));
		return;
	}
	total[id % 64] += packets;
	total_known[id % 64] += known;
	h.packets = total[id % 64];
	h.bytes = h.packets * 60;
	h.known = total_known[id % 64];
	keeper_hits(tower.keeper, &h, 1, tower.now);
	tower_pass(1);
}

static void no_hits(void)
{
	hits(0, UINT64_MAX, 0);
}

static const char *state_of(uint64_t id)
{
	json_t *list = at(good("actions", "{'state':'all','limit':200}"), "actions"), *one;
	size_t n;

	json_array_foreach(list, n, one)
		if (number_at(one, "id") == (json_int_t)id)
			return text_at(one, "state");
	return "none";
}

/* A flood whose filter is in force; returns the incident. The action is tower.order.id. */
static uint64_t flood_held(void)
{
	uint64_t incident = flood_opens(7);

	no_hits();
	filter_found(incident, NTP);
	order_done(HAND_XDP);
	return incident;
}

/* What is in force is named when more is asked for, so that it is not found again; nor does it go out of sight. */
static void test_held_is_named(void **state)
{
	uint64_t incident = flood_held();
	struct keeper_filters nothing = { .about = incident, .known = true, .likely = true, .good = true };
	unsigned asked = tower.want_count;
	struct filter ntp = filter_of(NTP);
	json_t *one;

	(void)state;
	for (int second = 0; second < 3; second++) {
		hits(tower.order.id, 1000, 0);
		flood_goes_on(7);
	}
	assert_true(tower.want_count > asked);
	assert_int_equal(tower.want.held_count, 1);
	assert_memory_equal(&tower.want.held[0], &ntp, sizeof(ntp));
	keeper_filters(tower.keeper, &nothing, tower.now);
	one = good("filters", "{'incident':1}");
	assert_int_equal(json_array_size(at(one, "filters")), 1);
	assert_true(json_is_true(at(one, "likely")));
	filter_found(incident, "to 203.0.113.7 proto icmp");
	one = good("filters", "{'incident':1}");
	assert_int_equal(json_array_size(at(one, "filters")), 2);
	assert_int_equal(tower.order_count, 2);
}

/* A limit is all that customers have where it is not known what they send. */
static void test_limit_in_the_dark_is_suggested(void **state)
{
	uint64_t incident = flood_opens(7);
	struct keeper_filters found = { .about = incident, .known = true, .count = 1 };

	(void)state;
	found.all[0] = (struct keeper_filter){ .verb = ACTION_LIMIT, .limit = 100, .filter = filter_of(WIDE),
					       .effect = { 1000, 1000, 0, 0 } };
	keeper_filters(tower.keeper, &found, tower.now);
	assert_int_equal(tower.order_count, 0);
	found.all[0].effect = (struct effect){ 1000, 1000, 500, 400 }; /* nearly all of what is normal */
	keeper_filters(tower.keeper, &found, tower.now);
	assert_int_equal(tower.order_count, 0);
	found.all[0].effect = (struct effect){ 1000, 1000, 500, 10 };
	keeper_filters(tower.keeper, &found, tower.now);
	assert_int_equal(tower.order_count, 1);
}

static void test_suggested(void **state)
{
	uint64_t incident = flood_opens(7);
	json_t *one;

	(void)state;
	assert_int_equal(tower.want_count, 1); /* at once */
	assert_int_equal(tower.want.about, incident);
	assert_int_equal(tower.want.vector, VECTOR_SYN);
	filter_found(incident, NTP);
	filter_found(incident, NTP); /* the same again is no other one */
	tower_pass(1);
	assert_int_equal(tower.order_count, 0);
	one = good("actions", "{'state':'suggested'}");
	assert_int_equal(json_array_size(at(one, "actions")), 1);
	assert_string_equal(text_at(one, "actions.0.filter"), NTP);
	assert_string_equal(text_at(one, "actions.0.owner"), "hinomi");
	assert_int_equal(number_at(one, "actions.0.incident"), incident);
	assert_int_equal(number_at(one, "actions.0.effect.attack_hit"), 999);
	assert_non_null(strstr(text_at(one, "actions.0.say.ja"), "99.9 %"));
	assert_false(json_is_true(at(one, "acts")));
	assert_string_equal(text_at(one, "hands.1.why.en"), "no nft here");
	assert_true(json_array_size(at(one, "never")) > 8);
	assert_non_null(strstr(text_at(good("status", "{}"), "todo.0.say.en"), "accept"));
	assert_true(tower_pushed("action") > 0);
}

static void test_accepted(void **state)
{
	uint64_t incident = flood_opens(7), id;
	json_t *one;

	(void)state;
	filter_found(incident, NTP);
	id = (uint64_t)number_at(good("actions", "{'state':'suggested'}"), "actions.0.id");
	assert_string_equal(bad("action_accept", "{'id':99}"), "not_found");
	one = good("action_accept", "{'id':1,'for':'30m','reason':'yes'}");
	assert_string_equal(text_at(one, "owner"), "root");
	assert_string_equal(text_at(one, "reason"), "yes");
	assert_false(json_is_true(at(one, "automatic")));
	assert_int_equal(tower.order_count, 1);
	assert_int_equal(tower.orders[0].id, id);
	assert_true(tower.orders[0].on_disk);
	assert_int_equal(tower.orders[0].remains, HOUR / 2);
	assert_string_equal(bad("action_accept", "{'id':1}"), "conflict");
	order_done(HAND_XDP);
	assert_string_equal(state_of(id), "active");
	assert_non_null(strstr(text_at(good("log", "{}"), "log.1.what.en"), "accepted"));
}

static void test_acts(void **state)
{
	uint64_t incident = flood_held();
	unsigned told = 0;
	json_t *one;

	(void)state;
	assert_int_equal(incident, 1);
	assert_int_equal(tower.order_count, 1);
	assert_true(tower.orders[0].on_disk);
	assert_int_equal(tower.orders[0].remains, HOUR);
	assert_true(tower.order.automatic);
	assert_string_equal(state_of(tower.order.id), "active");
	one = good("incident", "{'id':1}");
	for (size_t n = 0; n < json_array_size(at(one, "timeline")); n++)
		told += strstr(text_at(json_array_get(at(one, "timeline"), n), "what.en"), NTP) != NULL;
	assert_int_equal(told, 1);
	told = 0;
	for (unsigned n = 0; n < tower.tell_count; n++)
		told += tower.tells[n].news == KEEPER_ACTED;
	assert_int_equal(told, 1);
	filter_found(incident, NTP); /* held already */
	assert_int_equal(tower.order_count, 1);
}

/* Asked for every second, then every two, and not while nothing of it is seen; what is seen then is new. */
static void test_wanted(void **state)
{
	(void)state;
	flood_opens(7);
	for (unsigned n = 0; n < 24; n++) {
		flood_goes_on(7);
		tower_pass(1);
	}
	assert_int_equal(tower.want_count, 5 + 10);
	tower_pass(30);
	assert_int_equal(tower.want_count, 5 + 10);
	for (unsigned n = 0; n < 4; n++) {
		flood_goes_on(7);
		tower_pass(1);
	}
	assert_true(tower.want_count >= 5 + 10 + 3);
}

static void test_one_for_each_filter(void **state)
{
	static const char *const two[] = { NTP, "to 203.0.113.7 proto udp from-port 53" };
	uint64_t incident = flood_opens(7), first;

	(void)state;
	filters_found(incident, two, 2);
	assert_int_equal(tower.order_count, 2);
	first = tower.orders[0].id;
	for (unsigned n = 0; n < 2; n++) {
		tower.order.id = tower.orders[n].id;
		order_done(HAND_XDP);
	}
	filter_found(incident, WIDE); /* covers the first: which goes when, and not before, it is in force */
	assert_int_equal(tower.order_count, 3);
	assert_int_equal(tower.back_count, 0);
	order_done(HAND_XDP);
	assert_int_equal(tower.back_count, 1);
	assert_int_equal(tower.back[0], first);
	filters_found(incident, two, 2);
	assert_int_equal(tower.order_count, 3);
}

static void test_hits_end(void **state)
{
	uint64_t incident = flood_held(), id = tower.order.id;
	unsigned n;

	(void)state;
	for (n = 0; n < 5; n++)
		hits(id, 90000, 0);
	flood_closes(7); /* the sensor sees it no more */
	assert_true(json_is_true(at(good("incident", "{'id':1}"), "ongoing")));
	for (n = 0; n < 20; n++)
		hits(id, 90000, 0);
	assert_true(json_is_true(at(good("incident", "{'id':1}"), "ongoing")));
	assert_int_equal(number_at(good("actions", "{}"), "actions.0.hits.pps"), 90000);
	assert_string_equal(bad("close", "{'id':1,'reason':'x'}"), "conflict");
	for (n = 0; n < 20 && tower.back_count == 0; n++)
		hits(id, 4000, 0); /* less than a twentieth */
	assert_int_equal(n, 5);
	assert_int_equal(tower.back[0], id);
	assert_string_equal(state_of(id), "ended");
	assert_string_equal(text_at(good("incident", "{'id':1}"), "state"), "closed");
	assert_int_equal(incident, 1);
}

/* A pause that is shorter ends nothing; a filter that never hits is given up. */
static void test_hits_pause(void **state)
{
	uint64_t incident = flood_held(), id = tower.order.id;

	(void)state;
	for (unsigned n = 0; n < 40; n++)
		hits(id, n % 5 ? 0 : 90000, 0);
	assert_int_equal(tower.back_count, 0);
	filter_found(incident, "to 203.0.113.7 proto udp from-port 53");
	order_done(HAND_XDP);
	id = tower.order.id;
	for (unsigned n = 0; n < 9; n++)
		hits(id, 0, 0);
	assert_int_equal(tower.back_count, 0);
	hits(id, 0, 0);
	assert_int_equal(tower.back_count, 1);
}

/* When the same attack comes back, the filter stays for twice as long. */
static void test_flapping(void **state)
{
	static const unsigned patience[] = { 5, 10, 20, 40 };

	(void)state;
	for (unsigned round = 0; round < 4; round++) {
		unsigned backs = tower.back_count, quiet = 0;

		flood_held();
		for (unsigned n = 0; n < 3; n++)
			hits(tower.order.id, 50000, 0);
		while (tower.back_count == backs && quiet < 100) {
			hits(tower.order.id, 0, 0);
			quiet++;
		}
		assert_int_equal(quiet, patience[round]);
		flood_closes(7);
	}
	assert_int_equal(tower.order_count, 4);
}

static void test_hurts(void **state)
{
	uint64_t incident = flood_held(), id = tower.order.id;

	(void)state;
	hits(id, 90000, 900); /* one in a hundred is not more than that */
	hits(id, 500, 9);     /* nor are nine */
	assert_int_equal(tower.back_count, 0);
	hits(id, 500, 10);
	assert_int_equal(tower.back_count, 1);
	assert_int_equal(tower.tells[tower.tell_count - 1].news, KEEPER_ACTED);
	filter_found(incident, NTP);
	filter_found(incident, WIDE); /* nor one that takes even more */
	tower_pass(2);
	assert_int_equal(tower.order_count, 1);
	tower_restart();
	hands_join();
	filter_found(incident, NTP);
	assert_int_equal(tower.order_count, 1);
}

/* BGP cannot count: it is lifted to see, and stays for twice as long when the attack is still there. */
static void test_probing(void **state)
{
	uint64_t incident = flood_opens(7), id;
	unsigned n;

	(void)state;
	filter_found(incident, NTP);
	order_done(HAND_BGP);
	id = tower.order.id;
	flood_closes(7);
	for (unsigned wait = 60; wait <= 120; wait *= 2) {
		unsigned backs = tower.back_count, orders = tower.order_count;

		for (n = 0; tower.back_count == backs && n < 200; n++)
			hits(id, 0, 0); /* which say nothing */
		assert_int_equal(n, wait);
		assert_string_equal(state_of(id), "waiting");
		good("acknowledge", "{'id':1}"); /* a person who looks is no attack */
		tower_pass(3);
		assert_string_equal(state_of(id), "waiting");
		assert_true(json_is_true(at(good("incident", "{'id':1}"), "ongoing")));
		flood_goes_on(7);
		tower_pass(1);
		assert_int_equal(tower.order_count, orders + 1);
		order_done(HAND_BGP);
		flood_closes(7);
	}
	tower_pass(240);
	assert_string_equal(state_of(id), "waiting");
	tower_pass(20);
	assert_string_equal(state_of(id), "ended");
	assert_string_equal(text_at(good("incident", "{'id':1}"), "state"), "closed");
}

static void test_expires(void **state)
{
	uint64_t id;

	(void)state;
	good("block", "{'what':'192.0.2.9','for':'90s','reason':'scanner'}");
	id = tower.order.id;
	order_done(HAND_XDP);
	tower_pass(89);
	assert_string_equal(state_of(id), "active");
	tower_pass(1);
	assert_string_equal(state_of(id), "ended");
	assert_int_equal(tower.back[0], id);
}

/* Setting the clock extends nothing, and shortens nothing. */
static void test_clock(void **state)
{
	static const usec_t sets[] = { -30 * 24 * HOUR, 30 * 24 * HOUR };

	(void)state;
	for (unsigned n = 0; n < 2; n++) {
		unsigned backs = tower.back_count;

		good("block", n ? "{'what':'192.0.2.9','for':'1h','reason':'x'}"
				: "{'what':'192.0.2.8','for':'1h','reason':'x'}");
		order_done(HAND_XDP);
		tower_pass(600);
		tower.now += sets[n];
		tower.push_count = 0;
		tower_pass(2998);
		assert_int_equal(tower.back_count, backs);
		tower_pass(3);
		assert_int_equal(tower.back_count, backs + 1);
	}
}

static void test_restart(void **state)
{
	uint64_t id;

	(void)state;
	good("block", "{'what':'192.0.2.9','for':'1h','reason':'x'}");
	id = tower.order.id;
	order_done(HAND_XDP);
	tower_pass(600);
	tower.now -= 24 * HOUR; /* while nobody looks */
	tower.since_boot += 60 * USEC_PER_SEC;
	tower_restart();
	hands_join();
	assert_int_equal(tower.order_count, 2);
	assert_int_equal(tower.orders[1].id, id);
	assert_int_equal(tower.orders[1].remains, HOUR - 660 * USEC_PER_SEC);
	assert_int_equal(tower.end_count, 2);
	tower.since_boot += HOUR;
	tower_restart();
	hands_join();
	assert_int_equal(tower.order_count, 2); /* its time is over */
	assert_int_equal(tower.end_count, 3);
	assert_string_equal(state_of(id), "ended");
}

/* After another boot: what was left when it was written down, or until the end in UTC, whichever is less. */
static void test_other_boot(void **state)
{
	(void)state;
	good("block", "{'what':'192.0.2.9','for':'1h','reason':'x'}");
	order_done(HAND_XDP);
	tower_pass(601);
	tower.boot = OTHER;
	tower.since_boot = 5 * USEC_PER_SEC;
	tower.now -= 24 * HOUR; /* a clock without a battery: then it is not more than what was left */
	tower_restart();
	hands_join();
	assert_int_equal(tower.order_count, 2);
	assert_in_range(tower.orders[1].remains, HOUR - 601 * USEC_PER_SEC, HOUR - 590 * USEC_PER_SEC);
	tower_pass(12);
	tower.boot = BOOT;
	tower.now += 24 * HOUR + 1800 * USEC_PER_SEC;
	tower_restart();
	hands_join();
	assert_int_equal(tower.order_count, 2); /* the UTC end moved with the clock that was set back */
}

/* It is on the disk, and the process dies before the warden hears of it. */
static void test_killed_between(void **state)
{
	uint64_t id;

	(void)state;
	good("block", "{'what':'192.0.2.9','for':'1h','reason':'x'}");
	id = tower.order.id;
	assert_true(tower.orders[0].on_disk);
	tower_restart(); /* no warden ever said that it is done */
	hands_join();
	assert_int_equal(tower.order_count, 2);
	assert_int_equal(tower.orders[1].id, id);
	assert_int_equal(tower.end_count, 2);
}

/* What is not on the disk is not ordered. */
static void test_disk_fails(void **state)
{
	uint64_t incident = flood_opens(7);

	(void)state;
	tower_pass(1);
	test_sql("ALTER TABLE action RENAME TO gone");
	assert_string_equal(bad("block", "{'what':'192.0.2.9','for':'1h','reason':'x'}"), "failed");
	filter_found(incident, NTP);
	tower_pass(3);
	assert_int_equal(tower.order_count, 0);
	test_sql("ALTER TABLE gone RENAME TO action");
	filter_found(incident, NTP);
	assert_int_equal(tower.order_count, 1);
	assert_true(tower.orders[0].on_disk);
	assert_int_equal(json_array_size(at(good("actions", "{'state':'all'}"), "actions")), 1);
}

static void test_undo(void **state)
{
	uint64_t incident = flood_held(), id = tower.order.id;

	(void)state;
	assert_string_equal(bad("unblock", "{'id':1}"), "bad_request"); /* why? */
	assert_string_equal(bad("unblock", "{'id':77,'reason':'x'}"), "not_found");
	assert_string_equal(bad("unblock", "{'what':'192.0.2.99','reason':'x'}"), "not_found");
	assert_string_equal(text_at(good("unblock", "{'id':1,'reason':'wrong'}"), "actions.0.state"), "ended");
	assert_int_equal(tower.back[0], id);
	filter_found(incident, NTP); /* a person said no */
	assert_int_equal(tower.order_count, 1);
	good("block", "{'what':'192.0.2.7','for':'1h','reason':'x'}");
	good("block", "{'what':'from 192.0.2.8 proto tcp','for':'1h','reason':'x'}");
	assert_int_equal(json_array_size(at(good("unblock", "{'what':'192.0.2.0/24','reason':'x'}"), "actions")), 2);
	assert_int_equal(tower.back_count, 3);
}

static void test_undo_all(void **state)
{
	uint64_t incident = flood_held();
	unsigned ends = tower.end_count;

	(void)state;
	good("block", "{'what':'192.0.2.7','for':'1h','reason':'x'}");
	assert_int_equal(number_at(good("undo_all", "{'reason':'stop'}"), "undone"), 2);
	assert_int_equal(tower.back_count, 2);
	assert_int_equal(tower.end_count, ends + 1);
	filter_found(incident, "to 203.0.113.7 proto udp from-port 53"); /* only suggested from now on */
	assert_int_equal(tower.order_count, 2);
	assert_int_equal(json_array_size(at(good("actions", "{'state':'suggested'}"), "actions")), 1);
	tower_restart();
	hands_join();
	assert_int_equal(tower.order_count, 2);
}

/* For the floods of that moment, whatever happens to the process; others are acted against again. */
static void test_hands_off_outlives(void **state)
{
	uint64_t incident = flood_opens(7);

	(void)state;
	good("undo_all", "{'reason':'stop'}"); /* before anything was found */
	tower_restart();
	hands_join();
	flood_goes_on(7);
	filter_found(incident, NTP);
	assert_int_equal(tower.order_count, 0);
	assert_int_equal(json_array_size(at(good("actions", "{'state':'suggested'}"), "actions")), 1);
	filter_found(flood_opens(8), "to 203.0.113.8 proto udp from-port 123");
	assert_int_equal(tower.order_count, 1);
}

/* By `undo-all --now` beside the keeper: its word counts like that of the page, and nothing comes again. */
static void test_undone_beside(void **state)
{
	uint64_t incident = flood_held(), id = tower.order.id;
	unsigned orders;

	(void)state;
	good("block", "{'what':'192.0.2.7','for':'1h','reason':'x'}");
	order_done(HAND_XDP);
	orders = tower.order_count;
	keeper_undone(tower.keeper, tower.now);
	assert_string_equal(state_of(id), "ended");
	assert_string_equal(state_of(tower.order.id), "ended");
	assert_non_null(strstr(text_at(good("log", "{}"), "log.0.what.en"), "undo-all --now"));
	flood_goes_on(7);
	filter_found(incident, NTP);
	filter_found(incident, "to 203.0.113.7 proto udp from-port 53");
	tower_pass(2);
	tower_restart();
	hands_join();
	filter_found(incident, NTP);
	assert_int_equal(tower.order_count, orders);
}

/* Filters that the tower only suggests, one after the other; each ends as there is a better one. */
static void suggestions_come_and_go(uint64_t incident, unsigned count)
{
	struct keeper_filters found = { .about = incident, .known = true, .count = 1 };
	char text[80];

	for (unsigned n = 0; n < count; n++) {
		snprintf(text, sizeof(text), "to 203.0.113.8 proto udp from-port %u", 1000 + n);
		found.all[0] = (struct keeper_filter){ .verb = ACTION_DROP, .filter = filter_of(text),
						       .effect = { 1000, 999, 500, 400 } };
		keeper_filters(tower.keeper, &found, tower.now);
	}
}

/* What a person took back is not forgotten for all that was suggested since. */
static void test_no_is_remembered(void **state)
{
	uint64_t incident = flood_held();

	(void)state;
	good("unblock", "{'id':1,'reason':'wrong'}");
	suggestions_come_and_go(flood_opens(8), 400);
	filter_found(incident, NTP);
	assert_int_equal(tower.order_count, 1);
	tower_pass(1);
	tower_restart();
	hands_join();
	filter_found(incident, NTP);
	assert_int_equal(tower.order_count, 1);
}

/* The warden did not hear that it is over: what still hits is told again. */
static void test_back_that_was_lost(void **state)
{
	uint64_t id;

	(void)state;
	flood_held();
	id = tower.order.id;
	hits(id, 500, 0);
	assert_int_equal(tower.back_count, 0);
	good("unblock", "{'id':1,'reason':'wrong'}");
	assert_int_equal(tower.back_count, 1);
	hits(id, 500, 0);
	assert_int_equal(tower.back_count, 2);
	assert_int_equal(tower.back[1], id);
	hits(55, 500, 0); /* of nobody */
	assert_int_equal(tower.back_count, 3);
	assert_int_equal(tower.back[2], 55);
}

/* "Ended" may be of an order before this one, which the warden then has in force. */
static void test_late_end(void **state)
{
	uint64_t incident = flood_held(), id = tower.order.id;
	struct keeper_done done = { .id = id, .state = ACTION_ENDED, .why = { "", "" } };

	(void)state;
	(void)incident;
	keeper_done(tower.keeper, &done, tower.now);
	assert_string_equal(state_of(id), "ended");
	assert_int_equal(tower.back_count, 1);
	assert_int_equal(tower.back[0], id);
}

/* A person says that the flood is none: what the tower did against it ends, what a person did does not. */
static void test_silenced(void **state)
{
	uint64_t incident = flood_held(), id = tower.order.id, other;

	(void)state;
	filter_found(incident, "to 203.0.113.7"); /* which nobody takes */
	good("block", "{'what':'192.0.2.7','for':'1h','reason':'x','incident':1}");
	other = tower.order.id;
	good("silence", "{'id':1,'for':'1h','reason':'a speed test'}");
	assert_string_equal(state_of(id), "ended");
	assert_int_equal(tower.back_count, 1);
	assert_int_equal(tower.back[0], id);
	assert_string_equal(state_of(other), "ordered");
	flood_goes_on(7);
	filter_found(incident, NTP);
	assert_int_equal(tower.order_count, 2);
}

/* Nobody reads of what is over that it is in force until later. */
static void test_end_is_when_it_ended(void **state)
{
	json_t *one;
	char before[40];

	(void)state;
	one = good("block", "{'what':'192.0.2.7','for':'1h','reason':'x'}");
	snprintf(before, sizeof(before), "%s", text_at(one, "until"));
	order_done(HAND_XDP);
	tower_pass(60);
	one = good("unblock", "{'id':1,'reason':'wrong'}");
	assert_true(strcmp(text_at(one, "actions.0.until"), before) < 0);
	assert_true(strcmp(text_at(one, "actions.0.until"), text_at(one, "actions.0.from")) > 0);
}

/* It is taken back although the disk fails, and that is what the answer says. */
static void test_undo_while_the_disk_fails(void **state)
{
	json_t *answer;

	(void)state;
	flood_held();
	tower_pass(1);
	test_sql("ALTER TABLE log RENAME TO gone");
	answer = ask(ASKER_CONTROL, "root", "admin", "undo_all", "{'reason':'stop'}");
	assert_non_null(strstr(text_at(answer, "error.en"), "it is taken back, but"));
	assert_int_equal(tower.back_count, 1);
	test_sql("ALTER TABLE gone RENAME TO log");
}

static void test_guard(void **state)
{
	static const char *const refused[] = {
		"{'what':'203.0.113.254','for':'1h','reason':'x'}",
		"{'what':'198.51.100.7','for':'1h','reason':'x'}",
		"{'what':'198.51.0.0/16','for':'1h','reason':'x'}",
		"{'what':'::ffff:127.0.0.1','for':'1h','reason':'x'}",
		"{'what':'::/0','for':'1h','reason':'x'}",
		"{'what':'to 203.0.113.7','for':'1h','reason':'x'}",
		"{'what':'203.0.113.254','verb':'blackhole','for':'1h','reason':'x'}",
		"{'what':'203.0.113.0/24','verb':'blackhole','for':'1h','reason':'x'}",
		"{'what':'to 203.0.113.7 proto udp','verb':'limit','for':'1h','reason':'x'}",
		"{'what':'198.51.100.7','for':'1h','reason':'x','rehearse':true}",
	};
	uint64_t incident = flood_opens(7);

	(void)state;
	for (size_t n = 0; n < sizeof(refused) / sizeof(refused[0]); n++)
		assert_string_equal(bad("block", refused[n]), "conflict");
	filter_found(incident, "from 198.51.100.0/25 proto udp");
	filter_found(incident, "to 203.0.113.7");
	tower_pass(1);
	assert_int_equal(tower.order_count, 0);
	assert_int_equal(json_array_size(at(good("actions", "{'state':'all'}"), "actions")), 0);
	good("block", "{'what':'203.0.113.7','verb':'blackhole','for':'1h','reason':'x'}");
	assert_int_equal(tower.order.filter.parts, FILTER_TO);
}

/* A database that was restored, or written by somebody: the guard is asked for each. */
static void test_restored(void **state)
{
	(void)state;
	good("block", "{'what':'192.0.2.9','for':'1h','reason':'x'}");
	good("block", "{'what':'192.0.2.10','for':'1h','reason':'x'}");
	good("block", "{'what':'192.0.2.11','for':'1h','reason':'x'}");
	good("block", "{'what':'192.0.2.12','for':'1h','reason':'x'}");
	keeper_free(tower.keeper);
	store_close(tower.store);
	test_sql("UPDATE action SET filter = 'from 203.0.113.254/32' WHERE id = 1");
	test_sql("UPDATE action SET filter = 'from everybody' WHERE id = 2");
	test_sql("UPDATE action SET boot_until = 2000000000000000000 WHERE id = 3");
	test_sql("UPDATE action SET boot_until = 9000000000000000000, until = -5 WHERE id = 4");
	tower.keeper = NULL;
	tower.store = test_open(); /* as tower_restart() wants it */
	tower_restart();
	tower.order_count = 0;
	hands_join();
	assert_int_equal(tower.order_count, 0);
	assert_string_equal(state_of(1), "refused");
	assert_string_equal(state_of(3), "refused");
}

static void test_refused_by_warden(void **state)
{
	struct keeper_done done = { .state = ACTION_REFUSED, .why = { "it is the gateway", "ゲートウェイです" } };
	json_t *one;

	(void)state;
	good("block", "{'what':'192.0.2.9','for':'1h','reason':'x'}");
	done.id = 4711;
	keeper_done(tower.keeper, &done, tower.now); /* of nobody */
	done.id = tower.order.id;
	keeper_done(tower.keeper, &done, tower.now);
	one = good("actions", "{'state':'all'}");
	assert_string_equal(text_at(one, "actions.0.state"), "refused");
	assert_string_equal(text_at(one, "actions.0.trouble.en"), "it is the gateway");
	done.state = ACTION_ACTIVE;
	keeper_done(tower.keeper, &done, tower.now); /* too late */
	assert_string_equal(state_of(tower.order.id), "refused");
}

/* What no hand can do is tried again after a while, not every second. */
static void test_failed(void **state)
{
	struct keeper_done done = { .state = ACTION_FAILED, .why = { "no hand", "手段がありません" } };
	uint64_t incident = flood_opens(7);

	(void)state;
	filter_found(incident, NTP);
	done.id = tower.order.id;
	keeper_done(tower.keeper, &done, tower.now);
	assert_string_equal(state_of(done.id), "failed");
	for (unsigned n = 0; n < 59; n++) {
		flood_goes_on(7);
		tower_pass(1);
		filter_found(incident, NTP);
	}
	assert_int_equal(tower.order_count, 1);
	tower_pass(1);
	filter_found(incident, NTP);
	assert_int_equal(tower.order_count, 2);
}

static void test_rehearsal(void **state)
{
	struct keeper_filters found = { .rehearse = true, .known = true, .effect = { 100, 200, 50, 1 } };
	json_t *one;

	(void)state;
	one = good("block", "{'what':'192.0.2.0/25','reason':'what if','rehearse':true}");
	assert_string_equal(text_at(one, "state"), "rehearsed");
	assert_true(json_is_null(at(one, "effect")));
	assert_true(tower.want.rehearse);
	assert_int_equal(tower.want.about, number_at(one, "id"));
	assert_int_equal(tower.order_count, 0);
	found.about = tower.want.about;
	keeper_filters(tower.keeper, &found, tower.now);
	one = good("actions", "{'state':'all'}");
	assert_int_equal(number_at(one, "actions.0.effect.attack_hit"), 100); /* not more than there are */
	keeper_filters(tower.keeper, &found, tower.now); /* once is enough */
	tower_pass(100);
	assert_int_equal(tower.order_count, 0);
}

static void test_level(void **state)
{
	uint64_t incident = flood_opens(7);

	(void)state;
	filter_found(incident, NTP);
	assert_int_equal(tower.order_count, 0);
	good("level_set", "{'to':'high','reason':'attack','for':'1h'}");
	filter_found(incident, NTP); /* the suggestion is taken */
	assert_int_equal(tower.order_count, 1);
	assert_true(tower.orders[0].on_disk);
	assert_int_equal(json_array_size(at(good("actions", "{'state':'all'}"), "actions")), 1);
	order_done(HAND_XDP);
	good("level_set", "{'to':'normal','reason':'calm'}");
	tower_pass(2);
	assert_string_equal(state_of(1), "active"); /* what was taken goes on */
	filter_found(incident, "to 203.0.113.7 proto udp from-port 53");
	assert_int_equal(tower.order_count, 1);
	assert_int_equal(json_array_size(at(good("actions", "{'state':'suggested'}"), "actions")), 1);
}

static void test_suggestions_end(void **state)
{
	uint64_t incident = flood_opens(7);

	(void)state;
	filter_found(incident, NTP);
	filter_found(incident, "to 203.0.113.7 proto udp from-port 53"); /* better now */
	assert_int_equal(json_array_size(at(good("actions", "{'state':'suggested'}"), "actions")), 1);
	flood_closes(7);
	tower_pass(1);
	assert_int_equal(json_array_size(at(good("actions", "{'state':'suggested'}"), "actions")), 0);
}

static void test_filters(void **state)
{
	static const char *const keys[] = { "exports.nft", "exports.flowspec", "exports.bpf", "exports.xdp",
					    "exports.dissector", "upstream.en", "upstream.ja", "say.ja" };
	uint64_t incident = flood_opens(7);
	json_t *one;

	(void)state;
	assert_string_equal(bad("filters", "{'incident':1}"), "not_found");
	assert_string_equal(bad("filters", "{'incident':99}"), "not_found");
	filter_found(incident, NTP);
	one = good("filters", "{'incident':1}");
	assert_string_equal(text_at(one, "filters.0.filter"), NTP);
	assert_true(json_is_true(at(one, "good")));
	for (size_t n = 0; n < sizeof(keys) / sizeof(keys[0]); n++)
		assert_true(text_at(one, keys[n])[0]);
	assert_non_null(strstr(text_at(one, "exports.nft"), "drop"));
}

/* A limit and SYN cookies hit customers, too: the provider is not asked to drop what they are for. */
static void test_letter_asks_for_drops(void **state)
{
	uint64_t incident = flood_opens(7);
	struct keeper_filters found = { .about = incident, .known = true, .effect = { 1000, 400, 500, 0 }, .count = 3 };
	json_t *one;

	(void)state;
	found.all[0] = (struct keeper_filter){ .filter = filter_of(NTP) };
	found.all[1] = (struct keeper_filter){ .verb = ACTION_LIMIT, .limit = 50,
					       .filter = filter_of("to 203.0.113.7 proto icmp") };
	found.all[2] = (struct keeper_filter){ .verb = ACTION_SYNCOOKIE,
					       .filter = filter_of("to 203.0.113.7 proto tcp flags S/SA") };
	keeper_filters(tower.keeper, &found, tower.now);
	one = good("filters", "{'incident':1}");
	assert_int_equal(json_array_size(at(one, "filters")), 3);
	assert_non_null(strstr(text_at(one, "upstream.en"), "1. destination"));
	assert_non_null(strstr(text_at(one, "upstream.en"), "source port 123"));
	assert_null(strstr(text_at(one, "upstream.en"), "protocol icmp"));
	assert_null(strstr(text_at(one, "upstream.en"), "S/SA"));
	assert_null(strstr(text_at(one, "upstream.ja"), "S/SA"));
	found.all[0] = found.all[1];
	found.count = 1;
	keeper_filters(tower.keeper, &found, tower.now);
	one = good("filters", "{'incident':1}");
	assert_non_null(strstr(text_at(one, "upstream.en"), "We know no filter"));
	assert_non_null(strstr(text_at(one, "upstream.ja"), "現時点では見つかっておりません"));
}

/* Whatever the sensor says, nothing is done but what can be. */
static void test_hostile_filters(void **state)
{
	struct keeper_filters found;
	uint64_t incident = flood_opens(7);

	(void)state;
	memset(&found, 0xff, sizeof(found));
	found.rehearse = found.known = found.likely = found.good = false; /* bools are made where frames are read */
	found.about = incident;
	keeper_filters(tower.keeper, &found, tower.now);
	found.about = 4711;
	keeper_filters(tower.keeper, &found, tower.now);
	tower_pass(1);
	assert_int_equal(tower.order_count, 0);
	assert_int_equal(json_array_size(at(good("actions", "{'state':'all'}"), "actions")), 0);
}

/* More than there is room for: nothing in force goes, and memory stays as it is. */
static void test_many(void **state)
{
	char args[120], text[80];
	unsigned refused = 0;

	(void)state;
	tower.settings.limits = (struct guard_limits){ .breadth4 = 24, .breadth6 = 48, .actions = 20, .seconds = 86400 };
	keeper_configure(tower.keeper, &tower.settings);
	for (unsigned n = 0; n < 25; n++) {
		snprintf(args, sizeof(args), "{'what':'192.0.2.%u','for':'1h','reason':'x'}", n);
		refused += n < 20 ? good("block", args) == NULL : strcmp(bad("block", args), "conflict") == 0;
	}
	assert_int_equal(refused, 5);
	for (uint64_t live = 1; live < 90; live++) {
		uint64_t incident = flood_opens(live);

		snprintf(text, sizeof(text), "to 203.0.113.%u proto udp from-port 123", (unsigned)live);
		filter_found(incident, text);
	}
	assert_int_equal(tower.order_count, 20);
}

static void test_requests(void **state)
{
	static const char *const wrong[] = {
		"{}", "{'what':'192.0.2.1'}", "{'what':'192.0.2.1','reason':'x'}",
		"{'what':'192.0.2.1','reason':'x','for':'0s'}", "{'what':'192.0.2.1','reason':'x','for':'8d'}",
		"{'what':'192.0.2.1','reason':'x','for':'1h','verb':'nuke'}",
		"{'what':'192.0.2.1','reason':'x','for':'1h','hand':'foot'}",
		"{'what':'192.0.2.1/99','reason':'x','for':'1h'}", "{'what':7,'reason':'x','for':'1h'}",
		"{'what':'192.0.2.1','reason':'x','for':'1h','limit':-1}",
		"{'what':'192.0.2.1','reason':'   ','for':'1h'}",
		"{'what':'proto','reason':'x','for':'1h'}",
	};

	(void)state;
	for (size_t n = 0; n < sizeof(wrong) / sizeof(wrong[0]); n++)
		assert_string_equal(bad("block", wrong[n]), "bad_request");
	assert_string_equal(bad("block", "{'what':'192.0.2.1','reason':'x','for':'1h','incident':99}"), "not_found");
	assert_string_equal(bad("actions", "{'state':'dead'}"), "bad_request");
	assert_string_equal(bad("actions", "{'limit':1000}"), "bad_request");
	good("block", "{'what':'192.0.2.1','reason':'x','for':'1h'}");
	assert_string_equal(bad("block", "{'what':'192.0.2.1','reason':'x','for':'2h'}"), "conflict");
	assert_int_equal(tower.order_count, 1);
}

/* Without hands nothing is asked for, suggested or done. */
static void test_no_boot(void **state)
{
	(void)state;
	flood_opens(7);
	assert_int_equal(tower.want_count, 0);
	assert_string_equal(bad("block", "{'what':'192.0.2.1','reason':'x','for':'1h'}"), "failed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ACTING(test_held_is_named),
		ACTING(test_limit_in_the_dark_is_suggested),
		SUGGESTING(test_suggested),
		SUGGESTING(test_accepted),
		ACTING(test_acts),
		ACTING(test_wanted),
		ACTING(test_one_for_each_filter),
		ACTING(test_hits_end),
		ACTING(test_hits_pause),
		ACTING(test_flapping),
		ACTING(test_hurts),
		ACTING(test_probing),
		ACTING(test_expires),
		ACTING(test_clock),
		ACTING(test_restart),
		ACTING(test_other_boot),
		ACTING(test_killed_between),
		ACTING(test_disk_fails),
		ACTING(test_undo),
		ACTING(test_undo_all),
		ACTING(test_hands_off_outlives),
		ACTING(test_undone_beside),
		ACTING(test_no_is_remembered),
		ACTING(test_back_that_was_lost),
		ACTING(test_late_end),
		ACTING(test_silenced),
		ACTING(test_end_is_when_it_ended),
		ACTING(test_undo_while_the_disk_fails),
		ACTING(test_guard),
		ACTING(test_restored),
		ACTING(test_refused_by_warden),
		ACTING(test_failed),
		ACTING(test_rehearsal),
		SUGGESTING(test_level),
		SUGGESTING(test_suggestions_end),
		SUGGESTING(test_filters),
		SUGGESTING(test_letter_asks_for_drops),
		ACTING(test_hostile_filters),
		ACTING(test_many),
		ACTING(test_requests),
		WITH_TOWER(test_no_boot),
	};

	return cmocka_run_group_tests_name("keeper_action", tests, NULL, NULL);
}
