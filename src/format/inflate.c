/*
 * inflate.c - deflate and deflate64 undone.
 *
 * Sources: RFC 1951; for deflate64 the two tables that differ (a last length of 16 more bits, two more distances). The
 * layout of the tables' entries is libdeflate's idea: one entry tells how many bits a code has with those behind it.
 */
#include "format/inflate_table.h"

#include "base/load.h"

#define IN_ROOM  24  /* bytes of input that one round of the fast way reads at most */
#define OUT_ROOM 280 /* of output that it writes: three letters, a match of 258, and up to 8 too many */

/* Where it stands. The fast way has a copy of its own, which stays in registers. */
struct stream {
	uint64_t bits;
	unsigned count;   /* of bits that are there; above them may be some that come next */
	unsigned missing; /* bytes that were read beyond the end, as zeros */
	const uint8_t *in, *in_end;
	uint8_t *out, *out_begin, *out_end;
};

struct inflater {
	struct stream s;
	enum inflate_kind kind;
	struct inflate_tables tables;
};

/* At least 56 bits are there then. */
static inline void refill_fast(struct stream *s)
{
	s->bits |= ld_le64(s->in) << s->count;
	s->in += (63 - s->count) >> 3;
	s->count |= 56;
}

static inline void refill(struct stream *s)
{
	if (s->in_end - s->in >= 8) {
		refill_fast(s);
		return;
	}
	for (; s->count <= 56; s->count += 8) {
		if (s->in < s->in_end)
			s->bits |= (uint64_t)*s->in++ << s->count;
		else
			s->missing++;
	}
}

static inline uint32_t peek(const struct stream *s, unsigned n)
{
	return (uint32_t)(s->bits & (((uint64_t)1 << n) - 1));
}

static inline void drop(struct stream *s, unsigned n)
{
	s->bits >>= n;
	s->count -= n;
}

static inline uint32_t take(struct stream *s, unsigned n)
{
	uint32_t value = peek(s, n);

	drop(s, n);
	return value;
}

/* Bits that are not there would have been used, with n more. */
static inline bool is_beyond_with(const struct stream *s, unsigned n)
{
	return s->missing * 8 + n > s->count;
}

static inline bool is_beyond(const struct stream *s)
{
	return is_beyond_with(s, 0);
}

/* --- the inside of a block --- */

/* The value of an entry and of the bits behind its code, which are dropped with it. */
static inline uint32_t entry_value(struct stream *s, uint32_t entry)
{
	uint32_t value = (entry >> 16) + (peek(s, entry & 0x3f) >> (entry >> 8 & 0xf));

	drop(s, entry & 0x3f);
	return value;
}

/* The entry for the next bits, in the table or a table behind it. */
static inline uint32_t follow(struct stream *s, const uint32_t *table, uint32_t entry)
{
	if (!(entry & INFLATE_SUBTABLE) || (entry & INFLATE_LITERAL))
		return entry;
	drop(s, entry & 0x3f);
	return table[(entry >> 16) + peek(s, entry >> 8 & 0xf)];
}

static inline uint32_t take_distance(struct stream *s, const struct inflate_tables *tables)
{
	return entry_value(s, follow(s, tables->distances, tables->distances[peek(s, INFLATE_DISTANCE_BITS)]));
}

static inline bool is_distance(const struct stream *s, uint32_t distance)
{
	return distance != 0 && distance <= (size_t)(s->out - s->out_begin);
}

static inline void put_literal(struct stream *s, uint32_t entry)
{
	drop(s, entry & 0x3f);
	*s->out++ = (uint8_t)(entry >> 16);
}

/* Eight bytes at a time, up to seven too many: there is room. */
static inline void copy_fast(struct stream *s, uint32_t length, uint32_t distance)
{
	uint8_t *to = s->out, *end = s->out + length;
	const uint8_t *from = to - distance;

	s->out = end;
	if (distance >= 8) {
		do {
			memcpy(to, from, 8);
			to += 8;
			from += 8;
		} while (to < end);
	} else if (distance == 1) {
		memset(to, *from, length);
	} else {
		do
			*to++ = *from++;
		while (to < end);
	}
}

enum step { GO_ON, END_OF_BLOCK, BROKEN, FULL, CUT };

/* While there is plenty of room on both sides, which is not asked for each letter again. 56 bits are enough for two
 * letters and the look at what comes, or for a length and its distance (15 + 5 + 15 + 13). */
static enum step block_fast(struct inflater *f)
{
	const struct inflate_tables *tables = &f->tables;
	struct stream s = f->s;
	enum step step = GO_ON;

	while (s.in_end - s.in >= IN_ROOM && s.out_end - s.out >= OUT_ROOM) {
		uint32_t entry, length, distance;

		refill_fast(&s);
		entry = tables->literals[peek(&s, INFLATE_LITERAL_BITS)];
		if (entry & INFLATE_LITERAL) {
			put_literal(&s, entry);
			entry = tables->literals[peek(&s, INFLATE_LITERAL_BITS)];
			if (entry & INFLATE_LITERAL) {
				put_literal(&s, entry);
				entry = tables->literals[peek(&s, INFLATE_LITERAL_BITS)];
			}
			refill_fast(&s);
		}
		entry = follow(&s, tables->literals, entry);
		if (entry & INFLATE_LITERAL) {
			put_literal(&s, entry);
			continue;
		}
		if (entry & (INFLATE_END | INFLATE_INVALID)) {
			step = entry & INFLATE_END ? END_OF_BLOCK : BROKEN;
			drop(&s, entry & 0x3f);
			break;
		}
		length = entry_value(&s, entry);
		distance = take_distance(&s, tables);
		if (!is_distance(&s, distance)) {
			step = BROKEN;
			break;
		}
		copy_fast(&s, length, distance);
	}
	f->s = s;
	return step;
}

/* Byte by byte: the bytes may be those that are just being written. */
static enum step copy_careful(struct stream *s, uint32_t length, uint32_t distance)
{
	size_t room = (size_t)(s->out_end - s->out);
	size_t n = length < room ? length : room;
	const uint8_t *from = s->out - distance;

	for (size_t i = 0; i < n; i++)
		s->out[i] = from[i];
	s->out += n;
	return n == length ? GO_ON : FULL;
}

/* One letter or match near the end of either side; all of deflate64, whose codes need more bits at once. */
static enum step block_careful(struct inflater *f)
{
	struct stream *s = &f->s;
	uint32_t entry, length, distance;

	refill(s);
	entry = follow(s, f->tables.literals, f->tables.literals[peek(s, INFLATE_LITERAL_BITS)]);
	if (entry & INFLATE_LITERAL) {
		if (is_beyond_with(s, entry & 0x3f))
			return CUT;
		if (s->out == s->out_end)
			return FULL;
		put_literal(s, entry);
		return GO_ON;
	}
	if (entry & (INFLATE_END | INFLATE_INVALID)) {
		drop(s, entry & 0x3f);
		return is_beyond(s) ? CUT : entry & INFLATE_END ? END_OF_BLOCK : BROKEN;
	}
	length = entry_value(s, entry);
	refill(s);
	distance = take_distance(s, &f->tables);
	if (is_beyond(s))
		return CUT;
	return is_distance(s, distance) ? copy_careful(s, length, distance) : BROKEN;
}

static enum err block_coded(struct inflater *f)
{
	static const enum err results[] = { [END_OF_BLOCK] = OK, [BROKEN] = ERR_FORMAT, [FULL] = ERR_LIMIT,
					    [CUT] = ERR_TRUNCATED };
	enum step step = GO_ON;

	while (step == GO_ON) {
		if (f->kind == INFLATE_DEFLATE)
			step = block_fast(f);
		if (step == GO_ON)
			step = block_careful(f);
	}
	return results[step];
}

/* 3.2.4: on a byte's border, with its length twice. */
static enum err block_stored(struct stream *s)
{
	uint32_t length, inverse;
	size_t in, out;

	drop(s, s->count & 7);
	refill(s);
	length = take(s, 16);
	inverse = take(s, 16);
	if (is_beyond(s))
		return ERR_TRUNCATED;
	if (length != (inverse ^ 0xffff))
		return ERR_FORMAT;
	s->in -= s->count / 8 - s->missing; /* what was looked at, but not used */
	s->bits = s->count = s->missing = 0;
	in = (size_t)(s->in_end - s->in);
	out = (size_t)(s->out_end - s->out);
	if (in > length)
		in = length;
	if (out > in)
		out = in;
	if (out)
		memcpy(s->out, s->in, out);
	s->out += out;
	s->in += out;
	if (out == length)
		return OK;
	return out < in ? ERR_LIMIT : ERR_TRUNCATED;
}

/* --- the tables of a block, 3.2.7 --- */

static const uint8_t order[INFLATE_RUNS] = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15 };

/* The lengths of all codes, which are coded themselves, with runs. */
static bool take_lengths(struct inflater *f, uint8_t *lengths, unsigned count)
{
	unsigned at = 0;

	while (at < count) {
		uint32_t entry, symbol, run;
		uint8_t value = 0;

		refill(&f->s);
		entry = f->tables.lengths[peek(&f->s, INFLATE_LENGTH_BITS)];
		drop(&f->s, entry & 0x3f);
		symbol = entry >> 16 & 0xff;
		if (is_beyond(&f->s) || (entry & INFLATE_INVALID))
			return false;
		if (symbol < 16) {
			lengths[at++] = (uint8_t)symbol;
			continue;
		}
		if (symbol == 16 && at == 0)
			return false;
		if (symbol == 16)
			value = lengths[at - 1];
		run = symbol == 16 ? 3 + take(&f->s, 2) : symbol == 17 ? 3 + take(&f->s, 3) : 11 + take(&f->s, 7);
		if (run > count - at)
			return false;
		memset(lengths + at, value, run);
		at += run;
	}
	return !is_beyond(&f->s);
}

static bool open_dynamic(struct inflater *f)
{
	uint8_t lengths[INFLATE_LITERALS + INFLATE_DISTANCES] = { 0 };
	unsigned literals, distances, codes;

	literals = take(&f->s, 5) + 257;
	distances = take(&f->s, 5) + 1;
	codes = take(&f->s, 4) + 4;
	if (literals > 286 || (distances > 30 && f->kind == INFLATE_DEFLATE)) /* there are no more symbols */
		return false;
	for (unsigned i = 0; i < codes; i++) {
		if (i % 16 == 0)
			refill(&f->s);
		lengths[order[i]] = (uint8_t)take(&f->s, 3);
	}
	if (is_beyond(&f->s) || !inflate_table_lengths(&f->tables, lengths))
		return false;
	memset(lengths, 0, sizeof(order));
	return take_lengths(f, lengths, literals + distances) &&
	       inflate_table_codes(&f->tables, lengths, literals, distances, f->kind);
}

static bool open_fixed(struct inflater *f)
{
	uint8_t lengths[INFLATE_LITERALS + INFLATE_DISTANCES];

	memset(lengths, 8, 144);
	memset(lengths + 144, 9, 112);
	memset(lengths + 256, 7, 24);
	memset(lengths + 280, 8, 8);
	memset(lengths + 288, 5, 32);
	return inflate_table_codes(&f->tables, lengths, INFLATE_LITERALS, INFLATE_DISTANCES, f->kind);
}

static enum err block(struct inflater *f, uint32_t type)
{
	if (type == 0)
		return block_stored(&f->s);
	if (type == 3 || !(type == 1 ? open_fixed(f) : open_dynamic(f)))
		return is_beyond(&f->s) ? ERR_TRUNCATED : ERR_FORMAT;
	return block_coded(f);
}

enum err inflate_all(struct span packed, enum inflate_kind kind, size_t limit, struct arena *arena, struct span *out)
{
	struct pour pour;
	struct inflater f;
	uint32_t last;
	size_t got;
	enum err err;

	*out = packed;
	if (packed.len == 0)
		return ERR_TRUNCATED;
	pour = pour_begin(arena, limit);
	f.s = (struct stream){ .in = packed.ptr, .in_end = packed.ptr + packed.len, .out = pour.at,
			       .out_begin = pour.at, .out_end = pour.at + pour.limit };
	f.kind = kind;
	do {
		refill(&f.s);
		last = take(&f.s, 1);
		err = block(&f, take(&f.s, 2));
	} while (err == OK && !last);
	pour_room(&pour, (size_t)(f.s.out - f.s.out_begin), &got); /* as it turned out */
	pour.used = got;
	*out = pour_end(&pour);
	return err;
}
