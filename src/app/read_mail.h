/*
 * read_mail.h - mail out of captures, examined in children while the packets are read.
 */
#ifndef APP_READ_MAIL_H
#define APP_READ_MAIL_H

#include "app/pipeline.h"

struct read_mail;

/* `home` and `index` (NULL: none) are borrowed. NULL: errno. */
struct read_mail *read_mail_new(const struct home *home, const struct index *index);
void read_mail_free(struct read_mail *mail); /* NULL is allowed */

/* For the pipeline. */
struct talk_mail_sink read_mail_sink(struct read_mail *mail);

/* Hands on what has come; after each batch of frames. */
void read_mail_turn(struct read_mail *mail);

/* Between pipeline_close() and pipeline_end(): waits for the rest, and raises what was found in the order of the
 * messages. Returns how many messages were not examined. */
uint64_t read_mail_end(struct read_mail *mail, struct pipeline *pipeline);

#endif
