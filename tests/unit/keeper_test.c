/* keeper_test.c - see keeper_test.h */
#include "keeper_test.h"

#include "base/text.h"
#include "incident/advice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct tower tower;

static const struct keeper_target targets[] = {
	{ "office", "mail", SEVERITY_HIGH },
	{ "chat", "slack", SEVERITY_CRITICAL },
};

static void take_push(void *whom, struct span json)
{
	json_t *event = json_loadb((const char *)json.ptr, json.len, 0, NULL);

	assert_ptr_equal(whom, &tower);
	assert_non_null(event);
	assert_true(tower.push_count < TEST_PUSHES);
	snprintf(tower.pushes[tower.push_count++], sizeof(tower.pushes[0]), "%s", text_at(event, "push"));
	assert_non_null(json_object_get(event, "data"));
	json_decref(tower.last_push);
	tower.last_push = event;
}

static void take_tell(void *whom, const struct keeper_message *m)
{
	struct told *told = &tower.tells[tower.tell_count++];

	assert_ptr_equal(whom, &tower);
	assert_true(tower.tell_count < TEST_TELLS);
	told->news = m->news;
	told->severity = m->severity;
	told->incident = m->incident ? m->incident->id : 0;
	snprintf(told->title, sizeof(told->title), "%s", m->title.en);
	snprintf(told->summary_ja, sizeof(told->summary_ja), "%s", m->summary.ja);
	assert_true(m->title.ja[0] && m->summary.en[0] && m->summary.ja[0]);
	assert_true(m->todo.en && m->todo.ja);
}

static void take_level(void *whom, enum level level)
{
	assert_ptr_equal(whom, &tower);
	tower.level = level;
}

static bool take_test(void *whom, const char *target)
{
	assert_ptr_equal(whom, &tower);
	assert_string_equal(target, "office");
	tower.tests += !tower.tests_full;
	return !tower.tests_full;
}

static void take_want(void *whom, const struct keeper_want *want)
{
	assert_ptr_equal(whom, &tower);
	tower.want = *want;
	tower.want_count++;
}

static void take_order(void *whom, const struct action *action, usec_t remains)
{
	char sql[120];

	assert_ptr_equal(whom, &tower);
	assert_true(tower.order_count < TEST_ORDERS);
	snprintf(sql, sizeof(sql), "SELECT count(*) FROM action WHERE id = %u AND state = 'ordered'",
		 (unsigned)action->id);
	tower.orders[tower.order_count].id = action->id;
	tower.orders[tower.order_count].remains = remains;
	tower.orders[tower.order_count++].on_disk = test_number(sql) == 1; /* another reader sees what is committed */
	tower.order = *action;
}

static void take_back(void *whom, uint64_t id)
{
	assert_ptr_equal(whom, &tower);
	assert_true(tower.back_count < TEST_ORDERS);
	tower.back[tower.back_count++] = id;
}

static void take_end(void *whom)
{
	assert_ptr_equal(whom, &tower);
	tower.end_count++;
}

void hands_join(void)
{
	static struct guard_member never[] = { { .kind = GUARD_GATEWAY, .what = "gateway" },
					       { .kind = GUARD_PARTNER, .what = "partner" } };
	struct keeper_hands hands = { .hands = { [HAND_XDP] = { .used = true, .able = true },
						 [HAND_NFT] = { .used = true, .why = "no nft here" } },
				      .never = never, .never_count = 2 };

	assert_int_equal(prefix_parse(&never[0].prefix, "203.0.113.254"), OK);
	assert_int_equal(prefix_parse(&never[1].prefix, "198.51.100.0/24"), OK);
	keeper_hands(tower.keeper, &hands);
	keeper_orders(tower.keeper, tower.now);
}

void order_done(enum action_hand hand)
{
	struct keeper_done done = { .id = tower.order.id, .state = ACTION_ACTIVE, .hand = hand, .why = { "", "" } };

	keeper_done(tower.keeper, &done, tower.now);
}

static void keeper_begins(void)
{
	static const struct keeper_out out = { .whom = &tower, .push = take_push, .tell = take_tell,
					       .level = take_level, .test = take_test,
					       .filters_want = take_want, .order = take_order,
					       .order_back = take_back, .orders_end = take_end };
	struct keeper_process sensor = { .name = "sensor", .running = true, .since = tower.now };

	tower.store = test_open();
	tower.keeper = keeper_new(&tower.settings, tower.store, &out, tower.now);
	assert_non_null(tower.keeper);
	if (tower.boot)
		keeper_boot(tower.keeper, tower.boot, tower.since_boot);
	keeper_process(tower.keeper, &sensor);
}

int tower_begin(void **state)
{
	if (test_folder_make(state) != 0)
		return -1;
	memset(&tower, 0, sizeof(tower));
	tower.now = TEST_NOW;
	tower.settings.keeping.days = 90;
	tower.settings.targets = targets;
	tower.settings.target_count = 2;
	keeper_begins();
	tower_pass(2);
	return 0;
}

int tower_end(void **state)
{
	keeper_free(tower.keeper);
	store_close(tower.store);
	json_decref(tower.last_push);
	json_decref(tower.answer);
	return test_folder_remove(state);
}

void tower_restart(void)
{
	keeper_free(tower.keeper);
	store_close(tower.store);
	keeper_begins();
}

void tower_pass(unsigned seconds)
{
	static struct keeper_tick tick = { .in_pps = 100, .out_pps = 50, .in_bps = 800000, .out_bps = 80000 };

	while (seconds-- > 0) {
		tower.now += USEC_PER_SEC;
		tower.since_boot += USEC_PER_SEC;
		if (tower.boot)
			keeper_boot(tower.keeper, tower.boot, tower.since_boot);
		tick.packets += 150;
		keeper_tick(tower.keeper, &tick, tower.now);
		keeper_due(tower.keeper, tower.now);
	}
}

void tower_jump(usec_t by)
{
	tower.now += by;
	tower_pass(1);
}

unsigned tower_pushed(const char *name)
{
	unsigned count = 0;

	for (unsigned n = 0; n < tower.push_count; n++)
		count += strcmp(tower.pushes[n], name) == 0;
	return count;
}

json_t *ask_raw(enum keeper_asker asker, struct span request)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	json_t *answer;
	bool ok;

	keeper_op(tower.keeper, asker, request, tower.now, out);
	assert_int_equal(fclose(out), 0);
	answer = json_loadb(text, size, 0, NULL);
	if (!answer)
		fail_msg("no JSON: %s", text);
	free(text);
	assert_true(json_is_boolean(json_object_get(answer, "ok")));
	ok = json_is_true(json_object_get(answer, "ok"));
	if (!ok) {
		assert_true(text_at(answer, "error.en")[0]);
		assert_true(text_at(answer, "error.ja")[0]);
		assert_true(text_at(answer, "code")[0]);
	}
	assert_true(ok == (json_object_get(answer, "data") != NULL));
	json_decref(tower.answer);
	tower.answer = answer;
	return answer;
}

json_t *ask(enum keeper_asker asker, const char *user, const char *role, const char *op,
	    const char *args)
{
	char request[8192];
	size_t used = (size_t)snprintf(request, sizeof(request),
				       "{\"op\":\"%s\",\"user\":\"%s\",\"role\":\"%s\",\"args\":", op, user,
				       role);

	for (const char *c = args; *c; c++)
		request[used++] = *c == '\'' ? '"' : *c;
	request[used++] = '}';
	return ask_raw(asker, (struct span){ (const uint8_t *)request, used });
}

json_t *good(const char *op, const char *args)
{
	json_t *answer = ask(ASKER_CONTROL, "root", "admin", op, args);

	if (!json_object_get(answer, "data"))
		fail_msg("%s %s: %s", op, args, text_at(answer, "error.en"));
	return json_object_get(answer, "data");
}

const char *bad(const char *op, const char *args)
{
	json_t *answer = ask(ASKER_CONTROL, "root", "admin", op, args);

	if (json_object_get(answer, "data"))
		fail_msg("%s %s was good", op, args);
	return text_at(answer, "code");
}

json_t *at(json_t *json, const char *path)
{
	struct span rest = text_span(path), piece;
	json_t *found = json;

	while (text_piece(&rest, '.', &piece)) {
		char key[64];

		snprintf(key, sizeof(key), "%.*s", (int)piece.len, (const char *)piece.ptr);
		found = json_is_array(found) ? json_array_get(found, strtoul(key, NULL, 10))
					     : json_object_get(found, key);
		if (!found)
			fail_msg("there is no %s", path);
	}
	return found;
}

const char *text_at(json_t *json, const char *path)
{
	const char *text = json_string_value(at(json, path));

	if (!text)
		fail_msg("%s is no text", path);
	return text;
}

json_int_t number_at(json_t *json, const char *path)
{
	json_t *number = at(json, path);

	if (!json_is_integer(number))
		fail_msg("%s is no number", path);
	return json_integer_value(number);
}

struct incident flood(uint64_t live)
{
	uint8_t target[] = { 203, 0, 113, (uint8_t)live };
	struct ip ip = ip_from_v4(target);
	struct incident i = {
		.id = live,
		.key = 0xf100d0000 + live,
		.rule = "flood",
		.vector = VECTOR_SYN,
		.direction = DIRECTION_INBOUND,
		.severity = SEVERITY_HIGH,
		.confidence = 90,
		.who = { .kind = ENTITY_MANY },
		.whom = entity_service(&ip, 443),
		.opened = tower.now - USEC_PER_SEC,
		.peaked = tower.now,
		.closed = tower.now,
		.ongoing = true,
		.alerts = 4,
		.packets = 100000,
		.bytes = 6000000,
		.peak_pps = 90000,
		.peak_bps = 48000000,
		.sources = 4213,
		.targets = 1,
		.attack = "T1498.001",
		.say = "203.0.113.x is being attacked.",
	};

	i.title = advice_title(&i).en;
	i.advice = advice_steps(&i).en;
	return i;
}

uint64_t flood_opens(uint64_t live)
{
	struct incident i = flood(live);

	return keeper_incident(tower.keeper, &i, INCIDENT_OPENED, tower.now);
}
