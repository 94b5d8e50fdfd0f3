/* index.c - opens and checks the index file. */
#include "intel/index.h"

#include "intel/index_private.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static void index_sections(struct index *index)
{
	const struct index_header *h = &index->header;
	struct section *s = index->section;

	for (unsigned i = 0; i < SECTIONS; i++)
		s[i] = (struct section){ (const uint8_t *)index->map + h->section[i].at,
					 h->section[i].len };
	index->nets = (struct index_nets){ s[SECTION_NETS_TOP], s[SECTION_NETS],
					   s[SECTION_NETS_NODES] };
	index->guards = (struct index_nets){ s[SECTION_GUARDS_TOP], s[SECTION_GUARDS],
					     s[SECTION_GUARDS_NODES] };
	index->filter = s[SECTION_FILTER].ptr;
	index->words = s[SECTION_FILTER].len / FILTER_WORD;
}

enum err index_open_fd(int fd, struct index **opened)
{
	struct index *index;
	struct stat stat;
	enum err err;

	if (fstat(fd, &stat) != 0)
		return ERR_READ;
	if (!S_ISREG(stat.st_mode))
		return ERR_FORMAT;
	if (stat.st_size < (off_t)INDEX_PAGE)
		return stat.st_size == 0 ? ERR_EMPTY : ERR_TRUNCATED;
	index = calloc(1, sizeof(*index));
	if (!index)
		return ERR_MEMORY;
	index->size = (size_t)stat.st_size;
	index->map = mmap(NULL, index->size, PROT_READ, MAP_SHARED, fd, 0);
	if (index->map == MAP_FAILED) {
		free(index);
		return ERR_READ;
	}
	err = index_header_read((struct span){ index->map, index->size }, &index->header);
	if (err != OK) {
		index_close(index);
		return err;
	}
	index_sections(index);
	/* Wishes. Entries are met at random, and reading ahead there is for nothing; the filter and
	 * the slots are wanted soon. */
	madvise(index->map, index->size, MADV_RANDOM);
	*opened = index;
	return OK;
}

enum err index_open(const char *path, struct index **index)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum err err;

	if (fd < 0)
		return ERR_OPEN;
	err = index_open_fd(fd, index);
	close(fd);
	return err;
}

void index_close(struct index *index)
{
	if (!index)
		return;
	munmap(index->map, index->size);
	free(index);
}

struct index_facts index_facts(const struct index *index)
{
	const struct index_header *h = &index->header;

	return (struct index_facts){
		.values = h->entries,
		.tellings = h->tellings,
		.file_bytes = h->file_size,
		.hot_bytes = h->section[SECTION_FILTER].len + h->section[SECTION_SLOTS].len,
		.built = h->built,
	};
}

/* Every telling that the entry keeps has texts. */
static bool entry_is_sound(const struct index *index, struct entry entry)
{
	uint64_t strings = index->section[SECTION_STRINGS_AT].len / 4;
	uint64_t origins = index->section[SECTION_ORIGINS].len / sizeof(struct entry_origins);
	struct entry_telling t;

	if (entry.count == 0)
		return false;
	for (uint64_t i = 0; i < entry.count && i < INDEX_TELLINGS; i++)
		if (!entry_telling_read(&entry, &t) || t.origins >= origins ||
		    t.reference + 1ull >= strings)
			return false;
	return true;
}

/* Whether the entry of a slot is found where its hash says. */
static bool slot_is_sound(const struct index *index, uint64_t n, uint64_t slot)
{
	struct entry entry;
	uint64_t hash, home;

	if (!entry_read(&index->section[SECTION_ENTRIES], (slot >> SLOT_TAG_BITS) - 1, &entry))
		return false;
	hash = entry_hash(entry.kind, entry.key, index->header.key);
	home = slot_of(hash, index->header.slots);
	if (slot_tag(hash) != (slot & ((1u << SLOT_TAG_BITS) - 1)) || n < home ||
	    n - home >= INDEX_PROBES)
		return false;
	return (entry.kind & ENTRY_GUARD || index_may_have(index, hash)) &&
	       entry_is_sound(index, entry);
}

static bool nets_are_sound(const struct index *index, const struct index_nets *nets, uint8_t kind)
{
	struct entry entry;
	uint64_t at = 0;

	for (uint32_t node = 0; node < nets->nodes.len / NETS_NODE; node++) {
		nets_up(nets, node, &at);
		if (!entry_read(&index->section[SECTION_ENTRIES], at, &entry) ||
		    entry.kind != kind || !entry_is_sound(index, entry))
			return false;
	}
	return true;
}

enum err index_check(const struct index *index)
{
	const struct section *slots = &index->section[SECTION_SLOTS];
	uint64_t found = 0;

	for (unsigned i = 0; i < SECTIONS; i++)
		if (crc32_z(0, index->section[i].ptr, index->section[i].len) !=
		    index->header.section[i].crc)
			return ERR_FORMAT;
	for (uint64_t n = 0; n < slots->len / 8; n++) {
		uint64_t slot = section_le64(slots, n);

		if (slot == 0)
			continue;
		found++;
		if (!slot_is_sound(index, n, slot))
			return ERR_FORMAT;
	}
	found += (index->nets.nodes.len + index->guards.nodes.len) / NETS_NODE;
	if (found != index->header.entries ||
	    !nets_are_sound(index, &index->nets, INDICATOR_PREFIX) ||
	    !nets_are_sound(index, &index->guards, INDICATOR_PREFIX | ENTRY_GUARD))
		return ERR_FORMAT;
	return OK;
}
