/*
 * tnef.c - winmail.dat: what Outlook wraps a message into when it believes that its receiver uses Outlook, too
 * ([MS-OXTNEF]). Attributes in a row; attachments begin with their rendering, and their names are the long ones of MAPI
 * where there are such.
 */
#include "letter/letter.h"

#include "base/cursor.h"
#include "base/line.h"
#include "format/charset.h"
#include "link/scheme.h"
#include "mime/lzfu.h"

/* Attributes ([MS-OXTNEF] 2.1.3.2), their type in the upper half. */
enum attribute {
	ATT_SUBJECT = 0x00018004,
	ATT_BODY = 0x0002800c,
	ATT_ATTACH_DATA = 0x0006800f,
	ATT_ATTACH_TITLE = 0x00018010,
	ATT_MAPI_PROPS = 0x00069003,
	ATT_ATTACH_RENDER = 0x00069002,
	ATT_ATTACHMENT = 0x00069005,
	ATT_CODEPAGE = 0x00069007,
};

/* Properties of MAPI ([MS-OXPROPS]) and their types ([MS-OXCDATA] 2.11.1). */
enum property {
	PROP_BODY = 0x1000,
	PROP_RTF = 0x1009,
	PROP_HTML = 0x1013,
	PROP_ATTACH_DATA = 0x3701,
	PROP_ATTACH_NAME = 0x3704,
	PROP_ATTACH_LONG_NAME = 0x3707,
	PROP_ATTACH_URL = 0x3708, /* PidTagAttachPathname */
	PROP_ATTACH_LONG_PATH = 0x370d,
	PROP_DISPLAY_NAME = 0x3001,
};
enum property_type {
	TYPE_SHORT = 2, TYPE_LONG = 3, TYPE_FLOAT = 4, TYPE_DOUBLE = 5, TYPE_CURRENCY = 6, TYPE_DATE = 7, TYPE_ERROR = 10,
	TYPE_BOOL = 11, TYPE_OBJECT = 13, TYPE_INT64 = 20, TYPE_STRING8 = 30, TYPE_UNICODE = 31, TYPE_TIME = 64,
	TYPE_GUID = 72, TYPE_BINARY = 258, TYPE_MANY = 0x1000,
};

#define SIGNATURE_AND_KEY 6
#define NAMED_PROPERTY    0x8000
#define REMINDER_FILE     0x851f /* PidLidReminderFileParameter: the sound of a reminder ([MS-OXORMDR] 2.2.1.5) */
#define INTERFACE_ID      16 /* bytes before an object's */

struct tnef {
	struct exam *e;
	const struct part *part;
	struct span charset;
	char codepage[16];
	/* The attachment under way. */
	struct span name, data, path;
	bool open, long_name, embedded;
};

static size_t padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

static struct span without_zeros(struct span s)
{
	while (s.len && s.ptr[s.len - 1] == 0)
		s.len--;
	return s;
}

static struct span text_of(struct tnef *t, struct span value, unsigned type)
{
	if (type == TYPE_UNICODE) {
		while (value.len >= 2 && !value.ptr[value.len - 1] && !value.ptr[value.len - 2])
			value.len -= 2;
		return charset_utf16(value, SIZE_MAX, &t->e->arena);
	}
	return charset_text(without_zeros(value), t->charset, SIZE_MAX, &t->e->arena);
}

/* Programs take one of two contents, and not the same. */
static void content_take(struct tnef *t, struct span content)
{
	struct part child = { .name = t->name, .bytes = t->data };

	if (t->data.len && content.len && !span_equal(t->data, content)) {
		exam_find(t->e, t->part, FINDING_MIME_AMBIGUOUS, text_span("an attachment in winmail.dat with two contents"));
		exam_part(t->e, t->part, &child);
	}
	t->data = content;
}

static void attachment_end(struct tnef *t)
{
	struct part child = { .name = t->name, .bytes = t->data };

	if (t->open && t->embedded)
		child.said = text_span("application/vnd.ms-tnef");
	if (t->open && t->path.len && !t->data.len)
		exam_url(t->e, t->part, t->path, t->name);
	if (t->open && (t->data.len || t->name.len))
		exam_part(t->e, t->part, &child);
	t->open = t->long_name = t->embedded = false;
	t->name = t->data = t->path = (struct span){ 0 };
}

/* The message's own text, as RTF that is packed, HTML, or plain. */
static void body_tell(struct tnef *t, unsigned id, unsigned type, struct span value)
{
	struct part child = { .inline_body = true };

	if (id == PROP_BODY) {
		exam_text(t->e, t->part, text_of(t, value, type));
	} else if (id == PROP_HTML) {
		child.said = text_span("text/html");
		child.bytes = charset_text(without_zeros(value), t->charset, SIZE_MAX, &t->e->arena);
		exam_part(t->e, t->part, &child);
	} else if (id == PROP_RTF) {
		child.said = text_span("text/rtf");
		child.bytes = lzfu_undo(value, exam_inflate_room(t->e, value.len), &t->e->arena);
		if (exam_inflate(t->e, t->part, child.bytes.len, value.len))
			exam_part(t->e, t->part, &child);
	}
}

static void property_take(struct tnef *t, unsigned id, unsigned type, struct span value, bool attachment)
{
	if (!attachment) {
		body_tell(t, id, type, value);
		return;
	}
	if (id == PROP_ATTACH_LONG_NAME || (!t->long_name && (id == PROP_ATTACH_NAME || (id == PROP_DISPLAY_NAME && !t->name.len)))) {
		t->name = text_of(t, value, type);
		t->long_name = id == PROP_ATTACH_LONG_NAME;
	} else if (id == PROP_ATTACH_URL || id == PROP_ATTACH_LONG_PATH) {
		t->path = text_of(t, value, type);
	} else if (id == PROP_ATTACH_DATA && (type == TYPE_BINARY || type == TYPE_OBJECT)) {
		t->embedded = type == TYPE_OBJECT;
		content_take(t, type == TYPE_OBJECT ? line_from(value, INTERFACE_ID) : value);
	}
}

/* How many bytes a value of fixed length takes; 0: it has its length before it. */
static size_t fixed_size(unsigned type)
{
	switch (type) {
	case TYPE_SHORT:
	case TYPE_LONG:
	case TYPE_FLOAT:
	case TYPE_ERROR:
	case TYPE_BOOL:
		return 4;
	case TYPE_DOUBLE:
	case TYPE_CURRENCY:
	case TYPE_DATE:
	case TYPE_INT64:
	case TYPE_TIME:
		return 8;
	case TYPE_GUID:
		return 16;
	default:
		return 0;
	}
}

static bool is_variable(unsigned type)
{
	return type == TYPE_STRING8 || type == TYPE_UNICODE || type == TYPE_BINARY || type == TYPE_OBJECT;
}

/* The name of a named property: a number, or a text, for which 0 is told ([MS-OXTNEF] 2.1.3.4.1, NamedPropSpec). */
static uint32_t name_read(struct cur *c)
{
	cur_span(c, 16);
	if (cur_le32(c) == 0)
		return cur_le32(c);
	cur_span(c, padded(cur_le32(c)));
	return 0;
}

static void reminder_judge(struct tnef *t, unsigned type, struct span value)
{
	struct span path = text_of(t, value, type);

	if (link_is_foreign_share(path))
		exam_find(t->e, t->part, FINDING_REMINDER_SHARE, path);
}

/* One property with all its values. */
static void property_read(struct tnef *t, struct cur *c, bool attachment)
{
	unsigned type = cur_le16(c), id = cur_le16(c), base = type & ~(unsigned)TYPE_MANY;
	size_t fixed = fixed_size(base);
	uint32_t count = 1, name = 0;

	if (id >= NAMED_PROPERTY)
		name = name_read(c);
	if ((type & TYPE_MANY) || is_variable(base))
		count = cur_le32(c);
	if (!fixed && !is_variable(base))
		c->bad = true; /* how long it is, nobody knows */
	for (uint32_t i = 0; i < count && !c->bad; i++) {
		uint32_t n = fixed ? (uint32_t)fixed : cur_le32(c);
		struct span value = cur_span(c, n);

		cur_span(c, padded(n) - n <= c->left ? padded(n) - n : c->left);
		if (!c->bad && !fixed && name == REMINDER_FILE)
			reminder_judge(t, base, value);
		else if (!c->bad && !fixed)
			property_take(t, id, base, value, attachment);
	}
}

static void properties_read(struct tnef *t, struct span bytes, bool attachment)
{
	struct cur c = cur_init(bytes);
	uint32_t count = cur_le32(&c);

	for (uint32_t i = 0; i < count && !c.bad && !t->e->over; i++)
		property_read(t, &c, attachment);
	if (c.bad)
		exam_unseen(t->e, t->part, UNSEEN_BROKEN, "properties of winmail.dat that cannot be read");
}

static void codepage_read(struct tnef *t, struct span value)
{
	struct cur c = cur_init(value);
	unsigned number = cur_le32(&c);

	snprintf(t->codepage, sizeof(t->codepage), number == 65001 ? "utf-8" : number == 50220 || number == 50221 ? "iso-2022-jp"
		 : number == 20932 || number == 51932 ? "euc-jp" : "cp%u", number);
	t->charset = text_span(t->codepage);
}

static void attribute_take(struct tnef *t, uint32_t attribute, struct span value)
{
	switch (attribute) {
	case ATT_CODEPAGE:
		codepage_read(t, value);
		break;
	case ATT_SUBJECT:
	case ATT_BODY:
		exam_text(t->e, t->part, text_of(t, value, TYPE_STRING8));
		break;
	case ATT_MAPI_PROPS:
		properties_read(t, value, false);
		break;
	case ATT_ATTACH_RENDER:
		attachment_end(t);
		t->open = true;
		break;
	case ATT_ATTACH_TITLE:
		if (!t->long_name)
			t->name = text_of(t, value, TYPE_STRING8);
		t->open = true;
		break;
	case ATT_ATTACH_DATA:
		content_take(t, value);
		t->open = true;
		break;
	case ATT_ATTACHMENT:
		properties_read(t, value, true);
		t->open = true;
		break;
	default:
		break;
	}
}

void letter_tnef(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena);
	struct tnef t = { .e = e, .part = part };
	struct cur c = cur_init(part->bytes);

	if (!exam_work(e, part->bytes.len))
		return;
	cur_take(&c, SIGNATURE_AND_KEY);
	while (c.left > 0 && !c.bad && !e->over) {
		uint8_t level = cur_u8(&c);
		uint32_t attribute = cur_le32(&c), n = cur_le32(&c);
		struct span value = cur_span(&c, n);

		if (c.bad || level < 1 || level > 2) {
			exam_unseen(e, part, UNSEEN_BROKEN, "a winmail.dat that ends in the middle");
			break;
		}
		cur_span(&c, c.left < 2 ? c.left : 2); /* a sum over the value */
		attribute_take(&t, attribute, value);
	}
	attachment_end(&t);
	arena_back(&e->arena, mark);
}
