/* backup_work.c - `hinomi backup look|run|verify|drill|settle`: the jobs, by hand. */
#include "cmd/backup.h"

#include "backup/tell.h"

#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The repositories that were named, or all; those that others write are not run. False: it was told
 * what is wrong. */
static bool choose(const struct backup_opened *opened, const struct backup_asked *asked,
		   enum backup_job job, const struct repository **chosen, size_t *count)
{
	*count = 0;
	for (unsigned i = 0; i < asked->name_count; i++) {
		chosen[*count] = backup_named(&opened->watch, asked->names[i]);
		if (!chosen[*count])
			return backup_error("no [[backup]] is called '%s'", asked->names[i]), false;
		if (job == BACKUP_RUN && !chosen[*count]->run)
			return backup_error("'%s' is only watched: others make its backups (run = "
					    "false)",
					    asked->names[i]),
			       false;
		(*count)++;
	}
	for (size_t i = 0; asked->name_count == 0 && i < opened->watch.count; i++)
		if (job != BACKUP_RUN || opened->watch.repositories[i].run)
			chosen[(*count)++] = &opened->watch.repositories[i];
	if (*count == 0)
		return backup_error("there is nothing to run: no [[backup]] has run = true"), false;
	return true;
}

/* The number of alarms that are open; told where there are any. */
static size_t tell_alarms(struct backup_opened *opened)
{
	struct backup_view *view = backup_view_new(&opened->watch);
	size_t open = 0;

	for (size_t i = 0; view && i < opened->watch.count; i++) {
		const struct judge_ask *ask = backup_view_ask(view, i);
		json_t *alarm;
		size_t k;

		json_array_foreach(ask->alarms, k, alarm)
		{
			open++;
			printf("ALARM %lld, %s: hinomi backup status\n",
			       (long long)json_integer_value(json_object_get(alarm, "id")),
			       ask->repository->name);
		}
	}
	backup_view_free(view);
	return open;
}

/* One repository, from the beginning. */
static int do_one(const char *config, const char *name, enum backup_job job)
{
	const struct repository *repository;
	struct backup_opened opened;
	int code = BACKUP_ERROR;

	if (!backup_open(&opened, config))
		return BACKUP_ERROR;
	repository = backup_named(&opened.watch, name);
	if (repository && backup_become(&opened, repository)) {
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* after it has become another user, which ends this */
		code = backup_do_job(&opened, repository, job) ? 0 : BACKUP_NOT_GOOD;
	}
	backup_close(&opened);
	return code;
}

static pid_t child; /* for forward(), which is told nothing */
static volatile sig_atomic_t stopped;

static void forward(int number)
{
	stopped = 1;
	if (child > 0)
		kill(child, number);
}

/* In a process of its own, as root becomes the tower's user for one repository and perhaps not for the next. */
static int do_in_child(const char *config, const char *name, enum backup_job job)
{
	struct sigaction hand_on = { .sa_handler = forward };
	int status = 0, code;

	fflush(stdout);
	child = fork();
	if (child < 0)
		return backup_error("cannot begin a process: %s", strerror(errno));
	if (child == 0) {
		code = do_one(config, name, job);
		fflush(stdout);
		_exit(code);
	}
	sigaction(SIGINT, &hand_on, NULL);
	sigaction(SIGTERM, &hand_on, NULL);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return BACKUP_ERROR;
	return WIFEXITED(status) ? WEXITSTATUS(status) : BACKUP_NOT_GOOD;
}

int backup_jobs(const struct backup_asked *asked, enum backup_job job)
{
	const struct repository *chosen[REPOSITORIES_MAX];
	char names[REPOSITORIES_MAX][REPOSITORY_NAME];
	struct backup_opened opened;
	size_t count;
	int code = 0;
	bool good;

	if (!backup_open(&opened, asked->config))
		return BACKUP_ERROR;
	good = choose(&opened, asked, job, chosen, &count);
	for (size_t i = 0; good && i < count; i++)
		memcpy(names[i], chosen[i]->name, sizeof(names[i]));
	backup_close(&opened);
	if (!good)
		return BACKUP_ERROR;
	for (size_t i = 0; i < count && !stopped; i++)
		if (do_in_child(asked->config, names[i], job) != 0)
			code = BACKUP_NOT_GOOD;
	if (!backup_open(&opened, asked->config))
		return BACKUP_ERROR;
	if (tell_alarms(&opened) > 0 || stopped)
		code = BACKUP_NOT_GOOD;
	backup_close(&opened);
	return code;
}

/* Who says so: the name behind sudo, else one's own. */
static const char *user_name(void)
{
	const char *sudo = getenv("SUDO_USER");
	const struct passwd *who = getpwuid(getuid());

	return sudo && *sudo ? sudo : who ? who->pw_name : "?";
}

static int settle(struct backup_opened *opened, const struct backup_asked *asked)
{
	const struct repository *repository = backup_named(&opened->watch, asked->names[0]);
	struct backup_settling settling = { .ours = asked->ours,
					    .reason = asked->why,
					    .user = user_name() };
	char *end;
	enum err err;

	settling.alarm = strtoull(asked->names[1], &end, 10);
	if (!repository)
		return backup_error("no [[backup]] is called '%s'", asked->names[0]);
	if (*end)
		return backup_error("'%s' is no number of an alarm", asked->names[1]);
	err = backup_settle(&opened->watch, repository, &settling);
	if (err == ERR_EMPTY)
		return backup_error("'%s' has no open alarm %s: 'hinomi backup status' shows those "
				    "that are open",
				    repository->name, asked->names[1]);
	if (err != OK)
		return backup_error("it could not be kept: %s", ledger_trouble(opened->ledger));
	printf("%s: alarm %" PRIu64 " is settled\n", repository->name, settling.alarm);
	return 0;
}

int backup_settle_alarm(const struct backup_asked *asked)
{
	struct backup_opened opened;
	int code;

	if (asked->name_count != 2 || asked->ours == asked->attack || !asked->why || !*asked->why)
		return backup_error("settle wants NAME ALARM, --ours or --attack, and --why TEXT; "
				    "see 'hinomi backup --help'");
	if (!backup_open(&opened, asked->config))
		return BACKUP_ERROR;
	code = settle(&opened, asked);
	backup_close(&opened);
	return code;
}
