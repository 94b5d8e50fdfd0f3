/*
 * status.h - the answer: are we all right, and what do I do next?
 */
#ifndef KEEPER_STATUS_H
#define KEEPER_STATUS_H

#include "keeper/keeper.h"

struct status {
	uint64_t pushed; /* hash of what was pushed last */
	bool blind, full; /* people were told that the tower is blind, that it cannot store */
	usec_t blind_since; /* 0: it sees */
};

/* Every second: pushed when it is another; people are told when the tower itself is in trouble. */
void status_due(struct keeper *keeper);

#endif
