/*
 * fuzz_reassembly.c - segments in any order, twice, overlapping, with holes, before a plain model of
 * the stream: what the reader is given must be the stream's bytes at the right place, a gap must have
 * the length that it says, and all room must come back.
 *
 * The input is a little program: each step is a byte that chooses what to do, and operands. The stream's
 * byte at a place follows from the place, so that a wrong one shows at once.
 */
#include "check.h"
#include "talk/reassembly.h"

#include <string.h>

#define PIECES 40     /* fewer than both ends may have: so room ends, too */
#define KEEPS  2
#define STREAM 65536 /* bytes of the stream that segments are taken from */
#define LONG   6000   /* bytes of the longest segment */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* One end as it must be: the reader's place, what it left, and which bytes were sent. */
struct model {
	uint32_t begin; /* sequence number of the stream's first byte */
	uint64_t at;    /* the place of the next byte that the reader uses */
	size_t left;    /* bytes that it was given and left */
	bool sent[STREAM + LONG];
	bool lost; /* some gap was told */
	bool cut;  /* some segment was cut off by the capture */
};

struct story {
	const uint8_t *at, *end;
	struct reassembly_room room;
	struct reassembly r;
	struct model model[2];
	uint8_t take; /* how the reader uses bytes */
	bool acking;  /* only what lies before `ack` may be given up */
	uint32_t ack;
};

static uint8_t story_byte(struct story *s)
{
	return s->at < s->end ? *s->at++ : 0;
}

static uint32_t story_number(struct story *s)
{
	uint32_t high = story_byte(s);

	return high << 8 | story_byte(s);
}

static uint8_t stream_byte(uint64_t place)
{
	return (uint8_t)(place * 2654435761u >> 13);
}

static size_t feed(void *whom, unsigned end, struct span bytes)
{
	struct story *s = whom;
	struct model *m = &s->model[end];
	size_t used = bytes.len;

	check(bytes.len > 0);
	check(bytes.len >= m->left);
	for (size_t i = 0; i < bytes.len; i++)
		check(bytes.ptr[i] == stream_byte(m->at + i));
	if (s->take & 1)
		used = bytes.len / 2;
	else if (s->take & 2)
		used = 0;
	else if (s->take & 4)
		used = bytes.len > 3 ? bytes.len - 3 : 0;
	m->at += used;
	m->left = bytes.len - used;
	check(m->left <= STREAM_KEEP || used == 0 || bytes.len > STREAM_KEEP);
	return used;
}

static void gap(void *whom, unsigned end, uint64_t missing)
{
	struct story *s = whom;
	struct model *m = &s->model[end];
	uint64_t to = s->r.end[end].next - m->begin;

	check(to >= m->at);
	/* what was left is void, too; or it is just what cannot be kept */
	check(to - m->at == missing + m->left || (missing == m->left && to - m->at == missing));
	check(!s->acking || (int32_t)(s->ack - s->r.end[end].next) >= 0);
	m->at = to;
	m->left = 0;
	m->lost = true;
}

static void say(struct story *s, struct reassembly_reader *reader)
{
	static uint8_t payload[LONG];
	unsigned end = story_byte(s) & 1;
	struct model *m = &s->model[end];
	uint64_t place = story_number(s) % (STREAM / 16) * (1 + (story_byte(s) & 15));
	size_t len = 1 + story_number(s) % LONG;
	struct reassembly_segment segment = { end, m->begin + (uint32_t)place, { payload, len }, 0 };

	if (s->take & 8) /* where the stream is just now */
		place = m->at + m->left + story_byte(s);
	if (place + len > STREAM)
		return;
	segment.seq = m->begin + (uint32_t)place;
	for (size_t i = 0; i < len; i++)
		payload[i] = stream_byte(place + i);
	if (s->take & 16) {
		segment.uncaught = story_byte(s);
		m->cut = m->cut || segment.uncaught;
	}
	memset(m->sent + place, 1, len);
	reassembly_add(&s->r, &s->room, &segment, reader);
	memset(payload, 0xee, len); /* it was borrowed for the call */
}

static void acknowledge(struct story *s, unsigned end, struct reassembly_reader *reader)
{
	s->ack = s->model[!end].begin + story_number(s);
	s->acking = true;
	reassembly_acked(&s->r, &s->room, end, s->ack, reader);
	s->acking = false;
}

static void story_check(const struct story *s)
{
	for (unsigned end = 0; end < 2; end++) {
		const struct reassembly_end *e = &s->r.end[end];
		const struct model *m = &s->model[end];
		uint32_t next = 0;

		check(e->waiting <= PIECES_MAX);
		check((e->pieces != 0) == (e->waiting != 0));
		check((e->keep != 0) == (e->kept != 0));
		check(e->next - m->begin == m->at + e->kept);
		if (m->lost || m->cut)
			continue;
		while (next < STREAM && m->sent[next])
			next++;
		check(e->next - m->begin == next); /* all that there is without a hole */
	}
	check(s->room.pieces.used == (uint32_t)s->r.end[0].waiting + s->r.end[1].waiting);
	check(s->room.keeps.used == (uint32_t)(s->r.end[0].keep != 0) + (s->r.end[1].keep != 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct story s;
	struct reassembly_reader reader = { feed, gap, &s };

	memset(&s, 0, sizeof(s));
	s.at = bytes;
	s.end = bytes + len;
	check(reassembly_room_open(&s.room, PIECES, KEEPS));
	for (unsigned end = 0; end < 2; end++) {
		s.model[end].begin = story_number(&s) << 16 | story_number(&s);
		s.r.end[end].begun = true;
		s.r.end[end].next = s.model[end].begin;
	}
	while (s.at < s.end) {
		unsigned what = story_byte(&s), end = what & 1;

		s.take = story_byte(&s);
		if (what < 200)
			say(&s, &reader);
		else if (what < 230)
			acknowledge(&s, end, &reader);
		else if (what < 240)
			reassembly_again(&s.r, &s.room, end, &reader);
		else if (what < 244)
			reassembly_flush(&s.r, &s.room, &reader);
		story_check(&s);
	}
	reassembly_flush(&s.r, &s.room, &reader);
	check(s.r.end[0].waiting == 0 && s.r.end[1].waiting == 0);
	reassembly_free(&s.r, &s.room);
	check(s.room.pieces.used == 0 && s.room.keeps.used == 0);
	reassembly_room_close(&s.room);
	return 0;
}
