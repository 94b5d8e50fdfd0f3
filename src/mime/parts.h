/*
 * parts.h - a message cut into the parts that hold no others (RFC 2046, 5.1), as mail programs cut it.
 *
 * One pass over the lines with all boundaries that are open. Where programs disagree, all that any of them would see is
 * cut out, and the disagreement is told (FINDING_MIME_AMBIGUOUS): two boundaries, parts behind the end, boundaries that
 * never come, headers that are there twice.
 */
#ifndef MIME_PARTS_H
#define MIME_PARTS_H

#include "exam/exam.h"
#include "mime/head.h"
#include "mime/field_text.h"

/* What a part lies in. */
enum around { AROUND_NOTHING, AROUND_MIXED, AROUND_ALTERNATIVE, AROUND_DIGEST, AROUND_ENCRYPTED };

struct leaf {
	struct head_mime {
		struct span type, encoding, disposition, disposition_last, description, elsewhere; /* values as they stand */
	} head;
	struct span body; /* as it stands: still encoded */
	uint8_t depth;    /* multiparts around it */
	uint8_t around;   /* enum around: the innermost */
};

struct leaves {
	struct head head; /* of the message */
	struct leaf *of;  /* in the arena */
	unsigned count;
};

/* False: the arena is full. */
bool parts_read(struct exam *e, const struct part *part, struct leaves *leaves);

/* A value of Content-Type, or of another field with parameters: its first word ("text/html", comments and blanks taken
 * off; in the arena), and its parameters, also where the semicolon before them is missing. */
struct span content_read(struct span value, struct arena *arena, struct parameters *parameters);

/* How a body is encoded for its way. */
enum transfer { TRANSFER_NONE, TRANSFER_BASE64, TRANSFER_QUOTED, TRANSFER_UU, TRANSFER_UNKNOWN };
enum transfer transfer_of(struct span value);

#endif
