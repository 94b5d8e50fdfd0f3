/* repository.c - names of tools and media, and what the level makes of the times that are allowed. */
#include "policy/repository.h"

const char *backup_tool_name(enum backup_tool tool)
{
	static const char *const names[BACKUP_TOOLS] = { "restic", "borg" };

	return names[tool];
}

const char *backup_media_name(enum backup_media media)
{
	static const char *const names[BACKUP_MEDIA] = { "disk", "nas", "server", "cloud", "usb", "tape" };

	return names[media];
}

/* What was configured is meant for quiet times: a higher level shortens it as it shortens its own. */
static uint32_t at_level(uint32_t configured, uint32_t normal, uint32_t now)
{
	return configured ? (uint32_t)((uint64_t)configured * now / normal) : now;
}

uint32_t repository_age(const struct repository *repository, enum level level)
{
	return at_level(repository->age, level_rules(LEVEL_NORMAL)->backup_age, level_rules(level)->backup_age);
}

uint32_t repository_drill(const struct repository *repository, enum level level)
{
	return at_level(repository->drill, level_rules(LEVEL_NORMAL)->drill_interval,
			level_rules(level)->drill_interval);
}
