/*
 * fat.c - file systems of FAT12, FAT16 and FAT32, with long names (Microsoft's FAT specification, 2005).
 *
 * No cluster of a folder is read twice: the walk is counted against the number of clusters that there are.
 */
#include "disk/disk.h"

#include "base/load.h"
#include "base/pen.h"
#include "format/charset.h"

#define SECTOR    512
#define DEPTH     16   /* folders inside each other */
#define ENTRY     32   /* bytes of an entry of a folder */
#define LONG_NAME 260  /* units of UTF-16 */
#define PATH      1024 /* bytes */

enum { ATTRIBUTE_LABEL = 8, ATTRIBUTE_FOLDER = 0x10, ATTRIBUTE_LONG = 0x0f };

struct fat {
	struct disk_walk *w;
	uint64_t table, root, data; /* offsets on the disk */
	uint32_t cluster_size, clusters, root_cluster, root_size;
	uint8_t bits;    /* of an entry in the table */
	uint32_t budget; /* clusters of folders that may still be read */
	bool over;
	uint8_t path[PATH];
	uint8_t name[2 * LONG_NAME]; /* a long one, while its pieces come */
};

static bool fat_open(struct fat *fat)
{
	uint8_t head[SECTOR];
	uint32_t sector, reserved, table_sectors, sectors, root_sectors;
	uint64_t used;

	disk_copy(&fat->w->disk, fat->w->from, head, sizeof(head));
	sector = ld_le16(head + 11);
	reserved = ld_le16(head + 14);
	fat->root_size = (uint32_t)ld_le16(head + 17) * ENTRY;
	sectors = ld_le16(head + 19) ? ld_le16(head + 19) : ld_le32(head + 32);
	table_sectors = ld_le16(head + 22) ? ld_le16(head + 22) : ld_le32(head + 36);
	if (ld_le16(head + 510) != 0xaa55 || sector < SECTOR || sector > 4096 || (sector & (sector - 1)) || !head[13] ||
	    (head[13] & (head[13] - 1)) || !reserved || !head[16] || head[16] > 4 || !table_sectors || !sectors)
		return false;
	root_sectors = (fat->root_size + sector - 1) / sector;
	used = reserved + (uint64_t)head[16] * table_sectors + root_sectors;
	if (used >= sectors)
		return false;
	fat->w->broken |= sectors > (fat->w->disk.size - fat->w->from) / sector; /* cut */
	fat->cluster_size = sector * head[13];
	fat->clusters = (uint32_t)((sectors - used) / head[13]) + 2;
	fat->bits = fat->clusters < 4085 + 2 ? 12 : fat->clusters < 65525 + 2 ? 16 : 32;
	fat->table = fat->w->from + (uint64_t)reserved * sector;
	fat->root = fat->table + (uint64_t)head[16] * table_sectors * sector;
	fat->data = fat->root + (uint64_t)root_sectors * sector;
	fat->root_cluster = ld_le32(head + 44);
	fat->budget = fat->clusters;
	return true;
}

/* The cluster behind one; 0: it is the last, or leads nowhere. */
static uint32_t next_cluster(const struct fat *fat, uint32_t cluster)
{
	uint8_t entry[4];
	uint32_t next;

	disk_copy(&fat->w->disk, fat->table + (uint64_t)cluster * fat->bits / 8, entry, sizeof(entry));
	next = ld_le32(entry);
	if (fat->bits == 12)
		next = cluster & 1 ? next >> 4 & 0xfff : next & 0xfff;
	else if (fat->bits == 16)
		next &= 0xffff;
	else
		next &= 0x0fffffff;
	return next >= 2 && next < fat->clusters ? next : 0;
}

static uint64_t cluster_place(const struct fat *fat, uint32_t cluster)
{
	return fat->data + (uint64_t)(cluster - 2) * fat->cluster_size;
}

static bool is_cluster(const struct fat *fat, uint32_t cluster)
{
	return cluster >= 2 && cluster < fat->clusters;
}

static void see_file(struct fat *fat, struct span name, uint32_t cluster, uint32_t size)
{
	struct disk_walk *w = fat->w;

	if (!w->begin(w, name, size))
		return;
	while (size && is_cluster(fat, cluster)) {
		uint32_t n = size < fat->cluster_size ? size : fat->cluster_size;

		if (!disk_pour(w, cluster_place(fat, cluster), n))
			break;
		size -= n;
		cluster = next_cluster(fat, cluster);
	}
	w->broken |= size && !w->pour.cut;
	w->end(w, name);
}

/* --- names --- */

/* Thirteen units of a long name, which comes from its end; its number is in the first byte. */
static void name_piece(struct fat *fat, const uint8_t *entry)
{
	unsigned number = entry[0] & 0x3f;
	uint8_t *at;

	if (entry[0] & 0x40)
		memset(fat->name, 0, sizeof(fat->name));
	if (number < 1 || number > LONG_NAME / 13)
		return;
	at = fat->name + (size_t)(number - 1) * 26;
	memcpy(at, entry + 1, 10);
	memcpy(at + 10, entry + 14, 12);
	memcpy(at + 22, entry + 28, 4);
}

static struct span short_name(const uint8_t *entry, uint8_t room[12])
{
	struct pen pen = pen_init(room, 12);
	size_t len = 8, end = 3;

	while (len && entry[len - 1] == ' ')
		len--;
	while (end && entry[8 + end - 1] == ' ')
		end--;
	pen_span(&pen, (struct span){ entry, len });
	if (end) {
		pen_byte(&pen, '.');
		pen_span(&pen, (struct span){ entry + 8, end });
	}
	return pen_since(&pen, 0);
}

/* Behind the path of its folder. */
static struct span name_of(struct fat *fat, const uint8_t *entry, size_t path_len)
{
	struct pen pen = pen_init(fat->path, sizeof(fat->path));
	uint8_t room[12];
	size_t len = 0;

	pen.used = path_len;
	while (len + 2 <= sizeof(fat->name) && ld_le16(fat->name + len) != 0 && ld_le16(fat->name + len) != 0xffff)
		len += 2;
	if (len)
		pen_span(&pen, charset_utf16((struct span){ fat->name, len }, PATH, &fat->w->e->arena));
	else
		pen_span(&pen, charset_text(short_name(entry, room), text_span("cp437"), PATH, &fat->w->e->arena));
	memset(fat->name, 0, 2);
	return pen_since(&pen, 0);
}

/* --- folders --- */

static void walk_folder(struct fat *fat, uint32_t cluster, size_t path_len, unsigned depth);

/* False: the folder ends here. */
static bool see_entry(struct fat *fat, const uint8_t *entry, size_t path_len, unsigned depth)
{
	uint32_t cluster = ld_le16(entry + 26) | (fat->bits == 32 ? (uint32_t)ld_le16(entry + 20) << 16 : 0);
	size_t mark;
	struct span name;

	if (entry[0] == 0)
		return false;
	if (entry[0] == 0xe5 || entry[0] == '.')
		return true;
	if ((entry[11] & 0x3f) == ATTRIBUTE_LONG) {
		name_piece(fat, entry);
		return true;
	}
	if (entry[11] & ATTRIBUTE_LABEL)
		return true;
	if (!exam_entry(fat->w->e, fat->w->part)) {
		fat->over = true;
		return false;
	}
	mark = arena_mark(&fat->w->e->arena);
	name = name_of(fat, entry, path_len);
	if (!(entry[11] & ATTRIBUTE_FOLDER)) {
		see_file(fat, name, cluster, ld_le32(entry + 28));
	} else if (depth < DEPTH && name.len < PATH) {
		fat->path[name.len] = '/';
		if (is_cluster(fat, cluster))
			walk_folder(fat, cluster, name.len + 1, depth + 1);
	} else {
		exam_unseen(fat->w->e, fat->w->part, UNSEEN_LIMIT, "too many folders inside each other");
	}
	arena_back(&fat->w->e->arena, mark);
	return true;
}

/* False: the folder ends here. */
static bool see_entries(struct fat *fat, uint64_t at, uint32_t size, size_t path_len, unsigned depth)
{
	uint8_t entry[ENTRY];

	if (!exam_work(fat->w->e, size))
		fat->over = true;
	for (uint32_t i = 0; i + ENTRY <= size && !fat->over; i += ENTRY) {
		disk_copy(&fat->w->disk, at + i, entry, sizeof(entry));
		if (!see_entry(fat, entry, path_len, depth))
			return false;
	}
	return !fat->over;
}

static void walk_folder(struct fat *fat, uint32_t cluster, size_t path_len, unsigned depth)
{
	while (is_cluster(fat, cluster)) {
		if (fat->budget == 0) {
			fat->w->broken = true;
			return;
		}
		fat->budget--;
		if (!see_entries(fat, cluster_place(fat, cluster), fat->cluster_size, path_len, depth))
			return;
		cluster = next_cluster(fat, cluster);
	}
}

enum err disk_fat(struct disk_walk *w)
{
	struct fat fat = { .w = w };

	if (!fat_open(&fat))
		return ERR_FORMAT;
	if (fat.bits == 32)
		walk_folder(&fat, fat.root_cluster, 0, 0);
	else
		see_entries(&fat, fat.root, fat.root_size, 0, 0);
	return OK;
}
