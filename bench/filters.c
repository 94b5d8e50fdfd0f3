/*
 * filters.c - how good derived filters are, on attacks and normal traffic whose truth is known.
 *
 *     filters [--without ADDRESS,...] VECTOR SHARE ATTACK.pcap NORMAL.pcap...
 *
 * The attack is every packet of its capture to its victim, whatever it looks like: were it chosen by what a
 * filter may look at, the filter would be judged by itself. --without: talkers in that capture who are none of
 * the attack. Of each normal capture those packets are taken that go to whom it sends most. All destinations
 * become one target, so that nothing is told by the address alone. Normal packets are parted by chance into a
 * quiet time before, those among the attack, and those that are judged. While attacked, SHARE of the packets
 * are the attack's. VECTOR "none": it is not told what attack it is.
 *
 * It goes as in the tower, in the packets' time: the first filters are derived when the attack is noticed, more
 * while it goes on, from the last packets that no filter took; each is in force a moment later, and judges only
 * what comes then. A capture of less than ten seconds is told as if it had taken so long.
 *
 * Prints one row of a table: how much of the attack was dropped from the first filter on, without and with the
 * first two seconds of each kind of packet (a second wave is a new attack, which must be noticed first); normal
 * traffic dropped; whether both are as they should be, and what the derivation says; what share of normal packets
 * lies within all that the attack's have in common; and the filters.
 */
#include "derive/derive.h"
#include "filter_sets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLES_NOW   1024 /* as the sampler keeps them */
#define SAMPLES_QUIET 4096
#define LASTS_LEAST   (10 * USEC_PER_SEC)
#define PPS_LEAST     150 /* fewer are noticed by nobody */
#define NOTICED       (500 * USEC_PER_MS) /* docs/performance.md: until it is in force 0.14 to 0.84 s pass */
#define ORDERED       (250 * USEC_PER_MS) /* until what was derived is in force */
#define AGAIN         USEC_PER_SEC        /* as keeper/floods.c asks */
#define KIND_NEW      (2 * USEC_PER_SEC)
#define FORCE_MAX     64

struct play {
	const struct set *attack, *normal;
	double share;
	enum vector vector;
	struct force {
		struct derived derived;
		usec_t from;
	} force[FORCE_MAX];
	size_t forces;
	struct look quiet[SAMPLES_QUIET];
	struct seen now[SAMPLES_NOW];
	double normal_pps;
	size_t quiets, nows, next;
	size_t customers; /* so many came among the attack */
	const char *word; /* of the derivation, about the filters in force */
	usec_t kind_from[PACKET_KINDS];
	size_t all, all_dropped, judged, judged_dropped;
};

static const struct look *part_look(const struct set *set, unsigned part, size_t i)
{
	size_t all = set->count / 3;

	return &set->packets[part * all + i % all].look;
}

static bool is_dropped(const struct play *play, const struct look *look, usec_t at)
{
	for (size_t i = 0; i < play->forces; i++)
		if (play->force[i].derived.verb == ACTION_DROP && at >= play->force[i].from &&
		    filter_match(&play->force[i].derived.filter, look))
			return true;
	return false;
}

/* What comes through is seen, as behind the shield. */
static void sample(struct play *play, const struct look *look, usec_t at)
{
	play->now[play->next] = (struct seen){ at, *look };
	play->next = (play->next + 1) % SAMPLES_NOW;
	play->nows += play->nows < SAMPLES_NOW;
}

static void derive(struct play *play, usec_t at)
{
	static struct look during[SAMPLES_NOW];
	struct filter held[DERIVED_MAX];
	struct derive_settings settings = { .normal_pps = (uint32_t)play->normal_pps, .vector = play->vector,
					    .held = held };
	struct derive_result result;
	size_t count = 0;
	usec_t first = at;

	for (size_t i = 0; i < play->forces && settings.held_count < DERIVED_MAX; i++)
		if (play->force[i].derived.verb == ACTION_DROP)
			held[settings.held_count++] = play->force[i].derived.filter;
	for (size_t i = 0; i < play->nows; i++) {
		const struct seen *seen = &play->now[(play->next + SAMPLES_NOW - play->nows + i) % SAMPLES_NOW];

		first = count ? first : seen->at;
		during[count++] = seen->look;
	}
	settings.during_pps = (double)count * USEC_PER_SEC / (double)(at - first + 1);
	if (derive_filters(during, count, play->quiet, play->quiets, &settings, &result) != OK)
		return;
	play->word = result.good ? "good" : result.likely ? "likely" : "no";
	for (size_t i = 0; i < result.count && play->forces < FORCE_MAX; i++)
		play->force[play->forces++] = (struct force){ result.all[i], at + ORDERED };
}

static void judge(struct play *play, const struct seen *packet)
{
	unsigned kind = packet_kind(&packet->look);
	bool dropped = is_dropped(play, &packet->look, packet->at);

	if (!play->kind_from[kind])
		play->kind_from[kind] = packet->at + 1;
	if (packet->at >= NOTICED + ORDERED) {
		bool is_old = packet->at >= play->kind_from[kind] + KIND_NEW || play->kind_from[kind] == 1;

		play->all++;
		play->all_dropped += dropped;
		play->judged += is_old;
		play->judged_dropped += is_old && dropped;
	}
	if (!dropped)
		sample(play, &packet->look, packet->at);
}

static void run(struct play *play)
{
	usec_t due = NOTICED;
	double customers = 0;

	for (; play->quiets < SAMPLES_QUIET && play->quiets < play->normal->count / 3; play->quiets++)
		play->quiet[play->quiets] = *part_look(play->normal, 0, play->quiets);
	play->normal_pps = (double)play->attack->count * USEC_PER_SEC * (1 - play->share) / play->share /
			   (double)(play->attack->packets[play->attack->count - 1].at + 1);
	for (size_t i = 0; i < play->attack->count; i++) {
		const struct seen *packet = &play->attack->packets[i];

		for (; packet->at >= due; due += AGAIN)
			derive(play, due);
		judge(play, packet);
		for (customers += (1 - play->share) / play->share; customers >= 1; customers--) {
			const struct look *look = part_look(play->normal, 1, play->customers++);

			if (!is_dropped(play, look, packet->at))
				sample(play, look, packet->at);
		}
	}
}

static double lost(const struct play *play)
{
	size_t all = play->normal->count / 3, hits = 0;

	for (size_t i = 0; i < all; i++)
		hits += is_dropped(play, part_look(play->normal, 2, i), INT64_MAX);
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

static double share_of(size_t part, size_t all)
{
	return all ? (double)part / (double)all : 0;
}

/* It is the same in all. */
static const char *without_target(char *text)
{
	static const char to[] = "to 203.0.113.80";
	char *at = strstr(text, to);
	size_t after = sizeof(to) - (at && !at[sizeof(to) - 1]);

	if (at)
		memmove(at, at + after, strlen(at + after) + 1);
	return text;
}

static void report(char **argv, const struct play *play)
{
	const char *name = strrchr(argv[2], '/');
	double recall = share_of(play->judged_dropped, play->judged), loss = lost(play);
	char text[FILTER_TEXT];

	printf("| %s | %s | %s | %.2f %% of %zu | %.2f %% of %zu | %.2f %% of %zu | %s | %s | %.2f %% |",
	       name ? name + 1 : argv[2], argv[0], argv[1], 100 * recall, play->judged,
	       100 * share_of(play->all_dropped, play->all), play->all, 100 * loss, play->normal->count / 3,
	       recall >= 0.99 && loss <= 0.001 ? "yes" : "no", play->word ? play->word : "no",
	       100 * share_of(set_common(play->attack, play->normal), play->normal->count));
	for (size_t i = 0; i < play->forces; i++)
		if (play->force[i].derived.verb == ACTION_DROP || i == 0)
			printf("%s `%s %s`", i ? "," : "", action_verb_name(play->force[i].derived.verb),
			       without_target(filter_text(&play->force[i].derived.filter, text)));
	puts(" |");
}

int main(int argc, char **argv)
{
	static struct play play;
	const char *without = argc > 2 && strcmp(argv[1], "--without") == 0 ? argv[2] : NULL;
	int words = argc - 1 - (without ? 2 : 0);
	struct set attack = { 0 }, normal = { 0 };

	argv += without ? 3 : 1;
	play.share = words > 1 ? strtod(argv[1], NULL) : 0;
	if (words < 4 || !(play.share > 0 && play.share < 1) || !vector_of(argv[0], &play.vector))
		return fprintf(stderr, "usage: filters [--without ADDRESS,...] VECTOR SHARE ATTACK.pcap "
				       "NORMAL.pcap...\n"), 2;
	for (int i = 2; i < words; i++)
		if (!set_read(i == 2 ? &attack : &normal, argv[i], i == 2 ? without : NULL))
			return fprintf(stderr, "filters: %s cannot be read\n", argv[i]), 2;
	set_stretch(&attack, LASTS_LEAST, PPS_LEAST);
	set_shuffle(&normal);
	play.attack = &attack;
	play.normal = &normal;
	run(&play);
	report(argv, &play);
	set_free(&attack);
	set_free(&normal);
	return 0;
}
