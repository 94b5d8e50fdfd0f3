/* vba_pack.c - [MS-OVBA] 2.4.1.3: the decompression of a container. */
#include "macro/vba_pack.h"

#include "base/cursor.h"

#define CONTAINER 0x01 /* its first byte */
#define CHUNK     4096u /* bytes of one, unpacked */
#define TOKENS    8u   /* behind one byte of flags */
#define COPY_MIN  3u

/* How many bits of a copy's two bytes are its distance, by how far the chunk has come (2.4.1.3.19.1). */
static unsigned distance_bits(size_t done)
{
	unsigned bits = 4;

	while (((size_t)1 << bits) < done)
		bits++;
	return bits;
}

/* A copy of what the chunk has already; false: it reaches to before its beginning. */
static bool copy(uint16_t token, uint8_t *out, size_t *done, size_t room)
{
	unsigned bits = distance_bits(*done);
	size_t len = (token & (0xffffu >> bits)) + COPY_MIN, distance = (size_t)(token >> (16 - bits)) + 1;

	if (distance > *done)
		return false;
	if (len > room - *done)
		len = room - *done;
	for (size_t i = 0; i < len; i++, (*done)++) /* it may overlap itself */
		out[*done] = out[*done - distance];
	return true;
}

static bool unpack_chunk(struct cur *in, uint8_t *out, size_t room, size_t *done)
{
	while (in->left) {
		unsigned flags = cur_u8(in);

		for (unsigned i = 0; i < TOKENS && in->left; i++, flags >>= 1) {
			if (*done >= room)
				return false;
			if (!(flags & 1))
				out[(*done)++] = cur_u8(in);
			else if (in->left < 2 || !copy(cur_le16(in), out, done, room))
				return false;
		}
	}
	return true;
}

static bool unpack_chunks(struct cur *in, struct pour *pour)
{
	while (in->left >= 2) {
		uint16_t head = cur_le16(in);
		size_t size = (head & 0xfffu) + 1, room, done = 0;
		struct cur chunk = cur_init((struct span){ in->p, size < in->left ? size : in->left });
		uint8_t *out;
		bool whole = size <= in->left;

		if ((head >> 12 & 7) != 3) /* the signature of a chunk */
			return false;
		(void)cur_span(in, chunk.left);
		out = pour_room(pour, CHUNK, &room);
		if (head & 0x8000) {
			whole &= unpack_chunk(&chunk, out, room, &done);
		} else {
			done = chunk.left < room ? chunk.left : room;
			memcpy(out, chunk.p, done);
		}
		pour->used += done;
		if (!whole || pour->cut)
			return false;
	}
	return true;
}

bool vba_unpack(struct span packed, size_t limit, struct arena *arena, struct span *out)
{
	struct cur in = cur_init(packed);
	struct pour pour;
	bool whole;

	*out = (struct span){ cur_zeros, 0 };
	if (cur_u8(&in) != CONTAINER)
		return false;
	pour = pour_begin(arena, limit);
	whole = unpack_chunks(&in, &pour);
	*out = pour_end(&pour);
	return whole;
}
