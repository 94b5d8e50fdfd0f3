/*
 * repository.h - one place with backups, as the configuration has it: who writes it, what must be in it, how it is
 * proven. Plain: no pointers, a copy is a copy. Secrets are not in it, only where they are.
 */
#ifndef POLICY_REPOSITORY_H
#define POLICY_REPOSITORY_H

#include "policy/level.h"

#include <stdbool.h>
#include <stdint.h>

#define REPOSITORIES_MAX 16
#define REPOSITORY_NAME  32  /* letters, digits, '-' and '_' */
#define REPOSITORY_PATH  256 /* with the NUL, like all here */
#define REPOSITORY_PATHS 16
#define REPOSITORY_WORDS 8

enum backup_tool { TOOL_RESTIC, TOOL_BORG, BACKUP_TOOLS };
const char *backup_tool_name(enum backup_tool tool); /* "restic" */

/* What the copies lie on, for the 3-2-1 rule: copies on the same kind of thing are lost together. */
enum backup_media { MEDIA_DISK, MEDIA_NAS, MEDIA_SERVER, MEDIA_CLOUD, MEDIA_USB, MEDIA_TAPE, BACKUP_MEDIA };
const char *backup_media_name(enum backup_media media); /* "disk" */

struct repository {
	char name[REPOSITORY_NAME];
	enum backup_tool tool;
	char place[REPOSITORY_PATH]; /* as the tool wants it: "/srv/backup", "sftp:user@host:/path", "rest:https://..." */
	char password_file[REPOSITORY_PATH]; /* "": password_command, or none (borg without encryption) */
	char password_command[REPOSITORY_WORDS][REPOSITORY_PATH]; /* an absolute path and its words, which prints it */
	char environment_file[REPOSITORY_PATH]; /* lines NAME=VALUE for the tool, such as keys of a cloud; "": none */
	char ssh_key[REPOSITORY_PATH];          /* for sftp: and ssh://; "": ssh's own way */

	enum backup_media media;
	bool offsite;     /* fire and theft here do not reach it */
	bool append_only; /* who writes it cannot delete from it */

	/* What Hinomi backs up itself; `run` false: others write it, Hinomi only watches */
	bool run;
	char sources[REPOSITORY_PATHS][REPOSITORY_PATH], excludes[REPOSITORY_PATHS][REPOSITORY_PATH];
	uint32_t every;         /* seconds between two runs */
	char at[8];             /* "02:30", local time; "": as soon as `every` is over */
	uint32_t keep_last, keep_daily, keep_weekly, keep_monthly; /* all 0: nothing is ever forgotten */

	/* How it is judged */
	uint32_t age;        /* seconds: the newest snapshot of each set may be so old; 0: what the level says */
	uint32_t whole_days; /* all data is read once in so many days; 0: never */
	uint32_t drill;      /* seconds between two restore drills; 0: what the level says */
	uint32_t drill_files; /* random files of a drill, besides the critical ones */
	uint64_t drill_bytes; /* of all files of a drill; critical ones always */
	char scratch[REPOSITORY_PATH]; /* where drills restore to; "": in the state folder */
	char critical[REPOSITORY_PATHS][REPOSITORY_PATH]; /* paths in the snapshots that each drill restores */
	char canaries[REPOSITORY_PATHS][REPOSITORY_PATH]; /* files that nobody ever changes */
};

/* The age that is allowed, and the time between drills, at a level. Seconds. */
uint32_t repository_age(const struct repository *repository, enum level level);
uint32_t repository_drill(const struct repository *repository, enum level level);

#endif
