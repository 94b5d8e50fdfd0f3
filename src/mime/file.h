/*
 * file.h - what a part of a message says of itself: its type, its charset, the name of the file, how it is shown; and its
 * bytes, the encoding for the way undone.
 */
#ifndef MIME_FILE_H
#define MIME_FILE_H

#include "mime/parts.h"

struct file {
	struct span said;    /* "text/html"; never empty */
	struct span charset; /* empty: none is named */
	struct span name;    /* UTF-8; empty: it has none */
	struct span url;     /* of message/external-body, and what Thunderbird opens instead */
	bool body;           /* shown as the message's text */
	bool loose;          /* ... or made a file of, "ATT00001.htm", by Outlook: HTML behind the message's text */
	bool sealed;         /* S/MIME: encrypted or signed as a whole */
};

/* `first`: the first part of its message. Names that mail programs would choose differently are told. */
void file_read(struct exam *e, const struct part *part, const struct leaf *leaf, bool first, struct file *file);

/* In the arena, or borrowed where it was not encoded. uuencode brings a name, if the header has none. */
struct span file_bytes(struct exam *e, const struct part *part, const struct leaf *leaf, struct file *file);

#endif
