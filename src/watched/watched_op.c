/* watched_op.c - operations on what the watches tell (docs/tower.md): shown, and asked of them. */
#include "watched/watched_private.h"

#include "base/text.h"
#include "keeper/op.h"

#include <string.h>

#define LIST_USUAL 100
#define LIST_MAX   500
#define LIST_BYTES (2u << 20) /* of an answer with sites; the rest comes with the next page */
#define TEXT_MAX   100
#define TROUBLE    "trouble" /* as a state: all that are not good */

static const struct document *find(const struct op *op, enum watched_kind kind, const char *name)
{
	return op->keeper->watched ? documents_find(&op->keeper->watched->documents, kind, name) : NULL;
}

static bool runs(const struct op *op, enum watcher watcher)
{
	return op->keeper->status.sums[watcher].runs;
}

/* The document that the argument `name` names. NULL: it failed. */
static const struct document *op_document(struct op *op, enum watched_kind kind)
{
	const char *name = op_text(op, "name", WATCHED_NAME);
	const struct document *found = name ? find(op, kind, name) : NULL;

	if (name && !found)
		op_stored(op, ERR_EMPTY);
	return found;
}

static void all_json(struct op *op, enum watched_kind kind, enum watcher watcher)
{
	json_key(op->json, "all");
	document_json(op->json, find(op, kind, ""));
	json_put_bool(op->json, "running", runs(op, watcher));
}

void op_backups(struct op *op)
{
	const struct watched *watched = op->keeper->watched;

	json_open_object(op->json);
	json_put_array(op->json, "repositories");
	for (size_t i = 0; watched && i < watched->documents.count[WATCHED_BACKUP]; i++)
		document_json(op->json, watched->documents.all[WATCHED_BACKUP][i]);
	json_close_array(op->json);
	all_json(op, WATCHED_BACKUPS, WATCHER_BACKUPS);
	json_close_object(op->json);
}

void op_backup_certificate(struct op *op)
{
	const struct document *document = op_document(op, WATCHED_CERTIFICATE);

	if (document)
		document_json(op->json, document);
}

/* --- sites */

struct wanted {
	const char *text; /* NULL: any */
	unsigned states;  /* a bit each */
};

/* False: no state of a site is called so. */
static bool wanted_states(const char *name, unsigned *states)
{
	*states = 0;
	for (unsigned s = 0; s < WATCHED_STATES; s++) {
		bool all = strcmp(name, "all") == 0 || (strcmp(name, TROUBLE) == 0 && s != STATE_GOOD);

		if (all || (watched_has(WATCHED_SITE, (enum watched_state)s) &&
			    strcmp(name, watched_state_name((enum watched_state)s)) == 0))
			*states |= 1u << s;
	}
	return *states != 0;
}

static bool op_wanted(struct op *op, struct wanted *wanted)
{
	const char *state = op_text_if(op, "state", OP_NAME);

	wanted->text = op_text_if(op, "text", TEXT_MAX);
	if (!wanted_states(state ? state : "all", &wanted->states))
		op_fail(op, OP_BAD_REQUEST, "state",
			(struct words){ "must be good, slow, warning, down, defaced, unknown, trouble or all",
					"good、slow、warning、down、defaced、unknown、trouble、all のいずれかを指定してください" });
	return op->code == OP_OK;
}

static bool is_wanted(const struct document *site, const struct wanted *wanted)
{
	return wanted->states & 1u << site->reading.state &&
	       (!wanted->text || strcasestr(site->name, wanted->text) || strcasestr(site->reading.address, wanted->text));
}

/* Writes those that are wanted after a name. True: there are more than have room. */
static bool sites_json(struct op *op, const struct wanted *wanted, const char *after, uint64_t left)
{
	const struct documents *documents = &op->keeper->watched->documents;
	size_t bytes = 0;

	for (size_t i = documents_after(documents, WATCHED_SITE, after); i < documents->count[WATCHED_SITE]; i++) {
		const struct document *site = documents->all[WATCHED_SITE][i];

		if (!is_wanted(site, wanted))
			continue;
		bytes += site->reading.brief_size;
		if (left-- == 0 || bytes > LIST_BYTES)
			return true;
		json_ready(op->json, (struct span){ (const uint8_t *)site->reading.brief, site->reading.brief_size });
	}
	return false;
}

void op_sites(struct op *op)
{
	uint64_t limit = op_number(op, "limit", LIST_MAX, LIST_USUAL);
	const char *after = op_text_if(op, "after", WATCHED_NAME);
	struct wanted wanted = { .states = 0 };
	bool more;

	if (!op_wanted(op, &wanted))
		return;
	json_open_object(op->json);
	json_put_array(op->json, "sites");
	more = op->keeper->watched && sites_json(op, &wanted, after ? after : "", limit);
	json_close_array(op->json);
	json_put_bool(op->json, "more", more);
	all_json(op, WATCHED_SITES, WATCHER_SITES);
	json_close_object(op->json);
}

void op_site(struct op *op)
{
	const struct document *document = op_document(op, WATCHED_SITE);

	if (document)
		document_json(op->json, document);
}

/* --- what people ask for */

/* What the log says of it, and what the watch gets. */
struct order {
	enum watcher watcher;
	const char *act, *name, *reason; /* reason "": none is asked for */
	struct words what;
	json_int_t alarm; /* 0: none */
	bool ours;
};

static bool order_log(struct op *op, const struct order *order)
{
	char text[STORE_TEXT];
	struct store_act act = { .at = op->now, .user = op->user, .what = text, .reason = order->reason };
	struct said said;

	said_en(&said, "%s: %s", order->what.en, order->name);
	said_ja(&said, "%s：%s", order->what.ja, order->name);
	words_text(text, said_words(&said));
	return op_stored(op, store_log_add(op->keeper->store, &act));
}

static bool order_send(const struct op *op, const struct order *order)
{
	const struct watched *watched = op->keeper->watched;
	struct buffer buffer;
	bool sent;

	if (!buffer_open(&buffer))
		return false;
	json_open_object(&buffer.json);
	json_put_string(&buffer.json, "do", order->act);
	json_put_string(&buffer.json, "name", order->name);
	json_put_string(&buffer.json, "user", op->user);
	if (*order->reason)
		json_put_string(&buffer.json, "reason", order->reason);
	if (order->alarm) {
		json_put_uint(&buffer.json, "alarm", (uint64_t)order->alarm);
		json_put_bool(&buffer.json, "ours", order->ours);
	}
	json_close_object(&buffer.json);
	sent = watched->out.request(watched->out.whom, order->watcher, buffer_close(&buffer));
	buffer_free(&buffer);
	return sent;
}

static void order_do(struct op *op, const struct order *order)
{
	static const struct words away[WATCHERS] = {
		[WATCHER_BACKUPS] = { "the process that watches the backups does not run: see journalctl -u hinomi",
				      "バックアップを監視するプロセスが動いていません。journalctl -u hinomi を確認してください" },
		[WATCHER_SITES] = { "the process that watches the sites does not run: see journalctl -u hinomi",
				    "サイトを監視するプロセスが動いていません。journalctl -u hinomi を確認してください" },
	};

	if (!runs(op, order->watcher)) {
		op_fail(op, OP_FAILED, NULL, away[order->watcher]);
		return;
	}
	if (!order_log(op, order))
		return;
	if (!order_send(op, order)) {
		op_fail(op, OP_LIMIT, NULL, (struct words){ "too much waits for this watch already: try again in a moment",
							    "処理待ちが多すぎます。少し待って再度お試しください" });
		return;
	}
	json_open_object(op->json);
	json_put_bool(op->json, "asked", true);
	json_close_object(op->json);
}

void op_backup_do(struct op *op)
{
	static const struct {
		const char *name;
		struct words what;
	} jobs[] = {
		{ "look", { "A backup repository looked at", "バックアップを確認" } },
		{ "run", { "A backup made", "バックアップを実行" } },
		{ "verify", { "The data of a backup repository read", "バックアップのデータを検査" } },
		{ "drill", { "A restore drill", "復元訓練を実施" } },
	};
	const struct document *document = op_document(op, WATCHED_BACKUP);
	const char *what = op_text(op, "what", OP_NAME);

	if (!document || !what)
		return;
	for (size_t n = 0; n < sizeof(jobs) / sizeof(jobs[0]); n++) {
		if (strcmp(what, jobs[n].name) != 0)
			continue;
		if (document->reading.busy && runs(op, WATCHER_BACKUPS))
			op_fail(op, OP_CONFLICT, NULL, (struct words){ "another job is under way in this repository",
								       "このリポジトリーでは別の処理が実行中です" });
		else
			order_do(op, &(struct order){ .watcher = WATCHER_BACKUPS, .act = jobs[n].name,
						      .name = document->name, .reason = "", .what = jobs[n].what });
		return;
	}
	op_fail(op, OP_BAD_REQUEST, "what", (struct words){ "must be look, run, verify or drill",
							    "look、run、verify、drill のいずれかを指定してください" });
}

void op_backup_settle(struct op *op)
{
	static const struct words ours = { "A backup alarm was our own change", "バックアップの警報は自組織による変更" };
	static const struct words attack = { "A backup alarm was an attack", "バックアップの警報は攻撃" };
	const struct document *document = op_document(op, WATCHED_BACKUP);
	uint64_t alarm = op_id(op, "alarm");
	const char *reason = op_text(op, "reason", OP_REASON);
	const json_t *is_ours = json_object_get(op->args, "ours");

	if (!json_is_boolean(is_ours))
		op_fail(op, OP_BAD_REQUEST, "ours", (struct words){ "must be true or false", "true か false を指定してください" });
	if (!document || op->code != OP_OK)
		return;
	if (document->reading.alarm != (int64_t)alarm) {
		op_fail(op, OP_CONFLICT, NULL, (struct words){ "this alarm is not open any more", "この警報はすでに終了しています" });
		return;
	}
	order_do(op, &(struct order){ .watcher = WATCHER_BACKUPS, .act = "settle", .name = document->name, .reason = reason,
				      .what = json_is_true(is_ours) ? ours : attack, .alarm = (json_int_t)alarm,
				      .ours = json_is_true(is_ours) });
}

void op_site_check(struct op *op)
{
	const struct document *document = op_document(op, WATCHED_SITE);

	if (document)
		order_do(op, &(struct order){ .watcher = WATCHER_SITES, .act = "check", .name = document->name, .reason = "",
					      .what = { "A site looked at", "サイトを確認" } });
}

void op_site_approve(struct op *op)
{
	const struct document *document = op_document(op, WATCHED_SITE);
	const char *reason = op_text(op, "reason", OP_REASON);

	if (!document || !reason)
		return;
	if (!document->reading.changed) {
		op_fail(op, OP_CONFLICT, NULL, (struct words){ "nothing of it waits to be approved", "承認待ちの変更はありません" });
		return;
	}
	order_do(op, &(struct order){ .watcher = WATCHER_SITES, .act = "approve", .name = document->name, .reason = reason,
				      .what = { "The changes of a site approved", "サイトの変更を承認" } });
}
