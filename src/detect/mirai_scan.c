/*
 * mirai_scan.c - SYNs whose sequence number is their destination address.
 *
 * Mirai's stateless scanner recognises its answers that way (scanner.c of the leaked source;
 * Antonakakis et al., "Understanding the Mirai Botnet", USENIX Security 2017, section 4), and so do
 * most of its descendants. By chance it happens once in 2^32 packets, so a few are proof.
 */
#include "detect/detect.h"
#include "detect/slots.h"

#include <stdio.h>
#include <stdlib.h>

#define SOURCES 1024
#define LEAST   3 /* SYNs with the mark */

struct mirai_source {
	struct ip ip;
	uint64_t hits, told, to_home, attempts, bytes, told_bytes;
	uint64_t judged; /* hits, when it was judged last */
	usec_t first, last;
	struct top port;
	struct hll hosts;
};

struct mirai {
	struct detect_settings settings;
	struct slots sources;
};

static void *mirai_open(const struct detect_settings *settings)
{
	struct mirai *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->settings = *settings;
	if (slots_open(&m->sources, SOURCES, sizeof(struct mirai_source), sizeof(struct ip)))
		return m;
	free(m);
	return NULL;
}

static void mirai_close(void *state)
{
	struct mirai *m = state;

	slots_close(&m->sources);
	free(m);
}

DETECT_RARE static void mirai_add(struct mirai *m, const struct probe *p)
{
	struct mirai_source *s = slots_at(&m->sources, &p->ip);

	if (s->hits == 0 || p->first < s->first)
		s->first = p->first;
	if (s->hits == 0 || p->last > s->last)
		s->last = p->last;
	s->hits += p->mirai;
	s->attempts += p->attempts;
	s->bytes += p->bytes;
	s->to_home += p->to_home;
	if (p->counted) {
		top_merge(&s->port, &p->port);
		hll_merge(&s->hosts, &p->hosts);
	} else {
		top_add(&s->port, p->first_port);
		hll_add(&s->hosts, hash_16(p->first_host.b, 0));
	}
	slots_worth(&m->sources, s, (uint32_t)s->hits);
}

static void mirai_see(void *state, const struct obs *obs)
{
	if (obs->probe->mirai)
		mirai_add(state, obs->probe);
}

static void mirai_alert(struct alert *a, const struct mirai *m, const struct mirai_source *s)
{
	bool ours = home_has(m->settings.home, &s->ip), inside = s->to_home * 2 > s->attempts;
	uint64_t hosts = hll_count(&s->hosts);
	char who[ENTITY_TEXT];

	*a = (struct alert){
		.rule = "mirai_scan",
		.vector = VECTOR_NONE,
		.direction = ours ? inside ? DIRECTION_INTERNAL : DIRECTION_OUTBOUND
				  : inside ? DIRECTION_INBOUND : DIRECTION_UNKNOWN,
		.who = entity_ip(&s->ip),
		.whom = { .kind = ENTITY_MANY },
		.severity = ours ? SEVERITY_HIGH : SEVERITY_WARNING,
		.confidence = (uint8_t)(s->hits >= 10 ? 98 : 90),
		.from = s->first,
		.to = s->last,
		.packets = s->hits - s->told,
		.bytes = s->bytes - s->told_bytes,
		.targets = &s->hosts,
		.attack = "T1595.001",
		.by = BY_WHO,
		.quiet = 7200 * USEC_PER_SEC,
	};
	entity_text(&a->who, who);
	snprintf(a->say, sizeof(a->say), "%s%s scans like the Mirai botnet: about %llu addresses%s.",
		 who, ours ? ", one of ours, is probably infected: it" : "",
		 (unsigned long long)hosts,
		 ours ? "" : "; it is probably an infected camera or router of somebody else");
	alert_why(a, "Mirai's mark", "%llu SYNs with the destination address as sequence number",
		  (unsigned long long)s->hits);
	alert_why(a, "By chance", "once in 4,294,967,296 packets");
	alert_why(a, "Distinct addresses", "about %llu", (unsigned long long)hosts);
	if (agree_share(&s->port.agree, s->attempts) >= 0.5)
		alert_why(a, "Commonest port", "%u", s->port.value);
}

static void mirai_tick(void *state, const struct window *window, const struct alert_sink *sink)
{
	struct mirai *m = state;
	struct mirai_source *s;
	struct alert alert;

	(void)window;
	for (uint32_t at = 0; (s = slots_next(&m->sources, &at));) {
		enum level level;

		if (s->hits == s->judged)
			continue;
		s->judged = s->hits;
		level = level_reached((double)s->hits, LEAST);
		if (level > sink->keep)
			continue;
		mirai_alert(&alert, m, s);
		if (!alert_raise(sink, &alert, level))
			continue;
		s->told = s->hits;
		s->told_bytes = s->bytes;
	}
}

const struct detector detector_mirai_scan = {
	.name = "mirai_scan",
	.doc = "SYNs whose sequence number equals their IPv4 destination address: the scanner of Mirai "
	       "and its descendants. Needs nothing but the SYNs. False alarms: none known; research "
	       "scanners do not use this mark.",
	.attack = "T1595.001",
	.wants = OBS_PROBE,
	.mem_max = sizeof(struct mirai) + SOURCES * (sizeof(struct mirai_source) + 4),
	.open = mirai_open,
	.see = mirai_see,
	.tick = mirai_tick,
	.close = mirai_close,
};
