/*
 * fuzz_site_kept.c - what was kept of a site, damaged in any way: it is read within its bounds, a look can be added, and the
 * document that is made of it is one that the keeper takes. The first byte chooses whether the look is a good one.
 */
#include "base/text.h"
#include "check.h"
#include "fare/site.h"
#include "site/document.h"
#include "watched/reading.h"

#include <stdlib.h>
#include <string.h>

#define NOW ((usec_t)1795000000 * USEC_PER_SEC)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_document(const struct site *site, const struct course_rules *rules)
{
	char *text = site_document(site, NOW, rules);
	struct reading reading;

	check(text != NULL);
	check(reading_take(WATCHED_SITE, "a", text_span(text), &reading) == OK);
	reading_free(&reading);
	free(text);
}

/* Written and read again it is the same. */
static void check_again(const struct site *site)
{
	json_t *once = site_write(site, "tower"), *twice;
	struct site back = { .is = site->is };

	check(once != NULL);
	site_read(&back, once);
	twice = site_write(&back, "tower");
	check(twice && json_equal(once, twice));
	site_close(&back);
	json_decref(once);
	json_decref(twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const struct course_rules rules = {
		.level = LEVEL_NORMAL, .slow_factor = 3, .again = 5 * USEC_PER_SEC, .timeout = USEC_PER_SEC, .interval = 300 * USEC_PER_SEC
	};
	struct probe_result result = { .at = NOW, .failed = PROBE_DONE, .status = 200, .total_us = 100000 };
	struct site site = { .is = { .name = "a", .url = "https://www.example.org/" } };
	json_t *json;

	if (len == 0)
		return 0;
	json = json_loadb((const char *)bytes + 1, len - 1, 0, NULL);
	site_read(&site, json);
	json_decref(json);
	check_document(&site, &rules);
	check_again(&site);
	if (bytes[0] & 1)
		result.failed = PROBE_TCP;
	site_course_see(&site.course, &result, site_course_bad(&site.course, &result, true), &rules);
	site_names_see(&site.names, &result, 0);
	site_certificate_see(&site.certificate, &result.certificate, NOW);
	check_document(&site, &rules);
	site_close(&site);
	return 0;
}
