/*
 * import_records.c - JSON of no published form: objects whose keys say what they hold, as the exports
 * of abuse.ch, PhishTank, OTX and Spamhaus are, and as anybody would write them.
 *
 * An object that holds a value of an indicator is a record, and nothing inside it is looked at: that
 * would be details, such as the address that served a URL. What the objects around it say (a group, a
 * malware) holds for it too.
 */
#include "feed/import_columns.h"

#include "base/text.h"

#include <stdlib.h>

#define FIELDS 64 /* of an object; further ones are not looked at */
#define DEPTH  8
#define NUMBER 24

/* One object's fields; numbers are written into `numbers`. */
struct object_fields {
	uint8_t roles[FIELDS];
	struct span fields[FIELDS];
	char numbers[FIELDS][NUMBER];
	size_t count;
	bool values;
};

static struct span string_of(const json_t *value)
{
	return (struct span){ (const uint8_t *)json_string_value(value), json_string_length(value) };
}

/* "domains", "ips": a key that holds several. */
static enum role role_of_key(const char *key)
{
	struct span name = text_span(key);
	enum role role = role_of(name);

	if (role == ROLE_NONE && name.len > 2 && name.ptr[name.len - 1] == 's') {
		name.len--;
		role = role_of(name);
	}
	return role == ROLE_NONE && span_is(text_span(key), "malware_families") ? ROLE_MALWARE : role;
}

static void add_field(struct object_fields *f, const char *key, const json_t *value)
{
	enum role role = role_of_key(key);
	struct span text = string_of(value);

	if (json_is_array(value) && !role_is_value(role))
		text = string_of(json_array_get(value, 0));
	if (role == ROLE_NONE || f->count == FIELDS)
		return;
	if (json_is_integer(value)) {
		snprintf(f->numbers[f->count], NUMBER, "%lld",
			 (long long)json_integer_value(value));
		text = text_span(f->numbers[f->count]);
	} else if (json_is_boolean(value)) {
		text = text_span(json_is_true(value) ? "true" : "false");
	}
	if (!text.ptr)
		return;
	f->values = f->values || role_is_value(role);
	f->roles[f->count] = (uint8_t)role;
	f->fields[f->count++] = text;
}

/* Texts of an array: by its key's role, or by their form. */
static void take_texts(struct importer *im, const json_t *array, enum role role,
		       const struct indicator *like)
{
	uint8_t roles[1] = { (uint8_t)role };

	for (size_t i = 0; i < json_array_size(array) && !im->stopped; i++) {
		struct span text = string_of(json_array_get(array, i));

		if (!text.ptr)
			continue;
		im->report->lines++;
		record_take(im, &(struct record){ roles, &text, 1 }, like);
	}
}

static void take_value(struct importer *im, const json_t *value, const struct indicator *like,
		       unsigned depth);

static void take_object(struct importer *im, const json_t *object, const struct indicator *outer,
			unsigned depth)
{
	struct object_fields *f = calloc(1, sizeof(*f));
	struct indicator like;
	const char *key;
	json_t *value;

	if (!f)
		return;
	json_object_foreach((json_t *)object, key, value)
		add_field(f, key, value);
	like = record_like(&(struct record){ f->roles, f->fields, f->count }, *outer);
	if (f->values) {
		im->report->lines++;
		record_take(im, &(struct record){ f->roles, f->fields, f->count }, &like);
	} else {
		json_object_foreach((json_t *)object, key, value) {
			if (json_is_array(value) && role_is_value(role_of_key(key)))
				take_texts(im, value, role_of_key(key), &like);
			if (json_is_array(value) || json_is_object(value))
				take_value(im, value, &like, depth + 1);
		}
	}
	free(f);
}

static void take_value(struct importer *im, const json_t *value, const struct indicator *like,
		       unsigned depth)
{
	if (depth == DEPTH) {
		import_name(im, "objects more than 8 levels inside each other");
		return;
	}
	if (json_is_object(value))
		take_object(im, value, like, depth);
	for (size_t i = 0; i < json_array_size(value) && !im->stopped; i++) {
		const json_t *inside = json_array_get(value, i);

		if (json_is_array(inside) || json_is_object(inside))
			take_value(im, inside, like, depth + 1);
	}
}

/* What others call their terms. */
static void find_notice(struct importer *im, const json_t *root)
{
	static const char *const keys[] = { "copyright", "license", "licence", "terms" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct span text = json_text(root, keys[i]);

		if (text.len > 0)
			import_notice(im, text);
	}
}

enum err import_records(struct importer *im, const json_t *root)
{
	struct indicator like = import_blank(im);
	size_t last = json_array_size(root);

	find_notice(im, last ? json_array_get(root, last - 1) : root);
	take_texts(im, root, ROLE_VALUE, &like);
	take_value(im, root, &like, 0);
	if (im->report->lines == 0)
		return import_fail(im, ERR_FORMAT,
				   "JSON, but no STIX bundle, MISP event, warning list or galaxy, and "
				   "no objects with fields such as indicator, ip, domain, url, sha256");
	return OK;
}
