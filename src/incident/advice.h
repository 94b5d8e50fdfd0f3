/* advice.h - what an incident is called, and what to do now, in plain words. */
#ifndef INCIDENT_ADVICE_H
#define INCIDENT_ADVICE_H

#include "model/incident.h"

/* What is said to people: in both languages of the tower. */
struct words {
	const char *en, *ja;
};

/* "SYN flood", "Port scan", "Password guessing". Static text. */
struct words advice_title(const struct incident *incident);

/* The steps, one a line, most urgent first. Static text. */
struct words advice_steps(const struct incident *incident);

#endif
