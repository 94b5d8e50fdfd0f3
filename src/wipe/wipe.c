/* wipe.c - one comparison: its parts, and what is looked at. */
#include "wipe/wipe_private.h"

#include "base/hash.h"
#include "base/text.h"
#include "exam/type.h"

#include <stdlib.h>
#include <string.h>

#define SORT_ROOM (24u << 20) /* bytes of memory for files that are sorted */
#define ALIKE     4  /* files of the same contents that were different: fewer may be by chance ... */
#define ALIKE_OF  3  /* ... contents before, and names, of which there are so many: all LICENSEs may become one */

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
	for (size_t i = 0; i < wipe->vault_count; i++)
		free(wipe->vaults[i]);
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

/* --- vaults --- */

enum err vault_see(struct wipe *wipe, struct span path)
{
	struct span folder = { path.ptr, path.len - path_name(path).len };

	if (folder.len == 0 || wipe->vault_count == VAULTS || !known_vault(path))
		return OK;
	wipe->vaults[wipe->vault_count] = strndup((const char *)folder.ptr, folder.len);
	if (!wipe->vaults[wipe->vault_count])
		return ERR_MEMORY;
	wipe->vault_count++;
	return OK;
}

static bool is_in_vault(const struct wipe *wipe, struct span path)
{
	for (size_t i = 0; i < wipe->vault_count; i++) {
		size_t n = strlen(wipe->vaults[i]);

		if (path.len > n && memcmp(path.ptr, wipe->vaults[i], n) == 0)
			return true;
	}
	return false;
}

/* --- files that became alike --- */

static uint64_t head_hash(const struct content_room *room, uint64_t size)
{
	struct span head = content_head(room);

	return hash_text(head.ptr, head.len, size);
}

static bool is_alike(const struct wanted *w, const struct wanted *other)
{
	return w->both && !w->equal && w->hash_after == other->hash_after;
}

static uint64_t number_of(const struct wanted *w, bool names)
{
	return names ? w->name : w->hash_before;
}

/* How many different contents before, or names, those have that are like it now; ALIKE_OF are enough. */
static unsigned kinds_alike(const struct wipe *wipe, const struct wanted *like, bool names)
{
	uint64_t seen[ALIKE_OF];
	unsigned count = 0, k;

	for (size_t i = 0; i < wipe->want_count && count < ALIKE_OF; i++) {
		if (!is_alike(&wipe->wanted[i], like))
			continue;
		for (k = 0; k < count && seen[k] != number_of(&wipe->wanted[i], names); k++)
			;
		if (k == count)
			seen[count++] = number_of(&wipe->wanted[i], names);
	}
	return count;
}

/* Wipers write the same text or picture over all: each for itself is whole, but no more what it was. */
static void alike_see(struct wipe *wipe, const struct wanted *like)
{
	unsigned count = 0;

	for (size_t i = 0; i < wipe->want_count; i++)
		count += is_alike(&wipe->wanted[i], like);
	if (count < ALIKE || kinds_alike(wipe, like, false) < ALIKE_OF || kinds_alike(wipe, like, true) < ALIKE_OF)
		return;
	for (size_t i = 0; i < wipe->want_count; i++) {
		struct wanted *w = &wipe->wanted[i];

		if (is_alike(w, like) && (w->loss == LOSS_NONE || w->loss > LOSS_ALIKE))
			w->loss = LOSS_ALIKE;
	}
}

/* --- what is looked at --- */

/* What is new, or gone for all that is known of it. */
static void look_alone(struct wipe *wipe, struct wanted *w, int fd, struct span path)
{
	struct content c;
	bool noise;

	if (!content_look(fd, w->size_after, wipe->room, &c))
		return;
	noise = content_is_noise(&c) || c.class[0] == BLOCK_CODED;
	w->looked = true;
	w->locked = content_is_archive(&c) && (c.sealed || c.structure == STRUCTURE_BROKEN);
	w->stored = !content_is_archive(&c) && (c.sealed || (noise && is_in_vault(wipe, path)));
	w->alone = noise && !c.sealed && !w->stored;
	w->archive = content_is_archive(&c) && !w->locked;
	w->note = known_note_text(content_head(wipe->room));
}

/* Texts by their endings: no program makes something else of letters, code and tables at once. Above all other kinds. */
static uint16_t text_kind(struct span name)
{
	char ending[ENDING_TEXT] = "";

	(void)known_ending(name, ending);
	return (uint16_t)(0x8000 | hash_text((const uint8_t *)ending, strlen(ending), 0));
}

/* From a name that says what it is to one that does not, as none in the set did. */
static bool is_unnamed(const struct wipe *wipe, const struct wipe_want *want)
{
	char ending[ENDING_TEXT];

	if (type_promised(path_name(want->before)) == TYPE_UNKNOWN || type_promised(path_name(want->after)) != TYPE_UNKNOWN)
		return false;
	return !known_ending(want->after, ending) || (ending_is_new(wipe, ending) && !known_ordinary(ending));
}

enum err wipe_content(struct wipe *wipe, size_t number, int before, int after)
{
	struct wanted *w;
	struct content old, new;
	struct span name;
	uint64_t length;

	if (number >= wipe->want_count)
		return ERR_LIMIT;
	w = &wipe->wanted[number];
	length = w->size_before < w->size_after ? w->size_before : w->size_after;
	if (after < 0)
		return OK;
	if (before < 0 || !wipe->wants[number].before.len) {
		look_alone(wipe, w, after, wipe->wants[number].after);
		return OK;
	}
	if (!content_look(before, length, wipe->room, &old))
		return OK;
	w->hash_before = head_hash(wipe->room, old.size);
	if (!content_look(after, length, wipe->room, &new))
		return OK;
	w->hash_after = head_hash(wipe->room, new.size);
	name = path_name(wipe->wants[number].after);
	w->name = hash_text(name.ptr, name.len, 0);
	w->looked = w->both = true;
	w->was = kind_group(old.kind) == TYPE_TEXT ? text_kind(name) : kind_group(old.kind);
	w->equal = content_is_equal(&old, &new);
	w->unnamed = w->equal && w->class == SAMPLE_RENAMED && is_unnamed(wipe, &wipe->wants[number]);
	w->loss = content_loss(&old, &new, wipe->wants[number].after);
	w->hard = w->loss == LOSS_NOISE && content_is_noise(&new) && old.kind != KIND_UNKNOWN;
	w->blank = w->loss == LOSS_FLAT && old.kind != KIND_UNKNOWN;
	w->alone = content_is_noise(&new);
	if (!w->equal)
		alike_see(wipe, w);
	return OK;
}
