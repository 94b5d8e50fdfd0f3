/*
 * environment.h - the environment of a backup program: only what it needs, and where its secrets are.
 *
 * Secrets come from files that only their owner can read, or from commands that the program runs itself; none of them
 * is on a command line, and what was in the environment file is taken out of what is told to people.
 */
#ifndef SNAPSHOT_ENVIRONMENT_H
#define SNAPSHOT_ENVIRONMENT_H

#include "snapshot/tool.h"

#define ENVIRONMENT_LINES 96
#define ENVIRONMENT_FILE  65536 /* bytes */

struct environment {
	char *lines[ENVIRONMENT_LINES + 1]; /* owned; NULL-ended */
	size_t count, hidden, hidden_end;   /* those between came from the file */
	bool full;                          /* sticky: one did not fit, or there was no memory */
};

/* PATH, HOME, LC_ALL, TZ. */
void environment_init(struct environment *environment);
void environment_free(struct environment *environment);

/* A name that is there already stays as it is. */
void environment_put(struct environment *environment, const char *name, const char *value);
bool environment_has(const struct environment *environment, const char *name);

/* The lines NAME=VALUE of the repository's file, last of all. TOOL_FINE, or TOOL_DENIED and `said`. */
enum tool_trouble environment_load(struct environment *environment, const char *path, char said[TOOL_SAID]);

/* Takes values of the file, and passwords in URLs, out of a text. */
void environment_scrub(const struct environment *environment, char said[TOOL_SAID]);

/* Whether nobody but its owner, root or us, can read the file. TOOL_FINE, or `trouble` and `said`. */
enum tool_trouble secret_check(const char *path, enum tool_trouble trouble, char said[TOOL_SAID]);

/* Makes a password, if there is no such file. TOOL_FINE also when there is. */
enum tool_trouble secret_make(const char *path, char said[TOOL_SAID]);

/* Words as one text that restic and borg cut into the same words, each by its own rules, without a shell: a word is put
 * in quotes that are not in it. False: a word has both, or a backslash, or is empty, or there is no room. */
bool words_quote(const char *const *words, char *text, size_t size);

#endif
