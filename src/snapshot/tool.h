/*
 * tool.h - what backup programs do for us, behind one interface: restic and borg, driven as child processes.
 *
 * Calls wait until the program has ended; callers that must stay awake run them in a process of their own (lookout/).
 * A program gets a fixed list of words that no shell reads, an environment that holds only what it needs, and secrets
 * from files or commands (`--password-file`, RESTIC_PASSWORD_COMMAND, BORG_PASSCOMMAND, BORG_PASSPHRASE_FD), never on
 * the command line. What it prints is hostile: a repository is in others' hands. It is read in lines of bounded length,
 * as a stream, so that ten million files cost no memory. The child is ended with its group when the caller dies
 * (PR_SET_PDEATHSIG) or says stop.
 */
#ifndef SNAPSHOT_TOOL_H
#define SNAPSHOT_TOOL_H

#include "base/err.h"
#include "base/span.h"
#include "policy/repository.h"
#include "model/time.h"

#include <stddef.h>

#define SNAPSHOT_ID    128 /* restic: 64 hex digits; borg: the archive's id, 64 hex digits */
#define SNAPSHOT_PATHS 16
#define TOOL_SAID      400
#define FILE_PATH_MAX  4096 /* bytes of a path in a snapshot; longer ones are counted, not told */

/* What went wrong, as a person would say it. Each has a sentence and a mend in both languages (snapshot/trouble.h). */
enum tool_trouble {
	TOOL_FINE,
	TOOL_MISSING,      /* the program is not installed */
	TOOL_NO_REPOSITORY, /* there is none at that place */
	TOOL_UNREACHABLE,  /* host, network, mount */
	TOOL_PASSWORD,     /* wrong, or its file cannot be read */
	TOOL_LOCKED,       /* by a process that is alive */
	TOOL_LOCK_STALE,   /* by one that is dead: tool->unlock() mends it */
	TOOL_DISK_FULL,    /* of the repository, the cache or the scratch place: `said` tells which */
	TOOL_DENIED,       /* files may not be read or written */
	TOOL_DAMAGED,      /* what is stored is not what was stored */
	TOOL_NO_SNAPSHOT,  /* it is gone */
	TOOL_PARTLY,       /* it worked, but some sources could not be read: a snapshot is there */
	TOOL_STOPPED,      /* the caller said stop */
	TOOL_TIME,         /* it took longer than allowed */
	TOOL_KILLED,       /* it died of a signal */
	TOOL_NOT_UNDERSTOOD, /* it printed what this version cannot read */
	TOOL_OTHER,
	/* Ledgers hold these as numbers: new ones come here. */
	TOOL_HOST_UNKNOWN, /* ssh does not know the server's key */
	TOOL_HOST_CHANGED, /* the server has another key than before */
	TOOL_KEY_REFUSED,  /* ssh_key cannot be read, or the server does not want it */
	TOOL_TROUBLES,
};

struct tool_result {
	enum tool_trouble trouble;
	int code;                /* of the program; -1: none */
	char said[TOOL_SAID];    /* its own last words, printable, without secrets */
	uint64_t files, bytes;   /* that were handled; of a backup: in the snapshot ... */
	uint64_t files_new, files_changed, bytes_added; /* ... new, changed, and what was added to the repository */
	char snapshot[SNAPSHOT_ID]; /* of a backup: what was made */
	double seconds;
};

/* Progress of long work, at most four times a second. Returns false to stop it. */
struct tool_progress {
	double done; /* 0 to 1; below 0: not known */
	uint64_t files, bytes, bytes_all;
	double seconds;
};
typedef bool tool_step(void *whom, const struct tool_progress *progress);

/* A repository at work. */
struct tool_job {
	const struct repository *repository;
	const char *cache;    /* a folder for the program's cache; "": none */
	uint32_t seconds_max; /* 0: a day */
	tool_step *step;      /* NULL: not wanted */
	void *whom;
};

struct snapshot {
	char id[SNAPSHOT_ID];
	char name[REPOSITORY_PATH]; /* borg: of the archive; restic: the short id */
	usec_t at;      /* when it was made, as it says itself: may be forged */
	char host[REPOSITORY_NAME * 4];
	char paths[SNAPSHOT_PATHS][REPOSITORY_PATH]; /* "" ends them, if it is not full; borg: not known, empty */
	char tree[SNAPSHOT_ID]; /* of equal trees nothing differs; "": not known */
	char parent[SNAPSHOT_ID];
};
/* Oldest first, as they say of themselves. False: enough. */
typedef bool snapshot_see(void *whom, const struct snapshot *snapshot);

enum file_kind { FILE_PLAIN, FILE_FOLDER, FILE_LINK, FILE_OTHER };
struct snapshot_file {
	struct span path; /* absolute, as in the snapshot; any bytes but NUL; borrowed for the call */
	enum file_kind kind;
	uint64_t size;
	usec_t changed;   /* mtime */
	uint32_t mode;    /* permission bits */
};
/* In the order in which the tool lists them. restic: each folder's entries sorted by bytes, depth first; borg: as they
 * were archived, which is by inode within a folder (scandir_inorder() of borg 1.2). False: enough. */
typedef bool snapshot_file_see(void *whom, const struct snapshot_file *file);

/* Paths, exact, as in the snapshot. `into` is made where it is not there; what is restored lies in it under its whole
 * path. Bytes are verified against the repository's own hashes by the program. */
struct tool_restore {
	const char *snapshot;
	const char *const *paths; /* of files or folders; NULL-ended */
	const char *into;
};

struct tool_forget {
	bool rehearse; /* only tell what would go */
	bool prune;    /* and give the room back */
	const char *const *snapshots; /* these; NULL-ended. NULL: by the repository's keep_* */
};

struct tool {
	const char *name; /* "restic" */

	/* "0.14.0"; TOOL_MISSING. */
	enum tool_trouble (*version)(char version[32]);
	/* Makes the repository, with a new one of our passwords in its file. */
	void (*init)(const struct tool_job *job, struct tool_result *result);
	/* Backs up sources but excludes. A stale lock is removed before. */
	void (*backup)(const struct tool_job *job, struct tool_result *result);
	void (*snapshots)(const struct tool_job *job, snapshot_see *see, void *whom, struct tool_result *result);
	void (*files)(const struct tool_job *job, const char *snapshot, snapshot_file_see *see, void *whom,
		      struct tool_result *result);
	/* Checks structure, and reads part `part` (from 1) of `parts` of the data; parts 0: structure only. What a tool
	 * cannot cut it does as near as it can: borg reads all in the last part. */
	void (*check)(const struct tool_job *job, uint32_t part, uint32_t parts, struct tool_result *result);
	void (*restore)(const struct tool_job *job, const struct tool_restore *what, struct tool_result *result);
	/* Visits the snapshots that go (or would). */
	void (*forget)(const struct tool_job *job, const struct tool_forget *what, snapshot_see *see, void *whom,
		       struct tool_result *result);
	/* Removes locks whose owner is dead; others stay. */
	void (*unlock)(const struct tool_job *job, struct tool_result *result);
};

extern const struct tool tool_restic, tool_borg;
const struct tool *tool_of(enum backup_tool tool);

#endif
