/* fuzz_sealed.c - hostile descriptions of encryption: of a package, whose first bytes are the package's own. */
#define READER_WORK (1 << 20)
#include "sealed/package.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void read_package(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena), head = part->bytes.len < 64 ? part->bytes.len : 64;
	struct span package = { part->bytes.ptr, head }, open;
	struct span info = { part->bytes.ptr + head, part->bytes.len - head };

	if (package_open(e, part, info, package, &open))
		reader_see(open);
	arena_back(&e->arena, mark);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	reader_play_in(read_package, TYPE_MESSAGE, "a.xlsx", (struct span){ bytes, len });
	return 0;
}
