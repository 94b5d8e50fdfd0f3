/*
 * beacon_score.c - how like clockwork the connections of a host to a service are.
 *
 * After RITA (Active Countermeasures): median absolute deviation and Bowley skew of the times
 * between connections and of the bytes sent. Robust, so that a command now and then, or a night in
 * which the computer slept, does not hide the beat. Malware adds jitter on purpose (Cobalt Strike:
 * a percentage below the interval), up to some 40 %, which intervals without a beat are far from:
 * of exponential ones a third lie within a half of their median, and their MAD is 0.69 of it.
 */
#include "detect/beacon.h"

#include "estimate/stats.h"

#define BURST        (500 * USEC_PER_MS) /* connections so close together are one beat */
#define CROWD        4    /* connections in a beat on average: more is a crowd, such as a flood */
#define SHORTEST     0.9  /* s, median interval; below it is a busy program, or a flood */
#define FIT_NEAR     0.5  /* an interval within so much of the median fits, */
#define FIT_NEAR_FEW 0.2  /* ... or of less than BEATS_FEW beats, within so much */
#define FIT          0.8  /* the least part of the intervals that fit */
#define SKEW         0.5  /* the most, of either sign */
#define SIZE_NEAR    0.25 /* a size within so much of the median fits */
#define SIZE_FIT     0.6  /* the least part of such sizes: commands and their results differ */
#define BACK         50000 /* bytes that come back on average: more is content, such as video or news */

#define BEATS_LEAST 8
#define BEATS_FEW   16
#define BEATS_SOME  32
/* The most jitter, as MAD by median; even jitter of 40 % to either side gives 0.2. */
#define JITTER_LEAST 0.08 /* of less than BEATS_FEW beats: few may be regular by chance */
#define JITTER_FEW   0.2
#define JITTER_SOME  0.25

#define SHORT_INTERVAL 60   /* s; programs that ask so often keep their connection */
#define POST_BACK      2000 /* bytes; an answer that says little more than "received" */

/* The beginnings of the beats in seconds from the first; returns how many. */
static unsigned beats_of(const struct beacon *b, double starts[BEACON_RING])
{
	unsigned count = 0;
	usec_t begun = 0;

	for (uint32_t i = 0; i < b->count; i++) {
		if (count && b->beats[i].at - begun < BURST)
			continue;
		begun = b->beats[i].at;
		starts[count++] = (double)(begun - b->beats[0].at) / (double)USEC_PER_SEC;
	}
	return count;
}

static void score_sizes(const struct beacon *b, struct beacon_score *score)
{
	double sizes[BEACON_RING], sorted[BEACON_RING];
	struct stats s;

	for (uint32_t i = 0; i < b->count; i++)
		sizes[i] = sorted[i] = b->beats[i].size;
	s = stats_of(sorted, b->count);
	score->size = s.median;
	score->size_fit = stats_within(sizes, b->count, s.median, SIZE_NEAR);
}

static double beats_back(const struct beacon *b)
{
	double sum = 0;

	for (uint32_t i = 0; i < b->count; i++)
		sum += b->beats[i].back;
	return sum / b->count;
}

static uint8_t beacon_signs(const struct beacon *b, const struct beacon_score *score)
{
	uint8_t signs = 0;

	if (b->key.kind == BEACON_ADDRESS && b->known_app < b->seen / 2 + 1 &&
	    b->answered >= b->seen / 2 + 1)
		signs |= BEACON_UNKNOWN_APP;
	if (b->hellos && b->named < b->hellos / 2 + 1)
		signs |= BEACON_NAMELESS;
	if (b->self_signed)
		signs |= BEACON_SELF_SIGNED;
	if (b->key.kind == BEACON_ADDRESS && score->interval < SHORT_INTERVAL)
		signs |= BEACON_SHORT;
	if (b->posts > b->seen / 4 * 3 && beats_back(b) < POST_BACK)
		signs |= BEACON_POST;
	if (b->key.kind == BEACON_ADDRESS && b->answered < b->seen / 2 + 1)
		signs |= BEACON_UNANSWERED;
	return signs;
}

enum level beacon_judge(const struct beacon *b, struct beacon_score *score)
{
	double starts[BEACON_RING], gaps[BEACON_RING], sorted[BEACON_RING];
	unsigned beats = beats_of(b, starts);
	enum level level = level_reached(beats, BEATS_LEAST);
	struct stats s;
	bool regular;

	if (level == LEVELS || b->count > beats * CROWD)
		return LEVELS;
	for (unsigned i = 0; i + 1 < beats; i++)
		gaps[i] = sorted[i] = starts[i + 1] - starts[i];
	s = stats_of(sorted, beats - 1);
	if (s.median < SHORTEST)
		return LEVELS;
	*score = (struct beacon_score){
		.beats = beats,
		.interval = s.median,
		.jitter = s.mad / s.median,
		.fit = stats_within(gaps, beats - 1, s.median,
				    beats < BEATS_FEW ? FIT_NEAR_FEW : FIT_NEAR),
	};
	score_sizes(b, score);
	score->signs = beacon_signs(b, score);
	/* of intervals that hardly differ the quartiles say nothing */
	if (score->jitter > 0.05 && (s.skew > SKEW || s.skew < -SKEW))
		return LEVELS;
	regular = score->jitter <= (beats < BEATS_FEW    ? JITTER_LEAST
				 : beats < BEATS_SOME ? JITTER_FEW
						      : JITTER_SOME) &&
	       score->fit >= FIT && score->size_fit >= SIZE_FIT && beats_back(b) <= BACK;
	return regular ? level : LEVELS;
}
