/* index_area.c - notes where prefixes lie. */
#include "intel/index_area.h"

#include <string.h>

static void bit_set(uint8_t *bits, uint32_t n)
{
	bits[n / 8] |= (uint8_t)(1u << n % 8);
}

static void area_set4(uint8_t *four, const struct prefix *prefix, bool net)
{
	uint32_t first = index_area4(&prefix->ip);
	uint32_t count = prefix->bits >= 96 + 24 ? 1 : 1u << (96 + 24 - prefix->bits);

	for (uint32_t i = 0; i < count; i++) {
		bit_set(four, 2 * (first + i));
		if (net)
			bit_set(four, 2 * (first + i) + 1);
	}
}

static void area_set6(struct index_area *area, const struct prefix *prefix)
{
	static const struct ip mapped = { { [10] = 0xff, [11] = 0xff } };
	uint32_t count = prefix->bits >= 32 ? 1 : 1u << (32 - prefix->bits), first;

	if (prefix_has(prefix, &mapped))
		memset(area->four, 0xff, AREA4_BYTES);
	if (prefix->bits < 12) { /* more /32s than there are bits */
		memset(area->six, 0xff, AREA6_BYTES);
		return;
	}
	first = (uint32_t)prefix->ip.b[0] << 24 | (uint32_t)prefix->ip.b[1] << 16 |
		(uint32_t)prefix->ip.b[2] << 8 | prefix->ip.b[3];
	for (uint32_t i = 0; i < count; i++)
		bit_set(area->six, index_area6(first + i));
}

void index_area_set(struct index_area *area, const struct prefix *prefix, bool net)
{
	if (!ip_is_v4(&prefix->ip) || prefix->bits < 96) {
		area_set6(area, prefix);
		return;
	}
	area_set4(area->four, prefix, net);
}
