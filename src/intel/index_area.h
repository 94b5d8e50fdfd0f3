/*
 * index_area.h - where in the address space anything lies at all: two bits for each IPv4 /24 (something,
 * a prefix: few addresses need the search for one) and a bit for the hash of each IPv6 /32. Most
 * addresses that are looked up are done after this one load.
 */
#ifndef INTEL_INDEX_AREA_H
#define INTEL_INDEX_AREA_H

#include "base/hash.h"
#include "base/pages.h"
#include "intel/index_file.h"

struct index_area {
	uint8_t *four, *six; /* AREA4_BYTES, AREA6_BYTES */
};

static inline bool index_area_new(struct index_area *area)
{
	area->four = pages_new(AREA4_BYTES);
	area->six = pages_new(AREA6_BYTES);
	return area->four && area->six;
}

static inline void index_area_free(struct index_area *area)
{
	pages_free(area->four, AREA4_BYTES);
	pages_free(area->six, AREA6_BYTES);
}

static inline uint32_t index_area4(const struct ip *ip)
{
	return (uint32_t)ip->b[12] << 16 | (uint32_t)ip->b[13] << 8 | ip->b[14];
}

/* Unkeyed: it is a help against work, and who fills it gains nothing but the work. */
static inline uint32_t index_area6(uint32_t first)
{
	return (uint32_t)(hash_64(first, 0) % (AREA6_BYTES * 8));
}

static inline uint32_t index_area6_of(const struct ip *ip)
{
	return index_area6((uint32_t)ip->b[0] << 24 | (uint32_t)ip->b[1] << 16 |
			   (uint32_t)ip->b[2] << 8 | ip->b[3]);
}

/* Notes all that a prefix covers; `net`: it is one, not a single address. */
void index_area_set(struct index_area *area, const struct prefix *prefix, bool net);

#endif
