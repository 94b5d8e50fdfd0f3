/*
 * draw.h - a random sample of files, drawn while a listing of any length streams by.
 *
 * Each file gets a random key, and those with the largest keys stay: a reservoir (P. S. Efraimidis and P. G. Spirakis,
 * "Weighted random sampling with a reservoir", 2006). Equal keys for all give each file the same chance; the key
 * log(u) / size gives it by bytes. The key comes of the seed and the file's number: the same seed, the same sample.
 */
#ifndef DRILL_DRAW_H
#define DRILL_DRAW_H

#include "snapshot/tool.h"

#define DRAW_MAX 4096 /* files: with the longest paths 16 MiB */

enum draw_by { DRAW_BY_FILES, DRAW_BY_BYTES };

struct drawn_file {
	uint64_t number; /* in the listing */
	uint64_t size;
	usec_t changed;
	double key;
	char *path;
	bool taken; /* the caller's: it is restored */
};

struct draw {
	enum draw_by by;
	uint64_t seed;
	size_t max, count, weakest; /* weakest: the place of the smallest key, once it is full */
	struct drawn_file *files;
};

/* At most `max` files, never more than DRAW_MAX; `max` 0 is fine. ERR_MEMORY. */
MUST_USE enum err draw_open(struct draw *draw, enum draw_by by, size_t max, uint64_t seed);
void draw_close(struct draw *draw);

/* ERR_MEMORY. An empty file never comes into a sample by bytes. */
MUST_USE enum err draw_offer(struct draw *draw, const struct snapshot_file *file, uint64_t number);
/* Into the order of the keys, which is a random one: any first part of it is a random sample, too. */
void draw_order(struct draw *draw);
/* Whether this one is in it, and taken. */
bool draw_has(const struct draw *draw, uint64_t number);

#endif
