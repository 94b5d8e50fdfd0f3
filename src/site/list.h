/*
 * list.h - the sites that people have added, as the ledger has them; and the history of each.
 *
 * The command line and the tower's process both use it at the same time: who changes anything leaves a mark, by which
 * the other knows to read again.
 */
#ifndef SITE_LIST_H
#define SITE_LIST_H

#include "ledger/ledger.h"
#include "fare/site.h"

#define SITE_KIND   "site"   /* of the ledger: settings by name; the same of the history */
#define COURSE_KIND "course" /* what was seen of it */

/* Errors as those of the ledger. ERR_EMPTY: there is none of that name. */
MUST_USE enum err site_list_get(struct ledger *ledger, const char *name, struct site_settings *settings);
MUST_USE enum err site_list_put(struct ledger *ledger, const struct site_settings *settings);
/* With all that was kept of it, but the history. */
MUST_USE enum err site_list_remove(struct ledger *ledger, const char *name);

typedef bool site_list_see(void *whom, const struct site_settings *settings);
MUST_USE enum err site_list_each(struct ledger *ledger, site_list_see *see, void *whom);

/* What changes whenever somebody left a mark; 0 before the first. */
MUST_USE enum err site_list_mark(struct ledger *ledger, json_int_t *mark);
MUST_USE enum err site_list_leave_mark(struct ledger *ledger);

#endif
