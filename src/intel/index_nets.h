/*
 * index_nets.h - prefixes of any length: which is the longest that covers an address, and then its
 * parents.
 *
 * The address space is cut wherever a prefix begins or ends; each piece names the most specific
 * prefix over it, each prefix its parent. So the number of lengths costs nothing: one binary
 * search, which for IPv4 is bounded by a table over the first 16 bits.
 *
 * Sections: top: 65537 x 4 bytes, the piece in which the IPv4 /16 begins. Pieces: first address
 * (16 bytes), node (4). Nodes: entry (8), parent (4).
 */
#ifndef INTEL_INDEX_NETS_H
#define INTEL_INDEX_NETS_H

#include "intel/index_file.h"

#define NETS_NONE  UINT32_MAX
#define NETS_TOP   65537u
#define NETS_PIECE 20u
#define NETS_NODE  12u

struct index_nets {
	struct section top, pieces, nodes;
};

/* The node of the longest prefix over an address, or NETS_NONE. */
uint32_t nets_find(const struct index_nets *nets, const struct ip *ip);

/* Asks for the memory that nets_find() will look at first. */
void nets_prefetch(const struct index_nets *nets, const struct ip *ip);

/* The node's parent, and its entry. A damaged file's circle ends: a parent is below its child. */
uint32_t nets_up(const struct index_nets *nets, uint32_t node, uint64_t *entry);

/* Building: one prefix and where its entry lies. */
struct net {
	struct prefix prefix;
	uint64_t entry;
};

struct nets_built {
	uint8_t *top, *pieces, *nodes; /* owned: nets_free() */
	size_t top_len, pieces_len, nodes_len;
};

/* From distinct prefixes in any order, which are sorted in place. */
MUST_USE enum err nets_build(struct net *nets, size_t count, struct nets_built *built);
void nets_free(struct nets_built *built);

#endif
