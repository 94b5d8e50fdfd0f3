/* incident_json.h - an incident as a JSON object: the same in our JSON, inside EVE and from the tower. */
#ifndef INCIDENT_INCIDENT_JSON_H
#define INCIDENT_INCIDENT_JSON_H

#include "base/json.h"
#include "model/incident.h"

void incident_json(struct json *json, const struct incident *incident);

/* The same keys within an object that is open, for who has another title: it goes between the two. */
void incident_json_head(struct json *json, const struct incident *incident);
void incident_json_rest(struct json *json, const struct incident *incident);

/* "T1498.001 T1046" as an array of strings; spaces and commas part the ids, NULL has none. */
void attack_json(struct json *json, const char *attack);

#endif
