/*
 * disk.h - the files on images of disks: FAT, NTFS and UDF, raw or in the containers of Windows (VHD, VHDX).
 *
 * What Windows mounts by a double click, read as far as it takes to see which files would be shown, and what is in
 * them. Tables, chains and folders may run in circles: every walk is counted.
 */
#ifndef DISK_DISK_H
#define DISK_DISK_H

#include "exam/exam.h"

/* The bytes of a disk, which lie in one piece or in blocks behind a table. */
enum disk_blocks { DISK_RAW, DISK_VHD, DISK_VHDX };
struct disk {
	struct span bytes;
	uint64_t size; /* of the disk */
	uint8_t blocks; /* enum disk_blocks */
	uint32_t block_size;
	uint32_t chunk; /* VHDX: blocks between two entries of the table that are none */
	struct span table;
};

/* Opens the container; raw where it is none. ERR_UNSUPPORTED: a kind that is not read (differences to another file);
 * ERR_FORMAT: broken. */
MUST_USE enum err disk_open(struct span bytes, enum type type, struct disk *disk);

/* The longest piece from an offset, at most `want` bytes; `ptr` is NULL where nothing was ever written (zeros). Empty:
 * beyond the end. */
struct span disk_piece(const struct disk *disk, uint64_t at, size_t want);
/* Bytes copied; what is beyond the end, or was never written, as zeros. */
void disk_copy(const struct disk *disk, uint64_t at, void *into, size_t want);

/* A file system while its files are handed on. */
struct disk_walk {
	struct exam *e;
	const struct part *part;
	struct disk disk;
	uint64_t from; /* where the file system begins */
	/* A file: its bytes are poured into `pour` between the two. False: not this one. */
	bool (*begin)(struct disk_walk *w, struct span name, uint64_t size);
	void (*end)(struct disk_walk *w, struct span name);
	struct pour pour;
	bool broken; /* something in it leads nowhere: sticky */
};

/* Appends a piece of the disk to the file, or zeros (DISK_HOLE); false: it is cut. */
#define DISK_HOLE UINT64_MAX
bool disk_pour(struct disk_walk *w, uint64_t at, uint64_t size);

/* The file systems, at w->from. ERR_FORMAT: it is none of these; ERR_UNSUPPORTED. */
MUST_USE enum err disk_fat(struct disk_walk *w);
MUST_USE enum err disk_ntfs(struct disk_walk *w);
MUST_USE enum err disk_udf(struct disk_walk *w);

/* All partitions of the disk, or the file system that it is. ERR_UNSUPPORTED: one was of another kind. */
MUST_USE enum err disk_walk(struct disk_walk *w);

#endif
