/*
 * talk.h - a conversation before one of the stream parsers, as a caller would lead it: what the
 * parser leaves is kept and handed in again, always in memory that ends where the bytes end. What
 * it tells is written down as text, one line for each thing.
 */
#ifndef UNIT_TALK_H
#define UNIT_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum talk_kind {
	TALK_HTTP,
	TALK_SMTP,
	TALK_FTP,
	TALK_TELNET,
	TALK_IRC,
	TALK_SSH,
	TALK_MAILBOX,
	TALK_KINDS
};

#define TALK_KEEP 16384 /* what a caller keeps of one end */

struct talk;

struct talk *talk_new(enum talk_kind kind);
void talk_say(struct talk *t, unsigned side, const void *bytes, size_t len);
void talk_text(struct talk *t, unsigned side, const char *text);
void talk_gap(struct talk *t, unsigned side, uint64_t missing);

/* The conversation ends: all that was told. Valid until talk_free(). */
const char *talk_end(struct talk *t);

/* What was told until now. */
const char *talk_told(const struct talk *t);

bool talk_gave_up(const struct talk *t);
uint32_t talk_anomalies(const struct talk *t);

/* Whether a parser left more than fits, or used up more than it was given. */
bool talk_broken(const struct talk *t);

/* Whether the parser's memory holds these bytes. */
bool talk_remembers(const struct talk *t, const char *text);

void talk_free(struct talk *t);

#endif
