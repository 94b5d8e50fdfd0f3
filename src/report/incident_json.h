/* incident_json.h - an incident as a JSON object: the same in our JSON and inside EVE. */
#ifndef REPORT_INCIDENT_JSON_H
#define REPORT_INCIDENT_JSON_H

#include "base/json.h"
#include "model/incident.h"

void incident_json(struct json *json, const struct incident *incident);

/* "T1498.001 T1046" as an array of strings; spaces and commas part the ids, NULL has none. */
void attack_json(struct json *json, const char *attack);

#endif
