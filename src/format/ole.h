/*
 * ole.h - compound files ([MS-CFB] 10.0): a file system in a file, as Word 97, Excel 97, Outlook messages, MSI and
 * the macros of new documents have it.
 *
 * Chains of sectors and the tree of names may run in circles: every walk is counted.
 */
#ifndef FORMAT_OLE_H
#define FORMAT_OLE_H

#include "base/cursor.h"
#include "base/err.h"
#include "exam/arena.h"

#define OLE_PATH 128 /* of a name in its folders, UTF-8, with '/' between */

struct ole_entry {
	char path[OLE_PATH];
	struct span name;    /* the last part of it, points into `path` */
	uint8_t kind;        /* enum ole_kind */
	uint8_t clsid[16];
	uint32_t start;
	uint64_t size;
	int32_t parent;      /* index of its folder; -1: none reaches it (an orphan) */
};
enum ole_kind { OLE_FOLDER = 1, OLE_STREAM = 2, OLE_ROOT = 5 };

struct ole {
	struct span bytes;
	struct ole_entry *entries; /* in the arena */
	uint32_t count;
	uint32_t *fat, *mini_fat;  /* in the arena */
	uint32_t fat_count, mini_fat_count;
	struct span mini;          /* the stream of small streams, in the arena */
	uint16_t sector_shift;
	bool broken;               /* circles, sectors beyond the end, names that nobody can read: sticky */
};

/* ERR_FORMAT: no compound file. ERR_MEMORY: the arena is full. Broken ones are read as far as they go. */
MUST_USE enum err ole_read(struct span bytes, uint32_t entries_max, struct arena *arena, struct ole *ole);

/* The bytes of a stream; without copying where its sectors lie in a row. Cut at `limit`. */
struct span ole_stream(struct ole *ole, const struct ole_entry *entry, size_t limit, struct arena *arena);

/* By its path in any case ("Macros/VBA/dir"); NULL: there is none. */
const struct ole_entry *ole_find(const struct ole *ole, const char *path);

#endif
