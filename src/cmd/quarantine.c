/* quarantine.c - the command line of `hinomi quarantine`: mail that is held back. */
#include "cmd/cmd.h"
#include "cmd/control.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PATIENCE 60 /* seconds that a release is waited for */

static const char help[] =
	"Usage: hinomi quarantine [list] [options]\n"
	"       hinomi quarantine show NUMBER\n"
	"       hinomi quarantine release NUMBER --why TEXT\n"
	"       hinomi quarantine delete NUMBER --why TEXT\n"
	"\n"
	"Mail that the milter holds back: why, and what becomes of it. Release gives a message to the mail\n"
	"server again, marked so that it passes once; delete makes it unreadable for good. Who did it, when and\n"
	"why is kept in the tower's log.\n"
	"\n"
	"Options:\n"
	"      --why TEXT      why it is released or deleted; --reason is the same\n"
	"      --state STATE   list: held (the default), releasing, released, deleted, expired or all\n"
	"      --text TEXT     list: part of a subject or of an address\n"
	"      --before N      list: those with a lower number\n"
	"      --json          what the tower answers, as it is\n"
	"      --control PATH  the tower's socket (default: $HINOMI_CONTROL, else " CONTROL_SOCKET ")\n"
	"  -h, --help          this text\n"
	"\n"
	"Exit code: 0 done, 2 error, or it was refused.\n"
	"\n"
	"Examples:\n"
	"  hinomi quarantine\n"
	"  hinomi quarantine show 12\n"
	"  hinomi quarantine release 12 --why 'the sender was asked by telephone'\n";

enum option_code { OPT_WHY = 256, OPT_STATE, OPT_TEXT, OPT_BEFORE, OPT_JSON, OPT_SOCKET };

struct asked {
	const char *why, *state, *text, *before;
	struct control_wish wish;
	const char *verb, *id;
};

static int usage(const char *trouble)
{
	fprintf(stderr, "hinomi: %s; see 'hinomi quarantine --help'\n", trouble);
	return 2;
}

static bool take_option(void *whom, int option)
{
	struct asked *a = whom;

	switch (option) {
	case OPT_WHY:
		a->why = optarg;
		return true;
	case OPT_STATE:
		a->state = optarg;
		return true;
	case OPT_TEXT:
		a->text = optarg;
		return true;
	case OPT_BEFORE:
		a->before = optarg;
		return true;
	case OPT_JSON:
		a->wish.json = true;
		return true;
	case OPT_SOCKET:
		a->wish.socket = optarg;
		return true;
	default:
		return false;
	}
}

/* False: it is over, with *code. */
static bool options(int argc, char **argv, struct asked *a, int *code)
{
	static const struct option known[] = {
		{ "why", required_argument, NULL, OPT_WHY },
		{ "reason", required_argument, NULL, OPT_WHY },
		{ "state", required_argument, NULL, OPT_STATE },
		{ "text", required_argument, NULL, OPT_TEXT },
		{ "before", required_argument, NULL, OPT_BEFORE },
		{ "json", no_argument, NULL, OPT_JSON },
		{ "control", required_argument, NULL, OPT_SOCKET },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const struct control_options taken = { help, known, take_option, usage, a };

	if (!control_take_options(&taken, argc, argv, code))
		return false;
	a->verb = optind < argc ? argv[optind++] : "list";
	a->id = optind < argc ? argv[optind++] : NULL;
	if (optind < argc)
		*code = usage("that is too much");
	return optind == argc;
}

static json_int_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void print_line(const char *what, const char *text)
{
	printf("  %-9s ", what);
	control_print(text);
	putchar('\n');
}

/* One line, and why. */
static void print_mail(const json_t *mail)
{
	const json_t *to = json_object_get(mail, "to");

	printf("%6" JSON_INTEGER_FORMAT "  %.19sZ  %-9s  %-13s %3" JSON_INTEGER_FORMAT "  ", number(mail, "id"),
	       control_text(mail, "at"), control_text(mail, "state"), control_text(mail, "verdict"),
	       number(mail, "score"));
	control_print(*control_text(mail, "from") ? control_text(mail, "from") : "<>");
	fputs(" → ", stdout);
	if (json_array_size(to))
		control_print(json_string_value(json_array_get(to, 0)));
	if (json_array_size(to) > 1)
		printf(control_say(" and %zu more", " ほか %zu 名"), json_array_size(to) - 1);
	fputs("\n        ", stdout);
	control_print(control_text(mail, "subject"));
	putchar('\n');
	if (json_is_object(json_object_get(mail, "trouble"))) {
		fputs("        ! ", stdout);
		control_print(control_words(mail, "trouble"));
		putchar('\n');
	}
}

static int print_list(json_t *data)
{
	const json_t *mail;
	size_t i;

	json_array_foreach(json_object_get(data, "mails"), i, mail)
		print_mail(mail);
	if (i == 0)
		puts(control_say("There is none.", "該当するメールはありません。"));
	if (json_is_true(json_object_get(data, "more")))
		puts(control_say("There are more: --before NUMBER", "ほかにもあります：--before 番号"));
	json_decref(data);
	return 0;
}

static void print_findings(const json_t *findings)
{
	const json_t *finding;
	size_t i;

	json_array_foreach(findings, i, finding) {
		printf("  [%s] ", control_text(finding, "severity"));
		control_print(control_words(finding, "say"));
		fputs("\n      ", stdout);
		control_print(control_text(finding, "path"));
		putchar('\n');
	}
}

static void print_change(const json_t *change)
{
	if (!json_is_object(change))
		return;
	printf("  %-9s %.19sZ, ", "changed", control_text(change, "at"));
	control_print(*control_text(change, "by") ? control_text(change, "by") : control_say("the tower itself", "火の見"));
	fputs(": ", stdout);
	control_print(control_words(change, "reason"));
	putchar('\n');
}

static int print_whole(json_t *mail)
{
	print_mail(mail);
	print_line("why", control_words(mail, "why"));
	print_line("author", control_text(mail, "author"));
	print_line("client", control_text(mail, "client"));
	printf("  %-9s %" JSON_INTEGER_FORMAT " bytes\n", "size", number(mail, "bytes"));
	if (json_is_string(json_object_get(mail, "until")))
		printf("  %-9s %.19sZ\n", "until", control_text(mail, "until"));
	print_change(json_object_get(mail, "changed"));
	print_findings(json_object_get(mail, "findings"));
	json_decref(mail);
	return 0;
}

static json_t *about(const char *id)
{
	return json_pack("{s:s}", "id", id);
}

static int list(const struct asked *a)
{
	json_t *args = json_object(), *data;
	int code = 2;

	if (a->state)
		json_object_set_new(args, "state", json_string(a->state));
	if (a->text)
		json_object_set_new(args, "text", json_string(a->text));
	if (a->before)
		json_object_set_new(args, "before", json_string(a->before));
	data = control_answer(&a->wish, "quarantine", args, &code);
	return data ? print_list(data) : code;
}

static bool is_releasing(const json_t *mail)
{
	return strcmp(control_text(mail, "state"), "releasing") == 0;
}

/* A release is over when the mail server has answered. */
static int await_release(const struct asked *a, json_t *mail)
{
	const char *socket = control_path(a->wish.socket);
	bool good;

	for (unsigned n = 0; mail && is_releasing(mail) && n < 10 * PATIENCE; n++) {
		nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
		json_decref(mail);
		mail = control_ask(socket, "quarantine_mail", about(a->id));
	}
	if (!mail)
		return 2;
	good = strcmp(control_text(mail, "state"), "released") == 0;
	if (a->wish.json)
		json_dumpf(mail, stdout, JSON_COMPACT);
	else
		print_mail(mail);
	if (a->wish.json)
		putchar('\n');
	json_decref(mail);
	return good ? 0 : 2;
}

static int decide(const struct asked *a, bool release)
{
	json_t *args = json_pack("{s:s, s:s}", "id", a->id, "reason", a->why), *mail;
	int code = 2;

	if (release) {
		mail = control_ask(control_path(a->wish.socket), "quarantine_release", args);
		return mail ? await_release(a, mail) : 2;
	}
	mail = control_answer(&a->wish, "quarantine_delete", args, &code);
	if (!mail)
		return code;
	print_mail(mail);
	json_decref(mail);
	return 0;
}

int cmd_quarantine(int argc, char **argv)
{
	struct asked a = { 0 };
	int code = 2;
	json_t *mail;

	if (!options(argc, argv, &a, &code))
		return code;
	if (strcmp(a.verb, "list") == 0 && !a.id)
		return list(&a);
	if (!a.id || !*a.id || a.id[strspn(a.id, "0123456789")])
		return usage("which one? Give its number, as 'hinomi quarantine list' shows it");
	if (strcmp(a.verb, "show") == 0) {
		mail = control_answer(&a.wish, "quarantine_mail", about(a.id), &code);
		return mail ? print_whole(mail) : code;
	}
	if (strcmp(a.verb, "release") != 0 && strcmp(a.verb, "delete") != 0)
		return usage("it can list, show, release and delete");
	if (!a.why)
		return usage("that needs --why");
	return decide(&a, strcmp(a.verb, "release") == 0);
}
