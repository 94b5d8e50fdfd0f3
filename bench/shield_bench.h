/* shield_bench.h - what is in force and what is sent, for shield_bench.bpf.c and shield.c alike. */
#ifndef BENCH_SHIELD_BENCH_H
#define BENCH_SHIELD_BENCH_H

#include <linux/types.h>

#define BENCH_PREFIXES 10000
#define BENCH_WIDE     4 /* of four prefixes one is a /24, the others are addresses */
#define BENCH_RULES    64

struct bench_key { /* of the bare program's trie */
	__u32 bits, address;
};

/* The n-th blocked prefix, spread over the addresses below 126/8; in host order. */
static inline __u32 bench_prefix(__u32 n, __u32 *bits)
{
	__u64 z = n + 1;
	__u32 address;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	address = 0x01000000u + (__u32)(z ^ z >> 31) % 0x7d000000u;
	*bits = n % BENCH_WIDE ? 32 : 24;
	return *bits == 24 ? address & 0xffffff00u : address;
}

/* What the n-th filter wants: answers of a port to one of our addresses. */
static inline __u16 bench_port(__u32 n)
{
	return (__u16)(1000 + 37 * n);
}

static inline __u32 bench_to(__u32 n)
{
	return 0xcb007100u + n % 8; /* 203.0.113.0 and on */
}

#endif
