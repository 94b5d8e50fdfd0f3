/* remedy.c - from frames to samples, from samples to filters. */
#include "app/remedy.h"

#include <stdlib.h>
#include <string.h>

#define ATTACKED    64 /* targets at a time: as many as are asked for, or each ends the other's quiet time */
#define ATTACK_OVER (600 * USEC_PER_SEC)

struct remedy {
	struct sampler *sampler;
	struct attacked {
		struct prefix target;
		int64_t asked; /* when somebody asked last; 0: free */
	} attacked[ATTACKED];
};

struct remedy *remedy_new(const struct home *home)
{
	struct remedy *remedy = calloc(1, sizeof(*remedy));

	if (remedy)
		remedy->sampler = sampler_new(home, 0);
	if (remedy && remedy->sampler)
		return remedy;
	free(remedy);
	return NULL;
}

void remedy_free(struct remedy *remedy)
{
	if (remedy)
		sampler_free(remedy->sampler);
	free(remedy);
}

void remedy_frames(struct remedy *remedy, const struct frame *frames, size_t count)
{
	sampler_frames(remedy->sampler, frames, count);
}

static void attack_over(struct remedy *remedy, struct attacked *attacked)
{
	if (attacked->asked)
		sampler_quiet(remedy->sampler, &attacked->target);
	attacked->asked = 0;
}

/* Where there is no place, the target goes that was not asked about for the longest time. */
static void attack_on(struct remedy *remedy, const struct prefix *target, int64_t steady)
{
	struct attacked *oldest = remedy->attacked;

	for (struct attacked *a = remedy->attacked; a < remedy->attacked + ATTACKED; a++) {
		if (steady - a->asked > ATTACK_OVER)
			attack_over(remedy, a);
		if (a->asked && memcmp(&a->target, target, sizeof(*target)) == 0) {
			a->asked = steady;
			return;
		}
		if (a->asked < oldest->asked)
			oldest = a;
	}
	attack_over(remedy, oldest);
	oldest->target = *target;
	oldest->asked = steady;
}

bool remedy_find(struct remedy *remedy, const struct remedy_attack *attack, int64_t steady,
		 struct remedy_found *found)
{
	struct derive_settings settings = { 0 };
	struct samples samples;

	memset(found, 0, sizeof(*found));
	attack_on(remedy, &attack->target, steady);
	if (!sampler_take(remedy->sampler, &attack->target, attack->from, &samples))
		return false;
	found->known = samples.known;
	found->known_count = samples.known_count < REMEDY_KNOWN ? samples.known_count : REMEDY_KNOWN;
	settings.normal_pps = samples.normal_pps;
	settings.during_pps = samples.during_pps;
	settings.vector = attack->vector;
	settings.held = attack->held;
	settings.held_count = attack->held_count;
	return derive_filters(samples.during, samples.during_count, samples.before, samples.before_count,
			      &settings, &found->result) == OK;
}

static uint32_t count_hits(const struct filter *filter, const struct look *looks, size_t count)
{
	uint32_t hits = 0;

	for (size_t i = 0; i < count; i++)
		hits += filter_match(filter, &looks[i]);
	return hits;
}

bool remedy_rehearse(struct remedy *remedy, const struct remedy_attack *attack, const struct filter *filter,
		     struct effect *effect)
{
	struct samples samples;

	if (!sampler_look(remedy->sampler, &attack->target, attack->from, &samples))
		return false;
	effect->attack = (uint32_t)samples.during_count;
	effect->attack_hit = count_hits(filter, samples.during, samples.during_count);
	effect->normal = (uint32_t)samples.before_count;
	effect->normal_hit = count_hits(filter, samples.before, samples.before_count);
	return true;
}
