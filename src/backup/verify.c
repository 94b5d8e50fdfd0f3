/* verify.c - reads the next part of the data, so that all is read within whole_days. */
#include "backup/work.h"

#include "proof/schedule.h"

#include <inttypes.h>

#define STRUCTURE (BACKUP_PARTS + 1)

/* Nothing that reads well says that what was damaged is whole, but the same part. */
static void note_whole(struct backup_state *state, uint32_t part, usec_t at)
{
	if (part)
		state->parts[part - 1] = at;
	if (state->damaged_part == part || state->damaged_part == STRUCTURE) {
		state->damaged_part = 0;
		state->damaged_since = 0;
	}
}

static void note_damaged(struct backup_state *state, uint32_t part, usec_t at)
{
	if (part)
		state->parts[part - 1] = 0;
	if (!state->damaged_part)
		state->damaged_since = at;
	state->damaged_part = part ? part : STRUCTURE;
}

static void say_whole(struct backup_work *work, uint32_t part)
{
	if (part)
		words_say(&work->outcome->say,
			  "Part %" PRIu32 " of %" PRIu32 " of the data was read: it is whole",
			  "データの %" PRIu32 "/%" PRIu32 " を読み取り、正常でした", part,
			  work->state->part_count);
	else
		words_two(&work->outcome->say,
			  "The structure is whole; data was not read (whole_days = 0)",
			  "構造は正常でした。データは読み取っていません（whole_days = 0）");
}

void backup_verify(struct backup_watch *watch, const struct repository *repository,
		   struct backup_outcome *outcome)
{
	struct tool_result result = { .trouble = TOOL_FINE };
	struct backup_work work;
	uint32_t part;

	if (!work_begin(&work, watch, repository, BACKUP_VERIFY, outcome))
		return;
	part = schedule_part(repository, work.state, work.begun.now);
	do
		work.tool->check(&work.job, part, work.state->part_count, &result);
	while (work_again(&work, &result));
	if (work_took(&work, &result)) {
		note_whole(work.state, part, work.begun.now);
		say_whole(&work, part);
	} else if (result.trouble == TOOL_DAMAGED) {
		note_damaged(work.state, part, work.begun.now);
	}
	work_end(&work);
}
