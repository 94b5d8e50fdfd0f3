/* words.c - words as JSON, and streams into memory. */
#include "incident/words.h"

#include "base/text.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>

void words_json(struct json *json, struct words words)
{
	json_open_object(json);
	json_put_string(json, "en", words.en);
	json_put_string(json, "ja", words.ja);
	json_close_object(json);
}

void words_put(struct json *json, const char *key, struct words words)
{
	json_key(json, key);
	words_json(json, words);
}

struct words said_words(const struct said *said)
{
	return (struct words){ said->en, said->ja };
}

void said_en(struct said *said, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(said->en, SAID_TEXT, format, arguments);
	va_end(arguments);
}

void said_ja(struct said *said, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(said->ja, SAID_TEXT, format, arguments);
	va_end(arguments);
}

char *words_text(char text[WORDS_TEXT], struct words words)
{
	FILE *out = fmemopen(text, WORDS_TEXT, "w");
	struct json json = json_init(out);
	bool whole;

	text[0] = '\0';
	if (out) {
		words_json(&json, words);
		whole = ftell(out) < WORDS_TEXT - 1; /* the stream keeps a byte for the NUL */
		if (fclose(out) != 0 || !whole) /* escapes may make six bytes of one */
			text[0] = '\0';
	}
	return text;
}

void words_text_json(struct json *json, const char *text)
{
	json_t *root = json_loads(text, 0, NULL);
	const char *en = json_string_value(json_object_get(root, "en"));
	const char *ja = json_string_value(json_object_get(root, "ja"));

	words_json(json, (struct words){ en ? en : text, ja ? ja : text });
	json_decref(root);
}

bool buffer_open(struct buffer *buffer)
{
	FILE *out;

	buffer->text = NULL;
	buffer->size = 0;
	out = open_memstream(&buffer->text, &buffer->size);
	buffer->json = json_init(out);
	return out != NULL;
}

struct span buffer_close(struct buffer *buffer)
{
	FILE *out = buffer->json.out;
	bool whole = out && !ferror(out);

	buffer->json.out = NULL;
	if (!out || fclose(out) != 0 || !whole)
		return (struct span){ (const uint8_t *)"", 0 };
	return (struct span){ (const uint8_t *)buffer->text, buffer->size };
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->text);
	buffer->text = NULL;
}

void time_put(struct json *json, const char *key, usec_t t)
{
	char text[TIME_TEXT];

	json_put_string(json, key, t ? time_rfc3339(t, text) : NULL);
}
