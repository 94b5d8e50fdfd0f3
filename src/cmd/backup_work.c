/* backup_work.c - `hinomi backup look|run|verify|drill|settle`: the jobs, by hand. */
#include "cmd/backup.h"

#include "backup/tell.h"

#include <inttypes.h>
#include <pwd.h>
#include <stdlib.h>
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

int backup_jobs(const struct backup_asked *asked, enum backup_job job)
{
	const struct repository *chosen[REPOSITORIES_MAX];
	struct backup_opened opened;
	size_t count;
	int code = 0;

	if (!backup_open(&opened, asked->config))
		return BACKUP_ERROR;
	if (!choose(&opened, asked, job, chosen, &count) || !backup_become(&opened)) {
		backup_close(&opened);
		return BACKUP_ERROR;
	}
	for (size_t i = 0; i < count; i++)
		if (!backup_do_job(&opened, chosen[i], job))
			code = BACKUP_NOT_GOOD;
	if (tell_alarms(&opened) > 0)
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
