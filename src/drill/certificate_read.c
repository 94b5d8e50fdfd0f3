/* certificate_read.c - reads a certificate: exactly these fields, of these kinds. */
#include "drill/certificate_read.h"

#include <string.h>

#define TEXTS_MAX 64

/* No number below 0. Of a text that was read, so no deeper than the format. */
static bool is_positive(json_t *json)
{
	const char *name;
	json_t *value;

	if (json_is_integer(json))
		return json_integer_value(json) >= 0;
	json_object_foreach(json, name, value) {
		if (!is_positive(value))
			return false;
	}
	return true;
}

static bool is_texts(const json_t *array)
{
	size_t i;
	json_t *value;

	if (!json_is_array(array) || json_array_size(array) > TEXTS_MAX)
		return false;
	json_array_foreach(array, i, value) {
		if (!json_is_string(value))
			return false;
	}
	return true;
}

static bool head_read(json_t *root, json_t **facts, struct certificate *c)
{
	return json_unpack(root, "{s:o,s:s,s:s!}", "certificate", facts, "key", &c->key, "signature",
			   &c->signature) == 0;
}

static bool facts_read(json_t *facts, struct certificate *c)
{
	return json_unpack(facts, "{s:s,s:s,s:b,s:s,s:s,s:I,s:o,s:{s:s,s:s!},s:{s:I,s:I,s:b,s:I!}}", "at", &c->at,
			   "format", &c->format, "good", &c->good, "hinomi", &c->hinomi, "host", &c->host,
			   "problem_count", &c->problem_count, "problems", &c->problems, "trouble", "name",
			   &c->trouble, "said", &c->said, "source", "changed_since", &c->changed_since, "compared",
			   &c->compared, "here", &c->source_here, "same", &c->compared_same) == 0 &&
	       json_unpack(facts, "{s:{s:s,s:s,s:s,s:s!},s:{s:s,s:s,s:s,s:s,s:o!}}", "repository", "name", &c->name,
			   "place", &c->place, "tool", &c->tool, "tool_version", &c->tool_version, "snapshot", "at",
			   &c->snapshot_at, "host", &c->snapshot_host, "id", &c->snapshot_id, "name",
			   &c->snapshot_name, "paths", &c->paths) == 0 &&
	       json_object_size(facts) == 15;
}

static bool counts_read(json_t *facts, struct certificate *c)
{
	return json_unpack(facts, "{s:{s:I,s:I,s:o!},s:{s:I,s:I,s:I,s:I,s:I,s:I!},s:{s:I,s:I,s:I,s:I,s:I!}}",
			   "critical", "files", &c->critical_files, "missing", &c->critical_missing, "paths",
			   &c->critical, "files", "all", &c->files_all, "bytes_all", &c->bytes_all, "bytes_restored",
			   &c->bytes, "heavy", &c->heavy, "restored", &c->files, "wrong", &c->wrong, "random",
			   "below_millionths", &c->random_below, "files", &c->random_files, "of", &c->random_of,
			   "size_max", &c->random_size, "wrong", &c->random_wrong) == 0 &&
	       json_unpack(facts, "{s:{s:I,s:I,s:I,s:I!}}", "time", "all_ms", &c->all_ms, "full_ms", &c->full_ms,
			   "restoring_bytes_per_second", &c->rate, "restoring_ms", &c->restoring_ms) == 0;
}

enum err certificate_read(struct span json, struct certificate *certificate)
{
	struct certificate c = { 0 };
	json_t *facts = NULL;

	if (json.len == 0 || json.len > CERTIFICATE_MAX)
		return ERR_FORMAT;
	c.root = json_loadb((const char *)json.ptr, json.len, JSON_REJECT_DUPLICATES, NULL);
	if (c.root && head_read(c.root, &facts, &c) && facts_read(facts, &c) && counts_read(facts, &c) &&
	    strcmp(c.format, CERTIFICATE_FORMAT) == 0 && is_texts(c.critical) && is_texts(c.paths) &&
	    is_texts(c.problems) && is_positive(facts)) {
		*certificate = c;
		return OK;
	}
	json_decref(c.root);
	return ERR_FORMAT;
}

void certificate_free(struct certificate *certificate)
{
	json_decref(certificate->root);
}
