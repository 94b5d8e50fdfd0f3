/* incidents.c - the command line of `hinomi incidents` and `hinomi status`: what the tower sees. */
#include "cmd/cmd.h"
#include "cmd/control.h"

#include <getopt.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum option_code { OPT_REASON = 256, OPT_FOR, OPT_ALL, OPT_SEVERITY, OPT_JSON, OPT_SOCKET };

static const char help[] =
	"Usage: hinomi incidents [WHAT] [NUMBER] [options]\n"
	"       hinomi status\n"
	"\n"
	"What the running tower sees, and what people say to it.\n"
	"\n"
	"  list              those that are open, the most severe first (--all: closed ones, too)\n"
	"  show NUMBER       one, with why, what to do now, and its story\n"
	"  ack NUMBER        somebody looks after it\n"
	"  close NUMBER      it is over and dealt with (--reason)\n"
	"  note NUMBER       writes --reason TEXT beside it\n"
	"  evidence NUMBER   the packets that it was told from, as a pcap file on standard output\n"
	"  silence NUMBER    no more alarms of this kind about these parties (--reason, --for)\n"
	"\n"
	"Options:\n"
	"      --severity S    the least: info notice warning high critical\n"
	"      --all           closed ones, too\n"
	"      --reason TEXT   why, or the note\n"
	"      --for LENGTH    such as 72h or 30d (silence)\n"
	"      --json          what the tower answers, as it is\n"
	"      --control PATH  the tower's socket (default: $HINOMI_CONTROL, else " CONTROL_SOCKET ")\n"
	"  -h, --help          this text\n"
	"\n"
	"Exit code: 0 done (status: all is well), 1 status: look or act, 2 error.\n"
	"\n"
	"Examples:\n"
	"  hinomi status\n"
	"  hinomi incidents list --severity warning\n"
	"  hinomi incidents ack 12 --reason 'called the provider'\n"
	"  hinomi incidents evidence 12 > flood.pcap\n"
	"  hinomi incidents silence 9 --reason 'our own scanner' --for 30d\n";

struct asked {
	const char *what, *id, *reason, *length, *severity, *socket;
	bool all, json;
};

static int usage(const char *trouble)
{
	fprintf(stderr, "hinomi incidents: %s; see 'hinomi incidents --help'\n", trouble);
	return 2;
}

static bool take_option(void *whom, int option)
{
	struct asked *a = whom;

	switch (option) {
	case OPT_REASON: a->reason = optarg; break;
	case OPT_FOR: a->length = optarg; break;
	case OPT_ALL: a->all = true; break;
	case OPT_SEVERITY: a->severity = optarg; break;
	case OPT_JSON: a->json = true; break;
	case OPT_SOCKET: a->socket = optarg; break;
	default: return false;
	}
	return true;
}

static bool options(int argc, char **argv, struct asked *a, int *code)
{
	static const struct option known[] = {
		{ "reason", required_argument, NULL, OPT_REASON },
		{ "for", required_argument, NULL, OPT_FOR },
		{ "all", no_argument, NULL, OPT_ALL },
		{ "severity", required_argument, NULL, OPT_SEVERITY },
		{ "json", no_argument, NULL, OPT_JSON },
		{ "control", required_argument, NULL, OPT_SOCKET },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const struct control_options taken = { help, known, take_option, usage, a };

	if (!control_take_options(&taken, argc, argv, code))
		return false;
	a->what = optind < argc ? argv[optind] : "list";
	a->id = optind + 1 < argc ? argv[optind + 1] : NULL;
	return true;
}

/* Asks, and prints the answer as it is where that is wanted: then NULL, with *code 0. */
static json_t *ask(const struct asked *a, const char *op, json_t *args, int *code)
{
	return control_answer(&(struct control_wish){ a->socket, a->json }, op, args, code);
}

static void print_field(const char *name, const char *text)
{
	if (!*text)
		return;
	printf("%s: ", name);
	control_print(text);
	putchar('\n');
}

static void print_line(const json_t *incident)
{
	printf("%6lld  %-8s %.19sZ ", (long long)json_integer_value(json_object_get(incident, "id")),
	       control_text(incident, "severity"), control_text(incident, "opened"));
	control_print(control_words(incident, "title"));
	fputs(": ", stdout);
	control_print(control_words(incident, "summary"));
	if (json_is_object(json_object_get(incident, "acknowledged")))
		fputs(control_say(" (acknowledged)", "（確認済み）"), stdout);
	if (strcmp(control_text(incident, "state"), "closed") == 0)
		fputs(control_say(" (closed)", "（終了）"), stdout);
	putchar('\n');
}

static int list(const struct asked *a)
{
	json_t *args = json_pack("{s:s}", "state", a->all ? "all" : "open"), *data;
	const json_t *incident;
	size_t i;
	int code;

	if (a->severity)
		json_object_set_new(args, "severity", json_string(a->severity));
	data = ask(a, "incidents", args, &code);
	if (!data)
		return code;
	json_array_foreach(json_object_get(data, "incidents"), i, incident)
		print_line(incident);
	if (i == 0)
		puts(control_say("No incidents.", "インシデントはありません。"));
	if (json_is_true(json_object_get(data, "more")))
		puts(control_say("There are more: the page shows all.", "ほかにもあります。すべては画面で確認できます。"));
	json_decref(data);
	return 0;
}

static void print_steps(const json_t *incident)
{
	const json_t *todo = json_object_get(incident, "todo"), *step;
	const char *language = control_say("en", "ja");
	size_t i;

	json_array_foreach(json_object_get(todo, language), i, step) {
		if (i == 0)
			puts(control_say("What to do now:", "次にすること："));
		fputs("  - ", stdout);
		control_print(json_string_value(step));
		putchar('\n');
	}
}

static void print_story(const json_t *incident)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(incident, "timeline"), i, entry) {
		printf("  %.19sZ ", control_text(entry, "at"));
		control_print(control_words(entry, "what"));
		putchar('\n');
	}
	json_array_foreach(json_object_get(incident, "notes"), i, entry) {
		printf("  %.19sZ ", control_text(entry, "at"));
		control_print(control_text(entry, "user"));
		fputs(": ", stdout);
		control_print(control_text(entry, "text"));
		putchar('\n');
	}
}

static int show(const struct asked *a, const char *op, json_t *args)
{
	const json_t *fact;
	json_t *data;
	size_t i;
	int code;

	data = ask(a, op, args, &code);
	if (!data)
		return code;
	print_line(data);
	if (!control_japanese()) /* it is in English alone, and what the line above says has the same */
		print_field("Said", control_text(data, "say"));
	json_array_foreach(json_object_get(data, "why"), i, fact)
		print_field(control_text(fact, "key"), control_text(fact, "value"));
	print_steps(data);
	print_story(data);
	json_decref(data);
	return 0;
}

/* Standard base64, which EVP_DecodeBlock() knows but for its padding. */
static int evidence(const struct asked *a, json_t *args)
{
	const char *text;
	uint8_t *bytes;
	size_t size;
	json_t *data;
	int n, code;

	if (!a->json && isatty(STDOUT_FILENO)) {
		json_decref(args);
		return usage("that is no text: send it into a file, as > incident.pcap");
	}
	data = ask(a, "evidence", args, &code);
	if (!data)
		return code;
	text = control_text(data, "pcap");
	size = strlen(text);
	bytes = malloc(size + 1);
	n = bytes ? EVP_DecodeBlock(bytes, (const uint8_t *)text, (int)size) : -1;
	for (size_t i = size; n > 0 && i > 0 && text[i - 1] == '='; i--)
		n--;
	if (n <= 0 || fwrite(bytes, 1, (size_t)n, stdout) != (size_t)n) {
		fputs("hinomi incidents: the evidence could not be written\n", stderr);
		code = 2;
	}
	free(bytes);
	json_decref(data);
	return code;
}

int cmd_incidents(int argc, char **argv)
{
	static const struct {
		const char *what, *op, *reason; /* how the operation calls the reason */
	} ops[] = {
		{ "show", "incident", NULL },	      { "ack", "acknowledge", "note" },
		{ "close", "close", "reason" },	      { "note", "annotate", "text" },
		{ "silence", "silence", "reason" },   { "evidence", "evidence", NULL },
	};
	struct asked a = { 0 };
	int code = 2;

	if (!options(argc, argv, &a, &code))
		return code;
	if (strcmp(a.what, "list") == 0)
		return list(&a);
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		json_t *args;

		if (strcmp(a.what, ops[i].what) != 0)
			continue;
		if (!a.id)
			return usage("which one? Give its number");
		args = json_pack("{s:I}", "id", (json_int_t)strtoll(a.id, NULL, 10));
		if (a.reason && ops[i].reason)
			json_object_set_new(args, ops[i].reason, json_string(a.reason));
		if (a.length)
			json_object_set_new(args, "for", json_string(a.length));
		if (strcmp(a.what, "evidence") == 0)
			return evidence(&a, args);
		if (strcmp(a.what, "silence") == 0)
			return ask(&a, ops[i].op, args, &code) ? puts("Silenced."), 0 : code;
		return show(&a, ops[i].op, args);
	}
	return usage("it can list, show, ack, close, note, silence and give evidence");
}

int cmd_status(int argc, char **argv)
{
	struct asked a = { 0 };
	const json_t *answer, *step;
	json_t *data;
	size_t i;
	int code = 2;

	if (!options(argc, argv, &a, &code))
		return code;
	data = ask(&a, "status", NULL, &code);
	if (!data)
		return code;
	answer = json_object_get(data, "answer");
	control_print(control_words(answer, "say"));
	putchar('\n');
	json_array_foreach(json_object_get(data, "todo"), i, step) {
		fputs("  - ", stdout);
		control_print(control_words(step, "say"));
		putchar('\n');
	}
	code = strcmp(control_text(answer, "state"), "calm") == 0 ? 0 : 1;
	json_decref(data);
	return code;
}
