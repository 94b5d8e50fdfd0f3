/* certificate.c - the command line of `hinomi backup verify-certificate`: is this what a drill said? */
#include "cmd/cmd.h"
#include "base/json.h"
#include "base/text.h"
#include "drill/certificate.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum option_code { OPT_KEY = 256, OPT_JSON, OPT_TEXT, OPT_PAGE };

static const char help[] =
	"Usage: hinomi backup verify-certificate FILE [options]\n"
	"\n"
	"Says whether a restore certificate is as it was signed: what a drill proved about a backup, and what it\n"
	"did not. FILE is its JSON; '-' is the standard input. No tower has to run, and no key has to be secret.\n"
	"\n"
	"Options:\n"
	"      --key FILE      the public key of the tower that signed it: /var/lib/hinomi/backup/certificate.key.pub\n"
	"                      there, brought here by a way that you trust. Without it, only that nothing was changed\n"
	"                      since is known, and not by whom it was made: compare the fingerprint\n"
	"      --text [en|ja]  the certificate as text in that language (default: en)\n"
	"      --page [en|ja]  the certificate as a page to print (HTML, needs nothing else; default: en)\n"
	"      --json          {\"valid\", \"why\", \"fingerprint\", \"certificate\"}\n"
	"  -h, --help          this text\n"
	"\n"
	"Exit code: 0 valid, 1 not valid, 2 error. A valid certificate may say that the backup is not good.\n"
	"\n"
	"Examples:\n"
	"  hinomi backup verify-certificate drill.json --key tower.pub\n"
	"  hinomi backup verify-certificate drill.json --key tower.pub --page ja > certificate.html\n"
	"  ssh tower cat drill.json | hinomi backup verify-certificate - --json\n";

enum form { FORM_TEXT, FORM_PAGE, FORM_JSON };

struct asked {
	const char *file, *key;
	enum form form;
	enum language language;
};

static int usage(const char *trouble)
{
	fprintf(stderr, "hinomi backup verify-certificate: %s; see 'hinomi backup verify-certificate --help'\n",
		trouble);
	return 2;
}

static bool language_named(struct asked *a, const char *name)
{
	for (int i = 0; i < LANGUAGES; i++) {
		a->language = (enum language)i;
		if (strcmp(language_name(a->language), name) == 0)
			return true;
	}
	a->language = ENGLISH;
	return false;
}

/* Behind "=", or the next word where that is a language: it may as well be the file, or nothing. */
static bool language_take(struct asked *a, enum form form, int argc, char **argv)
{
	a->form = form;
	if (optarg)
		return language_named(a, optarg);
	if (optind < argc && language_named(a, argv[optind]))
		optind++;
	return true;
}

static bool options(int argc, char **argv, struct asked *a, int *code)
{
	static const struct option known[] = {
		{ "key", required_argument, NULL, OPT_KEY },   { "json", no_argument, NULL, OPT_JSON },
		{ "text", optional_argument, NULL, OPT_TEXT }, { "page", optional_argument, NULL, OPT_PAGE },
		{ "help", no_argument, NULL, 'h' },	       { NULL, 0, NULL, 0 },
	};
	bool good = true;
	int option;

	while (good && (option = getopt_long(argc, argv, "h", known, NULL)) != -1) {
		switch (option) {
		case OPT_KEY: a->key = optarg; break;
		case OPT_JSON: a->form = FORM_JSON; break;
		case OPT_TEXT: good = language_take(a, FORM_TEXT, argc, argv); break;
		case OPT_PAGE: good = language_take(a, FORM_PAGE, argc, argv); break;
		case 'h':
			fputs(help, stdout);
			*code = 0;
			return false;
		default:
			*code = usage("that option is not known, or lacks its value");
			return false;
		}
	}
	a->file = optind < argc ? argv[optind] : NULL;
	if (!good)
		*code = usage("the languages are en and ja");
	else if (!a->file || optind + 1 < argc)
		*code = usage("give one certificate, or '-'");
	else
		return true;
	return false;
}

/* At most a byte more than a certificate may have: that is then none. */
static bool file_read(const char *path, uint8_t *room, size_t size, struct span *text)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t n = -1;

	text->ptr = room;
	text->len = 0;
	while (fd >= 0 && text->len < size && (n = read(fd, room + text->len, size - text->len)) > 0)
		text->len += (size_t)n;
	if (n < 0)
		fprintf(stderr, "hinomi backup verify-certificate: %s: %s\n", path, strerror(errno));
	if (fd >= 0 && !standard)
		close(fd);
	return n >= 0;
}

/* The certificate itself is JSON as it is; of one that is not valid nothing is repeated. */
static int print_json(struct span text, bool valid, const char *why)
{
	char *whole = valid ? strndup((const char *)text.ptr, text.len) : NULL;

	if (valid && !whole)
		return 2;
	if (valid) {
		whole[strcspn(whole, "\n")] = '\0';
		printf("{\"valid\":true,\"why\":null,\"fingerprint\":\"%s\",\"certificate\":%s}\n", why, whole);
	} else {
		struct json json = json_init(stdout);

		json_open_object(&json);
		json_put_bool(&json, "valid", false);
		json_put_string(&json, "why", why);
		json_put_string(&json, "fingerprint", NULL);
		json_put_string(&json, "certificate", NULL);
		json_close_object(&json);
		json_end_line(&json);
	}
	free(whole);
	return valid ? 0 : 1;
}

static int print_valid(const struct asked *a, struct span text, const char *why)
{
	if (a->form == FORM_PAGE) {
		if (!a->key)
			fprintf(stderr, "valid, signed by %s: is that the tower's key? Give it by --key\n", why);
		return certificate_page(text, a->language, stdout) == OK ? 0 : 2;
	}
	if (a->key)
		printf("VALID: signed by the given key, and not changed since.\n\n");
	else
		printf("VALID, if %s is the fingerprint of the tower's key: not changed since it was signed.\n\n", why);
	return certificate_text(text, a->language, stdout) == OK ? 0 : 2;
}

static int verify(const struct asked *a, uint8_t *room)
{
	char why[CERTIFICATE_WHY];
	uint8_t key[32];
	struct span text;
	bool valid;

	if (a->key && certificate_public_read(a->key, key, why) != OK) {
		fprintf(stderr, "hinomi backup verify-certificate: %s\n", why);
		return 2;
	}
	if (!file_read(a->file, room, CERTIFICATE_MAX + 1, &text))
		return 2;
	valid = certificate_verify(text, a->key ? key : NULL, why) == OK;
	if (a->form == FORM_JSON)
		return print_json(text, valid, why);
	if (valid)
		return print_valid(a, text, why);
	fprintf(stderr, "NOT VALID: %s. Do not trust what it says; get it again from the tower.\n", why);
	return 1;
}

int cmd_verify_certificate(int argc, char **argv)
{
	struct asked a = { .form = FORM_TEXT, .language = ENGLISH };
	uint8_t *room;
	int code = 2;

	if (!options(argc, argv, &a, &code))
		return code;
	room = malloc(CERTIFICATE_MAX + 1);
	if (!room)
		return 2;
	code = verify(&a, room);
	free(room);
	if (fflush(stdout) != 0)
		return 2;
	return code;
}
