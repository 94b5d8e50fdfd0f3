/*
 * replay.h - a capture as if its packets came now: for the demonstration and for exercises.
 *
 * The first packet is moved to the moment of the first question, all others keep their distances.
 */
#ifndef APP_REPLAY_H
#define APP_REPLAY_H

#include "capture/capture.h"

struct replay;

/* Like capture_open(). It lasts as long as the process. */
MUST_USE enum err replay_open(struct replay **replay, const char *path,
			      struct capture_trouble *trouble);

/* The next frames that are due at `now`, at most `max`; borrowed until the next call. 0: none is due. */
size_t replay_read(struct replay *replay, usec_t now, struct frame *frames, size_t max);

#endif
