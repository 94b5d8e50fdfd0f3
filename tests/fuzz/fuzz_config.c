/*
 * fuzz_config.c - any text as a configuration: what is refused has a trouble with words and changes
 * nothing; what is read can be shown, and what is shown means the same.
 */
#include "base/text.h"
#include "config/config.h"
#include "check.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void no_change(void *whom, const char *key, bool restart)
{
	(void)whom;
	(void)restart;
	check(key[0] != '\0');
}

/* Where the URL was read from a file it is not shown: none was read here. */
static void check_shown(const struct config *config)
{
	struct config *again = NULL;
	char trouble[CONFIG_TROUBLE], *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	check(out != NULL);
	config_show(config, out);
	fclose(out);
	check(config_read(&again, "shown", text_span(text), trouble) == OK);
	check(config_diff(config, again, no_change, NULL) == 0);
	config_free(again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct config *config = NULL;
	char trouble[CONFIG_TROUBLE] = "";

	if (config_read(&config, "f", (struct span){ bytes, len }, trouble) == OK) {
		check(trouble[0] == '\0');
		check_shown(config);
	} else {
		check(config == NULL);
		check(strncmp(trouble, "f:", 2) == 0 && strlen(trouble) > 4);
	}
	config_free(config);
	return 0;
}
