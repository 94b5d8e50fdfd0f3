/*
 * place.h - where repositories are and what is restored to: what restic and borg need of both, besides running.
 */
#ifndef SNAPSHOT_PLACE_H
#define SNAPSHOT_PLACE_H

#include "snapshot/tool.h"

/* Nobody is there to answer, and a server that is gone is to be noticed within minutes. */
#define SSH_OPTIONS "-o BatchMode=yes -o IdentitiesOnly=yes -o ConnectTimeout=20 -o ServerAliveInterval=30"

#define PASSWORD_WORDS "password_command: no empty words, no backslashes, one kind of quotes in a word"

/* The sentence into `said`; returns the trouble. */
enum tool_trouble place_refuse(char said[TOOL_SAID], enum tool_trouble trouble, const char *why);

/* "sftp:user@host:/path", "sftp://user@host:port//path": the part that ssh is given. False: it is neither, or the host
 * begins with '-', which ssh would take for an option. */
struct sftp_place {
	char host[REPOSITORY_PATH]; /* with its user */
	unsigned port;              /* 0: the usual */
};
bool sftp_place_read(const char *text, struct sftp_place *place);

/* The password's command as one text, see words_quote(). */
bool password_words(const struct repository *repository, char *text, size_t size);

/* Makes a folder, and those that it is in, for us alone. Trouble goes into the result. */
void folder_make(const char *path, struct tool_result *result);

/* Looks for each path of a restore. One that is not there makes it TOOL_PARTLY; files and their bytes are counted where
 * the tool did not tell them. */
void restored_count(const struct tool_restore *what, struct tool_result *result);

#endif
