/* rc4.h - the cipher of old documents ([MS-OFFCRYPTO] 2.3.5, 2.3.6); libcrypto has it only among what is outdated. */
#ifndef SEALED_RC4_H
#define SEALED_RC4_H

#include "base/span.h"

struct rc4 {
	uint8_t state[256], i, j;
};

void rc4_key(struct rc4 *rc4, struct span key);

/* The next byte of the key's stream. */
static inline uint8_t rc4_next(struct rc4 *rc4)
{
	uint8_t a, b;

	rc4->i++;
	a = rc4->state[rc4->i];
	rc4->j = (uint8_t)(rc4->j + a);
	b = rc4->state[rc4->j];
	rc4->state[rc4->i] = b;
	rc4->state[rc4->j] = a;
	return rc4->state[(uint8_t)(a + b)];
}

#endif
