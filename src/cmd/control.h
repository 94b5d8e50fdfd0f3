/*
 * control.h - asks the running tower: one operation of docs/tower.md over its control socket.
 */
#ifndef CMD_CONTROL_H
#define CMD_CONTROL_H

#include <getopt.h>
#include <jansson.h>
#include <stdbool.h>

#define CONTROL_SOCKET "/run/hinomi/control.sock"

/* Where the socket is: `given`, else $HINOMI_CONTROL, else CONTROL_SOCKET. */
const char *control_path(const char *given);

/* The data of the answer; the caller owns it. NULL: standard error has why, and the mend. `args` is taken
 * over, and may be NULL. */
json_t *control_ask(const char *path, const char *op, json_t *args);

/* How a command asks: at the given socket (NULL: the usual one), and whether for programs. */
struct control_wish {
	const char *socket;
	bool json;
};

/* Asks, and prints the answer as it is where that is wanted. NULL: it is over, with *code 0 or, as for
 * control_ask(), 2. */
json_t *control_answer(const struct control_wish *wish, const char *op, json_t *args, int *code);

/* Who asks, for the log: by login, as sudo tells it. */
const char *control_asker(void);

/* Whether the locale is Japanese. */
bool control_japanese(void);

/* A text of `object`, "" when there is none: from the tower, which tells what was seen on the wire, so it
 * is to be printed by control_print(). */
const char *control_text(const json_t *object, const char *key);

/* The English of {"en", "ja"}, or the Japanese where the locale is Japanese. */
const char *control_words(const json_t *object, const char *key);

/* One of two, by the locale. */
const char *control_say(const char *en, const char *ja) __attribute__((format_arg(1), format_arg(2)));

/* Prints a text with everything that is no printable character made visible. */
void control_print(const char *text);

/* The options of a subcommand that asks the tower, as `known` has them (getopt_long(3), -h among them). */
struct control_options {
	const char *help;          /* what -h and --help print */
	const struct option *known;
	bool (*take)(void *whom, int option); /* its value is in `optarg`; false: not known */
	int (*usage)(const char *trouble);    /* says it, and is the exit code */
	void *whom;
};

/* Each goes to `take`; the words behind them begin at `optind`. False: it is over, with *code. */
bool control_take_options(const struct control_options *options, int argc, char **argv, int *code);

#endif
