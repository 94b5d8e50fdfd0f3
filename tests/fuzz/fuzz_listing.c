/*
 * fuzz_listing.c - any bytes as a listing, and as a block of one whose sums are right: paths are memory that is there,
 * in order, and no more of them than there are bytes for.
 */
#include "base/load.h"
#include "base/text.h"
#include "snapshot/tool.h"
#include "wipe/listing.h"
#include "check.h"

#include <sys/mman.h>
#include <unistd.h>

#define HEAD 40

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void store(uint8_t *into, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		into[i] = (uint8_t)(value >> (8 * i));
}

/* The number of entries that could be read. */
static uint64_t play(struct span file)
{
	uint8_t last[FILE_PATH_MAX];
	size_t last_len = 0;
	struct listing_reader *reader = NULL;
	struct listing_entry entry;
	uint64_t count = 0;
	int fd = memfd_create("listing", MFD_CLOEXEC);

	check(fd >= 0 && span_write(fd, file) && lseek(fd, 0, SEEK_SET) == 0);
	if (listing_open_fd(fd, &reader) != OK)
		return 0;
	while (listing_next(reader, &entry) == OK) {
		check(entry.path.len > 0 && entry.path.len <= FILE_PATH_MAX);
		check(memchr(entry.path.ptr, 0, entry.path.len) == NULL);
		check(count == 0 || path_order((struct span){ last, last_len }, entry.path) < 0);
		memcpy(last, entry.path.ptr, entry.path.len);
		last_len = entry.path.len;
		count++;
	}
	listing_close(reader);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static uint8_t file[HEAD + 12 + LISTING_BLOCK] = "HNMLST1\n";

	play((struct span){ bytes, len });
	if (len == 0 || len > LISTING_BLOCK)
		return 0;
	store(file + 8, 1000, 8);
	store(file + 32, listing_sum((struct span){ file, 32 }, UINT64_MAX), 8);
	store(file + HEAD, len, 4);
	store(file + HEAD + 4, listing_sum((struct span){ bytes, len }, 0), 8);
	memcpy(file + HEAD + 12, bytes, len);
	check(play((struct span){ file, HEAD + 12 + len }) <= len / 4);
	return 0;
}
