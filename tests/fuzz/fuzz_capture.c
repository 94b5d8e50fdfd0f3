/*
 * fuzz_capture.c - hostile captures, read from memory and through the smallest buffer.
 *
 * Both ways must give the same frames and the same end: that finds reads beyond what is known to
 * be there even where the sanitizers cannot see them, within the buffer.
 *
 * Build: clang -fsanitize=fuzzer,address,undefined -Isrc, with src/capture/ and src/base/cursor.c.
 */
#include "capture/capture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* So much of what is unpacked is looked at; a small input may stand for 256 MiB of zeros. */
#define FRAMES_MAX 100000

#define BATCH 5

struct sum {
	enum err err;
	uint64_t frames, digest, offset;
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void frame_sum(struct sum *sum, const struct frame *f)
{
	uint64_t h = sum->digest * 31 + (uint64_t)f->ts * 7 + f->wire_len * 5u + f->link;

	if (f->wire_len < f->bytes.len || f->ts < 0 || f->ts / USEC_PER_SEC > 253402300799 ||
	    !link_supported(f->link))
		abort(); /* capture.h promises otherwise */
	for (size_t i = 0; i < f->bytes.len; i++)
		h = (h ^ f->bytes.ptr[i]) * 0x100000001b3ull;
	sum->digest = h;
	sum->frames++;
}

static struct sum capture_sum(struct capture *capture)
{
	const struct capture_trouble *trouble = capture_trouble(capture);
	struct frame frames[BATCH];
	struct sum sum = {0};
	size_t n = 1;

	while (n && sum.frames < FRAMES_MAX) {
		n = capture_read(capture, frames, BATCH);
		for (size_t i = 0; i < n; i++)
			frame_sum(&sum, &frames[i]);
	}
	if (!n && (trouble->err != OK) != (trouble->text[0] != '\0'))
		abort(); /* trouble has words, no trouble has none */
	if (strlen(trouble->text) >= sizeof(trouble->text) || strchr(trouble->text, '\n'))
		abort();
	sum.err = trouble->err;
	sum.offset = trouble->offset;
	capture_close(capture);
	return sum;
}

/* The input as a file; in memory, so that no disk is worn. */
static const char *file_set(const uint8_t *bytes, size_t len)
{
	static int fd = -1;
	static char path[64];

	if (fd < 0) {
		fd = memfd_create("fuzz_capture", 0);
		if (fd < 0)
			abort();
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	if (ftruncate(fd, 0) != 0 || pwrite(fd, bytes, len, 0) != (ssize_t)len)
		abort();
	return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct sum from_memory = {0}, from_file = {0};
	struct capture_trouble trouble;
	struct capture *capture;

	from_memory.err = capture_open_memory(&capture, "input", (struct span){bytes, len},
					      &trouble);
	if (from_memory.err == OK)
		from_memory = capture_sum(capture);
	from_file.err = capture_open(&capture, file_set(bytes, len), 1, &trouble);
	if (from_file.err == OK)
		from_file = capture_sum(capture);
	if (memcmp(&from_memory, &from_file, sizeof(from_memory)) != 0)
		abort();
	return 0;
}
