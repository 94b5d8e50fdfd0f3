/* sevenzip_write.c - a 7z archive of streams that are there already, and what libarchive unpacks out of one. */
#include "unseal/sevenzip.h"

#include "base/pen.h"
#include "unseal/first.h"

#include <zlib.h>

#define FOLDER_MAX 1024 /* bytes that a folder takes but for its coders' properties */

/* Folders in a row and their packed streams, and what follows them in the header. */
struct layer {
	const struct sevenzip_folder *folders;
	const struct span *packs;
	uint32_t folder_count, pack_count;
	struct span tail;
};

static void put_number(struct pen *pen, uint64_t value)
{
	unsigned more = 0;

	while (more < 8 && value >> (7 * (more + 1)))
		more++;
	pen_byte(pen, (uint8_t)(0xff00u >> more | (more < 7 ? value >> 8 * more : 0)));
	pen_le(pen, value, more);
}

static void put_coder(struct pen *pen, const struct sevenzip_coder *coder)
{
	bool complex = coder->in != 1 || coder->out != 1;

	pen_byte(pen, (uint8_t)(coder->id.len | (complex ? 0x10 : 0) | (coder->props.len ? 0x20 : 0)));
	pen_span(pen, coder->id);
	if (complex) {
		put_number(pen, coder->in);
		put_number(pen, coder->out);
	}
	if (coder->props.len) {
		put_number(pen, coder->props.len);
		pen_span(pen, coder->props);
	}
}

static void put_folder(struct pen *pen, const struct sevenzip_folder *f)
{
	put_number(pen, f->coder_count);
	for (uint32_t i = 0; i < f->coder_count; i++)
		put_coder(pen, &f->coders[i]);
	for (uint32_t i = 0; i < f->bind_count; i++) {
		put_number(pen, f->binds[i].in);
		put_number(pen, f->binds[i].out);
	}
	for (uint32_t i = 0; i < f->packed_count && f->packed_count > 1; i++)
		put_number(pen, f->packed[i]);
}

static void put_crcs(struct pen *pen, const struct layer *layer)
{
	pen_text(pen, "\x0a");
	pen_byte(pen, 0);
	for (uint32_t i = 0; i < layer->folder_count; i += 8) {
		uint8_t bits = 0;

		for (uint32_t k = i; k < layer->folder_count && k < i + 8; k++)
			bits |= (uint8_t)(layer->folders[k].has_crc << (7 - k % 8));
		pen_byte(pen, bits);
	}
	for (uint32_t i = 0; i < layer->folder_count; i++)
		if (layer->folders[i].has_crc)
			pen_le(pen, layer->folders[i].crc, 4);
}

static void put_header(struct pen *pen, const struct layer *layer)
{
	pen_span(pen, (struct span){ (const uint8_t *)"\1\4\6\0", 4 });
	put_number(pen, layer->pack_count);
	pen_byte(pen, 9);
	for (uint32_t i = 0; i < layer->pack_count; i++)
		put_number(pen, layer->packs[i].len);
	pen_span(pen, (struct span){ (const uint8_t *)"\0\7\13", 3 });
	put_number(pen, layer->folder_count);
	pen_byte(pen, 0);
	for (uint32_t i = 0; i < layer->folder_count; i++)
		put_folder(pen, &layer->folders[i]);
	pen_byte(pen, 12);
	for (uint32_t i = 0; i < layer->folder_count; i++)
		for (uint32_t k = 0; k < layer->folders[i].out_count; k++)
			put_number(pen, layer->folders[i].sizes[k]);
	put_crcs(pen, layer);
	pen_byte(pen, 0);
	pen_span(pen, layer->tail);
}

static uint32_t crc_of(struct span bytes)
{
	return (uint32_t)crc32_z(0, bytes.ptr, bytes.len);
}

static void put_start(uint8_t *at, uint64_t packed, struct span header)
{
	struct pen pen = pen_init(at, SEVENZIP_HEAD), start = pen_init(at + 12, 20);

	pen_le(&start, packed, 8);
	pen_le(&start, header.len, 8);
	pen_le(&start, crc_of(header), 4);
	pen_span(&pen, (struct span){ (const uint8_t *)"7z\xbc\xaf\x27\x1c\0\4", 8 });
	pen_le(&pen, crc_of(pen_since(&start, 0)), 4);
}

static size_t most_of(const struct layer *layer)
{
	size_t most = layer->tail.len + 64 + 10 * (size_t)layer->pack_count;

	for (uint32_t i = 0; i < layer->folder_count; i++) {
		most += FOLDER_MAX;
		for (uint32_t k = 0; k < layer->folders[i].coder_count; k++)
			most += layer->folders[i].coders[k].props.len;
	}
	return most;
}

static enum err write_layer(struct exam *e, const struct layer *layer, struct span *out)
{
	size_t packed = 0, most = most_of(layer);
	struct pen body, header;
	uint8_t *room;

	for (uint32_t i = 0; i < layer->pack_count; i++)
		packed += layer->packs[i].len;
	room = exam_work(e, packed + most) ? arena_take(&e->arena, SEVENZIP_HEAD + packed + most) : NULL;
	if (!room)
		return ERR_MEMORY;
	body = pen_init(room + SEVENZIP_HEAD, packed);
	for (uint32_t i = 0; i < layer->pack_count; i++)
		pen_span(&body, layer->packs[i]);
	header = pen_init(room + SEVENZIP_HEAD + packed, most);
	put_header(&header, layer);
	if (header.cut)
		return ERR_LIMIT;
	put_start(room, packed, pen_since(&header, 0));
	*out = (struct span){ room, SEVENZIP_HEAD + packed + header.used };
	return OK;
}

enum err sevenzip_write(struct exam *e, const struct sevenzip *z, struct span *out)
{
	if (z->seal.broken)
		return ERR_FORMAT;
	return write_layer(e, &(struct layer){ z->folders, z->packs, z->folder_count, z->pack_count, z->tail }, out);
}

/* --- unpacking --- */

/* One folder is an archive of one file, called "a". */
enum err sevenzip_pour(struct exam *e, const struct sevenzip_folder *f, const struct span *packs, size_t size,
		       struct span *bytes)
{
	static const uint8_t tail[] = { 8, 0, 0, 5, 1, 0x11, 5, 0, 'a', 0, 0, 0, 0, 0 };
	struct layer layer = { f, packs, 1, f->packed_count, { tail, sizeof(tail) } };
	size_t mark = arena_mark(&e->arena);
	struct span whole;
	enum err err = write_layer(e, &layer, &whole);

	if (!err)
		err = first_file(e, &(struct first){ TYPE_SEVENZIP, whole, mark }, size, bytes);
	if (err)
		arena_back(&e->arena, mark);
	return err;
}
