/*
 * incident_read.h - reads back what incident_json() wrote: what was stored goes on after a restart.
 */
#ifndef INCIDENT_INCIDENT_READ_H
#define INCIDENT_INCIDENT_READ_H

#include "base/err.h"
#include "base/span.h"
#include "model/incident.h"

/* What an incident points to, for one that was read. */
struct incident_texts {
	char rule[32], attack[80];
};

/* Title and advice are those of this version. Not in it, and left as they were: key and level.
 * ERR_FORMAT: it is none; numbers and texts that are missing are 0 and empty. */
MUST_USE enum err incident_read(struct incident *incident, struct incident_texts *texts,
				struct span json);

#endif
