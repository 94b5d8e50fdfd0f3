/* hex_test.c - payloads written as hexadecimal digits or as text. */
#include "hex_test.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#define BUFFERS 4
#define ROOM    4096

static unsigned nibble(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = strchr(digits, tolower((unsigned char)digit));

	assert(digit && at);
	return (unsigned)(at - digits);
}

struct span hex(const char *digits)
{
	static uint8_t rooms[BUFFERS][ROOM];
	static unsigned turn;
	uint8_t *room = rooms[turn++ % BUFFERS];
	size_t used = 0;
	bool quoted = false;

	for (; *digits; digits++) {
		assert(used < ROOM);
		if (*digits == '\'') {
			quoted = !quoted;
		} else if (quoted) {
			room[used++] = (uint8_t)*digits;
		} else if (*digits != ' ') {
			room[used++] = (uint8_t)(nibble(digits[0]) << 4 | nibble(digits[1]));
			digits++;
		}
	}
	return (struct span){ room, used };
}

bool span_is(struct span s, const char *text)
{
	return s.len == strlen(text) && (!s.len || memcmp(s.ptr, text, s.len) == 0);
}
