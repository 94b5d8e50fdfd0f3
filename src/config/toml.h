/*
 * toml.h - reads TOML, as far as a configuration needs it, and knows the line of everything.
 *
 * Source: TOML 1.0.0 (toml.io). Left out, and refused with words that say what to write instead: inline
 * tables, arrays in arrays, keys with quotes or dots, texts of several lines, dates outside of texts,
 * inf and nan. What is read means what any other reader of TOML takes it for; whether a key or table
 * comes twice is for the caller to see.
 */
#ifndef CONFIG_TOML_H
#define CONFIG_TOML_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>

#define TOML_MAX   (1u << 20) /* bytes of a text */
#define TOML_NAME  64         /* bytes of a name, with its NUL */
#define TOML_ITEMS 64         /* values of an array */

enum toml_type {
	TOML_TEXT,
	TOML_INTEGER,
	TOML_FLOAT,
	TOML_BOOL,
	TOML_ARRAY,
};

struct toml_value {
	enum toml_type type;
	unsigned line;
	const char *text; /* UTF-8 without NUL inside */
	int64_t integer;
	double number; /* of an integer, too */
	bool truth;
	const struct toml_value *items;
	size_t count;
};

enum toml_kind {
	TOML_TABLE,   /* [name] */
	TOML_ELEMENT, /* [[name]] */
	TOML_KEY,     /* name = value, of the table or element before */
};

struct toml_item {
	enum toml_kind kind;
	unsigned line;
	const char *name;
	struct toml_value value;
};

struct toml_trouble {
	unsigned line;
	char what[300];
};

/* Sets the trouble; false, for whoever returns that. */
bool toml_fail(struct toml_trouble *trouble, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Calls for each item, which is borrowed for the call. One that returns false has set the trouble, and
 * ends it. ERR_FORMAT, ERR_LIMIT (TOML_MAX) and ERR_MEMORY set it, too. */
typedef bool toml_see(void *whom, const struct toml_item *item, struct toml_trouble *trouble);
MUST_USE enum err toml_read(struct span text, toml_see *see, void *whom,
			    struct toml_trouble *trouble);

/* "an integer", "a text": what it is, for troubles. */
const char *toml_type_name(enum toml_type type);

#endif
