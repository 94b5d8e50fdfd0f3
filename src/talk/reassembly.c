/* reassembly.c - segments into streams. */
#include "talk/reassembly.h"

#include <stddef.h>

#define AHEAD_MAX (1 << 20) /* bytes; further ahead is another conversation, not reordering */

struct piece {
	uint32_t next; /* in the chain, as slab number + 1 */
	uint32_t seq;
	uint16_t len;
	uint8_t bytes[PIECE_BYTES];
};

bool reassembly_room_open(struct reassembly_room *room, uint32_t pieces, uint32_t keeps)
{
	*room = (struct reassembly_room){ 0 };
	return slab_open(&room->pieces, pieces, sizeof(struct piece)) &&
	       slab_open(&room->keeps, keeps, STREAM_KEEP);
}

void reassembly_room_close(struct reassembly_room *room)
{
	if (room->pieces.things)
		slab_close(&room->pieces);
	if (room->keeps.things)
		slab_close(&room->keeps);
}

static struct span span_from(struct span s, size_t at)
{
	return at < s.len ? (struct span){ s.ptr + at, s.len - at } : (struct span){ s.ptr, 0 };
}

static void keep_drop(struct reassembly_end *e, struct reassembly_room *room)
{
	if (e->keep)
		slab_give(&room->keeps, slab_at(&room->keeps, e->keep - 1));
	e->keep = 0;
	e->kept = 0;
}

/* The bytes cannot be kept: the reader is told that they are missing. */
static void end_lose(struct reassembly_end *e, struct reassembly_room *room, unsigned end,
		     uint64_t missing, const struct reassembly_reader *reader)
{
	keep_drop(e, room);
	room->gaps++;
	reader->gap(reader->whom, end, missing);
}

/* Gives the reader what is kept; what it leaves stays. False: it took nothing. */
static bool keep_feed(struct reassembly_end *e, struct reassembly_room *room, unsigned end,
		      const struct reassembly_reader *reader)
{
	uint8_t *keep = slab_at(&room->keeps, e->keep - 1);
	size_t used = reader->feed(reader->whom, end, (struct span){ keep, e->kept });

	if (used > e->kept)
		used = e->kept;
	e->kept = (uint16_t)(e->kept - used);
	if (e->kept == 0)
		keep_drop(e, room);
	else if (used)
		memmove(keep, keep + used, e->kept);
	return used > 0;
}

/* Puts as many bytes behind what is kept as there is room for. */
static size_t keep_append(struct reassembly_end *e, struct reassembly_room *room, struct span bytes)
{
	size_t n = STREAM_KEEP - e->kept;

	if (!e->keep) {
		void *keep = slab_take(&room->keeps);

		if (!keep)
			return 0;
		e->keep = slab_number(&room->keeps, keep) + 1;
	}
	n = n < bytes.len ? n : bytes.len;
	memcpy((uint8_t *)slab_at(&room->keeps, e->keep - 1) + e->kept, bytes.ptr, n);
	e->kept = (uint16_t)(e->kept + n);
	return n;
}

/* Bytes in order. */
static void end_deliver(struct reassembly_end *e, struct reassembly_room *room, unsigned end,
			struct span bytes, const struct reassembly_reader *reader)
{
	if (e->kept == 0) {
		size_t used = reader->feed(reader->whom, end, bytes);

		bytes = span_from(bytes, used);
	}
	while (bytes.len) {
		bool first = e->kept == 0;
		size_t added = keep_append(e, room, bytes);

		bytes = span_from(bytes, added);
		if (first && bytes.len == 0) /* the reader has seen it, and wants more */
			return;
		if (added == 0 || (!keep_feed(e, room, end, reader) && e->kept == STREAM_KEEP)) {
			room->stuck++;
			end_lose(e, room, end, bytes.len, reader);
			return;
		}
	}
}

/* Cuts the first piece off the chain into *piece. */
static bool piece_pop(struct reassembly_end *e, struct reassembly_room *room, struct piece *piece)
{
	struct piece *first;

	if (!e->pieces)
		return false;
	first = slab_at(&room->pieces, e->pieces - 1);
	memcpy(piece, first, offsetof(struct piece, bytes) + first->len);
	slab_give(&room->pieces, first);
	e->pieces = piece->next;
	e->waiting--;
	return true;
}

/* Hands on the pieces whose turn has come. */
static void end_drain(struct reassembly_end *e, struct reassembly_room *room, unsigned end,
		      const struct reassembly_reader *reader)
{
	struct piece piece;

	while (e->pieces) {
		const struct piece *first = slab_at(&room->pieces, e->pieces - 1);
		int32_t ahead = (int32_t)(first->seq - e->next);
		struct span bytes;

		if (ahead > 0 || !piece_pop(e, room, &piece))
			return;
		bytes = span_from((struct span){ piece.bytes, piece.len }, (size_t)-(int64_t)ahead);
		e->next += (uint32_t)bytes.len;
		if (bytes.len)
			end_deliver(e, room, end, bytes, reader);
	}
}

/* Gives up the hole before the first piece. */
static void end_skip(struct reassembly_end *e, struct reassembly_room *room, unsigned end,
		     const struct reassembly_reader *reader)
{
	const struct piece *first = slab_at(&room->pieces, e->pieces - 1);
	uint32_t missing = first->seq - e->next;

	e->next = first->seq;
	end_lose(e, room, end, missing, reader);
	end_drain(e, room, end, reader);
}

/* Puts one piece into the chain; an equal one that is there stays. False: no room. */
static bool piece_put(struct reassembly_end *e, struct reassembly_room *room, uint32_t seq,
		      struct span bytes)
{
	struct piece *piece = e->waiting < PIECES_MAX ? slab_take(&room->pieces) : NULL;
	uint32_t *link = &e->pieces;

	if (!piece)
		return false;
	while (*link) {
		struct piece *other = slab_at(&room->pieces, *link - 1);

		if ((int32_t)(other->seq - seq) > 0)
			break;
		link = &other->next;
	}
	piece->seq = seq;
	piece->len = (uint16_t)bytes.len;
	memcpy(piece->bytes, bytes.ptr, bytes.len);
	piece->next = *link;
	*link = slab_number(&room->pieces, piece) + 1;
	e->waiting++;
	return true;
}

/* Lets a segment wait that comes before its turn. False, and nothing is done: no room for all of it. */
static bool end_wait(struct reassembly_end *e, struct reassembly_room *room, uint32_t seq,
		     struct span bytes)
{
	size_t parts = (bytes.len + PIECE_BYTES - 1) / PIECE_BYTES;

	if (parts > PIECES_MAX - (size_t)e->waiting)
		return false;
	while (bytes.len) {
		struct span part = { bytes.ptr, bytes.len < PIECE_BYTES ? bytes.len : PIECE_BYTES };

		if (!piece_put(e, room, seq, part)) /* what is in stays: it is as good as captured */
			return false;
		bytes = span_from(bytes, part.len);
		seq += (uint32_t)part.len;
	}
	room->early++;
	return true;
}

/* Gives up the first hole: the one before `seq`, or before a piece that comes earlier. */
static void end_give_up(struct reassembly_end *e, struct reassembly_room *room, unsigned end,
			uint32_t seq, const struct reassembly_reader *reader)
{
	const struct piece *first = e->pieces ? slab_at(&room->pieces, e->pieces - 1) : NULL;
	uint32_t missing = seq - e->next;

	if (first && (int32_t)(first->seq - seq) <= 0) {
		end_skip(e, room, end, reader);
		return;
	}
	e->next = seq;
	end_lose(e, room, end, missing, reader);
}

/* What the capture has cut off a segment is missing, too. */
static void end_uncaught(struct reassembly_end *e, struct reassembly_room *room,
			 const struct reassembly_segment *s, const struct reassembly_reader *reader)
{
	uint32_t behind = s->seq + (uint32_t)s->payload.len + s->uncaught;
	int32_t missing = (int32_t)(behind - e->next);

	if (s->uncaught == 0 || missing <= 0)
		return;
	e->next = behind;
	end_lose(e, room, s->end, (uint64_t)missing, reader);
}

void reassembly_add(struct reassembly *r, struct reassembly_room *room,
		    const struct reassembly_segment *s, const struct reassembly_reader *reader)
{
	struct reassembly_end *e = &r->end[s->end];
	struct span bytes = s->payload;
	int32_t ahead;

	if (!e->begun) {
		e->next = s->seq;
		e->begun = true;
	}
	ahead = (int32_t)(s->seq - e->next);
	if (ahead > AHEAD_MAX || ahead < -AHEAD_MAX)
		return;
	while ((int32_t)(s->seq - e->next) > 0) {
		if (end_wait(e, room, s->seq, bytes))
			return;
		end_give_up(e, room, s->end, s->seq, reader);
	}
	bytes = span_from(bytes, e->next - s->seq);
	room->repeated += bytes.len == 0 && s->uncaught == 0;
	e->next += (uint32_t)bytes.len;
	if (bytes.len)
		end_deliver(e, room, s->end, bytes, reader);
	end_uncaught(e, room, s, reader);
	end_drain(e, room, s->end, reader);
}

void reassembly_acked(struct reassembly *r, struct reassembly_room *room, unsigned end, uint32_t ack,
		      const struct reassembly_reader *reader)
{
	struct reassembly_end *e = &r->end[!end];

	while (e->pieces) {
		const struct piece *first = slab_at(&room->pieces, e->pieces - 1);

		if ((int32_t)(ack - first->seq) < 0)
			return;
		end_skip(e, room, !end, reader);
	}
}

void reassembly_flush(struct reassembly *r, struct reassembly_room *room,
		      const struct reassembly_reader *reader)
{
	for (unsigned end = 0; end < 2; end++)
		while (r->end[end].pieces)
			end_skip(&r->end[end], room, end, reader);
}

void reassembly_free(struct reassembly *r, struct reassembly_room *room)
{
	struct piece piece;

	for (unsigned end = 0; end < 2; end++) {
		while (piece_pop(&r->end[end], room, &piece))
			;
		keep_drop(&r->end[end], room);
	}
}

void reassembly_again(struct reassembly *r, struct reassembly_room *room, unsigned end,
		      const struct reassembly_reader *reader)
{
	if (r->end[end].kept)
		keep_feed(&r->end[end], room, end, reader);
}
