/*
 * fuzz_filter.c - what people may write as a filter: one that is read is sound, covers itself, and its text
 * is read back as equal bytes. The same bytes as a filter of another process are sound or refused.
 */
#include "filter/filter.h"
#include "check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_sound(const struct filter *filter)
{
	char text[FILTER_TEXT], trouble[FILTER_TROUBLE];
	struct filter again;

	check(filter_flaw(filter) == NULL);
	check(filter_covers(filter, filter));
	filter_text(filter, text);
	check(filter_parse((struct span){ (const uint8_t *)text, strlen(text) }, &again, trouble) == OK);
	check(memcmp(&again, filter, sizeof(again)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char trouble[FILTER_TROUBLE];
	struct filter filter;

	memset(trouble, 0x5a, sizeof(trouble));
	if (filter_parse((struct span){ bytes, len }, &filter, trouble) == OK)
		check_sound(&filter);
	else
		check(memchr(trouble, '\0', sizeof(trouble)) != NULL && trouble[0]);
	if (len == sizeof(filter)) {
		memcpy(&filter, bytes, len);
		if (filter_sound(&filter))
			check_sound(&filter);
	}
	return 0;
}
