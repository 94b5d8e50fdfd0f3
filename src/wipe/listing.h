/*
 * listing.h - the files of a snapshot in a small file of our own: sorted, front-coded, checked.
 *
 * A head (magic, files, bytes, digest, sum), then blocks of at most 64 KiB, each with its length and sum. In a block each
 * path is told by how much of the path before it it shares (front coding, as in locate(1) of BSD), so that ten million
 * files take some hundred MB. Paths are in path_order(). The head is written last and the file gets its name after an
 * fsync, so that one under its name is whole. A reader believes nothing: each block is checked, and the order too.
 */
#ifndef WIPE_LISTING_H
#define WIPE_LISTING_H

#include "base/err.h"
#include "base/span.h"
#include "model/time.h"

#define LISTING_BLOCK (64u << 10)

struct listing_entry {
	struct span path;
	uint64_t size;
	usec_t changed;
};

/* Bytes, but '/' is below all others: then what is in a folder stands together, as when one walks it depth first
 * with each folder's entries sorted by bytes. Below 0, 0, above 0. */
int path_order(struct span a, struct span b);

struct listing_writer;
/* NULL: no memory, or errno. The file has another name until listing_finish(). */
struct listing_writer *listing_writer_new(const char *path);
/* In order, each path once: else ERR_FORMAT. ERR_LIMIT: the path is empty or too long. */
MUST_USE enum err listing_put(struct listing_writer *writer, const struct listing_entry *entry);
/* `durable`: it is on the disk when this returns. */
MUST_USE enum err listing_finish(struct listing_writer *writer, bool durable);
void listing_writer_free(struct listing_writer *writer); /* what is not finished is removed; NULL is allowed */

struct listing_reader;
/* ERR_OPEN, ERR_FORMAT, ERR_MEMORY. */
MUST_USE enum err listing_open(const char *path, struct listing_reader **reader);
/* Takes `fd` over. */
MUST_USE enum err listing_open_fd(int fd, struct listing_reader **reader);
/* The path is borrowed until the next call. ERR_EMPTY: that was all, and all sums were right. ERR_FORMAT,
 * ERR_TRUNCATED, ERR_READ. */
MUST_USE enum err listing_next(struct listing_reader *reader, struct listing_entry *entry);
uint64_t listing_digest(const struct listing_reader *reader); /* of all that is in it, as its head says */
void listing_close(struct listing_reader *reader); /* NULL is allowed */

/* The sum of a block, or of the head: for tests that make their own. */
uint64_t listing_sum(struct span bytes, uint64_t number);

#endif
