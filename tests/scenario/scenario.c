/*
 * scenario.c - the program that writes Hinomi's test captures. It only writes files.
 *
 *     scenario list                                     the names, with a sentence each
 *     scenario truth [NAME]                             what is in them, for the golden tests
 *     scenario NAME [-o FILE] [--seed N] [--snaplen N] [--half in|out] [--only attack|normal]
 *                                                       a pcap file, or to the standard output
 *
 * The truth is a table with tabs: name, incident as rule/vector/direction/whom, who did it, start
 * and end in seconds from the beginning of the capture, packets, and the lowest vigilance level at
 * which it is told. A scenario with several attacks has several lines; a benign one has a line with
 * "-". `whom` is what is attacked: an address, a prefix, address:port, or "many".
 */
#include "scenario/scenario.h"

#include <stdlib.h>

#define SNAPLEN 65535

static const struct scenario *const tables[] = {
	scenarios_story, scenarios_flood,  scenarios_reflection, scenarios_scan,
	scenarios_login, scenarios_benign, scenarios_service,
	scenarios_stream, scenarios_crowd,  scenarios_probing,
};
#define TABLES (sizeof(tables) / sizeof(tables[0]))

struct order {
	const char *name, *file;
	uint64_t seed;
	uint32_t snaplen;
	enum half half;
	enum share share;
};

static const struct scenario *scenario_find(const char *name)
{
	for (size_t i = 0; i < TABLES; i++) {
		for (const struct scenario *s = tables[i]; s->name; s++) {
			if (strcmp(s->name, name) == 0)
				return s;
		}
	}
	return NULL;
}

static void scenario_list(void)
{
	for (size_t i = 0; i < TABLES; i++) {
		for (const struct scenario *s = tables[i]; s->name; s++)
			printf("%-30s %s\n", s->name, s->doc);
	}
}

static void truth_of(const struct scenario *s, uint64_t seed)
{
	struct capture c;

	capture_init(&c, seed);
	s->run(&c, s);
	if (c.label_count == 0)
		printf("%s\t-\t-\t-\t-\t0\t-\n", s->name);
	for (unsigned i = 0; i < c.label_count; i++) {
		const struct label *l = &c.labels[i];

		printf("%s\t%s\t%s\t%.3f\t%.3f\t%llu\t%s\n", s->name, l->incident, l->who,
		       (double)l->first / USEC_PER_SEC, (double)l->last / USEC_PER_SEC,
		       (unsigned long long)l->packets, s->level ? s->level : "normal");
	}
	capture_free(&c);
}

static void scenario_truth(uint64_t seed)
{
	puts("# name\tincident\twho\tstart\tend\tpackets\tlevel");
	for (size_t i = 0; i < TABLES; i++) {
		for (const struct scenario *s = tables[i]; s->name; s++)
			truth_of(s, seed);
	}
}

static int scenario_write(const struct scenario *s, const struct order *order)
{
	FILE *f = order->file ? fopen(order->file, "wb") : stdout;
	struct capture c;
	enum err err;

	if (!f) {
		perror(order->file);
		return 1;
	}
	capture_init(&c, order->seed);
	c.half = order->half;
	c.share = order->share;
	s->run(&c, s);
	err = capture_write(&c, f, order->snaplen);
	capture_free(&c);
	if ((f != stdout && fclose(f) != 0) || err) {
		perror(order->file ? order->file : "standard output");
		return 1;
	}
	return 0;
}

static bool number_parse(const char *text, uint64_t *value)
{
	char *end;
	unsigned long long v = strtoull(text, &end, 10);

	if (end == text || *end)
		return false;
	*value = v;
	return true;
}

static bool half_parse(const char *text, enum half *half)
{
	*half = strcmp(text, "in") == 0 ? HALF_IN : strcmp(text, "out") == 0 ? HALF_OUT : HALF_BOTH;
	return *half != HALF_BOTH;
}

static bool share_parse(const char *text, enum share *share)
{
	*share = strcmp(text, "attack") == 0   ? SHARE_ATTACK
		 : strcmp(text, "normal") == 0 ? SHARE_NORMAL
					       : SHARE_ALL;
	return *share != SHARE_ALL;
}

static bool order_parse(struct order *order, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : "";
		uint64_t number = 0;

		if (strcmp(argv[i], "-o") == 0 && *value)
			order->file = value;
		else if (strcmp(argv[i], "--seed") == 0 && number_parse(value, &number))
			order->seed = number;
		else if (strcmp(argv[i], "--snaplen") == 0 && number_parse(value, &number) &&
			 number >= 60 && number <= SNAPLEN)
			order->snaplen = (uint32_t)number;
		else if (strcmp(argv[i], "--half") == 0 && half_parse(value, &order->half))
			;
		else if (strcmp(argv[i], "--only") == 0 && share_parse(value, &order->share))
			;
		else if (!order->name && argv[i][0] != '-') {
			order->name = argv[i];
			continue;
		} else {
			return false;
		}
		i++;
	}
	return order->name;
}

int main(int argc, char **argv)
{
	struct order order = { .seed = 1, .snaplen = SNAPLEN };
	const struct scenario *s;

	if (argc == 3 && strcmp(argv[1], "truth") == 0 && (s = scenario_find(argv[2]))) {
		truth_of(s, order.seed);
		return 0;
	}
	if (!order_parse(&order, argc, argv)) {
		fputs("usage: scenario list | scenario truth [NAME] |\n"
		      "       scenario NAME [-o FILE] [--seed N] [--snaplen N] [--half in|out]\n"
		      "                     [--only attack|normal]\n",
		      stderr);
		return 2;
	}
	s = scenario_find(order.name);
	if (strcmp(order.name, "list") == 0) {
		scenario_list();
	} else if (strcmp(order.name, "truth") == 0) {
		scenario_truth(order.seed);
	} else if (s) {
		return scenario_write(s, &order);
	} else {
		fprintf(stderr, "scenario: no scenario is called %s; see: scenario list\n",
			order.name);
		return 2;
	}
	return 0;
}
