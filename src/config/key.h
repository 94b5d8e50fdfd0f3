/*
 * key.h - the table of all keys: from it the file is read, the example is written, two of them compared.
 */
#ifndef CONFIG_KEY_H
#define CONFIG_KEY_H

#include "config/config.h"
#include "config/toml.h"

enum key_type {
	KEY_BOOL,
	KEY_NUMBER,   /* uint32_t */
	KEY_OCTET,    /* uint8_t */
	KEY_BYTES,    /* uint64_t; an integer, or a text such as "16 MiB" */
	KEY_FACTOR,   /* double */
	KEY_SECONDS,  /* uint32_t; a length of time as a text: "7d" */
	KEY_TEXT,     /* char[size] */
	KEY_TEXTS,    /* char[size / each][each], "" ends them */
	KEY_NETWORKS, /* struct home */
	KEY_CHOICE,   /* an enum, by its name */
	KEY_CHOICES,  /* uint8_t, a bit for each of an enum's values that are named */
	KEY_LEAST,    /* struct target: by_level and least */
	KEY_DAY,      /* struct calendar_day */
};

struct config_key {
	const char *name;
	enum key_type type;
	size_t offset, size, each; /* in the section's struct */
	double least, most;        /* numbers and bytes */
	const char *(*choice)(unsigned value); /* name of a choice; NULL: no more of them */
	const char *(*check)(const char *text); /* of texts: NULL when it is right, else what is wanted */
	bool needed;  /* there is no default */
	bool restart; /* a reload does not take it */
	const char *usual; /* the default as it is written; needed: an example */
	const char *what;  /* for the example, lines */
};

/* A section that was read to its end: what it holds, where, and where its troubles go. */
struct config_section;
struct section_look {
	const struct config_section *section;
	const void *base;
	unsigned line;         /* of the section's header; 0: there is none */
	const unsigned *lines; /* of the keys, 0: not there */
	struct toml_trouble *trouble;
};

struct config_section {
	const char *name; /* "web"; "target" of [[target]] */
	const char *what; /* for the example, lines */
	const struct config_key *keys;
	size_t count;
	size_t offset; /* in struct config; many: of the first element */
	size_t each, most, counter; /* many: bytes of an element, how many, offset of their number (size_t);
				       else 0 */
	bool (*check)(const struct section_look *look); /* what keys mean together; NULL: nothing */
	const char *example; /* many: elements that may serve as one; else NULL */
};

#define CONFIG_SECTIONS 16
#define KEYS_MAX        40 /* of one section */

extern const struct config_section config_sections[CONFIG_SECTIONS];

/* Keys that have a file of their own. */
#define BACKUP_KEYS 27
extern const struct config_key backup_keys[BACKUP_KEYS];
extern const char backup_example[];
#define SITE_KEYS 13
extern const struct config_key site_keys[SITE_KEYS];

/* The line of a key; 0: it is not there. */
unsigned section_line(const struct section_look *look, const char *key);

/* key.c: one key's value in the section's struct at `base`. */
bool key_set(const struct config_key *key, void *base, const struct toml_value *value,
	     struct toml_trouble *trouble);
void key_show(const struct config_key *key, const void *base, FILE *out); /* as TOML; key_show.c */
bool key_equal(const struct config_key *key, const void *a, const void *b);

/* Sets all keys of a section's struct to their defaults. */
void section_defaults(const struct config_section *section, void *base);

/* key_check.c: what is wanted, for key.check. */
const char *check_interface(const char *text);
const char *check_path(const char *text);
const char *check_path_or_none(const char *text);
const char *check_user(const char *text);
const char *check_listen(const char *text);
const char *check_host(const char *text);
const char *check_page(const char *text);
const char *check_name(const char *text);
const char *check_place(const char *text);
const char *check_address(const char *text);
const char *check_line(const char *text);
const char *check_program(const char *text);
const char *check_api(const char *text);
const char *check_resolver(const char *text);
const char *check_next_hop4(const char *text);
const char *check_next_hop6(const char *text);
const char *check_community(const char *text);
const char *check_milter(const char *text);
const char *check_domain(const char *text);
bool check_respond(const struct section_look *look);
bool check_web(const struct section_look *look);
bool check_target(const struct section_look *look);
bool check_backup(const struct section_look *look);
bool check_calendar(const struct section_look *look);

/* Whether a target's URL suits its kind; else what is wanted. */
const char *check_target_url(const struct target *target);

#endif
