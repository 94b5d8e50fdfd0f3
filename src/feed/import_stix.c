/*
 * import_stix.c - STIX 2.0 and 2.1 bundles and TAXII 2.1 envelopes (OASIS "STIX Version 2.1").
 *
 * Of several versions of an object the one modified last counts (3.6). What an indicator is about
 * is told by relationships: `indicates` a malware, tool, campaign or group, and from there one step
 * of `attributed-to` or, if there is exactly one, the group that `uses` it. One step only: cycles
 * cannot matter, and further links are guesses.
 */
#include "feed/import_private.h"
#include "feed/stix_pattern.h"

#include <stdlib.h>

#define OBJECTS_MAX (1u << 24)

struct object {
	struct span id, modified;
	const json_t *json;
	struct span group; /* behind it, once `asked` */
	bool asked;
};

struct link {
	struct span from, type, to;
};

struct bundle {
	struct importer *im;
	struct object *objects; /* by id; the newest version only */
	size_t count;
	struct link *links; /* by `from` */
	size_t link_count;
	struct link *reports; /* `from` an object `to` the URL of the report that names it */
	size_t report_count;
};

static int span_compare(struct span a, struct span b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len ? memcmp(a.ptr, b.ptr, len) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

static bool span_same(struct span a, struct span b)
{
	return a.len == b.len && span_compare(a, b) == 0;
}

/* RFC 3339 in UTC compares as text, but for its Z: "10:00:00.5Z" is after "10:00:00Z". */
static struct span without_zone(struct span time)
{
	return time.len > 0 && time.ptr[time.len - 1] == 'Z' ? (struct span){ time.ptr, time.len - 1 }
							     : time;
}

/* By id, the newest first. */
static int object_compare(const void *a, const void *b)
{
	const struct object *x = a, *y = b;
	int order = span_compare(x->id, y->id);

	return order ? order : span_compare(y->modified, x->modified);
}

static int link_compare(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	return span_compare(x->from, y->from);
}

static struct object *object_find(const struct bundle *b, struct span id)
{
	struct object key = { .id = id };
	size_t low = 0, high = b->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = span_compare(key.id, b->objects[middle].id);

		if (order == 0)
			return &b->objects[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static const json_t *bundle_find(const struct bundle *b, struct span id)
{
	const struct object *object = object_find(b, id);

	return object ? object->json : NULL;
}

/* The first link from an object; the others follow it. */
static size_t link_find(const struct link *links, size_t count, struct span from)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (span_compare(links[middle].from, from) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool collect_objects(struct bundle *b, const json_t *objects)
{
	size_t count = json_array_size(objects), kept = 0;

	b->objects = calloc(count + 1, sizeof(*b->objects));
	if (!b->objects || count > OBJECTS_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		const json_t *json = json_array_get(objects, i);
		struct object *o = &b->objects[b->count];

		*o = (struct object){ .id = json_text(json, "id"),
				      .modified = without_zone(json_text(json, "modified")),
				      .json = json };
		if (o->id.len == 0)
			import_name(b->im, "object without an id");
		else
			b->count++;
	}
	if (b->count > 0)
		qsort(b->objects, b->count, sizeof(*b->objects), object_compare);
	for (size_t i = 0; i < b->count; i++)
		if (kept == 0 || !span_same(b->objects[kept - 1].id, b->objects[i].id))
			b->objects[kept++] = b->objects[i];
	b->count = kept;
	return true;
}

static struct span type_of(const json_t *object)
{
	return json_text(object, "type");
}

static bool is_revoked(const json_t *object)
{
	return json_is_true(json_object_get(object, "revoked"));
}

/* The first URL among external_references. */
static struct span reference_of(const json_t *object)
{
	const json_t *references = json_object_get(object, "external_references");

	for (size_t i = 0; i < json_array_size(references); i++) {
		struct span url = json_text(json_array_get(references, i), "url");

		if (url.len > 0)
			return url;
	}
	return (struct span){ 0 };
}

/* Links both ways: `to` is reached from `from` by `type`; users are found as "used-by". */
static void add_links(struct bundle *b, const json_t *object)
{
	struct span type = json_text(object, "relationship_type");
	struct span from = json_text(object, "source_ref"), to = json_text(object, "target_ref");
	static const char used_by[] = "used-by";

	b->links[b->link_count++] = (struct link){ from, type, to };
	if (span_is(type, "uses"))
		b->links[b->link_count++] =
			(struct link){ to, { (const uint8_t *)used_by, strlen(used_by) }, from };
}

static void add_reports(struct bundle *b, const json_t *report)
{
	const json_t *refs = json_object_get(report, "object_refs");
	struct span url = reference_of(report);
	size_t count = json_array_size(refs);
	struct link *more;

	if (url.len == 0 || count == 0)
		return;
	more = realloc(b->reports, (b->report_count + count) * sizeof(*more));
	if (!more)
		return;
	b->reports = more;
	for (size_t i = 0; i < count; i++) {
		const json_t *ref = json_array_get(refs, i);
		struct span id = { (const uint8_t *)json_string_value(ref),
				   json_string_length(ref) };

		if (id.ptr)
			b->reports[b->report_count++] = (struct link){ .from = id, .to = url };
	}
}

static bool collect_links(struct bundle *b)
{
	b->links = calloc(2 * b->count + 1, sizeof(*b->links));
	if (!b->links)
		return false;
	for (size_t i = 0; i < b->count; i++) {
		const json_t *object = b->objects[i].json;

		if (is_revoked(object))
			continue;
		if (span_is(type_of(object), "relationship"))
			add_links(b, object);
		else if (span_is(type_of(object), "report"))
			add_reports(b, object);
	}
	if (b->link_count > 0)
		qsort(b->links, b->link_count, sizeof(*b->links), link_compare);
	if (b->report_count > 0)
		qsort(b->reports, b->report_count, sizeof(*b->reports), link_compare);
	return true;
}

static bool is_group(const json_t *object)
{
	struct span type = type_of(object);

	return span_is(type, "intrusion-set") || span_is(type, "threat-actor");
}

/* ATT&CK's id (G0047) of a group, else its name. */
static struct span attack_id(const json_t *group)
{
	const json_t *references = json_object_get(group, "external_references");

	for (size_t i = 0; i < json_array_size(references); i++) {
		const json_t *reference = json_array_get(references, i);

		if (span_begins(json_text(reference, "source_name"), "mitre-"))
			return json_text(reference, "external_id");
	}
	return (struct span){ 0 };
}

static struct span group_name(const json_t *group)
{
	struct span id = attack_id(group);

	return id.len > 0 ? id : json_text(group, "name");
}

/* One step to a group. Several users of a tool tell nothing. */
static struct span find_group(const struct bundle *b, struct span id)
{
	struct span user = { 0 };
	bool several = false;

	for (size_t i = link_find(b->links, b->link_count, id);
	     i < b->link_count && span_same(b->links[i].from, id); i++) {
		const json_t *to = bundle_find(b, b->links[i].to);

		if (!to || !is_group(to) || is_revoked(to))
			continue;
		if (span_is(b->links[i].type, "attributed-to"))
			return group_name(to);
		if (!span_is(b->links[i].type, "used-by"))
			continue;
		several = several || (user.len > 0 && !span_same(user, group_name(to)));
		user = group_name(to);
	}
	return several ? (struct span){ 0 } : user;
}

/* The group behind what an indicator indicates. Thousands may indicate the same, which thousands may
 * use: each object is asked once. */
static struct span group_behind(const struct bundle *b, struct object *object)
{
	if (!object->asked)
		object->group = find_group(b, object->id);
	object->asked = true;
	return object->group;
}

static void attribute(const struct bundle *b, struct span id, struct indicator *like)
{
	for (size_t i = link_find(b->links, b->link_count, id);
	     i < b->link_count && span_same(b->links[i].from, id); i++) {
		struct object *object = object_find(b, b->links[i].to);
		const json_t *to = object ? object->json : NULL;
		struct span group;

		if (!to || !span_is(b->links[i].type, "indicates") || is_revoked(to))
			continue;
		if (is_group(to)) {
			like->group = group_name(to);
			continue;
		}
		if (span_is(type_of(to), "malware") || span_is(type_of(to), "tool"))
			like->malware = json_text(to, "name");
		group = group_behind(b, object);
		if (group.len > 0 && like->group.len == 0)
			like->group = group;
	}
}

struct pattern_taking {
	struct importer *im;
	const struct indicator *like;
};

static void take_value(void *whom, enum indicator_kind kind, struct span text)
{
	const struct pattern_taking *taking = whom;

	import_take(taking->im, text, kind, taking->like);
}

static void take_unknown(void *whom, const char *what, struct span name)
{
	const struct pattern_taking *taking = whom;
	char phrase[IMPORT_NAME];

	snprintf(phrase, sizeof(phrase), "pattern: %s", what);
	import_name_span(taking->im, phrase, name);
}

static struct span origin_of(const struct bundle *b, const json_t *object)
{
	const json_t *identity = bundle_find(b, json_text(object, "created_by_ref"));

	return json_text(identity, "name");
}

static bool is_benign(const json_t *indicator)
{
	const json_t *types = json_object_get(indicator, "indicator_types");

	if (!types)
		types = json_object_get(indicator, "labels"); /* STIX 2.0 */
	for (size_t i = 0; i < json_array_size(types); i++) {
		const char *type = json_string_value(json_array_get(types, i));

		if (type && strcmp(type, "benign") == 0)
			return true;
	}
	return false;
}

static struct indicator describe(const struct bundle *b, const json_t *object, struct span id)
{
	struct indicator like = import_blank(b->im);
	const json_t *confidence = json_object_get(object, "confidence");
	struct span reference = reference_of(object);
	size_t at = link_find(b->reports, b->report_count, id);
	usec_t seen = import_time(json_text(object, "modified"));

	if (json_is_integer(confidence) && json_integer_value(confidence) >= 0 &&
	    json_integer_value(confidence) <= 100)
		like.confidence = (uint8_t)json_integer_value(confidence);
	if (reference.len == 0 && at < b->report_count && span_same(b->reports[at].from, id))
		reference = b->reports[at].to;
	if (reference.len > 0)
		like.reference = reference;
	like.origin = origin_of(b, object);
	if (seen)
		like.seen = seen;
	like.expires = import_time(json_text(object, "valid_until"));
	attribute(b, id, &like);
	return like;
}

static void take_indicator(struct bundle *b, const json_t *object, struct span id)
{
	struct span type = json_text(object, "pattern_type"),
		    pattern = json_text(object, "pattern");
	struct indicator like;
	struct pattern_taking taking = { b->im, &like };
	struct stix_see see = { take_value, take_unknown, &taking };
	enum err err;

	b->im->report->lines++;
	if (type.len > 0 && !span_is(type, "stix")) {
		import_name_span(b->im, "pattern in another language:", type);
		return;
	}
	if (is_benign(object)) {
		import_name(b->im, "indicator of something benign");
		return;
	}
	like = describe(b, object, id);
	err = stix_pattern_read(pattern, &see);
	if (err == ERR_LIMIT)
		import_name_sample(b->im, "pattern that is too long or too deep", id);
	else if (err != OK)
		import_name_sample(b->im, "pattern that is damaged", pattern);
}

static void take_group(struct bundle *b, const json_t *object)
{
	struct import_group group = { .id = attack_id(object), .name = json_text(object, "name") };
	const json_t *aliases = json_object_get(object, "aliases");

	for (size_t i = 0; i < json_array_size(aliases) && group.aliases < IMPORT_ALIASES; i++) {
		const json_t *alias = json_array_get(aliases, i);
		struct span name = { (const uint8_t *)json_string_value(alias),
				     json_string_length(alias) };

		if (name.ptr && !span_same(name, group.name))
			group.alias[group.aliases++] = name;
	}
	/* MITRE asks for its notice wherever ATT&CK is used (attack.mitre.org, terms of use). */
	if (group.id.len > 0) {
		static const char notice[] = "(c) The MITRE Corporation. This work is reproduced "
					     "and distributed with the "
					     "permission of The MITRE Corporation.";

		import_notice(b->im, (struct span){ (const uint8_t *)notice, strlen(notice) });
	}
	if (group.name.len > 0)
		import_group(b->im, &group);
}

static void take_object(struct bundle *b, const json_t *object, struct span id)
{
	static const char *const helpers[] = { "relationship", "report",   "identity", "malware",
					       "tool",         "campaign", "sighting" };
	struct span type = type_of(object);

	if (is_revoked(object)) {
		import_name(b->im, "revoked object");
		return;
	}
	if (span_is(type, "indicator")) {
		take_indicator(b, object, id);
		return;
	}
	if (is_group(object)) {
		b->im->report->lines++;
		take_group(b, object);
		return;
	}
	if (span_is(type, "marking-definition")) {
		const json_t *definition = json_object_get(object, "definition");

		import_notice(b->im, json_text(definition, "statement"));
		return;
	}
	for (size_t i = 0; i < sizeof(helpers) / sizeof(helpers[0]); i++)
		if (span_is(type, helpers[i]))
			return;
	import_name_span(b->im, "object that is no indicator:", type);
}

enum err import_stix(struct importer *im, const json_t *root)
{
	struct bundle b = { .im = im };
	const json_t *objects = json_object_get(root, "objects");
	json_t *single = NULL;
	bool memory;

	if (json_is_array(root))
		objects = root;
	else if (!objects)
		objects = single = json_pack("[O]", root);
	memory = objects && collect_objects(&b, objects) && collect_links(&b);
	for (size_t i = 0; memory && i < b.count && !im->stopped; i++)
		take_object(&b, b.objects[i].json, b.objects[i].id);
	free(b.objects);
	free(b.links);
	free(b.reports);
	json_decref(single);
	return memory ? OK : import_fail(im, ERR_MEMORY, "there is no memory for so many objects");
}
