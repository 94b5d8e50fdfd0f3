/*
 * backup_process.c - the tower's process that watches backups: when a job is due, or a person asks
 * for it, a child does it (backup/watch.h); what the ledger has then is told to the keeper.
 *
 * The ledger is open only while it is read: SQLite's connections may not be carried over a fork.
 */
#include "config/backup_places.h"
#include "lookout/line.h"
#include "lookout/lookout.h"

#include "backup/tell.h"
#include "base/text.h"
#include "proof/schedule.h"
#include "tower/watch.h"

#include <errno.h>
#include <limits.h>
#include <linux/ioprio.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHILDREN  2 /* at work at once */
#define NICE      10
#define BUSY_TELL (2 * USEC_PER_SEC)  /* between two tellings while something is done */
#define IDLE_TELL (60 * USEC_PER_SEC) /* ... and else; also between two tellings of alerts */
#define PAUSE     (30 * USEC_PER_SEC) /* between two jobs of one repository that nobody asked for */
#define LEDGER    (15 * USEC_PER_SEC) /* between two tries to open what is remembered */
#define PLACES    (60 * USEC_PER_SEC) /* between two looks whether a disk was mounted */

static const char self[] = "backup";

struct lookout {
	const struct watch *watch;
	const struct config *config;
	struct line *line;
	enum level level;
	bool levelled;
	char folder[PATH_MAX], ledger[PATH_MAX + 16], host[256];
	char trouble[LEDGER_TROUBLE]; /* with the ledger, as it was logged; "": none */
	struct backup_watch backup; /* its ledger only while it is open */
	struct {
		pid_t pid; /* 0: free */
		size_t repository;
	} children[CHILDREN];
	bool wanted[REPOSITORIES_MAX][BACKUP_JOBS]; /* by a person */
	struct backup_moment told, alerted, looked, refused, begun[REPOSITORIES_MAX];
	uint64_t places;
};

static struct backup_moment moment(void)
{
	return (struct backup_moment){ loop_time(), loop_boot(), loop_boot_id() };
}

/* The same trouble is logged once, however often it is tried. */
static bool ledger_is_open(struct lookout *l)
{
	char trouble[LEDGER_TROUBLE];
	enum err err = ledger_open(l->ledger, &l->backup.ledger, trouble);

	if (*trouble && strcmp(trouble, l->trouble) != 0)
		process_log(self, "%s", trouble);
	if (err == OK && *l->trouble)
		process_log(self, "%s can be used again", l->ledger);
	snprintf(l->trouble, sizeof(l->trouble), "%s", err == OK ? "" : trouble);
	l->refused = err == OK ? (struct backup_moment){ .now = 0 } : moment();
	return err == OK;
}

static void ledger_shut(struct lookout *l)
{
	ledger_close(l->backup.ledger);
	l->backup.ledger = NULL;
}

/* --- telling */

static void tell(struct lookout *l, enum watched_kind kind, const char *name, json_t *document)
{
	char *text = document ? json_dumps(document, JSON_COMPACT) : NULL;

	if (text)
		line_tell(l->line, kind, name, text_span(text));
	free(text);
	json_decref(document);
}

static void tell_alert(void *whom, const struct alert *alert)
{
	line_alert(((struct lookout *)whom)->line, alert);
}

static void tell_certificate(struct lookout *l, const char *name)
{
	char *body = NULL;

	if (ledger_get(l->backup.ledger, "certificate", name, &body) == OK)
		line_tell(l->line, WATCHED_CERTIFICATE, name, text_span(body));
	free(body);
}

static void tell_all(struct lookout *l, const struct backup_moment *now)
{
	struct backup_view *view = backup_view_new(&l->backup);

	l->told = *now;
	if (!view) {
		process_log(self, "what is remembered cannot be read: %s",
			    ledger_trouble(l->backup.ledger));
		return;
	}
	for (size_t i = 0; i < l->backup.count; i++) {
		tell(l, WATCHED_BACKUP, l->backup.repositories[i].name,
		     backup_view_document(view, i));
		tell_certificate(l, l->backup.repositories[i].name);
	}
	tell(l, WATCHED_BACKUPS, "", backup_view_all(view));
	if (moment_elapsed(&l->alerted, now) >= IDLE_TELL) {
		l->alerted = *now;
		backup_view_alerts(view, tell_alert, l);
	}
	backup_view_free(view);
}

/* --- children */

/* In the child: nothing of the parent's but its settings. */
static void child_work(struct lookout *l, size_t repository, enum backup_job job)
{
	struct backup_outcome outcome;
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close_range(STDERR_FILENO + 1, ~0u, 0);
	sandbox_read_all();
	sigemptyset(&none);
	signal(SIGTERM, SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (!ledger_is_open(l))
		_exit(1);
	backup_work(&l->backup, &l->backup.repositories[repository], job, &outcome);
	if (!outcome.ok && !outcome.busy)
		process_log(self, "%s of %s: %s", backup_job_name(job),
			    l->backup.repositories[repository].name, outcome.say.en);
	ledger_shut(l);
	_exit(outcome.ok ? 0 : 1);
}

static bool is_busy(const struct lookout *l, size_t repository)
{
	for (unsigned i = 0; i < CHILDREN; i++)
		if (l->children[i].pid && l->children[i].repository == repository)
			return true;
	return false;
}

static bool has_children(const struct lookout *l)
{
	for (unsigned i = 0; i < CHILDREN; i++)
		if (l->children[i].pid)
			return true;
	return false;
}

/* False: no child is free. */
static bool begin(struct lookout *l, size_t repository, enum backup_job job)
{
	unsigned place = 0;
	pid_t pid;

	while (place < CHILDREN && l->children[place].pid)
		place++;
	if (place == CHILDREN)
		return false;
	pid = fork();
	if (pid == 0)
		child_work(l, repository, job);
	if (pid < 0) {
		process_log(self, "cannot begin a child: %s", strerror(errno));
		return false;
	}
	l->children[place].pid = pid;
	l->children[place].repository = repository;
	l->begun[repository] = moment();
	l->wanted[repository][job] = false;
	return true;
}

/* True: one has ended, so there is something to tell. */
static bool reap(struct lookout *l)
{
	bool any = false;

	for (unsigned i = 0; i < CHILDREN; i++)
		if (l->children[i].pid &&
		    waitpid(l->children[i].pid, NULL, WNOHANG) == l->children[i].pid) {
			l->children[i].pid = 0;
			any = true;
		}
	return any;
}

/* What a person wants goes before what is due. False: nothing. */
static bool next_job(struct lookout *l, size_t repository, enum backup_job *job)
{
	struct backup_moment now = moment();
	struct backup_state *state;
	bool due = false;

	for (unsigned i = 0; i < BACKUP_JOBS; i++)
		if (l->wanted[repository][i]) {
			*job = (enum backup_job)i;
			return true;
		}
	if (moment_elapsed(&l->begun[repository], &now) < PAUSE)
		return false;
	state = calloc(1, sizeof(*state));
	if (state &&
	    state_load(l->backup.ledger, l->backup.repositories[repository].name, state) == OK)
		due = schedule_due(&l->backup.repositories[repository], state, l->level, &now, job);
	free(state);
	return due;
}

struct begun {
	bool any;
	bool due[REPOSITORIES_MAX];
	enum backup_job jobs[REPOSITORIES_MAX];
};

/* With the ledger open; the children are begun when it is not. */
static void find_jobs(struct lookout *l, struct begun *found)
{
	for (size_t i = 0; i < l->backup.count; i++)
		found->due[i] = !is_busy(l, i) && next_job(l, i, &found->jobs[i]);
}

/* --- turns */

/* A disk that was mounted is another folder, which the sandbox does not know: the warden begins
 * this process anew. */
static void look_at_places(struct lookout *l, const struct backup_moment *now)
{
	if (moment_elapsed(&l->looked, now) < PLACES)
		return;
	l->looked = *now;
	if (has_children(l) || backup_places_seen(l->config) == l->places)
		return;
	process_log(self, "a place of backups was mounted or removed: it begins anew");
	exit(0);
}

static void turn(struct lookout *l, bool ended)
{
	struct backup_moment now = moment();
	usec_t since = moment_elapsed(&l->told, &now);
	struct begun found = { .any = false };

	if (l->refused.now && moment_elapsed(&l->refused, &now) < LEDGER)
		return;
	if (!ended && since < (has_children(l) ? BUSY_TELL : IDLE_TELL) &&
	    since >= USEC_PER_SEC / 2)
		return;
	if (!ledger_is_open(l))
		return;
	if (ended) /* an alarm of the job that ended does not wait */
		l->alerted = (struct backup_moment){ .now = 0 };
	tell_all(l, &now);
	find_jobs(l, &found);
	ledger_shut(l);
	for (size_t i = 0; i < l->backup.count; i++)
		found.any |= found.due[i] && begin(l, i, found.jobs[i]);
}

static void due(void *whom, usec_t now)
{
	struct lookout *l = whom;
	struct backup_moment is = moment();
	bool ended = reap(l), asked = false;

	(void)now;
	if (!l->levelled)
		return;
	for (size_t i = 0; i < l->backup.count; i++)
		for (unsigned job = 0; job < BACKUP_JOBS; job++)
			asked |= l->wanted[i][job] && !is_busy(l, i);
	look_at_places(l, &is);
	turn(l, ended || asked);
}

/* The command line judges by it, too. */
static void keep_level(struct lookout *l)
{
	if (!ledger_is_open(l))
		return;
	if (backup_level_keep(l->backup.ledger, l->level) != OK)
		process_log(self, "the level cannot be kept: %s", ledger_trouble(l->backup.ledger));
	ledger_shut(l);
}

static void take_level(void *whom, enum level level)
{
	struct lookout *l = whom;

	l->level = l->backup.level = level;
	keep_level(l);
	l->levelled = true;
	l->told = (struct backup_moment){ .now = 0 };
}

/* --- what people ask for */

static const char *string(const json_t *from, const char *key)
{
	const char *value = json_string_value(json_object_get(from, key));

	return value ? value : "";
}

static void settle(struct lookout *l, const struct repository *repository, const json_t *asked)
{
	struct backup_settling settling = { .alarm = (uint64_t)json_integer_value(
						    json_object_get(asked, "alarm")),
					    .ours = json_is_true(json_object_get(asked, "ours")),
					    .reason = string(asked, "reason"),
					    .user = string(asked, "user") };

	if (!ledger_is_open(l))
		return;
	if (backup_settle(&l->backup, repository, &settling) != OK)
		process_log(self, "an alarm of %s was not settled: it is not open",
			    repository->name);
	ledger_shut(l);
	l->told = (struct backup_moment){ .now = 0 };
}

static void take_request(void *whom, struct span json)
{
	struct lookout *l = whom;
	json_t *asked = json_loadb((const char *)json.ptr, json.len, 0, NULL);
	const struct repository *repository = backup_named(&l->backup, string(asked, "name"));

	if (repository && strcmp(string(asked, "do"), "settle") == 0)
		settle(l, repository, asked);
	for (unsigned job = 0; repository && job < BACKUP_JOBS; job++)
		if (strcmp(string(asked, "do"), backup_job_name((enum backup_job)job)) == 0 &&
		    (job != BACKUP_RUN || repository->run))
			l->wanted[repository - l->backup.repositories][job] = true;
	json_decref(asked);
}

/* --- the beginning */

/* Backups wait for everybody else; nobody waits for them. Once, for all that is begun later. */
static void be_nice(void)
{
	if (setpriority(PRIO_PROCESS, 0, NICE) != 0 ||
	    syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 7)) !=
		    0)
		process_log(self, "it works at the usual priority: %s", strerror(errno));
}

static bool lookout_open(struct lookout *l, int warden_fd)
{
	struct line_calls calls = {
		.whom = l, .level = take_level, .request = take_request, .due = due
	};

	snprintf(l->folder, sizeof(l->folder), "%s/%s", l->config->process.state, BACKUP_FOLDER);
	snprintf(l->ledger, sizeof(l->ledger), "%s/%s", l->folder, BACKUP_LEDGER);
	if (gethostname(l->host, sizeof(l->host) - 1) != 0)
		snprintf(l->host, sizeof(l->host), "localhost");
	l->backup = (struct backup_watch){ .repositories = l->config->backups,
					   .count = l->config->backup_count,
					   .folder = l->folder,
					   .host = l->host,
					   .moment = moment,
					   .tool = tool_of };
	l->places = backup_places_seen(l->config);
	l->looked =
		moment(); /* the number of the boot, too, which the sandbox does not let it read */
	l->line = line_new(self, warden_fd, &calls);
	return l->line != NULL;
}

int backup_begin(void *whom, int warden_fd)
{
	struct lookout *l = calloc(1, sizeof(*l));
	struct backup_places places;
	struct sandbox_wish wish = { .role = SANDBOX_BACKUP };

	if (!l)
		return 1;
	l->watch = whom;
	l->config = l->watch->config;
	config_forget_secrets(l->watch->config);
	be_nice();
	tzset();
	if (!lookout_open(l, warden_fd)) {
		process_log(self, "cannot begin: %s", strerror(errno));
		return 1;
	}
	backup_places_of(l->config, &places);
	wish.write = l->folder;
	wish.writes = places.writes;
	wish.lists = places.lists;
	wish.read = places.reads;
	wish.read_all = places.runs;
	if (!watch_confine(l->watch, &wish))
		return 1;
	if (!line_run(l->line))
		process_log(self, "waiting failed: %s", strerror(errno));
	return 0; /* the kernel takes the rest back; children end with it */
}
