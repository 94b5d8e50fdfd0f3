/* examination.h - an examination for fuzz targets of single readers: what is handed on is touched, not opened. */
#ifndef FUZZ_EXAMINATION_H
#define FUZZ_EXAMINATION_H

#include "exam/exam.h"
#include "check.h"

#define FUZZ_ARENA ((size_t)64 << 20)

/* Every byte that is handed on must be there. */
static uint64_t fuzz_sum;

static inline void fuzz_touch(struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		fuzz_sum += bytes.ptr[i];
}

static inline void fuzz_part(struct exam *e, struct part *part)
{
	(void)e;
	fuzz_touch(part->name);
	fuzz_touch(part->bytes);
}

static inline void fuzz_text(struct exam *e, const struct part *part, struct span utf8)
{
	(void)e, (void)part;
	fuzz_touch(utf8);
}

static inline void fuzz_url(struct exam *e, const struct part *part, struct span url, struct span shown)
{
	(void)e, (void)part;
	fuzz_touch(url);
	fuzz_touch(shown);
}

static inline struct span fuzz_imitated(const struct exam *e, struct span host)
{
	(void)e, (void)host;
	return (struct span){ 0 };
}

/* Has a reader open the bytes; twice, and what is found must be the same. Smaller limits, so that they are reached. */
static inline void fuzz_examine(void (*reader)(struct exam *e, const struct part *part), struct part part)
{
	static const struct exam_hooks hooks = { fuzz_part, fuzz_text, fuzz_url, fuzz_imitated };
	static struct exam_settings settings;
	static struct exam e;
	uint32_t found = 0;

	if (!e.settings) {
		settings.limits = exam_limits_usual;
		settings.limits.inflated = 8u << 20;
		settings.limits.entries = 200;
		e.settings = &settings;
		e.hooks = &hooks;
		e.kit = digest_kit_new();
		check(e.kit && arena_open(&e.arena, FUZZ_ARENA));
	}
	for (unsigned i = 0; i < 2; i++) {
		exam_begin(&e);
		exam_password(&e, text_span("secret"));
		reader(&e, &part);
		check(!e.arena.pouring);
		check(i == 0 || found == e.found_count + e.found_more);
		found = e.found_count + e.found_more;
	}
}

#endif
