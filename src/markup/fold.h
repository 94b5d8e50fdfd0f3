/*
 * fold.h - a script as its interpreter understands it: escapes in strings undone, pieces of strings joined, letters
 * that are given by their numbers written out, noise (carets, backticks) taken away.
 */
#ifndef MARKUP_FOLD_H
#define MARKUP_FOLD_H

#include "exam/arena.h"

enum fold_language { FOLD_JAVASCRIPT, FOLD_BASIC, FOLD_POWERSHELL, FOLD_BATCH, FOLD_OTHER };

struct folded {
	struct span text;
	uint32_t joins;   /* pieces of strings that were put together */
	uint32_t escapes; /* \x41 and \u0041 of plain letters */
	uint32_t letters; /* that were given by their numbers */
	uint32_t noise;   /* carets and backticks inside of words */
};

/* In the arena; never longer than the script. */
struct folded script_fold(struct span script, enum fold_language language, struct arena *arena);

#endif
