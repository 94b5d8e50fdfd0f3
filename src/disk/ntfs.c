/*
 * ntfs.c - file systems of NTFS: all files that the master file table has, by their names without folders.
 *
 * Source: the NTFS documentation of the Linux-NTFS project (flatcap.github.io/linux-ntfs). Read are plain files, small
 * ones (in the table itself) and large ones; compressed, encrypted and much fragmented ones are told.
 */
#include "disk/disk.h"

#include "base/cursor.h"
#include "format/charset.h"

#define RECORD_MAX   4096 /* bytes of a record in the table */
#define RECORDS_OWN  24   /* the first ones are the file system's own */
#define RUNS_MAX     4096 /* pieces of a file */
#define NAME_TEXT    1024

enum { RECORD_USED = 1, RECORD_FOLDER = 2 };
enum { ATTRIBUTE_LIST = 0x20, ATTRIBUTE_NAME = 0x30, ATTRIBUTE_DATA = 0x80, ATTRIBUTE_END = 0xffffffff };
enum { DATA_COMPRESSED = 1, DATA_ENCRYPTED = 0x4000 };
enum { NAME_DOS = 2 };

struct ntfs {
	struct disk_walk *w;
	uint32_t cluster, record; /* bytes of each */
	uint64_t table;           /* where the table begins */
	uint8_t bytes[RECORD_MAX];
};

/* What a record says of a file. */
struct file {
	struct span name;  /* UTF-16 */
	struct span data;  /* of a small one */
	struct span runs;  /* of a large one */
	uint64_t size;
	uint16_t flags;
	bool has_data, scattered;
};

static bool ntfs_open(struct ntfs *ntfs)
{
	uint8_t head[512];
	uint32_t sector, size;

	disk_copy(&ntfs->w->disk, ntfs->w->from, head, sizeof(head));
	sector = ld_le16(head + 11);
	if (memcmp(head + 3, "NTFS    ", 8) != 0 || sector < 512 || sector > 4096 || !head[13])
		return false;
	ntfs->cluster = head[13] <= 128 ? sector * head[13] : sector << (256 - head[13] < 12 ? 256 - head[13] : 12);
	size = head[64] < 128 ? ntfs->cluster * head[64] : 1u << (256 - head[64] < 13 ? 256 - head[64] : 13);
	if (size < 512 || size > RECORD_MAX || size % 512)
		return false;
	ntfs->w->broken |= ld_le64(head + 40) > (ntfs->w->disk.size - ntfs->w->from) / sector; /* cut */
	ntfs->record = size;
	ntfs->table = ntfs->w->from + ld_le64(head + 48) * ntfs->cluster;
	return true;
}

/* The last two bytes of each sector stand in the record's head, to tell torn writes. */
static bool record_read(struct ntfs *ntfs, uint64_t at)
{
	uint16_t from, count;

	disk_copy(&ntfs->w->disk, at, ntfs->bytes, ntfs->record);
	from = ld_le16(ntfs->bytes + 4);
	count = ld_le16(ntfs->bytes + 6);
	if (memcmp(ntfs->bytes, "FILE", 4) != 0 || count != ntfs->record / 512 + 1 ||
	    from + 2u * count > ntfs->record)
		return false;
	for (unsigned i = 1; i < count && 512 * i <= RECORD_MAX; i++)
		memcpy(ntfs->bytes + 512 * i - 2, ntfs->bytes + from + 2 * i, 2);
	return true;
}

static struct span resident(struct span attribute)
{
	struct cur c = cur_init(attribute);
	const uint8_t *head = cur_take(&c, 24);
	uint32_t len = ld_le32(head + 16), at = ld_le16(head + 20);

	if (c.bad || at > attribute.len || len > attribute.len - at)
		return (struct span){ 0 };
	return (struct span){ attribute.ptr + at, len };
}

static void see_name(struct file *file, struct span attribute)
{
	struct span name = resident(attribute);

	if (name.len < 66 || (name.ptr[65] == NAME_DOS && file->name.len) || 66 + 2u * name.ptr[64] > name.len)
		return;
	file->name = (struct span){ name.ptr + 66, 2u * name.ptr[64] };
}

static void see_data(struct file *file, struct span attribute)
{
	uint16_t at;

	if (attribute.ptr[9] != 0 || file->has_data) /* a stream beside the file, or a later piece of it */
		return;
	file->has_data = true;
	file->flags = ld_le16(attribute.ptr + 12);
	if (attribute.ptr[8] == 0) {
		file->data = resident(attribute);
		file->size = file->data.len;
		return;
	}
	if (attribute.len < 64)
		return;
	at = ld_le16(attribute.ptr + 32);
	file->size = ld_le64(attribute.ptr + 48);
	if (at < attribute.len)
		file->runs = (struct span){ attribute.ptr + at, attribute.len - at };
}

static void see_attributes(const struct ntfs *ntfs, struct file *file)
{
	uint32_t at = ld_le16(ntfs->bytes + 20);

	*file = (struct file){ 0 };
	while (at + 24 <= ntfs->record) {
		uint32_t type = ld_le32(ntfs->bytes + at), len = ld_le32(ntfs->bytes + at + 4);
		struct span attribute = { ntfs->bytes + at, len };

		if (type == ATTRIBUTE_END || len < 24 || len > ntfs->record - at)
			return;
		if (type == ATTRIBUTE_NAME)
			see_name(file, attribute);
		else if (type == ATTRIBUTE_DATA)
			see_data(file, attribute);
		else if (type == ATTRIBUTE_LIST)
			file->scattered = true;
		at += len;
	}
}

/* --- runs: pairs of a length and a place that is relative to the one before, each as long as its first byte says --- */

struct run {
	uint64_t clusters, place;
	bool hole;
};

static uint64_t little(const uint8_t *bytes, unsigned count)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < count; i++)
		value |= (uint64_t)bytes[i] << 8 * i;
	return value;
}

static bool next_run(struct cur *c, struct run *run)
{
	uint8_t head = cur_u8(c);
	unsigned length = head & 15, offset = head >> 4;
	const uint8_t *bytes;
	uint64_t step;

	if (head == 0 || length == 0 || length > 8 || offset > 8)
		return false;
	bytes = cur_take(c, length + offset);
	if (c->bad)
		return false;
	run->clusters = little(bytes, length);
	run->hole = offset == 0;
	step = little(bytes + length, offset);
	if (offset && offset < 8 && (bytes[length + offset - 1] & 0x80))
		step |= UINT64_MAX << 8 * offset;
	run->place += step;
	return true;
}

static void pour_runs(struct ntfs *ntfs, const struct file *file)
{
	struct cur c = cur_init(file->runs);
	struct run run = { 0 };
	uint64_t left = file->size;

	for (unsigned i = 0; i < RUNS_MAX && left && next_run(&c, &run); i++) {
		uint64_t n = run.clusters < left / ntfs->cluster + 1 ? run.clusters * ntfs->cluster : left;

		if (n > left)
			n = left;
		if (!disk_pour(ntfs->w, run.hole ? DISK_HOLE : ntfs->w->from + run.place * ntfs->cluster, n))
			break;
		left -= n;
	}
	ntfs->w->broken |= left && !ntfs->w->pour.cut;
}

/* --- files --- */

static void see_file(struct ntfs *ntfs, const struct file *file)
{
	struct disk_walk *w = ntfs->w;
	struct span name = charset_utf16(file->name, NAME_TEXT, &w->e->arena);

	if (file->flags & (DATA_COMPRESSED | DATA_ENCRYPTED) || (file->scattered && !file->has_data)) {
		exam_unseen(w->e, w->part, UNSEEN_UNSUPPORTED, "a compressed, encrypted or scattered file of NTFS");
		return;
	}
	if (!file->has_data || !w->begin(w, name, file->size))
		return;
	if (file->runs.len)
		pour_runs(ntfs, file);
	else
		pour_span(&w->pour, file->data);
	w->end(w, name);
}

static bool see_record(struct ntfs *ntfs, uint64_t at)
{
	size_t mark = arena_mark(&ntfs->w->e->arena);
	struct file file;

	if (!exam_work(ntfs->w->e, ntfs->record))
		return false;
	if (!record_read(ntfs, at) || !(ld_le16(ntfs->bytes + 22) & RECORD_USED) ||
	    (ld_le16(ntfs->bytes + 22) & RECORD_FOLDER) || ld_le64(ntfs->bytes + 32) != 0)
		return true;
	see_attributes(ntfs, &file);
	if (!file.name.len)
		return true;
	if (!exam_entry(ntfs->w->e, ntfs->w->part))
		return false;
	see_file(ntfs, &file);
	arena_back(&ntfs->w->e->arena, mark);
	return true;
}

/* The table is a file, too: the first one, which says where its pieces are. */
enum err disk_ntfs(struct disk_walk *w)
{
	struct ntfs ntfs = { .w = w };
	uint8_t room[RECORD_MAX];
	struct run run = { 0 };
	struct file table;
	uint64_t number = 0;
	struct cur c;

	if (!ntfs_open(&ntfs))
		return ERR_FORMAT;
	if (!record_read(&ntfs, ntfs.table)) {
		w->broken = true;
		return OK;
	}
	see_attributes(&ntfs, &table);
	memcpy(room, table.runs.ptr ? table.runs.ptr : ntfs.bytes, table.runs.len);
	c = cur_init((struct span){ room, table.runs.len });
	while (next_run(&c, &run)) {
		uint64_t at = w->from + run.place * ntfs.cluster;

		for (uint64_t i = 0; i < run.clusters * ntfs.cluster / ntfs.record; i++, number++)
			if (number >= RECORDS_OWN && (at + i * ntfs.record >= w->disk.size ||
						      !see_record(&ntfs, at + i * ntfs.record)))
				return OK;
	}
	return OK;
}
