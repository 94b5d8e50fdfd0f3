/* backup_places.c - the files that backups are made of, by and into. */
#include "config/backup_places.h"

#include "base/hash.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder of this machine; NULL: it is elsewhere. */
static const char *local_place(const struct repository *repository)
{
	const char *place = repository->place;

	if (strncmp(place, "local:", 6) == 0)
		place += 6;
	return place[0] == '/' ? place : NULL;
}

typedef void place_see(void *whom, const char *path, bool written);

static void each_file(const struct repository *repository, place_see *see, void *whom)
{
	const char *const files[] = { repository->password_file, repository->password_command[0],
				      repository->environment_file, repository->ssh_key };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (*files[i])
			see(whom, files[i], false);
}

static void each_place(const struct config *config, place_see *see, void *whom)
{
	for (size_t i = 0; i < config->backup_count; i++) {
		const struct repository *repository = &config->backups[i];

		if (local_place(repository))
			see(whom, local_place(repository), true);
		if (*repository->scratch)
			see(whom, repository->scratch, true);
		each_file(repository, see, whom);
		for (unsigned k = 0; k < REPOSITORY_PATHS && *repository->sources[k]; k++)
			see(whom, repository->sources[k], false);
	}
}

struct gathering {
	struct backup_places *places;
	size_t reads, writes;
};

static void gather(void *whom, const char *path, bool written)
{
	struct gathering *g = whom;

	if (access(path, F_OK) != 0)
		return;
	if (written)
		g->places->writes[g->writes++] = path;
	else
		g->places->reads[g->reads++] = path;
}

static void gather_parents(const struct repository *repository, struct backup_places *places,
			   size_t *count)
{
	for (unsigned i = 0; i < REPOSITORY_PATHS && *repository->sources[i]; i++) {
		char *parent = places->parents[*count];
		char *slash;

		snprintf(parent, REPOSITORY_PATH, "%s", repository->sources[i]);
		slash = strrchr(parent, '/');
		slash[slash == parent] = '\0'; /* of "/x" it is "/" */
		places->lists[(*count)++] = parent;
	}
}

void backup_places_of(const struct config *config, struct backup_places *places)
{
	struct gathering g = { .places = places };
	size_t parents = 0;

	memset(places, 0, sizeof(*places));
	for (size_t i = 0; i < config->backup_count; i++) {
		places->runs |= config->backups[i].run;
		if (config->backups[i].tool == TOOL_BORG)
			gather_parents(&config->backups[i], places, &parents);
	}
	each_place(config, gather, &g);
}

static void add_seen(void *whom, const char *path, bool written)
{
	uint64_t *seen = whom;
	struct stat is;

	(void)written;
	if (stat(path, &is) == 0)
		*seen = hash_words(is.st_ino, is.st_dev, *seen);
	else
		*seen = hash_words(0, 0, *seen);
}

uint64_t backup_places_seen(const struct config *config)
{
	uint64_t seen = HASH_K2;

	each_place(config, add_seen, &seen);
	return seen;
}
