/* header.c - the header of encryption by CryptoAPI's names. */
#include "sealed/header.h"

bool header_read(struct cur *c, struct header *header)
{
	uint32_t len;
	struct cur inner;

	(void)cur_le32(c); /* flags, once more in the header */
	len = cur_le32(c);
	inner = cur_sub(c, len);
	(void)cur_le64(&inner); /* flags, SizeExtra */
	header->algorithm = cur_le32(&inner);
	(void)cur_le32(&inner); /* of the hash: SHA-1 */
	header->key_bits = cur_le32(&inner);
	if (header->key_bits == 0) /* 2.3.5.1: 40 */
		header->key_bits = 40;
	(void)cur_le32(c); /* bytes of the salt */
	header->salt = cur_span(c, HEADER_SALT);
	header->verifier = cur_span(c, 16);
	len = cur_le32(c);
	header->verifier_hash = cur_span(c, c->left < 32 ? c->left : 32);
	return !c->bad && !inner.bad && header->verifier_hash.len >= 20 && len <= 32 && header->key_bits <= 256;
}
