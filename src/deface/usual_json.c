/* usual_json.c - what is usual as JSON, and back. Kept by the keeper, so read as if somebody else had written it. */
#include "deface/json_part.h"
#include "deface/usual.h"

#include <stdlib.h>
#include <string.h>

static const char *const measure_names[MEASURES] = { "letters", "links", "kept",    "shape", "hidden",
						     "picture", "scorn", "heading", "echo" };

#define RANGE_SCALE 10000.0

static void put_set(struct json *json, const char *key, const struct weighed_set *set)
{
	uint64_t ids[USUAL_SHINGLES];

	json_put_object(json, key);
	for (unsigned n = 0; n < set->count; n++)
		ids[n] = set->of[n].id;
	json_put_hashes(json, "ids", ids, set->count);
	json_put_array(json, "weights");
	for (unsigned n = 0; n < set->count; n++)
		json_uint(json, set->of[n].weight);
	json_close_array(json);
	json_close_object(json);
}

static void put_range(struct json *json, const char *key, const struct range *range)
{
	json_put_array(json, key);
	json_uint(json, (uint64_t)(range->low * RANGE_SCALE));
	json_uint(json, (uint64_t)(range->high * RANGE_SCALE));
	json_close_array(json);
}

static void put_ranges(struct json *json, const struct usual *usual)
{
	json_put_object(json, "measures");
	for (unsigned n = 0; n < MEASURES; n++)
		put_range(json, measure_names[n], &usual->measures[n]);
	json_close_object(json);
	json_put_object(json, "share");
	for (unsigned n = 0; n < TONGUES; n++)
		if (usual->share[n].high > 0)
			put_range(json, tongue_code((enum tongue)n), &usual->share[n]);
	json_close_object(json);
}

static void put_lists(struct json *json, const struct usual *usual)
{
	json_put_array(json, "titles");
	for (unsigned n = 0; n < usual->title_count; n++) {
		json_open_object(json);
		json_put_uint(json, "weight", usual->titles[n].weight);
		json_put_string(json, "text", usual->titles[n].text);
		json_close_object(json);
	}
	json_close_array(json);
	json_put_array(json, "shown");
	for (unsigned n = 0; n < usual->blocks.count; n++)
		json_write_string(json, usual->shown[n]);
	json_close_array(json);
	json_put_array(json, "hosts");
	for (unsigned n = 0; n < usual->host_count; n++) {
		json_open_object(json);
		json_put_uint(json, "use", usual->hosts[n].host.use);
		json_put_uint(json, "weight", usual->hosts[n].weight);
		json_put_string(json, "name", usual->hosts[n].host.name);
		json_close_object(json);
	}
	json_close_array(json);
}

static void put_usual(struct json *json, const void *what)
{
	const struct usual *usual = what;

	json_open_object(json);
	json_put_uint(json, "usual", 1);
	json_put_uint(json, "looks", usual->looks);
	json_put_bool(json, "versed", usual->versed);
	json_key(json, "first");
	json_int(json, usual->first);
	json_key(json, "last");
	json_int(json, usual->last);
	json_put_hashes(json, "edge", &usual->edge, 1);
	json_put_uint(json, "turnover", (uint64_t)(usual->turnover * RANGE_SCALE));
	json_put_uint(json, "dress", usual->dress);
	json_put_uint(json, "claims", usual->claims);
	put_ranges(json, usual);
	json_put_hashes(json, "texts", usual->texts, usual->recent);
	json_put_hashes(json, "shapes", usual->shapes, usual->recent);
	json_put_hashes(json, "pictures", usual->pictures, usual->picture_count);
	put_set(json, "shingles", &usual->shingles);
	put_set(json, "blocks", &usual->blocks);
	put_set(json, "phrases", &usual->phrases);
	put_set(json, "scripts", &usual->scripts);
	put_set(json, "places", &usual->places);
	put_set(json, "lively", &usual->lively);
	put_set(json, "told", &usual->told);
	put_set(json, "leads", &usual->leads);
	put_lists(json, usual);
	json_close_object(json);
}

char *usual_json(const struct usual *usual)
{
	return json_written(put_usual, usual);
}

/* --- back --- */

static void read_set(struct weighed_set *set, const json_t *root, const char *key)
{
	const json_t *object = json_object_get(root, key), *weights = json_object_get(object, "weights");
	uint64_t ids[USUAL_SHINGLES];

	set->count = json_hashes(object, "ids", ids, set->room);
	for (unsigned n = 0; n < set->count; n++) {
		json_int_t weight = json_integer_value(json_array_get(weights, n));

		set->of[n].id = ids[n];
		set->of[n].weight = weight < 0 || weight > WEIGHT_WHOLE ? 0 : (uint32_t)weight;
	}
}

static double scaled(const json_t *value, double most)
{
	double number = (double)json_integer_value(value) / RANGE_SCALE;

	return number < 0 ? 0 : number > most ? most : number;
}

static void read_range(struct range *range, const json_t *object, const char *key)
{
	const json_t *pair = json_object_get(object, key);

	range->low = scaled(json_array_get(pair, 0), UINT32_MAX);
	range->high = scaled(json_array_get(pair, 1), UINT32_MAX);
}

static void read_titles(struct usual *usual, const json_t *list)
{
	size_t count = json_array_size(list);

	for (size_t n = 0; n < count && usual->title_count < USUAL_TITLES; n++) {
		struct usual_title *title = &usual->titles[usual->title_count++];

		title->weight = json_number(json_array_get(list, n), "weight", WEIGHT_WHOLE);
		json_text_keep(json_array_get(list, n), "text", title->text, sizeof(title->text));
	}
}

static void read_hosts(struct usual *usual, const json_t *list)
{
	size_t count = json_array_size(list);

	for (size_t n = 0; n < count && usual->host_count < USUAL_HOSTS; n++) {
		struct usual_host *host = &usual->hosts[usual->host_count++];

		host->host.use = (uint8_t)json_number(json_array_get(list, n), "use", HOST_USES - 1);
		host->weight = json_number(json_array_get(list, n), "weight", WEIGHT_WHOLE);
		json_text_keep(json_array_get(list, n), "name", host->host.name, LOOK_HOST);
	}
}

static void read_usual(struct usual *usual, const json_t *root)
{
	const json_t *shown = json_object_get(root, "shown");

	usual->looks = json_number(root, "looks", UINT32_MAX);
	usual->versed = json_is_true(json_object_get(root, "versed"));
	usual->first = json_integer_value(json_object_get(root, "first"));
	usual->last = json_integer_value(json_object_get(root, "last"));
	json_hashes(root, "edge", &usual->edge, 1);
	usual->turnover = scaled(json_object_get(root, "turnover"), 1000);
	usual->dress = json_number(root, "dress", 1023);
	usual->claims = (uint16_t)json_number(root, "claims", 100);
	for (unsigned n = 0; n < MEASURES; n++)
		read_range(&usual->measures[n], json_object_get(root, "measures"), measure_names[n]);
	for (unsigned n = 0; n < TONGUES; n++)
		read_range(&usual->share[n], json_object_get(root, "share"), tongue_code((enum tongue)n));
	usual->recent = json_hashes(root, "texts", usual->texts, USUAL_RECENT);
	if (json_hashes(root, "shapes", usual->shapes, USUAL_RECENT) < usual->recent)
		usual->recent = 0;
	usual->picture_count = json_hashes(root, "pictures", usual->pictures, USUAL_RECENT);
	read_set(&usual->shingles, root, "shingles");
	read_set(&usual->blocks, root, "blocks");
	read_set(&usual->phrases, root, "phrases");
	read_set(&usual->scripts, root, "scripts");
	read_set(&usual->places, root, "places");
	read_set(&usual->lively, root, "lively");
	read_set(&usual->told, root, "told");
	read_set(&usual->leads, root, "leads");
	for (unsigned n = 0; n < usual->blocks.count; n++) {
		const char *text = json_string_value(json_array_get(shown, n));

		snprintf(usual->shown[n], LOOK_SHOWN, "%s", text ? text : "");
	}
	read_titles(usual, json_object_get(root, "titles"));
	read_hosts(usual, json_object_get(root, "hosts"));
}

struct usual *usual_open(const char *text, bool *broken)
{
	json_t *root = strnlen(text, USUAL_JSON + 1) > USUAL_JSON ? NULL : json_loads(text, 0, NULL);
	struct usual *usual = calloc(1, sizeof(*usual));
	bool good = json_number(root, "usual", 1) == 1;

	if (usual) {
		usual->edge = UINT64_MAX;
		usual->shingles = (struct weighed_set){ usual->room_shingles, 0, USUAL_SHINGLES };
		usual->blocks = (struct weighed_set){ usual->room_blocks, 0, USUAL_BLOCKS };
		usual->phrases = (struct weighed_set){ usual->room_phrases, 0, USUAL_PHRASES };
		usual->scripts = (struct weighed_set){ usual->room_scripts, 0, USUAL_SCRIPTS };
		usual->places = (struct weighed_set){ usual->room_places, 0, USUAL_PLACES };
		usual->lively = (struct weighed_set){ usual->room_lively, 0, USUAL_PLACES };
		usual->told = (struct weighed_set){ usual->room_told, 0, USUAL_TOLD };
		usual->leads = (struct weighed_set){ usual->room_leads, 0, USUAL_LEADS };
		if (good)
			read_usual(usual, root);
	}
	if (broken)
		*broken = *text && !good;
	json_decref(root);
	return usual;
}

void usual_free(struct usual *usual)
{
	free(usual);
}
