/*
 * message.h - what people are told: one thing that happened, in words, in all languages.
 *
 * Its texts may hold whatever an attacker wrote (names from traffic): each format escapes them.
 */
#ifndef RESPOND_MESSAGE_H
#define RESPOND_MESSAGE_H

#include "base/err.h"
#include "base/json.h"
#include "base/span.h"
#include "model/time.h"
#include "policy/language.h"
#include "policy/level.h"

#define MESSAGE_BODY (64u << 10) /* bytes of its JSON: enough for all texts, were each byte escaped */
#define MESSAGE_COUNT 1000000    /* incidents that one can tell of */
#define MESSAGE_LATEST (253402300799 * USEC_PER_SEC) /* the end of the year 9999 */

enum message_kind {
	MESSAGE_OPENED,
	MESSAGE_WORSE,   /* an incident became more severe */
	MESSAGE_ENDED,
	MESSAGE_LEVEL,   /* the vigilance level changed */
	MESSAGE_TROUBLE, /* the tower itself is in trouble: blind, full, restarted again and again */
	MESSAGE_ACTED,   /* the tower blocks, or took back what it blocked */
	MESSAGE_MORE,    /* more happened than is told in an hour */
	MESSAGE_TEST,    /* somebody wants to see whether it arrives */
	MESSAGE_KINDS,
};

struct message {
	enum message_kind kind;
	enum severity severity;
	enum level level;  /* the vigilance level when it happened */
	usec_t at;
	uint64_t incident; /* its id; 0: about none, or about several */
	uint32_t count;    /* incidents that it tells of: 1, or more when they were grouped */
	char title[LANGUAGES][256];    /* one line */
	char summary[LANGUAGES][1536]; /* lines */
	char todo[LANGUAGES][2048];    /* steps, one a line; "": nothing to do */
	char who[256], whom[256];      /* the parties; "": none */
	char rule[64], attack[64];     /* "flood", "T1498"; "": none */
	char link[512];                /* to the page; "": none */
};

/* "opened", "worse", "ended", "level", "trouble", "acted", "more", "test" */
const char *message_kind_name(enum message_kind kind);

/* Sets a text of the message to the whole runes that fit. */
void message_text(char *room, size_t size, const char *text);

/* An object:
 * {"kind", "severity", "level", "at": RFC 3339, "usec": the same in microseconds since 1970,
 *  "incident": id or null, "count", "title": {en, ja}, "summary": {en, ja}, "todo": {"en": [], "ja": []},
 *  "who", "whom", "rule", "attack", "link"} */
void message_write(struct json *json, const struct message *message);

/* Reads it back. A text that is too long is cut at a rune; a key that is missing is empty, but for kind,
 * severity, level and usec; a text that is missing in one language is taken from the other. ERR_FORMAT: no
 * JSON, or not of this form. ERR_LIMIT: more than MESSAGE_BODY. */
MUST_USE enum err message_read(struct message *message, struct span body);

/* The same of an object that is read already. */
struct json_t;
MUST_USE enum err message_take(struct message *message, const struct json_t *object);

#endif
