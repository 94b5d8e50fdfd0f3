/*
 * learn.c - the ordinary day of a set, and damage that is spread over many snapshots.
 *
 * A day is nine shares. What is usual is told by median and median absolute deviation, which one wild day does not move.
 * The text is read as if it were hostile: it lies in a file that others may have written.
 */
#include "wipe/wipe_private.h"

#include "estimate/stats.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DAYS_MIN    5      /* fewer tell nothing of what is usual */
#define SLOW_DAYS   30     /* snapshots over which damage is summed */
#define USUAL_MOST  0.0003 /* of a day's damage: more is never taken to be usual, or slow damage would be learned */
#define RECENT      10     /* the last days, which do not teach in how many folders people delete, */
#define FIRST       3      /* but so many before them must */
#define USUAL_TIMES 2
#define DEVIATIONS  (6 * 1.4826) /* a MAD times 1.4826 is a standard deviation, for what is normally distributed */

#define MORE_THAN_FLOOR 4

#define NUMBERS     9
#define NUMBERS_MIN 6 /* those that were there from the beginning */

static double *number_of(struct day *day, unsigned i)
{
	double *numbers[NUMBERS] = { &day->changed, &day->added, &day->removed, &day->renamed, &day->damage, &day->gone,
			      &day->sealed, &day->bare, &day->odd };

	return numbers[i];
}

/* False: it is none. Shares are from 0 to 1, what is added may be more. Older versions wrote fewer; behind those of the last
 * day its time stands. */
static bool day_read(const json_t *row, struct day *day)
{
	*day = (struct day){ 0 };
	for (unsigned i = 0; i < NUMBERS; i++) {
		const json_t *value = json_array_get(row, i);
		double number = json_number_value(value);

		if (!json_is_number(value) || !(number >= 0) || number > 1e6)
			return i >= NUMBERS_MIN;
		*number_of(day, i) = number;
	}
	return true;
}

void learned_read(struct learned *learned, const char *text)
{
	json_t *root = json_loads(text, 0, NULL);
	const json_t *days = json_object_get(root, "days"), *row;
	size_t count = json_array_size(days), i;

	learned->count = 0;
	for (i = count > LEARNED_DAYS ? count - LEARNED_DAYS : 0; i < count; i++) {
		row = json_array_get(days, i);
		learned->count += day_read(row, &learned->days[learned->count]);
	}
	json_decref(root);
}

static json_t *day_json(const struct day *day, usec_t at)
{
	struct day copy = *day;
	json_t *row = json_array();

	for (unsigned i = 0; i < NUMBERS; i++)
		json_array_append_new(row, json_real(*number_of(&copy, i)));
	if (at)
		json_array_append_new(row, json_integer(at));
	return row;
}

enum err learned_write(const struct learned *learned, const struct day *today, usec_t at, char **text)
{
	json_t *root = json_object(), *days = json_array();
	size_t from = learned->count >= LEARNED_DAYS ? learned->count - LEARNED_DAYS + 1 : 0;
	char *made;

	for (size_t i = from; i < learned->count; i++)
		json_array_append_new(days, day_json(&learned->days[i], 0));
	json_array_append_new(days, day_json(today, at));
	json_object_set_new(root, "days", days);
	made = json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(6));
	json_decref(root);
	if (!made)
		return ERR_MEMORY;
	*text = made;
	return OK;
}

double learned_limit(const struct learned *learned, double (*pick)(const struct day *), double floor)
{
	double values[LEARNED_DAYS], limit;
	struct stats s;

	if (learned->count < DAYS_MIN)
		return floor;
	for (size_t i = 0; i < learned->count; i++)
		values[i] = pick(&learned->days[i]);
	s = stats_of(values, learned->count);
	limit = s.median + DEVIATIONS * s.mad;
	if (floor > 0 && limit > MORE_THAN_FLOOR * floor)
		return MORE_THAN_FLOOR * floor; /* who does a little more each day does not teach that anything is usual */
	return limit > floor ? limit : floor;
}

/* The sum over the last snapshots of what is above `usual`. */
static double sum_above(const struct learned *learned, double (*pick)(const struct day *), double usual)
{
	size_t from = learned->count > SLOW_DAYS ? learned->count - SLOW_DAYS : 0;
	double sum = 0;

	for (size_t i = from; i < learned->count; i++)
		sum += fmax(0, pick(&learned->days[i]) - usual);
	return sum;
}

/* Of the first `count` days. */
static double median_of(const struct learned *learned, double (*pick)(const struct day *), size_t count)
{
	double values[LEARNED_DAYS];

	for (size_t i = 0; i < count; i++)
		values[i] = pick(&learned->days[i]);
	return stats_of(values, count).median; /* it may write into them */
}

double learned_sum(const struct learned *learned, double (*pick)(const struct day *))
{
	return sum_above(learned, pick, fmin(median_of(learned, pick, learned->count), USUAL_MOST));
}

double learned_many(const struct learned *learned, double (*pick)(const struct day *), double allowed, double *usual)
{
	if (learned->count < FIRST)
		return 0;
	*usual = median_of(learned, pick, learned->count > RECENT + FIRST ? learned->count - RECENT : FIRST);
	*usual = fmax(allowed, USUAL_TIMES * *usual);
	return sum_above(learned, pick, *usual);
}
