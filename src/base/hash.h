/*
 * hash.h - keyed hashing of small fixed keys, for tables and sketches.
 *
 * Each step is a 64x64 -> 128 bit multiplication whose halves are folded together: the "mum" of
 * wyhash (Wang Yi, 2019, public domain idea), which passes SMHasher and costs four cycles.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HASH_K0 0xa0761d6478bd642full
#define HASH_K1 0xe7037ed1a0b428dbull
#define HASH_K2 0x8ebc6af09c88c6e3ull

static inline uint64_t hash_mix(uint64_t a, uint64_t b)
{
	__extension__ typedef unsigned __int128 u128; /* the one place that needs the wide product */
	u128 product = (u128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* One product with a constant leaves traces of sequences (ports, neighbouring addresses), which the
 * sketches would see: one more round, as in the finishers of xxHash and MurmurHash. */
static inline uint64_t hash_finish(uint64_t h)
{
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93ull;
	h ^= h >> 32;
	return h;
}

/* hash_16() of bytes that are at hand as two words. */
static inline uint64_t hash_words(uint64_t low, uint64_t high, uint64_t key)
{
	return hash_finish(hash_mix(low ^ HASH_K0 ^ key, high ^ HASH_K1));
}

/* Hash of 16 bytes (an address) under a key. */
static inline uint64_t hash_16(const uint8_t *bytes, uint64_t key)
{
	uint64_t half[2];

	memcpy(half, bytes, sizeof(half));
	return hash_words(half[0], half[1], key);
}

static inline uint64_t hash_64(uint64_t value, uint64_t key)
{
	return hash_finish(hash_mix(value ^ HASH_K0 ^ key, HASH_K2));
}

static inline uint64_t hash_load(const uint8_t *at, size_t bytes)
{
	uint64_t value = 0;

	memcpy(&value, at, bytes);
	return value;
}

/* Hash of any number of bytes under a key: wyhash's way of reading, two words to a product; what
 * is left is read once more from the end, so that no byte is taken alone. */
static inline uint64_t hash_text(const uint8_t *bytes, size_t length, uint64_t key)
{
	uint64_t h = key ^ HASH_K0, a, b;
	size_t at = 0;

	for (; length - at > 16; at += 16)
		h = hash_mix(hash_load(bytes + at, 8) ^ HASH_K1, hash_load(bytes + at + 8, 8) ^ h);
	if (length - at >= 8) {
		a = hash_load(bytes + at, 8);
		b = hash_load(bytes + length - 8, 8);
	} else if (length - at >= 4) {
		a = hash_load(bytes + at, 4);
		b = hash_load(bytes + length - 4, 4);
	} else {
		a = length > at ? (uint64_t)bytes[at] << 16 | (uint64_t)bytes[(at + length) / 2] << 8 |
					  bytes[length - 1]
				: 0;
		b = 0;
	}
	return hash_finish(hash_mix(a ^ HASH_K1 ^ length, hash_mix(b ^ HASH_K2, h)));
}

#endif
