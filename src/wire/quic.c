/* quic.c - Initial packets: header protection, AEAD, CRYPTO frames, the hello put together. */
#include "wire/quic.h"

#include "base/cursor.h"
#include "wire/tls_note.h"

#include <stddef.h>

#define PACKETS_MAX  32   /* Initial packets tried in one conversation */
#define COALESCED    8    /* packets looked at in one datagram */
#define FRAMES_MAX   1500 /* frames other than padding in one packet */
#define DATAGRAM_MAX 2048 /* bytes of an Initial packet; larger ones do not pass the internet */
#define CID_MAX      20   /* RFC 9000, 17.2 */
#define SAMPLE       16   /* RFC 9001, 5.4.2 */
#define LABEL_MAX    24
#define RESERVED     0x0c /* bits of the first byte that are 0 under the protection: 17.2 */

enum frame {
	FRAME_PADDING = 0,
	FRAME_PING = 1,
	FRAME_ACK = 2,
	FRAME_ACK_ECN = 3,
	FRAME_CRYPTO = 6,
	FRAME_CLOSE = 0x1c,
};

/* What differs between the versions: RFC 9001, 5.2; RFC 9369, 3; draft-ietf-quic-tls-29, 5.2. */
struct flavour {
	uint8_t salt[20];
	uint8_t initial; /* the two type bits of an Initial packet */
	const char *key, *iv, *hp;
};

static const struct flavour v1 = { { 0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
				     0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a },
				   0,
				   "tls13 quic key",
				   "tls13 quic iv",
				   "tls13 quic hp" };

static const struct flavour v2 = { { 0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93,
				     0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9 },
				   1,
				   "tls13 quicv2 key",
				   "tls13 quicv2 iv",
				   "tls13 quicv2 hp" };

static const struct flavour draft29 = { { 0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2,
					  0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61,
					  0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99 },
					0,
					"tls13 quic key",
					"tls13 quic iv",
					"tls13 quic hp" };

static const struct flavour *flavour_of(uint32_t version)
{
	if (version == 1 || version == 0xff000021 || version == 0xff000022)
		return &v1;
	if (version == 0x6b3343cf)
		return &v2;
	if (version >= 0xff00001d && version <= 0xff000020)
		return &draft29;
	return NULL;
}

/* A packet with a long header; the spans borrow from the datagram. */
struct packet_view {
	const struct flavour *flavour;
	uint32_t version;
	bool initial;
	struct span dcid;
	struct span head;   /* up to the packet number, which is protected */
	struct span sealed; /* packet number and payload */
};

/* RFC 9000, 16: the two high bits tell the length. Values above SIZE_MAX / 4 are no concern here.
 */
static uint64_t varint(struct cur *c)
{
	uint8_t first = cur_u8(c);
	uint64_t value = first & 0x3f;

	for (unsigned more = (1u << (first >> 6)) - 1; more > 0; more--)
		value = value << 8 | cur_u8(c);
	return value;
}

/* The next packet of a datagram; false when it is none with a long header and a length. */
static bool packet_next(struct cur *c, struct packet_view *p)
{
	struct cur begin = *c;
	uint8_t first = cur_u8(c);
	uint64_t length;
	uint8_t type = first >> 4 & 3;

	if ((first & 0xc0) != 0xc0)
		return false;
	p->version = cur_be32(c);
	p->flavour = flavour_of(p->version);
	p->dcid = cur_span(c, cur_u8(c));
	length = cur_u8(c);
	cur_span(c, (size_t)length); /* source connection id */
	if (c->bad || !p->flavour || p->dcid.len > CID_MAX || length > CID_MAX ||
	    type == (p->flavour->initial + 3) % 4) /* Retry: no length, no hello */
		return false;
	p->initial = type == p->flavour->initial;
	if (p->initial) {
		length = varint(c); /* of the token */
		if (length > c->left)
			return false;
		cur_span(c, (size_t)length);
	}
	length = varint(c);
	if (c->bad || length > c->left)
		return false;
	p->head = cur_span(&begin, begin.left - c->left);
	p->sealed = cur_span(c, (size_t)length);
	return true;
}

bool quic_looks(struct span datagram)
{
	struct cur c = cur_init(datagram);
	struct packet_view p;

	return packet_next(&c, &p) && p.initial && p.sealed.len >= 4 + SAMPLE;
}

/* HKDF-Expand-Label of TLS 1.3 with an empty context: RFC 8446, 7.1. */
static void expand(const struct hmac_key *secret, const char *label, uint8_t *out, size_t size)
{
	uint8_t room[LABEL_MAX + 4];
	struct pen info = pen_init(room, sizeof(room));

	pen_byte(&info, 0);
	pen_byte(&info, (uint8_t)size);
	pen_byte(&info, (uint8_t)strlen(label));
	pen_text(&info, label);
	pen_byte(&info, 0);
	hkdf_expand(secret, pen_since(&info, 0), out, size);
}

/* The client's secret, from the connection id of its first packet: RFC 9001, 5.2. */
static void secret_make(struct hmac_key *secret, const struct packet_view *p)
{
	uint8_t initial[SHA256_BYTES], client[SHA256_BYTES];
	struct hmac_key key;

	hmac_key_make(&key, (struct span){ p->flavour->salt, sizeof(p->flavour->salt) });
	hmac_sha256(&key, (struct hmac_text){ .first = p->dcid }, initial);
	hmac_key_make(&key, (struct span){ initial, sizeof(initial) });
	expand(&key, "tls13 client in", client, sizeof(client));
	hmac_key_make(secret, (struct span){ client, sizeof(client) });
}

/* A packet whose header protection was taken away. */
struct packet_plain {
	uint8_t head[DATAGRAM_MAX];
	size_t head_len;
	uint8_t number[4];
	unsigned number_bytes;
};

/* Takes the header protection away (RFC 9001, 5.4). False: the mask is not that of the packet. */
static bool packet_unmask(const uint8_t key[AES_BLOCK], struct digest_kit *kit,
			  const struct packet_view *p, struct packet_plain *plain)
{
	struct cur c = cur_init(p->sealed);
	const uint8_t *number = cur_take(&c, 4 + SAMPLE);
	uint8_t mask[AES_BLOCK];

	if (c.bad || p->head.len + 4 > sizeof(plain->head) || p->sealed.len > DATAGRAM_MAX)
		return false;
	aes_block(kit, key, number + 4, mask); /* the sample is behind a number of 4 bytes */
	memcpy(plain->head, p->head.ptr, p->head.len);
	plain->head[0] ^= mask[0] & 0x0f;
	plain->number_bytes = (plain->head[0] & 3u) + 1;
	for (unsigned i = 0; i < plain->number_bytes; i++) {
		plain->number[i] = number[i] ^ mask[1 + i];
		plain->head[p->head.len + i] = plain->number[i];
	}
	plain->head_len = p->head.len + plain->number_bytes;
	return !(plain->head[0] & RESERVED);
}

/* Takes the AEAD away; returns the payload's length within `payload`, 0 when the keys are not those
 * of the packet. */
static size_t packet_open(const struct quic_keys *k, struct digest_kit *kit,
			  const struct packet_view *p, const struct packet_plain *plain,
			  uint8_t payload[DATAGRAM_MAX])
{
	struct cur c = cur_init(p->sealed);
	uint8_t nonce[GCM_NONCE];
	struct gcm gcm = { k->key, nonce, { plain->head, plain->head_len }, { 0 } };

	memcpy(nonce, k->nonce, sizeof(nonce));
	for (unsigned i = 0; i < plain->number_bytes; i++) /* those of Initials are small: not cut */
		nonce[GCM_NONCE - plain->number_bytes + i] ^= plain->number[i];
	cur_take(&c, plain->number_bytes);
	gcm.sealed = cur_rest(&c);
	return gcm_open(kit, &gcm, payload) ? gcm.sealed.len - GCM_TAG : 0;
}

/* The same with the keys that the packet itself tells, which are left in *k. What is wrong is mostly
 * known before the key of the AEAD is made. */
static size_t packet_open_first(struct quic_keys *k, struct digest_kit *kit,
				const struct packet_view *p, uint8_t payload[DATAGRAM_MAX])
{
	struct packet_plain plain;
	struct hmac_key secret;

	secret_make(&secret, p);
	expand(&secret, p->flavour->hp, k->mask, sizeof(k->mask));
	if (!packet_unmask(k->mask, kit, p, &plain))
		return 0;
	expand(&secret, p->flavour->key, k->key, sizeof(k->key));
	expand(&secret, p->flavour->iv, k->nonce, sizeof(k->nonce));
	return packet_open(k, kit, p, &plain, payload);
}

/* A piece of the hello at its place. What came first stays: a client that says two things at one
 * place is told by what it said first. */
static bool piece_keep(struct quic *x, uint64_t offset, struct span piece)
{
	if (offset > QUIC_HELLO || piece.len > QUIC_HELLO - offset)
		return false;
	for (size_t i = 0; i < piece.len; i++) {
		size_t at = (size_t)offset + i;
		uint8_t bit = (uint8_t)(1u << (at & 7));

		if (!(x->have[at >> 3] & bit))
			x->hello[at] = piece.ptr[i];
		x->have[at >> 3] |= bit;
	}
	while (x->prefix < QUIC_HELLO && (x->have[x->prefix >> 3] >> (x->prefix & 7) & 1))
		x->prefix++;
	return true;
}

/* RFC 9000, 19.3. */
static void ack_skip(struct cur *c, bool ecn)
{
	uint64_t ranges;

	varint(c); /* largest */
	varint(c); /* delay */
	ranges = varint(c);
	varint(c); /* first range */
	for (ranges *= 2; ranges > 0 && !c->bad; ranges--)
		varint(c);
	for (unsigned i = 0; ecn && i < 3; i++)
		varint(c);
}

/* The frames of a payload: RFC 9000, 12.4 allows few kinds here. Returns the anomaly, or
 * ANOMALY_COUNT. */
static enum anomaly frames_read(struct quic *x, struct span payload)
{
	struct cur c = cur_init(payload);
	unsigned frames = 0;

	while (c.left > 0) {
		uint64_t type = varint(&c), offset, length;

		if (type == FRAME_PADDING)
			continue;
		if (++frames > FRAMES_MAX)
			return ANOMALY_QUIC_FRAME;
		switch (type) {
		case FRAME_PING:
			break;
		case FRAME_ACK:
		case FRAME_ACK_ECN:
			ack_skip(&c, type == FRAME_ACK_ECN);
			break;
		case FRAME_CRYPTO:
			offset = varint(&c);
			length = varint(&c);
			if (c.bad || length > c.left)
				return ANOMALY_QUIC_FRAME;
			if (!piece_keep(x, offset, cur_span(&c, (size_t)length)))
				return ANOMALY_QUIC_LONG;
			break;
		case FRAME_CLOSE:
			return ANOMALY_COUNT;
		default:
			return ANOMALY_QUIC_FRAME;
		}
		if (c.bad)
			return ANOMALY_QUIC_FRAME;
	}
	return ANOMALY_COUNT;
}

/* Tells the event when the hello is whole. Returns the anomaly, or ANOMALY_COUNT. */
static enum anomaly hello_tell(struct quic *x, const struct quic_sink *sink)
{
	struct cur c = cur_init((struct span){ x->hello, x->prefix });
	uint8_t type = cur_u8(&c);
	size_t length = cur_be24(&c);
	struct hello hello;
	struct tls_note note;
	struct event_tls e;

	if (c.bad)
		return ANOMALY_COUNT;
	if (length > QUIC_HELLO - 4) {
		x->done = true;
		return ANOMALY_QUIC_LONG;
	}
	if (c.left < length)
		return ANOMALY_COUNT;
	x->done = true;
	if (type != HELLO_CLIENT || !hello_read_client(cur_span(&c, length), &hello))
		return ANOMALY_TLS_HELLO;
	tls_note_clear(&note);
	tls_note_client(&note, sink->no_fingerprints ? NULL : sink->kit, &hello, JA_QUIC);
	tls_note_event(&note, &e);
	e.quic_version = x->version;
	sink->event(sink->whom, &e);
	return hello.overflow ? ANOMALY_TLS_LISTS : ANOMALY_COUNT;
}

/* One Initial packet. Its keys are those of the first; after a Retry the client begins anew with
 * another connection id (RFC 9001, 5.2). */
static enum anomaly initial_read(struct quic *x, struct digest_kit *kit,
				 const struct packet_view *p)
{
	uint8_t payload[DATAGRAM_MAX];
	struct packet_plain plain;
	size_t length = 0;

	if (x->keyed && packet_unmask(x->keys.mask, kit, p, &plain))
		length = packet_open(&x->keys, kit, p, &plain, payload);
	if (length == 0) {
		struct quic_keys keys;

		length = packet_open_first(&keys, kit, p, payload);
		if (length == 0)
			return ANOMALY_QUIC_SEAL;
		x->keys = keys;
		x->keyed = true;
		x->version = p->version;
	}
	return frames_read(x, (struct span){ payload, length });
}

void quic_begin(struct quic *x)
{
	memset(x, 0, offsetof(struct quic, hello));
}

bool quic_waits(const struct quic *x)
{
	return !x->done && (x->keyed || x->packets == 0);
}

bool quic_feed(struct quic *x, unsigned side, struct span datagram, const struct quic_sink *sink)
{
	struct cur c = cur_init(datagram);
	struct packet_view p;

	x->anomaly = ANOMALY_COUNT;
	for (unsigned i = 0; i < COALESCED && side == 0 && !x->done && c.left > 0; i++) {
		if (!packet_next(&c, &p)) {
			if (i == 0 && (datagram.ptr[0] & 0x80))
				x->anomaly = ANOMALY_QUIC_PACKET;
			break;
		}
		if (!p.initial)
			continue;
		if (x->packets++ == PACKETS_MAX) {
			x->done = true;
			x->anomaly = ANOMALY_QUIC_LONG;
			break;
		}
		x->anomaly = initial_read(x, sink->kit, &p);
		if (x->anomaly == ANOMALY_COUNT)
			x->anomaly = hello_tell(x, sink);
	}
	return x->anomaly == ANOMALY_COUNT;
}

void quic_end(struct quic *x, const struct quic_sink *sink)
{
	struct tls_note note;
	struct event_tls e;

	if (x->done || !x->keyed)
		return;
	x->done = true;
	tls_note_clear(&note);
	tls_note_event(&note, &e);
	e.quic_version = x->version;
	sink->event(sink->whom, &e);
}
