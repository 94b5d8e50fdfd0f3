/*
 * filters.c - how good derived filters are, on attacks and normal traffic whose truth is known.
 *
 *     filters VECTOR SHARE ATTACK.pcap NORMAL.pcap...
 *
 * Of the attack its packets to its victim are taken (without customers', if there are any), of each normal
 * capture those to whom it gets most. All
 * destinations become one target, so that nothing is told by the address alone. Each set is parted by chance
 * into those that filters are derived from and those that they are judged on; packets of a quiet time before
 * are a third part of the normal ones. While attacked, SHARE of the packets are the attack's.
 * Prints one row of a table: recall (attack dropped) and loss (normal traffic dropped), and the filters.
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
	unsigned said; /* 1: SYN; 2: an acknowledgement: both make a conversation */
};

static int talker_order(const void *a, const void *b)
{
	return ip_compare(&((const struct talker *)a)->ip, &((const struct talker *)b)->ip);
}

/* Customers in the midst of a capture of an attack are not the attack: who forges addresses gets no further
 * than one kind of packet from each. */
static void drop_talkers(struct set *set)
{
	struct talker *talkers = calloc(set->count + 1, sizeof(*talkers));
	size_t used = 0, kept = 0;

	for (size_t i = 0; talkers && i < set->count; i++)
		talkers[i] = (struct talker){ set->looks[i].from,
					      set->looks[i].header ? set->looks[i].flags & TCP_ACK ? 2 : 1 : 0 };
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

static enum vector vector_of(const char *name)
{
	for (unsigned v = 0; v < VECTOR_COUNT; v++)
		if (strcmp(vector_name((enum vector)v), name) == 0)
			return (enum vector)v;
	return VECTOR_NONE;
}

static void report(const char *path, const char *share, const struct derive_result *r, const struct set *attack,
		   const struct set *normal)
{
	const char *name = strrchr(path, '/');
	char text[FILTER_TEXT];

	printf("| %s | %s | %.2f %% | %.2f %% | %s |", name ? name + 1 : path, share,
	       100 * dropped(r, attack, 1, 2), 100 * dropped(r, normal, 2, 3), r->good ? "yes" : "no");
	for (size_t i = 0; i < r->count; i++)
		printf("%s `%s %s`", i ? "," : "", action_verb_name(r->all[i].verb),
		       filter_text(&r->all[i].filter, text) + sizeof("to 203.0.113.80"));
	puts(" |");
}

int main(int argc, char **argv)
{
	static struct look during[2 * SAMPLES], before[SAMPLES], mixed[SAMPLES];
	struct set attack = { calloc(LOOKS_MAX, sizeof(struct look)), 0 };
	struct set normal = { calloc((size_t)LOOKS_MAX * (size_t)argc, sizeof(struct look)), 0 };
	struct derive_settings settings = { .normal_pps = 100, .vector = argc > 1 ? vector_of(argv[1]) : VECTOR_NONE };
	struct derive_result result = { 0 };
	double share = argc > 2 ? strtod(argv[2], NULL) : 0;
	size_t attacks, before_count, normals;

	if (argc < 5 || !(share > 0 && share < 1) || !attack.looks || !normal.looks)
		return fprintf(stderr, "usage: filters VECTOR SHARE ATTACK.pcap NORMAL.pcap...\n"), 2;
	if (!read_set(argv[3], &attack))
		return fprintf(stderr, "filters: %s cannot be read\n", argv[3]), 2;
	if (settings.vector != VECTOR_HTTP) /* which is made of conversations */
		drop_talkers(&attack);
	for (int i = 4; i < argc; i++)
		if (!read_set(argv[i], &normal))
			return fprintf(stderr, "filters: %s cannot be read\n", argv[i]), 2;
	shuffle(&attack);
	shuffle(&normal);
	before_count = part(&normal, 0, 3, before, SAMPLES);
	attacks = part(&attack, 0, 2, during, (size_t)(share * SAMPLES));
	normals = part(&normal, 1, 3, mixed, (size_t)((double)attacks * (1 - share) / share + 0.5));
	memcpy(during + attacks, mixed, normals * sizeof(*mixed));
	if (derive_filters(during, attacks + normals, before, before_count, &settings, &result) != OK)
		result.count = 0;
	report(argv[3], argv[2], &result, &attack, &normal);
	free(attack.looks);
	free(normal.looks);
	return 0;
}
