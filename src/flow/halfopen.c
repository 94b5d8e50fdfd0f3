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

bool halfopen_take(struct halfopen *h, const struct packet *packet, struct halfopen_entry *syn)
{
	struct halfopen_set *set = &h->sets[(uint32_t)packet->hash & h->mask];
	unsigned way = halfopen_way(set, halfopen_tag(packet->hash));

	if (way == HALFOPEN_WAYS)
		return false;
	*syn = (struct halfopen_entry){ .seq = set->seq[way],
					.when = set->when[way],
					.bytes = set->rest[way].bytes,
					.packets = set->rest[way].packets,
					.side = set->rest[way].side };
	set->tag[way] = 0;
	return true;
}
