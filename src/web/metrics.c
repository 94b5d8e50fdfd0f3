/* metrics.c - names checked, help and labels escaped. */
#include "web/metrics.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"

/* A name of a figure (`more` is ":") or of a label (""). */
static bool name_is_sound(const char *name, const char *more)
{
	size_t length = name ? strlen(name) : 0, i = 0;

	if (length == 0 || (name[0] >= '0' && name[0] <= '9'))
		return false;
	while (i < length && (strchr(LETTERS "0123456789", name[i]) || strchr(more, name[i])))
		i++;
	return i == length;
}

static void write_escaped(FILE *out, const char *text, bool quoted)
{
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", out);
		else if (*text == '\\' || (quoted && *text == '"'))
			fprintf(out, "\\%c", *text);
		else
			fputc(*text, out);
	}
}

static void write_head(FILE *out, const char *name, const char *type, const char *help)
{
	if (help) {
		fprintf(out, "# HELP %s ", name);
		write_escaped(out, help, false);
		fputc('\n', out);
	}
	if (type && (strcmp(type, "counter") == 0 || strcmp(type, "gauge") == 0))
		fprintf(out, "# TYPE %s %s\n", name, type);
}

static void write_labels(FILE *out, json_t *labels)
{
	const char *name, *before = "{";
	json_t *value;

	json_object_foreach(labels, name, value) {
		if (!name_is_sound(name, "") || !json_is_string(value))
			continue;
		fprintf(out, "%s%s=\"", before, name);
		write_escaped(out, json_string_value(value), true);
		fputc('"', out);
		before = ",";
	}
	if (*before == ',')
		fputc('}', out);
}

void metrics_write(FILE *out, const json_t *metrics)
{
	const char *before = "";
	json_t *metric;
	size_t i;

	json_array_foreach(metrics, i, metric) {
		const char *name = json_string_value(json_object_get(metric, "name"));
		json_t *value = json_object_get(metric, "value");

		if (!name_is_sound(name, ":") || !json_is_number(value))
			continue;
		if (strcmp(name, before) != 0) /* all of one name stand together */
			write_head(out, name, json_string_value(json_object_get(metric, "type")),
				   json_string_value(json_object_get(metric, "help")));
		before = name;
		fputs(name, out);
		write_labels(out, json_object_get(metric, "labels"));
		if (json_is_integer(value))
			fprintf(out, " %" JSON_INTEGER_FORMAT "\n", json_integer_value(value));
		else
			fprintf(out, " %.17g\n", json_real_value(value));
	}
}

void metrics_add(json_t *metrics, const char *name, const char *type, const char *help,
		 json_int_t value)
{
	json_array_append_new(metrics, json_pack("{s:s,s:s,s:s,s:I}", "name", name, "type", type,
						 "help", help, "value", value));
}
