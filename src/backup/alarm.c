/* alarm.c - alarms that are open: opened, found, settled by a person. */
#include "backup/wiper.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
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

void alarm_open(struct backup_work *work, json_t *alarm, const struct words *say)
{
	struct ledger *ledger = work->watch->ledger;
	const char *name = work->repository->name;
	json_t *was = alarm_of_set(ledger, name, json_string_value(json_object_get(alarm, "kind")),
				   (uint64_t)json_integer_value(json_object_get(alarm, "set")));
	enum err err;

	if (was) {
		json_object_set(alarm, "id", json_object_get(was, "id"));
		json_object_set(alarm, "opened", json_object_get(was, "opened"));
	} else {
		uint64_t id = work_note(work->watch, name, work->begun.now,
					&(struct work_entry){ .what = "alarm", .say = say });

		json_object_set_new(alarm, "id", json_integer((json_int_t)id));
		json_object_set_new(alarm, "opened", words_time(work->begun.now));
	}
	err = put_alarm(ledger, name, alarm);
	if (err != OK) { /* the job must not end well */
		work->outcome->ok = false;
		words_say(&work->outcome->say, "An alarm could not be kept: %s",
			  "警報を記録できませんでした: %s", ledger_trouble(ledger));
	}
	json_decref(was);
	json_decref(alarm);
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

/* What was new is the normal from now on: the listing that was kept beside becomes the base. */
static void learn(struct backup_watch *watch, const struct repository *repository,
		  const json_t *alarm)
{
	struct backup_base base = { .at = (usec_t)json_integer_value(
					    json_object_get(alarm, "snapshot_at")) };
	uint64_t set = (uint64_t)json_integer_value(json_object_get(alarm, "set"));
	const char *learned = json_string_value(json_object_get(alarm, "learned"));
	const char *snapshot = json_string_value(json_object_get(alarm, "snapshot"));
	char from[PATH_MAX], to[PATH_MAX];

	base_path(watch, repository, set, ".new", from);
	base_path(watch, repository, set, ".list", to);
	if (!learned || !snapshot || rename(from, to) != 0)
		return; /* a "deleted" one; or the listing is gone: the next look compares with the
			   old one again */
	snprintf(base.snapshot, sizeof(base.snapshot), "%s", snapshot);
	base.learned = (char *)learned;
	if (base_save(watch->ledger, repository->name, set, &base) != OK)
		unlink(to); /* a listing without its snapshot's name is of no use: the next look
			       begins anew */
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
		bool good;

		if (settling->ours)
			learn(watch, repository, alarm);
		good = settle_all(watch, repository, settling);
		err = ledger_end(watch->ledger, good);
		if (!good)
			err = ERR_WRITE;
	}
	json_decref(alarm);
	return err;
}
