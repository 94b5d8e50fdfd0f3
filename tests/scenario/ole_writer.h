/*
 * ole_writer.h - compound files ([MS-CFB]) from building blocks: streams by their paths, folders made as needed.
 *
 * Everything is in memory; nothing is opened or run. No memory: the program ends with a message.
 */
#ifndef SCENARIO_OLE_WRITER_H
#define SCENARIO_OLE_WRITER_H

#include "base/span.h"

#include <stdbool.h>

#define OLE_WRITER_ENTRIES 200
#define OLE_WRITER_NAME    32 /* characters, with the end */

struct ole_writer_entry {
	char name[OLE_WRITER_NAME]; /* ASCII, or bytes below 32 as they are */
	int folder;                 /* index; -1 of the root */
	bool stream;
	uint8_t clsid[16];
	uint8_t *bytes;
	size_t len;
	uint32_t start, left, right, child;
};

struct ole_writer {
	struct ole_writer_entry entries[OLE_WRITER_ENTRIES];
	int count;
	bool version4;  /* sectors of 4096 bytes */
	bool scattered; /* the sectors of a stream do not lie in a row */
};

void ole_writer_init(struct ole_writer *w);
void ole_writer_free(struct ole_writer *w);

/* A stream: "Macros/VBA/dir". The bytes are copied. */
void ole_writer_add(struct ole_writer *w, const char *path, struct span bytes);
/* The class of a folder, "" of the root; "0002ce02-0000-0000-c000-000000000046". The folder is made. */
void ole_writer_class(struct ole_writer *w, const char *path, const char *guid);

/* The file, to be freed with free(). */
struct span ole_writer_file(struct ole_writer *w);

#endif
