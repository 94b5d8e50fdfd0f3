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

/*
 * Live: tells what is new since the last call, cases in the order of their opening; `now` is packet time.
 * A case is closed, and forgotten here, when it was silent for its time and alerts about it cannot come
 * any more; another one of the same key may open later, under another id. `ongoing` says whether there was
 * an alert in the last seconds. The incident is borrowed for the call.
 */
enum incident_news {
	INCIDENT_OPENED,
	INCIDENT_CHANGED,
	INCIDENT_CLOSED,
};
typedef void incident_visit(void *whom, const struct incident *incident, enum incident_news news);
void incidents_tell(struct incidents *all, usec_t now, incident_visit *tell, void *whom);

/* The input has ended at `last`: titles, advice, groups, numbers, and the order of the list. */
void incidents_end(struct incidents *all, usec_t last);

/* After incidents_end(): most severe first, then by time. Borrowed. */
const struct incident *incidents_list(const struct incidents *all, size_t *count);

#endif
