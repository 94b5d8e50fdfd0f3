/* site_list.c - which sites there are: add, remove; and what happened to them: history. */
#include "cmd/site.h"

#include "base/text.h"
#include "cmd/control.h"
#include "process/loop.h"
#include "site/list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE 1024 /* bytes of a list */

/* --- add */

/* Who watches other people's sites would be a nuisance to them. */
static bool is_ours(const struct site_said *said, const char *what)
{
	char answer[16] = "";

	if (said->mine)
		return true;
	if (!isatty(STDIN_FILENO)) {
		site_wrong("is %s yours, or does its owner want you to watch it? Then say so with --mine", what);
		return false;
	}
	printf("Is %s yours, or does its owner want you to watch it? [y/N] ", what);
	fflush(stdout);
	if (fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y'))
		return true;
	site_wrong("nothing was added: only sites that are yours are watched");
	return false;
}

/* The name that was said, or one that its address makes. */
static bool fill_name(struct site_settings *site, const char *name)
{
	char made[SITE_NAME];
	const char *wrong;

	site_name_of_url(made, site->url);
	wrong = site_name_wrong(name ? name : made);
	if (wrong)
		site_wrong("'%.100s' is not %s%s", name ? name : made, wrong, name ? "" : ": say one with --name");
	else
		snprintf(site->name, sizeof(site->name), "%s", name ? name : made);
	return !wrong;
}

static bool fill(struct site_settings *site, const struct site_said *said, const char *url, const char *name)
{
	const char *wrong = site_url_wrong(url);

	*site = (struct site_settings){ .every = said->every, .added = loop_time() };
	if (wrong) {
		site_wrong("'%.100s' is not %s", url, wrong);
		return false;
	}
	snprintf(site->url, sizeof(site->url), "%s", url);
	site_url_settle(site->url);
	if (!fill_name(site, name))
		return false;
	snprintf(site->keyword, sizeof(site->keyword), "%s", said->keyword ? said->keyword : "");
	for (unsigned i = 0; i < said->own_count; i++)
		snprintf(site->own[i], SITE_HOST, "%s", said->own[i]);
	snprintf(site->by, sizeof(site->by), "%s", control_asker());
	return true;
}

/* Another site under the name would lose its past without a word. */
static bool put(struct site_place *place, const struct site_settings *site)
{
	struct site_settings was;
	enum err err = site_list_get(place->ledger, site->name, &was);

	if (err == OK && strcmp(was.url, site->url) != 0) {
		site_wrong("there is a site '%s' already, %s: give this one another --name", site->name, was.url);
		return false;
	}
	return site_good(err == ERR_EMPTY || err == OK ? site_list_put(place->ledger, site) : err, place->ledger);
}

/* Ends the change of the list, with the mark that tells a tower of it: with one of them alone it would not look. */
static bool settle(struct site_place *place, bool good)
{
	good = good && site_good(site_list_leave_mark(place->ledger), place->ledger);
	return site_good(ledger_end(place->ledger, good), place->ledger) && good;
}

static int add_one(struct site_place *place, const struct site_said *said, const struct site_settings *site)
{
	if (!site_good(ledger_begin(place->ledger), place->ledger) || !settle(place, put(place, site)))
		return 2;
	if (!said->json)
		printf("%s is watched, as '%s'.\n", site->url, site->name);
	return said->look ? site_check_name(place, said, site->name) : 0;
}

/* A line: URL, and a name. False: it has told what is wrong. */
static bool add_line(struct site_place *place, const struct site_said *said, char *line, unsigned *count)
{
	char url[PROBE_URL + 1], name[SITE_NAME + 1];
	struct span rest, word;
	struct site_settings site;
	bool named;

	for (char *c = line; (c = strpbrk(c, "\t\r\n")) != NULL;)
		*c = ' ';
	rest = text_span(line);
	if (!text_word(&rest, &word) || word.ptr[0] == '#')
		return true;
	++*count;
	snprintf(url, sizeof(url), "%.*s", (int)word.len, word.ptr);
	named = text_word(&rest, &word);
	snprintf(name, sizeof(name), "%.*s", named ? (int)word.len : 0, word.ptr);
	return fill(&site, said, url, named ? name : NULL) && put(place, &site);
}

/* All of the list or nothing of it. */
static int add_list(struct site_place *place, const struct site_said *said, FILE *list)
{
	unsigned count = 0, number = 0;
	bool good = true;
	char line[LINE];

	if (!site_good(ledger_begin(place->ledger), place->ledger))
		return 2;
	while (good && fgets(line, sizeof(line), list)) {
		number++;
		good = add_line(place, said, line, &count);
	}
	if (!good)
		site_wrong("%s:%u: nothing of the list was added", said->file, number);
	good = settle(place, good);
	if (good && count == 0)
		return site_wrong("%s: there is no site in it: a line for each, URL and name", said->file);
	if (good)
		printf("%u site%s watched.\n", count, count == 1 ? " is" : "s are");
	return good ? 0 : 2;
}

/* Nothing is made, the folder neither, before it is known what is to be added: for a folder the tower begins a process. */
static int add_file(const struct site_said *said)
{
	FILE *list = fopen(said->file, "re");
	struct site_place place;
	int code = 2;

	if (!list)
		return site_wrong("cannot read %s: %s", said->file, strerror(errno));
	if (is_ours(said, "every site in it") && site_place_open(&place, said, true)) {
		code = add_list(&place, said, list);
		site_place_close(&place);
	}
	fclose(list);
	return code;
}

int site_verb_add(const struct site_said *said)
{
	struct site_settings site;
	struct site_place place;
	int code;

	if (said->file ? said->count != 0 : said->count != 1)
		return site_wrong("say one URL, or --file LIST");
	if (said->file && said->name)
		return site_wrong("--name is for one site; a list has the names of its own behind their URLs");
	if (said->file)
		return add_file(said);
	if (!fill(&site, said, said->words[0], said->name) || !is_ours(said, site.url) || !site_place_open(&place, said, true))
		return 2;
	code = add_one(&place, said, &site);
	site_place_close(&place);
	return code;
}

/* --- remove */

int site_verb_remove(const struct site_said *said)
{
	struct site_place place;
	enum err err = ERR_EMPTY;
	bool begun, good;

	if (said->count != 1)
		return site_wrong("say the name of one site, as 'hinomi site list' shows it");
	if (!site_place_open(&place, said, false))
		return 2;
	begun = place.ledger && site_good(ledger_begin(place.ledger), place.ledger);
	if (begun)
		err = site_list_remove(place.ledger, said->words[0]);
	if (err == ERR_EMPTY && (begun || !place.ledger))
		site_wrong("there is no site '%s'; 'hinomi site list' shows their names", said->words[0]);
	good = begun && settle(&place, err != ERR_EMPTY && site_good(err, place.ledger));
	if (good)
		printf("'%s' is watched no more; its history stays.\n", said->words[0]);
	site_place_close(&place);
	return good ? 0 : 2;
}

/* --- history */

static void print_entry(const struct ledger_row *row, const json_t *entry)
{
	char at[TIME_TEXT];

	printf("%s  %-20s %-11s ", time_human(row->at, at), row->key, control_text(entry, "what"));
	if (json_is_string(json_object_get(entry, "reason"))) {
		control_print(control_text(entry, "by"));
		fputs(": ", stdout);
		control_print(control_text(entry, "reason"));
	} else {
		control_print(control_words(entry, "say"));
	}
	putchar('\n');
}

struct entries {
	const struct site_said *said;
	unsigned count;
};

static bool see_entry(void *whom, const struct ledger_row *row)
{
	struct entries *entries = whom;
	const struct site_said *said = entries->said;
	json_t *entry = json_loads(row->body, 0, NULL);
	char at[TIME_TEXT];

	if (said->json && entry) {
		json_object_set_new(entry, "name", json_string(row->key));
		json_object_set_new(entry, "at", json_string(time_rfc3339(row->at, at)));
		json_dumpf(entry, stdout, JSON_COMPACT);
		putchar('\n');
	} else if (entry) {
		print_entry(row, entry);
	}
	json_decref(entry);
	entries->count++;
	return true;
}

int site_verb_history(const struct site_said *said)
{
	const struct ledger_ask ask = { SITE_KIND, said->count ? said->words[0] : NULL, 0, said->limit };
	struct entries entries = { said, 0 };
	struct site_place place;
	bool good = true;

	if (said->count > 1)
		return site_wrong("say the name of one site, or none for all");
	if (!site_place_open(&place, said, false))
		return 2;
	if (place.ledger)
		good = site_good(ledger_history(place.ledger, &ask, see_entry, &entries), place.ledger);
	if (good && !entries.count && !said->json)
		puts(control_say("Nothing happened yet.", "記録はまだありません。"));
	site_place_close(&place);
	return good ? 0 : 2;
}
