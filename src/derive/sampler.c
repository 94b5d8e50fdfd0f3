/* sampler.c - reservoirs of quiet times and rings of now, for the busiest targets. */
#include "derive/sampler.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

#define BYTES_USUAL ((size_t)32 << 20)
#define QUIET       4096 /* samples of quiet times of one target: so many that one in 1,000 shows (docs/filters.md) */
#define NOW         1024 /* of the last moments */
#define WAYS        4    /* places that a target may have */
#define SLOTS_LEAST 8
#define PER_WINDOW  500  /* samples that are wanted in a window */
#define WINDOW      (250 * USEC_PER_MS)
#define STRIDE_MAX  4096
#define FILL_EVERY  (USEC_PER_SEC / 100) /* between two samples while the reservoir fills ... */
#define QUIET_EVERY (USEC_PER_SEC / 4)   /* ... and from then on */
#define UNNOTICED   (3 * USEC_PER_SEC)   /* how late an attack may be noticed */
#define FORGOTTEN   (3600 * USEC_PER_SEC)
#define AGES_EVERY  (10 * USEC_PER_SEC)
#define RATE_NOW    USEC_PER_SEC /* the rate of now is taken over so long a time */
#define RATE_LEAST  (USEC_PER_SEC / 1000)
#define KNOWN_MAX   QUIET
/* An attack may grow for a while before it is one: such a slope is not quiet time, either. */
#define SLOPE       64 /* seconds that are looked back, at most half of what is known */
#define STEEP       3  /* so many times the rate of the calmest quarter of them, */
#define STEEP_LEAST 20 /* and so many packets a second */
#define DIP         2  /* seconds below that between two that are above */

struct sample {
	usec_t ts;
	struct look look;
	uint16_t stands_for; /* so many frames */
};

struct slot {
	struct prefix target; /* bits 0: free */
	uint32_t worth;       /* samples, fewer with time */
	usec_t frozen;        /* when it was asked for last; 0: it is not attacked */
	usec_t attacked;      /* since when */
	usec_t filled;        /* when the last sample went into `quiet` */
	usec_t aged;          /* when `worth` was made less last */
	uint32_t normal_pps;  /* before what `seconds` tells of */
	int64_t first, last;     /* `seconds` tells of: the first, and the one after the last; equal: none */
	uint32_t seconds[SLOPE]; /* packets in each, by its last digits */
	uint32_t quiet_count, now_count, now_next;
	struct sample quiet[QUIET], now[NOW];
};

struct sampler {
	struct home home;
	struct slot *slots;
	size_t sets;       /* of WAYS slots, for addresses */
	struct slot *nets; /* one for each own network */
	uint32_t stride, skip;
	usec_t window;
	uint32_t sampled;  /* in this window */
	uint64_t random;
	struct look during[NOW], before[QUIET];
	struct ip known[KNOWN_MAX];
};

struct sampler *sampler_new(const struct home *home, size_t bytes)
{
	struct sampler *s = calloc(1, sizeof(*s));
	size_t slots = (bytes ? bytes : BYTES_USUAL) / sizeof(struct slot);

	if (!s)
		return NULL;
	s->home = *home;
	slots = slots > home->count + SLOTS_LEAST ? slots - home->count : SLOTS_LEAST;
	s->sets = slots / WAYS;
	s->slots = calloc(s->sets * WAYS, sizeof(*s->slots)); /* memory comes when it is written */
	s->nets = calloc(home->count + 1, sizeof(*s->nets));
	s->stride = 1;
	s->random = HASH_K0;
	if (s->slots && s->nets)
		return s;
	sampler_free(s);
	return NULL;
}

void sampler_free(struct sampler *sampler)
{
	if (!sampler)
		return;
	free(sampler->slots);
	free(sampler->nets);
	free(sampler);
}

static uint32_t random_below(struct sampler *s, uint32_t bound)
{
	s->random += HASH_K1;
	return (uint32_t)((hash_finish(s->random) >> 32) * bound >> 32);
}

/* --- targets */

static struct slot *set_of(const struct sampler *s, const struct ip *ip)
{
	return &s->slots[hash_16(ip->b, 0) % s->sets * WAYS];
}

static struct slot *slot_find(const struct sampler *s, const struct prefix *target)
{
	struct slot *set = set_of(s, &target->ip);

	for (size_t i = 0; target->bits == 128 && i < WAYS; i++)
		if (set[i].target.bits == 128 && ip_equal(&set[i].target.ip, &target->ip))
			return &set[i];
	return NULL;
}

/* The slot of an address. One that is not there takes the place of the least worth, when that has become
 * nothing: each that asks in vain takes a little of it (Misra and Gries, 1982). One that is attacked stays. */
static struct slot *slot_for(struct sampler *s, const struct ip *ip)
{
	const struct prefix target = { *ip, 128 };
	struct slot *slot = slot_find(s, &target), *set = set_of(s, ip), *least = NULL;

	for (size_t i = 0; !slot && i < WAYS; i++)
		if (!set[i].frozen && (!least || set[i].worth < least->worth))
			least = &set[i];
	if (slot || !least)
		return slot;
	if (least->worth > 0) {
		least->worth--;
		return NULL;
	}
	least->target = target;
	least->filled = least->aged = 0;
	least->normal_pps = 0;
	least->first = least->last = 0;
	least->quiet_count = least->now_count = least->now_next = 0;
	return least;
}

/* --- samples */

static uint32_t *second_of(struct slot *slot, int64_t second)
{
	return &slot->seconds[(uint64_t)second % SLOPE]; /* a capture may say that it is of before 1970 */
}

/* Packets of each of the last seconds. One of before them, as when the clock is set, begins them anew. */
static void slot_second(struct slot *slot, usec_t ts, uint32_t stands_for)
{
	int64_t second = ts / USEC_PER_SEC;

	if (slot->first == slot->last || second < slot->first || second - slot->last >= SLOPE) {
		memset(slot->seconds, 0, sizeof(slot->seconds));
		slot->first = second;
		slot->last = second + 1;
	}
	for (; slot->last <= second; slot->last++)
		*second_of(slot, slot->last) = 0;
	if (slot->last - slot->first > SLOPE)
		slot->first = slot->last - SLOPE;
	*second_of(slot, second) += stands_for;
}

/* Packets per second in quiet times: in the whole seconds before then, of which the first that is known is none. */
static uint32_t slot_usual(struct slot *slot, usec_t until)
{
	int64_t end = until / USEC_PER_SEC < slot->last ? until / USEC_PER_SEC : slot->last;
	int64_t first = slot->first + 1;
	uint64_t packets = 0;

	if (slot->first == slot->last || end <= first)
		return slot->normal_pps;
	for (int64_t second = first; second < end; second++)
		packets += *second_of(slot, second);
	return (uint32_t)(packets / (uint64_t)(end - first));
}

static void slot_age(struct slot *slot, usec_t ts)
{
	if (slot->worth < UINT32_MAX)
		slot->worth++;
	if (slot->aged != 0 && ts >= slot->aged && ts - slot->aged < AGES_EVERY)
		return;
	if (slot->aged != 0 && ts >= slot->aged)
		slot->worth -= slot->worth / 4;
	slot->aged = ts;
}

static bool slot_is_frozen(struct slot *slot, usec_t now)
{
	if (slot->frozen && now - slot->frozen > FORGOTTEN)
		slot->frozen = 0;
	return slot->frozen != 0;
}

static void slot_learn(struct sampler *s, struct slot *slot, const struct sample *sample)
{
	bool full = slot->quiet_count == QUIET;

	slot_second(slot, sample->ts, s->stride);
	if (sample->ts >= slot->filled && sample->ts - slot->filled < (full ? QUIET_EVERY : FILL_EVERY))
		return;
	slot->filled = sample->ts;
	slot->quiet[full ? random_below(s, QUIET) : slot->quiet_count++] = *sample;
}

/* What came to the target since then was no quiet time, and its seconds tell nothing of one. */
static void slot_forget(struct slot *slot, const struct prefix *target, usec_t since)
{
	uint32_t kept = 0;

	if (!slot->frozen)
		slot->normal_pps = slot_usual(slot, since);
	slot->first = slot->last = 0;
	if (slot->filled < since)
		return;
	for (uint32_t i = 0; i < slot->quiet_count; i++)
		if (slot->quiet[i].ts < since || !prefix_has(target, &slot->quiet[i].look.to))
			slot->quiet[kept++] = slot->quiet[i];
	slot->quiet_count = kept;
}

static void slot_add(struct slot *slot, const struct sample *sample)
{
	slot_age(slot, sample->ts);
	slot->now[slot->now_next] = *sample;
	slot->now_next = (slot->now_next + 1) % NOW;
	if (slot->now_count < NOW)
		slot->now_count++;
}

/* One in `stride` frames, so that a window gives about PER_WINDOW samples; in a window that began quietly
 * it grows at once when there are more. */
static void stride_adapt(struct sampler *s, usec_t ts)
{
	if (ts - s->window >= WINDOW || ts < s->window) {
		while (s->stride > 1 && s->sampled < PER_WINDOW / 4) {
			s->stride /= 2;
			s->sampled = s->sampled ? s->sampled * 2 : PER_WINDOW;
		}
		s->window = ts;
		s->sampled = 0;
	}
	if (++s->sampled % PER_WINDOW == 0 && s->stride < STRIDE_MAX)
		s->stride *= 2;
}

static void sample_frame(struct sampler *s, const struct frame *frame)
{
	struct sample sample = { .ts = frame->ts, .stands_for = (uint16_t)s->stride };
	struct slot *slot, *net = NULL;
	bool attacked;

	stride_adapt(s, frame->ts);
	if (!look_of_frame(frame, &sample.look) || !home_has(&s->home, &sample.look.to) ||
	    home_has(&s->home, &sample.look.from))
		return;
	for (size_t i = 0; i < s->home.count && !net; i++)
		if (prefix_has(&s->home.prefixes[i], &sample.look.to))
			net = &s->nets[i];
	slot = slot_for(s, &sample.look.to);
	attacked = (slot && slot_is_frozen(slot, frame->ts)) || (net && slot_is_frozen(net, frame->ts));
	for (size_t i = 0; i < 2; i++) { /* an attack on the one is no quiet time of the other */
		struct slot *to = i ? net : slot;

		if (to)
			slot_add(to, &sample);
		if (to && !attacked)
			slot_learn(s, to, &sample);
	}
}

void sampler_frames(struct sampler *sampler, const struct frame *frames, size_t count)
{
	size_t i = sampler->skip;

	/* In steps by chance, so that nobody sends in time with them (RFC 5475, 5.2). */
	for (; i < count; i += 1 + random_below(sampler, 2 * sampler->stride - 1))
		sample_frame(sampler, &frames[i]);
	sampler->skip = (uint32_t)(i - count);
}

/* --- what is known of an attack */

static bool prefix_holds(const struct prefix *outer, const struct prefix *inner)
{
	return outer->bits <= inner->bits && prefix_has(outer, &inner->ip);
}

/* Where samples of a target are: its own slot, or that of the network that holds it. Where it is wider than an own
 * network: of the busiest one in it. */
static struct slot *slot_of(struct sampler *s, const struct prefix *target)
{
	struct slot *slot = slot_find(s, target);

	for (size_t i = 0; !slot && i < s->home.count; i++)
		if (prefix_holds(&s->home.prefixes[i], target))
			slot = &s->nets[i];
	if (slot)
		return slot;
	for (size_t i = 0; i < s->home.count; i++)
		if (prefix_holds(target, &s->home.prefixes[i]) && (!slot || s->nets[i].worth > slot->worth))
			slot = &s->nets[i];
	return slot;
}

/* From the oldest on, so that the same input gives the same order. */
static size_t take_now(const struct slot *slot, const struct prefix *target, usec_t from, struct look *looks)
{
	size_t taken = 0;

	for (uint32_t i = 0; i < slot->now_count; i++) {
		const struct sample *sample =
			&slot->now[(slot->now_next + NOW - slot->now_count + i) % NOW];

		if (sample->ts >= from && prefix_has(target, &sample->look.to))
			looks[taken++] = sample->look;
	}
	return taken;
}

/* Packets per second, of what is looked at. */
static double rate_now(const struct slot *slot, const struct prefix *target, usec_t from)
{
	const struct sample *last = &slot->now[(slot->now_next + NOW - 1) % NOW], *first = last;
	usec_t since = last->ts - RATE_NOW > from ? last->ts - RATE_NOW : from;
	uint64_t packets = 0;

	for (uint32_t i = 0; i < slot->now_count; i++) {
		const struct sample *sample = &slot->now[i];

		if (sample->ts < since || !prefix_has(target, &sample->look.to))
			continue;
		packets += sample->stands_for;
		first = sample->ts < first->ts ? sample : first;
	}
	return (double)packets * USEC_PER_SEC / (double)(last->ts - first->ts + RATE_LEAST);
}

static size_t take_quiet(const struct slot *slot, const struct prefix *target, usec_t until,
			 struct look *looks)
{
	size_t taken = 0;

	for (uint32_t i = 0; i < slot->quiet_count; i++)
		if (slot->quiet[i].ts < until && prefix_has(target, &slot->quiet[i].look.to))
			looks[taken++] = slot->quiet[i].look;
	return taken;
}

static int ip_order(const void *a, const void *b)
{
	return ip_compare(a, b);
}

static int count_order(const void *a, const void *b)
{
	uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;

	return (one > other) - (one < other);
}

/* When that began which was noticed at `from`: back over the seconds in which much more came than usual. */
static usec_t slope_begins(struct slot *slot, usec_t from)
{
	int64_t end = from / USEC_PER_SEC, known = end - slot->first, dip = 0;
	uint32_t sorted[SLOPE], steep;

	if (known < 2 || end >= slot->last)
		return from;
	for (int64_t i = 0; i < known; i++)
		sorted[i] = *second_of(slot, slot->first + i);
	qsort(sorted, (size_t)known, sizeof(sorted[0]), count_order);
	steep = sorted[known / 4] * STEEP + STEEP_LEAST;
	for (int64_t second = end - 1; second >= end - known / 2 && dip < DIP; second--) {
		bool is_steep = *second_of(slot, second) > steep;

		dip = is_steep ? 0 : dip + 1;
		from = is_steep ? second * USEC_PER_SEC : from;
	}
	return from;
}

/* What came to the target since then is no quiet time of any address or network that it is part of, or holds. */
static void sampler_forget(struct sampler *s, const struct prefix *target, usec_t since)
{
	for (size_t i = 0; i < s->sets * WAYS; i++)
		if (s->slots[i].target.bits && prefix_has(target, &s->slots[i].target.ip))
			slot_forget(&s->slots[i], target, since);
	for (size_t i = 0; i < s->home.count; i++)
		if (prefix_holds(&s->home.prefixes[i], target) || prefix_holds(target, &s->home.prefixes[i]))
			slot_forget(&s->nets[i], target, since);
}

/* Who was in the midst of a TCP conversation: a forged source never gets that far unnoticed. */
static size_t take_known(const struct look *looks, size_t count, struct ip *known)
{
	size_t taken = 0, different = 0;

	for (size_t i = 0; i < count; i++)
		if (looks[i].header && (looks[i].flags & (TCP_ACK | TCP_SYN | TCP_RST)) == TCP_ACK)
			known[taken++] = looks[i].from;
	qsort(known, taken, sizeof(known[0]), ip_order);
	for (size_t i = 0; i < taken; i++)
		if (different == 0 || !ip_equal(&known[different - 1], &known[i]))
			known[different++] = known[i];
	return different;
}

static void slot_look(struct sampler *s, struct slot *slot, const struct prefix *target, usec_t from,
		      struct samples *samples)
{
	usec_t until = (slot->frozen ? slot->attacked : slope_begins(slot, from)) - UNNOTICED;

	*samples = (struct samples){
		.during = s->during,
		.before = s->before,
		.known = s->known,
		.during_count = take_now(slot, target, from, s->during),
		.before_count = take_quiet(slot, target, until, s->before),
		.during_pps = rate_now(slot, target, from),
		.normal_pps = slot_usual(slot, until),
	};
	samples->known_count = take_known(samples->before, samples->before_count, s->known);
}

bool sampler_look(struct sampler *sampler, const struct prefix *target, usec_t from, struct samples *samples)
{
	struct slot *slot = slot_of(sampler, target);

	if (!slot)
		return false;
	slot_look(sampler, slot, target, from, samples);
	return samples->during_count > 0 || samples->before_count > 0;
}

bool sampler_take(struct sampler *sampler, const struct prefix *target, usec_t from, struct samples *samples)
{
	struct slot *slot = slot_of(sampler, target);

	if (!slot || slot->now_count == 0)
		return false;
	if (!slot->frozen) {
		slot->attacked = slope_begins(slot, from);
		sampler_forget(sampler, target, slot->attacked - UNNOTICED);
	}
	slot->frozen = slot->now[(slot->now_next + NOW - 1) % NOW].ts;
	slot_look(sampler, slot, target, from, samples);
	return samples->during_count > 0;
}

void sampler_quiet(struct sampler *sampler, const struct prefix *target)
{
	struct slot *slot = slot_of(sampler, target);

	if (slot)
		slot->frozen = 0;
	for (size_t i = 0; i < sampler->home.count; i++)
		if (prefix_holds(target, &sampler->home.prefixes[i]))
			sampler->nets[i].frozen = 0;
}
