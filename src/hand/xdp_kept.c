/* xdp_kept.c - lists of orders, the places that they get, and what of them differs. */
#include "hand/xdp_kept.h"
#include "hand/xdp_rule.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

void xdp_list_free(struct xdp_list *list)
{
	free(list->all);
	*list = (struct xdp_list){ NULL, 0 };
}

static int kept_order(const void *one, const void *other)
{
	const struct xdp_kept *a = one, *b = other;

	return (a->order.id > b->order.id) - (a->order.id < b->order.id);
}

/* ---- Places */

struct slots {
	bool taken[SHIELD_SLOTS];
	uint32_t next[2]; /* where to look on: of rules, of sources */
};

static struct slots *slots_of(const struct xdp_list *list)
{
	struct slots *slots = calloc(1, sizeof(*slots));

	if (!slots)
		return NULL;
	slots->next[1] = SHIELD_RULES;
	for (size_t i = 0; i < list->count; i++)
		slots->taken[list->all[i].slot] = true;
	return slots;
}

/* The lowest that is free; SHIELD_SLOTS: there is none. */
static uint32_t slots_take(struct slots *slots, bool source)
{
	uint32_t *next = &slots->next[source], end = source ? SHIELD_SLOTS : SHIELD_RULES;

	while (*next < end && slots->taken[*next])
		(*next)++;
	if (*next == end)
		return SHIELD_SLOTS;
	slots->taken[*next] = true;
	return *next;
}

/* ---- Lists */

/* The orders, sorted. Of two with one id either may count. */
static struct xdp_kept *orders_sort(const struct hand_order *orders, size_t count)
{
	struct xdp_kept *sorted = calloc(count + 1, sizeof(*sorted));

	for (size_t i = 0; sorted && i < count; i++)
		sorted[i].order = orders[i];
	if (sorted)
		qsort(sorted, count, sizeof(*sorted), kept_order);
	return sorted;
}

/* The place of the one that is replaced, or another: with its place it keeps its counters. */
static bool place_find(struct slots *slots, struct xdp_kept *kept, const struct xdp_kept *before)
{
	bool source = xdp_is_source(&kept->order);

	if (before && (before->slot >= SHIELD_RULES) == source)
		kept->slot = before->slot;
	else
		kept->slot = slots_take(slots, source);
	return kept->slot < SHIELD_SLOTS;
}

/* Merges both, which are sorted. False: there is no place any more. */
static bool lists_merge(const struct xdp_list *before, struct xdp_list fresh, struct slots *slots,
			struct xdp_list *list)
{
	size_t b = 0, f = 0;

	while (b < before->count || f < fresh.count) {
		struct xdp_kept *old = before->all + b, *new = fresh.all + f;
		int order = b == before->count ? 1 : f == fresh.count ? -1 : kept_order(old, new);

		if (order >= 0 && !place_find(slots, new, order == 0 ? old : NULL))
			return false;
		list->all[list->count++] = order < 0 ? *old : *new;
		b += order <= 0;
		f += order >= 0;
		while (order >= 0 && f < fresh.count && kept_order(new, fresh.all + f) == 0)
			f++;
	}
	return true;
}

enum err xdp_list_with(const struct xdp_list *before, const struct hand_order *orders, size_t count,
		       struct xdp_list *list)
{
	struct xdp_list made = { calloc(before->count + count + 1, sizeof(*made.all)), 0 };
	struct xdp_kept *fresh = orders_sort(orders, count);
	struct slots *slots = slots_of(before);
	enum err err = ERR_MEMORY;

	if (made.all && fresh && slots)
		err = lists_merge(before, (struct xdp_list){ fresh, count }, slots, &made)
			      ? OK
			      : ERR_LIMIT;
	free(fresh);
	free(slots);
	if (err == OK)
		*list = made;
	else
		free(made.all);
	return err;
}

static int id_order(const void *one, const void *other)
{
	const uint64_t *a = one, *b = other;

	return (*a > *b) - (*a < *b);
}

enum err xdp_list_without(const struct xdp_list *before, const uint64_t *ids, size_t count,
			  int64_t boot_now, struct xdp_list *list)
{
	struct xdp_list made = { calloc(before->count + 1, sizeof(*made.all)), 0 };
	uint64_t *gone = calloc(count + 1, sizeof(*gone));

	if (!made.all || !gone) {
		free(made.all);
		free(gone);
		return ERR_MEMORY;
	}
	for (size_t i = 0; i < count; i++)
		gone[i] = ids[i];
	qsort(gone, count, sizeof(*gone), id_order);
	for (size_t i = 0; i < before->count; i++) {
		const struct hand_order *order = &before->all[i].order;

		if (order->until > boot_now &&
		    !bsearch(&order->id, gone, count, sizeof(*gone), id_order))
			made.all[made.count++] = before->all[i];
	}
	free(gone);
	*list = made;
	return OK;
}

enum err xdp_list_read(const struct xdp_pins *pins, struct xdp_list *list)
{
	struct xdp_list made = { calloc(SHIELD_SLOTS, sizeof(*made.all)), 0 };
	uint64_t id, *before = NULL;

	if (!made.all)
		return ERR_MEMORY;
	while (made.count < SHIELD_SLOTS &&
	       bpf_map_get_next_key(pins->fd[PIN_ORDERS], before, &id) == 0) {
		struct xdp_kept *kept = &made.all[made.count];

		if (bpf_map_lookup_elem(pins->fd[PIN_ORDERS], &id, kept) == 0 &&
		    kept->slot < SHIELD_SLOTS)
			made.count++;
		before = &id;
	}
	qsort(made.all, made.count, sizeof(*made.all), kept_order);
	*list = made;
	return OK;
}

/* ---- To the kernel */

/* Counters from nothing, as the place was somebody else's. */
static enum err slot_clear(const struct xdp_pins *pins, uint32_t slot)
{
	uint64_t due = 0;

	for (size_t i = 0; i < pins->cpus; i++) {
		pins->counts[i * SHIELD_SLOTS + slot] = (struct shield_count){ 0, 0 };
		pins->known_counts[i * SHIELD_SLOTS + slot] = 0;
	}
	if (slot < SHIELD_RULES &&
	    bpf_map_update_elem(pins->fd[PIN_PACES], &slot, &due, BPF_ANY) != 0)
		return ERR_WRITE;
	return OK;
}

/* One that is in both lists or in one of them; the other is NULL. */
static enum err kept_write(const struct xdp_pins *pins, const struct xdp_kept *old,
			   const struct xdp_kept *new)
{
	enum err err = OK;

	if (!new || (old && memcmp(old, new, sizeof(*new)) == 0))
		return OK;
	if (!old || old->slot != new->slot)
		err = slot_clear(pins, new->slot);
	if (err == OK && bpf_map_update_elem(pins->fd[PIN_ORDERS], &new->order.id, new, BPF_ANY))
		err = ERR_WRITE;
	return err;
}

static enum err kept_delete(const struct xdp_pins *pins, const struct xdp_kept *old,
			    const struct xdp_kept *new)
{
	if (new || bpf_map_delete_elem(pins->fd[PIN_ORDERS], &old->order.id) == 0 || errno == ENOENT)
		return OK;
	return ERR_WRITE;
}

typedef enum err kept_do(const struct xdp_pins *pins, const struct xdp_kept *old,
			 const struct xdp_kept *new);

static enum err lists_walk(const struct xdp_pins *pins, const struct xdp_list *before,
			   const struct xdp_list *after, kept_do *does)
{
	size_t b = 0, a = 0;
	enum err err = OK;

	while (err == OK && (b < before->count || a < after->count)) {
		const struct xdp_kept *old = b < before->count ? &before->all[b] : NULL;
		const struct xdp_kept *new = a < after->count ? &after->all[a] : NULL;
		int order = !old ? 1 : !new ? -1 : kept_order(old, new);

		err = does(pins, order <= 0 ? old : NULL, order >= 0 ? new : NULL);
		b += order <= 0;
		a += order >= 0;
	}
	return err;
}

/* The next rule from `at` on; `count`: there is none. */
static size_t rule_next(const struct xdp_list *list, size_t at)
{
	while (at < list->count && list->all[at].slot >= SHIELD_RULES)
		at++;
	return at;
}

static bool rules_differ(const struct xdp_list *one, const struct xdp_list *other)
{
	size_t a = rule_next(one, 0), b = rule_next(other, 0);

	while (a < one->count && b < other->count) {
		if (memcmp(&one->all[a], &other->all[b], sizeof(*one->all)) != 0)
			return true;
		a = rule_next(one, a + 1);
		b = rule_next(other, b + 1);
	}
	return a < one->count || b < other->count;
}

/* A table of its own takes the place of the one in use; the call ends when no packet sees the old one. */
static enum err table_write(const struct xdp_pins *pins, const struct xdp_list *list)
{
	struct shield_table *table = calloc(1, sizeof(*table));
	const uint32_t zero = 0;
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "rules", sizeof(zero), sizeof(*table), 1, NULL);
	enum err err = fd < 0 ? ERR_WRITE : table ? OK : ERR_MEMORY;

	for (size_t i = 0; table && i < list->count; i++) {
		struct shield_rule rule;

		if (list->all[i].slot >= SHIELD_RULES)
			continue;
		xdp_rule_make(&list->all[i].order, &rule);
		xdp_table_add(table, list->all[i].slot, &rule);
	}
	if (err == OK && (bpf_map_update_elem(fd, &zero, table, BPF_ANY) != 0 ||
			  bpf_map_update_elem(pins->fd[PIN_TABLE], &zero, &fd, BPF_ANY) != 0))
		err = ERR_WRITE;
	if (fd >= 0)
		close(fd);
	free(table);
	return err;
}

static enum err sources_write(const struct xdp_pins *pins, const struct xdp_list *before,
			      const struct xdp_list *after)
{
	struct xdp_sources old = { NULL, 0 }, new = { NULL, 0 };
	enum err err = ERR_MEMORY;

	if (xdp_sources_of(before->all, before->count, &old) &&
	    xdp_sources_of(after->all, after->count, &new))
		err = xdp_sources_write(pins, &old, &new);
	xdp_sources_free(&old);
	xdp_sources_free(&new);
	return err;
}

enum err xdp_list_write(const struct xdp_pins *pins, const struct xdp_list *before,
			const struct xdp_list *after)
{
	enum err err = lists_walk(pins, before, after, kept_write);

	if (err == OK)
		err = sources_write(pins, before, after);
	if (err == OK && rules_differ(before, after))
		err = table_write(pins, after);
	if (err == OK)
		err = lists_walk(pins, before, after, kept_delete);
	return err;
}

enum err xdp_list_write_all(const struct xdp_pins *pins, const struct xdp_list *list)
{
	struct xdp_sources sources = { NULL, 0 };
	enum err err = ERR_MEMORY;

	if (xdp_sources_of(list->all, list->count, &sources))
		err = xdp_sources_write_all(pins, &sources);
	xdp_sources_free(&sources);
	return err == OK ? table_write(pins, list) : err;
}
