/* site_check.c - looks now, shows how things stand, approves what changed. */
#include "cmd/site.h"

#include "cmd/control.h"
#include "process/loop.h"
#include "site/list.h"
#include "site/once.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TURN 100 /* ms */

static void trouble(void *whom, const char *text)
{
	(void)whom;
	site_wrong("%s", text);
}

static void cannot_begin(void)
{
	site_wrong("cannot begin: the sites or the certificates (site.ca_file) cannot be read, site.resolver is no address, "
		   "or there is no memory");
}

static struct site_watch *open_watch(struct site_place *place)
{
	const struct site_watch_calls calls = { .trouble = trouble };
	struct site_watch *w = site_watch_new(place->ledger, &place->setup.settings, &calls, loop_time());

	if (w)
		site_watch_asked_only(w);
	else
		cannot_begin();
	return w;
}

/* --- showing */

struct showing {
	const struct site_said *said;
	const struct site_watch *watch;
	void (*print)(const json_t *site);
	bool good;
	size_t count;
};

/* Takes over `text`. */
static void show_document(struct showing *showing, char *text)
{
	json_t *site = text ? json_loads(text, 0, NULL) : NULL;

	if (showing->said->json && text)
		puts(text);
	else if (site)
		showing->print(site);
	showing->good = showing->good && site && site_is_good(site);
	showing->count++;
	json_decref(site);
	free(text);
}

static void show(void *whom, const char *name)
{
	struct showing *showing = whom;

	show_document(showing, site_watch_document(showing->watch, name, loop_time()));
}

/* --- check */

static void run_looks(struct site_watch *w)
{
	bool people = isatty(STDERR_FILENO);
	size_t left;

	while ((left = site_watch_pending(w)) > 0) {
		site_watch_turn(w, loop_time());
		site_watch_wait(w, TURN);
		if (people)
			fprintf(stderr, "\rlooking: %zu left ", left);
	}
	if (people)
		fputs("\r                      \r", stderr);
}

struct wanted {
	const char *word;
	char url[PROBE_URL];  /* it as one */
	char name[SITE_NAME]; /* "": none has this URL */
};

static bool match_url(void *whom, const struct site_settings *site)
{
	struct wanted *wanted = whom;

	if (strcmp(site->url, wanted->url) != 0)
		return true;
	memcpy(wanted->name, site->name, SITE_NAME);
	return false;
}

/* A URL that nobody added: one look. */
static bool check_stranger(struct site_place *place, struct showing *showing, const char *url)
{
	struct site_settings site = { .every = 0 };
	const char *wrong = site_url_wrong(url);
	char *seen;

	if (wrong) {
		site_wrong("'%.100s' is no site that was added, and not %s", url, wrong);
		return false;
	}
	snprintf(site.url, sizeof(site.url), "%s", url);
	site_url_settle(site.url);
	site_name_of_url(site.name, site.url);
	seen = site_look_once(&site, &place->setup.settings, loop_time());
	if (!seen) {
		cannot_begin();
		return false;
	}
	show_document(showing, seen);
	return true;
}

/* The name of the site that a word means, by its name or URL; "" is a stranger's. */
static bool find(struct site_place *place, struct wanted *wanted)
{
	struct site_settings site;
	enum err err = place->ledger ? site_list_get(place->ledger, wanted->word, &site) : ERR_EMPTY;

	if (err == OK) {
		snprintf(wanted->name, sizeof(wanted->name), "%s", wanted->word);
	} else if (err == ERR_EMPTY && place->ledger && strlen(wanted->word) < PROBE_URL) {
		snprintf(wanted->url, sizeof(wanted->url), "%s", wanted->word);
		site_url_settle(wanted->url);
		err = site_list_each(place->ledger, match_url, wanted);
	}
	return err == ERR_EMPTY || site_good(err, place->ledger);
}

static void ask_for(void *whom, const char *name)
{
	/* it is in the list that this name is from */
	if (site_watch_check(whom, name) != OK)
		site_wrong("there is no site '%s'", name);
}

/* The sites of the words, and those that nobody added. */
static bool check_words(struct site_place *place, const struct site_said *said, struct site_watch *w,
			struct showing *showing)
{
	struct wanted *wanted = calloc(said->count + 1, sizeof(*wanted));
	bool good = wanted != NULL;

	for (size_t i = 0; good && i < said->count; i++) {
		wanted[i].word = said->words[i];
		good = find(place, &wanted[i]);
		if (good && *wanted[i].name)
			ask_for(w, wanted[i].name);
	}
	if (good && w)
		run_looks(w);
	for (size_t i = 0; good && i < said->count; i++) {
		if (*wanted[i].name)
			show(showing, wanted[i].name);
		else
			good = check_stranger(place, showing, wanted[i].word);
	}
	free(wanted);
	return good;
}

static bool check_all(struct site_watch *w, struct showing *showing)
{
	if (w) {
		site_watch_each(w, ask_for, w);
		run_looks(w);
		site_watch_each(w, show, showing);
	}
	if (!showing->count)
		site_wrong("no site was added yet: hinomi site add URL");
	return showing->count > 0;
}

static int check(struct site_place *place, const struct site_said *said)
{
	struct site_watch *w = place->ledger ? open_watch(place) : NULL;
	struct showing showing = { said, w, site_print_look, true, 0 };
	bool done = (w || !place->ledger) && (said->all ? check_all(w, &showing) : check_words(place, said, w, &showing));

	if (w) {
		site_watch_free(w, loop_time());
		/* a tower that runs takes what was seen */
		done = site_good(site_list_leave_mark(place->ledger), place->ledger) && done;
	}
	return !done ? 2 : showing.good ? 0 : 1;
}

int site_verb_check(const struct site_said *said)
{
	struct site_place place;
	int code;

	if (said->all ? said->count != 0 : said->count == 0)
		return site_wrong("say what: names, a URL, or --all");
	if (!site_place_open(&place, said, false))
		return 2;
	code = check(&place, said);
	site_place_close(&place);
	return code;
}

int site_check_name(struct site_place *place, const struct site_said *said, const char *name)
{
	char *words[] = { strdup(name), NULL };
	struct site_said one = *said;
	int code = 2;

	one.words = words;
	one.count = 1;
	one.all = false;
	if (words[0])
		code = check(place, &one);
	free(words[0]);
	return code;
}

/* --- status */

/* False: there is no such site. */
static bool shows(struct showing *showing, const char *name)
{
	char *text = site_watch_document(showing->watch, name, loop_time());

	if (text)
		show_document(showing, text);
	return text != NULL;
}

int site_verb_status(const struct site_said *said)
{
	struct site_place place;
	struct site_watch *w = NULL;
	struct showing showing = { said, NULL, said->count ? site_print_look : site_print_row, true, 0 };
	bool opened, known;

	if (said->count > 1)
		return site_wrong("say the name of one site, or none for all");
	if (!site_place_open(&place, said, false))
		return 2;
	opened = !place.ledger || (w = open_watch(&place)) != NULL;
	showing.watch = w;
	known = !said->count || (w && shows(&showing, said->words[0]));
	if (w && !said->count)
		site_watch_each(w, show, &showing);
	if (opened && !known)
		site_wrong("there is no site '%s'; 'hinomi site list' shows their names", said->words[0]);
	else if (opened && !showing.count && !said->json)
		puts(control_say("No site was added yet: hinomi site add URL", "サイトがまだ登録されていません：hinomi site add URL"));
	if (w)
		site_watch_free(w, loop_time());
	site_place_close(&place);
	return !opened || !known ? 2 : showing.good ? 0 : 1;
}

/* --- approve */

static int approve(struct site_place *place, const struct site_said *said, struct site_watch *w)
{
	const struct site_approval approval = { said->words[0], control_asker(), said->reason };
	char *text = site_watch_document(w, approval.name, loop_time());
	json_t *site = text ? json_loads(text, 0, NULL) : NULL;
	enum err err;

	free(text);
	if (!site)
		return site_wrong("there is no site '%s'; 'hinomi site list' shows their names", approval.name);
	if (!said->json)
		site_print_change(site);
	json_decref(site);
	if (!said->reason)
		return site_wrong("if that is right, say why: --reason TEXT");
	err = site_watch_approve(w, &approval, loop_time());
	if (err == ERR_EMPTY)
		return site_wrong("nothing has changed at '%s' that could be approved", approval.name);
	if (!site_good(err, place->ledger) || !site_good(site_list_leave_mark(place->ledger), place->ledger))
		return 2;
	if (!said->json)
		puts(control_say("Approved: it is usual from now on.", "承認しました。以後、これを通常の状態とみなします。"));
	return 0;
}

int site_verb_approve(const struct site_said *said)
{
	struct site_place place;
	struct site_watch *w;
	int code = 2;

	if (said->count != 1)
		return site_wrong("say the name of one site, as 'hinomi site list' shows it");
	if (!site_place_open(&place, said, false))
		return 2;
	w = place.ledger ? open_watch(&place) : NULL;
	if (w) {
		code = approve(&place, said, w);
		site_watch_free(w, loop_time());
	} else if (!place.ledger) {
		site_wrong("no site was added yet: hinomi site add URL");
	}
	site_place_close(&place);
	return code;
}
