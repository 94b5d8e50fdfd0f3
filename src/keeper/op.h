/*
 * op.h - one operation on its way: who asks, the arguments, and the answer that is being written.
 *
 * A function of the table (op.c) reads its arguments, which fails with words that a person understands,
 * does what it is for, and writes its data last: a value of JSON, or nothing when it failed.
 */
#ifndef KEEPER_OP_H
#define KEEPER_OP_H

#include "base/json.h"
#include "keeper/keeper.h"
#include "policy/tower.h"
#include "store/store_log.h"

#include <jansson.h>

#define OP_REASON 1000 /* bytes of a reason */
#define OP_NOTE   4000 /* of a note */
#define OP_NAME   64   /* of a user's, a rule's or a target's name */

enum op_code { OP_OK, OP_BAD_REQUEST, OP_FORBIDDEN, OP_NOT_FOUND, OP_CONFLICT, OP_LIMIT, OP_FAILED };

#define OP_WORDS 400
struct op {
	struct keeper *keeper;
	enum keeper_asker asker;
	usec_t now;
	const char *user;     /* "": nobody is logged in */
	enum tower_role role; /* what the user may */
	const json_t *args;
	struct json *json; /* the answer's data */
	enum op_code code;
	struct {
		char en[OP_WORDS], ja[OP_WORDS];
	} error;
};

/* Sets why it failed, unless it failed before; `about` (NULL: nothing) names the argument. False, always. */
bool op_fail(struct op *op, enum op_code code, const char *about, struct words why);

/* What the store said, unless it is OK. ERR_EMPTY is "there is none", ERR_LIMIT "too many, or too long". */
bool op_stored(struct op *op, enum err err);

extern const struct words op_damaged; /* what is stored cannot be read */

/* An argument of text, borrowed. NULL: it failed, being missing, blank, too long or no text. */
const char *op_text(struct op *op, const char *name, size_t most);
/* The same, where it may be left out: NULL without failing. Ask op->code. */
const char *op_text_if(struct op *op, const char *name, size_t most);

/* A whole number from 1 to `most`, as a number or as digits; `usual` when it is left out. */
uint64_t op_number(struct op *op, const char *name, uint64_t most, uint64_t usual);
/* The same, which may not be left out. 0: it failed. */
uint64_t op_id(struct op *op, const char *name);

/* One of the levels, severities or roles by its name. False: it failed. */
bool op_level(struct op *op, const char *name, enum level *level);
bool op_severity_if(struct op *op, const char *name, enum severity *severity);

/* An instant. False: it failed. */
bool op_instant(struct op *op, const char *name, usec_t *t);
/* When something ends: now and `for`, or `until`; in the future, at most `most` from now. */
bool op_until(struct op *op, usec_t most, usec_t *until);

/* What a person does to the thing with a number: the reason asked for, and the line for the log, which says
 * `before`, the number, `after`. False: it failed, or `id` is 0. `done` holds the act's text. */
struct op_deed {
	struct store_act act;
	char what[STORE_TEXT];
};
bool op_deed(struct op *op, struct op_deed *done, uint64_t id, struct words before, struct words after);

/* The functions of the table, by the file that they are in. */
typedef void op_run(struct op *op);
op_run op_status, op_health;                                                /* status.c */
op_run op_traffic, op_metrics;                                              /* measure.c */
op_run op_incidents, op_incident, op_evidence;                              /* op_incident.c */
op_run op_acknowledge, op_close, op_annotate;
op_run op_silence, op_exceptions, op_exception_end;                         /* exceptions.c */
op_run op_level_show, op_level_set, op_calendar_add, op_calendar_remove;    /* op_level.c */
op_run op_level_preview;
op_run op_actions, op_block, op_action_accept, op_unblock, op_undo_all;     /* op_action.c */
op_run op_backup;                                                           /* keeper.c */
op_run op_filters;                                                          /* floods.c */
op_run op_quarantine, op_quarantine_mail, op_quarantine_release;            /* quarantine/shelf_op.c */
op_run op_quarantine_delete;
op_run op_backups, op_backup_certificate, op_backup_do, op_backup_settle;   /* watched/watched_op.c */
op_run op_sites, op_site, op_site_check, op_site_approve;
op_run op_log, op_tellers, op_teller_test, op_accounts, op_account_set;     /* op_people.c */
op_run op_account_remove, op_password_set, op_login_secret, op_login_done;

#endif
