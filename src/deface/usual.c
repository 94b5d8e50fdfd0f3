/* usual.c - learns what is usual for a page, and forgets it slowly. */
#include "deface/usual.h"

#include "base/hash.h"
#include "base/text.h"

#include <stdlib.h>

#define DAY         ((usec_t)86400 * USEC_PER_SEC)
#define MEMORY      (14 * DAY) /* the time in which old ways fade */
#define STEP_MOST   0.25       /* of one look, however long ago the last was */
#define FIRST_LOOKS 8          /* that count alike */
#define APPROVED    4          /* looks that an approved one counts as */
#define RANGE_FADES 0.3        /* of a step: a range narrows more slowly than weights change */
#define LIVELY_STEP 0.1        /* of a place where a new text was seen */
#define PAIRS       256        /* of letters of a title */
#define TITLE_SAME  0.9

/* --- sets --- */

struct weighed *weighed_find(const struct weighed_set *set, uint64_t id)
{
	for (unsigned n = 0; n < set->count; n++)
		if (set->of[n].id == id)
			return &set->of[n];
	return NULL;
}

static void set_fade(struct weighed_set *set, double step)
{
	for (unsigned n = 0; n < set->count; n++)
		set->of[n].weight -= (uint32_t)(set->of[n].weight * step);
}

static uint32_t stepped(uint32_t weight, double step)
{
	double more = weight + WEIGHT_WHOLE * step;

	return more > WEIGHT_WHOLE ? WEIGHT_WHOLE : (uint32_t)more;
}

/* Adds to what was faded before; a new one takes the place of the least. Returns its place, or -1: all others are more.
 */
static int set_add(struct weighed_set *set, uint64_t id, double step)
{
	struct weighed *one = weighed_find(set, id);
	unsigned least = 0;

	if (one) {
		one->weight = stepped(one->weight, step);
		return (int)(one - set->of);
	}
	if (set->count < set->room) {
		least = set->count++;
	} else {
		for (unsigned n = 1; n < set->room; n++)
			if (set->of[n].weight < set->of[least].weight)
				least = n;
		if (set->of[least].weight >= WEIGHT_STABLE)
			return -1;
	}
	set->of[least] = (struct weighed){ id, stepped(0, step) };
	return (int)least;
}

/* --- measures --- */

static void widen(struct range *range, double value, double step, bool first)
{
	if (first)
		*range = (struct range){ value, value };
	range->low = value < range->low ? value : range->low + (value - range->low) * step * RANGE_FADES;
	range->high = value > range->high ? value : range->high + (value - range->high) * step * RANGE_FADES;
}

unsigned usual_nearest(const uint64_t *hashes, unsigned count, uint64_t hash)
{
	unsigned nearest = 64;

	for (unsigned n = 0; n < count; n++)
		if (hash_distance(hashes[n], hash) < nearest)
			nearest = hash_distance(hashes[n], hash);
	return nearest;
}

static bool sketch_has(const struct look *look, uint64_t hash)
{
	unsigned low = 0, high = look->sketch_count;

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (look->sketch[middle] < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low < look->sketch_count && look->sketch[low] == hash;
}

static uint64_t look_edge(const struct look *look)
{
	return look->sketch_count == LOOK_SKETCH ? look->sketch[LOOK_SKETCH - 1] : UINT64_MAX;
}

double usual_kept(const struct usual *usual, const struct look *look)
{
	uint64_t edge = look_edge(look) < usual->edge ? look_edge(look) : usual->edge;
	uint64_t all = 0, there = 0;

	for (unsigned n = 0; n < usual->shingles.count; n++) {
		const struct weighed *one = &usual->shingles.of[n];

		if (one->weight < WEIGHT_STABLE || one->id > edge)
			continue;
		all += one->weight;
		there += sketch_has(look, one->id) ? one->weight : 0u;
	}
	return all < 4 * (uint64_t)WEIGHT_STABLE ? -1 : (double)there / (double)all;
}

static void learn_measures(struct usual *usual, const struct look *look, double step)
{
	bool first = usual->looks == 0;
	double kept = usual_kept(usual, look);
	unsigned scorns = 0;
	uint64_t picture;

	widen(&usual->measures[MEASURE_LETTERS], look->letters, step, first);
	widen(&usual->measures[MEASURE_LINKS], look->links_own, step, first);
	widen(&usual->measures[MEASURE_HIDDEN], look->script_hidden, step, first);
	for (unsigned n = 0; n < look->hit_count; n++)
		scorns += look->hits[n].class == PHRASE_SCORN;
	widen(&usual->measures[MEASURE_SCORN], scorns, step, first);
	widen(&usual->measures[MEASURE_HEADING], look_heading_names(look), step, first);
	widen(&usual->measures[MEASURE_ECHO], look->echo, step, first);
	widen(&usual->measures[MEASURE_KEPT], kept < 0 ? 1 : kept, step, first);
	widen(&usual->measures[MEASURE_SHAPE], first ? 0 : usual_nearest(usual->shapes, usual->recent, look->shape),
	      step, first);
	for (unsigned n = 0; n < TONGUES; n++)
		widen(&usual->share[n], look->share[n], step, first);
	if (!look->pictured)
		return;
	memcpy(&picture, look->picture, sizeof(picture));
	widen(&usual->measures[MEASURE_PICTURE],
	      usual->picture_count ? usual_nearest(usual->pictures, usual->picture_count, picture) : 0, step,
	      !usual->picture_count);
}

/* --- what it calls itself, and whom it calls --- */

static unsigned title_pairs(const char *title, uint64_t pairs[PAIRS])
{
	struct span rest = text_span(title);
	uint32_t before = 0;
	unsigned count = 0;

	while (rest.len && count < PAIRS) {
		uint32_t rune = text_rune(&rest);

		rune = rune < 0x80 ? text_lower((uint8_t)rune) : rune;
		if (rune >= '0' && rune <= '9') /* a date, a count of news */
			rune = '0';
		if (rune <= ' ' || (rune == '0' && before == '0'))
			continue;
		if (before)
			pairs[count++] = (uint64_t)before << 32 | rune;
		before = rune;
	}
	return count;
}

double title_likeness(const char *a, const char *b)
{
	uint64_t first[PAIRS], second[PAIRS];
	unsigned n = title_pairs(a, first), m = title_pairs(b, second), same = 0;

	if (!n || !m)
		return strcmp(a, b) == 0;
	for (unsigned i = 0; i < n; i++) {
		for (unsigned j = 0; j < m; j++) {
			if (first[i] != second[j])
				continue;
			second[j] = 0;
			same++;
			break;
		}
	}
	/* a name that is a part of the other is that name */
	return (double)same / (n < m ? n : m) * 0.5 + (double)same * 2 / (n + m) * 0.5;
}

unsigned look_heading_names(const struct look *look)
{
	return (unsigned)(1000 * title_likeness(look->heading, look->title));
}

static void learn_title(struct usual *usual, const char *text, double step)
{
	unsigned place = 0, least = 0;

	for (unsigned n = 0; n < usual->title_count; n++)
		usual->titles[n].weight -= (uint32_t)(usual->titles[n].weight * step);
	while (place < usual->title_count && title_likeness(usual->titles[place].text, text) < TITLE_SAME)
		place++;
	if (place == USUAL_TITLES) {
		for (unsigned n = 1; n < USUAL_TITLES; n++)
			if (usual->titles[n].weight < usual->titles[least].weight)
				least = n;
		place = least;
		usual->titles[place].weight = 0;
	} else if (place == usual->title_count) {
		usual->titles[usual->title_count++].weight = 0;
	}
	usual->titles[place].weight = stepped(usual->titles[place].weight, step);
	snprintf(usual->titles[place].text, LOOK_TITLE, "%s", text);
}

static struct usual_host *find_host(const struct usual *usual, const struct look_host *host)
{
	struct span owner = host_owner(host->name);

	for (unsigned n = 0; n < usual->host_count; n++)
		if (usual->hosts[n].host.use == host->use && span_equal(text_span(usual->hosts[n].host.name), owner))
			return (struct usual_host *)&usual->hosts[n];
	return NULL;
}

bool usual_knows_host(const struct usual *usual, const struct look_host *host)
{
	return find_host(usual, host) != NULL;
}

static void learn_host(struct usual *usual, const struct look_host *host, double step)
{
	struct usual_host *known = find_host(usual, host), *least = usual->hosts;
	struct span owner;

	if (known) {
		known->weight = stepped(known->weight, step);
		return;
	}
	if (host->use <= USE_FORM && usual->looks >= LOOKS_TO_JUDGE)
		usual->turnover += 1;
	if (usual->host_count < USUAL_HOSTS) {
		least = &usual->hosts[usual->host_count++];
	} else {
		for (unsigned n = 1; n < USUAL_HOSTS; n++)
			if (usual->hosts[n].weight < least->weight)
				least = &usual->hosts[n];
	}
	*least = (struct usual_host){ .host.use = host->use, .weight = stepped(0, step) };
	owner = host_owner(host->name);
	snprintf(least->host.name, LOOK_HOST, "%.*s", (int)owner.len, (const char *)owner.ptr);
}

/* --- the whole --- */

/* Where texts stand, and where new ones come. However often the page is looked at, a new text is new only once: so it
 * counts as much as a look in a day and a half. */
static void learn_places(struct usual *usual, const struct look *look, double step)
{
	set_fade(&usual->places, step);
	set_fade(&usual->lively, step);
	set_fade(&usual->told, step);
	set_fade(&usual->leads, step);
	for (unsigned n = 0; n < look->place_count; n++) {
		uint64_t place = look->places[n], told = hash_64(look->texts[n], place);

		if (weighed_find(&usual->places, place) && !weighed_find(&usual->told, told))
			set_add(&usual->lively, place, LIVELY_STEP);
		set_add(&usual->places, place, step);
		set_add(&usual->told, told, step);
	}
	if (look->lead)
		set_add(&usual->leads, look->lead, step);
}

static void learn_sets(struct usual *usual, const struct look *look, double step)
{
	learn_places(usual, look, step);
	set_fade(&usual->shingles, step);
	set_fade(&usual->blocks, step);
	set_fade(&usual->phrases, step);
	set_fade(&usual->scripts, step);
	for (unsigned n = 0; n < look->sketch_count; n++)
		set_add(&usual->shingles, look->sketch[n], step);
	for (unsigned n = 0; n < look->block_count; n++) {
		int place = set_add(&usual->blocks, look->blocks[n].hash, step);

		if (place >= 0)
			memcpy(usual->shown[place], look->blocks[n].shown, LOOK_SHOWN);
	}
	for (unsigned n = 0; n < look->hit_count; n++)
		set_add(&usual->phrases, look->hits[n].block, step);
	for (unsigned n = 0; n < look->script_id_count; n++)
		set_add(&usual->scripts, look->script_ids[n], step);
	for (unsigned n = 0; n < usual->host_count; n++)
		usual->hosts[n].weight -= (uint32_t)(usual->hosts[n].weight * step);
	for (unsigned n = 0; n < look->host_count; n++)
		learn_host(usual, &look->hosts[n], step);
}

static void remember(uint64_t *list, unsigned *count, uint64_t hash)
{
	if (*count == USUAL_RECENT) {
		memmove(list, list + 1, (USUAL_RECENT - 1) * sizeof(*list));
		--*count;
	}
	list[(*count)++] = hash;
}

static void learn_recent(struct usual *usual, const struct look *look)
{
	unsigned shapes = usual->recent;
	uint64_t picture;

	/* what is there already need not push out others: two designs that take turns are both kept */
	if (!usual->recent || usual_nearest(usual->shapes, usual->recent, look->shape) > 2 ||
	    usual_nearest(usual->texts, usual->recent, look->text) > 2) {
		remember(usual->shapes, &shapes, look->shape);
		remember(usual->texts, &usual->recent, look->text);
	}
	if (!look->pictured)
		return;
	memcpy(&picture, look->picture, sizeof(picture));
	if (!usual->picture_count || usual_nearest(usual->pictures, usual->picture_count, picture) > 2)
		remember(usual->pictures, &usual->picture_count, picture);
}

/* What part of the memory this look makes. */
static double step_of(const struct usual *usual, usec_t at)
{
	double since = usual->last > 0 && at > usual->last ? (double)at - (double)usual->last : 0;
	double step = since / (double)MEMORY;

	if (step > STEP_MOST)
		step = STEP_MOST;
	if (usual->looks < FIRST_LOOKS && step < 1.0 / (usual->looks + 1))
		step = 1.0 / (usual->looks + 1);
	return step;
}

static void learn(struct usual *usual, const struct look *look, double step, usec_t at)
{
	uint64_t edge = look_edge(look);
	bool told = false;

	learn_measures(usual, look, step);
	usual->turnover -= usual->turnover * step / 2;
	learn_sets(usual, look, step);
	learn_title(usual, look->title, step);
	learn_recent(usual, look);
	usual->versed = true;
	usual->dress |= look->dress;
	for (unsigned n = 0; n < look->hit_count; n++)
		told = told || look->hits[n].class < PHRASE_SPAM;
	usual->claims = (uint16_t)(usual->claims + (told && usual->claims < 100));
	usual->edge = !usual->looks || edge < usual->edge ? edge : usual->edge + (edge - usual->edge) / 8;
	usual->first = usual->looks ? usual->first : at;
	usual->last = at > usual->last ? at : usual->last;
	usual->looks += usual->looks < UINT32_MAX;
}

static char *learned(const char *json, const struct look *look, usec_t at, bool approved)
{
	struct usual *usual = usual_open(json, NULL);
	char *text = NULL;

	if (!usual)
		return NULL;
	if (approved && usual->looks) {
		uint32_t looks = usual->looks < FIRST_LOOKS ? usual->looks : FIRST_LOOKS;

		/* the old ways fade by half at once, so that they are not missed; the look is as old as some */
		usual->measures[MEASURE_KEPT].low = 0;
		learn(usual, look, 0.5, at);
		usual->looks = looks < APPROVED ? APPROVED : looks;
		for (unsigned n = 0; n < look->sketch_count; n++)
			set_add(&usual->shingles, look->sketch[n], 0.5);
	} else {
		learn(usual, look, step_of(usual, at), at);
	}
	text = usual_json(usual);
	usual_free(usual);
	return text;
}

char *usual_learn(const char *usual, const struct look *look, usec_t at)
{
	return learned(usual, look, at, false);
}

char *usual_approve(const char *usual, const struct look *look, usec_t at)
{
	return learned(usual, look, at, true);
}
