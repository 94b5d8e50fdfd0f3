/* pcap_write.c - a pcap file in memory that grows up to its bound. */
#include "capture/pcap_write.h"

#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST ((size_t)4096)

void pcap_write_header(uint8_t out[PCAP_WRITE_HEADER], enum link link, uint32_t snaplen)
{
	/* magic, version 2.4, two that are unused, the longest frame, the link type */
	const uint32_t words[6] = { 0xa1b2c3d4u, 2u | 4u << 16, 0, 0, snaplen, link };

	_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
		       "the words are written as they are");
	memcpy(out, words, sizeof(words));
}

void pcap_write_record(uint8_t out[PCAP_WRITE_RECORD], usec_t ts, uint32_t captured,
		       uint32_t wire_len)
{
	const uint32_t words[4] = { (uint32_t)(ts / USEC_PER_SEC), (uint32_t)(ts % USEC_PER_SEC),
				    captured, wire_len };

	memcpy(out, words, sizeof(words));
}

/* Room for `more` bytes; on error the file stays as it was. */
static enum err file_grow(struct pcap_write *file, size_t more)
{
	size_t room = file->room ? file->room : ROOM_FIRST;
	uint8_t *bytes;

	if (more > file->max - file->len)
		return ERR_LIMIT;
	while (room - file->len < more)
		room *= 2;
	if (room > file->max)
		room = file->max;
	if (room == file->room)
		return OK;
	bytes = realloc(file->bytes, room);
	if (!bytes)
		return ERR_MEMORY;
	file->bytes = bytes;
	file->room = room;
	return OK;
}

enum err pcap_write_begin(struct pcap_write *file, enum link link, uint32_t snaplen, size_t max)
{
	enum err err;

	*file = (struct pcap_write){ .max = max };
	err = file_grow(file, PCAP_WRITE_HEADER);
	if (err != OK)
		return err;
	pcap_write_header(file->bytes, link, snaplen);
	file->len = PCAP_WRITE_HEADER;
	return OK;
}

enum err pcap_write_frame(struct pcap_write *file, const struct frame *frame)
{
	enum err err = file_grow(file, PCAP_WRITE_RECORD + frame->bytes.len);

	if (err != OK)
		return err;
	pcap_write_record(file->bytes + file->len, frame->ts, (uint32_t)frame->bytes.len,
			  frame->wire_len);
	file->len += PCAP_WRITE_RECORD;
	if (frame->bytes.len)
		memcpy(file->bytes + file->len, frame->bytes.ptr, frame->bytes.len);
	file->len += frame->bytes.len;
	return OK;
}

void pcap_write_free(struct pcap_write *file)
{
	free(file->bytes);
	*file = (struct pcap_write){ 0 };
}
