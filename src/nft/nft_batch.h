/*
 * nft_batch.h - changes of the kernel's tables as `nft -j -f -` takes them: all of one batch, or
 * none.
 *
 * The layout is described in nft_table.h. What is taken out may have ended by itself in between:
 * that is no error, as it is put in first, in the same batch. Bounded by what its caller puts in.
 */
#ifndef NFT_NFT_BATCH_H
#define NFT_NFT_BATCH_H

#include "hand/hand.h"
#include "nft/nft_table.h"

struct nft_batch;

/* NULL: no memory. Caller owns it. */
struct nft_batch *nft_batch_new(void);
void nft_batch_free(struct nft_batch *batch);

/* The table and what is always in it; whatever there was goes. */
void nft_batch_layout(struct nft_batch *batch);
void nft_batch_hook(struct nft_batch *batch, const char *interface);
void nft_batch_unhook(struct nft_batch *batch, const char *chain);
void nft_batch_clear(struct nft_batch *batch);

/* The set of sources with such a prefix, and the rule that looks into it. */
void nft_batch_source_set(struct nft_batch *batch, const struct prefix *prefix);
void nft_batch_source(struct nft_batch *batch, uint64_t id, const struct prefix *prefix,
		      int64_t seconds);
void nft_batch_source_out(struct nft_batch *batch, const struct prefix *prefix);

/* Whether nft can match the filter exactly, and count it for a verb; `trouble` says what it cannot.
 */
bool nft_batch_takes(const struct hand_order *order, char trouble[HAND_TROUBLE]);
void nft_batch_rule(struct nft_batch *batch, const struct hand_order *order, uint64_t print,
		    int64_t seconds);
void nft_batch_rule_end(struct nft_batch *batch, uint64_t id, int64_t seconds); /* another end */
void nft_batch_rule_out(struct nft_batch *batch, const struct nft_found *found);

/* In place of those that there were. One that lies in another is left out. */
void nft_batch_allow(struct nft_batch *batch, const struct prefix *prefixes, size_t count);
/* Besides those that there were; `anew`: in their place. */
void nft_batch_know(struct nft_batch *batch, const struct ip *sources, size_t count, bool anew);

/* The whole as JSON; NULL: no memory, or there is nothing in it (`empty`). The caller frees it. */
char *nft_batch_text(struct nft_batch *batch, bool *empty);

#endif
