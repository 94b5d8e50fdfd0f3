/* op_incident.c - operations on incidents: lists, one, its packets; acknowledged, closed, annotated. */
#include "keeper/keeper_private.h"
#include "keeper/op.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define LIST_USUAL 50
#define LIST_MAX   200

struct list {
	struct json *json;
	uint64_t left;
	bool more;
};

static bool list_visit(void *whom, const struct store_incident *stored)
{
	struct list *list = whom;
	struct kept kept;

	if (list->left == 0) {
		list->more = true;
		return false;
	}
	list->left--;
	if (kept_read(&kept, stored))
		case_json(list->json, &kept, NULL, NULL);
	return true;
}

static bool query_state(struct op *op, struct store_query *query)
{
	static const char *const names[] = { "all", "open", "closed" };
	const char *state = op_text_if(op, "state", OP_NAME);

	if (!state)
		return op->code == OP_OK;
	for (enum store_state s = STORE_ALL; s <= STORE_CLOSED; s++) {
		if (strcmp(state, names[s]) == 0) {
			query->state = s;
			return true;
		}
	}
	return op_fail(op, OP_BAD_REQUEST, "state",
		       (struct words){ "must be open, closed or all",
				       "open、closed、all のいずれかを指定してください" });
}

void op_incidents(struct op *op)
{
	struct list list = { .json = op->json, .left = op_number(op, "limit", LIST_MAX, LIST_USUAL) };
	struct store_query query = {
		.state = STORE_OPEN,
		.rule = op_text_if(op, "rule", OP_NAME),
		.text = op_text_if(op, "text", STORE_NAME - 1),
		.before = op_number(op, "before", INT64_MAX, 0),
		.limit = (uint32_t)list.left + 1,
	};

	if (!query_state(op, &query) || !op_severity_if(op, "severity", &query.least))
		return;
	cases_flush(op->keeper);
	json_open_object(op->json);
	json_put_array(op->json, "incidents");
	op_stored(op, store_incident_list(op->keeper->store, &query, list_visit, &list));
	json_close_array(op->json);
	json_put_bool(op->json, "more", list.more);
	json_close_object(op->json);
}

/* One incident as the store has it; false: it failed. */
struct one {
	struct kept *kept;
	bool read;
};

static bool one_visit(void *whom, const struct store_incident *stored)
{
	struct one *one = whom;

	one->read = kept_read(one->kept, stored);
	return false;
}

static bool incident_get(struct op *op, struct kept *kept)
{
	struct one one = { .kept = kept };
	uint64_t id = op_id(op, "id");

	if (!id)
		return false;
	cases_flush(op->keeper);
	if (!op_stored(op, store_incident_get(op->keeper->store, id, one_visit, &one)))
		return false;
	return one.read || op_fail(op, OP_FAILED, NULL, op_damaged);
}

/* The entries of the story are one list in the store and two in the answer. */
struct story {
	struct op *op;
	uint64_t id;
	enum store_entry_kind kind;
};

static bool story_visit(void *whom, const struct store_entry *entry)
{
	struct story *story = whom;
	struct json *json = story->op->json;

	if (entry->kind != story->kind)
		return true;
	json_open_object(json);
	time_put(json, "at", entry->at);
	json_put_string(json, "user", entry->user[0] ? entry->user : NULL);
	if (entry->kind == STORE_NOTE) {
		json_put_string(json, "text", entry->text);
	} else {
		json_key(json, "what");
		words_text_json(json, entry->text);
	}
	json_close_object(json);
	return true;
}

static void story_json(struct json *json, void *whom)
{
	static const struct {
		const char *key;
		enum store_entry_kind kind;
	} lists[] = { { "timeline", STORE_ENTRY }, { "notes", STORE_NOTE } };
	struct story *story = whom;

	for (size_t n = 0; n < sizeof(lists) / sizeof(lists[0]); n++) {
		story->kind = lists[n].kind;
		json_put_array(json, lists[n].key);
		op_stored(story->op, store_story_list(story->op->keeper->store, story->id, story_visit,
						      story));
		json_close_array(json);
	}
}

/* Answers with the incident as it is now. */
static void incident_answer(struct op *op)
{
	struct kept kept;
	struct story story = { .op = op };

	if (!incident_get(op, &kept))
		return;
	story.id = kept.incident.id;
	case_json(op->json, &kept, story_json, &story);
}

void op_incident(struct op *op)
{
	incident_answer(op);
}

/* RFC 4648, 4. NULL: no memory. */
static char *base64_new(struct span bytes)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *text = malloc(bytes.len / 3 * 4 + 5), *at = text;

	for (size_t i = 0; at && i < bytes.len; i += 3) {
		size_t left = bytes.len - i;
		uint32_t three = (uint32_t)bytes.ptr[i] << 16 |
				 (left > 1 ? (uint32_t)bytes.ptr[i + 1] << 8 : 0) |
				 (left > 2 ? bytes.ptr[i + 2] : 0);

		*at++ = digits[three >> 18];
		*at++ = digits[three >> 12 & 63];
		*at++ = left > 1 ? digits[three >> 6 & 63] : '=';
		*at++ = left > 2 ? digits[three & 63] : '=';
	}
	if (at)
		*at = '\0';
	return text;
}

static bool evidence_visit(void *whom, struct span packets)
{
	struct json *json = whom;
	char *text = base64_new(packets);

	json_open_object(json);
	json_put_string(json, "pcap", text);
	json_close_object(json);
	free(text);
	return false;
}

void op_evidence(struct op *op)
{
	uint64_t id = op_id(op, "id");

	if (id)
		op_stored(op, store_evidence_get(op->keeper->store, id, evidence_visit, op->json));
}

/* What a person did, with the incident's title in it. */
struct deed {
	char what[STORE_TEXT];
	struct store_act act;
};

static void deed_fill(struct deed *deed, struct op *op, const struct kept *kept, struct words verb)
{
	struct words title = advice_title(&kept->incident);
	struct said said;

	said_en(&said, "%s: incident %llu, %s", verb.en, (unsigned long long)kept->incident.id, title.en);
	said_ja(&said, "%s：インシデント %llu、%s", verb.ja, (unsigned long long)kept->incident.id,
		title.ja);
	deed->act = (struct store_act){ .at = op->now, .user = op->user, .reason = "",
					.what = words_text(deed->what, said_words(&said)) };
}

static bool note_add(struct op *op, const struct kept *kept, const char *text)
{
	struct deed deed;

	deed_fill(&deed, op, kept, (struct words){ "Note added", "メモを追加しました" });
	return op_stored(op, store_incident_annotate(op->keeper->store, kept->incident.id, text,
						     &deed.act));
}

/* Stores that the user has seen it. False: it failed. */
static bool kept_acknowledge(struct op *op, const struct kept *kept)
{
	struct kept *open = cases_find(&op->keeper->cases, kept->incident.id);
	struct deed deed;

	deed_fill(&deed, op, kept, (struct words){ "Acknowledged", "確認済みにしました" });
	if (!op_stored(op, store_incident_acknowledge(op->keeper->store, kept->incident.id, &deed.act)))
		return false;
	if (open) {
		snprintf(open->acknowledged_by, CASE_USER, "%s", op->user);
		open->acknowledged = op->now;
		open->changed = op->now;
		news_case(op->keeper, open);
	}
	return true;
}

void op_acknowledge(struct op *op)
{
	const char *note = op_text_if(op, "note", OP_NOTE);
	struct kept kept;

	if (op->code == OP_OK && incident_get(op, &kept) && kept_acknowledge(op, &kept) &&
	    (!note || note_add(op, &kept, note)))
		incident_answer(op);
}

void op_annotate(struct op *op)
{
	const char *text = op_text(op, "text", OP_NOTE);
	struct kept kept;

	if (text && incident_get(op, &kept) && note_add(op, &kept, text))
		incident_answer(op);
}

/* False: it failed, since it goes on, or is over already. */
static bool kept_may_close(struct op *op, const struct kept *kept)
{
	if (!kept->open)
		return op_fail(op, OP_CONFLICT, NULL,
			       (struct words){ "it is closed already", "すでに終了しています" });
	if (kept->incident.ongoing)
		return op_fail(op, OP_CONFLICT, NULL,
			       (struct words){ "it is still going on", "まだ続いています" });
	return true;
}

/* Whoever closes it has seen it. */
void op_close(struct op *op)
{
	const char *reason = op_text(op, "reason", OP_REASON);
	struct kept kept, *open;
	struct store_incident stored;
	struct case_room room;
	struct deed deed;

	if (!reason || !incident_get(op, &kept) || !kept_may_close(op, &kept) ||
	    (!kept.acknowledged && !kept_acknowledge(op, &kept)))
		return;
	kept.open = false;
	kept.changed = op->now;
	stored = kept_stored(&kept, &room);
	deed_fill(&deed, op, &kept, (struct words){ "Closed", "終了にしました" });
	deed.act.reason = reason;
	if (!op_stored(op, store_incident_change(op->keeper->store, &stored, &deed.act)))
		return;
	open = cases_find(&op->keeper->cases, kept.incident.id);
	if (open)
		cases_dismiss(op->keeper, open);
	incident_answer(op);
}
