/* sections.c - all that can be set, in the order of the example: names, defaults, bounds, words. */
#include "action/action.h"
#include "config/key.h"

#include <stddef.h>

/* Where a member of a section's struct lies; LIST: one of several texts. */
#define AT(type, member) .offset = offsetof(struct type, member), .size = sizeof(((struct type *)0)->member)
#define LIST(type, member) AT(type, member), .each = sizeof(((struct type *)0)->member[0])
#define KEYS(table) .keys = (table), .count = sizeof(table) / sizeof((table)[0])

static const char *choice_kind(unsigned value)
{
	return value < TARGET_KINDS ? target_kind_name((enum target_kind)value) : NULL;
}

static const char *choice_language(unsigned value)
{
	return value < LANGUAGES ? language_name((enum language)value) : NULL;
}

static const char *choice_level(unsigned value)
{
	return value < LEVELS ? level_name((enum level)value) : NULL;
}

const char *config_capture_name(enum config_capture capture)
{
	return capture == CAPTURE_XDP ? "xdp" : "packet";
}

static const char *choice_capture(unsigned value)
{
	return value < CAPTURES ? config_capture_name((enum config_capture)value) : NULL;
}

static const char *choice_act(unsigned value)
{
	static const char *const names[] = {
		[CONFIG_ACT_LEVEL] = "level", [CONFIG_ACT_NEVER] = "never", [CONFIG_ACT_ALWAYS] = "always"
	};

	return value <= CONFIG_ACT_ALWAYS ? names[value] : NULL;
}

/* All but "auto". */
static const char *choice_hand(unsigned value)
{
	return value + 1 < HANDS ? action_hand_name((enum action_hand)(value + 1)) : NULL;
}

static const char *choice_failure(unsigned value)
{
	static const char *const names[] = {
		[FAILURE_TRY_AGAIN] = "try_again", [FAILURE_HOLD] = "hold", [FAILURE_DELIVER] = "deliver"
	};

	return value <= FAILURE_DELIVER ? names[value] : NULL;
}

static const char *choice_malicious(unsigned value)
{
	static const char *const names[] = {
		[MALICIOUS_HOLD] = "hold", [MALICIOUS_REJECT] = "reject", [MALICIOUS_TAG] = "tag"
	};

	return value <= MALICIOUS_TAG ? names[value] : NULL;
}

static const char *choice_banner(unsigned value)
{
	static const char *const names[] = { [BANNER_OFF] = "off", [BANNER_EN] = "en", [BANNER_JA] = "ja" };

	return value <= BANNER_JA ? names[value] : NULL;
}

static const struct config_key watch_keys[] = {
	{ "interfaces", KEY_TEXTS, LIST(config_watch, interfaces), .check = check_interface, .restart = true,
	  .usual = "[\"auto\"]",
	  .what = "Which interfaces are watched. \"auto\" is the one with the default route." },
	{ "home", KEY_NETWORKS, AT(config_watch, home), .restart = true, .usual = "[]",
	  .what = "Our own networks, as [\"192.0.2.0/24\", \"2001:db8::/32\"]. None: the networks of the\n"
		  "interfaces' own addresses. Everything that is said depends on it: name all of yours." },
	{ "capture", KEY_CHOICE, AT(config_watch, capture), .choice = choice_capture, .restart = true,
	  .usual = "\"packet\"",
	  .what = "How: \"packet\" (AF_PACKET) sees all that is received and sent, and leaves it alone.\n"
		  "\"xdp\" (AF_XDP) is for a mirror port: it takes what is received away from this host, and\n"
		  "needs a driver with native XDP and Linux 6.4 (docs/operations.md)." },
	{ "promiscuous", KEY_BOOL, AT(config_watch, promiscuous), .restart = true, .usual = "true",
	  .what = "Also look at what is not for this host: needed at a mirror port." },
	{ "workers", KEY_NUMBER, AT(config_watch, workers), .most = 64, .restart = true, .usual = "0",
	  .what = "Threads that look at packets. 0: one for every processor but one." },
	{ "max_flows", KEY_NUMBER, AT(config_watch, max_flows), .least = 64, .most = 1u << 28,
	  .restart = true, .usual = "524288",
	  .what = "Conversations that are remembered at a time, in all workers together (128 bytes each)." },
	{ "ring_bytes", KEY_BYTES, AT(config_watch, ring_bytes), .least = 1 << 20, .most = 1 << 30,
	  .restart = true, .usual = "\"16 MiB\"",
	  .what = "What the kernel keeps for us while we are busy, for each interface and worker (\"xdp\": for\n"
		  "each queue, where a packet takes 2 KiB). More of it loses fewer packets in bursts." },
	{ "recent_bytes", KEY_BYTES, AT(config_watch, recent_bytes), .most = 1u << 30, .restart = true,
	  .usual = "\"8 MiB\"",
	  .what = "Packets that are kept a while, so that an incident gets some of them as evidence, for each\n"
		  "worker. 0: none." },
	{ "headers_only", KEY_BOOL, AT(config_watch, headers_only), .restart = true, .usual = "false",
	  .what = "Do not look into what conversations say: faster, finds less." },
};

static const struct config_key process_keys[] = {
	{ "state", KEY_TEXT, AT(config_process, state), .check = check_path, .restart = true,
	  .usual = "\"/var/lib/hinomi\"", .what = "The folder of all that is kept." },
	{ "runtime", KEY_TEXT, AT(config_process, runtime), .check = check_path, .restart = true,
	  .usual = "\"/run/hinomi\"", .what = "The folder of the socket for 'hinomi level' and others." },
	{ "user", KEY_TEXT, AT(config_process, user), .check = check_user, .restart = true,
	  .usual = "\"hinomi\"",
	  .what = "Who the processes become when they are begun by root. No such user: nobody." },
};

static const struct config_key web_keys[] = {
	{ "listen", KEY_TEXT, AT(config_web, listen), .check = check_listen, .restart = true,
	  .usual = "\"127.0.0.1:8640\"",
	  .what = "Address and port of the page; \"[::]:8640\" is every address. Beyond this host only with a\n"
		  "certificate and an account. \"\": no page." },
	{ "tls_certificate", KEY_TEXT, AT(config_web, tls_certificate), .check = check_path_or_none,
	  .usual = "\"\"", .what = "The certificate with its chain and its key, in files in PEM. \"\": no TLS." },
	{ "tls_key", KEY_TEXT, AT(config_web, tls_key), .check = check_path_or_none, .usual = "\"\"" },
	{ "names", KEY_TEXTS, LIST(config_web, names), .check = check_host, .usual = "[]",
	  .what = "Names by which browsers may ask for the page, as [\"hinomi.example.org\"]." },
	{ "metrics_open", KEY_BOOL, AT(config_web, metrics_open), .usual = "false",
	  .what = "Give /metrics to everybody who can reach the page, without login." },
};

static const struct config_key store_keys[] = {
	{ "days", KEY_NUMBER, AT(config_store, days), .most = 36500, .usual = "90",
	  .what = "Closed incidents are forgotten after so many days; longer at a raised level. 0: never." },
	{ "max_bytes", KEY_BYTES, AT(config_store, max_bytes), .most = 1ull << 50, .usual = "\"1 GiB\"",
	  .what = "When the file grows larger, the oldest ones go earlier. 0: no bound." },
};

static const struct config_key eve_keys[] = {
	{ "file", KEY_TEXT, AT(config_eve, file), .check = check_path_or_none, .usual = "\"\"",
	  .what = "Flows, events and alerts as JSON, as Suricata writes them (EVE). \"\": none." },
	{ "rotate_bytes", KEY_BYTES, AT(config_eve, rotate_bytes), .least = 1 << 20, .most = 1ull << 40,
	  .usual = "\"100 MiB\"", .what = "A new file is begun at this size." },
	{ "keep", KEY_NUMBER, AT(config_eve, keep), .most = 1000, .usual = "4",
	  .what = "So many old files are kept." },
};

static const struct config_key intel_keys[] = {
	{ "index", KEY_TEXT, AT(config_intel, index), .check = check_path_or_none,
	  .usual = "\"/var/lib/hinomi/intel/index.hni\"",
	  .what = "Known indicators, as 'hinomi intel' keeps them; there may be none yet. \"\": none are used." },
	{ "follow", KEY_BOOL, AT(config_intel, follow), .usual = "true",
	  .what = "Take a new index as soon as it is there." },
};

static const struct config_key detect_keys[] = {
	{ "multiplier", KEY_FACTOR, AT(config_detect, multiplier), .least = 1, .most = 1000,
	  .restart = true, .usual = "5.0",
	  .what = "A flood is so many times the learned normal. The vigilance level makes it tighter." },
};

static const struct config_key floor_keys[] = {
#define X(id, title_, words, japanese, port)                                                             \
	{ title_, KEY_NUMBER, AT(config_detect, floors[VECTOR_##id]), .most = 1000000000,          \
	  .restart = true, .usual = "0" },
	VECTOR_LIST(X)
#undef X
};

static const struct config_key respond_keys[] = {
	{ "act", KEY_CHOICE, AT(config_respond, act), .choice = choice_act, .usual = "\"level\"",
	  .what = "Whether the tower blocks by itself. \"level\": as the vigilance level says; \"never\": it only\n"
		  "suggests, and a person decides; \"always\": at every level." },
	{ "hands", KEY_CHOICES, AT(config_respond, hands), .choice = choice_hand, .restart = true,
	  .usual = "[\"xdp\", \"nft\"]",
	  .what = "What may be used: xdp and nft drop on this machine, bgp tells the upstream." },
	{ "interfaces", KEY_TEXTS, LIST(config_respond, interfaces), .check = check_interface, .restart = true,
	  .usual = "[]", .what = "Where packets are dropped, as they come in. None: the interfaces that are watched." },
	{ "never", KEY_NETWORKS, AT(config_respond, never), .usual = "[]",
	  .what = "Addresses and networks of partners that are never blocked. Loopback, this machine's own\n"
		  "addresses, its gateways and resolvers, and who is logged in never are, without being named." },
	{ "offices", KEY_NETWORKS, AT(config_respond, offices), .usual = "[]",
	  .what = "Those of the head office and of branches, which are never blocked either." },
	{ "longest", KEY_SECONDS, AT(config_respond, longest), .least = 60, .most = 366 * 86400.0,
	  .usual = "\"7d\"", .what = "No action lasts longer." },
	{ "usual", KEY_SECONDS, AT(config_respond, usual), .least = 10, .most = 366 * 86400.0, .usual = "\"1h\"",
	  .what = "How long one of the tower's own lasts, unless the attack ends before." },
	{ "most", KEY_NUMBER, AT(config_respond, most), .least = 1, .most = CONFIG_ACTIONS, .usual = "1024",
	  .what = "No more are in force at once." },
	{ "breadth4", KEY_OCTET, AT(config_respond, breadth4), .least = 8, .most = 32, .usual = "24",
	  .what = "The widest networks of sources that may be blocked: bits of the prefix, IPv4 and IPv6." },
	{ "breadth6", KEY_OCTET, AT(config_respond, breadth6), .least = 16, .most = 128, .usual = "48" },
	{ "gobgp", KEY_TEXT, AT(config_respond, gobgp), .check = check_program, .restart = true,
	  .usual = "\"/usr/bin/gobgp\"",
	  .what = "bgp: GoBGP's program, and host and port of its daemon, as \"127.0.0.1:50051\". \"\": not used." },
	{ "gobgp_at", KEY_TEXT, AT(config_respond, gobgp_at), .check = check_api, .restart = true, .usual = "\"\"" },
	{ "exabgp", KEY_TEXT, AT(config_respond, exabgp), .check = check_path_or_none, .restart = true,
	  .usual = "\"\"", .what = "bgp: the pipe that ExaBGP reads commands from. \"\": not used." },
	{ "next_hop4", KEY_TEXT, AT(config_respond, next_hop4), .check = check_next_hop4, .restart = true,
	  .usual = "\"192.0.2.1\"", .what = "bgp: where blackhole routes lead to." },
	{ "next_hop6", KEY_TEXT, AT(config_respond, next_hop6), .check = check_next_hop6, .restart = true,
	  .usual = "\"100::1\"" },
	{ "community", KEY_TEXT, AT(config_respond, community), .check = check_community, .restart = true,
	  .usual = "\"\"", .what = "bgp: what your provider wants on blackhole routes besides BLACKHOLE (65535:666)." },
};

static const struct config_key mail_keys[] = {
	{ "milter", KEY_TEXT, AT(config_mail, milter), .check = check_milter, .restart = true, .usual = "\"\"",
	  .what = "Where the mail server asks, as \"inet:9901@127.0.0.1\" or \"unix:/run/hinomi/milter.sock\".\n"
		  "\"\": no mail server does." },
	{ "own_domains", KEY_TEXTS, LIST(config_mail, own_domains), .check = check_domain, .usual = "[]",
	  .what = "Our own domains, as [\"example.co.jp\"]: who imitates them is found." },
	{ "people", KEY_TEXTS, LIST(config_mail, people), .check = check_line, .usual = "[]",
	  .what = "People whose names may be imitated, as [\"Taro Yamada <taro@example.co.jp>\"]." },
	{ "brands", KEY_TEXTS, LIST(config_mail, brands), .check = check_line, .usual = "[]",
	  .what = "Further names that may be imitated: banks, partners, as [\"Example Bank=bank.example.jp\"]." },
	{ "authservs", KEY_TEXTS, LIST(config_mail, authservs), .check = check_host, .usual = "[]",
	  .what = "Whose Authentication-Results headers are believed: the names that our own servers write there." },
	{ "link_hosts", KEY_TEXTS, LIST(config_mail, link_hosts), .check = check_host, .usual = "[]",
	  .what = "Own hosts that links were rewritten to lead through." },
	{ "on_malicious", KEY_CHOICE, AT(config_mail, on_malicious), .choice = choice_malicious, .usual = "\"hold\"",
	  .what = "Malicious mail is put into quarantine (hold), refused (reject), or delivered with a mark (tag).\n"
		  "What becomes of suspicious mail the vigilance level says (docs/levels.md)." },
	{ "on_failure", KEY_CHOICE, AT(config_mail, on_failure), .choice = choice_failure, .usual = "\"try_again\"",
	  .what = "Mail that could not be examined, as a process failed: the sender is told to try again\n"
		  "(try_again), it is put into quarantine (hold), or delivered with a mark (deliver)." },
	{ "subject_tag", KEY_TEXT, AT(config_mail, subject_tag), .check = check_line, .usual = "\"\"",
	  .what = "Put before the subject of suspicious mail that is delivered, as \"[SUSPICIOUS] \". \"\": nothing." },
	{ "banner", KEY_CHOICE, AT(config_mail, banner), .choice = choice_banner, .usual = "\"off\"",
	  .what = "Put a warning above the text of such mail, in the language of its readers: off, en or ja.\n"
		  "Signed and encrypted mail stays as it is." },
	{ "readers", KEY_NUMBER, AT(config_mail, readers), .most = 64, .usual = "0",
	  .what = "Messages that are examined at a time. 0: one for every processor." },
	{ "connections", KEY_NUMBER, AT(config_mail, connections), .least = 1, .most = 1000, .usual = "100",
	  .what = "Connections of mail servers at a time; what comes beyond is told to try again." },
	{ "memory", KEY_BYTES, AT(config_mail, memory), .least = 1 << 20, .most = 1ull << 36, .usual = "\"512 MiB\"",
	  .what = "Bytes of all messages that are held in memory at a time; likewise." },
	{ "release", KEY_TEXT, AT(config_mail, release), .check = check_api, .usual = "\"127.0.0.1:25\"",
	  .what = "The mail server that mail released from quarantine is given to. \"\": none." },
	{ "quarantine_days", KEY_NUMBER, AT(config_mail, quarantine_days), .least = 1, .most = 3650, .usual = "30",
	  .what = "Mail in quarantine is deleted after so many days, ..." },
	{ "quarantine_bytes", KEY_BYTES, AT(config_mail, quarantine_bytes), .least = 1 << 20, .most = 1ull << 44,
	  .usual = "\"4 GiB\"", .what = "... and the oldest earlier, when there is more than this." },
	{ "yara", KEY_TEXT, AT(config_mail, yara), .check = check_path_or_none, .usual = "\"\"",
	  .what = "YARA rules that every file in mail is held against: a file, or a folder with *.yar. \"\": none." },
	{ "clamd", KEY_TEXT, AT(config_mail, clamd), .check = check_path_or_none, .usual = "\"\"",
	  .what = "ClamAV's daemon is asked about every message, too: its local socket, as\n"
		  "\"/run/clamav/clamd.ctl\". What it cannot say is then never clean. \"\": it is not asked." },
	{ "clamd_seconds", KEY_NUMBER, AT(config_mail, clamd_seconds), .least = 1, .most = 60, .usual = "20",
	  .what = "So long a message waits for it." },
	{ "traffic", KEY_BOOL, AT(config_mail, traffic), .restart = true, .usual = "false",
	  .what = "Also examine mail that passes by on the watched interfaces in clear SMTP." },
};

static const struct config_key limit_keys[] = {
#define LIMIT(field, key, usual_, lowest, highest, english, japanese)                                    \
	{ #field, KEY_NUMBER, AT(config_mail, limits.field), .least = (lowest), .most = (highest), .usual = #usual_, \
	  .what = english },
#include "exam/limits.def"
#undef LIMIT
};

static const struct config_key tell_keys[] = {
	{ "host", KEY_TEXT, AT(config_tell, host), .check = check_host, .usual = "\"\"",
	  .what = "What this tower is called in messages. \"\": the host's name." },
	{ "page", KEY_TEXT, AT(config_tell, page), .check = check_page, .usual = "\"\"",
	  .what = "Where people reach the page, for links, as \"https://hinomi.example.org\". \"\": as it\n"
		  "listens." },
	{ "ca_file", KEY_TEXT, AT(config_tell, ca_file), .check = check_path_or_none, .usual = "\"\"",
	  .what = "Who is trusted to know servers: certificates in PEM. \"\": those of the system." },
	{ "group_seconds", KEY_NUMBER, AT(config_tell, group_seconds), .most = 3600, .usual = "60",
	  .what = "The first incident is told at once; what follows within so long is told in one message.\n"
		  "What is critical never waits." },
};

static const struct config_key target_keys[] = {
	{ "name", KEY_TEXT, AT(target, name), .check = check_name, .needed = true, .usual = "\"office\"",
	  .what = "How it is called on the page." },
	{ "kind", KEY_CHOICE, AT(target, kind), .choice = choice_kind, .needed = true, .usual = "\"mail\"",
	  .what = "mail, webhook, slack, teams, syslog, cef or program." },
	{ "url", KEY_TEXT, AT(target, url), .check = check_place, .usual = "\"\"",
	  .what = "mail: smtp://HOST (with STARTTLS) or smtps://HOST. webhook, slack, teams: https://...\n"
		  "syslog, cef: udp://HOST or tcp://HOST." },
	{ "url_file", KEY_TEXT, AT(target, url_file), .check = check_path_or_none, .usual = "\"\"",
	  .what = "The file that holds the URL, instead of it: who knows a chat's URL can write there. Nobody\n"
		  "but its owner may be able to read it." },
	{ "plain", KEY_BOOL, AT(target, plain), .usual = "false",
	  .what = "smtp:// may go without STARTTLS, and http:// to another host: readable on the way." },
	{ "from", KEY_TEXT, AT(target, from), .check = check_address, .usual = "\"\"",
	  .what = "mail: the sender, and who is to be told." },
	{ "to", KEY_TEXTS, LIST(target, to), .check = check_address, .usual = "[]" },
	{ "user", KEY_TEXT, AT(target, user), .check = check_line, .usual = "\"\"",
	  .what = "mail: for the login, if one is needed." },
	{ "secret_file", KEY_TEXT, AT(target, secret_file), .check = check_path_or_none, .usual = "\"\"",
	  .what = "mail: the file that holds the password. webhook: a token that is sent as 'Authorization:\n"
		  "Bearer'. Nobody but its owner may be able to read it." },
	{ "program", KEY_TEXTS, LIST(target, program), .check = check_line, .usual = "[]",
	  .what = "program: its path and its words, as [\"/usr/local/bin/siren\", \"--loud\"]. It reads the\n"
		  "message as JSON from standard input, and has ten seconds." },
	{ "facility", KEY_OCTET, AT(target, facility), .most = 23, .usual = "16",
	  .what = "syslog, cef: 16 is local0, 4 is auth (RFC 5424, table 1)." },
	{ "least", KEY_LEAST, AT(target, least), .usual = "\"level\"",
	  .what = "What is told: from info, notice, warning, high or critical on; \"level\": as the vigilance\n"
		  "level says." },
	{ "levels", KEY_CHOICES, AT(target, levels), .choice = choice_level,
	  .usual = "[\"normal\", \"guarded\", \"high\", \"severe\"]",
	  .what = "At which vigilance levels it is told anything." },
	{ "language", KEY_CHOICE, AT(target, language), .choice = choice_language, .usual = "\"en\"",
	  .what = "en or ja." },
	{ "max_per_hour", KEY_NUMBER, AT(target, max_per_hour), .most = 10000, .usual = "30",
	  .what = "More messages are not sent; at the end of the hour one says how many. 0: no bound." },
};

static const struct config_key calendar_keys[] = {
	{ "name", KEY_TEXT, AT(calendar_entry, name), .check = check_line, .needed = true,
	  .usual = "\"New Year holidays\"", .what = "Why." },
	{ "from", KEY_DAY, AT(calendar_entry, from), .needed = true, .usual = "\"12-28\"",
	  .what = "Month and day of every year, or a day of one year, \"2027-04-29\"; either with a time,\n"
		  "\"12-28 18:00\". It ends when `until` begins." },
	{ "until", KEY_DAY, AT(calendar_entry, until), .needed = true, .usual = "\"01-04 09:00\"" },
	{ "to", KEY_CHOICE, AT(calendar_entry, to), .choice = choice_level, .usual = "\"guarded\"",
	  .what = "guarded, high or severe." },
};

static const char target_example[] =
	"[[target]]\n"
	"name = \"office\"\n"
	"kind = \"mail\"\n"
	"url = \"smtps://mail.example.org\"\n"
	"from = \"hinomi@example.org\"\n"
	"to = [\"admin@example.org\"]\n"
	"user = \"hinomi\"\n"
	"secret_file = \"/etc/hinomi/mail.password\"\n"
	"language = \"ja\"\n"
	"\n"
	"[[target]]\n"
	"name = \"chat\"\n"
	"kind = \"slack\"\n"
	"url_file = \"/etc/hinomi/slack.url\"\n"
	"least = \"high\"\n"
	"\n"
	"[[target]]\n"
	"name = \"siem\"\n"
	"kind = \"cef\"\n"
	"url = \"tcp://siem.example.org:514\"\n"
	"least = \"info\"\n"
	"max_per_hour = 0\n"
	"\n"
	"[[target]]\n"
	"name = \"siren\"\n"
	"kind = \"program\"\n"
	"program = [\"/usr/local/bin/siren\", \"--loud\"]\n"
	"least = \"critical\"\n"
	"levels = [\"high\", \"severe\"]\n";

static const char calendar_example[] =
	"[[calendar]]\n"
	"name = \"New Year holidays\"\n"
	"from = \"12-28 18:00\"\n"
	"until = \"01-04 09:00\"\n"
	"to = \"guarded\"\n"
	"\n"
	"[[calendar]]\n"
	"name = \"Golden Week\"\n"
	"from = \"04-29\"\n"
	"until = \"05-06\"\n"
	"to = \"guarded\"\n";

const struct config_section config_sections[CONFIG_SECTIONS] = {
	{ "watch", "What is looked at.", KEYS(watch_keys), offsetof(struct config, watch) },
	{ "process", "Folders, and whom the processes run as.", KEYS(process_keys),
	  offsetof(struct config, process) },
	{ "web", "The page.", KEYS(web_keys), offsetof(struct config, web), .check = check_web },
	{ "store", "What is remembered.", KEYS(store_keys), offsetof(struct config, store) },
	{ "eve", "Everything that was seen, for other programs.", KEYS(eve_keys),
	  offsetof(struct config, eve) },
	{ "intel", "What others know about attackers.", KEYS(intel_keys), offsetof(struct config, intel) },
	{ "detect", "What is a flood.", KEYS(detect_keys), offsetof(struct config, detect) },
	{ "detect.floors",
	  "Below so many packets a second it is never called a flood. 0: as docs/detectors.md says.",
	  KEYS(floor_keys), offsetof(struct config, detect) },
	{ "respond", "Firm action against floods (docs/response.md).", KEYS(respond_keys),
	  offsetof(struct config, respond), .check = check_respond },
	{ "mail", "The mail watch (docs/operations.md).", KEYS(mail_keys), offsetof(struct config, mail) },
	{ "mail.limits", "How far one message is examined; what reaches a limit is never called clean.",
	  KEYS(limit_keys), offsetof(struct config, mail) },
	{ "site", "The site watch (docs/site.md).", .keys = site_keys, .count = SITE_KEYS,
	  .offset = offsetof(struct config, site) },
	{ "tell", "Telling people.", KEYS(tell_keys), offsetof(struct config, tell) },
	{ "target", "Whom to tell, and how; any number of them up to 16.", KEYS(target_keys),
	  offsetof(struct config, tell.targets), sizeof(struct target), TARGETS_MAX,
	  offsetof(struct config, tell.target_count), check_target, target_example },
	{ "backup",
	  "Backups that are watched, made and proven (docs/backup.md); up to 16. 'hinomi backup init' writes one.",
	  backup_keys, BACKUP_KEYS, offsetof(struct config, backups), sizeof(struct repository), REPOSITORIES_MAX,
	  offsetof(struct config, backup_count), check_backup, backup_example },
	{ "calendar",
	  "Times at which the vigilance level is raised by itself, in this host's local time; up to 32.",
	  KEYS(calendar_keys), offsetof(struct config, calendar.entries), sizeof(struct calendar_entry),
	  CALENDAR_MAX, offsetof(struct config, calendar.count), check_calendar, calendar_example },
};
