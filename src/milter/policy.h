/*
 * policy.h - what becomes of a message: by its verdict, the vigilance level and the configuration.
 */
#ifndef MILTER_POLICY_H
#define MILTER_POLICY_H

#include "config/config.h"
#include "mail/mail.h"
#include "policy/level.h"
#include "quarantine/held.h"

#include <stdbool.h>

enum ruling {
	RULING_DELIVER,
	RULING_HOLD,      /* into quarantine; the sender hears nothing of it */
	RULING_REJECT,    /* the sender is told, for good */
	RULING_TRY_AGAIN, /* the sender is told to come again */
};

struct policy {
	enum level_mail mail; /* of the level of now */
	enum config_malicious on_malicious;
	enum config_failure on_failure;
};

/* `failed`: no examination came to its end; then the result says nothing but that. */
enum ruling policy_rule(const struct policy *policy, enum verdict verdict, bool failed, enum held_why *why);

#endif
