/*
 * line.h - lines of text protocols over TCP, as they come: cutting, replies. What is for any text: base/line.h.
 *
 * What is cut does not depend on how the bytes were split into segments: a line is whole when its
 * newline is there, and too long when its first `max` bytes hold none, whatever came with them.
 */
#ifndef WIRE_LINE_H
#define WIRE_LINE_H

#include "base/line.h"

/*
 * Cuts the next line off, without its CRLF or bare LF. False when no whole line is left. Of a line
 * without a newline within `max` bytes the first `max` are given, and the rest is passed over:
 * *tail remembers that between calls.
 */
bool line_next(struct cur *c, size_t max, bool *tail, struct span *line);

/* Whether all bytes are printable ASCII, spaces and tabs allowed. */
bool line_printable(struct span s);

/* Copies at most `room` bytes with %XX decoded (RFC 3986, 2.1), returns how many. */
size_t line_keep_unescaped(uint8_t *into, size_t room, struct span s);

/*
 * Replies of three digits that may take several lines (RFC 959, 4.2; RFC 5321, 4.2.1). *open is 0
 * at first, and the code while a reply of several lines goes on. True at a reply's last line.
 */
bool line_reply(struct span line, uint16_t *open, uint16_t *code);

/* Whether a server's first payload is a reply 220; its first line, which must be whole. FTP and
 * SMTP greet so, and say further behind which of both they are. */
bool line_greeting(struct span first, size_t max, struct span *line);

/*
 * Which commands still wait for a reply, in their order. Equal neighbours are counted, so that a
 * hundred recipients in one pipeline take one place. Beyond the places, the newest are not
 * remembered and their replies seem to answer nothing.
 */
#define LINE_WAITING 12

struct line_waiting {
	uint8_t kind[LINE_WAITING];
	uint8_t used;
	uint16_t count[LINE_WAITING];
};

void line_wait(struct line_waiting *w, uint8_t kind); /* kind > 0 */
uint8_t line_answered(struct line_waiting *w);        /* the oldest's kind; 0: none waits */

#endif
