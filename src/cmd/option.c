/* option.c - lists of options, and our own networks among them. */
#include "cmd/option.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool option_each(char *list, bool (*take)(void *whom, char *part), void *whom)
{
	char *rest = list, *part;

	while ((part = strsep(&rest, ",")))
		if (*part && !take(whom, part))
			return false;
	return true;
}

struct home_option {
	const char *command;
	struct home *home;
};

static bool take_home(void *whom, char *part)
{
	struct home_option *option = whom;
	struct prefix prefix;

	if (prefix_parse(&prefix, part) != OK)
		fprintf(stderr, "hinomi %s: --home: '%s' is no address or prefix such as 203.0.113.0/24; see 'hinomi %s --help'\n",
			option->command, part, option->command);
	else if (home_add(option->home, &prefix) != OK)
		fprintf(stderr, "hinomi %s: --home: '%s' is one prefix too many (64 at most)\n", option->command, part);
	else
		return true;
	return false;
}

bool option_home(const char *command, char *list, struct home *home)
{
	struct home_option option = { command, home };

	return option_each(list, take_home, &option);
}

bool option_index(const char *command, const char *wanted, struct feed_store *store, struct index_watch **watch)
{
	struct index_watch_settings settings = { .path = store->index, .strict = !wanted };
	struct run_index found;

	if (wanted && strcmp(wanted, "none") == 0)
		return true;
	if (feed_store_find(store, wanted) != OK)
		return wanted == NULL;
	*watch = index_watch_new(&settings);
	if (!*watch)
		return false;
	index_watch_report(*watch, &found);
	if (found.used || (!wanted && !found.refused && access(store->index, F_OK) != 0))
		return true;
	fprintf(stderr, "hinomi %s: %s: cannot be used as an index of indicators: %s%s\n", command, store->index,
		found.trouble, wanted ? "" : "; going on without it");
	return wanted == NULL;
}
