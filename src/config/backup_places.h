/* backup_places.h - which files the backup process and its programs need: for the sandbox. */
#ifndef CONFIG_BACKUP_PLACES_H
#define CONFIG_BACKUP_PLACES_H

#include "config/config.h"

#define BACKUP_PLACES (REPOSITORIES_MAX * (2 * REPOSITORY_PATHS + 4) + 1)

struct backup_places {
	const char *reads[BACKUP_PLACES];  /* that are there: sources, files with passwords, keys */
	const char *writes[BACKUP_PLACES]; /* repositories in folders, scratch places */
	const char *lists[BACKUP_PLACES];  /* whose names are read: borg opens the folder that a
					      source lies in */
	char parents[REPOSITORIES_MAX * REPOSITORY_PATHS][REPOSITORY_PATH];
	bool runs; /* one is written by us: then its programs read what others own */
};
/* Points into the configuration and itself. */
void backup_places_of(const struct config *config, struct backup_places *places);

/* A number that is another one when one of these is another file or folder than before, as when a
 * disk is mounted. */
uint64_t backup_places_seen(const struct config *config);

#endif
