/* test_picture.c - the hash of a picture: alike for what looks alike, and nothing for what is no picture. */
#include "deface/picture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <png.h>

#define WIDE 640
#define HIGH 450

struct scene {
	bool black;      /* one white bar on black; else a page with a head, a menu and columns */
	unsigned noise;  /* of each pixel, at most */
	unsigned banner; /* lines at the foot that are another colour */
};

static void draw(uint8_t *pixels, const struct scene *scene)
{
	unsigned seed = 7;

	for (unsigned y = 0; y < HIGH; y++) {
		for (unsigned x = 0; x < WIDE; x++) {
			unsigned grey = scene->black             ? (y > 180 && y < 240 && x > 200 && x < 440 ? 220 : 0)
					: y < 60                 ? 60
					: x < 140                ? 120
					: (x / 160 + y / 90) % 2 ? 230
								 : 200;

			if (y + scene->banner >= HIGH)
				grey = 90;
			seed = seed * 1103515245u + 12345u;
			grey += scene->noise ? (seed >> 16) % scene->noise : 0;
			pixels[y * WIDE + x] = (uint8_t)(grey > 255 ? 255 : grey);
		}
	}
}

static void hash_of(const struct scene *scene, uint8_t hash[8])
{
	char path[] = "/tmp/hinomi-picture-XXXXXX";
	png_image image = { .version = PNG_IMAGE_VERSION, .width = WIDE, .height = HIGH, .format = PNG_FORMAT_GRAY };
	uint8_t *pixels = malloc(WIDE * HIGH);
	int fd = mkstemp(path);

	assert_non_null(pixels);
	assert_true(fd >= 0);
	close(fd);
	draw(pixels, scene);
	assert_true(png_image_write_to_file(&image, path, 0, pixels, 0, NULL));
	assert_int_equal(picture_hash(path, hash), OK);
	unlink(path);
	free(pixels);
}

static void pictures_that_look_alike_are_near(void **state)
{
	static const struct scene page = { 0 }, noisy = { .noise = 24 }, with_banner = { .banner = 20 },
				  black = { .black = true };
	uint8_t a[8], b[8];

	(void)state;
	hash_of(&page, a);
	hash_of(&page, b);
	assert_int_equal(picture_distance(a, b), 0);
	hash_of(&noisy, b);
	assert_true(picture_distance(a, b) <= 10);
	hash_of(&with_banner, b);
	assert_true(picture_distance(a, b) <= 14);
	hash_of(&black, b);
	assert_true(picture_distance(a, b) >= 18);
}

static void distances_are_counted_in_bits(void **state)
{
	static const uint8_t none[8] = { 0 }, all[8] = { 255, 255, 255, 255, 255, 255, 255, 255 },
			     some[8] = { 1, 0, 128 };

	(void)state;
	assert_int_equal(picture_distance(none, none), 0);
	assert_int_equal(picture_distance(none, all), 64);
	assert_int_equal(picture_distance(none, some), 2);
}

static void expect_file(const void *bytes, size_t size, enum err wanted)
{
	char path[] = "/tmp/hinomi-picture-XXXXXX";
	int fd = mkstemp(path);
	uint8_t hash[8] = { 42 };

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), (ssize_t)size);
	close(fd);
	assert_int_equal(picture_hash(path, hash), wanted);
	assert_int_equal(hash[0], 42);
	unlink(path);
}

static void what_is_no_picture_is_refused(void **state)
{
	/* a head that claims 65,535 by 65,535 pixels (PNG specification, 11.2.2), its CRC right */
	static const uint8_t bomb[] = { 0x89, 'P',  'N', 'G', 13,  10, 26, 10,   0,    0,    0,
					13,   'I',  'H', 'D', 'R', 0,  0,  0xff, 0xff, 0,    0,
					0xff, 0xff, 8,   0,   0,   0,  0,  0x93, 0x6e, 0x86, 0x8c };
	uint8_t hash[8];

	(void)state;
	expect_file("", 0, ERR_FORMAT);
	expect_file("GIF89a, not what it says", 24, ERR_FORMAT);
	expect_file(bomb, sizeof(bomb), ERR_FORMAT);
	assert_int_equal(picture_hash("/nonexistent.png", hash), ERR_OPEN);
}

static void what_was_left_is_removed(void **state)
{
	static const char *const names[] = { "picture-aBc123", "picture-aBc123/data", "other" };
	char folder[] = "/tmp/hinomi-left-XXXXXX", path[64];

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (unsigned i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	picture_clean(folder);
	assert_int_equal(rmdir(path), 0); /* what is not ours stayed */
	assert_int_equal(rmdir(folder), 0);
	picture_clean(folder); /* there is none any more */
}

static void only_web_addresses_are_opened(void **state)
{
	static const char *const urls[] = { "file:///etc/passwd", "--remote-debugging-port=1", "javascript:1", "", "/x",
					    "http://a,b.example/" };
	uint8_t hash[8];

	(void)state;
	for (size_t n = 0; n < sizeof(urls) / sizeof(urls[0]); n++)
		assert_int_equal(picture_take("/bin/false", urls[n], NULL, "/tmp", 1, hash), ERR_FORMAT);
	assert_int_equal(picture_take("/nonexistent", "http://www.example.jp/", NULL, "/tmp", 1, hash), ERR_OPEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pictures_that_look_alike_are_near),
		cmocka_unit_test(distances_are_counted_in_bits),
		cmocka_unit_test(what_is_no_picture_is_refused),
		cmocka_unit_test(what_was_left_is_removed),
		cmocka_unit_test(only_web_addresses_are_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
