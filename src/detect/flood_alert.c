/* flood_alert.c - a flood in words and numbers: severity, confidence, and why. */
#include "detect/flood.h"

#include <stdio.h>

#define HUGE_PPS 100000        /* packets a second ... */
#define HUGE_BPS 1000000000ull /* ... or bits a second that make a flood critical */

static bool flood_outbound(const struct flood_track *t)
{
	return t->key.role == ROLE_SOURCE;
}

static enum direction flood_direction(const struct flood_track *t,
				      const struct detect_settings *settings)
{
	const struct tally *now = &t->now;

	if (ip_is_link_scope(&t->key.ip))
		return DIRECTION_INTERNAL;
	/* with many other ends, most of them are outside: spoofed ones fall anywhere */
	if (flood_outbound(t))
		return flood_one_peer(now) && home_has(settings->home, &now->peer.ip)
			       ? DIRECTION_INTERNAL
			       : DIRECTION_OUTBOUND;
	if (flood_one_peer(now))
		return home_direction(settings->home, &now->peer.ip, &t->key.ip);
	if (!home_has(settings->home, &t->key.ip))
		return DIRECTION_UNKNOWN;
	return now->inside * 2 > now->packets ? DIRECTION_INTERNAL : DIRECTION_INBOUND;
}

static void flood_parties(struct alert *a, const struct flood_track *t)
{
	struct entity self = entity_ip(&t->key.ip);
	struct entity other = { .kind = ENTITY_MANY };

	if (t->key.bits != 128)
		self = (struct entity){ .kind = ENTITY_PREFIX, .prefix = { t->key.ip, t->key.bits } };
	if (flood_one_peer(&t->now))
		other = entity_ip(&t->now.peer.ip);
	a->who = flood_outbound(t) ? self : other;
	a->whom = flood_outbound(t) ? other : self;
	a->by = flood_outbound(t) ? BY_WHO : BY_WHOM;
}

static uint8_t flood_confidence(const struct flood_verdict *v)
{
	const struct flood_track *t = v->track;
	double times = (double)v->rate.packets / (v->threshold > 1 ? v->threshold : 1);
	unsigned confidence = 60;

	confidence += times >= 10 ? 20 : times >= 3 ? 12 : times >= 1.5 ? 5 : 0;
	confidence += flood_peers(t) >= 50 ? 8 : 0;
	confidence += vector_is_reflection((enum vector)t->key.vector) ? 8 : 0;
	confidence += v->rate.unanswered * 10 >= v->rate.judged * 9 ? 5 : 0;
	if (v->doubt || v->scan)
		confidence = v->doubt ? 35 : 50;
	return (uint8_t)(confidence > 98 ? 98 : confidence);
}

static enum severity flood_severity(const struct alert *a, const struct flood_verdict *v)
{
	double times = (double)v->rate.packets / (v->threshold > 1 ? v->threshold : 1);

	if (v->doubt)
		return SEVERITY_NOTICE;
	if (a->pps >= HUGE_PPS || a->bps >= HUGE_BPS)
		return SEVERITY_CRITICAL;
	if (times >= 2 || a->direction == DIRECTION_OUTBOUND)
		return SEVERITY_HIGH;
	return SEVERITY_WARNING;
}

static const char *flood_attack(enum vector vector)
{
	if (vector_is_reflection(vector))
		return "T1498.002"; /* Reflection Amplification */
	switch (vector) {
	case VECTOR_SYN:
	case VECTOR_ACK:
	case VECTOR_FIN:
	case VECTOR_RST:
		return "T1499.001"; /* OS Exhaustion Flood */
	case VECTOR_HTTP:
		return "T1499.002"; /* Service Exhaustion Flood */
	default:
		return "T1498.001"; /* Direct Network Flood */
	}
}

static void flood_say(struct alert *a, const struct flood_verdict *v)
{
	const char *unit = a->vector == VECTOR_HTTP ? "requests" : "packets";
	const char *title = vector_title(a->vector);
	char who[ENTITY_TEXT], whom[ENTITY_TEXT];

	entity_text(&a->who, who);
	entity_text(&a->whom, whom);
	if (flood_outbound(v->track))
		snprintf(a->say, sizeof(a->say), "%s, one of ours, attacks %s (%s): %llu %s a second.",
			 who, whom, title, (unsigned long long)a->pps, unit);
	else
		snprintf(a->say, sizeof(a->say), "%s is being attacked by %s (%s): %llu %s a second.",
			 whom, who, title, (unsigned long long)a->pps, unit);
}

static void flood_why_port(struct alert *a, const struct flood_track *t)
{
	const struct tally *now = &t->now;

	if (a->vector == VECTOR_HTTP) {
		if (flood_one_port(now))
			alert_why(a, "Same page", "nearly all requests ask for the same path");
		if (__builtin_popcountll(t->seen_ports) >= 20)
			alert_why(a, "Random parameters",
				  "the query's parameter names change with each request");
		return;
	}
	if (a->vector == VECTOR_ICMP || a->vector == VECTOR_FRAGMENT || a->vector == VECTOR_GRE)
		return;
	if (a->vector == VECTOR_DNS) {
		alert_why(a, "Names asked for", flood_one_port(now) ? "nearly always the same" : "many");
		return;
	}
	if (a->vector == VECTOR_PROTO) {
		if (flood_one_port(now))
			alert_why(a, "IP protocol", "%u", now->port.value);
		return;
	}
	if (flood_one_port(now))
		alert_why(a, a->vector == VECTOR_SYNACK ? "Source port" : "Target port", "%u",
			  now->port.value);
	else
		alert_why(a, "Target ports", "many");
}

static void flood_why(struct alert *a, const struct flood_verdict *v)
{
	const struct flood_track *t = v->track;
	const struct flood_rate *r = &v->rate;
	uint64_t peers = flood_peers(t);

	alert_why(a, "Rate in one second", "%llu packets; %.0f %% of them were not answered",
		  (unsigned long long)r->packets,
		  100.0 * (double)r->unanswered / (double)(r->judged ? r->judged : 1));
	alert_why(a, "Normal here", "%.0f unanswered a second (learned before)", t->normal);
	alert_why(a, "Threshold", "%.0f a second", v->threshold);
	alert_why(a, flood_outbound(t) ? "Targets until then" : "Sources until then", "about %llu",
		  (unsigned long long)peers);
	if (t->key.bits != 128)
		alert_why(a, "Spread", "over %u addresses of the network", t->hosts);
	flood_why_port(a, t);
	alert_why(a, "Mean packet", "%llu bytes",
		  (unsigned long long)(r->bytes / (r->packets ? r->packets : 1)));
	if (v->scan)
		alert_why(a, "Ports", "few sources try many: a scan, so fast that it harms");
	if (v->doubt)
		alert_why(a, "Perhaps no attack", "%s", v->doubt);
	if (vector_is_reflection(a->vector) && a->vector != VECTOR_SYNACK)
		alert_why(a, "Unasked answers",
			  "sent from the service's port, and the target asked for none of them");
}

void flood_alert(struct alert *alert, const struct flood_verdict *v,
		 const struct detect_settings *settings)
{
	const struct flood_track *t = v->track;

	*alert = (struct alert){
		.rule = "flood",
		.vector = (enum vector)t->key.vector,
		.direction = flood_direction(t, settings),
		.from = v->rate.from,
		.to = v->rate.to,
		.packets = v->rate.fresh,
		.bytes = v->rate.fresh_bytes,
		.pps = v->rate.packets,
		.bps = v->rate.bytes * 8,
		.quiet = 30 * USEC_PER_SEC,
	};
	alert->sources = flood_outbound(t) ? NULL : &t->seen;
	alert->targets = flood_outbound(t) ? &t->seen : NULL;
	if (t->key.bits != 128)
		alert->targets = &t->targets;
	flood_parties(alert, t);
	alert->severity = flood_severity(alert, v);
	alert->confidence = flood_confidence(v);
	alert->attack = flood_attack(alert->vector);
	flood_say(alert, v);
	flood_why(alert, v);
}
