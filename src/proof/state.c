/* state.c - the state of a repository as a JSON document of the ledger, and back. */
#include "proof/state.h"

#include "base/text.h"
#include "proof/words.h"

#include <jansson.h>
#include <stdlib.h>

static const char kind[] = "state";

const char *backup_job_name(enum backup_job job)
{
	static const char *const names[BACKUP_JOBS] = { "look", "run", "verify", "drill" };

	return names[job];
}

const char *backup_job_japanese(enum backup_job job)
{
	static const char *const names[BACKUP_JOBS] = { "確認", "バックアップ", "検査",
							"復元訓練" };

	return names[job];
}

static bool same_paths(const struct backup_set *set, const struct snapshot *snapshot)
{
	for (unsigned i = 0; i < SNAPSHOT_PATHS; i++) {
		if (strcmp(set->paths[i], snapshot->paths[i]) != 0)
			return false;
		if (!*set->paths[i])
			break;
	}
	return true;
}

struct backup_set *state_set(struct backup_state *state, const struct snapshot *snapshot)
{
	for (uint32_t i = 0; i < state->set_count; i++)
		if (strcmp(state->sets[i].host, snapshot->host) == 0 &&
		    same_paths(&state->sets[i], snapshot))
			return &state->sets[i];
	return NULL;
}

struct backup_set *state_set_make(struct backup_state *state, const struct snapshot *snapshot)
{
	struct backup_set *set = state_set(state, snapshot);

	if (set || state->set_count == BACKUP_SETS)
		return set;
	set = &state->sets[state->set_count++];
	*set = (struct backup_set){ .count = 0 };
	memcpy(set->host, snapshot->host, sizeof(set->host));
	memcpy(set->paths, snapshot->paths, sizeof(set->paths));
	return set;
}

/* --- out of JSON; what is missing or of another type is zero */

static usec_t number(const json_t *from, const char *key)
{
	return (usec_t)json_integer_value(json_object_get(from, key));
}

static uint32_t small(const json_t *from, const char *key, uint32_t most)
{
	usec_t value = number(from, key);

	return value < 0 || value > most ? 0 : (uint32_t)value;
}

static void text(const json_t *from, const char *key, char *room, size_t size)
{
	const char *value = json_string_value(json_object_get(from, key));

	snprintf(room, size, "%s", value ? value : "");
}

static void take_tried(const json_t *from, struct backup_tried *tried)
{
	tried->at.now = number(from, "at");
	tried->at.boot = number(from, "boot");
	tried->at.boot_id = (uint64_t)number(from, "boot_id");
	tried->good = number(from, "good");
	tried->failed = small(from, "failed", UINT32_MAX);
	tried->trouble = (enum tool_trouble)small(from, "trouble", TOOL_TROUBLES - 1);
	tried->since = number(from, "since");
	text(from, "said", tried->said, sizeof(tried->said));
}

static void take_set(const json_t *from, struct backup_set *set)
{
	const json_t *path;
	size_t i;

	text(from, "host", set->host, sizeof(set->host));
	json_array_foreach(json_object_get(from, "paths"), i,
			   path) if (i < SNAPSHOT_PATHS && json_string_value(path))
		snprintf(set->paths[i], sizeof(set->paths[i]), "%s", json_string_value(path));
	set->newest = number(from, "newest");
	text(from, "newest_id", set->newest_id, sizeof(set->newest_id));
	set->count = small(from, "count", UINT32_MAX);
}

static void take_drill(const json_t *from, struct backup_drilled *drill)
{
	drill->at = number(from, "at");
	drill->good_at = number(from, "good_at");
	drill->count = small(from, "count", UINT32_MAX);
	drill->good = json_is_true(json_object_get(from, "good"));
	drill->certificate = json_is_true(json_object_get(from, "certificate"));
	drill->files = (uint64_t)number(from, "files");
	drill->bytes = (uint64_t)number(from, "bytes");
	drill->files_all = (uint64_t)number(from, "files_all");
	drill->wrong = (uint64_t)number(from, "wrong");
	drill->missing = (uint64_t)number(from, "missing");
	drill->seconds = json_number_value(json_object_get(from, "seconds"));
	drill->rate = json_number_value(json_object_get(from, "rate"));
	drill->full_seconds = json_number_value(json_object_get(from, "full_seconds"));
	text(from, "problem", drill->problem, sizeof(drill->problem));
}

static void take_state(const json_t *from, struct backup_state *state)
{
	const json_t *part, *sets = json_object_get(from, "sets"),
			    *parts = json_object_get(from, "parts");
	size_t i;

	for (unsigned job = 0; job < BACKUP_JOBS; job++)
		take_tried(json_object_get(from, backup_job_name(job)), &state->jobs[job]);
	json_array_foreach(sets, i, part) if (state->set_count < BACKUP_SETS)
		take_set(part, &state->sets[state->set_count++]);
	json_array_foreach(parts, i, part) if (state->part_count < BACKUP_PARTS)
		state->parts[state->part_count++] = (usec_t)json_integer_value(part);
	state->sets_lost = small(from, "sets_lost", UINT32_MAX);
	state->snapshots = small(from, "snapshots", UINT32_MAX);
	state->reading_since = number(from, "reading_since");
	state->damaged_part = small(from, "damaged_part", BACKUP_PARTS + 1);
	state->damaged_since = number(from, "damaged_since");
	state->watched_since = number(from, "watched_since");
	state->clock_back = json_is_true(json_object_get(from, "clock_back"));
	take_drill(json_object_get(from, "last_drill"), &state->drill);
}

enum err state_load(struct ledger *ledger, const char *name, struct backup_state *state)
{
	struct backup_state none = { .set_count = 0 };
	char *body = NULL;
	enum err err = ledger_get(ledger, kind, name, &body);
	json_t *from;

	if (err != OK && err != ERR_EMPTY)
		return err;
	from = body ? json_loads(body, 0, NULL) : NULL;
	free(body);
	*state = none;
	take_state(from, state);
	json_decref(from);
	return OK;
}

/* --- into JSON */

static json_t *integer(int64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *tried_json(const struct backup_tried *tried)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "at", integer(tried->at.now),
			 "boot", integer(tried->at.boot), "boot_id",
			 integer((int64_t)tried->at.boot_id), "good", integer(tried->good),
			 "failed", integer(tried->failed), "trouble", integer(tried->trouble),
			 "since", integer(tried->since), "said",
			 words_string(tried->said));
}

static json_t *set_json(const struct backup_set *set)
{
	json_t *paths = json_array();

	for (unsigned i = 0; i < SNAPSHOT_PATHS && *set->paths[i]; i++)
		json_array_append_new(paths, words_string(set->paths[i]));
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "host", words_string(set->host), "paths", paths, "newest",
			 integer(set->newest), "newest_id", words_string(set->newest_id), "count",
			 integer(set->count));
}

static json_t *drill_json(const struct backup_drilled *drill)
{
	return json_pack(
		"{s:o, s:o, s:o, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:f, s:f, s:f, s:o}", "at",
		integer(drill->at), "count", integer(drill->count), "good_at",
		integer(drill->good_at), "good", drill->good, "certificate", drill->certificate,
		"files", integer((int64_t)drill->files), "bytes", integer((int64_t)drill->bytes),
		"files_all", integer((int64_t)drill->files_all), "wrong",
		integer((int64_t)drill->wrong), "missing", integer((int64_t)drill->missing),
		"seconds", drill->seconds, "rate", drill->rate, "full_seconds", drill->full_seconds,
		"problem", words_string(drill->problem));
}

static json_t *state_json(const struct backup_state *state)
{
	json_t *sets = json_array(), *parts = json_array(), *whole;

	for (uint32_t i = 0; i < state->set_count; i++)
		json_array_append_new(sets, set_json(&state->sets[i]));
	for (uint32_t i = 0; i < state->part_count; i++)
		json_array_append_new(parts, integer(state->parts[i]));
	whole = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "sets", sets,
			  "parts", parts, "sets_lost", integer(state->sets_lost), "snapshots",
			  integer(state->snapshots), "reading_since", integer(state->reading_since),
			  "damaged_part", integer(state->damaged_part), "damaged_since",
			  integer(state->damaged_since), "watched_since",
			  integer(state->watched_since), "clock_back", state->clock_back,
			  "last_drill", drill_json(&state->drill));
	for (unsigned job = 0; whole && job < BACKUP_JOBS; job++)
		json_object_set_new(whole, backup_job_name(job), tried_json(&state->jobs[job]));
	return whole;
}

enum err state_save(struct ledger *ledger, const char *name, const struct backup_state *state)
{
	json_t *whole = state_json(state);
	char *body = whole ? json_dumps(whole, JSON_COMPACT) : NULL;
	enum err err = body ? ledger_put(ledger, kind, name, text_span(body)) : ERR_MEMORY;

	free(body);
	json_decref(whole);
	return err;
}
