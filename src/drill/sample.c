/* sample.c - the reservoir. */
#include "drill/sample.h"

#include "base/hash.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum err sample_open(struct sample *sample, enum sample_by by, size_t max, uint64_t seed)
{
	struct sample_file *files;

	if (max > SAMPLE_MAX)
		max = SAMPLE_MAX;
	files = calloc(max ? max : 1, sizeof(*files));
	if (!files)
		return ERR_MEMORY;
	/* hash_64() joins key and value by xor: of seeds that are near each other, the same numbers would come back */
	*sample = (struct sample){ .by = by, .seed = hash_64(seed, HASH_K1), .max = max, .files = files };
	return OK;
}

void sample_close(struct sample *sample)
{
	for (size_t i = 0; i < sample->count; i++)
		free(sample->files[i].path);
	free(sample->files);
	*sample = (struct sample){ 0 };
}

/* log(u) with u above 0 and below 1, which for equal weights is as good as u itself. */
static double key_of(const struct sample *sample, uint64_t size, uint64_t number)
{
	double u = ((double)(hash_64(number, sample->seed) >> 11) + 0.5) * 0x1p-53;

	return sample->by == SAMPLE_BY_FILES ? log(u) : log(u) / (double)size;
}

static void weakest_find(struct sample *sample)
{
	sample->weakest = 0;
	for (size_t i = 1; i < sample->count; i++)
		if (sample->files[i].key < sample->files[sample->weakest].key)
			sample->weakest = i;
}

enum err drill_sample_offer(struct sample *sample, const struct snapshot_file *file, uint64_t number)
{
	bool full = sample->count == sample->max;
	struct sample_file *at = &sample->files[full ? sample->weakest : sample->count];
	double key;
	char *path;

	if (sample->max == 0 || (sample->by == SAMPLE_BY_BYTES && file->size == 0))
		return OK;
	key = key_of(sample, file->size, number);
	if (full && key <= at->key)
		return OK;
	path = strndup((const char *)file->path.ptr, file->path.len);
	if (!path)
		return ERR_MEMORY;
	if (full)
		free(at->path);
	else
		sample->count++;
	*at = (struct sample_file){ number, file->size, file->changed, key, path, false };
	if (sample->count == sample->max)
		weakest_find(sample);
	return OK;
}

static int by_key(const void *a, const void *b)
{
	double one = ((const struct sample_file *)a)->key, other = ((const struct sample_file *)b)->key;

	return (one < other) - (one > other);
}

void sample_order(struct sample *sample)
{
	qsort(sample->files, sample->count, sizeof(*sample->files), by_key);
}

bool sample_has(const struct sample *sample, uint64_t number)
{
	for (size_t i = 0; i < sample->count; i++)
		if (sample->files[i].taken && sample->files[i].number == number)
			return true;
	return false;
}
