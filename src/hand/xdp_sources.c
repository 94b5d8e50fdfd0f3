/* xdp_sources.c - blocked prefixes: from orders to a set, and the least that changes in the kernel. */
#include "hand/xdp_sources.h"
#include "hand/xdp_rule.h"

#include <bpf/bpf.h>
#include <errno.h>
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

/* From the keys of a hash of either family. */
static struct prefix prefix_of(const struct shield_source4 *four, const struct shield_source6 *six)
{
	struct prefix prefix = { .bits = (uint8_t)six->bits };

	if (four) {
		prefix.ip = ip_from_v4((const uint8_t *)&four->address);
		prefix.bits = (uint8_t)(XDP_IP4_BITS + __builtin_popcount(four->mask));
	} else {
		memcpy(prefix.ip.b, six->address, sizeof(prefix.ip.b));
	}
	return prefix;
}

static void sources_take(const struct xdp_pins *pins, enum xdp_pin pin, struct xdp_sources *sources)
{
	bool four = pin == PIN_BLOCKED4;
	union {
		struct shield_source4 four;
		struct shield_source6 six;
	} key, *before = NULL;
	struct shield_blocked found;

	memset(&key, 0, sizeof(key));
	while (sources->count < 2 * SHIELD_SOURCES &&
	       bpf_map_get_next_key(pins->fd[pin], before, &key) == 0) {
		before = &key;
		if (bpf_map_lookup_elem(pins->fd[pin], &key, &found) != 0)
			continue;
		sources->all[sources->count++] = (struct xdp_source){
			prefix_of(four ? &key.four : NULL, &key.six), found.until, found.slot
		};
	}
}

bool xdp_sources_read(const struct xdp_pins *pins, struct xdp_sources *sources)
{
	struct xdp_sources made = { calloc(2 * SHIELD_SOURCES, sizeof(*made.all)), 0 };

	if (!made.all)
		return false;
	sources_take(pins, PIN_BLOCKED4, &made);
	sources_take(pins, PIN_BLOCKED6, &made);
	qsort(made.all, made.count, sizeof(*made.all), source_order);
	*sources = made;
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
		lengths->masks4[lengths->count4++] = (uint32_t)(mask[1] >> 32);
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

/* ---- Batches */

/* Entries for one map, to be written or deleted by one call. */
struct batch {
	int fd;
	size_t key_size;
	uint8_t *keys;
	struct shield_blocked *values;
	uint32_t count;
};

static bool batch_init(struct batch *batch, int fd, size_t key_size, size_t room)
{
	*batch = (struct batch){ fd, key_size, malloc(key_size * (room + 1)),
				 malloc(sizeof(struct shield_blocked) * (room + 1)), 0 };
	return batch->keys && batch->values;
}

static void batch_free(struct batch *batch)
{
	free(batch->keys);
	free(batch->values);
}

static void batch_add(struct batch *batch, const struct xdp_source *source)
{
	uint8_t *key = batch->keys + batch->key_size * batch->count;
	uint64_t mask[2];

	if (batch->key_size == sizeof(struct shield_source4)) {
		struct shield_source4 four;

		xdp_mask(source->prefix.bits, mask);
		memcpy(&four.address, source->prefix.ip.b + 12, sizeof(four.address));
		four.mask = (uint32_t)(mask[1] >> 32);
		memcpy(key, &four, sizeof(four));
	} else {
		struct shield_source6 six = { .bits = source->prefix.bits };

		memcpy(six.address, source->prefix.ip.b, sizeof(six.address));
		memcpy(key, &six, sizeof(six));
	}
	batch->values[batch->count++] = (struct shield_blocked){ source->until, source->slot, 0 };
}

static enum err batch_update(struct batch *batch)
{
	if (batch->count &&
	    bpf_map_update_batch(batch->fd, batch->keys, batch->values, &batch->count, NULL) != 0)
		return ERR_WRITE;
	return OK;
}

/* One by one: a batch would stop at the first that is not there, which is no error. */
static enum err batch_delete(struct batch *batch)
{
	for (uint32_t i = 0; i < batch->count; i++)
		if (bpf_map_delete_elem(batch->fd, batch->keys + batch->key_size * i) != 0 &&
		    errno != ENOENT)
			return ERR_WRITE;
	return OK;
}

struct change {
	struct batch written[2], deleted[2]; /* IPv4, IPv6 */
};

static bool change_init(struct change *change, const struct xdp_pins *pins, size_t before,
			size_t after)
{
	const int fds[2] = { pins->fd[PIN_BLOCKED4], pins->fd[PIN_BLOCKED6] };
	const size_t sizes[2] = { sizeof(struct shield_source4), sizeof(struct shield_source6) };
	bool good = true;

	for (int i = 0; i < 2; i++) {
		good &= batch_init(&change->written[i], fds[i], sizes[i], after);
		good &= batch_init(&change->deleted[i], fds[i], sizes[i], before);
	}
	return good;
}

static void change_free(struct change *change)
{
	for (int i = 0; i < 2; i++) {
		batch_free(&change->written[i]);
		batch_free(&change->deleted[i]);
	}
}

/* Both are sorted: what only the new one has, or has otherwise, is written; what only the old one has, goes. */
static void change_find(struct change *change, const struct xdp_sources *before,
			const struct xdp_sources *after)
{
	size_t b = 0, a = 0;

	while (b < before->count || a < after->count) {
		const struct xdp_source *old = before->all + b, *new = after->all + a;
		int order = b == before->count	? 1
			    : a == after->count ? -1
						: prefix_order(&old->prefix, &new->prefix);

		if (order < 0)
			batch_add(&change->deleted[!is_four(&old->prefix)], old);
		else if (order > 0 || old->until != new->until || old->slot != new->slot)
			batch_add(&change->written[!is_four(&new->prefix)], new);
		b += order <= 0;
		a += order >= 0;
	}
}

static enum err change_write(struct change *change)
{
	enum err err = OK;

	for (int i = 0; i < 2 && err == OK; i++)
		err = batch_update(&change->written[i]);
	for (int i = 0; i < 2 && err == OK; i++)
		err = batch_delete(&change->deleted[i]);
	return err;
}

enum err xdp_sources_write(const struct xdp_pins *pins, const struct xdp_sources *before,
			   const struct xdp_sources *after)
{
	static const struct xdp_sources none;
	struct change change;
	enum err err = ERR_MEMORY;

	bits_write(pins->facts, after, true);
	if (!lengths_write(pins->facts, before, after))
		return ERR_LIMIT;
	if (change_init(&change, pins, before->count, after->count)) {
		change_find(&change, before, after);
		err = change_write(&change);
	}
	change_free(&change);
	if (err != OK)
		return err;
	bits_write(pins->facts, after, false);
	return lengths_write(pins->facts, after, &none) ? OK : ERR_LIMIT;
}
