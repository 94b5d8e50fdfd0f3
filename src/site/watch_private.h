/*
 * watch_private.h - the inside of the watch, for watch.c (turns), watch_list.c (which sites), watch_keep.c (what is kept and
 * told), watch_look.c (what a look changes) and watch_picture.c (pictures).
 */
#ifndef SITE_WATCH_PRIVATE_H
#define SITE_WATCH_PRIVATE_H

#include "incident/words.h"
#include "fare/line_down.h"
#include "site/list.h"
#include "site/watch.h"

/* A site and what is going on with it. Slots are never given back to the system: a look that comes late finds its own
 * generation gone. */
struct slot {
	struct site site;
	uint32_t generation;
	bool used, listed; /* listed: found while the list is read */
	bool under_way;    /* a look */
	bool asked;        /* by a person: to be looked at now, and further ones until it is settled */
	bool dirty, urgent; /* to be kept; at once */
	bool tell;         /* to be told at once */
	usec_t kept_at, told_at, alerted_at;
	struct line_look look; /* the newest */
	usec_t taken; /* the stamp of what was taken from another writer last */
};

/* Something for the history, until it is kept with the rest. */
struct note {
	struct note *next;
	char name[SITE_NAME];
	usec_t at;
	char *json;
};

struct site_watch {
	struct ledger *ledger;
	struct site_watch_settings settings;
	struct site_watch_calls calls;
	struct probe_set *probes;
	enum level level;
	struct slot **slots;  /* by number */
	size_t slot_count;
	struct slot **sorted; /* those in use, by name */
	size_t count;
	struct note *notes, **notes_end;
	unsigned note_count;
	json_int_t mark;
	bool asked_only;
	usec_t now, second_at, minute_at;
	struct site_totals totals, told_totals;
	unsigned looks; /* begun since looks_at */
	usec_t looks_at, trimmed_at;
	bool picture_under_way;
	usec_t picture_at; /* when one was wanted, or came, last */
	struct site_line line;
	usec_t line_alerted_at;
	char *troubled; /* the ledger's trouble that was told last */
};

/* watch_list.c */
bool watch_read_list(struct site_watch *w);
struct slot *watch_find(const struct site_watch *w, const char *name);
uint64_t watch_number(const struct slot *slot, size_t index);
struct slot *watch_slot(const struct site_watch *w, uint64_t number); /* NULL: it is another's by now */

/* watch_look.c */
void watch_take(void *whom, uint64_t number, const struct probe_result *result);
struct course_rules watch_rules(const struct site_watch *w, const struct slot *slot);
usec_t watch_interval(const struct site_watch *w, const struct slot *slot);

/* watch_line.c: true: the look says nothing about the site, and was taken as such */
bool watch_line_take(struct site_watch *w, struct slot *slot, const struct probe_result *result);
void watch_line_alert(struct site_watch *w);

/* watch_keep.c */
void watch_note(struct site_watch *w, const struct slot *slot, const char *what, struct words say); /* of the last look */
void watch_note_json(struct site_watch *w, const struct slot *slot, usec_t at, json_t *json);
void watch_keep(struct site_watch *w, bool all); /* what is due to be kept; all: everything that is not */
void watch_tell(struct site_watch *w);
void watch_trouble(struct site_watch *w, enum err err);

#endif
