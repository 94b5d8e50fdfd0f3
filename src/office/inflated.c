/* inflated.c - zlib undone within the limits of an examination. */
#include "office/inflated.h"

#include <zlib.h>

#define STEP ((size_t)64 << 10)

static int inflate_into(struct pour *pour, struct span packed)
{
	z_stream z = { .next_in = (uint8_t *)packed.ptr, .avail_in = (uInt)packed.len };
	int result = inflateInit(&z);

	while (result == Z_OK && !pour->cut) {
		size_t room;
		uint8_t *out = pour_room(pour, STEP, &room);

		z.next_out = out;
		z.avail_out = (uInt)room;
		result = inflate(&z, Z_NO_FLUSH);
		pour->used += room - z.avail_out;
		if (z.avail_out && result == Z_OK)
			break; /* it wants more than there is */
	}
	inflateEnd(&z);
	return result;
}

struct span inflated(struct exam *e, const struct part *part, struct span packed)
{
	struct pour pour = pour_begin(&e->arena, exam_inflate_room(e, packed.len));
	int result = packed.len <= UINT32_MAX ? inflate_into(&pour, packed) : Z_DATA_ERROR;
	struct span plain = pour_end(&pour);

	if (result == Z_OK && pour.cut)
		exam_unseen(e, part, UNSEEN_LIMIT, "it grows too much when it is unpacked");
	else if (result != Z_STREAM_END)
		exam_unseen(e, part, UNSEEN_BROKEN, "an object that is broken");
	if (!exam_inflate(e, part, plain.len, packed.len))
		plain.len = 0;
	return plain;
}
