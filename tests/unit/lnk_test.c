/* lnk_test.c - writes small shortcuts of Windows ([MS-SHLLINK]). */
#include "lnk_test.h"

#define FLAG(set, bit) ((set) ? (bit) : 0u)

static void pen_wide(struct pen *pen, const char *text, size_t units)
{
	for (size_t i = 0; i < units; i++)
		pen_le(pen, i < strlen(text) ? (uint8_t)text[i] : 0, 2);
}

static void pen_string(struct pen *pen, const char *text)
{
	if (!text)
		return;
	pen_le(pen, strlen(text), 2);
	pen_wide(pen, text, strlen(text));
}

/* A folder or a file: a short name, and the long one in a block behind it. */
static void pen_item(struct pen *pen, const char *name)
{
	size_t long_name = (strlen(name) + 1) * 2;

	pen_le(pen, 14 + 10 + 46 + long_name + 2, 2);
	pen_le(pen, 0x32, 2); /* a file, and nothing */
	pen_le(pen, 0, 8);
	pen_le(pen, 0x20, 2);
	pen_span(pen, (struct span){ (const uint8_t *)"SHORT~1\0\0\0", 10 });
	pen_le(pen, 46 + long_name + 2, 2);
	pen_le(pen, 9, 2);
	pen_le(pen, 0xbeef0004, 4);
	for (unsigned i = 8; i < 46; i++)
		pen_byte(pen, 0);
	pen_wide(pen, name, strlen(name) + 1);
	pen_le(pen, 24, 2);
}

static void pen_items(struct pen *pen, const struct lnk_test *what)
{
	size_t length = pen->used;

	pen_le(pen, 0, 2);
	pen_le(pen, 20, 2); /* My Computer */
	pen_le(pen, 0x501f, 2);
	for (unsigned i = 0; i < 16; i++)
		pen_byte(pen, 0xaa);
	pen_le(pen, 25, 2);
	pen_text(pen, "/C:\\");
	for (unsigned i = 4; i < 23; i++)
		pen_byte(pen, 0);
	for (unsigned i = 0; i < 4 && what->items[i]; i++)
		pen_item(pen, what->items[i]);
	pen_le(pen, 0, 2);
	pen->room[length] = (uint8_t)(pen->used - length - 2);
	pen->room[length + 1] = (uint8_t)((pen->used - length - 2) >> 8);
}

static void pen_environment(struct pen *pen, const char *path)
{
	pen_le(pen, 0x314, 4);
	pen_le(pen, 0xa0000001, 4);
	for (size_t i = 0; i < 260; i++)
		pen_byte(pen, i < strlen(path) ? (uint8_t)path[i] : 0);
	pen_wide(pen, path, 260);
}

struct span lnk_test_write(const struct lnk_test *what, void *room, size_t size)
{
	static const uint8_t begin[20] = { 0x4c, 0, 0, 0, 1, 0x14, 2, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46 };
	struct pen pen = pen_init(room, size);

	pen_span(&pen, (struct span){ begin, sizeof(begin) });
	pen_le(&pen, 0x80u | FLAG(what->items[0], 1u) | FLAG(what->path, 8u) | FLAG(what->arguments, 32u) |
			     FLAG(what->icon, 64u) | FLAG(what->environment, 0x200u), 4);
	while (pen.used < 76)
		pen_byte(&pen, 0);
	if (what->items[0])
		pen_items(&pen, what);
	pen_string(&pen, what->path);
	pen_string(&pen, what->arguments);
	pen_string(&pen, what->icon);
	if (what->environment)
		pen_environment(&pen, what->environment);
	pen_le(&pen, 0, 4);
	pen_span(&pen, what->burden);
	return pen_since(&pen, 0);
}
