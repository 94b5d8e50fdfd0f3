/* zip_private.h - what the files of zip's reader share. */
#ifndef FORMAT_ZIP_PRIVATE_H
#define FORMAT_ZIP_PRIVATE_H

#include "format/zip.h"

#define ZIP_LOCAL_SIZE   30 /* bytes of a local header without its name, APPNOTE 4.3.7 */
#define ZIP_CENTRAL_SIZE 46 /* of a file in the central directory, 4.3.12 */
#define ZIP_END_SIZE     22 /* of the end record, 4.3.16 */

#define ZIP_LOCAL_MARK   0x04034b50u
#define ZIP_CENTRAL_MARK 0x02014b50u
#define ZIP_END_MARK     0x06054b50u
#define ZIP_BEHIND_MARK  0x08074b50u /* data descriptor, 4.3.9 */

/* General purpose flags, 4.4.4. */
enum { ZIP_ENCRYPTED = 1, ZIP_DESCRIBED = 8, ZIP_STRONG = 0x40, ZIP_UTF8 = 0x800 };

enum zip_method { ZIP_STORED = 0, ZIP_DEFLATE = 8, ZIP_DEFLATE64 = 9, ZIP_BZIP2 = 12, ZIP_LZMA = 14, ZIP_ZSTD = 93,
		  ZIP_XZ = 95, ZIP_AES = 99 };

/* An archive while it is read: its entries are on top of the arena. */
struct zip_reading {
	struct zip *zip;
	struct pour entries;
	uint32_t limit;
};

static inline bool zip_mark_at(struct span bytes, uint64_t at, uint32_t mark)
{
	return bytes.len >= 4 && at <= bytes.len - 4 && ld_le32(bytes.ptr + at) == mark;
}

static inline struct span zip_from(struct span bytes, uint64_t at, uint64_t len)
{
	if (at > bytes.len)
		at = bytes.len;
	return (struct span){ bytes.ptr + at, len < bytes.len - at ? (size_t)len : bytes.len - (size_t)at };
}

/* The end record that counts: where the directory is, and how far offsets are off. */
struct zip_end {
	uint64_t at, count, size, offset; /* as said */
	uint64_t start;                   /* where the directory really is */
	uint64_t shift;                   /* to be added to offsets (modulo 2^64) */
	struct span comment;
	bool doubtful;                    /* its size and its offset lead to two directories */
};
/* The one at an offset; false: there is none, or no directory is where it says. */
bool zip_end_at(struct span bytes, uint64_t at, struct zip_end *end);
/* The last one that fits; false: there is none. */
bool zip_end_find(struct span bytes, struct zip_end *end);

/* What follows a name in either header: sizes of zip64, the method behind AES, a name in Unicode. */
void zip_extra(struct zip_entry *entry, struct span extra, uint64_t *packed);

/* A local header, if there is one; its bytes reach to the end of the archive; `packed`: how many bytes it says to have. */
bool zip_local(struct span bytes, uint64_t at, struct zip_entry *entry, uint64_t *packed);
/* Entries that only their local headers name, between `from` and `to`. */
void zip_gap(struct zip_reading *r, uint64_t from, uint64_t to);

/* False: there is no room, or the limit is reached. */
bool zip_add(struct zip_reading *r, const struct zip_entry *entry);

/* The rarer methods, by libraries. */
enum err zip_method(const struct zip_entry *entry, struct span packed, size_t limit, struct arena *arena,
		    struct span *out);

/* The bytes in clear, on top of the arena. ERR_FORMAT: the password is wrong. */
enum err zip_decrypt(const struct zip_entry *entry, struct span password, struct arena *arena, struct span *clear);

#endif
