/*
 * nft_table.h - what of ours is in the kernel's tables, out of what `nft -j list table` says.
 *
 * The table is the truth: it says what is in force, since when nobody has to remember, and what it
 * hit.
 *
 *   table netdev hinomi
 *     set from4_24, from6_48, ...  sources that are dropped, by the length of their prefix; each
 * element has its end, its counter, and the action's number as comment set known4, known6 sources
 * that were good before set hit4, hit6               those of them that an element of the first
 * hit: the kernel adds them set alive                    numbers of actions, each with its end: a
 * rule whose number is not in it is passed over, as rules themselves have no end set allow4, allow6
 * what passes before anything is looked at chain in_INTERFACE           hooked to ingress of one
 * interface, jumps to look_1 chain look_1                 allowed, then sources, then filters chain
 * filters                a rule or two for each other action, with "NUMBER PRINT" as comment chain
 * aNUMBER                what that action does, with its counters
 */
#ifndef NFT_NFT_TABLE_H
#define NFT_NFT_TABLE_H

#include "base/err.h"
#include "base/span.h"
#include "filter/filter_export.h"
#include "model/ip.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NFT_TABLE   "hinomi"
#define NFT_LOOK    "look_1" /* the number changes when the layout does */
#define NFT_HOOK    "in_"    /* and the interface */
#define NFT_SOURCES 65536    /* elements of one set at most */
#define NFT_RULES   256      /* filters; a packet that none matches is compared with all of them */
#define NFT_KNOWN   16384
#define NFT_HOOKS   16
#define NFT_NAME    20 /* a chain's with the name of an interface */

/* One action that is in force. */
struct nft_found {
	uint64_t id;
	bool is_rule;
	struct prefix source; /* of an element */
	uint64_t handles[FILTER_NFT_RULES]; /* of its rules: a filter of both families needs all */
	uint64_t print;       /* of a rule: of what it was made of */
	int64_t left;         /* seconds until its end; -1: it has ended */
	uint64_t packets, bytes, known;
};

struct nft_table {
	bool laid;             /* its sets and chains are there, in our layout */
	struct nft_found *all; /* by id */
	size_t count;
	size_t known;                    /* sources */
	bool sets[2][129];               /* IPv4, IPv6; by bits: the set of that length is there */
	char hooks[2 * NFT_HOOKS][NFT_NAME]; /* chains, also of interfaces that are not ours now */
	size_t hook_count;
};

/* ERR_FORMAT: it is not what nft says; ERR_LIMIT: there is more than we ever put; ERR_MEMORY. What
 * others put into the table is left out. To be freed with nft_table_free(). */
MUST_USE enum err nft_table_read(struct span json, struct nft_table *table);
void nft_table_free(struct nft_table *table);

/* Whether ingress of an interface is looked at. */
bool nft_table_hooked(const struct nft_table *table, const char *interface);

/* Whether a prefix is of IPv4, and how many bits are its own. */
static inline bool nft_is_v4(const struct prefix *prefix)
{
	return ip_is_v4(&prefix->ip) && prefix->bits >= 96;
}

static inline unsigned nft_bits(const struct prefix *prefix)
{
	return nft_is_v4(prefix) ? prefix->bits - 96u : prefix->bits;
}

#endif
