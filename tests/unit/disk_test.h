/* disk_test.h - small disks for tests: file systems with two files each, and the containers of Windows around them. */
#ifndef DISK_TEST_H
#define DISK_TEST_H

#include "base/span.h"

#define DISK_TEST_SIZE ((size_t)1 << 20)
#define DISK_TEST_ROOM ((size_t)16 << 20)

/* Each writes DISK_TEST_SIZE bytes: "a long name.txt" with `text`, and "folder/run.exe" with 5,000 bytes of 'x'. NTFS
 * knows no folders here. */
void disk_test_fat(uint8_t *room, const char *text);
void disk_test_ntfs(uint8_t *room, const char *text);
void disk_test_udf(uint8_t *room, const char *text);

/* The disk with a table of partitions in front, of which it is the first. */
struct span disk_test_partition(uint8_t *room, const uint8_t *disk);
/* A dynamic disk of VHD or VHDX, of DISK_TEST_ROOM bytes of room. */
struct span disk_test_vhd(uint8_t *room, const uint8_t *disk);
struct span disk_test_vhdx(uint8_t *room, const uint8_t *disk);

#endif
