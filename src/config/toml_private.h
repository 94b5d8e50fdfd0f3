/* toml_private.h - what toml.c and toml_value.c share: the position in the text. */
#ifndef CONFIG_TOML_PRIVATE_H
#define CONFIG_TOML_PRIVATE_H

#include "base/cursor.h"
#include "config/toml.h"

#define TOML_END (-1)

struct toml {
	struct cur rest;
	unsigned line; /* of `rest` */
	struct toml_trouble *trouble;
	/* The texts of one item with a NUL each. Room for all of the input is enough: a text takes two
	 * quotes there, and no escape is shorter than what it stands for. */
	char *strings;
	size_t strings_used;
	struct toml_value items[TOML_ITEMS];
};

int toml_peek(const struct toml *t);             /* the next byte or TOML_END */
void toml_skip(struct toml *t);                  /* over it */
bool toml_take(struct toml *t, char byte);       /* over it, if it is this one */
void toml_blanks(struct toml *t);                /* over blanks and tabs */
void toml_space(struct toml *t);                 /* ... and comments, and ends of lines */

/* toml_value.c */
bool toml_read_value(struct toml *t, struct toml_value *value);

#endif
