/*
 * alert.h - an examination as an opinion like those of the detectors, so that it becomes a case.
 */
#ifndef MAIL_ALERT_H
#define MAIL_ALERT_H

#include "mail/mail.h"
#include "model/alert.h"

#define MAIL_RULE "mail"

/* How the message came, and what became of it. */
struct mail_way {
	const char *client;    /* the address that it came from, as text */
	const char *sender;    /* address of the envelope, else of the From field; may be empty */
	const char *receiver;  /* one of them */
	unsigned receivers;
	const char *done;      /* "held in quarantine" */
	uint64_t bytes;
	usec_t at;
	enum direction direction;
};

/* The cases that are going on: a wave of mail is one case, although its senders vary. */
#define MAIL_WAVES 64
struct mail_waves {
	struct {
		uint64_t key;
		usec_t last;
		struct entity who;
	} waves[MAIL_WAVES];
};

/* False: the verdict is nothing to be alarmed about. */
bool mail_alert(struct mail_waves *waves, const struct mail_result *result, const struct mail_way *way,
		struct alert *alert);

#endif
