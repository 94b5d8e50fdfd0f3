/* nft_entries.c - a sorted array of actions, and how it follows the kernel's table. */
#include "nft/nft_entries.h"

#include "base/hash.h"

#include <stdlib.h>

#define YEAR_SECONDS (366ll * 24 * 3600)

/* Where an id is, or would be. */
static size_t place_of(const struct nft_entries *entries, uint64_t id)
{
	size_t low = 0, high = entries->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (entries->all[middle].order.id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct nft_entry *nft_entry_of(const struct nft_entries *entries, uint64_t id)
{
	size_t at = place_of(entries, id);

	return at < entries->count && entries->all[at].order.id == id ? &entries->all[at] : NULL;
}

bool nft_entries_reserve(struct nft_entries *entries, size_t more)
{
	size_t room = entries->count + more;
	struct nft_entry *all;

	if (room <= entries->room)
		return true;
	all = realloc(entries->all, room * sizeof(*all));
	if (!all)
		return false;
	entries->all = all;
	entries->room = room;
	return true;
}

void nft_entries_put(struct nft_entries *entries, const struct nft_entry *entry)
{
	size_t at = place_of(entries, entry->order.id);
	struct nft_entry *place = &entries->all[at];

	if (at == entries->count || place->order.id != entry->order.id) {
		memmove(place + 1, place, (entries->count - at) * sizeof(*place));
		entries->count++;
	}
	*place = *entry;
}

void nft_entries_sweep(struct nft_entries *entries)
{
	size_t kept = 0;

	for (size_t i = 0; i < entries->count; i++)
		if (!entries->all[i].over)
			entries->all[kept++] = entries->all[i];
	entries->count = kept;
}

/* An action of an earlier process. nft tells the rest of its time in whole seconds, cut. */
static struct nft_entry taken_over(const struct nft_found *found, int64_t now)
{
	int64_t left = found->left < YEAR_SECONDS ? found->left : YEAR_SECONDS; /* longer than any action may last */
	struct nft_entry entry = { .order = { .id = found->id,
					      .verb = ACTION_DROP,
					      .until = now + (left + 1) * USEC_PER_SEC },
				   .whole = !found->is_rule,
				   .found = *found };

	if (!found->is_rule)
		entry.order.filter = (struct filter){ .parts = FILTER_FROM, .from = found->source };
	return entry;
}

bool nft_entries_merge(struct nft_entries *entries, const struct nft_table *table, int64_t now)
{
	struct nft_entries merged = { .count = 0 };
	size_t e = 0, t = 0;

	if (!nft_entries_reserve(&merged, entries->count + table->count + 1))
		return false;
	while (e < entries->count || t < table->count) {
		struct nft_entry *old = e < entries->count ? &entries->all[e] : NULL;
		const struct nft_found *found = t < table->count ? &table->all[t] : NULL;
		struct nft_entry next;

		if (found && (!old || found->id < old->order.id)) {
			next = taken_over(found, now);
			t++;
		} else if (found && found->id == old->order.id) {
			next = *old;
			next.found = *found;
			next.lost = next.over = false;
			e++;
			t++;
		} else {
			next = *old;
			e++;
			if (!next.whole || next.over || next.order.until <= now)
				continue; /* it has ended, as it should */
			nft_entry_anew(&next);
			next.lost = true;
		}
		nft_entries_put(&merged, &next);
	}
	free(entries->all);
	*entries = merged;
	return true;
}

struct hand_count nft_entry_count(const struct nft_entry *entry)
{
	return (struct hand_count){ .id = entry->order.id,
				    .packets = entry->before.packets + entry->found.packets,
				    .bytes = entry->before.bytes + entry->found.bytes,
				    .known = entry->before.known + entry->found.known };
}

void nft_entry_anew(struct nft_entry *entry)
{
	entry->before = nft_entry_count(entry);
	entry->found.packets = entry->found.bytes = entry->found.known = 0;
}

uint64_t nft_print_of(const struct hand_order *order)
{
	uint64_t key = (uint64_t)order->verb << 32 | order->limit;

	return hash_text((const uint8_t *)&order->filter, sizeof(order->filter), key);
}

bool nft_entry_is(const struct nft_entry *entry, const struct hand_order *order, bool as_rule)
{
	if (!entry || entry->lost || entry->found.is_rule != as_rule)
		return false;
	return as_rule ? entry->found.print == nft_print_of(order)
		       : nft_source_compare(&entry->found.source, &order->filter.from) == 0;
}

bool nft_entries_fit(const struct nft_entries *entries, const struct nft_entry *coming,
		     size_t count)
{
	size_t rules = 0, sources = 0;

	for (size_t i = 0; i < entries->count; i++) {
		rules += entries->all[i].found.is_rule;
		sources += !entries->all[i].found.is_rule;
	}
	for (size_t i = 0; i < count; i++) {
		bool is_rule = coming[i].found.is_rule;
		const struct nft_entry *old = nft_entry_of(entries, coming[i].order.id);

		rules += is_rule - (old && old->found.is_rule);
		sources += !is_rule - (old && !old->found.is_rule);
	}
	return rules <= NFT_RULES && sources <= NFT_SOURCES;
}

bool nft_is_source(const struct hand_order *order)
{
	return order->verb == ACTION_DROP && order->filter.parts == FILTER_FROM;
}

int nft_source_compare(const struct prefix *a, const struct prefix *b)
{
	return a->bits != b->bits ? a->bits - b->bits : ip_compare(&a->ip, &b->ip);
}

/* By source; of each, who has it comes first. */
static int owner_compare(const void *a, const void *b)
{
	const struct nft_owner *x = a, *y = b;
	int sources = nft_source_compare(&x->source, &y->source);

	if (sources)
		return sources;
	if (x->coming != y->coming)
		return x->coming - y->coming;
	return (x->id > y->id) - (x->id < y->id);
}

struct nft_owner *nft_owners_of(const struct nft_entries *entries, const struct hand_order *orders,
				size_t count, size_t *owner_count)
{
	struct nft_owner *owners = malloc((entries->count + count + 1) * sizeof(*owners));
	size_t n = 0;

	for (size_t i = 0; owners && i < entries->count; i++)
		if (!entries->all[i].found.is_rule && !entries->all[i].lost)
			owners[n++] = (struct nft_owner){ entries->all[i].found.source, false,
							  entries->all[i].order.id };
	for (size_t i = 0; owners && i < count; i++)
		if (nft_is_source(&orders[i]))
			owners[n++] = (struct nft_owner){ orders[i].filter.from, true,
							  orders[i].id };
	if (owners)
		qsort(owners, n, sizeof(*owners), owner_compare);
	*owner_count = n;
	return owners;
}

uint64_t nft_owner_of(const struct nft_owner *owners, size_t count, const struct prefix *source)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (nft_source_compare(&owners[middle].source, source) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return owners[low].id;
}
