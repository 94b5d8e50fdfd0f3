/*
 * index_write.c - the index file's sections, written once from front to back; then checked,
 * renamed.
 */
#include "intel/index_write.h"

#include "base/pages.h"
#include "intel/index.h"
#include "intel/index_area.h"
#include "intel/index_nets.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define FILTER_BITS_PER_KEY 12 /* one false alarm of the filter in some 90 */
#define SLOTS_LOAD_PERCENT  70
#define WRITE_BUFFER        ((size_t)1 << 20)

/* Where an entry lies, for the slots. */
struct place {
	uint64_t hash;
	uint64_t at_kind; /* offset << 8 | kind */
};

struct nets_list {
	struct net *net;
	size_t count, room;
};

struct index_writer {
	const char *path;
	char *aside;
	FILE *file;
	uint64_t at;
	unsigned section;
	struct index_header header;
	struct place *places;
	size_t place_count, place_room;
	struct nets_list nets[2]; /* accused, guarded */
	struct index_area area;
};

static void out_begin(struct index_writer *w, enum index_section section)
{
	static const uint8_t zeros[INDEX_PAGE];
	size_t gap = (INDEX_PAGE - w->at % INDEX_PAGE) % INDEX_PAGE;

	w->at += fwrite(zeros, 1, gap, w->file);
	w->section = section;
	w->header.section[section].at = w->at;
}

static void out_put(struct index_writer *w, const void *bytes, size_t length)
{
	uint32_t *crc = &w->header.section[w->section].crc;

	*crc = (uint32_t)crc32_z(*crc, bytes, length);
	w->at += fwrite(bytes, 1, length, w->file);
	w->header.section[w->section].len += length;
}

static void out_section(struct index_writer *w, enum index_section section, const void *bytes,
			size_t length)
{
	out_begin(w, section);
	if (length > 0)
		out_put(w, bytes, length);
}

enum err index_writer_new(const char *path, const struct index_header *header,
			  struct index_writer **writer)
{
	static const uint8_t page[INDEX_PAGE];
	struct index_writer *w = calloc(1, sizeof(*w));
	size_t length = strlen(path) + sizeof(".XXXXXX");
	int fd;

	if (!w)
		return ERR_MEMORY;
	w->path = path;
	w->header = *header;
	w->aside = malloc(length);
	if (!w->aside || !index_area_new(&w->area)) {
		index_writer_free(w);
		return ERR_MEMORY;
	}
	snprintf(w->aside, length, "%s.XXXXXX", path);
	fd = mkstemp(w->aside);
	w->file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!w->file) {
		if (fd >= 0)
			close(fd);
		else
			w->aside[0] = '\0';
		index_writer_free(w);
		return ERR_OPEN;
	}
	setvbuf(w->file, NULL, _IOFBF, WRITE_BUFFER);
	w->at = fwrite(page, 1, sizeof(page), w->file); /* the header's place */
	out_begin(w, SECTION_ENTRIES);
	*writer = w;
	return OK;
}

static enum err place_add(struct index_writer *w, uint64_t hash, uint64_t at, uint8_t kind)
{
	if (w->place_count == w->place_room) {
		size_t room = w->place_room ? w->place_room + w->place_room / 2 : 4096;
		struct place *places = realloc(w->places, room * sizeof(*places));

		if (!places)
			return ERR_MEMORY;
		w->places = places;
		w->place_room = room;
	}
	w->places[w->place_count++] = (struct place){ hash, at << 8 | kind };
	return OK;
}

static enum err net_add(struct nets_list *list, const struct prefix *prefix, uint64_t at)
{
	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : 1024;
		struct net *net = realloc(list->net, room * sizeof(*net));

		if (!net)
			return ERR_MEMORY;
		list->net = net;
		list->room = room;
	}
	list->net[list->count++] = (struct net){ *prefix, at };
	return OK;
}

static unsigned label_count(struct span name)
{
	unsigned labels = 1;

	for (size_t i = 0; i < name.len; i++)
		labels += name.ptr[i] == '.';
	return labels;
}

/* What look-ups want to know beforehand about the kinds and values that are there. */
static void header_note(struct index_header *header, const struct entry *entry)
{
	unsigned kind = entry->kind & ~ENTRY_GUARD, labels;

	if (entry->kind & ENTRY_GUARD) {
		header->guards |= 1u << kind;
		return;
	}
	header->kinds |= 1u << kind;
	if (kind == INDICATOR_DOMAIN) {
		labels = label_count(entry->key);
		header->levels |= 1ull << (labels < 63 ? labels : 63);
	}
}

enum err index_writer_value(struct index_writer *w, const struct entry_key *key,
			    const struct entry_telling *telling, uint64_t count)
{
	struct entry entry = { .kind = key->kind, .key = { key->bytes, key->len } };
	uint64_t at = w->header.section[SECTION_ENTRIES].len;
	bool guard = key->kind & ENTRY_GUARD;
	unsigned kind = key->kind & ~ENTRY_GUARD;
	uint8_t bytes[ENTRY_BYTES];
	struct prefix prefix;
	uint16_t port;

	if (at >= 1ull << (63 - SLOT_TAG_BITS))
		return ERR_LIMIT;
	out_put(w, bytes, entry_write(key, telling, count, bytes));
	w->header.entries++;
	w->header.tellings += count;
	header_note(&w->header, &entry);
	if (kind <= INDICATOR_ENDPOINT && entry_address(&entry, &prefix, &port)) {
		if (!guard)
			index_area_set(&w->area, &prefix, kind == INDICATOR_PREFIX);
		if (kind == INDICATOR_PREFIX)
			return net_add(&w->nets[guard], &prefix, at);
	}
	return place_add(w, key->hash, at, key->kind);
}

/* Fills the slots; false: some hash would be displaced by too much. */
static bool slots_fill(const struct index_writer *w, uint8_t *slots, uint64_t count)
{
	uint64_t next = 0;

	for (size_t i = 0; i < w->place_count; i++) {
		uint64_t home = slot_of(w->places[i].hash, count), value;

		if (next < home)
			next = home;
		if (next - home >= INDEX_PROBES)
			return false;
		value = ((w->places[i].at_kind >> 8) + 1) << SLOT_TAG_BITS |
			slot_tag(w->places[i].hash);
		memcpy(slots + next++ * 8, &value, 8);
	}
	return true;
}

static enum err write_slots(struct index_writer *w)
{
	uint64_t count = w->place_count * 100 / SLOTS_LOAD_PERCENT + 1;
	uint8_t *slots;

	for (;; count += count / 4) { /* more room until all fit: a bounded number of times */
		size_t bytes = (count + INDEX_PROBES) * 8;

		if (count > 64 * ((uint64_t)w->place_count + 16))
			return ERR_LIMIT;
		slots = pages_new(bytes);
		if (!slots)
			return ERR_MEMORY;
		if (slots_fill(w, slots, count)) {
			w->header.slots = count;
			out_section(w, SECTION_SLOTS, slots, bytes);
			pages_free(slots, bytes);
			return OK;
		}
		pages_free(slots, bytes);
	}
}

static enum err write_filter(struct index_writer *w)
{
	uint64_t words = w->place_count * FILTER_BITS_PER_KEY / (FILTER_WORD * 8) + 1;
	size_t bytes = words * FILTER_WORD;
	uint64_t *filter = pages_new(bytes);

	if (!filter)
		return ERR_MEMORY;
	for (size_t i = 0; i < w->place_count; i++) {
		uint64_t hash = w->places[i].hash;

		if (!(w->places[i].at_kind & ENTRY_GUARD))
			filter[filter_word(hash, words)] |= filter_bits(hash);
	}
	out_section(w, SECTION_FILTER, filter, bytes);
	pages_free(filter, bytes);
	return OK;
}

static enum err write_nets(struct index_writer *w, struct nets_list *list, enum index_section first)
{
	struct nets_built built;
	enum err err = nets_build(list->net, list->count, &built);

	if (err != OK)
		return err;
	out_section(w, first, built.top, built.top_len);
	out_section(w, first + 1, built.pieces, built.pieces_len);
	out_section(w, first + 2, built.nodes, built.nodes_len);
	nets_free(&built);
	return OK;
}

static enum err write_sections(struct index_writer *w, const struct dictionary *strings,
			       const struct dictionary *origins)
{
	enum err err;

	out_section(w, SECTION_STRINGS_AT, strings->at, ((size_t)strings->count + 1) * 4);
	out_section(w, SECTION_STRINGS, strings->text, strings->at[strings->count]);
	out_section(w, SECTION_ORIGINS, origins->text,
		    origins->at ? origins->at[origins->count] : 0);
	out_section(w, SECTION_AREA4, w->area.four, AREA4_BYTES);
	out_section(w, SECTION_AREA6, w->area.six, AREA6_BYTES);
	err = write_nets(w, &w->nets[0], SECTION_NETS_TOP);
	if (err == OK)
		err = write_nets(w, &w->nets[1], SECTION_GUARDS_TOP);
	if (err == OK)
		err = write_slots(w);
	return err == OK ? write_filter(w) : err;
}

static enum err write_header(struct index_writer *w)
{
	uint8_t page[INDEX_PAGE];

	w->header.file_size = w->at;
	index_header_write(&w->header, page);
	if (fseek(w->file, 0, SEEK_SET) != 0 || fwrite(page, 1, sizeof(page), w->file) == 0 ||
	    fflush(w->file) != 0 || ferror(w->file))
		return ERR_WRITE;
	/* Other processes read it, with other rights. */
	return fchmod(fileno(w->file), 0644) == 0 && fsync(fileno(w->file)) == 0 ? OK : ERR_WRITE;
}

/* Reads back what lies on the disk now. */
static enum err check_aside(const char *path)
{
	struct index *index;
	enum err err = index_open(path, &index);

	if (err != OK)
		return err;
	err = index_check(index);
	index_close(index);
	return err;
}

/* A rename is only durable once its folder is written. */
static enum err sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == path ? strdup("/")
		       : slash       ? strndup(path, (size_t)(slash - path))
				     : strdup(".");
	int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	enum err err = fd >= 0 && fsync(fd) == 0 ? OK : ERR_WRITE;

	if (fd >= 0)
		close(fd);
	free(folder);
	return err;
}

enum err index_writer_finish(struct index_writer *w, const struct dictionary *strings,
			     const struct dictionary *origins)
{
	enum err err = write_sections(w, strings, origins);

	if (err == OK)
		err = write_header(w);
	if (err == OK)
		err = check_aside(w->aside);
	if (err != OK)
		return err;
	if (rename(w->aside, w->path) != 0)
		return ERR_WRITE;
	w->aside[0] = '\0';
	return sync_folder(w->path);
}

void index_writer_free(struct index_writer *w)
{
	if (!w)
		return;
	if (w->file)
		fclose(w->file);
	if (w->aside && w->aside[0])
		unlink(w->aside);
	free(w->aside);
	free(w->places);
	free(w->nets[0].net);
	free(w->nets[1].net);
	index_area_free(&w->area);
	free(w);
}
