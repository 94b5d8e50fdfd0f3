/* exam_fuzz.h - a reader of mail before hostile bytes: what it hands on must be memory that is there, and all it took given back. */
#ifndef EXAM_FUZZ_H
#define EXAM_FUZZ_H

#include "exam/exam.h"

#include "check.h"

typedef void exam_fuzz_reader(struct exam *e, const struct part *part);

/* Every byte is touched, so that the sanitizer sees each that does not belong to it. */
static inline void exam_fuzz_touch(struct span s)
{
	static volatile uint8_t sum;

	for (size_t i = 0; i < s.len; i++)
		sum = (uint8_t)(sum + s.ptr[i]);
}

static void exam_fuzz_open(struct exam *e, struct part *part)
{
	(void)e;
	exam_fuzz_touch(part->name);
	exam_fuzz_touch(part->bytes);
}

static void exam_fuzz_text(struct exam *e, const struct part *part, struct span utf8)
{
	(void)e, (void)part;
	exam_fuzz_touch(utf8);
}

static void exam_fuzz_url(struct exam *e, const struct part *part, struct span url, struct span shown)
{
	(void)e, (void)part;
	exam_fuzz_touch(url);
	exam_fuzz_touch(shown);
}

static struct span exam_fuzz_imitated(const struct exam *e, struct span host)
{
	(void)e;
	return (struct span){ host.ptr, 0 };
}

/* The bytes are a part of that name in a part of a type. */
static inline void exam_fuzz(exam_fuzz_reader *reader, struct span bytes, const char *name, enum type around)
{
	static const struct exam_hooks hooks = { exam_fuzz_open, exam_fuzz_text, exam_fuzz_url, exam_fuzz_imitated };
	static struct exam e;
	static struct exam_settings settings;
	struct part whole = { .type = around };
	struct part part = { .in = &whole, .name = text_span(name), .bytes = bytes };
	size_t mark;

	if (!e.arena.memory) {
		settings.limits = exam_limits_usual;
		e.settings = &settings;
		e.hooks = &hooks;
		e.kit = digest_kit_new();
		check(e.kit && arena_open(&e.arena, (size_t)64 << 20));
	}
	exam_begin(&e);
	part.type = type_of(part.bytes, part.name);
	mark = arena_mark(&e.arena);
	reader(&e, &part);
	check(!e.arena.pouring && arena_mark(&e.arena) == mark);
	check(e.work <= 64 * ((uint64_t)bytes.len + 1024));
}

#endif
