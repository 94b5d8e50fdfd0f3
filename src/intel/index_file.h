/*
 * index_file.h - the index file's form, shared by who writes it and who reads it.
 *
 * Little-endian. A header of one page: magic, version, sizes, and where each section lies; then the
 * sections, each at a multiple of 4096. The file may be damaged: every read goes through
 * section_le32(), section_le64() or section_cursor(), which check the bound and yield zeros.
 */
#ifndef INTEL_INDEX_FILE_H
#define INTEL_INDEX_FILE_H

#include "base/cursor.h"
#include "intel/indicator.h"

#define INDEX_MAGIC   "HNMINDEX"
#define INDEX_VERSION 2u
#define INDEX_PAGE    4096u

enum index_section {
	SECTION_FILTER, /* words of 8 bytes: see filter_word() */
	SECTION_SLOTS,  /* 8 bytes each, in the order of the hashes: offset + 1 of the entry << 24 |
			   tag */
	SECTION_ENTRIES,    /* see index_entry.h */
	SECTION_STRINGS_AT, /* 4 bytes each: where string n begins; one more for the end */
	SECTION_STRINGS,
	SECTION_ORIGINS,    /* 16 bytes each: the strings source, origin, malware, group */
	SECTION_AREA4,      /* two bits for each IPv4 /24: something lies in it; a hostile prefix does */
	SECTION_AREA6,      /* a bit for the hash of each IPv6 /32 in which something lies */
	SECTION_NETS_TOP,   /* the hostile prefixes: see index_nets.h */
	SECTION_NETS,
	SECTION_NETS_NODES,
	SECTION_GUARDS_TOP, /* the guarded ones */
	SECTION_GUARDS,
	SECTION_GUARDS_NODES,
	SECTIONS
};

#define AREA4_BYTES ((size_t)1 << 22)
#define AREA6_BYTES ((size_t)1 << 17)

struct section {
	const uint8_t *ptr;
	uint64_t len;
};

struct index_header {
	uint64_t file_size;
	uint64_t key;     /* of all hashes: nobody can choose values that collide */
	uint64_t slots;   /* without the tail that catches the last ones' overflow */
	uint64_t entries; /* distinct values */
	uint64_t tellings;
	uint64_t levels; /* bit n: there are domains of n labels; 63 for more */
	uint32_t kinds;  /* bit of each kind that is there and accuses */
	uint32_t guards; /* bit of each kind that is there as a guard */
	usec_t built;
	uint16_t days[INDICATOR_KINDS];
	struct {
		uint64_t at, len;
		uint32_t crc;
	} section[SECTIONS];
};

/* Writes the header as a page, its own checksum included. */
void index_header_write(const struct index_header *header, uint8_t page[INDEX_PAGE]);

/* ERR_FORMAT: not an index; ERR_UNSUPPORTED: another version; ERR_TRUNCATED: the file is shorter
 * than it says, or a section lies outside of it. */
MUST_USE enum err index_header_read(struct span file, struct index_header *header);

/* What bounds the probing: the builder takes more slots until no hash is displaced further. */
#define INDEX_PROBES 256u

#define SLOT_TAG_BITS 24

static inline uint32_t slot_tag(uint64_t hash)
{
	return (uint32_t)hash & ((1u << SLOT_TAG_BITS) - 1);
}

/* The first slot of a hash: slots are in the order of the hashes, so that they are written in one
 * go. */
static inline uint64_t slot_of(uint64_t hash, uint64_t slots)
{
	__extension__ typedef unsigned __int128 u128;

	return (uint64_t)((u128)hash * slots >> 64);
}

static inline uint64_t section_le64(const struct section *s, uint64_t n)
{
	return __builtin_expect(n < s->len / 8, 1) ? ld_le64(s->ptr + n * 8) : 0;
}

static inline uint32_t section_le32(const struct section *s, uint64_t n)
{
	return __builtin_expect(n < s->len / 4, 1) ? ld_le32(s->ptr + n * 4) : 0;
}

static inline struct cur section_cursor(const struct section *s, uint64_t at)
{
	return at <= s->len ? cur_init((struct span){ s->ptr + at, s->len - at })
			    : (struct cur){ .p = s->ptr, .bad = true };
}

/* The filter: a Bloom filter of which each key has all its bits in one word of 64, so that a look-up is
 * one load and one comparison without a branch for each bit. */
#define FILTER_WORD 8u

static inline uint64_t filter_word(uint64_t hash, uint64_t words)
{
	return (hash >> 32) * words >> 32;
}

/* Four bits of 64 for a key, some of them perhaps the same. */
static inline uint64_t filter_bits(uint64_t hash)
{
	return 1ull << (hash & 63) | 1ull << (hash >> 6 & 63) | 1ull << (hash >> 12 & 63) |
	       1ull << (hash >> 18 & 63);
}

#endif
