/* judge.h - what speaks for damage, as judge.c weighs it and words.c says it. */
#ifndef WIPE_JUDGE_H
#define WIPE_JUDGE_H

#include "wipe/wipe_private.h"

enum cause {
	CAUSE_NONE,
	CAUSE_ENCRYPTED, /* files are noise that were something */
	CAUSE_HIDDEN,    /* and their size and time are as before */
	CAUSE_SEALED,    /* ... by a program that people use for it */
	CAUSE_SLOW,      /* a little in each of many snapshots */
	CAUSE_DESTROYED, /* emptied, or overwritten with one byte */
	CAUSE_SCATTERED, /* files are gone from folders that are still there */
	CAUSE_SEEPING,   /* ... a little in each of many snapshots */
	CAUSE_GONE,      /* very much is gone */
	CAUSE_RENAMED,   /* names got endings that the set never had */
	CAUSE_FAMILY,    /* such that are known of ransomware */
	CAUSE_NOTE,      /* notes that say what happened */
	CAUSE_CANARY,
	CAUSES,
};

/* What the samples of a class tell of all of its files. */
struct estimate {
	uint64_t population;
	unsigned looked, hits; /* hits: samples with a loss, but not the sealed ones */
	unsigned sealed;       /* samples with LOSS_SEALED */
	double lost;           /* of all, as likely as not */
	double least;          /* of all, hardly less */
};

struct judgement {
	struct estimate of[SAMPLE_WANTED];
	unsigned losses[LOSSES]; /* samples of all classes */
	unsigned alone, alone_looked; /* new files that are nothing but noise */
	unsigned notes;          /* new files that are looked at, and say what notes say */
	unsigned note_files;     /* and are small, and called like notes or like others in other folders */
	uint64_t canaries;
	unsigned hidden;         /* samples whose size and time are as before: by HIDDEN_* of judge.c */
	double files;            /* of before; at least 1 */
	double lost, least;      /* shares of all files: those that lost what they were */
	double gone;             /* share that is gone for good */
	double sealed;           /* share that was encrypted by a program that people use */
	double seeping;          /* the sum over the last snapshots of those above what is usual */
	double odd, creeping;    /* share that got an ending of no type; the sum over the last snapshots above the usual */
	double bare;             /* folders that lost files and got none, in shares of all files */
	unsigned archives, locked; /* new archives that are looked at: whole, and of which a password is asked */
	unsigned stored;         /* new files that such a program made */
	double slow;             /* the sum over the last snapshots, with this one */
	double score[CAUSES];    /* 1 and more: an alarm at the normal level */
	enum cause cause;        /* the strongest */
	double unusual;          /* how many times the learned normal; 1 and more is told */
};

/* words.c: sentences, reasons and examples. */
void judge_words(const struct wipe *wipe, const struct judgement *j, struct wipe_finding *finding);

#endif
