/* once.c - a look without a past. */
#include "site/once.h"

struct once {
	struct site site;
	struct course_rules rules;
	const char *const *own;
	bool seen;
};

static void take(void *whom, uint64_t number, const struct probe_result *result)
{
	struct once *once = whom;
	struct site *s = &once->site;

	(void)number;
	site_course_see(&s->course, result, site_course_bad(&s->course, result, true), &once->rules);
	site_certificate_see(&s->certificate, &result->certificate, result->at);
	site_names_see(&s->names, result, 0);
	once->seen = result->failed != PROBE_DONE || site_page_judge_once(&s->page, result, once->own) == OK;
}

char *site_look_once(const struct site_settings *site, const struct site_watch_settings *settings, usec_t now)
{
	struct once once = {
		.site.is = *site,
		.rules = { .level = LEVEL_NORMAL, .slow_factor = settings->slow_factor, .interval = 1, .once = true },
		.own = settings->own,
	};
	struct probe_set *probes = probe_new(&settings->probe, take, &once);
	char *json = NULL;

	if (!probes)
		return NULL;
	if (probe_ask(probes, 0, site->url) == OK)
		while (probe_waiting(probes))
			probe_work(probes, 100);
	if (once.seen)
		json = site_document(&once.site, now, &once.rules);
	probe_free(probes);
	site_close(&once.site);
	return json;
}
