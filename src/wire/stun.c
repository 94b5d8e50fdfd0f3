/* stun.c - STUN messages (RFC 8489, 5 and 14). */
#include "wire/stun.h"

#include "base/cursor.h"

#define HEADER     20
#define COOKIE     0x2112a442u
#define METHOD_OLD 2     /* RFC 3489: binding and shared secret */
#define METHOD_MAX 0x00d /* the registry's: RFC 8656, 18; RFC 6062 */
#define SOFTWARE   0x8022
#define ATTRIBUTES 64 /* of one message */

/* Walks over the attributes, which must fill the message. */
static bool attributes_read(struct cur *c, struct stun_message *out)
{
	for (unsigned n = 0; c->left && n < ATTRIBUTES; n++) {
		uint16_t type = cur_be16(c), length = cur_be16(c);
		struct span value = cur_span(c, length);

		cur_span(c, (4 - length % 4u) % 4);
		if (c->bad)
			return false;
		if (type == SOFTWARE)
			out->software = value;
	}
	return c->left == 0;
}

bool stun_read(struct span message, struct stun_message *out)
{
	struct cur c = cur_init(message);
	const uint8_t *h = cur_take(&c, HEADER);
	uint16_t type = ld_be16(h);
	struct stun_message m = { .old = ld_be32(h + 4) != COOKIE };

	if (c.bad || type >> 14 || ld_be16(h + 2) != c.left || c.left % 4)
		return false;
	/* The class is in bits 4 and 8, the method in those around (RFC 8489, figure 3). */
	m.kind = (enum stun_class)((type >> 4 & 1) | (type >> 7 & 2));
	m.method = (uint16_t)((type & 0xf) | (type >> 1 & 0x70) | (type >> 2 & 0xf80));
	if (!m.method || m.method > (m.old ? METHOD_OLD : METHOD_MAX))
		return false;
	if (m.old && m.kind == STUN_INDICATION)
		return false;
	if (!attributes_read(&c, &m))
		return false;
	*out = m;
	return true;
}
