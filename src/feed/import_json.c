/*
 * import_json.c - JSON: which of the forms it is, whole or one value a line (RFC 8259; "JSON Lines"),
 * within bounded memory.
 */
#include "feed/import_private.h"

#include "base/text.h"

#include <malloc.h>
#include <stdlib.h>

#define JSON_WHERE 160

/* What jansson holds for this import; its allocator is one for the process. */
static struct {
	uint64_t held, most;
	bool full;
} memory;

static void *count_malloc(size_t size)
{
	void *bytes = size <= memory.most && memory.held <= memory.most - size ? malloc(size) : NULL;

	if (bytes)
		memory.held += malloc_usable_size(bytes);
	else
		memory.full = true;
	return bytes;
}

static void count_free(void *bytes)
{
	memory.held -= bytes ? malloc_usable_size(bytes) : 0;
	free(bytes);
}

static void memory_bound(uint64_t most)
{
	memory.held = 0;
	memory.most = most;
	memory.full = false;
	json_set_alloc_funcs(count_malloc, count_free);
}

static void memory_free(void)
{
	json_set_alloc_funcs(malloc, free);
}

/* What a JSON text is, by the keys that its specification demands. */
static enum import_format json_find(const json_t *root)
{
	const json_t *first = json_array_get(root, 0);

	if (span_is(json_text(root, "type"), "bundle") ||
	    json_is_array(json_object_get(root, "objects")))
		return IMPORT_STIX;
	if (json_object_get(root, "list") && json_object_get(root, "type"))
		return IMPORT_WARNINGLIST;
	if (json_object_get(root, "values") && json_object_get(root, "type"))
		return IMPORT_GALAXY;
	if (json_object_get(root, "Event") || json_object_get(root, "response") ||
	    json_object_get(first, "Event"))
		return IMPORT_MISP;
	if (json_object_get(root, "spec_version") || json_object_get(root, "pattern") ||
	    json_object_get(first, "spec_version") || json_object_get(first, "pattern"))
		return IMPORT_STIX; /* objects alone */
	return json_is_object(root) || json_is_array(root) ? IMPORT_RECORDS : IMPORT_FIND;
}

static enum err import_root(struct importer *im, const json_t *root)
{
	enum import_format format = im->settings->format;

	if (format == IMPORT_FIND)
		format = json_find(root);
	im->report->format = format;
	if (json_object_get(root, "catalogVersion") && json_object_get(root, "vulnerabilities"))
		return import_fail(
			im, ERR_UNSUPPORTED,
			"this is CISA's catalogue of exploited vulnerabilities (KEV): it names "
			"CVEs, not indicators; nothing in it can be matched with traffic");
	switch (format) {
	case IMPORT_STIX:
		return import_stix(im, root);
	case IMPORT_MISP:
		return import_misp(im, root);
	case IMPORT_WARNINGLIST:
		return import_warninglist(im, root);
	case IMPORT_GALAXY:
		return import_galaxy(im, root);
	case IMPORT_RECORDS:
		return import_records(im, root);
	default:
		return import_fail(im, ERR_FORMAT,
				   "JSON, but no STIX bundle, MISP event, MISP warning list, galaxy or "
				   "objects with indicators");
	}
}

static enum err json_fail(struct importer *im, const json_error_t *wrong, size_t line, size_t before)
{
	const char *mend = "; fetch it again";

	if (memory.full)
		return import_fail(im, ERR_LIMIT,
				   "its values need more memory than is allowed (%llu MB); if that is "
				   "right, raise --max-bytes",
				   (unsigned long long)(memory.most >> 20));
	if (strstr(wrong->text, "decode byte"))
		mend = "; convert it first (iconv -f ISO-8859-1 -t UTF-8, Japanese: -f CP932)";
	else if (strstr(wrong->text, "depth"))
		mend = ": no feed has so many values inside each other";
	return import_fail(im, ERR_FORMAT,
			   "JSON that is cut off or damaged, line %zu, column %d (byte %zu): %.*s%s",
			   line + (size_t)wrong->line, wrong->column, before + (size_t)wrong->position,
			   JSON_WHERE, wrong->text,
			   mend);
}

static size_t count_lines(struct span s)
{
	size_t lines = 0;

	for (size_t i = 0; i < s.len; i++)
		lines += s.ptr[i] == '\n';
	return lines;
}

/* One value; or, where others follow it, an array of all. NULL: damaged, and said so. */
static json_t *read_values(struct importer *im, struct span all, enum err *err)
{
	json_t *root = NULL, *values = NULL;
	struct span rest = span_trim(all);
	size_t line = count_lines((struct span){ all.ptr, (size_t)(rest.ptr - all.ptr) });

	do {
		json_error_t wrong;
		struct span one = rest;

		root = json_loadb((const char *)rest.ptr, rest.len, JSON_DISABLE_EOF_CHECK, &wrong);
		if (!root) {
			*err = json_fail(im, &wrong, line, (size_t)(rest.ptr - all.ptr));
			json_decref(values);
			return NULL;
		}
		one.len = (size_t)wrong.position;
		rest = span_trim(span_drop(rest, one.len));
		if (!values && rest.len == 0)
			return root;
		line += count_lines((struct span){ one.ptr, (size_t)(rest.ptr - one.ptr) });
		if (!values)
			values = json_array();
	} while (json_array_append_new(values, root) == 0 && rest.len > 0);
	if (memory.full || !values) {
		*err = json_fail(im, &(json_error_t){ .text = "no memory" }, 0, 0);
		json_decref(values);
		return NULL;
	}
	return values;
}

enum err import_json(struct importer *im)
{
	struct span all;
	const char *why = "";
	json_t *root;
	enum err err = input_all(im->input, &all, &why);

	if (err != OK)
		return import_fail(im, err, "%s", why);
	im->input = NULL;
	memory_bound(im->settings->max_bytes < UINT64_MAX / IMPORT_JSON_TIMES
			     ? im->settings->max_bytes * IMPORT_JSON_TIMES
			     : UINT64_MAX);
	root = read_values(im, all, &err);
	if (root)
		err = import_root(im, root);
	json_decref(root);
	memory_free();
	return err;
}
