/* recognise_binary.c - TLS, DNS, QUIC and IKE by their first bytes: cheap and strict. */
#include "base/cursor.h"
#include "wire/recognise_private.h"

#define RECORD_MAX  (16384 + 2048) /* bytes of a TLS record: RFC 5246, 6.2.3 */
#define LABELS      128            /* of a DNS name */
#define RECORDS_MAX 255            /* in one section of a DNS message that is taken for one */
#define NBNS_NAME   32             /* letters of a NetBIOS name: RFC 1001, 14 */
#define INITIAL_MIN 1200           /* bytes of a datagram with a client's Initial: RFC 9000, 14.1 */
#define CID_MAX     20             /* RFC 9000, 17.2 */
#define CID_MIN     8              /* of the destination in a client's first Initial: 7.2 */

/* A handshake record with a hello or what a server may send first (RFC 8446, 4 and 5.1). */
bool recognise_tls(struct span payload)
{
	struct cur c = cur_init(payload);
	const uint8_t *h = cur_take(&c, 5);
	uint16_t length = ld_be16(h + 3);

	if (c.bad || h[0] != 0x16 || h[1] != 3 || h[2] > 4 || length < 4 || length > RECORD_MAX)
		return false;
	if (!c.left)
		return true;
	h = cur_take(&c, 1);
	if (*h != 1 && *h != 2)
		return false;
	return c.left < 3 || cur_u8(&c) == 0; /* a hello of 64 KiB is none */
}

/* Moves over a name: labels, ended by a zero or by a pointer into the message (RFC 1035, 4.1.4).
 * Returns the bytes of its labels. */
static unsigned name_skip(struct cur *c)
{
	size_t begin = c->off;

	for (unsigned n = 0; n < LABELS; n++) {
		uint8_t length = cur_u8(c);

		if (c->bad || !length)
			return (unsigned)(c->off - begin);
		if (length >= 0xc0) {
			uint8_t low = cur_u8(c);

			c->bad |= ((length & 0x3fu) << 8 | low) >= begin;
			return (unsigned)(c->off - begin);
		}
		if (length > 63)
			break;
		cur_span(c, length);
	}
	c->bad = true;
	return 0;
}

static bool class_known(uint16_t class)
{
	class &= 0x7fff; /* mDNS: the top bit asks for unicast, or flushes a cache */
	return class == 1 || class == 3 || class == 254 || class == 255;
}

/* The first question, or without one the first record: a type and a class that exist. */
static bool first_sound(struct cur *c, bool question)
{
	uint16_t type, class;
	unsigned name = name_skip(c);

	type = cur_be16(c);
	class = cur_be16(c);
	if (c->bad || name > 255 || !type || (type > 261 && type != 32769 && type < 65280))
		return false;
	if (question)
		return class_known(class);
	cur_be32(c); /* TTL */
	cur_span(c, cur_be16(c));
	return !c->bad && class_known(class);
}

bool recognise_dns(struct span message)
{
	struct cur c = cur_init(message);
	const uint8_t *h = cur_take(&c, 12);
	unsigned questions = ld_be16(h + 4), answers = ld_be16(h + 6);
	unsigned authority = ld_be16(h + 8), more = ld_be16(h + 10);
	unsigned opcode = h[2] >> 3 & 0xf;
	bool response = h[2] & 0x80;

	if (c.bad || (opcode && opcode != 4 && opcode != 5) || (h[3] & 0x40)) /* Z: RFC 1035 */
		return false;
	if (questions > 32 || answers > RECORDS_MAX || authority > RECORDS_MAX ||
	    more > RECORDS_MAX || !(questions + answers))
		return false;
	if (!response && ((h[3] & 0x0f) || (answers && questions > 1 && authority)))
		return false;
	/* each question takes 5 bytes at least, each record 11, unless it was cut (TC) */
	if (!(h[2] & 2) && questions * 5 + (answers + authority + more) * 11 > c.left)
		return false;
	if (!first_sound(&c, questions > 0))
		return false;
	return questions != 1 || answers || authority || more || !c.left;
}

bool recognise_nbns(struct span message)
{
	struct cur c = cur_init(message);
	const uint8_t *h = cur_take(&c, 12), *name;
	uint16_t type;

	if (c.bad || ld_be16(h + 4) + ld_be16(h + 6) != 1 || ld_be16(h + 8) > 16 ||
	    ld_be16(h + 10) > 16)
		return false;
	name = cur_take(&c, NBNS_NAME + 2);
	type = cur_be16(&c);
	if (c.bad || name[0] != NBNS_NAME || name[NBNS_NAME + 1] || (type != 0x20 && type != 0x21))
		return false;
	for (unsigned i = 1; i <= NBNS_NAME; i++)
		if (name[i] < 'A' || name[i] > 'P')
			return false;
	return true;
}

/* Google's: "Q043", "T051". */
static bool version_google(uint32_t version)
{
	uint32_t tens = (version >> 8 & 0xff) - '0', ones = (version & 0xff) - '0';

	return (version >> 16 == 0x5130 || version >> 16 == 0x5430) && tens <= 9 && ones <= 9;
}

/* Versions in use: 1 and 2 (RFC 9000, 9369), drafts 18 to 34, Google's and Facebook's. */
static bool version_known(uint32_t version)
{
	return version == 1 || version == 0x6b3343cf ||
	       (version >= 0xff000012 && version <= 0xff000022) || version >> 4 == 0xfaceb00 ||
	       version_google(version);
}

/* Google's QUIC before it had long headers: a version and a connection id of eight bytes. */
static bool gquic_looks(struct span datagram)
{
	struct cur c = cur_init(datagram);
	const uint8_t *h = cur_take(&c, 13);

	return !c.bad && (h[0] & 0xc9) == 0x09 && h[9] == 'Q' && h[10] == '0' && h[11] >= '0' &&
	       h[11] <= '9' && h[12] >= '0' && h[12] <= '9' && c.left >= 12;
}

/* Version negotiation: the server's list, among it one that is known (RFC 9000, 17.2.1). */
static bool versions_sound(struct cur *c)
{
	bool known = false;

	if (c->left % 4 || c->left > 256)
		return false;
	while (c->left)
		known |= version_known(cur_be32(c));
	return known;
}

bool recognise_quic(struct span datagram, unsigned side)
{
	struct cur c = cur_init(datagram);
	uint8_t first = cur_u8(&c), to, from;
	uint32_t version = cur_be32(&c);
	bool initial;

	if (!(first & 0x80))
		return gquic_looks(datagram);
	to = cur_u8(&c);
	if (c.bad || to > CID_MAX || (version && !version_known(version)))
		/* Q044 to Q046 have the lengths of both ids in one byte */
		return version_google(version) && (to == 0x50 || to == 0x05) &&
		       datagram.len >= INITIAL_MIN;
	cur_take(&c, to);
	from = cur_u8(&c);
	cur_take(&c, from <= CID_MAX ? from : 0);
	if (c.bad || from > CID_MAX)
		return false;
	if (!version)
		return side && versions_sound(&c);
	if (!(first & 0x40))
		return false; /* the fixed bit, 17.2 */
	initial = (first & 0x30) == (version == 0x6b3343cf ? 0x10 : 0x00);
	if (!side && initial)
		return to >= CID_MIN && datagram.len >= INITIAL_MIN;
	return c.left >= 20;
}

/* An IKE header (RFC 7296, 3.1; RFC 2408, 3.1), behind a marker of zeros over UDP port 4500. */
bool recognise_ike(struct span datagram)
{
	struct cur c = cur_init(datagram);
	const uint8_t *h = cur_take(&c, 28);

	if (!c.bad && ld_be32(h) == 0) {
		c = cur_init(datagram);
		cur_be32(&c);
		datagram = cur_rest(&c);
		h = cur_take(&c, 28);
	}
	if (c.bad || (ld_be32(h) | ld_be32(h + 4)) == 0 || ld_be32(h + 24) != datagram.len)
		return false;
	if (h[17] == 0x20) /* exchanges from IKE_SA_INIT on; three flags */
		return h[18] >= 34 && h[18] <= 44 && !(h[19] & 0xc7);
	return h[17] == 0x10 && h[18] >= 1 && (h[18] <= 6 || (h[18] >= 32 && h[18] <= 33)) &&
	       !(h[19] & 0xf8);
}
