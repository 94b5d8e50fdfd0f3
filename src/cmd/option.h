/* option.h - what the options of several subcommands have in common. */
#ifndef CMD_OPTION_H
#define CMD_OPTION_H

#include "app/index_watch.h"
#include "feed/feed_store.h"
#include "model/home.h"

/* Calls for each part of a comma-separated list, which it cuts up; false as soon as one call fails. */
bool option_each(char *list, bool (*take)(void *whom, char *part), void *whom);

/* Adds the prefixes of --home; false: it has told what is wrong. `command` is "read". */
bool option_home(const char *command, char *list, struct home *home);

/* Opens the index of indicators of --intel: a folder, "none", or the usual one (NULL) if there is one. *watch stays
 * NULL when none is used. False: one that was named cannot be, and it has told why. */
bool option_index(const char *command, const char *wanted, struct feed_store *store, struct index_watch **watch);

#endif
