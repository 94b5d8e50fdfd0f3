/*
 * zip.h - archives of zip (APPNOTE.TXT 6.3.10) from both their views: the central directory at the end, and the
 * local headers in front of each file. Programs trust one or the other; where they differ, something hides.
 *
 * Written over the bytes as they are; nothing is unpacked but by zip_unpack().
 */
#ifndef FORMAT_ZIP_H
#define FORMAT_ZIP_H

#include "base/cursor.h"
#include "base/err.h"
#include "exam/arena.h"

enum zip_view { ZIP_CENTRAL = 1, ZIP_LOCAL = 2 };

/* Where the views differ about a file, there are two entries of it: one for each view. */
struct zip_entry {
	struct span name;      /* as it is: see `utf8`, and zip_name() */
	bool utf8;             /* flag 11, or a Unicode path (0x7075) that fits */
	uint8_t views;         /* who names it: enum zip_view */
	uint8_t differs;       /* what the views disagree about: ZIP_DIFFERS_... */
	uint16_t method;       /* of compression; the real one behind AES (99) */
	bool encrypted;
	uint8_t aes;           /* 0: ZipCrypto; 1, 2, 3: AES-128, 192, 256 (AE-x) */
	bool directory;
	bool sized;            /* `size` is known; not where only a descriptor behind the bytes tells it */
	bool checked;          /* `crc` is known, and counts (not in AE-2) */
	bool overlaps;         /* its bytes are those of another entry, too */
	bool cut;              /* its bytes lie beyond the end, or what is there is no file */
	bool link;             /* a symbolic link of Unix: its bytes are the path that it leads to */
	uint16_t flags;
	uint16_t time;         /* of MS-DOS: the check byte of ZipCrypto behind descriptors */
	uint32_t crc;
	uint64_t size;         /* unpacked, as said */
	struct span packed;    /* its bytes; cut at the file's end */
	uint64_t at;           /* offset of the local header */
};
enum { ZIP_DIFFERS_NAME = 1, ZIP_DIFFERS_SIZE = 2, ZIP_DIFFERS_METHOD = 4, ZIP_DIFFERS_CRYPT = 8 };

struct zip {
	struct span bytes;
	struct zip_entry *entries; /* in the arena, in the order of their place */
	uint32_t count;
	bool more;        /* there are more than `limit` */
	bool truncated;   /* no end record, or a directory that is cut */
	bool directories; /* more than one end record that could be meant, or one that miscounts */
	uint64_t before;  /* bytes before the first entry (self-extracting archive, polyglot) */
	uint64_t behind;  /* bytes behind the end */
	struct span comment;
};

/* Reads both views. ERR_FORMAT: neither is there; ERR_MEMORY: the arena is full. */
MUST_USE enum err zip_read(struct span bytes, uint32_t limit, struct arena *arena, struct zip *zip);

/* The next name in the central directory, or, where that is missing, of the local headers: a look without memory.
 * `at` is zero at first. False at the end. */
struct zip_look {
	struct cur at;
	bool local;
};
struct zip_look zip_look(struct span bytes);
bool zip_look_next(struct zip_look *look, struct span *name);

/* Unpacks an entry (stored, deflate, deflate64, bzip2, lzma, xz, zstd); at most `limit` bytes. `password` (empty:
 * none) for ZipCrypto and AES. The result is poured into the arena, or is the archive's own bytes where they are
 * stored. ERR_UNSUPPORTED: the method; ERR_LIMIT: cut, and *out is what fits; ERR_MEMORY: the arena is full;
 * ERR_FORMAT: broken (also: not of the size or the CRC that is said), and *out is what could be read, or
 * (encrypted) the password is wrong and *out is empty. */
MUST_USE enum err zip_unpack(const struct zip_entry *entry, struct span password, size_t limit,
			     struct arena *arena, struct span *out);

#endif
