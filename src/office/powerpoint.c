/*
 * powerpoint.c - presentations of PowerPoint 97 to 2003 ([MS-PPT]): a tree of records. Objects and macros are compound
 * files of their own in it; texts and links are handed on.
 */
#include "office/ole_document.h"

#include "active/target.h"
#include "base/pen.h"
#include "office/inflated.h"

#define TEXT_ROOM ((size_t)256 << 10)

/* [MS-PPT] 2.13.24 */
enum {
	RECORD_STRING = 0x0fba, RECORD_TEXT_WIDE = 0x0fa0, RECORD_TEXT = 0x0fa8, RECORD_ACTION = 0x0ff3,
	RECORD_STORAGE = 0x1011,
};
enum { CONTAINER = 0x0f, TOKEN_ENCRYPTED = 0xf3d1c4df, RUNS_PROGRAM = 2 };

struct show {
	struct ole_document *document;
	struct pen text;
	bool runs_program; /* the string that follows names it */
};

static void put_text(struct show *s, struct span bytes, bool wide)
{
	struct cur c = cur_init(bytes);

	while (c.left > wide) {
		uint32_t unit = wide ? cur_le16(&c) : cur_u8(&c);

		pen_rune(&s->text, unit < ' ' ? '\n' : unit);
	}
	pen_byte(&s->text, '\n');
}

/* What is packed (instance 1) has its length in front. */
static void on_storage(struct show *s, struct span bytes, bool packed)
{
	struct exam *e = s->document->e;
	size_t mark = arena_mark(&e->arena);

	if (packed && bytes.len >= 4)
		bytes = inflated(e, s->document->part, (struct span){ bytes.ptr + 4, bytes.len - 4 });
	document_part(s->document, text_span("object"), bytes);
	arena_back(&e->arena, mark);
}

static void on_string(struct show *s, struct span bytes)
{
	size_t from = s->text.used;
	struct span text;

	put_text(s, bytes, true);
	text = pen_since(&s->text, from);
	if (text.len && s->runs_program && exam_work(s->document->e, text.len * 8))
		target_judge(s->document->e, s->document->part, TARGET_LINK, (struct span){ text.ptr, text.len - 1 },
			     (struct span){ 0 });
	s->runs_program = false;
}

static void on_record(struct show *s, unsigned type, unsigned instance, struct span bytes)
{
	switch (type) {
	case RECORD_STRING:
		on_string(s, bytes);
		break;
	case RECORD_TEXT_WIDE:
		put_text(s, bytes, true);
		break;
	case RECORD_TEXT:
		put_text(s, bytes, false);
		break;
	case RECORD_ACTION:
		s->runs_program = bytes.len > 8 && bytes.ptr[8] == RUNS_PROGRAM;
		break;
	case RECORD_STORAGE:
		on_storage(s, bytes, instance == 1);
		break;
	default:
		break;
	}
}

/* Into containers, over all others: flat, as nobody needs to know what is in what. */
static void read_records(struct show *s, struct span stream)
{
	struct cur c = cur_init(stream);

	while (c.left >= 8 && !s->document->e->over) {
		unsigned version = cur_le16(&c), type = cur_le16(&c);
		uint32_t len = cur_le32(&c);

		if ((version & 0x0f) != CONTAINER)
			on_record(s, type, version >> 4, cur_span(&c, len < c.left ? len : c.left));
	}
}

static bool is_encrypted(struct ole_document *d, const struct ole_entry *folder)
{
	struct span user = document_stream(d, folder, "Current User");

	return user.len >= 16 && ld_le32(user.ptr + 12) == TOKEN_ENCRYPTED;
}

void powerpoint_read(struct ole_document *d, const struct ole_entry *folder, struct span stream)
{
	struct show s = { .document = d };
	size_t room = stream.len < TEXT_ROOM ? stream.len : TEXT_ROOM, mark = arena_mark(&d->e->arena);
	uint8_t *text = arena_take(&d->e->arena, room);

	if (is_encrypted(d, folder)) {
		exam_find(d->e, d->part, FINDING_DOCUMENT_ENCRYPTED, text_span("a presentation with a password"));
		exam_unseen(d->e, d->part, UNSEEN_ENCRYPTED, "a presentation with a password");
	} else if (text && exam_work(d->e, stream.len)) {
		s.text = pen_init(text, room);
		read_records(&s, stream);
		exam_text(d->e, d->part, pen_since(&s.text, 0));
	}
	arena_back(&d->e->arena, mark);
}
