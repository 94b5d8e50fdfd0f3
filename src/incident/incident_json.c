/* incident_json.c - an incident as JSON. The keys are a promise to programs: only ever add. */
#include "incident/incident_json.h"

#include "base/text.h"

static void entity_json(struct json *json, const char *key, const struct entity *entity)
{
	char text[ENTITY_TEXT];

	json_put_object(json, key);
	json_put_string(json, "kind", entity_kind_name(entity->kind));
	json_put_string(json, "name", entity_text(entity, text));
	json_close_object(json);
}

static void why_json(struct json *json, const struct incident *incident)
{
	json_put_array(json, "why");
	for (unsigned i = 0; i < incident->why_count; i++) {
		json_open_object(json);
		json_put_string(json, "key", incident->why[i].key);
		json_put_string(json, "value", incident->why[i].value);
		json_close_object(json);
	}
	json_close_array(json);
}

static void advice_json(struct json *json, const char *advice)
{
	struct span rest = text_span(advice != NULL ? advice : ""), step;

	json_put_array(json, "advice");
	while (text_line(&rest, &step))
		json_span(json, step);
	json_close_array(json);
}

void attack_json(struct json *json, const char *attack)
{
	size_t length;

	json_open_array(json);
	for (attack = attack != NULL ? attack : ""; *attack != '\0'; attack += length) {
		attack += strspn(attack, ", ");
		length = strcspn(attack, ", ");
		if (length > 0)
			json_span(json, (struct span){(const uint8_t *)attack, length});
	}
	json_close_array(json);
}

static void times_json(struct json *json, const struct incident *incident)
{
	char text[TIME_TEXT];

	json_put_string(json, "opened", time_rfc3339(incident->opened, text));
	json_put_string(json, "peaked", time_rfc3339(incident->peaked, text));
	json_put_string(json, "closed", time_rfc3339(incident->closed, text));
	json_put_bool(json, "ongoing", incident->ongoing);
}

static void sizes_json(struct json *json, const struct incident *incident)
{
	json_put_uint(json, "packets", incident->packets);
	json_put_uint(json, "bytes", incident->bytes);
	json_put_uint(json, "peak_pps", incident->peak_pps);
	json_put_uint(json, "peak_bps", incident->peak_bps);
	json_put_uint(json, "sources", incident->sources);
	json_put_uint(json, "targets", incident->targets);
	json_put_uint(json, "alerts", incident->alerts);
	json_put_uint(json, "group", incident->group);
}

void incident_json_head(struct json *json, const struct incident *incident)
{
	const char *vector = vector_name(incident->vector);

	json_put_uint(json, "id", incident->id);
	json_put_string(json, "rule", incident->rule);
	json_put_string(json, "vector", vector[0] != '\0' ? vector : NULL);
}

void incident_json_rest(struct json *json, const struct incident *incident)
{
	json_put_string(json, "direction", direction_name(incident->direction));
	json_put_string(json, "severity", severity_name(incident->severity));
	json_put_string(json, "severity_ja", severity_japanese(incident->severity));
	json_put_uint(json, "confidence", incident->confidence);
	entity_json(json, "who", &incident->who);
	entity_json(json, "whom", &incident->whom);
	times_json(json, incident);
	sizes_json(json, incident);
	json_put_string(json, "say", incident->say);
	why_json(json, incident);
	advice_json(json, incident->advice);
	json_key(json, "attack");
	attack_json(json, incident->attack);
}

void incident_json(struct json *json, const struct incident *incident)
{
	json_open_object(json);
	incident_json_head(json, incident);
	json_put_string(json, "title", incident->title);
	incident_json_rest(json, incident);
	json_close_object(json);
}
