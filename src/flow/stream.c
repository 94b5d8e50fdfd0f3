/* stream.c - finding the counter of a stream by what it does. */
#include "flow/stream.h"

#define HEAD   16 /* bytes at the beginning of a payload that are looked at */
#define FORWARD 96 /* a step of the counter, at most: packets may be lost, or counted by their records, */
#define BACK    16 /* ... or overtake each other */

#define PLACE_QUIC 30 /* bits of flow.places: 0 to 14 big endian, 15 to 29 little endian, and QUIC's form */
#define PLACES     0x7fffffffu

#define ENOUGH      4 /* steps in a row that chance does not make */
#define ENOUGH_QUIC 32
#define MOST        200
#define FASTEST     120000 /* packets a second of one stream: 1 Gbit/s; more is no use to anybody */
#define LOSS        2 /* what a packet that does not go on costs: sound and video may share a stream */

static bool small_step(uint8_t high, uint8_t low, uint8_t high0, uint8_t low0)
{
	uint16_t step = (uint16_t)((high << 8 | low) - (high0 << 8 | low0) + BACK);

	return step <= FORWARD + BACK && step != BACK;
}

/* A short header, whose other bits are noise; random letters have no high bits. */
static bool like_quic(const uint8_t *now, const uint8_t *before)
{
	uint8_t high = 0;
	unsigned same = 0;

	for (unsigned i = 1; i < HEAD; i++) {
		high |= now[i];
		same += now[i] == before[i];
	}
	return now[0] >> 6 == 1 && before[0] >> 6 == 1 && (high & 0x80) && same < HEAD - 1;
}

/* A bit for each place where the step from the one to the other is small. */
static uint32_t stream_steps(const uint8_t *now, const uint8_t *before)
{
	uint32_t places = 0;

	for (unsigned i = 0; i + 1 < HEAD; i++) {
		places |= (uint32_t)small_step(now[i], now[i + 1], before[i], before[i + 1]) << i;
		places |= (uint32_t)small_step(now[i + 1], now[i], before[i + 1], before[i])
			  << (i + HEAD - 1);
	}
	return places | (uint32_t)like_quic(now, before) << PLACE_QUIC;
}

static uint8_t stream_enough(const struct flow *f)
{
	return f->places == 1u << PLACE_QUIC ? ENOUGH_QUIC : ENOUGH;
}

/* Generators of load number their packets, too. */
static bool stream_races(const struct flow *f, const struct packet *p)
{
	return f->packets[p->side] > FASTEST / 100 &&
	       (usec_t)f->packets[p->side] * USEC_PER_SEC > (p->ts - f->first) * FASTEST;
}

enum stream_verdict stream_take(struct flow *f, const struct packet *p)
{
	bool known = f->places && f->credit >= stream_enough(f);
	uint8_t head[HEAD] = { 0 };
	uint32_t steps;

	if (p->payload.len) /* without bytes there is no place to copy from */
		memcpy(head, p->payload.ptr, p->payload.len < HEAD ? p->payload.len : HEAD);
	if (!f->places) /* before the second packet */
		f->places = PLACES;
	steps = f->packets[p->side] ? stream_steps(head, f->head) : 0;
	memcpy(f->head, head, HEAD);
	if (f->places & steps) {
		f->places &= steps;
		f->credit = (uint8_t)(f->credit + (f->credit < MOST));
	} else if (f->credit > LOSS) {
		f->credit = (uint8_t)(f->credit - LOSS);
	} else {
		f->credit = 0;
		f->places = PLACES;
	}
	if (f->credit < stream_enough(f) || stream_races(f, p))
		return STREAM_NO;
	return known ? STREAM_GOES_ON : STREAM_BEGINS;
}
