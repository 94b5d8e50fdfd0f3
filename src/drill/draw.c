/* draw.c - the reservoir. */
#include "drill/draw.h"

#include "base/hash.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum err draw_open(struct draw *draw, enum draw_by by, size_t max, uint64_t seed)
{
	struct drawn_file *files;

	if (max > DRAW_MAX)
		max = DRAW_MAX;
	files = calloc(max ? max : 1, sizeof(*files));
	if (!files)
		return ERR_MEMORY;
	/* hash_64() joins key and value by xor: of seeds that are near each other, the same numbers would come back */
	*draw = (struct draw){ .by = by, .seed = hash_64(seed, HASH_K1), .max = max, .files = files };
	return OK;
}

void draw_close(struct draw *draw)
{
	for (size_t i = 0; i < draw->count; i++)
		free(draw->files[i].path);
	free(draw->files);
	*draw = (struct draw){ 0 };
}

/* log(u) with u above 0 and below 1, which for equal weights is as good as u itself. */
static double key_of(const struct draw *draw, uint64_t size, uint64_t number)
{
	double u = ((double)(hash_64(number, draw->seed) >> 11) + 0.5) * 0x1p-53;

	return draw->by == DRAW_BY_FILES ? log(u) : log(u) / (double)size;
}

static void weakest_find(struct draw *draw)
{
	draw->weakest = 0;
	for (size_t i = 1; i < draw->count; i++)
		if (draw->files[i].key < draw->files[draw->weakest].key)
			draw->weakest = i;
}

enum err draw_offer(struct draw *draw, const struct snapshot_file *file, uint64_t number)
{
	bool full = draw->count == draw->max;
	struct drawn_file *at = &draw->files[full ? draw->weakest : draw->count];
	double key;
	char *path;

	if (draw->max == 0 || (draw->by == DRAW_BY_BYTES && file->size == 0))
		return OK;
	key = key_of(draw, file->size, number);
	if (full && key <= at->key)
		return OK;
	path = strndup((const char *)file->path.ptr, file->path.len);
	if (!path)
		return ERR_MEMORY;
	if (full)
		free(at->path);
	else
		draw->count++;
	*at = (struct drawn_file){ number, file->size, file->changed, key, path, false };
	if (draw->count == draw->max)
		weakest_find(draw);
	return OK;
}

static int by_key(const void *a, const void *b)
{
	double one = ((const struct drawn_file *)a)->key, other = ((const struct drawn_file *)b)->key;

	return (one < other) - (one > other);
}

void draw_order(struct draw *draw)
{
	qsort(draw->files, draw->count, sizeof(*draw->files), by_key);
}

bool draw_has(const struct draw *draw, uint64_t number)
{
	for (size_t i = 0; i < draw->count; i++)
		if (draw->files[i].taken && draw->files[i].number == number)
			return true;
	return false;
}
