/*
 * site.h - one site that is watched: what people said of it, how it fares, and what it is called by now.
 */
#ifndef FARE_SITE_H
#define FARE_SITE_H

#include "fare/certificate.h"
#include "fare/course.h"
#include "fare/names.h"
#include "fare/page.h"

#define SITE_NAME    80 /* bytes with the NUL: that of an alert's party */
#define SITE_OWN     8
#define SITE_HOST    128
#define SITE_KEYWORD 160

/* What a person said. */
struct site_settings {
	char name[SITE_NAME], url[PROBE_URL];
	char own[SITE_OWN][SITE_HOST]; /* further hosts of its; "" ends them */
	char keyword[SITE_KEYWORD];    /* that the page must have; "": none */
	uint32_t every;                /* seconds between two looks at LEVEL_NORMAL; 0: as the level says */
	char by[64];                   /* who said that it is ours */
	usec_t added;
};

enum site_state { SITE_UNKNOWN, SITE_GOOD, SITE_SLOW, SITE_WARNING, SITE_DOWN, SITE_DEFACED, SITE_STATES };
const char *site_state_name(enum site_state state); /* "good" */

struct site {
	struct site_settings is;
	struct site_course course;
	struct site_certificate certificate;
	struct site_names names;
	struct site_page page;
	enum site_state state; /* of all of these together */
	usec_t since;
	usec_t nothing_at; /* a look that was no look, as our own network failed; later than course.last: the newest */
	char nothing_why[PROBE_WHY];
	bool doubt; /* it is down, but so is all else that we look at */
};

/* The state that the parts come to at this time and level. */
enum site_state site_state_of(const struct site *site, usec_t now, enum level level);
/* Whether what was told of its page is an alarm at this level. */
bool site_page_alarms(const struct site *site, enum level level);

/* settings.c: a name that is none: NULL, else what is wanted. */
const char *site_name_wrong(const char *name);
/* "http://" or "https://" and a host; what is wanted, or NULL. */
const char *site_url_wrong(const char *url);
/* The same in the form in which it is asked for, kept and compared: small letters, no fragment. */
void site_url_settle(char url[PROBE_URL]);
const char *site_keyword_wrong(const char *keyword);
/* The host of a URL as a name for it; with its path where that is more than "/". */
void site_name_of_url(char name[SITE_NAME], const char *url);
/* NULL: no memory. */
json_t *site_settings_write(const struct site_settings *settings);
/* False: it is none. */
bool site_settings_read(struct site_settings *settings, const char *name, const json_t *json);

/* What was kept of it besides, and its way back. `writer` tells who kept it last. */
json_t *site_write(const struct site *site, const char *writer);
void site_read(struct site *site, const json_t *json);
void site_close(struct site *site); /* what its parts hold */

#endif
