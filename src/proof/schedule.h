/*
 * schedule.h - what is due when. Pure: time comes in.
 *
 * What was missed, as the machine was off, is made up for once. Time that passed is taken from the
 * clock that only runs on (boot time) as long as the machine did not begin anew; only then from
 * UTC. So a clock that is set forth brings nothing twice, and one that is set back starves nothing.
 */
#ifndef PROOF_SCHEDULE_H
#define PROOF_SCHEDULE_H

#include "proof/state.h"

#define SCHEDULE_LOOK  (1800 * USEC_PER_SEC) /* between two looks at a repository */
#define SCHEDULE_NEVER INT64_MAX

/* When each job is due next, as UTC; up to now->now: it is due. SCHEDULE_NEVER: not wanted. */
void schedule_next(const struct repository *repository, const struct backup_state *state,
		   enum level level, const struct backup_moment *now, usec_t next[BACKUP_JOBS]);

/* The job that is to be done now, the most important one. False: none is due. */
bool schedule_due(const struct repository *repository, const struct backup_state *state,
		  enum level level, const struct backup_moment *now, enum backup_job *job);

/* Which part of the data is read next, from 1; 0: the structure only. Fits the parts to the
 * configuration. */
uint32_t schedule_part(const struct repository *repository, struct backup_state *state, usec_t now);

/* The share of the data that was read within the last whole_days days. */
double schedule_share(const struct repository *repository, const struct backup_state *state,
		      usec_t now);

/* How long ago a moment was. */
usec_t moment_elapsed(const struct backup_moment *then, const struct backup_moment *now);

#endif
