/*
 * hand_tool.c - drives a hand by words, as the warden does by orders: for the live tests.
 *
 *     hand_tool HAND [NAME=VALUE...] [COMMAND...]
 *
 * HAND is xdp, nft or bgp. Settings: interface=NAME (any number), runtime=FOLDER, gobgp=PATH,
 * gobgp-at=HOST:PORT, exabgp=FIFO, next-hop4=, next-hop6=, community=. One command from its
 * arguments, or commands from standard input, one a line; between them the hand gets its second().
 *
 *     order ID VERB SECONDS [limit=N] FILTER   keeps an order for `apply`; FILTER as in filter.h
 *     apply [ID VERB SECONDS ...]              all that were kept, and this one, in one call
 *     takes ID VERB SECONDS [limit=N] FILTER
 *     withdraw ID[-ID]...
 *     allow PREFIX...      know ADDRESS...
 *     counts               a line "ID PACKETS BYTES KNOWN" of each
 *     wait SECONDS         meanwhile second() is called
 *     clear                as an argument: without open()
 *
 * Each command is answered by a line "ok", with the milliseconds that it took, or "failed" and why;
 * a hand that does not open by "cannot" and why. Exit 1 when the last command failed.
 */
#include "hand/hand.h"

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ORDERS_MAX 65536
#define LINE_BYTES 65536
#define INTERFACES 8

struct tool {
	const struct hand *hand;
	struct hand_state *state;
	struct hand_settings settings;
	const char *interfaces[INTERFACES];
	struct hand_order *orders; /* kept for `apply` */
	size_t order_count;
	char trouble[HAND_TROUBLE];
};

static int64_t clock_usec(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static enum err refuse(struct tool *tool, const char *what)
{
	snprintf(tool->trouble, sizeof(tool->trouble), "%s", what);
	return ERR_FORMAT;
}

/* The next word of a line; empty at its end. */
static char *word(char **rest)
{
	char *found = *rest + strspn(*rest, " ");
	char *end = found + strcspn(found, " ");

	*rest = *end ? end + 1 : end;
	*end = '\0';
	return found;
}

static enum err read_order(struct tool *tool, char *rest, struct hand_order *order)
{
	char trouble[FILTER_TROUBLE];
	enum err err;

	*order = (struct hand_order){ .id = strtoull(word(&rest), NULL, 10) };
	if (!action_verb_from_name(word(&rest), &order->verb))
		return refuse(tool, "no such verb");
	order->until = clock_usec(CLOCK_BOOTTIME) + (int64_t)(strtod(word(&rest), NULL) * 1e6);
	if (strncmp(rest, "limit=", 6) == 0)
		order->limit = (uint32_t)strtoul(word(&rest) + 6, NULL, 10);
	err = filter_parse((struct span){ (const uint8_t *)rest, strlen(rest) }, &order->filter,
			   trouble);
	return err == OK ? OK : refuse(tool, trouble);
}

static enum err do_order(struct tool *tool, char *rest)
{
	enum err err;

	if (tool->order_count == ORDERS_MAX)
		return refuse(tool, "too many orders");
	err = read_order(tool, rest, &tool->orders[tool->order_count]);
	tool->order_count += err == OK;
	return err;
}

static enum err do_apply(struct tool *tool, char *rest)
{
	enum err err = *rest ? do_order(tool, rest) : OK;

	if (err == OK)
		err = tool->hand->apply(tool->state, tool->orders, tool->order_count,
					tool->trouble);
	tool->order_count = 0;
	return err;
}

static enum err do_takes(struct tool *tool, char *rest)
{
	struct hand_order order;
	enum err err = read_order(tool, rest, &order);

	if (err == OK && !(tool->hand->can & 1u << order.verb))
		return refuse(tool, "not what this hand can do");
	if (err == OK && !tool->hand->takes(tool->state, &order, tool->trouble))
		err = ERR_UNSUPPORTED;
	return err;
}

static enum err do_withdraw(struct tool *tool, char *rest)
{
	static uint64_t ids[ORDERS_MAX];
	size_t count = 0;

	while (*rest) {
		char *dash, *range = word(&rest);
		uint64_t id = strtoull(range, &dash, 10),
			 last = *dash ? strtoull(dash + 1, NULL, 10) : id;

		for (; id <= last && count < ORDERS_MAX; id++)
			ids[count++] = id;
	}
	return tool->hand->withdraw(tool->state, ids, count, tool->trouble);
}

static enum err do_allow(struct tool *tool, char *rest)
{
	static struct prefix prefixes[ORDERS_MAX];
	size_t count = 0;

	for (; *rest && count < ORDERS_MAX; count++)
		if (prefix_parse(&prefixes[count], word(&rest)) != OK)
			return refuse(tool, "no prefix");
	return tool->hand->allow ? tool->hand->allow(tool->state, prefixes, count, tool->trouble)
				 : OK;
}

static enum err do_know(struct tool *tool, char *rest)
{
	static struct ip sources[ORDERS_MAX];
	size_t count = 0;

	for (; *rest && count < ORDERS_MAX; count++)
		if (ip_parse(&sources[count], word(&rest)) != OK)
			return refuse(tool, "no address");
	return tool->hand->know ? tool->hand->know(tool->state, sources, count, tool->trouble) : OK;
}

static enum err do_counts(struct tool *tool, char *rest)
{
	static struct hand_count counts[ORDERS_MAX];
	size_t count = tool->hand->counts(tool->state, counts, ORDERS_MAX);

	(void)rest;
	for (size_t i = 0; i < count; i++)
		printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", counts[i].id,
		       counts[i].packets, counts[i].bytes, counts[i].known);
	return OK;
}

static enum err do_wait(struct tool *tool, char *rest)
{
	for (long left = strtol(rest, NULL, 10); left > 0; left--) {
		sleep(1);
		if (tool->hand->second)
			tool->hand->second(tool->state, clock_usec(CLOCK_BOOTTIME));
	}
	return OK;
}

static enum err do_clear(struct tool *tool, char *rest)
{
	(void)rest;
	return tool->hand->clear(tool->state, &tool->settings, tool->trouble);
}

static const struct {
	const char *name;
	enum err (*run)(struct tool *tool, char *rest);
} commands[] = {
	{ "order", do_order },       { "apply", do_apply }, { "takes", do_takes },
	{ "withdraw", do_withdraw }, { "allow", do_allow }, { "know", do_know },
	{ "counts", do_counts },     { "wait", do_wait },   { "clear", do_clear },
};

/* Does one command and answers; false: it failed. */
static bool command(struct tool *tool, char *line)
{
	int64_t from = clock_usec(CLOCK_MONOTONIC);
	enum err err = refuse(tool, "no such command");
	char *name = word(&line);

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(name, commands[i].name) == 0) {
			tool->trouble[0] = '\0';
			err = commands[i].run(tool, line);
		}
	}
	if (err == OK)
		printf("ok %" PRId64 "\n", (clock_usec(CLOCK_MONOTONIC) - from) / 1000);
	else
		printf("failed %s\n", tool->trouble);
	fflush(stdout);
	return err == OK;
}

/* Waits for input, and calls second() each second. */
static void await_input(const struct tool *tool)
{
	static int64_t next;
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	int64_t now;
	int ready;

	do {
		now = clock_usec(CLOCK_BOOTTIME);
		if (now >= next) {
			next = now + 1000000;
			if (tool->hand->second)
				tool->hand->second(tool->state, now);
		}
		ready = poll(&in, 1, (int)((next - now) / 1000) + 1);
	} while (ready == 0);
}

/* Lines of standard input as they come. */
static bool serve(struct tool *tool)
{
	static char room[LINE_BYTES];
	size_t used = 0;
	ssize_t got;
	bool well = true;

	for (;;) {
		await_input(tool);
		got = read(STDIN_FILENO, room + used, sizeof(room) - used);
		if (got <= 0)
			return well;
		used += (size_t)got;
		for (char *end; (end = memchr(room, '\n', used)) != NULL;) {
			*end = '\0';
			well = command(tool, room);
			used -= (size_t)(end + 1 - room);
			memmove(room, end + 1, used);
		}
	}
}

static bool setting(struct tool *tool, const char *argument)
{
	struct hand_settings *s = &tool->settings;
	const struct {
		const char *name;
		const char **value;
	} names[] = {
		{ "interface=", &tool->interfaces[s->interface_count] },
		{ "runtime=", &s->runtime },
		{ "gobgp=", &s->gobgp },
		{ "gobgp-at=", &s->gobgp_at },
		{ "exabgp=", &s->exabgp },
		{ "next-hop4=", &s->next_hop4 },
		{ "next-hop6=", &s->next_hop6 },
		{ "community=", &s->community },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i].name);

		if (strncmp(argument, names[i].name, length) != 0)
			continue;
		*names[i].value = argument + length;
		s->interface_count += i == 0 && s->interface_count + 1 < INTERFACES;
		return true;
	}
	return false;
}

/* The arguments that are left, as one line. */
static char *join(char **arguments, char line[LINE_BYTES])
{
	size_t used = 0;

	for (; *arguments && used < LINE_BYTES; arguments++)
		used += (size_t)snprintf(line + used, LINE_BYTES - used, used ? " %s" : "%s",
					 *arguments);
	return line;
}

static bool tool_open(struct tool *tool)
{
	tool->state = tool->hand->open(&tool->settings, tool->trouble);
	if (!tool->state)
		printf("cannot %s\n", tool->trouble);
	return tool->state != NULL;
}

int main(int argc, char **argv)
{
	static char line[LINE_BYTES];
	struct tool tool = { .orders = calloc(ORDERS_MAX, sizeof(*tool.orders)) };
	bool well = false;
	int at = 2;

	signal(SIGPIPE, SIG_IGN); /* as the warden does */
	tool.settings = (struct hand_settings){ .interfaces = tool.interfaces,
						.runtime = "/run/hinomi",
						.gobgp = "/usr/bin/gobgp",
						.gobgp_at = "",
						.exabgp = "",
						.next_hop4 = "192.0.2.1",
						.next_hop6 = "100::1",
						.community = "" };
	for (size_t i = 0; argc > 1 && hands_all[i]; i++)
		if (strcmp(argv[1], hands_all[i]->name) == 0)
			tool.hand = hands_all[i];
	if (!tool.hand || !tool.orders) {
		fputs("hand_tool: xdp, nft or bgp?\n", stderr);
		free(tool.orders);
		return 2;
	}
	while (at < argc && setting(&tool, argv[at]))
		at++;
	join(argv + at, line);
	if (strcmp(line, "clear") == 0 || tool_open(&tool)) {
		well = at < argc ? command(&tool, line) : serve(&tool);
		if (tool.state)
			tool.hand->close(tool.state);
	}
	free(tool.orders);
	return well ? 0 : 1;
}
