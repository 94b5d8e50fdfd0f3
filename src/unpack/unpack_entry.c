/* unpack_entry.c - one file of an archive, handed on. */
#include "unpack/unpack_private.h"

/* Archives in archives in archives: nobody needs that, but those who want to be hard to look into. Compressed tars
 * count as one. */
#define NESTED_DEPTH 2

static bool is_squeezed(enum type type)
{
	return type == TYPE_GZIP || type == TYPE_BZIP2 || type == TYPE_XZ || type == TYPE_ZSTD || type == TYPE_LZIP ||
	       type == TYPE_COMPRESS;
}

static unsigned archives_around(const struct part *part)
{
	unsigned count = 0;

	for (; part; part = part->in)
		count += type_kind(part->type) == KIND_ARCHIVE && !is_squeezed(part->type);
	return count;
}

void unpack_entry(struct exam *e, const struct part *part, const struct unpacked *file)
{
	struct part child = { .name = file->name, .bytes = file->bytes, .unlocked = part->unlocked || file->unlocked };

	if (!exam_inflate(e, part, file->bytes.len, file->packed ? file->packed : file->bytes.len))
		return;
	exam_part(e, part, &child);
	if (type_kind(child.type) == KIND_ARCHIVE && archives_around(&child) > NESTED_DEPTH)
		exam_find(e, &child, FINDING_ARCHIVE_NESTED, child.name);
}

void unpack_closed(struct exam *e, const struct part *part, struct span name)
{
	struct part child = { .in = part, .name = name, .type = type_promised(name), .mime_depth = part->mime_depth,
			      .archive_depth = (uint8_t)(part->archive_depth + 1) };

	unpack_judge_name(e, &child);
}
