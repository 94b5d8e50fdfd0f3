/* frame.h - one captured frame, as a reader hands it on: borrowed until the next read. */
#ifndef MODEL_FRAME_H
#define MODEL_FRAME_H

#include "base/span.h"
#include "model/time.h"

/* Link types, by the numbers of the LINKTYPE_ registry (tcpdump.org/linktypes.html). */
enum link {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_RAW_BSD = 12, /* what some systems write for RAW */
	LINK_RAW_OPENBSD = 14,
	LINK_RAW = 101,
	LINK_LOOP = 108,
	LINK_SLL = 113,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_SLL2 = 276,
};

struct frame {
	usec_t ts;
	uint32_t wire_len;  /* bytes on the wire, link-layer header included */
	uint16_t link;      /* enum link, or a number that Hinomi does not decode */
	struct span bytes;  /* what was captured of it */
};

#endif
