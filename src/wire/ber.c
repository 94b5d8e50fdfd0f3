/* ber.c - elements of ASN.1's Basic Encoding Rules (ITU-T X.690, 8.1). */
#include "wire/ber.h"

#include "base/text.h"

#define LENGTH_BYTES  4 /* of a long length */
#define OID_ARC_BYTES 5 /* of one number of an object identifier: 32 bits */

enum ber_state ber_head_read(struct span bytes, struct ber_head *head)
{
	struct cur c = cur_init(bytes);
	uint8_t tag = cur_u8(&c), first = cur_u8(&c);
	uint32_t length = first;

	if (c.bad)
		return BER_SHORT;
	if ((tag & 0x1f) == 0x1f || first == 0x80 || first > 0x80 + LENGTH_BYTES)
		return BER_WRONG;
	if (first > 0x80) {
		length = 0;
		for (unsigned left = first & 0x7f; left; left--)
			length = length << 8 | cur_u8(&c);
	}
	if (c.bad)
		return BER_SHORT;
	if (length > INT32_MAX)
		return BER_WRONG;
	*head = (struct ber_head){ .tag = tag, .bytes = (uint8_t)c.off, .value = length };
	return BER_HEAD;
}

bool ber_next(struct cur *c, uint8_t *tag, struct span *value)
{
	struct ber_head head;

	if (ber_head_read(cur_rest(c), &head) != BER_HEAD) {
		c->bad = true;
		return false;
	}
	cur_take(c, head.bytes);
	*tag = head.tag;
	*value = cur_span(c, head.value);
	return !c->bad;
}

struct span ber_expect(struct cur *c, uint8_t tag)
{
	struct span value = { cur_zeros, 0 };
	uint8_t found;

	if (c->bad || !ber_next(c, &found, &value) || found != tag) {
		c->bad = true;
		return (struct span){ cur_zeros, 0 };
	}
	return value;
}

uint32_t ber_uint(struct cur *c, uint8_t tag)
{
	struct cur digits = cur_init(ber_expect(c, tag));
	uint32_t value = 0;

	if (digits.left == 5 && cur_u8(&digits) != 0) /* a zero before the top bit is allowed */
		c->bad = true;
	if (digits.left < 1 || digits.left > 4 || (digits.off == 0 && digits.p[0] & 0x80))
		c->bad = true;
	if (c->bad)
		return 0;
	while (digits.left)
		value = value << 8 | cur_u8(&digits);
	return value;
}

void ber_oid_text(struct span value, char *text, size_t size)
{
	struct cur c = cur_init(value);
	bool first = true;

	text[0] = '\0';
	while (c.left) {
		uint32_t arc = 0;
		uint8_t byte = 0x80;

		for (unsigned n = 0; n < OID_ARC_BYTES && (byte & 0x80) && c.left; n++) {
			byte = cur_u8(&c);
			arc = arc << 7 | (byte & 0x7f);
		}
		if (first) { /* X.690, 8.19.4: the first two numbers are in one */
			uint32_t top = arc < 80 ? arc / 40 : 2;

			text_append(text, size, "%u.%u", top, arc - top * 40);
		} else {
			text_append(text, size, ".%u", arc);
		}
		first = false;
	}
}
