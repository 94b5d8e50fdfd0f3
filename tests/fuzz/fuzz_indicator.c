/*
 * fuzz_indicator.c - what a feed may hold before indicator_normal(): the normal form is its own
 * normal form, of the same kind; and a URL that is taken as it is differs in nothing from it.
 */
#include "intel/indicator.h"

#include "base/text.h"
#include "check.h"
#include "intel/url.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static bool same_network(const struct indicator *a, const struct indicator *b)
{
	return a->kind > INDICATOR_ENDPOINT ||
	       (ip_equal(&a->prefix.ip, &b->prefix.ip) && a->prefix.bits == b->prefix.bits);
}

/* A URL that is taken as it is, is the same in normal form. */
static void same_url(const uint8_t *bytes, size_t len)
{
	static const char scheme[] = "http://";
	size_t before = sizeof(scheme) - 1;
	uint8_t *copy = malloc(before + len);
	struct span text = { copy, before + len };
	char room[INDICATOR_VALUE];
	struct url fast, normal;

	check(copy != NULL);
	memcpy(copy, scheme, before);
	memcpy(copy + before, bytes, len);
	if (url_as_it_is(text, &fast)) {
		check(url_normal(text, true, room, &normal) == INDICATOR_OK);
		check(span_equal(fast.whole, normal.whole) && span_equal(fast.rest, normal.rest));
		check(span_equal(fast.host, normal.host));
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char room[INDICATOR_VALUE], again[INDICATOR_VALUE];
	struct indicator first = { .flags = 0 }, second;
	enum indicator_kind told;
	uint8_t *copy;

	if (len < 2)
		return 0;
	same_url(bytes + 1, len - 1);
	told = (enum indicator_kind)(bytes[0] % (INDICATOR_KINDS + 1));
	first.flags = bytes[0] >> 4 & 7;
	copy = malloc(len - 1);
	check(copy != NULL);
	memcpy(copy, bytes + 1, len - 1);
	if (indicator_normal((struct span){ copy, len - 1 }, told, room, &first) == INDICATOR_OK) {
		uint8_t *value = malloc(first.value.len);

		check(first.kind < INDICATOR_KINDS && first.value.len > 0);
		memcpy(value, first.value.ptr, first.value.len);
		second = first;
		check(indicator_normal((struct span){ value, first.value.len }, first.kind, again,
				       &second) == INDICATOR_OK);
		check(second.kind == first.kind && span_equal(second.value, first.value));
		check(same_network(&first, &second));
		free(value);
	}
	free(copy);
	return 0;
}
