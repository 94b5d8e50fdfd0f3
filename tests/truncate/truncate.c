/*
 * truncate.c - cuts captures at random places and reads what is left, in one process.
 *
 *   truncate [--cuts N] [--seed N] FILE...
 *
 * Half of the cuts are anywhere in the file, half in its first 4 KiB, where the headers are. Each
 * cut is copied into a block of just its size, so that AddressSanitizer sees a read beyond it.
 * What the reading finds does not matter here, only that it ends and touches nothing it should not.
 * Prints a line for each file and at the end "N passed, N failed".
 */
#include "app/read.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD 4096

/* xorshift64 (Marsaglia 2003): the same numbers on every machine. */
static uint64_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* The file's bytes, owned by the caller; NULL with errno set when it cannot be read. */
static uint8_t *load(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes = NULL;
	long size;

	if (file == NULL)
		return NULL;
	if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0) {
		rewind(file);
		*len = (size_t)size;
		bytes = malloc(*len + 1);
		if (bytes != NULL && fread(bytes, 1, *len, file) != *len) {
			free(bytes);
			bytes = NULL;
			errno = EIO;
		}
	}
	fclose(file);
	return bytes;
}

/* Reads the first `len` bytes from a block that ends where they end. */
static enum err read_cut(const uint8_t *bytes, size_t len)
{
	uint8_t *cut = malloc(len);
	enum err err;

	if (cut == NULL && len > 0)
		return ERR_MEMORY;
	if (len > 0)
		memcpy(cut, bytes, len);
	err = read_memory((struct span){ cut, len });
	free(cut);
	return err;
}

static int truncate_file(const char *path, uint64_t cuts, uint64_t seed)
{
	uint64_t state = seed * 0x9e3779b97f4a7c15u + 1, clean = 0;
	size_t len = 0;
	uint8_t *bytes = load(path, &len);

	if (bytes == NULL) {
		printf("FAIL truncate %s: %s\n", path, strerror(errno));
		return 1;
	}
	for (uint64_t i = 0; i < cuts; i++) {
		const size_t within = i % 2 == 0 || len < HEAD ? len : HEAD;
		const size_t at = within == 0 ? 0 : (size_t)(random_next(&state) % within);

		clean += read_cut(bytes, at) == OK;
	}
	free(bytes);
	printf("ok truncate %s: %" PRIu64 " cuts, seed %" PRIu64 ", %" PRIu64 " of them read cleanly\n",
	       path, cuts, seed, clean);
	fflush(stdout);
	return 0;
}

int main(int argc, char **argv)
{
	uint64_t cuts = 200, seed = 1;
	int files = 0, failed = 0;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--cuts") == 0 && i + 1 < argc) {
			cuts = strtoull(argv[++i], NULL, 10);
		} else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
			seed = strtoull(argv[++i], NULL, 10);
		} else {
			files++;
			failed += truncate_file(argv[i], cuts, seed);
		}
	}
	printf("%d passed, %d failed\n", files - failed, failed);
	return files == 0 || failed > 0;
}
