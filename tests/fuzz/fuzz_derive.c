/*
 * fuzz_derive.c - samples of any kind: what is derived can be obeyed, names its target, and is the same again.
 */
#include "derive/derive.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

#define LOOKS 256
#define PIECE 40 /* bytes of the input that one sample is made of */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static struct look look_from(const uint8_t *piece)
{
	struct look look = { 0 };

	look.from = ip_from_v4(piece);
	look.to = piece[4] & 1 ? ip_from_v4((const uint8_t[]){ 203, 0, 113, 80 }) : ip_from_v4(piece + 5);
	look.proto = piece[9] & 3 ? (const uint8_t[]){ 6, 6, 17, 1 }[piece[9] & 3] : piece[10];
	look.from_port = (uint16_t)(piece[11] << 8 | piece[12]);
	look.to_port = (uint16_t)(piece[13] << 8 | piece[14]);
	look.length = (uint16_t)(piece[15] << 8 | piece[16]);
	look.window = (uint16_t)(piece[17] << 8 | piece[18]);
	look.ttl = piece[19];
	look.flags = piece[20];
	look.fragment = (uint8_t)(1 + piece[21] % 3);
	look.header = look.proto == PROTO_TCP ? (uint8_t)(piece[22] % 16 * 4) : 0; /* one that is too short, too */
	if (piece[22] == LOOK_CUT)
		look.header = LOOK_CUT;
	look.has = piece[23] % (LOOK_BYTES + 1);
	for (unsigned i = 0; i < look.has; i++)
		look.bytes[i] = piece[24 + i % 16];
	return look;
}

/* What is in force is not found again. */
static void check_beside(const struct look *looks, size_t during, size_t before, struct derive_settings settings,
			 const struct derive_result *result)
{
	struct filter held[DERIVED_MAX];
	struct derive_result beside;

	for (; settings.held_count < result->count; settings.held_count++)
		held[settings.held_count] = result->all[settings.held_count].filter;
	settings.held = held;
	settings.during_pps = 1000;
	if (derive_filters(looks, during, looks + during, before, &settings, &beside) != OK)
		return;
	check(beside.count <= DERIVED_MAX);
	for (size_t i = 0; i < beside.count; i++)
		for (size_t k = 0; k < settings.held_count; k++)
			check(!filter_covers(&held[k], &beside.all[i].filter));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct look looks[LOOKS];
	struct derive_settings settings = { .normal_pps = 50 };
	struct derive_result result, again;
	size_t count = 0, during;

	if (len < 2)
		return 0;
	settings.vector = bytes[0] < VECTOR_COUNT ? (enum vector)bytes[0] : VECTOR_NONE;
	for (size_t at = 2; at + PIECE <= len && count < LOOKS / 4; at += PIECE)
		looks[count++] = look_from(bytes + at);
	for (size_t i = 0; count && i < LOOKS - count; i++) /* as often as it takes to say anything */
		looks[count + i] = looks[i];
	count = count ? LOOKS : 0;
	during = count * bytes[1] / 255;
	if (derive_filters(looks, during, looks + during, count - during, &settings, &result) != OK)
		return 0;
	check(result.count > 0 && result.count <= DERIVED_MAX);
	check(result.effect.attack_hit <= result.effect.attack && result.effect.normal_hit <= result.effect.normal);
	for (size_t i = 0; i < result.count; i++) {
		check(filter_sound(&result.all[i].filter));
		check(result.all[i].filter.parts & FILTER_TO);
		check(result.all[i].effect.attack_hit <= result.all[i].effect.attack);
	}
	check(derive_filters(looks, during, looks + during, count - during, &settings, &again) == OK);
	check(memcmp(&again, &result, sizeof(result)) == 0);
	check_beside(looks, during, count - during, settings, &result);
	return 0;
}
