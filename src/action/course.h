/*
 * course.h - the course of one action: what it hits each second, and when that says that it is to end.
 *
 * Pure: seconds and numbers in, a verdict out. Times are those since the machine began, which nobody sets.
 */
#ifndef ACTION_COURSE_H
#define ACTION_COURSE_H

#include "model/time.h"

#include <stdbool.h>
#include <stdint.h>

#define COURSE_QUIET  5    /* seconds for which hits must have fallen, at first */
#define COURSE_IDLE   10   /* seconds after which one that never hit is given up */
#define COURSE_LONGEST 300 /* seconds of patience, at most */
#define COURSE_BLIND  60   /* seconds until one that cannot count is lifted, at first */
#define COURSE_WAIT   15   /* seconds for which it is lifted, to see whether the attack is still there */

struct course {
	usec_t until;                   /* when its time is over */
	uint64_t packets, bytes, known; /* that it hit in all */
	uint64_t pps, peak;             /* in the last second; in the worst one, but for those of known sources */
	uint32_t patience;              /* seconds; doubled each time the attack came back */
	uint32_t quiet;                 /* seconds since hits have fallen */
	uint32_t age;                   /* seconds in force, or lifted */
	bool blind;                     /* its hand cannot count */
	bool counted;                   /* `seen_*` are of the hand's count as it is now */
	uint64_t seen_packets, seen_bytes, seen_known;
};

enum course_verdict {
	COURSE_ON,
	COURSE_OVER,  /* the attack is */
	COURSE_HURTS, /* known good sources are hit */
	COURSE_LIFT,  /* to see whether the attack is still there */
};

/* Begins, `again` times after the same attack was thought to be over. */
struct course course_begin(usec_t until, bool blind, unsigned again);

/* Which kind of hand does it. */
void course_hand(struct course *course, bool blind, unsigned again);

/* What the hand counted in all, a second after the last. */
enum course_verdict course_hits(struct course *course, uint64_t packets, uint64_t bytes, uint64_t known);

/* A second of one that cannot count. `lifted`: it is; COURSE_OVER then says that nothing came back. */
enum course_verdict course_blind_second(struct course *course, bool lifted);

/* The attack is still there: in force again, for twice as long. */
void course_again(struct course *course);

#endif
