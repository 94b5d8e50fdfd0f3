/* pcapng.c - blocks in, frames out. */
#include "capture/pcapng.h"

#include <stdlib.h>

#define BLOCK_INTERFACE 0x00000001u
#define BLOCK_PACKET    0x00000002u /* obsolete, still written by old tools */
#define BLOCK_SIMPLE    0x00000003u
#define BLOCK_ENHANCED  0x00000006u
#define BLOCK_SECTION   0x0a0d0d0au /* the same in both byte orders */

#define ORDER_MAGIC 0x1a2b3c4du

/* Type and length before the body, the length once more behind it. */
#define BLOCK_FRAME 12
#define BLOCK_HEAD  8

/* Bytes from the start of a block to its packet, and the least length of such a block. */
#define ENHANCED_HEAD 28
#define SIMPLE_HEAD   12
#define SECTION_HEAD  24
#define BLOCK_TAIL    4

#define MEND "pcapfix may save the rest"

/* A whole block: [p, p + len), len a multiple of 4. */
struct block {
	const uint8_t *p;
	uint32_t type, len;
};

bool pcapng_detect(struct span start)
{
	return start.len >= 4 && ld_le32(start.ptr) == BLOCK_SECTION;
}

/* Reads the byte order off the Section Header Block that the reader stands before. */
static bool section_order(struct reader *reader, bool *swapped)
{
	uint32_t magic = ld_le32(reader->at.p + BLOCK_HEAD);

	if (magic != ORDER_MAGIC && __builtin_bswap32(magic) != ORDER_MAGIC) {
		reader_stop(reader, ERR_FORMAT, MEND,
			    "a section begins without the byte-order magic");
		return false;
	}
	*swapped = magic != ORDER_MAGIC;
	return true;
}

enum err pcapng_begin(struct pcapng *pcapng, struct reader *reader)
{
	*pcapng = (struct pcapng){.section = true};
	reader->unit = "block";
	if (reader->at.left < BLOCK_FRAME)
		reader_stop(reader, ERR_TRUNCATED, "copy it again if the original is longer",
			    "cut short within the first block");
	else
		(void)section_order(reader, &pcapng->swapped);
	return reader->err;
}

/* Looks at the next block: true when it is whole and its two lengths agree. */
TEMPLATE bool block_look(struct reader *reader, struct block *block, const bool swapped)
{
	const uint8_t *p = reader->at.p;
	uint32_t type, len;

	if (reader->at.left < BLOCK_FRAME) {
		reader->need = BLOCK_FRAME;
		return false;
	}
	type = ld_32(p, swapped);
	len = ld_32(p + 4, swapped);
	if (__builtin_expect(len % 4 != 0 || len < BLOCK_FRAME || len > PCAPNG_BLOCK_MAX, 0)) {
		reader_stop(reader, len > PCAPNG_BLOCK_MAX ? ERR_LIMIT : ERR_FORMAT, MEND,
			    "a block claims %u bytes (a multiple of 4 from 12 to %u is right)", len,
			    PCAPNG_BLOCK_MAX);
		return false;
	}
	if (reader->at.left < len) {
		reader->need = len;
		return false;
	}
	if (__builtin_expect(ld_32(p + len - BLOCK_TAIL, swapped) != len, 0)) {
		reader_stop(reader, ERR_FORMAT, MEND,
			    "a block claims %u bytes at its start but %u at its end", len,
			    ld_32(p + len - BLOCK_TAIL, swapped));
		return false;
	}
	*block = (struct block){p, type, len};
	return true;
}

static bool faces_grow(struct pcapng *pcapng, struct reader *reader)
{
	uint32_t room = pcapng->face_room ? pcapng->face_room * 2 : 8;
	struct pcapng_interface *faces;

	if (pcapng->face_count == PCAPNG_INTERFACES_MAX) {
		reader_stop(reader, ERR_LIMIT, MEND, "a section has more than %u interfaces",
			    PCAPNG_INTERFACES_MAX);
		return false;
	}
	if (pcapng->face_count < pcapng->face_room)
		return true;
	faces = realloc(pcapng->faces, room * sizeof(*faces));
	if (!faces) {
		reader_stop(reader, ERR_MEMORY, NULL, "no memory for %u interfaces", room);
		return false;
	}
	pcapng->faces = faces;
	pcapng->face_room = room;
	return true;
}

/* Takes an Interface Description Block. */
static void face_add(struct pcapng *pcapng, struct reader *reader, struct block block)
{
	if (block.len < INTERFACE_HEAD + BLOCK_TAIL) {
		reader_stop(reader, ERR_FORMAT, MEND, "an interface block of %u bytes is too short",
			    block.len);
		return;
	}
	if (!faces_grow(pcapng, reader))
		return;
	pcapng->faces[pcapng->face_count++] = interface_read(
		(struct span){block.p, block.len - BLOCK_TAIL}, pcapng->swapped);
}

/* Takes a Section Header Block: a new byte order, and the interfaces begin anew. */
static void section_take(struct pcapng *pcapng, struct reader *reader)
{
	struct block block;
	unsigned major;
	bool swapped;

	if (reader->at.left < BLOCK_FRAME) {
		reader->need = BLOCK_FRAME;
		return;
	}
	if (!section_order(reader, &swapped) || !block_look(reader, &block, swapped))
		return;
	if (block.len < SECTION_HEAD + BLOCK_TAIL) {
		reader_stop(reader, ERR_FORMAT, MEND, "a section header of %u bytes is too short",
			    block.len);
		return;
	}
	major = ld_16(block.p + 12, swapped);
	if (major != 1) {
		reader_stop(reader, ERR_UNSUPPORTED, "convert it with editcap",
			    "version %u of pcapng is not read, only 1", major);
		return;
	}
	/* The section's length is not used: blocks are walked, and it may be -1 anyway. */
	pcapng->swapped = swapped;
	pcapng->section = false;
	pcapng->face_count = 0;
	(void)cur_span(&reader->at, block.len);
}

static void frame_skip(struct pcapng *pcapng, uint16_t link)
{
	if (!pcapng->skipped)
		pcapng->skipped_link = link;
	else if (link != pcapng->skipped_link)
		pcapng->skipped_mixed = true;
	pcapng->skipped++;
}

static void packet_refuse(const struct pcapng *pcapng, struct reader *reader, uint32_t face,
			  uint32_t caplen)
{
	if (face >= pcapng->face_count)
		reader_stop(reader, ERR_FORMAT, MEND,
			    "a packet names interface %u, of which there are only %u", face,
			    pcapng->face_count);
	else
		reader_stop(reader, ERR_FORMAT, MEND,
			    "a packet claims %u bytes, more than its block holds", caplen);
}

/*
 * An Enhanced or an obsolete Packet Block, which differ only in the width of the interface's
 * number. Returns the number of frames made: 0 or 1.
 */
TEMPLATE size_t packet_take(struct pcapng *pcapng, struct reader *reader, const struct block *block,
			    struct frame *frame, const bool swapped)
{
	const uint8_t *p = block->p;
	const struct pcapng_interface *face;
	uint32_t id, caplen, len;

	if (block->len < ENHANCED_HEAD + BLOCK_TAIL) {
		reader_stop(reader, ERR_FORMAT, MEND, "a packet block of %u bytes is too short",
			    block->len);
		return 0;
	}
	id = block->type == BLOCK_ENHANCED ? ld_32(p + 8, swapped) : ld_16(p + 8, swapped);
	caplen = ld_32(p + 20, swapped);
	len = ld_32(p + 24, swapped);
	if (__builtin_expect(id >= pcapng->face_count ||
				     caplen > block->len - ENHANCED_HEAD - BLOCK_TAIL,
			     0)) {
		packet_refuse(pcapng, reader, id, caplen);
		return 0;
	}
	face = &pcapng->faces[id];
	if (!face->supported) {
		frame_skip(pcapng, face->link);
		return 0;
	}
	pcapng->last = interface_time(face, ld_32(p + 12, swapped), ld_32(p + 16, swapped));
	*frame = (struct frame){.ts = pcapng->last,
				.wire_len = len > caplen ? len : caplen,
				.link = face->link,
				.bytes = {p + ENHANCED_HEAD, caplen}};
	return 1;
}

/*
 * A Simple Packet Block has neither interface (it is the first), nor time (here: that of the packet
 * before, since 1970 would look like a jump in time to whoever watches).
 */
static size_t simple_take(struct pcapng *pcapng, struct reader *reader, const struct block *block,
			  struct frame *frame)
{
	const struct pcapng_interface *face = pcapng->faces;
	uint32_t len = 0, caplen = 0;

	if (block->len < SIMPLE_HEAD + BLOCK_TAIL) {
		reader_stop(reader, ERR_FORMAT, MEND, "a packet block of %u bytes is too short",
			    block->len);
		return 0;
	}
	len = ld_32(block->p + BLOCK_HEAD, pcapng->swapped);
	caplen = pcapng->face_count && face->snaplen && len > face->snaplen ? face->snaplen : len;
	if (!pcapng->face_count || caplen > block->len - SIMPLE_HEAD - BLOCK_TAIL) {
		packet_refuse(pcapng, reader, 0, caplen);
		return 0;
	}
	if (!face->supported) {
		frame_skip(pcapng, face->link);
		return 0;
	}
	*frame = (struct frame){.ts = pcapng->last,
				.wire_len = len,
				.link = face->link,
				.bytes = {block->p + SIMPLE_HEAD, caplen}};
	return 1;
}

/* Blocks of one section, until one of the many reasons to stop. */
TEMPLATE size_t section_fill(struct pcapng *pcapng, struct reader *reader, struct frame *frames,
			     size_t max, const bool swapped)
{
	struct block block;
	size_t n = 0;

	while (n < max) {
		if (reader->at.left >= 4 && ld_le32(reader->at.p) == BLOCK_SECTION) {
			pcapng->section = true; /* its length is in its own byte order */
			return n;
		}
		if (!block_look(reader, &block, swapped))
			return n;
		if (block.type == BLOCK_ENHANCED || block.type == BLOCK_PACKET)
			n += packet_take(pcapng, reader, &block, &frames[n], swapped);
		else if (block.type == BLOCK_SIMPLE)
			n += simple_take(pcapng, reader, &block, &frames[n]);
		else if (block.type == BLOCK_INTERFACE)
			face_add(pcapng, reader, block);
		if (reader->err != OK)
			return n;
		(void)cur_span(&reader->at, block.len);
	}
	return n;
}

static size_t section_fill_le(struct pcapng *ng, struct reader *r, struct frame *f, size_t max)
{
	return section_fill(ng, r, f, max, false);
}

static size_t section_fill_be(struct pcapng *ng, struct reader *r, struct frame *f, size_t max)
{
	return section_fill(ng, r, f, max, true);
}

size_t pcapng_fill(struct pcapng *pcapng, struct reader *reader, struct frame *frames, size_t max)
{
	size_t n = 0;

	/* Each turn takes a section header or returns: section_fill() stops for nothing else. */
	while (n < max) {
		if (pcapng->section)
			section_take(pcapng, reader);
		if (pcapng->section)
			return n; /* stopped, or in want of bytes */
		n += pcapng->swapped ? section_fill_be(pcapng, reader, frames + n, max - n)
				     : section_fill_le(pcapng, reader, frames + n, max - n);
		if (!pcapng->section)
			return n;
	}
	return n;
}

void pcapng_end(struct pcapng *pcapng)
{
	free(pcapng->faces);
	pcapng->faces = NULL;
}
