/* ole_writer.c - the layout of a compound file: FAT first, then the directory, small streams, large streams. */
#include "ole_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FREE      0xffffffffu
#define CHAIN_END 0xfffffffeu
#define FAT_SELF  0xfffffffdu
#define DIFAT_SELF 0xfffffffcu
#define MINI      64
#define SMALL     4096
#define HEADER_FATS 109

static void *need(void *memory)
{
	if (!memory) {
		fprintf(stderr, "ole_writer: no memory\n");
		exit(2);
	}
	return memory;
}

static void put(uint8_t *at, uint64_t number, unsigned bytes)
{
	for (; bytes; bytes--, number >>= 8)
		*at++ = (uint8_t)number;
}

void ole_writer_init(struct ole_writer *w)
{
	memset(w, 0, sizeof(*w));
	w->entries[0] = (struct ole_writer_entry){ .name = "Root Entry", .folder = -1 };
	w->count = 1;
}

void ole_writer_free(struct ole_writer *w)
{
	for (int i = 0; i < w->count; i++)
		free(w->entries[i].bytes);
	w->count = 0;
}

static int entry_in(struct ole_writer *w, int folder, const char *name, size_t len)
{
	for (int i = 1; i < w->count; i++)
		if (w->entries[i].folder == folder && strlen(w->entries[i].name) == len &&
		    strncasecmp(w->entries[i].name, name, len) == 0)
			return i;
	if (w->count == OLE_WRITER_ENTRIES || len >= OLE_WRITER_NAME) {
		fprintf(stderr, "ole_writer: too many entries, or too long a name\n");
		exit(2);
	}
	w->entries[w->count].folder = folder;
	memcpy(w->entries[w->count].name, name, len);
	return w->count++;
}

static int entry_at(struct ole_writer *w, const char *path)
{
	int at = 0;

	while (*path) {
		size_t len = strcspn(path, "/");

		at = entry_in(w, at, path, len);
		path += len + (path[len] == '/');
	}
	return at;
}

void ole_writer_add(struct ole_writer *w, const char *path, struct span bytes)
{
	struct ole_writer_entry *entry = &w->entries[entry_at(w, path)];

	free(entry->bytes);
	entry->stream = true;
	entry->bytes = need(malloc(bytes.len + 1));
	entry->len = bytes.len;
	if (bytes.len)
		memcpy(entry->bytes, bytes.ptr, bytes.len);
}

void ole_writer_class(struct ole_writer *w, const char *path, const char *guid)
{
	uint8_t *clsid = w->entries[entry_at(w, path)].clsid;
	static const unsigned sizes[] = { 4, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		char digits[9] = "";

		while (*guid == '-')
			guid++;
		memcpy(digits, guid, sizes[i] * 2);
		put(clsid, strtoul(digits, NULL, 16), sizes[i]);
		guid += sizes[i] * 2;
		clsid += sizes[i];
	}
}

/* Shorter names are before longer ones (MS-CFB 2.6.4). */
static int by_name(const struct ole_writer_entry *a, const struct ole_writer_entry *b)
{
	size_t la = strlen(a->name), lb = strlen(b->name);

	return la != lb ? (la < lb ? -1 : 1) : strcasecmp(a->name, b->name);
}

/* A balanced tree of sorted siblings; returns its root. */
static uint32_t link_tree(struct ole_writer *w, const int *sorted, int count)
{
	struct ole_writer_entry *middle;

	if (!count)
		return FREE;
	middle = &w->entries[sorted[count / 2]];
	middle->left = link_tree(w, sorted, count / 2);
	middle->right = link_tree(w, sorted + count / 2 + 1, count - count / 2 - 1);
	return (uint32_t)sorted[count / 2];
}

static void link_folder(struct ole_writer *w, int folder)
{
	int sorted[OLE_WRITER_ENTRIES], count = 0;

	for (int i = 1; i < w->count; i++) {
		int at = count;

		if (w->entries[i].folder != folder)
			continue;
		for (; at > 0 && by_name(&w->entries[i], &w->entries[sorted[at - 1]]) < 0; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = i;
		count++;
	}
	w->entries[folder].child = link_tree(w, sorted, count);
}

/* A file that grows by sectors; sector 0 lies behind the header. */
struct file {
	size_t sector;
	uint8_t *bytes;
	uint32_t sectors, next;
	uint32_t *fat;
	bool scattered;
};

static uint32_t sectors_for(const struct file *f, size_t len)
{
	return (uint32_t)((len + f->sector - 1) / f->sector);
}

/* Writes a chain of sectors; returns its first. Scattered: every second sector first, then those between. */
static uint32_t file_chain(struct file *f, const uint8_t *bytes, size_t len)
{
	uint32_t count = sectors_for(f, len), before = CHAIN_END, first = CHAIN_END;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t half = (count + 1) / 2;
		uint32_t sector = f->next + (!f->scattered ? i : i < half ? i * 2 : (i - half) * 2 + 1);
		size_t part = len - i * f->sector < f->sector ? len - i * f->sector : f->sector;

		memcpy(f->bytes + (sector + 1) * f->sector, bytes + i * f->sector, part);
		if (before == CHAIN_END)
			first = sector;
		else
			f->fat[before] = sector;
		f->fat[sector] = CHAIN_END;
		before = sector;
	}
	f->next += count;
	return first;
}

/* The streams that are small, one after the other. */
struct mini {
	uint8_t *bytes, *fat;
	size_t len;
	uint32_t count;
};

static struct mini mini_build(struct ole_writer *w)
{
	struct mini m = { .bytes = need(calloc((size_t)w->count, SMALL)),
			  .fat = need(calloc((size_t)w->count, SMALL / MINI * 4)) };

	for (int i = 1; i < w->count; i++) {
		struct ole_writer_entry *entry = &w->entries[i];

		if (!entry->stream || entry->len >= SMALL || !entry->len)
			continue;
		entry->start = m.count;
		memcpy(m.bytes + m.len, entry->bytes, entry->len);
		for (size_t at = 0; at < entry->len; at += MINI, m.count++)
			put(m.fat + m.count * 4, at + MINI < entry->len ? m.count + 1 : CHAIN_END, 4);
		m.len = (size_t)m.count * MINI;
	}
	return m;
}

static uint8_t *directory_build(const struct ole_writer *w, size_t *len, size_t sector)
{
	uint8_t *bytes;

	*len = ((size_t)w->count * 128 + sector - 1) / sector * sector;
	bytes = need(calloc(1, *len));
	for (int i = 0; i < w->count; i++) {
		const struct ole_writer_entry *entry = &w->entries[i];
		uint8_t *at = bytes + i * 128;

		for (size_t k = 0; entry->name[k]; k++)
			at[k * 2] = (uint8_t)entry->name[k];
		put(at + 64, strlen(entry->name) * 2 + 2, 2);
		at[66] = i == 0 ? 5 : entry->stream ? 2 : 1;
		at[67] = 1; /* black */
		put(at + 68, i == 0 ? FREE : entry->left, 4);
		put(at + 72, i == 0 ? FREE : entry->right, 4);
		put(at + 76, entry->child, 4);
		memcpy(at + 80, entry->clsid, 16);
		put(at + 116, entry->start, 4);
		put(at + 120, entry->len, 8);
	}
	for (size_t i = (size_t)w->count; i < *len / 128; i++)
		memset(bytes + i * 128 + 68, 0xff, 12);
	return bytes;
}

/* The FAT lies at the beginning; behind it the sectors that tell where it lies, if the header has no room. */
static void fat_write(struct file *f, uint32_t fats, uint32_t difats)
{
	uint32_t per = (uint32_t)(f->sector / 4);

	for (uint32_t i = 0; i < fats; i++) {
		uint32_t in = i < HEADER_FATS ? 0 : (i - HEADER_FATS) / (per - 1);
		uint8_t *at = i < HEADER_FATS ? f->bytes + 76 + i * 4
					      : f->bytes + (fats + in + 1) * f->sector +
							(i - HEADER_FATS) % (per - 1) * 4;

		put(at, i, 4);
		f->fat[i] = FAT_SELF;
	}
	for (uint32_t i = 0; i < difats; i++) {
		uint32_t next = i + 1 < difats ? fats + i + 1 : CHAIN_END;

		put(f->bytes + (fats + i + 1) * f->sector + (per - 1) * 4, next, 4);
		f->fat[fats + i] = DIFAT_SELF;
	}
	for (uint32_t i = 0; i < fats * per; i++)
		put(f->bytes + f->sector + i * 4, f->fat[i], 4);
}

static void header_write(const struct ole_writer *w, uint8_t *at, size_t sector)
{
	static const uint8_t signature[] = { 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1 };

	memcpy(at, signature, sizeof(signature));
	put(at + 24, 0x3e, 2);
	put(at + 26, w->version4 ? 4 : 3, 2);
	put(at + 28, 0xfffe, 2);
	put(at + 30, sector == 4096 ? 12 : 9, 2);
	put(at + 32, 6, 2);
	put(at + 56, SMALL, 4);
	memset(at + 76, 0xff, HEADER_FATS * 4);
}

static size_t sectors_needed(const struct ole_writer *w, const struct file *f, const struct mini *m, size_t directory)
{
	size_t count = sectors_for(f, directory) + sectors_for(f, m->len) + sectors_for(f, m->count * 4);

	for (int i = 1; i < w->count; i++)
		if (w->entries[i].len >= SMALL)
			count += sectors_for(f, w->entries[i].len);
	return count;
}

struct span ole_writer_file(struct ole_writer *w)
{
	struct file f = { .sector = w->version4 ? 4096 : 512, .scattered = w->scattered };
	struct mini mini = mini_build(w);
	uint32_t per = (uint32_t)(f.sector / 4), fats = 1, difats = 0;
	size_t directory_len = ((size_t)w->count * 128 + f.sector - 1) / f.sector * f.sector;
	size_t needed = sectors_needed(w, &f, &mini, directory_len);
	uint8_t *directory;

	while ((size_t)fats * per < needed + fats + difats) {
		fats++;
		difats = fats <= HEADER_FATS ? 0 : (fats - HEADER_FATS + per - 2) / (per - 1);
	}
	f.sectors = (uint32_t)needed + fats + difats;
	f.bytes = need(calloc(f.sectors + 1, f.sector));
	f.fat = need(malloc((size_t)fats * per * 4));
	memset(f.fat, 0xff, (size_t)fats * per * 4);
	f.next = fats + difats;
	header_write(w, f.bytes, f.sector);
	w->entries[0].start = file_chain(&f, mini.bytes, mini.len);
	w->entries[0].len = mini.len;
	for (int i = 0; i < w->count; i++)
		link_folder(w, i);
	for (int i = 1; i < w->count; i++)
		if (w->entries[i].len >= SMALL)
			w->entries[i].start = file_chain(&f, w->entries[i].bytes, w->entries[i].len);
	directory = directory_build(w, &directory_len, f.sector);
	put(f.bytes + 60, file_chain(&f, mini.fat, (size_t)mini.count * 4), 4);
	put(f.bytes + 64, sectors_for(&f, (size_t)mini.count * 4), 4);
	put(f.bytes + 40, w->version4 ? sectors_for(&f, directory_len) : 0, 4);
	put(f.bytes + 48, file_chain(&f, directory, directory_len), 4);
	put(f.bytes + 44, fats, 4);
	put(f.bytes + 68, difats ? fats : CHAIN_END, 4);
	put(f.bytes + 72, difats, 4);
	fat_write(&f, fats, difats);
	free(directory);
	free(mini.bytes);
	free(mini.fat);
	free(f.fat);
	return (struct span){ f.bytes, (f.sectors + 1) * f.sector };
}
