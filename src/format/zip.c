/* zip.c - the central directory of a zip against the local headers that it points to. */
#include "format/zip_private.h"

#include <stdlib.h>

#define UNIX 3 /* who made it, APPNOTE 4.4.2.2: attributes are those of Unix */
#define MAC  19

bool zip_add(struct zip_reading *r, const struct zip_entry *entry)
{
	size_t got;
	uint8_t *room;

	if (r->zip->count == r->limit) {
		r->zip->more = true;
		return false;
	}
	room = pour_room(&r->entries, sizeof(*entry), &got);
	if (got < sizeof(*entry))
		return false;
	memcpy(room, entry, sizeof(*entry));
	r->entries.used += sizeof(*entry);
	r->zip->count++;
	return true;
}

/* One file of the directory, as that has it; its bytes are found by its local header. */
static bool central_next(struct cur *c, struct zip_entry *entry, uint64_t *packed)
{
	const uint8_t *head;
	uint32_t attributes;
	uint16_t flags;
	struct span extra;

	if (c->left < ZIP_CENTRAL_SIZE || ld_le32(c->p) != ZIP_CENTRAL_MARK)
		return false;
	head = cur_take(c, ZIP_CENTRAL_SIZE);
	flags = ld_le16(head + 8);
	attributes = ld_le32(head + 38);
	*entry = (struct zip_entry){ .views = ZIP_CENTRAL, .flags = flags, .method = ld_le16(head + 10),
				     .time = ld_le16(head + 12), .crc = ld_le32(head + 16), .size = ld_le32(head + 24),
				     .at = ld_le32(head + 42), .sized = true, .checked = true,
				     .encrypted = flags & ZIP_ENCRYPTED, .utf8 = flags & ZIP_UTF8 };
	*packed = ld_le32(head + 20);
	entry->name = cur_span(c, ld_le16(head + 28));
	extra = cur_span(c, ld_le16(head + 30));
	cur_span(c, ld_le16(head + 32));
	if (c->bad)
		return false;
	zip_extra(entry, extra, packed);
	entry->link = (head[5] == UNIX || head[5] == MAC) && (attributes >> 16 & 0170000) == 0120000;
	entry->directory = entry->name.len && entry->name.ptr[entry->name.len - 1] == '/' && entry->size == 0;
	return true;
}

/* Names that are the same but for the slash, or that two encodings write, are no difference. */
static bool is_same_name(const struct zip_entry *a, const struct zip_entry *b)
{
	bool wide = false;

	if (a->utf8 != b->utf8) {
		for (size_t i = 0; i < a->name.len; i++)
			wide |= a->name.ptr[i] > 127;
		return wide || (a->name.len == b->name.len && memcmp(a->name.ptr, b->name.ptr, a->name.len) == 0);
	}
	if (a->name.len != b->name.len)
		return false;
	for (size_t i = 0; i < a->name.len; i++)
		if (a->name.ptr[i] != b->name.ptr[i] && (a->name.ptr[i] != '\\' || b->name.ptr[i] != '/') &&
		    (a->name.ptr[i] != '/' || b->name.ptr[i] != '\\'))
			return false;
	return true;
}

/* Sizes are not compared where the local header leaves them to a descriptor, or to nobody. */
static uint8_t compare(const struct zip_entry *central, uint64_t packed, const struct zip_entry *local,
		       uint64_t local_packed)
{
	unsigned differs = 0;

	if (!is_same_name(central, local))
		differs |= ZIP_DIFFERS_NAME;
	if (local->sized && (local->size || local_packed) && (packed != local_packed || central->size != local->size))
		differs |= ZIP_DIFFERS_SIZE;
	if (central->method != local->method || central->aes != local->aes)
		differs |= ZIP_DIFFERS_METHOD;
	if (central->encrypted != local->encrypted)
		differs |= ZIP_DIFFERS_CRYPT;
	return (uint8_t)differs;
}

static void take_bytes(struct zip_entry *entry, struct span from, uint64_t packed)
{
	entry->packed = (struct span){ from.ptr, packed < from.len ? (size_t)packed : from.len };
	entry->cut = packed > from.len;
}

/* Adds a file of the directory, and as a second one what its local header makes of it, where that differs. */
static bool add_both(struct zip_reading *r, struct zip_entry *central, uint64_t packed, uint64_t shift)
{
	struct span bytes = r->zip->bytes;
	struct zip_entry local;
	uint64_t local_packed, at = central->at + shift;

	if (!zip_mark_at(bytes, at, ZIP_LOCAL_MARK))
		at = central->at;
	central->at = at;
	if (!zip_local(bytes, at, &local, &local_packed)) {
		central->cut = true;
		return zip_add(r, central);
	}
	central->differs = local.differs = compare(central, packed, &local, local_packed);
	take_bytes(central, local.packed, packed);
	if (!central->differs) {
		central->views = ZIP_CENTRAL | ZIP_LOCAL;
		return zip_add(r, central);
	}
	take_bytes(&local, local.packed, local.sized ? local_packed : packed);
	return zip_add(r, central) && zip_add(r, &local);
}

static int compare_places(const void *a, const void *b)
{
	const struct zip_entry *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->views != y->views)
		return (x->views == ZIP_LOCAL) - (y->views == ZIP_LOCAL);
	return (x->name.ptr > y->name.ptr) - (x->name.ptr < y->name.ptr);
}

static void sort(struct zip_entry *entries, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++)
		if (compare_places(&entries[i - 1], &entries[i]) > 0) {
			qsort(entries, count, sizeof(*entries), compare_places);
			return;
		}
}

static uint64_t end_of(const struct zip *zip, const struct zip_entry *entry)
{
	if (!entry->packed.ptr)
		return entry->at;
	return (uint64_t)(entry->packed.ptr - zip->bytes.ptr) + entry->packed.len;
}

/* Files that lie over each other; two views of one file do so by right. Then what only local headers name, in the
 * gaps between. Returns where the last file ends. */
static uint64_t walk_places(struct zip_reading *r)
{
	struct zip_entry *entries = r->zip->entries, *last = NULL;
	uint32_t count = r->zip->count;
	uint64_t end = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct zip_entry *entry = &entries[i];

		if (!entry->packed.ptr)
			continue;
		if (!last)
			r->zip->before = entry->at;
		if (last && entry->at < end && !(entry->at == last->at && entry->differs && last->differs))
			entry->overlaps = last->overlaps = true;
		if (entry->at > end)
			zip_gap(r, end, entry->at);
		if (!last || end_of(r->zip, entry) > end) {
			last = entry;
			end = end_of(r->zip, entry);
		}
	}
	return end;
}

static void read_central(struct zip_reading *r, const struct zip_end *end)
{
	struct zip *zip = r->zip;
	struct cur c = cur_init(zip_from(zip->bytes, end->start, end->at - end->start));
	struct zip_entry entry;
	uint64_t packed, count = 0, behind;

	while (central_next(&c, &entry, &packed)) {
		count++;
		if (!add_both(r, &entry, packed, end->shift))
			break;
	}
	zip->comment = end->comment;
	zip->directories = end->doubtful || (count != end->count && !zip->more && (count & 0xffff) != end->count);
	zip->truncated = count < end->count && !zip->more;
	sort(zip->entries, zip->count);
	behind = walk_places(r);
	if (behind < end->start)
		zip_gap(r, behind, end->start);
	zip_gap(r, end->at + ZIP_END_SIZE, zip->bytes.len);
	behind = end->at + ZIP_END_SIZE + end->comment.len;
	zip->behind = zip->bytes.len - behind;
}

enum err zip_read(struct span bytes, uint32_t limit, struct arena *arena, struct zip *zip)
{
	struct zip_reading r = { .zip = zip, .limit = limit };
	struct zip_end end;

	*zip = (struct zip){ .bytes = bytes };
	if (!arena_take(arena, 0)) /* aligned from here */
		return ERR_MEMORY;
	r.entries = pour_begin(arena, SIZE_MAX);
	zip->entries = (struct zip_entry *)r.entries.at;
	if (zip_end_find(bytes, &end)) {
		read_central(&r, &end);
	} else {
		zip->truncated = true;
		zip_gap(&r, 0, bytes.len);
		zip->before = zip->count ? zip->entries[0].at : 0;
	}
	sort(zip->entries, zip->count);
	pour_end(&r.entries);
	if (r.entries.cut)
		return ERR_MEMORY;
	return zip->truncated && zip->count == 0 ? ERR_FORMAT : OK;
}

struct zip_look zip_look(struct span bytes)
{
	struct zip_end end;

	if (zip_end_find(bytes, &end) && end.at > end.start)
		return (struct zip_look){ .at = cur_init(zip_from(bytes, end.start, end.at - end.start)) };
	return (struct zip_look){ .at = cur_init(bytes), .local = true };
}

/* Local headers are followed only while they tell how long their files are. */
bool zip_look_next(struct zip_look *look, struct span *name)
{
	struct zip_entry entry;
	uint64_t packed;

	if (!look->local) {
		if (!central_next(&look->at, &entry, &packed))
			return false;
		*name = entry.name;
		return true;
	}
	if (!zip_local(cur_rest(&look->at), 0, &entry, &packed))
		return false;
	*name = entry.name;
	look->at = cur_init((struct span){ entry.packed.ptr, entry.packed.len });
	if (!entry.sized || packed > look->at.left)
		look->at.left = 0;
	else
		cur_span(&look->at, (size_t)packed);
	return true;
}
