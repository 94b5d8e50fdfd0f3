/*
 * held_frame.h - a message that is held, as bytes, for the way from the milter to the keeper.
 *
 * The milter reads what anybody sends, so it may have been broken into: texts must end, numbers must be in their
 * ranges, a name must not be a path.
 */
#ifndef MILTER_HELD_FRAME_H
#define MILTER_HELD_FRAME_H

#include "mail/result_frame.h"
#include "quarantine/held.h"

#define HELD_FRAME_MAX (sizeof(struct held) + RESULT_FRAME_MAX)

void held_frame_write(struct pen *room, const struct held *held, const struct mail_result *result);

/* ERR_FORMAT: our own milter sends no such thing. */
MUST_USE enum err held_frame_read(struct span bytes, struct held *held, struct mail_result *result);

#endif
