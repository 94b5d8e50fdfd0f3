/*
 * verdict.h - what went wrong, from the words of a backup program and from how it ended.
 *
 * Pure but for verdict_end(). The words are hostile: a file may be named like a message. The worst that can come of it
 * is another sentence for a person, never "fine".
 */
#ifndef SNAPSHOT_VERDICT_H
#define SNAPSHOT_VERDICT_H

#include "base/span.h"
#include "snapshot/program.h"

/* Who holds a lock, as restic says it. */
struct verdict_lock {
	uint32_t pid; /* 0: not said */
	char host[128];
	double age;   /* seconds */
};

/* Zero-filled at first. */
struct verdict {
	unsigned rank; /* of the rule that matched; 0: none did */
	unsigned warned; /* the same, of those that hold when the program ended well, too */
	char said[TOOL_SAID], warning[TOOL_SAID];
	char last[TOOL_SAID]; /* the last line, for what no rule knows */
	struct verdict_lock lock;
};

/* A line of what it said. */
void verdict_line(struct verdict *verdict, struct span line);

/* How the program ended, and what it said, into the result's trouble, code, said and seconds. `partly` is the code with
 * which the program says that some files could not be read. */
void verdict_end(const struct verdict *verdict, const struct program_end *end, int partly, struct tool_result *result);

/* Whether the lock's owner is dead, by restic's own rules: older than 30 minutes, as owners renew them every five; or a
 * process of this host that is no more. */
bool verdict_lock_dead(const struct verdict_lock *lock, const char *host);

/* A copy that can be shown: hostile characters made visible, cut to what fits. */
void said_show(char said[TOOL_SAID], struct span line);

/* "2h3m4.5s", as Go writes durations. False: it is none. */
bool duration_read(struct span text, double *seconds);

#endif
