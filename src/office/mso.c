/*
 * mso.c - ActiveMime: what Word and Excel put macros and objects into when they save a page (editdata.mso, oledata.mso):
 * a head of some bytes, then a compound file in zlib's form. No specification tells the head; its length is at 0x1e.
 */
#include "office/inflated.h"
#include "office/office.h"

#include "base/cursor.h"

#define LENGTH_AT 0x1e
#define HEAD_MORE 46 /* bytes that the head has besides those that it counts */

static bool begins_zlib(struct span bytes, size_t at)
{
	return at + 2 <= bytes.len && bytes.ptr[at] == 0x78 && ld_be16(bytes.ptr + at) % 31 == 0;
}

/* Where it says, or where the usual ones have it. */
static size_t zlib_at(struct span bytes)
{
	const size_t places[] = { bytes.len > LENGTH_AT + 2 ? ld_le16(bytes.ptr + LENGTH_AT) + (size_t)HEAD_MORE : 0, 0x32, 0x22a };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (begins_zlib(bytes, places[i]))
			return places[i];
	return bytes.len;
}

void office_mso(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena), at = zlib_at(part->bytes);
	struct part child = { 0 };

	if (at == part->bytes.len) {
		exam_unseen(e, part, UNSEEN_BROKEN, "an .mso file that is broken");
		return;
	}
	child.bytes = inflated(e, part, (struct span){ part->bytes.ptr + at, part->bytes.len - at });
	if (child.bytes.len)
		exam_part(e, part, &child);
	arena_back(&e->arena, mark);
}
