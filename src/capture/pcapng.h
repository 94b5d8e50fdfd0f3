/*
 * pcapng.h - pcapng files (draft-ietf-opsawg-pcapng): sections of blocks, each section with its own
 * byte order and its own interfaces. Enhanced, Simple and the obsolete Packet Blocks give frames;
 * everything else is stepped over.
 */
#ifndef CAPTURE_PCAPNG_H
#define CAPTURE_PCAPNG_H

#include "capture/reader.h"

/* The longest block, the same as libpcap's; it must fit into the buffer. */
#define PCAPNG_BLOCK_MAX (16u << 20)

/* The most interfaces of one section: what the 16-bit number of the old Packet Block can name. */
#define PCAPNG_INTERFACES_MAX 65536u

/* Bytes of an Interface Description Block before its options. */
#define INTERFACE_HEAD 16

/* How an interface counts time, with the common cases apart. */
enum clock {
	CLOCK_MICRO,
	CLOCK_NANO,
	CLOCK_FINER,   /* 10^-n s, n > 6: divide by `factor` */
	CLOCK_COARSER, /* 10^-n s, n < 6: multiply by `factor` */
	CLOCK_BINARY,  /* 2^-bits s */
};

struct pcapng_interface {
	uint16_t link;
	bool supported;
	bool shifted; /* `offset` is not 0 */
	uint8_t clock;
	uint8_t bits;
	uint32_t snaplen; /* 0: no limit */
	uint64_t factor;
	int64_t offset; /* seconds */
};

struct pcapng {
	bool swapped;                   /* the section is big-endian */
	bool section;                   /* the reader stands before a Section Header Block */
	struct pcapng_interface *faces; /* of this section */
	uint32_t face_count, face_room;
	usec_t last; /* of the last packet with a time, for those without */

	/* Frames that were stepped over, because their link type is not decoded. */
	uint64_t skipped;
	uint16_t skipped_link; /* the first such type */
	bool skipped_mixed;    /* there were others */
};

/* Whether a file that begins so is a pcapng file. Fewer than 4 bytes: no. */
bool pcapng_detect(struct span start);

/* Looks at the first block without taking it. On error the reader is stopped and tells why. */
MUST_USE enum err pcapng_begin(struct pcapng *pcapng, struct reader *reader);

/* The frames that are complete in the reader, at most max. */
size_t pcapng_fill(struct pcapng *pcapng, struct reader *reader, struct frame *frames, size_t max);

void pcapng_end(struct pcapng *pcapng);

/* An Interface Description Block, without its closing length; at least INTERFACE_HEAD bytes. */
struct pcapng_interface interface_read(struct span block, bool swapped);

/* A time stamp of the interface, by all rules; for interface_time(). */
usec_t interface_time_odd(const struct pcapng_interface *face, uint64_t ticks);

/* A time stamp in microseconds since 1970, clamped to the years 1970 to 9999. */
static inline usec_t interface_time(const struct pcapng_interface *face, uint32_t high,
				    uint32_t low)
{
	uint64_t ticks = (uint64_t)high << 32 | low;

	/* Below 2^57 no clamp is needed: 2^57 microseconds are the year 6536. */
	if (__builtin_expect(!face->shifted && ticks >> 57 == 0, 1)) {
		if (face->clock == CLOCK_MICRO)
			return (usec_t)ticks;
		if (face->clock == CLOCK_NANO)
			return (usec_t)(ticks / 1000);
	}
	return interface_time_odd(face, ticks);
}

#endif
