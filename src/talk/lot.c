/* lot.c - memory for parsers' states: a few sizes, each in a slab of its own. */
#include "talk/talk_private.h"

/*
 * The sizes, and how many of each there may be, as parts of the flows. The first is for most HTTP
 * exchanges and for every other parser's state, the second for those with long texts and for TLS with
 * its fingerprints, the last for whatever HTTP can have.
 */
static const struct {
	uint16_t bytes, part;
} sizes[TALK_LOTS] = {
	{ 352, 16 },
	{ 768, 32 },
	{ TALK_PACKED, 256 },
};

_Static_assert(sizeof(union talk_state) <= 352, "fits into the first size");

static uint32_t lots_limit(uint32_t flows, unsigned lot)
{
	return flows / sizes[lot].part > 16 ? flows / sizes[lot].part : 16;
}

bool talk_lots_open(struct talks *t, uint32_t flows)
{
	for (unsigned i = 0; i < TALK_LOTS; i++)
		if (!slab_open(&t->lots[i], lots_limit(flows, i), sizes[i].bytes))
			return false;
	return true;
}

void talk_lots_close(struct talks *t)
{
	for (unsigned i = 0; i < TALK_LOTS; i++)
		if (t->lots[i].things)
			slab_close(&t->lots[i]);
}

uint64_t talk_lots_memory(uint32_t flows)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < TALK_LOTS; i++)
		sum += lots_limit(flows, i) * (uint64_t)sizes[i].bytes;
	return sum;
}

uint64_t talk_lots_refused(const struct talks *t)
{
	return t->lots[TALK_LOTS - 1].refused; /* the one that is tried last */
}

/* The number of the smallest lot in a slab that has so many bytes. */
static unsigned lot_of(size_t size)
{
	unsigned lot = 0;

	while (lot < TALK_LOTS - 1 && sizes[lot].bytes < size)
		lot++;
	return lot + 1;
}

bool talk_lot_take(struct talks *t, struct talk *talk, size_t size, bool own)
{
	unsigned lot = own && size <= TALK_OWN ? 0 : lot_of(size);

	if (talk->parked && talk->lot == lot)
		return true;
	talk_lot_give(t, talk);
	if (lot == 0)
		talk->parked = talk->own;
	while (!talk->parked && lot <= TALK_LOTS)
		talk->parked = slab_take(&t->lots[lot++ - 1]);
	talk->lot = (uint8_t)(lot ? lot - 1 : 0);
	return talk->parked != NULL;
}

void talk_lot_give(struct talks *t, struct talk *talk)
{
	if (talk->parked && talk->lot)
		slab_give(&t->lots[talk->lot - 1], talk->parked);
	talk->parked = NULL;
	talk->lot = 0;
}

struct span talk_lot_bytes(const struct talk *talk)
{
	if (!talk->parked)
		return (struct span){ talk->own, 0 };
	return (struct span){ talk->parked, talk->lot ? sizes[talk->lot - 1].bytes : TALK_OWN };
}
