/*
 * nft_entries.h - the actions that nftables has in force, as they were ordered and as they were
 * last seen.
 *
 * A plain sorted array: hundreds at most times, ten thousand at worst.
 */
#ifndef NFT_NFT_ENTRIES_H
#define NFT_NFT_ENTRIES_H

#include "hand/hand.h"
#include "nft/nft_table.h"

struct nft_entry {
	struct hand_order order;
	bool whole; /* the order is known; of one that was found, only its id, its end, a source */
	bool lost;  /* it should be in force, but is not in the table */
	bool over;  /* it is withdrawn */
	struct nft_found found;   /* as it was last seen */
	struct hand_count before; /* what it hit before it was put anew */
};

struct nft_entries {
	struct nft_entry *all; /* by id */
	size_t count, room;
};

struct nft_entry *nft_entry_of(const struct nft_entries *entries, uint64_t id);

/* Room for so many more. False: no memory. */
bool nft_entries_reserve(struct nft_entries *entries, size_t more);
/* There is room. */
void nft_entries_put(struct nft_entries *entries, const struct nft_entry *entry);
/* Takes away those that are over. */
void nft_entries_sweep(struct nft_entries *entries);

/* Brings them to what the table says. What is in it but was not known is taken over; what is not in
 * it any more has ended, or is lost. False: no memory; nothing changed. */
bool nft_entries_merge(struct nft_entries *entries, const struct nft_table *table, int64_t now);

/* What an entry hit in all. */
struct hand_count nft_entry_count(const struct nft_entry *entry);
/* It is put anew: its counters begin at 0 again. */
void nft_entry_anew(struct nft_entry *entry);

/* Whether it is in force as the order wants it, but perhaps for its end. NULL: it is not. */
bool nft_entry_is(const struct nft_entry *entry, const struct hand_order *order, bool as_rule);
/* What a rule is made of, but for its end, as one number. */
uint64_t nft_print_of(const struct hand_order *order);

/* Whether there is room when these come besides; each may replace one. */
bool nft_entries_fit(const struct nft_entries *entries, const struct nft_entry *coming,
		     size_t count);

/* Whether an element of a set can do it, if no other action has the same source there. */
bool nft_is_source(const struct hand_order *order);
int nft_source_compare(const struct prefix *a, const struct prefix *b);

/* Who has, or wants, a source as an element: there can be one only. */
struct nft_owner {
	struct prefix source;
	bool coming; /* not in force yet */
	uint64_t id;
};

/* All of them, by source; NULL: no memory. The caller frees it. */
struct nft_owner *nft_owners_of(const struct nft_entries *entries, const struct hand_order *orders,
				size_t count, size_t *owner_count);
/* Who gets the element of a source that is among them: the first of those that have it, or want it.
 */
uint64_t nft_owner_of(const struct nft_owner *owners, size_t count, const struct prefix *source);

#endif
