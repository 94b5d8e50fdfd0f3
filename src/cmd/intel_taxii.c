/* intel_taxii.c - `hinomi intel taxii`: a TAXII 2.1 collection as a feed. */
#include "cmd/intel.h"

#include "base/text.h"
#include "feed/taxii.h"

#include <stdlib.h>
#include <unistd.h>

#define KEY_MAX 900

/* The key from the file, else from the environment; a line of its own. NULL: none. */
static bool read_key(const struct intel_options *o, char key[KEY_MAX], const char **found)
{
	const char *given = getenv("HINOMI_TAXII_KEY");
	FILE *in = o->key_file ? fopen(o->key_file, "re") : NULL;

	*found = NULL;
	if (o->key_file && (!in || !fgets(key, KEY_MAX, in))) {
		intel_fail("--key-file %s: there is no key in it that can be read", o->key_file);
		if (in)
			fclose(in);
		return false;
	}
	if (in)
		fclose(in);
	else if (given)
		snprintf(key, KEY_MAX, "%s", given);
	key[strcspn(key, "\r\n")] = '\0';
	if (key[0])
		*found = key;
	return true;
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static int list_collections(const struct intel_options *o, const struct taxii_settings *settings)
{
	struct taxii_result result = { 0 };
	json_t *list = NULL;

	if (taxii_collections(settings, &list, &result) != OK)
		return intel_fail("%s", result.error);
	if (o->json) {
		json_dumpf(list, stdout, JSON_SORT_KEYS);
		putchar('\n');
	}
	for (size_t i = 0; i < json_array_size(list) && !o->json; i++) {
		const json_t *one = json_array_get(list, i);

		text_visible(stdout, text_span(text_of(one, "id")));
		fputs("  ", stdout);
		text_visible(stdout, text_span(text_of(one, "title")));
		puts(json_is_false(json_object_get(one, "can_read")) ? " (may not be read)" : "");
	}
	if (!o->json)
		puts("Fetch one of them: hinomi intel taxii URL --collection ID");
	json_decref(list);
	return 0;
}

/* All objects that were fetched so far are kept beside the feed: a server that is asked for what is
 * new only says what is new, and relations point to what is old. */
static json_t *load_objects(const char *path)
{
	json_error_t wrong;
	json_t *kept = json_load_file(path, 0, &wrong), *objects = json_object();
	const json_t *list = json_object_get(kept, "objects");

	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *object = json_array_get(list, i);

		json_object_set(objects, text_of(object, "id"), object);
	}
	json_decref(kept);
	return objects;
}

static bool save_objects(json_t *objects, const char *path)
{
	json_t *list = json_array(), *bundle, *object;
	const char *id;
	bool good;

	json_object_foreach(objects, id, object) json_array_append(list, object);
	bundle = json_pack("{s:s, s:o}", "type", "bundle", "objects", list);
	good = bundle && json_dump_file(bundle, path, JSON_COMPACT) == 0;
	json_decref(bundle);
	return good;
}

static int import_objects(struct feed_store *store, struct intel_options *o, json_t *objects,
			  const struct taxii_result *result)
{
	char kept[PATH_MAX], aside[PATH_MAX];
	const char *paths[] = { aside };
	int code;

	snprintf(kept, sizeof(kept), "%s/%s.taxii.json", store->folder, o->name);
	snprintf(aside, sizeof(aside), "%s/.%s.taxii.json", store->folder, o->name);
	if (!save_objects(objects, aside)) {
		unlink(aside);
		return intel_fail("%s: cannot be written: %m", aside);
	}
	o->import.format = IMPORT_STIX;
	o->url = result->collection;
	o->added_after = result->added_last;
	code = intel_import_files(store, o, paths, 1);
	if (code == 0 && rename(aside, kept) != 0)
		code = intel_fail("%s: %m", kept);
	unlink(aside);
	if (code == 0 && feed_store_build(store, o->now) != OK)
		code = intel_fail("%s", store->error);
	return code;
}

static int fetch(struct feed_store *store, struct intel_options *o, struct taxii_settings *settings)
{
	struct taxii_result result = { 0 };
	struct feed_info before = { 0 };
	char path[PATH_MAX];
	json_t *objects;
	int code;

	snprintf(path, sizeof(path), "%s/%s.taxii.json", store->folder, o->name);
	/* Without what was kept, everything is needed again; --force asks for everything as well.
	 */
	if (access(path, R_OK) == 0 && !o->force && feed_store_info(store, o->name, &before) == OK)
		settings->added_after = before.added_after;
	objects = settings->added_after ? load_objects(path) : json_object();
	if (taxii_objects(settings, objects, &result) != OK) {
		json_decref(objects);
		return intel_fail("%s; the feed stays as it was", result.error);
	}
	if (!o->json)
		printf("Fetched %llu objects in %llu pages.\n", (unsigned long long)result.objects,
		       (unsigned long long)result.pages);
	if (result.objects == 0 && settings->added_after) {
		puts("Nothing is new.");
		json_decref(objects);
		return 0;
	}
	if (!result.added_last[0])
		snprintf(result.added_last, sizeof(result.added_last), "%s", before.added_after);
	code = import_objects(store, o, objects, &result);
	json_decref(objects);
	return code;
}

int intel_taxii(struct intel_options *o, char **words, size_t count)
{
	struct taxii_settings settings = { .url = words[0],
					   .collection = o->collection,
					   .user = o->user,
					   .key_header = o->key_header,
					   .max_bytes = o->import.max_bytes };
	struct feed_store store;
	char key[KEY_MAX] = "", name[FEED_NAME];
	enum err err;
	int code;

	(void)count; /* one, which the caller has seen to */
	if (!read_key(o, key, &settings.key))
		return INTEL_FAILED;
	if (!o->collection && !strstr(words[0], "/collections/"))
		return list_collections(o, &settings);
	intel_feed_name(o->collection ? o->collection : "taxii", name);
	if (!o->name)
		o->name = name;
	err = feed_store_find(&store, o->store);
	if (err == OK)
		err = feed_store_lock(&store);
	code = err == OK ? fetch(&store, o, &settings) : intel_fail("%s", store.error);
	feed_store_unlock(&store);
	return code;
}
