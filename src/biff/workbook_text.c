/* workbook_text.c - the texts of cells: the table of shared strings ([MS-XLS] 2.4.265), which goes on from record to
 * record, in the middle of strings. */
#include "biff/workbook_private.h"

enum { WIDE = 1, EXTENDED = 4, RICH = 8 };

/* Strings, and the records that they go on in. */
struct table {
	struct workbook *book;
	struct cur record, rest;
};

void workbook_text(struct workbook *b, struct span utf8)
{
	if (!utf8.len)
		return;
	pen_span(&b->text, utf8);
	pen_byte(&b->text, '\n');
}

/* To the next record of the table; false: it ends. */
static bool table_next(struct table *t)
{
	size_t len;

	if (t->rest.left < 4 || ld_le16(t->rest.p) != RECORD_CONTINUE)
		return false;
	(void)cur_le16(&t->rest);
	len = cur_le16(&t->rest);
	t->record = cur_init(cur_span(&t->rest, len < t->rest.left ? len : t->rest.left));
	return t->record.left > 0;
}

static bool table_skip(struct table *t, size_t count)
{
	while (count > t->record.left) {
		count -= t->record.left;
		if (!table_next(t))
			return false;
	}
	(void)cur_span(&t->record, count);
	return true;
}

static void put_characters(struct pen *pen, struct span bytes, bool wide)
{
	struct cur c = cur_init(bytes);

	while (c.left > wide)
		pen_rune(pen, wide ? cur_le16(&c) : cur_u8(&c));
}

/* Characters; where a record ends among them, the next says anew how wide they are. */
static bool table_characters(struct table *t, size_t count, bool wide)
{
	while (count) {
		size_t here = wide ? t->record.left / 2 : t->record.left;

		if (here > count)
			here = count;
		put_characters(&t->book->text, cur_span(&t->record, wide ? here * 2 : here), wide);
		count -= here;
		if (!count)
			break;
		if (!table_next(t))
			return false;
		wide = cur_u8(&t->record) & WIDE;
	}
	pen_byte(&t->book->text, '\n');
	return true;
}

static bool table_string(struct table *t)
{
	size_t count, runs = 0, extension = 0;
	unsigned flags;

	if (!t->record.left && !table_next(t))
		return false;
	count = cur_le16(&t->record);
	flags = cur_u8(&t->record);
	if (flags & RICH)
		runs = cur_le16(&t->record);
	if (flags & EXTENDED)
		extension = cur_le32(&t->record);
	return !t->record.bad && table_characters(t, count, flags & WIDE) && table_skip(t, runs * 4 + extension);
}

void workbook_strings(struct workbook *b, struct cur record, struct cur rest)
{
	struct table t = { .book = b, .record = record, .rest = rest };
	uint32_t count;

	(void)cur_le32(&t.record);
	count = cur_le32(&t.record);
	while (count-- && !b->text.cut && table_string(&t))
		;
}
