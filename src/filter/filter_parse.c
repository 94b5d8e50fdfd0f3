/* filter_parse.c - a filter as people write it. */
#include "filter/filter_private.h"

#include "base/pen.h"
#include "base/text.h"

#include <stdio.h>

#define SHOWN 40 /* bytes of a word that a trouble shows */

/* A number in decimal digits; false: it is none, or more than `most`. */
static bool read_number(struct span text, uint32_t most, uint16_t *number)
{
	uint32_t value = 0;

	if (text.len < 1 || text.len > 5)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		value = value * 10 + text.ptr[i] - '0';
	}
	if (value > most)
		return false;
	*number = (uint16_t)value;
	return true;
}

/* Parts a text at the first `mark`, which it must have. */
static bool split(struct span text, char mark, struct span *before, struct span *after)
{
	const uint8_t *at = text.len ? memchr(text.ptr, mark, text.len) : NULL;

	if (!at)
		return false;
	*before = (struct span){ text.ptr, (size_t)(at - text.ptr) };
	*after = (struct span){ at + 1, text.len - before->len - 1 };
	return true;
}

static bool read_range(struct filter *filter, const struct range_part *part, struct span text)
{
	struct filter_range range;
	struct span low = text, high = text;

	split(text, '-', &low, &high);
	if (!read_number(low, part->most, &range.low) || !read_number(high, part->most, &range.high))
		return false;
	memcpy((uint8_t *)filter + part->offset, &range, sizeof(range));
	return true;
}

static bool read_prefix(struct prefix *prefix, struct span text)
{
	char word[PREFIX_TEXT];

	if (text.len >= sizeof(word) || memchr(text.ptr, '\0', text.len))
		return false;
	memcpy(word, text.ptr, text.len);
	word[text.len] = '\0';
	return prefix_parse(prefix, word) == OK;
}

static bool read_from(struct filter *filter, struct span text)
{
	return read_prefix(&filter->from, text);
}

static bool read_to(struct filter *filter, struct span text)
{
	return read_prefix(&filter->to, text);
}

static bool read_proto(struct filter *filter, struct span text)
{
	uint16_t number;

	if (filter_proto_from_name(text, &filter->proto))
		return true;
	if (!read_number(text, 255, &number))
		return false;
	filter->proto = (uint8_t)number;
	return true;
}

static bool read_fragment(struct filter *filter, struct span text)
{
	for (uint8_t i = FRAGMENT_NONE; i <= FRAGMENT_LATER; i++) {
		if (!span_equal(text, text_span(filter_fragment_names[i])))
			continue;
		filter->fragment = i;
		return true;
	}
	return false;
}

static bool read_letters(struct span text, uint8_t *flags)
{
	for (size_t i = 0; i < text.len; i++) {
		const char *at = text.ptr[i] ? strchr(FILTER_FLAG_LETTERS, text.ptr[i]) : NULL;

		if (!at)
			return false;
		*flags |= (uint8_t)(1u << (at - FILTER_FLAG_LETTERS));
	}
	return true;
}

static bool read_flags(struct filter *filter, struct span text)
{
	struct span set, looked;

	return split(text, '/', &set, &looked) && read_letters(set, &filter->flags) &&
	       read_letters(looked, &filter->flags_mask);
}

static bool read_hex(struct span text, uint8_t bytes[FILTER_BYTES_MAX], uint8_t *len)
{
	if (text.len < 2 || text.len > 2 * FILTER_BYTES_MAX || text.len % 2)
		return false;
	for (size_t i = 0; i < text.len; i += 2) {
		int high = text_nibble(text.ptr[i]), low = text_nibble(text.ptr[i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i / 2] = (uint8_t)(high << 4 | low);
	}
	*len = (uint8_t)(text.len / 2);
	return true;
}

static bool read_bytes(struct filter *filter, struct span text)
{
	struct filter_bytes *bytes = &filter->bytes;
	struct span offset, value, mask;
	uint16_t at;
	uint8_t len;

	if (!split(text, ':', &offset, &value) || !read_number(offset, FILTER_AT_MAX, &at))
		return false;
	bytes->at = (uint8_t)at;
	if (split(value, '/', &value, &mask))
		return read_hex(value, bytes->value, &bytes->len) &&
		       read_hex(mask, bytes->mask, &len) && len == bytes->len;
	if (!read_hex(value, bytes->value, &bytes->len))
		return false;
	memset(bytes->mask, 0xff, bytes->len);
	return true;
}

#define PREFIX "an address or a prefix is expected"

static const struct part_word {
	const char *word;
	enum filter_part part;
	bool (*read)(struct filter *filter, struct span text);
	const char *expected;
} part_words[] = {
	{ "from", FILTER_FROM, read_from, PREFIX },
	{ "to", FILTER_TO, read_to, PREFIX },
	{ "proto", FILTER_PROTO, read_proto,
	  "tcp, udp, icmp, icmp6, gre or a number up to 255 is expected" },
	{ "flags", FILTER_FLAGS, read_flags,
	  "letters of FSRPAUEC are expected: those set, a '/', those looked at, as in S/SA" },
	{ "fragment", FILTER_FRAGMENT, read_fragment, "none, any or later is expected" },
	{ "bytes", FILTER_BYTES, read_bytes,
	  "an offset up to 255 and 1 to 8 bytes are expected, as in 0:1700 or 0:1700/ff00" },
};

/* Writes a part's value; 0: there is no such part; its trouble is NULL when the value was read. */
static enum filter_part read_part(struct filter *filter, struct span word, struct span value,
				  const char **trouble)
{
	for (size_t i = 0; i < sizeof(part_words) / sizeof(part_words[0]); i++) {
		const struct part_word *part = &part_words[i];

		if (!span_equal(word, text_span(part->word)))
			continue;
		*trouble = part->read(filter, value) ? NULL : part->expected;
		return part->part;
	}
	for (size_t i = 0; i < FILTER_RANGES; i++) {
		const struct range_part *part = &filter_ranges[i];

		if (!span_equal(word, text_span(part->word)))
			continue;
		*trouble = read_range(filter, part, value)
				   ? NULL : "a number or LOW-HIGH is expected, not above what can be";
		return part->part;
	}
	return 0;
}

static void put_visible(struct pen *pen, struct span word)
{
	char rune[RUNE_TEXT];
	size_t end = pen->used + SHOWN;

	while (word.len > 0 && pen->used < end)
		pen_text(pen, rune_text(text_rune(&word), rune));
	if (word.len > 0)
		pen_text(pen, "...");
}

static enum err refuse(char trouble[FILTER_TROUBLE], struct span word, struct span value, const char *why)
{
	struct pen pen = pen_init(trouble, FILTER_TROUBLE - 1);

	put_visible(&pen, word);
	if (value.len > 0) {
		pen_byte(&pen, ' ');
		put_visible(&pen, value);
	}
	if (pen.used > 0)
		pen_text(&pen, ": ");
	pen_text(&pen, why);
	trouble[pen.used] = '\0';
	return ERR_FORMAT;
}

enum err filter_parse(struct span text, struct filter *filter, char trouble[FILTER_TROUBLE])
{
	const struct span none = { NULL, 0 };
	struct filter read;
	struct span word, value;
	const char *why;

	memset(&read, 0, sizeof(read));
	while (text_word(&text, &word)) {
		enum filter_part part;

		if (!text_word(&text, &value))
			value = (struct span){ word.ptr + word.len, 0 };
		part = read_part(&read, word, value, &why);
		if (!part)
			return refuse(trouble, word, none,
				      "it is not known; known are from, to, proto, from-port, to-port, "
				      "length, ttl, flags, window, header, fragment, bytes");
		if (read.parts & part)
			return refuse(trouble, word, value, "it is there a second time");
		if (why)
			return refuse(trouble, word, value, why);
		read.parts |= part;
	}
	why = filter_flaw(&read);
	if (why)
		return refuse(trouble, none, none, why);
	*filter = read;
	return OK;
}
