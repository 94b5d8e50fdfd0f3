/* look_json.c - a look as JSON, and back: it is kept by whoever looks, and approved by a person later. */
#include "deface/json_part.h"
#include "deface/look.h"

#include <stdlib.h>
#include <string.h>

const char *const host_use_names[HOST_USES] = { "script", "frame", "redirect",    "form",   "style",
						"image",  "link",  "hidden_link", "program" };

/* Numbers of a look: its name, its field, the most that it can be. */
#define NUMBERS(NUMBER)                                                                                                \
	NUMBER(status, 999)                                                                                            \
	NUMBER(bytes, UINT32_MAX)                                                                                      \
	NUMBER(letters, UINT32_MAX)                                                                                    \
	NUMBER(tags, UINT32_MAX)                                                                                       \
	NUMBER(links_own, UINT32_MAX)                                                                                  \
	NUMBER(links_other, UINT32_MAX)                                                                                \
	NUMBER(pictures, UINT32_MAX)                                                                                   \
	NUMBER(forms, UINT32_MAX)                                                                                      \
	NUMBER(frames, UINT32_MAX)                                                                                     \
	NUMBER(script_count, UINT32_MAX)                                                                               \
	NUMBER(script_bytes, UINT32_MAX)                                                                               \
	NUMBER(script_longest, UINT32_MAX)                                                                             \
	NUMBER(script_hidden, UINT32_MAX)                                                                              \
	NUMBER(script_writes, UINT32_MAX)                                                                              \
	NUMBER(dress, 1023)                                                                                            \
	NUMBER(echo, 1000)

static void put_lists(struct json *json, const struct look *look)
{
	json_put_array(json, "blocks");
	for (unsigned n = 0; n < look->block_count; n++) {
		json_open_object(json);
		json_put_hashes(json, "id", &look->blocks[n].hash, 1);
		json_put_hashes(json, "place", &look->blocks[n].place, 1);
		json_put_string(json, "shown", look->blocks[n].shown);
		json_close_object(json);
	}
	json_close_array(json);
	json_put_array(json, "hosts");
	for (unsigned n = 0; n < look->host_count; n++) {
		json_open_object(json);
		json_put_string(json, "use", host_use_names[look->hosts[n].use]);
		json_put_string(json, "name", look->hosts[n].name);
		json_put_bool(json, "odd", look->hosts[n].odd);
		json_close_object(json);
	}
	json_close_array(json);
	json_put_array(json, "phrases");
	for (unsigned n = 0; n < look->hit_count; n++) {
		const struct phrase_hit *hit = &look->hits[n];

		json_open_object(json);
		json_put_string(json, "class", phrase_class_name((enum phrase_class)hit->class));
		json_put_string(json, "place", phrase_place_name((enum phrase_place)hit->place));
		json_put_uint(json, "points", hit->points);
		json_put_bool(json, "odd", hit->odd);
		json_put_hashes(json, "block", &hit->block, 1);
		json_put_hashes(json, "where", &hit->where, 1);
		json_put_string(json, "shown", hit->shown);
		json_close_object(json);
	}
	json_close_array(json);
}

static void put_look(struct json *json, const void *what)
{
	const struct look *look = what;

	json_open_object(json);
	json_put_uint(json, "look", 1);
#define NUMBER(field, most) json_put_uint(json, #field, look->field);
	NUMBERS(NUMBER)
#undef NUMBER
	json_put_bool(json, "cut", look->cut);
	json_put_string(json, "title", look->title);
	json_put_string(json, "heading", look->heading);
	json_put_string(json, "description", look->description);
	json_put_string(json, "lang", look->lang);
	json_put_string(json, "leads_to", look->leads_to);
	json_put_hashes(json, "lead", &look->lead, 1);
	json_put_string(json, "lead_host", look->lead_host);
	json_put_uint(json, "state", look->state);
	json_put_string(json, "state_shown", look->state_shown);
	json_put_object(json, "share");
	for (unsigned n = 0; n < TONGUES; n++)
		if (look->share[n])
			json_put_uint(json, tongue_code((enum tongue)n), look->share[n]);
	json_close_object(json);
	json_put_hashes(json, "text", &look->text, 1);
	json_put_hashes(json, "shape", &look->shape, 1);
	json_put_hashes(json, "shingles", look->sketch, look->sketch_count);
	json_put_hashes(json, "places", look->places, look->place_count);
	json_put_hashes(json, "texts", look->texts, look->place_count);
	json_put_hashes(json, "scripts", look->script_ids, look->script_id_count);
	if (look->pictured) {
		uint64_t picture;

		memcpy(&picture, look->picture, sizeof(picture));
		json_put_hashes(json, "picture", &picture, 1);
	}
	put_lists(json, look);
	json_close_object(json);
}

char *look_json(const struct look *look)
{
	return json_written(put_look, look);
}

/* --- back --- */

static void read_blocks(struct look *look, const json_t *list)
{
	size_t count = json_array_size(list);

	for (size_t n = 0; n < count && look->block_count < LOOK_BLOCKS; n++) {
		const json_t *one = json_array_get(list, n);
		struct look_block *block = &look->blocks[look->block_count];

		look->block_count += json_hashes(one, "id", &block->hash, 1);
		json_hashes(one, "place", &block->place, 1);
		json_text_keep(one, "shown", block->shown, sizeof(block->shown));
	}
}

static bool use_find(const char *name, uint8_t *use)
{
	for (unsigned n = 0; name && n < HOST_USES; n++) {
		if (strcmp(name, host_use_names[n]))
			continue;
		*use = (uint8_t)n;
		return true;
	}
	return false;
}

static void read_hosts(struct look *look, const json_t *list)
{
	size_t count = json_array_size(list);

	for (size_t n = 0; n < count && look->host_count < LOOK_HOSTS; n++) {
		const json_t *one = json_array_get(list, n);
		struct look_host *host = &look->hosts[look->host_count];

		look->host_count += use_find(json_string_value(json_object_get(one, "use")), &host->use);
		json_text_keep(one, "name", host->name, sizeof(host->name));
		host->odd = json_is_true(json_object_get(one, "odd"));
	}
}

static void read_hits(struct look *look, const json_t *list)
{
	size_t count = json_array_size(list);

	for (size_t n = 0; n < count && look->hit_count < LOOK_HITS; n++) {
		const json_t *one = json_array_get(list, n);
		const char *class_name = json_string_value(json_object_get(one, "class"));
		const char *place = json_string_value(json_object_get(one, "place"));
		struct phrase_hit *hit = &look->hits[look->hit_count];
		enum phrase_class class;

		if (!class_name || !place || !phrase_class_find(class_name, &class) || class >= PHRASE_MAINTENANCE)
			continue;
		hit->class = (uint8_t) class;
		for (unsigned i = 0; i < PLACES; i++)
			if (!strcmp(place, phrase_place_name((enum phrase_place)i)))
				hit->place = (uint8_t)i;
		hit->points = (uint8_t)json_number(one, "points", 60);
		hit->odd = json_is_true(json_object_get(one, "odd"));
		json_hashes(one, "where", &hit->where, 1);
		json_text_keep(one, "shown", hit->shown, sizeof(hit->shown));
		look->hit_count += json_hashes(one, "block", &hit->block, 1);
	}
}

static void read_texts(struct look *look, const json_t *root)
{
	json_text_keep(root, "title", look->title, sizeof(look->title));
	json_text_keep(root, "heading", look->heading, sizeof(look->heading));
	json_text_keep(root, "description", look->description, sizeof(look->description));
	json_text_keep(root, "lang", look->lang, sizeof(look->lang));
	json_text_keep(root, "leads_to", look->leads_to, sizeof(look->leads_to));
	json_text_keep(root, "lead_host", look->lead_host, sizeof(look->lead_host));
	json_text_keep(root, "state_shown", look->state_shown, sizeof(look->state_shown));
}

static void read_look(struct look *look, const json_t *root)
{
	const json_t *share = json_object_get(root, "share");
	uint64_t picture;

#define NUMBER(field, most) look->field = json_number(root, #field, most);
	NUMBERS(NUMBER)
#undef NUMBER
	look->cut = json_is_true(json_object_get(root, "cut"));
	look->state = (enum page_state)json_number(root, "state", PAGE_STATES - 1);
	for (unsigned n = 0; n < TONGUES; n++)
		look->share[n] = (uint16_t)json_number(share, tongue_code((enum tongue)n), 1000);
	read_texts(look, root);
	json_hashes(root, "text", &look->text, 1);
	json_hashes(root, "shape", &look->shape, 1);
	json_hashes(root, "lead", &look->lead, 1);
	look->sketch_count = json_hashes(root, "shingles", look->sketch, LOOK_SKETCH);
	look->place_count = json_hashes(root, "places", look->places, LOOK_PLACES);
	if (json_hashes(root, "texts", look->texts, LOOK_PLACES) != look->place_count)
		look->place_count = 0;
	look->script_id_count = json_hashes(root, "scripts", look->script_ids, LOOK_SCRIPTS);
	look->pictured = json_hashes(root, "picture", &picture, 1) == 1;
	if (look->pictured)
		memcpy(look->picture, &picture, sizeof(look->picture));
	read_blocks(look, json_object_get(root, "blocks"));
	read_hosts(look, json_object_get(root, "hosts"));
	read_hits(look, json_object_get(root, "phrases"));
}

struct look *look_read(const char *text)
{
	json_t *root = strnlen(text, LOOK_JSON + 1) > LOOK_JSON ? NULL : json_loads(text, 0, NULL);
	struct look *look = NULL;

	if (json_number(root, "look", 1) == 1)
		look = calloc(1, sizeof(*look));
	if (look)
		read_look(look, root);
	json_decref(root);
	return look;
}
