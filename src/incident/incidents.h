/*
 * incidents.h - many alerts, few cases: grouping, the story of each, what to do about it.
 *
 * One flood is one incident, not ten thousand alerts. The number of incidents is bounded; beyond
 * the bound, further cases of a rule, vector and direction are gathered into one about "many addresses", so that no
 * alert is lost.
 */
#ifndef INCIDENT_INCIDENTS_H
#define INCIDENT_INCIDENTS_H

#include "model/incident.h"

struct incidents;

/* NULL: no memory. Caller owns it. */
struct incidents *incidents_new(void);
void incidents_free(struct incidents *all);

void incidents_add(struct incidents *all, const struct alert *alert);

/* The input has ended at `last`: titles, advice, groups, numbers, and the order of the list. */
void incidents_end(struct incidents *all, usec_t last);

/* After incidents_end(): most severe first, then by time. Borrowed. */
const struct incident *incidents_list(const struct incidents *all, size_t *count);

#endif
