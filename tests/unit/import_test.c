/* import_test.c - imports a text and writes down what came. */
#include "import_test.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>

static bool take(void *whom, const struct indicator *i)
{
	struct import_got *got = whom;

	text_append(got->all, sizeof(got->all), "%s %.*s; ", indicator_kind_name(i->kind),
		    (int)i->value.len, i->value.ptr);
	snprintf(got->last, sizeof(got->last), "%u %x [%.*s] [%.*s] [%.*s] [%.*s] %lld %lld",
		 i->confidence, i->flags, (int)i->malware.len, i->malware.ptr, (int)i->group.len,
		 i->group.ptr, (int)i->origin.len, i->origin.len ? (const char *)i->origin.ptr : "",
		 (int)i->reference.len, i->reference.ptr, (long long)(i->seen / USEC_PER_SEC),
		 (long long)(i->expires / USEC_PER_SEC));
	return true;
}

static bool take_group(void *whom, const struct import_group *group)
{
	struct import_got *got = whom;

	text_append(got->groups, sizeof(got->groups), "%.*s|%.*s|", (int)group->id.len,
		    group->id.len ? (const char *)group->id.ptr : "", (int)group->name.len,
		    group->name.ptr);
	for (size_t i = 0; i < group->aliases; i++)
		text_append(got->groups, sizeof(got->groups), "%.*s,", (int)group->alias[i].len,
			    group->alias[i].ptr);
	text_append(got->groups, sizeof(got->groups), "; ");
	return true;
}

void import_got_init(struct import_got *got)
{
	memset(got, 0, sizeof(*got));
	import_settings_init(&got->settings, "feed.txt", "feed");
	got->settings.now = NOW;
}

void import_got_run(struct import_got *got, const char *text)
{
	struct import_sink sink = { { take, got }, take_group, got };
	size_t len = strlen(text);
	uint8_t *copy = malloc(len + 1); /* exactly as long as the text, for ASan */

	assert_non_null(copy);
	copy = realloc(copy, len ? len : 1);
	memcpy(copy, text, len);
	got->err = import_bytes((struct span){ copy, len }, &got->settings, &sink, &got->report);
	free(copy);
}

void import_expect(const char *text, enum import_format format, const char *all)
{
	struct import_got got;

	import_got_init(&got);
	import_got_run(&got, text);
	assert_string_equal(got.report.error, "");
	assert_int_equal(got.err, OK);
	assert_int_equal(got.report.format, format);
	assert_string_equal(got.all, all);
}

uint64_t import_got_named(const struct import_got *got, const char *what)
{
	for (size_t i = 0; i < got->report.named_count; i++)
		if (strcmp(got->report.named[i].what, what) == 0)
			return got->report.named[i].count;
	return 0;
}
