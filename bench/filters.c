/*
 * filters.c - how good derived filters are, on attacks and normal traffic whose truth is known.
 *
 *     filters VECTOR SHARE ATTACK.pcap NORMAL.pcap...
 *     filters --customers VECTOR SHARE ATTACK.pcap NORMAL.pcap...
 *
 * The attack is every packet of its capture to its victim, whatever it looks like: were it chosen by what a
 * filter may look at, the filter would be judged by itself. --customers: who held TCP conversations in the
 * capture is left out. Of each normal capture those packets are taken that go to whom it sends most. All
 * destinations become one target, so that nothing is told by the address alone. Filters are derived from the
 * first half of the attack, and judged on the second: later than they were derived, as it is live. Normal
 * packets are parted by chance into a quiet time before, those among the attack, and those that are judged.
 * While attacked, SHARE of the packets are the attack's. VECTOR "none": it is not told what attack it is.
 * Prints one row of a table: recall (attack dropped) and loss (normal traffic dropped), each of how many
 * packets; whether both are as they should be, whether the derivation says so; and the filters.
 */
#include "capture/capture.h"
#include "derive/derive.h"
#include "derive/sampler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOKS_MAX 40000
#define SAMPLES   1024 /* as the sampler keeps them */
#define BATCH     512
#define VICTIMS   4096

struct set {
	struct look *looks;
	size_t count;
};

static const uint8_t target[4] = { 203, 0, 113, 80 };

/* The destination of most packets. */
static struct ip busiest(const struct look *looks, size_t count)
{
	static struct { struct ip ip; size_t hits; } seen[VICTIMS];
	size_t used = 0, best = 0;

	for (size_t i = 0; i < count; i++) {
		size_t k = 0;

		while (k < used && !ip_equal(&seen[k].ip, &looks[i].to))
			k++;
		if (k == used && used < VICTIMS) {
			seen[used].ip = looks[i].to;
			seen[used++].hits = 0;
		}
		if (k < used && ++seen[k].hits > seen[best].hits)
			best = k;
	}
	return seen[best].ip;
}

static bool read_set(const char *path, struct set *set)
{
	static struct frame frames[BATCH];
	struct look *looks = malloc(LOOKS_MAX * sizeof(*looks));
	struct capture_trouble trouble;
	struct capture *capture;
	size_t count = 0, n;
	struct ip victim;

	if (!looks || capture_open(&capture, path, 0, &trouble) != OK)
		return false;
	while ((n = capture_read(capture, frames, BATCH)) > 0)
		for (size_t i = 0; i < n && count < LOOKS_MAX; i++)
			count += look_of_frame(&frames[i], &looks[count]);
	capture_close(capture);
	victim = busiest(looks, count);
	for (size_t i = 0; i < count; i++)
		if (ip_equal(&looks[i].to, &victim)) {
			looks[i].to = ip_from_v4(target);
			if (!ip_is_v4(&looks[i].from)) /* one family, or the address would tell */
				looks[i].from = ip_from_v4(looks[i].from.b + 12);
			set->looks[set->count++] = looks[i];
		}
	free(looks);
	return true;
}

/* Shuffled, the same way each time: parts of it are then taken by number. */
static void shuffle(struct set *set)
{
	uint32_t state = 1;

	for (size_t i = set->count; i > 1; i--) {
		size_t k;
		struct look look;

		state = state * 1664525 + 1013904223;
		k = (size_t)((uint64_t)state * i >> 32);
		look = set->looks[k];
		set->looks[k] = set->looks[i - 1];
		set->looks[i - 1] = look;
	}
}

/* At most `max` of part `number` of `parts`. */
static size_t part(const struct set *set, size_t number, size_t parts, struct look *into, size_t max)
{
	size_t all = set->count / parts, n = all < max ? all : max;

	for (size_t i = 0; i < n; i++)
		into[i] = set->looks[number * all + i];
	return n;
}

struct talker {
	struct ip ip;
	unsigned said; /* 1: SYN; 2: ACK without SYN: both make a conversation */
};

static int talker_order(const void *a, const void *b)
{
	return ip_compare(&((const struct talker *)a)->ip, &((const struct talker *)b)->ip);
}

static unsigned talker_said(const struct look *look)
{
	if (!look->header)
		return 0;
	return (look->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN   ? 1
	       : (look->flags & (TCP_SYN | TCP_ACK)) == TCP_ACK ? 2
								: 0;
}

/* Customers in the midst of a capture of an attack are not the attack: who forges addresses gets no further
 * than one kind of packet from each. */
static void drop_talkers(struct set *set)
{
	struct talker *talkers = calloc(set->count + 1, sizeof(*talkers));
	size_t used = 0, kept = 0;

	for (size_t i = 0; talkers && i < set->count; i++)
		talkers[i] = (struct talker){ set->looks[i].from, talker_said(&set->looks[i]) };
	if (!talkers)
		return;
	qsort(talkers, set->count, sizeof(*talkers), talker_order);
	for (size_t i = 0; i < set->count; i++)
		if (used && ip_equal(&talkers[used - 1].ip, &talkers[i].ip))
			talkers[used - 1].said |= talkers[i].said;
		else
			talkers[used++] = talkers[i];
	for (size_t i = 0; i < set->count; i++) {
		const struct talker key = { set->looks[i].from, 0 };
		const struct talker *t = bsearch(&key, talkers, used, sizeof(*talkers), talker_order);

		if (!t || t->said != 3)
			set->looks[kept++] = set->looks[i];
	}
	set->count = kept;
	free(talkers);
}

static double dropped(const struct derive_result *r, const struct set *set, size_t number, size_t parts)
{
	size_t hits = 0, all = set->count / parts;

	for (size_t i = number * all; i < (number + 1) * all; i++)
		for (size_t k = 0; k < r->count; k++)
			if (r->all[k].verb == ACTION_DROP && filter_match(&r->all[k].filter, &set->looks[i])) {
				hits++;
				break;
			}
	return all ? (double)hits / (double)all : 0;
}

static bool vector_of(const char *name, enum vector *vector)
{
	*vector = VECTOR_NONE;
	for (unsigned v = 0; v < VECTOR_COUNT; v++)
		if (strcmp(vector_name((enum vector)v), name) == 0)
			*vector = (enum vector)v;
	return *vector != VECTOR_NONE || strcmp(name, "none") == 0;
}

static void report(char **argv, const struct derive_result *r, const struct set *attack,
		   const struct set *normal)
{
	const char *name = strrchr(argv[2], '/');
	double recall = dropped(r, attack, 1, 2), loss = dropped(r, normal, 2, 3);
	char text[FILTER_TEXT];

	printf("| %s | %s | %s | %.2f %% of %zu | %.2f %% of %zu | %s | %s |", name ? name + 1 : argv[2],
	       argv[0], argv[1], 100 * recall, attack->count / 2, 100 * loss, normal->count / 3,
	       recall >= 0.99 && loss <= 0.001 ? "yes" : "no", r->good ? "yes" : "no");
	for (size_t i = 0; i < r->count; i++)
		printf("%s `%s %s`", i ? "," : "", action_verb_name(r->all[i].verb),
		       filter_text(&r->all[i].filter, text) + sizeof("to 203.0.113.80"));
	puts(" |");
}

/* Samples as the sampler would have them; what is derived from them. */
static void derive(const struct set *attack, const struct set *normal, double share, enum vector vector,
		   struct derive_result *result)
{
	static struct look during[2 * SAMPLES], before[SAMPLES], mixed[SAMPLES];
	struct derive_settings settings = { .normal_pps = 100, .vector = vector };
	size_t before_count = part(normal, 0, 3, before, SAMPLES);
	size_t attacks = part(attack, 0, 2, during, (size_t)(share * SAMPLES));
	size_t normals = part(normal, 1, 3, mixed, (size_t)((double)attacks * (1 - share) / share + 0.5));

	memcpy(during + attacks, mixed, normals * sizeof(*mixed));
	if (derive_filters(during, attacks + normals, before, before_count, &settings, result) != OK)
		*result = (struct derive_result){ 0 };
}

int main(int argc, char **argv)
{
	bool customers = argc > 1 && strcmp(argv[1], "--customers") == 0;
	int words = argc - 1 - customers;
	struct set attack = { calloc(LOOKS_MAX, sizeof(struct look)), 0 };
	struct set normal = { calloc((size_t)LOOKS_MAX * (size_t)argc, sizeof(struct look)), 0 };
	struct derive_result result;
	enum vector vector;
	double share;

	argv += 1 + customers;
	share = words > 1 ? strtod(argv[1], NULL) : 0;
	if (words < 4 || !(share > 0 && share < 1) || !vector_of(argv[0], &vector) || !attack.looks ||
	    !normal.looks)
		return fprintf(stderr, "usage: filters [--customers] VECTOR SHARE ATTACK.pcap NORMAL.pcap...\n"), 2;
	for (int i = 2; i < words; i++)
		if (!read_set(argv[i], i == 2 ? &attack : &normal))
			return fprintf(stderr, "filters: %s cannot be read\n", argv[i]), 2;
	if (customers)
		drop_talkers(&attack);
	shuffle(&normal);
	derive(&attack, &normal, share, vector, &result);
	report(argv, &result, &attack, &normal);
	free(attack.looks);
	free(normal.looks);
	return 0;
}
