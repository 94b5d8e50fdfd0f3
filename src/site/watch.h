/*
 * watch.h - the watch over all sites: when each is looked at, what a look changes, what is kept and told.
 *
 * One thread; waits for nothing but site_watch_wait(). The time comes in with every turn, the level when it changes. The
 * list of sites is the ledger's, and is read again when somebody has changed it there.
 */
#ifndef SITE_WATCH_H
#define SITE_WATCH_H

#include "ledger/ledger.h"
#include "probe/probe.h"
#include "site/alerts.h"
#include "site/document.h"

struct site_watch_settings {
	struct probe_settings probe;
	double slow_factor;     /* of the usual time: slower is slow */
	uint32_t again;         /* seconds until a failed look is looked at again */
	uint32_t learn;         /* seconds in which addresses of a new site are learned */
	const char *const *own; /* hosts that belong to every site, NULL-ended; NULL: none */
	const char *writer;     /* who keeps what is seen: one word, another one for each kind of process */
	bool once;              /* one look each, without further ones */
	bool browser;           /* somebody takes pictures: site_watch_picture_wanted() */
};

/* What comes of it. Each may be NULL. */
struct site_watch_calls {
	void *whom;
	void (*site)(void *whom, const char *name, const char *json); /* SITE of docs/tower.md */
	void (*all)(void *whom, const char *json);                    /* SITES */
	void (*gone)(void *whom, const char *name);
	site_alert_tell *alert;
	void (*trouble)(void *whom, const char *text); /* for the log: the ledger */
};

struct site_watch;

/* Reads the list. The ledger is the caller's, and stays open. NULL: no memory, or the ledger could not be read. */
struct site_watch *site_watch_new(struct ledger *ledger, const struct site_watch_settings *settings,
				  const struct site_watch_calls *calls, usec_t now);
/* Keeps what was seen. */
void site_watch_free(struct site_watch *watch, usec_t now);

size_t site_watch_count(const struct site_watch *watch);
void site_watch_level(struct site_watch *watch, enum level level);

/* Begins the looks that are due, keeps, tells: to be called about ten times a second. */
void site_watch_turn(struct site_watch *watch, usec_t now);
/* Takes what looks have found; waits up to `ms`. When the descriptor is ready, and now and then. */
void site_watch_wait(struct site_watch *watch, int ms);
int site_watch_fd(const struct site_watch *watch);

/* A look as soon as may be. ERR_EMPTY: there is no such site. */
MUST_USE enum err site_watch_check(struct site_watch *watch, const char *name);
/* Looks that were asked for and are not over, with the further ones that they need. */
size_t site_watch_pending(const struct site_watch *watch);
/* Nothing is begun but what was asked for: for the command line. */
void site_watch_asked_only(struct site_watch *watch);

/* A person knows of what has changed at the site: page, certificate, names. ERR_EMPTY: nothing has, or there is no such
 * site. */
struct site_approval {
	const char *name, *by, *reason;
};
MUST_USE enum err site_watch_approve(struct site_watch *watch, const struct site_approval *approval, usec_t now);

/* Whose picture is to be taken now; one at a time, and none of a site that is down: pages that are not as usual first, then
 * each once a day, the oldest first. False: none. `page` holds until the next turn. */
struct site_picture_page {
	const char *url;
	const struct ip *at; /* the address that the last look has seen it at */
};
bool site_watch_picture_wanted(struct site_watch *watch, struct site_picture_page *page, uint64_t *number);
/* It is there: the page is looked at again, with it. `hash`: 8 bytes (deface/picture.h); NULL: it could not be taken. */
void site_watch_picture(struct site_watch *watch, uint64_t number, const uint8_t *hash);
/* There will be no more. */
void site_watch_no_pictures(struct site_watch *watch);

/* The site's document as it is now; the caller frees. NULL: there is no such site. */
char *site_watch_document(const struct site_watch *watch, const char *name, usec_t now);
/* Each name in order. */
void site_watch_each(const struct site_watch *watch, void (*see)(void *whom, const char *name), void *whom);

#endif
