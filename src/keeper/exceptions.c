/* exceptions.c - silencing with one click, and how it ends. */
#include "keeper/exceptions.h"

#include "keeper/keeper_private.h"
#include "keeper/op.h"
#include "store/store_exception.h"

#include <string.h>

#define EXCEPTION_LONGEST (366 * 86400 * USEC_PER_SEC)
#define LIST_MAX          1000

static bool exception_fits(const struct exception *e, const struct parties *p)
{
	return strcmp(e->rule, p->rule) == 0 && (!e->who[0] || strcmp(e->who, p->who) == 0) &&
	       (!e->whom[0] || strcmp(e->whom, p->whom) == 0);
}

uint64_t exceptions_match(const struct exceptions *exceptions, const struct parties *parties,
			  usec_t now)
{
	for (size_t n = 0; n < exceptions->count; n++)
		if (now < exceptions->list[n].until && exception_fits(&exceptions->list[n], parties))
			return exceptions->list[n].id;
	return 0;
}

void exceptions_matched(struct keeper *keeper, uint64_t id)
{
	keeper_stored(keeper, store_exception_matched(keeper->store, id));
}

struct load {
	struct exceptions *exceptions;
	usec_t since;
};

static bool load_one(void *whom, const struct store_exception *stored)
{
	struct load *load = whom;
	struct exceptions *all = load->exceptions;
	struct exception *e = &all->list[all->count];

	if (stored->ended || stored->until <= load->since || all->count == EXCEPTIONS_MAX)
		return false; /* those in force come first */
	*e = (struct exception){ .id = stored->id, .until = stored->until };
	snprintf(e->rule, sizeof(e->rule), "%s", stored->rule);
	snprintf(e->who, sizeof(e->who), "%s", stored->who);
	snprintf(e->whom, sizeof(e->whom), "%s", stored->whom);
	all->count++;
	return true;
}

enum err exceptions_load(struct keeper *keeper, usec_t since)
{
	struct load load = { &keeper->exceptions, since };

	keeper->exceptions.count = 0;
	return store_exception_list(keeper->store, since, EXCEPTIONS_MAX, load_one, &load);
}

static void log_end(struct keeper *keeper, const struct exception *e)
{
	char what[STORE_TEXT];
	struct said said;
	struct store_act act = { .at = keeper->now, .user = "", .what = what, .reason = "" };

	said_en(&said, "Exception %llu for %s ended: its time is over.", (unsigned long long)e->id, e->rule);
	said_ja(&said, "例外 %llu（%s）は期限が来て終了しました。", (unsigned long long)e->id, e->rule);
	words_text(what, said_words(&said));
	keeper_stored(keeper, store_log_add(keeper->store, &act));
}

void exceptions_due(struct keeper *keeper)
{
	struct exceptions *all = &keeper->exceptions;
	size_t left = 0;

	for (size_t n = 0; n < all->count; n++) {
		if (keeper->now >= all->list[n].until)
			log_end(keeper, &all->list[n]);
		else
			all->list[left++] = all->list[n];
	}
	if (left == all->count)
		return;
	all->count = left;
	cases_judge(keeper);
}

static void exception_json(struct json *json, const struct store_exception *e)
{
	json_open_object(json);
	json_put_uint(json, "id", e->id);
	json_put_string(json, "rule", e->rule);
	json_put_string(json, "who", e->who[0] ? e->who : NULL);
	json_put_string(json, "whom", e->whom[0] ? e->whom : NULL);
	json_put_string(json, "reason", e->reason);
	json_put_string(json, "by", e->by);
	time_put(json, "from", e->from);
	time_put(json, "until", e->until);
	time_put(json, "ended", e->ended);
	json_put_uint(json, "matched", e->matched);
	json_close_object(json);
}

static bool list_one(void *whom, const struct store_exception *e)
{
	exception_json(whom, e);
	return true;
}

void op_exceptions(struct op *op)
{
	json_open_object(op->json);
	json_put_array(op->json, "exceptions");
	op_stored(op, store_exception_list(op->keeper->store, op->now, LIST_MAX, list_one, op->json));
	json_close_array(op->json);
	json_close_object(op->json);
}

struct find {
	struct json *json;
	uint64_t id;
};

static bool find_one(void *whom, const struct store_exception *e)
{
	struct find *find = whom;

	if (e->id != find->id)
		return true;
	exception_json(find->json, e);
	find->json = NULL;
	return false;
}

/* Answers with it. */
static void exception_answer(struct op *op, uint64_t id)
{
	struct find find = { op->json, id };

	if (op_stored(op, store_exception_list(op->keeper->store, op->now, UINT32_MAX, find_one, &find)) &&
	    find.json)
		op_stored(op, ERR_EMPTY);
}

/* What of the incident the exception names. */
struct silence {
	struct exception e;
	char title_en[SAID_TEXT], title_ja[SAID_TEXT];
};

static bool silence_visit(void *whom, const struct store_incident *stored)
{
	struct silence *silence = whom;
	struct kept kept;
	struct words title;

	if (!kept_read(&kept, stored))
		return false;
	title = advice_title(&kept.incident);
	snprintf(silence->e.rule, sizeof(silence->e.rule), "%s", stored->rule);
	snprintf(silence->e.who, sizeof(silence->e.who), "%s", stored->who);
	snprintf(silence->e.whom, sizeof(silence->e.whom), "%s", stored->whom);
	snprintf(silence->title_en, SAID_TEXT, "%s", title.en);
	snprintf(silence->title_ja, SAID_TEXT, "%s", title.ja);
	return true;
}

/* False: it failed. */
static bool silence_breadth(struct op *op, struct exception *e)
{
	const char *breadth = op_text_if(op, "breadth", OP_NAME);

	if (op->code != OP_OK)
		return false;
	if (!breadth || strcmp(breadth, "this") == 0)
		return true;
	e->whom[0] = '\0';
	if (strcmp(breadth, "rule_source") == 0)
		return true;
	return op_fail(op, OP_BAD_REQUEST, "breadth",
		       (struct words){ "must be this or rule_source",
				       "this か rule_source を指定してください" });
}

static void silence_store(struct op *op, struct silence *silence, const char *reason)
{
	struct exception *e = &silence->e;
	struct store_exception stored = { .rule = e->rule, .who = e->who, .whom = e->whom,
					  .reason = reason, .by = op->user, .from = op->now,
					  .until = e->until };
	char what[STORE_TEXT];
	struct said said;
	struct store_act act = { .at = op->now, .user = op->user, .what = what, .reason = reason };

	said_en(&said, "Silenced: %s, %s → %s", silence->title_en, e->who[0] ? e->who : "any",
		e->whom[0] ? e->whom : "any");
	said_ja(&said, "通知を止めました：%s、%s → %s", silence->title_ja,
		e->who[0] ? e->who : "すべて", e->whom[0] ? e->whom : "すべて");
	words_text(what, said_words(&said));
	if (!op_stored(op, store_exception_add(op->keeper->store, &stored, &act)))
		return;
	e->id = stored.id;
	op->keeper->exceptions.list[op->keeper->exceptions.count++] = *e;
	cases_judge(op->keeper);
	exception_answer(op, e->id);
}

void op_silence(struct op *op)
{
	struct silence silence = { .e = { .id = op_id(op, "id") } };
	const char *reason = op_text(op, "reason", OP_REASON);

	if (!reason || !op_until(op, EXCEPTION_LONGEST, &silence.e.until))
		return;
	cases_flush(op->keeper);
	if (!op_stored(op, store_incident_get(op->keeper->store, silence.e.id, silence_visit, &silence)) ||
	    !silence_breadth(op, &silence.e))
		return;
	if (!silence.e.rule[0])
		op_fail(op, OP_FAILED, NULL, op_damaged);
	else if (op->keeper->exceptions.count == EXCEPTIONS_MAX)
		op_stored(op, ERR_LIMIT);
	else
		silence_store(op, &silence, reason);
}

void op_exception_end(struct op *op)
{
	uint64_t id = op_id(op, "id");
	struct op_deed done;

	if (!op_deed(op, &done, id, (struct words){ "Exception ", "例外 " },
		     (struct words){ " ended.", " を終了しました。" }) ||
	    !op_stored(op, store_exception_end(op->keeper->store, id, &done.act)) ||
	    !op_stored(op, exceptions_load(op->keeper, op->now)))
		return;
	cases_judge(op->keeper);
	exception_answer(op, id);
}
