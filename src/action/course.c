/* course.c - hits, second by second: over, harmful, or to be looked at without it. */
#include "action/course.h"

#define FALLEN      20  /* hits below a twentieth of the peak have fallen */
#define HARM_LEAST  10  /* hits on known sources in a second, */
#define HARM_OF     100 /* and more than one in so many of all */

static uint32_t patience_of(uint32_t first, unsigned again)
{
	uint32_t patience = first;

	while (again-- > 0 && patience < COURSE_LONGEST)
		patience *= 2;
	return patience < COURSE_LONGEST ? patience : COURSE_LONGEST;
}

struct course course_begin(usec_t until, bool blind, unsigned again)
{
	struct course course = { .until = until, .blind = !blind };

	course_hand(&course, blind, again);
	return course;
}

void course_hand(struct course *c, bool blind, unsigned again)
{
	if (c->blind == blind)
		return;
	c->blind = blind;
	c->patience = patience_of(blind ? COURSE_BLIND : COURSE_QUIET, again);
	c->age = c->quiet = 0;
}

/* What was added to a count that the hand may have begun anew; total counts never wrap. */
static uint64_t added(uint64_t *seen, uint64_t *total, uint64_t now)
{
	uint64_t more = now >= *seen ? now - *seen : now;

	*seen = now;
	*total = *total + more < *total ? UINT64_MAX : *total + more;
	return more;
}

static uint64_t greater(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* The first count. Where some were counted before a restart of this process, those since then fell in a
 * time that nobody knows: they are part of the sum, but of no second. */
static void course_join(struct course *c, uint64_t packets, uint64_t bytes, uint64_t known)
{
	c->counted = true;
	if (c->packets == 0)
		return;
	c->packets = greater(c->packets, packets);
	c->bytes = greater(c->bytes, bytes);
	c->known = greater(c->known, known);
	c->seen_packets = packets;
	c->seen_bytes = bytes;
	c->seen_known = known;
}

static bool course_harms(uint64_t known, uint64_t packets)
{
	return known >= HARM_LEAST && known > packets / HARM_OF;
}

enum course_verdict course_hits(struct course *c, uint64_t packets, uint64_t bytes, uint64_t known)
{
	uint64_t more_known, strange;

	if (!c->counted)
		course_join(c, packets, bytes, known);
	c->pps = added(&c->seen_packets, &c->packets, packets);
	added(&c->seen_bytes, &c->bytes, bytes);
	more_known = added(&c->seen_known, &c->known, known);
	strange = c->pps > more_known ? c->pps - more_known : 0; /* what good sources send is no attack */
	c->age++;
	if (strange > c->peak)
		c->peak = strange;
	if (course_harms(more_known, c->pps))
		return COURSE_HURTS;
	c->quiet = strange > c->peak / FALLEN ? 0 : c->quiet + 1;
	if (c->peak == 0)
		return c->age >= COURSE_IDLE && c->quiet >= c->patience ? COURSE_OVER : COURSE_ON;
	return c->quiet >= c->patience ? COURSE_OVER : COURSE_ON;
}

enum course_verdict course_blind_second(struct course *c, bool lifted)
{
	c->age++;
	if (lifted)
		return c->age >= COURSE_WAIT ? COURSE_OVER : COURSE_ON;
	if (c->age < c->patience)
		return COURSE_ON;
	c->age = 0;
	return COURSE_LIFT;
}

void course_again(struct course *c)
{
	c->patience = patience_of(c->patience, 1);
	c->age = c->quiet = 0;
}
