/* op_level.c - operations on the level and its calendar, and the level as people see it. */
#include "keeper/keeper_private.h"
#include "keeper/op.h"

#include <string.h>

#define HISTORY_SHOWN 50
#define PLAN_AHEAD    (2 * 366 * 86400 * USEC_PER_SEC)

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
