/* alert.c - parties, severity and evidence out of findings. */
#include "mail/alert.h"

#include "base/hash.h"
#include "base/text.h"

#include <string.h>

#define QUIET (3600 * USEC_PER_SEC)

/* What is the same in all mails of a wave: what was found, and the gravest finding's evidence. */
static uint64_t wave_key(const struct mail_result *r)
{
	uint64_t key = HASH_K2;

	for (uint32_t i = 0; i < r->found_count; i++)
		if (finding_rows[r->found[i].id].weight)
			key = hash_64(r->found[i].id, key);
	if (r->found_count)
		key = hash_text((const uint8_t *)r->found[0].evidence, strlen(r->found[0].evidence), key);
	return key ? key : 1;
}

static struct entity sender_of(const struct mail_way *way)
{
	const char *at = strrchr(way->sender, '@');
	struct ip ip;

	if (at && at[1])
		return entity_name(text_span(at + 1));
	if (ip_parse(&ip, way->client) == OK)
		return entity_ip(&ip);
	return entity_name(text_span("unknown sender"));
}

/* Whom the case is about: the sender of the first mail of its wave. */
static struct entity wave_who(struct mail_waves *w, const struct mail_result *r, const struct mail_way *way)
{
	uint64_t key = wave_key(r);
	unsigned oldest = 0;

	for (unsigned i = 0; i < MAIL_WAVES; i++) {
		if (w->waves[i].key == key && w->waves[i].last + QUIET > way->at) {
			w->waves[i].last = way->at;
			return w->waves[i].who;
		}
		if (w->waves[i].last < w->waves[oldest].last)
			oldest = i;
	}
	w->waves[oldest].key = key;
	w->waves[oldest].last = way->at;
	w->waves[oldest].who = sender_of(way);
	return w->waves[oldest].who;
}

/* What is behind the @ of the receiver: all of an organisation is one party. */
static struct entity receiver_of(const struct mail_way *way)
{
	const char *at = strrchr(way->receiver, '@');

	return entity_name(text_span(at && at[1] ? at + 1 : *way->receiver ? way->receiver : "unknown receiver"));
}

static void add_why(struct alert *a, const struct mail_result *r, const struct mail_way *way)
{
	alert_why(a, "Verdict", "%s, score %u", verdict_name(r->verdict), r->score);
	alert_why(a, "Done", "%s", way->done);
	alert_why(a, "From", "%s", *way->sender ? way->sender : r->from);
	if (way->receivers > 1)
		alert_why(a, "To", "%s and %u more", way->receiver, way->receivers - 1);
	else
		alert_why(a, "To", "%s", way->receiver);
	alert_why(a, "Subject", "%s", r->subject);
	if (*way->client)
		alert_why(a, "Came from", "%s", way->client);
	for (uint32_t i = 0; i < r->found_count && a->why_count < EVIDENCE_MAX; i++)
		if (finding_rows[r->found[i].id].weight)
			alert_why(a, finding_rows[r->found[i].id].key, "%s (%s)", r->found[i].evidence,
				  r->found[i].path);
}

bool mail_alert(struct mail_waves *waves, const struct mail_result *r, const struct mail_way *way,
		struct alert *a)
{
	const struct finding *gravest = &r->found[0];
	char say[FINDING_SAY];

	if (r->verdict < VERDICT_SUSPICIOUS || !r->found_count)
		return false;
	*a = (struct alert){
		.rule = MAIL_RULE,
		.vector = VECTOR_NONE,
		.direction = way->direction,
		.who = wave_who(waves, r, way),
		.whom = receiver_of(way),
		.severity = r->verdict == VERDICT_MALICIOUS ? SEVERITY_HIGH : SEVERITY_WARNING,
		.confidence = r->score,
		.from = way->at,
		.to = way->at,
		.packets = 1,
		.bytes = way->bytes,
		.attack = finding_rows[gravest->id].attack,
		.by = BY_WHO | BY_WHOM,
		.quiet = QUIET,
	};
	snprintf(a->say, sizeof(a->say), "Mail to %.80s: %.360s", way->receiver,
		 finding_say(gravest, ENGLISH, say));
	add_why(a, r, way);
	return true;
}
