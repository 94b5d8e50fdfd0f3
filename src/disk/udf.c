/*
 * udf.c - file systems of UDF, as images have that are burnt or made by Windows (ECMA-167, OSTA UDF 2.60).
 *
 * From the anchor at block 256 to the volume, its partition, the root folder, and down. Read are partitions as they
 * lie on the disk, and those with their metadata apart; virtual and sparable ones are told.
 */
#include "disk/disk.h"

#include "base/cursor.h"
#include "base/pen.h"
#include "format/charset.h"

#define BLOCK      2048
#define ANCHOR     256
#define DEPTH      16
#define PATH       1024
#define SEQUENCE   64  /* descriptors of a volume that are looked at */
#define EXTENTS    4096
#define PARTITIONS 2   /* maps: one of the bytes, one of the metadata */

enum { TAG_ANCHOR = 2, TAG_PARTITION = 5, TAG_VOLUME = 6, TAG_END = 8, TAG_FILE_SET = 256, TAG_NAME = 257,
       TAG_FILE = 261, TAG_FILE_LONG = 266 };
enum { NAME_FOLDER = 2, NAME_DELETED = 4, NAME_PARENT = 8 };
enum { PLACE_SHORT = 0, PLACE_LONG = 1, PLACE_INSIDE = 3 };

/* Pieces of a file, as its entry has them; or the bytes themselves. */
struct places {
	struct cur at;
	uint8_t kind;
	uint16_t map; /* which short ones are of */
	uint64_t size;
};

struct udf {
	struct disk_walk *w;
	uint64_t partition;  /* where it begins */
	uint32_t maps;
	bool metadata[PARTITIONS]; /* the map leads through a file */
	uint64_t metadata_at;      /* where that begins: it lies in one piece */
	uint8_t path[PATH];
	bool over;
};

static void block_read(struct udf *udf, uint64_t at, uint8_t block[BLOCK])
{
	disk_copy(&udf->w->disk, at, block, BLOCK);
}

static uint64_t place_of(const struct udf *udf, uint32_t block, uint16_t map)
{
	if (map < PARTITIONS && udf->metadata[map])
		return udf->metadata_at + (uint64_t)block * BLOCK;
	return udf->partition + (uint64_t)block * BLOCK;
}

/* --- entries of files --- */

/* ECMA-167 4/14.9, 14.17. False: it is none. */
static bool entry_read(struct udf *udf, uint64_t at, uint16_t map, uint8_t block[BLOCK], struct places *places)
{
	uint16_t tag;
	uint32_t attributes, len, base;

	if (udf->over || !exam_work(udf->w->e, BLOCK))
		return false;
	block_read(udf, at, block);
	tag = ld_le16(block);
	if (tag != TAG_FILE && tag != TAG_FILE_LONG)
		return false;
	base = tag == TAG_FILE ? 176 : 216;
	attributes = ld_le32(block + base - 8);
	len = ld_le32(block + base - 4);
	if (attributes > BLOCK - base || len > BLOCK - base - attributes)
		return false;
	*places = (struct places){ .kind = ld_le16(block + 34) & 7, .map = map, .size = ld_le64(block + 56),
				   .at = cur_init((struct span){ block + base + attributes, len }) };
	return true;
}

/* The next piece; false at the end. */
static bool next_place(struct udf *udf, struct places *places, uint64_t *at, uint64_t *len)
{
	uint32_t size = cur_le32(&places->at), block = cur_le32(&places->at);
	uint16_t map = places->map;

	if (places->kind == PLACE_LONG) {
		map = cur_le16(&places->at);
		cur_take(&places->at, 6);
	}
	if (places->at.bad || (size & 0x3fffffff) == 0)
		return false;
	udf->w->broken |= size >> 30 == 3; /* more pieces elsewhere: not followed */
	*at = size >> 30 ? DISK_HOLE : place_of(udf, block, map);
	*len = size & 0x3fffffff;
	return size >> 30 != 3;
}

/* All bytes of a file into the pour that is open. */
static void pour_places(struct udf *udf, struct places *places)
{
	uint64_t at, len, left = places->size;

	if (places->kind == PLACE_INSIDE) {
		struct span inside = cur_rest(&places->at);

		pour_span(&udf->w->pour, (struct span){ inside.ptr, left < inside.len ? (size_t)left : inside.len });
		return;
	}
	for (unsigned i = 0; i < EXTENTS && left && next_place(udf, places, &at, &len); i++) {
		if (len > left)
			len = left;
		if (!disk_pour(udf->w, at, len))
			break;
		left -= len;
	}
	udf->w->broken |= left && !udf->w->pour.cut;
}

/* --- folders --- */

static void walk_folder(struct udf *udf, uint64_t at, uint16_t map, size_t path_len, unsigned depth);

/* A name is of bytes or of UTF-16 in big-endian order, as its first byte says (OSTA UDF 2.1.1). */
static struct span name_of(struct udf *udf, struct span name, size_t path_len)
{
	struct arena *arena = &udf->w->e->arena;
	struct span raw = name.len ? (struct span){ name.ptr + 1, name.len - 1 } : name, text;
	struct pen pen = pen_init(udf->path, sizeof(udf->path));

	text = charset_text(raw, text_span(name.len && *name.ptr == 16 ? "utf-16be" : "windows-1252"), PATH, arena);
	pen.used = path_len;
	pen_span(&pen, text);
	return pen_since(&pen, 0);
}

static void see_file(struct udf *udf, struct span name, uint64_t at, uint16_t map)
{
	uint8_t block[BLOCK];
	struct places places;

	if (!entry_read(udf, at, map, block, &places)) {
		udf->w->broken = true;
		return;
	}
	if (!udf->w->begin(udf->w, name, places.size))
		return;
	pour_places(udf, &places);
	udf->w->end(udf->w, name);
}

static void see_name(struct udf *udf, const uint8_t *head, struct span bytes, size_t path_len, unsigned depth)
{
	uint64_t at = place_of(udf, ld_le32(head + 24), ld_le16(head + 28));
	size_t mark = arena_mark(&udf->w->e->arena);
	struct span name;

	if (head[18] & (NAME_DELETED | NAME_PARENT))
		return;
	if (!exam_entry(udf->w->e, udf->w->part)) {
		udf->over = true;
		return;
	}
	name = name_of(udf, bytes, path_len);
	if (!(head[18] & NAME_FOLDER)) {
		see_file(udf, name, at, ld_le16(head + 28));
	} else if (depth < DEPTH && name.len < PATH) {
		udf->path[name.len] = '/';
		walk_folder(udf, at, ld_le16(head + 28), name.len + 1, depth + 1);
	} else {
		exam_unseen(udf->w->e, udf->w->part, UNSEEN_LIMIT, "too many folders inside each other");
	}
	arena_back(&udf->w->e->arena, mark);
}

static void walk_folder(struct udf *udf, uint64_t at, uint16_t map, size_t path_len, unsigned depth)
{
	uint8_t block[BLOCK];
	struct places places;
	struct cur c;

	if (!entry_read(udf, at, map, block, &places)) {
		udf->w->broken = true;
		return;
	}
	udf->w->pour = pour_begin(&udf->w->e->arena, exam_inflate_room(udf->w->e, udf->w->part->bytes.len));
	pour_places(udf, &places);
	c = cur_init(pour_end(&udf->w->pour));
	while (c.left >= 38 && !udf->over) {
		const uint8_t *head = cur_take(&c, 38);
		struct span name;

		if (ld_le16(head) != TAG_NAME)
			return;
		cur_span(&c, ld_le16(head + 36));
		name = cur_span(&c, head[19]);
		if (!c.bad)
			see_name(udf, head, name, path_len, depth);
		if (c.off % 4)
			cur_span(&c, 4 - c.off % 4);
	}
}

/* --- the volume --- */

/* Maps: type 1 is the partition; of type 2 "*UDF Metadata Partition" is a file in it, whose entry is at a block. */
static bool read_maps(struct udf *udf, const uint8_t *volume, uint32_t metadata[PARTITIONS])
{
	struct cur c = cur_init((struct span){ volume + 440, BLOCK - 440 });

	udf->maps = ld_le32(volume + 268);
	for (uint32_t i = 0; i < udf->maps; i++) {
		uint8_t kind = cur_u8(&c), len = cur_u8(&c);
		struct span map = cur_span(&c, len > 2 ? len - 2u : 0);

		if (c.bad || i >= PARTITIONS)
			return false;
		if (kind == 1)
			continue;
		if (map.len < 62 || memcmp(map.ptr + 3, "*UDF Metadata Partition", 23) != 0)
			return false;
		udf->metadata[i] = true;
		metadata[i] = ld_le32(map.ptr + 38);
	}
	return true;
}

static bool open_metadata(struct udf *udf, const uint32_t metadata[PARTITIONS])
{
	uint8_t block[BLOCK];
	struct places places;
	uint64_t at, len;

	for (uint16_t i = 0; i < PARTITIONS; i++) {
		if (!udf->metadata[i])
			continue;
		udf->metadata[i] = false;
		if (!entry_read(udf, place_of(udf, metadata[i], i), i, block, &places) ||
		    places.kind == PLACE_INSIDE || !next_place(udf, &places, &at, &len))
			return false;
		udf->metadata_at = at;
		udf->metadata[i] = true;
	}
	return true;
}

/* The descriptors of the volume, from where the anchor says. */
static enum err open_volume(struct udf *udf, uint32_t from, uint64_t *root, uint16_t *map)
{
	uint8_t block[BLOCK], volume[BLOCK] = { 0 };
	uint32_t metadata[PARTITIONS] = { 0 };
	bool partition = false;

	for (uint32_t i = 0; i < SEQUENCE; i++) {
		block_read(udf, udf->w->from + (uint64_t)(from + i) * BLOCK, block);
		if (ld_le16(block) == TAG_PARTITION) {
			udf->partition = udf->w->from + (uint64_t)ld_le32(block + 188) * BLOCK;
			partition = true;
		}
		if (ld_le16(block) == TAG_VOLUME)
			memcpy(volume, block, BLOCK);
		if (ld_le16(block) == TAG_END)
			break;
	}
	if (!partition || ld_le16(volume) != TAG_VOLUME)
		return ERR_FORMAT;
	if (ld_le32(volume + 212) != BLOCK || !read_maps(udf, volume, metadata) || !open_metadata(udf, metadata))
		return ERR_UNSUPPORTED;
	block_read(udf, place_of(udf, ld_le32(volume + 252), ld_le16(volume + 256)), block);
	if (ld_le16(block) != TAG_FILE_SET)
		return ERR_FORMAT;
	*map = ld_le16(block + 408);
	*root = place_of(udf, ld_le32(block + 404), *map);
	return OK;
}

enum err disk_udf(struct disk_walk *w)
{
	struct udf udf = { .w = w };
	uint8_t block[BLOCK];
	uint64_t root;
	uint16_t map;
	enum err err;

	block_read(&udf, w->from + (uint64_t)ANCHOR * BLOCK, block);
	if (ld_le16(block) != TAG_ANCHOR || ld_le32(block + 12) != ANCHOR)
		return ERR_FORMAT;
	err = open_volume(&udf, ld_le32(block + 20), &root, &map);
	if (err)
		return err;
	walk_folder(&udf, root, map, 0, 0);
	return OK;
}
