/*
 * course.h - how a site fares: up, slow or down, since when, and what is usual for it.
 *
 * A failed look proves nothing: it is looked at again soon, and again, by fresh looks. Down is what several agree on;
 * up again takes two good ones. Slow is held against the site's own times at this hour of the day (median, and the
 * median distance from it). Pure: looks come in with their time.
 */
#ifndef FARE_COURSE_H
#define FARE_COURSE_H

#include "policy/level.h"
#include "probe/probe.h"
#include "fare/agree.h"

#include <jansson.h>

#define COURSE_SERIES 60
#define COURSE_HOURS  24
#define COURSE_TIMES  21      /* of each hour of the day */
#define COURSE_BINS   (7 * 24) /* hours of availability */
#define COURSE_VOTES  8
#define COURSE_TURNS  8

enum course_state { COURSE_UNKNOWN, COURSE_GOOD, COURSE_SLOW, COURSE_DOWN, COURSE_STATES };

struct course_rules {
	enum level level;
	double slow_factor; /* of the usual time */
	usec_t again;       /* until the second look; until the third three times as long */
	usec_t timeout;     /* of one look */
	usec_t interval;    /* between two looks when all is well */
	bool once;          /* no further looks: a person wants to see one */
};

/* The last look, as it is kept and shown. Texts are clean UTF-8. */
struct course_last {
	usec_t at;
	enum probe_phase failed;
	enum site_bad bad;
	char why[PROBE_WHY];
	unsigned status;
	int64_t dns_us, tcp_us, tls_us, first_us, total_us; /* -1: not reached */
	uint64_t bytes;
	struct ip address;
	char final_url[PROBE_URL];
};

struct site_course {
	enum course_state state;
	usec_t since;
	enum site_bad bad;  /* down: why */
	struct course_last last;
	usec_t again_at;    /* a further look is due then; 0: none */
	unsigned fails, goods, slows, fasts; /* in a row */
	unsigned usual_status; /* of HTTP, of the first good look; 0: none yet */
	struct vote votes[COURSE_VOTES];
	unsigned vote_count;
	usec_t turns[COURSE_TURNS]; /* when it went down, the newest last */
	unsigned turn_count;
	struct {
		int64_t at; /* seconds */
		int32_t ms; /* -1: it failed */
	} series[COURSE_SERIES];
	unsigned series_count;
	struct {
		uint16_t ms[COURSE_TIMES];
		uint8_t count, next;
	} hours[COURSE_HOURS];
	unsigned learned; /* looks, as far as that matters */
	usec_t learned_at;
	struct {
		uint16_t known, up; /* seconds */
	} bins[COURSE_BINS];
	int64_t bin_hour; /* of the newest bin, since 1970 */
};

enum course_news { COURSE_SAME, COURSE_WENT_DOWN, COURSE_CAME_UP, COURSE_WENT_SLOW, COURSE_WENT_FAST };

/* What a look is called; `keyword`: whether the text that it must have is there. */
enum site_bad site_course_bad(const struct site_course *course, const struct probe_result *result, bool keyword);
enum course_news site_course_see(struct site_course *course, const struct probe_result *result, enum site_bad bad,
				 const struct course_rules *rules);

/* Milliseconds that are usual at this hour, and those beyond which it is slow; false: not known yet. */
bool site_course_usual(const struct site_course *course, usec_t at, const struct course_rules *rules, double *usual,
		       double *slow);
/* It went down three times or more within the hour. */
bool site_course_flaps(const struct site_course *course, usec_t now);
/* The share of the last `hours` in which it was up; -1: not known. */
double site_course_uptime(const struct site_course *course, usec_t now, unsigned hours);

/* As it is kept. NULL: no memory. A text that is none of ours leaves a course without past. */
json_t *site_course_write(const struct site_course *course);
void site_course_read(struct site_course *course, const json_t *json);

#endif
