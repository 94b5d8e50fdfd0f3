/*
 * structure.c - is a file that begins like a known kind whole inside? Some places of it are looked at, not all.
 *
 * Sources: APPNOTE.TXT 4.3 (zip), PNG 1.2 (5.3), ITU T.81 B.1.1 (JPEG), ISO 32000-1 7.5.5 (PDF), SQLite's file format 1.5
 * and 1.6, RFC 1951 and 1952, [MS-CFB] 2.3, ELF-64 (sections), POSIX ustar, 7zFormat.txt, RAR 5.0, ISO 14496-12 4.2 (boxes).
 */
#include "wipe/content.h"

#include "base/hash.h"
#include "base/load.h"
#include "exam/type.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define ZIP_ENTRIES   6     /* of which the local header and the data are looked at */
#define ZIP_DIRECTORY 16384 /* bytes of the directory that are read */
#define PACKED_LOOK   32768 /* bytes that are unpacked */
#define CHUNKS        64    /* of a PNG, boxes, headers of tar */
#define SPOTS         8     /* places that are looked at */
#define SPOT          4096
#define TAIL          64    /* bytes in which a mark of the end stands */

/* A file, and memory to read parts of it into: `room` for what is read, `out` for what is unpacked. */
struct opened {
	int fd;
	uint64_t size;
	uint8_t *room, *out;
	size_t room_len, out_len;
};

/* The room is the caller's own memory and may be written. */
static struct opened opened_in(int fd, uint64_t size, struct span room)
{
	uint8_t *memory = (uint8_t *)(uintptr_t)room.ptr;

	return (struct opened){ fd, size, memory, memory + room.len / 4 * 3, room.len / 4 * 3, room.len - room.len / 4 * 3 };
}

/* Exactly so many bytes at that place; false: they are not there. */
static bool take(const struct opened *f, uint64_t at, size_t n)
{
	size_t got = 0;

	if (n > f->room_len || at > f->size || n > f->size - at)
		return false;
	while (got < n) {
		ssize_t more = pread(f->fd, f->room + got, n - got, (off_t)(at + got));

		if (more <= 0)
			return false;
		got += (size_t)more;
	}
	return true;
}

/* Unpacks the first `n` bytes of the room; false: they cannot be so. `bits` as zlib's inflateInit2(). */
static bool unpacks(const struct opened *f, size_t n, int bits)
{
	z_stream z = { .next_in = f->room, .avail_in = (uInt)n };
	int result = Z_OK;

	if (inflateInit2(&z, bits) != Z_OK)
		return true; /* no memory: nothing is said */
	while (result == Z_OK && z.avail_in > 0) {
		z.next_out = f->out;
		z.avail_out = (uInt)f->out_len;
		result = inflate(&z, Z_NO_FLUSH);
	}
	inflateEnd(&z);
	return result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR || result == Z_MEM_ERROR;
}

/* --- zip --- */

/* One entry: its local header is where the directory says, and its data can be unpacked. */
static bool zip_entry_is_whole(const struct opened *f, const uint8_t *entry)
{
	uint16_t flags = ld_le16(entry + 8), method = ld_le16(entry + 10);
	uint32_t packed = ld_le32(entry + 20), at = ld_le32(entry + 42);
	size_t look = packed < PACKED_LOOK ? packed : PACKED_LOOK;
	uint64_t data;

	if (at == UINT32_MAX || packed == UINT32_MAX)
		return true; /* zip64: the numbers are elsewhere */
	if (!take(f, at, 30) || memcmp(f->room, "PK\3\4", 4) != 0 || ld_le16(f->room + 8) != method)
		return false;
	data = (uint64_t)at + 30 + ld_le16(f->room + 26) + ld_le16(f->room + 28);
	if ((flags & 1) || look == 0)
		return true; /* locked by its owner */
	if (!take(f, data, look))
		return false;
	if (method == 8)
		return unpacks(f, look, -15);
	return method != 0 || look != packed || crc32(0, f->room, (uInt)look) == ld_le32(entry + 16);
}

static bool zip_is_whole(struct opened *f)
{
	size_t tail = f->size < 65557 ? (size_t)f->size : 65557, look;
	uint8_t directory[ZIP_DIRECTORY];
	uint64_t at = 0;
	unsigned looked = 0;

	if (!take(f, f->size - tail, tail))
		return false;
	for (size_t i = tail; i-- > 0 && at == 0;)
		if (tail - i >= 22 && memcmp(f->room + i, "PK\5\6", 4) == 0)
			at = ld_le32(f->room + i + 16) == UINT32_MAX ? UINT64_MAX : ld_le32(f->room + i + 16);
	if (at == UINT64_MAX)
		return true;
	if (at == 0 || at >= f->size)
		return false;
	look = f->size - at < sizeof(directory) ? (size_t)(f->size - at) : sizeof(directory);
	if (!take(f, at, look))
		return false;
	memcpy(directory, f->room, look);
	for (size_t i = 0; looked < ZIP_ENTRIES && look - i >= 46;) {
		const uint8_t *e = directory + i;

		if (memcmp(e, "PK\1\2", 4) != 0)
			return looked > 0;
		if (!zip_entry_is_whole(f, e))
			return false;
		looked++;
		i += 46 + (size_t)ld_le16(e + 28) + ld_le16(e + 30) + ld_le16(e + 32);
		if (i > look)
			break;
	}
	return looked > 0;
}

/* --- pictures --- */

static bool png_is_whole(struct opened *f)
{
	uint64_t at = 8;

	for (unsigned i = 0; i < CHUNKS; i++) {
		uint32_t length;
		uint8_t head[8];

		if (!take(f, at, 8))
			return false;
		memcpy(head, f->room, 8);
		length = ld_be32(head);
		for (unsigned k = 4; k < 8; k++)
			if (!isalpha(head[k]))
				return false;
		if (length + 12ull > f->size - at)
			return false;
		if (length <= PACKED_LOOK) {
			if (!take(f, at + 4, length + 8))
				return false;
			if (crc32(0, f->room, length + 4) != ld_be32(f->room + length + 4))
				return false;
		}
		if (memcmp(head + 4, "IEND", 4) == 0)
			return true;
		at += length + 12ull;
	}
	return true; /* it has many */
}

/* Marks that may stand inside of what is packed: stuffing, restarts, the heads of the next scan, thumbnails. */
static bool jpeg_allows(uint8_t mark)
{
	return mark == 0 || mark == 0xff || (mark >= 0xd0 && mark <= 0xdd) || mark == 0xc4 ||
	       (mark >= 0xe0 && mark <= 0xef) || mark == 0xfe || mark == 0xc0 || mark == 0xc2;
}

/* Behind the heads; 0: they are broken. */
static uint64_t jpeg_scan(struct opened *f)
{
	uint64_t at = 2;

	for (unsigned i = 0; i < CHUNKS; i++) {
		uint8_t mark;

		if (!take(f, at, 4) || f->room[0] != 0xff || ld_be16(f->room + 2) < 2)
			return 0;
		mark = f->room[1];
		at += 2ull + ld_be16(f->room + 2);
		if (mark == 0xda)
			return at;
	}
	return 0;
}

static bool jpeg_is_whole(struct opened *f)
{
	uint64_t from = jpeg_scan(f), step;

	if (from == 0 || from >= f->size)
		return false;
	step = (f->size - from) / SPOTS;
	for (unsigned i = 0; i < SPOTS; i++) {
		uint64_t at = from + step * i;
		size_t n = f->size - at < SPOT ? (size_t)(f->size - at) : SPOT;
		unsigned bad = 0;

		if (!take(f, at, n))
			return false;
		for (size_t k = 0; k + 1 < n; k++)
			bad += f->room[k] == 0xff && !jpeg_allows(f->room[k + 1]);
		if (bad * 512 > n) /* noise has one in about 300 bytes, a picture has none */
			return false;
	}
	return true;
}

/* --- documents and databases --- */

static bool pdf_is_whole(struct opened *f)
{
	size_t tail = f->size < 2048 ? (size_t)f->size : 2048;
	const uint8_t *start;
	uint64_t at = 0;

	if (!take(f, f->size - tail, tail) || !memmem(f->room, tail, "%%EOF", 5))
		return false;
	start = memmem(f->room, tail, "startxref", 9);
	if (!start)
		return false;
	for (const uint8_t *p = start + 9; p < f->room + tail && p < start + 32; p++)
		if (isdigit(*p))
			at = at * 10 + (uint64_t)(*p - '0');
		else if (at)
			break;
	return at == 0 || (take(f, at, 4) && (memcmp(f->room, "xref", 4) == 0 || isdigit(f->room[0]) ||
					      isspace(f->room[0])));
}

/* The first byte of each page tells its kind; of one that goes on elsewhere it is the high byte of a page's number. */
static bool sqlite_is_whole(struct opened *f)
{
	uint64_t page, pages;
	unsigned bad = 0, looked = 0;

	if (!take(f, 0, 128))
		return false;
	page = ld_be16(f->room + 16) == 1 ? 65536 : ld_be16(f->room + 16);
	if (page < 512 || (page & (page - 1)))
		return false;
	pages = f->size / page;
	/* How many it has is told where the two counters agree (1.3.7). */
	if (ld_be32(f->room + 24) == ld_be32(f->room + 92) && ld_be32(f->room + 28) > pages)
		return false;
	bad += f->room[100] != 13 && f->room[100] != 5;
	for (unsigned i = 1; i < SPOTS * 2 && pages > 1; i++) {
		uint64_t number = 1 + hash_64(i, pages) % (pages - 1);

		if (!take(f, number * page, 1))
			return false;
		looked++;
		bad += f->room[0] > 5 && f->room[0] != 10 && f->room[0] != 13;
	}
	return bad == 0 || bad * 8 < looked;
}

/* The first sector of the table of sectors, and the root's name. */
static bool ole_is_whole(struct opened *f)
{
	unsigned shift, bad = 0;
	uint64_t sectors;
	uint32_t table, root;

	if (!take(f, 0, 512))
		return false;
	shift = ld_le16(f->room + 30);
	root = ld_le32(f->room + 48);
	table = ld_le32(f->room + 76);
	if (shift != 9 && shift != 12)
		return false;
	sectors = (f->size >> shift) + 1;
	if (!take(f, ((uint64_t)root + 1) << shift, 10) || memcmp(f->room, "R\0o\0o\0t\0", 8) != 0)
		return false;
	if (!take(f, ((uint64_t)table + 1) << shift, 512))
		return false;
	for (unsigned i = 0; i < 128; i++)
		bad += ld_le32(f->room + 4 * i) > sectors && ld_le32(f->room + 4 * i) < 0xfffffffcu;
	return bad < 4;
}

/* The first section of 64-bit ELF is none: all zeros. */
static bool elf_is_whole(struct opened *f)
{
	uint64_t sections;

	if (!take(f, 0, 64))
		return false;
	sections = ld_le64(f->room + 40);
	if (f->room[4] != 2 || f->room[5] != 1 || sections == 0)
		return true;
	if (!take(f, sections, 64))
		return false;
	return ld_le32(f->room) == 0 && ld_le32(f->room + 4) == 0;
}

/* --- archives and media --- */

static bool gzip_is_whole(struct opened *f)
{
	size_t n = f->size < PACKED_LOOK ? (size_t)f->size : PACKED_LOOK;

	return take(f, 0, n) && unpacks(f, n, 31);
}

static bool tar_is_whole(struct opened *f)
{
	uint64_t at = 0;

	for (unsigned i = 0; i < CHUNKS; i++) {
		uint32_t sum = 0, said = 0;
		uint64_t size = 0;

		if (!take(f, at, 512))
			return i > 0;
		if (f->room[0] == 0)
			return true;
		for (unsigned k = 0; k < 512; k++)
			sum += k >= 148 && k < 156 ? ' ' : f->room[k];
		for (unsigned k = 148; k < 156; k++)
			if (f->room[k] >= '0' && f->room[k] <= '7')
				said = said * 8 + (uint32_t)(f->room[k] - '0');
		if (sum != said)
			return false;
		if (f->room[124] & 0x80)
			return true; /* a size in base 256: too large to go on */
		for (unsigned k = 124; k < 136; k++)
			if (f->room[k] >= '0' && f->room[k] <= '7')
				size = size * 8 + (uint64_t)(f->room[k] - '0');
		at += 512 + ((size + 511) & ~511ull);
	}
	return true;
}

static bool sevenzip_is_whole(struct opened *f)
{
	uint64_t at, length;

	if (!take(f, 0, 32) || crc32(0, f->room + 12, 20) != ld_le32(f->room + 8))
		return false;
	at = ld_le64(f->room + 12);
	length = ld_le64(f->room + 20);
	return at <= f->size && length <= f->size && 32 + at + length <= f->size;
}

static bool mp4_is_whole(struct opened *f)
{
	uint64_t at = 0;

	for (unsigned i = 0; i < CHUNKS && at < f->size; i++) {
		uint64_t length;

		if (!take(f, at, f->size - at < 16 ? 8 : 16))
			return false;
		for (unsigned k = 4; k < 8; k++)
			if (f->room[k] < ' ' || (f->room[k] >= 127 && f->room[k] != 0xa9))
				return false;
		length = ld_be32(f->room);
		if (length == 0)
			return true; /* to the end */
		if (length == 1)
			length = (uint64_t)ld_be32(f->room + 8) << 32 | ld_be32(f->room + 12);
		if (length < 8 || length > f->size - at)
			return false;
		at += length;
	}
	return true;
}

static bool xz_is_whole(struct opened *f)
{
	return f->size >= 32 && take(f, f->size - 2, 2) && memcmp(f->room, "YZ", 2) == 0;
}

static bool bzip2_is_whole(struct opened *f)
{
	return take(f, 4, 6) && (memcmp(f->room, "1AY&SY", 6) == 0 || memcmp(f->room, "\x17\x72\x45\x38\x50\x90", 6) == 0);
}

/* The coder AES-256 with SHA-256 of 7z (Methods.txt) in the header at the end; when that is packed it can be told only
 * where the header itself is encrypted. */
static bool sevenzip_is_sealed(struct opened *f)
{
	static const uint8_t coder[] = { 0x06, 0xf1, 0x07, 0x01 };
	uint64_t at, length;
	size_t n;

	if (!take(f, 0, 32))
		return false;
	at = ld_le64(f->room + 12);
	length = ld_le64(f->room + 20);
	n = length < f->room_len ? (size_t)length : f->room_len;
	return at < f->size && take(f, 32 + at, n) && memmem(f->room, n, coder, sizeof(coder));
}

/* RAR 5.0 (archive format, "Archive encryption header"): the first header's type is 4; before it flags of the main header
 * (0x80) or of the first file's (4) said so. */
static bool rar_is_sealed(struct opened *f)
{
	if (!take(f, 0, 64))
		return false;
	if (f->room[6] == 1)
		return f->room[12] < 0x80 && f->room[13] == 4;
	return (ld_le16(f->room + 10) & 0x80) || (f->room[22] == 0x74 && (ld_le16(f->room + 23) & 4));
}

bool structure_is_sealed(int fd, uint64_t size, uint16_t kind)
{
	uint8_t room[SPOT];
	struct opened f = { .fd = fd, .size = size, .room = room, .room_len = sizeof(room) };

	switch (kind) {
	case TYPE_SEVENZIP:
		return sevenzip_is_sealed(&f);
	case TYPE_RAR:
		return rar_is_sealed(&f);
	default:
		return false;
	}
}

/* T.81, B.1.1.3: EOI, and what programs put behind it to fill up; GIF89a, 27: the trailer. */
bool structure_is_open(int fd, uint64_t size, uint16_t kind)
{
	uint8_t room[TAIL] = { 0 };
	struct opened f = { .fd = fd, .size = size, .room = room, .room_len = sizeof(room) };
	size_t n = size < TAIL ? (size_t)size : TAIL;

	if (kind == TYPE_JPEG)
		return take(&f, size - n, n) && !memmem(room, n, "\xff\xd9", 2);
	return kind == TYPE_GIF && take(&f, size - n, n) && !memchr(room, ';', n);
}

/* Unpacks until the output is full; how much came. */
static size_t unpacked(const struct opened *f, size_t n, int bits)
{
	z_stream z = { .next_in = f->room, .avail_in = (uInt)n, .next_out = f->out, .avail_out = (uInt)f->out_len };

	if (inflateInit2(&z, bits) != Z_OK)
		return 0;
	(void)inflate(&z, Z_SYNC_FLUSH);
	inflateEnd(&z);
	return f->out_len - z.avail_out;
}

/* The first file of a zip: its local header (APPNOTE 4.3.7) may leave the size to what comes behind the data. */
static struct span zip_inside(struct opened *f)
{
	uint64_t data;
	uint16_t method;
	size_t n;

	if (!take(f, 0, 30) || (f->room[6] & 1))
		return (struct span){ f->out, 0 };
	method = ld_le16(f->room + 8);
	n = ld_le32(f->room + 18);
	data = 30ull + ld_le16(f->room + 26) + ld_le16(f->room + 28);
	n = method == 8 || n > f->out_len ? f->out_len : n;
	n = data >= f->size ? 0 : f->size - data < n ? (size_t)(f->size - data) : n;
	if ((method != 0 && method != 8) || n == 0 || !take(f, data, n))
		return (struct span){ f->out, 0 };
	return method == 0 ? (struct span){ f->room, n } : (struct span){ f->out, unpacked(f, n, -15) };
}

struct span structure_inside(int fd, uint64_t size, uint16_t kind, struct span room)
{
	struct opened f = opened_in(fd, size, room);
	size_t n = size < f.out_len ? (size_t)size : f.out_len;

	if (kind_group(kind) == TYPE_ZIP)
		return zip_inside(&f);
	return kind == TYPE_GZIP && take(&f, 0, n) ? (struct span){ f.out, unpacked(&f, n, 31) } : (struct span){ f.out, 0 };
}

static bool (*test_of(struct opened *f, uint16_t kind))(struct opened *)
{
	switch (kind_group(kind)) {
	case TYPE_ZIP:
		return zip_is_whole;
	case TYPE_PNG:
		return png_is_whole;
	case TYPE_JPEG:
		return jpeg_is_whole;
	case TYPE_PDF:
		return pdf_is_whole;
	case TYPE_OLE:
		return ole_is_whole;
	case TYPE_ELF:
		return elf_is_whole;
	case TYPE_GZIP:
		return gzip_is_whole;
	case TYPE_TAR:
		return tar_is_whole;
	case TYPE_SEVENZIP:
		return sevenzip_is_whole;
	case TYPE_XZ:
		return xz_is_whole;
	case TYPE_BZIP2:
		return bzip2_is_whole;
	case TYPE_MEDIA:
		return take(f, 4, 4) && memcmp(f->room, "ftyp", 4) == 0 ? mp4_is_whole : NULL;
	case KIND_SQLITE:
		return sqlite_is_whole;
	default:
		return NULL;
	}
}

enum structure structure_of(int fd, uint64_t size, uint16_t kind, struct span room)
{
	struct opened f = opened_in(fd, size, room);
	bool (*test)(struct opened *) = test_of(&f, kind);

	if (!test)
		return STRUCTURE_UNKNOWN;
	return test(&f) ? STRUCTURE_WHOLE : STRUCTURE_BROKEN;
}
