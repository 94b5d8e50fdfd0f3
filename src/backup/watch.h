/*
 * watch.h - the backup watch: joins the tools (snapshot/), the judge of changes (wipe/) and drills
 * (drill/), remembers (ledger/), and says how the backups are.
 *
 * Each job is one call that waits until it is done: callers that must stay awake run it in a
 * process of their own (lookout/). The command line and the tower's process work on the same
 * ledger; of one repository only one job runs at a time, held by a lock that the kernel gives back
 * when its process dies, however it does. An alarm never stops backups: it only stops that anything
 * is forgotten.
 */
#ifndef BACKUP_WATCH_H
#define BACKUP_WATCH_H

#include "proof/state.h"
#include "proof/words.h"

#define BACKUP_FOLDER  "backup"    /* in the state folder */
#define BACKUP_LEDGER  "ledger.db" /* in that */
#define BACKUP_KEY     "certificate.key"
#define BACKUP_HISTORY 100 /* entries that are told */

struct backup_progress {
	enum backup_job what;
	double done; /* 0 to 1; below 0: not known */
	uint64_t files, bytes;
	double seconds;
};

struct backup_watch {
	const struct repository *repositories;
	size_t count;
	struct ledger *ledger;
	const char *folder; /* STATE/backup: it is there, and may be written */
	const char *host;   /* of this machine, as the tools name it */
	enum level level;
	struct backup_moment (*moment)(void);              /* now */
	const struct tool *(*tool)(enum backup_tool tool); /* tool_of() */
	bool (*step)(void *whom,
		     const struct backup_progress *progress); /* false: stop. NULL: not wanted */
	void *whom;
};

/* How a job went: the sentence that is told. */
struct backup_outcome {
	bool ok;
	bool busy; /* another one is at work: nothing was done */
	enum tool_trouble trouble;
	struct words say, mend; /* mend: "" when there is none */
	char said[TOOL_SAID];   /* the tool's last words, where it failed */
};

typedef void backup_do(struct backup_watch *watch, const struct repository *repository,
		       struct backup_outcome *outcome);
/* Lists the snapshots, judges what is new. */
backup_do backup_look;
/* Backs up, looks, and forgets what the rules say. */
backup_do backup_run;
/* Reads the next part of the data. */
backup_do backup_verify;
/* Restores a sample, and writes the certificate. */
backup_do backup_drill;
/* What is due, or what was asked for. */
void backup_work(struct backup_watch *watch, const struct repository *repository,
		 enum backup_job job, struct backup_outcome *outcome);

/* A person says what an alarm was: `ours` learns it. ERR_EMPTY: there is no such alarm. */
struct backup_settling {
	uint64_t alarm;
	bool ours;
	const char *reason, *user;
};
MUST_USE enum err backup_settle(struct backup_watch *watch, const struct repository *repository,
				const struct backup_settling *settling);

/* The tower's level, for who judges without the tower; LEVEL_NORMAL: it was never kept. */
MUST_USE enum err backup_level_keep(struct ledger *ledger, enum level level);
enum level backup_level_kept(struct ledger *ledger);

/* NULL: no repository is called so. */
const struct repository *backup_named(const struct backup_watch *watch, const char *name);

#endif
