/* shelf_private.h - what the shelf and its operations share. */
#ifndef QUARANTINE_SHELF_PRIVATE_H
#define QUARANTINE_SHELF_PRIVATE_H

#include "keeper/keeper_private.h"
#include "keeper/op.h"
#include "quarantine/shelf.h"
#include "store/store_held.h"

#include <limits.h>

/* Why the tower itself changed something: kept by these words, shown in both languages. */
#define SHELF_OLD         "old"
#define SHELF_FULL        "full"
#define SHELF_INTERRUPTED "interrupted"

struct shelf {
	struct keeper *keeper;
	struct shelf_settings settings;
	char folder[PATH_MAX];
	struct vault_keys keys;
	struct shelf_out out;
	uint64_t releasing; /* one at a time; 0: none */
	char by[OP_NAME + 1], reason[OP_REASON + 1]; /* of it */
	usec_t looked, warned, swept;
	bool nearly; /* full */
};

/* The message of a row with its token in front, in a file of memory; -1: it cannot be read. */
int shelf_open(const struct shelf *shelf, const struct store_held *row, usec_t now);
/* Deletes the file of one. False: it cannot be. */
bool shelf_throw(struct shelf *shelf, uint64_t id);
/* Browsers hear of it. */
void shelf_push(struct shelf *shelf, uint64_t id);

#endif
