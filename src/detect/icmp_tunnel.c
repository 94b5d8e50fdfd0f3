/*
 * icmp_tunnel.c - ping that carries something.
 *
 * An honest answer repeats the bytes of its question (RFC 792, RFC 4443), and a ping tool sends the
 * same length again and again. A tunnel (ptunnel, icmptunnel, Hans) puts its own bytes into
 * the answers; a backdoor such as Pingback (Trustwave, 2021) or a smuggler sends long
 * questions that the other side's kernel answers properly. What the two hosts say is put together,
 * whichever of them asks.
 */
#include "detect/detect.h"
#include "detect/due.h"
#include "detect/slots.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

#define PAIRS    1024               /* pairs of hosts that are remembered at a time */
#define JUDGE    (5 * USEC_PER_SEC) /* how often pairs are judged */
#define OVERHEAD 42  /* Ethernet, IPv4 and ICMP headers: what a ping without content weighs */
#define SAID     0.5 /* of the question's length: shorter answers were cut, as 8.8.8.8 does */

/* Answers with other bytes than their question. */
#define ODD_LEAST 3  /* one or two may be a broken device or a lost packet */
#define ODD_MANY  10 /* a conversation */
#define ODD_BYTES 16 /* a mean content below it carries nothing worth it */

/* Content of many lengths. */
#define SIZES_LEAST  5  /* of the 8 bits of flow.sizes: ping, mtr, PRTG, SmokePing have one */
#define SIZES_PINGS  60 /* a search for the path's MTU needs 10 to 20 */
#define SIZES_BYTES  64
#define LARGE_BYTES  400     /* mean content; ping sends 32 (Windows) or 56 (Unix) */
#define LARGE_PINGS  200     /* longer than a person looks at ping -s */
#define LARGE_VOLUME 5000000 /* bytes of content; nobody measures a line with so much */

/* Answers that nobody asked for. */
#define UNASKED_LEAST 30

/* Few long pings far apart, as a person's commands: what ping at its rate of one a second never is.
 */
#define SPARSE_PINGS 4
#define SPARSE_BYTES 300
#define SPARSE_MOST  1200 /* above it lies the search for the path's MTU */
#define SPARSE_TIME  (60 * USEC_PER_SEC)
#define SPARSE_GAP   (10 * USEC_PER_SEC)

struct pings {
	uint64_t asked, answered;         /* packets */
	uint64_t ask_bytes, answer_bytes; /* on the wire */
	uint64_t odd;
	uint8_t sizes;
};

struct pair_key {
	struct ip ip[2];
};

struct pair {
	struct pair_key key;
	struct pings done;    /* conversations that have ended */
	uint64_t most[2];     /* the bytes of the largest questioning of each end */
	struct pings open[2]; /* that go on, by which end asks: there is one each at a time */
	usec_t first, last;
	uint64_t told_packets, told_bytes;
	bool touched;
};

struct icmp_tunnel {
	struct detect_settings settings;
	struct slots pairs;
	usec_t judged;
};

/* What a pair was found to do. */
struct finding {
	const char *label, *normal;
	enum severity severity;
	uint8_t confidence;
};

static void *icmp_open(const struct detect_settings *settings)
{
	struct icmp_tunnel *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->settings = *settings;
	if (slots_open(&t->pairs, PAIRS, sizeof(struct pair), sizeof(struct pair_key)))
		return t;
	free(t);
	return NULL;
}

static void icmp_close(void *state)
{
	struct icmp_tunnel *t = state;

	slots_close(&t->pairs);
	free(t);
}

/* Which end asks, as the types that stand for ports tell (Community ID v1); 2: no ping. */
static unsigned flow_asker(const struct flow *f)
{
	uint16_t ask = f->key.proto == PROTO_ICMP ? 8 : 128;
	uint16_t answer = f->key.proto == PROTO_ICMP ? 0 : 129;

	if (f->key.proto != PROTO_ICMP && f->key.proto != PROTO_ICMP6)
		return 2;
	if (f->key.port[0] == ask && f->key.port[1] == answer)
		return 0;
	return f->key.port[1] == ask && f->key.port[0] == answer ? 1 : 2;
}

static void pings_add(struct pings *into, const struct pings *from)
{
	into->asked += from->asked;
	into->answered += from->answered;
	into->ask_bytes += from->ask_bytes;
	into->answer_bytes += from->answer_bytes;
	into->odd += from->odd;
	into->sizes |= from->sizes;
}

static struct pings pair_sum(const struct pair *p)
{
	struct pings sum = p->done;

	pings_add(&sum, &p->open[0]);
	pings_add(&sum, &p->open[1]);
	return sum;
}

DETECT_RARE static void icmp_add(struct icmp_tunnel *t, const struct flow *f, unsigned asker,
				bool ongoing)
{
	struct pair_key key = { { f->key.ip[0], f->key.ip[1] } };
	struct pings seen, sum;
	struct pair *p;

	if (ip_is_multicast(&key.ip[0]) || ip_is_multicast(&key.ip[1]) ||
	    (!home_has(t->settings.home, &key.ip[0]) && !home_has(t->settings.home, &key.ip[1])))
		return;
	seen = (struct pings){ f->packets[asker], f->packets[!asker], f->bytes[asker],
			       f->bytes[!asker],  f->odd_replies,     f->sizes };
	p = slots_at(&t->pairs, &key);
	if (p->last == 0 || f->first < p->first)
		p->first = f->first;
	if (p->last == 0 || f->last > p->last)
		p->last = f->last;
	if (ongoing) {
		p->open[asker] = seen;
	} else {
		memset(&p->open[asker], 0, sizeof(p->open[asker]));
		pings_add(&p->done, &seen);
	}
	if (seen.ask_bytes > p->most[asker])
		p->most[asker] = seen.ask_bytes;
	p->touched = true;
	sum = pair_sum(p);
	slots_worth(&t->pairs, p,
		    (uint32_t)((sum.ask_bytes + sum.answer_bytes) / 256 < UINT16_MAX
				       ? (sum.ask_bytes + sum.answer_bytes) / 256
				       : UINT16_MAX));
}

static void icmp_see(void *state, const struct obs *obs)
{
	unsigned asker = flow_asker(obs->flow);

	if (asker <= 1)
		icmp_add(state, obs->flow, asker, obs->kind == OBS_ONGOING);
}

/* The mean content of so many packets with so many bytes on the wire. */
static uint64_t content_mean(uint64_t bytes, uint64_t packets)
{
	return packets && bytes / packets > OVERHEAD ? bytes / packets - OVERHEAD : 0;
}

static bool judge_answers(const struct pings *s, enum level level, struct finding *found)
{
	uint64_t ask = content_mean(s->ask_bytes, s->asked);
	uint64_t answer = content_mean(s->answer_bytes, s->answered);

	if (level_reaches(level, (double)s->odd, ODD_LEAST) && answer >= ODD_BYTES &&
	    (double)answer >= SAID * (double)ask) {
		*found = (struct finding){
			"the answers carry other bytes than their questions",
			"an answer repeats its question byte by byte",
			s->odd >= ODD_MANY ? SEVERITY_HIGH : SEVERITY_WARNING,
			(uint8_t)(s->odd >= ODD_MANY ? 88 : 65),
		};
		return true;
	}
	if ((double)s->answered > 2 * (double)s->asked + level_threshold(level, UNASKED_LEAST) &&
	    answer >= SIZES_BYTES) {
		*found = (struct finding){ "answers with content that nothing asked for",
					   "one answer for each question", SEVERITY_WARNING, 65 };
		return true;
	}
	return false;
}

static bool judge_questions(const struct pings *s, usec_t length, enum level level,
			    struct finding *found)
{
	uint64_t mean = content_mean(s->ask_bytes, s->asked);
	unsigned sizes = (unsigned)__builtin_popcount(s->sizes);

	if (sizes >= SIZES_LEAST && level_reaches(level, (double)s->asked, SIZES_PINGS) &&
	    mean >= SIZES_BYTES) {
		*found = (struct finding){ "content of many different lengths",
					   "a ping tool sends one length, of 32 or 56 bytes",
					   SEVERITY_WARNING, 60 };
		return true;
	}
	if (mean >= LARGE_BYTES && level_reaches(level, (double)s->asked, LARGE_PINGS)) {
		bool volume = mean * s->asked >= LARGE_VOLUME;

		*found = (struct finding){ "long content, again and again",
					   "a ping carries 32 or 56 bytes, and measuring a line "
					   "takes a few",
					   volume ? SEVERITY_WARNING : SEVERITY_NOTICE,
					   (uint8_t)(volume ? 65 : 45) };
		return true;
	}
	if (mean >= SPARSE_BYTES && mean <= SPARSE_MOST && sizes >= 2 &&
	    level_reaches(level, (double)s->asked, SPARSE_PINGS) && length >= SPARSE_TIME &&
	    length / (usec_t)s->asked >= SPARSE_GAP) {
		*found = (struct finding){ "few long pings of several lengths, far apart",
					   "ping sends one a second, of one length",
					   SEVERITY_NOTICE, 35 };
		return true;
	}
	return false;
}

/* The lowest level up to `keep` at which something is found, or LEVELS. */
static enum level pair_judge(const struct pair *p, const struct pings *s, enum level keep,
			     struct finding *found)
{
	usec_t length = p->last - p->first;

	for (enum level level = LEVEL_NORMAL; level <= keep; level++)
		if (judge_answers(s, level, found) || judge_questions(s, length, level, found))
			return level;
	return LEVELS;
}

static void icmp_alert(struct alert *a, const struct icmp_tunnel *t, const struct pair *p,
		       const struct pings *s, const struct finding *found)
{
	/* ours is who; where both are, the one that asked more */
	bool first = home_has(t->settings.home, &p->key.ip[0]);
	bool second = home_has(t->settings.home, &p->key.ip[1]);
	unsigned ours = first && second ? p->most[1] > p->most[0] : !first;
	char who[ENTITY_TEXT], whom[ENTITY_TEXT], length[TIME_TEXT], bytes[TEXT_NUMBER];

	*a = (struct alert){
		.rule = "icmp_tunnel",
		.vector = VECTOR_NONE,
		.direction = home_direction(t->settings.home, &p->key.ip[ours], &p->key.ip[!ours]),
		.who = entity_ip(&p->key.ip[ours]),
		.whom = entity_ip(&p->key.ip[!ours]),
		.severity = found->severity,
		.confidence = found->confidence,
		.from = p->first,
		.to = p->last,
		.packets = s->asked + s->answered - p->told_packets,
		.bytes = s->ask_bytes + s->answer_bytes - p->told_bytes,
		.attack = "T1095",
		.by = BY_WHO | BY_WHOM,
		.quiet = 3600 * USEC_PER_SEC,
	};
	entity_text(&a->who, who);
	entity_text(&a->whom, whom);
	snprintf(a->say, sizeof(a->say), "%s, one of ours, %s data inside pings with %s: %s.", who,
		 found->severity >= SEVERITY_WARNING ? "exchanges" : "may exchange", whom,
		 found->label);
	alert_why(a, "Normal", "%s", found->normal);
	alert_why(a, "Questions", "%llu with %llu bytes of content on average",
		  (unsigned long long)s->asked,
		  (unsigned long long)content_mean(s->ask_bytes, s->asked));
	alert_why(a, "Answers", "%llu with %llu bytes of content on average",
		  (unsigned long long)s->answered,
		  (unsigned long long)content_mean(s->answer_bytes, s->answered));
	alert_why(a, "Answers unlike their question", "%llu%s", (unsigned long long)s->odd,
		  s->odd == UINT8_MAX ? " or more" : "");
	alert_why(a, "Carried in all", "%s in %s",
		  text_bytes(s->ask_bytes + s->answer_bytes, bytes),
		  time_span(p->last - p->first, length));
}

static void icmp_tick(void *state, const struct window *window, const struct alert_sink *sink)
{
	struct icmp_tunnel *t = state;
	struct alert alert;
	struct pair *p;

	if (!window_is_due(window, &t->judged, JUDGE))
		return;
	for (uint32_t at = 0; (p = slots_next(&t->pairs, &at));) {
		struct pings sum = pair_sum(p);
		struct finding found = { 0 };
		enum level level;

		if (!p->touched)
			continue;
		p->touched = false;
		if (sum.asked + sum.answered <= p->told_packets)
			continue;
		level = pair_judge(p, &sum, sink->keep, &found);
		if (level > sink->keep)
			continue;
		icmp_alert(&alert, t, p, &sum, &found);
		if (!alert_raise(sink, &alert, level))
			continue;
		p->told_packets = sum.asked + sum.answered;
		p->told_bytes = sum.ask_bytes + sum.answer_bytes;
	}
}

const struct detector detector_icmp_tunnel = {
	.name = "icmp_tunnel",
	.doc = "Pings between one of ours and another host that carry something: answers with "
	       "other "
	       "bytes than their questions, answers that nothing asked for, many lengths, much "
	       "content; with low confidence a few long ones far apart. Needs both directions. "
	       "False alarms: tests of a line with long pings for many minutes, devices "
	       "that write into the answers, searches for the path's MTU again and again.",
	.attack = "T1095",
	.wants = OBS_FLOW | OBS_ONGOING,
	.only = TRAIT_ICMP,
	.mem_max = sizeof(struct icmp_tunnel) + PAIRS * (sizeof(struct pair) + 4),
	.open = icmp_open,
	.see = icmp_see,
	.tick = icmp_tick,
	.close = icmp_close,
};
