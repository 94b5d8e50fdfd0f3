/*
 * status.c - one calm, true sentence; what to do; and a tile for each watch.
 *
 * What counts is what nobody has taken care of: open and not acknowledged, or severe and over without
 * anybody having seen it. What an exception silences does not.
 */
#include "keeper/status.h"

#include "base/hash.h"
#include "base/text.h"
#include "keeper/keeper_private.h"
#include "keeper/op.h"

#include <string.h>

#define TODO_MAX   5
#define BLIND_TOLD (10 * USEC_PER_SEC) /* a restart of the sensor is no news */
#define ALONE_TOLD (300 * USEC_PER_SEC) /* nor is one of ClamAV's daemon, which may load its signatures for a minute */

enum state { CALM, LOOK, ACT, BLIND, OFF };
static const char *const state_names[] = { "calm", "look", "act", "blind", "off" };

enum watch { FLOODS, DEVICES, TRAFFIC, MAIL, BACKUPS, SITES, OFFICES, WATCHES };

static const struct {
	const char *name;
	struct words calm;
} watches[WATCHES] = {
	[FLOODS] = { "floods", { "No floods.", "フラッド攻撃はありません。" } },
	[DEVICES] = { "devices", { "Your own devices behave.", "自組織の機器に異常はありません。" } },
	[TRAFFIC] = { "traffic", { "Nothing else that stands out.", "そのほかに目立つ通信はありません。" } },
	[MAIL] = { "mail", { "No dangerous mail.", "危険なメールはありません。" } },
	[BACKUPS] = { "backups", { "No backups are listed yet.", "バックアップがまだ登録されていません。" } },
	[SITES] = { "sites", { "No sites are listed yet.", "サイトがまだ登録されていません。" } },
	[OFFICES] = { "offices", { "Not watched yet.", "まだ監視していません。" } },
};

/* What the process of a watch without packets told; NULL: it is another watch. */
static const struct status_sum *sum_of(const struct keeper *keeper, enum watch watch)
{
	if (watch == BACKUPS)
		return &keeper->status.sums[WATCHER_BACKUPS];
	return watch == SITES ? &keeper->status.sums[WATCHER_SITES] : NULL;
}

static bool is_watched(const struct keeper *keeper, enum watch watch)
{
	const struct status_sum *sum = sum_of(keeper, watch);

	if (sum)
		return sum->runs || sum->things > 0;
	return watch < MAIL || (watch == MAIL && keeper->settings.mail);
}

static enum watch watch_of(const struct incident *i)
{
	static const char *const floods[] = { "flood", "backscatter", "slow_http" };

	if (strcmp(i->rule, "mail") == 0)
		return MAIL;
	if (strncmp(i->rule, WATCHED_BACKUP_RULES, strlen(WATCHED_BACKUP_RULES)) == 0)
		return BACKUPS;
	if (strncmp(i->rule, WATCHED_SITE_RULES, strlen(WATCHED_SITE_RULES)) == 0)
		return SITES;
	if (i->direction == DIRECTION_OUTBOUND || i->direction == DIRECTION_INTERNAL)
		return DEVICES;
	for (size_t n = 0; n < sizeof(floods) / sizeof(floods[0]); n++)
		if (strcmp(i->rule, floods[n]) == 0)
			return FLOODS;
	return TRAFFIC;
}

/* What is to be done, of all and of each watch. */
struct tally_of {
	uint64_t open, known, look, act; /* `known`: open, and acknowledged */
};

struct outlook {
	struct tally_of all, watch[WATCHES];
	const struct kept *todo[TODO_MAX]; /* the most urgent first */
	size_t todo_count;
	const struct blindness *blind;
	bool full; /* the store fails */
	bool alone; /* mail is examined without ClamAV, which is to be asked */
};

static const struct words alone_says = {
	"ClamAV does not answer: mail is examined without it.", "ClamAV が応答しないため、その判定なしでメールを検査しています。",
};

static bool needs_somebody(const struct kept *kept)
{
	return !kept->acknowledged && kept->incident.severity >= SEVERITY_NOTICE;
}

static bool is_urgent(const struct kept *kept)
{
	return kept->open && needs_somebody(kept) && kept->incident.severity >= SEVERITY_HIGH;
}

static void count(struct tally_of *tally, const struct kept *kept)
{
	tally->open += kept->open;
	tally->known += kept->open && kept->acknowledged;
	tally->act += is_urgent(kept);
	tally->look += needs_somebody(kept) && !is_urgent(kept);
}

static bool is_before(const struct kept *a, const struct kept *b)
{
	if (a->open != b->open)
		return a->open;
	if (a->incident.severity != b->incident.severity)
		return a->incident.severity > b->incident.severity;
	return a->incident.opened > b->incident.opened;
}

static void todo_add(struct outlook *outlook, const struct kept *kept)
{
	size_t at = outlook->todo_count;

	while (at > 0 && is_before(kept, outlook->todo[at - 1]))
		at--;
	if (at == TODO_MAX)
		return;
	if (outlook->todo_count < TODO_MAX)
		outlook->todo_count++;
	memmove(&outlook->todo[at + 1], &outlook->todo[at],
		(outlook->todo_count - at - 1) * sizeof(outlook->todo[0]));
	outlook->todo[at] = kept;
}

static struct outlook status_look(const struct keeper *keeper)
{
	struct outlook outlook = { .blind = measure_blind(keeper),
				   .full = keeper_store_is_bad(keeper),
				   .alone = keeper->status.clamd == KEEPER_CLAMD_AWAY };

	for (size_t n = 0; n < keeper->cases.count; n++) {
		const struct kept *kept = keeper->cases.kept[n];

		if (!kept->shown || kept->exception || kept->dismissed)
			continue;
		count(&outlook.all, kept);
		count(&outlook.watch[watch_of(&kept->incident)], kept);
		if (needs_somebody(kept))
			todo_add(&outlook, kept);
	}
	return outlook;
}

static enum state tally_state(const struct tally_of *tally)
{
	return tally->act ? ACT : tally->look ? LOOK : CALM;
}

static enum state outlook_state(const struct outlook *outlook)
{
	enum state state = tally_state(&outlook->all);

	if (outlook->blind)
		return BLIND;
	return (outlook->full || outlook->alone) && state == CALM ? LOOK : state;
}

/* "SYN flood, about 4,200 addresses → 203.0.113.10:443" */
static void headline(struct said *said, const struct incident *i)
{
	struct words title = advice_title(i);
	char who[ENTITY_TEXT], whom[ENTITY_TEXT];

	entity_text(&i->who, who);
	entity_text(&i->whom, whom);
	said_en(said, "%s, %s%s%s", title.en, who, whom[0] ? " → " : "", whom);
	said_ja(said, "%s、%s%s%s", title.ja, i->who.kind == ENTITY_MANY ? "多数のアドレス" : who,
		whom[0] ? " → " : "", i->whom.kind == ENTITY_MANY ? "多数のアドレス" : whom);
}

static void say_act(struct said *said, const struct outlook *outlook)
{
	unsigned long long more = outlook->all.act - 1;
	struct said first;

	headline(&first, &outlook->todo[0]->incident);
	if (more == 0) {
		said_en(said, "Act now: %s.", first.en);
		said_ja(said, "今すぐ対応してください：%s。", first.ja);
	} else {
		said_en(said, "Act now: %s, and %llu more.", first.en, more);
		said_ja(said, "今すぐ対応してください：%s。ほかに %llu 件あります。", first.ja, more);
	}
}

static void say_look(struct said *said, const struct outlook *outlook)
{
	unsigned long long look = outlook->all.look;

	if (outlook->full) {
		said_en(said, "The tower watches, but cannot write down what it sees.");
		said_ja(said, "監視は続いていますが、記録を保存できていません。");
	} else if (look == 0) {
		said_en(said, "%s", alone_says.en);
		said_ja(said, "%s", alone_says.ja);
	} else if (look == 1) {
		said_en(said, "Nothing is urgent; one incident wants a look.");
		said_ja(said, "急を要することはありません。確認していただきたいことが 1 件あります。");
	} else {
		said_en(said, "Nothing is urgent; %llu incidents want a look.", look);
		said_ja(said, "急を要することはありません。確認していただきたいことが %llu 件あります。", look);
	}
}

static void say_calm(struct said *said, const struct outlook *outlook)
{
	unsigned long long known = outlook->all.known;

	if (known == 0) {
		said_en(said, "All is calm. Nothing needs you now.");
		said_ja(said, "異常ありません。いま対応が必要なことはありません。");
	} else {
		said_en(said, "Nothing new needs you. Open and acknowledged: %llu.", known);
		said_ja(said, "新たに対応が必要なことはありません。確認済みで継続中：%llu 件。", known);
	}
}

static void say_blind(struct said *said, const struct outlook *outlook)
{
	unsigned long long waiting = outlook->all.act + outlook->all.look;

	said_en(said, "%s", outlook->blind->why.en);
	said_ja(said, "%s", outlook->blind->why.ja);
	if (waiting == 0)
		return;
	said_en(said, "%s Besides, incidents that want you: %llu.", outlook->blind->why.en, waiting);
	said_ja(said, "%sほかに、確認が必要なことが %llu 件あります。", outlook->blind->why.ja, waiting);
}

static void say_answer(struct said *said, const struct outlook *outlook)
{
	static void (*const say[])(struct said *said, const struct outlook *outlook) = {
		[CALM] = say_calm, [LOOK] = say_look, [ACT] = say_act, [BLIND] = say_blind
	};

	say[outlook_state(outlook)](said, outlook);
}

static void todo_json(struct json *json, struct words say, uint64_t incident, enum severity severity)
{
	json_open_object(json);
	words_put(json, "say", say);
	json_key(json, "incident");
	if (incident)
		json_uint(json, incident);
	else
		json_write_null(json);
	json_put_string(json, "severity", severity_name(severity));
	json_close_object(json);
}

/* The first step alone. */
static int step_length(const char *steps)
{
	return (int)strcspn(steps, "\n");
}

/* What is next: to accept what the tower suggests, or to see that what is in force does its work. */
static bool todo_action(struct json *json, const struct keeper *keeper, const struct kept *kept)
{
	const struct incident *i = &kept->incident;
	unsigned suggested = actions_suggested(keeper, i->id), live = actions_live(keeper, i->id);
	struct said head, said;

	if (!kept->open || (!suggested && !live))
		return false;
	headline(&head, i);
	if (suggested && !live) {
		said_en(&said, "%s: accept what the tower suggests (filters: %u).", head.en, suggested);
		said_ja(&said, "%s：提案されたフィルターを採用してください（%u 件）。", head.ja, suggested);
	} else {
		said_en(&said, "%s: it is being held (filters in force: %u). See that your service answers.", head.en, live);
		said_ja(&said, "%s：フィルター %u 件で抑えています。サービスが応答するか確認してください。", head.ja, live);
	}
	todo_json(json, said_words(&said), i->id, i->severity);
	return true;
}

static void todo_case(struct json *json, const struct keeper *keeper, const struct kept *kept)
{
	struct words steps = advice_steps(&kept->incident);
	struct said head, said;

	if (todo_action(json, keeper, kept))
		return;
	headline(&head, &kept->incident);
	said_en(&said, "%s%s: %.*s", head.en, kept->open ? "" : " (over)", step_length(steps.en), steps.en);
	said_ja(&said, "%s%s：%.*s", head.ja, kept->open ? "" : "（終息）", step_length(steps.ja), steps.ja);
	todo_json(json, said_words(&said), kept->incident.id, kept->incident.severity);
}

/* At severe, mail that was not inspected is held: without ClamAV that is all of it. */
static struct words alone_step(enum level level)
{
	static const struct words judged = {
		"Start ClamAV's daemon (systemctl start clamav-daemon): until it answers, no mail counts as clean.",
		"ClamAV のデーモンを起動してください（systemctl start clamav-daemon）。応答するまで、どのメールも「問題なし」とは判定されません。",
	};
	static const struct words held = {
		"Start ClamAV's daemon (systemctl start clamav-daemon), or lower the level: until it answers, all mail is held.",
		"ClamAV のデーモンを起動するか（systemctl start clamav-daemon）、レベルを下げてください。応答するまで、すべてのメールが保留されます。",
	};

	return level == LEVEL_SEVERE ? held : judged;
}

static void todos_json(struct json *json, const struct keeper *keeper, const struct outlook *outlook)
{
	static const struct words full = {
		"Make room on the disk of the tower, and look at its log: journalctl -u hinomi.",
		"見張り台のディスクに空きを作り、ログを確認してください：journalctl -u hinomi",
	};
	size_t left = TODO_MAX;

	json_put_array(json, "todo");
	if (outlook->blind) {
		todo_json(json, outlook->blind->todo, 0, SEVERITY_HIGH);
		left--;
	}
	if (outlook->full) {
		todo_json(json, full, 0, SEVERITY_HIGH);
		left--;
	}
	if (outlook->alone) {
		enum level level = vigilance_now(&keeper->vigilance);

		todo_json(json, alone_step(level), 0, level == LEVEL_SEVERE ? SEVERITY_HIGH : SEVERITY_WARNING);
		left--;
	}
	for (size_t n = 0; n < outlook->todo_count && n < left; n++)
		todo_case(json, keeper, outlook->todo[n]);
	json_close_array(json);
}

static void say_tile(struct said *said, const struct tally_of *tally)
{
	unsigned long long todo = tally->act + tally->look, known = tally->known;

	if (todo) {
		said_en(said, "%llu to look at%s", todo, tally->act ? ", and urgent." : ".");
		said_ja(said, "確認が必要：%llu 件%s", todo, tally->act ? "（緊急あり）" : "");
	} else {
		said_en(said, "Open and acknowledged: %llu.", known);
		said_ja(said, "確認済みで継続中：%llu 件", known);
	}
}

/* Those that are not well, whether or not that is an incident at this level. */
static size_t unwell(const struct status_sum *sum)
{
	return sum->count[STATE_BAD] + sum->count[STATE_DOWN] + sum->count[STATE_ALARM] + sum->count[STATE_DEFACED] +
	       sum->count[STATE_WARNING];
}

static enum state sum_state(const struct status_sum *sum, const struct tally_of *tally)
{
	enum state state = tally_state(tally);

	if (!sum->runs)
		return BLIND;
	return state == CALM && tally->known == 0 && unwell(sum) > 0 ? LOOK : state;
}

static void say_sum(struct said *said, const struct status_sum *sum, enum watch watch)
{
	size_t good = sum->count[STATE_GOOD] + sum->count[STATE_SLOW];
	const char *thing = watch == SITES ? "site" : "repository", *things = watch == SITES ? "sites" : "repositories";

	if (!sum->runs) {
		said_en(said, "The process that watches them does not run; what is shown is from before.");
		said_ja(said, "監視するプロセスが動いていません。表示は停止前のものです。");
	} else if (good == sum->things) {
		said_en(said, "%zu %s, all well.", good, good == 1 ? thing : things);
		said_ja(said, "%zu 件すべて正常です。", good);
	} else if (unwell(sum) == 0) {
		said_en(said, "%zu of %zu %s are well; the others are still unknown.", good, sum->things, things);
		said_ja(said, "%zu 件中 %zu 件が正常です。残りはまだ分かりません。", sum->things, good);
	} else {
		said_en(said, "%zu of %zu %s not well.", unwell(sum), sum->things, things);
		said_ja(said, "%zu 件中 %zu 件に問題があります。", sum->things, unwell(sum));
	}
}

/* The sensor sees no mail of the mail server's, no backups and no sites: those watches are not blind without it. */
static enum state tile_state(const struct keeper *keeper, const struct outlook *outlook, enum watch watch)
{
	const struct status_sum *sum = sum_of(keeper, watch);

	if (!is_watched(keeper, watch))
		return OFF;
	if (sum)
		return sum_state(sum, &outlook->watch[watch]);
	if (watch == MAIL && outlook->alone && tally_state(&outlook->watch[watch]) == CALM)
		return LOOK;
	return outlook->blind && watch != MAIL ? BLIND : tally_state(&outlook->watch[watch]);
}

/* What a tile says; `said` holds it when it is composed. */
static struct words tile_words(struct said *said, const struct keeper *keeper, const struct outlook *outlook,
			       enum watch watch)
{
	static const struct words off = { "Not watched yet.", "まだ監視していません。" };
	const struct tally_of *tally = &outlook->watch[watch];
	const struct status_sum *sum = sum_of(keeper, watch);
	enum state state = tile_state(keeper, outlook, watch);

	if (state == OFF)
		return off;
	if (sum && sum->things > 0)
		say_sum(said, sum, watch);
	else if (tally->act || tally->look || (tally->known && !(watch == MAIL && outlook->alone)))
		say_tile(said, tally);
	else if (watch == MAIL && outlook->alone)
		return alone_says;
	else
		return state == BLIND && !sum ? outlook->blind->why : watches[watch].calm;
	return said_words(said);
}

static void tile_json(struct json *json, const struct keeper *keeper, const struct outlook *outlook, enum watch watch)
{
	struct said said;

	json_open_object(json);
	json_put_string(json, "watch", watches[watch].name);
	json_put_string(json, "state", state_names[tile_state(keeper, outlook, watch)]);
	json_put_uint(json, "open", outlook->watch[watch].open);
	words_put(json, "say", tile_words(&said, keeper, outlook, watch));
	json_close_object(json);
}

static void sum_json(struct json *json, const char *key, enum watched_kind kind, const struct status_sum *sum)
{
	json_put_object(json, key);
	for (unsigned s = 0; s < WATCHED_STATES; s++)
		if (watched_has(kind, (enum watched_state)s))
			json_put_uint(json, watched_state_name((enum watched_state)s), sum->count[s]);
	json_put_bool(json, "running", sum->runs);
	json_close_object(json);
}

static void level_now_json(struct json *json, const struct vigilance *v)
{
	json_put_object(json, "level");
	json_put_string(json, "now", level_name(v->now.level));
	time_put(json, "until", v->now.until);
	json_put_string(json, "reason", v->now.reason);
	json_close_object(json);
}

/* STATUS; `whole`: with what changes every second. */
static void status_json(struct json *json, const struct keeper *keeper, bool whole)
{
	struct outlook outlook = status_look(keeper);
	struct said answer;

	say_answer(&answer, &outlook);
	json_open_object(json);
	if (whole)
		time_put(json, "at", keeper->now);
	json_put_object(json, "answer");
	json_put_string(json, "state", state_names[outlook_state(&outlook)]);
	words_put(json, "say", said_words(&answer));
	json_close_object(json);
	todos_json(json, keeper, &outlook);
	json_put_array(json, "tiles");
	for (enum watch watch = FLOODS; watch < WATCHES; watch++)
		tile_json(json, keeper, &outlook, watch);
	json_close_array(json);
	json_put_object(json, "watched");
	sum_json(json, "backups", WATCHED_BACKUP, &keeper->status.sums[WATCHER_BACKUPS]);
	sum_json(json, "sites", WATCHED_SITE, &keeper->status.sums[WATCHER_SITES]);
	json_close_object(json);
	level_now_json(json, &keeper->vigilance);
	if (whole)
		health_json(json, keeper);
	json_close_object(json);
}

void op_status(struct op *op)
{
	status_json(op->json, op->keeper, true);
}

void op_health(struct op *op)
{
	const struct blindness *blind = measure_blind(op->keeper);
	bool full = keeper_store_is_bad(op->keeper);
	struct words why = { "It watches and writes down what it sees.", "監視と記録ができています。" };

	if (blind)
		why = blind->why;
	else if (full)
		why = (struct words){ op->keeper->trouble.en, op->keeper->trouble.ja };
	json_open_object(op->json);
	json_put_bool(op->json, "ok", !blind && !full);
	words_put(op->json, "why", why);
	json_close_object(op->json);
}

void keeper_clamd(struct keeper *keeper, enum keeper_clamd clamd, usec_t now)
{
	if (keeper->status.clamd == clamd)
		return;
	keeper->status.clamd = clamd;
	keeper->status.clamd_since = now;
}

static void status_push(struct keeper *keeper)
{
	struct buffer core, whole;
	struct span json;
	uint64_t hash = keeper->status.pushed;

	if (buffer_open(&core)) {
		status_json(&core.json, keeper, false);
		json = buffer_close(&core);
		hash = hash_text(json.ptr, json.len, 0);
		buffer_free(&core);
	}
	if (hash == keeper->status.pushed || !buffer_open(&whole))
		return;
	keeper->status.pushed = hash;
	status_json(&whole.json, keeper, true);
	news_push(keeper, "status", &whole);
}

/* What the tower says of itself, once when it begins and once when it is over. */
static void trouble_tell(struct keeper *keeper, bool *told, bool is, struct words why)
{
	static const struct words title = { "Trouble with the tower itself", "見張り台自体の問題" };
	static const struct words over = { "The tower is well again", "見張り台は正常に戻りました" };

	if (*told == is)
		return;
	*told = is;
	news_tower(keeper, KEEPER_TROUBLE, is ? SEVERITY_HIGH : SEVERITY_NOTICE, is ? title : over,
		   is ? why : over);
}

void status_due(struct keeper *keeper)
{
	const struct blindness *blind = measure_blind(keeper);
	struct status *status = &keeper->status;

	if (!blind)
		status->blind_since = 0;
	else if (!status->blind_since)
		status->blind_since = keeper->now;
	trouble_tell(keeper, &status->blind,
		     blind && time_is_due(keeper->now, status->blind_since, BLIND_TOLD),
		     blind ? blind->why : (struct words){ "", "" });
	trouble_tell(keeper, &status->alone,
		     status->clamd == KEEPER_CLAMD_AWAY && time_is_due(keeper->now, status->clamd_since, ALONE_TOLD), alone_says);
	trouble_tell(keeper, &status->full, keeper_store_is_bad(keeper),
		     (struct words){ keeper->trouble.en, keeper->trouble.ja });
	status_push(keeper);
}
