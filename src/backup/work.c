/* work.c - begins and ends a job: one at a time, remembered, told while it goes on; a dead one's
 * traces are cleared. */
#include "backup/work.h"

#include "base/text.h"
#include "snapshot/trouble.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define TELL_EVERY   (2 * USEC_PER_SEC) /* progress in the ledger */
#define HISTORY_DAYS 400
#define HISTORY_KEEP 200
#define LOCK_TRIES   5
#define LOCK_PAUSE   20 /* milliseconds */
#define UNLOCK_SECONDS 10 /* who stopped a job waits for it */
#define ROOTS_SCRATCH "/var/tmp/hinomi-root" /* docs/backup.md */

static const char running[] = "running", history[] = "history";

const struct repository *backup_named(const struct backup_watch *watch, const char *name)
{
	for (size_t i = 0; i < watch->count; i++)
		if (strcmp(watch->repositories[i].name, name) == 0)
			return &watch->repositories[i];
	return NULL;
}

/* --- documents */

static enum err put(struct ledger *ledger, const char *kind, const char *key, json_t *document)
{
	char *body = document ? json_dumps(document, JSON_COMPACT) : NULL;
	enum err err = body ? ledger_put(ledger, kind, key, text_span(body)) : ERR_MEMORY;

	free(body);
	json_decref(document);
	return err;
}

uint64_t work_note(struct backup_watch *watch, const char *repository, usec_t at,
		   const struct work_entry *entry)
{
	json_t *document = json_pack("{s:s, s:b, s:f, s:o}", "what", entry->what, "ok", entry->ok,
				     "seconds", entry->seconds, "say", words_object(entry->say));
	char *body = document ? json_dumps(document, JSON_COMPACT) : NULL;
	uint64_t id = 0;

	if (body && ledger_add(watch->ledger, history, repository, at, text_span(body), &id) != OK)
		id = 0;
	free(body);
	json_decref(document);
	return id;
}

/* --- the lock */

static void lock_path(const struct backup_watch *watch, const char *name, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s.lock", watch->folder, name);
}

/* -1: errno; EWOULDBLOCK: another one has it. */
static int lock_take(const struct backup_watch *watch, const char *name)
{
	char path[PATH_MAX];
	struct stat folder, is;
	int fd;

	lock_path(watch, name, path);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -1;
	/* with a second name it may be a file of root's elsewhere */
	if (geteuid() == 0 && stat(watch->folder, &folder) == 0 && fstat(fd, &is) == 0 && is.st_nlink == 1 &&
	    fchown(fd, folder.st_uid, folder.st_gid) != 0)
		errno = 0; /* then only root takes it */
	for (unsigned tries = 0; tries < LOCK_TRIES; tries++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return fd;
		poll(NULL, 0, LOCK_PAUSE); /* who only looks whether it is held holds it for a moment */
	}
	close(fd);
	errno = EWOULDBLOCK;
	return -1;
}

static bool lock_is_held(const struct backup_watch *watch, const char *name)
{
	char path[PATH_MAX];
	bool held;
	int fd;

	lock_path(watch, name, path);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return false;
	held = flock(fd, LOCK_SH | LOCK_NB) != 0;
	close(fd);
	return held;
}

/* --- progress */

static void tell_running(struct backup_work *work, double done)
{
	struct backup_moment now = work->watch->moment();
	json_t *document;

	if (work->told && now.boot - work->told < TELL_EVERY && now.boot >= work->told)
		return;
	work->told = now.boot;
	document = json_pack("{s:s, s:I, s:o}", "what", backup_job_name(work->what), "since",
			     (json_int_t)work->begun.now, "done",
			     done < 0 ? json_null() : json_real(done));
	if (put(work->watch->ledger, running, work->repository->name, document) != OK)
		work->told = now.boot; /* it is for show only: the next one tries again */
}

bool work_step(struct backup_work *work, const struct backup_progress *progress)
{
	tell_running(work, progress->done);
	return !work->watch->step || work->watch->step(work->watch->whom, progress);
}

static bool tool_stepped(void *whom, const struct tool_progress *progress)
{
	struct backup_work *work = whom;
	struct backup_progress here = { .what = work->what,
					.done = progress->done,
					.files = progress->files,
					.bytes = progress->bytes,
					.seconds = progress->seconds };

	return work_step(work, &here);
}

json_t *work_busy(const struct backup_watch *watch, const struct repository *repository)
{
	char *body = NULL;
	json_t *was, *told = NULL;
	const char *what;
	struct words say;

	if (!lock_is_held(watch, repository->name) ||
	    ledger_get(watch->ledger, running, repository->name, &body) != OK)
		return json_null();
	was = json_loads(body, 0, NULL);
	free(body);
	what = json_string_value(json_object_get(was, "what"));
	for (unsigned job = 0; what && job < BACKUP_JOBS; job++) {
		double done = json_number_value(json_object_get(was, "done"));

		if (strcmp(what, backup_job_name(job)) != 0)
			continue;
		words_en(&say, "%s is going on (%.0f %%)", backup_job_name(job), 100 * done);
		words_ja(&say, "%s を実行中です（%.0f %%）", backup_job_japanese(job), 100 * done);
		told = json_pack(
			"{s:s, s:o, s:O, s:o}", "what", what, "since",
			words_time((usec_t)json_integer_value(json_object_get(was, "since"))),
			"done", json_object_get(was, "done"), "say", words_object(&say));
	}
	json_decref(was);
	return told ? told : json_null();
}

/* --- the beginning */

/* Where the last job left its sign, it died: the lock is ours, so it does not live. */
static void see_cut_off(struct backup_work *work)
{
	char *body = NULL, text[TIME_TEXT];
	json_t *was;
	struct words say;
	usec_t since;

	if (ledger_get(work->watch->ledger, running, work->repository->name, &body) != OK)
		return;
	was = json_loads(body, 0, NULL);
	free(body);
	since = (usec_t)json_integer_value(json_object_get(was, "since"));
	words_en(&say, "The %s of %s was cut off: its process died. It is done again",
		 json_string_value(json_object_get(was, "what"))
			 ? json_string_value(json_object_get(was, "what"))
			 : "?",
		 time_human(since, text));
	words_ja(&say, "%s の %s は途中で切れました（プロセスが終了）。やり直します",
		 time_human(since, text),
		 json_string_value(json_object_get(was, "what"))
			 ? json_string_value(json_object_get(was, "what"))
			 : "?");
	work_note(work->watch, work->repository->name, work->begun.now,
		  &(struct work_entry){ .what = "cut", .say = &say });
	json_decref(was);
	work->cut_off = true;
}

/* Given away by descriptor: who has the folder above may have put a link there meanwhile. */
static void make_folder(const char *path, const char *like)
{
	struct stat folder;
	int fd;

	if (mkdir(path, 0700) != 0 || geteuid() != 0 || stat(like, &folder) != 0)
		return;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && fchown(fd, folder.st_uid, folder.st_gid) != 0)
		rmdir(path);
	if (fd >= 0)
		close(fd);
}

static bool is_mine(const char *folder)
{
	struct stat is;

	return stat(folder, &is) == 0 && is.st_uid == geteuid();
}

/* Nobody else can put something in its place. */
static bool is_roots(const char *folder)
{
	char above[PATH_MAX + 4];
	struct stat is, in;

	snprintf(above, sizeof(above), "%s/..", folder);
	return lstat(folder, &is) == 0 && S_ISDIR(is.st_mode) && is.st_uid == 0 && !(is.st_mode & 022) &&
	       stat(above, &in) == 0 && in.st_uid == 0 && (!(in.st_mode & 022) || in.st_mode & S_ISVTX);
}

/* Where root restores: in a folder of another user, that one could put a link in the place of what is being written, and
 * a hostile snapshot would be restored to anywhere. */
static bool open_scratch(struct backup_work *work)
{
	if (*work->repository->scratch)
		snprintf(work->scratch, sizeof(work->scratch), "%s", work->repository->scratch);
	else
		snprintf(work->scratch, sizeof(work->scratch), "%s/scratch", work->watch->folder);
	make_folder(work->scratch, work->watch->folder);
	if (geteuid() != 0 || is_roots(work->scratch))
		return true;
	snprintf(work->scratch, sizeof(work->scratch), "%s", ROOTS_SCRATCH);
	return (mkdir(work->scratch, 0700) == 0 || errno == EEXIST) && is_roots(work->scratch);
}

static bool open_folders(struct backup_work *work)
{
	/* what root leaves in the cache of another user, that user cannot use any more: then none is used */
	if (is_mine(work->watch->folder)) {
		snprintf(work->cache, sizeof(work->cache), "%s/cache", work->watch->folder);
		make_folder(work->cache, work->watch->folder);
	}
	return open_scratch(work);
}

static void refuse(struct backup_outcome *outcome, int error)
{
	outcome->busy = error == EWOULDBLOCK;
	outcome->trouble = TOOL_OTHER;
	if (outcome->busy)
		words_say(&outcome->say, "Another job is at work on this repository",
			  "別の作業がこのリポジトリで実行中です");
	else
		words_say(&outcome->say, "The watch's own folder cannot be used: %s",
			  "監視用のフォルダーを使えません: %s", strerror(error));
	words_say(
		&outcome->mend, "%s", "%s",
		outcome->busy
			? ""
			: "root: look at the state folder (process.state), its owner and its room");
}

bool work_begin(struct backup_work *work, struct backup_watch *watch,
		const struct repository *repository, enum backup_job what,
		struct backup_outcome *outcome)
{
	*outcome = (struct backup_outcome){ .ok = false };
	*work = (struct backup_work){
		.watch = watch, .repository = repository, .what = what, .outcome = outcome
	};
	work->begun = watch->moment();
	work->tool = watch->tool(repository->tool);
	work->lock = lock_take(watch, repository->name);
	if (work->lock < 0) {
		refuse(outcome, errno);
		return false;
	}
	work->state = calloc(1, sizeof(*work->state));
	if (!work->state || state_load(watch->ledger, repository->name, work->state) != OK) {
		refuse(outcome, work->state ? EIO : ENOMEM);
		free(work->state);
		close(work->lock);
		return false;
	}
	if (!open_folders(work)) {
		refuse(outcome, EACCES);
		free(work->state);
		close(work->lock);
		return false;
	}
	work->job = (struct tool_job){
		.repository = repository, .cache = work->cache, .step = tool_stepped, .whom = work
	};
	see_cut_off(work);
	tell_running(work, -1);
	if (work->cut_off) {
		struct tool_result result = { .trouble = TOOL_FINE };

		work->tool->unlock(&work->job, &result); /* what it says is seen at the next call */
	}
	outcome->ok = true;
	return true;
}

/* --- how it went */

void work_fail(struct backup_work *work, enum tool_trouble trouble, const char *said)
{
	struct backup_outcome *outcome = work->outcome;
	struct backup_tried *tried = &work->state->jobs[work->what];

	outcome->ok = false;
	outcome->trouble = trouble;
	snprintf(tried->said, sizeof(tried->said), "%s", said);
	snprintf(outcome->said, sizeof(outcome->said), "%s", said);
	snprintf(outcome->say.en, WORDS_TEXT, "%s", trouble_say(trouble, ENGLISH));
	snprintf(outcome->say.ja, WORDS_TEXT, "%s", trouble_say(trouble, JAPANESE));
	snprintf(outcome->mend.en, WORDS_TEXT, "%s", trouble_mend(trouble, ENGLISH));
	snprintf(outcome->mend.ja, WORDS_TEXT, "%s", trouble_mend(trouble, JAPANESE));
}

bool work_again(struct backup_work *work, struct tool_result *result)
{
	struct tool_result unlocking = { .trouble = TOOL_FINE };

	if (result->trouble != TOOL_LOCK_STALE || work->unlocked)
		return false;
	work->unlocked = true;
	work->tool->unlock(&work->job, &unlocking);
	*result = (struct tool_result){ .trouble = TOOL_FINE };
	return true;
}

bool work_took(struct backup_work *work, const struct tool_result *result)
{
	if (result->trouble == TOOL_FINE || result->trouble == TOOL_PARTLY)
		return true;
	work_fail(work, result->trouble, result->said);
	return false;
}

static void remember_try(struct backup_work *work, const struct backup_moment *now)
{
	struct backup_tried *tried = &work->state->jobs[work->what];
	enum tool_trouble trouble = work->outcome->trouble;

	if (trouble != TOOL_FINE && trouble != tried->trouble)
		tried->since = now->now;
	if (trouble == TOOL_FINE)
		tried->since = 0;
	if (trouble == TOOL_FINE)
		tried->said[0] = '\0';
	tried->trouble = trouble;
	tried->at = *now;
	tried->failed = work->outcome->ok ? 0 : tried->failed + 1;
	if (work->outcome->ok)
		tried->good = now->now;
}

/* A look that found nothing is no event. */
static bool is_told(const struct backup_work *work, bool was_failed)
{
	return work->what != BACKUP_LOOK || !work->outcome->ok || was_failed;
}

/* One that is told to end in the moment in which it takes its lock leaves it: restic 0.14 waits 200 ms between writing
 * it and noting that it is to be removed (restic.NewLock()). Not where the server does not answer, for long. */
static void take_lock_away(struct backup_work *work)
{
	struct tool_job job = { .repository = work->repository, .cache = work->cache, .seconds_max = UNLOCK_SECONDS };
	struct tool_result unlocking = { .trouble = TOOL_FINE };

	work->tool->unlock(&job, &unlocking); /* what it cannot, the next job does */
}

void work_end(struct backup_work *work)
{
	struct backup_watch *watch = work->watch;
	struct backup_moment now = watch->moment();
	bool was_failed = work->state->jobs[work->what].failed > 0;
	bool kept;

	if (work->outcome->trouble == TOOL_STOPPED)
		take_lock_away(work);
	remember_try(work, &now);
	kept = ledger_begin(watch->ledger) == OK;
	if (kept) {
		struct work_entry entry = { .what = backup_job_name(work->what),
					    .ok = work->outcome->ok,
					    .seconds = (double)(now.boot - work->begun.boot) /
						       USEC_PER_SEC,
					    .say = &work->outcome->say };

		kept = state_save(watch->ledger, work->repository->name, work->state) == OK &&
		       ledger_remove(watch->ledger, running, work->repository->name) != ERR_WRITE &&
		       (!is_told(work, was_failed) ||
			work_note(watch, work->repository->name, now.now, &entry) > 0);
		kept = ledger_end(watch->ledger, kept) == OK && kept;
	}
	if (!kept) {
		work->outcome->ok = false;
		words_say(&work->outcome->say, "It was done, but could not be remembered: %s",
			  "実行しましたが、記録できませんでした: %s",
			  ledger_trouble(watch->ledger));
	}
	if (ledger_trim(watch->ledger, history, now.now - HISTORY_DAYS * 86400 * USEC_PER_SEC,
			HISTORY_KEEP) != OK)
		work->told = 0; /* old entries stay until the next time */
	free(work->state);
	close(work->lock);
}

void backup_work(struct backup_watch *watch, const struct repository *repository,
		 enum backup_job job, struct backup_outcome *outcome)
{
	static backup_do *const jobs[BACKUP_JOBS] = { backup_look, backup_run, backup_verify,
						      backup_drill };

	jobs[job](watch, repository, outcome);
}
