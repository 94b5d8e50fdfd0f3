/* compare.c - the two listings side by side, both in path_order(). */
#include "wipe/wipe_private.h"

#include "base/text.h"

#include <string.h>

#define SIZE_CUT   63  /* bytes of what is left of a file that was emptied, at most: so few are not looked at */
#define SIZE_WHOLE 512 /* and what it had at least */

struct sides {
	struct listing_reader *before; /* NULL: there is none */
	struct listing_writer *writer;
	struct listing_entry old, new;
	enum err old_left, new_left; /* OK: there is one */
};

bool is_emptied(uint64_t before, uint64_t after)
{
	return before >= SIZE_WHOLE && after <= SIZE_CUT;
}

void age_see(struct ages *ages, usec_t changed)
{
	double day = (double)changed / (86400.0 * 1e6);

	ages->count++;
	ages->sum += day;
	ages->squares += day * day;
}

static bool is_canary(const struct wipe *wipe, struct span path)
{
	for (unsigned i = 0; wipe->canaries && wipe->canaries[i]; i++)
		if (span_equal(path, text_span(wipe->canaries[i])))
			return true;
	return false;
}

/* The listing before is read once whole: it is believed only when all its sums are right. */
static bool before_is_whole(struct wipe *wipe)
{
	struct listing_reader *reader = NULL;
	struct listing_entry entry;
	uint64_t files = 0, bytes = 0;
	enum err e;

	if (!wipe->before)
		return true;
	e = listing_open(wipe->before, &reader);
	while (e == OK) {
		e = listing_next(reader, &entry);
		if (e == OK) {
			ending_keep(wipe, entry.path);
			age_see(&wipe->extent.all, entry.changed);
			files++;
			bytes += entry.size;
		}
	}
	if (e == ERR_EMPTY) {
		wipe->random = listing_digest(reader);
		wipe->has_before = true;
		wipe->change.files_before = files;
		wipe->change.bytes_before = bytes;
	}
	listing_close(reader);
	return e == ERR_EMPTY;
}

static enum err next_old(struct sides *s)
{
	s->old_left = s->before ? listing_next(s->before, &s->old) : ERR_EMPTY;
	return s->old_left == ERR_EMPTY ? OK : s->old_left;
}

/* What is told is written, too. */
static enum err next_new(struct wipe *wipe, struct sides *s)
{
	enum err e;

	s->new_left = sorter_next(wipe->sorter, &s->new);
	if (s->new_left != OK)
		return s->new_left == ERR_EMPTY ? OK : s->new_left;
	e = listing_put(s->writer, &s->new);
	wipe->change.files++;
	wipe->change.bytes += s->new.size;
	return e;
}

static enum err see_both(struct wipe *wipe, const struct sides *s)
{
	const struct listing_entry *old = &s->old, *new = &s->new;
	bool same = old->size == new->size && old->changed == new->changed;
	char ending[ENDING_TEXT];
	enum err e = pair_there(wipe, new, same);

	if (e != OK)
		return e;
	if (same)
		wipe->change.same++;
	else
		wipe->change.changed++;
	if (is_canary(wipe, new->path)) {
		wipe->change.canaries += !same;
		return sample_offer(wipe, SAMPLE_CANARY, old, new);
	}
	if (is_emptied(old->size, new->size)) {
		if (known_ending(new->path, ending) && known_emptied(ending))
			return OK;
		wipe->extent.emptied++;
		return sample_offer(wipe, SAMPLE_EMPTIED, old, new);
	}
	return sample_offer(wipe, same ? SAMPLE_SAME : SAMPLE_CHANGED, old, new);
}

static enum err join(struct wipe *wipe, struct sides *s)
{
	enum err e = next_old(s);

	if (e == OK)
		e = next_new(wipe, s);
	while (e == OK && (s->old_left == OK || s->new_left == OK)) {
		int order = s->old_left != OK ? 1 : s->new_left != OK ? -1 : path_order(s->old.path, s->new.path);

		if (order == 0)
			e = see_both(wipe, s);
		else if (order < 0)
			e = pair_gone(wipe, &s->old);
		else
			e = pair_came(wipe, &s->new);
		if (e == OK && order >= 0)
			e = vault_see(wipe, s->new.path);
		if (order < 0)
			wipe->change.canaries += is_canary(wipe, s->old.path);
		if (e == OK && order <= 0)
			e = next_old(s);
		if (e == OK && order >= 0)
			e = next_new(wipe, s);
	}
	return e == OK ? pair_end(wipe) : e;
}

static void count_moved(struct wipe *wipe)
{
	struct wipe_change *c = &wipe->change;
	uint64_t moved = prints_common(&wipe->gone, &wipe->came);

	/* When only a part was counted, the estimate may be more than there is. */
	moved = moved < c->removed ? moved : c->removed;
	moved = moved < c->added ? moved : c->added;
	wipe->extent.moved = moved;
	c->renamed += moved;
	c->removed -= moved;
	c->added -= moved;
}

static void choose_suffix(struct wipe *wipe)
{
	const struct new_ending *most = &wipe->news[0];

	for (unsigned i = 1; i < NEW_ENDINGS; i++)
		if (wipe->news[i].count > most->count)
			most = &wipe->news[i];
	memcpy(wipe->change.suffix, most->text, sizeof(wipe->change.suffix));
}

_Static_assert(sizeof(((struct wipe_change *)0)->suffix) == ENDING_TEXT, "an ending is copied into it");

enum err compare_listings(struct wipe *wipe)
{
	bool whole = before_is_whole(wipe);
	struct sides s = { .writer = listing_writer_new(wipe->after) };
	enum err e = s.writer ? OK : ERR_WRITE;

	if (e == OK && wipe->has_before)
		e = listing_open(wipe->before, &s.before);
	if (e == OK)
		e = join(wipe, &s);
	listing_close(s.before);
	if (e == OK)
		e = listing_finish(s.writer, true);
	listing_writer_free(s.writer);
	if (e != OK)
		return e;
	count_moved(wipe);
	choose_suffix(wipe);
	e = samples_choose(wipe);
	return e != OK ? e : whole ? OK : ERR_FORMAT;
}
