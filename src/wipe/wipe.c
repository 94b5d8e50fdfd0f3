/* wipe.c - one comparison: its parts, and what is looked at. */
#include "wipe/wipe_private.h"

#include "base/hash.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define SORT_ROOM (24u << 20) /* bytes of memory for files that are sorted */

struct wipe *wipe_new(const char *before, const char *after, const char *const *canaries)
{
	struct wipe *wipe = calloc(1, sizeof(*wipe));
	bool good;

	if (!wipe)
		return NULL;
	wipe->before = before ? strdup(before) : NULL;
	wipe->after = strdup(after);
	wipe->canaries = canaries;
	wipe->random = HASH_K0;
	wipe->endings = calloc(ENDINGS, sizeof(*wipe->endings));
	wipe->pairing = pairing_new();
	wipe->room = content_room_new();
	good = wipe->after && (wipe->before || !before) && wipe->endings && wipe->pairing && wipe->room;
	if (good)
		wipe->sorter = sorter_new(wipe->after, SORT_ROOM);
	if (!wipe->sorter || samples_open(wipe) != OK || prints_open(&wipe->gone) != OK ||
	    prints_open(&wipe->came) != OK) {
		wipe_free(wipe);
		return NULL;
	}
	return wipe;
}

void wipe_free(struct wipe *wipe)
{
	if (!wipe)
		return;
	samples_close(wipe);
	sorter_free(wipe->sorter);
	pairing_free(wipe->pairing);
	content_room_free(wipe->room);
	free(wipe->gone.hash);
	free(wipe->came.hash);
	free(wipe->endings);
	free(wipe->before);
	free(wipe->after);
	free(wipe);
}

enum err wipe_see(struct wipe *wipe, const struct snapshot_file *file)
{
	struct listing_entry entry = { file->path, file->size, file->changed };

	if (file->kind != FILE_PLAIN)
		return OK;
	if (file->path.len == 0 || file->path.len > FILE_PATH_MAX || memchr(file->path.ptr, 0, file->path.len)) {
		wipe->extent.skipped++;
		return OK;
	}
	return sorter_put(wipe->sorter, &entry);
}

enum err wipe_listed(struct wipe *wipe)
{
	enum err e = compare_listings(wipe);

	wipe->listed = e == OK || e == ERR_FORMAT;
	return e;
}

const struct wipe_change *wipe_change(const struct wipe *wipe)
{
	return &wipe->change;
}

const struct wipe_want *wipe_wanted(const struct wipe *wipe, size_t *count)
{
	*count = wipe->want_count;
	return wipe->wants;
}

/* What is new, or gone for all that is known of it. */
static void look_alone(struct wipe *wipe, struct wanted *w, int fd, uint64_t size)
{
	struct content c;

	if (!content_look(fd, size, wipe->room, &c))
		return;
	w->looked = true;
	w->alone = (content_is_noise(&c) && !c.sealed) || c.class[0] == BLOCK_CODED;
	w->archive = content_is_archive(&c) && c.structure != STRUCTURE_BROKEN;
	w->note = known_note_text(content_head(wipe->room));
}

enum err wipe_content(struct wipe *wipe, size_t number, int before, int after)
{
	struct wanted *w;
	struct content old, new;
	uint64_t length;

	if (number >= wipe->want_count)
		return ERR_LIMIT;
	w = &wipe->wanted[number];
	length = w->size_before < w->size_after ? w->size_before : w->size_after;
	if (after < 0)
		return OK;
	if (before < 0 || !wipe->wants[number].before.len) {
		look_alone(wipe, w, after, w->size_after);
		return OK;
	}
	if (!content_look(before, length, wipe->room, &old) || !content_look(after, length, wipe->room, &new))
		return OK;
	w->looked = w->both = true;
	w->was = kind_group(old.kind);
	w->equal = content_is_equal(&old, &new);
	w->loss = content_loss(&old, &new, wipe->wants[number].after);
	w->hard = w->loss == LOSS_NOISE && content_is_noise(&new) && old.kind != KIND_UNKNOWN;
	w->alone = content_is_noise(&new);
	return OK;
}
