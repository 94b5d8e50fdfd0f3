/*
 * watched.h - what the watches without packets (backups, web sites) tell the keeper: documents by kind and name, and
 * the rules of their alerts. docs/tower.md says what is in the documents.
 */
#ifndef POLICY_WATCHED_H
#define POLICY_WATCHED_H

#include <stdbool.h>
#include <stddef.h>

enum watched_kind {
	WATCHED_BACKUP,      /* one repository */
	WATCHED_BACKUPS,     /* name "": what is said of all of them, and the history */
	WATCHED_CERTIFICATE, /* of the last good drill of a repository */
	WATCHED_SITE,        /* one site */
	WATCHED_SITES,       /* name "": what is said of all of them */
	WATCHED_KINDS,
};
enum watched_news { WATCHED_IS, WATCHED_GONE, WATCHED_ALL_GONE /* of this kind, whatever the name */ };

enum watcher { WATCHER_BACKUPS, WATCHER_SITES, WATCHERS };

/* How a repository or a site is; each kind knows some of them. */
enum watched_state {
	STATE_GOOD,
	STATE_SLOW,
	STATE_WARNING,
	STATE_BAD,
	STATE_DOWN,
	STATE_ALARM,
	STATE_DEFACED,
	STATE_UNKNOWN,
	WATCHED_STATES,
};
const char *watched_state_name(enum watched_state state); /* "good" */
/* Whether documents of this kind may say so; of the other kinds none has a state. */
bool watched_has(enum watched_kind kind, enum watched_state state);

#define WATCHED_NAME 200          /* bytes of a name */
#define WATCHED_JSON (512u << 10) /* bytes of a document, of any kind */

/* Bytes of a document of this kind: what is longer is refused, so that an answer with all of them fits into a frame. */
size_t watched_most(enum watched_kind kind);

/* How the names of the rules of each watch begin: none may raise the alerts of another. */
#define WATCHED_BACKUP_RULES "backup_"
#define WATCHED_SITE_RULES   "site_"
extern const char *const watched_rules[];
extern const size_t watched_rule_count;

#endif
