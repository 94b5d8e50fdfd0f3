/* zip_test.h - zip archives for tests, also such as no program writes. */
#ifndef ZIP_TEST_H
#define ZIP_TEST_H

#include "base/span.h"

#include <stdbool.h>

#define ZIP_TEST_FILES 4096
#define ZIP_TEST_ROOM  (4u << 20)

struct zip_test {
	uint8_t *bytes; /* of ZIP_TEST_ROOM */
	size_t len;
	uint8_t *central; /* the directory, as it grows */
	size_t central_len;
	unsigned count;
};

/* What a file is like; zero: stored, plain, the same in both views. */
struct zip_test_file {
	const char *name, *local_name; /* NULL: the same */
	const char *bytes;
	size_t len;       /* 0: of the text */
	bool deflated;
	bool described;   /* sizes behind the bytes only */
	bool hidden;      /* only the local header names it */
	bool link;        /* a symbolic link */
	uint16_t flags, method; /* besides; the method instead, when not 0 */
	uint32_t size_lie;      /* added to the size that the directory says */
	uint32_t crc_lie;
	struct span packed;     /* by another method: what `bytes` are packed as */
	const char *unicode;    /* a path in Unicode (0x7075) */
	uint32_t unicode_crc_lie;
	const char *password;   /* PKWARE's cipher */
	uint32_t at;            /* of another file's local header, where `again` */
	bool again;             /* the directory names bytes that are there already */
};

struct zip_test zip_test_new(void);
void zip_test_free(struct zip_test *z);
/* Forgets all that was written. */
void zip_test_begin(struct zip_test *z);
void zip_test_add(struct zip_test *z, const struct zip_test_file *file);
/* A stored text. */
void zip_test_text(struct zip_test *z, const char *name, const char *text);
void zip_test_raw(struct zip_test *z, struct span bytes);
/* The directory and the end record, in which offsets count from `start`. */
struct span zip_test_end(struct zip_test *z, size_t start);

#endif
