/*
 * flood_rate.c - the rate of one target over time, and what is learned to be normal of it.
 *
 * Learning is fast in the first seconds of the input and later slow when a rate rises, so that a
 * flood which grows slowly does not teach us that it is normal.
 */
#include "detect/flood.h"

#define LEARN_COLD 20.0                /* windows: time constant of learning at first, */
#define LEARN_UP   2400.0              /* later when it rises (10 minutes), */
#define LEARN_DOWN 240.0               /* and when it falls (1 minute) */

static struct flood_window *ring_at(struct flood_track *t, int64_t number)
{
	struct flood_window *w = &t->ring[(uint64_t)number % FLOOD_RING];

	if (w->number != number)
		*w = (struct flood_window){ .number = number };
	return w;
}

void flood_rate_add(struct flood_track *t, int64_t number, const struct tally *tally)
{
	struct flood_window *w = ring_at(t, number);

	if (w->packets == 0 || tally->first < w->first)
		w->first = tally->first;
	if (w->packets == 0 || tally->last > w->last)
		w->last = tally->last;
	w->packets += tally->packets;
	w->answered += tally->answered;
	w->refused += tally->refused;
	w->bytes += tally->bytes;
}

static void ends_add(struct hll *ends, const struct tally *tally)
{
	if (tally->counted)
		hll_merge(ends, &tally->peers);
	else if (tally->packets)
		hll_add(ends, tally->first_peer);
}

void flood_rate_ends(struct flood_track *t, int64_t number, const struct tally *tally, uint32_t low)
{
	int64_t second = number / WINDOWS_PER_SEC;

	if (tally->packets < low && !t->attack)
		t->seen_ports = t->seen_packets = 0;
	t->seen_packets += tally->packets;
	t->seen_ports |= tally->port_bits;
	if (second != t->second) {
		if (second == t->second + 1)
			t->recent[1] = t->recent[0];
		else
			memset(&t->recent[1], 0, sizeof(t->recent[1]));
		t->recent_packets[1] = second == t->second + 1 ? t->recent_packets[0] : 0;
		memset(&t->recent[0], 0, sizeof(t->recent[0]));
		t->recent_packets[0] = 0;
		t->second = second;
	}
	ends_add(&t->recent[0], tally);
	t->recent_packets[0] += tally->packets;
	if (t->attack) {
		ends_add(&t->seen, tally);
		t->seen_sent += tally->packets;
	} else {
		t->seen_sent = t->recent_packets[0] + t->recent_packets[1];
		t->seen = t->recent[1];
		hll_merge(&t->seen, &t->recent[0]);
	}
}

bool flood_answerable(enum vector vector)
{
	return vector == VECTOR_SYN || vector == VECTOR_UDP || vector == VECTOR_ACK ||
	       vector == VECTOR_GRE || vector == VECTOR_PROTO || vector == VECTOR_ICMP;
}

struct flood_rate flood_rate_at(const struct flood_track *t, int64_t number, int lag)
{
	struct flood_rate r = { 0 };
	uint64_t answered = 0;

	for (unsigned i = 0; i < FLOOD_RING; i++) {
		const struct flood_window *w = &t->ring[i];
		int64_t age = number - w->number;

		if (w->number == 0 || age < 0 || age >= WINDOWS_PER_SEC + lag)
			continue;
		if (age < WINDOWS_PER_SEC) {
			r.packets += w->packets;
			r.bytes += w->bytes;
		}
		if (age >= lag)
			r.judged += w->packets;
		answered += w->answered;
		r.refused += w->refused;
		if (w->packets && (r.to == 0 || w->last > r.to))
			r.to = w->last;
	}
	r.unanswered = r.judged > answered ? r.judged - answered : 0;
	r.refused = r.refused < r.unanswered ? r.refused : r.unanswered;
	return r;
}

void flood_rate_tell(struct flood_track *t, int64_t number, double least, bool candidate,
		     struct flood_rate *r)
{
	for (unsigned i = 0; i < FLOOD_RING; i++) {
		struct flood_window *w = &t->ring[i];

		if (w->told || (candidate && w->kept) || w->packets == 0 || w->number > number ||
		    w->number <= number - FLOOD_RING ||
		    (double)w->packets * WINDOWS_PER_SEC < least)
			continue;
		if (r->fresh == 0 || w->first < r->from)
			r->from = w->first;
		r->fresh += w->packets;
		r->fresh_bytes += w->bytes;
		w->told = !candidate;
		w->kept = true;
	}
}

static double learn(double normal, double rate, bool cold, double pace)
{
	double slowness = cold ? LEARN_COLD : rate > normal ? LEARN_UP / pace : LEARN_DOWN;

	return normal + (rate - normal) / slowness;
}

void flood_rate_learn(struct flood_track *t, const struct flood_rate *r, int64_t number, bool cold,
		      enum level level)
{
	double pace = level_rules(level)->learning_percent / 100.0;
	int64_t missed = t->learned ? number - t->learned - 1 : 0;

	if (missed > 4096 || missed < 0)
		missed = missed < 0 ? 0 : 4096;
	for (int64_t i = 0; i < missed && t->normal_all > 0.01; i++) {
		t->normal = learn(t->normal, 0, false, pace);
		t->normal_all = learn(t->normal_all, 0, false, pace);
	}
	t->normal = learn(t->normal, (double)r->unanswered, cold, pace);
	t->normal_all = learn(t->normal_all, (double)r->judged, cold, pace);
	t->learned = number;
}
