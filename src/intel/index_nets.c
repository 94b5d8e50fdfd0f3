/* index_nets.c - covering prefixes: pieces of the address space, built by one sweep, found by
 * halving. */
#include "intel/index_nets.h"

#include "base/prefetch.h"

#include <stdlib.h>
#include <string.h>

#define SEARCH_MAX 40 /* halvings; more pieces than 2^40 cannot be */

static bool piece_start(const struct index_nets *nets, uint64_t n, struct ip *start)
{
	if (n >= nets->pieces.len / NETS_PIECE)
		return false;
	memcpy(start->b, nets->pieces.ptr + n * NETS_PIECE, 16);
	return true;
}

/* Where the piece lies that an address is in: `low` begins at or before it, `high` behind it. */
static void nets_bounds(const struct index_nets *nets, const struct ip *ip, uint64_t *low,
			uint64_t *high)
{
	unsigned first = (unsigned)ip->b[12] << 8 | ip->b[13];
	uint64_t end;

	*low = 0;
	*high = nets->pieces.len / NETS_PIECE;
	if (!ip_is_v4(ip))
		return;
	end = (uint64_t)section_le32(&nets->top, first + 1) + 1;
	*low = section_le32(&nets->top, first);
	*high = end < *high ? end : *high;
}

void nets_prefetch(const struct index_nets *nets, const struct ip *ip)
{
	uint64_t low, high;
	struct cur at;

	if (nets->pieces.len == 0)
		return;
	nets_bounds(nets, ip, &low, &high);
	at = section_cursor(&nets->pieces, (low + (high - low) / 2) * NETS_PIECE);
	prefetch_read(at.p);
}

uint32_t nets_find(const struct index_nets *nets, const struct ip *ip)
{
	uint64_t low, high;
	struct ip start;

	if (nets->pieces.len == 0)
		return NETS_NONE;
	nets_bounds(nets, ip, &low, &high);
	for (unsigned i = 0; i < SEARCH_MAX && low + 1 < high; i++) {
		uint64_t middle = low + (high - low) / 2;

		if (!piece_start(nets, middle, &start))
			return NETS_NONE;
		if (ip_compare(&start, ip) <= 0)
			low = middle;
		else
			high = middle;
	}
	return section_le32(&nets->pieces, low * (NETS_PIECE / 4) + 4);
}

uint32_t nets_up(const struct index_nets *nets, uint32_t node, uint64_t *entry)
{
	uint32_t parent;

	if (node >= nets->nodes.len / NETS_NODE)
		return NETS_NONE;
	*entry = (uint64_t)section_le32(&nets->nodes, (uint64_t)node * 3 + 1) << 32 |
		 section_le32(&nets->nodes, (uint64_t)node * 3);
	parent = section_le32(&nets->nodes, (uint64_t)node * 3 + 2);
	return parent < node ? parent : NETS_NONE;
}

/* Parents before their children. */
static int net_compare(const void *a, const void *b)
{
	const struct net *x = a, *y = b;
	int order = ip_compare(&x->prefix.ip, &y->prefix.ip);

	return order ? order
		     : (x->prefix.bits > y->prefix.bits) - (x->prefix.bits < y->prefix.bits);
}

/* The first address behind a prefix; false: it reaches the end of the space. */
static bool prefix_after(const struct prefix *prefix, struct ip *after)
{
	unsigned bit = prefix->bits;

	*after = prefix->ip;
	while (bit-- > 0) {
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);

		after->b[bit / 8] ^= mask;
		if (after->b[bit / 8] & mask)
			return true;
	}
	return false;
}

struct sweep {
	const struct net *nets;
	struct nets_built *built;
	uint32_t open[129]; /* prefixes around the current place, each inside the one before */
	unsigned depth;
};

/* From here on, `node` is the longest. */
static void sweep_piece(struct sweep *s, const struct ip *start, uint32_t node)
{
	struct nets_built *b = s->built;
	uint8_t *piece = b->pieces + b->pieces_len;

	if (b->pieces_len > 0 && memcmp(piece - NETS_PIECE, start->b, 16) == 0)
		piece -= NETS_PIECE;
	else
		b->pieces_len += NETS_PIECE;
	memcpy(piece, start->b, 16);
	memcpy(piece + 16, &node, 4);
}

/* Closes what ends before `next` (NULL: everything). */
static void sweep_close(struct sweep *s, const struct ip *next)
{
	struct ip after;

	while (s->depth > 0) {
		const struct prefix *top = &s->nets[s->open[s->depth - 1]].prefix;

		if (next && prefix_has(top, next))
			return;
		s->depth--;
		if (prefix_after(top, &after))
			sweep_piece(s, &after, s->depth ? s->open[s->depth - 1] : NETS_NONE);
	}
}

static void sweep_net(struct sweep *s, uint32_t node)
{
	struct nets_built *b = s->built;
	uint8_t *out = b->nodes + b->nodes_len;
	uint32_t parent;

	sweep_close(s, &s->nets[node].prefix.ip);
	parent = s->depth ? s->open[s->depth - 1] : NETS_NONE;
	memcpy(out, &s->nets[node].entry, 8);
	memcpy(out + 8, &parent, 4);
	b->nodes_len += NETS_NODE;
	s->open[s->depth++] = node;
	sweep_piece(s, &s->nets[node].prefix.ip, node);
}

/* Where each /16 of IPv4 begins: the last piece that starts at or before it. */
static void nets_top(struct nets_built *built)
{
	uint32_t pieces = (uint32_t)(built->pieces_len / NETS_PIECE), at = 0;

	for (uint32_t i = 0; i < NETS_TOP; i++) {
		uint8_t four[4] = { (uint8_t)(i >> 8), (uint8_t)i, 0, 0 };
		struct ip start = ip_from_v4(four);

		if (i == NETS_TOP - 1) /* behind 255.255.255.255 */
			memset(start.b + 12, 0xff, 4);
		while (at + 1 < pieces &&
		       memcmp(built->pieces + (size_t)(at + 1) * NETS_PIECE, start.b, 16) <= 0)
			at++;
		memcpy(built->top + (size_t)i * 4, &at, 4);
	}
	built->top_len = (size_t)NETS_TOP * 4;
}

enum err nets_build(struct net *nets, size_t count, struct nets_built *built)
{
	static const struct ip zero;
	struct sweep sweep = { .nets = nets, .built = built };

	memset(built, 0, sizeof(*built));
	if (count == 0)
		return OK;
	if (count >= NETS_NONE / 2)
		return ERR_LIMIT;
	qsort(nets, count, sizeof(*nets), net_compare);
	built->top = malloc((size_t)NETS_TOP * 4);
	built->pieces = malloc((2 * count + 1) * NETS_PIECE);
	built->nodes = malloc(count * NETS_NODE);
	if (!built->top || !built->pieces || !built->nodes) {
		nets_free(built);
		return ERR_MEMORY;
	}
	sweep_piece(&sweep, &zero, NETS_NONE);
	for (uint32_t i = 0; i < count; i++)
		sweep_net(&sweep, i);
	sweep_close(&sweep, NULL);
	nets_top(built);
	return OK;
}

void nets_free(struct nets_built *built)
{
	free(built->top);
	free(built->pieces);
	free(built->nodes);
	memset(built, 0, sizeof(*built));
}
