/* document.c - the verdict on a repository as JSON, for the page and for programs: docs/tower.md.
 */
#include "proof/judge.h"

#include "proof/schedule.h"
#include "snapshot/trouble.h"

#include <string.h>

static json_t *seconds(usec_t length)
{
	return json_integer((json_int_t)(length / USEC_PER_SEC));
}

static json_t *set_json(const struct judge_ask *ask, const struct backup_set *set, usec_t allowed)
{
	usec_t age = ask->now.now > set->newest ? ask->now.now - set->newest : 0;
	json_t *paths = json_array();

	for (unsigned i = 0; i < SNAPSHOT_PATHS && *set->paths[i]; i++)
		json_array_append_new(paths, words_string(set->paths[i]));
	return json_pack("{s:o, s:o, s:o, s:o, s:b}", "host", words_string(set->host), "paths", paths,
			 "newest", words_time(set->newest), "age", seconds(age), "ok",
			 age <= allowed);
}

static json_t *fresh_json(const struct judge_ask *ask, const struct judged *j)
{
	json_t *sets = json_array();

	for (uint32_t i = 0; i < ask->state->set_count; i++)
		if (judge_counts(ask, &ask->state->sets[i]))
			json_array_append_new(sets,
					      set_json(ask, &ask->state->sets[i], j->allowed));
	return json_pack("{s:b, s:o, s:o, s:o, s:o, s:o}", "ok", j->fresh, "newest",
			 words_time(j->oldest ? j->oldest->newest : 0), "age",
			 j->oldest ? seconds(j->age) : json_null(), "allowed", seconds(j->allowed),
			 "say", words_object(&j->fresh_say), "sets", sets);
}

static json_t *whole_json(const struct judge_ask *ask, const struct judged *j)
{
	return json_pack("{s:b, s:f, s:i, s:o, s:o}", "ok", j->whole, "share", j->share, "days",
			 (int)ask->repository->whole_days, "last",
			 words_time(ask->state->jobs[BACKUP_VERIFY].good), "say",
			 words_object(&j->whole_say));
}

static json_t *time_or_null(usec_t at)
{
	return at == SCHEDULE_NEVER ? json_null() : words_time(at);
}

static json_t *drill_json(const struct judge_ask *ask, const struct judged *j, usec_t next)
{
	const struct backup_drilled *drill = &ask->state->drill;

	return json_pack("{s:b, s:o, s:o, s:I, s:I, s:f, s:f, s:f, s:b, s:o}", "ok", j->drilled,
			 "last", words_time(drill->at), "next", time_or_null(next), "files",
			 (json_int_t)drill->files, "bytes", (json_int_t)drill->bytes, "seconds",
			 drill->seconds, "rate", drill->rate, "full_seconds", drill->full_seconds,
			 "certificate", drill->certificate, "say", words_object(&j->drill_say));
}

static json_t *trouble_json(const struct judged *j)
{
	struct words say, mend;
	char said[TROUBLE_SAID];

	if (j->trouble == TOOL_FINE)
		return json_null();
	words_two(&say, trouble_say(j->trouble, ENGLISH), trouble_say(j->trouble, JAPANESE));
	words_two(&mend, trouble_mend(j->trouble, ENGLISH), trouble_mend(j->trouble, JAPANESE));
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "kind", trouble_name(j->trouble), "since",
			 words_time(j->failed->since), "say", words_object(&say), "mend",
			 words_object(&mend), "said", words_string(j->failed->said), "said_ja",
			 words_string(trouble_said(j->failed->said, JAPANESE, said)));
}

/* What was learned stays with us; the rest is as it was opened. */
static json_t *alarm_json(const struct judge_ask *ask)
{
	json_t *alarm = json_array_size(ask->alarms) ? json_copy(json_array_get(ask->alarms, 0))
						     : json_null();

	json_object_del(alarm, "learned");
	json_object_del(alarm, "set");
	json_object_del(alarm, "snapshot_at");
	return alarm;
}

/* Who knows a password in a URL knows all: "rest:https://user:secret@host/" without it. */
static void without_secrets(const char *place, char told[REPOSITORY_PATH])
{
	const char *scheme = strstr(place, "://"), *at = scheme ? strrchr(scheme, '@') : NULL,
		   *colon;

	snprintf(told, REPOSITORY_PATH, "%s", place);
	if (!at)
		return;
	colon = memchr(scheme + 3, ':', (size_t)(at - scheme - 3));
	if (colon)
		snprintf(told, REPOSITORY_PATH, "%.*s%s", (int)(colon - place), place, at);
}

json_t *judge_document(const struct judge_ask *ask, const struct judged *j)
{
	const struct repository *r = ask->repository;
	usec_t next[BACKUP_JOBS];
	char place[REPOSITORY_PATH];
	json_t *document;

	schedule_next(r, ask->state, ask->level, &ask->now, next);
	without_secrets(r->place, place);
	document = json_pack("{s:s, s:s, s:o, s:s, s:b, s:b, s:b, s:s, s:o}", "name", r->name,
			     "tool", backup_tool_name(r->tool), "place", words_string(place), "media",
			     backup_media_name(r->media), "offsite", r->offsite, "append_only",
			     r->append_only, "run", r->run, "state", standing_name(j->standing),
			     "say", words_object(&j->say));
	if (!document)
		return NULL;
	json_object_set(document, "busy", ask->busy ? ask->busy : json_null());
	json_object_set_new(document, "fresh", fresh_json(ask, j));
	json_object_set_new(document, "whole", whole_json(ask, j));
	json_object_set_new(document, "drill", drill_json(ask, j, next[BACKUP_DRILL]));
	json_object_set_new(document, "next_run", time_or_null(next[BACKUP_RUN]));
	json_object_set_new(document, "snapshots", json_integer(ask->state->snapshots));
	json_object_set_new(document, "alarm", alarm_json(ask));
	json_object_set_new(document, "trouble", trouble_json(j));
	return document;
}
