/*
 * borg.c - drives borg 1.1 to 1.4; its archives are our snapshots.
 *
 * borg knows archives by name; we name them by id, which cannot be given away twice: the list tells the name. It takes
 * the lock for all it does, also to read, and removes locks of dead processes of this host itself.
 */
#include "snapshot/borg.h"
#include "snapshot/borg_read.h"
#include "snapshot/place.h"
#include "snapshot/work.h"

#include "base/line.h"
#include "base/text.h"

#include <stdlib.h>

#define PARTLY 1 /* its code for warnings */

static bool see_said(struct work *w, const char *key, struct span line)
{
	struct borg_said said;

	(void)key;
	borg_read_said(line, &said, &w->progress);
	if (said.kind != BORG_PROGRESS && !said.list)
		verdict_line(&w->verdict, said.kind == BORG_LOG ? text_span(said.text) : line);
	return true;
}

static enum tool_trouble password(struct work *w)
{
	const struct repository *repository = w->job->repository;
	const char *const show[] = { "/bin/cat", repository->password_file, NULL };
	char command[REPOSITORY_WORDS * REPOSITORY_PATH];
	enum tool_trouble trouble = TOOL_FINE;
	bool quoted = true;

	if (repository->password_file[0]) {
		trouble = secret_check(repository->password_file, TOOL_PASSWORD, w->result->said);
		quoted = words_quote(show, command, sizeof(command));
	} else if (repository->password_command[0][0]) {
		quoted = password_words(repository, command, sizeof(command));
	} else {
		return TOOL_FINE; /* without encryption */
	}
	if (!quoted)
		return place_refuse(w->result->said, TOOL_PASSWORD, PASSWORD_WORDS);
	/* borg has no option for a file; it cuts this into words like a shell, but runs none (its manual, "Environment
	 * Variables"). */
	environment_put(&w->environment, "BORG_PASSCOMMAND", command);
	return trouble;
}

static void put_folder(struct environment *e, const char *name, const char *cache, const char *folder)
{
	char path[FILE_PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", cache, folder);
	environment_put(e, name, path);
}

/* Harmless, and a forced command takes its place. */
static const char *const borg_runs[] = { "borg", "--version", NULL };

static enum tool_trouble prepare(struct work *w)
{
	const struct repository *repository = w->job->repository;
	struct environment *e = &w->environment;
	const char *words[SSH_WORDS];
	char command[REPOSITORY_PATH + 320];
	enum tool_trouble trouble = password(w);

	environment_put(e, "BORG_REPO", repository->place);
	if (borg_place_read(repository->place, &w->server))
		w->server_runs = borg_runs;
	/* Questions that nobody is there to answer; all others end it. */
	environment_put(e, "BORG_RELOCATED_REPO_ACCESS_IS_OK", "yes");
	environment_put(e, "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK", "yes");
	if (w->job->cache && w->job->cache[0]) {
		put_folder(e, "BORG_CACHE_DIR", w->job->cache, "borg");
		put_folder(e, "BORG_SECURITY_DIR", w->job->cache, "borg-security");
	}
	if (trouble == TOOL_FINE)
		trouble = ssh_words(repository, words, w->result->said);
	if (trouble == TOOL_FINE && !words_quote(words, command, sizeof(command)))
		trouble = place_refuse(w->result->said, TOOL_KEY_REFUSED, SSH_NAMES);
	if (trouble == TOOL_FINE && repository->ssh_key[0])
		environment_put(e, "BORG_RSH", command);
	if (trouble == TOOL_FINE && repository->environment_file[0])
		trouble = environment_load(e, repository->environment_file, w->result->said);
	if (trouble == TOOL_FINE)
		environment_put(e, "BORG_RSH", command); /* unless the file has another one */
	/* Else it would ask a terminal for the password of a repository that has one. */
	if (!environment_has(e, "BORG_PASSCOMMAND") && !environment_has(e, "BORG_PASSPHRASE_FD"))
		environment_put(e, "BORG_PASSPHRASE", "");
	return trouble;
}

bool borg_begin(struct work *w, const char *command, const struct tool_job *job, struct tool_result *result)
{
	if (!work_open(w, "borg", job, result))
		return false;
	w->errors = see_said;
	work_words(w, (const char *const[]){ command, "--log-json", "--lock-wait=5", NULL });
	result->trouble = prepare(w);
	return result->trouble == TOOL_FINE;
}

static enum tool_trouble borg_version(char version[32])
{
	return work_version("borg", "--version", version);
}

static void borg_init(const struct tool_job *job, struct tool_result *result)
{
	struct work w;

	if (!work_secret(job, result))
		return;
	if (borg_begin(&w, "init", job, result)) {
		bool secret = environment_has(&w.environment, "BORG_PASSCOMMAND") ||
			      environment_has(&w.environment, "BORG_PASSPHRASE_FD");

		for (size_t i = 0; i < w.environment.count; i++)
			secret |= strncmp(w.environment.lines[i], "BORG_PASSPHRASE=", 16) == 0 && w.environment.lines[i][16];
		work_word(&w, "--encryption=%s", secret ? "repokey-blake2" : "none");
		work_run(&w);
	}
	work_close(&w);
}

static bool see_created(struct work *w, const char *key, struct span text)
{
	(void)key;
	w->not_understood += !borg_read_created(text, w->result);
	return true;
}

static void borg_backup(const struct tool_job *job, struct tool_result *result)
{
	const struct repository *repository = job->repository;
	struct work w;

	if (borg_begin(&w, "create", job, result)) {
		w.see = see_created;
		w.line_end = '\0'; /* one document of many lines */
		w.partly = PARTLY;
		work_words(&w, (const char *const[]){ "--json", "--progress", NULL });
		for (size_t i = 0; i < REPOSITORY_PATHS && repository->excludes[i][0]; i++)
			work_word(&w, "--exclude=%s", repository->excludes[i]);
		work_words(&w, (const char *const[]){ "--", "::" BORG_OURS "{utcnow:%Y-%m-%dT%H:%M:%S.%f}", NULL });
		for (size_t i = 0; i < REPOSITORY_PATHS && repository->sources[i][0]; i++)
			work_word(&w, "%s", repository->sources[i]);
		work_run(&w);
		work_partly(&w);
	}
	work_close(&w);
}

struct listing {
	snapshot_see *see;
	void *whom;
};

static bool see_archive(struct work *w, const char *key, struct span object)
{
	const struct listing *listing = w->whom;
	struct snapshot snapshot;

	if (strcmp(key, "archives") != 0)
		return true;
	if (borg_read_archive(object, &snapshot) != OK) {
		w->not_understood++;
		return true;
	}
	return listing->see(listing->whom, &snapshot);
}

void borg_snapshots(const struct tool_job *job, snapshot_see *see, void *whom, struct tool_result *result)
{
	struct listing listing = { see, whom };
	struct work w;

	if (borg_begin(&w, "list", job, result)) {
		work_words(&w, (const char *const[]){ "--json", "--format={hostname}", "::", NULL });
		w.see = see_archive;
		w.whom = &listing;
		w.depth = 2;
		work_run(&w);
	}
	work_close(&w);
}

struct finding {
	const char *wanted;
	char name[2 * REPOSITORY_PATH + 8]; /* for borg, which puts values in the place of {words}; "": not found */
};

static bool find_archive(void *whom, const struct snapshot *snapshot)
{
	struct finding *finding = whom;
	size_t used = 0;

	if (strcmp(snapshot->id, finding->wanted) != 0)
		return true;
	for (const char *at = snapshot->name; *at; at++) {
		finding->name[used++] = *at;
		if (*at == '{' || *at == '}')
			finding->name[used++] = *at;
	}
	finding->name[used] = '\0';
	return false;
}

/* The name of an archive. False: the result says why not. */
static bool find(const struct tool_job *job, const char *id, struct finding *finding, struct tool_result *result)
{
	*finding = (struct finding){ .wanted = id };
	borg_snapshots(job, find_archive, finding, result);
	if (result->trouble == TOOL_FINE && !finding->name[0]) {
		result->trouble = TOOL_NO_SNAPSHOT;
		said_show(result->said, text_span(id));
	}
	return result->trouble == TOOL_FINE;
}

struct files {
	snapshot_file_see *see;
	void *whom;
	struct borg_text text;
};

static bool see_file(struct work *w, const char *key, struct span record)
{
	struct files *files = w->whom;
	struct borg_file file;

	(void)key;
	if (borg_read_file(record, &file) != BORG_FILE) {
		w->not_understood++;
		return true;
	}
	w->result->files++;
	return files->see(files->whom, &file.file);
}

static bool hear_files(struct work *w, const char *key, struct span bytes)
{
	struct files *files = w->whom;
	uint8_t *undone = malloc(bytes.len + BORG_TEXT_MORE);
	bool more;

	(void)key;
	if (!undone) {
		w->not_understood++;
		return true; /* to the end, so that it is told */
	}
	more = work_feed(w, (struct span){ undone, borg_text_undo(&files->text, bytes, undone) });
	free(undone);
	return more;
}

/* What Python escapes there, it escapes in errors, too: one line with all of them. */
static bool see_escaped(struct work *w, const char *key, struct span line)
{
	struct borg_text text = { .form = BORG_ESCAPED };
	uint8_t *undone = malloc(line.len + BORG_TEXT_MORE);
	struct span rest = { undone, 0 }, one;

	if (!undone)
		return true;
	if (line_find(line, '\\') == line.len)
		see_said(w, key, line);
	else
		rest.len = borg_text_undo(&text, line, undone);
	while (text_line(&rest, &one))
		see_said(w, key, one);
	free(undone);
	return true;
}

static void borg_files(const struct tool_job *job, const char *snapshot, snapshot_file_see *see, void *whom,
		       struct tool_result *result)
{
	struct files files = { .see = see, .whom = whom };
	struct finding finding;
	struct work w;

	if (!find(job, snapshot, &finding, result))
		return;
	if (borg_begin(&w, "list", job, result)) {
		environment_put(&w.environment, "PYTHONIOENCODING", "unicode_escape");
		work_word(&w, "--format=%s", BORG_FORMAT);
		work_word(&w, "::%s", finding.name);
		w.see = see_file;
		w.raw = hear_files;
		w.errors = see_escaped;
		w.whom = &files;
		w.line_end = '\0';
		work_run(&w);
	}
	work_close(&w);
}

/*
 * borg cannot read a share of the data: --verify-data reads every chunk of the repository, whatever archives are asked
 * for, and --max-duration cuts only the check of checksums (CRC32), which who tampers computes anew. Reading one archive
 * at a time reads what they share again and again. So all is read in the last part, and the others look at what the
 * archives are made of: that all of their chunks are in the index.
 */
static void borg_check(const struct tool_job *job, uint32_t part, uint32_t parts, struct tool_result *result)
{
	struct work w;

	if (borg_begin(&w, "check", job, result)) {
		work_word(&w, "--progress");
		work_word(&w, "%s", parts > 0 && part == parts ? "--verify-data" : "--archives-only");
		work_run(&w);
	}
	work_close(&w);
}

static size_t restore_some(struct work *w, const char *const *paths, size_t from)
{
	size_t i = from;

	for (; paths[i]; i++) {
		const char *path = paths[i] + strspn(paths[i], "/");

		if (i > from && !work_room(w, strlen(path) + 16))
			break;
		work_word(w, "pp:%s", path); /* it and what is below it, as it stands ("borg help patterns") */
	}
	work_run(w);
	return i;
}

static void borg_restore(const struct tool_job *job, const struct tool_restore *what, struct tool_result *result)
{
	struct finding finding;
	struct work w;
	size_t words, next = 0;

	if (!find(job, what->snapshot, &finding, result))
		return;
	if (borg_begin(&w, "extract", job, result)) {
		work_words(&w, (const char *const[]){ "--progress", "--", NULL });
		work_word(&w, "::%s", finding.name);
		w.partly = PARTLY;
		w.folder = what->into; /* borg restores to where it is */
		words = w.count;
		folder_make(what->into, result);
		while (what->paths[next] && (result->trouble == TOOL_FINE || result->trouble == TOOL_PARTLY)) {
			next = restore_some(&w, what->paths, next);
			work_cut(&w, words);
		}
		if (result->trouble == TOOL_FINE || result->trouble == TOOL_PARTLY)
			restored_count(what, result);
	}
	work_close(&w);
}

static bool see_nothing(struct work *w, const char *key, struct span line)
{
	(void)w, (void)key, (void)line;
	return true;
}

/* Its own stale locks borg removes whenever it meets them; others may be alive. So the lock is taken once. */
static void borg_unlock(const struct tool_job *job, struct tool_result *result)
{
	struct work w;

	if (borg_begin(&w, "list", job, result)) {
		work_words(&w, (const char *const[]){ "--json", "--last=1", "::", NULL });
		w.see = see_nothing;
		work_run(&w);
	}
	work_close(&w);
}

const struct tool tool_borg = {
	.name = "borg",
	.version = borg_version,
	.init = borg_init,
	.backup = borg_backup,
	.snapshots = borg_snapshots,
	.files = borg_files,
	.check = borg_check,
	.restore = borg_restore,
	.forget = borg_forget,
	.unlock = borg_unlock,
};
