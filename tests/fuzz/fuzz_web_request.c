/*
 * fuzz_web_request.c - what of a request the web process reads itself: names, origins, paths, arguments;
 * and the keeper's figures. Lines: path, Host, Origin, then NAME=VALUE for each argument; what follows an
 * empty line is JSON of figures.
 */
#include "web/guard.h"
#include "web/metrics.h"
#include "web/page_files.h"
#include "web/route.h"
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* The next line as a string of its own; the caller frees it. */
static char *line_take(struct span *rest)
{
	const uint8_t *end = rest->len > 0 ? memchr(rest->ptr, '\n', rest->len) : NULL;
	size_t n = end ? (size_t)(end - rest->ptr) : rest->len;
	size_t used = end ? n + 1 : n;
	char *line = strndup(rest->len > 0 ? (const char *)rest->ptr : "", n);

	*rest = (struct span){ rest->ptr + used, rest->len - used };
	return line;
}

/* Whatever came in, it is well-typed, can be written and read back. */
static void check_arguments(const struct route *route, json_t *args)
{
	char *text = json_dumps(args, JSON_COMPACT);
	const char *name;
	json_t *value, *again;

	check(text != NULL);
	again = json_loads(text, 0, NULL);
	check(again && json_equal(again, args));
	json_object_foreach(args, name, value) {
		check(route->args && strstr(route->args, name));
		check(json_is_string(value) ||
		      (json_is_integer(value) && json_integer_value(value) >= 0));
	}
	json_decref(again);
	free(text);
}

static void read_arguments(const struct route *route, struct span *rest)
{
	json_t *args = json_object();
	const uint8_t *end;

	while (rest->len > 0 && rest->ptr[0] != '\n') {
		const uint8_t *mark;
		struct span line = *rest, name, value;

		end = memchr(rest->ptr, '\n', rest->len);
		line.len = end ? (size_t)(end - rest->ptr) : rest->len;
		mark = memchr(line.ptr, '=', line.len);
		name = (struct span){ line.ptr, mark ? (size_t)(mark - line.ptr) : line.len };
		value = (struct span){ mark ? mark + 1 : NULL, mark ? line.len - name.len - 1 : 0 };
		route_argument(route, args, name, value);
		*rest = (struct span){ line.ptr + line.len + (end != NULL),
				       rest->len - line.len - (end != NULL) };
	}
	check_arguments(route, args);
	json_decref(args);
}

static void read_metrics(struct span json)
{
	json_t *metrics = json_loadb((const char *)json.ptr, json.len, 0, NULL);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	check(out != NULL);
	metrics_write(out, metrics);
	fclose(out);
	check(size == 0 || text[size - 1] == '\n');
	free(text);
	json_decref(metrics);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char *const names[] = { "tower.example", NULL };
	struct span rest = { bytes, len };
	char *path = line_take(&rest), *host = line_take(&rest), *origin = line_take(&rest);
	const struct route *route = route_find(path);

	page_file_find(path);
	if (guard_host(host, names))
		check(strncasecmp(host, "localhost", 9) == 0 || strncmp(host, "127.0.0.1", 9) == 0 ||
		      strncmp(host, "[::1]", 5) == 0 || strncasecmp(host, names[0], 13) == 0);
	if (guard_origin(origin, host, false))
		check(strlen(origin) == strlen(host) + strlen("http://"));
	read_arguments(route ? route : &route_table[2], &rest);
	if (rest.len > 0)
		read_metrics((struct span){ rest.ptr + 1, rest.len - 1 });
	free(path);
	free(host);
	free(origin);
	return 0;
}
