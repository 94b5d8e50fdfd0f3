/*
 * clamd.h - the opinion of ClamAV's daemon on a message: how it is asked, what its answers mean, and what becomes of a
 * message by them.
 *
 * An opinion besides our own. That it cannot be had is told, and the message is then never clean, as somebody asked for
 * the opinion; it is never lost either. The daemon and its signatures are others': answers are read as hostile.
 * Protocol: clamd(8), INSTREAM, IDSESSION, FILDES.
 */
#ifndef APP_CLAMD_H
#define APP_CLAMD_H

#include "base/err.h"
#include "mail/mail.h"

#include <stdint.h>

#define CLAMD_NAME 128

/* Sends `size` bytes of the descriptor from `offset` on, and waits. OK: *name is what it calls it, "" when it finds nothing.
 * ERR_OPEN: nobody listens there; ERR_READ, ERR_WRITE: it went away; ERR_EMPTY: it did not answer in time; else as
 * clamd_answer_read(). */
MUST_USE enum err clamd_ask(const char *socket, int fd, uint64_t offset, uint64_t size, char name[CLAMD_NAME]);

/* A connection for others to ask by: close-on-exec, does not wait. The socket's name must not be a symbolic link, as who
 * owns its folder could have us connect to anything. -1: errno. */
int clamd_connect(const char *socket);

/* "stream: OK", "fd[10]: Eicar-Signature FOUND". ERR_LIMIT: it did not look into all of it, as that is longer or takes
 * longer than it was told to (StreamMaxLength; Heuristics.Limits.Exceeded); ERR_UNSUPPORTED: it could not ("... ERROR");
 * ERR_FORMAT: it is no answer. */
MUST_USE enum err clamd_answer_read(struct span answer, char name[CLAMD_NAME]);

/* In a session an answer begins with the number of its question, "12: PONG": *answer is moved behind it. ERR_FORMAT. */
MUST_USE enum err clamd_number_read(struct span *answer, uint32_t *number);

/* Why there is no opinion: "it went away". */
const char *clamd_why(enum err err);

/* What it found, or that its opinion could not be had, joins our own. Where our own examination failed, only the former
 * does: then there is a result. */
void clamd_opinion(struct mail_result *result, enum err err, const char *name);

#endif
