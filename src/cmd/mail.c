/* mail.c - `hinomi mail`: what attachments and links are, before anybody opens them. */
#include "cmd/cmd.h"

#include "app/mail_run.h"
#include "cmd/control.h"
#include "cmd/option.h"
#include "mail/rules.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS 256 /* of each list: own domains, brands, people, servers */

enum {
	OPT_JSON = 256,
	OPT_ALL,
	OPT_JOBS,
	OPT_OWN,
	OPT_PEOPLE,
	OPT_BRANDS,
	OPT_AUTHSERV,
	OPT_INTEL,
	OPT_LIMIT,
	OPT_LANG,
	OPT_LIMITS,
	OPT_FINDINGS,
	OPT_YARA,
	OPT_CLAMD,
};

static const char help[] =
	"Usage: hinomi mail FILE|FOLDER|- ... [options]\n"
	"\n"
	"Looks into mails and documents for attachments and links that should not be opened, without\n"
	"running anything, and says why and where: mail, archive in it, document in that, the very\n"
	"file in the document. Takes single messages (.eml), mboxes, Maildirs, folders of these, bare\n"
	"documents and archives, and standard input (-). Each is examined in a process of its own that\n"
	"can open no file and reach no network.\n"
	"\n"
	"Options:\n"
	"      --json             one JSON object per message and line, instead of the report\n"
	"  -a, --all              tell clean messages, too\n"
	"  -j, --jobs N           messages examined at a time (default: one for each processor)\n"
	"      --own DOMAIN[,...]     our own domains: who imitates them is told\n"
	"      --people 'NAME <ADDRESS>[,...]'  people whose names are used to deceive\n"
	"      --brands DOMAIN[,...]  further domains that are imitated (many are known already)\n"
	"      --authserv ID[,...]    our mail servers' names in Authentication-Results; what other\n"
	"                         servers say about SPF, DKIM and DMARC is not believed\n"
	"      --intel FOLDER|none  known indicators (default: those of 'hinomi intel', if any)\n"
	"      --yara FILE|FOLDER  also YARA rules: a file of them, or a folder with *.yar\n"
	"      --clamd SOCKET     also ask ClamAV's daemon at its local socket; what it cannot say is then\n"
	"                         never clean\n"
	"      --limit KEY=NUMBER  how far an examination goes, see --limits; may be given several times\n"
	"      --limits           show the limits\n"
	"      --findings         show all that can be found, and what each weighs\n"
	"      --lang en|ja       language of the sentences (default: that of the environment)\n"
	"  -q, --quiet            no progress line\n"
	"  -h, --help             this text\n"
	"\n"
	"Verdicts: clean, not_inspected (encrypted, broken, or beyond a limit), suspicious, malicious.\n"
	"Exit code: 0 all clean, 1 something is not, 2 error.\n"
	"\n"
	"Examples:\n"
	"  hinomi mail invoice.eml\n"
	"  hinomi mail ~/Maildir --own example.co.jp --json | jq 'select(.verdict == \"malicious\")'\n"
	"  hinomi mail downloads/ --limit seconds=20\n"
	"  hinomi mail - < message\n";

struct mail_line {
	struct mail_run_settings settings;
	const char *intel, *yara;
	struct words {
		const char *word[WORDS + 1]; /* NULL-ended */
		size_t count;
	} own, people, brands, authserv;
};

static int wrong(const char *what, const char *which)
{
	fprintf(stderr, "hinomi mail: %s%s; see 'hinomi mail --help'\n", what, which);
	return MAIL_FAILED;
}

static bool take_word(void *whom, char *part)
{
	struct words *words = whom;

	while (*part == ' ')
		part++;
	if (words->count == WORDS)
		return false;
	words->word[words->count++] = part;
	return true;
}

static const struct {
	const char *key, *what;
	size_t at;
	uint32_t usual, lowest, highest;
} limits[] = {
#define LIMIT(field, key, usual, lowest, highest, english, japanese) \
	{ key, english, offsetof(struct exam_limits, field), usual, lowest, highest },
#include "exam/limits.def"
#undef LIMIT
};

#define LIMITS (sizeof(limits) / sizeof(limits[0]))

static int show_limits(void)
{
	for (size_t i = 0; i < LIMITS; i++)
		printf("%-14s %11u  from %u to %u: %s\n", limits[i].key, limits[i].usual, limits[i].lowest,
		       limits[i].highest, limits[i].what);
	return MAIL_CLEAN;
}

/* In the language of the environment or of a --lang before it. */
static int show_findings(enum language language)
{
	for (unsigned i = 0; i < FINDINGS; i++) {
		const struct finding_row *row = &finding_rows[i];

		printf("%-26s %-8s %3u  %-10s %s\n", row->key, severity_name(row->severity), row->weight, row->attack,
		       row->say[language]);
	}
	return MAIL_CLEAN;
}

static bool take_limit(struct exam_limits *into, const char *text)
{
	const char *equals = strchr(text, '=');

	for (size_t i = 0; equals && i < LIMITS; i++) {
		unsigned long number;
		char *end;

		if (strlen(limits[i].key) != (size_t)(equals - text) ||
		    strncmp(limits[i].key, text, (size_t)(equals - text)) != 0)
			continue;
		number = strtoul(equals + 1, &end, 10);
		if (equals[1] < '0' || equals[1] > '9' || *end || number < limits[i].lowest ||
		    number > limits[i].highest)
			return wrong("the number is beyond its bounds: --limit ", text), false;
		*(uint32_t *)((uint8_t *)into + limits[i].at) = (uint32_t)number;
		return true;
	}
	return wrong("there is no such limit: ", text), false;
}

static bool take_jobs(unsigned *jobs, const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (*text < '1' || *text > '9' || *end || number > 64)
		return wrong("--jobs wants a number from 1 to 64, not ", text), false;
	*jobs = (unsigned)number;
	return true;
}

static bool take_language(enum language *language, const char *text)
{
	for (unsigned i = 0; i < LANGUAGES; i++)
		if (strcmp(text, language_name(i)) == 0)
			return *language = i, true;
	return wrong("there is no language ", text), false;
}

static bool take_option(struct mail_line *line, int code, char *value)
{
	struct mail_run_settings *s = &line->settings;

	switch (code) {
	case OPT_JSON:
		return s->json = true;
	case 'a':
		return s->all = true;
	case 'j':
		return take_jobs(&s->children, value);
	case OPT_OWN:
		return option_each(value, take_word, &line->own);
	case OPT_PEOPLE:
		return option_each(value, take_word, &line->people);
	case OPT_BRANDS:
		return option_each(value, take_word, &line->brands);
	case OPT_AUTHSERV:
		return option_each(value, take_word, &line->authserv);
	case OPT_INTEL:
		line->intel = value;
		return true;
	case OPT_YARA:
		line->yara = value;
		return true;
	case OPT_CLAMD:
		s->clamd = value;
		return true;
	case OPT_LIMIT:
		return take_limit(&s->exam.limits, value);
	case OPT_LANG:
		return take_language(&s->language, value);
	default:
		s->progress = false;
		return true;
	}
}

static int run(struct mail_line *line)
{
	struct exam_settings *exam = &line->settings.exam;
	static struct feed_store store;
	struct index_watch *watch = NULL;
	char why[RULES_WHY];
	int code = MAIL_FAILED;

	exam->own_domains = line->own.word;
	exam->own_people = line->people.word;
	exam->brands = line->brands.word;
	exam->authservs = line->authserv.word;
	if (line->yara && !(exam->rules = mail_rules_load(line->yara, why)))
		return wrong("--yara: ", why);
	if (option_index("mail", line->intel, &store, &watch)) {
		exam->index = watch ? index_watch_take(watch) : NULL;
		code = (int)mail_run(&line->settings);
	}
	index_watch_free(watch);
	mail_rules_free(exam->rules);
	return code;
}

int cmd_mail(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, OPT_JSON },
		{ "all", no_argument, NULL, 'a' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "own", required_argument, NULL, OPT_OWN },
		{ "people", required_argument, NULL, OPT_PEOPLE },
		{ "brands", required_argument, NULL, OPT_BRANDS },
		{ "authserv", required_argument, NULL, OPT_AUTHSERV },
		{ "intel", required_argument, NULL, OPT_INTEL },
		{ "yara", required_argument, NULL, OPT_YARA },
		{ "clamd", required_argument, NULL, OPT_CLAMD },
		{ "limit", required_argument, NULL, OPT_LIMIT },
		{ "limits", no_argument, NULL, OPT_LIMITS },
		{ "findings", no_argument, NULL, OPT_FINDINGS },
		{ "lang", required_argument, NULL, OPT_LANG },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	static struct mail_line line;
	int code;

	line.settings = (struct mail_run_settings){
		.exam.limits = exam_limits_usual,
		.language = control_japanese() ? JAPANESE : ENGLISH,
		.progress = isatty(STDERR_FILENO),
	};
	while ((code = getopt_long(argc, argv, ":aj:qh", options, NULL)) != -1) {
		if (code == 'h')
			return fputs(help, stdout), MAIL_CLEAN;
		if (code == OPT_LIMITS)
			return show_limits();
		if (code == OPT_FINDINGS)
			return show_findings(line.settings.language);
		if (code == ':')
			return wrong("a value is missing behind ", argv[optind - 1]);
		if (code == '?')
			return wrong("there is no option ", argv[optind - 1]);
		if (!take_option(&line, code, optarg))
			return MAIL_FAILED;
	}
	if (optind == argc)
		return wrong("which mails? Name files or folders, or - for standard input", "");
	line.settings.paths = (const char *const *)(argv + optind);
	line.settings.path_count = (size_t)(argc - optind);
	return run(&line);
}
