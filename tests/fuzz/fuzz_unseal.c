/* fuzz_unseal.c - hostile archives of 7z and RAR that say they are encrypted. Work is bounded, so
 * that few rounds of a key are made: the fuzzer is to be faster than a password is slow. */
#define READER_WORK (1 << 10) /* keys */
#include "unseal/rar4.h"
#include "unseal/rar5.h"
#include "unseal/sevenzip.h"
#include "reader.h"

#define BUDGET (256u << 10)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void read_sevenzip(struct exam *e, struct span bytes)
{
	struct sevenzip z;
	struct span open;

	if (sevenzip_read(e, bytes, &z) != OK)
		return;
	z.seal.budget = BUDGET;
	(void)sevenzip_unlock(e, &z, text_span("one"));
	(void)sevenzip_unlock(e, &z, e->passwords[0]);
	check(z.seal.locked <= z.folder_count);
	if (sevenzip_write(e, &z, &open) == OK)
		reader_see(open);
}

static void read_rar5(struct exam *e, struct span bytes)
{
	struct rar5 r;
	struct span open;

	if (rar5_read(e, bytes, &r) != OK)
		return;
	r.seal.budget = BUDGET;
	(void)rar5_unlock(e, &r, text_span("one"));
	(void)rar5_unlock(e, &r, e->passwords[0]);
	check(r.seal.locked <= r.lock_count);
	if (rar5_write(e, &r, &open) == OK)
		reader_see(open);
}

static void read_rar4(struct exam *e, struct span bytes)
{
	struct rar4 r;
	struct span open;

	if (rar4_read(e, bytes, &r) != OK)
		return;
	r.seal.budget = BUDGET;
	r.power = 4;
	(void)rar4_unlock(e, &r, text_span("one"));
	(void)rar4_unlock(e, &r, e->passwords[0]);
	if (rar4_write(e, &r, &open) == OK)
		reader_see(open);
}

static void read_any(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena);

	if (part->bytes.len > 6 && part->bytes.ptr[0] == 'R' && part->bytes.ptr[6] == 1)
		read_rar5(e, part->bytes);
	else if (part->bytes.len > 6 && part->bytes.ptr[0] == 'R')
		read_rar4(e, part->bytes);
	else
		read_sevenzip(e, part->bytes);
	arena_back(&e->arena, mark);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	reader_play_in(read_any, TYPE_MESSAGE, "a", (struct span){ bytes, len });
	return 0;
}
