/*
 * retain.h - whether what the rules of retention would remove may go. Pure.
 *
 * The rules count from the newest snapshot, so who can write snapshots can make them forget the
 * good ones: by some that are dated into the future, or by many. What is to go must be explained by
 * the rules and by a past that we know.
 */
#ifndef PROOF_RETAIN_H
#define PROOF_RETAIN_H

#include "proof/seen.h"
#include "proof/words.h"

struct retain_ask {
	const struct repository *repository;
	const struct seen *now; /* all snapshots, oldest first; `gone`: the rehearsal takes it */
	usec_t at;
};

/* False: `why` says what is wrong. */
bool retain_allows(const struct retain_ask *ask, struct words *why);

#endif
