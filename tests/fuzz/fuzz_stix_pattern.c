/* fuzz_stix_pattern.c - hostile STIX patterns. */
#include "feed/stix_pattern.h"
#include "check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

struct seen {
	unsigned values, unknown;
};

static void see_value(void *whom, enum indicator_kind kind, struct span text)
{
	struct seen *seen = whom;

	check(kind <= INDICATOR_KINDS);
	check(text.len <= INDICATOR_VALUE);
	seen->values++;
}

static void see_unknown(void *whom, const char *what, struct span name)
{
	struct seen *seen = whom;
	volatile uint8_t sum = 0;

	check(what[0] != '\0');
	for (size_t i = 0; i < name.len; i++)
		sum = (uint8_t)(sum + name.ptr[i]);
	seen->unknown++;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct seen seen = { 0 };
	struct stix_see see = { see_value, see_unknown, &seen };
	uint8_t *copy = malloc(len ? len : 1);
	enum err err;

	check(copy != NULL);
	if (len)
		memcpy(copy, bytes, len);
	err = stix_pattern_read((struct span){ copy, len }, &see);
	check(err == OK || err == ERR_FORMAT || err == ERR_LIMIT);
	/* What is read says something; what is damaged says nothing. */
	check((err == OK) == (seen.values + seen.unknown > 0));
	free(copy);
	return 0;
}
