/*
 * stretch.h - keys out of passwords as archives make them: slowly, and the archive says how slowly. So what a try costs
 * is told before it is made.
 */
#ifndef UNSEAL_STRETCH_H
#define UNSEAL_STRETCH_H

#include "base/digest.h"

#define STRETCH_KEY   32
#define STRETCH_CHECK 8
#define STRETCH_RAR4  16 /* bytes of a key of RAR 4, and of its vector */
#define STRETCH_RAR4_POWER 18
#define STRETCH_DEAR  UINT64_MAX /* no program makes such a key */

struct stretch {
	struct span password; /* as the format has it: UTF-16 for 7z and RAR 4, UTF-8 for RAR 5 */
	struct span salt;
	unsigned power; /* 2^power rounds; RAR 4 has STRETCH_RAR4_POWER, and 4 at least */
};

/* In bytes of an examination's work (exam_work). */
uint64_t stretch_sevenzip_cost(const struct stretch *stretch);
/* False: no memory. */
MUST_USE bool stretch_sevenzip(struct digest_kit *kit, const struct stretch *stretch, uint8_t key[STRETCH_KEY]);

uint64_t stretch_rar5_cost(const struct stretch *stretch);
/* `check`: what the archive keeps to know the password by. */
void stretch_rar5(const struct stretch *stretch, uint8_t key[STRETCH_KEY], uint8_t check[STRETCH_CHECK]);

uint64_t stretch_rar4_cost(const struct stretch *stretch);
/* False: no memory. */
MUST_USE bool stretch_rar4(const struct stretch *stretch, uint8_t key[STRETCH_RAR4], uint8_t iv[STRETCH_RAR4]);

#endif
