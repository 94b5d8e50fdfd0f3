/*
 * mime.h - a mail message (RFC 5322) and the parts in it (RFC 2045, 2046), from its bytes as they
 * come: fields of its header, and every part that holds no others, with base64 and quoted-printable
 * undone. Names of files by RFC 2231 and 2047.
 *
 * All bytes are used up at once; what is told does not depend on how they were cut. Bounded: of a
 * header's field MIME_FIELD bytes count, and MIME_DEPTH parts may be inside each other. A message
 * in a message is looked into as if it were a multipart. uuencode is not undone.
 */
#ifndef WIRE_MIME_H
#define WIRE_MIME_H

#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

#define MIME_DEPTH    8    /* multiparts and messages inside each other that are looked into */
#define MIME_BOUNDARY 70   /* RFC 2046, 5.1.1 */
#define MIME_FIELD    2048 /* bytes of a field, all its lines together */
#define MIME_LINE     1024 /* RFC 5322, 2.1.1: 998 and CRLF; longer ones are taken in pieces */
#define MIME_NAME     255
#define MIME_TYPE     96

/* Fields of the message's own header. */
enum mime_field { MIME_FROM, MIME_TO, MIME_CC, MIME_SUBJECT, MIME_MESSAGE_ID, MIME_FIELDS };

/* A part that begins; texts are borrowed for the call. */
struct mime_part {
	struct span name; /* of the file, as UTF-8 where its charset is known, else in its bytes */
	struct span type; /* Content-Type without parameters; "" for text/plain by default */
	bool attached;    /* it has a name, is called an attachment, or is no text */
	uint8_t depth;    /* 0: the message itself is the only part */
};

/* Any may be NULL. */
struct mime_sink {
	void *whom;
	/* The value without its line ends and the blanks around it, as encoded there. */
	void (*field)(void *whom, enum mime_field field, struct span value);
	/* True: its bytes and its end are wanted. */
	bool (*part_begin)(void *whom, const struct mime_part *part);
	void (*part_bytes)(void *whom, struct span bytes);
	/* Not whole: something of it was lost, or nothing says where it ends. */
	void (*part_end)(void *whom, bool whole);
};

/* One per message; mime_begin() makes it ready. */
struct mime {
	uint8_t state, encoding, depth;
	uint8_t newline;   /* of the line before: it may belong to the next boundary */
	uint8_t bits_used; /* base64: letters that wait in `bits` */
	uint32_t bits;
	uint8_t quoted[2]; /* quoted-printable: a "=" and what came behind it, cut by a long line */
	uint8_t quoted_len;
	bool inner;    /* the header is of a part, or of a message in the message */
	bool open;     /* a part has begun */
	bool wanted;   /* and is wanted */
	bool whole;    /* and nothing of it is missing */
	bool attached; /* of the header under way */
	bool in_line, lost_line; /* the next bytes go on with a line; and nobody wants that line */
	bool deep, bad; /* sticky: too deep to follow; a multipart without a boundary */
	bool seen[MIME_FIELDS];
	uint16_t line_len, field_len, name_len, type_len;
	struct mime_level {
		uint8_t len; /* 0: a message, which ends with what is around it */
		uint8_t boundary[MIME_BOUNDARY];
	} level[MIME_DEPTH];
	uint8_t boundary_len;
	uint8_t boundary[MIME_BOUNDARY]; /* of the header under way */
	uint8_t line[MIME_LINE];         /* what is here of a line that is not */
	uint8_t field[MIME_FIELD];
	uint8_t name[MIME_NAME], type[MIME_TYPE];
};

void mime_begin(struct mime *m);
void mime_feed(struct mime *m, struct span bytes, const struct mime_sink *sink);

/* Bytes are missing before the next ones. */
void mime_gap(struct mime *m);

/* The message has ended; `whole`: where it should. */
void mime_end(struct mime *m, bool whole, const struct mime_sink *sink);

#endif
