/*
 * scan.c - who looks for open doors: many addresses, or many ports, that do not answer.
 *
 * What tells a scan from a busy client is that it fails: most attempts are refused or unanswered
 * (Jung, Paxson, Berger, Balakrishnan, "Fast Portscan Detection Using Sequential Hypothesis
 * Testing", 2004). An attempt is judged only when it has had time to be answered. TCP, UDP, ping
 * and ARP sweeps; fast ones and ones that take hours.
 */
#include "detect/detect.h"
#include "detect/scan_verdict.h"
#include "detect/slots.h"

#include <stdio.h>
#include <stdlib.h>

#define SOURCES 8192
#define SINGLES 4096 /* sources with one attempt in a window that are looked at: floods have more */
#define FAST    (600 * USEC_PER_SEC)  /* memory for attempts at ordinary ports */
#define SLOW    (7200 * USEC_PER_SEC) /* silence that ends the memory of any source */
#define JUDGE   USEC_PER_SEC /* how often sources are judged */

#define SAME_ATTEMPTS 16 /* in a window at the same port of the same host: no scan */

struct scan {
	struct detect_settings settings;
	struct slots sources;
	struct slab many;
	uint32_t singles; /* in this window */
	usec_t judged;
};

static void scan_close(void *state)
{
	struct scan *s = state;

	slots_close(&s->sources);
	slab_close(&s->many);
	free(s);
}

static void scan_leave(void *whom, void *entry)
{
	struct scan *scan = whom;

	source_leave(entry, &scan->many);
}

static void *scan_open(const struct detect_settings *settings)
{
	struct scan *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->settings = *settings;
	if (slots_open(&s->sources, SOURCES, sizeof(struct scan_source),
		       sizeof(struct scan_key)) &&
	    slab_open_sparse(&s->many, SOURCES, sizeof(struct scan_many))) {
		s->sources.leave = scan_leave;
		s->sources.whom = s;
		return s;
	}
	scan_close(s);
	return NULL;
}

/* Forgets what is too old to belong together; not who finds hardly anything. */
static void scan_age(struct scan *scan, struct scan_source *s, usec_t now)
{
	bool patient = s->answered * 10 <= s->attempts ||
		       (s->key.kind == PROBE_TCP && scan_one_port(s) && scan_port_is_sensitive(s->port.value));
	usec_t silent = now > s->last ? now - s->last : s->last - now;
	struct scan_key key = s->key;

	if (silent < SLOW && (patient || s->scanning || now - s->first < FAST))
		return;
	source_leave(s, &scan->many);
	memset(s, 0, sizeof(*s));
	s->key = key;
}

/* Not looking for anything: the same port of the same host again and again, or Mirai's scanner,
 * which mirai_scan.c tells better. */
static bool probe_is_no_scan(const struct probe *p)
{
	if (p->mirai * 2u > p->attempts)
		return true;
	return p->counted && p->attempts >= SAME_ATTEMPTS &&
	       agree_share(&p->target.agree, p->attempts) >= 0.9 &&
	       agree_share(&p->port.agree, p->attempts) >= 0.9;
}

/* `hash` is that of its key. */
static void scan_add(struct scan *scan, const struct obs *obs, uint64_t hash)
{
	const struct probe *p = obs->probe;
	struct scan_key key = { .ip = p->ip, .kind = p->kind };
	struct scan_source *s;

	if (probe_is_no_scan(p))
		return;
	s = slots_find_by(&scan->sources, &key, hash);
	if (!s) {
		bool single = p->attempts <= 1 && !home_has(scan->settings.home, &p->ip);

		if (p->attempts == 0 || (single && ++scan->singles > SINGLES))
			return;
		s = slots_at_by(&scan->sources, &key, hash);
	}
	if (s->attempts)
		scan_age(scan, s, obs->ts);
	s->answered += p->answered;
	s->refused += p->refused;
	s->packets += p->packets;
	s->bytes += p->bytes;
	if (p->attempts == 0)
		return;
	source_add(s, &scan->many, p, obs->ts / WINDOW_USEC);
	slots_worth(&scan->sources, s, (uint32_t)(s->attempts < 30000 ? s->attempts : 30000) *
					       (s->scanning ? 2 : 1));
}

static void scan_see_many(void *state, const struct obs *obs, size_t count)
{
	struct scan *scan = state;
	uint64_t hash[OBS_RUN];

	for (size_t k = 0; k < count; k++) {
		struct scan_key key = { .ip = obs[k].probe->ip, .kind = obs[k].probe->kind };

		hash[k] = slots_ask(&scan->sources, &key, sizeof(key));
	}
	for (size_t k = 0; k < count; k++)
		slots_fetch(&scan->sources, hash[k]);
	for (size_t k = 0; k < count; k++)
		scan_add(scan, &obs[k], hash[k]);
}

static void scan_see(void *state, const struct obs *obs)
{
	scan_see_many(state, obs, 1);
}

static const char *const kind_names[] = { "TCP", "UDP", "ping (ICMP echo)", "ARP" };

static void scan_say(struct alert *a, const struct scan_source *s, const struct scan_verdict *v)
{
	const char *ours = a->direction == DIRECTION_OUTBOUND || a->direction == DIRECTION_INTERNAL
				   ? ", one of ours,"
				   : "";
	char who[ENTITY_TEXT], whom[ENTITY_TEXT];

	entity_text(&a->who, who);
	entity_text(&a->whom, whom);
	if (v->vertical)
		snprintf(a->say, sizeof(a->say), "%s%s tried about %llu %s ports of %s; most failed.",
			 who, ours, (unsigned long long)v->pairs, kind_names[s->key.kind], whom);
	else if (v->various)
		snprintf(a->say, sizeof(a->say),
			 "%s%s tried various ports of about %llu addresses; most failed.", who, ours,
			 (unsigned long long)v->hosts);
	else if (s->key.kind == PROBE_TCP || s->key.kind == PROBE_UDP)
		snprintf(a->say, sizeof(a->say), "%s%s tried %s port %u on about %llu addresses; most failed.",
			 who, ours, kind_names[s->key.kind], s->port.value,
			 (unsigned long long)v->hosts);
	else
		snprintf(a->say, sizeof(a->say), "%s%s swept about %llu addresses with %s.", who, ours,
			 (unsigned long long)v->hosts, kind_names[s->key.kind]);
}

static void scan_alert(struct alert *a, const struct scan *scan, const struct scan_source *s,
		       const struct scan_verdict *v, struct hll *room)
{
	bool ours = home_has(scan->settings.home, &s->key.ip);
	bool inside = s->to_home * 2 > s->attempts;
	bool one_target = agree_share(&s->target.agree, s->attempts) >= 0.8;

	*a = (struct alert){
		.rule = "scan",
		.vector = VECTOR_NONE,
		.direction = ours ? inside ? DIRECTION_INTERNAL : DIRECTION_OUTBOUND
				  : inside ? DIRECTION_INBOUND : DIRECTION_UNKNOWN,
		.who = entity_ip(&s->key.ip),
		.whom = { .kind = ENTITY_MANY },
		.severity = v->doubtful ? SEVERITY_NOTICE : ours ? SEVERITY_HIGH : SEVERITY_WARNING,
		.confidence = (uint8_t)(v->doubtful ? 40 : 60 + (unsigned)(v->failed * 35)),
		.from = s->first,
		.to = s->last,
		.packets = s->packets - s->told_packets,
		.bytes = s->bytes - s->told_bytes,
		.targets = source_targets(s, room),
		.attack = s->key.kind == PROBE_ARP || s->key.kind == PROBE_ICMP ? "T1018" : "T1046",
		.by = BY_WHO,
		.quiet = SLOW,
	};
	if (one_target)
		a->whom = entity_ip(&s->target.ip);
	scan_say(a, s, v);
	alert_why(a, "Attempts", "%llu, by %s", (unsigned long long)s->attempts,
		  kind_names[s->key.kind]);
	alert_why(a, "Accepted", "%llu; refused %llu; the others got no answer",
		  (unsigned long long)s->answered, (unsigned long long)s->refused);
	alert_why(a, "Failed", "%.0f %% (a busy but honest client: well below half)",
		  v->failed * 100);
	alert_why(a, "Distinct addresses", "about %llu", (unsigned long long)v->hosts);
	if (s->key.kind == PROBE_TCP || s->key.kind == PROBE_UDP) {
		alert_why(a, "Distinct address and port", "about %llu", (unsigned long long)v->pairs);
		if (scan_one_port(s))
			alert_why(a, "Commonest port", "%u", s->port.value);
	}
}

static void scan_tick(void *state, const struct window *window, const struct alert_sink *sink)
{
	struct scan *scan = state;
	struct scan_verdict verdict;
	struct scan_source *s;
	double least = scan_least(sink->keep);
	struct alert alert;
	struct hll room;

	scan->singles = 0;
	if (!window->last && window->end >= scan->judged && window->end - scan->judged < JUDGE)
		return;
	scan->judged = window->end;
	for (uint32_t at = 0; (s = slots_next(&scan->sources, &at));) {
		bool news = s->attempts != s->judged;

		if ((double)s->attempts < least || (!news && s->level == LEVEL_NORMAL))
			continue;
		if (!scan_judge(s, home_has(scan->settings.home, &s->key.ip), window, sink->keep, &verdict))
			continue;
		if (!news && verdict.level >= s->level) /* what was pending then may have failed since */
			continue;
		scan_alert(&alert, scan, s, &verdict, &room);
		s->judged = s->attempts;
		s->level = (uint8_t)verdict.level;
		if (!alert_raise(sink, &alert, verdict.level))
			continue;
		s->told_packets = s->packets;
		s->told_bytes = s->bytes;
		s->scanning = true;
	}
}

const struct detector detector_scan = {
	.name = "scan",
	.doc = "A source whose attempts mostly fail: the same port on many addresses, many ports on "
	       "one address, ping and ARP sweeps; within minutes, or over hours at ports that worms "
	       "look for and where hardly any succeeds. Needs the answers to be visible, too, to tell a scan from a busy client. "
	       "False alarms: inventory and monitoring tools, a client whose network is down.",
	.attack = "T1046 T1018",
	.wants = OBS_PROBE,
	.mem_max = sizeof(struct scan) +
		   SOURCES * (sizeof(struct scan_source) + 4 + sizeof(struct scan_many)),
	.open = scan_open,
	.see = scan_see,
	.see_many = scan_see_many,
	.tick = scan_tick,
	.close = scan_close,
};
