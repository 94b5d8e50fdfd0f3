/* course_keep.c - a course as JSON, and back: what was kept may be of another version, or damaged. */
#include "fare/course.h"

#include "fare/say.h"

#include <string.h>

#define HOURS_MOST (8030u * 8766u) /* since 1970, until the year 9999 */

static json_t *write_last(const struct course_last *l)
{
	char address[IP_TEXT];

	return json_pack("{s:I, s:i, s:i, s:s, s:i, s:[IIIII], s:I, s:s, s:s}", "at", (json_int_t)l->at, "failed",
			 (int)l->failed, "bad", (int)l->bad, "why", l->why, "status", (int)l->status, "us",
			 (json_int_t)l->dns_us, (json_int_t)l->tcp_us, (json_int_t)l->tls_us, (json_int_t)l->first_us,
			 (json_int_t)l->total_us, "bytes", (json_int_t)l->bytes, "address", ip_text(&l->address, address),
			 "final_url", l->final_url);
}

static json_t *write_series(const struct site_course *c)
{
	json_t *series = json_array();

	for (unsigned i = 0; i < c->series_count; i++)
		json_array_append_new(series, json_pack("[I,i]", (json_int_t)c->series[i].at, (int)c->series[i].ms));
	return series;
}

static json_t *write_hours(const struct site_course *c)
{
	json_t *hours = json_array();

	for (unsigned h = 0; h < COURSE_HOURS; h++) {
		json_t *times = json_array();

		for (unsigned i = 0; i < c->hours[h].count; i++)
			json_array_append_new(times, json_integer(c->hours[h].ms[i]));
		json_array_append_new(hours, json_pack("[i,o]", (int)c->hours[h].next, times));
	}
	return hours;
}

/* From the newest backwards, until nothing older is known. */
static json_t *write_bins(const struct site_course *c)
{
	json_t *bins = json_array();
	int64_t oldest = c->bin_hour - COURSE_BINS + 1;

	while (oldest <= c->bin_hour && (oldest < 0 || !c->bins[oldest % COURSE_BINS].known))
		oldest++;
	for (int64_t h = c->bin_hour; h >= oldest; h--)
		json_array_append_new(bins, json_pack("[i,i]", (int)c->bins[h % COURSE_BINS].known,
						      (int)c->bins[h % COURSE_BINS].up));
	return bins;
}

static json_t *write_votes(const struct site_course *c)
{
	json_t *votes = json_array();

	for (unsigned i = 0; i < c->vote_count; i++)
		json_array_append_new(votes, json_pack("[I,i]", (json_int_t)c->votes[i].at, (int)c->votes[i].bad));
	return votes;
}

static json_t *write_turns(const struct site_course *c)
{
	json_t *turns = json_array();

	for (unsigned i = 0; i < c->turn_count; i++)
		json_array_append_new(turns, json_integer(c->turns[i]));
	return turns;
}

json_t *site_course_write(const struct site_course *c)
{
	return json_pack("{s:i, s:I, s:i, s:[iiii], s:i, s:I, s:i, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "state",
			 (int)c->state, "since", (json_int_t)c->since, "bad", (int)c->bad, "row", (int)c->fails,
			 (int)c->goods, (int)c->slows, (int)c->fasts, "usual_status", (int)c->usual_status, "again_at",
			 (json_int_t)c->again_at, "learned", (int)c->learned, "learned_at", (json_int_t)c->learned_at,
			 "bin_hour", (json_int_t)c->bin_hour, "last", write_last(&c->last), "series", write_series(c),
			 "hours", write_hours(c), "bins", write_bins(c), "votes", write_votes(c), "turns", write_turns(c));
}

/* --- back */

static json_int_t number_at(const json_t *array, size_t i)
{
	return json_integer_value(json_array_get(array, i));
}

static unsigned within(json_int_t value, unsigned most)
{
	return value < 0 ? 0 : value > most ? most : (unsigned)value;
}

static void read_last(struct course_last *l, const json_t *json)
{
	const json_t *us = json_object_get(json, "us");
	const char *address = say_text(json, "address");

	*l = (struct course_last){
		.at = say_when(say_number(json, "at")),
		.failed = (enum probe_phase)within(say_number(json, "failed"), PROBE_DONE),
		.bad = (enum site_bad)within(say_number(json, "bad"), BADS - 1),
		.status = within(say_number(json, "status"), 999),
		.dns_us = say_when(number_at(us, 0)),
		.tcp_us = say_when(number_at(us, 1)),
		.tls_us = say_when(number_at(us, 2)),
		.first_us = say_when(number_at(us, 3)),
		.total_us = say_when(number_at(us, 4)),
		.bytes = (uint64_t)say_number(json, "bytes"),
	};
	if (ip_parse(&l->address, address) != OK)
		memset(&l->address, 0, sizeof(l->address));
	say_clean(l->why, sizeof(l->why), say_text(json, "why"));
	say_clean(l->final_url, sizeof(l->final_url), say_text(json, "final_url"));
}

static void read_series(struct site_course *c, const json_t *series)
{
	c->series_count = within((json_int_t)json_array_size(series), COURSE_SERIES);
	for (unsigned i = 0; i < c->series_count; i++) {
		const json_t *one = json_array_get(series, i);

		c->series[i].at = within(number_at(one, 0), UINT32_MAX);
		c->series[i].ms = number_at(one, 1) < 0 ? -1 : (int32_t)within(number_at(one, 1), INT32_MAX);
	}
}

static void read_hours(struct site_course *c, const json_t *hours)
{
	for (unsigned h = 0; h < COURSE_HOURS; h++) {
		const json_t *one = json_array_get(hours, h), *times = json_array_get(one, 1);

		c->hours[h].count = (uint8_t)within((json_int_t)json_array_size(times), COURSE_TIMES);
		c->hours[h].next = (uint8_t)within(number_at(one, 0), COURSE_TIMES - 1);
		for (unsigned i = 0; i < c->hours[h].count; i++)
			c->hours[h].ms[i] = (uint16_t)within(number_at(times, i), UINT16_MAX);
	}
}

static void read_bins(struct site_course *c, const json_t *bins)
{
	unsigned count = within((json_int_t)json_array_size(bins), COURSE_BINS);

	for (unsigned i = 0; i < count && c->bin_hour >= i; i++) {
		const json_t *one = json_array_get(bins, i);
		size_t at = (size_t)((c->bin_hour - i) % COURSE_BINS);

		c->bins[at].known = (uint16_t)within(number_at(one, 0), UINT16_MAX);
		c->bins[at].up = (uint16_t)within(number_at(one, 1), c->bins[at].known);
	}
}

static void read_votes(struct site_course *c, const json_t *votes)
{
	c->vote_count = within((json_int_t)json_array_size(votes), COURSE_VOTES);
	for (unsigned i = 0; i < c->vote_count; i++) {
		const json_t *one = json_array_get(votes, i);

		c->votes[i] = (struct vote){ 0, (enum site_bad)within(number_at(one, 1), BADS - 1),
					     say_when(number_at(one, 0)) };
	}
}

void site_course_read(struct site_course *c, const json_t *json)
{
	const json_t *row = json_object_get(json, "row"), *turns = json_object_get(json, "turns");

	*c = (struct site_course){
		.state = (enum course_state)within(say_number(json, "state"), COURSE_STATES - 1),
		.since = say_when(say_number(json, "since")),
		.bad = (enum site_bad)within(say_number(json, "bad"), BADS - 1),
		.fails = within(number_at(row, 0), UINT16_MAX),
		.goods = within(number_at(row, 1), UINT16_MAX),
		.slows = within(number_at(row, 2), UINT16_MAX),
		.fasts = within(number_at(row, 3), UINT16_MAX),
		.usual_status = within(say_number(json, "usual_status"), 999),
		.again_at = say_when(say_number(json, "again_at")),
		.learned = within(say_number(json, "learned"), UINT16_MAX),
		.learned_at = say_when(say_number(json, "learned_at")),
		.bin_hour = within(say_number(json, "bin_hour"), HOURS_MOST),
	};
	read_last(&c->last, json_object_get(json, "last"));
	read_series(c, json_object_get(json, "series"));
	read_hours(c, json_object_get(json, "hours"));
	read_bins(c, json_object_get(json, "bins"));
	read_votes(c, json_object_get(json, "votes"));
	c->turn_count = within((json_int_t)json_array_size(turns), COURSE_TURNS);
	for (unsigned i = 0; i < c->turn_count; i++)
		c->turns[i] = say_when(number_at(turns, i));
}
