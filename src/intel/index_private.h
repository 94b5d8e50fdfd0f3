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
	const uint8_t *filter;
	uint64_t words; /* of the filter */
};

static inline const uint8_t *index_filter_at(const struct index *index, uint64_t hash)
{
	return index->filter + filter_word(hash, index->words) * FILTER_WORD;
}

/* False: no such value, surely. */
static inline bool index_may_have(const struct index *index, uint64_t hash)
{
	return !(filter_bits(hash) & ~ld_le64(index_filter_at(index, hash)));
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

/* What lies near an address. */
enum near {
	NEAR_NOTHING = 0,
	NEAR_VALUE = 1, /* something may be about it, */
	NEAR_NET = 2    /* and some prefix over it */
};

/* Where index_near() will look. */
static inline const uint8_t *index_area_at(const struct index *index, const struct ip *ip)
{
	return ip_is_v4(ip) ? index->section[SECTION_AREA4].ptr + index_area4(ip) / 4
			    : index->section[SECTION_AREA6].ptr + index_area6_of(ip) / 8;
}

static inline unsigned index_near(const struct index *index, const struct ip *ip)
{
	uint32_t bit;

	if (ip_is_v4(ip)) {
		bit = index_area4(ip);
		return section_le32(&index->section[SECTION_AREA4], bit / 16) >> bit % 16 * 2 & 3;
	}
	bit = index_area6_of(ip);
	return section_le32(&index->section[SECTION_AREA6], bit / 32) >> bit % 32 & 1
		       ? NEAR_VALUE | NEAR_NET
		       : NEAR_NOTHING;
}

/* A name in lower case without its last dot. */
struct index_name {
	uint64_t dots[HOST_TEXT / 64]; /* bit n: there is one at text[n] */
	size_t length;
	uint8_t before[8]; /* for entry_tail_hash() */
	uint8_t text[HOST_TEXT];
};

/* Empty when it is too long for a name. */
void index_name(struct span text, struct index_name *name);

#define LABELS_MAX 256 /* each byte may be a dot */

/* A name's suffixes at label boundaries, the shortest first. */
struct suffixes {
	uint64_t hash[LABELS_MAX];
	uint8_t at[LABELS_MAX];
	unsigned count;
};

/* Those that the index may have, or with ENTRY_GUARD all. */
void index_suffixes(const struct index *index, const struct index_name *name, uint8_t kind,
		    struct suffixes *s);

/* A URL as the index has it, and its hashes with and without its scheme. */
struct index_url {
	struct span whole, rest; /* may point into the room, else into the text */
	uint64_t hash_whole, hash_rest;
	uint8_t before[8]; /* for entry_tail_hash() */
	uint8_t room[INDICATOR_VALUE];
};

/* False: it is none. */
bool index_url_key(const struct index *index, struct span text, struct index_url *url);

/* The key of a value that is looked up exactly: digests, in hex or as they are, as bytes; an address's
 * domain part in lower case; empty when it is none. May point into the value. */
struct span index_text_key(enum indicator_kind kind, struct span value,
			   uint8_t room[INDICATOR_VALUE]);

/* The entry of a key. */
bool index_find(const struct index *index, uint8_t kind, uint64_t hash, struct span key,
		struct entry *entry);

/* A shared text (number 0: none); an empty one when the number is damaged. */
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
