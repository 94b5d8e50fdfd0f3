/* grouping.c - joins the reading of alerts (tower/alert_frame.h) and their grouping (incident/). */
#include "tower/grouping.h"

#include "detect/detect.h"
#include "mail/alert.h"
#include "policy/watched.h"
#include "tower/alert_frame.h"

#include <stdlib.h>
#include <string.h>

#define SEEN          8192 /* as many as there are cases at a time */
#define WANTED        64   /* cases whose evidence is still to be asked for */
#define WANTED_AFTER  (2 * USEC_PER_SEC)  /* so that the attack itself is in it, not only its beginning */
#define WANTED_BEFORE (30 * USEC_PER_SEC) /* of the opening */

struct grouping {
	struct grouping_out out;
	struct incidents *incidents;
	struct alert_reader *reader;
	const char **rules;
	uint64_t alerts_bad;
	uint64_t seen[SEEN]; /* cases that counted before, by their number */
	struct {
		usec_t due; /* 0: free */
		struct sensor_wanted what;
	} wanted[WANTED];
	usec_t now; /* of this turn */
};

struct grouping *grouping_new(const struct grouping_out *out)
{
	struct grouping *c = calloc(1, sizeof(*c));
	size_t rules = detector_count + watched_rule_count + 1;

	if (!c)
		return NULL;
	c->out = *out;
	c->incidents = incidents_new();
	c->rules = calloc(rules, sizeof(*c->rules));
	for (size_t i = 0; c->rules && i < detector_count; i++)
		c->rules[i] = detectors[i]->name;
	for (size_t i = 0; c->rules && i < watched_rule_count; i++)
		c->rules[detector_count + i] = watched_rules[i];
	if (c->rules)
		c->rules[rules - 1] = MAIL_RULE;
	c->reader = c->rules ? alert_reader_new(c->rules, rules) : NULL;
	if (c->incidents && c->reader)
		return c;
	grouping_free(c);
	return NULL;
}

void grouping_free(struct grouping *c)
{
	if (!c)
		return;
	incidents_free(c->incidents);
	alert_reader_free(c->reader);
	free(c->rules);
	free(c);
}

void grouping_alert(struct grouping *c, const struct ipc_frame *frame, const char *rules)
{
	struct alert alert;

	if (alert_frame_read(c->reader, frame->body, &alert) == OK &&
	    (!rules || strncmp(alert.rule, rules, strlen(rules)) == 0))
		incidents_add(c->incidents, &alert);
	else if (c->alerts_bad++ == 0)
		process_log("keeper", "a process sent what is no alert of its own: it is broken, or was broken into");
}

/* The address of a party, or none: of a network or of many the other party has to do. */
static void party_address(const struct entity *party, uint8_t bytes[16])
{
	if (party->kind == ENTITY_IP || party->kind == ENTITY_SERVICE)
		memcpy(bytes, party->prefix.ip.b, 16);
}

/* Backups and sites are watched without packets. */
static bool has_packets(const struct incident *incident)
{
	return strncmp(incident->rule, WATCHED_BACKUP_RULES, strlen(WATCHED_BACKUP_RULES)) != 0 &&
	       strncmp(incident->rule, WATCHED_SITE_RULES, strlen(WATCHED_SITE_RULES)) != 0;
}

static void want_evidence(struct grouping *c, uint64_t id, const struct incident *incident)
{
	for (unsigned i = 0; i < WANTED; i++) {
		if (c->wanted[i].due)
			continue;
		memset(&c->wanted[i], 0, sizeof(c->wanted[i]));
		c->wanted[i].due = c->now + WANTED_AFTER;
		c->wanted[i].what.incident = id;
		c->wanted[i].what.from = incident->opened - WANTED_BEFORE;
		c->wanted[i].what.to = c->now + WANTED_AFTER;
		party_address(&incident->who, c->wanted[i].what.who);
		party_address(&incident->whom, c->wanted[i].what.whom);
		return;
	}
}

static void ask_evidence(struct grouping *c)
{
	for (unsigned i = 0; i < WANTED; i++) {
		if (!c->wanted[i].due || c->wanted[i].due > c->now)
			continue;
		c->out.want(c->out.whom, &c->wanted[i].what);
		c->wanted[i].due = 0;
	}
}

static void case_news(void *whom, const struct incident *incident, enum incident_news news)
{
	struct grouping *c = whom;
	uint64_t id = c->out.keep(c->out.whom, incident, news, c->now);

	if (!id || c->seen[incident->id % SEEN] == incident->id)
		return;
	c->seen[incident->id % SEEN] = incident->id; /* perhaps a candidate until now */
	if (has_packets(incident))
		want_evidence(c, id, incident);
	c->out.counts(c->out.whom, incident);
}

void grouping_turn(struct grouping *c, usec_t now)
{
	c->now = now;
	incidents_tell(c->incidents, now, case_news, c);
	ask_evidence(c);
}
