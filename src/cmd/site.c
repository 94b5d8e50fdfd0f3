/* site.c - the command line of `hinomi site`: our own web sites, watched. */
#include "cmd/site.h"
#include "cmd/cmd.h"

#include "cmd/control.h"
#include "config/key.h"

#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char help[] =
	"Usage: hinomi site add URL [--name N] [--own-host HOST]... [--every TIME] [--keyword TEXT] [--mine]\n"
	"       hinomi site add --file LIST [--mine]\n"
	"       hinomi site list|status [NAME] [--json]\n"
	"       hinomi site check URL|NAME...|--all [--once] [--json]\n"
	"       hinomi site approve NAME --reason TEXT\n"
	"       hinomi site history [NAME] [--limit N] [--json]\n"
	"       hinomi site remove NAME\n"
	"\n"
	"Watches our own web sites: whether they answer, how fast, with which certificate and under which\n"
	"addresses, and whether the page is still ours. The tower looks at them as often as the vigilance\n"
	"level says; 'check' looks now, also without a tower. Only sites that were added are watched.\n"
	"\n"
	"Options:\n"
	"      --name N        what it is called (default: its host)\n"
	"      --own-host HOST a further host that belongs to it: its scripts and pictures are ours\n"
	"      --every TIME    how often it is looked at in quiet times, as 60s or 10m (default: as the level says)\n"
	"      --keyword TEXT  a text that the page must have, else the site counts as down\n"
	"      --file LIST     a line for each site: URL, then a name if it shall have another one\n"
	"      --mine          yes, these are ours, or their owner wants us to watch them\n"
	"      --no-look       add: without a first look\n"
	"      --all           check: all that were added\n"
	"      --once          check: one look; a failed one is not looked at again\n"
	"      --reason TEXT   approve: why the change is right; it is usual from now on\n"
	"      --limit N       history: so many entries (default 20)\n"
	"      --json          documents, one a line, as the tower keeps them\n"
	"      --config FILE   the configuration (default: " CONFIG_FILE ", if it is there)\n"
	"      --state FOLDER  where things are kept (default: as configured, /var/lib/hinomi)\n"
	"  -h, --help          this text\n"
	"\n"
	"Exit code: 0 all good, 1 something is not, 2 error.\n"
	"\n"
	"Examples:\n"
	"  hinomi site add https://www.example.org/ --mine\n"
	"  hinomi site add https://shop.example.org/ --name shop --keyword 'Our shop' --every 60s --mine\n"
	"  hinomi site check --all\n"
	"  hinomi site check https://www.example.org/\n"
	"  hinomi site approve shop --reason 'new design of November'\n";

enum option_code {
	OPT_NAME = 256,
	OPT_OWN,
	OPT_EVERY,
	OPT_KEYWORD,
	OPT_FILE,
	OPT_MINE,
	OPT_NO_LOOK,
	OPT_ALL,
	OPT_ONCE,
	OPT_REASON,
	OPT_LIMIT,
	OPT_JSON,
	OPT_CONFIG,
	OPT_STATE,
};

int site_wrong(const char *format, ...)
{
	va_list arguments;

	fputs("hinomi site: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return 2;
}

static int usage(const char *trouble)
{
	return site_wrong("%s; see 'hinomi site --help'", trouble);
}

bool site_good(enum err err, const struct ledger *ledger)
{
	if (err != OK)
		site_wrong("%s", err == ERR_MEMORY ? "there is no memory" : ledger_trouble(ledger));
	return err == OK;
}

/* --- where things are */

/* Who runs the tower: root's files in its folder would be of no use to it. */
static bool give(const char *path, const char *user)
{
	const struct passwd *who = geteuid() == 0 ? getpwnam(user) : NULL;

	if (geteuid() == 0 && !who)
		who = getpwnam("nobody");
	return !who || chown(path, who->pw_uid, who->pw_gid) == 0;
}

static bool make_folder(const char *path, const char *user)
{
	if (mkdir(path, 0700) == 0)
		return give(path, user);
	return errno == EEXIST;
}

static bool open_ledger(struct site_place *place, bool make)
{
	const struct config_process *process = &place->config->process;
	char path[CONFIG_PATH + sizeof(SITE_LEDGER)], folder[CONFIG_PATH + sizeof(SITE_FOLDER)], trouble[LEDGER_TROUBLE];

	snprintf(folder, sizeof(folder), "%s/%s", process->state, SITE_FOLDER);
	snprintf(path, sizeof(path), "%s/%s", process->state, SITE_LEDGER);
	if (!make && access(path, F_OK) != 0 && errno == ENOENT)
		return true;
	if (make && (!make_folder(process->state, process->user) || !make_folder(folder, process->user))) {
		site_wrong("cannot make the folder %s: %s. Run it as root, or name another one with --state", folder,
			   strerror(errno));
		return false;
	}
	if (ledger_open(path, &place->ledger, trouble) != OK) {
		site_wrong("%s", trouble);
		return false;
	}
	if (*trouble)
		site_wrong("%s", trouble); /* a damaged one was put aside */
	return true;
}

static struct config *load_config(const struct site_said *said)
{
	char trouble[CONFIG_TROUBLE];
	struct config *config = NULL;

	if (!said->config && access(CONFIG_FILE, F_OK) != 0)
		config = config_defaults();
	else if (config_load(&config, said->config ? said->config : CONFIG_FILE, trouble) != OK)
		site_wrong("%s", trouble);
	return config;
}

bool site_place_open(struct site_place *place, const struct site_said *said, bool make)
{
	*place = (struct site_place){ .config = load_config(said) };
	if (!place->config)
		return false;
	if (said->state && (size_t)snprintf(place->config->process.state, CONFIG_PATH, "%s", said->state) >= CONFIG_PATH) {
		usage("that path is too long");
	} else if (open_ledger(place, make)) {
		site_setup(&place->setup, &place->config->site, "hand");
		place->setup.settings.once = said->once;
		return true;
	}
	site_place_close(place);
	return false;
}

void site_place_close(struct site_place *place)
{
	ledger_close(place->ledger);
	config_free(place->config);
}

/* --- words */

static bool take_number(uint32_t *into, usec_t least, usec_t most, usec_t value)
{
	if (value < least || value > most)
		return false;
	*into = (uint32_t)value;
	return true;
}

/* The first thing that is wrong is told, when all was read. */
static void take_trouble(struct site_said *said, bool good, const char *trouble)
{
	if (!good && !said->trouble)
		said->trouble = trouble;
}

static void take_own(struct site_said *said)
{
	if (said->own_count == SITE_OWN)
		take_trouble(said, false, "--own-host: 8 hosts at most; site.own_hosts has those of all sites");
	else if (strlen(optarg) >= SITE_HOST || check_host(optarg))
		take_trouble(said, false, "--own-host wants the name of a host, such as static.example.org");
	else
		said->own[said->own_count++] = optarg;
}

static bool take_value(struct site_said *said, int option)
{
	usec_t length;

	switch (option) {
	case OPT_OWN: take_own(said); return true;
	case OPT_EVERY:
		take_trouble(said, time_parse_span(&length, optarg) == OK &&
					   take_number(&said->every, 10, 86400, length / USEC_PER_SEC),
			     "--every wants a time from 10s to 1d");
		return true;
	case OPT_LIMIT:
		take_trouble(said, take_number(&said->limit, 1, 10000, strtol(optarg, NULL, 10)),
			     "--limit wants a number from 1 to 10000");
		return true;
	case OPT_KEYWORD:
		said->keyword = optarg;
		take_trouble(said, !site_keyword_wrong(optarg), "--keyword wants at most 159 bytes of UTF-8, on one line");
		return true;
	case OPT_NAME: said->name = optarg; return true;
	case OPT_FILE: said->file = optarg; return true;
	case OPT_REASON: said->reason = optarg; return true;
	case OPT_CONFIG: said->config = optarg; return true;
	case OPT_STATE: said->state = optarg; return true;
	default: return false;
	}
}

static bool take_option(void *whom, int option)
{
	struct site_said *said = whom;

	switch (option) {
	case OPT_MINE: said->mine = true; return true;
	case OPT_NO_LOOK: said->look = false; return true;
	case OPT_ALL: said->all = true; return true;
	case OPT_ONCE: said->once = true; return true;
	case OPT_JSON: said->json = true; return true;
	default: return take_value(said, option);
	}
}

static bool options(int argc, char **argv, struct site_said *said, int *code)
{
	static const struct option known[] = {
		{ "name", required_argument, NULL, OPT_NAME },
		{ "own-host", required_argument, NULL, OPT_OWN },
		{ "every", required_argument, NULL, OPT_EVERY },
		{ "keyword", required_argument, NULL, OPT_KEYWORD },
		{ "file", required_argument, NULL, OPT_FILE },
		{ "mine", no_argument, NULL, OPT_MINE },
		{ "no-look", no_argument, NULL, OPT_NO_LOOK },
		{ "all", no_argument, NULL, OPT_ALL },
		{ "once", no_argument, NULL, OPT_ONCE },
		{ "reason", required_argument, NULL, OPT_REASON },
		{ "why", required_argument, NULL, OPT_REASON },
		{ "limit", required_argument, NULL, OPT_LIMIT },
		{ "json", no_argument, NULL, OPT_JSON },
		{ "config", required_argument, NULL, OPT_CONFIG },
		{ "state", required_argument, NULL, OPT_STATE },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const struct control_options taken = { help, known, take_option, usage, said };

	return control_take_options(&taken, argc, argv, code);
}

int cmd_site(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(const struct site_said *said);
	} verbs[] = {
		{ "add", site_verb_add },         { "approve", site_verb_approve }, { "check", site_verb_check },
		{ "history", site_verb_history }, { "list", site_verb_status },     { "remove", site_verb_remove },
		{ "status", site_verb_status },
	};
	struct site_said said = { .limit = 20, .look = true };
	int code = 2;
	const char *verb;

	if (!options(argc, argv, &said, &code))
		return code;
	if (said.trouble)
		return usage(said.trouble);
	verb = optind < argc ? argv[optind++] : "status";
	said.words = argv + optind;
	said.count = (size_t)(argc - optind);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verb, verbs[i].name) == 0)
			return verbs[i].run(&said);
	return usage("it can add, list, check, approve and remove, and show status and history");
}
