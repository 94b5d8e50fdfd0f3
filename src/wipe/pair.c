/*
 * pair.c - files that are only in one of the two snapshots: which of them are the same under another name.
 *
 * In each folder what is gone is paired with what came: by a name that got something in front or behind, by size and
 * time, by the name without its ending, and at last by size alone (then one took the place of the other, no more is said).
 * Folders lie in each other, so what waits is a stack. What a folder has too many of stays without a pair.
 */
#include "wipe/wipe_private.h"

#include "base/hash.h"
#include "base/line.h"
#include "exam/type.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH   200           /* folders in each other; what lies deeper counts to the last of them */
#define WAITING (1u << 15)    /* files of either side */
#define NAMES   (4u << 20)    /* bytes of names */
#define AFFIX   64            /* bytes in front of or behind a name, at most */
#define SLACK   8192          /* bytes by which one that takes another's place may be larger, and half of it */

struct pending {
	const uint8_t *name;
	uint32_t length;
	bool paired;
	uint64_t size;
	usec_t changed;
};

struct frame {
	size_t path_len;     /* of `path`, with its '/' */
	size_t gone, came;   /* where its own begin in the stacks */
	size_t names;
	uint64_t there;      /* files in it and below it now */
	uint64_t lost;       /* gone for good from the folder itself */
	uint64_t gained;     /* new in the folder itself */
	uint64_t vanished, roots; /* gone with whole folders below it */
	bool passing;
	bool git, repository; /* in a git repository; in one that git was used in since */
};

struct pairing {
	uint8_t path[FILE_PATH_MAX]; /* of the folder that is open */
	struct frame frames[DEPTH];
	unsigned depth; /* frames that are open */
	size_t gone_count, came_count, names_used;
	struct pending gone[WAITING], came[WAITING];
	uint8_t names[NAMES];
};

struct pairing *pairing_new(void)
{
	return calloc(1, sizeof(struct pairing)); /* pages are used only as far as they are needed */
}

void pairing_free(struct pairing *pairing)
{
	free(pairing);
}

/* --- orders --- */

static struct span pending_name(const struct pending *p)
{
	return (struct span){ p->name, p->length };
}

static int compare_names(const void *left, const void *right)
{
	return path_order(pending_name(left), pending_name(right));
}

/* Those without a pair first, by size, then time. */
static int compare_sizes(const void *left, const void *right)
{
	const struct pending *a = left, *b = right;

	if (a->paired != b->paired)
		return a->paired ? 1 : -1;
	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	return (a->changed > b->changed) - (a->changed < b->changed);
}

/* --- what a pair tells --- */

enum pair_how { PAIR_BEHIND, PAIR_FRONT, PAIR_TIME, PAIR_STEM, PAIR_SIZE };

/* The whole entry; its path is made in `path`. False: it is too long. */
static bool entry_of(const struct pairing *p, const struct pending *file, uint8_t path[FILE_PATH_MAX],
		     struct listing_entry *entry)
{
	size_t folder = p->frames[p->depth - 1].path_len;

	if (folder + file->length > FILE_PATH_MAX)
		return false;
	memcpy(path, p->path, folder);
	memcpy(path + folder, file->name, file->length);
	*entry = (struct listing_entry){ { path, folder + file->length }, file->size, file->changed };
	return true;
}

/* Which endings are renamed: a bit for each, by its hash. */
static uint64_t ending_bit(const char *ending)
{
	return 1ull << (hash_text((const uint8_t *)ending, strlen(ending), 0) & 63);
}

/* Who renames a few each day makes the ending one that the set has: those of later days are counted, too. */
static void odd_see(struct wipe *wipe, struct span before, const char *was)
{
	if (type_promised(path_name(before)) == TYPE_UNKNOWN)
		return;
	wipe->extent.odd++;
	wipe->extent.odd_endings |= ending_bit(was);
}

/* Renamed and no more: the name had an ending, and now one that neither promises a type nor was in the set. */
static void unnamed_see(struct wipe *wipe, const struct listing_entry *before, const struct listing_entry *after)
{
	char was[ENDING_TEXT], is[ENDING_TEXT];

	if (before->size != after->size || before->changed != after->changed || !known_ending(before->path, was) ||
	    type_promised(path_name(after->path)) != TYPE_UNKNOWN)
		return;
	if (known_ending(after->path, is) && known_ordinary(is))
		return;
	odd_see(wipe, before->path, was);
	if (known_ending(after->path, is) && !ending_is_new(wipe, is))
		return;
	wipe->extent.unnamed++;
	wipe->extent.endings |= ending_bit(was);
}

static void suffix_see(struct wipe *wipe, struct span before, struct span after)
{
	char ending[ENDING_TEXT], was[ENDING_TEXT] = "";

	wipe->change.suffixed++;
	if (!known_ending(after, ending) || known_ordinary(ending) || type_promised(path_name(after)) != TYPE_UNKNOWN)
		return;
	(void)known_ending(before, was);
	odd_see(wipe, before, was);
	if (!ending_is_new(wipe, ending))
		return;
	wipe->extent.strange++;
	wipe->extent.endings |= ending_bit(was);
	if (!known_family(ending)) /* those are counted when they come */
		ending_count(wipe, ending);
}

static enum err pair_make(struct wipe *wipe, struct pending *gone, struct pending *came, enum pair_how how)
{
	uint8_t before_path[FILE_PATH_MAX], after_path[FILE_PATH_MAX];
	struct listing_entry before, after;

	gone->paired = came->paired = true;
	if (!entry_of(wipe->pairing, gone, before_path, &before) || !entry_of(wipe->pairing, came, after_path, &after))
		return OK;
	if (how == PAIR_SIZE) {
		wipe->extent.replaced++;
		wipe->change.removed++;
		wipe->change.added++;
	} else {
		wipe->change.renamed++;
		if (how == PAIR_BEHIND)
			suffix_see(wipe, before.path, after.path);
		else
			unnamed_see(wipe, &before, &after);
	}
	came_see(wipe, &after);
	if (is_emptied(gone->size, came->size)) {
		wipe->extent.emptied++;
		return sample_offer(wipe, SAMPLE_EMPTIED, &before, &after);
	}
	/* A cache fills with packed things of no kind: that one is where another was tells nothing there. */
	if (how == PAIR_SIZE && wipe->pairing->frames[wipe->pairing->depth - 1].passing)
		return OK;
	return sample_offer(wipe, SAMPLE_RENAMED, &before, &after);
}

/* --- the ways of pairing; `gone` is sorted by names --- */

struct side {
	struct pending *files;
	size_t count;
};

static struct pending *find_name(struct side gone, struct span name)
{
	struct pending key = { .name = name.ptr, .length = (uint32_t)name.len };

	return bsearch(&key, gone.files, gone.count, sizeof(key), compare_names);
}

/* One whose name this is with something behind or in front of it. */
static struct pending *find_inside(struct side gone, struct span name, enum pair_how *how)
{
	for (size_t cut = 1; cut < name.len && cut <= AFFIX; cut++) {
		struct pending *behind = find_name(gone, line_cut(name, name.len - cut));
		struct pending *front = behind && !behind->paired ? NULL : find_name(gone, line_from(name, cut));

		*how = front ? PAIR_FRONT : PAIR_BEHIND;
		if (front && !front->paired)
			return front;
		if (behind && !behind->paired)
			return behind;
	}
	return NULL;
}

static enum err pair_affixes(struct wipe *wipe, struct side gone, struct side came)
{
	for (size_t i = 0; i < came.count; i++) {
		enum pair_how how = PAIR_BEHIND;
		struct pending *g = find_inside(gone, pending_name(&came.files[i]), &how);
		enum err e = g ? pair_make(wipe, g, &came.files[i], how) : OK;

		if (e != OK)
			return e;
	}
	return OK;
}

/* Behind the last dot is the ending; without one the whole name. */
static struct span stem_of(struct span name)
{
	const uint8_t *dot = memrchr(name.ptr, '.', name.len);

	return dot && dot > name.ptr ? line_cut(name, (size_t)(dot - name.ptr)) : name;
}

static enum err pair_stems(struct wipe *wipe, struct side gone, struct side came)
{
	size_t k = 0;

	/* Both are sorted by names, and the stems of sorted names nearly are: what this misses is paired by size. */
	for (size_t i = 0; i < came.count; i++) {
		struct span stem = stem_of(pending_name(&came.files[i]));

		if (came.files[i].paired || stem.len < 2)
			continue;
		while (k < gone.count && (gone.files[k].paired ||
					  path_order(stem_of(pending_name(&gone.files[k])), stem) < 0))
			k++;
		if (k == gone.count)
			break;
		if (path_order(stem_of(pending_name(&gone.files[k])), stem) == 0) {
			enum err e = pair_make(wipe, &gone.files[k], &came.files[i], PAIR_STEM);

			if (e != OK)
				return e;
		}
	}
	return OK;
}

static bool takes_place(const struct pending *gone, const struct pending *came)
{
	return came->size + 64 >= gone->size && came->size <= gone->size + gone->size / 2 + SLACK;
}

/* Both sorted by size: the same size and time is one that was renamed, else one that took the place. */
static enum err pair_sizes(struct wipe *wipe, struct side gone, struct side came, bool exact)
{
	size_t i = 0, k = 0;

	while (i < gone.count && k < came.count && !gone.files[i].paired && !came.files[k].paired) {
		struct pending *g = &gone.files[i], *c = &came.files[k];
		bool fits = exact ? g->size == c->size && g->changed == c->changed && g->size > 0 : takes_place(g, c);
		enum err e = OK;

		if (fits) {
			e = pair_make(wipe, g, c, exact ? PAIR_TIME : PAIR_SIZE);
			i++;
			k++;
		} else if (exact ? compare_sizes(g, c) < 0 : g->size < c->size) {
			i++;
		} else {
			k++;
		}
		if (e != OK)
			return e;
	}
	return OK;
}

static enum err pair_all(struct wipe *wipe, struct side gone, struct side came)
{
	enum err e;

	qsort(gone.files, gone.count, sizeof(*gone.files), compare_names);
	qsort(came.files, came.count, sizeof(*came.files), compare_names);
	e = pair_affixes(wipe, gone, came);
	if (e == OK)
		e = pair_stems(wipe, gone, came);
	for (unsigned way = 0; way < 2 && e == OK; way++) {
		qsort(gone.files, gone.count, sizeof(*gone.files), compare_sizes);
		qsort(came.files, came.count, sizeof(*came.files), compare_sizes);
		e = pair_sizes(wipe, gone, came, way == 0);
	}
	return e;
}

/* --- what has no pair --- */

static enum err lose(struct wipe *wipe, struct frame *frame, const struct listing_entry *entry)
{
	char ending[ENDING_TEXT] = "";

	(void)known_ending(entry->path, ending);
	wipe->change.removed++;
	if (frame->passing || frame->repository || (frame->git && known_made(ending))) {
		wipe->extent.passing++;
		return OK;
	}
	frame->lost++;
	age_see(&wipe->extent.gone_ages, entry->changed);
	wipe->extent.gone_endings[hash_text((const uint8_t *)ending, strlen(ending), 0) % GONE_ENDINGS]++;
	wipe->extent.gone_bytes += entry->size;
	prints_add(&wipe->gone, entry);
	return sample_offer(wipe, SAMPLE_GONE, entry, NULL);
}

static enum err gain(struct wipe *wipe, struct frame *frame, const struct listing_entry *entry)
{
	frame->gained++;
	wipe->change.added++;
	prints_add(&wipe->came, entry);
	if (type_promised(path_name(entry->path)) != TYPE_UNKNOWN &&
	    type_kind(type_promised(path_name(entry->path))) == KIND_ARCHIVE)
		wipe->extent.archive_bytes += entry->size;
	came_see(wipe, entry);
	return sample_offer(wipe, SAMPLE_ADDED, NULL, entry);
}

static enum err rest_see(struct wipe *wipe, struct frame *frame, struct side gone, struct side came)
{
	uint8_t path[FILE_PATH_MAX];
	struct listing_entry entry;
	enum err e = OK;

	for (size_t i = 0; i < gone.count && e == OK; i++)
		if (!gone.files[i].paired && entry_of(wipe->pairing, &gone.files[i], path, &entry))
			e = lose(wipe, frame, &entry);
	for (size_t i = 0; i < came.count && e == OK; i++)
		if (!came.files[i].paired && entry_of(wipe->pairing, &came.files[i], path, &entry))
			e = gain(wipe, frame, &entry);
	return e;
}

/* Pairs what waits in the folder that is open. */
static enum err settle(struct wipe *wipe)
{
	struct pairing *p = wipe->pairing;
	struct frame *frame = &p->frames[p->depth - 1];
	struct side gone = { p->gone + frame->gone, p->gone_count - frame->gone };
	struct side came = { p->came + frame->came, p->came_count - frame->came };
	enum err e = OK;

	if (gone.count && came.count)
		e = pair_all(wipe, gone, came);
	if (e == OK)
		e = rest_see(wipe, frame, gone, came);
	p->gone_count = frame->gone;
	p->came_count = frame->came;
	p->names_used = frame->names;
	return e;
}

/* --- folders --- */

static enum err leave(struct wipe *wipe)
{
	struct pairing *p = wipe->pairing;
	struct frame *frame = &p->frames[p->depth - 1], *above = p->depth > 1 ? frame - 1 : NULL;
	enum err e = settle(wipe);

	if (frame->there == 0 && above) {
		above->vanished += frame->lost + frame->vanished;
		above->roots += frame->lost + frame->vanished > 0;
	} else {
		wipe->extent.scattered += frame->lost;
		wipe->extent.folders += frame->lost > 0;
		wipe->extent.bare += frame->lost > 0 && frame->gained == 0;
		wipe->extent.vanished += frame->vanished;
		wipe->extent.roots += frame->roots;
	}
	if (above)
		above->there += frame->there;
	p->depth--;
	return e;
}

static void open_folder(struct pairing *p, size_t path_len)
{
	struct span folder = { p->path, path_len };

	p->frames[p->depth] = (struct frame){ .path_len = path_len, .gone = p->gone_count, .came = p->came_count,
					      .names = p->names_used, .passing = known_passing(folder) };
	if (p->depth) {
		p->frames[p->depth].git = p->frames[p->depth - 1].git;
		p->frames[p->depth].repository = p->frames[p->depth - 1].repository;
	}
	p->depth++;
}

/* Leaves folders that the path is not in, and opens those that it is in. */
static enum err enter(struct wipe *wipe, struct span path)
{
	struct pairing *p = wipe->pairing;
	struct span folder = { path.ptr, path.len - path_name(path).len };
	size_t at;

	while (p->depth > 1) {
		size_t n = p->frames[p->depth - 1].path_len;
		enum err e;

		if (n <= folder.len && memcmp(p->path, folder.ptr, n) == 0)
			break;
		e = leave(wipe);
		if (e != OK)
			return e;
	}
	if (p->depth == 0)
		open_folder(p, 0);
	at = p->frames[p->depth - 1].path_len;
	memcpy(p->path + at, folder.ptr + at, folder.len - at);
	for (; at < folder.len && p->depth < DEPTH; at++)
		if (folder.ptr[at] == '/')
			open_folder(p, at + 1);
	return OK;
}

static bool ends_with(struct span path, const char *tail)
{
	size_t n = strlen(tail);

	return path.len >= n && memcmp(path.ptr + path.len - n, tail, n) == 0;
}

/* A file that is there now. Files of a git repository come and go with its branches, and then git writes HEAD or the index
 * (gitrepository-layout(5)); who deletes files past git does not. Its folder sorts before nearly all others, so it is seen
 * in time. */
static void count_there(struct pairing *p, struct span path, bool touched)
{
	struct frame *above = p->depth > 1 ? &p->frames[p->depth - 2] : NULL;

	p->frames[p->depth - 1].there++;
	if (!above)
		return;
	above->git = above->git || ends_with(path, "/.git/HEAD");
	if (touched && (ends_with(path, "/.git/HEAD") || ends_with(path, "/.git/index")))
		above->repository = above->git;
}

static enum err wait_in(struct wipe *wipe, const struct listing_entry *entry, bool gone)
{
	struct pairing *p = wipe->pairing;
	struct frame *frame;
	struct pending *into;
	struct span name;
	enum err e = enter(wipe, entry->path);

	if (e != OK)
		return e;
	frame = &p->frames[p->depth - 1];
	if (!gone)
		count_there(p, entry->path, true);
	name = line_from(entry->path, frame->path_len);
	if ((gone ? p->gone_count : p->came_count) == WAITING || name.len > NAMES - p->names_used) {
		e = settle(wipe);
		if (e != OK)
			return e;
	}
	if ((gone ? p->gone_count : p->came_count) == WAITING || name.len > NAMES - p->names_used) {
		/* What waits is of folders above: this one goes without a pair. */
		return gone ? lose(wipe, frame, entry) : gain(wipe, frame, entry);
	}
	into = gone ? &p->gone[p->gone_count++] : &p->came[p->came_count++];
	*into = (struct pending){ p->names + p->names_used, (uint32_t)name.len, false, entry->size, entry->changed };
	memcpy(p->names + p->names_used, name.ptr, name.len);
	p->names_used += name.len;
	return OK;
}

enum err pair_gone(struct wipe *wipe, const struct listing_entry *entry)
{
	return wait_in(wipe, entry, true);
}

enum err pair_came(struct wipe *wipe, const struct listing_entry *entry)
{
	return wait_in(wipe, entry, false);
}

enum err pair_there(struct wipe *wipe, const struct listing_entry *entry, bool same)
{
	enum err e = enter(wipe, entry->path);

	if (e == OK)
		count_there(wipe->pairing, entry->path, !same);
	return e;
}

enum err pair_end(struct wipe *wipe)
{
	while (wipe->pairing->depth > 0) {
		enum err e = leave(wipe);

		if (e != OK)
			return e;
	}
	return OK;
}
