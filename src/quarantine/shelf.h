/*
 * shelf.h - the quarantine as the keeper has it: what is put in, what people see of it, release and deletion, and
 * what becomes too old or too much.
 *
 * Its operations (docs/tower.md) are in the keeper's table: quarantine, quarantine_mail, quarantine_release,
 * quarantine_delete.
 */
#ifndef QUARANTINE_SHELF_H
#define QUARANTINE_SHELF_H

#include "keeper/keeper.h"
#include "mail/mail.h"
#include "quarantine/held.h"

struct shelf;

struct shelf_settings {
	const char *folder; /* of the vault; copied */
	struct vault_secret secret;
	uint32_t days;  /* mail is deleted after so many */
	uint64_t bytes; /* and the oldest earlier, beyond this */
	bool releases;  /* there is a mail server to give released mail to */
};

/* A message that is to be given to the mail server again. */
struct shelf_release {
	uint64_t id;
	const char *from, *to; /* of the envelope; `to`: one a line */
	int fd;                /* the message with its token; the shelf's */
};

struct shelf_out {
	void *whom;
	/* False: nobody is there to take it. Else shelf_released() comes later, or shelf_interrupted(). */
	bool (*release)(void *whom, const struct shelf_release *release);
};

/* Joins the keeper's operations. NULL: no memory. */
struct shelf *shelf_new(const struct shelf_settings *settings, struct keeper *keeper, const struct shelf_out *out);
void shelf_free(struct shelf *shelf);
void shelf_configure(struct shelf *shelf, const struct shelf_settings *settings);

/* A message lies in the vault. True: that is on the disk, too. */
bool shelf_hold(struct shelf *shelf, const struct held *held, const struct mail_result *result);

/* How a release went; `error` is for people. */
void shelf_released(struct shelf *shelf, uint64_t id, bool ok, const char *error);
/* Nobody will say of those that were under way. */
void shelf_interrupted(struct shelf *shelf);

/* Once a second. */
void shelf_due(struct shelf *shelf, usec_t now);

#endif
