/*
 * sample.c - which paths are looked at: a reservoir for each class (Vitter's algorithm R), the same for the same input.
 *
 * The generator's state begins with the digest of the listing before, which nobody who writes into one snapshot can
 * choose: else one could spare just the files that will be looked at.
 */
#include "wipe/wipe_private.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

#define SIZE_MIN 64 /* smaller ones tell nothing */

/* Room while files are seen, and places that each class has at least when it has so many; SAME finds what hides its time.
 * What one does not use the others get, those with the most to tell first. */
static const struct {
	size_t room, places;
} shares[SAMPLE_CLASSES] = {
	[SAMPLE_CANARY] = { CANARY_MAX, CANARY_MAX }, [SAMPLE_NOTE] = { NOTE_MAX, NOTE_MAX },
	[SAMPLE_CHANGED] = { CLASS_MAX, 72 },         [SAMPLE_RENAMED] = { CLASS_MAX, 40 },
	[SAMPLE_ADDED] = { CLASS_MAX, 24 },           [SAMPLE_SAME] = { CLASS_MAX, 96 },
	[SAMPLE_EMPTIED] = { TOLD_MAX, 0 },           [SAMPLE_GONE] = { TOLD_MAX, 0 },
};
static const enum sample_class rest_order[] = { SAMPLE_CHANGED, SAMPLE_RENAMED, SAMPLE_SAME, SAMPLE_ADDED };

enum err samples_open(struct wipe *wipe)
{
	for (unsigned i = 0; i < SAMPLE_CLASSES; i++) {
		wipe->reservoirs[i].samples = calloc(shares[i].room, sizeof(struct sample));
		if (!wipe->reservoirs[i].samples)
			return ERR_MEMORY;
		wipe->reservoirs[i].room = shares[i].room;
	}
	return OK;
}

static uint64_t random_below(struct wipe *wipe, uint64_t bound)
{
	wipe->random += HASH_K0;
	return hash_64(wipe->random, HASH_K1) % bound;
}

static void sample_clear(struct sample *sample)
{
	free(sample->before);
	free(sample->after);
	*sample = (struct sample){ 0 };
}

static char *path_copy(struct span path)
{
	return strndup((const char *)path.ptr, path.len);
}

static bool is_worth(const struct listing_entry *entry)
{
	return !entry || (entry->size >= SIZE_MIN && entry->size <= WIPE_FILE_MAX);
}

enum err sample_offer(struct wipe *wipe, enum sample_class class, const struct listing_entry *before,
		      const struct listing_entry *after)
{
	struct reservoir *r = &wipe->reservoirs[class];
	struct sample sample = { 0 };
	uint64_t place;

	if (class < SAMPLE_WANTED && (!is_worth(before) || !is_worth(after)))
		return OK;
	place = r->seen++;
	if (place >= r->room)
		place = random_below(wipe, r->seen);
	if (place >= r->room)
		return OK;
	if (before) {
		sample.before = path_copy(before->path);
		sample.size_before = before->size;
	}
	if (after) {
		sample.after = path_copy(after->path);
		sample.size_after = after->size;
	}
	if ((before && !sample.before) || (after && !sample.after)) {
		sample_clear(&sample);
		return ERR_MEMORY;
	}
	sample_clear(&r->samples[place]);
	r->samples[place] = sample;
	if (place == r->count)
		r->count++;
	return OK;
}

/* So that the first of them are a sample, too. */
static void shuffle(struct wipe *wipe, struct reservoir *r)
{
	for (size_t i = r->count; i > 1; i--) {
		size_t k = (size_t)random_below(wipe, i);
		struct sample s = r->samples[i - 1];

		r->samples[i - 1] = r->samples[k];
		r->samples[k] = s;
	}
}

static struct span path_span(const char *path)
{
	return path ? (struct span){ (const uint8_t *)path, strlen(path) } : (struct span){ (const uint8_t *)"", 0 };
}

static void want(struct wipe *wipe, enum sample_class class, struct sample *sample)
{
	size_t i = wipe->want_count++;

	wipe->samples[i] = *sample;
	*sample = (struct sample){ 0 };
	wipe->wants[i] = (struct wipe_want){ path_span(wipe->samples[i].before), path_span(wipe->samples[i].after) };
	wipe->wanted[i] = (struct wanted){ .class = class, .size_before = wipe->samples[i].size_before,
					   .size_after = wipe->samples[i].size_after };
}

/* How many of each class are wanted. */
static void share_places(const struct wipe *wipe, size_t places[SAMPLE_WANTED])
{
	size_t left = WIPE_SAMPLES;

	for (unsigned class = 0; class < SAMPLE_WANTED; class++) {
		size_t count = wipe->reservoirs[class].count;

		places[class] = count < shares[class].places ? count : shares[class].places;
		left -= places[class];
	}
	for (unsigned i = 0; i < sizeof(rest_order) / sizeof(rest_order[0]); i++) {
		size_t more = wipe->reservoirs[rest_order[i]].count - places[rest_order[i]];

		more = more < left ? more : left;
		places[rest_order[i]] += more;
		left -= more;
	}
}

enum err samples_choose(struct wipe *wipe)
{
	size_t places[SAMPLE_WANTED];

	wipe->wants = calloc(WIPE_SAMPLES, sizeof(*wipe->wants));
	wipe->samples = calloc(WIPE_SAMPLES, sizeof(*wipe->samples));
	wipe->wanted = calloc(WIPE_SAMPLES, sizeof(*wipe->wanted));
	if (!wipe->wants || !wipe->samples || !wipe->wanted)
		return ERR_MEMORY;
	share_places(wipe, places);
	for (unsigned class = 0; class < SAMPLE_WANTED; class++) {
		struct reservoir *r = &wipe->reservoirs[class];

		shuffle(wipe, r);
		for (size_t i = 0; i < places[class]; i++)
			want(wipe, class, &r->samples[i]);
	}
	return OK;
}

void samples_close(struct wipe *wipe)
{
	for (unsigned class = 0; class < SAMPLE_CLASSES; class++) {
		struct reservoir *r = &wipe->reservoirs[class];

		for (size_t i = 0; r->samples && i < r->count; i++)
			sample_clear(&r->samples[i]);
		free(r->samples);
	}
	for (size_t i = 0; i < wipe->want_count; i++)
		sample_clear(&wipe->samples[i]);
	free(wipe->wants);
	free(wipe->samples);
	free(wipe->wanted);
}
