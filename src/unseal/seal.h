/* seal.h - how far an encrypted archive has been opened, and what may still be spent on it. */
#ifndef UNSEAL_SEAL_H
#define UNSEAL_SEAL_H

#include "exam/exam.h"

struct seal {
	bool sealed;     /* not even names are seen */
	uint32_t locked; /* what is encrypted otherwise: folders of 7z, keys of RAR */
	bool broken;     /* a password was right, and what came out cannot be read, or not all of it */
	bool spent;      /* the budget was too small for a try */
	uint64_t budget; /* of the examination's work */
};

/* False: it is too dear. */
MUST_USE static inline bool seal_spend(struct exam *e, struct seal *seal, uint64_t cost)
{
	if (cost > seal->budget || !exam_work(e, (size_t)cost)) {
		seal->spent = true;
		return false;
	}
	seal->budget -= cost;
	return true;
}

#endif
