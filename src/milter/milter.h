/*
 * milter.h - the mail server asks: each message is gathered, examined by others, and ruled on, before the mail
 * server takes it (Postfix, Sendmail; libmilter, a thread for each connection).
 *
 * A message is never lost: what cannot be examined, held or remembered is answered with "try again", unless the
 * configuration says otherwise. It is never delivered unseen, either.
 */
#ifndef MILTER_MILTER_H
#define MILTER_MILTER_H

#include "quarantine/held.h"
#include "milter/policy.h"
#include "model/alert.h"

/* Those who do what the milter does not do itself; called by many threads at a time, which wait in it. */
struct milter_others {
	void *whom;
	/* Examines the message in the sealed file. False: it could not be. */
	bool (*examine)(void *whom, int fd, struct mail_result *result);
	/* Remembers a message that lies in the vault. False: it is not remembered. */
	bool (*hold)(void *whom, const struct held *held, const struct mail_result *result);
	void (*alert)(void *whom, const struct alert *alert);
	enum level (*level)(void *whom);
};

struct milter_settings {
	const struct config_mail *config;
	const char *vault; /* the folder */
	struct vault_keys keys;
	struct milter_others others;
};

/* Opens the socket: before the sandbox. One milter in a process. False: it is told on standard error. */
bool milter_open(const struct milter_settings *settings);

/* Serves until SIGTERM. False: it could not. */
bool milter_run(void);

#endif
