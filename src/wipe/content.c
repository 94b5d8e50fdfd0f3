/*
 * content.c - looking at some blocks of a file, and comparing two looks.
 *
 * Noise is told by Pearson's chi-square against equal likelihood of all bytes: what a good cipher makes has about as
 * many as there are degrees of freedom, texts and programs have thousands, and packed data mostly twice as many. The
 * bounds are five to six standard deviations above, so that one block of noise in a million is not called so.
 */
#include "wipe/content.h"

#include "base/hash.h"
#include "base/line.h"
#include "exam/type.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAD_LOOK    40960u /* an image of a CD is told at 32 KiB */
#define ROOM         (128u << 10)
#define CHI_BYTES    1024 /* bytes from which on the 256 values are counted, else halves of bytes */
#define CODED_LEAST  16   /* letters: hexadecimal */
#define SMALL        64   /* fewer tell nothing */
#define PERIOD       512  /* bytes of a pattern that is told as one: a slogan, a table of a tool that wipes */
#define PERIOD_SHORT 16   /* such a short one need not be seen often */
#define PERIODS      4    /* it is seen so often at least */
#define CUT_FROM     512  /* bytes that a file had of which too little is left, ... */
#define CUT_PART     8    /* ... less than such a part */
#define FOOTER       4096 /* bytes that may be put behind a file that is encrypted in parts */

struct content_room {
	size_t head_len;
	uint8_t head[HEAD_LOOK];
	uint8_t block[CONTENT_BLOCK];
	uint8_t room[ROOM];
};

struct content_room *content_room_new(void)
{
	return calloc(1, sizeof(struct content_room));
}

void content_room_free(struct content_room *room)
{
	free(room);
}

struct span content_head(const struct content_room *room)
{
	return (struct span){ room->head, room->head_len };
}

/* --- classes of blocks --- */

static double chi_square(const uint32_t *counts, size_t kinds, double total)
{
	double expected = total / (double)kinds, sum = 0;

	for (size_t i = 0; i < kinds; i++) {
		double d = (double)counts[i] - expected;

		sum += d * d;
	}
	return sum / expected;
}

/* So many degrees of freedom have this mean and a standard deviation of sqrt(2 n). */
static bool is_even(double chi, double freedom)
{
	return chi < freedom + 6 * sqrt(2 * freedom);
}

/* Few bytes: both halves of them are even, and bits too. */
static bool is_small_noise(struct span block)
{
	uint32_t low[16] = { 0 }, high[16] = { 0 }, controls = 0;

	for (size_t i = 0; i < block.len; i++) {
		low[block.ptr[i] & 15]++;
		high[block.ptr[i] >> 4]++;
		controls += block.ptr[i] < 32 || block.ptr[i] >= 127;
	}
	return controls * 3 > block.len && is_even(chi_square(low, 16, (double)block.len), 15) &&
	       is_even(chi_square(high, 16, (double)block.len), 15);
}

/* As even, with or without the commonest letter: lines of uuencode begin with their length, 'M'. */
static bool is_even_letters(uint32_t *used, size_t kinds, size_t total)
{
	size_t most = 0;

	if (is_even(chi_square(used, kinds, (double)total), (double)kinds - 1))
		return true;
	for (size_t i = 1; i < kinds; i++)
		most = used[i] > used[most] ? i : most;
	total -= used[most];
	used[most] = used[kinds - 1];
	return kinds > CODED_LEAST && is_even(chi_square(used, kinds - 1, (double)total), (double)kinds - 2);
}

static bool is_coded(const uint32_t counts[256], size_t length)
{
	uint32_t used[256];
	size_t kinds = 0, total = 0;

	for (unsigned c = '!'; c < 127; c++) {
		if (counts[c] == 0)
			continue;
		used[kinds++] = counts[c];
		total += counts[c];
	}
	/* Base64 has 64 letters (and '=' once), hexadecimal 16, base85 85. */
	if (counts['='] && counts['='] <= 2) {
		kinds = 0;
		for (unsigned c = '!'; c < 127; c++)
			if (counts[c] && c != '=')
				used[kinds++] = counts[c];
		total -= counts['='];
	}
	return length >= CHI_BYTES && kinds >= CODED_LEAST && total * 100 >= length * 96 && is_even_letters(used, kinds, total);
}

/* A few bytes again and again, as tools that wipe by a pattern write. */
static bool is_flat(struct span block)
{
	for (size_t period = 1; period <= PERIOD && period < block.len; period++) {
		if (period > PERIOD_SHORT && period * PERIODS > block.len)
			break;
		if (memcmp(block.ptr, block.ptr + period, block.len - period) == 0)
			return true;
	}
	return false;
}

static enum block_class class_of(struct span block)
{
	uint32_t counts[256] = { 0 }, controls;

	for (size_t i = 0; i < block.len; i++)
		counts[block.ptr[i]]++;
	controls = counts[127];
	for (unsigned c = 0; c < 256; c++) {
		if (c < 32 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b)
			controls += counts[c];
	}
	if (is_flat(block))
		return BLOCK_FLAT;
	if (controls * 50 <= block.len)
		return is_coded(counts, block.len) ? BLOCK_CODED : BLOCK_TEXT;
	if (block.len >= CHI_BYTES ? is_even(chi_square(counts, 256, (double)block.len), 255)
				   : block.len >= SMALL && is_small_noise(block))
		return BLOCK_NOISE;
	return BLOCK_OTHER;
}

/* --- looking --- */

static size_t read_at(int fd, uint64_t at, uint8_t *into, size_t room)
{
	size_t got = 0;

	while (got < room) {
		ssize_t n = pread(fd, into + got, room - got, (off_t)(at + got));

		if (n <= 0)
			break;
		got += (size_t)n;
	}
	return got;
}

/* Where block `i` of `count` lies: spread evenly, but shifted by up to a third of the distance, so that what was encrypted
 * in equal steps is met at different places of the step. */
static uint64_t block_at(uint64_t length, unsigned i, unsigned count)
{
	uint64_t last = length > CONTENT_BLOCK ? length - CONTENT_BLOCK : 0, step, at;

	if (i == 0 || last == 0)
		return 0;
	if (i == count - 1)
		return last;
	step = last / (count - 1);
	at = step * i + (step >= 3 ? hash_64(i, length) % (step / 3) : 0);
	return at < last ? at : last;
}

/* Noise of no known kind, in something that is packed as it should be: encrypted first, packed then. Archives of what
 * was encrypted before are so, too: it tells something only of what was a document. */
static void look_inside(int fd, struct content *c, struct content_room *room)
{
	struct span inside = structure_inside(fd, c->size, c->kind, (struct span){ room->room, sizeof(room->room) });

	inside.len = inside.len < CONTENT_BLOCK ? inside.len : CONTENT_BLOCK;
	if (inside.len < SMALL)
		return;
	c->sealed = kind_is_sealed(kind_of(inside), inside);
	c->hollow = !c->sealed && class_of(inside) == BLOCK_NOISE && kind_of(inside) == KIND_UNKNOWN;
}

bool content_look(int fd, uint64_t length, struct content_room *room, struct content *content)
{
	off_t size = lseek(fd, 0, SEEK_END);
	struct content c = { 0 };

	if (size < 0 || (uint64_t)size < length)
		return false;
	c.size = (uint64_t)size;
	room->head_len = read_at(fd, 0, room->head, sizeof(room->head));
	c.kind = kind_of(content_head(room));
	c.sealed = kind_is_sealed(c.kind, content_head(room)) || structure_is_sealed(fd, c.size, c.kind);
	c.blocks = length <= CONTENT_BLOCK ? 1 : CONTENT_BLOCKS;
	if (length < (uint64_t)CONTENT_BLOCK * CONTENT_BLOCKS && length > CONTENT_BLOCK)
		c.blocks = (unsigned)((length + CONTENT_BLOCK - 1) / CONTENT_BLOCK);
	for (unsigned i = 0; i < c.blocks; i++) {
		uint64_t at = block_at(length, i, c.blocks);
		size_t want = length - at < CONTENT_BLOCK ? (size_t)(length - at) : CONTENT_BLOCK;
		size_t got = read_at(fd, at, room->block, want);

		if (got != want)
			return false;
		c.class[i] = class_of((struct span){ room->block, got });
		c.hash[i] = hash_text(room->block, got, 0);
	}
	c.structure = structure_of(fd, c.size, c.kind, (struct span){ room->room, sizeof(room->room) });
	c.open = structure_is_open(fd, c.size, c.kind);
	if (!c.sealed)
		look_inside(fd, &c, room);
	*content = c;
	return true;
}

/* --- judging --- */

static unsigned blocks_of(const struct content *c, enum block_class class)
{
	unsigned n = 0;

	for (unsigned i = 0; i < c->blocks; i++)
		n += c->class[i] == class;
	return n;
}

bool content_is_noise(const struct content *c)
{
	return (c->kind == KIND_UNKNOWN || c->structure == STRUCTURE_BROKEN) && c->blocks > 0 &&
	       blocks_of(c, BLOCK_NOISE) * 5 >= c->blocks * 4;
}

bool content_is_archive(const struct content *c)
{
	return c->kind < TYPES && type_kind((enum type)c->kind) == KIND_ARCHIVE;
}

const char *content_kind_name(const struct content *c)
{
	return kind_name(c->kind);
}

static bool is_text(const struct content *c)
{
	return kind_group(c->kind) == TYPE_TEXT;
}

/* Where the two differ. */
struct difference {
	unsigned same, other; /* blocks */
	unsigned noise;       /* of the others: noise now */
	unsigned fresh_noise; /* and it was not before */
	unsigned flat, coded; /* of the others: so now, and not before */
	unsigned spoiled;     /* a text before, and neither text nor noise now: half of it may be either */
};

static struct difference difference_of(const struct content *before, const struct content *after)
{
	struct difference d = { 0 };

	for (unsigned i = 0; i < after->blocks && i < before->blocks; i++) {
		enum block_class was = before->class[i], is = after->class[i];

		if (before->hash[i] == after->hash[i]) {
			d.same++;
			continue;
		}
		d.other++;
		d.noise += is == BLOCK_NOISE;
		d.fresh_noise += is == BLOCK_NOISE && was != BLOCK_NOISE;
		d.flat += is == BLOCK_FLAT && was != BLOCK_FLAT;
		d.coded += is == BLOCK_CODED && was != BLOCK_CODED;
		d.spoiled += is == BLOCK_OTHER && was == BLOCK_TEXT;
	}
	return d;
}

bool content_is_equal(const struct content *before, const struct content *after)
{
	return before->size == after->size && difference_of(before, after).other == 0;
}

/* Kinds that are packed all through: nobody changes the middle of such a file and leaves its end as it was. */
static bool is_packed(const struct content *c)
{
	switch (kind_group(c->kind)) {
	case TYPE_ZIP:
	case TYPE_PNG:
	case TYPE_JPEG:
	case TYPE_GIF:
	case TYPE_MEDIA:
	case TYPE_PDF:
	case TYPE_SEVENZIP:
	case TYPE_RAR:
	case TYPE_GZIP:
	case TYPE_BZIP2:
	case TYPE_XZ:
	case TYPE_ZSTD:
	case TYPE_CAB:
		return true;
	default:
		return false;
	}
}

/* Some blocks are noise, and the others are as they were; those in which noise begins are mixed. */
static bool is_partly(const struct content *before, const struct content *after, const struct difference *d)
{
	if ((d->noise + d->spoiled) * 3 < d->other * 2 || after->size < before->size ||
	    after->size - before->size > FOOTER || after->structure == STRUCTURE_WHOLE)
		return false;
	if (d->fresh_noise > 0 && (d->fresh_noise + d->spoiled) * 3 >= d->other * 2 && (d->same > 0 || is_text(after)))
		return true;
	return is_packed(before) && d->same > 0 && d->other > 1;
}

/* It has the ending of its kind of before, and is something else now. */
static bool is_swapped(const struct content *before, const struct content *after, struct span name)
{
	uint16_t promised = kind_group((uint16_t)type_promised(name));
	uint16_t was = kind_group(before->kind), is = kind_group(after->kind);

	return was != is && is != KIND_UNKNOWN && was == promised && promised != KIND_UNKNOWN;
}

/* Packed in one piece: a part of it is never whole. */
static bool is_one_piece(const struct content *c)
{
	return c->kind == TYPE_GZIP || c->kind == TYPE_BZIP2 || c->kind == TYPE_ZSTD;
}

/* It begins as before, and is shorter: of a document or picture it is broken, of a text less than half must be left, of
 * any other so little that nobody would have edited it so. */
static enum loss cut_of(const struct content *before, const struct content *after)
{
	if (after->size >= before->size)
		return LOSS_NONE;
	if (before->structure == STRUCTURE_WHOLE && after->structure == STRUCTURE_BROKEN)
		return LOSS_BROKEN;
	if (is_one_piece(before) || (after->open && !before->open))
		return LOSS_BROKEN;
	if (is_text(before) && before->size >= CUT_FROM && after->size <= before->size / 2)
		return LOSS_CUT;
	return before->size >= CUT_FROM && after->size < before->size / CUT_PART ? LOSS_CUT : LOSS_NONE;
}

enum loss content_loss(const struct content *before, const struct content *after, struct span name)
{
	struct difference d = difference_of(before, after);
	bool was_noise = before->kind == KIND_UNKNOWN && blocks_of(before, BLOCK_NOISE) * 5 >= before->blocks * 4;

	if (d.other == 0)
		return cut_of(before, after);
	if (d.flat * 2 >= d.other && (d.same == 0 || d.flat == d.other) && d.flat * 2 >= after->blocks)
		return LOSS_FLAT;
	if (was_noise || before->sealed)
		return LOSS_NONE;
	if (after->sealed)
		return LOSS_SEALED;
	if (after->hollow && !before->hollow && (before->kind != KIND_UNKNOWN || before->class[0] != BLOCK_NOISE))
		return LOSS_NOISE;
	if (content_is_noise(after))
		return LOSS_NOISE;
	if (d.coded * 5 >= after->blocks * 4)
		return LOSS_CODED;
	if (is_partly(before, after, &d))
		return LOSS_PART;
	if (before->structure == STRUCTURE_WHOLE && after->structure == STRUCTURE_BROKEN)
		return LOSS_BROKEN;
	if (after->kind == KIND_UNKNOWN && before->kind != KIND_UNKNOWN) {
		if (d.fresh_noise * 2 >= after->blocks)
			return LOSS_NOISE;
		return LOSS_KIND;
	}
	if (after->kind == KIND_UNKNOWN && d.fresh_noise * 4 >= after->blocks * 3)
		return LOSS_NOISE;
	return is_swapped(before, after, name) ? LOSS_SWAP : LOSS_NONE;
}
