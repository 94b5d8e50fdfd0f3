/* fuzz_native.c - hostile objects of OLE: packed files (first byte even), equations (odd). */
#include "office/ole_document.h"
#include "exam_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void read_native(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena);

	object_native(e, part, part->bytes);
	arena_back(&e->arena, mark);
}

static void read_equation(struct exam *e, const struct part *part)
{
	object_equation(e, part, part->bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	if (len)
		exam_fuzz(*bytes & 1 ? read_equation : read_native, (struct span){ bytes + 1, len - 1 }, "", TYPE_OLE);
	return 0;
}
