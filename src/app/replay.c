/* replay.c - reads ahead by one batch, and hands out what is due. */
#include "app/replay.h"

#include <stdbool.h>
#include <stdlib.h>

#define BATCH 512

struct replay {
	struct capture *capture;
	bool begun, ended;
	usec_t shift; /* from the capture's time to now */
	struct frame frames[BATCH];
	size_t count, at; /* frames read, and how many of them were handed out */
};

enum err replay_open(struct replay **replay, const char *path, struct capture_trouble *trouble)
{
	struct replay *r = calloc(1, sizeof(*r));
	enum err err;

	if (!r)
		return ERR_MEMORY;
	err = capture_open(&r->capture, path, 0, trouble);
	if (err != OK) {
		free(r);
		return err;
	}
	*replay = r;
	return OK;
}

size_t replay_read(struct replay *r, usec_t now, struct frame *frames, size_t max)
{
	size_t n = 0;

	if (r->at == r->count && !r->ended) {
		r->count = capture_read(r->capture, r->frames, BATCH);
		r->at = 0;
		r->ended = r->count == 0;
	}
	if (r->count && !r->begun) {
		r->begun = true;
		r->shift = now - r->frames[0].ts;
	}
	for (; n < max && r->at < r->count && r->frames[r->at].ts + r->shift <= now; n++) {
		frames[n] = r->frames[r->at++];
		frames[n].ts += r->shift;
	}
	return n;
}
