/* json.c - the JSON writer: a stack of open brackets, and escaping. */
#include "base/json.h"

#include "base/text.h"

#include <assert.h>
#include <inttypes.h>

struct json json_init(FILE *out)
{
	return (struct json){.out = out};
}

static bool json_inside(const struct json *json, char bracket)
{
	return json->depth > 0 && json->open[json->depth - 1] == bracket;
}

static void json_comma(struct json *json)
{
	bool *filled = &json->filled[json->depth - 1];

	if (*filled)
		fputc(',', json->out);
	*filled = true;
}

/* What must hold, and be written, before any value. */
static void json_value(struct json *json)
{
	if (json->depth == 0) {
		assert(!json->complete);
		json->complete = true;
		return;
	}
	if (json_inside(json, '['))
		json_comma(json);
	else
		assert(json->named);
	json->named = false;
}

static void json_open(struct json *json, char bracket)
{
	json_value(json);
	assert(json->depth < JSON_DEPTH);
	json->open[json->depth] = bracket;
	json->filled[json->depth] = false;
	json->depth++;
	fputc(bracket, json->out);
}

static void json_close(struct json *json, char bracket, char closing)
{
	assert(json_inside(json, bracket) && !json->named);
	json->depth--;
	fputc(closing, json->out);
}

void json_open_object(struct json *json)
{
	json_open(json, '{');
}

void json_close_object(struct json *json)
{
	json_close(json, '{', '}');
}

void json_open_array(struct json *json)
{
	json_open(json, '[');
}

void json_close_array(struct json *json)
{
	json_close(json, '[', ']');
}

void json_end_line(struct json *json)
{
	assert(json->depth == 0 && json->complete);
	json->complete = false;
	fputc('\n', json->out);
}

static void json_rune(FILE *out, uint32_t rune)
{
	char text[RUNE_TEXT];

	switch (rune) {
	case '"':
		fputs("\\\"", out);
		return;
	case '\\':
		fputs("\\\\", out);
		return;
	case '\n':
		fputs("\\n", out);
		return;
	case '\t':
		fputs("\\t", out);
		return;
	case '\r':
		fputs("\\r", out);
		return;
	default:
		break;
	}
	if (!rune_is_hidden(rune))
		fputs(rune_text(rune, text), out);
	else if (rune <= 0xffff)
		fprintf(out, "\\u%04x", rune);
	else /* as the surrogate pair that \u needs */
		fprintf(out, "\\u%04x\\u%04x", 0xd7c0 + (rune >> 10), 0xdc00 + (rune & 0x3ff));
}

/* How many bytes at the front need no escaping: most strings are plain ASCII to the end. */
static size_t json_plain(struct span text)
{
	size_t n = 0;

	while (n < text.len && text.ptr[n] >= 0x20 && text.ptr[n] < 0x7f && text.ptr[n] != '"' &&
	       text.ptr[n] != '\\')
		n++;
	return n;
}

static void json_quote(FILE *out, struct span text)
{
	fputc('"', out);
	while (text.len > 0) {
		size_t plain = json_plain(text);

		fwrite(text.ptr, 1, plain, out);
		text.ptr += plain;
		text.len -= plain;
		if (text.len > 0)
			json_rune(out, text_rune(&text));
	}
	fputc('"', out);
}

void json_key(struct json *json, const char *key)
{
	assert(json_inside(json, '{') && !json->named);
	json_comma(json);
	json_quote(json->out, text_span(key));
	fputc(':', json->out);
	json->named = true;
}

void json_span(struct json *json, struct span value)
{
	json_value(json);
	json_quote(json->out, value);
}

void json_write_string(struct json *json, const char *value)
{
	if (value == NULL)
		json_write_null(json);
	else
		json_span(json, text_span(value));
}

void json_uint(struct json *json, uint64_t value)
{
	json_value(json);
	fprintf(json->out, "%" PRIu64, value);
}

void json_int(struct json *json, int64_t value)
{
	json_value(json);
	fprintf(json->out, "%" PRId64, value);
}

void json_bool(struct json *json, bool value)
{
	json_value(json);
	fputs(value ? "true" : "false", json->out);
}

void json_write_null(struct json *json)
{
	json_value(json);
	fputs("null", json->out);
}

void json_put_string(struct json *json, const char *key, const char *value)
{
	json_key(json, key);
	json_write_string(json, value);
}

void json_put_uint(struct json *json, const char *key, uint64_t value)
{
	json_key(json, key);
	json_uint(json, value);
}

void json_put_bool(struct json *json, const char *key, bool value)
{
	json_key(json, key);
	json_bool(json, value);
}

void json_put_object(struct json *json, const char *key)
{
	json_key(json, key);
	json_open_object(json);
}

void json_put_array(struct json *json, const char *key)
{
	json_key(json, key);
	json_open_array(json);
}
