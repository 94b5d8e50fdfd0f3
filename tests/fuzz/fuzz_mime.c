/*
 * fuzz_mime.c - hostile mail messages before the parser of their parts: the same in one piece and in
 * many, with gaps in between (0x1f and a byte). What is told must be the same.
 */
#include "wire/mime.h"
#include "wire/mime_field.h"
#include "check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* All that was told, in one number (FNV-1a); bytes of a part count as one run. */
struct told {
	uint64_t sum;
	unsigned open;
	size_t parts;
};

static void add(struct told *t, struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		t->sum = (t->sum ^ s.ptr[i]) * 0x100000001b3u;
}

static void mark(struct told *t, uint64_t what)
{
	t->sum = (t->sum ^ (what + 256)) * 0x100000001b3u;
}

static void on_field(void *whom, enum mime_field field, struct span value)
{
	check(field < MIME_FIELDS);
	check(value.len <= MIME_FIELD);
	mark(whom, field);
	add(whom, value);
}

static bool on_begin(void *whom, const struct mime_part *part)
{
	struct told *t = whom;

	check(t->open++ == 0);
	check(part->depth <= MIME_DEPTH);
	check(part->name.len <= MIME_NAME && part->type.len <= MIME_TYPE);
	mark(t, 10 + part->attached);
	add(t, part->name);
	add(t, part->type);
	return t->parts++ % 3 != 2; /* some are not wanted */
}

static void on_bytes(void *whom, struct span bytes)
{
	struct told *t = whom;

	check(t->open == 1 && bytes.len > 0);
	add(t, bytes);
}

static void on_end(void *whom, bool whole)
{
	struct told *t = whom;

	check(t->open == 1);
	mark(t, 20 + whole);
}

/* Only wanted parts have an end: the next one's beginning closes the others. */
static bool on_begin_any(void *whom, const struct mime_part *part)
{
	((struct told *)whom)->open = 0;
	return on_begin(whom, part);
}

static void feed(struct mime *m, const uint8_t *bytes, size_t len, const struct mime_sink *sink)
{
	uint8_t *copy = malloc(len ? len : 1);

	check(copy != NULL);
	memcpy(copy, bytes, len);
	mime_feed(m, (struct span){copy, len}, sink);
	free(copy);
}

static struct told play(const uint8_t *bytes, size_t len, size_t step)
{
	static struct mime m;
	struct told told = {.sum = 0xcbf29ce484222325u};
	struct mime_sink sink = {&told, on_field, on_begin_any, on_bytes, on_end};
	size_t from = 0;

	memset(&m, 0xa5, sizeof(m)); /* mime_begin() makes all ready that is read */
	mime_begin(&m);
	for (size_t i = 0; i <= len; i++) {
		bool gap = i < len && bytes[i] == 0x1f;

		if (i < len && !gap && i - from < step)
			continue;
		feed(&m, bytes + from, i - from, &sink);
		from = i;
		if (gap) {
			mime_gap(&m);
			from = i + 1;
		}
	}
	mime_end(&m, bytes[0] & 1, &sink);
	return told;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const size_t steps[] = {1, 2, 5, 63, 1023};
	uint8_t room[MIME_NAME];
	struct told whole;

	if (!len)
		return 0;
	whole = play(bytes, len, SIZE_MAX);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		check(play(bytes, len, steps[i]).sum == whole.sum);
	if (len > MIME_FIELD)
		len = MIME_FIELD;
	check(mime_parameter_text(room, sizeof(room), (struct span){bytes, len}, "filename") <=
	      sizeof(room));
	check(mime_words(room, sizeof(room), (struct span){bytes, len}) <= sizeof(room));
	return 0;
}
