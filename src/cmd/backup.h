/* backup.h - what the commands of `hinomi backup` have in common: options, the configuration, the
 * watch opened. */
#ifndef CMD_BACKUP_H
#define CMD_BACKUP_H

#include "backup/watch.h"
#include "config/config.h"

#include <limits.h>

#define BACKUP_NOT_GOOD 1 /* exit codes, besides 0 */
#define BACKUP_ERROR    2

struct backup_asked {
	const char *config;
	bool json, yes;
	const char *names[REPOSITORIES_MAX + 1]; /* words behind the command; NULL-ended */
	unsigned name_count;
	const char *why;
	bool ours, attack;
	uint32_t limit;
	/* init */
	char config_room[PATH_MAX]; /* of `config` as a whole path */
	struct repository made;
	unsigned sources, excludes;
	bool watch_only, no_run, offsite_said, media_said;
};

struct backup_opened {
	struct config *config;
	struct ledger *ledger;
	struct backup_watch watch;
	char folder[PATH_MAX], host[256];
};

/* False: standard error has why, and the mend. Else backup_close() is due. */
bool backup_open(struct backup_opened *opened, const char *config_path);
/* The same with a configuration that is there; takes it over, also when it fails. */
bool backup_open_config(struct backup_opened *opened, struct config *config);
void backup_close(struct backup_opened *opened);

/* Root becomes who the tower is, in the tower's sandbox, for a job on this repository: so that one can go
 * on with what the other left. For good. Where the repository is somebody else's, root stays root. False:
 * standard error has why. */
bool backup_become(const struct backup_opened *opened, const struct repository *repository);

/* Gives the tower's user what root made for it: a repository in a folder; and where it only
 * watches, the password's file, which it could not read else. False: it was told why. */
bool backup_hand_over(const struct backup_opened *opened, const struct repository *repository);

/* A sentence in the language of the locale. */
const char *backup_words(const struct words *words);
/* Prints a message: "hinomi backup: ...". Returns BACKUP_ERROR. */
int backup_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Does a job with a line of progress on a terminal. SIGINT stops it. True: it went well. */
bool backup_do_job(struct backup_opened *opened, const struct repository *repository,
		   enum backup_job job);

/* The commands; each returns the exit code. */
int backup_init(struct backup_asked *asked);
int backup_jobs(const struct backup_asked *asked, enum backup_job job);
int backup_status(const struct backup_asked *asked);
int backup_show_history(const struct backup_asked *asked);
int backup_print_certificate(const struct backup_asked *asked);
int backup_settle_alarm(const struct backup_asked *asked);

#endif
