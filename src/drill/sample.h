/*
 * sample.h - a random sample of files, drawn while a listing of any length streams by.
 *
 * Each file gets a random key, and those with the largest keys stay: a reservoir (P. S. Efraimidis and P. G. Spirakis,
 * "Weighted random sampling with a reservoir", 2006). Equal keys for all give each file the same chance; the key
 * log(u) / size gives it by bytes. The key comes of the seed and the file's number: the same seed, the same sample.
 */
#ifndef DRILL_SAMPLE_H
#define DRILL_SAMPLE_H

#include "snapshot/tool.h"

#define SAMPLE_MAX 4096 /* files: with the longest paths 16 MiB */

enum sample_by { SAMPLE_BY_FILES, SAMPLE_BY_BYTES };

struct sample_file {
	uint64_t number; /* in the listing */
	uint64_t size;
	usec_t changed;
	double key;
	char *path;
	bool taken; /* the caller's: it is restored */
};

struct sample {
	enum sample_by by;
	uint64_t seed;
	size_t max, count, weakest; /* weakest: the place of the smallest key, once it is full */
	struct sample_file *files;
};

/* At most `max` files, never more than SAMPLE_MAX; `max` 0 is fine. ERR_MEMORY. */
MUST_USE enum err sample_open(struct sample *sample, enum sample_by by, size_t max, uint64_t seed);
void sample_close(struct sample *sample);

/* ERR_MEMORY. An empty file never comes into a sample by bytes. */
MUST_USE enum err drill_sample_offer(struct sample *sample, const struct snapshot_file *file, uint64_t number);
/* Into the order of the keys, which is a random one: any first part of it is a random sample, too. */
void sample_order(struct sample *sample);
/* Whether this one is in it, and taken. */
bool sample_has(const struct sample *sample, uint64_t number);

#endif
