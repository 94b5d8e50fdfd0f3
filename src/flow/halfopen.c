/* halfopen.c - a set-associative cache of SYNs, four to a cache line. */
#include "flow/halfopen.h"

#include "base/pages.h"

#define ANSWER_TIME (3 * USEC_PER_SEC) /* an older SYN is not forgotten early */

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

bool halfopen_add(struct halfopen *h, const struct packet *syn)
{
	struct halfopen_entry *set = h->sets[(uint32_t)syn->hash & h->mask], *room = &set[0];
	uint32_t tag = halfopen_tag(syn->hash), now = (uint32_t)syn->ts, oldest = 0;
	uint16_t bytes = syn->wire_len > UINT16_MAX ? UINT16_MAX : (uint16_t)syn->wire_len;

	for (unsigned way = 0; way < HALFOPEN_WAYS; way++) {
		struct halfopen_entry *entry = &set[way];
		uint32_t age = entry->tag ? now - entry->when : UINT32_MAX;

		if (entry->tag == tag) {
			room = entry;
			break;
		}
		if (age >= oldest) {
			oldest = age;
			room = entry;
		}
	}
	if (room->tag == tag && room->seq == syn->seq && room->side == syn->side) {
		room->packets = (uint8_t)(room->packets + (room->packets < UINT8_MAX));
		room->bytes = (uint16_t)(room->bytes + bytes < UINT16_MAX ? room->bytes + bytes
									  : UINT16_MAX);
		return false;
	}
	h->evicted += room->tag && room->tag != tag && oldest < ANSWER_TIME;
	*room = (struct halfopen_entry){
		.tag = tag,
		.seq = syn->seq,
		.when = now,
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
