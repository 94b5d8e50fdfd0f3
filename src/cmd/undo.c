/* undo.c - clears hands without asking anybody. */
#include "cmd/undo.h"

#include "config/config.h"
#include "tower/hand_slot.h"

#include <stdio.h>
#include <unistd.h>

static struct config *load(const char *path)
{
	char trouble[CONFIG_TROUBLE];
	struct config *config = NULL;

	if (!path && access(CONFIG_FILE, F_OK) != 0)
		config = config_defaults();
	else if (config_load(&config, path ? path : CONFIG_FILE, trouble) != OK) {
		fprintf(stderr, "hinomi undo-all: %s; going on with what is usual\n", trouble);
		config = config_defaults(); /* this must work, above all when something is wrong */
	}
	return config;
}

int undo_now(const char *path, const char *runtime)
{
	struct config *config = load(path);
	struct hand_settings settings;
	bool good;

	if (!config)
		return 2;
	settings = hand_settings_of(&config->respond, runtime ? runtime : config->process.runtime);
	good = hands_undo(hands_all, &settings, stdout);
	config_free(config);
	return good ? 0 : 2;
}
