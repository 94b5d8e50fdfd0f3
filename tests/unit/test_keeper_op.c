/*
 * test_keeper_op.c - operations: who may, what is refused and how it is said; people, exceptions, accounts.
 */
#include "keeper_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HASH  "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b27AA"
#define OTHER "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"

static const char *code_of(json_t *answer)
{
	return json_object_get(answer, "data") ? "ok" : text_at(answer, "code");
}

static void accounts(void)
{
	good("account_set", "{'name':'ann','role':'admin','hash':'" HASH "'}");
	good("account_set", "{'name':'olga','role':'operator','hash':'" HASH "'}");
	good("account_set", "{'name':'vera','role':'viewer','hash':'" HASH "'}");
}

/* Every operation of docs/tower.md with the least role that may ask for it; web alone has the last three. */
static const struct {
	const char *op;
	const char *least;
} ops[] = {
	{ "status", "viewer" },		{ "traffic", "viewer" },	{ "incidents", "viewer" },
	{ "incident", "viewer" },	{ "evidence", "viewer" },	{ "acknowledge", "operator" },
	{ "close", "operator" },	{ "annotate", "operator" },	{ "silence", "operator" },
	{ "exceptions", "viewer" },	{ "exception_end", "operator" }, { "level", "viewer" },
	{ "level_preview", "viewer" },	{ "level_set", "operator" },	{ "calendar_add", "operator" },
	{ "calendar_remove", "operator" }, { "log", "viewer" },		{ "tellers", "operator" },
	{ "teller_test", "operator" },	{ "accounts", "admin" },	{ "account_set", "admin" },
	{ "account_remove", "admin" },	{ "metrics", "" },		{ "health", "" },
	{ "password_set", "viewer" },	{ "login_secret", "" },		{ "login_done", "" },
	{ "actions", "viewer" },	{ "filters", "viewer" },	{ "block", "operator" },
	{ "action_accept", "operator" }, { "unblock", "operator" },	{ "undo_all", "operator" },
};

static bool is_forbidden(const char *user, const char *role, const char *op)
{
	return strcmp(code_of(ask(ASKER_WEB, user, role, op, "{}")), "forbidden") == 0;
}

static void test_roles(void **state)
{
	static const char *const users[] = { "", "vera", "olga", "ann" };
	static const char *const roles[] = { "", "viewer", "operator", "admin" };

	(void)state;
	accounts();
	for (size_t n = 0; n < sizeof(ops) / sizeof(ops[0]); n++) {
		unsigned least = 0;

		while (strcmp(roles[least], ops[n].least) != 0)
			least++;
		for (unsigned role = 0; role < 4; role++) {
			assert_int_equal(is_forbidden(users[role], roles[role], ops[n].op), role < least);
			/* web may claim what it wants: the account says what is true, */
			assert_int_equal(is_forbidden(users[role], "admin", ops[n].op), role < least);
			/* and a role that was taken for less is less. */
			assert_int_equal(is_forbidden("ann", roles[role], ops[n].op), role < least);
		}
		assert_int_equal(is_forbidden("mallory", "admin", ops[n].op), least > 0);
		assert_int_equal(is_forbidden("ann", "emperor", ops[n].op), least > 0);
	}
}

static void test_web_only(void **state)
{
	json_t *answer;

	(void)state;
	accounts();
	assert_string_equal(bad("login_secret", "{'name':'ann'}"), "forbidden");
	assert_string_equal(bad("login_done", "{'name':'ann','ok':true,'from':'x'}"), "forbidden");
	answer = ask(ASKER_WEB, "", "nobody", "login_secret", "{'name':'ann'}");
	assert_string_equal(text_at(answer, "data.hash"), HASH);
	assert_string_equal(text_at(answer, "data.role"), "admin");
	assert_string_equal(code_of(ask(ASKER_WEB, "", "", "login_secret", "{'name':'eve'}")), "not_found");
	assert_string_equal(code_of(ask(ASKER_WEB, "", "", "login_done",
					"{'name':'ann','ok':true,'from':'192.0.2.7'}")),
			    "ok");
	assert_string_equal(text_at(good("log", "{}"), "log.0.user"), "ann");
	assert_non_null(json_string_value(at(good("accounts", "{}"), "accounts.0.last_login")));
	assert_string_equal(code_of(ask(ASKER_WEB, "", "", "login_done",
					"{'name':'eve','ok':false,'from':'192.0.2.7'}")),
			    "ok");
	assert_true(json_is_null(at(good("log", "{}"), "log.0.user")));
	assert_non_null(strstr(text_at(good("log", "{}"), "log.0.what.ja"), "失敗"));
}

/* The very first account is made before anybody can log in; the second is not. */
static void test_first_account(void **state)
{
	static const char first[] = "{'name':'ann','role':'admin','hash':'" HASH "'}";

	(void)state;
	assert_string_equal(code_of(ask(ASKER_WEB, "", "nobody", "account_set",
					"{'name':'eve','role':'viewer','hash':'" HASH "'}")),
			    "forbidden");
	assert_string_equal(code_of(ask(ASKER_WEB, "", "nobody", "accounts", "{}")), "forbidden");
	assert_string_equal(code_of(ask(ASKER_WEB, "", "nobody", "account_set", first)), "ok");
	assert_string_equal(code_of(ask(ASKER_WEB, "", "nobody", "account_set",
					"{'name':'eve','role':'admin','hash':'" HASH "'}")),
			    "forbidden");
}

static void test_accounts(void **state)
{
	static const char *const wrong[] = {
		"{}",
		"{'name':'x'}",
		"{'name':'x','role':'king','hash':'" HASH "'}",
		"{'name':'x','role':'nobody','hash':'" HASH "'}",
		"{'name':'x','role':'viewer'}", /* new, and no password */
		"{'name':'x','role':'viewer','hash':'secret'}",
		"{'name':'x','role':'viewer','hash':'$argon2id$ x'}",
		"{'name':'','role':'viewer','hash':'" HASH "'}",
		"{'name':'a\\u202eb','role':'viewer','hash':'" HASH "'}",
		"{'name':'a\\u0007','role':'viewer','hash':'" HASH "'}",
		"{'name':'0123456789012345678901234567890123456789012345678901234567890123',"
		"'role':'viewer','hash':'" HASH "'}",
		"{'name':['x'],'role':'viewer','hash':'" HASH "'}",
	};
	json_t *answer;

	(void)state;
	accounts();
	for (size_t n = 0; n < sizeof(wrong) / sizeof(wrong[0]); n++)
		assert_string_equal(bad("account_set", wrong[n]), "bad_request");
	assert_int_equal(json_array_size(at(good("accounts", "{}"), "accounts")), 3);
	assert_null(json_object_get(at(good("accounts", "{}"), "accounts.0"), "hash"));
	assert_string_equal(bad("account_set", "{'name':'ann','role':'viewer'}"), "conflict");
	assert_string_equal(bad("account_remove", "{'name':'ann'}"), "conflict");
	assert_string_equal(bad("account_remove", "{'name':'eve'}"), "not_found");
	good("account_set", "{'name':'olga','role':'admin'}"); /* the password stays */
	answer = ask(ASKER_WEB, "", "", "login_secret", "{'name':'olga'}");
	assert_string_equal(text_at(answer, "data.hash"), HASH);
	good("account_remove", "{'name':'ann'}");
	assert_true(is_forbidden("ann", "admin", "status")); /* a session that is still open */
	good("account_set", "{'name':'olga','role':'admin','hash':'" OTHER "'}");
	answer = ask(ASKER_WEB, "", "", "login_secret", "{'name':'olga'}");
	assert_string_equal(text_at(answer, "data.hash"), OTHER);
	good("account_set", "{'name':'管理者','role':'viewer','hash':'" HASH "'}");
}

/* The own password, asked for by web alone; no argument makes it another's. */
static void test_password(void **state)
{
	json_t *answer;

	(void)state;
	accounts();
	assert_string_equal(bad("password_set", "{'hash':'" OTHER "'}"), "forbidden");
	assert_string_equal(code_of(ask(ASKER_WEB, "vera", "viewer", "password_set", "{}")), "bad_request");
	assert_string_equal(code_of(ask(ASKER_WEB, "vera", "viewer", "password_set", "{'hash':'secret'}")),
			    "bad_request");
	answer = ask(ASKER_WEB, "vera", "viewer", "password_set",
		     "{'hash':'" OTHER "','name':'ann','role':'admin'}");
	assert_string_equal(code_of(answer), "ok");
	answer = ask(ASKER_WEB, "", "", "login_secret", "{'name':'vera'}");
	assert_string_equal(text_at(answer, "data.hash"), OTHER);
	assert_string_equal(text_at(answer, "data.role"), "viewer");
	answer = ask(ASKER_WEB, "", "", "login_secret", "{'name':'ann'}");
	assert_string_equal(text_at(answer, "data.hash"), HASH);
	assert_string_equal(text_at(good("log", "{}"), "log.0.user"), "vera");
}

static void test_no_request(void **state)
{
	static const char *const wrong[] = {
		"", "{", "null", "[]", "3", "\"status\"", "{}", "{\"op\":3}", "{\"op\":null}",
		"{\"op\":\"\"}", "{\"op\":\"nothing\"}", "{\"op\":\"status\",\"op\":\"health\"}",
		"{\"op\":\"status\",\"args\":[]}", "{\"op\":\"status\",\"args\":\"\"}",
		"{\"op\":\"status\"} x", "{\"op\":\"status\\u0000\"}", "{\"op\":\"\xff\"}",
	};
	char *deep = malloc(70000);

	(void)state;
	assert_non_null(deep);
	for (size_t n = 0; n < sizeof(wrong) / sizeof(wrong[0]); n++) {
		struct span request = { (const uint8_t *)wrong[n], strlen(wrong[n]) };

		assert_string_equal(code_of(ask_raw(ASKER_CONTROL, request)), "bad_request");
	}
	memset(deep, '[', 70000);
	assert_string_equal(code_of(ask_raw(ASKER_CONTROL, (struct span){ (uint8_t *)deep, 60000 })),
			    "bad_request");
	memset(deep, ' ', 70000); /* well-formed, but too long */
	memcpy(deep, "{\"op\":\"health\"}", 15);
	assert_string_equal(code_of(ask_raw(ASKER_CONTROL, (struct span){ (uint8_t *)deep, 65536 })), "ok");
	assert_string_equal(code_of(ask_raw(ASKER_CONTROL, (struct span){ (uint8_t *)deep, 65537 })),
			    "bad_request");
	free(deep);
}

static void test_arguments(void **state)
{
	static const char *const ids[] = {
		"{}", "{'id':0}", "{'id':-1}", "{'id':1.5}", "{'id':'x'}", "{'id':'1x'}", "{'id':''}",
		"{'id':true}", "{'id':[1]}", "{'id':'99999999999999999999999999'}",
		"{'id':9223372036854775808}", "{'id':1e400}",
	};
	static const char *const lists[] = {
		"{'limit':0}", "{'limit':201}", "{'state':'ajar'}", "{'state':1}", "{'severity':'awful'}",
		"{'rule':7}", "{'before':'x'}", "{'text':''}",
	};

	(void)state;
	flood_opens(1);
	for (size_t n = 0; n < sizeof(ids) / sizeof(ids[0]); n++) {
		assert_string_equal(bad("incident", ids[n]), "bad_request");
		assert_string_equal(bad("evidence", ids[n]), "bad_request");
		assert_string_equal(bad("acknowledge", ids[n]), "bad_request");
	}
	for (size_t n = 0; n < sizeof(lists) / sizeof(lists[0]); n++)
		assert_string_equal(bad("incidents", lists[n]), "bad_request");
	assert_string_equal(bad("incident", "{'id':9223372036854775807}"), "not_found");
	assert_string_equal(bad("traffic", "{'minutes':0}"), "bad_request");
	assert_string_equal(bad("traffic", "{'minutes':10081}"), "bad_request");
	assert_string_equal(bad("log", "{'limit':100000}"), "bad_request");
	assert_non_null(strstr(text_at(ask(ASKER_CONTROL, "root", "admin", "annotate", "{'id':1}"),
				       "error.ja"),
			       "text：指定"));
	good("incident", "{'id':'1'}"); /* as it comes from an address */
}

static void test_list(void **state)
{
	struct incident i = flood(3);
	json_t *list;

	(void)state;
	flood_opens(1);
	flood_opens(2);
	i.rule = "scan";
	i.vector = VECTOR_NONE;
	i.severity = SEVERITY_WARNING;
	keeper_incident(tower.keeper, &i, INCIDENT_OPENED, tower.now);
	list = good("incidents", "{'limit':2}");
	assert_int_equal(json_array_size(at(list, "incidents")), 2);
	assert_int_equal(number_at(list, "incidents.0.id"), 2); /* the most severe, then the newest */
	assert_int_equal(number_at(list, "incidents.1.id"), 1);
	assert_true(json_is_true(at(list, "more")));
	list = good("incidents", "{'limit':2,'before':1}");
	assert_int_equal(number_at(list, "incidents.0.id"), 3);
	assert_false(json_is_true(at(list, "more")));
	assert_int_equal(json_array_size(at(good("incidents", "{'rule':'scan'}"), "incidents")), 1);
	assert_int_equal(json_array_size(at(good("incidents", "{'severity':'high'}"), "incidents")), 2);
	assert_int_equal(json_array_size(at(good("incidents", "{'text':'113.2:'}"), "incidents")), 1);
	assert_int_equal(json_array_size(at(good("incidents", "{'text':'%'}"), "incidents")), 0);
	assert_int_equal(json_array_size(at(good("incidents", "{'state':'closed'}"), "incidents")), 0);
}

static void test_acknowledge(void **state)
{
	json_t *found;

	(void)state;
	flood_opens(1);
	found = good("acknowledge", "{'id':1,'note':'called the provider'}");
	assert_string_equal(text_at(found, "acknowledged.by"), "root");
	assert_string_equal(text_at(found, "notes.0.text"), "called the provider");
	assert_string_equal(text_at(found, "notes.0.user"), "root");
	found = good("annotate", "{'id':1,'text':'<b>second</b>\\n\\u202e'}");
	assert_string_equal(text_at(found, "notes.1.text"), "<b>second</b>\n\xe2\x80\xae");
	assert_string_equal(bad("annotate", "{'id':2,'text':'x'}"), "not_found");
	assert_string_equal(bad("acknowledge", "{'id':2}"), "not_found");
	assert_string_equal(text_at(good("log", "{}"), "log.0.what.en"),
			    "Note added: incident 1, SYN flood");
	assert_true(tower_pushed("incident") >= 2);
	for (unsigned n = 2; n < 100; n++)
		good("annotate", "{'id':1,'text':'x'}");
	assert_string_equal(bad("annotate", "{'id':1,'text':'x'}"), "limit");
}

/* A command line that does not say who it is, is still no deed of the tower itself. */
static void test_nameless(void **state)
{
	(void)state;
	assert_string_equal(code_of(ask(ASKER_CONTROL, "", "admin", "level_set",
					"{'to':'high','reason':'x','for':'1h'}")),
			    "ok");
	assert_string_equal(text_at(good("level", "{}"), "by"), "console");
	assert_string_equal(code_of(ask(ASKER_CONTROL, "", "", "level", "{}")), "forbidden");
}

static void test_close(void **state)
{
	struct incident i = flood(1);
	json_t *found;

	(void)state;
	i.ongoing = false;
	keeper_incident(tower.keeper, &i, INCIDENT_OPENED, tower.now);
	assert_string_equal(bad("close", "{'id':1}"), "bad_request");
	found = good("close", "{'id':1,'reason':'a test of ours'}");
	assert_string_equal(text_at(found, "state"), "closed");
	assert_string_equal(text_at(found, "acknowledged.by"), "root");
	assert_string_equal(text_at(good("log", "{}"), "log.0.reason"), "a test of ours");
	tower_pass(1);
	assert_string_equal(text_at(good("incident", "{'id':1}"), "state"), "closed");
	tower_restart();
	assert_string_equal(text_at(good("status", "{}"), "answer.state"), "calm");
}

static void test_silence(void **state)
{
	struct incident other = flood(1);
	json_t *exception;

	(void)state;
	flood_opens(1);
	exception = good("silence", "{'id':1,'reason':'a load test','for':'7d'}");
	assert_string_equal(text_at(exception, "rule"), "flood");
	assert_string_equal(text_at(exception, "whom"), "203.0.113.1:443");
	assert_int_equal(number_at(exception, "matched"), 1);
	assert_int_equal(number_at(exception, "id"), 1);
	assert_int_equal(number_at(good("incident", "{'id':1}"), "silenced"), 1);
	other.key = 99; /* another of the same kind between the same */
	other.id = 2;
	assert_int_equal(keeper_incident(tower.keeper, &other, INCIDENT_OPENED, tower.now), 2);
	flood_opens(3); /* of another target */
	assert_int_equal(tower.tell_count, 2);
	assert_int_equal(tower.tells[1].incident, 3);
	assert_int_equal(number_at(good("exceptions", "{}"), "exceptions.0.matched"), 2);
	assert_int_equal(number_at(good("status", "{}"), "tiles.0.open"), 1);
	tower_pass(1);
	tower_restart(); /* it is in force again */
	other.key = 100;
	keeper_incident(tower.keeper, &other, INCIDENT_OPENED, tower.now);
	assert_int_equal(tower.tell_count, 2);
	tower_jump(7 * 24 * 3600 * USEC_PER_SEC); /* it ends: what goes on is told */
	assert_true(tower.tell_count > 2);
	assert_non_null(strstr(text_at(good("log", "{}"), "log.0.what.en"), "its time is over"));
}

static void test_breadth(void **state)
{
	struct incident i = flood(1);
	uint8_t attacker[] = { 198, 51, 100, 9 };
	struct ip ip = ip_from_v4(attacker);

	(void)state;
	i.who = entity_ip(&ip);
	keeper_incident(tower.keeper, &i, INCIDENT_OPENED, tower.now);
	i = flood(2);
	i.who = entity_ip(&ip);
	keeper_incident(tower.keeper, &i, INCIDENT_OPENED, tower.now);
	assert_string_equal(bad("silence", "{'id':1,'reason':'x','for':'1h','breadth':'world'}"), "bad_request");
	good("silence", "{'id':1,'reason':'our scanner','until':'2023-11-20T00:00:00Z','breadth':'rule_source'}");
	assert_int_equal(number_at(good("exceptions", "{}"), "exceptions.0.matched"), 2);
	assert_true(json_is_null(at(good("exceptions", "{}"), "exceptions.0.whom")));
	good("exception_end", "{'id':1,'reason':'tested enough'}");
	assert_true(json_is_null(at(good("incident", "{'id':2}"), "silenced")));
	assert_non_null(json_string_value(at(good("exceptions", "{}"), "exceptions.0.ended")));
	assert_string_equal(bad("exception_end", "{'id':1,'reason':'again'}"), "not_found");
}

static void test_silence_wrong(void **state)
{
	static const char *const wrong[] = {
		"{'id':1}", "{'id':1,'for':'1h'}", "{'id':1,'reason':'x'}", "{'reason':'x','for':'1h'}",
		"{'id':1,'reason':'x','for':'2y'}", "{'id':1,'reason':'x','for':'400d'}",
		"{'id':1,'reason':'','for':'1h'}", "{'id':1,'reason':{},'for':'1h'}",
	};

	(void)state;
	flood_opens(1);
	for (size_t n = 0; n < sizeof(wrong) / sizeof(wrong[0]); n++)
		assert_string_equal(bad("silence", wrong[n]), "bad_request");
	assert_string_equal(bad("silence", "{'id':2,'reason':'x','for':'1h'}"), "not_found");
	assert_int_equal(json_array_size(at(good("exceptions", "{}"), "exceptions")), 0);
}

static void test_log(void **state)
{
	json_t *log;

	(void)state;
	flood_opens(1);
	for (unsigned n = 0; n < 5; n++)
		good("annotate", "{'id':1,'text':'x'}");
	log = good("log", "{'limit':3}");
	assert_int_equal(json_array_size(at(log, "log")), 3);
	assert_true(json_is_true(at(log, "more")));
	assert_int_equal(number_at(log, "log.2.id"), 3);
	log = good("log", "{'limit':3,'before':3}");
	assert_int_equal(json_array_size(at(log, "log")), 2);
	assert_false(json_is_true(at(log, "more")));
}

static void test_tellers(void **state)
{
	json_t *all = good("tellers", "{}");

	(void)state;
	assert_int_equal(json_array_size(at(all, "targets")), 2);
	assert_string_equal(text_at(all, "targets.0.name"), "office");
	assert_string_equal(text_at(all, "targets.0.least"), "high");
	assert_int_equal(number_at(all, "targets.0.waiting"), 0);
	all = at(good("teller_test", "{'name':'office'}"), "queued");
	assert_true(json_is_true(all));
	assert_int_equal(tower.tests, 1);
	assert_string_equal(bad("teller_test", "{'name':'nowhere'}"), "not_found");
	assert_string_equal(bad("teller_test", "{}"), "bad_request");
	tower.tests_full = true;
	assert_string_equal(bad("teller_test", "{'name':'office'}"), "limit");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TOWER(test_roles),	     WITH_TOWER(test_web_only),	      WITH_TOWER(test_first_account),
		WITH_TOWER(test_accounts),   WITH_TOWER(test_password),	      WITH_TOWER(test_no_request),     WITH_TOWER(test_arguments),
		WITH_TOWER(test_list),	     WITH_TOWER(test_acknowledge),    WITH_TOWER(test_close),
		WITH_TOWER(test_silence),    WITH_TOWER(test_breadth),	      WITH_TOWER(test_silence_wrong),
		WITH_TOWER(test_log),	     WITH_TOWER(test_tellers),     WITH_TOWER(test_nameless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
