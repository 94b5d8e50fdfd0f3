/* moved.c - what moved to another folder, and endings that are new: bounded memory for any number of names. */
#include "wipe/wipe_private.h"

#include "base/hash.h"
#include "base/text.h"
#include "exam/type.h"

#include <stdlib.h>
#include <string.h>

#define NOTE_SIZE   (256u << 10) /* a note is not larger */
#define NOTE_COPIES 3            /* folders in which a name must be to be looked at as one */

enum err prints_open(struct prints *prints)
{
	prints->hash = malloc(PRINTS * sizeof(*prints->hash));
	return prints->hash ? OK : ERR_MEMORY;
}

/* Keeps every second one, by the hash, so that both sides keep the same. */
static void prints_thin(struct prints *prints)
{
	size_t kept = 0;

	prints->shift++;
	for (size_t i = 0; i < prints->count; i++)
		if ((prints->hash[i] & ((1ull << prints->shift) - 1)) == 0)
			prints->hash[kept++] = prints->hash[i];
	prints->count = kept;
}

void prints_add(struct prints *prints, const struct listing_entry *entry)
{
	struct span name = path_name(entry->path);
	uint64_t hash = hash_text(name.ptr, name.len, entry->size);

	if (entry->size == 0 || prints->shift >= 48)
		return;
	while (prints->count == PRINTS)
		prints_thin(prints);
	if ((hash & ((1ull << prints->shift) - 1)) == 0)
		prints->hash[prints->count++] = hash;
}

static int compare_hash(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

uint64_t prints_common(struct prints *a, struct prints *b)
{
	size_t i = 0, k = 0;
	uint64_t common = 0;

	while (a->shift < b->shift)
		prints_thin(a);
	while (b->shift < a->shift)
		prints_thin(b);
	qsort(a->hash, a->count, sizeof(*a->hash), compare_hash);
	qsort(b->hash, b->count, sizeof(*b->hash), compare_hash);
	while (i < a->count && k < b->count) {
		if (a->hash[i] == b->hash[k]) {
			common++;
			i++;
			k++;
		} else if (a->hash[i] < b->hash[k]) {
			i++;
		} else {
			k++;
		}
	}
	return common << a->shift;
}

/* --- endings --- */

static uint64_t ending_hash(const char *ending)
{
	return hash_text((const uint8_t *)ending, strlen(ending), HASH_K2) | 1; /* 0: a free place */
}

/* The place of a hash, or the free one where it would be. */
static size_t ending_place(const struct wipe *wipe, uint64_t hash)
{
	size_t i = hash % ENDINGS;

	while (wipe->endings[i] && wipe->endings[i] != hash)
		i = (i + 1) % ENDINGS;
	return i;
}

void ending_keep(struct wipe *wipe, struct span path)
{
	char ending[ENDING_TEXT];
	size_t place;

	if (wipe->ending_count * 2 >= ENDINGS || !known_ending(path, ending))
		return;
	place = ending_place(wipe, ending_hash(ending));
	wipe->ending_count += wipe->endings[place] == 0;
	wipe->endings[place] = ending_hash(ending);
}

bool ending_is_new(const struct wipe *wipe, const char *ending)
{
	/* A set with more endings than can be kept has no new ones. */
	return wipe->ending_count * 2 < ENDINGS && wipe->endings[ending_place(wipe, ending_hash(ending))] == 0;
}

/* Space-saving (Metwally and others, 2005): a common one is never lost. */
void ending_count(struct wipe *wipe, const char *ending)
{
	struct new_ending *least = &wipe->news[0];

	for (unsigned i = 0; i < NEW_ENDINGS; i++) {
		if (strcmp(wipe->news[i].text, ending) == 0) {
			wipe->news[i].count++;
			return;
		}
		if (wipe->news[i].count < least->count)
			least = &wipe->news[i];
	}
	least->count++;
	memset(least->text, 0, sizeof(least->text));
	memcpy(least->text, ending, strlen(ending));
}

/* --- what came --- */

/* How often a small new file of this name was seen, about. */
static uint32_t repeat(struct wipe *wipe, struct span name, uint64_t size)
{
	uint64_t hash = hash_text(name.ptr, name.len, size);
	struct repeated *r = &wipe->repeated[hash % REPEATED];

	if (r->hash != hash) {
		if (r->count > 1) { /* a common one stays until others were as common */
			r->count--;
			return 0;
		}
		*r = (struct repeated){ hash, 0 };
	}
	return ++r->count;
}

/* Ransomware puts its ending behind the name, so that the old one is still there: "report.docx.lockbit". */
static bool is_doubled(struct span path, const char *ending)
{
	struct span stem = { path.ptr, path.len - strlen(ending) - 1 };

	return type_promised(path_name(stem)) != TYPE_UNKNOWN;
}

void came_see(struct wipe *wipe, const struct listing_entry *entry)
{
	char ending[ENDING_TEXT];
	bool named = known_note_name(entry->path);

	wipe->change.notes += named;
	if (entry->size <= NOTE_SIZE &&
	    (repeat(wipe, path_name(entry->path), entry->size) >= NOTE_COPIES || named) &&
	    sample_offer(wipe, SAMPLE_NOTE, NULL, entry) != OK)
		wipe->extent.skipped++;
	if (known_ending(entry->path, ending) && known_family(ending) && ending_is_new(wipe, ending) &&
	    is_doubled(entry->path, ending)) {
		wipe->extent.family++;
		memcpy(wipe->extent.family_name, ending, sizeof(ending));
		ending_count(wipe, ending);
	}
}
