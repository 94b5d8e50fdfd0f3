/*
 * phash.c - the hash of a picture: pictures that look alike have hashes that differ in few bits.
 *
 * The picture is made small (32 by 32 greys), turned into waves (DCT-II), and of the 8 by 8 longest waves each gives
 * one bit: whether it is above their median (Zauner, "Implementation and benchmarking of perceptual image hash
 * functions", 2010). Read by libpng's simplified interface, which has limits and no jumps.
 */
#include "deface/picture.h"

#include <math.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_MOST (32 << 20) /* bytes */
#define SIDE_MOST 8192       /* pixels */
#define AREA_MOST (16 << 20)
#define SMALL     32
#define WAVES     8

struct greys {
	double at[SMALL][SMALL];
};

static bool is_fit(const png_image *image)
{
	return image->width >= SMALL && image->height >= SMALL && image->width <= SIDE_MOST &&
	       image->height <= SIDE_MOST && (uint64_t)image->width * image->height <= AREA_MOST;
}

/* The mean of each field. */
static void shrink(const png_image *image, const uint8_t *pixels, struct greys *small)
{
	for (unsigned y = 0; y < SMALL; y++) {
		unsigned top = image->height * y / SMALL, bottom = image->height * (y + 1) / SMALL;

		for (unsigned x = 0; x < SMALL; x++) {
			unsigned left = image->width * x / SMALL, right = image->width * (x + 1) / SMALL;
			uint64_t sum = 0;

			for (unsigned row = top; row < bottom; row++)
				for (unsigned column = left; column < right; column++)
					sum += pixels[(size_t)row * image->width + column];
			small->at[y][x] = (double)sum / ((double)(bottom - top) * (right - left));
		}
	}
}

static enum err read_greys(const char *png, struct greys *small)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	png_color white = { 255, 255, 255 };
	enum err err = ERR_FORMAT;
	uint8_t *pixels = NULL;
	struct stat file;

	if (stat(png, &file))
		return ERR_OPEN;
	if (file.st_size > FILE_MOST)
		return ERR_LIMIT;
	if (!png_image_begin_read_from_file(&image, png))
		return ERR_FORMAT;
	image.format = PNG_FORMAT_GRAY;
	if (is_fit(&image)) {
		pixels = malloc(PNG_IMAGE_SIZE(image));
		err = pixels ? ERR_FORMAT : ERR_MEMORY;
	}
	if (pixels && png_image_finish_read(&image, &white, pixels, 0, NULL)) {
		shrink(&image, pixels, small);
		err = OK;
	}
	png_image_free(&image);
	free(pixels);
	return err;
}

static double wave(const struct greys *small, unsigned v, unsigned u)
{
	double sum = 0;

	for (unsigned y = 0; y < SMALL; y++)
		for (unsigned x = 0; x < SMALL; x++)
			sum += small->at[y][x] * cos((2 * y + 1) * v * M_PI / (2 * SMALL)) *
			       cos((2 * x + 1) * u * M_PI / (2 * SMALL));
	return sum;
}

static int compare_waves(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

enum err picture_hash(const char *png, uint8_t hash[8])
{
	double waves[WAVES * WAVES], sorted[WAVES * WAVES - 1], median;
	struct greys small;
	enum err err = read_greys(png, &small);

	if (err)
		return err;
	for (unsigned n = 0; n < WAVES * WAVES; n++)
		waves[n] = wave(&small, n / WAVES, n % WAVES);
	memcpy(sorted, waves + 1, sizeof(sorted)); /* without the first: how bright it is as a whole */
	qsort(sorted, WAVES * WAVES - 1, sizeof(sorted[0]), compare_waves);
	median = sorted[(WAVES * WAVES - 1) / 2];
	memset(hash, 0, 8);
	for (unsigned n = 1; n < WAVES * WAVES; n++)
		if (waves[n] > median)
			hash[n / 8] |= (uint8_t)(1u << n % 8);
	return OK;
}

unsigned picture_distance(const uint8_t a[8], const uint8_t b[8])
{
	unsigned bits = 0;

	for (unsigned n = 0; n < 8; n++)
		bits += (unsigned)__builtin_popcount((unsigned)(a[n] ^ b[n]));
	return bits;
}
