/* work.c - runs a backup program and judges it. */
#include "snapshot/work.h"

#include "base/line.h"
#include "base/text.h"

#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>

#define ASK_SECONDS 60 /* more than ssh waits for a server that says nothing */

bool work_open(struct work *w, const char *program, const struct tool_job *job, struct tool_result *result)
{
	char path[64];

	*w = (struct work){ .job = job, .result = result, .polite = SIGTERM, .partly = -1, .line_end = '\n' };
	*result = (struct tool_result){ .code = -1 };
	environment_init(&w->environment);
	if (job->cache && job->cache[0]) /* in a sandbox /tmp may not be written */
		environment_put(&w->environment, "TMPDIR", job->cache);
	if (!program_find(program, path)) {
		work_refuse(w, TOOL_MISSING, program);
		return false;
	}
	work_word(w, "%s", path);
	return true;
}

/* A program sees the end of its ssh's output, and may end before it has read the words in which ssh said why (seen of restic
 * 0.14 and borg 1.2 on a machine under load). These are its own words, then. */
static bool has_lost_words(const struct work *w)
{
	static const char *const own[] = { "Connection closed by remote host. Is borg", "unable to start the sftp session",
					   "ssh command exited", "BrokenPipeError" };

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (w->result->trouble == TOOL_UNREACHABLE && strstr(w->result->said, own[i]))
			return w->server_runs != NULL;
	return false;
}

/* So ssh is asked again. */
static void ask_ssh(const struct work *failed)
{
	const struct tool_job job = { .repository = failed->job->repository, .seconds_max = ASK_SECONDS };
	const char *words[SSH_WORDS];
	struct tool_result result;
	struct work w;

	if (work_open(&w, "ssh", &job, &result) && ssh_words(job.repository, words, result.said) == TOOL_FINE) {
		ssh_words_behind(words, &failed->server, failed->server_runs);
		work_words(&w, words + 1);
		work_run(&w);
	}
	work_close(&w);
	if (result.trouble == TOOL_HOST_UNKNOWN || result.trouble == TOOL_HOST_CHANGED || result.trouble == TOOL_KEY_REFUSED)
		failed->result->trouble = result.trouble;
	if (result.trouble != TOOL_FINE && result.said[0])
		memcpy(failed->result->said, result.said, TOOL_SAID);
}

void work_close(struct work *w)
{
	if (has_lost_words(w))
		ask_ssh(w);
	if (w->result->trouble != TOOL_FINE)
		environment_scrub(&w->environment, w->result->said);
	work_cut(w, 0);
	environment_free(&w->environment);
	lines_free(&w->out);
	lines_free(&w->err);
	objects_free(&w->objects);
}

void work_word(struct work *w, const char *format, ...)
{
	va_list arguments;
	char *word;
	int len;

	va_start(arguments, format);
	len = vasprintf(&word, format, arguments);
	va_end(arguments);
	if (len < 0) {
		w->broken = true;
		return;
	}
	if (!work_room(w, (size_t)len)) {
		free(word);
		w->broken = true;
		return;
	}
	w->words[w->count++] = word;
	w->bytes += (size_t)len + 1;
}

void work_words(struct work *w, const char *const *words)
{
	for (; *words; words++)
		work_word(w, "%s", *words);
}

bool work_room(const struct work *w, size_t bytes)
{
	return w->count < WORK_WORDS && bytes < WORK_BYTES - w->bytes;
}

void work_cut(struct work *w, size_t count)
{
	while (w->count > count) {
		w->bytes -= strlen(w->words[--w->count]) + 1;
		free(w->words[w->count]);
		w->words[w->count] = NULL;
	}
}

void work_refuse(struct work *w, enum tool_trouble trouble, const char *said)
{
	w->result->trouble = trouble;
	snprintf(w->result->said, TOOL_SAID, "%s", said);
}

static bool see_line(void *whom, struct span line)
{
	struct work *w = whom;

	if (w->see)
		return w->see(w, "", line);
	verdict_line(&w->verdict, line);
	return true;
}

static bool see_error(void *whom, struct span line)
{
	struct work *w = whom;

	if (w->errors)
		return w->errors(w, "", line);
	verdict_line(&w->verdict, line);
	return true;
}

static bool see_object(void *whom, const char *key, struct span object)
{
	struct work *w = whom;

	return w->see(w, key, object);
}

bool work_feed(struct work *w, struct span bytes)
{
	return lines_feed(&w->out, bytes, w->line_end, see_line, w);
}

static bool hear_out(void *whom, struct span bytes)
{
	struct work *w = whom;

	if (w->raw)
		return w->raw(w, "", bytes);
	return w->depth ? objects_feed(&w->objects, bytes, see_object, w) : work_feed(w, bytes);
}

static bool hear_errors(void *whom, struct span bytes)
{
	struct work *w = whom;

	return lines_feed(&w->err, bytes, '\n', see_error, w);
}

/* What is left when it has ended, and whether all was understood. */
static void finish(struct work *w, const struct program_end *end)
{
	bool whole = !w->depth || objects_whole(&w->objects);

	if (end->how == PROGRAM_ENDED) {
		lines_finish(&w->out, see_line, w);
		lines_finish(&w->err, see_error, w);
	}
	w->not_understood += w->out.skipped + w->objects.object.skipped;
	verdict_end(&w->verdict, end, w->partly, w->result);
	if (w->result->trouble != TOOL_FINE || (whole && w->not_understood == 0) || end->how != PROGRAM_ENDED)
		return;
	w->result->trouble = TOOL_NOT_UNDERSTOOD;
	snprintf(w->result->said, TOOL_SAID, "%llu of its lines", (unsigned long long)w->not_understood);
}

void work_start(struct work *w)
{
	int error;

	w->order = (struct program_order){
		.words = (const char *const *)w->words,
		.environment = (const char *const *)w->environment.lines,
		.folder = w->folder,
		.out = hear_out,
		.err = hear_errors,
		.whom = w,
		.job = w->job,
		.progress = &w->progress,
		.polite = w->polite,
	};
	w->verdict = (struct verdict){ .rank = 0 };
	w->progress = (struct tool_progress){ .done = -1 };
	w->not_understood = 0;
	lines_free(&w->out);
	lines_free(&w->err);
	objects_free(&w->objects);
	w->objects = (struct objects){ .depth = w->depth };
	w->result->said[0] = '\0';
	if (w->broken || w->environment.full) {
		work_refuse(w, TOOL_OTHER, "too many words for one run of it");
		return;
	}
	w->program = program_open(&w->order, &error);
	if (!w->program)
		finish(w, &(struct program_end){ PROGRAM_FAILED, error, 0 });
}

bool work_turn(struct work *w)
{
	return w->program && program_turn(w->program);
}

void work_finish(struct work *w)
{
	struct program_end end;

	if (!w->program)
		return;
	end = program_close(w->program);
	w->program = NULL;
	finish(w, &end);
}

void work_partly(const struct work *w)
{
	struct tool_result *result = w->result;

	if (result->code == w->partly && result->snapshot[0])
		result->trouble = TOOL_PARTLY;
	else if (result->trouble == TOOL_PARTLY && !result->snapshot[0])
		result->trouble = TOOL_OTHER;
}

void work_run(struct work *w)
{
	work_start(w);
	while (work_turn(w))
		;
	work_finish(w);
}

static bool see_version(struct work *w, const char *key, struct span line)
{
	struct span number;

	(void)key;
	line_word(&line);
	number = line_word(&line);
	snprintf(w->whom, 32, "%.*s", (int)(number.len < 31 ? number.len : 31), (const char *)number.ptr);
	return false;
}

enum tool_trouble work_version(const char *program, const char *option, char version[32])
{
	const struct tool_job job = { .seconds_max = 30 };
	struct tool_result result;
	struct work w;
	char said[32] = "";

	if (work_open(&w, program, &job, &result)) {
		work_word(&w, "%s", option);
		w.see = see_version;
		w.whom = said;
		work_run(&w);
	}
	work_close(&w);
	if (result.trouble == TOOL_FINE && !(said[0] >= '0' && said[0] <= '9'))
		result.trouble = TOOL_NOT_UNDERSTOOD;
	if (result.trouble == TOOL_FINE)
		memcpy(version, said, sizeof(said));
	return result.trouble;
}

bool work_secret(const struct tool_job *job, struct tool_result *result)
{
	const char *path = job->repository->password_file;
	char said[TOOL_SAID];

	if (!path[0] || secret_make(path, said) == TOOL_FINE)
		return true;
	*result = (struct tool_result){ .trouble = TOOL_PASSWORD, .code = -1 };
	memcpy(result->said, said, TOOL_SAID);
	return false;
}
