/* answer.c - values of JSON, or nothing. */
#include "snapshot/answer.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define ID_DIGITS 64 /* SHA-256, in both programs */

json_t *answer_read(struct span text)
{
	json_t *root = text.len ? json_loadb((const char *)text.ptr, text.len, 0, NULL) : NULL;

	if (json_is_object(root))
		return root;
	json_decref(root);
	return NULL;
}

const char *answer_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

void answer_copy(const char *text, char *room, size_t size)
{
	size_t len = text_fit(text, strnlen(text, size), size);

	memcpy(room, text, len);
	room[len] = '\0';
}

uint64_t answer_number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	double real = json_number_value(value);

	if (json_is_integer(value))
		return json_integer_value(value) > 0 ? (uint64_t)json_integer_value(value) : 0;
	return real > 0 && real < 9e18 ? (uint64_t)real : 0;
}

bool answer_id(const json_t *object, const char *key, char id[SNAPSHOT_ID])
{
	const char *text = answer_text(object, key);
	size_t len = strlen(text);

	if (len == 0 || len > ID_DIGITS || strspn(text, "0123456789abcdef") != len)
		return false;
	snprintf(id, SNAPSHOT_ID, "%s", text);
	return true;
}
