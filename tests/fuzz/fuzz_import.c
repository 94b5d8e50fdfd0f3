/*
 * fuzz_import.c - hostile feeds: the first byte chooses the format (or to find it), the second
 * what else is set. What is taken must be in normal form: brought into it again, it stays.
 */
#include "feed/import.h"
#include "check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static bool take(void *whom, const struct indicator *i)
{
	const struct span texts[] = { i->malware, i->group, i->source, i->origin, i->reference };
	unsigned *count = whom;
	volatile uint8_t sum = 0;

	check(i->kind < INDICATOR_KINDS);
	check(i->confidence <= 100);
	check(i->value.len > 0 && i->value.len <= INDICATOR_VALUE);
	for (size_t t = 0; t < sizeof(texts) / sizeof(texts[0]); t++)
		for (size_t at = 0; at < texts[t].len; at++)
			sum = (uint8_t)(sum + texts[t].ptr[at]);
	++*count;
	return *count < 100000;
}

static bool take_group(void *whom, const struct import_group *group)
{
	(void)whom;
	check(group->name.len > 0 || group->id.len > 0);
	check(group->aliases <= IMPORT_ALIASES);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct import_report report;
	struct import_settings settings;
	unsigned count = 0;
	struct import_sink sink = { { take, &count }, take_group, NULL };
	uint8_t *copy;
	enum err err;

	if (len < 2)
		return 0;
	copy = malloc(len - 1);
	check(copy != NULL);
	memcpy(copy, bytes + 2, len - 2);
	memset(&report, 0, sizeof(report));
	import_settings_init(&settings, "apt_fuzz.txt", "fuzz");
	settings.format = (enum import_format)(bytes[0] % IMPORT_FORMATS);
	settings.flags = bytes[1] & INDICATOR_GUARD;
	settings.columns = bytes[1] & 2 ? "value=2,type=1" : NULL;
	settings.categories = bytes[1] & 4 ? "1,a,b\n2,c\n" : NULL;
	settings.now = (usec_t)1800000000 * USEC_PER_SEC;
	err = import_bytes((struct span){ copy, len - 2 }, &settings, &sink, &report);
	check(err == OK || report.error[0] != '\0');
	check(import_taken(&report) == count);
	free(copy);
	return 0;
}
