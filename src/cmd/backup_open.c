/* backup_open.c - the backup watch for the command line: configuration, folder, ledger, clock,
 * progress on a terminal. */
#include "cmd/backup.h"
#include "cmd/control.h"

#include "base/text.h"
#include "config/backup_places.h"
#include "process/loop.h"
#include "process/own.h"
#include "process/sandbox.h"
#include "snapshot/trouble.h"

#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t stopped;

int backup_error(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	fputs("hinomi backup: ", stderr);
	vfprintf(stderr, format, values);
	fputc('\n', stderr);
	va_end(values);
	return BACKUP_ERROR;
}

const char *backup_words(const struct words *words)
{
	return control_japanese() ? words->ja : words->en;
}

static struct backup_moment moment(void)
{
	return (struct backup_moment){ loop_time(), loop_boot(), loop_boot_id() };
}

/* As the tower finds it; NULL: root stays root. */
static const struct passwd *tower_user(const struct config *config)
{
	const struct passwd *who = getpwnam(config->process.user);

	if (!who)
		who = getpwnam("nobody");
	return who && who->pw_uid != 0 ? who : NULL;
}

/* The tower's, also when root begins it: the tower must be able to go on with it. */
static bool make_folder(const char *path, const struct passwd *who)
{
	struct stat is;

	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return false;
	return !who || (lstat(path, &is) == 0 &&
			(is.st_uid != 0 || !S_ISDIR(is.st_mode) ||
			 lchown(path, who->pw_uid, who->pw_gid) == 0));
}

static bool open_folder(struct backup_opened *opened)
{
	const struct config_process *process = &opened->config->process;
	const struct passwd *who = geteuid() == 0 ? tower_user(opened->config) : NULL;

	snprintf(opened->folder, sizeof(opened->folder), "%s/%s", process->state, BACKUP_FOLDER);
	if (make_folder(process->state, who) && make_folder(opened->folder, who) &&
	    access(opened->folder, W_OK) == 0 &&
	    (!who || own_give(opened->folder, who->pw_uid, who->pw_gid)))
		return true;
	backup_error("cannot use %s: %s. Are you root?", opened->folder, strerror(errno));
	return false;
}

static bool open_ledger(struct backup_opened *opened)
{
	char path[PATH_MAX + 16], trouble[LEDGER_TROUBLE];
	enum err err;

	snprintf(path, sizeof(path), "%s/%s", opened->folder, BACKUP_LEDGER);
	err = ledger_open(path, &opened->ledger, trouble);
	if (*trouble)
		backup_error("%s", trouble);
	return err == OK;
}

bool backup_open_config(struct backup_opened *opened, struct config *config)
{
	*opened = (struct backup_opened){ .config = config };
	if (gethostname(opened->host, sizeof(opened->host) - 1) != 0)
		snprintf(opened->host, sizeof(opened->host), "localhost");
	if (!open_folder(opened) || !open_ledger(opened)) {
		backup_close(opened);
		return false;
	}
	opened->watch = (struct backup_watch){ .repositories = config->backups,
					       .count = config->backup_count,
					       .ledger = opened->ledger,
					       .folder = opened->folder,
					       .host = opened->host,
					       .level = backup_level_kept(opened->ledger),
					       .moment = moment,
					       .tool = tool_of };
	return true;
}

bool backup_open(struct backup_opened *opened, const char *config_path)
{
	char trouble[CONFIG_TROUBLE];
	struct config *config = NULL;

	if (config_load(&config, config_path, trouble) != OK) {
		if (access(config_path, F_OK) != 0 && errno == ENOENT)
			backup_error("there is no %s yet: 'hinomi backup init' makes it, and sets up a backup", config_path);
		else
			backup_error("%s", trouble);
		return false;
	}
	if (config->backup_count == 0) {
		backup_error("%s has no [[backup]]: 'hinomi backup init' sets one up", config_path);
		config_free(config);
		return false;
	}
	return backup_open_config(opened, config);
}

void backup_close(struct backup_opened *opened)
{
	ledger_close(opened->ledger);
	config_free(opened->config);
}

/* A repository in a folder of somebody else is out of the tower's reach. */
static bool is_out_of_reach(const struct repository *repository, uid_t uid)
{
	struct stat is;

	return repository->place[0] == '/' && stat(repository->place, &is) == 0 &&
	       is.st_uid != uid;
}

bool backup_become(const struct backup_opened *opened, const struct repository *repository)
{
	const struct passwd *who = geteuid() == 0 ? tower_user(opened->config) : NULL;
	struct sandbox_wish wish = { .role = SANDBOX_BACKUP, .write = opened->folder };
	struct backup_places places;
	struct sandbox_report report;

	if (!who || is_out_of_reach(repository, who->pw_uid))
		return true;
	loop_boot_id(); /* while it may be read */
	tzset();
	backup_places_of(opened->config, &places);
	wish.uid = who->pw_uid;
	wish.gid = who->pw_gid;
	wish.writes = places.writes;
	wish.lists = places.lists;
	wish.read = places.reads;
	wish.read_all = places.runs;
	if (sandbox_enter(&wish, &report) != OK) {
		backup_error("no sandbox: %s", strerror(errno));
		return false;
	}
	sandbox_read_all();
	return true;
}

static bool give_password(const struct repository *repository, const struct passwd *who)
{
	if (repository->run || !*repository->password_file ||
	    chown(repository->password_file, who->pw_uid, who->pw_gid) == 0)
		return true;
	backup_error("cannot give %s to %s: %s", repository->password_file, who->pw_name, strerror(errno));
	return false;
}

static bool give_place(const struct repository *repository, const struct passwd *who)
{
	char *path = repository->run && repository->place[0] == '/' ? realpath(repository->place, NULL) : NULL;
	bool good = !path || own_give(path, who->pw_uid, who->pw_gid);

	if (!good)
		backup_error("cannot give %s to %s: %s", path, who->pw_name, strerror(errno));
	free(path);
	return good;
}

bool backup_hand_over(const struct backup_opened *opened, const struct repository *repository)
{
	const struct passwd *who = geteuid() == 0 ? tower_user(opened->config) : NULL;

	if (!who)
		return true;
	if (!give_place(repository, who))
		return false;
	if (!is_out_of_reach(repository, who->pw_uid))
		return give_password(repository, who);
	printf("%s belongs to somebody else than %s: the tower cannot use it until it does.\n",
	       repository->place, who->pw_name);
	return true;
}

/* --- a job */

static void stop(int number)
{
	(void)number;
	stopped = 1;
}

static bool show_progress(void *whom, const struct backup_progress *progress)
{
	char bytes[TEXT_NUMBER], files[TEXT_NUMBER + 32];
	const struct repository *repository = whom;

	if (!isatty(STDERR_FILENO))
		return !stopped;
	fprintf(stderr, "\r%s %s:", backup_job_name(progress->what), repository->name);
	if (progress->done >= 0)
		fprintf(stderr, " %.0f %%", 100 * progress->done);
	if (progress->files)
		fprintf(stderr, ", %s, %s", text_plural(progress->files, "file", files),
			text_bytes(progress->bytes, bytes));
	fputs("\x1b[K", stderr); /* what was longer before */
	return !stopped;
}

bool backup_do_job(struct backup_opened *opened, const struct repository *repository,
		   enum backup_job job)
{
	struct sigaction end = { .sa_handler = stop };
	struct backup_outcome outcome;
	char said[TROUBLE_SAID];

	sigaction(SIGINT, &end, NULL);
	sigaction(SIGTERM, &end, NULL);
	opened->watch.step = show_progress;
	opened->watch.whom = (void *)repository;
	backup_work(&opened->watch, repository, job, &outcome);
	if (isatty(STDERR_FILENO))
		fputs("\r\x1b[K", stderr);
	printf("%s: ", repository->name);
	control_print(backup_words(&outcome.say));
	if (*outcome.mend.en) {
		fputs("\n  ", stdout);
		control_print(backup_words(&outcome.mend));
	}
	if (*outcome.said) {
		fputs("\n  ", stdout);
		control_print(trouble_said(outcome.said, control_japanese() ? JAPANESE : ENGLISH, said));
	}
	putchar('\n');
	return outcome.ok && outcome.trouble == TOOL_FINE; /* a backup without some of its files is made, but not good */
}
