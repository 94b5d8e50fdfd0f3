/*
 * capture.h - frames out of a capture file, in batches.
 *
 * Reads pcap and pcapng, plain or compressed with gzip or zstd, from a file, from standard input
 * or from memory. The bytes are read into one reused buffer and the frames point into it.
 *
 * Sources: draft-ietf-opsawg-pcap (pcap), draft-ietf-opsawg-pcapng (pcapng), RFC 1952 (gzip),
 * RFC 8878 (zstd).
 */
#ifndef CAPTURE_CAPTURE_H
#define CAPTURE_CAPTURE_H

#include "base/err.h"
#include "model/frame.h"

#define CAPTURE_TROUBLE 240

struct capture;

/* How the reading of one input ended, or why it could not begin. */
struct capture_trouble {
	enum err err;               /* OK: nothing wrong */
	uint64_t offset;            /* where, in bytes of the uncompressed input */
	char text[CAPTURE_TROUBLE]; /* a line for people: what, where, what was read, the mend */
};

/*
 * Opens an input: a path, or "-" for standard input. `buffer` is the size of the read buffer in
 * bytes (0: the default of 256 KiB); it grows when a record does not fit, up to 1 MiB for pcap and
 * 16 MiB for pcapng, where a longer record is corruption.
 * On error *trouble tells why, naming the path, and *capture is untouched.
 * Caller owns the capture: capture_close().
 */
MUST_USE enum err capture_open(struct capture **capture, const char *path, size_t buffer,
			       struct capture_trouble *trouble);

/* The same from memory, which must outlive the capture. `name` is for messages. */
MUST_USE enum err capture_open_memory(struct capture **capture, const char *name, struct span bytes,
				      struct capture_trouble *trouble);

/*
 * The next frames, at most `max`; they are borrowed until the next call. 0 at the end: then ask
 * capture_trouble(). A frame whose interface has a link type that is not decoded is not returned:
 * it is counted, and told in the trouble at the end. In every frame wire_len >= bytes.len, and
 * ts lies in the years 1970 to 9999; a pcapng frame without a time has that of the one before.
 */
size_t capture_read(struct capture *capture, struct frame *frames, size_t max);

/* How the reading ended; err is OK after a clean end. Borrowed. */
const struct capture_trouble *capture_trouble(const struct capture *capture);

/* For a progress line: bytes of the input consumed (compressed ones, when it is compressed), and
 * its size, 0 when unknown. */
uint64_t capture_position(const struct capture *capture);
uint64_t capture_size(const struct capture *capture);

void capture_close(struct capture *capture);

/* "ETHERNET", "IEEE802_11", ... the registry's name without LINKTYPE_; NULL if not known. */
const char *link_name(uint16_t link);

/* Whether Hinomi decodes this link type. */
int link_supported(uint16_t link);

#endif
