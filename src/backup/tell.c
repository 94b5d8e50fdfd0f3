/* tell.c - judges all repositories from the ledger, and gives what people and programs are told. */
#include "backup/tell.h"

#include "backup/work.h"

#include <stdlib.h>

struct backup_view {
	struct backup_watch *watch;
	size_t count;
	struct backup_state *states;
	struct judge_ask *asks;
	struct judged *judged;
};

void backup_view_free(struct backup_view *view)
{
	if (!view)
		return;
	for (size_t i = 0; i < view->count && view->asks; i++) {
		json_decref(view->asks[i].alarms);
		json_decref(view->asks[i].busy);
	}
	free(view->states);
	free(view->asks);
	free(view->judged);
	free(view);
}

static bool view_fill(struct backup_view *view)
{
	struct backup_watch *watch = view->watch;
	struct backup_moment now = watch->moment();

	for (size_t i = 0; i < view->count; i++) {
		const struct repository *repository = &watch->repositories[i];

		if (state_load(watch->ledger, repository->name, &view->states[i]) != OK)
			return false;
		view->asks[i] = (struct judge_ask){ .repository = repository,
						    .state = &view->states[i],
						    .host = watch->host,
						    .level = watch->level,
						    .now = now };
		view->asks[i].alarms = alarms_of(watch->ledger, repository->name);
		view->asks[i].busy = work_busy(watch, repository);
		if (!view->asks[i].alarms)
			return false;
		judge_repository(&view->asks[i], &view->judged[i]);
	}
	return true;
}

struct backup_view *backup_view_new(struct backup_watch *watch)
{
	struct backup_view *view = calloc(1, sizeof(*view));

	if (!view)
		return NULL;
	view->watch = watch;
	view->count = watch->count;
	view->states = calloc(view->count + 1, sizeof(*view->states));
	view->asks = calloc(view->count + 1, sizeof(*view->asks));
	view->judged = calloc(view->count + 1, sizeof(*view->judged));
	if (view->states && view->asks && view->judged && view_fill(view))
		return view;
	backup_view_free(view);
	return NULL;
}

json_t *backup_view_document(const struct backup_view *view, size_t number)
{
	return judge_document(&view->asks[number], &view->judged[number]);
}

const struct judged *backup_view_judged(const struct backup_view *view, size_t number)
{
	return &view->judged[number];
}

const struct judge_ask *backup_view_ask(const struct backup_view *view, size_t number)
{
	return &view->asks[number];
}

static struct rule_ask rule_of(const struct backup_view *view)
{
	return (struct rule_ask){ view->asks, view->judged, view->count };
}

static bool add_entry(void *whom, const struct ledger_row *row)
{
	json_t *entry = json_loads(row->body, 0, NULL);

	if (!json_is_object(entry)) {
		json_decref(entry);
		return true;
	}
	json_object_set_new(entry, "id", json_integer((json_int_t)row->id));
	json_object_set_new(entry, "at", words_time(row->at));
	json_object_set_new(entry, "name", json_string(row->key));
	json_array_append_new(whom, entry);
	return true;
}

json_t *backup_history(struct ledger *ledger, const char *repository, uint32_t limit)
{
	struct ledger_ask ask = { .kind = "history", .key = repository, .limit = limit };
	json_t *all = json_array();

	if (all && ledger_history(ledger, &ask, add_entry, all) == OK)
		return all;
	json_decref(all);
	return NULL;
}

json_t *backup_view_all(const struct backup_view *view)
{
	struct rule_ask rule = rule_of(view);
	json_t *history = backup_history(view->watch->ledger, NULL, BACKUP_HISTORY);

	return json_pack("{s:o, s:o, s:o}", "at", words_time(view->watch->moment().now), "sets",
			 rule_document(&rule), "history", history ? history : json_array());
}

void backup_view_alerts(const struct backup_view *view, judge_alert *tell, void *whom)
{
	struct rule_ask rule = rule_of(view);

	for (size_t i = 0; i < view->count; i++)
		judge_alerts(&view->asks[i], &view->judged[i], tell, whom);
	rule_alerts(&rule, tell, whom);
}
