/* backup.c - the command line of `hinomi backup`: its words and options. */
#include "cmd/backup.h"
#include "cmd/cmd.h"
#include "cmd/control.h"

#include "base/text.h"
#include "model/time.h"

#include <stdlib.h>
#include <string.h>

static const char help[] =
	"Usage: hinomi backup init [options]              sets up a repository, its schedule, the "
	"first backup\n"
	"       hinomi backup [status] [--json]           are the backups fresh, whole, proven?\n"
	"       hinomi backup look|run|verify|drill [NAME...]\n"
	"       hinomi backup history [NAME] [--limit N]\n"
	"       hinomi backup settle NAME ALARM --ours|--attack --why TEXT\n"
	"       hinomi backup certificate NAME            of the last good restore drill, signed "
	"JSON\n"
	"       hinomi backup verify-certificate FILE     checks one; --text and --page show it\n"
	"\n"
	"Drives and checks restic and borg, which make the backups (docs/backup.md). Works with "
	"and without a\n"
	"running tower. Without NAME: all repositories of the configuration.\n"
	"\n"
	"  look      lists the snapshots, and looks into new ones for what ransomware and wipers "
	"leave\n"
	"  run       backs up, looks, and forgets what is too old, unless an alarm is open\n"
	"  verify    reads the next share of the data; all of it within whole_days\n"
	"  drill     restores a sample and all critical paths, compares them, signs a certificate\n"
	"  settle    says what an alarm was: our own doing (it is learned), or an attack\n"
	"\n"
	"Options:\n"
	"      --config FILE   (default: " CONFIG_FILE ")\n"
	"      --json          for programs\n"
	"      --limit N       history: so many entries (default: 20)\n"
	"      --why TEXT      settle: the reason, which is kept; --reason is the same\n"
	"  -h, --help          this text\n"
	"Options of init, for scripts; else it asks:\n"
	"      --yes           ask nothing\n"
	"      --name NAME     (default: main)        --tool restic|borg   (default: restic)\n"
	"      --place PLACE   where the backups go   --source PATH        what is backed up; may "
	"be repeated\n"
	"      --exclude PAT   may be repeated        --at HH:MM           (default: 02:30)\n"
	"      --every SPAN    (default: 24h)         --media KIND         disk, nas, server, "
	"cloud, usb, tape\n"
	"      --offsite       another building       --append-only        nothing can be deleted "
	"there\n"
	"      --password-file FILE  it is made where it is not there\n"
	"      --ssh-key FILE  for sftp: and ssh://   --environment-file FILE  keys of a cloud, as NAME=VALUE\n"
	"      --watch-only    others make the backups   --no-run          no first backup now\n"
	"\n"
	"Exit code: 0 good, 1 something is not, 2 error.\n"
	"\n"
	"Examples:\n"
	"  hinomi backup init\n"
	"  hinomi backup init --yes --place /mnt/usb/backup --source /home --source /etc --media "
	"usb\n"
	"  hinomi backup run && hinomi backup drill\n"
	"  hinomi backup settle main 12 --ours --why 'the archive was encrypted by Eve on "
	"purpose'\n";

enum option_code {
	OPT_CONFIG = 256,
	OPT_JSON,
	OPT_LIMIT,
	OPT_WHY,
	OPT_OURS,
	OPT_ATTACK,
	OPT_YES,
	OPT_NAME,
	OPT_TOOL,
	OPT_PLACE,
	OPT_SOURCE,
	OPT_EXCLUDE,
	OPT_AT,
	OPT_EVERY,
	OPT_MEDIA,
	OPT_OFFSITE,
	OPT_APPEND_ONLY,
	OPT_PASSWORD_FILE,
	OPT_SSH_KEY,
	OPT_ENVIRONMENT_FILE,
	OPT_WATCH_ONLY,
	OPT_NO_RUN
};

static int usage(const char *trouble)
{
	return backup_error("%s; see 'hinomi backup --help'", trouble);
}

static bool put(char *room, size_t size, const char *text)
{
	return snprintf(room, size, "%s", text) < (int)size;
}

static bool put_in(char list[][REPOSITORY_PATH], unsigned *count, const char *text)
{
	return *count < REPOSITORY_PATHS && put(list[(*count)++], REPOSITORY_PATH, text);
}

static bool take_tool(struct repository *made, const char *name)
{
	for (unsigned i = 0; i < BACKUP_TOOLS; i++)
		if (strcmp(backup_tool_name((enum backup_tool)i), name) == 0) {
			made->tool = (enum backup_tool)i;
			return true;
		}
	return false;
}

static bool take_media(struct backup_asked *a, const char *name)
{
	for (unsigned i = 0; i < BACKUP_MEDIA; i++)
		if (strcmp(backup_media_name((enum backup_media)i), name) == 0) {
			a->made.media = (enum backup_media)i;
			a->media_said = true;
			return true;
		}
	return false;
}

static bool take_span(uint32_t *seconds, const char *text)
{
	usec_t length;

	if (time_parse_span(&length, text) != OK)
		return false;
	*seconds = (uint32_t)(length / USEC_PER_SEC);
	return true;
}

static bool take_limit(struct backup_asked *a, const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	a->limit = (uint32_t)value;
	return *end == '\0' && value > 0 && value <= 100000;
}

static bool take_init(struct backup_asked *a, int option)
{
	struct repository *made = &a->made;

	switch (option) {
	case OPT_NAME:
		return put(made->name, sizeof(made->name), optarg);
	case OPT_TOOL:
		return take_tool(made, optarg);
	case OPT_PLACE:
		return put(made->place, sizeof(made->place), optarg);
	case OPT_SOURCE:
		return put_in(made->sources, &a->sources, optarg);
	case OPT_EXCLUDE:
		return put_in(made->excludes, &a->excludes, optarg);
	case OPT_AT:
		return put(made->at, sizeof(made->at), optarg);
	case OPT_EVERY:
		return take_span(&made->every, optarg);
	case OPT_MEDIA:
		return take_media(a, optarg);
	case OPT_PASSWORD_FILE:
		return put(made->password_file, sizeof(made->password_file), optarg);
	case OPT_SSH_KEY:
		return put(made->ssh_key, sizeof(made->ssh_key), optarg);
	case OPT_ENVIRONMENT_FILE:
		return put(made->environment_file, sizeof(made->environment_file), optarg);
	case OPT_OFFSITE:
		a->offsite_said = made->offsite = true;
		return true;
	case OPT_APPEND_ONLY:
		made->append_only = true;
		return true;
	case OPT_WATCH_ONLY:
		a->watch_only = true;
		return true;
	case OPT_NO_RUN:
		a->no_run = true;
		return true;
	default:
		return false;
	}
}

static bool take_option(void *whom, int option)
{
	struct backup_asked *a = whom;

	switch (option) {
	case OPT_CONFIG:
		a->config = optarg;
		return true;
	case OPT_JSON:
		a->json = true;
		return true;
	case OPT_LIMIT:
		return take_limit(a, optarg);
	case OPT_WHY:
		a->why = optarg;
		return true;
	case OPT_OURS:
		a->ours = true;
		return true;
	case OPT_ATTACK:
		a->attack = true;
		return true;
	case OPT_YES:
		a->yes = true;
		return true;
	default:
		return take_init(a, option);
	}
}

static const struct option known[] = {
	{ "config", required_argument, NULL, OPT_CONFIG },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "limit", required_argument, NULL, OPT_LIMIT },
	{ "why", required_argument, NULL, OPT_WHY },
	{ "reason", required_argument, NULL, OPT_WHY },
	{ "ours", no_argument, NULL, OPT_OURS },
	{ "attack", no_argument, NULL, OPT_ATTACK },
	{ "yes", no_argument, NULL, OPT_YES },
	{ "name", required_argument, NULL, OPT_NAME },
	{ "tool", required_argument, NULL, OPT_TOOL },
	{ "place", required_argument, NULL, OPT_PLACE },
	{ "source", required_argument, NULL, OPT_SOURCE },
	{ "exclude", required_argument, NULL, OPT_EXCLUDE },
	{ "at", required_argument, NULL, OPT_AT },
	{ "every", required_argument, NULL, OPT_EVERY },
	{ "media", required_argument, NULL, OPT_MEDIA },
	{ "offsite", no_argument, NULL, OPT_OFFSITE },
	{ "append-only", no_argument, NULL, OPT_APPEND_ONLY },
	{ "password-file", required_argument, NULL, OPT_PASSWORD_FILE },
	{ "ssh-key", required_argument, NULL, OPT_SSH_KEY },
	{ "environment-file", required_argument, NULL, OPT_ENVIRONMENT_FILE },
	{ "watch-only", no_argument, NULL, OPT_WATCH_ONLY },
	{ "no-run", no_argument, NULL, OPT_NO_RUN },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* Before it copied the tower's store: who still has that in a cron table is told. */
static int unknown_word(const char *word)
{
	if (strchr(word, '/') || strchr(word, '.'))
		return backup_error(
			"there is no command '%s'. To copy what the tower keeps: hinomi copy %s",
			word, word);
	return backup_error("there is no command '%s'; see 'hinomi backup --help'", word);
}

static int dispatch(struct backup_asked *a, const char *word)
{
	if (strcmp(word, "status") == 0)
		return backup_status(a);
	if (strcmp(word, "init") == 0)
		return backup_init(a);
	if (strcmp(word, "history") == 0)
		return backup_show_history(a);
	if (strcmp(word, "certificate") == 0)
		return backup_print_certificate(a);
	if (strcmp(word, "settle") == 0)
		return backup_settle_alarm(a);
	for (unsigned i = 0; i < BACKUP_JOBS; i++)
		if (strcmp(word, backup_job_name((enum backup_job)i)) == 0)
			return backup_jobs(a, (enum backup_job)i);
	return unknown_word(word);
}

int cmd_backup(int argc, char **argv)
{
	struct backup_asked a = { .config = CONFIG_FILE, .limit = 20 };
	const struct control_options taken = { help, known, take_option, usage, &a };
	const char *word = "status";
	int code = BACKUP_ERROR;

	config_backup_defaults(&a.made);
	if (argc > 1 && strcmp(argv[1], "verify-certificate") == 0)
		return cmd_verify_certificate(argc - 1, argv + 1);
	if (!control_take_options(&taken, argc, argv, &code))
		return code;
	if (optind < argc)
		word = argv[optind++];
	for (; optind < argc; optind++) {
		if (a.name_count == REPOSITORIES_MAX)
			return usage("too many names");
		a.names[a.name_count++] = argv[optind];
	}
	return dispatch(&a, word);
}
