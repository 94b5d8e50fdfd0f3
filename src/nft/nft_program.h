/*
 * nft_program.h - the program nft: the one way to the kernel's tables.
 */
#ifndef NFT_NFT_PROGRAM_H
#define NFT_NFT_PROGRAM_H

#include "nft/nft_batch.h"
#include "nft/nft_table.h"

/* Says what is wrong, and returns the error. */
enum err nft_trouble(char trouble[HAND_TROUBLE], enum err err, const char *what);

/* NULL: it is not installed. */
const char *nft_program_path(void);

/* Does what the batch says, all or none, and frees it; NULL: there was no memory for it. ERR_LIMIT:
 * nft was ended as it took too long; the kernel may have done it all the same. */
MUST_USE enum err nft_commit(const char *program, struct nft_batch *batch,
			     char trouble[HAND_TROUBLE]);

/* Reads our table. None is an empty one. */
MUST_USE enum err nft_table_load(const char *program, struct nft_table *table,
				 char trouble[HAND_TROUBLE]);

#endif
