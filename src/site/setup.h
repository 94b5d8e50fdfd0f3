/*
 * setup.h - the watch as people want it.
 */
#ifndef SITE_SETUP_H
#define SITE_SETUP_H

#include "policy/site_policy.h"
#include "site/watch.h"

#define SITE_FOLDER "site" /* below the folder of all that is kept */
#define SITE_LEDGER "site/ledger.db"

/* Points into the configuration, which must stay. */
struct site_setup {
	struct site_watch_settings settings;
	const char *own[SITE_POLICY_HOSTS + 1];
};
void site_setup(struct site_setup *setup, const struct site_policy *policy, const char *writer);

#endif
