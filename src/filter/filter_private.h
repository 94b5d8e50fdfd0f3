/* filter_private.h - what the files of filter/ share. */
#ifndef FILTER_FILTER_PRIVATE_H
#define FILTER_FILTER_PRIVATE_H

#include "filter/filter.h"

#include <stddef.h>

/* The conditions that are a range of numbers. */
struct range_part {
	const char *word; /* in text */
	enum filter_part part;
	size_t offset;    /* in struct filter */
	uint16_t least, most;
};

#define FILTER_RANGES 6
extern const struct range_part filter_ranges[FILTER_RANGES];

static inline const struct filter_range *filter_range(const struct filter *filter,
						      const struct range_part *part)
{
	return (const struct filter_range *)((const uint8_t *)filter + part->offset);
}

/* Conditions on what only TCP has, and on what later fragments do not have. */
#define FILTER_TCP       (FILTER_FLAGS | FILTER_WINDOW | FILTER_HEADER)
#define FILTER_PORTS     (FILTER_FROM_PORT | FILTER_TO_PORT)
#define FILTER_TRANSPORT (FILTER_TCP | FILTER_PORTS)

/* Words of the text form. */
#define FILTER_FLAG_LETTERS "FSRPAUEC" /* from the lowest bit on, as in tcpdump */
extern const char *const filter_fragment_names[FRAGMENT_LATER + 1];
const char *filter_proto_name(uint8_t proto); /* NULL: it is written as a number */
bool filter_proto_from_name(struct span name, uint8_t *proto);

static inline bool proto_is_icmp(uint8_t proto)
{
	return proto == PROTO_ICMP || proto == PROTO_ICMP6;
}

static inline bool proto_has_ports(uint8_t proto)
{
	return proto == PROTO_TCP || proto == PROTO_UDP || proto_is_icmp(proto);
}

/* Up to four bytes as one number, as they are sent. */
static inline uint32_t bytes_number(const uint8_t *bytes, unsigned size)
{
	uint32_t number = 0;

	for (unsigned i = 0; i < size; i++)
		number = number << 8 | bytes[i];
	return number;
}

static inline bool prefix_is_v4(const struct prefix *prefix)
{
	return prefix->bits >= 96 && ip_is_v4(&prefix->ip);
}

#endif
