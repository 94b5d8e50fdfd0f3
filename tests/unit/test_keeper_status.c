/*
 * test_keeper_status.c - the answer: calm, look, act, blind; what the tower says of itself; its numbers.
 */
#include "keeper_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static const char *state(void)
{
	return text_at(good("status", "{}"), "answer.state");
}

static void test_calm(void **whom)
{
	static const char *const watches[] = { "floods", "devices", "traffic", "mail",
					       "backups", "sites", "offices" };
	json_t *status = good("status", "{}");

	(void)whom;
	assert_string_equal(text_at(status, "answer.state"), "calm");
	assert_string_equal(text_at(status, "answer.say.en"), "All is calm. Nothing needs you now.");
	assert_int_equal(json_array_size(at(status, "todo")), 0);
	assert_int_equal(json_array_size(at(status, "tiles")), 7);
	for (size_t n = 0; n < 7; n++) {
		json_t *tile = json_array_get(at(status, "tiles"), n);

		assert_string_equal(text_at(tile, "watch"), watches[n]);
		assert_string_equal(text_at(tile, "state"), n < 3 ? "calm" : "off");
		assert_true(text_at(tile, "say.en")[0] && text_at(tile, "say.ja")[0]);
	}
	assert_string_equal(text_at(status, "level.now"), "normal");
	assert_true(json_is_true(at(status, "health.sensor.running")));
	assert_int_equal(json_array_size(at(status, "health.processes")), 1);
	assert_string_equal(text_at(status, "health.version"), HINOMI_VERSION);
	assert_true(json_is_null(at(status, "health.index")));
	assert_true(json_array_size(at(status, "health.bounds")) > 4);
	assert_true(json_is_true(at(good("health", "{}"), "ok")));
}

static void test_urgent(void **whom)
{
	struct incident i = flood(2);
	json_t *status;

	(void)whom;
	flood_opens(1);
	status = good("status", "{}");
	assert_string_equal(text_at(status, "answer.state"), "act");
	assert_string_equal(text_at(status, "answer.say.en"),
			    "Act now: SYN flood, many addresses → 203.0.113.1:443.");
	assert_int_equal(number_at(status, "todo.0.incident"), 1);
	assert_non_null(strstr(text_at(status, "todo.0.say.en"), "SYN cookies"));
	assert_non_null(strstr(text_at(status, "todo.0.say.ja"), "SYN cookies を有効に"));
	assert_string_equal(text_at(status, "todo.0.severity"), "high");
	assert_string_equal(text_at(status, "tiles.0.state"), "act");
	assert_string_equal(text_at(status, "tiles.1.state"), "calm");
	i.severity = SEVERITY_CRITICAL;
	keeper_incident(tower.keeper, &i, INCIDENT_OPENED, tower.now);
	status = good("status", "{}");
	assert_int_equal(number_at(status, "todo.0.incident"), 2);
	assert_non_null(strstr(text_at(status, "answer.say.ja"), "ほかに 1 件"));
	good("acknowledge", "{'id':1}");
	good("acknowledge", "{'id':2}");
	status = good("status", "{}");
	assert_string_equal(text_at(status, "answer.state"), "calm");
	assert_non_null(strstr(text_at(status, "answer.say.en"), "acknowledged: 2"));
	assert_int_equal(number_at(status, "tiles.0.open"), 2);
}

/* Away it is to be looked at, on the tile and above all, and people are told when it lasts; back again it is calm. */
static void test_clamd(void **whom)
{
	json_t *status;

	(void)whom;
	tower.settings.mail = true;
	keeper_configure(tower.keeper, &tower.settings);
	assert_true(json_is_null(at(good("status", "{}"), "health.clamd")));
	keeper_clamd(tower.keeper, KEEPER_CLAMD_AWAY, tower.now);
	status = good("status", "{}");
	assert_string_equal(text_at(status, "answer.state"), "look");
	assert_non_null(strstr(text_at(status, "answer.say.en"), "ClamAV does not answer"));
	assert_non_null(strstr(text_at(status, "answer.say.ja"), "ClamAV が応答しない"));
	assert_string_equal(text_at(status, "tiles.3.state"), "look");
	assert_non_null(strstr(text_at(status, "tiles.3.say.en"), "ClamAV does not answer"));
	assert_non_null(strstr(text_at(status, "todo.0.say.en"), "no mail counts as clean"));
	assert_string_equal(text_at(status, "todo.0.severity"), "warning");
	assert_false(json_is_true(at(status, "health.clamd.answers")));
	good("level_set", "{'to':'severe','reason':'x','for':'1h'}");
	status = good("status", "{}");
	assert_non_null(strstr(text_at(status, "todo.0.say.en"), "all mail is held"));
	assert_string_equal(text_at(status, "todo.0.severity"), "high");
	good("level_set", "{'to':'normal','reason':'x'}");
	flood_opens(1); /* what is more urgent is said first; this stays to be done */
	status = good("status", "{}");
	assert_string_equal(text_at(status, "answer.state"), "act");
	assert_non_null(strstr(text_at(status, "todo.0.say.en"), "ClamAV"));
	assert_non_null(strstr(text_at(status, "todo.1.say.en"), "SYN cookies"));
	good("acknowledge", "{'id':1}");
	keeper_clamd(tower.keeper, KEEPER_CLAMD_ANSWERS, tower.now);
	status = good("status", "{}");
	assert_string_equal(text_at(status, "answer.state"), "calm");
	assert_string_equal(text_at(status, "tiles.3.state"), "calm");
	assert_true(json_is_true(at(status, "health.clamd.answers")));
}

/* A restart of clamd is no news; five minutes without it are, and that it is back. */
static void test_clamd_told(void **whom)
{
	(void)whom;
	tower_pass(1);
	keeper_clamd(tower.keeper, KEEPER_CLAMD_AWAY, tower.now);
	tower_pass(299);
	assert_int_equal(tower.tell_count, 0);
	tower_pass(2);
	assert_int_equal(tower.tell_count, 1);
	assert_int_equal(tower.tells[0].news, KEEPER_TROUBLE);
	assert_non_null(strstr(tower.tells[0].summary_ja, "ClamAV"));
	keeper_clamd(tower.keeper, KEEPER_CLAMD_ANSWERS, tower.now);
	tower_pass(1);
	assert_int_equal(tower.tell_count, 2);
	assert_string_equal(tower.tells[1].title, "The tower is well again");
}

static void test_look(void **whom)
{
	struct incident i = flood(1);

	(void)whom;
	i.severity = SEVERITY_INFO;
	keeper_incident(tower.keeper, &i, INCIDENT_OPENED, tower.now);
	assert_string_equal(state(), "calm");
	i.severity = SEVERITY_WARNING;
	keeper_incident(tower.keeper, &i, INCIDENT_CHANGED, tower.now);
	assert_string_equal(state(), "look");
	assert_string_equal(text_at(good("status", "{}"), "answer.say.ja"),
			    "急を要することはありません。確認していただきたいことが 1 件あります。");
	i.ongoing = false;
	keeper_incident(tower.keeper, &i, INCIDENT_CLOSED, tower.now);
	tower_pass(1);
	assert_string_equal(state(), "calm");
}

/* What was severe and is over still wants to be seen, a day long, also after a restart. */
static void test_over(void **whom)
{
	struct incident i = flood(1);

	(void)whom;
	flood_opens(1);
	i.ongoing = false;
	keeper_incident(tower.keeper, &i, INCIDENT_CLOSED, tower.now);
	tower_pass(2);
	assert_string_equal(state(), "look");
	assert_non_null(strstr(text_at(good("status", "{}"), "todo.0.say.en"), "(over)"));
	assert_int_equal(number_at(good("status", "{}"), "tiles.0.open"), 0);
	tower_restart();
	tower_pass(1);
	assert_string_equal(state(), "look");
	tower_jump(25 * 3600 * USEC_PER_SEC);
	tower_pass(1);
	assert_string_equal(state(), "calm");
}

static void test_over_seen(void **whom)
{
	struct incident i = flood(1);

	(void)whom;
	flood_opens(1);
	keeper_incident(tower.keeper, &i, INCIDENT_CLOSED, tower.now);
	tower_pass(1);
	good("acknowledge", "{'id':1}");
	tower_pass(1);
	assert_string_equal(state(), "calm");
}

static void test_tiles(void **whom)
{
	struct incident i = flood(1);
	json_t *status;

	(void)whom;
	i.direction = DIRECTION_OUTBOUND; /* one of ours attacks */
	keeper_incident(tower.keeper, &i, INCIDENT_OPENED, tower.now);
	i = flood(2);
	i.rule = "scan";
	i.vector = VECTOR_NONE;
	keeper_incident(tower.keeper, &i, INCIDENT_OPENED, tower.now);
	i = flood(3);
	i.rule = "slow_http";
	i.vector = VECTOR_NONE;
	keeper_incident(tower.keeper, &i, INCIDENT_OPENED, tower.now);
	status = good("status", "{}");
	for (unsigned n = 0; n < 3; n++)
		assert_int_equal(number_at(json_array_get(at(status, "tiles"), n), "open"), 1);
}

/* Seven that are urgent: the five most urgent are named. */
static void test_todo(void **whom)
{
	json_t *status;

	(void)whom;
	for (unsigned n = 1; n <= 7; n++) {
		struct incident i = flood(n);

		i.severity = n == 4 ? SEVERITY_CRITICAL : n == 2 ? SEVERITY_NOTICE : SEVERITY_HIGH;
		i.opened += n;
		keeper_incident(tower.keeper, &i, INCIDENT_OPENED, tower.now);
	}
	status = good("status", "{}");
	assert_int_equal(json_array_size(at(status, "todo")), 5);
	assert_int_equal(number_at(status, "todo.0.incident"), 4);
	assert_int_equal(number_at(status, "todo.1.incident"), 7);
	assert_int_equal(number_at(status, "todo.4.incident"), 3);
}

static void sensor_is(bool running)
{
	struct keeper_process sensor = { .name = "sensor", .running = running, .restarts = 1 };

	keeper_process(tower.keeper, &sensor);
}

static void test_blind(void **whom)
{
	json_t *status;

	(void)whom;
	sensor_is(false);
	status = good("status", "{}");
	assert_string_equal(text_at(status, "answer.state"), "blind");
	assert_string_equal(text_at(status, "tiles.0.state"), "blind");
	assert_string_equal(text_at(status, "tiles.3.state"), "off");
	assert_true(json_is_null(at(status, "todo.0.incident")));
	assert_false(json_is_true(at(good("health", "{}"), "ok")));
	tower_pass(5); /* a restart is no news for people */
	assert_int_equal(tower.tell_count, 0);
	tower_pass(10);
	assert_int_equal(tower.tell_count, 1);
	assert_int_equal(tower.tells[0].news, KEEPER_TROUBLE);
	assert_int_equal(tower.tells[0].severity, SEVERITY_HIGH);
	sensor_is(true);
	tower_pass(2);
	assert_int_equal(tower.tell_count, 2);
	assert_int_equal(tower.tells[1].severity, SEVERITY_NOTICE);
	assert_string_equal(state(), "calm");
	flood_opens(1);
	sensor_is(false); /* both are said */
	assert_non_null(strstr(text_at(good("status", "{}"), "answer.say.en"), "Besides"));
	assert_int_equal(number_at(good("status", "{}"), "todo.1.incident"), 1);
}

static void tick(uint64_t packets, uint64_t dropped)
{
	struct keeper_tick tick = { .packets = packets, .kernel_dropped = dropped };

	tower.now += USEC_PER_SEC;
	keeper_tick(tower.keeper, &tick, tower.now);
	keeper_due(tower.keeper, tower.now);
}

static void test_no_tick(void **whom)
{
	(void)whom;
	tower.now += 4 * USEC_PER_SEC;
	keeper_due(tower.keeper, tower.now);
	assert_string_equal(state(), "calm");
	tower.now += 2 * USEC_PER_SEC;
	keeper_due(tower.keeper, tower.now);
	assert_string_equal(state(), "blind");
}

static void test_no_packets(void **whom)
{
	(void)whom;
	for (unsigned n = 0; n < 59; n++)
		tick(300, 0);
	assert_string_equal(state(), "calm");
	for (unsigned n = 0; n < 3; n++)
		tick(300, 0);
	assert_string_equal(state(), "blind");
	tick(301, 0);
	assert_string_equal(state(), "calm");
}

static void test_loss(void **whom)
{
	uint64_t packets = 10000;

	(void)whom;
	for (unsigned n = 0; n < 12; n++)
		tick(packets += 10000, 0);
	tick(packets += 10000, 500); /* one in two hundred, over ten seconds */
	assert_string_equal(state(), "calm");
	tick(packets += 10000, 2500);
	assert_string_equal(state(), "blind");
	for (unsigned n = 0; n < 11; n++)
		tick(packets += 10000, 2500);
	assert_string_equal(state(), "calm");
	tick(5, 0); /* another sensor counts from the beginning: nothing was lost */
	assert_string_equal(state(), "calm");
}

/* Pushed when it changes, not every second. */
static void test_pushed(void **whom)
{
	unsigned before = tower_pushed("status");

	(void)whom;
	tower_pass(20);
	assert_int_equal(tower_pushed("status"), before);
	assert_int_equal(tower_pushed("tick"), 22);
	flood_opens(1);
	tower_pass(1);
	assert_string_equal(text_at(tower.last_push, "push"), "status");
	assert_string_equal(text_at(tower.last_push, "data.answer.state"), "act");
	tower_pass(20);
	assert_int_equal(tower_pushed("status"), before + 1);
}

static void test_traffic(void **whom)
{
	json_t *traffic;
	size_t n, measured = 0;
	json_t *value;

	(void)whom;
	tower_pass(120);
	traffic = good("traffic", "{'minutes':'10'}");
	assert_int_equal(number_at(traffic, "step"), 10);
	assert_int_equal(json_array_size(at(traffic, "in_pps")), 60);
	assert_int_equal(json_array_size(at(traffic, "dropped")), 60);
	json_array_foreach(at(traffic, "in_pps"), n, value) {
		if (json_is_null(value))
			continue;
		measured++;
		assert_int_equal(json_integer_value(value), 100);
	}
	assert_in_range(measured, 12, 13);
	assert_true(json_is_null(at(traffic, "out_bps.0")));
	assert_int_equal(number_at(traffic, "out_bps.55"), 80000);
	assert_int_equal(json_array_size(at(good("traffic", "{'minutes':10080}"), "in_pps")), 1008);
	assert_int_equal(number_at(good("traffic", "{'minutes':1440}"), "step"), 60);
}

static void test_metrics(void **whom)
{
	json_t *metrics, *metric;
	size_t n, floods = 0;

	(void)whom;
	flood_opens(1);
	metrics = at(good("metrics", "{}"), "metrics");
	assert_true(json_array_size(metrics) > 40);
	json_array_foreach(metrics, n, metric) {
		const char *name = text_at(metric, "name"), *type = text_at(metric, "type");
		bool total = strlen(name) > 6 && strcmp(name + strlen(name) - 6, "_total") == 0;

		assert_int_equal(strncmp(name, "hinomi_", 7), 0);
		assert_int_equal(total, strcmp(type, "counter") == 0);
		assert_true(text_at(metric, "help")[0]);
		if (strcmp(name, "hinomi_incidents_open") == 0 &&
		    strcmp(text_at(metric, "labels.severity"), "high") == 0)
			floods += (size_t)number_at(metric, "value");
	}
	assert_int_equal(floods, 1);
}

/* The store refuses: nothing is forgotten, the trouble is said, and all is written once it goes again. */
static void test_full(void **whom)
{
	uint64_t id;

	(void)whom;
	tower_pass(1);
	test_sql("ALTER TABLE incident RENAME TO elsewhere");
	id = flood_opens(1);
	assert_true(id > 0);
	tower_pass(1);
	assert_int_equal(json_array_size(at(good("status", "{}"), "todo")), 2);
	assert_non_null(strstr(text_at(good("status", "{}"), "todo.0.say.en"), "disk"));
	assert_false(json_is_true(at(good("health", "{}"), "ok")));
	assert_non_null(strstr(text_at(good("health", "{}"), "why.en"), "store"));
	assert_int_equal(tower.tell_count, 2);
	assert_int_equal(tower.tells[1].news, KEEPER_TROUBLE);
	assert_string_equal(bad("incident", "{'id':1}"), "failed");
	test_sql("ALTER TABLE elsewhere RENAME TO incident");
	tower_pass(30);
	assert_string_equal(text_at(good("incident", "{'id':1}"), "state"), "open");
	assert_true(json_is_true(at(good("health", "{}"), "ok")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TOWER(test_clamd),	   WITH_TOWER(test_clamd_told),
		WITH_TOWER(test_calm),	   WITH_TOWER(test_urgent),	WITH_TOWER(test_look),
		WITH_TOWER(test_over),	   WITH_TOWER(test_over_seen),	WITH_TOWER(test_tiles),
		WITH_TOWER(test_todo),	   WITH_TOWER(test_blind),	WITH_TOWER(test_no_tick),
		WITH_TOWER(test_no_packets), WITH_TOWER(test_loss),	WITH_TOWER(test_pushed),
		WITH_TOWER(test_traffic),  WITH_TOWER(test_metrics),	WITH_TOWER(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
