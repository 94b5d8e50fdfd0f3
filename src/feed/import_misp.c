/*
 * import_misp.c - MISP: events (the core format, draft-dulaunoy-misp-core-format), warning lists
 * and galaxy clusters.
 */
#include "feed/import_private.h"

#include "base/text.h"

#define EVENTS_MAX (1u << 20)

/* What a type's value is; of composite types, what each half is. INDICATOR_KINDS: nothing that can
 * be matched. */
struct misp_type {
	const char *name;
	enum indicator_kind first, second;
};

#define NONE INDICATOR_KINDS

static const struct misp_type types[] = {
	{ "ip-dst", INDICATOR_IP, NONE },
	{ "ip-src", INDICATOR_IP, NONE },
	{ "ip", INDICATOR_IP, NONE },
	{ "domain", INDICATOR_DOMAIN, NONE },
	{ "hostname", INDICATOR_DOMAIN, NONE },
	{ "domain|ip", INDICATOR_DOMAIN, INDICATOR_IP },
	{ "hostname|port", INDICATOR_DOMAIN, NONE },
	{ "url", INDICATOR_URL, NONE },
	{ "uri", INDICATOR_URL, NONE },
	{ "md5", INDICATOR_MD5, NONE },
	{ "sha1", INDICATOR_SHA1, NONE },
	{ "sha256", INDICATOR_SHA256, NONE },
	{ "x509-fingerprint-md5", INDICATOR_MD5, NONE },
	{ "x509-fingerprint-sha1", INDICATOR_SHA1, NONE },
	{ "x509-fingerprint-sha256", INDICATOR_SHA256, NONE },
	{ "filename|md5", NONE, INDICATOR_MD5 },
	{ "filename|sha1", NONE, INDICATOR_SHA1 },
	{ "filename|sha256", NONE, INDICATOR_SHA256 },
	{ "malware-sample", NONE, INDICATOR_MD5 },
	{ "ja3-fingerprint-md5", INDICATOR_JA3, NONE },
	{ "ja4", INDICATOR_JA4, NONE },
	{ "email", INDICATOR_EMAIL, NONE },
	{ "email-src", INDICATOR_EMAIL, NONE },
	{ "email-reply-to", INDICATOR_EMAIL, NONE },
	{ "user-agent", INDICATOR_AGENT, NONE },
};

static const struct misp_type *type_find(struct span name)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (span_is(name, types[i].name))
			return &types[i];
	return NULL;
}

static bool is_endpoint(struct span type)
{
	return span_is(type, "ip-dst|port") || span_is(type, "ip-src|port");
}

static void take_endpoint(struct importer *im, struct span value, const struct indicator *like)
{
	char text[128];
	struct span port = value, address = span_cut(&port, '|');
	bool v6 = address.len > 0 && memchr(address.ptr, ':', address.len);

	if (value.len + 4 > sizeof(text)) {
		import_name_sample(im, "text that is no indicator", value);
		return;
	}
	snprintf(text, sizeof(text), v6 ? "[%.*s]:%.*s" : "%.*s:%.*s", (int)address.len,
		 (const char *)address.ptr, (int)port.len, (const char *)port.ptr);
	import_take(im, text_span(text), INDICATOR_ENDPOINT, like);
}

/* An address attribute may hold a prefix. */
static void take_half(struct importer *im, struct span value, enum indicator_kind kind,
		      const struct indicator *like)
{
	if (kind == NONE)
		return;
	if (kind == INDICATOR_IP && value.len > 0 && memchr(value.ptr, '/', value.len))
		kind = INDICATOR_PREFIX;
	import_take(im, value, kind, like);
}

/* Parts a composite value at its last bar: a file's name may hold some itself. */
static struct span cut_composite(struct span *value)
{
	size_t at = value->len;
	struct span first;

	while (at > 0 && value->ptr[at - 1] != '|')
		at--;
	first = (struct span){ value->ptr, at > 0 ? at - 1 : value->len };
	*value = span_drop(*value, at > 0 ? at : value->len);
	return first;
}

bool misp_value_take(struct importer *im, struct span type, struct span value,
		     const struct indicator *like)
{
	const struct misp_type *known = type_find(type);

	if (is_endpoint(type)) {
		take_endpoint(im, value, like);
	} else if (!known) {
		return false;
	} else if (memchr(known->name, '|', strlen(known->name)) || span_is(type, "malware-sample")) {
		struct span second = value, first = cut_composite(&second);

		take_half(im, first, known->first, like);
		take_half(im, second, known->second, like);
	} else {
		take_half(im, value, known->first, like);
	}
	return true;
}

/* MISP writes true; older exports and other programs "1" or 1. */
static bool is_set(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	const char *text = json_string_value(value);

	return json_is_true(value) || json_integer_value(value) == 1 ||
	       (text && (strcmp(text, "1") == 0 || strcmp(text, "true") == 0));
}

static usec_t attribute_seen(const json_t *attribute, usec_t event_seen)
{
	usec_t seen = import_time(json_text(attribute, "last_seen"));

	if (!seen)
		seen = import_time(json_text(attribute, "timestamp"));
	return seen ? seen : event_seen;
}

static void take_attribute(struct importer *im, const json_t *attribute,
			   const struct indicator *event)
{
	struct span type = json_text(attribute, "type"), value = json_text(attribute, "value");
	struct indicator like = *event;

	im->report->lines++;
	if (!type_find(type) && !is_endpoint(type)) {
		import_name_span(im, "attribute of type", type);
		return;
	}
	if (!is_set(attribute, "to_ids")) {
		import_name(im, IMPORT_NOT_MEANT);
		return;
	}
	if (is_set(attribute, "deleted")) {
		import_name(im, "deleted attribute");
		return;
	}
	like.seen = attribute_seen(attribute, event->seen);
	misp_value_take(im, type, value, &like);
}

static void take_attributes(struct importer *im, const json_t *holder,
			    const struct indicator *event)
{
	const json_t *attributes = json_object_get(holder, "Attribute");

	for (size_t i = 0; i < json_array_size(attributes) && !im->stopped; i++)
		take_attribute(im, json_array_get(attributes, i), event);
}

/* misp-galaxy:threat-actor="Gamaredon Group": what a tag says of a family or group. */
static void take_tag(struct span tag, struct indicator *like)
{
	struct span value = tag, name = span_cut(&value, '=');

	value = span_trim(value);
	if (value.len < 3 || value.ptr[0] != '"')
		return;
	value = span_cut(&(struct span){ value.ptr + 1, value.len - 1 }, '"');
	if (!span_begins(name, "misp-galaxy:"))
		return;
	name = span_drop(name, strlen("misp-galaxy:"));
	if (span_is(name, "threat-actor") || span_begins(name, "mitre-intrusion-set") ||
	    span_begins(name, "mitre-enterprise-attack-intrusion-set") ||
	    span_is(name, "microsoft-activity-group"))
		like->group = value;
	else if (span_is(name, "malpedia") || span_is(name, "tool") || span_is(name, "rat") ||
		 span_is(name, "ransomware") || span_is(name, "botnet") ||
		 span_is(name, "banker") || span_is(name, "stealer") || span_is(name, "backdoor") ||
		 span_begins(name, "mitre-malware") || span_begins(name, "mitre-tool"))
		like->malware = value;
}

static void take_event(struct importer *im, const json_t *event)
{
	struct indicator like = import_blank(im);
	const json_t *tags = json_object_get(event, "Tag"),
		     *objects = json_object_get(event, "Object");
	usec_t seen = import_time(json_text(event, "timestamp"));

	if (!seen)
		seen = import_time(json_text(event, "date"));
	if (seen)
		like.seen = seen;
	like.origin = json_text(json_object_get(event, "Orgc"), "name");
	for (size_t i = 0; i < json_array_size(tags); i++)
		take_tag(json_text(json_array_get(tags, i), "name"), &like);
	if (json_is_false(json_object_get(event, "published")))
		import_name(im, "event that its author has not published (read all the same)");
	take_attributes(im, event, &like);
	for (size_t i = 0; i < json_array_size(objects) && !im->stopped; i++)
		take_attributes(im, json_array_get(objects, i), &like);
}

enum err import_misp(struct importer *im, const json_t *root)
{
	const json_t *list = json_is_array(root) ? root : json_object_get(root, "response");
	const json_t *event = json_object_get(root, "Event");

	if (event)
		take_event(im, event);
	else if (json_is_object(list) && json_object_get(list, "Event"))
		take_event(im, json_object_get(list, "Event"));
	else if (json_is_object(list)) /* a search for attributes alone */
		take_event(im, list);
	else
		for (size_t i = 0; i < json_array_size(list) && i < EVENTS_MAX && !im->stopped; i++)
			take_event(im, json_object_get(json_array_get(list, i), "Event"));
	return OK;
}

/* What the entries of a warning list are: "hostname" is a name and those below it, "string" is
 * exactly that, "cidr" a prefix; "substring" and "regex" would have to be looked for in everything.
 */
enum err import_warninglist(struct importer *im, const json_t *root)
{
	const json_t *list = json_object_get(root, "list");
	struct span type = json_text(root, "type");
	struct indicator like = import_blank(im);

	like.flags |= INDICATOR_GUARD;
	like.malware = json_text(root, "name");
	if (span_is(type, "string"))
		like.flags |= INDICATOR_EXACT;
	for (size_t i = 0; i < json_array_size(list) && !im->stopped; i++) {
		const json_t *entry = json_array_get(list, i);
		struct span text = { (const uint8_t *)json_string_value(entry),
				     json_string_length(entry) };

		im->report->lines++;
		if (!text.ptr) {
			import_name(im, "entry that is no text");
			continue;
		}
		if (!span_is(type, "string") && !span_is(type, "hostname") &&
		    !span_is(type, "cidr")) {
			import_name_span(im, "warning list entry of type", type);
			continue;
		}
		if (span_is(type, "hostname") &&
		    text.ptr[0] == '.') /* ".example.org": those below */
			text = span_drop(text, 1);
		import_take(im, text,
			    span_is(type, "hostname") ? INDICATOR_DOMAIN : INDICATOR_KINDS, &like);
	}
	return OK;
}

static bool is_attack_id(struct span name)
{
	uint64_t number;

	return name.len == 5 && name.ptr[0] == 'G' &&
	       span_number(span_drop(name, 1), 9999, &number);
}

static void add_alias(struct import_group *group, struct span alias)
{
	if (is_attack_id(alias) && group->id.len == 0)
		group->id = alias;
	else if (alias.len > 0 && group->aliases < IMPORT_ALIASES)
		group->alias[group->aliases++] = alias;
}

static void take_cluster(struct importer *im, const json_t *cluster)
{
	const json_t *meta = json_object_get(cluster, "meta");
	const json_t *synonyms = json_object_get(meta, "synonyms");
	struct import_group group = { .name = json_text(cluster, "value") };
	struct span id = json_text(meta, "external_id");

	if (is_attack_id(id))
		group.id = id;
	for (size_t i = 0; i < json_array_size(synonyms); i++) {
		const json_t *synonym = json_array_get(synonyms, i);

		if (json_is_string(synonym))
			add_alias(&group,
				  (struct span){ (const uint8_t *)json_string_value(synonym),
						 json_string_length(synonym) });
	}
	if (group.name.len > 0)
		import_group(im, &group);
}

/* Groups are read; clusters of tools, countries and so on are no names of groups. */
enum err import_galaxy(struct importer *im, const json_t *root)
{
	const json_t *values = json_object_get(root, "values");
	struct span type = json_text(root, "type");

	if (!span_is(type, "threat-actor") && !span_is(type, "microsoft-activity-group") &&
	    !span_begins(type, "mitre-intrusion-set"))
		return import_fail(
			im, ERR_UNSUPPORTED,
			"a galaxy of type '%.*s': only those of groups (threat-actor) are read",
			(int)(type.len < 60 ? type.len : 60), (const char *)type.ptr);
	for (size_t i = 0; i < json_array_size(values) && !im->stopped; i++) {
		im->report->lines++;
		take_cluster(im, json_array_get(values, i));
	}
	return OK;
}
