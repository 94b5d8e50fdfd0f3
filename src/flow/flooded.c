/* flooded.c - knowing the targets of floods, and counting their SYNs. */
#include "flow/flooded.h"

bool flooded_mark(struct flooded *f, const struct meter *meter, struct tally_entry *tally, bool home,
		  usec_t now)
{
	struct flooded_target *target = &f->targets[flooded_place(ld_le32(tally->ip.b + 12))];

	if (!ip_equal(&target->ip, &tally->ip) && now - target->last < FLOODED_ANSWER && target->last)
		return false;
	*target = (struct flooded_target){ tally->ip, now, meter->generation, home, tally };
	f->any = true;
	return true;
}

void flooded_forget(struct flooded *f)
{
	if (!f->any)
		return;
	for (unsigned i = 0; i < FLOODED_TARGETS; i++)
		f->targets[i].tally = NULL;
	f->any = false;
}

/* Eight counters, one for each of eight bits. */
typedef uint16_t bit_counts __attribute__((vector_size(16)));

/* 1 in each lane whose bit is set. */
static inline bit_counts bits_of(uint64_t hash, unsigned shift)
{
	static const bit_counts one = { 1, 2, 4, 8, 16, 32, 64, 128 };
	uint16_t bits = (uint16_t)(hash >> shift & 0xff);

	return (bit_counts)((one & bits) != 0) & 1;
}

/* What a run of SYNs comes to, besides what is counted one by one. */
struct run_sum {
	uint32_t packets;
	uint64_t bytes;
	usec_t first, last;
	bit_counts ones[2]; /* how often each of 16 bits was set in the sources' hashes */
};

static void entry_add_run(struct tally_entry *t, struct tally_sketch *sketch,
			  const struct run_sum *sum, uint16_t port)
{
	uint64_t port_hash = hash_64(port, 0);

	t->packets += sum->packets;
	t->bytes += sum->bytes;
	t->first = sum->first < t->first ? sum->first : t->first;
	t->last = sum->last > t->last ? sum->last : t->last;
	for (unsigned bit = 0; bit < 16; bit++)
		sketch->peer.ones[bit / 4][bit % 4] += sum->ones[bit / 8][bit % 8];
	agree_add_times(&sketch->port, agree_bits(port_hash), sum->packets);
	votes_merge(&t->port, &t->port_votes, port, sum->packets);
	t->port_bits |= 1ull << (port_hash >> 58);
}

unsigned flooded_count(const struct flooded_tables *tables, const struct flooded_syn *syns,
		       unsigned count)
{
	const struct flooded_target *target = syns->target;
	struct run_sum sum = { .first = INT64_MAX, .last = INT64_MIN };
	struct tally_entry *tally = target->tally;
	struct tally_sketch *sketch;
	uint16_t port = syns->syn.to_port;

	/* since the SYN was read, the tally may have left, or the target made room for another */
	if (!tally || target->generation != tables->meter->generation ||
	    ld_le32(target->ip.b + 12) != syns->syn.to)
		return 0;
	sketch = meter_sketch(tables->meter, tally);
	for (; sum.packets < count; sum.packets++) {
		const struct flooded_syn *s = &syns[sum.packets];
		struct ip from = ip_of_words(0, ip4_word(s->syn.from));
		uint64_t peer = s->peer;

		if (s->target != target || s->syn.to_port != port ||
		    home_has(tables->home, &from) ||
		    prober_may_know(tables->prober, prober_hash_of(peer, PROBE_TCP)))
			break;
		sum.bytes += s->syn.wire_len;
		sum.first = s->syn.ts < sum.first ? s->syn.ts : sum.first;
		sum.last = s->syn.ts > sum.last ? s->syn.ts : sum.last;
		sum.ones[0] += bits_of(peer, 48);
		sum.ones[1] += bits_of(peer, 56);
		vote_ip(&tally->peer, &tally->peer_votes, &from);
		tally->counted |= peer != tally->first_peer;
		hll_add(&sketch->peers, peer);
	}
	if (sum.packets)
		entry_add_run(tally, sketch, &sum, port);
	tables->prober->evicted += sum.packets;
	return sum.packets;
}
