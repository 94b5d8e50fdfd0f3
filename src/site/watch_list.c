/* watch_list.c - which sites there are: the ledger's list against the one in memory. */
#include "site/watch_private.h"

#include "base/text.h"
#include "fare/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct slot *const *)a)->site.is.name, (*(struct slot *const *)b)->site.is.name);
}

struct slot *watch_find(const struct site_watch *w, const char *name)
{
	size_t low = 0, high = w->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(name, w->sorted[middle]->site.is.name);

		if (order == 0)
			return w->sorted[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

uint64_t watch_number(const struct slot *slot, size_t index)
{
	return (uint64_t)slot->generation << 32 | index;
}

struct slot *watch_slot(const struct site_watch *w, uint64_t number)
{
	size_t index = (size_t)(number & UINT32_MAX);

	if (index >= w->slot_count || !w->slots[index]->used || w->slots[index]->generation != number >> 32)
		return NULL;
	return w->slots[index];
}

static struct slot *slot_new(struct site_watch *w)
{
	struct slot **grown, *made;

	for (size_t i = 0; i < w->slot_count; i++)
		if (!w->slots[i]->used)
			return w->slots[i];
	grown = realloc(w->slots, (w->slot_count + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	w->slots = grown;
	made = calloc(1, sizeof(*made));
	if (made)
		w->slots[w->slot_count++] = made;
	return made;
}

/* Late looks at what was there before find another generation. */
static void slot_clear(struct slot *slot)
{
	uint32_t generation = slot->generation + 1;

	site_close(&slot->site);
	memset(slot, 0, sizeof(*slot));
	slot->generation = generation;
}

struct reading {
	struct site_watch *w;
	bool whole;
};

static bool take_site(void *whom, const struct site_settings *settings)
{
	struct reading *reading = whom;
	struct site_watch *w = reading->w;
	struct slot *slot = watch_find(w, settings->name);

	if (slot && strcmp(slot->site.is.url, settings->url) != 0)
		slot_clear(slot); /* another site under the same name */
	else if (!slot)
		slot = slot_new(w);
	if (!slot) {
		reading->whole = false;
		return false;
	}
	slot->site.is = *settings;
	slot->used = slot->listed = slot->tell = true;
	return true;
}

static void drop_unlisted(struct site_watch *w)
{
	for (size_t i = 0; i < w->slot_count; i++) {
		struct slot *slot = w->slots[i];

		if (!slot->used || slot->listed)
			continue;
		if (w->calls.gone)
			w->calls.gone(w->calls.whom, slot->site.is.name);
		slot_clear(slot);
	}
}

static bool sort(struct site_watch *w)
{
	struct slot **sorted = calloc(w->slot_count + 1, sizeof(struct slot *));

	if (!sorted)
		return false;
	free(w->sorted);
	w->sorted = sorted;
	w->count = 0;
	for (size_t i = 0; i < w->slot_count; i++)
		if (w->slots[i]->used)
			w->sorted[w->count++] = w->slots[i];
	qsort(w->sorted, w->count, sizeof(struct slot *), by_name);
	return true;
}

/* What another has seen of a site is taken once; what we have kept ourselves we know. */
static bool take_course(void *whom, const struct ledger_row *row)
{
	struct site_watch *w = whom;
	struct slot *slot = watch_find(w, row->key);
	char ours[64];
	json_t *json;

	snprintf(ours, sizeof(ours), "{\"writer\":\"%s\"", w->settings.writer);
	if (!slot || row->at == slot->taken || (slot->kept_at && strncmp(row->body, ours, strlen(ours)) == 0))
		return true;
	slot->taken = row->at;
	json = json_loads(row->body, 0, NULL);
	if (json) {
		site_read(&slot->site, json);
		slot->kept_at = w->now;
		slot->dirty = slot->urgent = false;
		json_decref(json);
	}
	return true;
}

bool watch_read_list(struct site_watch *w)
{
	struct reading reading = { w, true };
	json_int_t mark = 0;
	enum err err = site_list_mark(w->ledger, &mark);

	for (size_t i = 0; i < w->slot_count; i++)
		w->slots[i]->listed = false;
	if (err == OK)
		err = site_list_each(w->ledger, take_site, &reading);
	if (err != OK || !reading.whole) {
		watch_trouble(w, err == OK ? ERR_MEMORY : err);
		return false;
	}
	drop_unlisted(w);
	if (!sort(w))
		return false;
	err = ledger_each(w->ledger, COURSE_KIND, take_course, w);
	watch_trouble(w, err);
	w->mark = mark;
	return err == OK;
}
