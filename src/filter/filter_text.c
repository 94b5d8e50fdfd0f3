/* filter_text.c - a filter as people read it. */
#include "filter/filter_private.h"

#include "base/pen.h"
#include "base/text.h"

#include <assert.h>

static const struct {
	const char *name;
	uint8_t proto;
} protos[] = {
	{ "tcp", PROTO_TCP },     { "udp", PROTO_UDP }, { "icmp", PROTO_ICMP },
	{ "icmp6", PROTO_ICMP6 }, { "gre", PROTO_GRE },
};
#define PROTOS (sizeof(protos) / sizeof(protos[0]))

const char *const filter_fragment_names[FRAGMENT_LATER + 1] = {
	[FRAGMENT_NONE] = "none",
	[FRAGMENT_ANY] = "any",
	[FRAGMENT_LATER] = "later",
};

const char *filter_proto_name(uint8_t proto)
{
	for (size_t i = 0; i < PROTOS; i++)
		if (protos[i].proto == proto)
			return protos[i].name;
	return NULL;
}

bool filter_proto_from_name(struct span name, uint8_t *proto)
{
	for (size_t i = 0; i < PROTOS; i++) {
		if (!span_equal(name, text_span(protos[i].name)))
			continue;
		*proto = protos[i].proto;
		return true;
	}
	return false;
}

static void put_word(struct pen *pen, const char *word)
{
	if (pen->used)
		pen_byte(pen, ' ');
	pen_text(pen, word);
	pen_byte(pen, ' ');
}

/* An address alone is a prefix of its full length. */
static void put_prefix(struct pen *pen, const char *word, const struct prefix *prefix)
{
	char text[PREFIX_TEXT];

	put_word(pen, word);
	pen_text(pen, prefix->bits == 128 ? ip_text(&prefix->ip, text) : prefix_text(prefix, text));
}

static void put_proto(struct pen *pen, uint8_t proto)
{
	const char *name = filter_proto_name(proto);

	put_word(pen, "proto");
	if (name)
		pen_text(pen, name);
	else
		pen_decimal(pen, proto);
}

static void put_ranges(struct pen *pen, const struct filter *filter)
{
	for (size_t i = 0; i < FILTER_RANGES; i++) {
		const struct filter_range *range = filter_range(filter, &filter_ranges[i]);

		if (!(filter->parts & filter_ranges[i].part))
			continue;
		put_word(pen, filter_ranges[i].word);
		pen_decimal(pen, range->low);
		if (range->high == range->low)
			continue;
		pen_byte(pen, '-');
		pen_decimal(pen, range->high);
	}
}

static void put_letters(struct pen *pen, uint8_t flags)
{
	for (unsigned bit = 0; bit < 8; bit++)
		if (flags >> bit & 1)
			pen_byte(pen, (uint8_t)FILTER_FLAG_LETTERS[bit]);
}

static void put_flags(struct pen *pen, const struct filter *filter)
{
	put_word(pen, "flags");
	put_letters(pen, filter->flags);
	pen_byte(pen, '/');
	put_letters(pen, filter->flags_mask);
}

static void put_bytes(struct pen *pen, const struct filter_bytes *bytes)
{
	bool whole = true;

	for (unsigned i = 0; i < bytes->len; i++)
		whole = whole && bytes->mask[i] == 0xff;
	put_word(pen, "bytes");
	pen_decimal(pen, bytes->at);
	pen_byte(pen, ':');
	pen_hex(pen, (struct span){ bytes->value, bytes->len }, 0, PEN_LOWER);
	if (whole)
		return;
	pen_byte(pen, '/');
	pen_hex(pen, (struct span){ bytes->mask, bytes->len }, 0, PEN_LOWER);
}

char *filter_text(const struct filter *filter, char text[FILTER_TEXT])
{
	struct pen pen = pen_init(text, FILTER_TEXT - 1);
	uint32_t parts = filter->parts;

	assert(filter_sound(filter));
	if (parts & FILTER_FROM)
		put_prefix(&pen, "from", &filter->from);
	if (parts & FILTER_TO)
		put_prefix(&pen, "to", &filter->to);
	if (parts & FILTER_PROTO)
		put_proto(&pen, filter->proto);
	put_ranges(&pen, filter);
	if (parts & FILTER_FLAGS)
		put_flags(&pen, filter);
	if (parts & FILTER_FRAGMENT) {
		put_word(&pen, "fragment");
		pen_text(&pen, filter_fragment_names[filter->fragment]);
	}
	if (parts & FILTER_BYTES)
		put_bytes(&pen, &filter->bytes);
	text[pen.used] = '\0';
	return text;
}
