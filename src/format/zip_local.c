/*
 * zip_local.c - the headers in front of each file of a zip, and files that nobody else names.
 *
 * Where the directory is missing, or between the files that it names, local headers are looked for by their mark.
 */
#include "format/zip_private.h"

#define NAME_MAX_BYTES 4096
#define VERSION_MAX    100 /* 10 times the version that is needed: 6.3 is the newest */

#define EXTRA_ZIP64    0x0001
#define EXTRA_UNICODE  0x7075 /* Info-ZIP's path in Unicode, APPNOTE 4.6.9 */
#define EXTRA_AES      0x9901 /* WinZip's AES encryption */
#define MAXED          0xffffffffu

#include <zlib.h>

/* 4.5.3: only what is maxed out in the header stands here, in this order. */
static void extra_sizes(struct zip_entry *entry, struct cur field, uint64_t *packed)
{
	if (entry->size == MAXED)
		entry->size = cur_le64(&field);
	if (*packed == MAXED)
		*packed = cur_le64(&field);
	if (entry->at == MAXED)
		entry->at = cur_le64(&field);
}

/* Counts only while it belongs to the name in the header: programs that do not know it may have renamed the file. */
static void extra_name(struct zip_entry *entry, struct cur field)
{
	uint8_t version = cur_u8(&field);
	uint32_t crc = cur_le32(&field);

	if (field.bad || version != 1 || crc != crc32(0, entry->name.ptr, (unsigned)entry->name.len))
		return;
	entry->name = cur_rest(&field);
	entry->utf8 = true;
}

static void extra_aes(struct zip_entry *entry, struct cur field)
{
	uint16_t version = cur_le16(&field);
	uint16_t vendor = cur_le16(&field);
	uint8_t strength = cur_u8(&field);
	uint16_t method = cur_le16(&field);

	(void)vendor;
	if (field.bad || strength < 1 || strength > 3 || entry->method != ZIP_AES)
		return;
	entry->aes = strength;
	entry->method = method;
	entry->checked = version == 1;
}

void zip_extra(struct zip_entry *entry, struct span extra, uint64_t *packed)
{
	struct cur c = cur_init(extra);

	while (c.left >= 4) {
		uint16_t id = cur_le16(&c);
		uint16_t len = cur_le16(&c);
		struct cur field = cur_init(cur_span(&c, len));

		if (id == EXTRA_ZIP64)
			extra_sizes(entry, field, packed);
		else if (id == EXTRA_UNICODE)
			extra_name(entry, field);
		else if (id == EXTRA_AES)
			extra_aes(entry, field);
	}
}

static bool is_method(uint16_t method)
{
	return method <= 20 || (method >= ZIP_ZSTD && method <= ZIP_AES);
}

static bool is_name(struct span name)
{
	if (name.len == 0 || name.len > NAME_MAX_BYTES)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (name.ptr[i] < ' ')
			return false;
	return true;
}

bool zip_local(struct span bytes, uint64_t at, struct zip_entry *entry, uint64_t *packed)
{
	struct cur c = cur_init(zip_from(bytes, at, UINT64_MAX));
	const uint8_t *head = cur_take(&c, ZIP_LOCAL_SIZE);
	uint16_t flags = ld_le16(head + 6);
	struct span extra;

	if (c.bad || ld_le32(head) != ZIP_LOCAL_MARK)
		return false;
	*entry = (struct zip_entry){ .views = ZIP_LOCAL, .flags = flags, .method = ld_le16(head + 8),
				     .time = ld_le16(head + 10), .crc = ld_le32(head + 14), .size = ld_le32(head + 22),
				     .encrypted = flags & ZIP_ENCRYPTED, .utf8 = flags & ZIP_UTF8 };
	*packed = ld_le32(head + 18);
	entry->sized = entry->checked = !(flags & ZIP_DESCRIBED);
	entry->name = cur_span(&c, ld_le16(head + 26));
	extra = cur_span(&c, ld_le16(head + 28));
	entry->packed = cur_rest(&c);
	if (c.bad)
		return false;
	zip_extra(entry, extra, packed);
	entry->at = at;
	entry->directory = entry->name.len && entry->name.ptr[entry->name.len - 1] == '/' && entry->size == 0;
	return true;
}

/* Chance makes marks, too. */
static bool is_plausible(struct span bytes, const struct zip_entry *entry)
{
	return bytes.ptr[entry->at + 4] <= VERSION_MAX && is_method(entry->method) && is_name(entry->name);
}

/* Where the next of zip's marks is; the end of the bytes when there is none. */
static uint64_t next_mark(struct span bytes, uint64_t from, uint64_t to)
{
	while (from + 4 <= to) {
		const uint8_t *p = memmem(bytes.ptr + from, (size_t)(to - from), "PK", 2);
		uint32_t mark;

		if (!p || (uint64_t)(p - bytes.ptr) + 4 > to)
			break;
		mark = ld_le32(p);
		from = (uint64_t)(p - bytes.ptr);
		if (mark == ZIP_LOCAL_MARK || mark == ZIP_CENTRAL_MARK || mark == ZIP_END_MARK ||
		    mark == ZIP_BEHIND_MARK)
			return from;
		from += 2;
	}
	return to;
}

/* The bytes of a file whose header says how many they are, or else up to the next mark. Returns where they end. */
static uint64_t take_bytes(struct span bytes, struct zip_entry *entry, uint64_t packed, uint64_t to)
{
	uint64_t from = (uint64_t)(entry->packed.ptr - bytes.ptr);
	uint64_t end;

	if (entry->sized) {
		entry->cut = packed > bytes.len - from;
		end = entry->cut ? bytes.len : from + packed;
	} else {
		end = next_mark(bytes, from, to);
		entry->cut = end == bytes.len;
	}
	entry->packed = zip_from(bytes, from, end - from);
	return end;
}

void zip_gap(struct zip_reading *r, uint64_t from, uint64_t to)
{
	struct span bytes = r->zip->bytes;
	struct zip_entry entry;
	struct zip_end end;
	uint64_t packed;

	while ((from = next_mark(bytes, from, to)) < to) {
		if (zip_local(bytes, from, &entry, &packed) && is_plausible(bytes, &entry)) {
			from = take_bytes(bytes, &entry, packed, to);
			if (!zip_add(r, &entry))
				return;
			continue;
		}
		if (zip_end_at(bytes, from, &end))
			r->zip->directories = true;
		from += 4;
	}
}
