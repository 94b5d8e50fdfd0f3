/*
 * head.h - the header of a message or of one of its parts (RFC 5322, 2.2): the fields that matter, where they are.
 *
 * A header ends with an empty line; where that is missing, with the first line that is no field. Values are as they
 * stand, folded and encoded.
 */
#ifndef MIME_HEAD_H
#define MIME_HEAD_H

#include "base/span.h"

#include <stdbool.h>

enum head_field {
	HEAD_TYPE,        /* Content-Type */
	HEAD_ENCODING,    /* Content-Transfer-Encoding */
	HEAD_DISPOSITION, /* Content-Disposition */
	HEAD_DESCRIPTION, /* Content-Description */
	HEAD_ELSEWHERE,   /* X-Mozilla-External-Attachment-URL: Thunderbird opens that instead of the part */
	HEAD_FROM,
	HEAD_SENDER,
	HEAD_REPLY_TO,
	HEAD_RETURN_PATH,
	HEAD_TO,
	HEAD_CC,
	HEAD_SUBJECT,
	HEAD_DATE,
	HEAD_LIST,        /* any of List-Id, List-Post, List-Unsubscribe, Precedence, Auto-Submitted */
	HEAD_AUTH,        /* Authentication-Results */
	HEAD_MESSAGE_ID,
	HEAD_RECEIVED,
	HEAD_SCRIPT,      /* X-PHP-Originating-Script and its kin: a script of a web server wrote it */
	HEAD_FIELDS,
};

#define HEAD_AUTHS     16 /* Authentication-Results that are kept, from the top */
#define HEAD_RECEIVEDS 24 /* the same of Received */

struct head {
	struct span first[HEAD_FIELDS], last[HEAD_FIELDS];
	unsigned count[HEAD_FIELDS];
	struct span auth[HEAD_AUTHS], received[HEAD_RECEIVEDS];
	struct span whole; /* all its lines */
	bool hidden; /* controls in a name that some programs pass over: Content-Type to them, nothing to others */
	bool cut;    /* its fields beyond the limit were not looked at */
};

/* Lines end with LF; with CR where there is no LF in the whole message. */
uint8_t head_newline(struct span message);

/* Cuts the next line off, without its end. False when nothing is left. */
bool head_line(struct span *rest, uint8_t newline, struct span *line);

/* Reads the header and takes it off; at most `limit` bytes of it are looked at. */
void head_read(struct span *bytes, uint8_t newline, size_t limit, struct head *head);

#endif
