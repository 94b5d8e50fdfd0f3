/*
 * index_write.h - writes an index file from values that come in the order of their hashes.
 */
#ifndef INTEL_INDEX_WRITE_H
#define INTEL_INDEX_WRITE_H

#include "intel/index_dictionary.h"
#include "intel/index_entry.h"

struct index_writer;

/* Begins a new file beside `path`, which is borrowed. */
MUST_USE enum err index_writer_new(const char *path, const struct index_header *header,
				   struct index_writer **writer);

/* One value and its tellings (`count` of them, INDEX_TELLINGS at most are there). */
MUST_USE enum err index_writer_value(struct index_writer *writer, const struct entry_key *key,
				     const struct entry_telling *telling, uint64_t count);

/* Everything else, then checks the file and puts it in the place of the old one. */
MUST_USE enum err index_writer_finish(struct index_writer *writer, const struct dictionary *strings,
				      const struct dictionary *origins);

/* Takes away what was not finished. */
void index_writer_free(struct index_writer *writer);

#endif
