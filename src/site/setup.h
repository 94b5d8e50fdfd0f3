/*
 * setup.h - the watch as the configuration wants it.
 */
#ifndef SITE_SETUP_H
#define SITE_SETUP_H

#include "config/config.h"
#include "site/watch.h"

#define SITE_FOLDER "site" /* below the folder of all that is kept */
#define SITE_LEDGER "site/ledger.db"

/* Points into the configuration, which must stay. */
struct site_setup {
	struct site_watch_settings settings;
	const char *own[CONFIG_OWN_HOSTS + 1];
};
void site_setup(struct site_setup *setup, const struct config_site *config, const char *writer);

#endif
