/* fuzz_name.c - hostile names of files, and bytes behind them: the first line is the name. */
#include "reader.h"
#include "unpack/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const struct part message = { .type = TYPE_MESSAGE };
	const uint8_t *end = len ? memchr(bytes, '\n', len) : NULL;
	struct part part = { .in = &message, .name = { bytes, end ? (size_t)(end - bytes) : len } };

	if (end)
		part.bytes = (struct span){ end + 1, len - part.name.len - 1 };
	part.type = type_of(part.bytes, part.name);
	reader_play(unpack_judge_name, part);
	return 0;
}
