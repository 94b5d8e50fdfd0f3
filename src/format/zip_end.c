/*
 * zip_end.c - the record at the end of a zip, and where it says that the directory is.
 *
 * Programs look for it from the end backwards, and where bytes were put in front (self-extracting archives), its
 * offsets are off by as many. Several records in one file make programs see different archives.
 */
#include "format/zip_private.h"

#define MARK64          0x06064b50u /* of the record of zip64, APPNOTE 4.3.14 */
#define LOCATOR64       0x07064b50u /* of what tells where that is, 4.3.15 */
#define LOCATOR64_SIZE  20
#define RECORD64_SIZE   56
#define MAXED           0xffffffffu /* look for it in zip64 */
#define MAXED_COUNT     0xffffu

/* The record of zip64 lies where its locator says, or right in front of that where bytes were put before. */
static bool find64(struct span bytes, uint64_t end, uint64_t *at)
{
	if (end < LOCATOR64_SIZE || !zip_mark_at(bytes, end - LOCATOR64_SIZE, LOCATOR64))
		return false;
	*at = ld_le64(bytes.ptr + end - LOCATOR64_SIZE + 8);
	if (bytes.len >= RECORD64_SIZE && *at <= bytes.len - RECORD64_SIZE && zip_mark_at(bytes, *at, MARK64))
		return true;
	*at = end - LOCATOR64_SIZE - RECORD64_SIZE;
	return end >= LOCATOR64_SIZE + RECORD64_SIZE && zip_mark_at(bytes, *at, MARK64);
}

static void read64(const uint8_t *record, struct zip_end *end)
{
	if (end->count == MAXED_COUNT)
		end->count = ld_le64(record + 32);
	if (end->size == MAXED)
		end->size = ld_le64(record + 40);
	if (end->offset == MAXED)
		end->offset = ld_le64(record + 48);
}

bool zip_end_at(struct span bytes, uint64_t at, struct zip_end *end)
{
	struct cur c = cur_init(zip_from(bytes, at, ZIP_END_SIZE));
	const uint8_t *record = cur_take(&c, ZIP_END_SIZE);
	uint64_t behind = at, at64;
	bool by_size, by_offset;

	if (c.bad || ld_le32(record) != ZIP_END_MARK)
		return false;
	*end = (struct zip_end){ .at = at, .count = ld_le16(record + 10), .size = ld_le32(record + 12),
				 .offset = ld_le32(record + 16) };
	end->comment = zip_from(bytes, at + ZIP_END_SIZE, ld_le16(record + 20));
	if (find64(bytes, at, &at64)) {
		read64(bytes.ptr + at64, end);
		behind = at64;
	}
	if (end->count == 0 && end->size == 0) {
		end->start = behind;
		return true;
	}
	by_size = end->size <= behind && zip_mark_at(bytes, behind - end->size, ZIP_CENTRAL_MARK);
	by_offset = zip_mark_at(bytes, end->offset, ZIP_CENTRAL_MARK);
	end->start = by_size ? behind - end->size : end->offset;
	end->shift = end->start - end->offset;
	end->doubtful = by_size && by_offset && end->shift != 0;
	return by_size || by_offset;
}

bool zip_end_find(struct span bytes, struct zip_end *end)
{
	size_t left = bytes.len >= ZIP_END_SIZE ? bytes.len - ZIP_END_SIZE + 1 : 0;
	const uint8_t *p;

	while (left && (p = memrchr(bytes.ptr, 'P', left)) != NULL) {
		left = (size_t)(p - bytes.ptr);
		if (zip_end_at(bytes, left, end))
			return true;
	}
	return false;
}
