/*
 * ole.h - compound files ([MS-CFB] 10.0): a file system in a file, as Word 97, Excel 97, Outlook messages, MSI and
 * the macros of new documents have it.
 *
 * Chains of sectors and the tree of names may run in circles: every walk is counted, and all walks over one file
 * together come to no more than a few times its length. Read over the bytes as they are: only what lies scattered
 * is copied.
 */
#ifndef FORMAT_OLE_H
#define FORMAT_OLE_H

#include "base/cursor.h"
#include "base/err.h"
#include "exam/arena.h"

#define OLE_PATH  128 /* bytes of a name in its folders, UTF-8, with '/' between; too long: its first folders are dropped */
#define OLE_CLSID 16

enum ole_kind { OLE_UNUSED = 0, OLE_FOLDER = 1, OLE_STREAM = 2, OLE_ROOT = 5 };

struct ole_entry {
	char path[OLE_PATH]; /* of the root: empty */
	struct span name;    /* the last part of it, up to its end; points into `path` */
	uint8_t kind;        /* enum ole_kind */
	uint8_t clsid[OLE_CLSID];
	uint32_t start;
	uint64_t size;       /* as said */
	int32_t parent;      /* index of its folder; -1: none reaches it (the root, an orphan) */
};

struct ole {
	struct span bytes;
	struct ole_entry *entries; /* in the arena, in the order of the directory; [0] is the root */
	uint32_t count;
	uint32_t *fat;             /* the sectors that the FAT lies in; in the arena */
	uint32_t fat_count, sectors;
	struct span mini, mini_fat; /* the stream of small streams, and its FAT */
	uint64_t walks;            /* sectors that may still be walked over */
	uint8_t shift, mini_shift; /* log2 of bytes in a sector */
	bool broken; /* sticky: circles, sectors beyond the end, names that nobody can read */
	bool more;   /* there are more entries than were asked for */
};

/* Whether it begins like one. */
bool ole_is(struct span bytes);

/* ERR_FORMAT: no compound file. ERR_MEMORY: the arena is full. Broken ones are read as far as they go. */
MUST_USE enum err ole_read(struct span bytes, uint32_t entries_max, struct arena *arena, struct ole *ole);

/* The bytes of a stream; without copying where its sectors lie in a row. Cut at `limit`. */
struct span ole_stream(struct ole *ole, const struct ole_entry *entry, size_t limit, struct arena *arena);

/* By its path in any case ("Macros/VBA/dir"); NULL: there is none. */
const struct ole_entry *ole_find(const struct ole *ole, const char *path);

/* By its name in a folder, in any case. NULL: there is none. */
const struct ole_entry *ole_find_in(const struct ole *ole, const struct ole_entry *folder, const char *name);

/* A GUID as [MS-DTYP] 2.3.4.2 has it in bytes, against its text "0002ce02-0000-0000-c000-000000000046". */
#define OLE_GUID_TEXT 37
char *ole_guid_text(const uint8_t guid[OLE_CLSID], char text[OLE_GUID_TEXT]);

#endif
