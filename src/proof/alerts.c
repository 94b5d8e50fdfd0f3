/* alerts.c - what of a repository's state is an alert, told as long as it is so. */
#include "proof/judge.h"

#include "base/text.h"
#include "snapshot/trouble.h"

#include <inttypes.h>
#include <string.h>

#define QUIET       (300 * USEC_PER_SEC)
#define LOCKED_LONG (6 * 3600 * USEC_PER_SEC) /* somebody at work is no trouble for so long */

struct alert alert_of(const struct repository *repository, const char *rule, usec_t now)
{
	return (struct alert){
		.rule = rule,
		.vector = VECTOR_NONE,
		.direction = DIRECTION_UNKNOWN,
		.severity = SEVERITY_WARNING,
		.confidence = 100,
		.level = LEVEL_NORMAL,
		.who = entity_name(text_span(repository->name)),
		.from = now,
		.to = now,
		.by = BY_WHO,
		.quiet = QUIET,
	};
}

struct telling {
	const struct judge_ask *ask;
	const struct judged *judged;
	judge_alert *tell;
	void *whom;
};

static struct alert begin(const struct telling *t, const char *rule)
{
	return alert_of(t->ask->repository, rule, t->ask->now.now);
}

static void say(struct alert *alert, const struct telling *t, const struct words *words)
{
	snprintf(alert->say, sizeof(alert->say), "Backup '%s': %.400s", t->ask->repository->name,
		 words->en);
}

static void tell_stale(const struct telling *t)
{
	struct alert alert = begin(t, "backup_stale");
	char age[TIME_TEXT], allowed[TIME_TEXT];

	if (t->judged->stale_from == LEVELS)
		return;
	say(&alert, t, &t->judged->fresh_say);
	alert.level = t->judged->stale_from;
	if (t->judged->very_from <= t->ask->level)
		alert.severity = SEVERITY_HIGH;
	alert_why(&alert, "Age of the newest", "%s", time_span(t->judged->age, age));
	alert_why(&alert, "Allowed now", "%s", time_span(t->judged->allowed, allowed));
	if (t->judged->oldest)
		alert_why(&alert, "Host", "%s", t->judged->oldest->host);
	t->tell(t->whom, &alert);
}

static void tell_failed(const struct telling *t)
{
	enum tool_trouble trouble = t->judged->trouble;
	struct alert alert = begin(t, "backup_failed");
	struct words words;

	if (trouble == TOOL_FINE || trouble == TOOL_DAMAGED)
		return;
	if (trouble == TOOL_LOCKED && t->ask->now.now - t->judged->failed->since < LOCKED_LONG)
		return;
	words_two(&words, trouble_say(trouble, ENGLISH), trouble_say(trouble, JAPANESE));
	say(&alert, t, &words);
	alert_why(&alert, "Trouble", "%s", trouble_name(trouble));
	alert_why(&alert, "The program said", "%s", t->judged->failed->said);
	alert_why(&alert, "Mend", "%s", trouble_mend(trouble, ENGLISH));
	t->tell(t->whom, &alert);
}

static void tell_lost(const struct telling *t)
{
	struct alert alert = begin(t, "backup_failed");

	if (!t->ask->state->sets_lost)
		return;
	say(&alert, t, &t->judged->lost_say);
	alert_why(&alert, "Snapshots that are not watched", "%" PRIu32, t->ask->state->sets_lost);
	t->tell(t->whom, &alert);
}

static void tell_damaged(const struct telling *t)
{
	struct alert alert = begin(t, "backup_damaged");

	if (!t->ask->state->damaged_part)
		return;
	say(&alert, t, &t->judged->whole_say);
	alert.severity = SEVERITY_CRITICAL;
	alert_why(&alert, "The program said", "%s", t->ask->state->jobs[BACKUP_VERIFY].said);
	t->tell(t->whom, &alert);
}

static void tell_unproven(const struct telling *t)
{
	const struct backup_drilled *drill = &t->ask->state->drill;
	struct alert alert = begin(t, "backup_unproven");
	bool failed = drill->at && !drill->good;

	if (!failed && t->judged->drill_from == LEVELS)
		return;
	say(&alert, t, &t->judged->drill_say);
	alert.level = failed ? LEVEL_NORMAL : t->judged->drill_from;
	alert.severity = failed           ? SEVERITY_HIGH
			 : drill->good_at ? SEVERITY_NOTICE
					  : SEVERITY_WARNING;
	if (failed)
		alert_why(&alert, "Wrong or missing files", "%" PRIu64,
			  drill->wrong + drill->missing);
	t->tell(t->whom, &alert);
}

static const char *string(const json_t *from, const char *key)
{
	const char *value = json_string_value(json_object_get(from, key));

	return value ? value : "";
}

/* ATT&CK's ids must outlive the JSON that named them. */
static const char *attack_of(const json_t *alarm)
{
	static const char *const known[] = { "T1486", "T1485", "T1490", "T1491" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(string(alarm, "attack"), known[i]) == 0)
			return known[i];
	return known[0];
}

static void tell_alarm(const struct telling *t, const json_t *alarm)
{
	bool wiped = strcmp(string(alarm, "kind"), "wiped") == 0;
	struct alert alert = begin(t, wiped ? "backup_wiped" : "backup_deleted");
	json_t *why;
	size_t i;

	snprintf(alert.say, sizeof(alert.say), "Backup '%s': %.400s", t->ask->repository->name,
		 string(json_object_get(alarm, "say"), "en"));
	alert.severity = SEVERITY_CRITICAL;
	alert.attack = attack_of(alarm);
	alert.confidence = (uint8_t)(json_integer_value(json_object_get(alarm, "confidence")) %
				     101);
	alert_why(&alert, "Alarm", "%lld",
		  (long long)json_integer_value(json_object_get(alarm, "id")));
	if (*string(alarm, "snapshot"))
		alert_why(&alert, "Snapshot", "%.16s", string(alarm, "snapshot"));
	if (*string(json_object_get(alarm, "last_good"), "snapshot"))
		alert_why(&alert, "Last good snapshot", "%.16s",
			  string(json_object_get(alarm, "last_good"), "snapshot"));
	json_array_foreach(json_object_get(alarm, "why"), i, why) alert_why(
		&alert, string(json_object_get(why, "key"), "en"), "%s", string(why, "value"));
	t->tell(t->whom, &alert);
}

void judge_alerts(const struct judge_ask *ask, const struct judged *judged, judge_alert *tell,
		  void *whom)
{
	struct telling t = { ask, judged, tell, whom };
	json_t *alarm;
	size_t i;

	json_array_foreach(ask->alarms, i, alarm) tell_alarm(&t, alarm);
	tell_damaged(&t);
	tell_stale(&t);
	tell_failed(&t);
	tell_lost(&t);
	tell_unproven(&t);
}
