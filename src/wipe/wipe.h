/*
 * wipe.h - is this snapshot what ransomware or a wiper left? From two listings and some contents.
 *
 * In steps, for any number of files in bounded memory: the listing of the snapshot before lies in a file of our own
 * form (wipe/listing.h); the new one is read beside it, which gives the changes and a sample of paths whose contents are
 * wanted of both snapshots, whole, because their ends and middles are looked at; with these the course of the set is
 * judged. Pure: no clock, no programs; the caller restores what is wanted.
 *
 * What is learned (the normal day) is a small JSON text that the caller keeps for each set.
 */
#ifndef WIPE_WIPE_H
#define WIPE_WIPE_H

#include "base/err.h"
#include "base/span.h"
#include "model/time.h"
#include "policy/level.h"
#include "snapshot/tool.h"

#define WIPE_SAMPLES  256        /* paths whose contents are wanted, at most */
#define WIPE_FILE_MAX (64u << 20) /* larger files are not asked for */
#define WIPE_WHY      10
#define WIPE_EXAMPLES 8

/* Changes between two snapshots of a set. */
struct wipe_change {
	uint64_t files, bytes;        /* in the new one */
	uint64_t files_before, bytes_before;
	uint64_t added, removed, changed, same, renamed; /* files; renamed: as far as names and sizes tell */
	uint64_t suffixed;            /* renamed by something put behind the name */
	uint64_t notes;               /* new files that look like ransom notes by their name */
	uint64_t canaries;            /* canaries that changed or are gone */
	char suffix[32];              /* the commonest new ending */
};

struct wipe; /* one comparison */

/* `before`: the path of the listing of the snapshot before, NULL: there is none. `after`: where the new listing goes;
 * it is complete only after wipe_listed(). `canaries`: NULL-ended paths. NULL: no memory, or a file: errno. */
struct wipe *wipe_new(const char *before, const char *after, const char *const *canaries);
void wipe_free(struct wipe *wipe);

/* Each file of the new snapshot. The tool's order is quickest; any other is sorted (wipe/sorter.h: borg's is by inode). */
MUST_USE enum err wipe_see(struct wipe *wipe, const struct snapshot_file *file);
/* That was all. ERR_FORMAT: the listing before is damaged (then it counts as none). */
MUST_USE enum err wipe_listed(struct wipe *wipe);
const struct wipe_change *wipe_change(const struct wipe *wipe);

/* What is wanted of the snapshots: `before` is the path it had there, which differs when it was renamed; empty spans:
 * it is in one of them only. Borrowed until wipe_free(). */
struct wipe_want {
	struct span before, after;
};
const struct wipe_want *wipe_wanted(const struct wipe *wipe, size_t *count);

/* The contents of want `number`, open for reading; -1: not to be had. */
MUST_USE enum err wipe_content(struct wipe *wipe, size_t number, int before, int after);

enum wipe_verdict { WIPE_NORMAL, WIPE_UNUSUAL, WIPE_ALARM };
struct wipe_finding {
	enum wipe_verdict verdict; /* at the normal level: an alarm when `level` is LEVEL_NORMAL */
	enum level level;    /* the lowest at which it is an alarm; LEVELS: none */
	uint8_t confidence;  /* 0 to 100 */
	double damaged;      /* share of all files that are taken to be damaged or gone, 0 to 1 */
	const char *attack;  /* "T1486" encrypted, "T1485" destroyed, "T1491"..., NULL */
	char say_en[400], say_ja[400];
	struct {
		char key[40], key_ja[60], value[160];
	} why[WIPE_WHY];
	unsigned why_count;
	char examples[WIPE_EXAMPLES][256]; /* paths, printable */
	unsigned example_count;
};

/* `learned`: what is normal for this set, JSON, "" at first; `new_learned` (freed by the caller) is that with this
 * snapshot in it: keep it when the finding is no alarm, or a person said "this was us". Slow damage over many snapshots
 * is in it, too. */
MUST_USE enum err wipe_judge(const struct wipe *wipe, usec_t at, const char *learned, struct wipe_finding *finding,
			     char **new_learned);

#endif
