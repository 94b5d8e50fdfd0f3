/* office_ole.c - compound files: which documents lie in it, in the root and in the folders of embedded objects. */
#include "office/office.h"

#include "biff/workbook.h"
#include "macro/vba_project.h"
#include "office/ole_document.h"
#include "sealed/package.h"

struct span document_stream(struct ole_document *d, const struct ole_entry *folder, const char *name)
{
	const struct ole_entry *entry = ole_find_in(&d->ole, folder, name);

	if (!entry || entry->kind != OLE_STREAM)
		return (struct span){ cur_zeros, 0 };
	return ole_stream(&d->ole, entry, SIZE_MAX, &d->e->arena);
}

void document_part(struct ole_document *d, struct span name, struct span bytes)
{
	struct part child = { .name = name, .bytes = bytes };

	if (bytes.len)
		exam_part(d->e, d->part, &child);
}

/* A new document that is encrypted ([MS-OFFCRYPTO] 2.2, 2.3.4); what stands beside it is for old programs. */
static bool read_package(struct ole_document *d, const struct ole_entry *folder)
{
	struct span package = document_stream(d, folder, "EncryptedPackage"), open;
	struct span info = document_stream(d, folder, "EncryptionInfo");
	struct part child = { .name = d->part->name, .unlocked = true };

	if (!package.len)
		return false;
	if (!info.len) { /* rights management: only its server has the key */
		exam_find(d->e, d->part, FINDING_DOCUMENT_ENCRYPTED, text_span("rights-managed document"));
		exam_unseen(d->e, d->part, UNSEEN_ENCRYPTED, "a rights-managed document");
	} else if (package_open(d->e, d->part, info, package, &open)) {
		child.bytes = open;
		exam_part(d->e, d->part, &child);
	}
	return true;
}

static void read_workbook(struct ole_document *d, const struct ole_entry *folder)
{
	static const char *const names[] = { "Workbook", "Book" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct span stream = document_stream(d, folder, names[i]);

		if (stream.len && !workbook_read(d->e, d->part, stream))
			exam_unseen(d->e, d->part, UNSEEN_BROKEN, "a workbook that is broken");
	}
}

static void read_documents(struct ole_document *d, const struct ole_entry *folder)
{
	struct span stream = document_stream(d, folder, "WordDocument");

	if (stream.len)
		word_read(d, folder, stream);
	stream = document_stream(d, folder, "PowerPoint Document");
	if (stream.len)
		powerpoint_read(d, folder, stream);
	read_workbook(d, folder);
	object_read(d, folder);
}

static void read_folder(struct ole_document *d, const struct ole_entry *folder)
{
	size_t mark = arena_mark(&d->e->arena);

	if (!read_package(d, folder))
		read_documents(d, folder);
	arena_back(&d->e->arena, mark);
}

static void read_all(struct ole_document *d)
{
	struct ole *ole = &d->ole;

	if (ole_find(ole, "__properties_version1.0"))
		outlook_read(d);
	vba_projects(d->e, d->part, ole);
	for (uint32_t i = 0; i < ole->count && !d->e->over; i++)
		if (i == 0 || (ole->entries[i].kind == OLE_FOLDER && ole->entries[i].parent >= 0))
			read_folder(d, &ole->entries[i]);
}

void office_ole(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena);
	struct ole_document d = { .e = e, .part = part };

	if (ole_read(part->bytes, e->settings->limits.entries, &e->arena, &d.ole) != OK || !d.ole.count) {
		exam_unseen(e, part, UNSEEN_BROKEN, "a compound file whose directory is lost");
	} else {
		read_all(&d);
		if (d.ole.more)
			exam_unseen(e, part, UNSEEN_LIMIT, "too many streams in a compound file");
		else if (d.ole.broken)
			exam_unseen(e, part, UNSEEN_BROKEN, "a compound file that is broken");
	}
	arena_back(&e->arena, mark);
}

void office_biff(struct exam *e, const struct part *part)
{
	if (!workbook_read(e, part, part->bytes))
		exam_unseen(e, part, UNSEEN_BROKEN, "a workbook that is broken");
}

/* The root's class is in the first entry of the directory. */
enum type office_ole_type(struct span bytes)
{
	static const uint8_t installer[OLE_CLSID] = { 0x84, 0x10, 0x0c, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46 };
	static const uint8_t last = 0x86; /* patches and transforms have numbers beside it */
	size_t shift, at;
	const uint8_t *clsid;

	if (!ole_is(bytes) || bytes.ptr[30] < 9 || bytes.ptr[30] > 16)
		return TYPE_OLE;
	shift = bytes.ptr[30];
	at = ((size_t)ld_le32(bytes.ptr + 48) + 1) << shift;
	if (at >= bytes.len || bytes.len - at < 96)
		return TYPE_OLE;
	clsid = bytes.ptr + at + 80;
	if (clsid[0] < 0x82 || clsid[0] > last || memcmp(clsid + 1, installer + 1, OLE_CLSID - 1) != 0)
		return TYPE_OLE;
	return TYPE_MSI;
}
