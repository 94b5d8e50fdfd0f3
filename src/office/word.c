/*
 * word.c - documents of Word ([MS-DOC], and Word 6 and 95): their text in its pieces, the fields in it.
 *
 * Only what a field says and what a reader sees is wanted: characters, and the three marks of fields.
 */
#include "office/ole_document.h"

#include "active/fields.h"
#include "active/target.h"
#include "base/pen.h"
#include "format/charset.h"

#define TEXT_ROOM ((size_t)256 << 10) /* bytes of the text that are handed on */
#define RUN       512                 /* bytes of text that are collected before they go into a field */

/* [MS-DOC] 2.5.2, 2.5.6 */
enum { FIB_FLAGS = 0x0a, FIB_TEXT = 0x18, FIB_TEXT_END = 0x1c, FIB_NAMES = 0x019a, FIB_CLX = 0x01a2, FIB_MIN = 0x20 };
enum { FLAG_ENCRYPTED = 0x0100, FLAG_TABLE_1 = 0x0200 };
enum { MAGIC_WORD_8 = 0xa5ec, MAGIC_WORD_6 = 0xa5dc, FIRST_WORD_8 = 0xc0 };

enum { FIELD_BEGIN = 0x13, FIELD_SEPARATOR = 0x14, FIELD_END = 0x15 };

struct text {
	struct fields *fields;
	struct pen all, run;
	uint8_t run_room[RUN];
	unsigned depth;    /* of fields */
	uint32_t codes;    /* bit n: in the field of depth n + 1 one stands in its instruction */
};

static bool in_code(const struct text *t)
{
	return t->depth && (t->codes >> ((t->depth - 1) & 31) & 1);
}

static void flush(struct text *t)
{
	struct span run = pen_since(&t->run, 0);

	if (run.len && in_code(t))
		fields_code(t->fields, run);
	else if (run.len && t->depth)
		fields_text(t->fields, run);
	t->run.used = 0;
}

static void mark(struct text *t, uint32_t unit)
{
	flush(t);
	if (unit == FIELD_BEGIN) {
		fields_open(t->fields);
		t->depth++;
		t->codes |= 1u << ((t->depth - 1) & 31);
	} else if (unit == FIELD_SEPARATOR) {
		fields_separate(t->fields);
		if (t->depth)
			t->codes &= ~(1u << ((t->depth - 1) & 31));
	} else if (t->depth) {
		fields_close(t->fields);
		t->depth--;
	}
}

/* Marks of paragraphs and cells end lines; others of the low characters stand for pictures and notes. */
static void character(struct text *t, uint32_t unit)
{
	if (unit >= FIELD_BEGIN && unit <= FIELD_END) {
		mark(t, unit);
		return;
	}
	if (unit < ' ')
		unit = unit == 0x0d || unit == 0x0b || unit == 0x07 || unit == 0x0c ? '\n' : ' ';
	if (t->depth) {
		if (t->run.used + 4 > RUN)
			flush(t);
		pen_rune(&t->run, unit);
	}
	if (!in_code(t))
		pen_rune(&t->all, unit);
}

static void read_bytes(struct text *t, struct span bytes, bool wide)
{
	struct cur c = cur_init(bytes);

	while (c.left > wide) {
		uint32_t unit = wide ? cur_le16(&c) : cur_u8(&c);

		if ((unit & 0xfc00) == 0xd800 && c.left >= 2)
			unit = 0x10000 + ((unit & 0x3ff) << 10) + (cur_le16(&c) & 0x3ff);
		character(t, unit);
	}
}

static struct span piece_at(struct span stream, size_t at, size_t len)
{
	if (at >= stream.len)
		return (struct span){ stream.ptr, 0 };
	return (struct span){ stream.ptr + at, len < stream.len - at ? len : stream.len - at };
}

/* 2.9.38 Clx: properties, which are passed over, then the table of pieces. */
static struct cur piece_table(struct span clx)
{
	struct cur c = cur_init(clx);

	while (c.left && *c.p == 1) {
		(void)cur_u8(&c);
		(void)cur_span(&c, cur_le16(&c));
	}
	if (cur_u8(&c) != 2)
		return cur_init((struct span){ clx.ptr, 0 });
	return cur_sub(&c, cur_le32(&c));
}

/* 2.8.35 PlcPcd: n + 1 positions, n descriptions; a position is counted in characters. Pieces are paid for, as many
 * may lie over each other. */
static bool read_pieces(struct ole_document *d, struct text *t, struct span stream, struct span clx)
{
	struct cur table = piece_table(clx);
	size_t count = table.left >= 16 ? (table.left - 4) / 12 : 0;

	for (size_t i = 0; i < count; i++) {
		const uint8_t *positions = table.p + i * 4, *piece = table.p + (count + 1) * 4 + i * 8;
		uint32_t from = ld_le32(positions), to = ld_le32(positions + 4), at = ld_le32(piece + 2);
		bool wide = !(at & 0x40000000);
		size_t len = to > from ? (size_t)(to - from) * (wide ? 2 : 1) : 0;
		struct span bytes = piece_at(stream, wide ? at & 0x3fffffff : (at & 0x3fffffff) / 2, len);

		if (!exam_work(d->e, bytes.len * 4))
			return true;
		read_bytes(t, bytes, wide);
	}
	return count > 0;
}

static void read_text(struct ole_document *d, const struct ole_entry *folder, struct text *t, struct span stream)
{
	unsigned version = ld_le16(stream.ptr + 2), flags = ld_le16(stream.ptr + FIB_FLAGS);
	uint32_t from = ld_le32(stream.ptr + FIB_TEXT), to = ld_le32(stream.ptr + FIB_TEXT_END);

	if (version >= FIRST_WORD_8 && stream.len >= FIB_CLX + 8) {
		struct span table = document_stream(d, folder, flags & FLAG_TABLE_1 ? "1Table" : "0Table");
		struct span clx = piece_at(table, ld_le32(stream.ptr + FIB_CLX), ld_le32(stream.ptr + FIB_CLX + 4));

		if (read_pieces(d, t, stream, clx))
			return;
	}
	if (to > from)
		read_bytes(t, piece_at(stream, from, to - from), false);
}

/* 2.9.273 SttbfAssoc: a table of strings, of which the second is the template's path. */
static void read_template(struct ole_document *d, const struct ole_entry *folder, struct span stream)
{
	bool second = ld_le16(stream.ptr + FIB_FLAGS) & FLAG_TABLE_1;
	struct span table = document_stream(d, folder, second ? "1Table" : "0Table"), path;
	struct cur c;

	if (ld_le16(stream.ptr + 2) < FIRST_WORD_8 || stream.len < FIB_NAMES + 8)
		return;
	c = cur_init(piece_at(table, ld_le32(stream.ptr + FIB_NAMES), ld_le32(stream.ptr + FIB_NAMES + 4)));
	if (cur_le16(&c) != 0xffff) /* not in UTF-16 */
		return;
	(void)cur_le32(&c); /* how many strings; bytes of more behind each: none */
	(void)cur_span(&c, (size_t)cur_le16(&c) * 2);
	path = cur_span(&c, (size_t)cur_le16(&c) * 2);
	if (!path.len || c.bad)
		return;
	path = charset_text(path, text_span("UTF-16LE"), path.len * 2, &d->e->arena);
	target_judge(d->e, d->part, TARGET_TEMPLATE, path, (struct span){ 0 });
}

void word_read(struct ole_document *d, const struct ole_entry *folder, struct span stream)
{
	struct arena *arena = &d->e->arena;
	size_t mark_before = arena_mark(arena), room = stream.len < TEXT_ROOM ? stream.len : TEXT_ROOM;
	struct text *t;
	uint8_t *all;

	if (stream.len < FIB_MIN || (ld_le16(stream.ptr) != MAGIC_WORD_8 && ld_le16(stream.ptr) != MAGIC_WORD_6)) {
		exam_unseen(d->e, d->part, UNSEEN_BROKEN, "a document whose head is broken");
		return;
	}
	if (ld_le16(stream.ptr + FIB_FLAGS) & FLAG_ENCRYPTED) {
		exam_find(d->e, d->part, FINDING_DOCUMENT_ENCRYPTED, text_span("a document with a password"));
		exam_unseen(d->e, d->part, UNSEEN_ENCRYPTED, "a document with a password");
		return;
	}
	t = arena_take(arena, sizeof(*t));
	all = arena_take(arena, room);
	if (t && all && exam_work(d->e, stream.len)) {
		*t = (struct text){ .fields = fields_new(d->e, d->part), .all = pen_init(all, room) };
		t->run = pen_init(t->run_room, sizeof(t->run_room));
		if (t->fields) {
			read_text(d, folder, t, stream);
			flush(t);
			fields_end(t->fields);
			read_template(d, folder, stream);
			exam_text(d->e, d->part, pen_since(&t->all, 0));
		}
	}
	arena_back(arena, mark_before);
}
