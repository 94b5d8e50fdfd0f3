/* site.c - the parts of a site together: its state, and what is kept of it. */
#include "fare/site.h"

#include "fare/say.h"

const char *site_state_name(enum site_state state)
{
	static const char *const names[SITE_STATES] = {
		[SITE_UNKNOWN] = "unknown", [SITE_GOOD] = "good", [SITE_SLOW] = "slow",
		[SITE_WARNING] = "warning", [SITE_DOWN] = "down", [SITE_DEFACED] = "defaced",
	};

	return names[state];
}

bool site_page_alarms(const struct site *s, enum level level)
{
	return s->page.told && s->page.told->verdict >= DEFACE_SUSPICIOUS && s->page.told->level <= level;
}

enum site_state site_state_of(const struct site *s, usec_t now, enum level level)
{
	bool alarms = site_page_alarms(s, level);

	if (s->course.state == COURSE_UNKNOWN)
		return SITE_UNKNOWN;
	if (alarms && s->page.told->verdict == DEFACED)
		return SITE_DEFACED;
	if (s->course.state == COURSE_DOWN)
		return SITE_DOWN;
	if (alarms || site_certificate_state(&s->certificate, now) >= CERTIFICATE_WEEKS || site_names_told(&s->names, now) ||
	    site_course_flaps(&s->course, now))
		return SITE_WARNING;
	return s->course.state == COURSE_SLOW ? SITE_SLOW : SITE_GOOD;
}

json_t *site_write(const struct site *s, const char *writer)
{
	return json_pack("{s:s, s:i, s:I, s:o, s:o, s:o, s:o}", "writer", writer, "state", (int)s->state, "since",
			 (json_int_t)s->since, "course", site_course_write(&s->course), "certificate",
			 site_certificate_write(&s->certificate), "names", site_names_write(&s->names), "page",
			 site_page_write(&s->page));
}

void site_read(struct site *s, const json_t *json)
{
	json_int_t state = say_number(json, "state");

	s->state = state > 0 && state < SITE_STATES ? (enum site_state)state : SITE_UNKNOWN;
	s->since = say_when(say_number(json, "since"));
	site_course_read(&s->course, json_object_get(json, "course"));
	site_certificate_read(&s->certificate, json_object_get(json, "certificate"));
	site_names_read(&s->names, json_object_get(json, "names"));
	site_page_read(&s->page, json_object_get(json, "page"));
}

void site_close(struct site *s)
{
	site_page_close(&s->page);
}
