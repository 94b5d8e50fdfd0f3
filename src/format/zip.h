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

struct zip_entry {
	struct span name;      /* as it is: see `utf8` */
	bool utf8;             /* flag 11, or a Unicode path (0x7075) that fits */
	uint8_t views;         /* who names it: enum zip_view */
	uint8_t differs;       /* what the views disagree about: ZIP_DIFFERS_... */
	uint16_t method;       /* of compression; the real one behind AES (99) */
	bool encrypted;
	uint8_t aes;           /* 0: ZipCrypto; 1, 2, 3: AES-128, 192, 256 (AE-x) */
	bool directory;
	bool overlaps;         /* its bytes are those of another entry, too */
	uint32_t crc, time;    /* of MS-DOS: also the check byte of ZipCrypto */
	uint16_t flags;
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
	bool directories; /* more than one end record that could be meant */
	uint64_t before;  /* bytes before the first entry (self-extracting archive, polyglot) */
	struct span comment;
};

/* Reads both views. ERR_FORMAT: neither is there; ERR_MEMORY: the arena is full. */
MUST_USE enum err zip_read(struct span bytes, uint32_t limit, struct arena *arena, struct zip *zip);

/* Unpacks an entry that is stored, deflated, deflate64 (by format's own), bzip2, lzma or zstd where the libraries are there; at most `limit`
 * bytes. `password` (empty: none) for ZipCrypto and AES. The result is poured into the arena. ERR_UNSUPPORTED: the
 * method; ERR_LIMIT: cut, and *out is what fits; ERR_FORMAT: broken, and *out is what could be read, or (encrypted)
 * the password is wrong and *out is empty. */
MUST_USE enum err zip_unpack(const struct zip_entry *entry, struct span password, size_t limit,
			     struct arena *arena, struct span *out);

#endif
