/*
 * capture_test.h - what the tests of capture/ share.
 *
 * libpcap is the oracle: it is linked by these tests only. The real captures lie in the folder
 * named by HINOMI_SHARED_DATA; without it their tests are skipped with a notice.
 */
#ifndef CAPTURE_TEST_H
#define CAPTURE_TEST_H

#include "base/cursor.h"
#include "capture/capture.h"

#include <dirent.h>
#include <pcap/pcap.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define FRAMES_KEPT 64 /* of a small file, to look at one by one */

/* Bytes under construction. */
struct made {
	uint8_t *p;
	size_t len, room;
	bool big; /* byte order of what follows */
};

/* What came out of a reading. */
struct seen {
	size_t frames;
	size_t cut; /* look at so many bytes of each frame only; 0: all */
	uint64_t digest;
	uint64_t kept[FRAMES_KEPT]; /* the digest after each of the first frames */
	struct frame first[FRAMES_KEPT];
	struct capture_trouble trouble;
};

void put(struct made *m, const void *bytes, size_t len);
void put16(struct made *m, unsigned v);
void put32(struct made *m, uint32_t v);
void put_pattern(struct made *m, size_t len, unsigned seed);
struct span made_span(const struct made *m);

/* Readings through a buffer of so many bytes, in batches of at most `max` frames. */
struct seen seen_path_cut(const char *path, size_t buffer, size_t max, size_t cut);
struct seen seen_path(const char *path, size_t buffer, size_t max);
struct seen seen_memory(struct span bytes);

/* Through a small buffer and small batches too: all ways must give the same. */
struct seen seen_all_ways(struct span bytes);

/* Fails unless both readings gave the same frames. */
void same(const struct seen *ours, const struct seen *theirs, const char *path);

/* A file in memory, so that thousands of small ones wear no disk. It is gone when fd is closed. */
int file_open(char path[64]);
void file_write(const char *path, struct span bytes);
struct made file_read(const char *path);

struct made gzip_of(struct span bytes);
struct made zstd_of(struct span bytes);

/* 0 when libpcap cannot open it. Its packets, brought to what capture.h promises. */
int oracle_read(const char *path, struct seen *seen, char *why);

/* The folder of real captures; skips the test when there is none. */
DIR *captures_open(char folder[4096]);

/* The path of the next capture in the folder; 0 at the end, where the folder is closed. */
int captures_next(DIR *dir, const char *folder, char path[8192]);

/* Classic pcap: the file header, a record's header, a file of ten frames of 0, 13, 26 ... bytes. */
#define SMALL_FRAMES 10

void put_pcap_header(struct made *m, uint32_t magic, uint32_t snaplen, uint32_t link);
void put_record(struct made *m, uint32_t sec, uint32_t fraction, uint32_t caplen, uint32_t len);
struct made pcap_small(uint32_t magic, bool big);

#endif
