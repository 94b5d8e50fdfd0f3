/* login.c - passwords become sessions; what the web process answers without the keeper or for itself. */
#include "web/web_private.h"

#include "base/text.h"
#include "web/password.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define COOKIE_TEXT 160

const char *web_cookie(const struct web *web)
{
	return web->settings.tls_cert ? COOKIE_TLS : COOKIE_PLAIN;
}

static const char *arg(const struct request *r, const char *name)
{
	return json_string_value(json_object_get(r->args, name));
}

/* A name that can be told and shown: no control characters, nothing that hides or reorders. */
static bool name_is_sound(const char *name)
{
	struct span rest = text_span(name ? name : "");

	if (rest.len == 0 || rest.len >= SESSION_NAME)
		return false;
	while (rest.len > 0)
		if (rune_is_hidden(text_rune(&rest)))
			return false;
	return true;
}

/* `token` "": the browser forgets it. */
static void set_cookie(struct request *r, struct reply reply, const char *token)
{
	char text[COOKIE_TEXT];

	snprintf(text, sizeof(text), "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
		 web_cookie(r->web), token, r->web->settings.tls_cert ? "; Secure" : "",
		 token[0] ? "" : "; Max-Age=0");
	if (reply.response)
		MHD_add_response_header(reply.response, MHD_HTTP_HEADER_SET_COOKIE, text);
}

static struct reply reply_session(const struct web *web, const struct session *session)
{
	return reply_data(json_pack("{s:s,s:s,s:s,s:I}", "name", session->name, "role",
				    tower_role_name(session->role), "csrf", session->csrf,
				    "seconds",
				    session_left(web->sessions, session, web->now) / USEC_PER_SEC));
}

/* A new session, whatever the browser had before: nobody can have chosen its token. */
static void session_begin(struct request *r, const char *name, enum tower_role role)
{
	struct web *web = r->web;
	char token[SESSION_TOKEN];
	const struct session *session;
	struct reply reply;

	if (r->session)
		sessions_end(web->sessions, r->session);
	session = sessions_begin(web->sessions, name, role, web->now, token);
	r->caller->known = true;
	reply = reply_session(web, session);
	set_cookie(r, reply, token);
	sodium_memzero(token, sizeof(token));
	request_reply(r, reply);
}

/* Refuses when it is too early for one more try. */
static bool pace_allows(struct request *r, const char *name)
{
	usec_t wait = pace_try(r->web->pace, name, &r->caller->ip, r->web->now);
	char seconds[24];

	if (wait == 0)
		return true;
	request_refuse(r, REFUSE_PACE);
	snprintf(seconds, sizeof(seconds), "%lld", (long long)(1 + (wait - 1) / USEC_PER_SEC));
	if (r->reply.response)
		MHD_add_response_header(r->reply.response, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
	return false;
}

static void login_tell(struct request *r, const char *name, bool ok)
{
	char from[IP_TEXT];

	web_tell(r->web, "login_done", json_pack("{s:s,s:b,s:s}", "name", name, "ok", ok, "from",
						 ip_text(&r->caller->ip, from)));
}

static void then_login(struct request *r, const json_t *answer, struct span json)
{
	json_t *data = json_object_get(answer, "data");
	const char *hash = json_string_value(json_object_get(data, "hash"));
	const char *role_name = json_string_value(json_object_get(data, "role"));
	const char *code = json_string_value(json_object_get(answer, "code"));
	enum tower_role role = TOWER_NOBODY;
	bool ok;

	(void)json;
	if (!data && (!code || strcmp(code, "not_found") != 0)) {
		request_refuse(r, REFUSE_KEEPER);
		return;
	}
	ok = password_check(hash, arg(r, "password"));
	ok = ok && role_name && tower_role_from_name(role_name, &role);
	r->web->logins += ok;
	r->web->logins_failed += !ok;
	login_tell(r, arg(r, "name"), ok);
	if (!ok) {
		request_refuse(r, REFUSE_PASSWORD);
		return;
	}
	pace_passed(r->web->pace, arg(r, "name"), &r->caller->ip, r->web->now);
	session_begin(r, arg(r, "name"), role);
}

void request_login(struct request *r)
{
	const char *name = arg(r, "name"), *password = arg(r, "password");

	if (!name_is_sound(name) || !password || strlen(password) > PASSWORD_MAX) {
		request_refuse(r, REFUSE_FORM);
		return;
	}
	if (pace_allows(r, name))
		request_ask(r, "login_secret", json_pack("{s:s}", "name", name), then_login);
}

/* Puts the hash of the password in its place; false: it was refused. */
static bool hash_password(struct request *r)
{
	const char *password = arg(r, "password");
	const char *const *trouble = password_trouble(password);
	char hash[PASSWORD_HASH];

	if (trouble) {
		request_reply(r, reply_trouble("bad_request", trouble[0], trouble[1]));
		return false;
	}
	if (!password_hash(password, hash)) {
		request_refuse(r, REFUSE_BUSY);
		return false;
	}
	json_object_del(r->args, "password");
	json_object_set_new(r->args, "hash", json_string(hash));
	return true;
}

static bool is_ok(const json_t *answer)
{
	return json_is_true(json_object_get(answer, "ok"));
}

static void then_setup(struct request *r, const json_t *answer, struct span json)
{
	r->web->setup = !is_ok(answer);
	if (r->web->setup)
		request_pass(r, answer, json);
	else
		session_begin(r, arg(r, "name"), TOWER_ADMIN);
}

static bool setup_token_matches(const struct request *r)
{
	const char *token = arg(r, "token"), *right = r->web->settings.setup_token;

	return r->web->setup && token && strlen(token) == strlen(right) &&
	       sodium_memcmp(token, right, strlen(right)) == 0;
}

void request_setup(struct request *r)
{
	if (!name_is_sound(arg(r, "name")) || !arg(r, "password")) {
		request_refuse(r, REFUSE_FORM);
		return;
	}
	if (!pace_allows(r, ""))
		return;
	if (!setup_token_matches(r)) {
		request_refuse(r, REFUSE_SETUP);
		return;
	}
	json_object_del(r->args, "token");
	json_object_set_new(r->args, "role", json_string(tower_role_name(TOWER_ADMIN)));
	if (!hash_password(r))
		return;
	r->web->setup = false; /* none besides while it is on its way */
	request_ask(r, "account_set", json_incref(r->args), then_setup);
}

void request_whoami(struct request *r)
{
	struct web *web = r->web;
	const char *token = MHD_lookup_connection_value(r->connection, MHD_COOKIE_KIND,
							web_cookie(web));
	const struct session *session = token ? sessions_find(web->sessions, token, web->now) : NULL;

	if (session)
		request_reply(r, reply_session(web, session));
	else
		request_reply(r, reply_data(json_pack("{s:n,s:b}", "name", "setup", web->setup)));
}

void request_logout(struct request *r)
{
	struct reply reply = reply_data(json_object());

	sessions_end(r->web->sessions, r->session);
	set_cookie(r, reply, "");
	request_reply(r, reply);
}

/* Whoever's account has changed logs in again: with the new password, in the new role. */
static void then_account(struct request *r, const json_t *answer, struct span json)
{
	if (is_ok(answer))
		sessions_end_of(r->web->sessions, arg(r, "name"));
	request_pass(r, answer, json);
}

void request_account(struct request *r)
{
	if (!name_is_sound(arg(r, "name")) || json_object_get(r->args, "hash")) {
		request_refuse(r, REFUSE_FORM);
		return;
	}
	if (!json_object_get(r->args, "password"))
		request_ask(r, r->route->op, json_incref(r->args), then_account);
	else if (!arg(r, "password"))
		request_refuse(r, REFUSE_FORM);
	else if (hash_password(r))
		request_ask(r, r->route->op, json_incref(r->args), then_account);
}

/* All sessions of the user end, whoever has them; this browser gets a new one. */
static void then_password(struct request *r, const json_t *answer, struct span json)
{
	if (!is_ok(answer)) {
		request_pass(r, answer, json);
		return;
	}
	sessions_end_of(r->web->sessions, r->user);
	session_begin(r, r->user, r->role);
}

static void then_old_password(struct request *r, const json_t *answer, struct span json)
{
	json_t *data = json_object_get(answer, "data");

	(void)json;
	if (!data) {
		request_refuse(r, REFUSE_KEEPER);
		return;
	}
	if (!password_check(json_string_value(json_object_get(data, "hash")), arg(r, "old"))) {
		login_tell(r, r->user, false);
		request_reply(r, reply_trouble("bad_request", "The present password is wrong.",
					       "現在のパスワードが違います。"));
		return;
	}
	pace_passed(r->web->pace, r->user, &r->caller->ip, r->web->now);
	if (!hash_password(r))
		return;
	request_ask(r, r->route->op,
		    json_pack("{s:O}", "hash", json_object_get(r->args, "hash")), then_password);
}

/* A session that somebody else has got hold of is not enough to lock its user out. */
void request_password(struct request *r)
{
	const char *old = arg(r, "old");

	if (!old || strlen(old) > PASSWORD_MAX || !arg(r, "password"))
		request_refuse(r, REFUSE_FORM);
	else if (pace_allows(r, r->user))
		request_ask(r, "login_secret", json_pack("{s:s}", "name", r->user), then_old_password);
}
