/*
 * hostname.c - the registrable part of a name, and what its letters look like.
 *
 * The table of letter pairs was computed from the 74,000 plain words of Debian's wamerican
 * 2020.12.07 (SCOWL, Kevin Atkinson), with the joints of compound words at 0.3 a word, and from
 * 25,000 random words of Japanese syllables in Hepburn's spelling. Measured when it was made: of
 * random labels of 8 (12) letters 90 (95) % have a mean above SURPRISE_LEAST, of words 0.1 (0) %,
 * of two words joined 5 (under 1) %.
 */
#include "detect/hostname.h"

#include "base/cursor.h"
#include "base/hash.h"
#include "base/text.h"
#include "intel/host.h"

#define LABEL_LEAST    7  /* letters and digits: what is shorter is an abbreviation as well */
#define SURPRISE_LEAST 42 /* eighths of a bit, per pair of letters; English has 29 */
#define STREWN_LEAST   3  /* changes from letter to digit or back */

/* -log2 of how probable the second letter is after the first, in eighths of a bit. */
static const uint8_t surprise[26][26] = {
	{ 67, 37, 33, 37, 61, 47, 39, 44, 41, 54, 41, 28, 36,
	  23, 68, 38, 80, 25, 31, 23, 46, 50, 47, 68, 44, 50 },
	{ 21, 41, 69, 67, 21, 79, 89, 76, 24, 66, 97, 24, 68,
	  72, 23, 80, 99, 31, 42, 60, 25, 77, 80, 99, 53, 99 },
	{ 24, 81, 48, 80, 27, 87, 86, 16, 32, 99, 30, 38, 80,
	  85, 22, 80, 74, 34, 51, 32, 37, 93, 94, 99, 52, 88 },
	{ 27, 51, 49, 41, 16, 56, 46, 55, 19, 62, 74, 40, 50,
	  57, 28, 52, 82, 37, 32, 56, 31, 58, 54, 99, 51, 81 },
	{ 37, 48, 38, 25, 43, 45, 47, 46, 52, 56, 47, 36, 40,
	  26, 55, 43, 68, 20, 20, 35, 59, 51, 49, 50, 50, 55 },
	{ 24, 74, 76, 82, 22, 32, 80, 78, 19, 93, 90, 30, 81,
	  80, 22, 81, 99, 33, 50, 41, 24, 99, 86, 99, 48, 99 },
	{ 24, 54, 51, 55, 20, 58, 38, 34, 24, 73, 73, 34, 50,
	  42, 28, 52, 83, 29, 34, 53, 28, 71, 60, 99, 51, 81 },
	{ 21, 65, 73, 73, 19, 70, 84, 76, 22, 90, 85, 57, 59,
	  62, 21, 74, 99, 47, 52, 45, 26, 94, 65, 99, 22, 99 },
	{ 38, 45, 31, 40, 32, 44, 40, 47, 68, 55, 45, 36, 39,
	  16, 33, 44, 73, 38, 27, 30, 61, 44, 55, 71, 56, 41 },
	{ 18, 97, 96, 97, 20, 90, 98, 98, 20, 98, 90, 98, 97,
	  98, 18, 89, 98, 90, 85, 97, 18, 98, 90, 98, 98, 98 },
	{ 28, 59, 68, 67, 19, 65, 74, 55, 22, 82, 67, 44, 62,
	  47, 30, 63, 99, 56, 33, 66, 32, 91, 62, 99, 14, 99 },
	{ 24, 59, 56, 45, 18, 58, 61, 70, 20, 89, 57, 25, 55,
	  64, 28, 57, 92, 68, 37, 43, 38, 57, 73, 89, 27, 92 },
	{ 19, 36, 60, 75, 19, 65, 84, 75, 20, 97, 93, 63, 38,
	  57, 23, 29, 91, 70, 39, 76, 30, 82, 78, 99, 56, 99 },
	{ 30, 60, 34, 32, 25, 51, 19, 59, 30, 68, 49, 60, 62,
	  46, 35, 61, 70, 60, 29, 26, 41, 57, 66, 86, 29, 72 },
	{ 47, 42, 38, 40, 54, 45, 39, 43, 47, 52, 40, 35, 34,
	  20, 38, 37, 81, 25, 33, 33, 32, 45, 38, 63, 47, 49 },
	{ 23, 70, 71, 74, 20, 75, 80, 35, 25, 92, 79, 31, 69,
	  74, 24, 35, 99, 25, 38, 41, 30, 97, 75, 99, 57, 99 },
	{ 63, 73, 79, 80, 81, 80, 81, 81, 57, 81, 81, 63, 80,
	  81, 73, 80, 81, 80, 72, 80, 0,  81, 73, 82, 81, 81 },
	{ 23, 50, 45, 42, 20, 59, 49, 62, 23, 78, 52, 51, 44,
	  46, 27, 52, 82, 43, 30, 37, 37, 57, 65, 99, 27, 89 },
	{ 31, 52, 35, 53, 25, 56, 59, 23, 27, 72, 52, 43, 43,
	  51, 32, 37, 62, 54, 29, 22, 32, 68, 52, 99, 55, 88 },
	{ 27, 62, 50, 69, 19, 63, 72, 34, 18, 86, 85, 46, 60,
	  65, 30, 64, 99, 31, 22, 39, 35, 82, 58, 99, 44, 68 },
	{ 41, 38, 36, 38, 41, 43, 39, 40, 41, 47, 39, 32, 33,
	  24, 55, 37, 97, 25, 25, 29, 67, 72, 47, 72, 48, 46 },
	{ 21, 87, 82, 76, 8,  89, 86, 83, 17, 98, 98, 71, 92,
	  87, 30, 83, 99, 69, 65, 80, 50, 67, 96, 99, 60, 99 },
	{ 18, 56, 70, 54, 19, 67, 74, 37, 20, 98, 62, 47, 66,
	  39, 22, 65, 99, 43, 40, 65, 29, 96, 75, 99, 65, 82 },
	{ 31, 63, 28, 67, 21, 62, 66, 39, 20, 79, 79, 61, 62,
	  68, 38, 21, 71, 63, 58, 22, 39, 52, 60, 45, 45, 76 },
	{ 20, 55, 49, 55, 20, 62, 61, 63, 20, 78, 75, 52, 49,
	  53, 21, 47, 89, 52, 40, 55, 21, 76, 61, 82, 89, 77 },
	{ 20, 75, 78, 79, 14, 89, 87, 65, 19, 96, 81, 50, 72,
	  77, 23, 74, 92, 81, 75, 75, 25, 77, 76, 99, 57, 40 },
};

static bool is_letter(uint8_t c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static struct span span_from(struct span s, size_t at)
{
	struct cur c = cur_init(s);

	cur_span(&c, at);
	return cur_rest(&c);
}

static struct span span_until(struct span s, size_t length)
{
	struct cur c = cur_init(s);

	return cur_span(&c, length);
}

static bool span_is(struct span s, const char *text)
{
	return s.len == strlen(text) && memcmp(s.ptr, text, s.len) == 0;
}

/* Top-level domains are letters only, or A-labels (RFC 3696, section 2; RFC 5890). */
static bool top_exists(struct span top)
{
	if (top.len >= 4 && span_is(span_until(top, 4), "xn--"))
		return true;
	for (size_t i = 0; i < top.len; i++)
		if (!is_letter(top.ptr[i]) && top.ptr[i] != '-')
			return false;
	return top.len > 0;
}

struct span hostname_registrable(struct span name)
{
	size_t top = name.len;

	while (top > 0 && name.ptr[top - 1] != '.')
		top--;
	if (top > 0 && !top_exists(span_from(name, top)))
		return span_from(name, name.len);
	return host_registrable(name);
}

struct span hostname_below(struct span name, struct span registrable)
{
	size_t dot = registrable.len > 0;

	return span_until(name, name.len > registrable.len ? name.len - registrable.len - dot : 0);
}

struct span hostname_first(struct span name)
{
	size_t length = 0;

	while (length < name.len && name.ptr[length] != '.')
		length++;
	return span_until(name, length);
}

struct span hostname_longest(struct span name)
{
	struct span best = { name.ptr, 0 };

	while (name.len > 0) {
		struct span label = hostname_first(name);

		if (label.len > best.len)
			best = label;
		name = span_from(name, label.len < name.len ? label.len + 1 : name.len);
	}
	return best;
}

bool hostname_under(struct span name, const char *suffix)
{
	size_t length = strlen(suffix);

	return name.len >= length && span_is(span_from(name, name.len - length), suffix) &&
	       (name.len == length || name.ptr[name.len - length - 1] == '.');
}

bool hostname_machine(struct span label)
{
	uint32_t sum = 0, pairs = 0, digits = 0, changes = 0;

	if (label.len < LABEL_LEAST || (label.len >= 4 && span_is(span_until(label, 4), "xn--")))
		return false; /* RFC 3492: letters of other scripts, not English ones */
	for (size_t i = 0; i < label.len; i++) {
		uint8_t c = label.ptr[i], before = i > 0 ? label.ptr[i - 1] : '-';

		if (!is_letter(c) && !is_digit(c) && c != '-' && c != '_')
			return true;
		digits += is_digit(c);
		changes += (is_digit(c) && is_letter(before)) || (is_letter(c) && is_digit(before));
		if (is_letter(c) && is_letter(before)) {
			sum += surprise[before - 'a'][c - 'a'];
			pairs++;
		}
	}
	if (changes >= STREWN_LEAST && digits * 6 >= label.len)
		return true;
	return pairs >= LABEL_LEAST - 1 && sum >= pairs * SURPRISE_LEAST;
}

bool hostname_carries_address(struct span name)
{
	unsigned numbers = 0, singles = 0; /* labels in a row: numbers to 999; of one character */
	size_t length = 0, digits = 0;

	for (size_t i = 0; i <= name.len; i++) {
		if (i < name.len && name.ptr[i] != '.' && name.ptr[i] != '-') {
			length++;
			digits += is_digit(name.ptr[i]);
			continue;
		}
		numbers = length >= 1 && length <= 3 && digits == length ? numbers + 1 : 0;
		singles = length == 1 ? singles + 1 : 0;
		if (numbers >= 4 || singles >= 16)
			return true;
		length = digits = 0;
	}
	return false;
}

uint64_t hostname_hash(struct span name)
{
	uint64_t h = HASH_K0;

	for (size_t i = 0; i < name.len; i++)
		h = hash_mix(h ^ name.ptr[i], HASH_K1);
	return hash_64(h, name.len);
}

char *hostname_text(struct span name, char text[HOSTNAME_TEXT])
{
	size_t room = HOSTNAME_TEXT - 1, at = 0;

	if (name.len > room) {
		name = span_from(name, name.len - (room - 3));
		memcpy(text, "...", 3);
		at = 3;
	}
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = name.ptr[i];

		text[at++] = (char)(is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_'
					    ? c
					    : '?');
	}
	text[at] = '\0';
	return text;
}
