/* level.c - the tower's level of vigilance, kept for the command line: what is an alarm at it must not be taken for good
 * by a run by hand. */
#include "backup/watch.h"

#include "base/text.h"

#include <jansson.h>
#include <stdlib.h>

static const char kind[] = "level", key[] = "tower";

enum err backup_level_keep(struct ledger *ledger, enum level level)
{
	char body[64];

	snprintf(body, sizeof(body), "{\"level\":\"%s\"}", level_name(level));
	return ledger_put(ledger, kind, key, text_span(body));
}

enum level backup_level_kept(struct ledger *ledger)
{
	enum level level = LEVEL_NORMAL;
	char *body = NULL;
	const char *name;
	json_t *from;

	if (ledger_get(ledger, kind, key, &body) != OK)
		return LEVEL_NORMAL;
	from = json_loads(body, 0, NULL);
	name = json_string_value(json_object_get(from, "level"));
	if (name && !level_from_name(name, &level))
		level = LEVEL_NORMAL;
	json_decref(from);
	free(body);
	return level;
}
