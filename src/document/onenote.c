/*
 * onenote.c - sections of OneNote ([MS-ONESTORE] 13.0, [MS-ONE] 13.0): files that are embedded in notes, and links.
 *
 * The pages' structure is not followed: each embedded file lies in an object that a GUID begins, and each file's name
 * and each link in a set of properties, found by their numbers. Deleted pages, which stay in the file, are seen, too.
 */
#include "document/document.h"

#include "base/line.h"
#include "base/text.h"
#include "format/charset.h"

#define FILES      256
#define NAMES      256
#define TEXT       1024 /* bytes of a name or a link */
#define PROPERTIES 64   /* of a set */

/* guidHeader of a FileDataStoreObject ([MS-ONESTORE] 2.6.13). */
static const uint8_t file_begin[16] = { 0xe7, 0x16, 0xe3, 0xbd, 0x65, 0x26, 0x11, 0x45,
					0xa4, 0xc4, 0x8d, 0x4d, 0x0b, 0x7a, 0x9e, 0xac };
/* guidFileFormat of files that were cut for the web (2.8.1). */
static const uint8_t web_format[16] = { 0x2f, 0xe9, 0x8d, 0x63, 0xd4, 0xa6, 0xc1, 0x4b,
					0x9a, 0x36, 0xb3, 0xfc, 0x25, 0x11, 0xa5, 0xb7 };

#define EMBEDDED_NAME 0x1c001d9cu /* EmbeddedFileName: [MS-ONE] 2.1.12 */
#define LINK          0x1c001e20u /* WzHyperlinkUrl */

struct note {
	struct exam *e;
	const struct part *part;
	struct span names[NAMES]; /* UTF-8; empty: given to a file already */
	unsigned name_count;
};

/* How many bytes of the values a property takes ([MS-ONESTORE] 2.6.7); the cursor stands on them. False: not known. */
static bool skip_value(struct cur *at, uint32_t property)
{
	static const uint8_t sizes[16] = { [3] = 1, [4] = 2, [5] = 4, [6] = 8, [9] = 4, [11] = 4, [13] = 4 };
	uint32_t type = property >> 26 & 0x1f;

	if (type == 7)
		cur_span(at, cur_le32(at));
	else if (type < 16)
		cur_span(at, sizes[type]);
	return type < 16 && type > 0 && !at->bad;
}

/* The text that a property has, which is the `index`th of a set of `count`. False: the set does not read so. */
static bool set_text(struct note *note, size_t set, unsigned count, unsigned index, struct span *text)
{
	struct span bytes = line_from(note->part->bytes, set + 2);
	struct cur keys = cur_init(bytes), values = cur_init(line_from(bytes, 4u * count));
	struct span value;

	for (unsigned i = 0; i < index; i++)
		if (!skip_value(&values, cur_le32(&keys)))
			return false;
	value = cur_span(&values, cur_le32(&values));
	if (values.bad || value.len < 2 || value.len > TEXT || value.len % 2)
		return false;
	if (value.ptr[value.len - 1] == 0 && value.ptr[value.len - 2] == 0)
		value.len -= 2;
	*text = charset_utf16(value, TEXT, &note->e->arena);
	return text->len > 0;
}

/* A set begins with how many properties it has: somewhere before the one that was found. */
static bool property_text(struct note *note, size_t property, struct span *text)
{
	for (unsigned index = 0; index < PROPERTIES && property >= 4u * index + 2; index++) {
		size_t set = property - 4u * index - 2;
		unsigned count = ld_le16(note->part->bytes.ptr + set);

		if (count > index && count <= PROPERTIES && set_text(note, set, count, index, text))
			return true;
	}
	return false;
}

static void read_texts(struct note *note, uint32_t property, void (*see)(struct note *note, struct span text))
{
	struct span bytes = note->part->bytes, text;
	const uint8_t *hit = bytes.ptr;
	size_t at = 0;

	for (unsigned i = 0; i < NAMES; i++) {
		struct span rest = line_from(bytes, at);

		hit = rest.len ? memmem(rest.ptr, rest.len, &property, sizeof(property)) : NULL;
		if (!hit)
			break;
		at = (size_t)(hit - bytes.ptr);
		if (property_text(note, at, &text))
			see(note, text);
		at += sizeof(property);
	}
}

static void see_name(struct note *note, struct span text)
{
	note->names[note->name_count++] = text;
}

static void see_link(struct note *note, struct span text)
{
	exam_url(note->e, note->part, text, (struct span){ text.ptr, 0 });
}

/* Files and names do not stand in the same order: the first name that fits the bytes is taken, else the first. */
static struct span name_of(struct note *note, struct span bytes)
{
	struct span none = { cur_zeros, 0 }, *taken = NULL, name;

	for (unsigned i = 0; i < note->name_count; i++) {
		name = note->names[i];
		if (!name.len)
			continue;
		if (!taken)
			taken = &note->names[i];
		if (type_promised(name) != TYPE_UNKNOWN && type_of(bytes, name) == type_promised(name)) {
			taken = &note->names[i];
			break;
		}
	}
	if (!taken)
		return none;
	name = *taken;
	taken->len = 0;
	return name;
}

/* Pictures and sound are what notes are made of. */
static bool is_plain(enum type type)
{
	return type_kind(type) == KIND_PLAIN && type != TYPE_UNKNOWN && type != TYPE_TEXT;
}

static void judge_file(struct note *note, struct span bytes)
{
	struct part file = { .bytes = bytes };

	if (!exam_entry(note->e, note->part))
		return;
	file.type = type_of(bytes, file.name);
	if (!is_plain(file.type)) {
		file.name = name_of(note, bytes);
		file.type = type_of(bytes, file.name);
		exam_find(note->e, note->part, FINDING_ONENOTE_FILE,
			  file.name.len ? file.name : text_span(type_name(file.type)));
	}
	file.type = TYPE_UNKNOWN;
	exam_part(note->e, note->part, &file);
}

static void read_files(struct note *note)
{
	struct cur at = cur_init(note->part->bytes);

	for (unsigned i = 0; i < FILES && !note->e->over; i++) {
		struct span rest = cur_rest(&at);
		const uint8_t *hit = rest.len ? memmem(rest.ptr, rest.len, file_begin, sizeof(file_begin)) : NULL;
		uint64_t length;

		if (!hit)
			return;
		cur_span(&at, (size_t)(hit - rest.ptr) + sizeof(file_begin));
		length = cur_le64(&at);
		cur_span(&at, 12);
		if (length > at.left) {
			exam_unseen(note->e, note->part, UNSEEN_BROKEN, "file in a note that is cut off");
			length = at.left;
		}
		judge_file(note, cur_span(&at, (size_t)length));
	}
	exam_unseen(note->e, note->part, UNSEEN_LIMIT, "too many files in a note");
}

void document_onenote(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena);
	struct note note = { .e = e, .part = part };

	if (!exam_work(e, part->bytes.len * 3))
		return;
	if (part->bytes.len >= 64 && memcmp(part->bytes.ptr + 48, web_format, sizeof(web_format)) == 0)
		exam_unseen(e, part, UNSEEN_UNSUPPORTED, "note that was cut for the web");
	read_texts(&note, EMBEDDED_NAME, see_name);
	read_texts(&note, LINK, see_link);
	read_files(&note);
	arena_back(&e->arena, mark);
}
