/* test_backup_look.c - looks, runs and removals with a stand-in for the tool: what may not be lost when something fails,
 * is told to stop, or somebody is hostile. The tools themselves are tried in tests/live/run-backup. */
#include "backup/look.h"

#include "backup/tell.h"
#include "backup/wiper.h"
#include "base/text.h"
#include "process/tree.h"
#include "snapshot/trouble.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define HOUR (3600 * USEC_PER_SEC)
#define MANY 3000
#define CANNOT_BE "(abs(length(body) * 0 - 9223372036854775807 - 1))" /* overflows */

static struct {
	char folder[64];
	usec_t now;
	struct snapshot snapshots[MANY];
	size_t count;
	usec_t backup_takes;
	enum tool_trouble restoring; /* what comes of a restore */
	unsigned restored;
	char into[PATH_MAX];
	bool hard;
	size_t forgotten, forgotten_at_once;
	unsigned going; /* so many of the oldest would go by the rules */
	char changed;   /* in the listing of the newest snapshot: all files */
	bool lock_left; /* at the repository, by one that was stopped */
} world;

static struct repository repository = { .name = "office", .run = true, .keep_last = 7 };
static struct backup_watch watch;

/* --- the stand-in */

static void list_snapshots(const struct tool_job *job, snapshot_see *see, void *whom, struct tool_result *result)
{
	(void)job;
	*result = (struct tool_result){ .trouble = TOOL_FINE };
	for (size_t i = 0; i < world.count; i++)
		if (!see(whom, &world.snapshots[i]))
			return;
}

static void list_files(const struct tool_job *job, const char *snapshot, snapshot_file_see *see, void *whom,
		       struct tool_result *result)
{
	bool newest = world.count && strcmp(snapshot, world.snapshots[world.count - 1].id) == 0;

	(void)job;
	*result = (struct tool_result){ .trouble = TOOL_FINE };
	for (unsigned i = 0; i < 200; i++) {
		char path[64];
		struct snapshot_file file = { .kind = FILE_PLAIN, .size = 5000, .changed = 1 };

		snprintf(path, sizeof(path), "/data/%03u.docx%s", i, newest && world.changed == 'r' ? ".locked" : "");
		if (newest && (world.changed == 'c' || world.changed == 'd'))
			file.changed = world.changed;
		file.path = text_span(path);
		if (!see(whom, &file))
			return;
	}
}

static void restore(const struct tool_job *job, const struct tool_restore *what, struct tool_result *result)
{
	(void)job;
	snprintf(world.into, sizeof(world.into), "%s", what->into);
	world.restored++;
	if (world.hard) { /* a folder that may not be written, as hosts have them, comes back so */
		char path[PATH_MAX + 8];
		int fd;

		mkdir(what->into, 0700);
		snprintf(path, sizeof(path), "%s/hard", what->into);
		mkdir(path, 0700);
		snprintf(path, sizeof(path), "%s/hard/file", what->into);
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0400);
		assert_true(fd >= 0);
		close(fd);
		snprintf(path, sizeof(path), "%s/hard", what->into);
		chmod(path, 0555);
	}
	*result = (struct tool_result){ .trouble = world.restoring };
}

static void add(const char *host, usec_t at)
{
	struct snapshot *s = &world.snapshots[world.count];

	*s = (struct snapshot){ .at = at };
	snprintf(s->id, sizeof(s->id), "%08zx", world.count++);
	snprintf(s->host, sizeof(s->host), "%s", host);
	snprintf(s->paths[0], sizeof(s->paths[0]), "/data");
}

static void backup(const struct tool_job *job, struct tool_result *result)
{
	(void)job;
	*result = (struct tool_result){ .trouble = TOOL_FINE, .files = 200 };
	add("here", world.now);
	memcpy(result->snapshot, world.snapshots[world.count - 1].id, SNAPSHOT_ID);
	world.now += world.backup_takes;
	if (world.backup_takes)
		add("there", world.now - 60 * USEC_PER_SEC); /* another host, meanwhile */
}

static void forget(const struct tool_job *job, const struct tool_forget *what, snapshot_see *see, void *whom,
		   struct tool_result *result)
{
	size_t named = 0;

	(void)job;
	*result = (struct tool_result){ .trouble = TOOL_FINE };
	if (what->rehearse) {
		for (size_t i = 0; i < world.going; i++)
			see(whom, &world.snapshots[i]);
		return;
	}
	while (what->snapshots[named])
		named++;
	world.forgotten += named;
	if (named > world.forgotten_at_once)
		world.forgotten_at_once = named;
}

static void unlock(const struct tool_job *job, struct tool_result *result)
{
	if (world.restoring == TOOL_LOCK_STALE)
		world.restoring = TOOL_FINE;
	if (!job->step && job->seconds_max) /* else whoever said stop says it again, or waits for hours */
		world.lock_left = false;
	*result = (struct tool_result){ .trouble = TOOL_FINE };
}

static const struct tool *tool(enum backup_tool which)
{
	static const struct tool stand_in = { .name = "stand-in", .snapshots = list_snapshots, .files = list_files,
					      .restore = restore, .backup = backup, .forget = forget, .unlock = unlock };

	(void)which;
	return &stand_in;
}

static struct backup_moment moment(void)
{
	return (struct backup_moment){ world.now, world.now, 1 };
}

/* --- the frame */

static int begin(void **state)
{
	char path[100], trouble[LEDGER_TROUBLE];

	(void)state;
	memset(&world, 0, sizeof(world));
	snprintf(world.folder, sizeof(world.folder), "/tmp/hinomi-look-XXXXXX");
	world.now = 1767268800 * USEC_PER_SEC; /* 2026-01-01 12:00:00 UTC */
	assert_non_null(mkdtemp(world.folder));
	repository.run = true;
	repository.scratch[0] = '\0';
	watch = (struct backup_watch){ .repositories = &repository, .count = 1, .folder = world.folder, .host = "here",
				       .level = LEVEL_NORMAL, .moment = moment, .tool = tool };
	snprintf(path, sizeof(path), "%s/ledger.db", world.folder);
	assert_int_equal(ledger_open(path, &watch.ledger, trouble), OK);
	return 0;
}

static int end(void **state)
{
	(void)state;
	ledger_close(watch.ledger);
	tree_remove(world.folder);
	return 0;
}

static struct backup_outcome look(void)
{
	struct backup_outcome outcome;

	backup_look(&watch, &repository, &outcome);
	return outcome;
}

static size_t alarms(void)
{
	json_t *all = alarms_of(watch.ledger, repository.name);
	size_t count = json_array_size(all);

	json_decref(all);
	return count;
}

/* Every such row that is to be written fails, as on a disk that is full for a moment: the index is of something that
 * cannot be. NULL: no row any more. */
static void forbid(const char *rows)
{
	char path[100], sql[200];
	sqlite3 *db;

	snprintf(path, sizeof(path), "%s/ledger.db", world.folder);
	snprintf(sql, sizeof(sql), "CREATE INDEX forbidden ON %s", rows ? rows : "");
	if (!rows)
		snprintf(sql, sizeof(sql), "DROP INDEX forbidden");
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* --- looks */

/* What could not be kept is raised again at the next look. */
static void test_alarm_that_cannot_be_kept(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 10; i++)
		add("here", world.now - (10 - i) * 24 * HOUR);
	assert_true(look().ok);
	world.count = 5;
	forbid("document " CANNOT_BE " WHERE kind = 'alarm'");
	assert_false(look().ok);
	forbid(NULL);
	look();
	assert_int_equal(alarms(), 1);
}

/* Which file is the listing that new snapshots are compared with. */
static ino_t listing(void)
{
	char path[PATH_MAX];
	struct stat is;

	base_path(&watch, &repository, seen_set(&world.snapshots[0]), ".list", path);
	assert_int_equal(stat(path, &is), 0);
	return is.st_ino;
}

/* What was not settled after all has taught nothing: new snapshots are compared with what was good. */
static void test_settling_that_cannot_be_kept(void **state)
{
	struct backup_settling settling = { .ours = true, .reason = "r", .user = "u" };
	json_t *all;
	ino_t good;

	(void)state;
	add("here", world.now - 3 * HOUR);
	assert_true(look().ok);
	good = listing();
	add("here", world.now - 2 * HOUR);
	world.changed = 'r';
	look();
	all = alarms_of(watch.ledger, repository.name);
	assert_int_equal(json_array_size(all), 1);
	settling.alarm = (uint64_t)json_integer_value(json_object_get(json_array_get(all, 0), "id"));
	json_decref(all);
	forbid("entry " CANNOT_BE " WHERE instr(body, 'settled') > 0");
	assert_int_not_equal(backup_settle(&watch, &repository, &settling), OK);
	forbid(NULL);
	assert_int_equal(alarms(), 1);
	assert_int_equal(listing(), good);
	assert_true(base_is(watch.ledger, "office", "00000000"));
	assert_int_equal(backup_settle(&watch, &repository, &settling), OK);
	assert_int_equal(alarms(), 0);
	assert_int_not_equal(listing(), good);
	assert_true(base_is(watch.ledger, "office", "00000001"));
}

/* What a person called an attack is no alarm again half an hour later; the next snapshot that looks so is one. */
static void test_settled_attack(void **state)
{
	struct backup_settling settling = { .ours = false, .reason = "r", .user = "u" };
	json_t *all;

	(void)state;
	add("here", world.now - 3 * HOUR);
	assert_true(look().ok);
	add("here", world.now - 2 * HOUR);
	world.changed = 'r';
	look();
	all = alarms_of(watch.ledger, repository.name);
	settling.alarm = (uint64_t)json_integer_value(json_object_get(json_array_get(all, 0), "id"));
	json_decref(all);
	assert_int_equal(backup_settle(&watch, &repository, &settling), OK);
	look();
	assert_int_equal(alarms(), 0);
	assert_true(base_is(watch.ledger, "office", "00000000"));
	add("here", world.now - HOUR);
	look();
	assert_int_equal(alarms(), 1);
}

/* A snapshot whose samples could not be restored now is looked at later, and not taken for good meanwhile. */
static void test_samples_later(void **state)
{
	static const enum tool_trouble troubles[] = { TOOL_STOPPED, TOOL_LOCKED, TOOL_UNREACHABLE, TOOL_TIME };

	(void)state;
	add("here", world.now - 2 * HOUR);
	assert_true(look().ok);
	add("here", world.now - HOUR);
	world.changed = 'c';
	for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++) {
		struct backup_outcome outcome;

		world.restoring = troubles[i];
		outcome = look();
		assert_false(outcome.ok);
		assert_int_equal(outcome.trouble, troubles[i]);
		assert_true(base_is(watch.ledger, "office", "00000000"));
		assert_false(base_is(watch.ledger, "office", "00000001"));
	}
	world.restoring = TOOL_LOCK_STALE; /* unlock() mends it */
	assert_true(look().ok);
	assert_true(base_is(watch.ledger, "office", "00000001"));
}

/* restic that is stopped in the moment in which it takes its lock leaves it: it is taken away after it. */
static void test_stopped_with_its_lock(void **state)
{
	(void)state;
	add("here", world.now - 2 * HOUR);
	assert_true(look().ok);
	add("here", world.now - HOUR);
	world.changed = 'c';
	world.restoring = TOOL_STOPPED;
	world.lock_left = true;
	assert_int_equal(look().trouble, TOOL_STOPPED);
	assert_false(world.lock_left);
}

/* A full disk may last: what came is judged, and the trouble is told. */
static void test_samples_without_room(void **state)
{
	(void)state;
	add("here", world.now - 2 * HOUR);
	assert_true(look().ok);
	add("here", world.now - HOUR);
	world.changed = 'c';
	world.restoring = TOOL_DISK_FULL;
	assert_int_equal(look().trouble, TOOL_DISK_FULL);
	assert_true(base_is(watch.ledger, "office", "00000001"));
}

/* Snapshots of other hosts that came while ours took its hours are not from the future. */
static void test_long_run(void **state)
{
	struct backup_outcome outcome;

	(void)state;
	add("there", world.now - 24 * HOUR);
	assert_true(look().ok);
	world.backup_takes = 5 * HOUR;
	backup_run(&watch, &repository, &outcome);
	assert_true(outcome.ok);
	assert_int_equal(alarms(), 0);
}

/* More hosts than there is room for: those that are known stay, and it is told that others are not watched. */
static void test_too_many_hosts(void **state)
{
	struct backup_view *view;
	struct snapshot real;

	(void)state;
	add("here", world.now - HOUR);
	assert_true(look().ok);
	real = world.snapshots[0];
	world.count = 0;
	for (unsigned i = 0; i < BACKUP_SETS; i++) { /* dated before all others, so that they come first */
		char host[20];

		snprintf(host, sizeof(host), "forged%u", i);
		add(host, 1000 + i);
	}
	world.snapshots[world.count] = real;
	snprintf(world.snapshots[world.count++].id, SNAPSHOT_ID, "ffffffff");
	world.snapshots[world.count - 1].at = world.now - HOUR / 2;
	repository.run = false;
	look();
	view = backup_view_new(&watch);
	assert_non_null(view);
	assert_int_not_equal(backup_view_judged(view, 0)->standing, STANDING_GOOD);
	backup_view_free(view);
	assert_true(base_is(watch.ledger, "office", "ffffffff"));
}

/* Nothing of the samples stays, and the next ones are restored, too. */
static void test_samples_are_removed(void **state)
{
	char path[100];
	DIR *all;
	struct dirent *one;
	unsigned left = 0;
	bool root = geteuid() == 0;

	(void)state;
	assert_true(!root || (chown(world.folder, 65534, 65534) == 0 && seteuid(65534) == 0));
	add("here", world.now - 3 * HOUR);
	assert_true(look().ok);
	world.hard = true;
	world.changed = 'c';
	for (unsigned i = 0; i < 2; i++) {
		unsigned before = world.restored;

		add("here", world.now - (2 - i) * HOUR);
		assert_true(look().ok);
		assert_int_equal(world.restored, before + 2);
		world.changed = world.changed == 'c' ? 'd' : 'c';
	}
	snprintf(path, sizeof(path), "%s/scratch", world.folder);
	all = opendir(path);
	assert_non_null(all);
	while ((one = readdir(all)))
		left += one->d_name[0] != '.';
	closedir(all);
	assert_true(!root || seteuid(0) == 0);
	assert_int_equal(left, 0);
}

/* In the folder of another user root restores nothing: a link there would lead a hostile snapshot to anywhere. */
static void test_root_in_another_folder(void **state)
{
	char link[100];

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(world.folder, 65534, 65534), 0);
	snprintf(link, sizeof(link), "%s/scratch", world.folder);
	assert_int_equal(symlink("/etc", link), 0);
	add("here", world.now - 2 * HOUR);
	assert_true(look().ok);
	add("here", world.now - HOUR);
	world.changed = 'c';
	assert_true(look().ok);
	assert_int_equal(strncmp(world.into, "/var/tmp/hinomi-root/", 21), 0);
}

/* What was cut within a letter is no reason to remember nothing of the job. */
static void test_state_with_half_a_letter(void **state)
{
	struct backup_state *was = calloc(1, sizeof(*was)), *is = calloc(1, sizeof(*is));

	(void)state;
	assert_true(was && is);
	was->drill = (struct backup_drilled){ .at = 7, .problem = "/\xe6\x97" };
	snprintf(was->jobs[BACKUP_DRILL].said, TOOL_SAID, "/\xe6");
	was->jobs[BACKUP_DRILL].failed = 3;
	assert_int_equal(state_save(watch.ledger, "office", was), OK);
	assert_int_equal(state_load(watch.ledger, "office", is), OK);
	assert_int_equal(is->drill.at, 7);
	assert_int_equal(is->jobs[BACKUP_DRILL].failed, 3);
	free(was);
	free(is);
}

/* Who asks how it is looks for a moment whether the lock is held: that is no other job. */
static void test_looked_at_meanwhile(void **state)
{
	char path[100], ready;
	int ends[2];
	pid_t child;

	(void)state;
	assert_true(look().ok); /* makes the lock's file */
	snprintf(path, sizeof(path), "%s/office.lock", world.folder);
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		if (fd < 0 || flock(fd, LOCK_SH) != 0 || write(ends[1], "r", 1) != 1)
			_exit(1);
		poll(NULL, 0, 30);
		_exit(0);
	}
	assert_int_equal(read(ends[0], &ready, 1), 1);
	assert_false(look().busy);
	assert_int_equal(waitpid(child, NULL, 0), child);
	close(ends[0]);
	close(ends[1]);
}

static void test_level(void **state)
{
	(void)state;
	assert_int_equal(backup_level_kept(watch.ledger), LEVEL_NORMAL);
	for (unsigned level = 0; level < LEVELS; level++) {
		assert_int_equal(backup_level_keep(watch.ledger, (enum level)level), OK);
		assert_int_equal(backup_level_kept(watch.ledger), level);
	}
	assert_int_equal(ledger_put(watch.ledger, "level", "tower", text_span("{\"level\":\"none\"}")), OK);
	assert_int_equal(backup_level_kept(watch.ledger), LEVEL_NORMAL);
}

/* --- removals */

/* As many as one call of a tool can name; the rest goes after the next run. */
static void test_many_to_forget(void **state)
{
	struct backup_outcome outcome;

	(void)state;
	for (unsigned i = 0; i < MANY - 10; i++)
		add("here", world.now - (MANY - i) * 2 * HOUR);
	world.going = MANY - 20;
	assert_true(look().ok);
	backup_run(&watch, &repository, &outcome);
	assert_true(outcome.ok);
	assert_in_range(world.forgotten, 1, 1500);
	backup_run(&watch, &repository, &outcome);
	assert_int_equal(alarms(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_alarm_that_cannot_be_kept, begin, end),
		cmocka_unit_test_setup_teardown(test_settling_that_cannot_be_kept, begin, end),
		cmocka_unit_test_setup_teardown(test_settled_attack, begin, end),
		cmocka_unit_test_setup_teardown(test_samples_later, begin, end),
		cmocka_unit_test_setup_teardown(test_stopped_with_its_lock, begin, end),
		cmocka_unit_test_setup_teardown(test_samples_without_room, begin, end),
		cmocka_unit_test_setup_teardown(test_long_run, begin, end),
		cmocka_unit_test_setup_teardown(test_too_many_hosts, begin, end),
		cmocka_unit_test_setup_teardown(test_samples_are_removed, begin, end),
		cmocka_unit_test_setup_teardown(test_root_in_another_folder, begin, end),
		cmocka_unit_test_setup_teardown(test_state_with_half_a_letter, begin, end),
		cmocka_unit_test_setup_teardown(test_looked_at_meanwhile, begin, end),
		cmocka_unit_test_setup_teardown(test_level, begin, end),
		cmocka_unit_test_setup_teardown(test_many_to_forget, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
