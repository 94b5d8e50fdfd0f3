/* base.c - the snapshots that new ones are compared with, and what is learned of each set. */
#include "backup/wiper.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>

static const char kind[] = "base";

#define KEY (REPOSITORY_NAME + 20)

void base_path(const struct backup_watch *watch, const struct repository *repository, uint64_t set,
	       const char *ending, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s-%016" PRIx64 "%s", watch->folder, repository->name, set,
		 ending);
}

static void key_of(const char *repository, uint64_t set, char key[KEY])
{
	snprintf(key, KEY, "%s/%016" PRIx64, repository, set);
}

enum err base_load(struct ledger *ledger, const char *repository, uint64_t set,
		   struct backup_base *base)
{
	char key[KEY], *body = NULL;
	const char *text;
	json_t *from;
	enum err err;

	key_of(repository, set, key);
	err = ledger_get(ledger, kind, key, &body);
	if (err != OK)
		return err;
	from = json_loads(body, 0, NULL);
	free(body);
	text = json_string_value(json_object_get(from, "learned"));
	base->learned = strdup(text ? text : "");
	base->at = (usec_t)json_integer_value(json_object_get(from, "at"));
	text = json_string_value(json_object_get(from, "snapshot"));
	snprintf(base->snapshot, sizeof(base->snapshot), "%s", text ? text : "");
	text = json_string_value(json_object_get(from, "attack"));
	snprintf(base->attack, sizeof(base->attack), "%s", text ? text : "");
	json_decref(from);
	return base->learned ? OK : ERR_MEMORY;
}

enum err base_save(struct ledger *ledger, const char *repository, uint64_t set,
		   const struct backup_base *base)
{
	json_t *document = json_pack("{s:s, s:s, s:I, s:s}", "snapshot", base->snapshot, "attack",
				     base->attack, "at", (json_int_t)base->at, "learned",
				     base->learned);
	char key[KEY], *body = document ? json_dumps(document, JSON_COMPACT) : NULL;
	enum err err;

	key_of(repository, set, key);
	err = body ? ledger_put(ledger, kind, key, text_span(body)) : ERR_MEMORY;
	free(body);
	json_decref(document);
	return err;
}

struct asking {
	const char *repository, *snapshot;
	bool found;
};

static bool is_that(void *whom, const struct ledger_row *row)
{
	struct asking *a = whom;
	size_t len = strlen(a->repository);
	const char *snapshot;
	json_t *from;

	if (strncmp(row->key, a->repository, len) != 0 || row->key[len] != '/')
		return true;
	from = json_loads(row->body, 0, NULL);
	snapshot = json_string_value(json_object_get(from, "snapshot"));
	a->found = snapshot && strcmp(snapshot, a->snapshot) == 0;
	json_decref(from);
	return !a->found;
}

/* When the ledger fails, it may be one: nothing is forgotten on a guess. */
bool base_is(struct ledger *ledger, const char *repository, const char *snapshot)
{
	struct asking a = { repository, snapshot, false };

	return ledger_each(ledger, kind, is_that, &a) != OK || a.found;
}
