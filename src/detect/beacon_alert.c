/* beacon_alert.c - how bad a beat is, and how it is told. */
#include "detect/beacon.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define ORDINARY_HOSTS 5 /* of ours that use a service: then it is likely their common software's  \
			  */
#define ORDINARY_SIGNS 3 /* ... unless so much else is odd about it */
#define MANY_BEATS     30
#define TIGHT          0.1 /* jitter */
#define CHANCE         15  /* confidence taken away for what few beats or silence leave open */

struct beacon_words {
	enum beacon_sign sign;
	const char *key, *value;
};

static const struct beacon_words signs_words[] = {
	{ BEACON_UNKNOWN_APP, "Speaks", "neither HTTP nor TLS, or not at their ports" },
	{ BEACON_NAMELESS, "Name", "no host name given; browsers and programs give one" },
	{ BEACON_SELF_SIGNED, "Certificate", "signed by itself; nobody vouches for it" },
	{ BEACON_SHORT, "Connections", "a new one each time; programs that ask so often keep one" },
	{ BEACON_POST, "Requests", "each sends something (POST), and next to nothing comes back" },
	{ BEACON_UNANSWERED, "Answers", "none to most attempts: the other side seems to be gone" },
};

static unsigned signs_count(uint8_t signs)
{
	/* silence is a circumstance, not a sign */
	return (unsigned)__builtin_popcount(signs & (unsigned)~BEACON_UNANSWERED);
}

static enum severity beacon_severity(const struct beacon_score *score)
{
	static const enum severity by_signs[] = { SEVERITY_INFO, SEVERITY_NOTICE,
						  SEVERITY_WARNING };
	unsigned signs = signs_count(score->signs);

	return signs < 3 ? by_signs[signs] : SEVERITY_HIGH;
}

static uint8_t beacon_confidence(const struct beacon_score *score)
{
	unsigned sure = 40 + 10 * signs_count(score->signs);

	sure += score->beats >= MANY_BEATS ? 10 : 0;
	sure += score->jitter <= TIGHT && score->size_fit >= 0.9 ? 10 : 0;
	if (score->signs & BEACON_UNANSWERED)
		sure -= CHANCE;
	return (uint8_t)(sure < 90 ? sure : 90);
}

static void beacon_say(struct alert *a, const struct beacon *b, const struct beacon_score *score)
{
	char who[ENTITY_TEXT], whom[ENTITY_TEXT], each[TIME_TEXT];
	const char *name = b->name ? b->name : "";
	bool named = name[0] != '\0';

	entity_text(&a->who, who);
	entity_text(&a->whom, whom);
	time_span((usec_t)(score->interval * (double)USEC_PER_SEC), each);
	snprintf(a->say, sizeof(a->say),
		 "%.45s, one of ours, calls %.55s%s%.40s%s about every %.20s, as a machine does.",
		 who, whom, named ? " (" : "", name, named ? ")" : "", each);
}

static void beacon_why(struct alert *a, const struct beacon *b, const struct beacon_score *score,
		       unsigned hosts)
{
	char each[TIME_TEXT], whole[TIME_TEXT];

	alert_why(a, "Beats", "%u in %s (%u connections or requests in all)", score->beats,
		  time_span(b->beats[b->count - 1].at - b->beats[0].at, whole), b->seen);
	alert_why(a, "Interval", "%s, half of them within %.0f %% (without a beat: about 70 %%)",
		  time_span((usec_t)(score->interval * (double)USEC_PER_SEC), each),
		  score->jitter * 100);
	alert_why(a, "Fit", "%.0f %% of the intervals are near it (without a beat: about 35 %%)",
		  score->fit * 100);
	if (score->size > 0)
		alert_why(a, "Sent each time", "%.0f bytes; %.0f %% of the beats about as many",
			  score->size, score->size_fit * 100);
	if (b->name && b->name[0])
		alert_why(a, "Host name", "%s", b->name);
	for (size_t i = 0; i < sizeof(signs_words) / sizeof(signs_words[0]); i++)
		if (score->signs & signs_words[i].sign)
			alert_why(a, signs_words[i].key, "%s", signs_words[i].value);
	alert_why(a, "Our hosts that use it", "%u%s", hosts,
		  hosts > 1 ? "" : "; updates and clocks are used by many");
}

bool beacon_alert(struct alert *alert, const struct beacon *b, const struct beacon_score *score,
		  unsigned hosts)
{
	if (hosts >= ORDINARY_HOSTS && signs_count(score->signs) < ORDINARY_SIGNS)
		return false;
	*alert = (struct alert){
		.rule = "beacon",
		.vector = VECTOR_NONE,
		.direction = DIRECTION_OUTBOUND,
		.who = entity_ip(&b->key.host),
		.whom = entity_service(&b->server, b->key.port),
		.severity = beacon_severity(score),
		.confidence = beacon_confidence(score),
		.from = b->beats[0].at,
		.to = b->beats[b->count - 1].at,
		.packets = b->packets - b->told_packets,
		.bytes = b->bytes - b->told_bytes,
		.attack = "T1071",
		.by = BY_WHO | BY_WHOM,
		.quiet = 3600 * USEC_PER_SEC + (usec_t)(4 * score->interval * (double)USEC_PER_SEC),
	};
	beacon_say(alert, b, score);
	beacon_why(alert, b, score, hosts);
	return true;
}
