/*
 * disk.c - the bytes of a disk in their container, and its partitions.
 *
 * Sources: Microsoft's Virtual Hard Disk Image Format Specification 1.0, [MS-VHDX] 2, UEFI 2.10 chapter 5 (GPT and
 * the table of partitions in the first sector).
 */
#include "disk/disk.h"

#include "base/cursor.h"

#define SECTOR      512
#define PARTITIONS  16 /* that are looked at */

#define MB ((uint64_t)1 << 20)

static struct span from(struct span bytes, uint64_t at, uint64_t len)
{
	if (at > bytes.len)
		at = bytes.len;
	return (struct span){ bytes.ptr + at, len < bytes.len - at ? (size_t)len : bytes.len - (size_t)at };
}

static uint32_t be32_at(struct span bytes, uint64_t at)
{
	struct cur c = cur_init(from(bytes, at, 4));

	return cur_be32(&c);
}

static uint32_t le32_at(struct span bytes, uint64_t at)
{
	struct cur c = cur_init(from(bytes, at, 4));

	return cur_le32(&c);
}

static uint64_t be64_at(struct span bytes, uint64_t at)
{
	return (uint64_t)be32_at(bytes, at) << 32 | be32_at(bytes, at + 4);
}

static uint64_t le64_at(struct span bytes, uint64_t at)
{
	return le32_at(bytes, at) | (uint64_t)le32_at(bytes, at + 4) << 32;
}

/* --- containers --- */

enum { VHD_FIXED = 2, VHD_DYNAMIC = 3 };

/* The footer stands at the end; of dynamic disks a copy of it at the beginning, which a cut file has still. */
static enum err open_vhd(struct disk *disk)
{
	struct span bytes = disk->bytes, footer = bytes, head;
	uint64_t head_at;

	if (bytes.len < SECTOR)
		return ERR_FORMAT;
	if (memcmp(bytes.ptr, "conectix", 8) != 0)
		footer = from(bytes, bytes.len - SECTOR, SECTOR);
	if (be32_at(footer, 60) == VHD_FIXED) {
		disk->size = bytes.len - SECTOR;
		return OK;
	}
	if (be32_at(footer, 60) != VHD_DYNAMIC)
		return ERR_UNSUPPORTED;
	head_at = be64_at(footer, 16);
	head = from(bytes, head_at, 1024);
	if (head.len < 1024 || memcmp(head.ptr, "cxsparse", 8) != 0)
		return ERR_FORMAT;
	disk->blocks = DISK_VHD;
	disk->size = be64_at(footer, 48);
	disk->block_size = be32_at(head, 32);
	disk->table = from(bytes, be64_at(head, 16), (uint64_t)be32_at(head, 28) * 4);
	return disk->block_size < SECTOR || disk->block_size > 256 * MB ? ERR_FORMAT : OK;
}

static bool is_guid(struct span bytes, uint64_t at, const char *guid)
{
	return at + 16 <= bytes.len && memcmp(bytes.ptr + at, guid, 16) == 0;
}

#define GUID_BAT      "\x66\x77\xc2\x2d\x23\xf6\x00\x42\x9d\x64\x11\x5e\x9b\xfd\x4a\x08"
#define GUID_METADATA "\x06\xa2\x7c\x8b\x90\x47\x9a\x4b\xb8\xfe\x57\x5f\x05\x0f\x88\x6e"
#define GUID_FILE     "\x37\x67\xa1\xca\x36\xfa\x43\x4d\xb3\xb6\x33\xf0\xaa\x44\xe7\x6b"
#define GUID_SIZE     "\x24\x42\xa5\x2f\x1b\xcd\x76\x48\xb2\x11\x5d\xbe\xd8\x3b\xf4\xb8"
#define GUID_SECTOR   "\x1d\xbf\x41\x81\x6f\xa9\x09\x47\xba\x47\xf2\x33\xa8\xfa\xab\x5f"

enum { VHDX_REGIONS = 192 << 10, VHDX_ITEMS = 32, VHDX_PRESENT = 6, VHDX_PARENT = 2 };

/* 2.6: block size, size of the disk, of a sector. */
static enum err read_metadata(struct disk *disk, struct span metadata)
{
	uint32_t count = le32_at(metadata, 8) >> 16, sector = SECTOR;

	for (uint32_t i = 0; i < count && i < VHDX_ITEMS; i++) {
		uint64_t row = 32 + 32 * (uint64_t)i, at = le32_at(metadata, row + 16);

		if (is_guid(metadata, row, GUID_FILE)) {
			disk->block_size = le32_at(metadata, at);
			if (le32_at(metadata, at + 4) & VHDX_PARENT)
				return ERR_UNSUPPORTED;
		}
		if (is_guid(metadata, row, GUID_SIZE))
			disk->size = le64_at(metadata, at);
		if (is_guid(metadata, row, GUID_SECTOR))
			sector = le32_at(metadata, at);
	}
	if (disk->block_size < MB || disk->block_size > 256 * MB || sector < SECTOR || sector > 4096)
		return ERR_FORMAT;
	disk->chunk = (uint32_t)(((uint64_t)sector << 23) / disk->block_size); /* 2.5 */
	return OK;
}

static enum err open_vhdx(struct disk *disk)
{
	struct span bytes = disk->bytes, metadata = { 0 };
	uint32_t count = le32_at(bytes, VHDX_REGIONS + 8);

	if (le32_at(bytes, VHDX_REGIONS) != 0x69676572) /* "regi" */
		return ERR_FORMAT;
	disk->blocks = DISK_VHDX;
	for (uint32_t i = 0; i < count && i < VHDX_ITEMS; i++) {
		uint64_t row = VHDX_REGIONS + 16 + 32 * (uint64_t)i;
		struct span region = from(bytes, le64_at(bytes, row + 16), le32_at(bytes, row + 24));

		if (is_guid(bytes, row, GUID_BAT))
			disk->table = region;
		if (is_guid(bytes, row, GUID_METADATA))
			metadata = region;
	}
	if (!disk->table.len || !metadata.len)
		return ERR_FORMAT;
	return read_metadata(disk, metadata);
}

enum err disk_open(struct span bytes, enum type type, struct disk *disk)
{
	*disk = (struct disk){ .bytes = bytes, .size = bytes.len };
	if (type == TYPE_VHD)
		return open_vhd(disk);
	if (type == TYPE_VHDX)
		return open_vhdx(disk);
	return OK;
}

/* --- bytes --- */

/* Where a block lies in the file; 0: it was never written. */
static uint64_t block_place(const struct disk *disk, uint64_t block)
{
	uint64_t entry, bitmap;

	if (disk->blocks == DISK_VHD) {
		bitmap = (disk->block_size / SECTOR / 8 + SECTOR - 1) / SECTOR * SECTOR;
		entry = be32_at(disk->table, block * 4);
		return entry == 0xffffffffu || entry == 0 ? 0 : entry * SECTOR + bitmap;
	}
	entry = le64_at(disk->table, (block + block / disk->chunk) * 8);
	return (entry & 7) == VHDX_PRESENT ? entry >> 20 << 20 : 0;
}

struct span disk_piece(const struct disk *disk, uint64_t at, size_t want)
{
	uint64_t in_block, place;

	if (at >= disk->size)
		return (struct span){ 0 };
	if (want > disk->size - at)
		want = (size_t)(disk->size - at);
	if (disk->blocks == DISK_RAW)
		return from(disk->bytes, at, want);
	in_block = at % disk->block_size;
	if (want > disk->block_size - in_block)
		want = (size_t)(disk->block_size - in_block);
	place = block_place(disk, at / disk->block_size);
	if (place == 0)
		return (struct span){ NULL, want };
	return from(disk->bytes, place + in_block, want);
}

void disk_copy(const struct disk *disk, uint64_t at, void *into, size_t want)
{
	uint8_t *out = into;

	memset(into, 0, want);
	while (want) {
		struct span piece = disk_piece(disk, at, want);

		if (!piece.len)
			return;
		if (piece.ptr)
			memcpy(out, piece.ptr, piece.len);
		out += piece.len;
		at += piece.len;
		want -= piece.len;
	}
}

bool disk_pour(struct disk_walk *w, uint64_t at, uint64_t size)
{
	while (size && !w->pour.cut) {
		size_t want = size < MB ? (size_t)size : MB, got;
		struct span piece = { NULL, want };
		uint8_t *room;

		if (at != DISK_HOLE)
			piece = disk_piece(&w->disk, at, want);
		if (!piece.len || !exam_work(w->e, piece.len)) {
			w->broken |= !piece.len;
			return false;
		}
		room = pour_room(&w->pour, piece.len, &got);
		if (got && piece.ptr)
			memcpy(room, piece.ptr, got);
		else if (got)
			memset(room, 0, got);
		w->pour.used += got;
		if (at != DISK_HOLE)
			at += piece.len;
		size -= piece.len;
	}
	return !w->pour.cut;
}

/* --- partitions --- */

static enum err walk_one(struct disk_walk *w, uint64_t at)
{
	enum err err;

	w->from = at;
	err = disk_ntfs(w);
	if (err == ERR_FORMAT)
		err = disk_fat(w);
	if (err == ERR_FORMAT)
		err = disk_udf(w);
	return err;
}

/* One that is read is enough: the others hold what starts the machine. */
static enum err walk_gpt(struct disk_walk *w)
{
	uint8_t head[92], row[128];
	enum err all = ERR_UNSUPPORTED;

	disk_copy(&w->disk, SECTOR, head, sizeof(head));
	for (uint32_t i = 0; i < ld_le32(head + 80) && i < PARTITIONS; i++) {
		disk_copy(&w->disk, ld_le64(head + 72) * SECTOR + (uint64_t)i * ld_le32(head + 84), row, sizeof(row));
		if (ld_le64(row) != 0 && walk_one(w, ld_le64(row + 32) * SECTOR) == OK)
			all = OK;
	}
	return all;
}

static enum err walk_table(struct disk_walk *w, const uint8_t *first)
{
	enum err all = ERR_UNSUPPORTED;

	for (unsigned i = 0; i < 4; i++) {
		const uint8_t *row = first + 446 + 16 * i;

		if (row[4] == 0xee)
			return walk_gpt(w);
		if (row[4] != 0 && ld_le32(row + 8) != 0 && walk_one(w, (uint64_t)ld_le32(row + 8) * SECTOR) == OK)
			all = OK;
	}
	return all;
}

enum err disk_walk(struct disk_walk *w)
{
	uint8_t first[SECTOR];
	enum err err;

	disk_copy(&w->disk, 0, first, sizeof(first));
	err = walk_one(w, 0);
	if (err != ERR_FORMAT)
		return err;
	if (ld_le16(first + 510) != 0xaa55)
		return ERR_UNSUPPORTED;
	return walk_table(w, first);
}
