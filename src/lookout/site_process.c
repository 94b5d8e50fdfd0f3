/*
 * site_process.c - the process that watches sites: looks at them (site/watch.h), tells the keeper what it sees, and does
 * what people ask for. It has the network, and one folder.
 */
#include "lookout/line.h"
#include "lookout/lookout.h"
#include "lookout/photographer.h"
#include "base/text.h"
#include "site/setup.h"
#include "tower/watch.h"
#include "tower/watch_open.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

#define FAILURES 5 /* pictures, before the first that worked: then none ever will */

static const char self[] = "site";

struct site_process {
	struct line *line;
	struct ledger *ledger;
	struct site_watch *watch;
	struct site_setup setup;
	int photographer; /* -1: none */
	unsigned failures; /* in a row, of the first ones */
	bool pictured;     /* one could be taken */
	usec_t now;
};

/* --- up */

static void tell_site(void *whom, const char *name, const char *json)
{
	line_tell(((struct site_process *)whom)->line, WATCHED_SITE, name, text_span(json));
}

static void tell_all(void *whom, const char *json)
{
	line_tell(((struct site_process *)whom)->line, WATCHED_SITES, "", text_span(json));
}

static void tell_gone(void *whom, const char *name)
{
	line_gone(((struct site_process *)whom)->line, WATCHED_SITE, name);
}

static void tell_alert(void *whom, const struct alert *alert)
{
	line_alert(((struct site_process *)whom)->line, alert);
}

static void tell_trouble(void *whom, const char *text)
{
	(void)whom;
	process_log(self, "%s", text);
}

/* --- pictures */

static void end_pictures(struct site_process *p, const char *why)
{
	process_log(self, "no more pictures of pages: %s; the watch goes on without", why);
	loop_forget(line_loop(p->line), p->photographer);
	close(p->photographer);
	p->photographer = -1;
	site_watch_no_pictures(p->watch);
}

static void want_picture(struct site_process *p)
{
	struct site_picture_page page;
	uint64_t number;

	if (p->photographer >= 0 && site_watch_picture_wanted(p->watch, &page, &number) &&
	    photographer_ask(p->photographer, number, &page) != OK)
		end_pictures(p, "their process has ended");
}

static void take_picture(struct site_process *p, uint64_t number, const uint8_t *hash)
{
	site_watch_picture(p->watch, number, hash);
	p->pictured = p->pictured || hash;
	if (p->pictured)
		return;
	if (p->failures++ == 0)
		process_log(self, "a picture could not be taken (docs/site.md, Pictures); it is tried again");
	if (p->failures >= FAILURES)
		end_pictures(p, "none can be taken on this machine (docs/site.md, Pictures)");
}

static void hear_photographer(void *whom, unsigned events)
{
	struct site_process *p = whom;
	uint64_t number;
	uint8_t hash[8];
	bool taken;
	enum err err = photographer_hear(p->photographer, &number, hash, &taken);

	(void)events;
	if (err == OK)
		take_picture(p, number, taken ? hash : NULL);
	else if (err != ERR_EMPTY)
		end_pictures(p, "their process has ended");
}

/* --- down */

static void take_level(void *whom, enum level level)
{
	site_watch_level(((struct site_process *)whom)->watch, level);
}

/* From the keeper, who asks for people; it may have been broken into, and can do no more than this. */
static void take_request(void *whom, struct span body)
{
	struct site_process *p = whom;
	json_t *json = json_loadb((const char *)body.ptr, body.len, 0, NULL);
	const char *verb = "", *name = "", *user = "", *reason = "";
	enum err err = ERR_FORMAT;

	if (json && json_unpack(json, "{s:s, s:s, s?s, s?s}", "do", &verb, "name", &name, "user", &user, "reason", &reason) == 0) {
		const struct site_approval approval = { name, user, reason };

		if (strcmp(verb, "check") == 0)
			err = site_watch_check(p->watch, name);
		else if (strcmp(verb, "approve") == 0)
			err = site_watch_approve(p->watch, &approval, p->now);
	}
	if (err != OK)
		process_log(self, "what was asked of '%.80s' cannot be done", name);
	json_decref(json);
}

static void turn(void *whom, usec_t now)
{
	struct site_process *p = whom;

	p->now = now;
	site_watch_turn(p->watch, now);
	site_watch_wait(p->watch, 0);
	want_picture(p);
}

static void ready(void *whom, unsigned events)
{
	(void)events;
	site_watch_wait(((struct site_process *)whom)->watch, 0);
}

/* --- the beginning */

static bool open_line(struct site_process *p, int warden_fd)
{
	const struct line_calls down = { p, take_level, take_request, NULL, turn };

	p->line = line_new(self, warden_fd, &down);
	if (!p->line)
		process_log(self, "cannot begin: %s", strerror(errno));
	return p->line != NULL;
}

static bool open_watch(struct site_process *p, const struct config *config)
{
	const struct site_watch_calls up = { p, tell_site, tell_all, tell_gone, tell_alert, tell_trouble };
	char path[CONFIG_PATH + sizeof(SITE_LEDGER)], trouble[LEDGER_TROUBLE];
	enum err err;

	snprintf(path, sizeof(path), "%s/%s", config->process.state, SITE_LEDGER);
	err = ledger_open(path, &p->ledger, trouble);
	if (*trouble)
		process_log(self, "%s", trouble); /* with OK: a damaged one was put aside */
	if (err != OK)
		return false;
	site_setup(&p->setup, &config->site, "tower");
	p->setup.settings.browser = p->photographer >= 0;
	p->now = loop_time();
	p->watch = site_watch_new(p->ledger, &p->setup.settings, &up, p->now);
	if (p->watch && loop_watch(line_loop(p->line), site_watch_fd(p->watch), LOOP_READ, ready, p) &&
	    (p->photographer < 0 ||
	     loop_watch(line_loop(p->line), p->photographer, LOOP_READ, hear_photographer, p)))
		return true;
	process_log(self, "cannot begin: the sites or the certificates (site.ca_file) cannot be read, or there is no memory");
	return false;
}

int site_begin(void *whom, int warden_fd)
{
	struct watch *watch = whom;
	char folder[CONFIG_PATH + sizeof(WATCH_SITES)];
	const char *read[] = { *watch->config->site.ca_file ? watch->config->site.ca_file : NULL, NULL };
	struct sandbox_wish wish = { .role = SANDBOX_TELLER, .write = folder, .read = read };
	struct site_process p = { .photographer = -1 };

	config_forget_secrets(watch->config);
	snprintf(folder, sizeof(folder), "%s/" WATCH_SITES, watch->config->process.state);
	p.photographer = photographer_new(watch, folder);
	if (!open_line(&p, warden_fd) || !watch_confine(watch, &wish) || !open_watch(&p, watch->config))
		return 1;
	if (!line_run(p.line))
		process_log(self, "waiting failed: %s", strerror(errno));
	site_watch_free(p.watch, loop_time());
	ledger_close(p.ledger);
	return 0;
}
