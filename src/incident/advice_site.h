/* advice_site.h - what incidents of our web sites are called, and what to do: rows of advice.h. */
#ifndef INCIDENT_ADVICE_SITE_H
#define INCIDENT_ADVICE_SITE_H

#include "incident/advice.h"

struct advice_site {
	const char *rule;
	struct words title;
	const struct words *steps;
};

/* NULL: it is no rule of the site watch. */
const struct advice_site *advice_of_site(const char *rule);

#endif
