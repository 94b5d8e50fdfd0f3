/* fuzz_archive.c - hostile archives of all kinds but zip, through libarchive and our own readers of headers. */
#define READER_WORK (1 << 20) /* passwords are tried */
#include "reader.h"
#include "unpack/unpack.h"

#define WORK (4u << 20)  /* bytes that are left of the message's: passwords are slow by intent */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void read_archive(struct exam *e, const struct part *part)
{
	uint64_t spent = exam_work_left(e) - WORK;

	check(exam_work(e, spent));
	unpack_archive(e, part);
	e->work -= spent;
}

/* The first byte says which type: the bytes of most are told by their magic, of some are not. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const enum type types[] = { TYPE_SEVENZIP, TYPE_RAR, TYPE_CAB, TYPE_TAR, TYPE_CPIO, TYPE_AR, TYPE_LHA, TYPE_XAR,
					   TYPE_GZIP, TYPE_BZIP2, TYPE_XZ, TYPE_ZSTD, TYPE_LZIP, TYPE_COMPRESS, TYPE_ACE,
					   TYPE_ARJ };
	struct part part = { .name = text_span("a") };

	if (len < 1)
		return 0;
	part.bytes = (struct span){ bytes + 1, len - 1 };
	part.type = types[bytes[0] % (sizeof(types) / sizeof(types[0]))];
	reader_play(read_archive, part);
	return 0;
}
