/*
 * site_process.c - the process that watches sites: looks at them (site/watch.h), tells the keeper what it sees, and does
 * what people ask for. It has the network, and one folder.
 */
#include "lookout/line.h"
#include "lookout/lookout.h"
#include "base/text.h"
#include "site/setup.h"
#include "tower/watch.h"
#include "tower/watch_open.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

static const char self[] = "site";

struct site_process {
	struct line *line;
	struct ledger *ledger;
	struct site_watch *watch;
	struct site_setup setup;
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
	p->now = loop_time();
	p->watch = site_watch_new(p->ledger, &p->setup.settings, &up, p->now);
	if (p->watch && loop_watch(line_loop(p->line), site_watch_fd(p->watch), LOOP_READ, ready, p))
		return true;
	process_log(self, "cannot begin: no memory, or the sites cannot be read");
	return false;
}

int site_begin(void *whom, int warden_fd)
{
	struct watch *watch = whom;
	char folder[CONFIG_PATH + sizeof(WATCH_SITES)];
	struct sandbox_wish wish = { .role = SANDBOX_TELLER, .write = folder };
	struct site_process p = { .line = NULL };

	config_forget_secrets(watch->config);
	snprintf(folder, sizeof(folder), "%s/" WATCH_SITES, watch->config->process.state);
	if (!open_line(&p, warden_fd) || !watch_confine(watch, &wish) || !open_watch(&p, watch->config))
		return 1;
	if (!line_run(p.line))
		process_log(self, "waiting failed: %s", strerror(errno));
	site_watch_free(p.watch, loop_time());
	ledger_close(p.ledger);
	return 0;
}
