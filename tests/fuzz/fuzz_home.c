/*
 * fuzz_home.c - what a user may write as a network: prefix_parse() reads back what prefix_text()
 * writes, and home_has() agrees with prefix_has().
 */
#include "model/home.h"
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_prefix(const struct prefix *prefix, struct home *home)
{
	struct prefix again, cleared = ip_prefix(&prefix->ip, prefix->bits);
	struct ip last = prefix->ip, outside = prefix->ip;
	char text[PREFIX_TEXT];

	check(prefix->bits <= 128);
	check(memcmp(&cleared.ip, &prefix->ip, sizeof(cleared.ip)) == 0);
	prefix_text(prefix, text);
	check(memchr(text, '\0', sizeof(text)) != NULL);
	check(prefix_parse(&again, text) == OK);
	check(again.bits == prefix->bits && ip_equal(&again.ip, &prefix->ip));
	for (unsigned bit = prefix->bits; bit < 128; bit++)
		last.b[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	check(prefix_has(prefix, &prefix->ip) && prefix_has(prefix, &last));
	if (prefix->bits) {
		unsigned bit = prefix->bits - 1u;

		outside.b[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		check(!prefix_has(prefix, &outside));
	}
	if (home_add(home, prefix) == OK)
		check(home_has(home, &prefix->ip) && home_has(home, &last));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char line[128];
	struct home home;
	size_t at = 0;

	memset(&home, 0, sizeof(home));
	while (at < len) { /* a line is a network */
		const uint8_t *end = memchr(bytes + at, '\n', len - at);
		size_t n = end ? (size_t)(end - bytes) - at : len - at;
		struct prefix prefix;

		memset(&prefix, 0x5a, sizeof(prefix));
		if (n < sizeof(line)) {
			memcpy(line, bytes + at, n);
			line[n] = '\0';
			if (prefix_parse(&prefix, line) == OK)
				check_prefix(&prefix, &home);
			else
				check(prefix.bits == 0x5a && prefix.ip.b[0] == 0x5a);
		}
		at += n + 1;
	}
	for (size_t i = 0; i < home.count; i++)
		check(home_has(&home, &home.prefixes[i].ip));
	return 0;
}
