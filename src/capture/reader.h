/*
 * reader.h - what capture.c and the file formats share: the unread bytes, and why reading stopped.
 *
 * A format takes whole records from `at` and leaves the rest there. When it stops for want of
 * bytes it sets `need`; when the file is wrong it calls reader_stop(). capture.c does the rest:
 * it brings more bytes, and it makes one line of text out of the stop.
 */
#ifndef CAPTURE_READER_H
#define CAPTURE_READER_H

#include "base/cursor.h"
#include "base/err.h"
#include "model/frame.h"

struct reader {
	struct cur at;    /* unread bytes of the buffer; its `off` is that of the whole input */
	size_t need;      /* so many bytes from `at` on are needed for the next record */
	const char *unit; /* what a record is called: "packet", "block" */
	enum err err;     /* why it stopped; OK: it did not */
	uint64_t offset;  /* where */
	char what[120];   /* what is wrong there */
	const char *mend; /* what to do about it; static text, or NULL */
};

/* Stops the reading for good at the record that begins at `at`. */
__attribute__((format(printf, 4, 5))) void reader_stop(struct reader *reader, enum err err,
						       const char *mend, const char *what, ...);

static inline uint16_t ld_16(const uint8_t *p, bool swapped)
{
	return swapped ? ld_be16(p) : ld_le16(p);
}

static inline uint32_t ld_32(const uint8_t *p, bool swapped)
{
	return swapped ? ld_be32(p) : ld_le32(p);
}

/*
 * Templates: compiled once for each byte order, which is then decided outside of the loop.
 */
#define TEMPLATE static inline __attribute__((always_inline))

#endif
