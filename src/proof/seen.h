/*
 * seen.h - which snapshots were there the last time, which we forgot ourselves, and what it means
 * when others are gone.
 *
 * Who has broken in deletes the snapshots, or writes empty ones that are dated into the future, so
 * that "keep the last seven" forgets the good ones for him (the rules of retention count from the
 * newest). Both is seen here. Pure but for the ledger.
 */
#ifndef PROOF_SEEN_H
#define PROOF_SEEN_H

#include "base/err.h"
#include "ledger/ledger.h"
#include "snapshot/tool.h"

#define SEEN_MAX      20000 /* snapshots of one repository that are remembered, the newest */
#define SEEN_EXAMPLES 5
#define SEEN_AHEAD    (3600 * USEC_PER_SEC) /* a clock of another host may be ahead by so much */

struct seen_one {
	char id[SNAPSHOT_ID];
	usec_t at;
	uint64_t set;  /* of host and folders, a hash */
	uint64_t tree; /* of what is in it, a hash; 0: not known */
	bool ours;    /* made by a run of ours */
	bool gone;    /* we forgot it, or are about to */
};

/* Zero is empty. */
struct seen {
	struct seen_one *ones;
	size_t count, room;
	uint64_t lost; /* beyond SEEN_MAX */
};

void seen_free(struct seen *seen);
MUST_USE enum err seen_add(struct seen *seen, const struct seen_one *one);
struct seen_one *seen_find(const struct seen *seen, const char *id);
uint64_t seen_set(const struct snapshot *snapshot); /* their hashes */
uint64_t seen_tree(const struct snapshot *snapshot);
MUST_USE enum err seen_load(struct ledger *ledger, const char *name, struct seen *seen);
MUST_USE enum err seen_save(struct ledger *ledger, const char *name, const struct seen *seen);

enum seen_why { SEEN_FINE, SEEN_VANISHED, SEEN_NEWEST_GONE, SEEN_MOST_GONE, SEEN_FUTURE };
struct seen_finding {
	enum seen_why why; /* not SEEN_FINE: an alarm */
	uint32_t vanished; /* without us, also where that is no alarm */
	uint32_t future;   /* dated into it */
	char examples[SEEN_EXAMPLES][SNAPSHOT_ID];
	uint32_t example_count;
};
/* `before` is changed: what was found is marked. `clock`: ours is sound, so the future can be told.
 */
struct seen_ask {
	struct seen *before;
	const struct seen *now;
	const struct repository *repository;
	usec_t at;
	bool clock;
};
void seen_judge(const struct seen_ask *ask, struct seen_finding *finding);

#endif
