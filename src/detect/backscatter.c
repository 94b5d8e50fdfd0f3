/*
 * backscatter.c - answers that reach us because somebody forged our addresses.
 *
 * The victim of a spoofed flood answers with SYN-ACK or RST to addresses all over the internet,
 * ours among them (Moore, Voelker, Savage, "Inferring Internet Denial-of-Service Activity", 2001).
 * One source, many of our addresses, few packets to each: not an attack on us, and said so,
 * because it looks like one.
 */
#include "detect/detect.h"
#include "detect/slots.h"

#include <stdio.h>
#include <stdlib.h>

#define SOURCES       1024
#define LEAST_TARGETS 8  /* addresses of ours that are reached ... */
#define LEAST_PACKETS 16 /* ... by so many packets */
#define PER_TARGET    50 /* more to each than this is aimed at it */

struct backscatter_source {
	struct ip ip;
	uint64_t packets, bytes, told, told_bytes;
	uint64_t judged; /* packets, when it was judged last */
	usec_t first, last;
	struct hll targets;
};

struct backscatter {
	struct detect_settings settings;
	struct slots sources;
};

static void *backscatter_open(const struct detect_settings *settings)
{
	struct backscatter *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->settings = *settings;
	if (slots_open(&b->sources, SOURCES, sizeof(struct backscatter_source), sizeof(struct ip)))
		return b;
	free(b);
	return NULL;
}

static void backscatter_close(void *state)
{
	struct backscatter *b = state;

	slots_close(&b->sources);
	free(b);
}

static void backscatter_see(void *state, const struct obs *obs)
{
	struct backscatter *b = state;
	const struct tally *t = obs->tally;
	struct backscatter_source *s;

	if (t->role != ROLE_TARGET || t->packets == 0 || t->counted ||
	    (t->vector != VECTOR_SYNACK && t->vector != VECTOR_RST) ||
	    !home_has(b->settings.home, &t->ip) || home_has(b->settings.home, &t->peer.ip))
		return;
	s = slots_at(&b->sources, &t->peer.ip);
	if (s->packets == 0 || t->first < s->first)
		s->first = t->first;
	if (s->packets == 0 || t->last > s->last)
		s->last = t->last;
	s->packets += t->packets;
	s->bytes += t->bytes;
	hll_add(&s->targets, hash_16(t->ip.b, 0));
	slots_worth(&b->sources, s, (uint32_t)s->packets);
}

static void backscatter_alert(struct alert *a, const struct backscatter_source *s, uint64_t targets)
{
	char who[ENTITY_TEXT];

	*a = (struct alert){
		.rule = "backscatter",
		.vector = VECTOR_NONE,
		.direction = DIRECTION_INBOUND,
		.who = entity_ip(&s->ip),
		.whom = { .kind = ENTITY_MANY },
		.severity = SEVERITY_INFO,
		.confidence = 75,
		.from = s->first,
		.to = s->last,
		.packets = s->packets - s->told,
		.bytes = s->bytes - s->told_bytes,
		.targets = &s->targets,
		.attack = "T1498.001",
		.by = BY_WHO,
		.quiet = 600 * USEC_PER_SEC,
	};
	entity_text(&a->who, who);
	snprintf(a->say, sizeof(a->say),
		 "%s answers SYNs that we never sent: it is under attack with forged addresses, "
		 "about %llu of ours among them.",
		 who, (unsigned long long)targets);
	alert_why(a, "Unasked answers", "%llu SYN-ACK and RST packets",
		  (unsigned long long)s->packets);
	alert_why(a, "Our addresses reached", "about %llu, few packets each",
		  (unsigned long long)targets);
}

static void backscatter_tick(void *state, const struct window *window,
			     const struct alert_sink *sink)
{
	struct backscatter *b = state;
	struct backscatter_source *s;
	struct alert alert;

	(void)window;
	for (uint32_t at = 0; (s = slots_next(&b->sources, &at));) {
		enum level level;
		uint64_t targets;

		if (s->packets == s->judged)
			continue;
		s->judged = s->packets;
		level = level_reached((double)s->packets, LEAST_PACKETS);
		if (level > sink->keep)
			continue;
		targets = hll_count(&s->targets);
		level = level_both(level, level_reached((double)targets, LEAST_TARGETS));
		if (level > sink->keep || s->packets > targets * PER_TARGET)
			continue;
		backscatter_alert(&alert, s, targets);
		if (!alert_raise(sink, &alert, level))
			continue;
		s->told = s->packets;
		s->told_bytes = s->bytes;
	}
}

const struct detector detector_backscatter = {
	.name = "backscatter",
	.doc = "SYN-ACKs and RSTs that nobody asked for, from one source to many of our addresses: the "
	       "echo of an attack on somebody else. For information only. Needs both directions, or "
	       "addresses that send nothing. False alarms: a capture that began in the middle.",
	.attack = "T1498.001",
	.wants = OBS_TALLY,
	.mem_max = sizeof(struct backscatter) + SOURCES * (sizeof(struct backscatter_source) + 4),
	.open = backscatter_open,
	.see = backscatter_see,
	.tick = backscatter_tick,
	.close = backscatter_close,
};
