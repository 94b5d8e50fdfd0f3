/* wiper.c - is a new snapshot what ransomware or a wiper left? Listings, samples of both snapshots,
 * the alarm. */
#include "backup/wiper.h"

#include "drill/scratch.h"
#include "wipe/wipe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct looking {
	struct backup_work *work;
	struct backup_set *set;
	uint64_t key;
	struct backup_base base; /* snapshot "": none */
	struct wipe *wipe;
	char list[PATH_MAX], made[PATH_MAX]; /* of the base, and of the new one */
	struct scratch scratch;              /* where samples are restored ... */
	char room[PATH_MAX + SCRATCH_NAME];  /* ... and its path */
	enum err err;
};

static bool see_file(void *whom, const struct snapshot_file *file)
{
	struct looking *l = whom;

	l->err = wipe_see(l->wipe, file);
	return l->err == OK;
}

static bool list_files(struct looking *l)
{
	struct tool_result result = { .trouble = TOOL_FINE };
	struct backup_work *work = l->work;

	work->tool->files(&work->job, l->set->newest_id, see_file, l, &result);
	if (l->err == OK && !work_took(work, &result))
		return false;
	if (l->err == OK) {
		l->err = wipe_listed(l->wipe);
		if (l->err == OK || l->err == ERR_FORMAT) /* the one before is damaged: it counts as none */
			return true;
	}
	work_fail(work, TOOL_OTHER,
		  "the listing could not be written: is there room in the state folder?");
	return false;
}

/* --- samples */

/* The paths of one side, NULL-ended; freed by paths_free(). */
static char **paths_of(const struct wipe_want *wants, size_t count, bool before)
{
	char **paths = calloc(count + 1, sizeof(*paths));
	size_t used = 0;

	for (size_t i = 0; paths && i < count; i++) {
		struct span path = before ? wants[i].before : wants[i].after;

		if (path.len > 0 && path.len < FILE_PATH_MAX)
			paths[used] = strndup((const char *)path.ptr, path.len);
		used += path.len > 0 && paths[used];
	}
	return paths;
}

static void paths_free(char **paths)
{
	for (size_t i = 0; paths && paths[i]; i++)
		free(paths[i]);
	free(paths);
}

/* Whether the snapshot waits for another look: what is taken for good without its contents is never looked at again.
 * What lies in the snapshots themselves, or in rights that are missing, would keep them unjudged for ever: then what
 * came is judged, and other troubles tell of the rest. */
static bool is_passing(enum tool_trouble trouble)
{
	switch (trouble) {
	case TOOL_MISSING:
	case TOOL_NO_REPOSITORY:
	case TOOL_UNREACHABLE:
	case TOOL_HOST_UNKNOWN:
	case TOOL_HOST_CHANGED:
	case TOOL_KEY_REFUSED:
	case TOOL_PASSWORD:
	case TOOL_LOCKED:
	case TOOL_LOCK_STALE:
	case TOOL_STOPPED:
	case TOOL_TIME:
	case TOOL_KILLED:
		return true;
	default:
		return false;
	}
}

/* False: the snapshots cannot be judged now. */
static bool restore_side(struct looking *l, const char *snapshot, bool before)
{
	size_t count = 0;
	const struct wipe_want *wants = wipe_wanted(l->wipe, &count);
	char **paths = paths_of(wants, count, before), into[sizeof(l->room) + 8];
	struct tool_restore what = { snapshot, (const char *const *)paths, into };
	struct tool_result result = { .trouble = TOOL_FINE };

	snprintf(into, sizeof(into), "%s/%s", l->room, before ? "before" : "after");
	if (paths && paths[0] && *snapshot)
		do
			l->work->tool->restore(&l->work->job, &what, &result);
		while (work_again(l->work, &result));
	paths_free(paths);
	if (is_passing(result.trouble) || result.trouble == TOOL_DISK_FULL)
		work_fail(l->work, result.trouble, result.said);
	return !is_passing(result.trouble);
}

/* What was restored is hostile: no link is followed, nothing but a plain file is opened. -1: not to
 * be had. */
static int open_restored(int folder, struct span path)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW,
				.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH |
					   RESOLVE_NO_MAGICLINKS };
	char text[FILE_PATH_MAX];
	struct stat is;
	size_t skip = 0;
	int fd;

	while (skip < path.len && path.ptr[skip] == '/')
		skip++;
	if (folder < 0 || path.len - skip == 0 || path.len >= sizeof(text))
		return -1;
	memcpy(text, path.ptr + skip, path.len - skip);
	text[path.len - skip] = '\0';
	fd = (int)syscall(SYS_openat2, folder, text, &how, sizeof(how));
	if (fd >= 0 && fstat(fd, &is) == 0 && S_ISREG(is.st_mode))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static int open_side(const struct looking *l, const char *side)
{
	return openat(l->scratch.folder, side, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

static void give_contents(struct looking *l)
{
	int before = open_side(l, "before"), after = open_side(l, "after");
	size_t count = 0;
	const struct wipe_want *wants = wipe_wanted(l->wipe, &count);

	for (size_t i = 0; i < count && l->err == OK; i++) {
		int was = open_restored(before, wants[i].before),
		    is = open_restored(after, wants[i].after);

		l->err = wipe_content(l->wipe, i, was, is);
		if (was >= 0)
			close(was);
		if (is >= 0)
			close(is);
	}
	if (before >= 0)
		close(before);
	if (after >= 0)
		close(after);
}

static void room_failed(struct looking *l, const char *what, int error)
{
	char said[TOOL_SAID];

	snprintf(said, sizeof(said), "the scratch place %.200s: %s%s%s", l->work->scratch, what, error ? ": " : "",
		 error ? strerror(error) : "");
	work_fail(l->work, error == ENOSPC ? TOOL_DISK_FULL : TOOL_DENIED, said);
}

/* What comes back may be folders that nobody may write, or deep ones: so it lies, and is removed, as for drills.
 * False: the snapshots cannot be judged now. */
static bool take_samples(struct looking *l)
{
	size_t count;
	bool good;

	l->err = OK;
	wipe_wanted(l->wipe, &count);
	if (count == 0)
		return true;
	if (scratch_open(&l->scratch, l->work->scratch) != OK) {
		room_failed(l, "it cannot be used", errno);
		return true; /* the listings are judged, and it is told that no contents are */
	}
	snprintf(l->room, sizeof(l->room), "%s/%s", l->work->scratch, l->scratch.name);
	good = restore_side(l, l->base.snapshot, true) && restore_side(l, l->set->newest_id, false);
	if (good)
		give_contents(l);
	if (!scratch_close(&l->scratch))
		room_failed(l, "what was restored to it could not be removed", 0);
	return good;
}

/* --- what it comes to */

static json_t *why_json(const struct wipe_finding *finding)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < finding->why_count; i++)
		json_array_append_new(all,
				      json_pack("{s:{s:s, s:s}, s:s}", "key", "en",
						finding->why[i].key, "ja", finding->why[i].key_ja,
						"value", finding->why[i].value));
	return all;
}

static json_t *last_good_json(const struct backup_base *base)
{
	if (!*base->snapshot)
		return json_null();
	return json_pack("{s:s, s:o}", "snapshot", base->snapshot, "at", words_time(base->at));
}

static void raise_alarm(struct looking *l, const struct wipe_finding *finding, const char *learned)
{
	json_t *examples = json_array(), *alarm;
	struct words say;
	char kept[PATH_MAX];

	words_two(&say, finding->say_en, finding->say_ja);
	base_path(l->work->watch, l->work->repository, l->key, ".new", kept);
	if (rename(l->made, kept) != 0)
		unlink(l->made); /* then it cannot be learned from; the alarm is worth more */
	for (unsigned i = 0; i < finding->example_count; i++)
		json_array_append_new(examples, json_string(finding->examples[i]));
	alarm = json_pack("{s:s, s:I, s:s, s:o, s:I, s:f, s:i, s:i, s:o, s:o, s:o, s:o, s:s, s:s}",
			  "kind", "wiped", "set", (json_int_t)l->key, "snapshot", l->set->newest_id,
			  "at", words_time(l->set->newest), "snapshot_at",
			  (json_int_t)l->set->newest, "share", finding->damaged, "confidence",
			  (int)finding->confidence, "level", (int)finding->level, "say",
			  words_object(&say), "why", why_json(finding), "examples", examples,
			  "last_good", last_good_json(&l->base), "attack",
			  finding->attack ? finding->attack : "T1486", "learned", learned);
	alarm_open(l->work, alarm, &say); /* where it cannot be kept, the next look finds it again */
}

static void adopt(struct looking *l, char *learned)
{
	struct backup_base base = { .at = l->set->newest, .learned = learned };

	snprintf(base.snapshot, sizeof(base.snapshot), "%s", l->set->newest_id);
	if (rename(l->made, l->list) != 0 ||
	    base_save(l->work->watch->ledger, l->work->repository->name, l->key, &base) != OK)
		work_fail(l->work, TOOL_OTHER,
			  "what was learned could not be kept: is there room in the state folder?");
}

static void judge(struct looking *l)
{
	struct wipe_finding finding = { .verdict = WIPE_NORMAL };
	char *learned = NULL;

	if (wipe_judge(l->wipe, l->set->newest, l->base.learned ? l->base.learned : "", &finding,
		       &learned) != OK) {
		unlink(l->made);
		work_fail(l->work, TOOL_OTHER, "what is new could not be judged: no memory");
		return;
	}
	if (finding.verdict == WIPE_ALARM && finding.level <= l->work->watch->level)
		raise_alarm(l, &finding, learned);
	else
		adopt(l, learned);
	free(learned);
}

/* The base's listing is good for its snapshot only; and both must be there. */
static bool load_base(struct looking *l)
{
	struct ledger *ledger = l->work->watch->ledger;
	enum err err = base_load(ledger, l->work->repository->name, l->key, &l->base);

	base_path(l->work->watch, l->work->repository, l->key, ".list", l->list);
	base_path(l->work->watch, l->work->repository, l->key, ".tmp", l->made);
	return err == OK || err == ERR_EMPTY;
}

/* Judged already: it is the base, an open alarm is about it, or a person said that it was an attack. */
static bool is_known(const struct looking *l)
{
	json_t *alarm;
	const char *about;
	bool known = strcmp(l->base.snapshot, l->set->newest_id) == 0 ||
		     strcmp(l->base.attack, l->set->newest_id) == 0;

	alarm = alarm_of_set(l->work->watch->ledger, l->work->repository->name, "wiped", l->key);
	about = json_string_value(json_object_get(alarm, "snapshot"));
	known |= about && strcmp(about, l->set->newest_id) == 0;
	json_decref(alarm);
	return known;
}

static bool look_into(struct looking *l)
{
	const char *canaries[REPOSITORY_PATHS + 1] = { NULL };
	bool listed, sampled;

	for (unsigned i = 0; i < REPOSITORY_PATHS && *l->work->repository->canaries[i]; i++)
		canaries[i] = l->work->repository->canaries[i];
	l->wipe = wipe_new(*l->base.snapshot ? l->list : NULL, l->made, canaries);
	if (!l->wipe)
		l->wipe = wipe_new(NULL, l->made, canaries); /* the listing before is gone */
	if (!l->wipe) {
		work_fail(l->work, TOOL_OTHER,
			  "the listing could not be begun: is there room in the state folder?");
		return false;
	}
	listed = list_files(l);
	sampled = listed && take_samples(l);
	if (sampled)
		judge(l);
	else
		unlink(l->made);
	wipe_free(l->wipe);
	return sampled;
}

bool wiper_look(struct backup_work *work)
{
	for (uint32_t i = 0; i < work->state->set_count; i++) {
		struct looking l = { .work = work, .set = &work->state->sets[i], .err = OK };
		struct snapshot of = { .at = 0 };
		bool good;

		memcpy(of.host, l.set->host, sizeof(of.host));
		memcpy(of.paths, l.set->paths, sizeof(of.paths));
		l.key = seen_set(&of);
		if (!load_base(&l)) {
			work_fail(work, TOOL_OTHER, ledger_trouble(work->watch->ledger));
			return false;
		}
		good = is_known(&l) || !*l.set->newest_id || look_into(&l);
		free(l.base.learned);
		if (!good)
			return false;
	}
	return work->outcome->ok; /* judged, but an alarm could not be kept, contents not restored, ... */
}
