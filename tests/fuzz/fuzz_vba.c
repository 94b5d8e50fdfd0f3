/* fuzz_vba.c - hostile macros: the source of a module (first byte even), or a packed one (odd). */
#define READER_WORK 4096
#include "macro/vba_pack.h"
#include "macro/vba_source.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void read_source(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena);
	struct vba_source read = { 0 };
	struct macro macro;
	struct vba_fold *fold;

	macro_begin(&macro, e, part, MACRO_VBA);
	fold = vba_fold_new(&macro);
	check(fold != NULL);
	(void)vba_source_read(fold, part->bytes, &read);
	check(fold->used <= fold->size && fold->depth == 0);
	vba_settle(fold);
	macro_end(&macro);
	arena_back(&e->arena, mark);
}

static void unpack(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena);
	struct span plain;

	(void)vba_unpack(part->bytes, (size_t)1 << 20, &e->arena, &plain);
	check(plain.len <= (size_t)1 << 20);
	reader_see(plain);
	arena_back(&e->arena, mark);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	if (len)
		reader_play_in(*bytes & 1 ? unpack : read_source, TYPE_OLE, "", (struct span){ bytes + 1, len - 1 });
	return 0;
}
