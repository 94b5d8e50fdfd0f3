/*
 * site.h - what the verbs of `hinomi site` share: what was said, and where things are.
 */
#ifndef CMD_SITE_H
#define CMD_SITE_H

#include "config/config.h"
#include "site/setup.h"

#include <jansson.h>

/* What the words say. */
struct site_said {
	const char *config, *state;
	const char *name, *keyword, *file, *reason;
	const char *trouble; /* with what was said, the first; NULL: none */
	const char *own[SITE_OWN];
	unsigned own_count;
	uint32_t every, limit;
	bool json, mine, all, once, look;
	char *const *words; /* behind the verb */
	size_t count;
};

/* The configuration and the ledger. */
struct site_place {
	struct config *config;
	struct ledger *ledger; /* NULL: there is none yet, and none was to be made */
	struct site_setup setup;
};

/* False: it has told what is wrong. `make`: the ledger is begun where there is none. */
bool site_place_open(struct site_place *place, const struct site_said *said, bool make);
void site_place_close(struct site_place *place);

int site_wrong(const char *format, ...) __attribute__((format(printf, 1, 2))); /* says it; 2 */
bool site_good(enum err err, const struct ledger *ledger); /* else it has told why */

/* The verbs. Exit codes: 0 good, 1 not, 2 error. */
int site_verb_add(const struct site_said *said);
int site_verb_remove(const struct site_said *said);
int site_verb_history(const struct site_said *said);
int site_verb_check(const struct site_said *said);
int site_verb_status(const struct site_said *said);
int site_verb_approve(const struct site_said *said);

/* A look at one that was added just now. */
int site_check_name(struct site_place *place, const struct site_said *said, const char *name);

/* site_print.c: documents for people. */
void site_print_row(const json_t *site);     /* one line */
void site_print_look(const json_t *site);    /* the phases of the last look, what changed */
void site_print_change(const json_t *site);  /* what changed at the page */
bool site_is_good(const json_t *site);       /* also the last look by itself */

#endif
