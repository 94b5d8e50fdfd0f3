/*
 * letter_head.h - what the milter must know of a message's header fields to change them: nothing is judged here.
 *
 * The fields are hostile: what is kept is bounded, and that more came is known.
 */
#ifndef MILTER_LETTER_HEAD_H
#define MILTER_LETTER_HEAD_H

#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

#define HEAD_NAME    64    /* bytes of a name that is kept */
#define HEAD_FOREIGN 64    /* fields that call themselves ours */
#define HEAD_CONTENT 16    /* Content-... fields */
#define HEAD_VALUES  16384 /* bytes of all values that are kept */

/* A field: the nth of its name, from 1. */
struct head_field {
	char name[HEAD_NAME];
	uint32_t number;
	struct span value; /* as it came, in the head's room */
};

struct letter_head {
	struct head_field foreign[HEAD_FOREIGN], content[HEAD_CONTENT];
	uint32_t foreign_count, content_count;
	struct head_field subject, token; /* the first; number 0: there is none */
	bool mime;  /* there is a MIME-Version */
	bool cut;   /* there was more than is kept: the message's structure is left alone */
	bool forged; /* more fields call themselves ours than anybody sends in good faith */
	char values[HEAD_VALUES];
	uint32_t used;
};

/* `name` and `value` as libmilter gives them. */
void letter_head_add(struct letter_head *head, const char *name, const char *value);

/* Whether its body may be put into another one: neither signed nor encrypted, and all of its fields known. */
bool letter_head_is_open(const struct letter_head *head);

#endif
