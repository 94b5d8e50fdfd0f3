/*
 * place.h - where repositories are and what is restored to: what restic and borg need of both, besides running.
 */
#ifndef SNAPSHOT_PLACE_H
#define SNAPSHOT_PLACE_H

#include "snapshot/tool.h"

#define PASSWORD_WORDS "password_command: no empty words, no backslashes, one kind of quotes in a word"

/* The sentence into `said`; returns the trouble. */
enum tool_trouble place_refuse(char said[TOOL_SAID], enum tool_trouble trouble, const char *why);

/* What ssh is given: of "sftp:user@host:/path" and "sftp://user@host:port//path", or of borg's "ssh://user@host:port/path"
 * and "user@host:path". False: it is none of these, or the host begins with '-', which ssh would take for an option. */
struct ssh_place {
	char host[REPOSITORY_PATH]; /* with its user */
	char port[8];               /* "": the usual */
};
bool sftp_place_read(const char *text, struct ssh_place *place);
bool borg_place_read(const char *text, struct ssh_place *place);

/* The words of ssh but port and host; borrowed of the repository, NULL-ended. TOOL_FINE, or what is wrong with the key, and
 * `said`: `words` are filled then, too. */
#define SSH_WORDS 32
#define SSH_NAMES "names of keys and hosts: no backslashes, one kind of quotes"
enum tool_trouble ssh_words(const struct repository *repository, const char *words[SSH_WORDS], char said[TOOL_SAID]);
/* Port, host and what is run there, behind them. */
void ssh_words_behind(const char *words[SSH_WORDS], const struct ssh_place *place, const char *const *runs);

/* The password's command as one text, see words_quote(). */
bool password_words(const struct repository *repository, char *text, size_t size);

/* Makes a folder, and those that it is in, for us alone. Trouble goes into the result. */
void folder_make(const char *path, struct tool_result *result);

/* Looks for each path of a restore. One that is not there makes it TOOL_PARTLY; files and their bytes are counted where
 * the tool did not tell them. */
void restored_count(const struct tool_restore *what, struct tool_result *result);

#endif
