/* alarm.c - alarms that are open: opened, found, settled by a person. */
#include "backup/wiper.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char kind[] = "alarm";

#define KEY (REPOSITORY_NAME + 24)

static enum err put_alarm(struct ledger *ledger, const char *repository, const json_t *alarm)
{
	char key[KEY], *body = json_dumps(alarm, JSON_COMPACT);
	enum err err;

	snprintf(key, sizeof(key), "%s/%lld", repository,
		 (long long)json_integer_value(json_object_get(alarm, "id")));
	err = body ? ledger_put(ledger, kind, key, text_span(body)) : ERR_MEMORY;
	free(body);
	return err;
}

struct gathering {
	const char *repository;
	json_t *alarms;
};

static bool gather(void *whom, const struct ledger_row *row)
{
	struct gathering *g = whom;
	size_t len = strlen(g->repository);

	if (strncmp(row->key, g->repository, len) == 0 && row->key[len] == '/')
		json_array_append_new(g->alarms, json_loads(row->body, 0, NULL));
	return true;
}

json_t *alarms_of(struct ledger *ledger, const char *repository)
{
	struct gathering g = { repository, json_array() };

	if (g.alarms && ledger_each(ledger, kind, gather, &g) == OK)
		return g.alarms;
	json_decref(g.alarms);
	return NULL;
}

json_t *alarm_of_set(struct ledger *ledger, const char *repository, const char *what, uint64_t set)
{
	json_t *all = alarms_of(ledger, repository), *alarm, *found = NULL;
	size_t i;

	json_array_foreach(all, i, alarm)
	{
		const char *is = json_string_value(json_object_get(alarm, "kind"));

		if (!found && is && strcmp(is, what) == 0 &&
		    (uint64_t)json_integer_value(json_object_get(alarm, "set")) == set)
			found = json_incref(alarm);
	}
	json_decref(all);
	return found;
}

/* Its number, as that of its entry in the history; 0: that could not be written. */
static uint64_t number_it(struct backup_work *work, json_t *alarm, const struct words *say)
{
	struct ledger *ledger = work->watch->ledger;
	const char *name = work->repository->name;
	json_t *was = alarm_of_set(ledger, name, json_string_value(json_object_get(alarm, "kind")),
				   (uint64_t)json_integer_value(json_object_get(alarm, "set")));
	uint64_t id;

	if (was) {
		id = (uint64_t)json_integer_value(json_object_get(was, "id"));
		json_object_set(alarm, "opened", json_object_get(was, "opened"));
	} else {
		id = work_note(work->watch, name, work->begun.now,
			       &(struct work_entry){ .what = "alarm", .say = say });
		json_object_set_new(alarm, "opened", words_time(work->begun.now));
	}
	json_object_set_new(alarm, "id", json_integer((json_int_t)id));
	json_decref(was);
	return id;
}

bool alarm_open(struct backup_work *work, json_t *alarm, const struct words *say)
{
	struct ledger *ledger = work->watch->ledger;
	bool kept = alarm && number_it(work, alarm, say) &&
		    put_alarm(ledger, work->repository->name, alarm) == OK;

	json_decref(alarm);
	if (kept)
		return true;
	work_fail(work, TOOL_OTHER, ledger_trouble(ledger));
	words_say(&work->outcome->say, "An alarm could not be kept: %s", "警報を記録できませんでした: %s",
		  ledger_trouble(ledger));
	return false;
}

/* --- settled */

static json_t *alarm_numbered(struct ledger *ledger, const char *repository, uint64_t id)
{
	json_t *all = alarms_of(ledger, repository), *alarm, *found = NULL;
	size_t i;

	json_array_foreach(
		all, i, alarm) if ((uint64_t)json_integer_value(json_object_get(alarm, "id")) == id)
		found = json_incref(alarm);
	json_decref(all);
	return found;
}

/* What was new is the normal from now on: its snapshot becomes the base, and so does its listing, once that is kept.
 * ERR_EMPTY: there is nothing to learn. */
static enum err learn(struct backup_watch *watch, const struct repository *repository,
		  const json_t *alarm)
{
	struct backup_base base = { .at = (usec_t)json_integer_value(
					    json_object_get(alarm, "snapshot_at")) };
	uint64_t set = (uint64_t)json_integer_value(json_object_get(alarm, "set"));
	const char *learned = json_string_value(json_object_get(alarm, "learned"));
	const char *snapshot = json_string_value(json_object_get(alarm, "snapshot"));
	char listing[PATH_MAX];

	base_path(watch, repository, set, ".new", listing);
	if (!learned || !snapshot || access(listing, F_OK) != 0)
		return ERR_EMPTY; /* a "deleted" one; or the listing is gone: the next look compares with
				 the old one again */
	snprintf(base.snapshot, sizeof(base.snapshot), "%s", snapshot);
	base.learned = (char *)learned;
	return base_save(watch->ledger, repository->name, set, &base);
}

/* Of this snapshot all is said: only the next one that looks so is an alarm again. */
static enum err note_attack(struct backup_watch *watch, const struct repository *repository,
			    const json_t *alarm)
{
	struct backup_base base = { .at = 0 };
	uint64_t set = (uint64_t)json_integer_value(json_object_get(alarm, "set"));
	const char *snapshot = json_string_value(json_object_get(alarm, "snapshot"));
	enum err err;

	if (!json_object_get(alarm, "learned") || !snapshot)
		return ERR_EMPTY; /* a "deleted" one */
	err = base_load(watch->ledger, repository->name, set, &base);
	if (err != OK && err != ERR_EMPTY)
		return err;
	if (err == ERR_EMPTY)
		base.learned = strdup("");
	snprintf(base.attack, sizeof(base.attack), "%s", snapshot);
	err = base.learned ? base_save(watch->ledger, repository->name, set, &base) : ERR_MEMORY;
	free(base.learned);
	return err;
}

/* Only when all is kept: with its listing in the place of the good one, a change that was not settled after all would
 * never be seen again. The other way round it is an alarm again. */
static void take_listing(const struct backup_watch *watch, const struct repository *repository,
			 const json_t *alarm)
{
	uint64_t set = (uint64_t)json_integer_value(json_object_get(alarm, "set"));
	char from[PATH_MAX], to[PATH_MAX];

	base_path(watch, repository, set, ".new", from);
	base_path(watch, repository, set, ".list", to);
	if (rename(from, to) != 0)
		unlink(from);
}

static bool settle_all(struct backup_watch *watch, const struct repository *repository,
		       const struct backup_settling *settling)
{
	struct words say;
	char key[KEY];

	snprintf(key, sizeof(key), "%s/%" PRIu64, repository->name, settling->alarm);
	words_say(&say,
		  settling->ours ? "%s: alarm %" PRIu64 " was our own doing: %s"
				 : "%s: alarm %" PRIu64 " was an attack: %s",
		  settling->ours ? "%s: 警報 %" PRIu64 " は自分たちの作業でした: %s"
				 : "%s: 警報 %" PRIu64 " は攻撃でした: %s",
		  settling->user, settling->alarm, settling->reason);
	return ledger_remove(watch->ledger, kind, key) == OK &&
	       work_note(watch, repository->name, watch->moment().now,
			 &(struct work_entry){
				 .what = "settled", .ok = settling->ours, .say = &say }) > 0;
}

enum err backup_settle(struct backup_watch *watch, const struct repository *repository,
		       const struct backup_settling *settling)
{
	json_t *alarm = alarm_numbered(watch->ledger, repository->name, settling->alarm);
	enum err err = alarm ? ledger_begin(watch->ledger) : ERR_EMPTY;

	if (err == OK) {
		enum err learned = settling->ours ? learn(watch, repository, alarm)
						  : note_attack(watch, repository, alarm);
		bool good = (learned == OK || learned == ERR_EMPTY) &&
			    settle_all(watch, repository, settling);

		err = ledger_end(watch->ledger, good);
		if (!good)
			err = ERR_WRITE;
		if (err == OK && learned == OK && settling->ours)
			take_listing(watch, repository, alarm);
	}
	json_decref(alarm);
	return err;
}
