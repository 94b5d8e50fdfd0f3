/* advice_backup.h - what incidents of the backup watch are called, and what to do. */
#ifndef INCIDENT_ADVICE_BACKUP_H
#define INCIDENT_ADVICE_BACKUP_H

#include "incident/advice.h"

struct advice_backup {
	const char *rule;
	struct words title, steps; /* steps: one a line, most urgent first */
};

/* NULL: the rule is none of the backup watch. */
const struct advice_backup *advice_of_backup(const char *rule);

#endif
