/*
 * examiner.h - messages are examined in children: forks that can do nothing but read the one message they are
 * handed, whose time and memory are bounded, and that may die.
 *
 * A child is forked with the settings, enters the sandbox (SANDBOX_MAIL) and then examines one message after the
 * other (mail/mail.h). It may have been broken into by what it read, so its answers are read like a message. One
 * that dies, takes too long or answers nonsense is ended and replaced; the others go on, and its message is
 * "not inspected". A child is replaced after EXAMINER_REPLACE messages in any case.
 *
 * The caller has one thread, as forks have. A message is a descriptor: a file, or a memory file that is sealed, so
 * that no child can change what others will read.
 */
#ifndef APP_EXAMINER_H
#define APP_EXAMINER_H

#include "mail/mail.h"
#include "process/loop.h"

#include <sys/types.h>

#define EXAMINER_CHILDREN 64
#define EXAMINER_REPLACE  1000

struct examiner;

struct examiner_settings {
	const struct exam_settings *exam; /* borrowed, with all that it points to */
	unsigned children;   /* at a time; 0: as many as there are processors */
	unsigned waiting;    /* messages that may wait for a child; 0: 1024 */
	uid_t uid;           /* whom the children become when the caller is root; 0: nobody (65534) */
	gid_t gid;
	struct loop *loop;   /* of the caller, who runs it; NULL: examiner_wait() does */
};

struct examiner_message {
	int fd;                /* stays the caller's, who may close it at once */
	uint64_t offset, size; /* the message within it; size 0: all behind the offset */
	struct span name;      /* of its file, for bare documents; may be empty, 255 bytes count */
};

/* The result is the examiner's until the call returns. It may begin further messages, but not free the examiner. */
typedef void examiner_done(void *whom, const struct mail_result *result);

/* Begins no child yet: the first message does. NULL: errno. */
struct examiner *examiner_new(const struct examiner_settings *settings);
/* Ends the children; what is under way is never told. */
void examiner_free(struct examiner *examiner);

/* False: too many wait, or there is no descriptor or memory. Else `done` is called later, once, whatever happens. */
MUST_USE bool examiner_begin(struct examiner *examiner, const struct examiner_message *message,
			     examiner_done *done, void *whom);
/* Messages that were begun and are not done. */
unsigned examiner_busy(const struct examiner *examiner);
/* Whether a message that is begun now gets a child at once. */
bool examiner_idle(const struct examiner *examiner);

/* Without a loop of the caller: waits until one or more messages are done. False: none is under way. */
bool examiner_wait(struct examiner *examiner);
/* One message, from its beginning to its end; likewise without a loop of the caller. */
void examiner_examine(struct examiner *examiner, const struct examiner_message *message,
		      struct mail_result *result);

/* Other settings, or another index, from now on: children are replaced when they have done what they are at. As forks
 * they have settings and index of their own, so the old ones may go at once. */
void examiner_renew(struct examiner *examiner, const struct exam_settings *exam);

/* Whether the result tells of no examination, but of a child that failed. */
bool examiner_failed(const struct mail_result *result);

/* Children that died or were ended over a message. */
uint64_t examiner_lost(const struct examiner *examiner);

/* A message in memory as a sealed descriptor; -1: errno. */
int examiner_memory(struct span bytes);

#endif
