/*
 * milter_lines.h - the milter's threads ask, one thread talks: to the mail process and to the keeper.
 *
 * Who asks waits for the answer. When the process that is asked dies, all that it was asked have no answer at once;
 * what was not asked yet waits a little for the next one.
 */
#ifndef POST_MILTER_LINES_H
#define POST_MILTER_LINES_H

#include "mail/mail.h"
#include "quarantine/held.h"
#include "model/alert.h"

struct lines;

/* Over the warden's channel, which it owns. NULL: errno. */
struct lines *lines_new(int warden_fd);
/* Begins the thread; which ends the process when the warden is gone. False: errno. */
bool lines_begin(struct lines *lines);

/* By any thread; as struct milter_others has them. */
bool lines_examine(void *lines, int fd, struct mail_result *result);
bool lines_hold(void *lines, const struct held *held, const struct mail_result *result);
void lines_alert(void *lines, const struct alert *alert);
enum level lines_level(void *lines);

#endif
