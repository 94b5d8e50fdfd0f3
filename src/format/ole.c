/* ole.c - compound files: the table of sectors, its chains, the directory and its tree. */
#include "format/ole.h"

#include "base/line.h"
#include "base/pen.h"

#include <stdio.h>

#define HEADER      512 /* bytes */
#define HEADER_FATS 109 /* sectors of the FAT that the header names */
#define ENTRY       128 /* bytes of an entry of the directory */
#define NAME        64  /* bytes of its name */
#define MINI_BELOW  4096 /* streams that are shorter lie in the mini stream */
#define SECTOR_LAST 0xfffffffau /* higher numbers mean something else (MS-CFB 2.1) */
#define CHAIN_END   0xfffffffeu
#define NO_ENTRY    0xffffffffu
#define WALKS       8 /* times that all sectors may be walked over */
#define WALKS_FREE  4096

static const uint8_t signature[] = { 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1 };
static const uint8_t signature_beta[] = { 0x0e, 0x11, 0xfc, 0x0d, 0xd0, 0xcf, 0x11, 0x0e };

/* Whose sectors a chain is of: the file's, or the mini stream's. */
struct sectors {
	struct span bytes; /* sector 0 begins at 0 */
	uint32_t count;
	uint8_t shift;
	bool mini;
};

bool ole_is(struct span bytes)
{
	return bytes.len >= HEADER && (memcmp(bytes.ptr, signature, sizeof(signature)) == 0 ||
				       memcmp(bytes.ptr, signature_beta, sizeof(signature_beta)) == 0);
}

static uint32_t sector_count(size_t bytes, uint8_t shift)
{
	size_t count = (bytes >> shift) + ((bytes & (((size_t)1 << shift) - 1)) != 0);

	return count < SECTOR_LAST ? (uint32_t)count : SECTOR_LAST;
}

/* The file's sectors: number 0 follows the header, which takes a whole one. */
static struct sectors sectors_of_file(const struct ole *ole)
{
	size_t head = (size_t)1 << ole->shift;
	struct span rest = { ole->bytes.ptr, 0 };

	if (ole->bytes.len > head)
		rest = (struct span){ ole->bytes.ptr + head, ole->bytes.len - head };
	return (struct sectors){ .bytes = rest, .count = ole->sectors, .shift = ole->shift };
}

static struct sectors sectors_of_mini(const struct ole *ole)
{
	return (struct sectors){ .bytes = ole->mini,
				 .count = sector_count(ole->mini.len, ole->mini_shift),
				 .shift = ole->mini_shift,
				 .mini = true };
}

/* `count` sectors in a row, as far as they are there. */
static struct span sectors_run(const struct sectors *s, uint32_t from, uint32_t count)
{
	size_t at = (size_t)from << s->shift, want = (size_t)count << s->shift;

	if (from >= s->count || at >= s->bytes.len)
		return (struct span){ s->bytes.ptr, 0 };
	if (want > s->bytes.len - at)
		want = s->bytes.len - at;
	return (struct span){ s->bytes.ptr + at, want };
}

/* A number of the FAT. Where that is lost, files mostly go on with the next sector. */
static uint32_t fat_next(struct ole *ole, uint32_t sector)
{
	struct sectors file = sectors_of_file(ole);
	unsigned per_shift = ole->shift - 2u;
	size_t at = (sector & ((1u << per_shift) - 1)) * 4u;
	struct span fat = { 0 };

	if (sector >> per_shift < ole->fat_count)
		fat = sectors_run(&file, ole->fat[sector >> per_shift], 1);
	if (at + 4 > fat.len) {
		ole->broken = true;
		return sector + 1;
	}
	return ld_le32(fat.ptr + at);
}

static uint32_t mini_next(struct ole *ole, uint32_t sector)
{
	size_t at = (size_t)sector * 4;

	if (at + 4 > ole->mini_fat.len) {
		ole->broken = true;
		return sector + 1;
	}
	return ld_le32(ole->mini_fat.ptr + at);
}

/* Moves along a chain while it runs straight. Returns how many sectors; *next is where it goes on. */
static uint32_t chain_run(struct ole *ole, const struct sectors *s, uint32_t from, uint32_t most, uint32_t *next)
{
	uint32_t count = 0;

	do {
		*next = s->mini ? mini_next(ole, from + count) : fat_next(ole, from + count);
		count++;
	} while (count < most && *next == from + count && *next < s->count);
	ole->walks -= count < ole->walks ? count : ole->walks;
	return count;
}

/* The bytes of a chain, at most `size`: a view where it runs straight, else poured. */
static struct span chain_bytes(struct ole *ole, const struct sectors *s, uint32_t start, uint64_t size,
			       struct arena *arena)
{
	uint32_t left = s->count, next = start;
	struct span first = { cur_zeros, 0 };
	struct pour pour;

	if (size >> s->shift < left)
		left = (uint32_t)(size >> s->shift) + ((size & ((1u << s->shift) - 1)) != 0);
	for (bool pouring = false;; pouring = true) {
		uint32_t from = next, count;
		struct span run;

		if (!left || from >= s->count || !ole->walks) {
			ole->broken |= left && from != CHAIN_END;
			if (pouring)
				first = pour_end(&pour);
			break;
		}
		count = chain_run(ole, s, from, left, &next);
		run = sectors_run(s, from, count);
		left -= count;
		if (!pouring && (!left || next >= s->count)) {
			first = run;
			ole->broken |= left && next != CHAIN_END;
			break;
		}
		if (!pouring)
			pour = pour_begin(arena, (size_t)s->count << s->shift);
		pour_span(&pour, run);
	}
	if (first.len > size)
		first.len = (size_t)size;
	return first;
}

/* Where the FAT lies: in the header, then in a chain of its own (MS-CFB 2.5). Returns whether there is memory. */
static bool read_fat(struct ole *ole, struct arena *arena)
{
	struct sectors file = sectors_of_file(ole);
	uint32_t per = 1u << (ole->shift - 2), need = ole->sectors / per + 1;
	uint32_t said = ld_le32(ole->bytes.ptr + 44), next = ld_le32(ole->bytes.ptr + 68);
	struct cur list = cur_init((struct span){ ole->bytes.ptr + 76, HEADER_FATS * 4 });

	ole->fat = arena_take(arena, need * sizeof(*ole->fat));
	if (!ole->fat)
		return false;
	if (said < need)
		need = said;
	for (uint32_t chained = 0; ole->fat_count < need; ole->fat_count++) {
		if (list.left < 4) {
			struct span sector = sectors_run(&file, next, 1);

			if (sector.len < (size_t)per * 4 || chained++ > need)
				break;
			list = cur_init((struct span){ sector.ptr, (per - 1) * 4u });
			next = ld_le32(sector.ptr + (per - 1) * 4u);
		}
		ole->fat[ole->fat_count] = cur_le32(&list);
	}
	return true;
}

/* UTF-16 up to its length, or to a zero where that lies. */
static void write_name(struct pen *pen, const uint8_t *entry)
{
	size_t len = ld_le16(entry + NAME);
	struct cur c = cur_init((struct span){ entry, len < NAME ? len : NAME });

	while (c.left >= 2) {
		uint32_t unit = cur_le16(&c);

		if (!unit)
			break;
		if ((unit & 0xfc00) == 0xd800 && c.left >= 2 && (ld_le16(c.p) & 0xfc00) == 0xdc00)
			unit = 0x10000 + ((unit & 0x3ff) << 10) + (cur_le16(&c) & 0x3ff);
		pen_rune(pen, unit);
	}
}

/* The path is that of its folder and the name; when both do not fit, it is the name. */
static void entry_name(struct ole_entry *entry, const struct ole_entry *folder, const uint8_t *from)
{
	uint8_t room[NAME * 2]; /* 3 bytes of UTF-8 for 2 of UTF-16 */
	struct pen name = pen_init(room, sizeof(room)), path = pen_init(entry->path, sizeof(entry->path) - 1);
	size_t before = folder ? (size_t)((const char *)folder->name.ptr - folder->path) + folder->name.len : 0;

	write_name(&name, from);
	if (before && before + 1 + name.used < sizeof(entry->path)) {
		pen_span(&path, (struct span){ (const uint8_t *)folder->path, before });
		pen_byte(&path, '/');
	}
	before = path.used;
	pen_span(&path, pen_since(&name, 0));
	entry->path[path.used] = '\0';
	entry->name = pen_since(&path, before);
}

static void read_entry(struct ole *ole, struct ole_entry *entry, const uint8_t *from)
{
	entry->kind = from[66];
	if (entry->kind != OLE_FOLDER && entry->kind != OLE_STREAM && entry->kind != OLE_ROOT)
		entry->kind = OLE_UNUSED;
	memcpy(entry->clsid, from + 80, OLE_CLSID);
	entry->start = ld_le32(from + 116);
	/* Version 3 has garbage in the upper half (MS-CFB 2.6.3). */
	entry->size = ole->shift > 9 ? ld_le64(from + 120) : ld_le32(from + 120);
	entry->parent = -1;
	entry->path[0] = '\0';
	entry->name = (struct span){ (const uint8_t *)entry->path, 0 };
}

/* One step of the walk over the tree: an entry, and the folder that it was reached from. */
struct step {
	uint32_t entry, folder;
};

static void step_to(struct ole *ole, struct step *steps, uint32_t *count, struct step step)
{
	if (step.entry == NO_ENTRY)
		return;
	if (step.entry >= ole->count || ole->entries[step.entry].parent >= 0 || step.entry == 0 ||
	    ole->entries[step.entry].kind == OLE_UNUSED) {
		ole->broken |= !ole->more;
		return;
	}
	ole->entries[step.entry].parent = (int32_t)step.folder; /* reached: once is enough */
	steps[(*count)++] = step;
}

/* Siblings hang in a tree by "left" and "right", what a folder holds by its "child" (MS-CFB 2.6.4). */
static bool read_tree(struct ole *ole, const uint8_t *directory, struct arena *arena)
{
	struct step *steps = arena_take(arena, ole->count * sizeof(*steps));
	uint32_t count = 0;

	if (!steps)
		return false;
	step_to(ole, steps, &count, (struct step){ ld_le32(directory + 76), 0 });
	while (count) {
		struct step at = steps[--count];
		const uint8_t *from = directory + (size_t)at.entry * ENTRY;
		struct ole_entry *entry = &ole->entries[at.entry];

		entry_name(entry, &ole->entries[at.folder], from);
		step_to(ole, steps, &count, (struct step){ ld_le32(from + 68), at.folder });
		step_to(ole, steps, &count, (struct step){ ld_le32(from + 72), at.folder });
		if (entry->kind == OLE_FOLDER)
			step_to(ole, steps, &count, (struct step){ ld_le32(from + 76), at.entry });
	}
	return true;
}

static enum err read_directory(struct ole *ole, uint32_t entries_max, struct arena *arena)
{
	struct sectors file = sectors_of_file(ole);
	struct span bytes = chain_bytes(ole, &file, ld_le32(ole->bytes.ptr + 48), UINT64_MAX, arena);
	size_t count = bytes.len / ENTRY;

	ole->more = count > entries_max;
	ole->count = (uint32_t)(ole->more ? entries_max : count);
	if (!ole->count) {
		ole->broken = true;
		return OK;
	}
	ole->entries = arena_take(arena, ole->count * sizeof(*ole->entries));
	if (!ole->entries)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < ole->count; i++)
		read_entry(ole, &ole->entries[i], bytes.ptr + (size_t)i * ENTRY);
	if (!read_tree(ole, bytes.ptr, arena))
		return ERR_MEMORY;
	for (uint32_t i = 1; i < ole->count; i++)
		if (ole->entries[i].kind != OLE_UNUSED && ole->entries[i].parent < 0)
			entry_name(&ole->entries[i], NULL, bytes.ptr + (size_t)i * ENTRY);
	return OK;
}

enum err ole_read(struct span bytes, uint32_t entries_max, struct arena *arena, struct ole *ole)
{
	struct ole o = { .bytes = bytes };
	struct sectors file;
	enum err err;

	if (!ole_is(bytes))
		return ERR_FORMAT;
	o.shift = bytes.ptr[30];
	o.mini_shift = bytes.ptr[32];
	if (o.shift < 9 || o.shift > 16 || o.mini_shift > o.shift || !o.mini_shift) {
		o.broken = true;
		o.shift = bytes.ptr[26] == 4 ? 12 : 9;
		o.mini_shift = 6;
	}
	if (bytes.len > (size_t)1 << o.shift)
		o.sectors = sector_count(bytes.len - ((size_t)1 << o.shift), o.shift);
	o.walks = (uint64_t)o.sectors * WALKS + WALKS_FREE;
	if (!read_fat(&o, arena))
		return ERR_MEMORY;
	err = read_directory(&o, entries_max, arena);
	if (err != OK)
		return err;
	file = sectors_of_file(&o);
	if (o.count && o.entries[0].kind == OLE_ROOT && o.entries[0].size) {
		o.mini_fat = chain_bytes(&o, &file, ld_le32(bytes.ptr + 60),
					 (uint64_t)ld_le32(bytes.ptr + 64) << o.shift, arena);
		o.mini = chain_bytes(&o, &file, o.entries[0].start, o.entries[0].size, arena);
	}
	*ole = o;
	return OK;
}

struct span ole_stream(struct ole *ole, const struct ole_entry *entry, size_t limit, struct arena *arena)
{
	bool small = entry->size < MINI_BELOW;
	struct sectors s = small ? sectors_of_mini(ole) : sectors_of_file(ole);
	struct span bytes;

	if (entry->kind != OLE_STREAM || !entry->size)
		return (struct span){ cur_zeros, 0 };
	bytes = chain_bytes(ole, &s, entry->start, entry->size < limit ? entry->size : limit, arena);
	if (bytes.len < entry->size && bytes.len < limit)
		ole->broken = true;
	return bytes;
}

const struct ole_entry *ole_find(const struct ole *ole, const char *path)
{
	for (uint32_t i = 1; i < ole->count; i++) {
		const struct ole_entry *entry = &ole->entries[i];
		const uint8_t *from = (const uint8_t *)entry->path;

		if (entry->parent >= 0 &&
		    line_is((struct span){ from, (size_t)(entry->name.ptr - from) + entry->name.len }, path))
			return entry;
	}
	return NULL;
}

const struct ole_entry *ole_find_in(const struct ole *ole, const struct ole_entry *folder, const char *name)
{
	int32_t at = (int32_t)(folder - ole->entries);

	for (uint32_t i = 1; i < ole->count; i++)
		if (ole->entries[i].parent == at && line_is(ole->entries[i].name, name))
			return &ole->entries[i];
	return NULL;
}

char *ole_guid_text(const uint8_t guid[OLE_CLSID], char text[OLE_GUID_TEXT])
{
	snprintf(text, OLE_GUID_TEXT, "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x", ld_le32(guid),
		 ld_le16(guid + 4), ld_le16(guid + 6), guid[8], guid[9], guid[10], guid[11], guid[12], guid[13],
		 guid[14], guid[15]);
	return text;
}
