/* run.c - makes a backup, looks at what came of it, and forgets what is too old. */
#include "backup/look.h"

#include "base/text.h"
#include "snapshot/trouble.h"

#include <inttypes.h>
#include <string.h>

static void say_run(struct backup_work *work, const struct tool_result *result)
{
	struct backup_outcome *outcome = work->outcome;
	char files[TEXT_NUMBER + 32], added[TEXT_NUMBER];

	text_bytes(result->bytes_added, added);
	words_en(&outcome->say, "Backed up: %s, %s new", text_plural(result->files, "file", files),
		 added);
	words_ja(&outcome->say, "バックアップしました: %s ファイル、新規 %s",
		 text_count(result->files, files), added);
	if (result->trouble != TOOL_PARTLY)
		return;
	outcome->trouble = TOOL_PARTLY;
	text_append(outcome->say.en, WORDS_TEXT, ". %s %s", trouble_say(TOOL_PARTLY, ENGLISH),
		    result->said);
	text_append(outcome->say.ja, WORDS_TEXT, "。%s%s", trouble_say(TOOL_PARTLY, JAPANESE),
		    result->said);
	snprintf(outcome->mend.en, WORDS_TEXT, "%s", trouble_mend(TOOL_PARTLY, ENGLISH));
	snprintf(outcome->mend.ja, WORDS_TEXT, "%s", trouble_mend(TOOL_PARTLY, JAPANESE));
	text_append(work->state->jobs[BACKUP_RUN].said, TOOL_SAID, "%s", result->said);
}

/* A trouble of the look stands with the looks until one goes well. */
static void look_failed(struct backup_work *work)
{
	struct backup_tried *tried = &work->state->jobs[BACKUP_LOOK];

	if (tried->trouble != work->outcome->trouble)
		tried->since = work->begun.now;
	tried->trouble = work->outcome->trouble;
	tried->at = work->watch->moment();
	tried->failed++;
	memcpy(tried->said, work->state->jobs[BACKUP_RUN].said, sizeof(tried->said));
}

/* What is wrong with the look or the removal of old ones is no failure of the backup, which is
 * made: it is said, and of the look remembered as its own trouble. */
static void look_after(struct backup_work *work, const char *made)
{
	struct backup_tried *run = &work->state->jobs[BACKUP_RUN];
	struct backup_outcome backed = *work->outcome, found;
	struct words said = { "", "" };
	char of_run[TOOL_SAID];
	bool looked;

	memcpy(of_run, run->said, sizeof(of_run));
	looked = look_inside(work, made);
	found = *work->outcome;
	if (!looked)
		look_failed(work);
	if (looked && found.ok && !forget_inside(work, &said))
		work_note(work->watch, work->repository->name, work->watch->moment().now,
			  &(struct work_entry){ .what = "forget", .say = &said });
	*work->outcome = backed;
	memcpy(run->said, of_run, sizeof(of_run));
	if (!looked)
		said = found.say;
	if (!*said.en)
		return;
	text_append(work->outcome->say.en, WORDS_TEXT, ". %s", said.en);
	text_append(work->outcome->say.ja, WORDS_TEXT, "。%s", said.ja);
}

void backup_run(struct backup_watch *watch, const struct repository *repository,
		struct backup_outcome *outcome)
{
	struct tool_result result = { .trouble = TOOL_FINE };
	struct backup_work work;

	if (!work_begin(&work, watch, repository, BACKUP_RUN, outcome))
		return;
	work.state->jobs[BACKUP_RUN].said[0] = '\0';
	if (!work.state->watched_since)
		work.state->watched_since = work.begun.now;
	work.tool->backup(&work.job, &result);
	if (work_took(&work, &result)) {
		say_run(&work, &result);
		look_after(&work, result.snapshot);
	}
	work_end(&work);
}
