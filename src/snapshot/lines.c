/* lines.c - a stream of bytes into lines, or into the objects of a JSON text. */
#include "snapshot/lines.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 4096

/* What does not fit, or for which there is no memory, makes it a line that is skipped. */
static void hold(struct lines *lines, const uint8_t *bytes, size_t len)
{
	size_t room = lines->room ? lines->room : FIRST_ROOM;
	uint8_t *held;

	if (lines->skipping || len == 0)
		return;
	lines->skipping = len > LINES_MAX - lines->used;
	while (!lines->skipping && room < lines->used + len)
		room *= 2;
	if (!lines->skipping && room != lines->room) {
		held = realloc(lines->held, room);
		lines->skipping = !held;
		if (held) {
			lines->held = held;
			lines->room = room;
		}
	}
	if (lines->skipping)
		return;
	memcpy(lines->held + lines->used, bytes, len);
	lines->used += len;
}

/* The line is whole. */
static bool tell(struct lines *lines, line_see *see, void *whom)
{
	struct span line = { lines->held, lines->used };
	bool skip = lines->skipping;

	lines->used = 0;
	lines->skipping = false;
	lines->skipped += skip;
	return skip || see(whom, line);
}

bool lines_feed(struct lines *lines, struct span bytes, uint8_t end, line_see *see, void *whom)
{
	const uint8_t *at = bytes.ptr, *last = bytes.ptr + bytes.len;

	while (at < last) {
		const uint8_t *found = memchr(at, end, (size_t)(last - at));

		hold(lines, at, (size_t)((found ? found : last) - at));
		if (!found)
			return true;
		if (!tell(lines, see, whom))
			return false;
		at = found + 1;
	}
	return true;
}

bool lines_finish(struct lines *lines, line_see *see, void *whom)
{
	return (lines->used == 0 && !lines->skipping) || tell(lines, see, whom);
}

void lines_free(struct lines *lines)
{
	free(lines->held);
	*lines = (struct lines){ 0 };
}

/* A byte of a string: escapes matter only for where it ends; names of arrays have none. */
static void string_byte(struct objects *o, uint8_t byte)
{
	if (!o->escaped && byte == '"') {
		o->in_string = false;
		o->string[o->string_used] = '\0';
		return;
	}
	if (o->string_used < sizeof(o->string) - 1)
		o->string[o->string_used++] = (char)byte;
	o->escaped = !o->escaped && byte == '\\';
}

/* True: with it begins an element that is wanted. */
static bool open_one(struct objects *o, uint8_t byte)
{
	bool begins = byte == '{' && o->now == o->depth && o->array[o->now] && !o->inside;

	o->inside |= begins;
	if (o->now == OBJECTS_DEPTH) {
		o->lost = true;
		return begins;
	}
	o->now++;
	o->array[o->now] = byte == '[';
	if (byte == '[' && o->now == o->depth)
		memcpy(o->key, o->string, sizeof(o->key));
	o->string[0] = '\0';
	return begins;
}

/* True: with it ends an element that is wanted. */
static bool close_one(struct objects *o, uint8_t byte)
{
	bool ends;

	if (o->now == 0) /* what is no JSON */
		return false;
	o->lost = o->array[o->now] != (byte == ']');
	if (o->lost)
		return false;
	o->now--;
	ends = o->inside && o->now == o->depth;
	o->inside &= !ends;
	o->string[0] = '\0';
	return ends;
}

struct telling {
	const struct objects *objects;
	object_see *see;
	void *whom;
};

static bool tell_object(void *whom, struct span object)
{
	const struct telling *telling = whom;

	return telling->see(telling->whom, telling->objects->key, object);
}

bool objects_feed(struct objects *o, struct span bytes, object_see *see, void *whom)
{
	struct telling telling = { o, see, whom };
	size_t from = 0; /* of what is not held yet, if inside */

	for (size_t i = 0; i < bytes.len && !o->lost; i++) {
		uint8_t byte = bytes.ptr[i];

		if (o->in_string) {
			string_byte(o, byte);
		} else if (byte == '"' && o->now > 0) {
			o->in_string = true;
			o->escaped = false;
			o->string_used = 0;
		} else if (byte == '{' || byte == '[') {
			if (open_one(o, byte))
				from = i;
		} else if ((byte == '}' || byte == ']') && close_one(o, byte)) {
			hold(&o->object, bytes.ptr + from, i + 1 - from);
			if (!tell(&o->object, tell_object, &telling))
				return false;
		}
	}
	if (o->inside && !o->lost)
		hold(&o->object, bytes.ptr + from, bytes.len - from);
	return true;
}

bool objects_whole(const struct objects *o)
{
	return !o->lost && !o->in_string && o->now == 0;
}

void objects_free(struct objects *o)
{
	lines_free(&o->object);
}
