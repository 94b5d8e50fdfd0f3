/* schedule.c - what is due when. */
#include "proof/schedule.h"

#include <string.h>
#include <time.h>

#define MINUTE   (60 * USEC_PER_SEC)
#define HOUR     (60 * MINUTE)
#define DAY      (24 * HOUR)
#define LONG_AGO (INT64_MAX / 4)

usec_t moment_elapsed(const struct backup_moment *then, const struct backup_moment *now)
{
	if (then->now == 0)
		return LONG_AGO;
	if (then->boot_id && then->boot_id == now->boot_id && now->boot >= then->boot)
		return now->boot - then->boot;
	/* over a new start only UTC is left; when that went back nobody knows, and once too often
	 * is better than never */
	return now->now >= then->now ? now->now - then->now : LONG_AGO;
}

/* The first time of the day `at` from `earliest` on. Daylight saving time: a time that is not there
 * is the one that mktime() makes of it; one that comes twice is the first that it finds. */
static usec_t next_at(const char *at, usec_t earliest)
{
	time_t begin = (time_t)(earliest / USEC_PER_SEC), found = begin;
	struct tm day;

	if (!localtime_r(&begin, &day))
		return earliest;
	for (int ahead = 0; ahead < 3; ahead++) {
		struct tm that = day;

		that.tm_mday += ahead;
		that.tm_hour = (at[0] - '0') * 10 + (at[1] - '0');
		that.tm_min = (at[3] - '0') * 10 + (at[4] - '0');
		that.tm_sec = 0;
		that.tm_isdst = -1;
		found = mktime(&that);
		if (found >= begin)
			break;
	}
	return (usec_t)found * USEC_PER_SEC;
}

/* Longer and longer, from a quarter of an hour, so that a broken thing is not tried all the time.
 */
static usec_t retry_after(const struct backup_tried *tried, usec_t most)
{
	unsigned times = tried->failed - 1 < 5 ? tried->failed - 1 : 5;
	usec_t wait = (15 * MINUTE) << times;

	return wait < most ? wait : most;
}

static usec_t after(const struct backup_tried *tried, usec_t interval,
		    const struct backup_moment *now)
{
	usec_t elapsed = moment_elapsed(&tried->at, now);

	return elapsed >= interval ? now->now : now->now + interval - elapsed;
}

/* How much earlier than `every` after the one before a backup may come, to be at its time of the day. Of whole days all but
 * an hour: after one that was made by hand in the afternoon the next is that very night, and not the one after. */
static usec_t slack_of(usec_t every)
{
	if (every % DAY == 0)
		return DAY - HOUR;
	return every / 2 < DAY / 2 ? every / 2 : DAY / 2;
}

static usec_t next_run(const struct repository *repository, const struct backup_state *state,
		       const struct backup_moment *now)
{
	const struct backup_tried *tried = &state->jobs[BACKUP_RUN];
	usec_t every = repository->every * USEC_PER_SEC, elapsed;

	if (!repository->run)
		return SCHEDULE_NEVER;
	if (tried->at.now && tried->failed)
		return after(tried, retry_after(tried, every), now);
	if (!repository->at[0])
		return after(tried, every, now);
	if (!tried->at.now)
		return next_at(repository->at,
			       state->watched_since && state->watched_since < now->now
				       ? state->watched_since
				       : now->now);
	elapsed = moment_elapsed(&tried->at, now);
	if (elapsed >= every + DAY)
		return now->now; /* also where the clock was set back by years */
	return next_at(repository->at, now->now - elapsed + every - slack_of(every));
}

/* A part that was not read for so long that the promise is broken, though there was time. */
static bool is_behind(const struct repository *repository, const struct backup_state *state,
		      usec_t now)
{
	usec_t allowed = repository->whole_days * DAY;

	return repository->whole_days && state->part_count == repository->whole_days &&
	       state->reading_since && now - state->reading_since > allowed + DAY &&
	       schedule_share(repository, state, now - DAY) < 1;
}

/* When the part that was read first will have been read too long ago; INT64_MAX: there are unread ones. Counted from its
 * reading, and not from the job before: else each day would add the time that the job takes, and the promise be broken
 * by some hours every day. */
static usec_t expiry(const struct repository *repository, const struct backup_state *state)
{
	usec_t oldest = INT64_MAX;

	if (state->part_count != repository->whole_days)
		return INT64_MAX;
	for (uint32_t i = 0; i < state->part_count; i++) {
		if (!state->parts[i])
			return INT64_MAX;
		if (state->parts[i] < oldest)
			oldest = state->parts[i];
	}
	return state->part_count ? oldest + repository->whole_days * DAY : INT64_MAX;
}

static usec_t next_verify(const struct repository *repository, const struct backup_state *state,
			  const struct backup_moment *now)
{
	const struct backup_tried *tried = &state->jobs[BACKUP_VERIFY];
	usec_t next, least, expires = expiry(repository, state);

	if (!state->snapshots)
		return SCHEDULE_NEVER;
	if (tried->at.now && tried->failed && tried->trouble != TOOL_DAMAGED)
		return after(tried, retry_after(tried, DAY), now);
	if (!repository->whole_days)
		return after(tried, 7 * DAY, now);
	least = after(tried, HOUR, now);
	next = is_behind(repository, state, now->now) ? least : after(tried, DAY, now);
	if (expires >= next)
		return next;
	return expires > least ? expires : least;
}

static usec_t next_drill(const struct repository *repository, const struct backup_state *state,
			 enum level level, const struct backup_moment *now)
{
	const struct backup_tried *tried = &state->jobs[BACKUP_DRILL];
	usec_t interval = repository_drill(repository, level) * USEC_PER_SEC;

	if (!state->snapshots || !interval)
		return SCHEDULE_NEVER;
	if (tried->at.now && tried->failed)
		return after(tried, retry_after(tried, DAY), now);
	return after(tried, interval, now);
}

void schedule_next(const struct repository *repository, const struct backup_state *state,
		   enum level level, const struct backup_moment *now, usec_t next[BACKUP_JOBS])
{
	next[BACKUP_LOOK] = after(&state->jobs[BACKUP_LOOK], SCHEDULE_LOOK, now);
	next[BACKUP_RUN] = next_run(repository, state, now);
	next[BACKUP_VERIFY] = next_verify(repository, state, now);
	next[BACKUP_DRILL] = next_drill(repository, state, level, now);
}

bool schedule_due(const struct repository *repository, const struct backup_state *state,
		  enum level level, const struct backup_moment *now, enum backup_job *job)
{
	static const enum backup_job order[BACKUP_JOBS] = { BACKUP_RUN, BACKUP_LOOK, BACKUP_DRILL,
							    BACKUP_VERIFY };
	usec_t next[BACKUP_JOBS];

	schedule_next(repository, state, level, now, next);
	for (unsigned i = 0; i < BACKUP_JOBS; i++)
		if (next[order[i]] <= now->now) {
			*job = order[i];
			return true;
		}
	return false;
}

uint32_t schedule_part(const struct repository *repository, struct backup_state *state, usec_t now)
{
	uint32_t count = repository->whole_days < BACKUP_PARTS ? repository->whole_days
							       : BACKUP_PARTS,
		 oldest = 0;

	/* Nothing but the part that was damaged says whether it is whole again: it stays, also when whole_days is
	 * another number by now. */
	if (state->damaged_part && state->damaged_part <= state->part_count)
		return state->damaged_part;
	if (state->part_count !=
	    count) { /* other parts: what was read of the old ones says nothing of these */
		memset(state->parts, 0, sizeof(state->parts));
		state->part_count = count;
		state->reading_since = now;
	}
	if (repository->tool == TOOL_BORG && count) /* it reads all in the last part (snapshot/tool.h): that goes first */
		oldest = count - 1;
	for (uint32_t i = 0; i < count; i++)
		if (state->parts[i] < state->parts[oldest])
			oldest = i;
	return count ? oldest + 1 : 0;
}

double schedule_share(const struct repository *repository, const struct backup_state *state,
		      usec_t now)
{
	usec_t from = now - repository->whole_days * DAY -
		      HOUR; /* what is read daily is not read at the same minute */
	uint32_t read = 0;

	if (repository->tool == TOOL_BORG && state->part_count)
		return state->parts[state->part_count - 1] > from && state->parts[state->part_count - 1] > 0;
	for (uint32_t i = 0; i < state->part_count; i++)
		read += state->parts[i] > from && state->parts[i] > 0;
	return state->part_count ? (double)read / state->part_count : 0;
}
