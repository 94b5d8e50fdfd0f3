/* config.c - the command line of `hinomi config`. */
#include "cmd/cmd.h"
#include "config/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CONFIG_FAILED 2

static const char help[] =
	"Usage: hinomi config WHAT [FILE]\n"
	"\n"
	"The configuration of 'hinomi watch', one file (default: " CONFIG_FILE ").\n"
	"Every key has a default: without the file all defaults hold.\n"
	"\n"
	"  check [FILE]   looks for errors, in files with secrets too, and tells what is set\n"
	"  example        the whole file with all keys, their defaults, and what they mean\n"
	"  show [FILE]    what holds, defaults included; without secrets\n"
	"\n"
	"Options:\n"
	"  -h, --help     this text\n"
	"\n"
	"Exit code: 0 no error, 2 error.\n"
	"\n"
	"Examples:\n"
	"  hinomi config example > " CONFIG_FILE "\n"
	"  hinomi config check && systemctl reload hinomi\n";

/* Reads the file. One that nobody named need not be there. NULL: the trouble was told. */
static struct config *load(const char *named)
{
	const char *path = named ? named : CONFIG_FILE;
	struct config *config = NULL;
	char trouble[CONFIG_TROUBLE];
	enum err err = config_load(&config, path, trouble);

	if (err == OK)
		return config;
	if (err == ERR_OPEN && errno == ENOENT && !named) {
		fprintf(stderr, "hinomi config: there is no %s: all defaults hold\n", path);
		return config_defaults();
	}
	fprintf(stderr, "%s\n", trouble);
	return NULL;
}

static void print_key(void *whom, const char *key, bool restart)
{
	(void)whom;
	(void)restart;
	printf("  %s\n", key);
}

static int check(const char *path)
{
	struct config *config = load(path), *defaults = config_defaults();
	int code = config && defaults ? 0 : CONFIG_FAILED;

	if (code == 0) {
		printf("%s: no error. Other than the defaults:\n", path ? path : CONFIG_FILE);
		if (config_diff(defaults, config, print_key, NULL) == 0)
			puts("  nothing");
	}
	config_free(config);
	config_free(defaults);
	return code;
}

static int show(const char *path)
{
	struct config *config = load(path);

	if (!config)
		return CONFIG_FAILED;
	config_show(config, stdout);
	config_free(config);
	return 0;
}

static int example(void)
{
	config_example(stdout);
	return 0;
}

int cmd_config(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "", *path = argc > 2 ? argv[2] : NULL;
	int code;

	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			fputs(help, stdout);
			return 0;
		}
	if (strcmp(what, "check") == 0 && argc <= 3)
		code = check(path);
	else if (strcmp(what, "show") == 0 && argc <= 3)
		code = show(path);
	else if (strcmp(what, "example") == 0 && argc == 2)
		code = example();
	else {
		fputs("hinomi config: what? check [FILE], example or show [FILE]; see 'hinomi config "
		      "--help'\n",
		      stderr);
		return CONFIG_FAILED;
	}
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	fprintf(stderr, "hinomi config: cannot write: %s\n", strerror(errno));
	return CONFIG_FAILED;
}
