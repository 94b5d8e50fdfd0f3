/* fuzz_native.c - hostile objects of OLE: packed files, equations, monikers, by the first byte. */
#include "office/native.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void read_package(struct exam *e, const struct part *part)
{
	(void)native_package(e, part, part->bytes);
}

static void read_equation(struct exam *e, const struct part *part)
{
	native_equation(e, part, part->bytes);
}

static void read_monikers(struct exam *e, const struct part *part)
{
	native_monikers(e, part, part->bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static fuzz_reader *const readers[] = { read_package, read_equation, read_monikers };

	if (len)
		reader_play_in(readers[*bytes % 3], TYPE_OLE, "", (struct span){ bytes + 1, len - 1 });
	return 0;
}
