/*
 * op_level.c - operations on the level and its calendar, the level as people see it, and what another one would
 * change: how many more alarms it would have given last week.
 *
 * An alarm is an incident that opened in the week and counts at the level; what counts at tighter levels
 * only is kept as a candidate. What an exception silences is none.
 */
#include "keeper/keeper_private.h"
#include "keeper/op.h"
#include "store/store_candidate.h"

#include <stdlib.h>
#include <string.h>

#define HISTORY_SHOWN 50
#define PLAN_AHEAD    (2 * 366 * 86400 * USEC_PER_SEC)

#define WEEK     (7 * 86400 * USEC_PER_SEC)
#define OVERLAP  (86400 * USEC_PER_SEC) /* numbers and openings may be in another order */
#define RULES    64                     /* rules and vectors; beyond it, they are counted in all only */
#define EXAMPLES 3
#define KEYS     65536                  /* incidents that are compared with candidates */

static void row_json(struct json *json, enum level level, unsigned row)
{
	char en[LEVEL_TEXT], ja[LEVEL_TEXT];

	json_open_object(json);
	json_put_string(json, "key", level_row_key(row));
	words_put(json, "what",
		  (struct words){ level_row_what(row, false), level_row_what(row, true) });
	words_put(json, "value",
		  (struct words){ level_row_value(level, row, false, en),
				  level_row_value(level, row, true, ja) });
	json_close_object(json);
}

static void table_json(struct json *json)
{
	json_put_array(json, "table");
	for (enum level level = LEVEL_NORMAL; level < LEVELS; level++) {
		json_open_object(json);
		json_put_string(json, "level", level_name(level));
		words_put(json, "title", (struct words){ level_name(level), level_japanese(level) });
		json_put_array(json, "rows");
		for (unsigned row = 0; row < LEVEL_ROWS; row++)
			row_json(json, level, row);
		json_close_array(json);
		json_close_object(json);
	}
	json_close_array(json);
}

static bool history_visit(void *whom, const struct store_level *change)
{
	struct json *json = whom;

	json_open_object(json);
	time_put(json, "at", change->at);
	json_put_string(json, "from", level_name(change->from));
	json_put_string(json, "to", level_name(change->to));
	json_put_string(json, "by", change->by[0] ? change->by : NULL);
	json_put_string(json, "reason", change->reason);
	time_put(json, "until", change->until);
	json_close_object(json);
	return true;
}

static void plan_json(struct json *json, const struct plan *plan)
{
	json_open_object(json);
	json_put_uint(json, "id", plan->id);
	json_put_string(json, "to", level_name(plan->to));
	time_put(json, "from", plan->from);
	time_put(json, "until", plan->until);
	json_put_string(json, "reason", plan->reason);
	json_put_string(json, "by", plan->by[0] ? plan->by : NULL);
	json_close_object(json);
}

void level_json(struct json *json, struct keeper *keeper)
{
	const struct vigilance *v = &keeper->vigilance;

	json_open_object(json);
	json_put_string(json, "now", level_name(v->now.level));
	time_put(json, "since", v->now.since);
	time_put(json, "until", v->now.until);
	json_put_string(json, "reason", v->now.reason);
	json_put_string(json, "by", v->now.by[0] ? v->now.by : NULL);
	table_json(json);
	json_put_array(json, "history");
	keeper_stored(keeper, store_level_list(keeper->store, HISTORY_SHOWN, history_visit, json));
	json_close_array(json);
	json_put_array(json, "calendar");
	for (size_t n = 0; n < v->plan_count; n++)
		if (v->plans[n].until > keeper->now)
			plan_json(json, &v->plans[n]);
	json_close_array(json);
	json_close_object(json);
}

void op_level_show(struct op *op)
{
	level_json(op->json, op->keeper);
}

static void level_store(struct op *op, const struct hold *hold)
{
	enum level before = vigilance_now(&op->keeper->vigilance);
	struct store_level change = { .at = op->now, .from = before, .to = hold->level,
				      .until = hold->until, .by = hold->by, .reason = hold->reason };
	char what[STORE_TEXT], until[TIME_TEXT];
	struct said said;
	struct store_act act = { .at = op->now, .user = op->user, .what = what, .reason = hold->reason };

	if (hold->until)
		time_human(hold->until, until);
	said_en(&said, "Level set from %s to %s%s%s", level_name(before), level_name(hold->level),
		hold->until ? " until " : "", hold->until ? until : "");
	said_ja(&said, "警戒レベルを%sから%sに変更しました%s%s", level_japanese(before),
		level_japanese(hold->level), hold->until ? "。期限：" : "", hold->until ? until : "");
	words_text(what, said_words(&said));
	if (!op_stored(op, store_level_set(op->keeper->store, &change, &act)))
		return;
	vigilance_decide(op->keeper, hold);
	level_json(op->json, op->keeper);
}

/* Normal needs no end; during a plan it holds until the plan's. */
static bool normal_until(struct op *op, usec_t *until)
{
	*until = vigilance_planned(&op->keeper->vigilance, op->now);
	if (!json_object_get(op->args, "for") && !json_object_get(op->args, "until"))
		return true;
	return op_fail(op, OP_BAD_REQUEST, "to",
		       (struct words){ "normal does not end: leave for and until out",
				       "平常に期限はありません。for と until は指定しないでください" });
}

void op_level_set(struct op *op)
{
	struct hold hold = { .since = op->now };
	const char *reason = op_text(op, "reason", OP_REASON);

	if (!reason || !op_level(op, "to", &hold.level))
		return;
	if (hold.level == LEVEL_NORMAL ? !normal_until(op, &hold.until)
				       : !op_until(op, LEVEL_LONGEST, &hold.until))
		return;
	snprintf(hold.by, sizeof(hold.by), "%s", op->user);
	snprintf(hold.reason, sizeof(hold.reason), "%s", reason);
	level_store(op, &hold);
}

/* The plans changed: what holds may be another, and the answer is. */
static void plans_changed(struct op *op)
{
	struct buffer data;

	if (!op_stored(op, vigilance_plan(op->keeper)))
		return;
	vigilance_due(op->keeper);
	if (buffer_open(&data)) {
		level_json(&data.json, op->keeper);
		news_push(op->keeper, "level", &data);
	}
	level_json(op->json, op->keeper);
}

static bool plan_check(struct op *op, const struct store_plan *plan)
{
	if (plan->to == LEVEL_NORMAL)
		return op_fail(op, OP_BAD_REQUEST, "to",
			       (struct words){ "must be higher than normal, which holds anyway",
					       "平常より高いレベルを指定してください" });
	if (plan->until <= plan->from || plan->until <= op->now)
		return op_fail(op, OP_BAD_REQUEST, "until",
			       (struct words){ "must be after from, and in the future",
					       "from より後の、未来の時刻を指定してください" });
	if (plan->until - plan->from > LEVEL_LONGEST || plan->until - op->now > PLAN_AHEAD)
		return op_fail(op, OP_BAD_REQUEST, "until",
			       (struct words){ "is too far away", "期限が先すぎます" });
	return true;
}

void op_calendar_add(struct op *op)
{
	struct store_plan plan = { .by = op->user, .reason = op_text(op, "reason", OP_REASON) };
	char what[STORE_TEXT], from[TIME_TEXT], until[TIME_TEXT];
	struct said said;
	struct store_act act = { .at = op->now, .user = op->user, .what = what, .reason = plan.reason };

	if (!plan.reason || !op_level(op, "to", &plan.to) || !op_instant(op, "from", &plan.from) ||
	    !op_instant(op, "until", &plan.until) || !plan_check(op, &plan))
		return;
	time_human(plan.from, from);
	time_human(plan.until, until);
	said_en(&said, "Planned: level %s from %s to %s", level_name(plan.to), from, until);
	said_ja(&said, "予定を追加しました：%s（%s から %s まで）", level_japanese(plan.to), from, until);
	words_text(what, said_words(&said));
	if (op_stored(op, store_plan_add(op->keeper->store, &plan, &act)))
		plans_changed(op);
}

/* Those of the configuration have the number 0. False: it failed. */
static bool plan_is_ours(struct op *op)
{
	const json_t *id = json_object_get(op->args, "id");

	if (!json_is_integer(id) || json_integer_value(id) != 0)
		return true;
	return op_fail(op, OP_CONFLICT, NULL,
		       (struct words){ "it stands in the configuration file: take it out there",
				       "設定ファイルに書かれた予定です。設定ファイルから削除してください" });
}

void op_calendar_remove(struct op *op)
{
	uint64_t id = plan_is_ours(op) ? op_id(op, "id") : 0;
	struct op_deed done;

	if (op_deed(op, &done, id, (struct words){ "Plan ", "予定 " },
		    (struct words){ " removed", " を取り消しました" }) &&
	    op_stored(op, store_plan_remove(op->keeper->store, id, &done.act)))
		plans_changed(op);
}

struct example {
	char who[ENTITY_TEXT], whom[ENTITY_TEXT];
	usec_t at;
};

struct rule_count {
	char rule[32];
	enum vector vector;
	uint64_t now, then;
	struct example examples[EXAMPLES];
	unsigned example_count;
};

struct preview {
	const struct keeper *keeper;
	enum level now, then;
	usec_t from, to;
	bool complete;
	uint64_t alarms_now, alarms_then;
	struct rule_count rules[RULES];
	size_t rule_count;
	uint64_t *keys; /* of the incidents that were counted */
	size_t key_count;
};

/* One case of the week, from either list. */
struct counted {
	const char *rule, *vector, *who, *whom;
	usec_t at;
	enum level level;
};

static enum vector vector_find(const char *name)
{
	for (unsigned v = 0; v < VECTOR_COUNT; v++)
		if (strcmp(name, vector_name((enum vector)v)) == 0)
			return (enum vector)v;
	return VECTOR_NONE;
}

/* NULL: there are too many. */
static struct rule_count *rule_find(struct preview *p, const struct counted *c)
{
	enum vector vector = vector_find(c->vector);
	struct rule_count *rule = p->rules;
	struct rule_count *end = p->rules + p->rule_count;

	while (rule < end && (rule->vector != vector || strcmp(rule->rule, c->rule) != 0))
		rule++;
	if (rule < end || p->rule_count == RULES)
		return rule < end ? rule : NULL;
	p->rule_count++;
	snprintf(rule->rule, sizeof(rule->rule), "%s", c->rule);
	rule->vector = vector;
	return rule;
}

static void preview_count(struct preview *p, const struct counted *c)
{
	bool now = c->level <= p->now, then = c->level <= p->then;
	struct rule_count *rule = now || then ? rule_find(p, c) : NULL;
	struct example *example;

	p->alarms_now += now;
	p->alarms_then += then;
	if (!rule)
		return;
	rule->now += now;
	rule->then += then;
	if (now == then || rule->example_count == EXAMPLES)
		return;
	example = &rule->examples[rule->example_count++];
	snprintf(example->who, sizeof(example->who), "%s", c->who);
	snprintf(example->whom, sizeof(example->whom), "%s", c->whom);
	example->at = c->at;
}

static bool case_visit(void *whom, const struct store_incident *i)
{
	struct preview *p = whom;
	struct counted counted = { .rule = i->rule, .vector = i->vector, .who = i->who,
				   .whom = i->whom, .at = i->opened, .level = i->level };

	if (i->opened < p->from - OVERLAP)
		return false;
	if (p->key_count < KEYS)
		p->keys[p->key_count++] = strtoull(i->key, NULL, 16);
	if (i->opened >= p->from && !i->exception)
		preview_count(p, &counted);
	return true;
}

static int compare_keys(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

static bool candidate_visit(void *whom, const struct store_candidate *c)
{
	struct preview *p = whom;
	struct counted counted = { .rule = c->rule, .vector = c->vector, .who = c->who,
				   .whom = c->whom, .at = c->first, .level = c->level };
	struct parties parties = { c->rule, c->who, c->whom };
	uint64_t key = strtoull(c->key, NULL, 16);

	if (bsearch(&key, p->keys, p->key_count, sizeof(key), compare_keys))
		return true; /* it became an incident, which was counted */
	if (!exceptions_match(&p->keeper->exceptions, &parties, p->to))
		preview_count(p, &counted);
	return true;
}

static enum err preview_fill(struct preview *p, struct store *store)
{
	struct store_query query = { .state = STORE_ALL, .limit = INT32_MAX };
	usec_t complete = p->to;
	enum err err = store_candidate_complete(store, &complete);

	if (err != OK)
		return err;
	p->complete = complete <= p->from;
	if (!p->complete)
		p->from = complete;
	err = store_incident_list(store, &query, case_visit, p);
	if (err != OK)
		return err;
	qsort(p->keys, p->key_count, sizeof(p->keys[0]), compare_keys);
	return store_candidate_list(store, p->from, candidate_visit, p);
}

static void changes_json(struct json *json, const struct preview *p)
{
	char en[2][LEVEL_TEXT], ja[2][LEVEL_TEXT];

	json_put_array(json, "changes");
	for (unsigned row = 0; row < LEVEL_ROWS; row++) {
		struct words now = { level_row_value(p->now, row, false, en[0]),
				     level_row_value(p->now, row, true, ja[0]) };
		struct words then = { level_row_value(p->then, row, false, en[1]),
				      level_row_value(p->then, row, true, ja[1]) };

		if (strcmp(now.en, then.en) == 0)
			continue;
		json_open_object(json);
		json_put_string(json, "key", level_row_key(row));
		words_put(json, "what",
			  (struct words){ level_row_what(row, false), level_row_what(row, true) });
		words_put(json, "now", now);
		words_put(json, "then", then);
		json_close_object(json);
	}
	json_close_array(json);
}

static void rule_json(struct json *json, const struct rule_count *rule)
{
	struct incident like = { .rule = rule->rule, .vector = rule->vector };

	json_open_object(json);
	json_put_string(json, "rule", rule->rule);
	words_put(json, "title", advice_title(&like));
	json_put_uint(json, "now", rule->now);
	json_put_uint(json, "then", rule->then);
	json_put_array(json, "examples");
	for (unsigned e = 0; e < rule->example_count; e++) {
		json_open_object(json);
		json_put_string(json, "who", rule->examples[e].who);
		json_put_string(json, "whom", rule->examples[e].whom);
		time_put(json, "at", rule->examples[e].at);
		json_close_object(json);
	}
	json_close_array(json);
	json_close_object(json);
}

static void week_words(struct said *said, const struct preview *p)
{
	unsigned long long now = p->alarms_now, then = p->alarms_then;
	char span[TIME_TEXT];

	said_en(said, "%s%s: %llu alarms at %s, %llu at %s, as it is now (%llu %s).",
		p->complete ? "In the last 7 days" : "Only part of the week is stored. In the last ",
		p->complete ? "" : time_span(p->to - p->from, span), then, level_name(p->then), now,
		level_name(p->now), then > now ? then - now : now - then, then < now ? "fewer" : "more");
	if (p->complete)
		said_ja(said, "過去 7 日間の警報は、%sなら %llu 件、今の%sでは %llu 件です（%llu 件%s）。",
			level_japanese(p->then), then, level_japanese(p->now), now,
			then > now ? then - now : now - then, then < now ? "減" : "増");
	else
		said_ja(said,
			"記録は 1 週間分に足りません。直近 %s の警報は、%sなら %llu 件、"
			"今の%sでは %llu 件です（%llu 件%s）。",
			time_span_japanese(p->to - p->from, span), level_japanese(p->then), then,
			level_japanese(p->now), now, then > now ? then - now : now - then,
			then < now ? "減" : "増");
}

static void week_json(struct json *json, const struct preview *p)
{
	struct said said;

	week_words(&said, p);
	json_put_object(json, "week");
	time_put(json, "from", p->from);
	time_put(json, "to", p->to);
	json_put_uint(json, "alarms_now", p->alarms_now);
	json_put_uint(json, "alarms_then", p->alarms_then);
	json_put_array(json, "more");
	for (size_t n = 0; n < p->rule_count; n++)
		if (p->rules[n].now != p->rules[n].then)
			rule_json(json, &p->rules[n]);
	json_close_array(json);
	json_put_bool(json, "complete", p->complete);
	words_put(json, "say", said_words(&said));
	json_close_object(json);
}

void op_level_preview(struct op *op)
{
	struct keeper *keeper = op->keeper;
	struct preview *p = calloc(1, sizeof(*p));

	if (p)
		p->keys = malloc(KEYS * sizeof(p->keys[0]));
	if (!p || !p->keys) {
		op_fail(op, OP_FAILED, NULL, (struct words){ "not enough memory", "メモリーが足りません" });
	} else if (op_level(op, "to", &p->then)) {
		p->keeper = keeper;
		p->now = vigilance_now(&keeper->vigilance);
		p->to = op->now;
		p->from = op->now - WEEK;
		cases_flush(keeper);
		if (op_stored(op, preview_fill(p, keeper->store))) {
			json_open_object(op->json);
			json_put_string(op->json, "to", level_name(p->then));
			changes_json(op->json, p);
			week_json(op->json, p);
			json_close_object(op->json);
		}
	}
	if (p)
		free(p->keys);
	free(p);
}
