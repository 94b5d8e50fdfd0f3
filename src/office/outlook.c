/*
 * outlook.c - messages that Outlook saved ([MS-OXMSG]): a folder for the message and one for each attachment, a stream
 * for each property, named by its number and type. Texts first, then what is attached.
 */
#include "office/ole_document.h"

#include "active/target.h"
#include "base/line.h"
#include "base/load.h"
#include "format/charset.h"
#include "office/rtf_pack.h"

#include <stdio.h>

#define TEXT_MAX ((size_t)4 << 20)
#define ATTACHMENT "__attach_version1.0_"
#define NAME_ENTRY    8      /* bytes */
#define REMINDER_FILE 0x851f /* PidLidReminderFileParameter: the sound of a reminder ([MS-OXORMDR] 2.2.1.5) */
#define INNER      "__substg1.0_3701000D" /* the folder of an attached message or object */

/* A property of text, in UTF-16 (001F) or in bytes of some charset (001E); UTF-8, empty where there is none. */
static struct span text_property(struct ole_document *d, const struct ole_entry *folder, const char *number)
{
	char name[32];
	struct span bytes;

	snprintf(name, sizeof(name), "__substg1.0_%s001F", number);
	bytes = document_stream(d, folder, name);
	if (bytes.len)
		return charset_text(bytes, text_span("UTF-16LE"), TEXT_MAX, &d->e->arena);
	snprintf(name, sizeof(name), "__substg1.0_%s001E", number);
	bytes = document_stream(d, folder, name);
	return bytes.len ? charset_text(bytes, charset_guess(bytes), TEXT_MAX, &d->e->arena) : bytes;
}

/* The body as RTF, where there is none as HTML: what Outlook shows then. */
static struct span packed_body(struct ole_document *d, const struct ole_entry *folder)
{
	struct span packed = document_stream(d, folder, "__substg1.0_10090102"), plain = { cur_zeros, 0 };

	if (!packed.len)
		return packed;
	if (!rtf_unpack(packed, exam_inflate_room(d->e, packed.len), &d->e->arena, &plain))
		exam_unseen(d->e, d->part, UNSEEN_BROKEN, "a body that is broken");
	if (!exam_inflate(d->e, d->part, plain.len, packed.len))
		plain.len = 0;
	return plain;
}

static void read_message(struct ole_document *d, const struct ole_entry *folder)
{
	static const char *const texts[] = { "0037", "1000" }; /* subject, body */
	struct part page = { .said = text_span("text/html"), .inline_body = true };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		exam_text(d->e, d->part, text_property(d, folder, texts[i]));
	page.bytes = document_stream(d, folder, "__substg1.0_10130102");
	if (!page.bytes.len)
		page.bytes = text_property(d, folder, "1013");
	if (!page.bytes.len) {
		page.said = text_span("text/rtf");
		page.bytes = packed_body(d, folder);
	}
	if (page.bytes.len)
		exam_part(d->e, d->part, &page);
}

static void read_attachment(struct ole_document *d, const struct ole_entry *folder)
{
	static const char *const names[] = { "3707", "3704", "3001" }; /* long name, short name, what is shown */
	struct part child = { .bytes = document_stream(d, folder, "__substg1.0_37010102"),
			      .said = text_property(d, folder, "370E") };

	if (!child.said.len)
		child.said = text_span("application/octet-stream");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !child.name.len; i++)
		child.name = text_property(d, folder, names[i]);
	if (child.bytes.len)
		exam_part(d->e, d->part, &child);
}

/* A named property has the number of its name in the table of names ([MS-OXMSG] 2.2.3.1.2): an entry is the name, what
 * kind of name it is, and what to add to 0x8000. */
static void read_reminder(struct ole_document *d)
{
	const struct ole_entry *names = ole_find(&d->ole, "__nameid_version1.0");
	struct span table = names ? document_stream(d, names, "__substg1.0_00030102") : (struct span){ cur_zeros, 0 };

	for (; table.len >= NAME_ENTRY; table = line_from(table, NAME_ENTRY)) {
		char number[8];
		struct span path;

		if (ld_le32(table.ptr) != REMINDER_FILE || ld_le16(table.ptr + 4) & 1)
			continue;
		snprintf(number, sizeof(number), "%04X", 0x8000u + (ld_le16(table.ptr + 6) & 0x7fffu));
		path = text_property(d, &d->ole.entries[0], number);
		if (path.len && target_reach(path) == REACH_SHARE)
			exam_find(d->e, d->part, FINDING_REMINDER_SHARE, path);
	}
}

void outlook_read(struct ole_document *d)
{
	size_t mark = arena_mark(&d->e->arena);

	read_reminder(d);
	for (uint32_t i = 0; i < d->ole.count && !d->e->over; i++) {
		const struct ole_entry *entry = &d->ole.entries[i];

		if (i == 0 || (entry->kind == OLE_FOLDER && entry->parent >= 0 && line_begins(entry->name, INNER)))
			read_message(d, entry);
	}
	for (uint32_t i = 1; i < d->ole.count && !d->e->over; i++) {
		const struct ole_entry *entry = &d->ole.entries[i];

		if (entry->kind == OLE_FOLDER && entry->parent >= 0 && line_begins(entry->name, ATTACHMENT))
			read_attachment(d, entry);
	}
	arena_back(&d->e->arena, mark);
}
