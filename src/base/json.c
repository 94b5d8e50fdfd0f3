/*
 * json.c - the JSON writer: a stack of open brackets, escaping, and a small room before the stream.
 *
 * A line of events is some sixty strings and numbers. Through stdio each would cost more than all its bytes,
 * so they are put together here, without printf().
 */
#include "base/json.h"

#include "base/text.h"

#include <assert.h>

struct json json_init(FILE *out)
{
	return (struct json){.out = out};
}

static void json_flush(struct json *json)
{
	fwrite_unlocked(json->room, 1, json->used, json->out);
	json->used = 0;
}

static void put_byte(struct json *json, char byte)
{
	if (json->used == JSON_ROOM)
		json_flush(json);
	json->room[json->used++] = (uint8_t)byte;
}

static void put_bytes(struct json *json, const void *bytes, size_t count)
{
	if (count > JSON_ROOM - json->used)
		json_flush(json);
	if (count > JSON_ROOM) {
		fwrite_unlocked(bytes, 1, count, json->out);
		return;
	}
	memcpy(json->room + json->used, bytes, count);
	json->used += count;
}

static void put_text(struct json *json, const char *text)
{
	put_bytes(json, text, strlen(text));
}

static void put_number(struct json *json, uint64_t number)
{
	uint8_t digits[20]; /* of 2^64 */
	size_t at = sizeof(digits);

	do {
		digits[--at] = (uint8_t)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	put_bytes(json, digits + at, sizeof(digits) - at);
}

/* Four hexadecimal digits. */
static void put_unit(struct json *json, uint32_t unit)
{
	static const char digits[] = "0123456789abcdef";

	put_text(json, "\\u");
	for (int shift = 12; shift >= 0; shift -= 4)
		put_byte(json, digits[unit >> shift & 15]);
}

static bool json_inside(const struct json *json, char bracket)
{
	return json->depth > 0 && json->open[json->depth - 1] == bracket;
}

static void json_comma(struct json *json)
{
	bool *filled = &json->filled[json->depth - 1];

	if (*filled)
		put_byte(json, ',');
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

/* ... and after it. */
static void json_written(struct json *json)
{
	if (json->depth == 0)
		json_flush(json);
}

static void json_open(struct json *json, char bracket)
{
	json_value(json);
	assert(json->depth < JSON_DEPTH);
	json->open[json->depth] = bracket;
	json->filled[json->depth] = false;
	json->depth++;
	put_byte(json, bracket);
}

static void json_close(struct json *json, char bracket, char closing)
{
	assert(json_inside(json, bracket) && !json->named);
	json->depth--;
	put_byte(json, closing);
	json_written(json);
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
	putc_unlocked('\n', json->out);
}

static void put_rune(struct json *json, uint32_t rune)
{
	char text[RUNE_TEXT];

	switch (rune) {
	case '"':
		put_text(json, "\\\"");
		return;
	case '\\':
		put_text(json, "\\\\");
		return;
	case '\n':
		put_text(json, "\\n");
		return;
	case '\t':
		put_text(json, "\\t");
		return;
	case '\r':
		put_text(json, "\\r");
		return;
	default:
		break;
	}
	if (!rune_is_hidden(rune)) {
		put_text(json, rune_text(rune, text));
	} else if (rune <= 0xffff) {
		put_unit(json, rune);
	} else { /* as the surrogate pair that \u needs */
		put_unit(json, 0xd7c0 + (rune >> 10));
		put_unit(json, 0xdc00 + (rune & 0x3ff));
	}
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The high bit of the lowest byte that is zero is set, perhaps those of bytes above it, else none. */
static uint64_t zero_bytes(uint64_t word)
{
	return (word - EACH(1)) & ~word & EACH(0x80);
}

/* Whether eight bytes need no escaping: ASCII from space on, without quote, backslash and DEL. */
static bool word_is_plain(uint64_t word)
{
	uint64_t control = (word - EACH(0x20)) & EACH(0x80), high = (word | (word + EACH(1))) & EACH(0x80);

	return !(control | high | zero_bytes(word ^ EACH('"')) | zero_bytes(word ^ EACH('\\')));
}

static bool byte_is_plain(uint8_t byte)
{
	return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

static uint64_t word_at(const uint8_t *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

/* Copies a text that needs no escaping; false: it does. Eight bytes at a time, the last ones perhaps twice. */
static bool copy_plain(uint8_t *to, struct span text)
{
	uint64_t word;

	if (text.len < sizeof(word)) {
		for (size_t n = 0; n < text.len; n++) {
			if (!byte_is_plain(text.ptr[n]))
				return false;
			to[n] = text.ptr[n];
		}
		return true;
	}
	for (size_t n = 0; n + sizeof(word) <= text.len; n += sizeof(word)) {
		word = word_at(text.ptr + n);
		if (!word_is_plain(word))
			return false;
		memcpy(to + n, &word, sizeof(word));
	}
	word = word_at(text.ptr + text.len - sizeof(word));
	memcpy(to + text.len - sizeof(word), &word, sizeof(word));
	return word_is_plain(word);
}

/* Kept apart: the few strings that come here must not cost the others registers. */
__attribute__((noinline)) static void put_escaped(struct json *json, struct span text)
{
	put_byte(json, '"');
	while (text.len > 0) {
		size_t plain = 0;

		while (plain < text.len && byte_is_plain(text.ptr[plain]))
			plain++;
		put_bytes(json, text.ptr, plain);
		text.ptr += plain;
		text.len -= plain;
		if (text.len > 0)
			put_rune(json, text_rune(&text));
	}
	put_byte(json, '"');
}

/* Nearly all strings are plain ASCII to the end, and short. */
static void put_quoted(struct json *json, struct span text)
{
	uint8_t *room;

	if (text.len + 2 > JSON_ROOM - json->used)
		json_flush(json);
	room = json->room + json->used;
	if (text.len + 2 > JSON_ROOM || !copy_plain(room + 1, text)) {
		put_escaped(json, text);
		return;
	}
	room[0] = room[text.len + 1] = '"';
	json->used += text.len + 2;
}

void json_key(struct json *json, const char *key)
{
	assert(json_inside(json, '{') && !json->named);
	json_comma(json);
	put_quoted(json, text_span(key));
	put_byte(json, ':');
	json->named = true;
}

void json_span(struct json *json, struct span value)
{
	json_value(json);
	put_quoted(json, value);
	json_written(json);
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
	put_number(json, value);
	json_written(json);
}

void json_int(struct json *json, int64_t value)
{
	json_value(json);
	if (value < 0)
		put_byte(json, '-');
	put_number(json, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
	json_written(json);
}

void json_thousandths(struct json *json, int64_t value)
{
	uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value, rest = size % 1000;

	json_value(json);
	if (value < 0)
		put_byte(json, '-');
	put_number(json, size / 1000);
	for (uint64_t unit = 100; rest > 0; unit /= 10) {
		if (unit == 100)
			put_byte(json, '.');
		put_byte(json, (char)('0' + rest / unit));
		rest %= unit;
	}
	json_written(json);
}

void json_ready(struct json *json, struct span value)
{
	json_value(json);
	put_bytes(json, value.ptr, value.len);
	json_written(json);
}

void json_bool(struct json *json, bool value)
{
	json_value(json);
	put_text(json, value ? "true" : "false");
	json_written(json);
}

void json_write_null(struct json *json)
{
	json_value(json);
	put_text(json, "null");
	json_written(json);
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
