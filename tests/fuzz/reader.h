/*
 * reader.h - hostile bytes before a reader of mail. The reader is given them twice, in memory that ends with them:
 * every span that it hands on is memory that is there, the arena is given back, the work is paid and bounded, and what
 * it found and handed on is the same both times.
 */
#ifndef FUZZ_READER_H
#define FUZZ_READER_H

#include "exam/exam.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of work that a byte may cost at most, of the input or unpacked out of it; more where passwords are tried. */
#ifndef READER_WORK
#define READER_WORK 64
#endif

/* Whether the reader leaves in the arena what stays until exam_begin(): who sent a message. */
#ifndef READER_KEEPS
#define READER_KEEPS false
#endif

typedef void fuzz_reader(struct exam *e, const struct part *part);

static struct exam reader_exam; /* used again for each input */
static uint64_t reader_sum;     /* of all bytes that were handed on */

/* Every byte is read, so that the sanitizer sees each that does not belong to the span. */
static inline void reader_see(struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		reader_sum = reader_sum * 31 + bytes.ptr[i];
}

static inline void reader_part(struct exam *e, struct part *part)
{
	(void)e;
	reader_see(part->name);
	reader_see(part->said);
	reader_see(part->bytes);
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
	(void)e;
	reader_see(host);
	return (struct span){ 0 };
}

/* Before the first input, where a target has settings or hooks of its own. */
static inline void reader_setup(const struct exam_settings *settings, const struct exam_hooks *hooks)
{
	if (reader_exam.settings)
		return;
	reader_exam.settings = settings;
	reader_exam.hooks = hooks;
	reader_exam.kit = digest_kit_new();
	check(reader_exam.kit && arena_open(&reader_exam.arena, settings->limits.memory));
}

/* What most targets have: hooks that look, and limits that are small enough to be reached. */
static inline void reader_setup_usual(void)
{
	static const struct exam_hooks hooks = { reader_part, reader_text, reader_url, reader_imitated };
	static struct exam_settings settings;

	settings.limits = exam_limits_usual;
	settings.limits.inflated = 8u << 20;
	settings.limits.entries = 200;
	reader_setup(&settings, &hooks);
}

/* What the examination itself remembers of the message. */
static inline void reader_see_exam(const struct exam *e)
{
	reader_see(e->sender.address);
	reader_see(e->sender.display);
	reader_see(e->sender.domain);
	reader_see(e->sender.subject);
	for (unsigned i = 0; i < e->password_count; i++)
		reader_see(e->passwords[i]);
	for (unsigned i = 0; i < e->found_count; i++)
		reader_see((struct span){ (const uint8_t *)&e->found[i].id, sizeof(e->found[i].id) });
	for (unsigned i = 0; i < UNSEENS; i++)
		reader_sum = reader_sum * 31 + e->unseen[i];
	reader_sum = reader_sum * 31 + e->found_more;
}

/* A number that stands for all that came of it. */
static inline uint64_t reader_run(fuzz_reader *reader, const struct part *part)
{
	struct exam *e = &reader_exam;

	exam_begin(e);
	exam_password(e, text_span("secret"));
	reader_sum = 0;
	reader(e, part);
	check((READER_KEEPS || e->arena.used == 0) && !e->arena.pouring);
	check(e->work <= READER_WORK * (part->bytes.len + e->inflated + 1024));
	reader_see_exam(e);
	return reader_sum;
}

static inline struct span reader_copy(struct span bytes)
{
	uint8_t *copy = malloc(bytes.len ? bytes.len : 1);

	check(copy != NULL);
	if (bytes.len)
		memcpy(copy, bytes.ptr, bytes.len);
	return (struct span){ copy, bytes.len };
}

/* The part has its name and bytes; without a type it is told by them. */
static inline void reader_play(fuzz_reader *reader, struct part part)
{
	uint64_t first;

	reader_setup_usual();
	part.name = reader_copy(part.name);
	part.bytes = reader_copy(part.bytes);
	if (!part.type)
		part.type = type_of(part.bytes, part.name);
	first = reader_run(reader, &part);
	check(reader_run(reader, &part) == first);
	free((void *)(uintptr_t)part.name.ptr);
	free((void *)(uintptr_t)part.bytes.ptr);
}

/* The bytes are a document of that type. */
static inline void reader_play_typed(fuzz_reader *reader, enum type type, const char *name, struct span bytes)
{
	reader_play(reader, (struct part){ .type = type, .name = text_span(name), .bytes = bytes });
}

/* The bytes are a part of that name, in a part of another type. */
static inline void reader_play_in(fuzz_reader *reader, enum type around, const char *name, struct span bytes)
{
	const struct part whole = { .type = around };

	reader_play(reader, (struct part){ .in = &whole, .name = text_span(name), .bytes = bytes });
}

#endif
