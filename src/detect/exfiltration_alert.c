/*
 * exfiltration_alert.c - which uploads are not usual for a host, and how they are told.
 *
 * A volume alone proves nothing: backups, videos and photos go out, too. What a host does regularly
 * becomes its normal; without such knowledge only one-sided transfers of much to a single address
 * are told, and said to be what they may be.
 */
#include "detect/exfiltration.h"

#include "base/text.h"

#include <stdio.h>

#define STRONG        50000000 /* bytes to one address in an hour: more than mail and pages need */
#define STRONG_VERY   1000000000 /* ... and so much is worth asking for in any case */
#define RATIO         10         /* times as many out as in; a conversation sends both ways */
#define CHANNEL       5000000    /* bytes through a channel that is not for it */
#define CHANNEL_RATIO 2
#define FIVE          30000000 /* bytes in five minutes to a new address, of a host that is known */
#define HOST_FIVE     100000000 /* ... and in all */
#define HOST_HOUR     300000000
#define TIMES         5                      /* times the most of before */
#define LEARNED       (86400 * USEC_PER_SEC) /* a day with its backups makes a normal */

static bool host_is_learned(const struct upload *host)
{
	return host->last - host->first >= LEARNED;
}

static bool exceeds(uint64_t bytes, double usual, enum level level)
{
	return (double)bytes > level_multiplier(level, TIMES) * usual;
}

static bool volume_rises(const struct volume *v, double least, enum level level)
{
	return level_reaches(level, (double)v->out, least) && exceeds(v->out, v->usual, level) &&
	       v->out > v->in * 2;
}

/* What went through an odd channel in this hour. The files of a passive FTP session go to any port
 * (RFC 959, 3.2), so all counts once the address was seen to speak FTP. */
static uint64_t upload_odd(const struct upload *u)
{
	return u->channels & CHANNEL_FTP ? u->hour.out : u->hour.odd;
}

enum upload_case upload_judge(const struct upload *u, const struct upload *host, enum level level)
{
	static const struct ip none;
	const struct volume *h = &u->hour;
	uint64_t odd = upload_odd(u);

	if (ip_equal(&u->key.outside, &none)) {
		if (!host_is_learned(host))
			return UPLOAD_NONE;
		return volume_rises(&u->five, HOST_FIVE, level) || volume_rises(&u->hour, HOST_HOUR, level)
			       ? UPLOAD_HOST
			       : UPLOAD_NONE;
	}
	if (level_reaches(level, (double)odd, CHANNEL) && odd > h->in * CHANNEL_RATIO &&
	    exceeds(odd, h->usual, level))
		return UPLOAD_CHANNEL;
	if (host_is_learned(host))
		return volume_rises(&u->five, FIVE, level) &&
				       exceeds(u->five.out, host->five.usual, level)
			       ? UPLOAD_NEW
			       : UPLOAD_NONE;
	return level_reaches(level, (double)h->out, STRONG) && h->out / RATIO > h->in &&
			       exceeds(h->out, h->usual, level)
		       ? UPLOAD_STRONG
		       : UPLOAD_NONE;
}

static const char *channel_name(uint8_t channels)
{
	return channels & CHANNEL_DNS      ? "DNS (port 53), which is for short questions"
	       : channels & CHANNEL_FTP    ? "FTP, in the clear"
	       : channels & CHANNEL_TELNET ? "Telnet, in the clear"
					   : "a port that is not for transfers";
}

static void upload_weigh(struct alert *a, const struct upload *u, enum upload_case found)
{
	switch (found) {
	case UPLOAD_CHANNEL:
		a->severity = SEVERITY_WARNING;
		a->confidence = u->channels & (CHANNEL_DNS | CHANNEL_ODD) ? 75 : 60;
		a->attack = "T1048";
		break;
	case UPLOAD_NEW:
		a->severity = SEVERITY_WARNING;
		a->confidence = 65;
		break;
	case UPLOAD_HOST:
		a->severity = SEVERITY_NOTICE;
		a->confidence = 50;
		break;
	default:
		a->severity = u->hour.out >= STRONG_VERY ? SEVERITY_WARNING : SEVERITY_NOTICE;
		a->confidence = u->hour.out >= STRONG_VERY ? 55 : 45;
	}
}

static void upload_why(struct alert *a, const struct upload *u, const struct upload *host,
		       enum upload_case found)
{
	char out[TEXT_NUMBER], in[TEXT_NUMBER], span[TIME_TEXT];

	alert_why(a, "Sent in this hour", "%s (received: %s)", text_bytes(u->hour.out, out),
		  text_bytes(u->hour.in, in));
	alert_why(a, "Sent in these five minutes", "%s", text_bytes(u->five.out, out));
	if (found == UPLOAD_CHANNEL) {
		alert_why(a, "Through", "%s", channel_name(u->channels));
		alert_why(a, "Normal", "a few kB through it");
	} else if (host_is_learned(host)) {
		alert_why(a, "Normal for this host",
			  "at most about %s in five minutes, %s in an hour",
			  text_bytes((uint64_t)host->five.usual, out),
			  text_bytes((uint64_t)host->hour.usual, in));
		if (u != host)
			alert_why(a, "To this address before", "at most about %s in an hour",
				  text_bytes((uint64_t)u->hour.usual, out));
	} else {
		alert_why(a, "Normal for this host", "not known yet: it was watched for %s only",
			  time_span(host->last - host->first, span));
		alert_why(a, "Also like this", "backups, video uploads, tests of the line's speed");
	}
}

void upload_alert(struct alert *alert, const struct upload *u, const struct upload *host,
		  enum upload_case found)
{
	char who[ENTITY_TEXT], whom[ENTITY_TEXT], out[TEXT_NUMBER];

	*alert = (struct alert){
		.rule = "exfiltration",
		.vector = VECTOR_NONE,
		.direction = DIRECTION_OUTBOUND,
		.who = entity_ip(&u->key.host),
		.whom = { .kind = ENTITY_MANY },
		.from = u->first,
		.to = u->last,
		.packets = u->packets - u->told_packets,
		.bytes = u->bytes - u->told_bytes,
		.attack = found == UPLOAD_STRONG || found == UPLOAD_NEW ? "T1567" : "T1041",
		.by = BY_WHO | BY_WHOM,
		.quiet = 2 * 3600 * USEC_PER_SEC,
	};
	if (u != host)
		alert->whom = entity_service(&u->key.outside, u->port);
	upload_weigh(alert, u, found);
	entity_text(&alert->who, who);
	entity_text(&alert->whom, whom);
	snprintf(alert->say, sizeof(alert->say), "%s, one of ours, sent %s to %s%s.", who,
		 text_bytes(found == UPLOAD_CHANNEL ? upload_odd(u) : u->hour.out, out), whom,
		 found == UPLOAD_CHANNEL  ? " through a channel that is not for it"
		 : found == UPLOAD_STRONG ? " and hardly received anything"
					  : ", far more than it did before");
	upload_why(alert, u, host, found);
}
