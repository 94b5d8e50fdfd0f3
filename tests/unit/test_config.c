/*
 * test_config.c - what is read of a configuration, and that everything wrong is refused with its line
 * and words that help.
 */
#include "base/text.h"
#include "config/config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct config *read_good(const char *text)
{
	struct config *config = NULL;
	char trouble[CONFIG_TROUBLE] = "";

	if (config_read(&config, "x.toml", text_span(text), trouble) != OK)
		fail_msg("%s", trouble);
	return config;
}

static void refused(const char *text, const char *wanted)
{
	struct config *config = NULL;
	char trouble[CONFIG_TROUBLE] = "";

	assert_int_not_equal(config_read(&config, "f", text_span(text), trouble), OK);
	assert_null(config);
	assert_string_equal(trouble, wanted);
}

static void print_change(void *whom, const char *key, bool restart)
{
	text_append(whom, 400, "%s%s ", key, restart ? "!" : "");
}

static void assert_same(const struct config *a, const struct config *b)
{
	char changes[400] = "";

	if (config_diff(a, b, print_change, changes) != 0)
		fail_msg("differs: %s", changes);
	assert_string_equal(changes, "");
}

/* What config_show() writes. */
static char *shown(const struct config *config)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	config_show(config, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

/* What config_example() writes, all '#' of lines that may count taken out when `live`. */
static char *example(bool live)
{
	char *text = NULL, *at;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	config_example(out);
	assert_int_equal(fclose(out), 0);
	for (at = text; live && at; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL)
		if (at[0] == '#' && ((at[1] >= 'a' && at[1] <= 'z') || at[1] == '['))
			memmove(at, at + 1, strlen(at));
	return text;
}

static void test_defaults(void **state)
{
	struct config *config = config_defaults();

	(void)state;
	assert_string_equal(config->watch.interfaces[0], "auto");
	assert_string_equal(config->watch.interfaces[1], "");
	assert_int_equal(config->watch.home.count, 0);
	assert_int_equal(config->watch.max_flows, 524288);
	assert_int_equal(config->watch.ring_bytes, 16 << 20);
	assert_int_equal(config->watch.capture, CAPTURE_PACKET);
	assert_true(config->watch.promiscuous);
	assert_false(config->watch.headers_only);
	assert_string_equal(config->process.state, "/var/lib/hinomi");
	assert_string_equal(config->process.runtime, "/run/hinomi");
	assert_string_equal(config->web.listen, "127.0.0.1:8640");
	assert_true(config->detect.multiplier == 5);
	assert_int_equal(config->tell.target_count, 0);
	assert_int_equal(config->calendar.count, 0);
	config_free(config);
}

/* The example as it is, and with every line made to count, holds what the defaults are. */
static void test_example(void **state)
{
	struct config *defaults = config_defaults(), *read;
	char *text;

	(void)state;
	text = example(false);
	read = read_good(text);
	assert_same(defaults, read);
	config_free(read);
	free(text);

	text = example(true);
	read = read_good(text);
	assert_int_equal(read->tell.target_count, 4);
	assert_int_equal(read->calendar.count, 2);
	assert_int_equal(read->backup_count, 2);
	read->tell.target_count = read->backup_count = 0;
	memset(&read->calendar, 0, sizeof(read->calendar));
	assert_same(defaults, read);
	config_free(read);
	free(text);
	config_free(defaults);
}

static const char full[] =
	"\xef\xbb\xbf# a mark in front, as some editors write it\r\n"
	"[watch]\r\n"
	"interfaces = [ 'eth0', # the office\n"
	"  \"wlan0\", ]\n"
	"home = [\"192.0.2.7/24\", \"2001:db8::/32\"]\n"
	"workers = 0x4\n"
	"max_flows = 1_000_000\n"
	"ring_bytes = \"2 MiB\"\n"
	"recent_bytes = 0\n"
	"headers_only = true\n"
	"[web]\n"
	"listen = \"[::1]:443\"   # only here\n"
	"names = \"hinomi.example.org\"\n"
	"[ detect . floors ]\n"
	"syn = 77\n"
	"[detect]\n"
	"multiplier = 2\n"
	"[tell]\n"
	"host = \"gw\"\n"
	"[[target]]\n"
	"name = \"a\"\n"
	"kind = \"mail\"\n"
	"url = \"smtp://127.0.0.1:2525\"\n"
	"from = \"h@example.org\"\n"
	"to = [\"a@example.org\", \"b@example.org\"]\n"
	"least = \"notice\"\n"
	"levels = [\"high\", \"severe\"]\n"
	"language = \"ja\"\n"
	"[[target]]\n"
	"name = \"b\"\n"
	"kind = \"program\"\n"
	"program = [\"/bin/cat\", \"\\u706b \\\"x\\\\\"]\n"
	"max_per_hour = 0\n"
	"[[calendar]]\n"
	"name = \"盆\"\n"
	"from = \"08-12 18:30\"\n"
	"until = \"08-17\"\n"
	"to = \"high\"\n";

static void test_full(void **state)
{
	struct config *config = read_good(full);
	const struct target *a = &config->tell.targets[0], *b = &config->tell.targets[1];
	char text[PREFIX_TEXT];

	(void)state;
	assert_string_equal(config->watch.interfaces[1], "wlan0");
	assert_string_equal(config->watch.interfaces[2], "");
	assert_int_equal(config->watch.home.count, 2);
	assert_string_equal(prefix_text(&config->watch.home.prefixes[0], text), "192.0.2.0/24");
	assert_int_equal(config->watch.workers, 4);
	assert_int_equal(config->watch.max_flows, 1000000);
	assert_int_equal(config->watch.ring_bytes, 2 << 20);
	assert_int_equal(config->watch.recent_bytes, 0);
	assert_true(config->watch.headers_only);
	assert_string_equal(config->web.listen, "[::1]:443");
	assert_string_equal(config->web.names[0], "hinomi.example.org");
	assert_int_equal(config->detect.floors[VECTOR_SYN], 77);
	assert_int_equal(config->detect.floors[VECTOR_UDP], 0);
	assert_true(config->detect.multiplier == 2);
	assert_int_equal(config->tell.target_count, 2);
	assert_int_equal(a->kind, TARGET_MAIL);
	assert_string_equal(a->to[1], "b@example.org");
	assert_string_equal(a->to[2], "");
	assert_false(a->by_level);
	assert_int_equal(a->least, SEVERITY_NOTICE);
	assert_int_equal(a->levels, 1 << LEVEL_HIGH | 1 << LEVEL_SEVERE);
	assert_int_equal(a->language, JAPANESE);
	assert_int_equal(a->max_per_hour, 30);
	assert_string_equal(b->program[1], "火 \"x\\");
	assert_true(b->by_level);
	assert_int_equal(b->levels, 15);
	assert_int_equal(b->max_per_hour, 0);
	assert_int_equal(config->calendar.entries[0].from.minute, 30);
	assert_int_equal(config->calendar.entries[0].to, LEVEL_HIGH);
	config_free(config);
}

/* What is shown is a file that means the same. */
static void test_show(void **state)
{
	struct config *config = read_good(full), *again;
	char *text = shown(config);

	(void)state;
	again = read_good(text);
	assert_same(config, again);
	assert_non_null(strstr(text, "ring_bytes = \"2 MiB\"\n"));
	assert_non_null(strstr(text, "multiplier = 2.0\n"));
	assert_non_null(strstr(text, "syn = 77\n"));
	assert_null(strstr(text, "url_file"));
	free(text);
	config_free(again);
	config_free(config);
}

#define BACKUP "[[backup]]\nname = \"a\"\npassword_file = \"/p\"\n"

/* A repository that backs itself up, and one that the tower would look for elsewhere. */
static void test_places(void **state)
{
	static const char around[] = BACKUP "run = true\nplace = \"/srv/backup\"\nsources = [\"/home\", \"/srv/\"]\n";
	static const char *const good[] = {
		BACKUP "run = true\nplace = \"/srv/backup\"\nsources = [\"/home\", \"/srv/back\"]\n",
		BACKUP "run = true\nplace = \"/srv/backup\"\nsources = [\"/\"]\nexcludes = [\"*.tmp\", \"/srv\"]\n",
		BACKUP "run = true\nplace = \"/srv/backup\"\nsources = [\"/srv\"]\nexcludes = [\"backup\"]\n",
		BACKUP "run = true\nplace = \"/srv/backup\"\nsources = [\"/srv\"]\nexcludes = [\"/srv/b*\"]\n",
		BACKUP "run = true\nplace = \"sftp:a@b:/srv/backup\"\nsources = [\"/srv\"]\n",
		BACKUP "tool = \"borg\"\nplace = \"a@b:backup\"\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		config_free(read_good(good[i]));
	refused(around, "f:5: place: it lies in '/srv/', which is backed up: each backup would hold all those before. Choose "
			"a place elsewhere, or leave it out: excludes = [\"/srv/backup\"]");
	refused(BACKUP "run = true\nplace = \"/srv/backup\"\nsources = [\"/\"]\nexcludes = [\"*.tmp\", \".cache\"]\n",
		"f:5: place: it lies in '/', which is backed up: each backup would hold all those before. Choose a place "
		"elsewhere, or leave it out: excludes = [\"/srv/backup\"]");
	refused(BACKUP "place = \"backup\"\n", "f:4: place: 'backup' is not a place as the tool wants it: write it as in: "
						"\"/srv/backup\" or \"sftp:user@host:/srv/backup\"");
}

static void test_wrong_form(void **state)
{
	(void)state;
	refused("[watch\n", "f:1: ']' is missing at the end of the section's name");
	refused("\n[[target]\n", "f:2: ']]' is missing at the end of the section's name");
	refused("[watch] x\n", "f:1: nothing but a comment may follow the section's name: begin a new line");
	refused("[]\n", "f:1: a name is missing here; names are of letters, digits, '-' and '_'");
	refused("[web]\n= 3\n", "f:2: a name is missing here; names are of letters, digits, '-' and '_'");
	refused("[web]\n\"listen\" = 3\n", "f:2: names are written without quotes here");
	refused("[web]\nlisten\n", "f:2: '=' and a value are missing after 'listen'");
	refused("[web]\nlisten =\n", "f:2: a value is missing here");
	refused("[web]\nlisten = \"a\n\"\n", "f:2: the text does not end: \" is missing");
	refused("[web]\nlisten = 'a", "f:2: the text does not end: ' is missing");
	refused("[web]\nlisten = \"\"\"a\"\"\"\n",
		"f:2: texts in three quotes are not read here: write it on one line");
	refused("[web]\nlisten = \"\\x\"\n",
		"f:2: there is no such escape: write '\\\\' for a backslash, or the text in ' '");
	refused("[web]\nlisten = \"\\u12g4\"\n", "f:2: \\u wants 4 hexadecimal digits");
	refused("[web]\nlisten = \"\\ud800\"\n", "f:2: there is no character of the number 0xd800");
	refused("[web]\nlisten = \"\\u0000\"\n", "f:2: there is no character of the number 0");
	refused("[web]\nlisten = here\n",
		"f:2: 'here' is no number and not true or false: texts and dates stand in \" \"");
	refused("[watch]\nworkers = 2 3\n", "f:2: nothing but a comment may follow the value: begin a new line");
	refused("[watch]\nworkers = 1__0\n", "f:2: '1__0': '_' stands between digits only");
	refused("[watch]\nworkers = 010\n",
		"f:2: '010' is no number and not true or false: texts and dates stand in \" \"");
	refused("[watch]\nworkers = 99999999999999999999\n", "f:2: '99999999999999999999' is too large");
	refused("[watch]\nhome = [\n\"10.0.0.0/8\"\n\n", "f:2: the list does not end: ']' is missing");
	refused("[watch]\nhome = [\n\"10.0.0.0/8\"\n\"::1\"]\n",
		"f:4: ',' or ']' is missing in the list of line 2");
	refused("[watch]\nhome = [[1]]\n", "f:2: lists in lists are not read here");
	refused("[watch]\nhome = {a = 1}\n", "f:2: tables in braces are not read here: write a [section]");
	refused("[detect]\nfloors.syn = 5\n",
		"f:2: names with dots are not read here: write [floors] above, and the rest below");
	refused("[web]\n# \xff\n", "f:2: this is no UTF-8: save the file as UTF-8");
	refused("[web]\n\n# a\rb\n", "f:3: there is a control character (0x0d): take it out");
	refused("[web]\nlisten = \"\x1b[31m\"\n", "f:2: there is a control character (0x1b): take it out");
}

static void test_wrong_keys(void **state)
{
	(void)state;
	refused("workers = 1\n", "f:1: 'workers' stands in no section: write one above it, such as [watch]");
	refused("[wacht]\n", "f:1: there is no section [wacht]: did you mean [watch]?");
	refused("[firewall]\n", "f:1: there is no section [firewall]: 'hinomi config example' shows all");
	refused("[watch]\n\n# x\nworker = 1\n",
		"f:4: there is no key 'worker' in [watch]: did you mean 'workers'?");
	refused("[watch]\nlisten = 1\n", "f:2: there is no key 'listen' in [watch]: it belongs in [web]");
	refused("[watch]\nbanana = 1\n",
		"f:2: there is no key 'banana' in [watch]: 'hinomi config example' shows all");
	refused("[watch]\nworkers = 1\nworkers = 1\n", "f:3: workers is in line 2 already: take one out");
	refused("[watch]\n[web]\n[watch]\n", "f:3: [watch] is in line 1 already: put both together");
	refused("[target]\n", "f:1: write it as [[target]]: there may be several");
	refused("[[web]]\n", "f:1: write it as [web]: there is only one");
	refused("[[target]]\nkind = \"slack\"\n",
		"f:1: [[target]] has no name: add it, as in: name = \"office\"");
	refused("[[target]]\nname = \"a\"\n[web]\n",
		"f:1: [[target]] has no kind: add it, as in: kind = \"mail\"");
}

static void test_wrong_values(void **state)
{
	(void)state;
	refused("[watch]\nworkers = \"4\"\n",
		"f:2: workers wants an integer, not a text: write it as in: workers = 0");
	refused("[watch]\nworkers = 1.5\n",
		"f:2: workers wants an integer, not a number with a point: write it as in: workers = 0");
	refused("[watch]\nworkers = 65\n", "f:2: workers: 65 is out of bounds: from 0 to 64");
	refused("[watch]\nworkers = -1\n", "f:2: workers: -1 is out of bounds: from 0 to 64");
	refused("[watch]\nheaders_only = 1\n", "f:2: headers_only wants true or false, not an integer: "
					       "write it as in: headers_only = false");
	refused("[watch]\nring_bytes = \"16 Mib\"\n",
		"f:2: ring_bytes: '16 Mib' is no size: write it as in: \"16 MiB\"");
	refused("[watch]\nring_bytes = 5\n",
		"f:2: ring_bytes: 5 is out of bounds: from 1048576 to 1073741824");
	refused("[watch]\nring_bytes = \"999999 GB\"\n",
		"f:2: ring_bytes: 999999000000000 is out of bounds: from 1048576 to 1073741824");
	refused("[watch]\ninterfaces = 7\n", "f:2: interfaces wants a list of texts, not an integer: write "
					     "it as in: interfaces = [\"auto\"]");
	refused("[watch]\ninterfaces = [\"eth0\",\n\"eth/1\"]\n",
		"f:3: interfaces: 'eth/1' is not an interface: 'ip link' shows their names");
	refused("[watch]\ninterfaces = \"abcdefghijklmnop\"\n",
		"f:2: interfaces: 'abcdefghijklmnop...' is too long: 15 bytes at most");
	refused("[watch]\nhome = [\"10.0.0.0/33\"]\n",
		"f:2: home: '10.0.0.0/33' is no network: write it as in: \"192.0.2.0/24\"");
	refused("[process]\nstate = \"var\"\n",
		"f:2: state: 'var' is not an absolute path: write it as in: \"/etc/hinomi/x\"");
	refused("[web]\nlisten = \"localhost:80\"\n",
		"f:2: listen: 'localhost:80' is not an address and a port: write it as in: "
		"\"127.0.0.1:8640\" or \"[::1]:8640\"");
	refused("[web]\nlisten = \"127.0.0.1\"\n",
		"f:2: listen: '127.0.0.1' is not an address and a port: write it as in: "
		"\"127.0.0.1:8640\" or \"[::1]:8640\"");
	refused("[web]\nlisten = \"0.0.0.0:443\"\n",
		"f:2: listen: beyond this host the page is given with TLS only: give tls_certificate and "
		"tls_key, or listen at 127.0.0.1");
	refused("[web]\ntls_key = \"/k\"\n[eve]\n",
		"f:2: tls_key is of no use alone: give both tls_certificate and tls_key");
	refused("[web]\nnames = [\"a b\"]\n",
		"f:2: names: 'a b' is not a host's name: write it as in: \"hinomi.example.org\"");
	refused("[web]\nnames = [\"\"]\n", "f:2: names: there is an empty text: take it out");
	refused("[web]\nnames = [\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]\n",
		"f:2: names: there are 9: 8 at most");
	refused("[detect]\nmultiplier = 0.5\n", "f:2: multiplier: 0.5 is out of bounds: from 1 to 1000");
	refused("[detect.floors]\nsyn = 1e3\n",
		"f:2: syn wants an integer, not a number with a point: write it as in: syn = 0");
}

#define TARGET "[[target]]\nname = \"a\"\nkind = "

static void test_wrong_targets(void **state)
{
	(void)state;
	refused(TARGET "\"pager\"\n", "f:3: kind: 'pager' is none of: mail webhook slack teams syslog cef program");
	refused("[[target]]\nname = \"a b\"\n", "f:2: name: 'a b' is not a name of letters, digits, '-' and "
						"'_': write it as in: \"office\"");
	refused(TARGET "\"mail\"\nurl = \"smtps://m\"\n",
		"f:1: target 'a': kind = \"mail\" needs from: add it");
	refused(TARGET "\"mail\"\nfrom = \"a\"\n",
		"f:4: from: 'a' is not a mail address: write it as in: \"admin@example.org\"");
	refused(TARGET "\"mail\"\nfrom = \"a@b>\\r\\nRCPT TO:<c@d\"\n",
		"f:4: from: 'a@b>\r\nRCPT TO:<c@d' is not a mail address: write it as in: \"admin@example.org\"");
	refused(TARGET "\"slack\"\n", "f:1: target 'a': kind = \"slack\" needs url: add it");
	refused(TARGET "\"slack\"\nurl = \"http://chat.example.org/x\"\n",
		"f:4: url: 'http://chat.example.org/x' does not do for kind = \"slack\": it wants https://, so "
		"that nobody on the way reads it; or say plain = true");
	refused(TARGET "\"teams\"\nurl = \"ftp://x/\"\n",
		"f:4: url: 'ftp://x/' does not do for kind = \"teams\": it wants https://");
	refused(TARGET "\"syslog\"\nurl = \"udp://x:514/a\"\n",
		"f:4: url: 'udp://x:514/a' does not do for kind = \"syslog\": it wants a host and a port, and "
		"nothing behind");
	refused(TARGET "\"webhook\"\nurl = \"https://me:pw@x/\"\n",
		"f:4: url: 'https://me:pw@x/' is not a URL without user and blanks: write it as in: "
		"\"https://chat.example.org/hooks/x\"");
	refused(TARGET "\"webhook\"\nurl = \"https://x/\"\nurl_file = \"/x\"\n",
		"f:5: url and url_file are both there: take one out");
	refused(TARGET "\"cef\"\nurl = \"udp://x\"\n\nto = \"a@b\"\n",
		"f:6: to is of no use to kind = \"cef\": take it out");
	refused(TARGET "\"program\"\nprogram = \"cat\"\n", "f:4: program: 'cat' is not an absolute path: "
							   "write it as in: \"/etc/hinomi/x\"");
	refused(TARGET "\"cef\"\nurl = \"udp://x\"\nfacility = 24\n",
		"f:5: facility: 24 is out of bounds: from 0 to 23");
	refused(TARGET "\"cef\"\nurl = \"udp://x\"\nleast = \"loud\"\n",
		"f:5: least: 'loud' is none of: level info notice warning high critical");
	refused(TARGET "\"cef\"\nurl = \"udp://x\"\nlevels = [\"high\", \"low\"]\n",
		"f:5: levels: 'low' is none of: normal guarded high severe");
	refused(TARGET "\"cef\"\nurl = \"udp://x\"\n" TARGET "\"cef\"\nurl = \"udp://y\"\n",
		"f:6: name: the target of line 2 is called 'a', too: choose another");
	refused(TARGET "\"mail\"\nurl = \"smtps://m\"\nfrom = \"a@b\"\nto = \"c@d\"\nuser = \"u\"\n",
		"f:1: target 'a': user and secret_file go together: give both or none");
	refused(TARGET "\"webhook\"\nurl = \"http://x/\"\nplain = true\nsecret_file = \"/s\"\n",
		"f:5: plain: the secret of secret_file could be read on the way: take one of them out");
}

#define CALENDAR "[[calendar]]\nname = \"a\"\nfrom = \"12-28\"\n"

static void test_wrong_calendar(void **state)
{
	(void)state;
	refused(CALENDAR "until = \"02-30\"\n", "f:4: until: '02-30' is no day: write it as in: \"12-28\", "
						"\"2027-12-28 18:00\"");
	refused(CALENDAR "until = 2027-01-04\n", "f:4: '2027-01-04' is no number and not true or false: "
						 "texts and dates stand in \" \"");
	refused(CALENDAR "until = \"2027-01-04\"\n",
		"f:4: until: give a year in both or in none of 'from' and 'until'");
	refused(CALENDAR "until = \"12-28\"\n", "f:4: until: it is not after 'from'");
	refused(CALENDAR "until = \"01-04\"\nto = \"normal\"\n",
		"f:5: to: the level can only be raised here: guarded, high or severe");
	refused("[[calendar]]\nname = \"a\"\nfrom = \"2027-05-02\"\nuntil = \"2027-05-01\"\n",
		"f:4: until: it is not after 'from'");
}

static void test_limits(void **state)
{
	char *large = calloc(1, (1 << 20) + 2), many[4000] = "";

	(void)state;
	memset(large, '#', (1 << 20) + 1);
	refused(large, "f: it is larger than 1 MiB: this is no configuration");
	free(large);
	for (unsigned i = 0; i < 17; i++)
		text_append(many, sizeof(many), "[[target]]\nname=\"t%u\"\nkind=\"cef\"\nurl=\"udp://x\"\n", i);
	refused(many, "f:65: there are too many [[target]]: 16 at most");
	many[0] = '\0';
	text_append(many, sizeof(many), "[web]\nnames = [");
	for (unsigned i = 0; i < 65; i++)
		text_append(many, sizeof(many), "\n\"x\",");
	refused(many, "f:67: the list is too long (64 at most)");
}

static void test_diff(void **state)
{
	struct config *was = read_good(full), *is = read_good(full);
	char changes[400] = "";

	(void)state;
	is->web.metrics_open = true;
	is->watch.workers = 9;
	snprintf(is->tell.targets[0].secret, sizeof(is->tell.targets[0].secret), "new");
	snprintf(is->tell.targets[1].name, sizeof(is->tell.targets[1].name), "c");
	is->calendar.count = 0;
	assert_int_equal(config_diff(was, is, print_change, changes), 6);
	assert_string_equal(changes,
			    "watch.workers! web.metrics_open target.a target.c target.b calendar ");
	config_free(was);
	config_free(is);
}

/* A folder with a file that names a secret. */
struct files {
	char folder[32], config[64], secret[64];
};

static void write_file(const char *path, const char *text, mode_t mode)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void files_make(struct files *files, const char *key, const char *kind)
{
	char text[300];

	snprintf(files->folder, sizeof(files->folder), "/tmp/hinomi-config-XXXXXX");
	assert_non_null(mkdtemp(files->folder));
	snprintf(files->config, sizeof(files->config), "%s/f", files->folder);
	snprintf(files->secret, sizeof(files->secret), "%s/s", files->folder);
	snprintf(text, sizeof(text), "[[target]]\nname = \"a\"\nkind = \"%s\"\n%s%s = \"%s\"\n", kind,
		 strcmp(key, "url_file") == 0 ? "" : "url = \"https://x/\"\n", key, files->secret);
	write_file(files->config, text, 0644);
}

static void files_remove(const struct files *files)
{
	unlink(files->config);
	unlink(files->secret);
	assert_int_equal(rmdir(files->folder), 0);
}

static void load_refused(const struct files *files, const char *secret, mode_t mode, const char *wanted)
{
	struct config *config = NULL;
	char trouble[CONFIG_TROUBLE] = "", told[CONFIG_TROUBLE];

	if (secret)
		write_file(files->secret, secret, mode);
	snprintf(told, sizeof(told), "%s%s", files->config, wanted);
	assert_int_equal(config_load(&config, files->config, trouble), ERR_FORMAT);
	assert_string_equal(trouble, told);
}

static void test_secrets(void **state)
{
	struct config *config = NULL;
	struct files files;
	char trouble[CONFIG_TROUBLE] = "", wanted[200], *text;

	(void)state;
	files_make(&files, "secret_file", "webhook");
#define WRONG(why) (snprintf(wanted, sizeof(wanted), ":5: secret_file: %s: %s", files.secret, why), wanted)
	load_refused(&files, NULL, 0, WRONG("there is no such file: make it, then chmod 600 it"));
	load_refused(&files, "pass", 0644, WRONG("others can read or change it (mode 0644): chmod 600 it"));
	load_refused(&files, "pass", 0640, WRONG("others can read or change it (mode 0640): chmod 600 it"));
	load_refused(&files, "\n", 0600, WRONG("it is empty: write the secret into it"));
	load_refused(&files, "a\nb\n", 0600,
		     WRONG("it is not one line: write nothing but the secret into it"));
	write_file(files.secret, "s3cret word\r\n", 0400);
	assert_int_equal(config_load(&config, files.config, trouble), OK);
	assert_string_equal(config->tell.targets[0].secret, "s3cret word");
	text = shown(config);
	assert_null(strstr(text, "s3cret"));
	config_forget_secrets(config);
	assert_string_equal(config->tell.targets[0].secret, "");
	assert_string_equal(config->tell.targets[0].url, "https://x/");
	assert_non_null(strstr(text, files.secret));
	free(text);
	config_free(config);
	chmod(files.config, 0666);
	load_refused(&files, NULL, 0, ": everybody can write it: chmod o-w it");
	files_remove(&files);
}

/* A URL that is a secret is neither shown nor told when it is wrong. */
static void test_secret_url(void **state)
{
	struct config *config = NULL;
	struct files files;
	char trouble[CONFIG_TROUBLE] = "", wanted[200], *text;

	(void)state;
	files_make(&files, "url_file", "slack");
	snprintf(wanted, sizeof(wanted),
		 ":4: url_file: what %s holds does not do for kind = \"slack\": it wants https://",
		 files.secret);
	load_refused(&files, "ftp://hooks/T0/k3y", 0600, wanted);
	unlink(files.secret);
	write_file(files.secret, "https://hooks/T0/k3y\n", 0600);
	assert_int_equal(config_load(&config, files.config, trouble), OK);
	assert_string_equal(config->tell.targets[0].url, "https://hooks/T0/k3y");
	text = shown(config);
	assert_null(strstr(text, "k3y"));
	config_forget_secrets(config);
	assert_string_equal(config->tell.targets[0].url, "");
	free(text);
	config_free(config);
	files_remove(&files);
}

static void test_no_file(void **state)
{
	struct config *config = NULL;
	char trouble[CONFIG_TROUBLE] = "";

	(void)state;
	assert_int_equal(config_load(&config, "/nowhere/f", trouble), ERR_OPEN);
	assert_string_equal(trouble, "/nowhere/f: No such file or directory");
	assert_int_equal(config_load(&config, "/tmp", trouble), ERR_FORMAT);
	assert_string_equal(trouble, "/tmp: it is no file");
	assert_null(config);
}

/* What examinations are told; their limits are those of exam/limits.def where nothing is said. */
static void test_mail(void **state)
{
	struct config *config = read_good("[mail]\nmilter = \"inet:9901@127.0.0.1\"\nown_domains = [\"a.example\", "
					  "\"b.example\"]\nbanner = \"ja\"\n[mail.limits]\nparts = 50\n");
	static struct config_exam exam;

	(void)state;
	config_exam(&config->mail, &exam);
	assert_string_equal(exam.exam.own_domains[1], "b.example");
	assert_null(exam.exam.own_domains[2]);
	assert_null(exam.exam.brands);
	assert_int_equal(exam.exam.limits.parts, 50);
	assert_int_equal(config->mail.banner, BANNER_JA);
	assert_int_equal(config->mail.on_failure, FAILURE_TRY_AGAIN);
	config_free(config);
	config = config_defaults();
	assert_memory_equal(&config->mail.limits, &exam_limits_usual, sizeof(exam_limits_usual));
	config_free(config);
	refused("[mail]\nmilter = \"9901\"\n",
		"f:2: milter: '9901' is not a socket: write it as in: \"inet:9901@127.0.0.1\" or "
		"\"unix:/run/hinomi/milter.sock\"");
	refused("[mail]\nown_domains = [\"localhost\"]\n",
		"f:2: own_domains: 'localhost' is not a domain: write it as in: \"example.co.jp\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),      cmocka_unit_test(test_example),
		cmocka_unit_test(test_full),	      cmocka_unit_test(test_show),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_wrong_form),    cmocka_unit_test(test_wrong_keys),
		cmocka_unit_test(test_wrong_values),  cmocka_unit_test(test_wrong_targets),
		cmocka_unit_test(test_wrong_calendar), cmocka_unit_test(test_limits),
		cmocka_unit_test(test_mail),
		cmocka_unit_test(test_diff),	      cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_secret_url),    cmocka_unit_test(test_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
