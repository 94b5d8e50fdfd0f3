/* read.c - the command line of `hinomi read`. */
#include "app/index_watch.h"
#include "app/read.h"
#include "cmd/cmd.h"
#include "cmd/option.h"
#include "feed/feed_store.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

enum option_code {
	OPT_JSON = 256,
	OPT_EVE,
	OPT_HTML,
	OPT_WORKERS,
	OPT_FLOWS,
	OPT_FLOOR,
	OPT_MULTIPLIER,
	OPT_LEVEL,
	OPT_INTEL,
	OPT_HEADERS,
	OPT_MAIL,
	OPT_COLOUR,
	OPT_NO_COLOUR,
	OPT_QUIET,
};

static const char help[] =
	"Usage: hinomi read FILE... [options]\n"
	"\n"
	"Reads captures (pcap, pcapng; plain, gzip or zstd; - is standard input) and reports the\n"
	"attacks in them: what, whom against whom, when, how big, why we say so, and what to do now.\n"
	"Several files are read one after the other, as one stream.\n"
	"\n"
	"Options:\n"
	"  -H, --home PREFIX[,PREFIX]  our own networks; inferred from the traffic when not given\n"
	"      --json             one JSON object per incident and line, instead of the report\n"
	"      --eve FILE         also write Suricata EVE JSON: flow, alert, stats\n"
	"      --html FILE        also write one self-contained page with the traffic over time\n"
	"      --workers N        threads that look at the packets (default 1; the result is the same)\n"
	"      --max-flows N      conversations remembered at a time (default 524288, 128 bytes each)\n"
	"      --floor VECTOR=PPS[,...]  never call it a flood below so many packets a second\n"
	"      --multiplier X     a flood is X times the learned normal (default 5)\n"
	"      --level LEVEL      the vigilance level: normal (default), guarded, high or severe;\n"
	"                         thresholds are at 100, 85, 60 and 40 percent\n"
	"      --intel FOLDER|none  known indicators (default: those of 'hinomi intel', if any)\n"
	"      --mail             examine mail in the clear, too, as 'hinomi mail' does\n"
	"      --headers-only     do not look into what conversations say (faster, finds less)\n"
	"      --colour, --no-colour  colours in the report (default: on a terminal)\n"
	"  -q, --quiet            no progress line\n"
	"  -h, --help             this text\n"
	"\n"
	"Exit code: 0 nothing found, 1 incidents found, 2 error.\n"
	"\n"
	"Examples:\n"
	"  hinomi read attack.pcap --home 203.0.113.0/24\n"
	"  hinomi read monday.pcap.gz tuesday.pcap.zst --html report.html\n"
	"  tcpdump -i eth0 -w - -c 100000 | hinomi read - --home 192.168.10.0/24\n"
	"  hinomi read attack.pcap --json | jq 'select(.severity == \"critical\")'\n"
	"  hinomi read busy.pcap --floor syn=1000,udp=20000 --multiplier 8\n";

__attribute__((format(printf, 1, 2))) static int usage(const char *format, ...)
{
	va_list arguments;

	fputs("hinomi read: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputs("; see 'hinomi read --help'\n", stderr);
	return READ_FAILED;
}

static bool parse_number(const char *text, unsigned long most, uint32_t *number)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || value > most)
		return false;
	*number = (uint32_t)value;
	return true;
}

static bool take_floor(void *whom, char *part)
{
	struct detect_settings *detect = whom;
	char *equals = strchr(part, '=');

	if (equals) {
		*equals = '\0';
		for (unsigned v = 0; v < VECTOR_COUNT; v++)
			if (strcmp(part, vector_name((enum vector)v)) == 0)
				return parse_number(equals + 1, 1000000000, &detect->floors[v]) ||
				       (usage("--floor: '%s' is no number of packets a second",
					      equals + 1),
					false);
	}
	usage("--floor: '%s' is no vector such as syn=500 or dns_reflection=1000", part);
	return false;
}

static bool take_multiplier(struct detect_settings *detect, const char *text)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !(value >= 1 && value <= 1000)) {
		usage("--multiplier: '%s' is no number from 1 to 1000", text);
		return false;
	}
	detect->multiplier = value;
	return true;
}

/* The command line, as far as it is not for read_captures(). */
struct read_line {
	struct read_settings settings;
	const char *intel; /* folder, "none", or NULL: the usual one, if there is one */
};

static bool take_option(struct read_line *line, int code, char *value)
{
	struct read_settings *s = &line->settings;

	uint32_t number;

	switch (code) {
	case 'H':
		return option_home("read", value, &s->pipeline.home);
	case OPT_JSON:
		s->json = true;
		return true;
	case OPT_EVE:
		s->eve = value;
		return true;
	case OPT_HTML:
		s->html = value;
		return true;
	case OPT_WORKERS:
		if (!parse_number(value, WORKERS_MAX, &number) || number == 0)
			return usage("--workers: '%s' is no number from 1 to 64", value), false;
		s->pipeline.workers = number;
		return true;
	case OPT_FLOWS:
		if (!parse_number(value, 1u << 28, &number) || number < 64)
			return usage("--max-flows: '%s' is no number from 64 to 268435456", value),
			       false;
		s->pipeline.max_flows = number;
		return true;
	case OPT_FLOOR:
		return option_each(value, take_floor, &s->pipeline.detect);
	case OPT_MULTIPLIER:
		return take_multiplier(&s->pipeline.detect, value);
	case OPT_LEVEL:
		return level_from_name(value, &s->pipeline.level) ||
		       (usage("--level: '%s' is not normal, guarded, high or severe", value), false);
	case OPT_INTEL:
		line->intel = value;
		return true;
	case OPT_HEADERS:
		s->pipeline.headers_only = true;
		return true;
	case OPT_MAIL:
		s->mail = true;
		return true;
	case OPT_COLOUR:
	case OPT_NO_COLOUR:
		s->colour = code == OPT_COLOUR;
		return true;
	case 'q':
		s->progress = false;
		return true;
	}
	return false;
}

int cmd_read(int argc, char **argv)
{
	static const struct option options[] = {
		{ "home", required_argument, NULL, 'H' },
		{ "json", no_argument, NULL, OPT_JSON },
		{ "eve", required_argument, NULL, OPT_EVE },
		{ "html", required_argument, NULL, OPT_HTML },
		{ "workers", required_argument, NULL, OPT_WORKERS },
		{ "max-flows", required_argument, NULL, OPT_FLOWS },
		{ "floor", required_argument, NULL, OPT_FLOOR },
		{ "multiplier", required_argument, NULL, OPT_MULTIPLIER },
		{ "level", required_argument, NULL, OPT_LEVEL },
		{ "intel", required_argument, NULL, OPT_INTEL },
		{ "mail", no_argument, NULL, OPT_MAIL },
		{ "headers-only", no_argument, NULL, OPT_HEADERS },
		{ "colour", no_argument, NULL, OPT_COLOUR },
		{ "color", no_argument, NULL, OPT_COLOUR },
		{ "no-colour", no_argument, NULL, OPT_NO_COLOUR },
		{ "no-color", no_argument, NULL, OPT_NO_COLOUR },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct read_line line = {
		.settings = {
			.colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR"),
			.progress = isatty(STDERR_FILENO),
		},
	};
	struct read_settings *settings = &line.settings;
	static struct feed_store store;
	struct index_watch *watch = NULL;
	int code;

	pipeline_settings_init(&settings->pipeline);
	while ((code = getopt_long(argc, argv, ":H:qh", options, NULL)) != -1) {
		if (code == 'h') {
			fputs(help, stdout);
			return 0;
		}
		if (code == ':')
			return usage("%s wants a value", argv[optind - 1]);
		if (code == '?')
			return usage("there is no option %s", argv[optind - 1]);
		if (!take_option(&line, code, optarg))
			return READ_FAILED;
	}
	settings->paths = (const char *const *)(argv + optind);
	settings->path_count = (size_t)(argc - optind);
	if (settings->path_count == 0)
		return usage("%s", "which capture? Name a file, or - for standard input");
	if (settings->path_count > INPUTS_MAX)
		return usage("%s", "too many files at once (1024 at most)");
	if (option_index("read", line.intel, &store, &watch)) {
		settings->pipeline.index = watch;
		code = (int)read_captures(settings);
	} else {
		code = READ_FAILED;
	}
	index_watch_free(watch);
	return code;
}
