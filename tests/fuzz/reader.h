/*
 * reader.h - hostile bytes before a reader of mail: an examination that is used again for each input, and whose hooks
 * look at what they are given. The same bytes have to give the same findings, within the limits.
 */
#ifndef FUZZ_READER_H
#define FUZZ_READER_H

#include "exam/exam.h"
#include "check.h"

#include <string.h>

typedef void fuzz_reader(struct exam *e, const struct part *part);

static volatile uint8_t reader_sum; /* so that all bytes are read */

static inline void reader_see(struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		reader_sum = (uint8_t)(reader_sum + bytes.ptr[i]);
}

static inline void reader_part(struct exam *e, struct part *part)
{
	(void)e;
	reader_see(part->bytes);
	reader_see(part->name);
}

static inline void reader_text(struct exam *e, const struct part *part, struct span utf8)
{
	(void)e, (void)part;
	reader_see(utf8);
}

static inline void reader_url(struct exam *e, const struct part *part, struct span url, struct span shown)
{
	(void)e, (void)part;
	reader_see(url);
	reader_see(shown);
}

static inline struct span reader_imitated(const struct exam *e, struct span host)
{
	(void)e, (void)host;
	return (struct span){ 0 };
}

/* Made at the first input. */
static inline struct exam *reader_exam(void)
{
	static const struct exam_hooks hooks = { reader_part, reader_text, reader_url, reader_imitated };
	static struct exam_settings settings;
	static struct exam exam;

	if (!exam.settings) {
		settings.limits = exam_limits_usual;
		settings.limits.seconds = 1;
		exam.settings = &settings;
		exam.hooks = &hooks;
		exam.kit = digest_kit_new();
		check(exam.kit && arena_open(&exam.arena, settings.limits.memory));
	}
	return &exam;
}

/* In memory that ends with the bytes. */
static inline void reader_play(fuzz_reader *reader, enum type type, const char *name, struct span bytes)
{
	struct exam *e = reader_exam();
	uint8_t *copy = malloc(bytes.len ? bytes.len : 1);
	struct part part = { .name = text_span(name), .bytes = { copy, bytes.len }, .type = type };
	uint32_t found;

	check(copy != NULL);
	if (bytes.len)
		memcpy(copy, bytes.ptr, bytes.len);
	exam_begin(e);
	reader(e, &part);
	check(e->arena.used == 0 && !e->arena.pouring);
	found = e->found_count;
	exam_begin(e);
	reader(e, &part);
	check(e->found_count == found);
	free(copy);
}

#endif
