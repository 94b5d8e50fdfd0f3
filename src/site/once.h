/*
 * once.h - one look at a site that nobody added: only told, nothing of it is kept.
 */
#ifndef SITE_ONCE_H
#define SITE_ONCE_H

#include "site/watch.h"

/* Waits until the look is over. Its document, as site_watch_document(); the caller frees. NULL: no memory. */
char *site_look_once(const struct site_settings *site, const struct site_watch_settings *settings, usec_t now);

#endif
