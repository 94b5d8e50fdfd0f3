/* op_people.c - who may log in and do what, what they did, and who is told. */
#include "keeper/keeper_private.h"
#include "keeper/op.h"
#include "store/store_account.h"
#include "store/store_message.h"

#include "base/text.h"

#include <string.h>

#define LOG_USUAL 50
#define LOG_MAX   200
#define HASH_MAX  127 /* crypto_pwhash_STRBYTES of libsodium, without the NUL */
#define FROM_MAX  64

struct account {
	char hash[HASH_MAX + 1];
	enum tower_role role;
	bool found;
};

static bool account_visit(void *whom, const struct store_account *stored)
{
	struct account *account = whom;

	snprintf(account->hash, sizeof(account->hash), "%s", stored->hash);
	account->found = tower_role_from_name(stored->role, &account->role);
	return false;
}

static enum err account_get(struct op *op, const char *name, struct account *account)
{
	memset(account, 0, sizeof(*account));
	return store_account_get(op->keeper->store, name, account_visit, account);
}

enum tower_role people_may(const struct op *op)
{
	struct account account = { .role = TOWER_NOBODY };

	if (op->asker == ASKER_CONTROL)
		return TOWER_ADMIN;
	if (!op->user[0] ||
	    store_account_get(op->keeper->store, op->user, account_visit, &account) != OK)
		return TOWER_NOBODY;
	return account.role;
}

static bool any_visit(void *whom, const struct store_account *stored)
{
	bool *any = whom;

	(void)stored;
	*any = true;
	return false;
}

bool people_begin(const struct op *op, const char *name)
{
	const char *role = json_string_value(json_object_get(op->args, "role"));
	bool any = false;

	return op->asker == ASKER_WEB && strcmp(name, "account_set") == 0 && role &&
	       strcmp(role, tower_role_name(TOWER_ADMIN)) == 0 &&
	       store_account_list(op->keeper->store, any_visit, &any) == OK && !any;
}

static bool log_visit(void *whom, uint64_t id, const struct store_act *act)
{
	struct json *json = whom;

	json_open_object(json);
	json_put_uint(json, "id", id);
	time_put(json, "at", act->at);
	json_put_string(json, "user", act->user[0] ? act->user : NULL);
	json_key(json, "what");
	words_text_json(json, act->what);
	json_put_string(json, "reason", act->reason);
	json_close_object(json);
	return true;
}

/* Whether there is one more page. */
struct log_page {
	struct json *json;
	uint64_t left;
	bool more;
};

static bool page_visit(void *whom, uint64_t id, const struct store_act *act)
{
	struct log_page *page = whom;

	page->more = page->left == 0;
	if (page->more)
		return false;
	page->left--;
	return log_visit(page->json, id, act);
}

void op_log(struct op *op)
{
	struct log_page page = { op->json, op_number(op, "limit", LOG_MAX, LOG_USUAL), false };
	uint64_t before = op_number(op, "before", INT64_MAX, 0);

	if (op->code != OP_OK)
		return;
	json_open_object(op->json);
	json_put_array(op->json, "log");
	op_stored(op, store_log_list(op->keeper->store, before, (uint32_t)page.left + 1, page_visit, &page));
	json_close_array(op->json);
	json_put_bool(op->json, "more", page.more);
	json_close_object(op->json);
}

/* What became of the messages for one target. */
struct target_of {
	struct json *json;
	const char *name;
	bool found;
};

static void target_counts(struct json *json, const struct store_target *stored)
{
	json_put_uint(json, "waiting", stored->waiting);
	json_put_uint(json, "sent", stored->sent);
	json_put_uint(json, "failed", stored->failed);
	json_put_string(json, "last_error", stored->last_error[0] ? stored->last_error : NULL);
}

static bool target_visit(void *whom, const struct store_target *stored)
{
	struct target_of *of = whom;

	if (strcmp(of->name, stored->name) != 0)
		return true;
	target_counts(of->json, stored);
	of->found = true;
	return false;
}

void op_tellers(struct op *op)
{
	static const struct store_target none = { .last_error = "" };
	const struct keeper_settings *settings = &op->keeper->settings;

	json_open_object(op->json);
	json_put_array(op->json, "targets");
	for (size_t n = 0; n < settings->target_count; n++) {
		struct target_of of = { op->json, settings->targets[n].name, false };

		json_open_object(op->json);
		json_put_string(op->json, "name", of.name);
		json_put_string(op->json, "kind", settings->targets[n].kind);
		json_put_string(op->json, "least", severity_name(settings->targets[n].least));
		op_stored(op, store_target_list(op->keeper->store, target_visit, &of));
		if (!of.found)
			target_counts(op->json, &none);
		json_close_object(op->json);
	}
	json_close_array(op->json);
	json_close_object(op->json);
}

/* Something that a person did, about a name. */
static void act_fill(struct store_act *act, char what[STORE_TEXT], const struct op *op,
		     const struct said *said)
{
	*act = (struct store_act){ .at = op->now, .user = op->user, .reason = "",
				   .what = words_text(what, said_words(said)) };
}

void op_teller_test(struct op *op)
{
	const struct keeper *keeper = op->keeper;
	const char *name = op_text(op, "name", OP_NAME);
	char what[STORE_TEXT];
	struct store_act act;
	struct said said;
	size_t n = 0;

	if (!name)
		return;
	while (n < keeper->settings.target_count && strcmp(keeper->settings.targets[n].name, name) != 0)
		n++;
	if (n == keeper->settings.target_count) {
		op_stored(op, ERR_EMPTY);
		return;
	}
	if (!keeper->out.test(keeper->out.whom, name)) {
		op_fail(op, OP_LIMIT, NULL, (struct words){ "too many messages wait already",
							   "送信待ちのメッセージが多すぎます" });
		return;
	}
	said_en(&said, "Test message to %s", name);
	said_ja(&said, "%s へテストメッセージを送りました", name);
	act_fill(&act, what, op, &said);
	if (!op_stored(op, store_log_add(keeper->store, &act)))
		return;
	json_open_object(op->json);
	json_put_bool(op->json, "queued", true);
	json_close_object(op->json);
}

static bool account_json(void *whom, const struct store_account *account)
{
	struct json *json = whom;

	json_open_object(json);
	json_put_string(json, "name", account->name);
	json_put_string(json, "role", account->role);
	time_put(json, "created", account->created);
	time_put(json, "last_login", account->last_login);
	json_close_object(json);
	return true;
}

void op_accounts(struct op *op)
{
	json_open_object(op->json);
	json_put_array(op->json, "accounts");
	op_stored(op, store_account_list(op->keeper->store, account_json, op->json));
	json_close_array(op->json);
	json_close_object(op->json);
}

/* Names are shown, compared and logged: nothing in them may hide or reorder. */
static bool name_is_sound(const char *name)
{
	struct span rest = text_span(name);

	while (rest.len > 0)
		if (rune_is_hidden(text_rune(&rest)))
			return false;
	return true;
}

/* The name of an account; NULL: it failed. */
static const char *account_name(struct op *op)
{
	const char *name = op_text(op, "name", OP_NAME - 1);

	if (name && name_is_sound(name))
		return name;
	op_fail(op, OP_BAD_REQUEST, "name",
		(struct words){ "has characters that cannot be seen", "表示できない文字が含まれています" });
	return NULL;
}

/* Another administrator than this one. */
struct admin {
	const char *but;
	bool found;
};

static bool admin_visit(void *whom, const struct store_account *account)
{
	struct admin *admin = whom;

	admin->found = strcmp(account->role, tower_role_name(TOWER_ADMIN)) == 0 &&
		       strcmp(account->name, admin->but) != 0;
	return !admin->found;
}

/* False: it failed, since nobody could administer the tower without this one. */
static bool admin_remains(struct op *op, const char *but)
{
	struct admin admin = { .but = but };

	if (!op_stored(op, store_account_list(op->keeper->store, admin_visit, &admin)))
		return false;
	return admin.found || op_fail(op, OP_CONFLICT, NULL,
				      (struct words){ "it is the last administrator",
						      "最後の管理者です" });
}

static bool hash_is_sound(const char *hash)
{
	return strncmp(hash, "$argon2id$", 10) == 0 &&
	       hash[strspn(hash, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/$=,")] ==
		       '\0';
}

/* False: it failed, if there is one at all. */
static bool account_hash(struct op *op, const char *hash)
{
	return !hash || hash_is_sound(hash) ||
	       op_fail(op, OP_BAD_REQUEST, "hash",
		       (struct words){ "must be one of Argon2id",
				       "Argon2id のハッシュを指定してください" });
}

/* The role and the hash of the arguments. False: it failed. */
static bool account_arguments(struct op *op, struct store_account *account)
{
	const char *role = op_text(op, "role", OP_NAME);
	enum tower_role known;

	account->role = role;
	account->hash = op_text_if(op, "hash", HASH_MAX);
	if (op->code != OP_OK)
		return false;
	if (!tower_role_from_name(role, &known))
		return op_fail(op, OP_BAD_REQUEST, "role",
			       (struct words){ "must be viewer, operator or admin",
					       "viewer、operator、admin のいずれかを指定してください" });
	return account_hash(op, account->hash);
}

void op_account_set(struct op *op)
{
	struct store_account account = { .name = account_name(op) };
	struct account before;
	char what[STORE_TEXT];
	struct store_act act;
	struct said said;
	enum err err;

	if (!account.name || !account_arguments(op, &account))
		return;
	err = account_get(op, account.name, &before);
	if (err != OK && err != ERR_EMPTY) {
		op_stored(op, err);
		return;
	}
	if (err == ERR_EMPTY && !account.hash) {
		op_text(op, "hash", HASH_MAX);
		return;
	}
	if (err == OK && before.role == TOWER_ADMIN &&
	    strcmp(account.role, tower_role_name(TOWER_ADMIN)) != 0 && !admin_remains(op, account.name))
		return;
	said_en(&said, "Account %s: role %s%s", account.name, account.role,
		account.hash ? ", with a new password" : "");
	said_ja(&said, "アカウント %s：役割 %s%s", account.name, account.role,
		account.hash ? "、パスワードを設定" : "");
	act_fill(&act, what, op, &said);
	if (op_stored(op, store_account_set(op->keeper->store, &account, &act)))
		op_stored(op, store_account_get(op->keeper->store, account.name, account_json, op->json));
}

/* Of the own account alone: no argument names another. */
void op_password_set(struct op *op)
{
	struct store_account account = { .name = op->user, .hash = op_text(op, "hash", HASH_MAX) };
	struct account before;
	char what[STORE_TEXT];
	struct store_act act;
	struct said said;

	if (!account.hash || !account_hash(op, account.hash) ||
	    !op_stored(op, account_get(op, op->user, &before)))
		return;
	account.role = tower_role_name(before.role);
	said_en(&said, "A new password, set by its user");
	said_ja(&said, "本人がパスワードを変更しました");
	act_fill(&act, what, op, &said);
	if (!op_stored(op, store_account_set(op->keeper->store, &account, &act)))
		return;
	json_open_object(op->json);
	json_close_object(op->json);
}

void op_account_remove(struct op *op)
{
	const char *name = account_name(op);
	struct account account;
	char what[STORE_TEXT];
	struct store_act act;
	struct said said;

	if (!name || !op_stored(op, account_get(op, name, &account)) ||
	    (account.role == TOWER_ADMIN && !admin_remains(op, name)))
		return;
	said_en(&said, "Account %s removed", name);
	said_ja(&said, "アカウント %s を削除しました", name);
	act_fill(&act, what, op, &said);
	if (!op_stored(op, store_account_remove(op->keeper->store, name, &act)))
		return;
	json_open_object(op->json);
	json_close_object(op->json);
}

void op_login_secret(struct op *op)
{
	const char *name = account_name(op);
	struct account account;

	if (!name || !op_stored(op, account_get(op, name, &account)))
		return;
	json_open_object(op->json);
	json_put_string(op->json, "hash", account.hash);
	json_put_string(op->json, "role", tower_role_name(account.role));
	json_close_object(op->json);
}

void op_login_done(struct op *op)
{
	const char *name = account_name(op), *from = op_text(op, "from", FROM_MAX);
	bool ok = json_is_true(json_object_get(op->args, "ok"));
	char what[STORE_TEXT];
	struct store_act act;
	struct said said;

	if (!name || !from)
		return;
	if (ok) {
		said_en(&said, "Logged in from %s", from);
		said_ja(&said, "%s からログインしました", from);
	} else {
		said_en(&said, "A login failed, from %s, as: %s", from, name);
		said_ja(&said, "%s からのログインに失敗しました：%s", from, name);
	}
	act_fill(&act, what, op, &said);
	act.user = ok ? name : "";
	if (!op_stored(op, store_log_add(op->keeper->store, &act)) ||
	    (ok && !op_stored(op, store_account_login(op->keeper->store, name, op->now))))
		return;
	json_open_object(op->json);
	json_close_object(op->json);
}
