/* first.c - libarchive's readers of 7z and RAR, for one file. */
#include "unseal/first.h"

#include <archive.h>
#include <archive_entry.h>

static enum err read_file(struct exam *e, struct archive *archive, size_t size, struct span *bytes)
{
	struct pour pour = pour_begin(&e->arena, size);
	struct archive_entry *entry;
	int result = archive_read_next_header(archive, &entry);

	while (result >= ARCHIVE_WARN && result != ARCHIVE_EOF && pour.used < size) {
		const void *block;
		int64_t at;
		size_t len = 0;

		result = archive_read_data_block(archive, &block, &len, &at);
		if (result >= ARCHIVE_WARN && result != ARCHIVE_EOF)
			pour_span(&pour, (struct span){ block, len });
		if (!exam_work(e, len + 1))
			break;
	}
	*bytes = pour_end(&pour);
	return bytes->len == size ? OK : ERR_FORMAT;
}

static bool support(struct archive *archive, enum type type)
{
	return (type == TYPE_RAR ? archive_read_support_format_rar(archive) :
				   archive_read_support_format_7zip(archive)) == ARCHIVE_OK;
}

enum err first_file(struct exam *e, const struct first *first, size_t size, struct span *bytes)
{
	struct archive *archive = archive_read_new();
	struct span poured = { 0 };
	enum err err = ERR_FORMAT;
	uint8_t *room;

	if (archive && support(archive, first->type) &&
	    archive_read_open_memory(archive, first->archive.ptr, first->archive.len) == ARCHIVE_OK)
		err = read_file(e, archive, size, &poured);
	archive_read_free(archive);
	if (err)
		return err;
	arena_back(&e->arena, first->mark);
	room = arena_take(&e->arena, size);
	if (!room)
		return ERR_MEMORY;
	memmove(room, poured.ptr, size); /* it lay above the archive that it came from */
	*bytes = (struct span){ room, size };
	return OK;
}
