/* actions.c - the command lines of `hinomi block`, `unblock`, `actions`, `undo-all` and `filters`. */
#include "cmd/cmd.h"
#include "cmd/control.h"
#include "config/config.h"
#include "tower/hand_slot.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WHAT     512               /* bytes of a filter as text */
#define PAUSE    (200 * 1000000)   /* nanoseconds between two looks at what became of an action, ... */
#define PATIENCE 15                /* ... and how often it is looked at */

static const char help[] =
	"Usage: hinomi block WHAT --for LENGTH --reason TEXT [options]\n"
	"       hinomi unblock NUMBER|WHAT --reason TEXT\n"
	"       hinomi actions [list | accept NUMBER] [options]\n"
	"       hinomi filters INCIDENT [--format FORMAT]\n"
	"       hinomi undo-all --reason TEXT\n"
	"       hinomi undo-all --now [--config FILE] [--runtime FOLDER]\n"
	"\n"
	"Firm action: what is blocked, by whom, until when, and what it hits. Every action has a reason\n"
	"and an end, and can be taken back. Loopback, this machine, its gateways and resolvers, who is\n"
	"logged in now, and respond.never and respond.offices of the configuration are never blocked.\n"
	"\n"
	"  block      an address, a network, or a filter (see below)\n"
	"  unblock    takes an action back, by its number or by what it blocks\n"
	"  actions    those in force and suggested, what does them, and who is never blocked; 'accept'\n"
	"             takes up one that is suggested\n"
	"  filters    what was derived for an incident, and what it would do\n"
	"  undo-all   takes back all. --now: removes every trace from this machine by itself, as root,\n"
	"             also when no tower answers\n"
	"\n"
	"Options:\n"
	"      --for LENGTH    such as 90s, 30m, 1h, 7d\n"
	"      --until TIME    instead: such as 2027-01-04T09:00Z\n"
	"      --reason TEXT   why\n"
	"      --verb VERB     drop (the default), limit, syncookie, blackhole (one address of ours, at the\n"
	"                      upstream)\n"
	"      --limit N       lets N packets a second through (verb limit)\n"
	"      --hand HAND     auto (the default), xdp, nft or bgp\n"
	"      --incident N    what it is for\n"
	"      --rehearse      does nothing: tells what it would do to the traffic that was seen last\n"
	"      --all           actions: those that are over, too\n"
	"      --format F      filters: nft, flowspec, bpf, xdp, dissector or upstream (a letter to the\n"
	"                      provider) as text alone\n"
	"      --json          what the tower answers, as it is\n"
	"      --control PATH  the tower's socket (default: $HINOMI_CONTROL, else " CONTROL_SOCKET ")\n"
	"  -h, --help          this text\n"
	"\n"
	"A filter is words such as: from 198.51.100.0/24 to 203.0.113.10 proto udp from-port 123\n"
	"length 468-482. Others are to-port, ttl, flags, window, header, fragment and bytes.\n"
	"\n"
	"Exit code: 0 done, 2 error, it was refused, or it is not in force (yet). Times are UTC.\n"
	"\n"
	"Examples:\n"
	"  hinomi block 198.51.100.7 --for 1h --reason 'guesses passwords'\n"
	"  hinomi block to 203.0.113.10 proto udp from-port 123 --for 30m --reason 'NTP flood' --rehearse\n"
	"  hinomi block to 203.0.113.10 proto icmp --limit 100 --for 2h --reason 'ping flood'\n"
	"  hinomi actions\n"
	"  hinomi actions accept 12 --for 2h\n"
	"  hinomi filters 9 --format upstream\n"
	"  hinomi unblock 12 --reason 'over'\n"
	"  hinomi undo-all --now\n";

enum option_code {
	OPT_FOR = 256, OPT_UNTIL, OPT_REASON, OPT_VERB, OPT_LIMIT, OPT_HAND, OPT_INCIDENT, OPT_REHEARSE,
	OPT_ALL, OPT_FORMAT, OPT_JSON, OPT_SOCKET, OPT_NOW, OPT_CONFIG, OPT_RUNTIME,
};

struct asked {
	const char *length, *until, *reason, *verb, *limit, *hand, *incident, *format, *socket;
	const char *config, *runtime;
	bool rehearse, all, json, now;
	char what[WHAT]; /* the words that are no options */
};

static int usage(const char *trouble)
{
	fprintf(stderr, "hinomi: %s; see 'hinomi block --help'\n", trouble);
	return 2;
}

static bool take_option(void *whom, int option)
{
	struct asked *a = whom;
	const struct {
		int option;
		const char **text;
	} texts[] = {
		{ OPT_FOR, &a->length },     { OPT_UNTIL, &a->until }, { OPT_REASON, &a->reason },
		{ OPT_VERB, &a->verb },	     { OPT_LIMIT, &a->limit }, { OPT_HAND, &a->hand },
		{ OPT_INCIDENT, &a->incident }, { OPT_FORMAT, &a->format }, { OPT_SOCKET, &a->socket },
		{ OPT_CONFIG, &a->config },  { OPT_RUNTIME, &a->runtime },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].option == option) {
			*texts[i].text = optarg;
			return true;
		}
	a->rehearse |= option == OPT_REHEARSE;
	a->all |= option == OPT_ALL;
	a->json |= option == OPT_JSON;
	a->now |= option == OPT_NOW;
	return option >= OPT_FOR;
}

/* False: it is over, with *code. */
static bool options(int argc, char **argv, struct asked *a, int *code)
{
	static const struct option known[] = {
		{ "for", required_argument, NULL, OPT_FOR },
		{ "until", required_argument, NULL, OPT_UNTIL },
		{ "reason", required_argument, NULL, OPT_REASON },
		{ "verb", required_argument, NULL, OPT_VERB },
		{ "limit", required_argument, NULL, OPT_LIMIT },
		{ "hand", required_argument, NULL, OPT_HAND },
		{ "incident", required_argument, NULL, OPT_INCIDENT },
		{ "rehearse", no_argument, NULL, OPT_REHEARSE },
		{ "all", no_argument, NULL, OPT_ALL },
		{ "format", required_argument, NULL, OPT_FORMAT },
		{ "json", no_argument, NULL, OPT_JSON },
		{ "control", required_argument, NULL, OPT_SOCKET },
		{ "now", no_argument, NULL, OPT_NOW },
		{ "config", required_argument, NULL, OPT_CONFIG },
		{ "runtime", required_argument, NULL, OPT_RUNTIME },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const struct control_options taken = { help, known, take_option, usage, a };
	size_t used = 0;

	if (!control_take_options(&taken, argc, argv, code))
		return false;
	for (; optind < argc && used < sizeof(a->what); optind++)
		used += (size_t)snprintf(a->what + used, sizeof(a->what) - used, "%s%s", used ? " " : "", argv[optind]);
	if (used >= sizeof(a->what))
		*code = usage("that is too long");
	return used < sizeof(a->what);
}

static void set_text(json_t *args, const char *name, const char *text)
{
	if (text)
		json_object_set_new(args, name, json_string(text));
}

/* Numbers are looked at by the tower, which takes digits, too. NULL: it is over, with *code. */
static json_t *ask(const struct asked *a, const char *op, json_t *args, int *code)
{
	return control_answer(&(struct control_wish){ a->socket, a->json }, op, args, code);
}

static json_int_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void print_hits(const json_t *action)
{
	const json_t *hits = json_object_get(action, "hits");

	if (number(hits, "packets"))
		printf("; %" JSON_INTEGER_FORMAT " packets hit, %" JSON_INTEGER_FORMAT " of known sources, %" JSON_INTEGER_FORMAT " a second now",
		       number(hits, "packets"), number(hits, "known"), number(hits, "pps"));
}

static void print_effect(const json_t *effect)
{
	if (json_is_object(effect))
		printf("; it takes %" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT " packets of the attack, %" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT " of the normal traffic",
		       number(effect, "attack_hit"), number(effect, "attack"), number(effect, "normal_hit"),
		       number(effect, "normal"));
}

static bool is_state(const json_t *action, const char *state)
{
	return strcmp(control_text(action, "state"), state) == 0;
}

/* It could not be, or is not any more. */
static bool is_over(const json_t *action)
{
	return is_state(action, "ended") || is_state(action, "refused") || is_state(action, "failed");
}

static void print_action(const json_t *action)
{
	printf("%6" JSON_INTEGER_FORMAT "  %-9s %s by %s: ", number(action, "id"), control_text(action, "state"),
	       control_text(action, "verb"), control_text(action, "hand"));
	control_print(control_text(action, "filter"));
	if (number(action, "limit"))
		printf(" to %" JSON_INTEGER_FORMAT " packets/s", number(action, "limit"));
	printf(" %s %.19sZ", is_over(action) ? "ended" : "until", control_text(action, "until"));
	print_hits(action);
	print_effect(json_object_get(action, "effect"));
	fputs("\n        ", stdout);
	control_print(control_text(action, "owner"));
	fputs(": ", stdout);
	control_print(control_text(action, "reason"));
	putchar('\n');
	if (json_is_object(json_object_get(action, "trouble"))) {
		fputs("        ! ", stdout);
		control_print(control_words(action, "trouble"));
		putchar('\n');
	}
}

/* A hand has done it, or could not; of a rehearsal: its effect is known. */
static bool is_settled(const json_t *action)
{
	return is_state(action, "rehearsed") ? json_is_object(json_object_get(action, "effect"))
					     : !is_state(action, "ordered");
}

/* What became of it, as far as it comes within PATIENCE; `action` is taken over. */
static json_t *settle(const struct asked *a, json_t *action)
{
	const struct timespec pause = { .tv_nsec = PAUSE };

	for (unsigned n = 0; n < PATIENCE && !is_settled(action); n++) {
		json_t *data, *now;

		nanosleep(&pause, NULL);
		data = control_ask(control_path(a->socket), "actions",
				   json_pack("{s:s, s:I, s:i}", "state", "all", "before",
					     number(action, "id") + 1, "limit", 1));
		now = json_array_get(json_object_get(data, "actions"), 0);
		if (now && number(now, "id") == number(action, "id")) {
			json_incref(now);
			json_decref(action);
			action = now;
		}
		json_decref(data);
		if (!data)
			break;
	}
	return action;
}

/* The exit code says whether it is in force. */
static int print_one(const struct asked *a, json_t *action)
{
	bool good;

	action = settle(a, action);
	good = !is_over(action) && is_settled(action);
	print_action(action);
	if (is_state(action, "rehearsed") && !is_settled(action))
		puts("        ! What it would do is not known: too few packets of it were seen lately.");
	else if (!good && !is_over(action))
		puts("        ! It is not in force yet: look again with 'hinomi actions'.");
	good |= is_state(action, "rehearsed");
	json_decref(action);
	return good ? 0 : 2;
}

int cmd_block(int argc, char **argv)
{
	struct asked a = { 0 };
	int code = 2;
	json_t *args, *data;

	if (!options(argc, argv, &a, &code))
		return code;
	if (!*a.what)
		return usage("what? Give an address, a network, or a filter");
	if (!a.reason || (!a.length && !a.until))
		return usage("a block needs --reason, and --for or --until");
	args = json_pack("{s:s, s:b}", "what", a.what, "rehearse", a.rehearse);
	set_text(args, "verb", a.verb ? a.verb : a.limit ? "limit" : NULL);
	set_text(args, "limit", a.limit);
	set_text(args, "hand", a.hand);
	set_text(args, "for", a.length);
	set_text(args, "until", a.until);
	set_text(args, "reason", a.reason);
	set_text(args, "incident", a.incident);
	data = ask(&a, "block", args, &code);
	return data ? print_one(&a, data) : code;
}

static int print_list(json_t *data, const char *none)
{
	const json_t *action;
	size_t i;

	json_array_foreach(json_object_get(data, "actions"), i, action)
		print_action(action);
	if (i == 0)
		puts(none);
	json_decref(data);
	return 0;
}

int cmd_unblock(int argc, char **argv)
{
	struct asked a = { 0 };
	int code = 2;
	json_t *args, *data;

	if (!options(argc, argv, &a, &code))
		return code;
	if (!*a.what || !a.reason)
		return usage("what, and why? Give its number or what it blocks, and --reason");
	args = json_pack("{s:s, s:s}", a.what[strspn(a.what, "0123456789")] ? "what" : "id", a.what, "reason",
			 a.reason);
	data = ask(&a, "unblock", args, &code);
	return data ? print_list(data, "Nothing was blocked by that.") : code;
}

static void print_hands(const json_t *data)
{
	const json_t *each;
	size_t i;

	json_array_foreach(json_object_get(data, "hands"), i, each) {
		printf("%s %s", i ? ";" : "Hands:", control_text(each, "name"));
		if (!json_is_true(json_object_get(each, "able"))) {
			fputs(" cannot be used: ", stdout);
			control_print(control_words(each, "why"));
		}
	}
	fputs("\nNever blocked:", stdout);
	json_array_foreach(json_object_get(data, "never"), i, each) {
		printf("%s %s (", i ? "," : "", control_text(each, "prefix"));
		control_print(control_text(each, "what"));
		putchar(')');
	}
	printf("\n%s\n", json_is_true(json_object_get(data, "acts"))
				 ? "The tower acts by itself."
				 : "The tower suggests; a person decides (hinomi actions accept NUMBER).");
}

static int list(const struct asked *a)
{
	json_t *args = json_pack("{s:s}", "state", a->all ? "all" : "live"), *data;
	const json_t *action;
	size_t i;
	int code;

	set_text(args, "incident", a->incident);
	data = ask(a, "actions", args, &code);
	if (!data)
		return code;
	print_hands(data);
	code = print_list(json_incref(data), a->all ? "There was no action." : "No action is in force.");
	json_decref(data);
	if (a->all)
		return code;
	data = ask(a, "actions", json_pack("{s:s}", "state", "suggested"), &code);
	json_array_foreach(json_object_get(data, "actions"), i, action)
		print_action(action);
	json_decref(data);
	return code;
}

int cmd_actions(int argc, char **argv)
{
	struct asked a = { 0 };
	int code = 2;
	json_t *args, *data;

	if (!options(argc, argv, &a, &code))
		return code;
	if (!*a.what || strcmp(a.what, "list") == 0)
		return list(&a);
	if (strncmp(a.what, "accept ", 7) != 0)
		return usage("it can list and accept");
	args = json_pack("{s:s}", "id", a.what + 7);
	set_text(args, "for", a.length);
	set_text(args, "until", a.until);
	set_text(args, "reason", a.reason);
	data = ask(&a, "action_accept", args, &code);
	return data ? print_one(&a, data) : code;
}

static int print_format(const json_t *data, const char *format)
{
	const json_t *exports = json_object_get(data, "exports"), *text = json_object_get(exports, format);

	if (strcmp(format, "upstream") == 0)
		fputs(control_words(data, "upstream"), stdout);
	else if (json_is_string(text))
		fputs(json_string_value(text), stdout);
	else
		return usage("--format must be nft, flowspec, bpf, xdp, dissector or upstream");
	putchar('\n');
	return 0;
}

int cmd_filters(int argc, char **argv)
{
	struct asked a = { 0 };
	const json_t *filter;
	int code = 2;
	json_t *data;
	size_t i;

	if (!options(argc, argv, &a, &code))
		return code;
	if (!*a.what)
		return usage("which incident? Give its number");
	data = ask(&a, "filters", json_pack("{s:s}", "incident", a.what), &code);
	if (!data)
		return code;
	if (a.format) {
		code = print_format(data, a.format);
		json_decref(data);
		return code;
	}
	control_print(control_words(data, "say"));
	putchar('\n');
	json_array_foreach(json_object_get(data, "filters"), i, filter) {
		printf("  %s ", control_text(filter, "verb"));
		control_print(control_text(filter, "filter"));
		if (number(filter, "limit"))
			printf(" to %" JSON_INTEGER_FORMAT " packets/s", number(filter, "limit"));
		print_effect(json_object_get(filter, "effect"));
		putchar('\n');
	}
	json_decref(data);
	return 0;
}

static struct config *undo_config(const char *path)
{
	char trouble[CONFIG_TROUBLE];
	struct config *config = NULL;

	if (!path && access(CONFIG_FILE, F_OK) != 0)
		config = config_defaults();
	else if (config_load(&config, path ? path : CONFIG_FILE, trouble) != OK) {
		fprintf(stderr, "hinomi undo-all: %s; going on with what is usual\n", trouble);
		config = config_defaults(); /* this must work, above all when something is wrong */
	}
	return config;
}

/* Every hand is cleared from here, whether a tower runs or not. `path`, `runtime`: as of `hinomi watch`;
 * NULL: the usual. */
static int undo_now(const char *path, const char *runtime)
{
	struct config *config = undo_config(path);
	struct hand_settings settings;
	bool good;

	signal(SIGPIPE, SIG_IGN); /* whoever hears of it or not: it is done to the end */
	if (!config)
		return 2;
	settings = hand_settings_of(&config->respond, runtime ? runtime : config->process.runtime);
	good = hands_undo(hands_all, &settings, stdout);
	config_free(config);
	return good ? 0 : 2;
}

int cmd_undo_all(int argc, char **argv)
{
	struct asked a = { 0 };
	int code = 2;
	json_t *data;

	if (!options(argc, argv, &a, &code))
		return code;
	if (*a.what)
		return usage("undo-all takes back all, not one: that is 'hinomi unblock'");
	if (a.now)
		return undo_now(a.config, a.runtime);
	if (!a.reason)
		return usage("taking back all needs --reason; or --now");
	data = ask(&a, "undo_all", json_pack("{s:s}", "reason", a.reason), &code);
	if (data)
		printf("%" JSON_INTEGER_FORMAT " taken back.\n", number(data, "undone"));
	json_decref(data);
	return code;
}
