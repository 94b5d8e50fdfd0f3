/* index_test.c - see index_test.h */
#include "index_test.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

const char *test_folder(void)
{
	static char folder[] = "/tmp/hinomi-test.XXXXXX";
	static bool made;

	if (!made)
		assert_non_null(mkdtemp(folder));
	made = true;
	return folder;
}

const char *test_path(void)
{
	static char path[64];

	if (path[0] == '\0') /* threads may read it afterwards */
		snprintf(path, sizeof(path), "%s/index.hni", test_folder());
	return path;
}

static struct span optional(const char *text)
{
	return text ? text_span(text) : (struct span){ NULL, 0 };
}

void test_build(const struct told *told, size_t count)
{
	struct index_builder *builder = NULL;
	char room[INDICATOR_VALUE];

	assert_int_equal(index_builder_new(test_folder(), &builder), OK);
	for (size_t i = 0; i < count; i++) {
		struct indicator made = { .flags = told[i].flags };

		if (indicator_normal(text_span(told[i].text), told[i].kind, room, &made) !=
		    INDICATOR_OK)
			fail_msg("refused: %s", told[i].text);
		made.confidence = told[i].confidence;
		made.source = optional(told[i].source);
		made.origin = optional(told[i].origin);
		made.malware = optional(told[i].malware);
		made.reference = text_span("https://example.org/report");
		made.seen = told[i].seen;
		made.expires = told[i].expires;
		assert_int_equal(index_builder_add(builder, &made), OK);
	}
	assert_int_equal(index_builder_finish(builder, test_path(), TEST_NOW), OK);
	index_builder_free(builder);
}

struct index *test_open(const struct told *told, size_t count)
{
	struct index *index = NULL;

	test_build(told, count);
	assert_int_equal(index_open(test_path(), &index), OK);
	assert_int_equal(index_check(index), OK);
	return index;
}

static void text_copy(char *out, size_t size, struct span text)
{
	snprintf(out, size, "%.*s", (int)text.len, text.len ? (const char *)text.ptr : "");
}

static void gather(void *whom, const struct index_match *match)
{
	struct found *found = whom;
	unsigned n = found->count++;

	assert_true(n < TEST_FOUND);
	assert_true(match->kept <= INDEX_TELLINGS && match->kept <= match->count);
	found->at[n].kind = match->kind;
	text_copy(found->at[n].value, sizeof(found->at[n].value), match->value);
	text_copy(found->at[n].guard, sizeof(found->at[n].guard), match->guard);
	for (unsigned i = 0; i < match->kept; i++) {
		text_copy(found->at[n].source[i], sizeof(found->at[n].source[i]),
			  match->telling[i].source);
		assert_true(span_equal(match->telling[i].value, match->value));
		assert_true(span_equal(match->telling[i].reference,
				       text_span("https://example.org/report")));
	}
	found->at[n].tellings = (unsigned)match->count;
	found->at[n].kept = match->kept;
	found->at[n].confidence = match->confidence;
	found->at[n].alone = match->alone;
	found->at[n].guarded = match->guarded;
	found->at[n].expires = match->telling[0].expires;
	found->at[n].seen = match->telling[0].seen;
}

/* The fast path says so of whatever is there. */
static void never_ruled_out(const struct index *index, const struct index_question *question,
			    unsigned count)
{
	uint32_t may = index_batch(index, question, 1);

	assert_true(may <= 1);
	if (count > 0)
		assert_int_equal(may, 1);
}

struct found test_ip_at(const struct index *index, const char *ip, uint16_t port, usec_t now)
{
	struct index_end end = { .port = port };
	struct found found = { .count = 0 };
	unsigned count;

	assert_int_equal(ip_parse(&end.ip, ip), OK);
	count = index_ip(index, &end, now, gather, &found);
	assert_int_equal(count, found.count);
	never_ruled_out(index, &(struct index_question){ .end = end }, count);
	return found;
}

struct found test_ip(const struct index *index, const char *ip, uint16_t port)
{
	return test_ip_at(index, ip, port, TEST_NOW);
}

struct found test_domain(const struct index *index, const char *name)
{
	struct found found = { .count = 0 };
	unsigned count = index_domain(index, text_span(name), TEST_NOW, gather, &found);

	assert_int_equal(count, found.count);
	never_ruled_out(
		index,
		&(struct index_question){ .kind = INDICATOR_DOMAIN, .text = text_span(name) },
		count);
	return found;
}

struct found test_url(const struct index *index, const char *url)
{
	struct found found = { .count = 0 };
	unsigned count = index_url(index, text_span(url), TEST_NOW, gather, &found);

	assert_int_equal(count, found.count);
	never_ruled_out(index,
			&(struct index_question){ .kind = INDICATOR_URL, .text = text_span(url) },
			count);
	return found;
}

struct found test_bytes(const struct index *index, enum indicator_kind kind, struct span bytes)
{
	struct found found = { .count = 0 };
	unsigned count = index_text(index, kind, bytes, TEST_NOW, gather, &found);

	assert_int_equal(count, found.count);
	never_ruled_out(index, &(struct index_question){ .kind = kind, .text = bytes }, count);
	return found;
}

struct found test_text(const struct index *index, enum indicator_kind kind, const char *text)
{
	return test_bytes(index, kind, text_span(text));
}
