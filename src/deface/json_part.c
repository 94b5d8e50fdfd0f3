/* json_part.c - what looks and what is usual have in common as JSON. */
#include "deface/json_part.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>

#define DIGITS 16

void json_put_hashes(struct json *json, const char *key, const uint64_t *hashes, unsigned count)
{
	char *text = calloc(count ? count : 1, DIGITS + 1);

	for (unsigned n = 0; text && n < count; n++)
		snprintf(text + (size_t)n * DIGITS, DIGITS + 1, "%016" PRIx64, hashes[n]);
	json_put_string(json, key, text ? text : "");
	free(text);
}

unsigned json_hashes(const json_t *object, const char *key, uint64_t *hashes, unsigned most)
{
	const json_t *value = json_object_get(object, key);
	struct span text = { (const uint8_t *)json_string_value(value), json_string_length(value) };
	unsigned count = (unsigned)(text.len / DIGITS < most ? text.len / DIGITS : most);

	for (unsigned n = 0; n < count; n++) {
		hashes[n] = 0;
		for (unsigned digit = 0; digit < DIGITS; digit++) {
			int value_of = text_nibble(text.ptr[n * DIGITS + digit]);

			if (value_of < 0)
				return 0;
			hashes[n] = hashes[n] << 4 | (unsigned)value_of;
		}
	}
	return count;
}

void json_text_keep(const json_t *object, const char *key, char *into, size_t size)
{
	const char *text = json_string_value(json_object_get(object, key));
	size_t len = text ? text_fit(text, strlen(text), size) : 0;

	if (len)
		memcpy(into, text, len);
	into[len] = '\0';
}

uint32_t json_number(const json_t *object, const char *key, uint32_t most)
{
	json_int_t value = json_integer_value(json_object_get(object, key));

	return value < 0 || value > (json_int_t)most ? 0 : (uint32_t)value;
}

char *json_written(void (*put)(struct json *json, const void *what), const void *what)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct json json;
	bool failed;

	if (!out)
		return NULL;
	json = json_init(out);
	put(&json, what);
	json_end_line(&json);
	failed = ferror(out);
	if (fclose(out) || failed) {
		free(text);
		return NULL;
	}
	text[size - 1] = '\0'; /* the line's end */
	return text;
}
