/*
 * inflate_table.c - tables of prefix codes (RFC 1951, 3.2.2), made as fast as they are used: many files are small.
 *
 * Codes are read from their lowest bit, so that the codes of a length are counted with their bits turned around; when
 * the next length begins, what is there of the table is doubled.
 */
#include "format/inflate_table.h"

#include <string.h>

#define CODE_MAX    15 /* bits */
#define SYMBOLS_MAX INFLATE_LITERALS

/* What the symbols of each code mean, as entries to which the length of their code is still to be added. */
#define LITERAL(n)     INFLATE_LITERAL | (n) << 16
#define LITERALS4(n)   LITERAL(n), LITERAL((n) + 1), LITERAL((n) + 2), LITERAL((n) + 3)
#define LITERALS16(n)  LITERALS4(n), LITERALS4((n) + 4), LITERALS4((n) + 8), LITERALS4((n) + 12)
#define LITERALS64(n)  LITERALS16(n), LITERALS16((n) + 16), LITERALS16((n) + 32), LITERALS16((n) + 48)
#define LITERALS_ALL   LITERALS64(0u), LITERALS64(64u), LITERALS64(128u), LITERALS64(192u)
#define VALUE(base, n) (base##u << 16 | (n)) /* and n bits behind the code */

#define LENGTHS                                                                                                        \
	VALUE(3, 0), VALUE(4, 0), VALUE(5, 0), VALUE(6, 0), VALUE(7, 0), VALUE(8, 0), VALUE(9, 0), VALUE(10, 0),       \
		VALUE(11, 1), VALUE(13, 1), VALUE(15, 1), VALUE(17, 1), VALUE(19, 2), VALUE(23, 2), VALUE(27, 2),      \
		VALUE(31, 2), VALUE(35, 3), VALUE(43, 3), VALUE(51, 3), VALUE(59, 3), VALUE(67, 4), VALUE(83, 4),      \
		VALUE(99, 4), VALUE(115, 4), VALUE(131, 5), VALUE(163, 5), VALUE(195, 5), VALUE(227, 5)
#define DISTANCES                                                                                                      \
	VALUE(1, 0), VALUE(2, 0), VALUE(3, 0), VALUE(4, 0), VALUE(5, 1), VALUE(7, 1), VALUE(9, 2), VALUE(13, 2),       \
		VALUE(17, 3), VALUE(25, 3), VALUE(33, 4), VALUE(49, 4), VALUE(65, 5), VALUE(97, 5), VALUE(129, 6),     \
		VALUE(193, 6), VALUE(257, 7), VALUE(385, 7), VALUE(513, 8), VALUE(769, 8), VALUE(1025, 9),             \
		VALUE(1537, 9), VALUE(2049, 10), VALUE(3073, 10), VALUE(4097, 11), VALUE(6145, 11), VALUE(8193, 12),   \
		VALUE(12289, 12), VALUE(16385, 13), VALUE(24577, 13)

static const uint32_t literals[2][INFLATE_LITERALS] = {
	[INFLATE_DEFLATE] = { LITERALS_ALL, INFLATE_END, LENGTHS, VALUE(258, 0), INFLATE_INVALID, INFLATE_INVALID },
	[INFLATE_DEFLATE64] = { LITERALS_ALL, INFLATE_END, LENGTHS, VALUE(3, 16), INFLATE_INVALID, INFLATE_INVALID },
};
/* Distances that deflate does not have are 0, which no match may have. */
static const uint32_t distances[2][INFLATE_DISTANCES] = {
	[INFLATE_DEFLATE] = { DISTANCES, 0, 0 },
	[INFLATE_DEFLATE64] = { DISTANCES, VALUE(32769, 14), VALUE(49153, 14) },
};
static const uint32_t lengths_of[INFLATE_RUNS] = {
	VALUE(0, 0),  VALUE(1, 0),  VALUE(2, 0),  VALUE(3, 0),	VALUE(4, 0),  VALUE(5, 0),  VALUE(6, 0),
	VALUE(7, 0),  VALUE(8, 0),  VALUE(9, 0),  VALUE(10, 0), VALUE(11, 0), VALUE(12, 0), VALUE(13, 0),
	VALUE(14, 0), VALUE(15, 0), VALUE(16, 0), VALUE(17, 0), VALUE(18, 0),
};

/* A code: how many symbols have each length, and the symbols by their lengths. */
struct code {
	uint16_t count[CODE_MAX + 1];
	uint16_t sorted[SYMBOLS_MAX];
	const uint32_t *entries; /* of each symbol */
};

/* Those that have no code come first: a test for each would cost more. */
static const uint16_t *sort(struct code *code, const uint8_t *lengths, unsigned symbols)
{
	uint16_t at[CODE_MAX + 2], unused;

	memset(code->count, 0, sizeof(code->count));
	for (unsigned i = 0; i < symbols; i++)
		code->count[lengths[i]]++;
	at[0] = 0;
	for (unsigned i = 0; i <= CODE_MAX; i++)
		at[i + 1] = (uint16_t)(at[i] + code->count[i]);
	unused = code->count[0];
	for (unsigned i = 0; i < symbols; i++)
		code->sorted[at[lengths[i]]++] = (uint16_t)i;
	return code->sorted + unused;
}

/* How much of what there is of codes is used: 1 << CODE_MAX is all. */
static uint32_t space_used(const struct code *code)
{
	uint32_t used = 0;

	for (unsigned i = 1; i <= CODE_MAX; i++)
		used += (uint32_t)code->count[i] << (CODE_MAX - i);
	return used;
}

/* No code at all, or one of a single bit: all that is allowed to be incomplete. */
static bool fill_small(const struct code *code, const uint16_t *symbol, uint32_t *table, unsigned bits)
{
	uint32_t entry = INFLATE_INVALID | 1, used = space_used(code);

	if (used != 0 && (used != 1u << (CODE_MAX - 1) || code->count[1] != 1))
		return false;
	for (uint32_t i = 0; i < 1u << bits; i++)
		table[i] = used && !(i & 1) ? code->entries[*symbol] + 0x101 : entry;
	return true;
}

/* The next code of the same length, its bits turned around; it is not the last, which is all ones. */
static uint32_t next_code(uint32_t code, uint32_t ones)
{
	uint32_t bit = 1u << (31 - __builtin_clz(code ^ ones));

	return (code & (bit - 1)) | bit;
}

struct filling {
	uint32_t code;
	unsigned length, left; /* of codes; how many of that length are left */
	const uint16_t *symbol;
};

static uint32_t take_entry(const struct code *code, struct filling *f, unsigned length)
{
	f->left--;
	return code->entries[*f->symbol++] + (length << 8 | length);
}

/* Codes that are looked up at once. True: those were all. */
static bool fill_main(const struct code *code, struct filling *f, uint32_t *table, unsigned bits)
{
	uint32_t size = 1;

	while (f->length <= bits) {
		for (; size < 1u << f->length; size *= 2)
			memcpy(table + size, table, size * sizeof(*table));
		f->left = code->count[f->length];
		while (f->left) {
			table[f->code] = take_entry(code, f, f->length);
			if (f->code == size - 1) {
				for (; size < 1u << bits; size *= 2)
					memcpy(table + size, table, size * sizeof(*table));
				return true;
			}
			f->code = next_code(f->code, size - 1);
		}
		f->length++;
	}
	for (; size < 1u << bits; size *= 2)
		memcpy(table + size, table, size * sizeof(*table));
	return false;
}

/* How many bits the subtable has in which the next codes lie. */
static unsigned subtable_bits(const struct code *code, const struct filling *f, unsigned bits)
{
	unsigned sub = f->length - bits;
	uint32_t used = f->left;

	while (used < 1u << sub) {
		sub++;
		used = (used << 1) + code->count[bits + sub];
	}
	return sub;
}

/* Longer codes: a subtable for each beginning that they share. */
static void fill_subtables(const struct code *code, struct filling *f, uint32_t *table, unsigned bits)
{
	uint32_t prefix = UINT32_MAX, start = 0, end = 1u << bits;

	for (;;) {
		uint32_t entry;

		while (f->left == 0)
			f->left = code->count[++f->length];
		if ((f->code & ((1u << bits) - 1)) != prefix) {
			unsigned sub = subtable_bits(code, f, bits);

			prefix = f->code & ((1u << bits) - 1);
			start = end;
			end = start + (1u << sub);
			table[prefix] = start << 16 | INFLATE_SUBTABLE | sub << 8 | bits;
		}
		entry = take_entry(code, f, f->length - bits);
		for (uint32_t i = start + (f->code >> bits); i < end; i += 1u << (f->length - bits))
			table[i] = entry;
		if (f->code == (1u << f->length) - 1)
			return;
		f->code = next_code(f->code, (1u << f->length) - 1);
	}
}

static bool fill(struct code *code, const uint8_t *lengths, unsigned symbols, uint32_t *table, unsigned bits)
{
	struct filling f = { .length = 1, .symbol = sort(code, lengths, symbols) };
	uint32_t used = space_used(code);

	if (used > 1u << CODE_MAX)
		return false;
	if (used < 1u << CODE_MAX)
		return fill_small(code, f.symbol, table, bits);
	table[0] = 0;
	if (!fill_main(code, &f, table, bits)) {
		f.length = bits;
		fill_subtables(code, &f, table, bits);
	}
	return true;
}

bool inflate_table_lengths(struct inflate_tables *tables, const uint8_t *lengths)
{
	struct code code;

	code.entries = lengths_of;
	return fill(&code, lengths, INFLATE_RUNS, tables->lengths, INFLATE_LENGTH_BITS);
}

bool inflate_table_codes(struct inflate_tables *tables, const uint8_t *lengths, unsigned literal_count,
			 unsigned distance_count, enum inflate_kind kind)
{
	struct code code;

	if (literal_count > INFLATE_LITERALS || distance_count > INFLATE_DISTANCES || lengths[256] == 0)
		return false;
	code.entries = literals[kind];
	if (!fill(&code, lengths, literal_count, tables->literals, INFLATE_LITERAL_BITS))
		return false;
	code.entries = distances[kind];
	return fill(&code, lengths + literal_count, distance_count, tables->distances, INFLATE_DISTANCE_BITS);
}
