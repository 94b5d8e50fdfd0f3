/* incident_read.c - JSON to an incident, as tolerant as a later version needs. */
#include "incident/incident_read.h"

#include "base/text.h"
#include "incident/advice.h"

#include <jansson.h>
#include <stdlib.h>

/* A text; "" when there is none. */
static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static uint64_t number_of(const json_t *object, const char *key)
{
	json_int_t number = json_integer_value(json_object_get(object, key));

	return number > 0 ? (uint64_t)number : 0;
}

static usec_t time_of(const json_t *object, const char *key)
{
	usec_t t = 0;

	return time_parse(&t, text_of(object, key)) == OK ? t : 0;
}

/* "192.0.2.1:80", "[2001:db8::1]:80" */
static bool service_read(struct entity *entity, const char *name)
{
	const char *colon = strrchr(name, ':'), *end = colon;
	char text[IP_TEXT];
	struct ip ip;
	char *rest;
	unsigned long port;

	if (!colon)
		return false;
	if (*name == '[' && end > name && end[-1] == ']') {
		name++;
		end--;
	}
	if ((size_t)(end - name) >= sizeof(text))
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)(end - name), name);
	port = strtoul(colon + 1, &rest, 10);
	if (ip_parse(&ip, text) != OK || *rest || rest == colon + 1 || port > UINT16_MAX)
		return false;
	*entity = entity_service(&ip, (uint16_t)port);
	return true;
}

static struct entity entity_read(const json_t *object)
{
	const char *kind = text_of(object, "kind"), *name = text_of(object, "name");
	struct entity entity = { .kind = ENTITY_NONE };
	enum entity_kind k = ENTITY_NONE;

	while (k < ENTITY_NAME && strcmp(kind, entity_kind_name(k)) != 0)
		k++;
	switch (k) {
	case ENTITY_IP:
	case ENTITY_PREFIX:
		if (prefix_parse(&entity.prefix, name) == OK)
			entity.kind = k;
		return entity;
	case ENTITY_SERVICE:
		return service_read(&entity, name) ? entity : (struct entity){ .kind = ENTITY_NONE };
	case ENTITY_NAME:
		return strcmp(kind, entity_kind_name(k)) == 0 ? entity_name(text_span(name)) : entity;
	case ENTITY_MANY:
	case ENTITY_NONE:
		entity.kind = k;
		break;
	}
	return entity;
}

static void why_read(struct incident *i, const json_t *why)
{
	const json_t *piece;
	size_t n;

	json_array_foreach(why, n, piece) {
		struct evidence *evidence = &i->why[i->why_count];

		if (i->why_count == EVIDENCE_MAX)
			return;
		snprintf(evidence->key, sizeof(evidence->key), "%s", text_of(piece, "key"));
		snprintf(evidence->value, sizeof(evidence->value), "%s", text_of(piece, "value"));
		i->why_count++;
	}
}

/* "T1498.001 T1046" of an array of strings. */
static void attack_read(char *text, size_t size, const json_t *attack)
{
	const json_t *id;
	size_t n;

	text[0] = '\0';
	json_array_foreach(attack, n, id)
		if (json_is_string(id))
			text_append(text, size, "%s%s", n ? " " : "", json_string_value(id));
}

static void names_read(struct incident *i, const json_t *root)
{
	const char *vector = text_of(root, "vector"), *direction = text_of(root, "direction");
	const char *severity = text_of(root, "severity");

	i->vector = VECTOR_NONE;
	for (unsigned v = 0; v < VECTOR_COUNT; v++)
		if (strcmp(vector, vector_name((enum vector)v)) == 0)
			i->vector = (enum vector)v;
	for (enum direction d = DIRECTION_UNKNOWN; d <= DIRECTION_INTERNAL; d++)
		if (strcmp(direction, direction_name(d)) == 0)
			i->direction = d;
	for (enum severity s = SEVERITY_INFO; s <= SEVERITY_CRITICAL; s++)
		if (strcmp(severity, severity_name(s)) == 0)
			i->severity = s;
}

static void numbers_read(struct incident *i, const json_t *root)
{
	uint64_t confidence = number_of(root, "confidence");

	i->id = number_of(root, "id");
	i->confidence = confidence > 100 ? 100 : (uint8_t)confidence;
	i->opened = time_of(root, "opened");
	i->peaked = time_of(root, "peaked");
	i->closed = time_of(root, "closed");
	i->ongoing = json_is_true(json_object_get(root, "ongoing"));
	i->packets = number_of(root, "packets");
	i->bytes = number_of(root, "bytes");
	i->peak_pps = number_of(root, "peak_pps");
	i->peak_bps = number_of(root, "peak_bps");
	i->sources = number_of(root, "sources");
	i->targets = number_of(root, "targets");
	i->alerts = number_of(root, "alerts");
	i->group = number_of(root, "group");
}

enum err incident_read(struct incident *incident, struct incident_texts *texts, struct span json)
{
	json_t *root = json_loadb((const char *)json.ptr, json.len, 0, NULL);
	struct incident read = { .key = incident->key, .level = incident->level };

	if (!json_is_object(root) || !text_of(root, "rule")[0]) {
		json_decref(root);
		return ERR_FORMAT;
	}
	snprintf(texts->rule, sizeof(texts->rule), "%s", text_of(root, "rule"));
	attack_read(texts->attack, sizeof(texts->attack), json_object_get(root, "attack"));
	read.rule = texts->rule;
	read.attack = texts->attack;
	read.who = entity_read(json_object_get(root, "who"));
	read.whom = entity_read(json_object_get(root, "whom"));
	names_read(&read, root);
	numbers_read(&read, root);
	why_read(&read, json_object_get(root, "why"));
	snprintf(read.say, sizeof(read.say), "%s", text_of(root, "say"));
	read.title = advice_title(&read).en;
	read.advice = advice_steps(&read).en;
	*incident = read;
	json_decref(root);
	return OK;
}
