/* inflate_table.h - the tables that codes of deflate are looked up in. */
#ifndef FORMAT_INFLATE_TABLE_H
#define FORMAT_INFLATE_TABLE_H

#include "format/inflate.h"

#define INFLATE_LITERALS      288
#define INFLATE_DISTANCES     32
#define INFLATE_RUNS          19 /* symbols of the code that lengths are written in */
#define INFLATE_LITERAL_BITS  10 /* that are looked up at once */
#define INFLATE_DISTANCE_BITS 8
#define INFLATE_LENGTH_BITS   7

/* Entries, with subtables, that any complete code of 15 bits needs at most (zlib's examples/enough.c). */
#define INFLATE_LITERAL_ENOUGH  1334
#define INFLATE_DISTANCE_ENOUGH 402

/*
 * An entry: a value in the upper 16 bits; in bits 8 to 11 how many bits the code has; in bits 0 to 5 that, and how many
 * bits behind it are to be added to the value. A pointer to a subtable has its first entry as value, its bits in 8 to
 * 11, and the bits of the table in 0 to 5.
 */
#define INFLATE_LITERAL  0x80000000u /* the value's low byte is a literal */
#define INFLATE_SUBTABLE 0x4000u
#define INFLATE_END      0x2000u
#define INFLATE_INVALID  0x1000u

struct inflate_tables {
	uint32_t literals[INFLATE_LITERAL_ENOUGH];
	uint32_t distances[INFLATE_DISTANCE_ENOUGH];
	uint32_t lengths[1 << INFLATE_LENGTH_BITS];
};

/* The table of the code that lengths are written in. False: no prefix code has such lengths. */
bool inflate_table_lengths(struct inflate_tables *tables, const uint8_t *lengths);
/* The tables of literals, and of distances, whose lengths follow. */
bool inflate_table_codes(struct inflate_tables *tables, const uint8_t *lengths, unsigned literal_count,
			 unsigned distance_count, enum inflate_kind kind);

#endif
