/* flooded.c - reading and counting the SYNs of a flood. */
#include "flow/flooded.h"

static void target_settle(struct flooded_target *target)
{
	struct tally *t = target->tally;

	t->packets += target->run;
	t->bytes += target->bytes;
	t->first = target->first < t->first ? target->first : t->first;
	t->last = target->last > t->last ? target->last : t->last;
	for (unsigned bit = 0; bit < 16; bit++)
		t->peer.agree.ones[bit / 4][bit % 4] +=
			(uint8_t)(target->ones[bit / 8] >> bit % 8 * 8);
	top_add_times(&t->port, target->port, target->run);
	t->port_bits |= 1ull << (hash_64(target->port, 0) >> 58);
	target->run = 0;
	target->bytes = target->ones[0] = target->ones[1] = 0;
	target->first = INT64_MAX;
	target->last = INT64_MIN;
}

void flooded_mark(struct flooded *f, const struct meter *meter, struct tally *tally, bool home)
{
	uint32_t ip = ld_le32(tally->ip.b + 12);

	if (ip_is_v4(&tally->ip))
		*flooded_slot(f, ip) = (struct flooded_target){ .ip = ip,
								.generation = meter->generation,
								.tally = tally,
								.home = home,
								.first = INT64_MAX,
								.last = INT64_MIN };
}

void flooded_settle(struct flooded *f)
{
	for (unsigned i = 0; i < FLOODED_TARGETS; i++)
		if (f->targets[i].run)
			target_settle(&f->targets[i]);
	f->pending = false;
}

struct flooded_target *flooded_read(struct flooded *f, const struct flooded_tables *tables,
				    const struct frame *frame, struct usual_syn *syn)
{
	uint32_t to = usual_syn_target(frame);
	struct flooded_target *target = flooded_slot(f, to);

	if (target->ip != to || to == 0 || !decode_usual_syn(tables->decoder, frame, to, syn))
		return NULL;
	halfopen_prefetch(tables->halfopen, syn->hash);
	return target;
}

/* Each of eight bits as a byte of 0 or 1: the carry of each product stays below the next byte. */
static uint64_t spread_byte(uint8_t bits)
{
	uint64_t low = (bits & 15) * 0x00204081ull & 0x01010101;
	uint64_t high = (uint64_t)(bits >> 4) * 0x00204081ull & 0x01010101;

	return low | high << 32;
}

static void target_count(struct flooded_target *target, const struct usual_syn *syn,
			 const struct ip *from, uint64_t peer)
{
	target->bytes += syn->wire_len;
	target->first = syn->ts < target->first ? syn->ts : target->first;
	target->last = syn->ts > target->last ? syn->ts : target->last;
	target->ones[0] += spread_byte((uint8_t)(peer >> 48));
	target->ones[1] += spread_byte((uint8_t)(peer >> 56));
	top_ip_vote(&target->tally->peer, from);
	tally_add_peer(target->tally, peer);
	if (++target->run == FLOODED_RUN)
		target_settle(target);
}

bool flooded_count(struct flooded *f, const struct flooded_tables *tables,
		   struct flooded_target *target, const struct usual_syn *syn)
{
	struct halfopen_syn open = { syn->hash, syn->ts, syn->seq, syn->wire_len, syn->side };
	struct ip from = { { [10] = 0xff, [11] = 0xff } };
	uint64_t peer;

	memcpy(from.b + 12, &syn->from, sizeof(syn->from));
	peer = hash_16(from.b, 0);
	if (target->generation != tables->meter->generation || home_has(tables->home, &from) ||
	    prober_may_know(tables->prober, prober_hash_of(peer, PROBE_TCP)))
		return false;
	if (syn->to_port != target->port && target->run)
		target_settle(target);
	target->port = syn->to_port;
	target_count(target, syn, &from, peer);
	halfopen_add(tables->halfopen, &open);
	tables->prober->evicted++;
	f->pending = true;
	return true;
}
