/*
 * nft_program.h - the program nft: the one way to the kernel's tables.
 */
#ifndef NFT_NFT_PROGRAM_H
#define NFT_NFT_PROGRAM_H

#include "nft/nft_batch.h"
#include "nft/nft_table.h"

/* Says what is wrong, and returns the error. */
enum err nft_trouble(char trouble[HAND_TROUBLE], enum err err, const char *what);

/* One that does not answer in time is left alone for a while: who waits for it each time, does nothing else. */
#define NFT_RESTS (5 * USEC_PER_SEC)
struct nft_program {
	const char *path; /* NULL: it is not installed */
	int64_t rests;    /* loop_steady(): it is not run before */
};

struct nft_program nft_program_find(void);

/* Does what the batch says, all or none, and frees it; NULL: there was no memory for it. ERR_LIMIT:
 * nft was ended as it took too long; the kernel may have done it all the same. */
MUST_USE enum err nft_commit(struct nft_program *program, struct nft_batch *batch,
			     char trouble[HAND_TROUBLE]);

/* Reads our table. None is an empty one. */
MUST_USE enum err nft_table_load(struct nft_program *program, struct nft_table *table,
				 char trouble[HAND_TROUBLE]);

#endif
