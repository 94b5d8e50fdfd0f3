/*
 * target.h - whom the tower tells what it sees, and how: a mail address, a chat, a log, a program.
 *
 * Made of the configuration, used by whoever decides what is told (respond/route.h) and who tells it
 * (respond/teller.h). Plain: it holds no pointer, and may be copied.
 */
#ifndef MODEL_TARGET_H
#define MODEL_TARGET_H

#include "policy/language.h"
#include "policy/level.h"

#include <stdbool.h>
#include <stdint.h>

#define TARGETS_MAX      16
#define TARGET_NAME      32
#define TARGET_URL       512
#define TARGET_ADDRESS   256
#define TARGET_ADDRESSES 8
#define TARGET_WORDS     8

enum target_kind {
	TARGET_MAIL,    /* SMTP to one or more addresses */
	TARGET_WEBHOOK, /* our own JSON by POST */
	TARGET_SLACK,   /* an incoming webhook of Slack, or of what understands the same (Mattermost) */
	TARGET_TEAMS,   /* a workflow of Microsoft Teams that takes Adaptive Cards */
	TARGET_SYSLOG,  /* RFC 5424 */
	TARGET_CEF,     /* ArcSight's Common Event Format, in syslog */
	TARGET_PROGRAM, /* is run for each message, which it reads as JSON from standard input */
	TARGET_KINDS,
};

struct target {
	char name[TARGET_NAME]; /* letters, digits, '-' and '_' */
	enum target_kind kind;
	/* mail: smtp:// (with STARTTLS) or smtps://; webhook, slack, teams: https://, or http:// to this host;
	 * syslog, cef: udp:// or tcp://. May be a secret: a webhook's address is all that is needed to post
	 * there. */
	char url[TARGET_URL];
	bool plain; /* smtp:// without STARTTLS and http:// to any host are allowed */
	char from[TARGET_ADDRESS], to[TARGET_ADDRESSES][TARGET_ADDRESS]; /* mail; "" ends the list, if it is not full */
	char user[TARGET_ADDRESS];   /* mail; "": no login */
	char secret[TARGET_ADDRESS]; /* mail: the password; webhook: a Bearer token; "": none */
	char url_file[TARGET_ADDRESS], secret_file[TARGET_ADDRESS]; /* where they were read from; "": nowhere */
	char program[TARGET_WORDS][TARGET_ADDRESS]; /* an absolute path and its words */
	uint8_t facility; /* syslog, cef: 0 to 23 (RFC 5424, table 1) */
	bool by_level;    /* told is what the vigilance level says (level_rules.tell_from) ... */
	enum severity least; /* ... else what is at least so severe */
	uint8_t levels;   /* bits 1 << enum level at which it is told at all */
	enum language language;
	uint32_t max_per_hour; /* messages; 0: no bound */
};

const char *target_kind_name(enum target_kind kind); /* "webhook" */

/* The parts of a target's URL: SCHEME://HOST[:PORT][/PATH]. */
struct target_place {
	char scheme[8]; /* lower case */
	char host[TARGET_ADDRESS]; /* a name or an address, without brackets */
	char port[6]; /* "" when it is not given */
	bool path;    /* something follows */
};

/* False: it is none, or has a user, a blank or anything that is not ASCII. */
bool target_place(const char *url, struct target_place *place);

/* The place is this very host: nobody listens on the way. */
bool target_is_here(const struct target_place *place);

#endif
