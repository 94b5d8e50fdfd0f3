/* course.c - good, slow or down: looks are counted, agreed on, and held against the usual. */
#include "fare/course.h"

#include "estimate/stats.h"
#include "fare/say.h"

#include <string.h>

#define LOOKS      3 /* that must agree on an outage */
#define UP_LOOKS   2
#define FLAPS      3
#define HOUR       (3600 * USEC_PER_SEC)
#define FEW_TIMES  8   /* fewer are no usual time */
#define LEAST_SLOW 500.0 /* ms above the usual: less is nothing to speak of */
#define EAGER      24  /* first looks, each of which is learned */
#define LEARN      (600 * USEC_PER_SEC) /* later ones: one in ten minutes, so that an hour's attack teaches little */
#define MAD_SIGMA  1.4826 /* of a normal distribution */

/* A page that wants a login answers 401 or 403 from the first look on; any other 4xx is a fault unless it always was so. */
static bool is_usual_refusal(const struct site_course *c, unsigned status)
{
	return c->usual_status ? status == c->usual_status : status == 401 || status == 403;
}

enum site_bad site_course_bad(const struct site_course *course, const struct probe_result *r, bool keyword)
{
	static const enum site_bad of[PROBE_PHASES] = {
		[PROBE_DNS] = BAD_DNS,   [PROBE_TCP] = BAD_TCP,        [PROBE_TLS] = BAD_TLS,
		[PROBE_HTTP] = BAD_HTTP, [PROBE_BODY_READ] = BAD_BODY, [PROBE_DONE] = BAD_NONE,
	};

	if (r->failed != PROBE_DONE)
		return of[r->failed];
	if (r->status >= 500 || (r->status >= 400 && !is_usual_refusal(course, r->status)))
		return BAD_STATUS;
	return keyword ? BAD_NONE : BAD_KEYWORD;
}

/* --- what is usual */

/* The times of this hour of the day and its neighbours; of all hours while these are few. */
static size_t usual_times(const struct site_course *c, usec_t at, double *times)
{
	unsigned hour = (unsigned)(at / HOUR % COURSE_HOURS);
	size_t count = 0;

	for (unsigned near = 0; near < 3; near++) {
		unsigned h = (hour + COURSE_HOURS - 1 + near) % COURSE_HOURS;

		for (unsigned i = 0; i < c->hours[h].count; i++)
			times[count++] = c->hours[h].ms[i];
	}
	if (count >= FEW_TIMES)
		return count;
	count = 0;
	for (unsigned h = 0; h < COURSE_HOURS; h++)
		for (unsigned i = 0; i < c->hours[h].count; i++)
			times[count++] = c->hours[h].ms[i];
	return count;
}

bool site_course_usual(const struct site_course *c, usec_t at, const struct course_rules *rules, double *usual,
		       double *slow)
{
	double times[COURSE_HOURS * COURSE_TIMES], far;
	size_t count = usual_times(c, at, times);
	struct stats stats;

	if (count < FEW_TIMES)
		return false;
	stats = stats_of(times, count);
	far = stats.median + 8 * MAD_SIGMA * stats.mad;
	*usual = stats.median;
	*slow = stats.median * level_multiplier(rules->level, rules->slow_factor);
	*slow = *slow > far ? *slow : far;
	*slow = *slow > stats.median + LEAST_SLOW ? *slow : stats.median + LEAST_SLOW;
	return true;
}

static void learn_time(struct site_course *c, const struct probe_result *r, const struct course_rules *rules)
{
	usec_t pause = LEARN * 100 / level_rules(rules->level)->learning_percent;
	unsigned hour = (unsigned)(r->at / HOUR % COURSE_HOURS);
	int64_t ms = r->total_us / 1000;

	if (c->learned >= EAGER && !time_passed(r->at, c->learned_at, pause))
		return;
	c->learned++;
	c->learned_at = r->at;
	c->hours[hour].ms[c->hours[hour].next] = (uint16_t)(ms > UINT16_MAX ? UINT16_MAX : ms);
	c->hours[hour].next = (uint8_t)((c->hours[hour].next + 1) % COURSE_TIMES);
	if (c->hours[hour].count < COURSE_TIMES)
		c->hours[hour].count++;
}

/* --- what is kept of every look */

static void add_series(struct site_course *c, const struct probe_result *r, bool good)
{
	if (c->series_count == COURSE_SERIES) {
		memmove(c->series, c->series + 1, sizeof(c->series[0]) * (COURSE_SERIES - 1));
		c->series_count--;
	}
	c->series[c->series_count].at = r->at / USEC_PER_SEC;
	c->series[c->series_count].ms = good ? (int32_t)(r->total_us / 1000) : -1;
	c->series_count++;
}

/* Hours that passed without a look are not known. */
static void roll_bins(struct site_course *c, int64_t hour)
{
	int64_t gone = hour - c->bin_hour;

	if (gone == 0)
		return;
	if (gone < 0 || gone >= COURSE_BINS)
		memset(c->bins, 0, sizeof(c->bins));
	else
		for (int64_t h = c->bin_hour + 1; h <= hour; h++)
			memset(&c->bins[h % COURSE_BINS], 0, sizeof(c->bins[0]));
	c->bin_hour = hour;
}

/* The time since the last look counts as what the site was in it; a long gap is not known. */
static void add_uptime(struct site_course *c, usec_t at, const struct course_rules *rules)
{
	usec_t passed = at - c->last.at, most = 2 * rules->interval;
	int64_t hour = at / HOUR;
	uint16_t seconds;

	if (hour < c->bin_hour && c->bin_hour - hour < COURSE_HOURS)
		return; /* the clock was set back; by more: what was counted before was wrong */
	roll_bins(c, hour);
	if (!c->last.at || passed <= 0 || c->state == COURSE_UNKNOWN)
		return;
	passed = passed < most ? passed : most;
	passed = passed < HOUR ? passed : HOUR;
	seconds = (uint16_t)(passed / USEC_PER_SEC);
	c->bins[hour % COURSE_BINS].known = (uint16_t)(c->bins[hour % COURSE_BINS].known + seconds);
	if (c->state != COURSE_DOWN)
		c->bins[hour % COURSE_BINS].up = (uint16_t)(c->bins[hour % COURSE_BINS].up + seconds);
}

double site_course_uptime(const struct site_course *c, usec_t now, unsigned hours)
{
	uint64_t known = 0, up = 0;
	int64_t from = now / HOUR - hours + 1, oldest = c->bin_hour - COURSE_BINS + 1;

	from = from > oldest ? from : oldest;
	for (int64_t h = from > 0 ? from : 0; h <= c->bin_hour; h++) {
		known += c->bins[h % COURSE_BINS].known;
		up += c->bins[h % COURSE_BINS].up;
	}
	return known ? (double)up / (double)known : -1;
}

static void take_last(struct course_last *last, const struct probe_result *r, enum site_bad bad)
{
	*last = (struct course_last){
		.at = r->at,
		.failed = bad == BAD_STATUS ? PROBE_HTTP : bad == BAD_KEYWORD ? PROBE_BODY_READ : r->failed,
		.bad = bad,
		.status = r->status,
		.dns_us = r->dns_us,
		.tcp_us = r->tcp_us,
		.tls_us = r->tls_us,
		.first_us = r->first_us,
		.total_us = r->total_us,
		.bytes = r->bytes,
		.address = r->address,
	};
	say_clean(last->why, sizeof(last->why), r->why);
	say_clean(last->final_url, sizeof(last->final_url), r->final_url);
}

static void add_vote(struct site_course *c, enum site_bad bad, usec_t at)
{
	if (c->vote_count == COURSE_VOTES) {
		memmove(c->votes, c->votes + 1, sizeof(c->votes[0]) * (COURSE_VOTES - 1));
		c->vote_count--;
	}
	c->votes[c->vote_count++] = (struct vote){ 0, bad, at };
}

static void add_turn(struct site_course *c, usec_t at)
{
	if (c->turn_count == COURSE_TURNS) {
		memmove(c->turns, c->turns + 1, sizeof(c->turns[0]) * (COURSE_TURNS - 1));
		c->turn_count--;
	}
	c->turns[c->turn_count++] = at;
}

bool site_course_flaps(const struct site_course *c, usec_t now)
{
	unsigned count = 0;

	for (unsigned i = 0; i < c->turn_count; i++)
		count += !time_passed(now, c->turns[i], HOUR);
	return count >= FLAPS;
}

/* --- what a look means */

static enum course_news become(struct site_course *c, enum course_state state, usec_t at)
{
	enum course_state was = c->state;

	if (was == state)
		return COURSE_SAME;
	c->state = state;
	c->since = at;
	if (state == COURSE_DOWN)
		return COURSE_WENT_DOWN;
	if (was == COURSE_DOWN)
		return COURSE_CAME_UP;
	if (state == COURSE_SLOW)
		return COURSE_WENT_SLOW;
	return was == COURSE_SLOW ? COURSE_WENT_FAST : COURSE_SAME;
}

/* The second look soon, the third later: what is over in a moment is no outage. */
static void look_again(struct site_course *c, unsigned nth, usec_t now, const struct course_rules *rules)
{
	c->again_at = rules->once ? 0 : now + (nth == 1 ? rules->again : 3 * rules->again);
}

static enum course_news see_bad(struct site_course *c, const struct probe_result *r, enum site_bad bad,
				const struct course_rules *rules)
{
	const struct agree_rule rule = { LOOKS, 60 * USEC_PER_SEC + 4 * rules->again + LOOKS * rules->timeout };
	enum site_bad agreed = agree_outage(c->votes, c->vote_count, r->at, &rule);

	c->fails++;
	c->goods = c->slows = c->fasts = 0;
	if (c->state == COURSE_DOWN) {
		c->bad = bad;
		return COURSE_SAME;
	}
	if (agreed == BAD_NONE) {
		look_again(c, c->fails, r->at, rules);
		return COURSE_SAME;
	}
	c->bad = agreed;
	add_turn(c, r->at);
	return become(c, COURSE_DOWN, r->at);
}

/* A good look at a site that was not down. */
static enum course_news see_time(struct site_course *c, const struct probe_result *r, const struct course_rules *rules)
{
	double usual, slow;
	bool is_slow = site_course_usual(c, r->at, rules, &usual, &slow) && (double)r->total_us / 1000 > slow;

	learn_time(c, r, rules);
	if (!is_slow) {
		c->slows = 0;
		c->fasts++;
		return c->state == COURSE_SLOW && c->fasts < UP_LOOKS ? COURSE_SAME : become(c, COURSE_GOOD, r->at);
	}
	c->fasts = 0;
	c->slows++;
	if (c->state == COURSE_SLOW || c->slows >= LOOKS)
		return become(c, COURSE_SLOW, r->at);
	look_again(c, c->slows, r->at, rules);
	return become(c, COURSE_GOOD, r->at); /* it works, at least */
}

static enum course_news see_good(struct site_course *c, const struct probe_result *r, const struct course_rules *rules)
{
	c->fails = 0;
	c->goods++;
	if (!c->usual_status)
		c->usual_status = r->status;
	if (c->state != COURSE_DOWN)
		return see_time(c, r, rules);
	if (c->goods < UP_LOOKS) {
		look_again(c, 1, r->at, rules);
		return COURSE_SAME;
	}
	c->bad = BAD_NONE;
	return become(c, COURSE_GOOD, r->at);
}

enum course_news site_course_see(struct site_course *c, const struct probe_result *r, enum site_bad bad,
				 const struct course_rules *rules)
{
	add_uptime(c, r->at, rules);
	take_last(&c->last, r, bad);
	add_series(c, r, bad == BAD_NONE);
	add_vote(c, bad, r->at);
	c->again_at = 0;
	return bad == BAD_NONE ? see_good(c, r, rules) : see_bad(c, r, bad, rules);
}
