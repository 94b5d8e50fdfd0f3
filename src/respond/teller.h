/*
 * teller.h - the process that tells people: mail, webhooks, chats, syslog, a program.
 *
 * It holds no queue. The keeper has what is to be told on the disk, hands it over in TELL frames, and
 * keeps each until DONE says that it arrived. What was handed over when this process ended gets no
 * DONE: the keeper hands it over again to the next one, so that a message may come twice, but not never.
 *
 * The teller is the one process that talks to the world of its own accord. It opens no files (but those
 * that libcurl and the resolver need), follows no redirects, speaks only the protocols of its targets,
 * reads no more than a little of an answer, and gives up after a time.
 */
#ifndef RESPOND_TELLER_H
#define RESPOND_TELLER_H

#include "model/target.h"
#include "model/time.h"
#include "respond/message.h"

enum teller_frame {
	TELLER_TELL = 0x40, /* keeper to teller: struct tell as JSON */
	TELLER_DONE,        /* teller to keeper: struct done as JSON */
	TELLER_RELEASE,  /* keeper to teller: {"number", "from", "to": []}; the message, a file of memory, rides on it */
	TELLER_RELEASED, /* teller to keeper: struct done as JSON */
};

/* At most so many TELL without their DONE, of all targets together; one more is answered with DONE, not
 * ok, not permanent. Messages of one target go out one after the other, in their order. */
#define TELLER_WAITING 64
#define TELLER_ERROR   200

struct tell {
	uint64_t number; /* the keeper's, given back in DONE */
	char target[TARGET_NAME];
	struct message message;
};

struct done {
	uint64_t number;
	bool ok;
	bool permanent; /* not ok: trying again is of no use: an address or password that is refused,
			   a target that is not configured, a message that is none */
	char error[TELLER_ERROR]; /* what the other end or the system said, one visible line; may have words
				     when ok, too: "not to all addresses: ..." */
};

/* The bodies of frames: {"number", "target", "message": {...}} and {"number", "ok", "permanent", "error"}.
 * ERR_FORMAT: it is none of these; tell_read() then still sets the number, when there is one. */
void tell_write(FILE *out, const struct tell *tell);
MUST_USE enum err tell_read(struct tell *tell, struct span body);
void done_write(FILE *out, const struct done *done);
MUST_USE enum err done_read(struct done *done, struct span body);

struct teller_settings {
	const struct target *targets; /* borrowed */
	size_t target_count;
	const char *host;    /* what this tower is called: Message-ID, HOSTNAME of syslog */
	const char *ca_file; /* NULL or "": the system's */
	const char *release; /* host and port of the mail server that released mail goes to; NULL or "": none */
	usec_t connect_max, total_max; /* time limits; 0: 10 s, 30 s */
};

/* Serves until the keeper's end of the channel closes or SIGTERM comes. Owns the descriptor. The caller
 * has entered the sandbox. Returns the exit code of the process: 0, or 1 after a notice on stderr. */
int teller_process(const struct teller_settings *settings, int keeper_fd);

#endif
