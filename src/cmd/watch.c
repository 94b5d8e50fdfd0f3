/* watch.c - the command line of `hinomi watch`: the configuration, and what is said instead of it here. */
#include "tower/watch.h"
#include "app/pipeline.h"
#include "cmd/cmd.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum option_code { OPT_CONFIG = 256, OPT_STATE, OPT_RUNTIME, OPT_LISTEN, OPT_EVE, OPT_WORKERS, OPT_CAPTURE, OPT_REPLAY };

static const char help[] =
	"Usage: hinomi watch [INTERFACE...] [options]\n"
	"\n"
	"Watches the traffic of this machine's interfaces, keeps incidents, tells people, and shows one\n"
	"page: are we all right, and what do I do next? Runs until Ctrl-C or SIGTERM; SIGHUP reads the\n"
	"configuration again. Needs root (CAP_NET_RAW): only the warden keeps it.\n"
	"\n"
	"Options:\n"
	"      --config FILE   the configuration (default: " CONFIG_FILE ", if it is there;\n"
	"                      'hinomi config example' prints one with every key explained)\n"
	"  -H, --home PREFIX[,PREFIX]  our own networks (default: those of the interfaces' addresses)\n"
	"      --listen ADDRESS:PORT   where the page is (default 127.0.0.1:8640; none: no page)\n"
	"      --state FOLDER   where incidents are kept (default /var/lib/hinomi)\n"
	"      --runtime FOLDER where the control socket is (default /run/hinomi)\n"
	"      --eve FILE       also write Suricata EVE JSON\n"
	"      --workers N      threads that look at packets\n"
	"      --capture KIND   packet (the default), or xdp: AF_XDP, for a mirror port. It takes what is\n"
	"                       received away from this host, and so is refused where the host uses the\n"
	"                       interface itself; it needs a driver with native XDP, and Linux 6.4\n"
	"      --replay FILE    watches a capture instead, as if it came now (an exercise; needs no root)\n"
	"  -h, --help           this text\n"
	"\n"
	"Exit code: 0 ended as asked, 2 it could not begin.\n"
	"\n"
	"Examples:\n"
	"  hinomi watch\n"
	"  hinomi watch --replay attack.pcap --home 203.0.113.0/24 --state /tmp/t --runtime /tmp/t\n"
	"  hinomi watch eth1 --home 203.0.113.0/24\n"
	"  hinomi watch eth0 wlan0 --listen '[::1]:8640' --eve /var/log/hinomi/eve.json\n";

__attribute__((format(printf, 1, 2))) static int usage(const char *format, ...)
{
	va_list arguments;

	fputs("hinomi watch: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputs("; see 'hinomi watch --help'\n", stderr);
	return 2;
}

/* What the words say instead of the file, kept until the file is read. */
struct said {
	const char *config, *home, *listen, *state, *runtime, *eve, *workers, *capture, *replay;
	char *const *interfaces;
	size_t interface_count;
	bool help;
};

static bool options(int argc, char **argv, struct said *said)
{
	static const struct option known[] = {
		{ "config", required_argument, NULL, OPT_CONFIG },
		{ "home", required_argument, NULL, 'H' },
		{ "listen", required_argument, NULL, OPT_LISTEN },
		{ "state", required_argument, NULL, OPT_STATE },
		{ "runtime", required_argument, NULL, OPT_RUNTIME },
		{ "eve", required_argument, NULL, OPT_EVE },
		{ "workers", required_argument, NULL, OPT_WORKERS },
		{ "capture", required_argument, NULL, OPT_CAPTURE },
		{ "replay", required_argument, NULL, OPT_REPLAY },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "H:h", known, NULL)) != -1) {
		switch (option) {
		case OPT_CONFIG: said->config = optarg; break;
		case OPT_LISTEN: said->listen = optarg; break;
		case OPT_STATE: said->state = optarg; break;
		case OPT_RUNTIME: said->runtime = optarg; break;
		case OPT_EVE: said->eve = optarg; break;
		case OPT_WORKERS: said->workers = optarg; break;
		case OPT_CAPTURE: said->capture = optarg; break;
		case OPT_REPLAY: said->replay = optarg; break;
		case 'H': said->home = optarg; break;
		case 'h': said->help = true; return true;
		default: return false;
		}
	}
	return true;
}

static bool set_text(char *into, size_t size, const char *text)
{
	return !text || (size_t)snprintf(into, size, "%s", text) < size;
}

static bool set_home(struct home *home, const char *list)
{
	char text[PREFIX_TEXT];

	if (list)
		memset(home, 0, sizeof(*home));
	while (list && *list) {
		size_t n = strcspn(list, ",");
		struct prefix prefix;

		if (n == 0 || n >= sizeof(text))
			return false;
		memcpy(text, list, n);
		text[n] = '\0';
		if (prefix_parse(&prefix, text) != OK || home_add(home, &prefix) != OK)
			return false;
		list += n + (list[n] == ',');
	}
	return true;
}

static bool set_interfaces(struct config_watch *watch, char *const *names, size_t count)
{
	if (count > CONFIG_INTERFACES)
		return false;
	if (count)
		memset(watch->interfaces, 0, sizeof(watch->interfaces));
	for (size_t i = 0; i < count; i++)
		if (!*names[i] || !set_text(watch->interfaces[i], CONFIG_INTERFACE, names[i]))
			return false;
	return true;
}

static bool set_capture(struct config_watch *watch, const char *name)
{
	unsigned kind = 0;

	while (name && kind < CAPTURES && strcmp(name, config_capture_name((enum config_capture)kind)) != 0)
		kind++;
	if (name && kind < CAPTURES)
		watch->capture = (enum config_capture)kind;
	return kind < CAPTURES;
}

/* Puts what was said into the configuration; NULL, or what is wrong with it. */
static const char *overrule(struct config *config, const struct said *said)
{
	char *end = NULL;
	unsigned long workers = said->workers ? strtoul(said->workers, &end, 10) : 0;

	if (!set_home(&config->watch.home, said->home))
		return "--home wants networks such as 203.0.113.0/24,2001:db8::/32";
	if (said->workers && (*end || workers < 1 || workers > WORKERS_MAX))
		return "--workers wants a number from 1 to 64";
	if (said->workers)
		config->watch.workers = (uint32_t)workers;
	if (!set_capture(&config->watch, said->capture))
		return "--capture wants packet or xdp";
	if (!set_text(config->process.state, sizeof(config->process.state), said->state) ||
	    !set_text(config->process.runtime, sizeof(config->process.runtime), said->runtime) ||
	    !set_text(config->eve.file, sizeof(config->eve.file), said->eve))
		return "a path is too long";
	if (!set_text(config->web.listen, sizeof(config->web.listen),
		      said->listen && strcmp(said->listen, "none") == 0 ? "" : said->listen))
		return "--listen is too long";
	if (!set_interfaces(&config->watch, said->interfaces, said->interface_count))
		return "at most 16 interfaces, with names such as eth0";
	return NULL;
}

/* The file as it is now, with what the words say instead. */
static struct config *load(void *whom)
{
	const struct said *said = whom;
	char trouble[CONFIG_TROUBLE];
	struct config *config = NULL;
	const char *wrong;

	if (!said->config && access(CONFIG_FILE, F_OK) != 0)
		config = config_defaults();
	else if (config_load(&config, said->config ? said->config : CONFIG_FILE, trouble) != OK)
		fprintf(stderr, "hinomi watch: %s\n", trouble);
	if (!config)
		return NULL;
	wrong = overrule(config, said);
	if (!wrong)
		return config;
	usage("%s", wrong);
	config_free(config);
	return NULL;
}

int cmd_watch(int argc, char **argv)
{
	struct said said = { 0 };
	struct watch_settings settings = { .load = load, .whom = &said };

	if (!options(argc, argv, &said))
		return usage("that option is not known, or lacks its value");
	if (said.help) {
		fputs(help, stdout);
		return 0;
	}
	said.interfaces = argv + optind;
	said.interface_count = (size_t)(argc - optind);
	settings.replay = said.replay;
	return watch_run(&settings);
}
