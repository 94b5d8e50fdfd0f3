/* disk_test.c - small disks for tests, written as the specifications that src/disk names have them. */
#include "disk_test.h"

#include <string.h>

#define SECTOR 512
#define LARGE  5000 /* bytes of the second file */

static void put(uint8_t *at, uint64_t number, unsigned bytes)
{
	memcpy(at, &number, bytes);
}

static void put_be(uint8_t *at, uint64_t number, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (uint8_t)(number >> 8 * (bytes - 1 - i));
}

/* ASCII as UTF-16. */
static size_t put_wide(uint8_t *at, const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		put(at + 2 * i, (uint8_t)text[i], 2);
	return 2 * n;
}

/* --- FAT12: clusters of a sector, one table --- */

#define FAT_TABLE   SECTOR
#define FAT_SECTORS 6
#define FAT_ROOT    (FAT_TABLE + FAT_SECTORS * SECTOR)
#define FAT_DATA    (FAT_ROOT + SECTOR)

static void fat_chain(uint8_t *room, unsigned cluster, unsigned next)
{
	uint8_t *at = room + FAT_TABLE + cluster * 3 / 2;
	unsigned old = at[0] | at[1] << 8;

	put(at, cluster & 1 ? (old & 0xf) | next << 4 : (old & 0xf000) | next, 2);
}

static void fat_entry(uint8_t *at, const char *name, uint8_t attributes, unsigned cluster, size_t size)
{
	memcpy(at, name, 11);
	at[11] = attributes;
	put(at + 26, cluster, 2);
	put(at + 28, size, 4);
}

/* Two pieces of "a long name.txt", the last first. */
static void fat_long(uint8_t *at)
{
	uint8_t name[52];

	memset(name, 0xff, sizeof(name));
	memset(name + put_wide(name, "a long name.txt"), 0, 2);
	for (unsigned i = 0; i < 2; i++, at += 32) {
		const uint8_t *piece = name + 26 * (1 - i);

		at[0] = i ? 1 : 0x42;
		at[11] = 15;
		memcpy(at + 1, piece, 10);
		memcpy(at + 14, piece + 10, 12);
		memcpy(at + 28, piece + 22, 4);
	}
}

void disk_test_fat(uint8_t *room, const char *text)
{
	uint8_t *root = room + FAT_ROOT;
	unsigned last = 4 + (LARGE - 1) / SECTOR;

	memset(room, 0, DISK_TEST_SIZE);
	memcpy(room, "\xeb\x3c\x90MSDOS5.0", 11);
	put(room + 11, SECTOR, 2);
	room[13] = 1;
	put(room + 14, 1, 2);
	room[16] = 1;
	put(room + 17, SECTOR / 32, 2);
	put(room + 19, DISK_TEST_SIZE / SECTOR, 2);
	put(room + 22, FAT_SECTORS, 2);
	put(room + 510, 0xaa55, 2);
	fat_long(root);
	fat_entry(root + 64, "ALONGN~1TXT", 0x20, 2, strlen(text));
	fat_entry(root + 96, "FOLDER     ", 0x10, 3, 0);
	memcpy(room + FAT_DATA, text, strlen(text));
	fat_entry(room + FAT_DATA + SECTOR, ".          ", 0x10, 3, 0);
	fat_entry(room + FAT_DATA + SECTOR + 32, "RUN     EXE", 0x20, 4, LARGE);
	fat_chain(room, 2, 0xfff);
	fat_chain(room, 3, 0xfff);
	for (unsigned i = 4; i <= last; i++)
		fat_chain(room, i, i < last ? i + 1 : 0xfff);
	memset(room + FAT_DATA + 2 * SECTOR, 'x', LARGE);
}

/* --- NTFS: clusters of 4,096 bytes, records of 1,024 --- */

#define NTFS_CLUSTER 4096
#define NTFS_TABLE   4  /* cluster */
#define NTFS_RECORD  1024
#define NTFS_LARGE   20 /* cluster of the second file */

static uint8_t *ntfs_attribute(uint8_t *at, uint32_t type, const void *bytes, size_t len)
{
	size_t whole = (24 + len + 7) / 8 * 8;

	put(at, type, 4);
	put(at + 4, whole, 4);
	put(at + 16, len, 4);
	put(at + 20, 24, 2);
	memcpy(at + 24, bytes, len);
	return at + whole;
}

static uint8_t *ntfs_runs(uint8_t *at, const char *runs, size_t len, size_t size)
{
	put(at, 0x80, 4);
	put(at + 4, 80, 4);
	at[8] = 1;
	put(at + 32, 64, 2);
	put(at + 48, size, 8);
	memcpy(at + 64, runs, len);
	return at + 80;
}

static uint8_t *ntfs_name(uint8_t *at, const char *name)
{
	uint8_t bytes[256] = { 0 };

	bytes[64] = (uint8_t)strlen(name);
	bytes[65] = 1;
	return ntfs_attribute(at, 0x30, bytes, 66 + put_wide(bytes + 66, name));
}

/* Ends the record: the last two bytes of its sectors go into its head. */
static void ntfs_record(uint8_t *record, uint8_t *end)
{
	put(end, 0xffffffff, 4);
	memcpy(record, "FILE", 4);
	put(record + 4, 48, 2);
	put(record + 6, 3, 2);
	put(record + 20, 56, 2);
	put(record + 22, 1, 2);
	put(record + 48, 0xabcd, 2);
	for (unsigned i = 1; i <= 2; i++) {
		memcpy(record + 48 + 2 * i, record + 512 * i - 2, 2);
		put(record + 512 * i - 2, 0xabcd, 2);
	}
}

void disk_test_ntfs(uint8_t *room, const char *text)
{
	uint8_t *table = room + NTFS_TABLE * NTFS_CLUSTER, *at;

	memset(room, 0, DISK_TEST_SIZE);
	memcpy(room, "\xeb\x52\x90NTFS    ", 11);
	put(room + 11, SECTOR, 2);
	room[13] = NTFS_CLUSTER / SECTOR;
	put(room + 40, DISK_TEST_SIZE / SECTOR, 8);
	put(room + 48, NTFS_TABLE, 8);
	room[64] = 0xf6;
	put(room + 510, 0xaa55, 2);
	ntfs_record(table, ntfs_runs(table + 56, "\x11\x08\x04", 4, 32 * NTFS_RECORD));
	at = table + 24 * NTFS_RECORD;
	ntfs_record(at, ntfs_attribute(ntfs_name(at + 56, "a long name.txt"), 0x80, text, strlen(text)));
	at += NTFS_RECORD;
	ntfs_record(at, ntfs_runs(ntfs_name(at + 56, "run.exe"), "\x11\x01\x14\x11\x01\x02", 7, LARGE));
	memset(room + NTFS_LARGE * NTFS_CLUSTER, 'x', NTFS_CLUSTER);
	memset(room + (NTFS_LARGE + 2) * NTFS_CLUSTER, 'x', LARGE - NTFS_CLUSTER);
}

/* --- UDF: blocks of 2,048 bytes --- */

#define UDF_BLOCK     2048
#define UDF_PARTITION 270

static uint8_t *udf_block(uint8_t *room, unsigned block, uint16_t tag)
{
	uint8_t *at = room + (size_t)block * UDF_BLOCK;

	put(at, tag, 2);
	return at;
}

/* A file's entry: `inside` when its bytes follow, else two pieces with a block between them. */
static uint8_t *udf_entry(uint8_t *room, unsigned block, size_t size, int inside)
{
	uint8_t *at = udf_block(room, UDF_PARTITION + block, 261);

	put(at + 34, inside ? 3 : 0, 2);
	put(at + 56, size, 8);
	put(at + 172, inside ? size : 16, 4);
	return at + 176;
}

static uint8_t *udf_name(uint8_t *at, const char *name, uint8_t kind, unsigned block)
{
	size_t n = strlen(name);

	put(at, 257, 2);
	at[18] = kind;
	at[19] = (uint8_t)(n ? n + 1 : 0);
	put(at + 20, UDF_BLOCK, 4);
	put(at + 24, block, 4);
	at[38] = 8;
	memcpy(at + 39, name, n);
	return at + (38 + at[19] + 3) / 4 * 4;
}

void disk_test_udf(uint8_t *room, const char *text)
{
	uint8_t *at, *folder, *end;

	memset(room, 0, DISK_TEST_SIZE);
	memcpy(room + 16 * UDF_BLOCK, "\0BEA01\1", 7);
	memcpy(room + 17 * UDF_BLOCK, "\0NSR02\1", 7);
	at = udf_block(room, 256, 2);
	put(at + 12, 256, 4);
	put(at + 16, 16 * UDF_BLOCK, 4);
	put(at + 20, 257, 4);
	put(udf_block(room, 257, 5) + 188, UDF_PARTITION, 4);
	at = udf_block(room, 258, 6);
	put(at + 212, UDF_BLOCK, 4);
	put(at + 268, 1, 4);
	memcpy(at + 440, "\1\6\1\0\0\0", 6);
	udf_block(room, 259, 8);
	put(udf_block(room, UDF_PARTITION, 256) + 404, 1, 4);
	folder = udf_entry(room, 1, 0, 1);
	end = udf_name(udf_name(udf_name(folder, "", 10, 1), "a long name.txt", 0, 2), "folder", 2, 3);
	udf_entry(room, 1, (size_t)(end - folder), 1);
	memcpy(udf_entry(room, 2, strlen(text), 1), text, strlen(text));
	folder = udf_entry(room, 3, 0, 1);
	end = udf_name(folder, "run.exe", 0, 4);
	udf_entry(room, 3, (size_t)(end - folder), 1);
	at = udf_entry(room, 4, LARGE, 0);
	put(at, UDF_BLOCK, 4);
	put(at + 4, 6, 4);
	put(at + 8, LARGE - UDF_BLOCK, 4);
	put(at + 12, 8, 4);
	memset(room + (UDF_PARTITION + 6) * UDF_BLOCK, 'x', UDF_BLOCK);
	memset(room + (UDF_PARTITION + 8) * UDF_BLOCK, 'x', LARGE - UDF_BLOCK);
}

/* --- around them --- */

struct span disk_test_partition(uint8_t *room, const uint8_t *disk)
{
	memset(room, 0, 64 * SECTOR);
	room[446 + 4] = 7;
	put(room + 446 + 8, 64, 4);
	put(room + 446 + 12, DISK_TEST_SIZE / SECTOR, 4);
	put(room + 510, 0xaa55, 2);
	memcpy(room + 64 * SECTOR, disk, DISK_TEST_SIZE);
	return (struct span){ room, 64 * SECTOR + DISK_TEST_SIZE };
}

#define BLOCK ((size_t)256 << 10) /* of VHD: the disk is four, of which the last is left out when it is empty */

struct span disk_test_vhd(uint8_t *room, const uint8_t *disk)
{
	size_t at = 2048;

	memset(room, 0, DISK_TEST_ROOM);
	memcpy(room, "conectix", 8);
	put_be(room + 16, SECTOR, 8);
	put_be(room + 48, DISK_TEST_SIZE, 8);
	put_be(room + 60, 3, 4);
	memcpy(room + SECTOR, "cxsparse", 8);
	put_be(room + SECTOR + 16, 1536, 8);
	put_be(room + SECTOR + 28, DISK_TEST_SIZE / BLOCK, 4);
	put_be(room + SECTOR + 32, BLOCK, 4);
	for (size_t i = 0; i < DISK_TEST_SIZE / BLOCK; i++) {
		put_be(room + 1536 + 4 * i, i < 3 ? at / SECTOR : 0xffffffff, 4);
		if (i == 3)
			break;
		memcpy(room + at + SECTOR, disk + i * BLOCK, BLOCK);
		at += SECTOR + BLOCK;
	}
	memcpy(room + at, room, SECTOR);
	return (struct span){ room, at + SECTOR };
}

#define MB ((size_t)1 << 20)

struct span disk_test_vhdx(uint8_t *room, const uint8_t *disk)
{
	uint8_t *regions = room + (192 << 10), *metadata = room + MB;
	static const char *const items[] = {
		"\x37\x67\xa1\xca\x36\xfa\x43\x4d\xb3\xb6\x33\xf0\xaa\x44\xe7\x6b",
		"\x24\x42\xa5\x2f\x1b\xcd\x76\x48\xb2\x11\x5d\xbe\xd8\x3b\xf4\xb8",
		"\x1d\xbf\x41\x81\x6f\xa9\x09\x47\xba\x47\xf2\x33\xa8\xfa\xab\x5f",
	};
	const uint64_t values[] = { MB, DISK_TEST_SIZE, SECTOR };

	memset(room, 0, DISK_TEST_ROOM);
	memcpy(room, "vhdxfile", 8);
	memcpy(regions, "regi", 4);
	put(regions + 8, 2, 4);
	memcpy(regions + 16, "\x66\x77\xc2\x2d\x23\xf6\x00\x42\x9d\x64\x11\x5e\x9b\xfd\x4a\x08", 16);
	put(regions + 32, 2 * MB, 8);
	put(regions + 40, MB, 4);
	memcpy(regions + 48, "\x06\xa2\x7c\x8b\x90\x47\x9a\x4b\xb8\xfe\x57\x5f\x05\x0f\x88\x6e", 16);
	put(regions + 64, MB, 8);
	put(regions + 72, MB, 4);
	memcpy(metadata, "metadata", 8);
	put(metadata + 10, 3, 2);
	for (unsigned i = 0; i < 3; i++) {
		memcpy(metadata + 32 + 32 * i, items[i], 16);
		put(metadata + 32 + 32 * i + 16, 65536 + 8 * i, 4);
		put(metadata + 65536 + 8 * i, values[i], 8);
	}
	put(room + 2 * MB, 3 * MB | 6, 8);
	memcpy(room + 3 * MB, disk, MB);
	return (struct span){ room, 4 * MB };
}
