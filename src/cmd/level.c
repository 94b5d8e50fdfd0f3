/* level.c - the command line of `hinomi level`: shows, raises and lowers the vigilance level. */
#include "cmd/cmd.h"
#include "cmd/control.h"
#include "policy/level.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum option_code { OPT_REASON = 256, OPT_FOR, OPT_UNTIL, OPT_FROM, OPT_YES, OPT_JSON, OPT_SOCKET };

static const char help[] =
	"Usage: hinomi level WHAT [words] [options]\n"
	"\n"
	"How watchful the tower is: normal (平常), guarded (注意), high (警戒), severe (厳戒). A level\n"
	"always has a reason and an end, and is written into the log.\n"
	"\n"
	"  show                the level, what it changes, and what is planned\n"
	"  preview LEVEL       what would tighten, and how many more alarms last week would have given\n"
	"  raise LEVEL         shows the preview, asks, and raises it\n"
	"  lower [LEVEL]       the same downwards (default: normal)\n"
	"  plan LEVEL          raises it from --from until --until, as over holidays\n"
	"  unplan NUMBER       takes that back\n"
	"\n"
	"Options:\n"
	"      --reason TEXT   why: who comes later must understand it (raise, lower, plan, unplan)\n"
	"      --for LENGTH    such as 72h or 7d; or\n"
	"      --until TIME    2026-12-31T09:00:00Z\n"
	"      --from TIME     for plan\n"
	"  -y, --yes           do not ask\n"
	"      --json          what the tower answers, as it is\n"
	"      --control PATH  the tower's socket (default: $HINOMI_CONTROL, else " CONTROL_SOCKET ")\n"
	"  -h, --help          this text\n"
	"\n"
	"Exit code: 0 done, 1 not confirmed, 2 error.\n"
	"\n"
	"Examples:\n"
	"  hinomi level show\n"
	"  hinomi level raise high --reason 'sanctions announced, ministry warning' --for 72h\n"
	"  hinomi level lower --reason 'quiet for three days'\n"
	"  hinomi level plan guarded --from 2026-12-29T00:00:00+09:00 --until 2027-01-04T09:00:00+09:00 \\\n"
	"      --reason 'year-end holidays'\n";

struct asked {
	const char *what, *word; /* the subcommand and its argument, or NULL */
	const char *reason, *length, *until, *from, *socket;
	bool yes, json;
};

static int usage(const char *trouble)
{
	fprintf(stderr, "hinomi level: %s; see 'hinomi level --help'\n", trouble);
	return 2;
}

static bool options(int argc, char **argv, struct asked *a, int *code)
{
	static const struct option known[] = {
		{ "reason", required_argument, NULL, OPT_REASON },
		{ "for", required_argument, NULL, OPT_FOR },
		{ "until", required_argument, NULL, OPT_UNTIL },
		{ "from", required_argument, NULL, OPT_FROM },
		{ "yes", no_argument, NULL, 'y' },
		{ "json", no_argument, NULL, OPT_JSON },
		{ "control", required_argument, NULL, OPT_SOCKET },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "yh", known, NULL)) != -1) {
		switch (option) {
		case OPT_REASON: a->reason = optarg; break;
		case OPT_FOR: a->length = optarg; break;
		case OPT_UNTIL: a->until = optarg; break;
		case OPT_FROM: a->from = optarg; break;
		case OPT_JSON: a->json = true; break;
		case OPT_SOCKET: a->socket = optarg; break;
		case 'y': a->yes = true; break;
		case 'h':
			fputs(help, stdout);
			*code = 0;
			return false;
		default:
			*code = usage("that option is not known, or lacks its value");
			return false;
		}
	}
	a->what = optind < argc ? argv[optind] : "show";
	a->word = optind + 1 < argc ? argv[optind + 1] : NULL;
	return true;
}

static void put(json_t *args, const char *key, const char *value)
{
	if (value)
		json_object_set_new(args, key, json_string(value));
}

/* Prints lines of "what: now -> then", or "what: value". */
static void print_changes(const json_t *changes)
{
	const json_t *row;
	size_t i;

	json_array_foreach(changes, i, row) {
		fputs("  ", stdout);
		control_print(control_words(row, "what"));
		fputs(": ", stdout);
		control_print(control_words(row, "now"));
		fputs(" -> ", stdout);
		control_print(control_words(row, "then"));
		putchar('\n');
	}
}

static void print_week(const json_t *week)
{
	const json_t *more;
	size_t i;

	control_print(control_words(week, "say"));
	putchar('\n');
	json_array_foreach(json_object_get(week, "more"), i, more) {
		fputs("  ", stdout);
		control_print(control_words(more, "title"));
		printf(": %lld instead of %lld\n",
		       (long long)json_integer_value(json_object_get(more, "then")),
		       (long long)json_integer_value(json_object_get(more, "now")));
	}
}

static int preview(const struct asked *a, const char *socket, const char *to)
{
	json_t *data = control_ask(socket, "level_preview", json_pack("{s:s}", "to", to));

	if (!data)
		return 2;
	if (a->json) {
		json_dumpf(data, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		printf(control_say("At %s:\n", "%s にすると：\n"), to);
		print_changes(json_object_get(data, "changes"));
		print_week(json_object_get(data, "week"));
	}
	json_decref(data);
	return 0;
}

static void print_row(const json_t *table, size_t row, const char *now)
{
	const json_t *level, *cell;
	size_t i;

	json_array_foreach(table, i, level) {
		cell = json_array_get(json_object_get(level, "rows"), row);
		if (i == 0) {
			control_print(control_words(cell, "what"));
			putchar('\n');
		}
		printf("  %c %-8s ", strcmp(control_text(level, "level"), now) == 0 ? '*' : ' ',
		       control_text(level, "level"));
		control_print(control_words(cell, "value"));
		putchar('\n');
	}
}

static void print_plans(const json_t *calendar)
{
	const json_t *plan;
	size_t i;

	json_array_foreach(calendar, i, plan) {
		printf(control_say("planned %lld: %s from %.19sZ until %.19sZ: ", "予定 %lld：%s、%.19sZ から %.19sZ まで："),
		       (long long)json_integer_value(json_object_get(plan, "id")),
		       control_text(plan, "to"), control_text(plan, "from"), control_text(plan, "until"));
		control_print(control_text(plan, "reason"));
		putchar('\n');
	}
}

/* Prints LEVEL; the table only where it was asked for. */
static int print_level(const struct asked *a, json_t *data, bool table)
{
	const char *now = control_text(data, "now");
	const json_t *levels = json_object_get(data, "table");
	size_t rows = json_array_size(json_object_get(json_array_get(levels, 0), "rows"));

	if (a->json) {
		json_dumpf(data, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(data);
		return 0;
	}
	printf(control_say("The level is %s", "現在のレベル：%s"), now);
	if (*control_text(data, "until"))
		printf(control_say(" until %.19sZ", "（%.19sZ まで）"), control_text(data, "until"));
	if (*control_text(data, "reason")) {
		fputs(control_say(": ", "、理由："), stdout);
		control_print(control_text(data, "reason"));
	}
	putchar('\n');
	for (size_t row = 0; table && row < rows; row++)
		print_row(levels, row, now);
	print_plans(json_object_get(data, "calendar"));
	json_decref(data);
	return 0;
}

static bool confirmed(const struct asked *a)
{
	char line[8];

	if (a->yes)
		return true;
	if (!isatty(STDIN_FILENO)) {
		fputs("hinomi level: nobody to ask here; add --yes\n", stderr);
		return false;
	}
	fputs(control_say("Go on? [y/N] ", "続けますか？ [y/N] "), stdout);
	fflush(stdout);
	return fgets(line, sizeof(line), stdin) && (*line == 'y' || *line == 'Y');
}

static int change(const struct asked *a, const char *socket, const char *to)
{
	json_t *args = json_pack("{s:s}", "to", to), *data;
	int code;

	if (!a->reason) {
		json_decref(args);
		return usage("a change of level needs --reason");
	}
	put(args, "reason", a->reason);
	put(args, "for", a->length);
	put(args, "until", a->until);
	code = a->json ? 0 : preview(a, socket, to);
	if (code != 0 || !confirmed(a)) {
		json_decref(args);
		return code ? code : 1;
	}
	data = control_ask(socket, "level_set", args);
	return data ? print_level(a, data, false) : 2;
}

static int plan(const struct asked *a, const char *socket)
{
	json_t *args = json_object(), *data;
	bool add = strcmp(a->what, "plan") == 0;

	put(args, "to", add ? a->word : NULL);
	put(args, "reason", a->reason);
	put(args, "from", a->from);
	put(args, "until", a->until);
	if (!add)
		json_object_set_new(args, "id", json_integer(strtoll(a->word, NULL, 10)));
	data = control_ask(socket, add ? "calendar_add" : "calendar_remove", args);
	return data ? print_level(a, data, false) : 2;
}

int cmd_level(int argc, char **argv)
{
	struct asked a = { 0 };
	const char *socket;
	enum level level;
	int code = 2;

	if (!options(argc, argv, &a, &code))
		return code;
	socket = control_path(a.socket);
	if (strcmp(a.what, "show") == 0) {
		json_t *data = control_ask(socket, "level", NULL);

		return data ? print_level(&a, data, true) : 2;
	}
	if (strcmp(a.what, "lower") == 0 && !a.word)
		a.word = "normal";
	if (!a.word)
		return usage("which one?");
	if (strcmp(a.what, "unplan") == 0)
		return plan(&a, socket);
	if (!level_from_name(a.word, &level))
		return usage("the levels are normal, guarded, high and severe");
	a.word = level_name(level);
	if (strcmp(a.what, "preview") == 0)
		return preview(&a, socket, a.word);
	if (strcmp(a.what, "plan") == 0)
		return plan(&a, socket);
	if (strcmp(a.what, "raise") == 0 || strcmp(a.what, "lower") == 0)
		return change(&a, socket, a.word);
	return usage("it can show, preview, raise, lower, plan and unplan");
}
