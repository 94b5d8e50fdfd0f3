/*
 * native.c - packed files, equations, monikers.
 *
 * Nobody specifies the packager's format; its fields are those that olefile/oletools found. MTEF: "MathType MTEF v.3",
 * Design Science. Monikers: [MS-OSHARED] 2.3.7.
 */
#include "office/native.h"

#include "active/target.h"
#include "base/line.h"
#include "format/charset.h"

#define PATH      1024 /* bytes of a name or path */
#define FONT      40   /* room for a font's name in the equation editor: more runs over (CVE-2017-11882) */
#define MTEF_LOOK 64   /* bytes of an equation before its first font */
#define MONIKERS  8    /* of one object that are looked at */

/* --- packages --- */

static struct span zero_ended(struct cur *c)
{
	struct span rest = cur_rest(c);
	size_t n = line_find(rest, '\0');
	struct span text = cur_span(c, n);

	cur_take(c, 1);
	c->bad |= n > PATH;
	return text;
}

void native_package(struct exam *e, const struct part *part, struct span bytes)
{
	struct cur c = cur_init(bytes);
	struct part child = { 0 };
	struct span path;
	uint32_t size;

	(void)cur_le16(&c);
	child.name = zero_ended(&c);
	path = zero_ended(&c);
	(void)cur_le32(&c); /* 0x00030000: embedded */
	cur_span(&c, cur_le32(&c)); /* where it lay for a while */
	size = cur_le32(&c);
	if (c.bad)
		return;
	child.bytes = line_cut(cur_rest(&c), size);
	exam_find(e, part, FINDING_OLE_PACKAGE, path.len ? path : child.name);
	if (child.bytes.len && exam_entry(e, part))
		exam_part(e, part, &child);
}

/* --- equations --- */

/* The name of a font, with no end before its room is over. */
static bool runs_over(struct span record)
{
	return record.len > FONT + 2 && line_find(line_cut(line_from(record, 2), FONT), '\0') == FONT;
}

/* Header, five bytes of MTEF, then records, of which those in front of the first font are short. */
void native_equation(struct exam *e, const struct part *part, struct span bytes)
{
	size_t header = bytes.len >= 2 ? ld_le16(bytes.ptr) : 0;
	struct span mtef = line_from(bytes, (header >= 8 && header <= MTEF_LOOK ? header : 28) + 5);

	for (size_t i = 0; i < mtef.len && i < MTEF_LOOK; i++)
		if ((mtef.ptr[i] & 15) == 8 && runs_over(line_from(mtef, i + 1))) {
			exam_find(e, part, FINDING_EQUATION, text_span("a font's name runs over its room"));
			return;
		}
	exam_find(e, part, FINDING_EQUATION_OLD, text_span("Equation Native"));
}

/* --- monikers --- */

static void see_address(struct exam *e, const struct part *part, struct span rest)
{
	size_t mark = arena_mark(&e->arena);
	struct cur c = cur_init(rest);
	struct span text = cur_span(&c, cur_le32(&c));
	struct span utf8 = charset_utf16(text, 4 * PATH, &e->arena);

	target_judge(e, part, TARGET_OBJECT, line_cut(utf8, line_find(utf8, '\0')), (struct span){ 0 });
	arena_back(&e->arena, mark);
}

static void see_file(struct exam *e, const struct part *part, struct span rest)
{
	struct cur c = cur_init(rest);
	struct span path;

	(void)cur_le16(&c);
	path = cur_span(&c, cur_le32(&c));
	target_judge(e, part, TARGET_OBJECT, line_cut(path, line_find(path, '\0')), (struct span){ 0 });
}

static void see_all(struct exam *e, const struct part *part, struct span bytes, const uint8_t class[16],
		    void (*see)(struct exam *e, const struct part *part, struct span rest))
{
	const uint8_t *at;

	for (unsigned i = 0; i < MONIKERS && bytes.len; i++) {
		at = memmem(bytes.ptr, bytes.len, class, 16);
		if (!at)
			return;
		bytes = line_from(bytes, (size_t)(at - bytes.ptr) + 16);
		see(e, part, bytes);
	}
}

void native_monikers(struct exam *e, const struct part *part, struct span bytes)
{
	static const uint8_t url[16] = { 0xe0, 0xc9, 0xea, 0x79, 0xf9, 0xba, 0xce, 0x11,
					 0x8c, 0x82, 0x00, 0xaa, 0x00, 0x4b, 0xa9, 0x0b };
	static const uint8_t file[16] = { 0x03, 0x03, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46 };

	see_all(e, part, bytes, url, see_address);
	see_all(e, part, bytes, file, see_file);
}
