/* sevenzip_streams.c - where the packed streams of a 7z lie, and through which coders they go. */
#include "unseal/sevenzip.h"

enum {
	ID_END = 0, ID_PACK = 6, ID_UNPACK = 7, ID_FILES = 8, ID_SIZE = 9, ID_CRC = 10, ID_FOLDER = 11, ID_CODERS_SIZE = 12,
	ID_COUNT = 13,
};
enum { CODER_ID = 0x0f, CODER_COMPLEX = 0x10, CODER_PROPS = 0x20, CODER_REST = 0xc0 };

/* The first byte's leading ones say how many bytes follow, the lowest first; its other bits are the highest. */
uint64_t sevenzip_number(struct cur *c)
{
	uint8_t first = cur_u8(c), mask = 0x80;
	uint64_t value = 0;

	for (unsigned i = 0; i < 8; i++, mask >>= 1) {
		if (!(first & mask))
			return value | (uint64_t)(first & (mask - 1)) << 8 * i;
		value |= (uint64_t)cur_u8(c) << 8 * i;
	}
	return value;
}

/* A number that counts something of which each takes a byte at least. */
static uint32_t count_of(struct cur *c)
{
	uint64_t count = sevenzip_number(c);

	if (count > c->left || count > UINT32_MAX) {
		c->bad = true;
		return 0;
	}
	return (uint32_t)count;
}

/* --- digests: one bit for each that is there, unless all are; then those that are there --- */

struct digests {
	struct span bits; /* empty: all */
	uint32_t at;
	struct cur values;
};

static struct digests digests_begin(struct cur *c, uint64_t count)
{
	struct digests d = { 0 };
	uint64_t there = count;

	if (!cur_u8(c)) {
		d.bits = cur_span(c, (size_t)((count + 7) / 8));
		there = 0;
		for (uint64_t i = 0; i < count && d.bits.len; i++)
			there += d.bits.ptr[i / 8] >> (7 - i % 8) & 1;
	}
	if (there > c->left / 4)
		c->bad = true;
	else
		d.values = cur_sub(c, (size_t)there * 4);
	return d;
}

static bool digests_next(struct digests *d, uint32_t *crc)
{
	uint32_t at = d->at++;

	if (d->bits.len && (at / 8 >= d->bits.len || !(d->bits.ptr[at / 8] >> (7 - at % 8) & 1)))
		return false;
	*crc = cur_le32(&d->values);
	return !d->values.bad;
}

/* --- packed streams --- */

static enum err read_sizes(struct sevenzip *z, struct cur *c, struct cur area)
{
	for (uint32_t i = 0; i < z->pack_count; i++) {
		uint64_t size = sevenzip_number(c);

		if (c->bad)
			return ERR_FORMAT;
		if (size > area.left)
			return ERR_TRUNCATED;
		z->packs[i] = cur_span(&area, (size_t)size);
	}
	return OK;
}

static enum err read_packs(struct exam *e, struct sevenzip *z, struct cur *c)
{
	uint64_t at = sevenzip_number(c), id;
	struct cur area = cur_init(z->archive);
	enum err err;

	z->pack_count = count_of(c);
	cur_take(&area, SEVENZIP_HEAD);
	if (c->bad || at > area.left)
		return c->bad ? ERR_FORMAT : ERR_TRUNCATED;
	cur_span(&area, (size_t)at);
	z->packs = arena_take(&e->arena, sizeof(*z->packs) * (z->pack_count + 1));
	if (!z->packs)
		return ERR_MEMORY;
	if (sevenzip_number(c) != ID_SIZE)
		return ERR_FORMAT;
	err = read_sizes(z, c, area);
	if (err)
		return err;
	id = sevenzip_number(c);
	if (id == ID_CRC) {
		digests_begin(c, z->pack_count);
		id = sevenzip_number(c);
	}
	return id == ID_END && !c->bad ? OK : ERR_FORMAT;
}

/* --- folders --- */

static enum err read_coder(struct sevenzip_coder *coder, struct cur *c)
{
	uint8_t flags = cur_u8(c);
	uint64_t in = 1, out = 1;

	if (flags & CODER_REST)
		return ERR_UNSUPPORTED;
	coder->id = cur_span(c, flags & CODER_ID);
	if (flags & CODER_COMPLEX) {
		in = sevenzip_number(c);
		out = sevenzip_number(c);
	}
	coder->props = (struct span){ c->p, 0 };
	if (flags & CODER_PROPS)
		coder->props = cur_span(c, count_of(c));
	if (in > SEVENZIP_STREAMS || out > SEVENZIP_STREAMS || c->bad)
		return c->bad ? ERR_FORMAT : ERR_UNSUPPORTED;
	coder->in = (uint32_t)in;
	coder->out = (uint32_t)out;
	return OK;
}

static enum err read_coders(struct sevenzip_folder *f, struct cur *c)
{
	uint64_t count = sevenzip_number(c);

	if (count == 0 || count > SEVENZIP_CODERS)
		return c->bad || !count ? ERR_FORMAT : ERR_UNSUPPORTED;
	for (; f->coder_count < count; f->coder_count++) {
		struct sevenzip_coder *coder = &f->coders[f->coder_count];
		enum err err = read_coder(coder, c);

		if (err)
			return err;
		f->in_count += coder->in;
		f->out_count += coder->out;
	}
	if (f->in_count > SEVENZIP_STREAMS || f->out_count > SEVENZIP_STREAMS)
		return ERR_UNSUPPORTED;
	return f->out_count && f->in_count >= f->out_count - 1 ? OK : ERR_FORMAT;
}

static bool is_bound(const struct sevenzip_folder *f, uint32_t in)
{
	for (uint32_t i = 0; i < f->bind_count; i++)
		if (f->binds[i].in == in)
			return true;
	return false;
}

static bool read_binds(struct sevenzip_folder *f, struct cur *c)
{
	for (; f->bind_count < f->out_count - 1; f->bind_count++) {
		uint64_t in = sevenzip_number(c), out = sevenzip_number(c);

		if (c->bad || in >= f->in_count || out >= f->out_count || is_bound(f, (uint32_t)in))
			return false;
		f->binds[f->bind_count] = (struct sevenzip_bind){ (uint32_t)in, (uint32_t)out };
	}
	return true;
}

/* Which inputs are packed streams: not written down where there is but one. */
static bool read_packed(struct sevenzip_folder *f, struct cur *c)
{
	uint32_t count = f->in_count - f->bind_count;

	if (count == 1) {
		while (is_bound(f, f->packed[0]))
			f->packed[0]++;
		f->packed_count = 1;
		return true;
	}
	for (; f->packed_count < count; f->packed_count++) {
		uint64_t in = sevenzip_number(c);

		if (c->bad || in >= f->in_count)
			return false;
		f->packed[f->packed_count] = (uint32_t)in;
	}
	return true;
}

static enum err read_folder(struct sevenzip_folder *f, struct cur *c)
{
	enum err err;

	memset(f, 0, sizeof(*f));
	err = read_coders(f, c);
	if (err)
		return err;
	if (!read_binds(f, c) || !read_packed(f, c))
		return ERR_FORMAT;
	f->locked = sevenzip_aes(f) < f->coder_count;
	return OK;
}

uint32_t sevenzip_aes(const struct sevenzip_folder *f)
{
	static const uint8_t aes[] = { 0x06, 0xf1, 0x07, 0x01 };
	uint32_t i = 0;

	while (i < f->coder_count && !span_equal(f->coders[i].id, (struct span){ aes, sizeof(aes) }))
		i++;
	return i;
}

/* Each folder has the next of the packed streams. */
static enum err read_folder_list(struct exam *e, struct sevenzip *z, struct cur *c)
{
	uint32_t pack = 0;

	z->folder_count = count_of(c);
	if (z->folder_count > e->settings->limits.entries)
		return ERR_LIMIT;
	z->folders = arena_take(&e->arena, sizeof(*z->folders) * (z->folder_count + 1));
	if (!z->folders)
		return ERR_MEMORY;
	if (cur_u8(c) != 0) /* it is elsewhere: no program writes that */
		return ERR_UNSUPPORTED;
	for (uint32_t i = 0; i < z->folder_count; i++) {
		struct sevenzip_folder *f = &z->folders[i];
		enum err err = read_folder(f, c);

		if (err)
			return err;
		f->first_pack = pack;
		pack += f->packed_count;
		if (pack > z->pack_count)
			return ERR_FORMAT;
		z->seal.locked += f->locked;
	}
	return OK;
}

static void read_crcs(struct sevenzip *z, struct cur *c)
{
	struct digests d = digests_begin(c, z->folder_count);

	for (uint32_t i = 0; i < z->folder_count; i++)
		z->folders[i].has_crc = digests_next(&d, &z->folders[i].crc);
}

static enum err read_folders(struct exam *e, struct sevenzip *z, struct cur *c)
{
	enum err err;
	uint64_t id;

	if (sevenzip_number(c) != ID_FOLDER)
		return ERR_FORMAT;
	err = read_folder_list(e, z, c);
	if (err)
		return err;
	if (sevenzip_number(c) != ID_CODERS_SIZE)
		return ERR_FORMAT;
	for (uint32_t i = 0; i < z->folder_count; i++)
		for (uint32_t k = 0; k < z->folders[i].out_count; k++)
			z->folders[i].sizes[k] = sevenzip_number(c);
	id = sevenzip_number(c);
	if (id == ID_CRC) {
		read_crcs(z, c);
		id = sevenzip_number(c);
	}
	return id == ID_END && !c->bad ? OK : ERR_FORMAT;
}

/* --- the files in the folders --- */

static uint64_t unpacked_size(const struct sevenzip_folder *f)
{
	for (uint32_t out = 0; out < f->out_count; out++) {
		bool bound = false;

		for (uint32_t i = 0; i < f->bind_count; i++)
			bound |= f->binds[i].out == out;
		if (!bound)
			return f->sizes[out];
	}
	return 0;
}

struct files { /* of a folder */
	uint64_t count, probe; /* which of them is the first that is not empty */
};

static void read_file_sizes(struct sevenzip_folder *f, struct files *files, struct cur *c)
{
	uint64_t rest = unpacked_size(f);

	f->probe_size = 0;
	for (uint64_t i = 0; i < files->count && !c->bad; i++) {
		uint64_t size = i + 1 < files->count ? sevenzip_number(c) : rest;

		rest -= size < rest ? size : rest;
		if (size && !f->probe_size) {
			f->probe_size = size;
			files->probe = i;
		}
	}
}

static void read_file_crcs(struct sevenzip *z, const struct files *files, struct cur *c)
{
	uint64_t unknown = 0;
	struct digests d;

	for (uint32_t i = 0; i < z->folder_count; i++)
		unknown += files[i].count == 1 && z->folders[i].has_crc ? 0 : files[i].count;
	d = digests_begin(c, unknown);
	for (uint32_t i = 0; i < z->folder_count && !c->bad; i++) {
		struct sevenzip_folder *f = &z->folders[i];

		for (uint64_t k = 0; k < files[i].count && !(files[i].count == 1 && f->has_crc); k++) {
			uint32_t crc;
			bool there = digests_next(&d, &crc);

			if (k == files[i].probe && there && f->probe_size) {
				f->has_probe = true;
				f->probe_crc = crc;
			}
		}
	}
}

/* Of each but a folder's last the size takes a byte. */
static void read_file_counts(struct sevenzip *z, struct files *files, struct cur *c)
{
	for (uint32_t i = 0; i < z->folder_count; i++) {
		files[i].count = sevenzip_number(c);
		if (files[i].count > z->archive.len)
			c->bad = true;
	}
}

/* What is broken in it is libarchive's to tell: then there is nothing that passwords are known by. */
static void read_files(struct sevenzip *z, struct files *files, struct cur c)
{
	uint64_t id = sevenzip_number(&c);
	bool said;

	if (id == ID_COUNT) {
		read_file_counts(z, files, &c);
		id = sevenzip_number(&c);
	}
	said = id == ID_SIZE;
	for (uint32_t i = 0; i < z->folder_count && !c.bad; i++) {
		if (files[i].count > 1 && !said)
			return;
		read_file_sizes(&z->folders[i], &files[i], &c);
	}
	if (said)
		id = sevenzip_number(&c);
	if (id == ID_CRC && !c.bad)
		read_file_crcs(z, files, &c);
}

static enum err find_probes(struct exam *e, struct sevenzip *z, struct cur c)
{
	size_t mark = arena_mark(&e->arena);
	struct files *files = arena_take(&e->arena, sizeof(*files) * (z->folder_count + 1));

	if (!files)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < z->folder_count; i++) {
		struct sevenzip_folder *f = &z->folders[i];

		files[i] = (struct files){ .count = 1 };
		f->probe_size = unpacked_size(f);
		f->probe_crc = f->crc;
		f->has_probe = f->has_crc;
	}
	if (cur_u8(&c) == ID_FILES)
		read_files(z, files, c);
	arena_back(&e->arena, mark);
	return OK;
}

enum err sevenzip_streams(struct exam *e, struct sevenzip *z, struct cur *c)
{
	enum err err = ERR_FORMAT;

	z->seal.locked = z->folder_count = z->pack_count = 0;
	if (sevenzip_number(c) == ID_PACK)
		err = read_packs(e, z, c);
	if (!err && sevenzip_number(c) != ID_UNPACK)
		err = ERR_FORMAT;
	if (!err)
		err = read_folders(e, z, c);
	return err ? err : find_probes(e, z, *c);
}
