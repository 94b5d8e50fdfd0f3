/* filter_json.c - a filter as one rule of the XDP program, in JSON that people read. */
#include "filter/filter_export.h"
#include "filter/filter_private.h"

#include "base/pen.h"

/* The value of each part as the text form has it, under the part's word; ranges as numbers. */
static int put_ranges(json_t *rule, const struct filter *filter)
{
	int bad = 0;

	for (size_t i = 0; i < FILTER_RANGES; i++) {
		const struct filter_range *range = filter_range(filter, &filter_ranges[i]);

		if (filter->parts & filter_ranges[i].part)
			bad |= json_object_set_new(rule, filter_ranges[i].word,
						   json_pack("[i,i]", range->low, range->high));
	}
	return bad;
}

static int put_hex(json_t *object, const char *key, struct span bytes)
{
	char text[2 * FILTER_BYTES_MAX];
	struct pen pen = pen_init(text, sizeof(text));

	pen_hex(&pen, bytes, 0, PEN_LOWER);
	return json_object_set_new(object, key, json_stringn(text, pen.used));
}

static int put_bytes(json_t *rule, const struct filter_bytes *bytes)
{
	json_t *object = json_pack("{s:i}", "at", bytes->at);

	if (put_hex(object, "value", (struct span){ bytes->value, bytes->len }) != 0 ||
	    put_hex(object, "mask", (struct span){ bytes->mask, bytes->len }) != 0) {
		json_decref(object);
		return -1;
	}
	return json_object_set_new(rule, "bytes", object);
}

json_t *filter_json(const struct filter *filter)
{
	json_t *rule = json_object();
	const uint32_t parts = filter->parts;
	char text[PREFIX_TEXT];
	int bad = 0;

	if (parts & FILTER_FROM)
		bad |= json_object_set_new(rule, "from", json_string(prefix_text(&filter->from, text)));
	if (parts & FILTER_TO)
		bad |= json_object_set_new(rule, "to", json_string(prefix_text(&filter->to, text)));
	if (parts & FILTER_PROTO)
		bad |= json_object_set_new(rule, "proto", json_integer(filter->proto));
	bad |= put_ranges(rule, filter);
	if (parts & FILTER_FLAGS)
		bad |= json_object_set_new(rule, "flags",
					   json_pack("{s:i,s:i}", "value", filter->flags, "mask",
						     filter->flags_mask));
	if (parts & FILTER_FRAGMENT)
		bad |= json_object_set_new(rule, "fragment",
					   json_string(filter_fragment_names[filter->fragment]));
	if (parts & FILTER_BYTES)
		bad |= put_bytes(rule, &filter->bytes);
	if (!bad)
		return rule;
	json_decref(rule);
	return NULL;
}
