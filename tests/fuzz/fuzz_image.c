/* fuzz_image.c - hostile images of disks: file systems and containers. */
#define READER_WORK 1024
#include "reader.h"
#include "base/load.h"
#include "unpack/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#define SIZE ((size_t)1 << 20)

/* Disks are mostly empty: the input is pieces of one, each behind its place (in 512 bytes) and its length. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const enum type types[] = { TYPE_DISK, TYPE_VHD, TYPE_VHDX, TYPE_UDF, TYPE_ISO };
	static uint8_t disk[SIZE];
	struct part part = { .name = text_span("a.img"), .bytes = { disk, SIZE } };

	if (len < 1)
		return 0;
	part.type = types[bytes[0] % (sizeof(types) / sizeof(types[0]))];
	memset(disk, 0, sizeof(disk));
	for (size_t at = 1; at + 4 <= len;) {
		size_t place = (size_t)ld_le16(bytes + at) * 512 % SIZE, n = ld_le16(bytes + at + 2);

		at += 4;
		if (n > len - at)
			n = len - at;
		if (n > SIZE - place)
			n = SIZE - place;
		memcpy(disk + place, bytes + at, n);
		at += n;
	}
	reader_play(unpack_image, part);
	return 0;
}
