/* key.c - one key's value: from TOML into a section's struct, back again, and compared. */
#include "config/key.h"

#include "base/pen.h"
#include "base/text.h"
#include "model/time.h"

#include <assert.h>
#include <stdlib.h>

#define UNITS (sizeof(units) / sizeof(units[0]))

static const struct {
	const char *name;
	uint64_t bytes;
} units[] = {
	{ "B", 1 },
	{ "kB", 1000 },
	{ "MB", 1000 * 1000 },
	{ "GB", 1000 * 1000 * 1000 },
	{ "KiB", 1 << 10 },
	{ "MiB", 1 << 20 },
	{ "GiB", 1 << 30 },
};

static void *at(const struct config_key *key, void *base)
{
	return (char *)base + key->offset;
}

static const void *at_const(const struct config_key *key, const void *base)
{
	return (const char *)base + key->offset;
}

static bool fail_type(const struct config_key *key, const struct toml_value *value, const char *wanted,
		      struct toml_trouble *trouble)
{
	return toml_fail(trouble, value->line, "%s wants %s, not %s: write it as in: %s = %s", key->name,
			 wanted, toml_type_name(value->type), key->name, key->usual);
}

/* Texts. */

static bool put_text(const struct config_key *key, char *room, size_t size,
		     const struct toml_value *value, struct toml_trouble *trouble)
{
	const char *wanted = NULL;

	if (value->type != TOML_TEXT)
		return fail_type(key, value, key->each ? "a list of texts" : "a text", trouble);
	if (strlen(value->text) >= size)
		return toml_fail(trouble, value->line, "%s: '%.40s...' is too long: %zu bytes at most",
				 key->name, value->text, size - 1);
	if (key->check)
		wanted = key->check(value->text);
	if (wanted)
		return toml_fail(trouble, value->line, "%s: '%.80s' is not %s", key->name, value->text,
				 wanted);
	memset(room, 0, size);
	memcpy(room, value->text, strlen(value->text));
	return true;
}

/* A text alone stands for a list of one. */
static const struct toml_value *as_list(const struct toml_value *value, size_t *count)
{
	*count = value->type == TOML_ARRAY ? value->count : 1;
	return value->type == TOML_ARRAY ? value->items : value;
}

static bool put_texts(const struct config_key *key, void *base, const struct toml_value *value,
		      struct toml_trouble *trouble)
{
	size_t most = key->size / key->each, count;
	const struct toml_value *items = as_list(value, &count);
	char *room = at(key, base);

	if (count > most)
		return toml_fail(trouble, value->line, "%s: there are %zu: %zu at most", key->name, count,
				 most);
	memset(room, 0, key->size);
	for (size_t i = 0; i < count; i++) {
		if (!put_text(key, room + i * key->each, key->each, &items[i], trouble))
			return false;
		if (items[i].text[0] == '\0') /* it would end the list */
			return toml_fail(trouble, items[i].line, "%s: there is an empty text: take it out",
					 key->name);
	}
	return true;
}

static bool put_networks(const struct config_key *key, void *base, const struct toml_value *value,
			 struct toml_trouble *trouble)
{
	struct home home = { .count = 0 };
	size_t count;
	const struct toml_value *items = as_list(value, &count);

	for (size_t i = 0; i < count; i++) {
		struct prefix prefix;

		if (items[i].type != TOML_TEXT)
			return fail_type(key, &items[i], "a list of networks", trouble);
		if (prefix_parse(&prefix, items[i].text) != OK)
			return toml_fail(trouble, items[i].line,
					 "%s: '%.60s' is no network: write it as in: \"192.0.2.0/24\"",
					 key->name, items[i].text);
		if (home_add(&home, &prefix) != OK)
			return toml_fail(trouble, items[i].line, "%s: there are too many: %d at most",
					 key->name, HOME_MAX);
	}
	memcpy(at(key, base), &home, sizeof(home));
	return true;
}

/* Numbers. */

/* "16 MiB"; false: it is not of this form, or does not fit. */
static bool parse_bytes(const char *text, double *bytes)
{
	char *end;
	uint64_t number = strtoull(text, &end, 10);

	if (*text < '0' || *text > '9' || end - text > 15)
		return false;
	end += *end == ' ';
	for (size_t i = 0; i < UNITS; i++)
		if (strcmp(end, units[i].name) == 0) {
			*bytes = (double)number * (double)units[i].bytes;
			return true;
		}
	return false;
}

/* The number that a value is, within the key's bounds. */
static bool take_number(const struct config_key *key, const struct toml_value *value, double *number,
			struct toml_trouble *trouble)
{
	*number = value->number;
	if (key->type == KEY_BYTES && value->type == TOML_TEXT) {
		if (!parse_bytes(value->text, number))
			return toml_fail(trouble, value->line,
					 "%s: '%.40s' is no size: write it as in: \"16 MiB\"", key->name,
					 value->text);
	} else if (value->type != TOML_INTEGER &&
		   !(value->type == TOML_FLOAT && key->type == KEY_FACTOR)) {
		return fail_type(key, value, key->type == KEY_FACTOR ? "a number" : "an integer", trouble);
	}
	if (*number >= key->least && *number <= key->most)
		return true;
	return toml_fail(trouble, value->line, "%s: %.15g is out of bounds: from %.15g to %.15g", key->name,
			 *number, key->least, key->most);
}

static bool put_number(const struct config_key *key, void *base, const struct toml_value *value,
		       struct toml_trouble *trouble)
{
	double number; /* exact: no bound is above 2^53 */
	uint32_t small;
	uint64_t large;
	uint8_t octet;

	if (!take_number(key, value, &number, trouble))
		return false;
	small = number <= UINT32_MAX ? (uint32_t)number : 0;
	large = (uint64_t)number;
	octet = (uint8_t)small;
	memcpy(at(key, base),
	       key->type == KEY_FACTOR ? (void *)&number
	       : key->type == KEY_BYTES ? (void *)&large
	       : key->type == KEY_OCTET ? (void *)&octet
					: (void *)&small,
	       key->size);
	return true;
}

static bool put_bool(const struct config_key *key, void *base, const struct toml_value *value,
		     struct toml_trouble *trouble)
{
	if (value->type != TOML_BOOL)
		return fail_type(key, value, "true or false", trouble);
	memcpy(at(key, base), &value->truth, sizeof(value->truth));
	return true;
}

static bool put_seconds(const struct config_key *key, void *base, const struct toml_value *value,
			struct toml_trouble *trouble)
{
	uint32_t seconds;
	usec_t length;

	if (value->type != TOML_TEXT)
		return fail_type(key, value, "a length of time in quotes", trouble);
	if (time_parse_span(&length, value->text) != OK)
		return toml_fail(trouble, value->line,
				 "%s: '%.40s' is no length of time: write it as in: \"90s\", \"1h\", \"7d\"",
				 key->name, value->text);
	seconds = (uint32_t)(length / USEC_PER_SEC); /* at most ten years */
	if (seconds < key->least || seconds > key->most)
		return toml_fail(trouble, value->line, "%s: \"%s\" is out of bounds: from \"%.0fs\" to \"%.0fs\"",
				 key->name, value->text, key->least, key->most);
	memcpy(at(key, base), &seconds, sizeof(seconds));
	return true;
}

/* Choices. */

static const char *choice_severity(unsigned value)
{
	return value <= SEVERITY_CRITICAL ? severity_name((enum severity)value) : NULL;
}

/* The number of the choice that a text names. */
static bool take_choice(const struct config_key *key, const char *(*choice)(unsigned),
			const struct toml_value *value, unsigned *chosen, struct toml_trouble *trouble)
{
	char all[120] = "";
	struct pen pen = pen_init(all, sizeof(all) - 1);

	if (value->type != TOML_TEXT)
		return fail_type(key, value, "a text", trouble);
	for (unsigned i = 0; choice(i); i++) {
		if (strcmp(choice(i), value->text) == 0) {
			*chosen = i;
			return true;
		}
		pen_text(&pen, i ? " " : "");
		pen_text(&pen, choice(i));
	}
	return toml_fail(trouble, value->line, "%s: '%.40s' is none of: %s%s", key->name, value->text,
			 key->type == KEY_LEAST ? "level " : "", all);
}

static bool put_choice(const struct config_key *key, void *base, const struct toml_value *value,
		       struct toml_trouble *trouble)
{
	unsigned chosen;

	_Static_assert(sizeof(enum level) == sizeof(chosen), "an enum is written as an unsigned");
	if (!take_choice(key, key->choice, value, &chosen, trouble))
		return false;
	memcpy(at(key, base), &chosen, sizeof(chosen));
	return true;
}

static bool put_choices(const struct config_key *key, void *base, const struct toml_value *value,
			struct toml_trouble *trouble)
{
	size_t count;
	const struct toml_value *items = as_list(value, &count);
	unsigned chosen;
	uint8_t bits = 0;

	for (size_t i = 0; i < count; i++) {
		if (!take_choice(key, key->choice, &items[i], &chosen, trouble))
			return false;
		bits |= (uint8_t)(1u << chosen);
	}
	memcpy(at(key, base), &bits, sizeof(bits));
	return true;
}

static bool put_least(const struct config_key *key, struct target *target,
		      const struct toml_value *value, struct toml_trouble *trouble)
{
	unsigned chosen = SEVERITY_INFO;

	target->by_level = value->type == TOML_TEXT && strcmp(value->text, "level") == 0;
	if (!target->by_level && !take_choice(key, choice_severity, value, &chosen, trouble))
		return false;
	target->least = (enum severity)chosen;
	return true;
}

static bool put_day(const struct config_key *key, void *base, const struct toml_value *value,
		    struct toml_trouble *trouble)
{
	struct calendar_day day;

	if (value->type != TOML_TEXT)
		return fail_type(key, value, "a day in quotes", trouble);
	if (calendar_parse(&day, value->text) != OK)
		return toml_fail(trouble, value->line,
				 "%s: '%.40s' is no day: write it as in: \"12-28\", \"2027-12-28 18:00\"",
				 key->name, value->text);
	memcpy(at(key, base), &day, sizeof(day));
	return true;
}

bool key_set(const struct config_key *key, void *base, const struct toml_value *value,
	     struct toml_trouble *trouble)
{
	switch (key->type) {
	case KEY_BOOL:
		return put_bool(key, base, value, trouble);
	case KEY_NUMBER:
	case KEY_OCTET:
	case KEY_BYTES:
	case KEY_FACTOR:
		return put_number(key, base, value, trouble);
	case KEY_SECONDS:
		return put_seconds(key, base, value, trouble);
	case KEY_TEXT:
		return put_text(key, at(key, base), key->size, value, trouble);
	case KEY_TEXTS:
		return put_texts(key, base, value, trouble);
	case KEY_NETWORKS:
		return put_networks(key, base, value, trouble);
	case KEY_CHOICE:
		return put_choice(key, base, value, trouble);
	case KEY_CHOICES:
		return put_choices(key, base, value, trouble);
	case KEY_LEAST:
		return put_least(key, base, value, trouble);
	case KEY_DAY:
		return put_day(key, base, value, trouble);
	}
	return false;
}

bool key_equal(const struct config_key *key, const void *a, const void *b)
{
	const struct target *one = a, *other = b;

	if (key->type == KEY_LEAST)
		return one->by_level == other->by_level && one->least == other->least;
	return memcmp(at_const(key, a), at_const(key, b), key->size) == 0;
}

struct usual {
	const struct config_key *key;
	void *base;
};

static bool see_usual(void *whom, const struct toml_item *item, struct toml_trouble *trouble)
{
	const struct usual *usual = whom;

	return key_set(usual->key, usual->base, &item->value, trouble);
}

/* The defaults are read as the file is: what the example shows is what holds. */
void section_defaults(const struct config_section *section, void *base)
{
	for (size_t i = 0; i < section->count; i++) {
		struct usual usual = { &section->keys[i], base };
		struct toml_trouble trouble;
		char line[CONFIG_PATH];
		enum err err;

		if (usual.key->needed)
			continue;
		snprintf(line, sizeof(line), "usual = %s\n", usual.key->usual);
		err = toml_read(text_span(line), see_usual, &usual, &trouble);
		assert(err == OK); /* a default is within its own bounds */
	}
}
