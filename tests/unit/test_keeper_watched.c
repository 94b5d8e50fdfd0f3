/* test_keeper_watched.c - documents of the watches without packets: what is kept, shown, told, and asked for by whom. */
#include "keeper_test.h"

#include "base/pen.h"
#include "base/text.h"
#include "policy/tower.h"
#include "watched/watched.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OFFICE                                                                                                         \
	"'name':'office','tool':'restic','place':'/srv/backup','media':'disk','offsite':false,'say':{'en':'Good.','ja':" \
	"'正常です。'}"
#define SHOP "'name':'shop','url':'https://shop.example/','say':{'en':'Well.','ja':'正常です。'}"

static struct watched *watched;

/* What went to a watch. */
static struct {
	unsigned count;
	bool refuse;
	enum watcher to;
	char json[2048];
} asked;

static bool take_request(void *whom, enum watcher to, struct span json)
{
	assert_null(whom);
	asked.count++;
	asked.to = to;
	snprintf(asked.json, sizeof(asked.json), "%.*s", (int)json.len, (const char *)json.ptr);
	return !asked.refuse;
}

static int begin(void **state)
{
	if (tower_begin(state) != 0)
		return -1;
	memset(&asked, 0, sizeof(asked));
	watched = watched_new(tower.keeper, &(struct watched_out){ NULL, take_request });
	return watched ? 0 : -1;
}

static int end(void **state)
{
	watched_free(watched);
	return tower_end(state);
}

#define WITH_WATCHED(test) cmocka_unit_test_setup_teardown(test, begin, end)

/* A second goes by for the watches, too. */
static void pass(unsigned seconds)
{
	while (seconds-- > 0) {
		tower_pass(1);
		watched_due(watched, tower.now);
	}
}

static void frame(enum watcher from, unsigned kind, unsigned news, const char *name, const char *json)
{
	size_t size = 3 + strlen(name) + strlen(json);
	uint8_t *room = malloc(size);
	struct pen pen = pen_init(room, size);

	assert_non_null(room);
	pen_le(&pen, kind, 1);
	pen_le(&pen, news, 1);
	pen_le(&pen, strlen(name), 1);
	pen_text(&pen, name);
	for (const char *c = json; *c; c++)
		pen_byte(&pen, *c == '\'' ? '"' : *c);
	watched_take(watched, from, (struct span){ room, pen.used }, tower.now);
	free(room);
}

static void tells(enum watched_kind kind, const char *name, const char *json)
{
	frame(kind >= WATCHED_SITE ? WATCHER_SITES : WATCHER_BACKUPS, kind, WATCHED_IS, name, json);
}

static void site_named(const char *name, const char *more)
{
	char json[1024];

	snprintf(json, sizeof(json),
		 "{'name':'%s','url':'https://%s/','say':{'en':'It is.','ja':'はい。'},%s}", name, name, more);
	tells(WATCHED_SITE, name, json);
}

static size_t repositories(void)
{
	return json_array_size(at(good("backups", "{}"), "repositories"));
}

static size_t sites(const char *args)
{
	return json_array_size(at(good("sites", args), "sites"));
}

static json_int_t refused(enum watcher which)
{
	json_t *metrics = at(good("metrics", "{}"), "metrics"), *one;
	size_t i;

	json_array_foreach(metrics, i, one)
		if (strcmp(text_at(one, "name"), "hinomi_watched_refused_total") == 0 &&
		    strcmp(text_at(one, "labels.watch"), which == WATCHER_SITES ? "sites" : "backups") == 0)
			return number_at(one, "value");
	fail_msg("no such figure");
	return 0;
}

static void test_shown(void **state)
{
	json_t *data;

	(void)state;
	assert_int_equal(repositories(), 0);
	assert_true(json_is_null(at(good("backups", "{}"), "all")));
	assert_true(json_is_false(at(good("backups", "{}"), "running")));
	watched_runs(watched, WATCHER_BACKUPS, true, tower.now);
	tells(WATCHED_BACKUP, "office", "{" OFFICE ",'state':'warning','snapshots':31,'new':[1]}");
	tells(WATCHED_BACKUPS, "", "{'at':'2026-11-26T02:00:00Z','sets':[],'history':[]}");
	tells(WATCHED_CERTIFICATE, "office", "{'at':'2026-11-26T02:00:00Z','json':'{}','text':{'en':'A','ja':'あ'}}");
	data = good("backups", "{}");
	assert_string_equal(text_at(data, "repositories.0.say.ja"), "正常です。");
	assert_int_equal(number_at(data, "repositories.0.new.0"), 1); /* what is not known stays */
	assert_string_equal(text_at(data, "all.at"), "2026-11-26T02:00:00Z");
	assert_true(json_is_true(at(data, "running")));
	assert_string_equal(text_at(good("backup_certificate", "{'name':'office'}"), "text.ja"), "あ");
	assert_string_equal(bad("backup_certificate", "{'name':'other'}"), "not_found");
	assert_string_equal(bad("backup_certificate", "{}"), "bad_request");
	frame(WATCHER_BACKUPS, WATCHED_BACKUP, WATCHED_GONE, "office", "");
	assert_int_equal(repositories(), 0);
}

static void test_sites_listed(void **state)
{
	json_t *data;
	char name[32];

	(void)state;
	for (unsigned i = 0; i < 700; i++) {
		snprintf(name, sizeof(name), "s%03u.example", i);
		site_named(name, i == 650 ? "'state':'down','dns':{'addresses':['192.0.2.1']}" : "'state':'good'");
	}
	tells(WATCHED_SITES, "", "{'sites':700,'good':699,'down':1}");
	data = good("sites", "{}");
	assert_int_equal(json_array_size(at(data, "sites")), 100);
	assert_true(json_is_true(at(data, "more")));
	assert_int_equal(number_at(data, "all.good"), 699);
	assert_string_equal(text_at(data, "sites.99.name"), "s099.example");
	data = good("sites", "{'after':'s689.example','limit':500}");
	assert_int_equal(json_array_size(at(data, "sites")), 10);
	assert_true(json_is_false(at(data, "more")));
	data = good("sites", "{'state':'trouble'}");
	assert_int_equal(json_array_size(at(data, "sites")), 1);
	assert_string_equal(text_at(data, "sites.0.name"), "s650.example");
	assert_null(json_object_get(json_array_get(at(data, "sites"), 0), "dns"));
	assert_string_equal(text_at(good("site", "{'name':'s650.example'}"), "dns.addresses.0"), "192.0.2.1");
	assert_int_equal(sites("{'state':'down'}"), 1);
	assert_int_equal(sites("{'state':'defaced'}"), 0);
	assert_int_equal(sites("{'text':'S65'}"), 10);
	assert_int_equal(sites("{'text':'https://s651'}"), 1);
	assert_string_equal(bad("sites", "{'state':'bad'}"), "bad_request"); /* of backups */
	assert_string_equal(bad("sites", "{'limit':501}"), "bad_request");
	assert_string_equal(bad("site", "{'name':'s999.example'}"), "not_found");
	frame(WATCHER_SITES, WATCHED_SITE, WATCHED_ALL_GONE, "", "");
	assert_int_equal(sites("{}"), 0);
}

static void test_series_cut_in_lists(void **state)
{
	char json[4096] = "'state':'good','series':[";

	(void)state;
	for (unsigned i = 0; i < 60; i++)
		text_append(json, sizeof(json), "%s[%u,%s]", i ? "," : "", i, i % 2 ? "null" : "12.5");
	text_append(json, sizeof(json), "]");
	{
		char whole[8192];

		snprintf(whole, sizeof(whole), "{" SHOP ",%s}", json);
		tells(WATCHED_SITE, "shop", whole);
	}
	assert_int_equal(json_array_size(at(good("site", "{'name':'shop'}"), "series")), 60);
	assert_int_equal(json_array_size(at(good("sites", "{}"), "sites.0.series")), 24);
	assert_int_equal(number_at(good("sites", "{}"), "sites.0.series.23.0"), 59);
}

/* Each is refused, and what was there before stays as it was. */
static void test_hostile_documents(void **state)
{
	static const char *const backups[] = {
		"", "null", "[]", "{", "'office'", "{}", "{" OFFICE "}", "{" OFFICE ",'state':'down'}",
		"{" OFFICE ",'state':3}", "{" OFFICE ",'state':'good','snapshots':'31'}",
		"{" OFFICE ",'state':'good','snapshots':1e300}", "{" OFFICE ",'state':'good','busy':[]}",
		"{" OFFICE ",'state':'good','busy':{'what':null}}", "{" OFFICE ",'state':'good','fresh':{'newest':'soon'}}",
		"{" OFFICE ",'state':'good','fresh':{'sets':[{'host':'a','paths':'/etc'}]}}",
		"{" OFFICE ",'state':'good','alarm':{'id':1,'why':[{'key':'a','value':'b'}]}}",
		"{" OFFICE ",'state':'good','deep':[[[[[[[[[[1]]]]]]]]]]}", "{" OFFICE ",'state':'good','state':'good'}",
		"{'name':'office','state':'good','say':'Good.'}", "{'name':'other','state':'good','say':{'en':'','ja':''}}",
		"{" OFFICE ",'state':'good','place':'\\u0000'}", "{" OFFICE ",'state':'good'}x",
	};
	static const char *const hostile_sites[] = {
		"{" SHOP ",'state':'bad'}", "{" SHOP ",'state':'good','series':[[1]]}",
		"{" SHOP ",'state':'good','series':[[1,2,3]]}", "{" SHOP ",'state':'good','last':{'ms':{'dns':true}}}",
		"{'name':'shop','url':'javascript:alert(1)','state':'good','say':{'en':'','ja':''}}",
	};
	size_t count = sizeof(backups) / sizeof(backups[0]), site_count = sizeof(hostile_sites) / sizeof(hostile_sites[0]);

	(void)state;
	tells(WATCHED_BACKUP, "office", "{" OFFICE ",'state':'alarm','alarm':{'id':7}}");
	tells(WATCHED_SITE, "shop", "{" SHOP ",'state':'slow'}");
	for (size_t i = 0; i < count; i++) {
		tells(WATCHED_BACKUP, "office", backups[i]);
		if (refused(WATCHER_BACKUPS) != (json_int_t)i + 1)
			fail_msg("not refused: %s", backups[i]);
	}
	for (size_t i = 0; i < site_count; i++) {
		tells(WATCHED_SITE, "shop", hostile_sites[i]);
		if (refused(WATCHER_SITES) != (json_int_t)i + 1)
			fail_msg("not refused: %s", hostile_sites[i]);
	}
	assert_string_equal(text_at(good("backups", "{}"), "repositories.0.state"), "alarm");
	assert_string_equal(text_at(good("site", "{'name':'shop'}"), "state"), "slow");
}

static void test_hostile_frames(void **state)
{
	static const uint8_t cut[] = { WATCHED_BACKUP, WATCHED_IS, 200, 'a' };
	static const uint8_t nul[] = { WATCHED_BACKUP, WATCHED_IS, 2, 'a', 0, '{', '}' };

	(void)state;
	for (size_t length = 0; length <= sizeof(cut); length++)
		watched_take(watched, WATCHER_BACKUPS, (struct span){ cut, length }, tower.now);
	watched_take(watched, WATCHER_BACKUPS, (struct span){ nul, sizeof(nul) }, tower.now);
	frame(WATCHER_BACKUPS, WATCHED_KINDS, WATCHED_IS, "office", "{}");
	frame(WATCHER_BACKUPS, WATCHED_BACKUP, 9, "office", "{}");
	assert_int_equal(refused(WATCHER_BACKUPS), sizeof(cut) + 1 + 3);
	/* a site process tells of no backups, the other way round neither; names are whole, and nothing hides in them */
	frame(WATCHER_SITES, WATCHED_BACKUP, WATCHED_IS, "office", "{" OFFICE ",'state':'good'}");
	frame(WATCHER_SITES, WATCHED_BACKUP, WATCHED_ALL_GONE, "", "");
	frame(WATCHER_SITES, WATCHED_SITE, WATCHED_IS, "", "{'name':'','url':'https://a/','state':'good','say':{'en':'','ja':''}}");
	frame(WATCHER_SITES, WATCHED_SITE, WATCHED_IS, "a\u202eb",
	      "{'name':'a\u202eb','url':'https://a/','state':'good','say':{'en':'','ja':''}}");
	frame(WATCHER_SITES, WATCHED_SITES, WATCHED_IS, "shop", "{}");
	assert_int_equal(refused(WATCHER_SITES), 5);
	assert_int_equal(sites("{}"), 0);
}

static void test_bounds(void **state)
{
	char name[32], *big = malloc(49300);

	(void)state;
	for (unsigned i = 0; i < 70; i++) {
		char json[200];

		snprintf(name, sizeof(name), "r%u", i);
		snprintf(json, sizeof(json), "{'name':'%s','state':'good','say':{'en':'','ja':''}}", name);
		tells(WATCHED_BACKUP, name, json);
	}
	assert_int_equal(repositories(), 64);
	for (unsigned i = 0; i < 5010; i++) {
		snprintf(name, sizeof(name), "s%u", i);
		site_named(name, "'state':'good'");
	}
	assert_int_equal(number_at(good("status", "{}"), "watched.sites.good"), 5000);
	assert_int_equal(number_at(good("status", "{}"), "watched.backups.good"), 64);
	/* longer than one may be */
	assert_non_null(big);
	memset(big, ' ', 49300);
	memcpy(big, "{'name':'r1','state':'bad','say':{'en':'','ja':''}}", 51);
	snprintf(big + 49290, 10, " ");
	tells(WATCHED_BACKUP, "r1", big);
	assert_int_equal(refused(WATCHER_BACKUPS), 1);
	free(big);
	/* the answer with all of them has room in a frame */
	for (unsigned i = 0; i < 70; i++) {
		static char json[48000];

		snprintf(name, sizeof(name), "r%u", i);
		snprintf(json, sizeof(json), "{'name':'%s','state':'good','say':{'en':'%-46000s','ja':''}}", name, "x");
		tells(WATCHED_BACKUP, name, json);
	}
	{
		char *text = json_dumps(good("backups", "{}"), JSON_COMPACT);

		assert_non_null(text);
		assert_true(strlen(text) > 2000000 && strlen(text) < (4u << 20) - (300u << 10));
		free(text);
	}
}

static void test_pushed(void **state)
{
	(void)state;
	tells(WATCHED_BACKUP, "office", "{" OFFICE ",'state':'good'}");
	assert_int_equal(tower_pushed("backup"), 1); /* another state: at once */
	assert_string_equal(text_at(tower.last_push, "data.name"), "office");
	tells(WATCHED_BACKUP, "office", "{" OFFICE ",'state':'good'}");
	pass(1);
	assert_int_equal(tower_pushed("backup"), 1); /* the same again is no news */
	tells(WATCHED_BACKUP, "office", "{" OFFICE ",'state':'good','snapshots':2}");
	assert_int_equal(tower_pushed("backup"), 1);
	pass(1);
	assert_int_equal(tower_pushed("backup"), 2);
	tells(WATCHED_BACKUPS, "", "{'history':[]}");
	pass(6);
	assert_int_equal(tower_pushed("backups"), 1);
}

static void test_many_pushes(void **state)
{
	char name[32];

	(void)state;
	for (unsigned second = 0; second < 10; second++) {
		for (unsigned i = 0; i < 200; i++) {
			snprintf(name, sizeof(name), "s%u", i);
			site_named(name, second % 2 ? "'state':'down'" : "'state':'good'");
		}
		pass(1);
	}
	assert_true(tower_pushed("site") >= 10 && tower_pushed("site") <= 88); /* a few a second */
	assert_int_equal(tower_pushed("sites"), 2);			       /* and the rest in one, each 5 s */
}

static void test_status(void **state)
{
	struct incident i = flood(3);
	json_t *status = good("status", "{}");

	(void)state;
	assert_string_equal(text_at(status, "tiles.4.state"), "off");
	assert_string_equal(text_at(status, "tiles.5.state"), "off");
	watched_runs(watched, WATCHER_BACKUPS, true, tower.now);
	watched_runs(watched, WATCHER_SITES, true, tower.now);
	status = good("status", "{}");
	assert_string_equal(text_at(status, "tiles.4.state"), "calm");
	assert_string_equal(text_at(status, "tiles.4.say.en"), "No backups are listed yet.");
	tells(WATCHED_BACKUP, "office", "{" OFFICE ",'state':'good'}");
	site_named("a.example", "'state':'good'");
	site_named("b.example", "'state':'defaced'");
	status = good("status", "{}");
	assert_string_equal(text_at(status, "tiles.4.say.en"), "1 repository, all well.");
	assert_string_equal(text_at(status, "tiles.5.say.en"), "1 of 2 sites not well.");
	assert_string_equal(text_at(status, "tiles.5.state"), "look");
	assert_int_equal(number_at(status, "watched.sites.defaced"), 1);
	assert_string_equal(text_at(status, "answer.state"), "calm"); /* an incident says it, not a document */
	i.rule = "site_defaced";
	i.direction = DIRECTION_UNKNOWN;
	i.severity = SEVERITY_CRITICAL;
	i.who = (struct entity){ .kind = ENTITY_NAME, .name = "b.example" };
	assert_true(keeper_incident(tower.keeper, &i, INCIDENT_OPENED, tower.now) > 0);
	status = good("status", "{}");
	assert_string_equal(text_at(status, "tiles.5.state"), "act");
	assert_string_equal(text_at(status, "tiles.2.state"), "calm");
	assert_string_equal(text_at(status, "answer.state"), "act");
}

/* The process ends: what it told stays, and says so; the next one tells anew, and what it does not know goes. */
static void test_process_ends(void **state)
{
	(void)state;
	watched_runs(watched, WATCHER_BACKUPS, true, tower.now);
	tells(WATCHED_BACKUP, "office", "{" OFFICE ",'state':'good'}");
	tells(WATCHED_BACKUP, "old", "{'name':'old','state':'good','say':{'en':'','ja':''}}");
	watched_runs(watched, WATCHER_BACKUPS, false, tower.now);
	pass(2);
	assert_int_equal(repositories(), 2);
	assert_true(json_is_false(at(good("backups", "{}"), "running")));
	assert_string_equal(text_at(good("status", "{}"), "tiles.4.state"), "blind");
	assert_string_equal(bad("backup_do", "{'name':'office','what':'look'}"), "failed");
	assert_int_equal(asked.count, 0);
	watched_runs(watched, WATCHER_BACKUPS, true, tower.now);
	tells(WATCHED_BACKUP, "office", "{" OFFICE ",'state':'good'}");
	pass(2);
	assert_int_equal(repositories(), 2);
	tower.now += 901 * USEC_PER_SEC;
	pass(1);
	assert_int_equal(repositories(), 1);
	assert_int_equal(number_at(good("status", "{}"), "watched.backups.good"), 1);
	assert_string_equal(text_at(good("status", "{}"), "tiles.4.state"), "calm");
}

static const char *logged(void)
{
	return text_at(good("log", "{}"), "log.0.what.en");
}

static void test_asked_of_backups(void **state)
{
	json_t *data;

	(void)state;
	watched_runs(watched, WATCHER_BACKUPS, true, tower.now);
	tells(WATCHED_BACKUP, "office", "{" OFFICE ",'state':'good'}");
	data = good("backup_do", "{'name':'office','what':'verify'}");
	assert_true(json_is_true(at(data, "asked")));
	assert_string_equal(asked.json, "{\"do\":\"verify\",\"name\":\"office\",\"user\":\"root\"}");
	assert_int_equal(asked.to, WATCHER_BACKUPS);
	assert_string_equal(logged(), "The data of a backup repository read: office");
	assert_string_equal(bad("backup_do", "{'name':'office','what':'forget'}"), "bad_request");
	assert_string_equal(bad("backup_do", "{'name':'other','what':'run'}"), "not_found");
	assert_string_equal(bad("backup_settle", "{'name':'office','alarm':7,'ours':true,'reason':'Release 4'}"), "conflict");
	tells(WATCHED_BACKUP, "office", "{" OFFICE ",'state':'alarm','alarm':{'id':7},'busy':{'what':'verify'}}");
	assert_string_equal(bad("backup_do", "{'name':'office','what':'run'}"), "conflict");
	assert_string_equal(bad("backup_settle", "{'name':'office','alarm':8,'ours':true,'reason':'Release 4'}"), "conflict");
	assert_string_equal(bad("backup_settle", "{'name':'office','alarm':7,'ours':true}"), "bad_request");
	assert_string_equal(bad("backup_settle", "{'name':'office','alarm':7,'ours':'no','reason':'x'}"), "bad_request");
	assert_int_equal(asked.count, 1);
	good("backup_settle", "{'name':'office','alarm':7,'ours':false,'reason':'It was ransomware'}");
	assert_string_equal(asked.json, "{\"do\":\"settle\",\"name\":\"office\",\"user\":\"root\",\"reason\":\"It was "
					"ransomware\",\"alarm\":7,\"ours\":false}");
	assert_string_equal(logged(), "A backup alarm was an attack: office");
	asked.refuse = true;
	assert_string_equal(bad("backup_settle", "{'name':'office','alarm':7,'ours':true,'reason':'x'}"), "limit");
}

static void test_asked_of_sites(void **state)
{
	(void)state;
	watched_runs(watched, WATCHER_SITES, true, tower.now);
	site_named("a.example", "'state':'good'");
	good("site_check", "{'name':'a.example'}");
	assert_string_equal(asked.json, "{\"do\":\"check\",\"name\":\"a.example\",\"user\":\"root\"}");
	assert_int_equal(asked.to, WATCHER_SITES);
	assert_string_equal(bad("site_approve", "{'name':'a.example','reason':'New design'}"), "conflict");
	site_named("a.example", "'state':'defaced','changes':{'verdict':'defaced','why':[{'what':'title','text':{'en':'a',"
				"'ja':'b'},'before':'x','after':'y'}]}");
	assert_string_equal(bad("site_approve", "{'name':'a.example'}"), "bad_request");
	good("site_approve", "{'name':'a.example','reason':'New design'}");
	assert_string_equal(asked.json,
			    "{\"do\":\"approve\",\"name\":\"a.example\",\"user\":\"root\",\"reason\":\"New design\"}");
	assert_string_equal(text_at(good("log", "{}"), "log.0.reason"), "New design");
	assert_string_equal(logged(), "The changes of a site approved: a.example");
}

static void test_roles(void **state)
{
	static const struct {
		const char *op, *args;
		enum tower_role least;
	} all[] = {
		{ "backups", "{}", TOWER_VIEWER },
		{ "backup_certificate", "{'name':'x'}", TOWER_VIEWER },
		{ "backup_do", "{'name':'x','what':'run'}", TOWER_OPERATOR },
		{ "backup_settle", "{'name':'x','alarm':1,'ours':true,'reason':'x'}", TOWER_OPERATOR },
		{ "sites", "{}", TOWER_VIEWER },
		{ "site", "{'name':'x'}", TOWER_VIEWER },
		{ "site_check", "{'name':'x'}", TOWER_OPERATOR },
		{ "site_approve", "{'name':'x','reason':'x'}", TOWER_OPERATOR },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (enum tower_role role = TOWER_NOBODY; role <= TOWER_ADMIN; role++) {
			json_t *answer = ask(ASKER_CONTROL, "root", tower_role_name(role), all[i].op, all[i].args);
			bool forbidden = !json_object_get(answer, "data") &&
					 strcmp(text_at(answer, "code"), "forbidden") == 0;

			if (forbidden != (role < all[i].least))
				fail_msg("%s as %s", all[i].op, tower_role_name(role));
		}
}

/* The value of a figure by its name and label; the test fails when there is none. */
static double figure(const char *name, const char *label, const char *value)
{
	json_t *metrics = at(good("metrics", "{}"), "metrics"), *one;
	size_t i;

	json_array_foreach(metrics, i, one)
		if (strcmp(text_at(one, "name"), name) == 0 &&
		    strcmp(json_string_value(json_object_get(at(one, "labels"), label)), value) == 0)
			return json_number_value(at(one, "value"));
	fail_msg("there is no %s of %s", name, value);
	return 0;
}

static unsigned figures(const char *name)
{
	json_t *metrics = at(good("metrics", "{}"), "metrics"), *one;
	unsigned count = 0;
	size_t i;

	json_array_foreach(metrics, i, one)
		count += strcmp(text_at(one, "name"), name) == 0;
	return count;
}

static void near(double is, double wanted)
{
	if (is - wanted > 0.0005 || wanted - is > 0.0005)
		fail_msg("%f is not %f", is, wanted);
}

static void test_metrics(void **state)
{
	char json[600], newest[TIME_TEXT], drilled[TIME_TEXT], until[TIME_TEXT];

	(void)state;
	snprintf(json, sizeof(json),
		 "{" OFFICE ",'state':'alarm','snapshots':31,'fresh':{'newest':'%s'},'whole':{'share':0.625},'drill':{'last':'%s'}}",
		 time_rfc3339(tower.now - 7200 * USEC_PER_SEC, newest),
		 time_rfc3339(tower.now - 86400 * USEC_PER_SEC, drilled));
	tells(WATCHED_BACKUP, "office", json);
	snprintf(json, sizeof(json), "'state':'slow','last':{'ms':{'total':1234.0}},'certificate':{'until':'%s'}",
		 time_rfc3339(tower.now - 36 * 3600 * USEC_PER_SEC, until));
	site_named("a.example", json);
	site_named("b.example", "'state':'unknown'");
	near(figure("hinomi_backup_age_seconds", "repository", "office"), 7200);
	near(figure("hinomi_backup_state", "repository", "office"), 3);
	near(figure("hinomi_backup_snapshots", "repository", "office"), 31);
	near(figure("hinomi_backup_whole_share", "repository", "office"), 0.625);
	near(figure("hinomi_backup_drill_age_seconds", "repository", "office"), 86400);
	near(figure("hinomi_backups", "state", "alarm"), 1);
	near(figure("hinomi_site_up", "site", "a.example"), 1);
	near(figure("hinomi_site_seconds", "site", "a.example"), 1.234);
	near(figure("hinomi_site_certificate_days", "site", "a.example"), -1.5);
	near(figure("hinomi_site_defaced", "site", "b.example"), 0);
	near(figure("hinomi_sites", "state", "slow"), 1);
	assert_int_equal(figures("hinomi_site_up"), 1); /* nothing is known of the other */
	for (unsigned i = 0; i < 499; i++) {
		char name[32];

		snprintf(name, sizeof(name), "s%u.example", i);
		site_named(name, "'state':'down'");
	}
	assert_int_equal(figures("hinomi_site_up"), 0); /* 501: sums alone */
	near(figure("hinomi_sites", "state", "down"), 499);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_WATCHED(test_shown),	     WITH_WATCHED(test_sites_listed),	  WITH_WATCHED(test_series_cut_in_lists),
		WITH_WATCHED(test_hostile_documents), WITH_WATCHED(test_hostile_frames),  WITH_WATCHED(test_bounds),
		WITH_WATCHED(test_pushed),	     WITH_WATCHED(test_many_pushes),	  WITH_WATCHED(test_status),
		WITH_WATCHED(test_process_ends),     WITH_WATCHED(test_asked_of_backups), WITH_WATCHED(test_asked_of_sites),
		WITH_WATCHED(test_roles),	     WITH_WATCHED(test_metrics),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
