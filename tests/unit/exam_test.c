/* exam_test.c - an examination whose hooks only write down. */
#include "exam_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void text_copy(char *into, size_t size, struct span text)
{
	size_t n = text.len < size - 1 ? text.len : size - 1;

	if (n)
		memcpy(into, text.ptr, n);
	into[n] = '\0';
}

static struct exam_test *test_of(struct exam *e)
{
	return (struct exam_test *)e;
}

static void see_part(struct exam *e, struct part *part)
{
	struct exam_test *t = test_of(e);
	struct exam_test_part *seen = &t->parts[t->part_count];

	if (t->part_count == EXAM_TEST_ITEMS)
		return;
	t->part_count++;
	*seen = (struct exam_test_part){ .type = part->type, .len = part->bytes.len, .inline_body = part->inline_body,
					 .unlocked = part->unlocked };
	text_copy(seen->name, sizeof(seen->name), part->name);
	text_copy(seen->said, sizeof(seen->said), part->said);
	if (part->bytes.len)
		memcpy(seen->bytes, part->bytes.ptr,
		       part->bytes.len < sizeof(seen->bytes) ? part->bytes.len : sizeof(seen->bytes));
	if (t->reader)
		t->reader(e, part);
}

static void see_text(struct exam *e, const struct part *part, struct span utf8)
{
	struct exam_test *t = test_of(e);
	size_t used = strlen(t->text);

	(void)part;
	text_copy(t->text + used, sizeof(t->text) - used - 1, utf8);
	text_append(t->text, sizeof(t->text), "\n");
}

static void see_url(struct exam *e, const struct part *part, struct span url, struct span shown)
{
	struct exam_test *t = test_of(e);

	(void)part;
	if (t->url_count == EXAM_TEST_ITEMS)
		return;
	text_copy(t->urls[t->url_count].url, sizeof(t->urls[0].url), url);
	text_copy(t->urls[t->url_count].shown, sizeof(t->urls[0].shown), shown);
	t->url_count++;
}

static struct span imitate_none(const struct exam *e, struct span host)
{
	(void)e, (void)host;
	return (struct span){ 0 };
}

static const struct exam_hooks hooks = { see_part, see_text, see_url, imitate_none };

struct exam_test *exam_test_new(void)
{
	struct exam_test *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	t->settings.limits = exam_limits_usual;
	t->parts = calloc(EXAM_TEST_ITEMS, sizeof(*t->parts));
	t->urls = calloc(EXAM_TEST_ITEMS, sizeof(*t->urls));
	assert_non_null(t->parts);
	assert_non_null(t->urls);
	assert_true(arena_open(&t->exam.arena, t->settings.limits.memory));
	t->exam.kit = digest_kit_new();
	assert_non_null(t->exam.kit);
	t->exam.settings = &t->settings;
	t->exam.hooks = &hooks;
	return t;
}

void exam_test_free(struct exam_test *t)
{
	arena_close(&t->exam.arena);
	digest_kit_free(t->exam.kit);
	free(t->parts);
	free(t->urls);
	free(t);
}

void exam_test_open_in(struct exam_test *t, void (*reader)(struct exam *e, const struct part *part), struct span bytes,
		       const char *name, enum type type_around)
{
	const struct part around = { .name = text_span("around"), .type = type_around };
	struct part part = { .in = type_around == TYPE_UNKNOWN ? NULL : &around, .name = text_span(name), .bytes = bytes };

	exam_begin(&t->exam);
	t->part_count = t->url_count = 0;
	t->text[0] = '\0';
	part.type = type_of(bytes, part.name);
	reader(&t->exam, &part);
}

void exam_test_open(struct exam_test *t, void (*reader)(struct exam *e, const struct part *part), struct span bytes,
		    const char *name)
{
	exam_test_open_in(t, reader, bytes, name, TYPE_UNKNOWN);
}

bool exam_test_found(const struct exam_test *t, enum finding_id id, const char *evidence)
{
	for (unsigned i = 0; i < t->exam.found_count; i++)
		if (t->exam.found[i].id == id && strstr(t->exam.found[i].evidence, evidence))
			return true;
	return false;
}

const struct exam_test_part *exam_test_part(const struct exam_test *t, const char *name)
{
	for (unsigned i = 0; i < t->part_count; i++)
		if (strcmp(t->parts[i].name, name) == 0)
			return &t->parts[i];
	return NULL;
}

bool exam_test_url(const struct exam_test *t, const char *url)
{
	for (unsigned i = 0; i < t->url_count; i++)
		if (strcmp(t->urls[i].url, url) == 0)
			return true;
	return false;
}

void exam_test_show(const struct exam_test *t)
{
	for (unsigned i = 0; i < t->exam.found_count; i++)
		fprintf(stderr, "  %s: %s (%s)\n", finding_rows[t->exam.found[i].id].key, t->exam.found[i].evidence,
			t->exam.found[i].path);
	for (unsigned i = 0; i < t->part_count; i++)
		fprintf(stderr, "  part %s: %s, %zu bytes\n", t->parts[i].name, type_name(t->parts[i].type), t->parts[i].len);
	for (unsigned i = 0; i < t->url_count; i++)
		fprintf(stderr, "  url %s (%s)\n", t->urls[i].url, t->urls[i].shown);
}
