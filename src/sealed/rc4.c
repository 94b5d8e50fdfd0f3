/* rc4.c - the key of RC4. */
#include "sealed/rc4.h"

void rc4_key(struct rc4 *rc4, struct span key)
{
	uint8_t j = 0;

	for (unsigned i = 0; i < 256; i++)
		rc4->state[i] = (uint8_t)i;
	for (unsigned i = 0; i < 256; i++) {
		uint8_t a = rc4->state[i];

		j = (uint8_t)(j + a + key.ptr[i % key.len]);
		rc4->state[i] = rc4->state[j];
		rc4->state[j] = a;
	}
	rc4->i = rc4->j = 0;
}
