/* shape.c - the documents as tables, and a walk along them. */
#include "watched/shape.h"

#include "model/time.h"

#include <math.h>
#include <string.h>

#define DEPTH_MAX  8    /* the deepest document of ours has 5 */
#define NUMBER_MAX 1e15 /* bytes of a petabyte: a double holds it exactly, and so does the page */

enum type { TEXT, SAYS, NUMBER, FLAG, TIME, OBJECT, TEXTS, OBJECTS, POINTS };

struct field {
	const char *name; /* NULL: the end */
	enum type type;
	bool must;
	unsigned most;              /* of a list */
	const struct field *inside; /* of an object, of each in a list */
};

#define MAY(key, kind)                 { .name = key, .type = kind }
#define MUST(key, kind)                { .name = key, .type = kind, .must = true }
#define INSIDE(key, fields)            { .name = key, .type = OBJECT, .inside = fields }
#define LIST(key, kind, count, fields) { .name = key, .type = kind, .most = count, .inside = fields }
#define END                            { .name = NULL }

static const struct field set[] = {
	MUST("host", TEXT),	  LIST("paths", TEXTS, 100, NULL), MAY("newest", TIME),
	MAY("age", NUMBER), MAY("ok", FLAG), END,
};
static const struct field fresh[] = {
	MAY("ok", FLAG),	 MAY("newest", TIME), MAY("age", NUMBER), MAY("allowed", NUMBER),
	MAY("say", SAYS), LIST("sets", OBJECTS, 400, set), END,
};
static const struct field whole[] = {
	MAY("ok", FLAG), MAY("share", NUMBER), MAY("days", NUMBER), MAY("last", TIME), MAY("say", SAYS), END,
};
static const struct field drill[] = {
	MAY("ok", FLAG),	       MAY("last", TIME),      MAY("next", TIME),		MAY("files", NUMBER),
	MAY("bytes", NUMBER),   MAY("seconds", NUMBER), MAY("rate", NUMBER),	MAY("full_seconds", NUMBER),
	MAY("certificate", FLAG), MAY("say", SAYS),     END,
};
static const struct field busy[] = {
	MUST("what", TEXT), MAY("since", TIME), MAY("done", NUMBER), MAY("say", SAYS), END,
};
static const struct field reason[] = {
	MUST("key", SAYS), MUST("value", TEXT), END,
};
static const struct field good[] = { MUST("snapshot", TEXT), MAY("at", TIME), END };
static const struct field alarm[] = {
	MUST("id", NUMBER), MAY("opened", TIME),  MAY("snapshot", TEXT), MAY("at", TIME), MAY("share", NUMBER),
	MAY("confidence", NUMBER),	MAY("say", SAYS),     LIST("why", OBJECTS, 40, reason),
	LIST("examples", TEXTS, 100, NULL), INSIDE("last_good", good), END,
};
static const struct field trouble[] = {
	MAY("kind", TEXT), MAY("since", TIME), MUST("say", SAYS), MAY("mend", SAYS), MAY("said", TEXT), END,
};
static const struct field repository[] = {
	MUST("name", TEXT),
	MUST("state", TEXT),
	MUST("say", SAYS),
	MAY("tool", TEXT),
	MAY("place", TEXT),
	MAY("media", TEXT),
	MAY("offsite", FLAG),
	MAY("append_only", FLAG),
	MAY("run", FLAG),
	INSIDE("busy", busy),
	INSIDE("fresh", fresh),
	INSIDE("whole", whole),
	INSIDE("drill", drill),
	MAY("next_run", TIME),
	MAY("snapshots", NUMBER),
	INSIDE("alarm", alarm),
	INSIDE("trouble", trouble),
	END,
};

static const struct field copies[] = {
	MUST("what", TEXT), MAY("copies", NUMBER), MAY("media", NUMBER),
	MAY("offsite", FLAG), MAY("ok", FLAG), MAY("say", SAYS), END,
};
static const struct field event[] = {
	MAY("id", NUMBER), MAY("at", TIME), MAY("name", TEXT), MUST("what", TEXT),
	MAY("ok", FLAG), MAY("seconds", NUMBER), MAY("say", SAYS), END,
};
static const struct field backups[] = {
	MAY("at", TIME),
	LIST("sets", OBJECTS, 400, copies),
	LIST("history", OBJECTS, 200, event),
	END,
};

static const struct field certificate[] = {
	MAY("at", TIME), MUST("json", TEXT), MUST("text", SAYS), MAY("page", SAYS), END,
};

static const struct field times[] = {
	MAY("dns", NUMBER), MAY("tcp", NUMBER), MAY("tls", NUMBER), MAY("first", NUMBER), MAY("total", NUMBER), END,
};
static const struct field last[] = {
	MAY("at", TIME),	       MAY("failed", TEXT),    MAY("why", TEXT),	      MAY("status", NUMBER),
	INSIDE("ms", times), MAY("bytes", NUMBER), MAY("address", TEXT), MAY("final_url", TEXT), END,
};
static const struct field uptime[] = { MAY("day", NUMBER), MAY("week", NUMBER), END };
static const struct field site_certificate[] = {
	MAY("until", TIME), MAY("days", NUMBER), MAY("issuer", TEXT), MAY("subject", TEXT),
	MAY("trusted", FLAG), MAY("changed", TIME), END,
};
static const struct field names[] = {
	LIST("addresses", TEXTS, 100, NULL), LIST("servers", TEXTS, 100, NULL), MAY("changed", TIME), END,
};
static const struct field change[] = {
	MUST("what", TEXT), MAY("text", SAYS), MAY("before", TEXT), MAY("after", TEXT), END,
};
static const struct field changes[] = {
	MUST("verdict", TEXT), MAY("confidence", NUMBER), MAY("since", TIME), MAY("say", SAYS),
	LIST("why", OBJECTS, 60, change), MAY("picture", FLAG), END,
};
static const struct field site[] = {
	MUST("name", TEXT),
	MUST("url", TEXT),
	MUST("state", TEXT),
	MUST("say", SAYS),
	MAY("since", TIME),
	INSIDE("last", last),
	INSIDE("uptime", uptime),
	LIST("series", POINTS, 120, NULL),
	INSIDE("certificate", site_certificate),
	INSIDE("dns", names),
	INSIDE("changes", changes),
	MAY("picture", FLAG),
	MAY("ours", FLAG),
	END,
};
static const struct field line[] = { MAY("ok", FLAG), MAY("since", TIME), MAY("say", SAYS), END };
static const struct field sites[] = {
	MAY("at", TIME),	      MAY("sites", NUMBER), MAY("good", NUMBER),	  MAY("slow", NUMBER),	    MAY("warning", NUMBER),
	MAY("down", NUMBER),   MAY("defaced", NUMBER), MAY("unknown", NUMBER), MAY("per_second", NUMBER), MAY("browser", FLAG),
	INSIDE("line", line),
	END,
};

static bool is_number(const json_t *value)
{
	return json_is_number(value) && fabs(json_number_value(value)) <= NUMBER_MAX;
}

static bool is_words(const json_t *value)
{
	return json_is_string(json_object_get(value, "en")) && json_is_string(json_object_get(value, "ja"));
}

static bool is_time(const json_t *value)
{
	usec_t t;

	return json_is_string(value) && time_parse(&t, json_string_value(value)) == OK;
}

/* [seconds, ms or null] */
static bool is_point(const json_t *value)
{
	const json_t *ms = json_array_get(value, 1);

	return json_array_size(value) == 2 && is_number(json_array_get(value, 0)) && (json_is_null(ms) || is_number(ms));
}

static bool is_text(const json_t *value)
{
	return json_is_string(value);
}

static bool all_are(const json_t *list, unsigned most, bool (*is)(const json_t *value))
{
	json_t *one;
	size_t i;

	if (!json_is_array(list) || json_array_size(list) > most)
		return false;
	json_array_foreach(list, i, one)
		if (!is(one))
			return false;
	return true;
}

static bool fields_fit(const struct field *field, const json_t *object);

static bool objects_fit(const struct field *field, const json_t *list)
{
	json_t *one;
	size_t i;

	if (!json_is_array(list) || json_array_size(list) > field->most)
		return false;
	json_array_foreach(list, i, one)
		if (!fields_fit(field->inside, one))
			return false;
	return true;
}

static bool value_fits(const struct field *field, const json_t *value)
{
	switch (field->type) {
	case TEXT:
		return json_is_string(value);
	case SAYS:
		return is_words(value);
	case NUMBER:
		return is_number(value);
	case FLAG:
		return json_is_boolean(value);
	case TIME:
		return is_time(value);
	case OBJECT:
		return fields_fit(field->inside, value);
	case TEXTS:
		return all_are(value, field->most, is_text);
	case OBJECTS:
		return objects_fit(field, value);
	case POINTS:
		return all_are(value, field->most, is_point);
	}
	return false;
}

static bool fields_fit(const struct field *field, const json_t *object)
{
	if (!json_is_object(object))
		return false;
	for (; field->name; field++) {
		const json_t *value = json_object_get(object, field->name);
		bool missing = !value || json_is_null(value);

		if (missing ? field->must : !value_fits(field, value))
			return false;
	}
	return true;
}

static bool is_shallow(const json_t *value, unsigned left)
{
	const char *key;
	json_t *one;
	size_t i;

	if (left == 0)
		return false;
	json_object_foreach((json_t *)value, key, one)
		if (!is_shallow(one, left - 1))
			return false;
	json_array_foreach(value, i, one)
		if (!is_shallow(one, left - 1))
			return false;
	return true;
}

bool shape_fits(enum watched_kind kind, const json_t *document)
{
	static const struct field *const shapes[WATCHED_KINDS] = {
		[WATCHED_BACKUP] = repository, [WATCHED_BACKUPS] = backups, [WATCHED_CERTIFICATE] = certificate,
		[WATCHED_SITE] = site,	       [WATCHED_SITES] = sites,
	};

	return is_shallow(document, DEPTH_MAX) && fields_fit(shapes[kind], document);
}
