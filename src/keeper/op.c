/*
 * op.c - a request: who may ask for what, and what its arguments may be.
 *
 * The request comes from a process that may have been broken into. Nothing of it is used before it was
 * checked here, and what it costs is bounded by its size.
 */
#include "keeper/op.h"

#include "base/text.h"
#include "keeper/keeper_private.h"

#include <stdlib.h>

#define REQUEST_MAX (64u << 10) /* bytes */
#define ID_MAX      ((uint64_t)INT64_MAX)

/* Only web itself asks it, before anybody is logged in. */
#define ROLE_OF_WEB TOWER_NOBODY

enum askers { ANY_ASKER, ONLY_WEB, ONLY_CONTROL };

static const struct {
	const char *name;
	enum tower_role least;
	enum askers askers;
	op_run *run;
} ops[] = {
	{ "status", TOWER_VIEWER, ANY_ASKER, op_status },
	{ "traffic", TOWER_VIEWER, ANY_ASKER, op_traffic },
	{ "incidents", TOWER_VIEWER, ANY_ASKER, op_incidents },
	{ "incident", TOWER_VIEWER, ANY_ASKER, op_incident },
	{ "evidence", TOWER_VIEWER, ANY_ASKER, op_evidence },
	{ "acknowledge", TOWER_OPERATOR, ANY_ASKER, op_acknowledge },
	{ "close", TOWER_OPERATOR, ANY_ASKER, op_close },
	{ "annotate", TOWER_OPERATOR, ANY_ASKER, op_annotate },
	{ "silence", TOWER_OPERATOR, ANY_ASKER, op_silence },
	{ "exceptions", TOWER_VIEWER, ANY_ASKER, op_exceptions },
	{ "exception_end", TOWER_OPERATOR, ANY_ASKER, op_exception_end },
	{ "actions", TOWER_VIEWER, ANY_ASKER, op_actions },
	{ "filters", TOWER_VIEWER, ANY_ASKER, op_filters },
	{ "block", TOWER_OPERATOR, ANY_ASKER, op_block },
	{ "action_accept", TOWER_OPERATOR, ANY_ASKER, op_action_accept },
	{ "unblock", TOWER_OPERATOR, ANY_ASKER, op_unblock },
	{ "undo_all", TOWER_OPERATOR, ANY_ASKER, op_undo_all },
	{ "quarantine", TOWER_VIEWER, ANY_ASKER, op_quarantine },
	{ "quarantine_mail", TOWER_VIEWER, ANY_ASKER, op_quarantine_mail },
	{ "quarantine_release", TOWER_OPERATOR, ANY_ASKER, op_quarantine_release },
	{ "quarantine_delete", TOWER_OPERATOR, ANY_ASKER, op_quarantine_delete },
	{ "backups", TOWER_VIEWER, ANY_ASKER, op_backups },
	{ "backup_certificate", TOWER_VIEWER, ANY_ASKER, op_backup_certificate },
	{ "backup_do", TOWER_OPERATOR, ANY_ASKER, op_backup_do },
	{ "backup_settle", TOWER_OPERATOR, ANY_ASKER, op_backup_settle },
	{ "sites", TOWER_VIEWER, ANY_ASKER, op_sites },
	{ "site", TOWER_VIEWER, ANY_ASKER, op_site },
	{ "site_check", TOWER_OPERATOR, ANY_ASKER, op_site_check },
	{ "site_approve", TOWER_OPERATOR, ANY_ASKER, op_site_approve },
	{ "level", TOWER_VIEWER, ANY_ASKER, op_level_show },
	{ "level_preview", TOWER_VIEWER, ANY_ASKER, op_level_preview },
	{ "level_set", TOWER_OPERATOR, ANY_ASKER, op_level_set },
	{ "calendar_add", TOWER_OPERATOR, ANY_ASKER, op_calendar_add },
	{ "calendar_remove", TOWER_OPERATOR, ANY_ASKER, op_calendar_remove },
	{ "log", TOWER_VIEWER, ANY_ASKER, op_log },
	{ "tellers", TOWER_OPERATOR, ANY_ASKER, op_tellers },
	{ "teller_test", TOWER_OPERATOR, ANY_ASKER, op_teller_test },
	{ "accounts", TOWER_ADMIN, ANY_ASKER, op_accounts },
	{ "account_set", TOWER_ADMIN, ANY_ASKER, op_account_set },
	{ "account_remove", TOWER_ADMIN, ANY_ASKER, op_account_remove },
	{ "password_set", TOWER_VIEWER, ONLY_WEB, op_password_set }, /* web asks for the old one before */
	{ "backup", TOWER_ADMIN, ONLY_CONTROL, op_backup }, /* its answer names a file of this machine */
	{ "metrics", TOWER_NOBODY, ANY_ASKER, op_metrics }, /* a setting of web says whether without login */
	{ "health", TOWER_NOBODY, ANY_ASKER, op_health },
	{ "login_secret", ROLE_OF_WEB, ONLY_WEB, op_login_secret },
	{ "login_done", ROLE_OF_WEB, ONLY_WEB, op_login_done },
};

const struct words op_damaged = { "what is stored of it is damaged", "保存されている内容が壊れています" };

bool op_fail(struct op *op, enum op_code code, const char *about, struct words why)
{
	if (op->code != OP_OK)
		return false;
	op->code = code;
	snprintf(op->error.en, OP_WORDS, "%s%s%s", about ? about : "", about ? ": " : "", why.en);
	snprintf(op->error.ja, OP_WORDS, "%s%s%s", about ? about : "", about ? "：" : "", why.ja);
	return false;
}

static bool bad(struct op *op, const char *about, const char *en, const char *ja)
{
	return op_fail(op, OP_BAD_REQUEST, about, (struct words){ en, ja });
}

bool op_stored(struct op *op, enum err err)
{
	const struct store_words *trouble = &op->keeper->trouble;

	if (err == OK)
		return true;
	if (err == ERR_EMPTY)
		return op_fail(op, OP_NOT_FOUND, NULL,
			       (struct words){ "there is none of this name or number",
					       "その名前または番号のものはありません" });
	if (err == ERR_LIMIT)
		return op_fail(op, OP_LIMIT, NULL,
			       (struct words){ "there are too many already, or a text is too long",
					       "数が上限に達しているか、文が長すぎます" });
	keeper_store_failed(op->keeper, op->now);
	return op_fail(op, OP_FAILED, NULL, (struct words){ trouble->en, trouble->ja });
}

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

const char *op_text_if(struct op *op, const char *name, size_t most)
{
	const json_t *value = json_object_get(op->args, name);
	const char *text = json_string_value(value);

	if (!value || json_is_null(value))
		return NULL;
	if (!text)
		bad(op, name, "must be a text", "文字列で指定してください");
	else if (is_blank(text))
		bad(op, name, "is blank", "空です");
	else if (json_string_length(value) > most)
		bad(op, name, "is too long", "長すぎます");
	else
		return text;
	return NULL;
}

const char *op_text(struct op *op, const char *name, size_t most)
{
	const char *text = op_text_if(op, name, most);

	if (!text)
		bad(op, name, "is missing", "指定してください");
	return text;
}

/* The digits of an address's query, or a number. 0: neither. */
static uint64_t number_of(const json_t *value)
{
	const char *text = json_string_value(value);
	uint64_t number = 0;

	if (json_is_integer(value))
		return json_integer_value(value) > 0 ? (uint64_t)json_integer_value(value) : 0;
	if (!text)
		return 0;
	for (; *text >= '0' && *text <= '9' && number < ID_MAX / 10; text++)
		number = number * 10 + (uint64_t)(*text - '0');
	return *text ? 0 : number;
}

uint64_t op_number(struct op *op, const char *name, uint64_t most, uint64_t usual)
{
	const json_t *value = json_object_get(op->args, name);
	uint64_t number = number_of(value);

	if (!value || json_is_null(value))
		return usual;
	if (number > 0 && number <= most)
		return number;
	bad(op, name, "must be a whole number that is neither too small nor too large",
	    "範囲内の正の整数で指定してください");
	return usual;
}

uint64_t op_id(struct op *op, const char *name)
{
	uint64_t id = op_number(op, name, ID_MAX, 0);

	if (id == 0)
		bad(op, name, "is missing", "指定してください");
	return id;
}

bool op_deed(struct op *op, struct op_deed *done, uint64_t id, struct words before, struct words after)
{
	const char *reason = op_text(op, "reason", OP_REASON);
	struct said said;

	if (!id || !reason)
		return false;
	said_en(&said, "%s%llu%s", before.en, (unsigned long long)id, after.en);
	said_ja(&said, "%s%llu%s", before.ja, (unsigned long long)id, after.ja);
	words_text(done->what, said_words(&said));
	done->act = (struct store_act){ .at = op->now, .user = op->user, .what = done->what, .reason = reason };
	return true;
}

bool op_level(struct op *op, const char *name, enum level *level)
{
	const char *text = op_text(op, name, OP_NAME);

	if (text && level_from_name(text, level))
		return true;
	return bad(op, name, "must be normal, guarded, high or severe",
		   "normal、guarded、high、severe のいずれかを指定してください");
}

bool op_severity_if(struct op *op, const char *name, enum severity *severity)
{
	const char *text = op_text_if(op, name, OP_NAME);

	if (!text)
		return op->code == OP_OK;
	for (enum severity s = SEVERITY_INFO; s <= SEVERITY_CRITICAL; s++) {
		if (strcmp(text, severity_name(s)) == 0) {
			*severity = s;
			return true;
		}
	}
	return bad(op, name, "must be info, notice, warning, high or critical",
		   "info、notice、warning、high、critical のいずれかを指定してください");
}

bool op_instant(struct op *op, const char *name, usec_t *t)
{
	const char *text = op_text(op, name, OP_NAME);

	if (text && time_parse(t, text) == OK)
		return true;
	return bad(op, name, "must be a time such as 2026-01-04T08:00:00Z",
		   "2026-01-04T08:00:00Z のような時刻で指定してください");
}

bool op_until(struct op *op, usec_t most, usec_t *until)
{
	const char *length = op_text_if(op, "for", OP_NAME);
	usec_t rest = 0;

	if (op->code != OP_OK)
		return false;
	if (length && json_object_get(op->args, "until"))
		return bad(op, "for", "and until exclude each other", "until と同時には指定できません");
	if (!length && !json_object_get(op->args, "until"))
		return bad(op, "for", "or until is missing: it must end some time",
			   "for か until で期限を指定してください");
	if (length && time_parse_span(&rest, length) != OK)
		return bad(op, "for", "must be a length of time such as 72h or 7d",
			   "72h や 7d のような期間で指定してください");
	if (length)
		*until = op->now + rest;
	else if (!op_instant(op, "until", until))
		return false;
	if (*until <= op->now)
		return bad(op, length ? "for" : "until", "is over already", "すでに過ぎています");
	if (*until - op->now > most)
		return bad(op, length ? "for" : "until", "is too far away", "期限が先すぎます");
	return true;
}

static bool may_ask(enum askers askers, enum keeper_asker asker)
{
	return askers == ANY_ASKER || (askers == ONLY_WEB) == (asker == ASKER_WEB);
}

/* Runs it if the user may. */
static void op_find(struct op *op, const char *name)
{
	for (size_t n = 0; n < sizeof(ops) / sizeof(ops[0]); n++) {
		if (strcmp(name, ops[n].name) != 0)
			continue;
		if (op->role < ops[n].least || !may_ask(ops[n].askers, op->asker)) {
			if (!people_begin(op, name))
				op_fail(op, OP_FORBIDDEN, NULL,
					(struct words){ "your account may not do this",
							"このアカウントには許可されていません" });
		}
		if (op->code == OP_OK)
			ops[n].run(op);
		return;
	}
	bad(op, "op", "there is no such operation", "そのような操作はありません");
}

static void op_begin(struct op *op, const json_t *request)
{
	static const struct words no_object = { "must be an object", "オブジェクトで指定してください" };
	const char *name = json_string_value(json_object_get(request, "op"));
	const char *user = json_string_value(json_object_get(request, "user"));
	const char *role = json_string_value(json_object_get(request, "role"));
	json_t *nothing = json_object();

	op->user = user && strlen(user) <= OP_NAME ? user : "";
	if (!op->user[0] && op->asker == ASKER_CONTROL)
		op->user = "console"; /* "" would be the tower itself */
	op->role = TOWER_NOBODY;
	if (role && tower_role_from_name(role, &op->role) && op->role > people_may(op))
		op->role = people_may(op);
	op->args = json_object_get(request, "args");
	if (!op->args || json_is_null(op->args))
		op->args = nothing;
	if (!name)
		bad(op, "op", "is missing", "指定してください");
	else if (!json_is_object(op->args))
		op_fail(op, OP_BAD_REQUEST, "args", no_object);
	else
		op_find(op, name);
	json_decref(nothing);
}

static const char *code_name(enum op_code code)
{
	static const char *const names[] = { "ok",       "bad_request", "forbidden", "not_found",
					     "conflict", "limit",       "failed" };

	return names[code];
}

/* `data`: what the operation wrote, if it did not fail. */
static void answer_write(FILE *answer, const struct op *op, struct span data)
{
	struct json json = json_init(answer);

	if (op->code == OP_OK) {
		fputs("{\"ok\":true,\"data\":", answer);
		fwrite(data.ptr, 1, data.len, answer);
		fputs("}\n", answer);
		return;
	}
	json_open_object(&json);
	json_put_bool(&json, "ok", false);
	json_key(&json, "error");
	words_json(&json, (struct words){ op->error.en, op->error.ja });
	json_put_string(&json, "code", code_name(op->code));
	json_close_object(&json);
	json_end_line(&json);
}

void keeper_op(struct keeper *keeper, enum keeper_asker asker, struct span request, usec_t now,
	       FILE *answer)
{
	struct op op = { .keeper = keeper, .asker = asker, .now = now, .user = "" };
	struct buffer data;
	json_t *root = request.len > REQUEST_MAX
			       ? NULL
			       : json_loadb((const char *)request.ptr, request.len,
					    JSON_REJECT_DUPLICATES, NULL);

	keeper->ops++;
	if (!buffer_open(&data)) {
		op_fail(&op, OP_FAILED, NULL, (struct words){ "not enough memory", "メモリーが足りません" });
	} else {
		op.json = &data.json;
		if (json_is_object(root))
			op_begin(&op, root);
		else
			bad(&op, NULL, "the request is no JSON object, or is too long",
			    "要求が JSON オブジェクトではないか、長すぎます");
	}
	keeper->ops_refused += op.code != OP_OK;
	answer_write(answer, &op, buffer_close(&data));
	buffer_free(&data);
	json_decref(root);
}
