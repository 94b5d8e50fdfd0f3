/*
 * index_private.h - the open index, for the files that look into it.
 */
#ifndef INTEL_INDEX_PRIVATE_H
#define INTEL_INDEX_PRIVATE_H

#include "intel/index.h"
#include "intel/host.h"
#include "intel/index_entry.h"
#include "intel/index_area.h"
#include "intel/index_nets.h"

struct index {
	void *map;
	size_t size;
	struct index_header header;
	struct section section[SECTIONS];
	struct index_nets nets, guards;
	uint64_t blocks; /* of the filter */
};

static inline const uint8_t *index_filter_at(const struct index *index, uint64_t hash)
{
	return index->section[SECTION_FILTER].ptr +
	       filter_block(hash, index->blocks) * FILTER_BLOCK;
}

/* False: no such value, surely. */
static inline bool index_may_have(const struct index *index, uint64_t hash)
{
	const uint8_t *block = index_filter_at(index, hash);

	for (unsigned word = 0; word < 8; word++)
		if (!(ld_le32(block + word * 4) & filter_bit(hash, word)))
			return false;
	return true;
}

/* Whether anything accuses of this kind, */
static inline bool index_has_kind(const struct index *index, enum indicator_kind kind)
{
	return index->header.kinds >> kind & 1;
}

/* has this many labels, */
static inline bool index_has_level(const struct index *index, unsigned n)
{
	return index->header.levels >> (n < 63 ? n : 63) & 1;
}

/* lies near this address. */
static inline bool index_area_has(const struct index *index, const struct ip *ip)
{
	bool four = ip_is_v4(ip);
	uint32_t bit = four ? index_area4(ip) : index_area6_of(ip);
	const struct section *area = &index->section[four ? SECTION_AREA4 : SECTION_AREA6];

	return section_le32(area, bit / 32) >> bit % 32 & 1;
}

/* and whether a prefix may cover it; surely not when false. */
static inline bool index_has_net(const struct index *index, const struct ip *ip)
{
	uint32_t bit = index_area4(ip);

	return !ip_is_v4(ip) ||
	       (section_le32(&index->section[SECTION_AREA4_NETS], bit / 32) >> bit % 32 & 1);
}

#define LABELS_MAX 128 /* a name of 253 characters has 127 at most */

/* A name's suffixes at label boundaries, the shortest first. */
struct suffixes {
	uint64_t hash[LABELS_MAX];
	uint8_t at[LABELS_MAX];
	unsigned count;
};

/* Those of a lower-case name that the index may have, or with ENTRY_GUARD all. */
void index_suffixes(const struct index *index, struct span name, uint8_t kind, struct suffixes *s);

/* A name in lower case without its last dot; empty when it is too long for one. */
struct span index_name(struct span name, uint8_t room[HOST_TEXT]);

/* The key of a value that is looked up exactly: digests as bytes, an address's domain part in lower
 * case; empty when it is none. May point into the value. */
struct span index_text_key(enum indicator_kind kind, struct span value,
			   uint8_t room[INDICATOR_VALUE]);

/* The entry of a key. */
bool index_find(const struct index *index, uint8_t kind, uint64_t hash, struct span key,
		struct entry *entry);

/* A shared text; an empty one when the number is damaged. */
struct span index_string(const struct index *index, uint32_t number);

struct entry_origins {
	uint32_t source, origin, malware, group;
};
struct entry_origins index_origins(const struct index *index, uint32_t number);

/* Fills a match from an entry, without value and guard. `whole`: a domain is the name itself.
 * False: nobody says it any more. */
bool match_fill(const struct index *index, struct entry *entry, usec_t now, bool whole,
		struct index_match *match);

/* The value's text: for addresses and digests written into the match. */
void match_value(const struct entry *entry, struct index_match *match);

/* What a guard is called. */
struct span match_guard_name(const struct index_match *guard);

#endif
