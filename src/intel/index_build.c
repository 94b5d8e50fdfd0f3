/*
 * index_build.c - gathers indicators for an index: parted by hash into scratch files, so that each
 * part is sorted in little memory and the parts one after another are sorted as a whole.
 */
#include "intel/index.h"
#include "intel/index_write.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define PARTS 64u
#define PART_MAX                                                                                   \
	((size_t)1 << 30) /* bytes of a part: only one value told millions of times gets there */
#define STRINGS_MAX 0x40000000u /* bytes of all shared texts */
#define ORIGINS_MAX 0x10000000u /* bytes of all quadruples of source, origin, malware, group */
#define PART_BUFFER ((size_t)1 << 16)

/* One indicator in a part; the key's bytes follow. */
struct record {
	uint64_t hash;
	struct entry_telling telling;
	uint16_t len;
	uint8_t kind;
};

struct index_builder {
	uint64_t key;
	uint16_t days[INDICATOR_KINDS];
	struct dictionary strings, origins;
	FILE *part[PARTS];
};

/* A file that is gone when it is closed, or the process ends. */
static FILE *part_open(const char *scratch)
{
	char path[4096];
	FILE *file;
	int fd;

	if (snprintf(path, sizeof(path), "%s/index.XXXXXX", scratch) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	fd = mkstemp(path);
	if (fd < 0)
		return NULL;
	unlink(path);
	file = fdopen(fd, "w+");
	if (!file)
		close(fd);
	else
		setvbuf(file, NULL, _IOFBF, PART_BUFFER);
	return file;
}

enum err index_builder_new(const char *scratch, struct index_builder **builder)
{
	struct index_builder *b = calloc(1, sizeof(*b));
	static const struct span empty;
	uint32_t id;

	if (!b)
		return ERR_MEMORY;
	for (unsigned i = 0; i < PARTS; i++) {
		b->part[i] = part_open(scratch);
		if (!b->part[i]) {
			index_builder_free(b);
			return ERR_OPEN;
		}
	}
	if (getrandom(&b->key, sizeof(b->key), 0) != sizeof(b->key)) {
		index_builder_free(b);
		return ERR_OPEN;
	}
	b->strings.key = b->origins.key = b->key;
	if (dictionary_id(&b->strings, empty, STRINGS_MAX, &id) != OK) { /* number 0: no text */
		index_builder_free(b);
		return ERR_MEMORY;
	}
	for (unsigned i = 0; i < INDICATOR_KINDS; i++)
		b->days[i] = (uint16_t)indicator_days((enum indicator_kind)i);
	*builder = b;
	return OK;
}

void index_builder_days(struct index_builder *builder, enum indicator_kind kind, unsigned days)
{
	if (kind < INDICATOR_KINDS)
		builder->days[kind] = (uint16_t)(days < UINT16_MAX ? days : UINT16_MAX);
}

/* Whole seconds, rounded up so that no explicit time becomes "none"; beyond 2106 is for ever. */
static uint32_t seconds_of(usec_t t)
{
	if (t <= 0)
		return 0;
	if (t / USEC_PER_SEC >= UINT32_MAX)
		return UINT32_MAX;
	return (uint32_t)((t + USEC_PER_SEC - 1) / USEC_PER_SEC);
}

/* The number of who says it; texts that are the same for thousands are kept once. */
static enum err origins_of(struct index_builder *b, const struct indicator *indicator,
			   uint32_t *origins)
{
	const struct span texts[] = { indicator->source, indicator->origin, indicator->malware,
				      indicator->group };
	uint32_t ids[4];

	for (unsigned i = 0; i < 4; i++) {
		enum err err = dictionary_id(&b->strings, texts[i], STRINGS_MAX, &ids[i]);

		if (err != OK)
			return err;
	}
	return dictionary_id(&b->origins, (struct span){ (const uint8_t *)ids, sizeof(ids) },
			     ORIGINS_MAX, origins);
}

enum err index_builder_add(struct index_builder *b, const struct indicator *indicator)
{
	struct record record = { .kind = 0 };
	struct entry_telling *t = &record.telling;
	struct entry_key key;
	enum err err = entry_key_of(indicator, b->key, &key);
	FILE *part;

	if (err == OK)
		err = origins_of(b, indicator, &t->origins);
	if (err == OK)
		err = dictionary_id(&b->strings, indicator->reference, STRINGS_MAX, &t->reference);
	if (err != OK)
		return err;
	record.hash = key.hash;
	record.kind = key.kind;
	record.len = (uint16_t)key.len;
	t->flags = indicator->flags;
	t->confidence = indicator->confidence < 100 ? indicator->confidence : 100;
	t->seen = seconds_of(indicator->seen);
	t->expires = seconds_of(indicator->expires);
	part = b->part[key.hash >> 58];
	if (fwrite(&record, sizeof(record), 1, part) != 1 ||
	    fwrite(key.bytes, 1, key.len, part) != key.len)
		return ERR_WRITE;
	return OK;
}

/* A part in memory. */
struct part {
	uint8_t *bytes;
	size_t len;
	struct row {
		uint64_t hash;
		size_t at;
	} * rows;
	size_t count, room;
};

static struct record record_at(const struct part *part, size_t at)
{
	struct record record;

	memcpy(&record, part->bytes + at, sizeof(record));
	return record;
}

static const uint8_t *key_at(const struct part *part, size_t at)
{
	return part->bytes + at + sizeof(struct record);
}

static int key_compare(const struct part *part, size_t a, size_t b)
{
	struct record x = record_at(part, a), y = record_at(part, b);

	if (x.kind != y.kind)
		return x.kind < y.kind ? -1 : 1;
	if (x.len != y.len)
		return x.len < y.len ? -1 : 1;
	return memcmp(key_at(part, a), key_at(part, b), x.len);
}

/* By hash; the same value in the order in which it was told. */
static int row_compare(const void *a, const void *b, void *part)
{
	const struct row *x = a, *y = b;
	int order;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	order = key_compare(part, x->at, y->at);
	return order ? order : (x->at > y->at) - (x->at < y->at);
}

static enum err part_rows(struct part *part)
{
	for (size_t at = 0; at < part->len;) {
		struct record record = record_at(part, at);

		if (part->count == part->room) {
			size_t room = part->room ? part->room * 2 : 4096;
			struct row *rows = realloc(part->rows, room * sizeof(*rows));

			if (!rows)
				return ERR_MEMORY;
			part->rows = rows;
			part->room = room;
		}
		part->rows[part->count++] = (struct row){ record.hash, at };
		at += sizeof(record) + record.len;
	}
	if (part->count > 0)
		qsort_r(part->rows, part->count, sizeof(*part->rows), row_compare, part);
	return OK;
}

static enum err part_load(FILE *file, struct part *part)
{
	long len;

	if (fflush(file) != 0 || ferror(file))
		return ERR_WRITE;
	len = ftell(file);
	if (len < 0 || fseek(file, 0, SEEK_SET) != 0)
		return ERR_READ;
	if ((size_t)len > PART_MAX)
		return ERR_LIMIT;
	part->bytes = malloc((size_t)len + 1);
	if (!part->bytes)
		return ERR_MEMORY;
	part->len = (size_t)len;
	if (fread(part->bytes, 1, part->len, file) != part->len)
		return ERR_READ;
	return part_rows(part);
}

/* The tellings about one value, as far as they are kept. */
struct kept {
	const struct dictionary *origins;
	struct entry_telling telling[INDEX_TELLINGS];
	unsigned n;
	uint64_t count;
};

static uint32_t source_of(const struct kept *kept, const struct entry_telling *t)
{
	return ld_le32(kept->origins->text + kept->origins->at[t->origins]);
}

/* Whether one of the first n is of the same source. */
static bool source_known(const struct kept *kept, const struct entry_telling *t, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (source_of(kept, &kept->telling[i]) == source_of(kept, t))
			return true;
	return false;
}

/* The same telling again: the newer one counts. */
static void telling_renew(struct entry_telling *old, const struct entry_telling *t)
{
	if (t->confidence > old->confidence)
		old->confidence = t->confidence;
	if (t->seen < old->seen)
		return;
	old->seen = t->seen;
	old->expires = t->expires;
}

static void kept_add(struct kept *kept, const struct entry_telling *t)
{
	for (unsigned i = 0; i < kept->n; i++) {
		struct entry_telling *old = &kept->telling[i];

		if (old->origins == t->origins && old->reference == t->reference &&
		    old->flags == t->flags) {
			telling_renew(old, t);
			return;
		}
	}
	kept->count++;
	if (kept->n < INDEX_TELLINGS) {
		kept->telling[kept->n++] = *t;
		return;
	}
	if (source_known(kept, t, kept->n))
		return;
	for (unsigned i = kept->n; i-- > 1;) {
		if (source_known(kept, &kept->telling[i], i)) {
			kept->telling[i] = *t;
			return;
		}
	}
}

/* Distinct sources first, otherwise as told. */
static void kept_order(struct kept *kept)
{
	struct entry_telling first[INDEX_TELLINGS], again[INDEX_TELLINGS];
	unsigned n = 0, more = 0;

	for (unsigned i = 0; i < kept->n; i++) {
		if (source_known(kept, &kept->telling[i], i))
			again[more++] = kept->telling[i];
		else
			first[n++] = kept->telling[i];
	}
	memcpy(kept->telling, first, n * sizeof(first[0]));
	memcpy(kept->telling + n, again, more * sizeof(again[0]));
}

/* Writes the value of the rows from `from` to before `to`. */
static enum err value_write(const struct index_builder *b, struct index_writer *writer,
			    const struct part *part, size_t from, size_t to, uint64_t now)
{
	struct kept kept = { .origins = &b->origins };
	struct record record = record_at(part, part->rows[from].at);
	struct entry_key key = { .kind = record.kind, .hash = record.hash, .len = record.len };

	memcpy(key.bytes, key_at(part, part->rows[from].at), record.len);
	for (size_t i = from; i < to; i++) {
		record = record_at(part, part->rows[i].at);
		if (entry_expiry(&record.telling, b->days[key.kind & ~ENTRY_GUARD], now) > now)
			kept_add(&kept, &record.telling);
	}
	if (kept.n == 0)
		return OK;
	kept_order(&kept);
	return index_writer_value(writer, &key, kept.telling, kept.count);
}

static enum err part_write(const struct index_builder *b, struct index_writer *writer, FILE *file,
			   uint64_t now)
{
	struct part part = { .bytes = NULL };
	enum err err = part_load(file, &part);

	for (size_t from = 0, to; err == OK && from < part.count; from = to) {
		to = from + 1;
		while (to < part.count && part.rows[to].hash == part.rows[from].hash &&
		       key_compare(&part, part.rows[from].at, part.rows[to].at) == 0)
			to++;
		err = value_write(b, writer, &part, from, to, now);
	}
	free(part.rows);
	free(part.bytes);
	return err;
}

enum err index_builder_finish(struct index_builder *b, const char *path, usec_t now)
{
	struct index_header header = { .key = b->key, .built = now };
	struct index_writer *writer;
	enum err err;

	memcpy(header.days, b->days, sizeof(header.days));
	err = index_writer_new(path, &header, &writer);
	if (err != OK)
		return err;
	for (unsigned i = 0; err == OK && i < PARTS; i++)
		err = part_write(b, writer, b->part[i], (uint64_t)(now / USEC_PER_SEC));
	if (err == OK)
		err = index_writer_finish(writer, &b->strings, &b->origins);
	index_writer_free(writer);
	return err;
}

void index_builder_free(struct index_builder *b)
{
	if (!b)
		return;
	for (unsigned i = 0; i < PARTS; i++)
		if (b->part[i])
			fclose(b->part[i]);
	dictionary_free(&b->strings);
	dictionary_free(&b->origins);
	free(b);
}
