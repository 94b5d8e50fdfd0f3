/* xdp_sources.c - blocked prefixes: from orders to a set, and the least that changes in the kernel. */
#include "hand/xdp_sources.h"
#include "hand/xdp_rule.h"

#include <stdatomic.h>
#include <stdlib.h>

#define MASKS 129 /* bits of a prefix */

static int prefix_order(const struct prefix *a, const struct prefix *b)
{
	int order = ip_compare(&a->ip, &b->ip);

	return order ? order : (a->bits > b->bits) - (a->bits < b->bits);
}

/* Of one prefix, that which lasts longest comes first. */
static int source_order(const void *one, const void *other)
{
	const struct xdp_source *a = one, *b = other;
	int order = prefix_order(&a->prefix, &b->prefix);

	return order ? order : (a->until < b->until) - (a->until > b->until);
}

bool xdp_sources_of(const struct xdp_kept *kept, size_t count, struct xdp_sources *sources)
{
	struct xdp_source *all = calloc(count + 1, sizeof(*all));
	size_t used = 0, kept_used = 0;

	if (!all)
		return false;
	for (size_t i = 0; i < count; i++)
		if (kept[i].slot >= SHIELD_RULES)
			all[used++] = (struct xdp_source){ kept[i].order.filter.from,
							   (uint64_t)kept[i].order.until * 1000,
							   kept[i].slot };
	qsort(all, used, sizeof(*all), source_order);
	for (size_t i = 0; i < used; i++)
		if (i == 0 || prefix_order(&all[i].prefix, &all[i - 1].prefix) != 0)
			all[kept_used++] = all[i];
	*sources = (struct xdp_sources){ all, kept_used };
	return true;
}

void xdp_sources_free(struct xdp_sources *sources)
{
	free(sources->all);
	*sources = (struct xdp_sources){ NULL, 0 };
}

static bool is_four(const struct prefix *prefix)
{
	return prefix->bits >= XDP_IP4_BITS && ip_is_v4(&prefix->ip);
}

/* ---- Lengths */

/* How many prefixes there are of each length. */
struct tally {
	unsigned four[MASKS], six[MASKS];
};

static void tally_add(struct tally *tally, const struct xdp_sources *sources)
{
	for (size_t i = 0; i < sources->count; i++) {
		const struct prefix *p = &sources->all[i].prefix;

		(is_four(p) ? tally->four : tally->six)[p->bits]++;
	}
}

/* The length with the most prefixes, which is not taken again; -1: there is none any more. */
static int tally_take(unsigned tally[MASKS])
{
	int best = 0;

	for (int bits = 1; bits < MASKS; bits++)
		if (tally[bits] > tally[best])
			best = bits;
	if (!tally[best])
		return -1;
	tally[best] = 0;
	return best;
}

/* False: there are more than the program looks for. */
static bool lengths_make(struct tally *tally, struct shield_lengths *lengths)
{
	uint64_t mask[2];
	int bits;

	memset(lengths, 0, sizeof(*lengths));
	while ((bits = tally_take(tally->four)) >= 0) { /* 33 at most */
		xdp_mask((uint8_t)bits, mask);
		lengths->masks4[lengths->count4++] = (struct shield_mask4){
			(uint32_t)(mask[1] >> 32), (uint32_t)bits - XDP_IP4_BITS
		};
	}
	while ((bits = tally_take(tally->six)) >= 0) {
		struct shield_mask6 *m = &lengths->masks6[lengths->count6];

		if (lengths->count6++ == SHIELD_LENGTHS)
			return false;
		xdp_mask((uint8_t)bits, mask);
		*m = (struct shield_mask6){ { mask[0], mask[1] }, (uint64_t)bits };
	}
	return true;
}

/* The half that is not in use is written, then it is. */
static bool lengths_write(struct shield_facts *facts, const struct xdp_sources *one,
			  const struct xdp_sources *other)
{
	uint32_t spare = !facts->lengths_used;
	struct tally tally = { .four = { 0 } };

	tally_add(&tally, one);
	tally_add(&tally, other);
	if (!lengths_make(&tally, &facts->lengths[spare]))
		return false;
	atomic_thread_fence(memory_order_release);
	*(volatile __u32 *)&facts->lengths_used = spare;
	return true;
}

/* ---- Bits */

void xdp_bits_mark(const struct prefix *prefix, shield_bits four, shield_bits six)
{
	bool v4 = is_four(prefix);
	const uint8_t *at = prefix->ip.b + (v4 ? 12 : 0);
	unsigned bits = prefix->bits - (v4 ? XDP_IP4_BITS : 0);
	uint32_t first = (uint32_t)at[0] << 8 | at[1];
	uint32_t last = bits >= 16 ? first : first + (1u << (16 - bits)) - 1;

	for (uint32_t i = first; i <= last; i++) {
		uint32_t bit = (i & 0xff) << 8 | i >> 8; /* as a word of memory */

		(v4 ? four : six)[bit / 64] |= 1ull << bit % 64;
	}
}

/* Those of `sources`, with those that are there where `add`. */
static void bits_write(struct shield_facts *facts, const struct xdp_sources *sources, bool add)
{
	static shield_bits four, six;

	memset(four, 0, sizeof(four));
	memset(six, 0, sizeof(six));
	for (size_t i = 0; i < sources->count; i++)
		xdp_bits_mark(&sources->all[i].prefix, four, six);
	for (size_t i = 0; i < SHIELD_BITS / 64; i++) {
		facts->blocked4[i] = four[i] | (add ? facts->blocked4[i] : 0);
		facts->blocked6[i] = six[i] | (add ? facts->blocked6[i] : 0);
	}
}

/* ---- Buckets */

/* Where an entry of either family is, or could be. */
struct place {
	uint32_t *until, *what, *more; /* more: of its bucket */
	void *address;
	size_t size; /* of the address */
};

/* What is looked for. */
struct wanted {
	const struct xdp_pins *pins;
	const struct xdp_source *source;
	bool four;
	uint32_t bits;
};

static struct wanted wanted_of(const struct xdp_pins *pins, const struct xdp_source *source)
{
	bool four = is_four(&source->prefix);

	return (struct wanted){ pins, source, four,
				four ? source->prefix.bits - XDP_IP4_BITS : source->prefix.bits };
}

static uint32_t bucket_first(const struct wanted *w)
{
	const uint8_t *b = w->source->prefix.ip.b;
	uint64_t words[2];
	uint32_t four;

	memcpy(words, b, sizeof(words));
	memcpy(&four, b + 12, sizeof(four));
	return w->four ? shield_bucket4(four, w->bits, w->pins->facts->secret)
		       : shield_bucket6(words[0], words[1], w->bits, w->pins->facts->secret);
}

/* The n-th place, counted from the beginning of the bucket `first`. */
static struct place place_at(const struct wanted *w, uint32_t first, uint32_t n)
{
	if (w->four) {
		struct shield_bucket4 *b = w->pins->blocked4 +
					   (first + n / SHIELD_PLACES4) % SHIELD_BUCKETS4;

		n %= SHIELD_PLACES4;
		return (struct place){ &b->until[n], &b->what[n], &b->more, &b->address[n],
				       sizeof(b->address[n]) };
	} else {
		struct shield_bucket6 *b = w->pins->blocked6 +
					   (first + n / SHIELD_PLACES6) % SHIELD_BUCKETS6;

		n %= SHIELD_PLACES6;
		return (struct place){ &b->until[n], &b->what[n], &b->more, b->address[n],
				       sizeof(b->address[n]) };
	}
}

static uint32_t places_of(const struct wanted *w)
{
	return SHIELD_HOPS * (w->four ? SHIELD_PLACES4 : SHIELD_PLACES6);
}

static bool place_is(const struct wanted *w, const struct place *place)
{
	const uint8_t *address = w->source->prefix.ip.b + (w->four ? 12 : 0);

	return *place->until && *place->what >> SHIELD_SLOT_BITS == w->bits &&
	       memcmp(place->address, address, place->size) == 0;
}

static uint32_t until_units(uint64_t until)
{
	uint64_t units = (until >> SHIELD_UNIT) + 1;

	return units > UINT32_MAX ? UINT32_MAX : (uint32_t)units;
}

/* The program may read in between. */
static void until_write(const struct place *place, uint32_t until)
{
	__atomic_store_n(place->until, until, __ATOMIC_RELEASE);
	atomic_thread_fence(memory_order_seq_cst);
}

/* Where it is, or else the first free place on its way, or none. */
static bool place_find(const struct wanted *w, struct place *found)
{
	uint32_t first = bucket_first(w), places = places_of(w);
	bool any = false;

	for (uint32_t n = 0; n < places; n++) {
		struct place place = place_at(w, first, n);

		if (place_is(w, &place)) {
			*found = place;
			return true;
		}
		if (!any && !*place.until) {
			*found = place;
			any = true;
		}
	}
	return any;
}

/* Lets the program find the place: all buckets before it on its way have more behind them. */
static void way_mark(const struct wanted *w, const struct place *found)
{
	uint32_t first = bucket_first(w), places = places_of(w);

	for (uint32_t n = 0; n < places; n++) {
		struct place place = place_at(w, first, n);

		if (place.more == found->more)
			return;
		*place.more = 1;
	}
}

static bool source_put(const struct xdp_pins *pins, const struct xdp_source *source)
{
	struct wanted w = wanted_of(pins, source);
	struct place place;

	if (!place_find(&w, &place))
		return false;
	if (!*place.until) {
		memcpy(place.address, source->prefix.ip.b + (w.four ? 12 : 0), place.size);
		way_mark(&w, &place);
	}
	*place.what = w.bits << SHIELD_SLOT_BITS | source->slot;
	until_write(&place, until_units(source->until));
	return true;
}

static void source_remove(const struct xdp_pins *pins, const struct xdp_source *source)
{
	struct wanted w = wanted_of(pins, source);
	struct place place;

	if (place_find(&w, &place) && place_is(&w, &place))
		until_write(&place, 0);
}

/* Those of one list that differ from the other's: only there, or there otherwise. Both are sorted. */
static bool sources_walk(const struct xdp_pins *pins, const struct xdp_sources *before,
			 const struct xdp_sources *after, bool remove)
{
	size_t b = 0, a = 0;

	while (b < before->count || a < after->count) {
		const struct xdp_source *old = b < before->count ? &before->all[b] : NULL;
		const struct xdp_source *new = a < after->count ? &after->all[a] : NULL;
		int order = !old ? 1 : !new ? -1 : prefix_order(&old->prefix, &new->prefix);

		if (remove && order < 0)
			source_remove(pins, old);
		else if (!remove && order >= 0 && !source_put(pins, new))
			return false;
		b += order <= 0;
		a += order >= 0;
	}
	return true;
}

enum err xdp_sources_write(const struct xdp_pins *pins, const struct xdp_sources *before,
			   const struct xdp_sources *after)
{
	static const struct xdp_sources none;

	bits_write(pins->facts, after, true);
	if (!lengths_write(pins->facts, before, after) ||
	    !sources_walk(pins, before, after, false))
		return ERR_LIMIT;
	sources_walk(pins, before, after, true);
	bits_write(pins->facts, after, false);
	return lengths_write(pins->facts, after, &none) ? OK : ERR_LIMIT;
}

/* Whether the prefix is among them. */
static bool is_among(const struct xdp_sources *sources, const struct prefix *prefix)
{
	size_t low = 0, high = sources->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = prefix_order(&sources->all[middle].prefix, prefix);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static void sweep4(const struct xdp_pins *pins, const struct xdp_sources *sources)
{
	for (uint32_t i = 0; i < SHIELD_BUCKETS4 * SHIELD_PLACES4; i++) {
		struct shield_bucket4 *b = &pins->blocked4[i / SHIELD_PLACES4];
		unsigned n = i % SHIELD_PLACES4;
		struct prefix prefix = { ip_from_v4((const uint8_t *)&b->address[n]),
					 (uint8_t)(XDP_IP4_BITS +
						   (b->what[n] >> SHIELD_SLOT_BITS)) };

		if (b->until[n] && !is_among(sources, &prefix))
			b->until[n] = 0;
	}
}

static void sweep6(const struct xdp_pins *pins, const struct xdp_sources *sources)
{
	for (uint32_t i = 0; i < SHIELD_BUCKETS6 * SHIELD_PLACES6; i++) {
		struct shield_bucket6 *b = &pins->blocked6[i / SHIELD_PLACES6];
		unsigned n = i % SHIELD_PLACES6;
		struct prefix prefix = { .bits = (uint8_t)(b->what[n] >> SHIELD_SLOT_BITS) };

		memcpy(prefix.ip.b, b->address[n], sizeof(prefix.ip.b));
		if (b->until[n] && !is_among(sources, &prefix))
			b->until[n] = 0;
	}
}

enum err xdp_sources_write_all(const struct xdp_pins *pins, const struct xdp_sources *sources)
{
	static const struct xdp_sources none;
	enum err err;

	sweep4(pins, sources);
	sweep6(pins, sources);
	err = xdp_sources_write(pins, &none, sources);
	return err;
}
