/*
 * filter_export.h - a filter as others want it: nftables, BGP FlowSpec, tcpdump, and one rule as JSON.
 *
 * An export matches what the filter matches. Where the other cannot say a condition, nothing is exported
 * (ERR_UNSUPPORTED) and `trouble` names the part: a filter without one of its conditions would hit those
 * whom it must not hit. Filters must be sound. docs/filter-exports.md says what each export holds.
 */
#ifndef FILTER_FILTER_EXPORT_H
#define FILTER_FILTER_EXPORT_H

#include "filter/filter.h"

#include <jansson.h>
#include <stddef.h>

/* The matches of one nft rule, without a verdict, for families inet and netdev. */
#define FILTER_NFT 768
struct filter_nft_rule {
	json_t *matches; /* an array of {"match": ...}, as `nft -j` reads it */
	char text[FILTER_NFT]; /* the same as a person writes it */
};

/* A packet is hit when one of the rules matches; none matches what another one does. IPv4 and IPv6 need a
 * rule each, where the filter says nothing of the family, and IPv6 two where it looks at ports or flags. */
#define FILTER_NFT_RULES 3
struct filter_nft {
	struct filter_nft_rule rules[FILTER_NFT_RULES];
	size_t count;
};

/*
 * Not said by nft: bytes of no protocol, or of later fragments. At a netdev hook the padding of a short
 * frame is not cut off yet, and counts as bytes where there are TCP or IPv4 options.
 * ERR_UNSUPPORTED, ERR_MEMORY. The rules are freed with filter_nft_free().
 */
MUST_USE enum err filter_nft(const struct filter *filter, struct filter_nft *nft,
			     char trouble[FILTER_TROUBLE]);
void filter_nft_free(struct filter_nft *nft);

#define FILTER_NLRI      96
#define FILTER_FLOW_TEXT 512
struct filter_flowspec {
	unsigned family; /* 4 or 6 */
	size_t nlri_len;
	uint8_t nlri[FILTER_NLRI];    /* RFC 8955, 4 and RFC 8956, 3: its length in front */
	char gobgp[FILTER_FLOW_TEXT]; /* words, each parted by one space: "match destination ..." */
	char exabgp[FILTER_FLOW_TEXT]; /* "match { destination 203.0.113.10/32; ... }" */
};

/*
 * FlowSpec (RFC 8955, for IPv6 RFC 8956) knows no TTL, window, header length and bytes. A destination is
 * needed: the upstream carries others' traffic, too, and takes rules only for what it is told to carry
 * to us (RFC 8955, 6). ERR_UNSUPPORTED.
 */
MUST_USE enum err filter_flowspec(const struct filter *filter, struct filter_flowspec *flow,
				  char trouble[FILTER_TROUBLE]);

/*
 * An expression for tcpdump and what else has libpcap, on links without VLAN tags and PPPoE. Of IPv6 with extension
 * headers it knows the fragment header alone, as libpcap has no other way.
 */
#define FILTER_BPF 6144
char *filter_bpf(const struct filter *filter, char text[FILTER_BPF]);

/* One rule of the XDP program as a JSON object; see docs/filter-exports.md. NULL: no memory. */
json_t *filter_json(const struct filter *filter);

#endif
