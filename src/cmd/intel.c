/* intel.c - the command line of `hinomi intel`. */
#include "cmd/intel.h"
#include "cmd/cmd.h"

#include "base/text.h"
#include "feed/feed_store.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum option_code {
	OPT_STORE = 256,
	OPT_NAME,
	OPT_FORMAT,
	OPT_KIND,
	OPT_COLUMNS,
	OPT_CONFIDENCE,
	OPT_GROUP,
	OPT_MALWARE,
	OPT_REFERENCE,
	OPT_URL,
	OPT_LICENCE,
	OPT_GUARD,
	OPT_CONTEXT,
	OPT_CATEGORIES,
	OPT_DAYS,
	OPT_MAX_BYTES,
	OPT_FORCE,
	OPT_SHRINK,
	OPT_JSON,
	OPT_USER,
	OPT_KEY_FILE,
	OPT_KEY_HEADER,
	OPT_COLLECTION,
};

static const char help[] =
	"Usage: hinomi intel WHAT [words] [options]\n"
	"\n"
	"What others know about attackers: reads their lists, keeps them, looks things up in "
	"them.\n"
	"\n"
	"  import FILE|FOLDER...  reads lists into one feed each (with --name: into one feed); "
	"STIX,\n"
	"                      MISP, CSV, Zeek, Suricata, Maltrail, hosts files, plain lists; gzip "
	"too.\n"
	"                      The form is found by the content\n"
	"  taxii URL           fetches a TAXII 2.1 collection (--collection; without: lists them)\n"
	"  list                the feeds, how old and how large they are\n"
	"  stats               how many indicators of each kind, by feed\n"
	"  lookup VALUE...     what is known about an address, name, URL, hash, e-mail address, "
	"JA3\n"
	"  remove FEED...      forgets a feed\n"
	"  expire              drops what is too old to be believed\n"
	"\n"
	"Options:\n"
	"      --store DIR        where feeds are kept (default: $HINOMI_INTEL, "
	"/var/lib/hinomi/intel\n"
	"                         for root, else ~/.local/share/hinomi/intel)\n"
	"      --name NAME        of the feed (default: the file's name)\n"
	"      --format FORMAT    list maltrail ipsum hosts dnsmasq adguard dataset csv zeek iprep "
	"stix\n"
	"                         misp warninglist galaxy json\n"
	"      --kind KIND        of every value: ip prefix ip:port domain url md5 sha1 sha256 ja3 "
	"ja4\n"
	"                         email user-agent\n"
	"      --columns LIST     of a table: value=2,type=1,confidence=5 (or names of the "
	"header);\n"
	"                         also ip port domain url md5 sha1 sha256 ja3 email malware group\n"
	"                         reference seen expires origin\n"
	"      --confidence N     0 to 100, where the feed gives none (default 50)\n"
	"      --group G, --malware M, --reference URL   where the feed names none\n"
	"      --days N|KIND=N,...  how long it is believed where the feed does not say (0: for "
	"ever);\n"
	"                         default: ip prefix 30, ip:port 60, url 90, domain email 180, ja3 "
	"ja4\n"
	"                         user-agent 365, hashes for ever\n"
	"      --guard            a list of harmless things: lowers alarms, never raises them\n"
	"      --context          says what a thing is (Tor, a proxy), not that it is bad\n"
	"      --categories FILE  names of Suricata's reputation categories\n"
	"      --url URL, --licence TEXT   kept with the feed\n"
	"      --max-bytes N      that a file may unpack to (default 536870912)\n"
	"      --shrink PERCENT   that a feed must still have of before (default 50); --force: "
	"any\n"
	"      --collection ID, --user NAME, --key-file FILE   for taxii; the key (password, API "
	"key)\n"
	"                         is read from the file or $HINOMI_TAXII_KEY, never from the words "
	"here;\n"
	"                         without --user it is a Bearer token, or goes into --key-header "
	"NAME\n"
	"      --json             the result as JSON\n"
	"  -q, --quiet            no progress line\n"
	"  -h, --help             this text\n"
	"\n"
	"Exit code: 0 done (lookup: nothing known), 1 lookup: found, 2 error.\n"
	"\n"
	"Examples:\n"
	"  hinomi intel import apt_gamaredon.txt\n"
	"  hinomi intel import misp-warninglists/lists --name misp-warninglists\n"
	"  hinomi intel import list.csv --columns value=2,type=1,confidence=5 --name neighbours\n"
	"  curl -s https://lists.example.org/today.json | hinomi intel import - --name today\n"
	"  hinomi intel import phish.csv --days url=14,domain=30\n"
	"  hinomi intel import tor-exit.intel --context --malware 'Tor exit'\n"
	"  hinomi intel lookup 'evil[.]example.com' 198.51.100.7:443\n"
	"  HINOMI_TAXII_KEY=... hinomi intel taxii https://taxii.example.org/taxii2/ --user me\n";

int intel_fail(const char *format, ...)
{
	char text[1400];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	fputs("hinomi intel: ", stderr);
	text_visible(stderr, text_span(text));
	putc('\n', stderr);
	return INTEL_FAILED;
}

static bool take_number(const char *text, uint64_t most, const char *option, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	if (*text >= '0' && *text <= '9' && !*end && !errno && *number <= most)
		return true;
	intel_fail("%s: '%s' is no number from 0 to %llu; see 'hinomi intel --help'", option, text,
		   (unsigned long long)most);
	return false;
}

static bool take_kind(struct intel_options *o, const char *text)
{
	for (unsigned kind = 0; kind < INDICATOR_KINDS; kind++)
		if (strcmp(text, indicator_kind_name((enum indicator_kind)kind)) == 0) {
			o->import.kind = (enum indicator_kind)kind;
			return true;
		}
	intel_fail("--kind: there is no kind '%s'; see 'hinomi intel --help'", text);
	return false;
}

/* "30", or "ip=14,domain=365". */
static bool take_days(struct intel_options *o, const char *text)
{
	struct span rest = text_span(text), part;

	while (text_piece(&rest, ',', &part)) {
		const uint8_t *equals = memchr(part.ptr, '=', part.len);
		size_t name = equals ? (size_t)(equals - part.ptr) : 0;
		char number[16];
		uint64_t days;
		bool any = false;

		snprintf(number, sizeof(number), "%.*s", (int)(part.len - name - (equals != NULL)),
			 (const char *)part.ptr + name + (equals != NULL));
		if (!take_number(number, IMPORT_DAYS_MOST, "--days", &days))
			return false;
		for (unsigned kind = 0; kind < INDICATOR_KINDS; kind++)
			if (!equals || span_equal((struct span){ part.ptr, name },
						  text_span(indicator_kind_name(
							  (enum indicator_kind)kind)))) {
				o->import.days[kind] = (int)days;
				any = true;
			}
		if (!any) {
			intel_fail("--days: there is no kind '%.*s'; see 'hinomi intel --help'",
				   (int)name, (const char *)part.ptr);
			return false;
		}
	}
	return true;
}

static bool take_text(struct intel_options *o, int code, const char *value)
{
	switch (code) {
	case OPT_STORE:
		o->store = value;
		return true;
	case OPT_NAME:
		o->name = value;
		return feed_name_good(value) ||
		       (intel_fail("--name: '%s' may hold letters, digits, - _ . only", value),
			false);
	case OPT_COLUMNS:
		o->import.columns = value;
		return true;
	case OPT_GROUP:
		o->import.group = value;
		return true;
	case OPT_MALWARE:
		o->import.malware = value;
		return true;
	case OPT_REFERENCE:
		o->import.reference = value;
		return true;
	case OPT_URL:
		o->url = value;
		return true;
	case OPT_LICENCE:
		o->licence = value;
		return true;
	case OPT_CATEGORIES:
		o->categories = value;
		return true;
	case OPT_USER:
		o->user = value;
		return true;
	case OPT_KEY_FILE:
		o->key_file = value;
		return true;
	case OPT_KEY_HEADER:
		o->key_header = value;
		return true;
	case OPT_COLLECTION:
		o->collection = value;
		return true;
	}
	return false;
}

static bool take_option(struct intel_options *o, int code, const char *value)
{
	uint64_t number;

	switch (code) {
	case OPT_FORMAT:
		return import_format_parse(value, &o->import.format) ||
		       (intel_fail("--format: there is no format '%s'; see 'hinomi intel --help'",
				   value),
			false);
	case OPT_KIND:
		return take_kind(o, value);
	case OPT_DAYS:
		return take_days(o, value);
	case OPT_CONFIDENCE:
		if (!take_number(value, 100, "--confidence", &number))
			return false;
		o->import.confidence = (uint8_t)number;
		return true;
	case OPT_SHRINK:
		if (!take_number(value, 100, "--shrink", &number))
			return false;
		o->shrink = (unsigned)number;
		return true;
	case OPT_MAX_BYTES:
		return take_number(value, (uint64_t)1 << 40, "--max-bytes", &o->import.max_bytes);
	case OPT_GUARD:
		o->import.flags |= INDICATOR_GUARD;
		return true;
	case OPT_CONTEXT:
		o->import.flags |= INDICATOR_CONTEXT;
		return true;
	case OPT_FORCE:
		o->force = true;
		return true;
	case OPT_JSON:
		o->json = true;
		return true;
	case 'q':
		o->progress = false;
		return true;
	}
	return take_text(o, code, value);
}

static int change_feeds(struct intel_options *o, char **names, size_t count, bool expire)
{
	struct feed_store store;
	uint64_t dropped = 0;
	enum err err = feed_store_find(&store, o->store);

	if (err == OK)
		err = feed_store_lock(&store);
	for (size_t i = 0; i < count && err == OK && !expire; i++)
		err = feed_store_remove(&store, names[i]);
	if (err == OK && expire)
		err = feed_store_expire(&store, o->now, &dropped);
	if (err == OK)
		err = feed_store_build(&store, o->now);
	feed_store_unlock(&store);
	if (err != OK)
		return intel_fail("%s", store.error);
	if (o->json)
		printf("{\"%s\": %llu}\n", expire ? "expired" : "removed",
		       (unsigned long long)(expire ? dropped : count));
	else if (expire)
		printf("%llu expired indicators were dropped.\n", (unsigned long long)dropped);
	else
		printf("Forgotten: %zu of the feeds.\n", count);
	return 0;
}

static int run(struct intel_options *o, const char *what, char **words, size_t count)
{
	if (strcmp(what, "import") == 0)
		return count ? intel_import(o, words, count)
			     : intel_fail("import: which file? See 'hinomi intel --help'");
	if (strcmp(what, "lookup") == 0)
		return count ? intel_lookup(o, words, count)
			     : intel_fail("lookup: which value? See 'hinomi intel --help'");
	if (strcmp(what, "taxii") == 0)
		return count == 1 ? intel_taxii(o, words, count)
				  : intel_fail("taxii: which URL? One; see 'hinomi intel --help'");
	if (strcmp(what, "list") == 0)
		return intel_list(o, false);
	if (strcmp(what, "stats") == 0)
		return intel_list(o, true);
	if (strcmp(what, "remove") == 0)
		return count ? change_feeds(o, words, count, false)
			     : intel_fail("remove: which feed? See 'hinomi intel list'");
	if (strcmp(what, "expire") == 0)
		return change_feeds(o, words, 0, true);
	return intel_fail("there is no '%s'; see 'hinomi intel --help'", what);
}

int cmd_intel(int argc, char **argv)
{
	static const struct option options[] = {
		{ "store", required_argument, NULL, OPT_STORE },
		{ "name", required_argument, NULL, OPT_NAME },
		{ "format", required_argument, NULL, OPT_FORMAT },
		{ "kind", required_argument, NULL, OPT_KIND },
		{ "columns", required_argument, NULL, OPT_COLUMNS },
		{ "confidence", required_argument, NULL, OPT_CONFIDENCE },
		{ "group", required_argument, NULL, OPT_GROUP },
		{ "malware", required_argument, NULL, OPT_MALWARE },
		{ "reference", required_argument, NULL, OPT_REFERENCE },
		{ "url", required_argument, NULL, OPT_URL },
		{ "licence", required_argument, NULL, OPT_LICENCE },
		{ "license", required_argument, NULL, OPT_LICENCE },
		{ "guard", no_argument, NULL, OPT_GUARD },
		{ "context", no_argument, NULL, OPT_CONTEXT },
		{ "categories", required_argument, NULL, OPT_CATEGORIES },
		{ "days", required_argument, NULL, OPT_DAYS },
		{ "max-bytes", required_argument, NULL, OPT_MAX_BYTES },
		{ "force", no_argument, NULL, OPT_FORCE },
		{ "shrink", required_argument, NULL, OPT_SHRINK },
		{ "json", no_argument, NULL, OPT_JSON },
		{ "user", required_argument, NULL, OPT_USER },
		{ "key-file", required_argument, NULL, OPT_KEY_FILE },
		{ "key-header", required_argument, NULL, OPT_KEY_HEADER },
		{ "collection", required_argument, NULL, OPT_COLLECTION },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct intel_options o = { .shrink = FEED_SHRINK,
				   .progress = isatty(STDERR_FILENO),
				   .now = (usec_t)time(NULL) * USEC_PER_SEC };
	int code;

	import_settings_init(&o.import, NULL, NULL);
	o.import.now = o.now;
	while ((code = getopt_long(argc, argv, ":qh", options, NULL)) != -1) {
		if (code == 'h') {
			fputs(help, stdout);
			return 0;
		}
		if (code == ':')
			return intel_fail("%s wants a value; see 'hinomi intel --help'",
					  argv[optind - 1]);
		if (code == '?')
			return intel_fail("there is no option %s; see 'hinomi intel --help'",
					  argv[optind - 1]);
		if (!take_option(&o, code, optarg))
			return INTEL_FAILED;
	}
	if (optind == argc) {
		fputs(help, stderr);
		return INTEL_FAILED;
	}
	return run(&o, argv[optind], argv + optind + 1, (size_t)(argc - optind - 1));
}
