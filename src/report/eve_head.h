/*
 * eve_head.h - what the writers of EVE events share: the members that every event of a conversation
 * begins with, and the forms of their values.
 */
#ifndef REPORT_EVE_HEAD_H
#define REPORT_EVE_HEAD_H

#include "base/json.h"
#include "model/event.h"

struct eve_head {
	const char *type; /* event_type */
	usec_t ts;
	usec_t began; /* first packet of the conversation; 0: not known, then there is no flow_id */
	const struct flow_key *key;
	unsigned from; /* the end of the key that is told as the source */
	enum app app;  /* APP_NONE: no app_proto */
};

/* Opens the event's object and writes what all have, up to app_proto. The same conversation has
 * the same flow_id in all its events and in every run. */
void eve_head(struct json *json, const struct eve_head *head);

/* Behind the event's own object, where Suricata has it in flows. */
void eve_community(struct json *json, const struct flow_key *key);

void eve_time(struct json *json, const char *key, usec_t t);

/* A text from the wire; an empty one is left out, as what is not known. */
void eve_text(struct json *json, const char *key, struct span text);

/* The parts of a text between `separator`, as an array of strings; none for an empty text. */
void eve_list(struct json *json, const char *key, struct span text, char separator);

/* The `dns` object. */
void eve_dns(struct json *json, const struct event_dns *dns);

#endif
