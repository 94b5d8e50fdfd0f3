/*
 * restic.c - drives restic, from 0.14 on.
 *
 * Its lists are read without taking its lock (--no-lock): a watch must not stand in the way of who writes, and a lock
 * that is left behind must not blind it. What reads long (check, restore) or writes takes the lock.
 */
#include "snapshot/restic.h"
#include "snapshot/place.h"
#include "snapshot/restic_read.h"

#include "base/line.h"
#include "base/text.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#define PARTS_MAX 256 /* of --read-data-subset=n/t: restic sorts packs by the first byte of their names */
#define PARTLY    3   /* its code for "some source files could not be read" */

static bool see_error(struct work *w, const char *key, struct span line)
{
	char text[TOOL_SAID * 4];

	(void)key;
	verdict_line(&w->verdict, restic_read_error(line, text, sizeof(text)) ? text_span(text) : line);
	return true;
}

/* Where the password is. */
static enum tool_trouble password(struct work *w)
{
	const struct repository *repository = w->job->repository;
	char command[REPOSITORY_WORDS * REPOSITORY_PATH];
	enum tool_trouble trouble;

	if (repository->password_file[0]) {
		trouble = secret_check(repository->password_file, TOOL_PASSWORD, w->result->said);
		environment_put(&w->environment, "RESTIC_PASSWORD_FILE", repository->password_file);
		return trouble;
	}
	if (repository->password_command[0][0]) {
		if (!password_words(repository, command, sizeof(command)))
			return place_refuse(w->result->said, TOOL_PASSWORD, PASSWORD_WORDS);
		environment_put(&w->environment, "RESTIC_PASSWORD_COMMAND", command);
	}
	return TOOL_FINE;
}

/* sftp: with our options. The command is the one that restic would make (its manual, "SFTP"). */
static enum tool_trouble ssh(struct work *w)
{
	static const char *const runs[] = { "-s", "sftp", NULL };
	const char *words[SSH_WORDS];
	char command[2 * REPOSITORY_PATH + 320];
	enum tool_trouble trouble;

	if (!line_begins(text_span(w->job->repository->place), "sftp:"))
		return TOOL_FINE;
	if (!sftp_place_read(w->job->repository->place, &w->server))
		return place_refuse(w->result->said, TOOL_UNREACHABLE, "an sftp: place needs a host");
	w->server_runs = runs;
	trouble = ssh_words(w->job->repository, words, w->result->said);
	ssh_words_behind(words, &w->server, runs);
	if (!words_quote(words, command, sizeof(command)))
		return place_refuse(w->result->said, TOOL_UNREACHABLE, SSH_NAMES);
	work_word(w, "--option=sftp.command=%s", command);
	return trouble;
}

static enum tool_trouble prepare(struct work *w)
{
	const struct repository *repository = w->job->repository;
	struct environment *e = &w->environment;
	enum tool_trouble trouble = password(w);

	/* Not on the command line: a place may be a URL with a password in it. */
	environment_put(e, "RESTIC_REPOSITORY", repository->place);
	environment_put(e, "RESTIC_PROGRESS_FPS", "4"); /* else `check` tells no progress to a pipe */
	if (trouble == TOOL_FINE && repository->environment_file[0])
		trouble = environment_load(e, repository->environment_file, w->result->said);
	if (trouble == TOOL_FINE && !environment_has(e, "RESTIC_PASSWORD_FILE") &&
	    !environment_has(e, "RESTIC_PASSWORD_COMMAND") && !environment_has(e, "RESTIC_PASSWORD"))
		trouble = place_refuse(w->result->said, TOOL_PASSWORD, "no password_file is configured");
	return trouble == TOOL_FINE ? ssh(w) : trouble;
}

bool restic_begin(struct work *w, const char *command, const struct tool_job *job, struct tool_result *result)
{
	enum tool_trouble trouble;

	if (!work_open(w, "restic", job, result))
		return false;
	w->polite = SIGINT; /* the only one on which 0.14 takes its lock away */
	w->errors = see_error;
	work_word(w, "%s", command);
	if (job->cache && job->cache[0])
		work_word(w, "--cache-dir=%s", job->cache);
	else
		work_word(w, "--no-cache");
	trouble = prepare(w);
	result->trouble = trouble;
	return trouble == TOOL_FINE;
}

bool restic_is_id(const char *id)
{
	size_t len = strlen(id);

	return len >= 4 && len <= 64 && strspn(id, "0123456789abcdef") == len;
}

static enum tool_trouble restic_version(char version[32])
{
	return work_version("restic", "version", version);
}

static bool see_text(struct work *w, const char *key, struct span line)
{
	(void)key;
	if (!restic_read_message(line, &w->progress, w->result))
		verdict_line(&w->verdict, line);
	return true;
}

static void restic_init(const struct tool_job *job, struct tool_result *result)
{
	struct work w;

	if (!work_secret(job, result))
		return;
	if (restic_begin(&w, "init", job, result)) {
		w.see = see_text;
		work_run(&w);
	}
	work_close(&w);
}

static void restic_unlock(const struct tool_job *job, struct tool_result *result)
{
	struct work w;

	if (restic_begin(&w, "unlock", job, result)) /* without --remove-all: only those that are dead */
		work_run(&w);
	work_close(&w);
}

struct seeing {
	snapshot_see *see;
	void *whom;
	uint64_t seen;
};

static bool see_snapshot(struct work *w, const char *key, struct span object)
{
	struct seeing *seeing = w->whom;
	struct snapshot snapshot;

	if (strcmp(key, w->depth == 3 ? "remove" : "") != 0)
		return true;
	if (restic_read_snapshot(object, &snapshot) != OK) {
		w->not_understood++;
		return true;
	}
	seeing->seen++;
	return seeing->see(seeing->whom, &snapshot);
}

/* All, or those with these ids. */
static void list(const struct tool_job *job, const char *const *ids, struct seeing *seeing, struct tool_result *result)
{
	struct work w;

	if (restic_begin(&w, "snapshots", job, result)) {
		work_words(&w, (const char *const[]){ "--json", "--no-lock", NULL });
		if (ids)
			work_words(&w, ids);
		w.see = see_snapshot;
		w.whom = seeing;
		w.depth = 1;
		work_run(&w);
	}
	work_close(&w);
}

static void restic_snapshots(const struct tool_job *job, snapshot_see *see, void *whom, struct tool_result *result)
{
	struct seeing seeing = { .see = see, .whom = whom };

	list(job, NULL, &seeing, result);
}

static bool keep_id(void *whom, const struct snapshot *snapshot)
{
	memcpy(whom, snapshot->id, SNAPSHOT_ID);
	return true;
}

/* Before 0.17 a backup tells the first letters of its snapshot's id only. */
static void whole_id(const struct tool_job *job, struct tool_result *result)
{
	char id[SNAPSHOT_ID] = "";
	struct seeing seeing = { .see = keep_id, .whom = id };
	struct tool_result listed;

	list(job, (const char *const[]){ result->snapshot, NULL }, &seeing, &listed);
	if (seeing.seen == 1)
		memcpy(result->snapshot, id, SNAPSHOT_ID);
}

static void backup_once(const struct tool_job *job, struct tool_result *result)
{
	const struct repository *repository = job->repository;
	struct work w;

	if (restic_begin(&w, "backup", job, result)) {
		w.see = see_text;
		w.partly = PARTLY;
		work_word(&w, "--json");
		for (size_t i = 0; i < REPOSITORY_PATHS && repository->excludes[i][0]; i++)
			work_word(&w, "--exclude=%s", repository->excludes[i]);
		work_word(&w, "--");
		for (size_t i = 0; i < REPOSITORY_PATHS && repository->sources[i][0]; i++)
			work_word(&w, "%s", repository->sources[i]);
		work_run(&w);
		work_partly(&w);
	}
	work_close(&w);
}

/* Troubles that the backup would meet, too. */
static bool is_hopeless(enum tool_trouble trouble)
{
	return trouble == TOOL_MISSING || trouble == TOOL_NO_REPOSITORY || trouble == TOOL_UNREACHABLE ||
	       trouble == TOOL_PASSWORD || trouble == TOOL_STOPPED || trouble == TOOL_HOST_UNKNOWN ||
	       trouble == TOOL_HOST_CHANGED || trouble == TOOL_KEY_REFUSED;
}

/* A backup itself is not kept from its work by a lock that another one left; but a check after it would be. */
static void restic_backup(const struct tool_job *job, struct tool_result *result)
{
	restic_unlock(job, result);
	if (is_hopeless(result->trouble))
		return;
	backup_once(job, result);
	if (result->snapshot[0] && strlen(result->snapshot) < 64)
		whole_id(job, result);
}

static bool see_check(struct work *w, const char *key, struct span line)
{
	(void)key;
	if (!restic_read_percent(line, &w->progress))
		verdict_line(&w->verdict, line);
	return true;
}

static void restic_check(const struct tool_job *job, uint32_t part, uint32_t parts, struct tool_result *result)
{
	struct work w;

	if (restic_begin(&w, "check", job, result)) {
		w.see = see_check;
		/* More parts than restic knows: each of its 256 is then read more often than asked for. */
		if (parts > PARTS_MAX) {
			part = (part - 1) % PARTS_MAX + 1;
			parts = PARTS_MAX;
		}
		if (parts > 0)
			work_word(&w, "--read-data-subset=%u/%u", part, parts);
		work_run(&w);
	}
	work_close(&w);
}

/* As many paths as one run can have; where the next run begins. */
static size_t restore_some(struct work *w, const char *const *paths, size_t from)
{
	char pattern[2 * FILE_PATH_MAX + 1];
	size_t i = from;

	for (; paths[i]; i++) {
		if (restic_pattern(paths[i], pattern, sizeof(pattern)) != OK) {
			work_refuse(w, TOOL_NO_SNAPSHOT, "a path is too long");
			return i + 1;
		}
		if (i > from && !work_room(w, strlen(pattern) + 16))
			break;
		work_word(w, "--include=%s", pattern);
	}
	work_run(w);
	return i;
}

static void restic_restore(const struct tool_job *job, const struct tool_restore *what, struct tool_result *result)
{
	struct work w;
	size_t words, next = 0;

	if (!restic_begin(&w, "restore", job, result)) {
		work_close(&w);
		return;
	}
	w.see = see_text;
	work_words(&w, (const char *const[]){ "--json", "--verify", NULL });
	work_word(&w, "--target=%s", what->into);
	work_word(&w, "%s", what->snapshot);
	words = w.count;
	if (!restic_is_id(what->snapshot))
		work_refuse(&w, TOOL_NO_SNAPSHOT, what->snapshot);
	else
		folder_make(what->into, result);
	while (what->paths[next] && result->trouble == TOOL_FINE) {
		next = restore_some(&w, what->paths, next);
		work_cut(&w, words);
	}
	if (result->trouble == TOOL_FINE)
		restored_count(what, result);
	work_close(&w);
}

static void keep_words(struct work *w, const struct repository *repository)
{
	const struct {
		const char *name;
		uint32_t number;
	} keeps[] = {
		{ "last", repository->keep_last },
		{ "daily", repository->keep_daily },
		{ "weekly", repository->keep_weekly },
		{ "monthly", repository->keep_monthly },
	};

	for (size_t i = 0; i < 4; i++)
		if (keeps[i].number)
			work_word(w, "--keep-%s=%u", keeps[i].name, keeps[i].number);
}

static void restic_forget(const struct tool_job *job, const struct tool_forget *what, snapshot_see *see, void *whom,
			  struct tool_result *result)
{
	const struct repository *r = job->repository;
	struct seeing seeing = { .see = see, .whom = whom };
	struct work w;

	*result = (struct tool_result){ .code = -1 };
	if (!what->snapshots && !r->keep_last && !r->keep_daily && !r->keep_weekly && !r->keep_monthly)
		return; /* nothing is ever forgotten */
	/* Those that are named are not told by restic, so they are listed before they go. */
	if (what->snapshots)
		list(job, what->snapshots, &seeing, result);
	if (result->trouble != TOOL_FINE || (what->snapshots && what->rehearse))
		return;
	if (restic_begin(&w, "forget", job, result)) {
		work_word(&w, "--json");
		if (what->rehearse)
			work_word(&w, "--dry-run");
		else if (what->prune)
			work_word(&w, "--prune");
		if (what->snapshots)
			work_words(&w, what->snapshots);
		else
			keep_words(&w, r);
		w.see = what->snapshots ? NULL : see_snapshot;
		w.whom = &seeing;
		w.depth = what->snapshots ? 0 : 3;
		work_run(&w);
	}
	work_close(&w);
}

const struct tool tool_restic = {
	.name = "restic",
	.version = restic_version,
	.init = restic_init,
	.backup = restic_backup,
	.snapshots = restic_snapshots,
	.files = restic_files,
	.check = restic_check,
	.restore = restic_restore,
	.forget = restic_forget,
	.unlock = restic_unlock,
};
