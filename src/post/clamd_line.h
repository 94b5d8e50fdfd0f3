/*
 * clamd_line.h - the questions of the mail process to ClamAV's daemon, in one session over a connection that the warden
 * made, and that is replaced when it breaks.
 *
 * Nothing here waits, and no byte of a message is read: its descriptor goes to clamd (FILDES), as all messages are
 * sealed memory files. Each question has an end, whatever clamd does. When clamd says nothing for so long that no answer
 * would be in time, or talks nonsense, the connection is hung up, which the warden sees, and makes another one; until
 * clamd answers there, messages go without its opinion at once. A short absence is waited for.
 */
#ifndef POST_CLAMD_LINE_H
#define POST_CLAMD_LINE_H

#include "app/clamd.h"
#include "process/loop.h"

struct clamd_line;

/* OK: *name as clamd_answer_read() has it. Else why there is no opinion. It must not ask again from within. */
typedef void clamd_told(void *whom, enum err err, const char *name);

/* `path`: of the socket, for the log; borrowed. `seconds`: that a question has. NULL: errno. */
struct clamd_line *clamd_line_new(struct loop *loop, const char *path, unsigned seconds);

/* The loop must be freed or never run again, too. Those who wait are told nothing. */
void clamd_line_free(struct clamd_line *line);

/* AWAY: messages go without its opinion at once. Else it answers, or that is not known yet, or it is waited for. */
enum clamd_standing { CLAMD_UNKNOWN, CLAMD_ANSWERS, CLAMD_AWAY };
enum clamd_standing clamd_line_standing(const struct clamd_line *line);

/* A connection (clamd_connect()), which it owns from now on, in place of the one before. */
void clamd_line_join(struct clamd_line *line, int fd);

/* `fd` stays the caller's, who may close it at once. Tells once: now, or later. */
void clamd_line_ask(struct clamd_line *line, int fd, clamd_told *told, void *whom);

#endif
