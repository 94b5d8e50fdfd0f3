/* mail_run.c - keeps the children busy with messages out of files, and tells their results in order. */
#include "app/mail_run.h"

#include "app/clamd.h"
#include "app/examiner.h"
#include "app/mail_files.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#define SLOTS         64 /* messages under way, or waiting to be told */
#define PROGRESS_USEC 200000

struct slot {
	struct run *run;
	char *shown;
	bool done;
	bool asked; /* clamd, too */
	enum err opinion;
	char known[CLAMD_NAME]; /* what clamd calls it; "": nothing */
	struct mail_result result;
};

struct run {
	const struct mail_run_settings *settings;
	struct examiner *examiner;
	struct json json;
	struct slot *slots;
	uint64_t begun, told; /* messages; slot n % SLOTS */
	uint64_t verdicts[VERDICTS];
	uint64_t troubles;
	int64_t progress_at;
	bool line; /* a line of progress stands on the terminal */
};

static void progress_clear(struct run *run)
{
	if (run->line)
		fputs("\r\033[K", stderr);
	run->line = false;
}

static void progress(struct run *run)
{
	int64_t now;

	if (!run->settings->progress || (now = loop_steady()) < run->progress_at)
		return;
	run->progress_at = now + PROGRESS_USEC;
	fprintf(stderr, "\r\033[K%" PRIu64 " messages, %" PRIu64 " malicious, %" PRIu64 " suspicious", run->told,
		run->verdicts[VERDICT_MALICIOUS], run->verdicts[VERDICT_SUSPICIOUS]);
	run->line = true;
}

static void tell(struct run *run, struct slot *slot)
{
	const struct mail_run_settings *settings = run->settings;

	run->verdicts[slot->result.verdict]++;
	if (settings->json) {
		mail_write_json(&run->json, slot->shown, &slot->result, settings->language);
	} else if (settings->all || slot->result.verdict != VERDICT_CLEAN) {
		progress_clear(run);
		mail_write_text(stdout, slot->shown, &slot->result, settings->language);
	}
	free(slot->shown);
	slot->shown = NULL;
	run->told++;
	progress(run);
}

static void tell_done(struct run *run)
{
	while (run->told < run->begun && run->slots[run->told % SLOTS].done)
		tell(run, &run->slots[run->told % SLOTS]);
}

static void take_result(void *whom, const struct mail_result *result)
{
	struct slot *slot = whom;

	slot->result = *result;
	if (slot->asked)
		clamd_opinion(&slot->result, slot->opinion, slot->known);
	slot->done = true;
	tell_done(slot->run);
}

static void see_trouble(void *whom, const char *path, const char *why)
{
	struct run *run = whom;

	progress_clear(run);
	fputs("hinomi mail: ", stderr);
	text_visible(stderr, text_span(path));
	fprintf(stderr, ": %s\n", why);
	run->troubles++;
}

/* While the child looks into it. What clamd cannot say is no reason to say nothing. */
static void ask_clamd(struct run *run, struct slot *slot, const struct mail_file *file)
{
	slot->asked = true;
	slot->opinion = clamd_ask(run->settings->clamd, file->fd, file->offset, file->size, slot->known);
	if (slot->opinion == OK)
		return;
	progress_clear(run);
	fprintf(stderr, "hinomi mail: clamd (%s): %s: ", run->settings->clamd, clamd_why(slot->opinion));
	text_visible(stderr, text_span(file->shown));
	fputs(" was examined without it\n", stderr);
	run->troubles++;
}

static bool see_file(void *whom, const struct mail_file *file)
{
	struct run *run = whom;
	struct slot *slot = &run->slots[run->begun % SLOTS];
	struct examiner_message message = { file->fd, file->offset, file->size, file->name };

	while (run->begun - run->told == SLOTS)
		examiner_wait(run->examiner);
	slot->run = run;
	slot->done = false;
	slot->asked = false;
	slot->known[0] = '\0';
	slot->shown = strdup(file->shown);
	run->begun++;
	if (!slot->shown || !examiner_begin(run->examiner, &message, take_result, slot)) {
		see_trouble(run, file->shown, "there is no memory or no descriptor to examine it");
		run->begun--;
		free(slot->shown);
		return false;
	}
	if (run->settings->clamd)
		ask_clamd(run, slot, file);
	return !ferror(stdout);
}

static void write_summary(const struct run *run)
{
	bool japanese = run->settings->language == JAPANESE;

	if (run->settings->json || run->told == 0)
		return;
	if (run->told == 1 && (run->settings->all || !run->verdicts[VERDICT_CLEAN])) /* else nothing at all would be said */
		return;
	printf(japanese ? "%" PRIu64 " 通: " : run->told == 1 ? "%" PRIu64 " message: " : "%" PRIu64 " messages: ", run->told);
	for (unsigned v = VERDICTS; v-- > 0;)
		printf("%s%" PRIu64 " %s", v + 1 < VERDICTS ? ", " : "", run->verdicts[v],
		       japanese ? verdict_japanese(v) : verdict_name(v));
	putchar('\n');
}

static void examine_all(struct run *run)
{
	const struct mail_files files = {
		.whom = run, .see = see_file, .trouble = see_trouble, .longest = run->settings->exam.limits.message,
	};

	for (size_t i = 0; i < run->settings->path_count; i++)
		if (!mail_files_each(&files, run->settings->paths[i]))
			break;
	while (run->told < run->begun && examiner_wait(run->examiner))
		;
	progress_clear(run);
	write_summary(run);
}

enum mail_outcome mail_run(const struct mail_run_settings *settings)
{
	const struct examiner_settings children = { .exam = &settings->exam, .children = settings->children,
						    .waiting = SLOTS };
	struct run run = { .settings = settings, .json = json_init(stdout) };

	run.slots = calloc(SLOTS, sizeof(*run.slots));
	run.examiner = run.slots ? examiner_new(&children) : NULL;
	if (run.examiner)
		examine_all(&run);
	else
		see_trouble(&run, "the examination", "cannot begin, there is no memory");
	examiner_free(run.examiner);
	free(run.slots);
	if (run.told == 0 && !run.troubles) /* else a folder of another name would seem to be clean */
		fputs(settings->language == JAPANESE ?
			      "hinomi mail: 検査したものはありません。指定された場所にメールも文書もありません\n" :
			      "hinomi mail: nothing was examined: there is no message and no document in what was named\n",
		      stderr);
	if (run.troubles || fflush(stdout) != 0 || ferror(stdout))
		return MAIL_FAILED;
	return run.verdicts[VERDICT_CLEAN] == run.told ? MAIL_CLEAN : MAIL_FOUND;
}
