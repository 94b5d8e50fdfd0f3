/*
 * line.h - what the backup and the site process have in common: the loop, the channels to warden and keeper, documents
 * and alerts on their way up, the level and requests on their way down.
 *
 * Documents that the keeper has no room for now wait here, the newest of each name, and go later; when a keeper begins
 * anew, all are told again.
 */
#ifndef LOOKOUT_LINE_H
#define LOOKOUT_LINE_H

#include "model/alert.h"
#include "process/loop.h"
#include "tower/process.h"

struct line;

struct line_calls {
	void *whom;
	void (*level)(void *whom, enum level level);     /* first before anything else, when the keeper is there */
	void (*request)(void *whom, struct span json);   /* from the keeper: hostile, as it may have been broken into */
	void (*configure)(void *whom, const struct ipc_frame *frame); /* FRAME_CONFIG; NULL: not wanted */
	void (*due)(void *whom, usec_t now);             /* about ten times a second; now: UTC */
};

/* `self`: the process's name for the log. Takes SIGTERM. NULL: errno. Before the sandbox. */
struct line *line_new(const char *self, int warden_fd, const struct line_calls *calls);
struct loop *line_loop(struct line *line);
/* Until SIGTERM or the warden is gone. */
bool line_run(struct line *line);

/* `json` is copied. Longer than watched_most(kind): dropped and logged. */
void line_tell(struct line *line, enum watched_kind kind, const char *name, struct span json);
void line_gone(struct line *line, enum watched_kind kind, const char *name);
void line_alert(struct line *line, const struct alert *alert);

#endif
