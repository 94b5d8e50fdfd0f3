/*
 * test_keeper.c - the life of an incident in the keeper: opened, changed, told, closed, and found again.
 */
#include "keeper_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static json_t *incident(uint64_t id)
{
	char args[40];

	snprintf(args, sizeof(args), "{'id':%llu}", (unsigned long long)id);
	return good("incident", args);
}

static void test_opens(void **state)
{
	uint64_t id = flood_opens(1);
	json_t *found;

	(void)state;
	assert_true(id > 0);
	assert_int_equal(tower_pushed("incident"), 1);
	assert_int_equal(tower.tell_count, 1);
	assert_int_equal(tower.tells[0].news, KEEPER_OPENED);
	assert_int_equal(tower.tells[0].incident, id);
	assert_string_equal(tower.tells[0].title, "SYN flood");
	assert_non_null(strstr(tower.tells[0].summary_ja, "SYN フラッドを受けました"));
	found = incident(id);
	assert_int_equal(number_at(found, "id"), id);
	assert_string_equal(text_at(found, "title.ja"), "SYN フラッド");
	assert_string_equal(text_at(found, "rule"), "flood");
	assert_string_equal(text_at(found, "whom.name"), "203.0.113.1:443");
	assert_string_equal(text_at(found, "state"), "open");
	assert_true(json_is_true(at(found, "ongoing")));
	assert_int_equal(number_at(found, "packets"), 100000);
	assert_string_equal(text_at(found, "attack.0"), "T1498.001");
	assert_true(json_is_null(at(found, "acknowledged")));
	assert_true(json_is_null(at(found, "silenced")));
	assert_string_equal(text_at(found, "level"), "normal");
	assert_string_equal(text_at(found, "timeline.0.what.en"), "Seen for the first time.");
	assert_int_equal(json_array_size(at(found, "notes")), 0);
	assert_int_equal(json_array_size(at(found, "todo.en")), json_array_size(at(found, "todo.ja")));
}

/* Four hundred changes in ten seconds: at most twice a second for browsers, once a second for the disk. */
static void test_coalesced(void **state)
{
	struct incident i = flood(1);
	uint64_t id = flood_opens(1);

	(void)state;
	for (unsigned n = 0; n < 400; n++) {
		tower.now += USEC_PER_SEC / 40;
		i.packets += 10;
		i.closed = tower.now;
		assert_int_equal(keeper_incident(tower.keeper, &i, INCIDENT_CHANGED, tower.now), id);
		if (n % 40 == 39)
			keeper_due(tower.keeper, tower.now);
	}
	assert_in_range(tower_pushed("incident"), 10, 22);
	assert_int_equal(tower.tell_count, 1);
	assert_int_equal(number_at(incident(id), "packets"), 104000);
}

/* The last change is not lost, also when it came too early to be pushed at once. */
static void test_last_change(void **state)
{
	struct incident i = flood(1);

	(void)state;
	flood_opens(1);
	i.packets = 777;
	keeper_incident(tower.keeper, &i, INCIDENT_CHANGED, tower.now + 1000);
	assert_int_equal(tower_pushed("incident"), 1);
	tower.now += USEC_PER_SEC;
	keeper_due(tower.keeper, tower.now);
	assert_int_equal(tower_pushed("incident"), 2);
}

static void test_worse(void **state)
{
	struct incident i = flood(1);
	uint64_t id;

	(void)state;
	i.severity = SEVERITY_NOTICE;
	id = keeper_incident(tower.keeper, &i, INCIDENT_OPENED, tower.now);
	assert_int_equal(tower.tell_count, 0); /* the level tells from HIGH on */
	i.severity = SEVERITY_HIGH;
	keeper_incident(tower.keeper, &i, INCIDENT_CHANGED, tower.now);
	keeper_incident(tower.keeper, &i, INCIDENT_CHANGED, tower.now);
	assert_int_equal(tower.tell_count, 1);
	assert_int_equal(tower.tells[0].news, KEEPER_OPENED); /* to people it is new */
	i.severity = SEVERITY_CRITICAL;
	keeper_incident(tower.keeper, &i, INCIDENT_CHANGED, tower.now);
	assert_int_equal(tower.tells[1].news, KEEPER_WORSE);
	assert_int_equal(tower.tells[1].severity, SEVERITY_CRITICAL);
	assert_int_equal(json_array_size(at(incident(id), "timeline")), 3);
}

static void test_closes(void **state)
{
	struct incident i = flood(1);
	uint64_t id = flood_opens(1);

	(void)state;
	i.ongoing = false;
	assert_int_equal(keeper_incident(tower.keeper, &i, INCIDENT_CLOSED, tower.now), id);
	assert_int_equal(tower.tells[1].news, KEEPER_ENDED);
	tower_pass(1);
	assert_string_equal(text_at(incident(id), "state"), "closed");
	assert_int_equal(json_array_size(at(good("incidents", "{}"), "incidents")), 0);
	assert_int_equal(json_array_size(at(good("incidents", "{'state':'closed'}"), "incidents")), 1);
	assert_int_equal(keeper_incident(tower.keeper, &i, INCIDENT_CLOSED, tower.now), 0);
	i.id = 9; /* the grouping opens another of the same key: another incident */
	assert_int_not_equal(keeper_incident(tower.keeper, &i, INCIDENT_OPENED, tower.now), id);
}

/* After a restart the grouping begins its numbers anew; the incident is the same by its key. */
static void test_restart(void **state)
{
	struct incident i = flood(1);
	uint64_t id = flood_opens(1);

	(void)state;
	good("acknowledge", "{'id':1}");
	tower_pass(1);
	tower_restart();
	assert_string_equal(text_at(incident(id), "acknowledged.by"), "root");
	i.id = 77;
	i.packets = 5;
	i.severity = SEVERITY_NOTICE;
	i.opened = tower.now;
	assert_int_equal(keeper_incident(tower.keeper, &i, INCIDENT_OPENED, tower.now), id);
	assert_int_equal(tower.tell_count, 1); /* people know of it */
	assert_int_equal(number_at(incident(id), "packets"), 100005);
	assert_string_equal(text_at(incident(id), "severity"), "high");
	assert_string_equal(text_at(incident(id), "acknowledged.by"), "root");
	assert_int_equal(json_array_size(at(good("incidents", "{}"), "incidents")), 1);
}

/* What does not come again after a restart is over, some time later. */
static void test_lost(void **state)
{
	uint64_t id = flood_opens(1);

	(void)state;
	tower_pass(1);
	tower_restart();
	tower_pass(1);
	assert_false(json_is_true(at(incident(id), "ongoing")));
	tower_jump(14 * 60 * USEC_PER_SEC);
	assert_string_equal(text_at(incident(id), "state"), "open");
	tower_jump(60 * USEC_PER_SEC);
	assert_string_equal(text_at(incident(id), "state"), "closed");
}

/* What counts only at a tighter level is neither shown nor told, until the level is that tight. */
static void test_candidate(void **state)
{
	struct incident i = flood(1);

	(void)state;
	i.level = LEVEL_GUARDED;
	assert_int_equal(keeper_incident(tower.keeper, &i, INCIDENT_OPENED, tower.now), 0);
	assert_int_equal(keeper_incident(tower.keeper, &i, INCIDENT_CHANGED, tower.now), 0);
	tower_pass(1);
	assert_int_equal(tower_pushed("incident"), 0);
	assert_int_equal(tower.tell_count, 0);
	assert_int_equal(json_array_size(at(good("incidents", "{'state':'all'}"), "incidents")), 0);
	good("level_set", "{'to':'guarded','reason':'holidays','for':'1h'}");
	assert_int_equal(tower_pushed("incident"), 1);
	assert_int_equal(tower.tells[1].news, KEEPER_OPENED); /* after the level's own message */
	assert_int_equal(json_array_size(at(good("incidents", "{}"), "incidents")), 1);
	tower_jump(2 * 3600 * USEC_PER_SEC); /* at normal again: what was shown stays */
	assert_int_equal(tower.level, LEVEL_NORMAL);
	assert_int_equal(json_array_size(at(good("incidents", "{}"), "incidents")), 1);
}

static void test_evidence(void **state)
{
	uint64_t id = flood_opens(1);

	(void)state;
	assert_string_equal(bad("evidence", "{'id':1}"), "not_found");
	keeper_evidence(tower.keeper, id, (struct span){ (const uint8_t *)"\xd4\xc3\xb2\xa1?", 5 });
	assert_string_equal(text_at(good("evidence", "{'id':1}"), "pcap"), "1MOyoT8=");
	assert_true(json_is_true(at(incident(id), "evidence")));
	keeper_evidence(tower.keeper, id, (struct span){ (const uint8_t *)"", STORE_EVIDENCE + 1 });
	keeper_evidence(tower.keeper, 0, (struct span){ (const uint8_t *)"x", 1 });
	keeper_evidence(tower.keeper, UINT64_MAX, (struct span){ (const uint8_t *)"x", 1 });
	assert_string_equal(text_at(good("evidence", "{'id':1}"), "pcap"), "1MOyoT8=");
}

/* Bounded: the least severe go, and are closed, not forgotten open. */
static void test_many(void **state)
{
	struct incident severe = flood(1), i = flood(2);
	uint64_t first = keeper_incident(tower.keeper, &severe, INCIDENT_OPENED, tower.now);
	json_t *metrics;
	size_t n;
	json_t *metric;

	(void)state;
	i.severity = SEVERITY_NOTICE;
	for (unsigned live = 2; live < 2102; live++) {
		i.id = live;
		i.key = live;
		assert_true(keeper_incident(tower.keeper, &i, INCIDENT_OPENED, tower.now) > 0);
	}
	tower_pass(1);
	assert_string_equal(text_at(incident(first), "state"), "open");
	assert_string_equal(text_at(incident(2), "state"), "closed");
	assert_non_null(strstr(text_at(incident(2), "timeline.1.what.en"), "too many"));
	metrics = at(good("metrics", "{}"), "metrics");
	json_array_foreach(metrics, n, metric)
		if (strcmp(text_at(metric, "name"), "hinomi_incidents_evicted_total") == 0)
			assert_int_equal(number_at(metric, "value"), 101);
	assert_int_equal(json_array_size(at(good("incidents", "{'limit':200}"), "incidents")), 200);
	assert_true(json_is_true(at(good("incidents", "{'limit':200}"), "more")));
}

/* Closed by a person too early: the attack that comes again is another incident. */
static void test_dismissed(void **state)
{
	struct incident i = flood(1);
	uint64_t id = flood_opens(1), again;

	(void)state;
	assert_string_equal(bad("close", "{'id':1,'reason':'over'}"), "conflict");
	i.ongoing = false;
	keeper_incident(tower.keeper, &i, INCIDENT_CHANGED, tower.now);
	good("close", "{'id':1,'reason':'over'}");
	assert_string_equal(bad("close", "{'id':1,'reason':'over'}"), "conflict");
	tower_pass(1);
	assert_int_equal(keeper_incident(tower.keeper, &i, INCIDENT_CHANGED, tower.now), 0);
	i.ongoing = true;
	again = keeper_incident(tower.keeper, &i, INCIDENT_CHANGED, tower.now);
	assert_true(again > id);
	tower_pass(1);
	assert_string_equal(text_at(incident(id), "state"), "closed");
	assert_string_equal(text_at(incident(again), "state"), "open");
}

/* Hostile texts come back as they were, within JSON; unknown rules have words too. */
static void test_hostile(void **state)
{
	struct incident i = flood(1);
	json_t *found;
	uint64_t id;

	(void)state;
	i.rule = "a rule of tomorrow";
	i.attack = NULL;
	i.vector = VECTOR_NONE;
	i.whom = entity_name((struct span){ (const uint8_t *)"<script>\"';\x01", 12 });
	snprintf(i.say, sizeof(i.say), "<script>alert('1')</script>\"\\\n\x1b[2J\xff");
	snprintf(i.why[0].key, EVIDENCE_KEY, "\"");
	snprintf(i.why[0].value, EVIDENCE_VALUE, "\xe2\x80\xae");
	i.why_count = 1;
	id = keeper_incident(tower.keeper, &i, INCIDENT_OPENED, tower.now);
	found = incident(id);
	assert_string_equal(text_at(found, "whom.name"), "<script>\"';?");
	assert_string_equal(text_at(found, "say"), "<script>alert('1')</script>\"\\\n\x1b[2J\xef\xbf\xbd");
	assert_string_equal(text_at(found, "why.0.value"), "\xe2\x80\xae");
	tower_pass(1);
	tower_restart();
	assert_string_equal(text_at(incident(id), "whom.name"), "<script>\"';?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TOWER(test_opens),	    WITH_TOWER(test_coalesced), WITH_TOWER(test_last_change),
		WITH_TOWER(test_worse),	    WITH_TOWER(test_closes),	WITH_TOWER(test_restart),
		WITH_TOWER(test_lost),	    WITH_TOWER(test_candidate), WITH_TOWER(test_evidence),
		WITH_TOWER(test_many),	    WITH_TOWER(test_dismissed), WITH_TOWER(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
