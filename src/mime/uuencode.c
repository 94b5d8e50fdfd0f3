/* uuencode.c - files that are written into texts. */
#include "mime/uuencode.h"

#include "base/line.h"
#include "format/charset.h"

#define LINE_BYTES 63 /* that a line can hold: its first letter says how many */

static unsigned value(uint8_t letter)
{
	return (letter - 32u) & 63;
}

/* How many letters carry so many bytes. */
static size_t letters_for(size_t bytes)
{
	return (bytes + 2) / 3 * 4;
}

/* Whether a line is one of data: its letters are as many as its first one says; some writers leave blanks at the end
 * out, or add one for a sum. */
static bool is_data(struct span line)
{
	size_t bytes = line.len ? value(line.ptr[0]) : 0, letters = letters_for(bytes);

	if (!bytes || line.len < 2 || line.len > letters + 2 || line.len + 3 < letters + 1)
		return false;
	for (size_t i = 0; i < line.len; i++)
		if (line.ptr[i] < 32 || line.ptr[i] > 96)
			return false;
	return true;
}

static void line_pour(struct pour *pour, struct span line)
{
	size_t bytes = value(line.ptr[0]);
	uint8_t letters[LINE_BYTES / 3 * 4 + 4];
	struct span data = line_cut(line_from(line, 1), sizeof(letters));

	memset(letters, ' ', sizeof(letters));
	memcpy(letters, data.ptr, data.len);
	for (size_t i = 0, at = 0; i < bytes; i += 3, at += 4) {
		uint32_t group = value(letters[at]) << 18 | value(letters[at + 1]) << 12 | value(letters[at + 2]) << 6 |
				 value(letters[at + 3]);
		uint8_t out[3] = { (uint8_t)(group >> 16), (uint8_t)(group >> 8), (uint8_t)group };

		pour_span(pour, (struct span){ out, bytes - i < 3 ? bytes - i : 3 });
	}
}

/* Lines of data up to the first that is none. */
static void lines_undo(struct span *rest, struct arena *arena, struct uu *uu)
{
	struct pour pour = pour_begin(arena, SIZE_MAX);
	struct span before = *rest, line = { 0 };

	while (line_take(rest, &line)) {
		if (!is_data(line))
			break;
		line_pour(&pour, line);
		before = *rest;
	}
	uu->bytes = pour_end(&pour);
	uu->ended = line_is(line, "end") || (line.len <= 1 && line_take(rest, &line) && line_is(line, "end"));
	if (!uu->ended)
		*rest = before;
}

static void base64_lines_undo(struct span *rest, struct arena *arena, struct uu *uu)
{
	const uint8_t *end = memmem(rest->ptr, rest->len, "\n====", 5);
	size_t n = end ? (size_t)(end - rest->ptr) : rest->len;

	uu->bytes = base64_undo(line_cut(*rest, n), arena, NULL);
	uu->ended = end != NULL;
	*rest = line_from(*rest, n + 5);
}

/* "begin 644 name", and how its lines are written. */
static bool is_begin(struct span line, struct span *name, bool *base64)
{
	uint64_t mode;

	*base64 = line_begins(line, "begin-base64 ");
	if (!*base64 && !line_begins(line, "begin "))
		return false;
	line_until(&line, ' ');
	if (!line_number(line_word(&line), 7777, &mode))
		return false;
	*name = line_trim(line);
	return name->len > 0;
}

bool uu_next(struct span *rest, struct arena *arena, struct uu *uu)
{
	const uint8_t *at;

	while (rest->len && (at = memmem(rest->ptr, rest->len, "begin", 5)) != NULL) {
		bool starts = at == rest->ptr || at[-1] == '\n' || at[-1] == '\r';
		bool base64;
		struct span line, next, peek;

		*rest = line_from(*rest, (size_t)(at - rest->ptr));
		line_take(rest, &line);
		peek = *rest;
		if (!starts || !is_begin(line, &uu->name, &base64) || !line_take(&peek, &next) ||
		    !(base64 || is_data(next) || line_is(next, "`")))
			continue;
		if (base64)
			base64_lines_undo(rest, arena, uu);
		else
			lines_undo(rest, arena, uu);
		return true;
	}
	return false;
}
