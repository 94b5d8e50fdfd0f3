/*
 * index_entry.h - one value in the index: its key, the key's hash, and who tells what about it.
 *
 * In the file: kind (| ENTRY_GUARD), length of the key, key, number of tellings, and the tellings
 * that are kept. A value that feeds accuse and a warning list has too is two entries, so that
 * guards are looked for only when something accuses.
 */
#ifndef INTEL_INDEX_ENTRY_H
#define INTEL_INDEX_ENTRY_H

#include "base/hash.h"
#include "intel/index_file.h"

#define ENTRY_GUARD 0x10u /* in the kind's byte */
#define ENTRY_KEY   INDICATOR_VALUE

/* A value as bytes: addresses and digests binary, texts as they are. */
struct entry_key {
	uint8_t kind; /* with ENTRY_GUARD */
	uint64_t hash;
	size_t len;
	uint8_t bytes[ENTRY_KEY];
};

/* ERR_FORMAT: the value is not the normal form of its kind, ERR_LIMIT: too long. */
MUST_USE enum err entry_key_of(const struct indicator *indicator, uint64_t key,
			       struct entry_key *made);

/* The hash of a key by its bytes; the same as the ones below for what they are for. */
uint64_t entry_hash(uint8_t kind, struct span bytes, uint64_t key);

static inline uint64_t entry_seed(uint8_t kind, uint64_t key)
{
	return key ^ (kind + 1) * HASH_K2;
}

static inline uint64_t entry_hash_ip(uint8_t kind, const struct ip *ip, uint64_t key)
{
	return hash_16(ip->b, entry_seed(kind, key));
}

static inline uint64_t entry_hash_endpoint(uint8_t kind, uint64_t hash_of_ip, uint16_t port,
					   uint64_t key)
{
	return hash_64(hash_of_ip + port, entry_seed(kind, key));
}

/* Names and URLs are hashed from the right, so that one pass gives the hashes of all suffixes: `state`
 * is of the `done` bytes at the end, always whole words; the first bytes of a suffix, less than a
 * word, are added for it alone. Each factor has something secret in it, so that no text makes one
 * zero. */
struct entry_tail {
	uint64_t seed, state;
	size_t done;
};

static inline struct entry_tail entry_tail_begin(uint8_t kind, uint64_t key)
{
	uint64_t seed = entry_seed(kind, key);

	return (struct entry_tail){ seed, seed ^ HASH_K0, 0 };
}

/* Takes in the whole words of the text of `length` bytes that ends at `end`; not shorter than what was
 * asked for before. Returns how many bytes are left. */
static inline unsigned entry_tail_words(struct entry_tail *tail, const uint8_t *end, size_t length)
{
	for (; length - tail->done >= 8; tail->done += 8)
		tail->state = hash_mix(ld_le64(end - tail->done - 8) ^ tail->seed,
				       tail->state ^ HASH_K1);
	return (unsigned)(length - tail->done);
}

static inline uint64_t entry_tail_end(const struct entry_tail *tail, uint64_t first, size_t length)
{
	return hash_finish(hash_mix(first ^ tail->seed, tail->state ^ HASH_K2 ^ length));
}

/* The hash of a text before which eight bytes can be read. */
static inline uint64_t entry_tail_hash(struct entry_tail *tail, const uint8_t *end, size_t length)
{
	unsigned rest = entry_tail_words(tail, end, length);

	return entry_tail_end(tail, ld_le64(end - tail->done - 8) >> 8 * (7 - rest) >> 8, length);
}

/* The same of a text of eight bytes at least, whatever is before it. */
static inline uint64_t entry_tail_hash_long(struct entry_tail *tail, const uint8_t *end,
					    size_t length)
{
	unsigned rest = entry_tail_words(tail, end, length);

	return entry_tail_end(tail, ld_le64(end - length) & ((1ull << 8 * rest) - 1), length);
}

/* What one source says. Times in seconds since 1970; 0: unknown, or for the kind's age. */
struct entry_telling {
	uint8_t flags, confidence;
	uint32_t origins, reference; /* of SECTION_ORIGINS, of the strings */
	uint32_t seen, expires;
};

#define ENTRY_NEVER UINT64_MAX

/* When a telling ends, in seconds since 1970: explicitly, else `days` after it was last said (0: as
 * if it had been said when the index was built, at `built` seconds). No days: never. */
static inline uint64_t entry_expiry(const struct entry_telling *t, unsigned days, uint64_t built)
{
	if (t->expires)
		return t->expires == UINT32_MAX ? ENTRY_NEVER : t->expires;
	return days ? (t->seen ? t->seen : built) + days * 86400ull : ENTRY_NEVER;
}

struct entry {
	uint8_t kind; /* with ENTRY_GUARD */
	struct span key;
	uint64_t count; /* of tellings; at most INDEX_TELLINGS of them follow */
	struct cur rest;
};

/* Room for any entry. */
#define ENTRY_BYTES (ENTRY_KEY + 16 + 8 * 24)

/* Appends to what is in `out`; returns the bytes. */
size_t entry_write(const struct entry_key *key, const struct entry_telling *telling, uint64_t count,
		   uint8_t out[ENTRY_BYTES]);

/* False: nothing sound lies there. */
bool entry_read(const struct section *entries, uint64_t at, struct entry *entry);
bool entry_telling_read(struct entry *entry, struct entry_telling *telling);

/* The address, prefix, endpoint that a key is. False: the key is damaged. */
bool entry_address(const struct entry *entry, struct prefix *prefix, uint16_t *port);

#endif
