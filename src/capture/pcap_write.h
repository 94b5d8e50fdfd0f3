/*
 * pcap_write.h - frames into a pcap file (draft-ietf-opsawg-pcap) with microseconds: its two
 * headers, for who writes a file, and a whole file in bounded memory.
 */
#ifndef CAPTURE_PCAP_WRITE_H
#define CAPTURE_PCAP_WRITE_H

#include "base/err.h"
#include "model/frame.h"

#define PCAP_WRITE_HEADER 24
#define PCAP_WRITE_RECORD 16

void pcap_write_header(uint8_t out[PCAP_WRITE_HEADER], enum link link, uint32_t snaplen);

/* What stands before the `captured` bytes of a frame. Seconds are kept in 32 bits: until 2106. */
void pcap_write_record(uint8_t out[PCAP_WRITE_RECORD], usec_t ts, uint32_t captured,
		       uint32_t wire_len);

struct pcap_write {
	uint8_t *bytes; /* the file so far, `len` long */
	size_t len, room, max;
};

/* An empty file of at most `max` bytes, of which memory is taken only as it grows. Ends with
 * pcap_write_free(), also on error: ERR_LIMIT (not even the header fits), ERR_MEMORY. */
MUST_USE enum err pcap_write_begin(struct pcap_write *file, enum link link, uint32_t snaplen,
				   size_t max);

/* Appends a frame, whose link type must be the file's. ERR_LIMIT: it does not fit. ERR_MEMORY. */
MUST_USE enum err pcap_write_frame(struct pcap_write *file, const struct frame *frame);

void pcap_write_free(struct pcap_write *file);

#endif
