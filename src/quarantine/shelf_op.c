/* shelf_op.c - operations on mail in quarantine (docs/tower.md). */
#include "quarantine/shelf_private.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LIST_USUAL 50
#define LIST_MAX   200
#define SHOWN      20 /* findings of one */

static const char *const states[STORE_HELD_STATES + 1] = {
	[STORE_HELD] = "held",	     [STORE_RELEASING] = "releasing", [STORE_RELEASED] = "released",
	[STORE_DELETED] = "deleted", [STORE_EXPIRED] = "expired",     [STORE_HELD_STATES] = "all",
};

static const struct words whys[HELD_WHYS] = {
	[HELD_MALICIOUS] = { "It was found to be malicious.", "悪質なメールと判定されました。" },
	[HELD_SUSPICIOUS] = { "It is suspicious, and the vigilance level holds such mail.",
			      "疑わしいメールであり、現在の警戒レベルでは保留されます。" },
	[HELD_NOT_INSPECTED] = { "It could not be inspected in full, and the vigilance level holds such mail.",
				 "検査しきれない部分があり、現在の警戒レベルでは保留されます。" },
	[HELD_FAILURE] = { "It could not be examined, as a process failed.", "処理の失敗により検査できませんでした。" },
};

/* --- MAIL */

static void lines_json(struct json *json, const char *key, const char *lines)
{
	struct span rest = text_span(lines), line;

	json_put_array(json, key);
	while (text_line(&rest, &line))
		json_span(json, line);
	json_close_array(json);
}

static const struct finding_row *finding_row(struct span key, enum finding_id *id)
{
	for (unsigned i = 0; i < FINDINGS; i++) {
		if (!span_equal(key, text_span(finding_rows[i].key)))
			continue;
		*id = (enum finding_id)i;
		return &finding_rows[i];
	}
	return NULL;
}

/* One line of what is stored of findings; a kind that is none any more is left out. */
static void finding_json(struct json *json, struct span line)
{
	struct span key = { 0 }, path = { 0 }, evidence = { 0 };
	char en[FINDING_SAY], ja[FINDING_SAY];
	const struct finding_row *row;
	struct finding finding;

	text_piece(&line, '\t', &key);
	text_piece(&line, '\t', &path);
	text_piece(&line, '\t', &evidence);
	row = finding_row(key, &finding.id);
	if (!row)
		return;
	snprintf(finding.evidence, sizeof(finding.evidence), "%.*s", (int)evidence.len, (const char *)evidence.ptr);
	json_open_object(json);
	json_put_string(json, "id", row->key);
	json_put_string(json, "severity", severity_name(row->severity));
	json_put_string(json, "attack", *row->attack ? row->attack : NULL);
	json_key(json, "path");
	json_span(json, path);
	json_put_string(json, "evidence", finding.evidence);
	words_put(json, "say", (struct words){ finding_say(&finding, ENGLISH, en), finding_say(&finding, JAPANESE, ja) });
	json_close_object(json);
}

static void findings_json(struct json *json, const char *findings)
{
	struct span rest = text_span(findings), line;

	json_put_array(json, "findings");
	for (unsigned n = 0; n < SHOWN && text_line(&rest, &line); n++)
		finding_json(json, line);
	json_close_array(json);
}

/* What the tower says by a word; what came from elsewhere as it is. */
static struct words shown(const char *text)
{
	static const struct {
		const char *word;
		struct words words;
	} known[] = {
		{ SHELF_OLD, { "It was kept as long as the configuration says.", "保存期間が過ぎました。" } },
		{ SHELF_FULL, { "There was no room for more.", "容量の上限に達しました。" } },
		{ SHELF_INTERRUPTED,
		  { "A release was interrupted: perhaps it arrived. Ask the receiver before you release it again.",
		    "解放が中断されました。届いている可能性があるため、再び解放する前に宛先に確認してください。" } },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(text, known[i].word) == 0)
			return known[i].words;
	return (struct words){ text, text };
}

static void words_or_null(struct json *json, const char *key, const char *text)
{
	if (*text) {
		words_put(json, key, shown(text));
		return;
	}
	json_key(json, key);
	json_write_null(json);
}

static void change_json(struct json *json, const struct store_held *row)
{
	json_key(json, "changed");
	if (row->state == STORE_HELD && !*row->trouble) {
		json_write_null(json);
		return;
	}
	json_open_object(json);
	time_put(json, "at", row->changed);
	json_put_string(json, "by", row->by);
	words_or_null(json, "reason", row->reason);
	json_close_object(json);
}

static void mail_json(struct json *json, const struct shelf *shelf, const struct store_held *row)
{
	bool there = row->state <= STORE_RELEASING;

	json_open_object(json);
	json_put_uint(json, "id", row->id);
	time_put(json, "at", row->at);
	json_put_string(json, "state", states[row->state]);
	words_put(json, "why", whys[row->why < HELD_WHYS ? row->why : HELD_MALICIOUS]);
	json_put_string(json, "verdict", verdict_name(row->verdict < VERDICTS ? row->verdict : VERDICT_NOT_INSPECTED));
	json_put_uint(json, "score", row->score);
	json_put_uint(json, "bytes", row->bytes);
	json_put_string(json, "client", row->client);
	json_put_string(json, "from", row->from);
	lines_json(json, "to", row->to);
	json_put_string(json, "author", row->author);
	json_put_string(json, "subject", row->subject);
	findings_json(json, row->findings);
	time_put(json, "until", there ? row->at + shelf->settings.days * 86400 * USEC_PER_SEC : 0);
	change_json(json, row);
	words_or_null(json, "trouble", row->trouble);
	json_close_object(json);
}

struct writing {
	struct json *json;
	const struct shelf *shelf;
	uint64_t left;
	bool more;
};

static bool write_row(void *whom, const struct store_held *row)
{
	struct writing *w = whom;

	if (w->left == 0) {
		w->more = true;
		return false;
	}
	w->left--;
	mail_json(w->json, w->shelf, row);
	return true;
}

void shelf_push(struct shelf *shelf, uint64_t id)
{
	struct buffer buffer;
	struct writing w = { .json = &buffer.json, .shelf = shelf, .left = 1 };

	if (!buffer_open(&buffer))
		return;
	if (store_held_get(shelf->keeper->store, id, write_row, &w) == OK && !w.left)
		news_push(shelf->keeper, "mail", &buffer);
	else
		buffer_free(&buffer);
}

/* --- operations */

static struct shelf *op_shelf(struct op *op)
{
	if (!op->keeper->shelf)
		op_fail(op, OP_FAILED, NULL, (struct words){ "there is no quarantine: the configuration has no milter",
							     "隔離は使われていません（設定に milter がありません）" });
	return op->keeper->shelf;
}

static bool op_state(struct op *op, enum store_held_state *state)
{
	const char *name = op_text_if(op, "state", OP_NAME);

	*state = STORE_HELD;
	if (!name)
		return op->code == OP_OK;
	for (*state = STORE_HELD; *state <= STORE_HELD_STATES; (*state)++)
		if (strcmp(name, states[*state]) == 0)
			return true;
	return op_fail(op, OP_BAD_REQUEST, "state",
		       (struct words){ "must be held, releasing, released, deleted, expired or all",
				       "held、releasing、released、deleted、expired、all のいずれかを指定してください" });
}

void op_quarantine(struct op *op)
{
	struct shelf *shelf = op_shelf(op);
	struct writing w = { .json = op->json, .shelf = shelf, .left = op_number(op, "limit", LIST_MAX, LIST_USUAL) };
	struct store_held_query query = {
		.before = op_number(op, "before", INT64_MAX, 0),
		.text = op_text_if(op, "text", STORE_NAME),
		.limit = (uint32_t)w.left + 1,
	};
	struct store_held_sum sum = { 0 };

	if (!shelf || !op_state(op, &query.state) || op->code != OP_OK)
		return;
	json_open_object(op->json);
	json_put_array(op->json, "mails");
	op_stored(op, store_held_list(op->keeper->store, &query, write_row, &w));
	json_close_array(op->json);
	json_put_bool(op->json, "more", w.more);
	op_stored(op, store_held_sum(op->keeper->store, &sum));
	json_put_uint(op->json, "held", sum.count);
	json_put_uint(op->json, "bytes", sum.bytes);
	json_put_uint(op->json, "bytes_max", shelf->settings.bytes);
	json_put_uint(op->json, "days", shelf->settings.days);
	json_put_bool(op->json, "releases", shelf->settings.releases);
	json_close_object(op->json);
}

static void answer(struct op *op, uint64_t id)
{
	struct writing w = { .json = op->json, .shelf = op->keeper->shelf, .left = 1 };

	op_stored(op, store_held_get(op->keeper->store, id, write_row, &w));
}

void op_quarantine_mail(struct op *op)
{
	uint64_t id = op_id(op, "id");

	if (op_shelf(op) && op->code == OP_OK)
		answer(op, id);
}

/* What is copied of a row, to be used when the store is asked again. */
struct taken {
	const struct shelf *shelf;
	usec_t now;
	bool release;
	enum store_held_state state;
	char from[STORE_TEXT], to[STORE_TEXT];
	int fd;
};

static bool take_row(void *whom, const struct store_held *row)
{
	struct taken *taken = whom;

	taken->state = row->state;
	snprintf(taken->from, sizeof(taken->from), "%s", row->from);
	snprintf(taken->to, sizeof(taken->to), "%s", row->to);
	if (taken->release && row->state == STORE_HELD)
		taken->fd = shelf_open(taken->shelf, row, taken->now);
	return false;
}

/* A message that lies there and on which nothing else is under way. */
static bool op_take(struct op *op, uint64_t id, struct taken *taken)
{
	if (!op_stored(op, store_held_get(op->keeper->store, id, take_row, taken)))
		return false;
	if (taken->state == STORE_HELD)
		return true;
	return op_fail(op, OP_CONFLICT, NULL, (struct words){ "it does not lie in quarantine any more",
							      "すでに隔離されていません" });
}

static bool may_release(struct op *op, const struct shelf *shelf)
{
	if (!shelf->settings.releases)
		return op_fail(op, OP_FAILED, NULL,
			       (struct words){ "the configuration names no mail server for it (mail.release)",
					       "設定に送り先のメールサーバーがありません（mail.release）" });
	if (shelf->releasing)
		return op_fail(op, OP_CONFLICT, NULL, (struct words){ "another one is being released: try again in a moment",
								      "別のメールを解放中です。少し待って再度お試しください" });
	return true;
}

static void release(struct op *op, struct shelf *shelf, uint64_t id, const struct op_deed *deed)
{
	struct taken taken = { .shelf = shelf, .now = op->now, .release = true, .fd = -1 };
	struct store_held_change change = { .id = id, .state = STORE_RELEASING, .at = op->now, .by = op->user,
					    .reason = deed->act.reason, .trouble = "" };

	if (!op_take(op, id, &taken))
		return;
	if (taken.fd < 0) {
		op_fail(op, OP_FAILED, NULL, (struct words){ "its file cannot be read or decrypted",
							     "ファイルを読み出せないか、復号できません" });
		return;
	}
	snprintf(shelf->by, sizeof(shelf->by), "%s", op->user);
	snprintf(shelf->reason, sizeof(shelf->reason), "%s", deed->act.reason);
	if (op_stored(op, store_held_decide(op->keeper->store, &change, &deed->act))) {
		shelf->releasing = id;
		if (!shelf->out.release(shelf->out.whom,
					&(struct shelf_release){ id, taken.from, taken.to, taken.fd }))
			shelf_released(shelf, id, false, "the process that sends mail is not there: try again");
		answer(op, id);
	}
	close(taken.fd);
}

void op_quarantine_release(struct op *op)
{
	struct shelf *shelf = op_shelf(op);
	uint64_t id = op_id(op, "id");
	struct op_deed deed;

	if (shelf && op_deed(op, &deed, id, (struct words){ "Mail released from quarantine: ", "隔離メールを解放：" },
			     (struct words){ "", "" }) &&
	    may_release(op, shelf))
		release(op, shelf, id, &deed);
}

void op_quarantine_delete(struct op *op)
{
	struct shelf *shelf = op_shelf(op);
	uint64_t id = op_id(op, "id");
	struct taken taken = { .fd = -1 };
	struct op_deed deed;
	struct store_held_change change = { .id = id, .state = STORE_DELETED, .at = op->now, .by = op->user,
					    .trouble = "" };

	if (!shelf || !op_deed(op, &deed, id, (struct words){ "Mail in quarantine deleted: ", "隔離メールを削除：" },
			       (struct words){ "", "" }) ||
	    !op_take(op, id, &taken))
		return;
	change.reason = deed.act.reason;
	if (!op_stored(op, store_held_decide(op->keeper->store, &change, &deed.act)))
		return;
	if (!shelf_throw(shelf, id)) /* its key is gone: what is left cannot be read */
		op->keeper->shelf->swept = 0;
	answer(op, id);
	shelf_push(shelf, id);
}
