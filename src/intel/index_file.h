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
#define INDEX_VERSION 1u
#define INDEX_PAGE    4096u

enum index_section {
	SECTION_FILTER, /* blocks of 32 bytes: see filter_block() */
	SECTION_SLOTS,  /* 8 bytes each, in the order of the hashes: offset + 1 of the entry << 24 |
			   tag */
	SECTION_ENTRIES,    /* see index_entry.h */
	SECTION_STRINGS_AT, /* 4 bytes each: where string n begins; one more for the end */
	SECTION_STRINGS,
	SECTION_ORIGINS,    /* 16 bytes each: the strings source, origin, malware, group */
	SECTION_AREA4,      /* a bit for each IPv4 /24 in which something lies */
	SECTION_AREA6,      /* a bit for the hash of each IPv6 /32 in which something lies */
	SECTION_AREA4_NETS, /* the same, of hostile prefixes alone */
	SECTION_NETS_TOP,   /* the hostile prefixes: see index_nets.h */
	SECTION_NETS,
	SECTION_NETS_NODES,
	SECTION_GUARDS_TOP, /* the guarded ones */
	SECTION_GUARDS,
	SECTION_GUARDS_NODES,
	SECTIONS
};

#define AREA4_BYTES ((size_t)1 << 21)
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

/* The filter: a split-block Bloom filter (Apache Parquet's specification): a key has one bit in
 * each of the eight words of one block of 32 bytes, which is half a cache line. */
#define FILTER_BLOCK 32u

static inline uint64_t filter_block(uint64_t hash, uint64_t blocks)
{
	return (hash >> 32) * blocks >> 32;
}

static inline uint32_t filter_bit(uint64_t hash, unsigned word)
{
	static const uint32_t salt[8] = { 0x47b6137bu, 0x44974d91u, 0x8824ad5bu, 0xa2b7289du,
					  0x705495c7u, 0x2df1424bu, 0x9efc4947u, 0x5c6bfb31u };

	return 1u << ((uint32_t)hash * salt[word] >> 27);
}

#endif
