/* halfopen.c - a set-associative cache of SYNs, four to a cache line. */
#include "flow/halfopen.h"

#include "base/pages.h"

bool halfopen_open(struct halfopen *h, uint32_t entries)
{
	uint32_t sets = 1;

	while (sets * HALFOPEN_WAYS < entries)
		sets *= 2;
	*h = (struct halfopen){ .mask = sets - 1 };
	h->sets = pages_new((size_t)sets * sizeof(*h->sets));
	return h->sets != NULL;
}

void halfopen_close(struct halfopen *h)
{
	pages_free(h->sets, ((size_t)h->mask + 1) * sizeof(*h->sets));
}

static uint32_t halfopen_tag(uint64_t hash)
{
	return (uint32_t)(hash >> 32) | 1;
}

static struct halfopen_entry *halfopen_find(struct halfopen *h, uint64_t hash)
{
	struct halfopen_entry *set = h->sets[(uint32_t)hash & h->mask];
	uint32_t tag = halfopen_tag(hash);

	for (unsigned way = 0; way < HALFOPEN_WAYS; way++)
		if (set[way].tag == tag)
			return &set[way];
	return NULL;
}

/* A free entry of the set, or its oldest. */
static struct halfopen_entry *halfopen_room(struct halfopen *h, uint64_t hash, uint32_t now)
{
	struct halfopen_entry *set = h->sets[(uint32_t)hash & h->mask], *oldest = &set[0];

	for (unsigned way = 0; way < HALFOPEN_WAYS; way++) {
		if (set[way].tag == 0)
			return &set[way];
		if (now - set[way].when > now - oldest->when)
			oldest = &set[way];
	}
	h->evicted++;
	return oldest;
}

bool halfopen_add(struct halfopen *h, const struct packet *syn)
{
	struct halfopen_entry *entry = halfopen_find(h, syn->hash);
	uint16_t bytes = syn->wire_len > UINT16_MAX ? UINT16_MAX : (uint16_t)syn->wire_len;

	if (entry && entry->seq == syn->seq && entry->side == syn->side) {
		entry->packets = (uint8_t)(entry->packets + (entry->packets < UINT8_MAX));
		entry->bytes = (uint16_t)(entry->bytes + bytes < UINT16_MAX ? entry->bytes + bytes
									    : UINT16_MAX);
		return false;
	}
	if (!entry)
		entry = halfopen_room(h, syn->hash, (uint32_t)syn->ts);
	*entry = (struct halfopen_entry){
		.tag = halfopen_tag(syn->hash),
		.seq = syn->seq,
		.when = (uint32_t)syn->ts,
		.bytes = bytes,
		.packets = 1,
		.side = syn->side,
	};
	return true;
}

bool halfopen_take(struct halfopen *h, const struct packet *packet, struct halfopen_entry *syn)
{
	struct halfopen_entry *entry = halfopen_find(h, packet->hash);

	if (!entry)
		return false;
	*syn = *entry;
	entry->tag = 0;
	return true;
}
