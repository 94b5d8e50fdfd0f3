/* openvpn.c - recognising OpenVPN's hard resets. */
#include "wire/openvpn.h"

#include "base/cursor.h"

#define SESSION    8
#define CRYPT_HMAC 32          /* tls-crypt: SHA-256 */
#define CRYPT_BODY 5           /* what a client's reset has encrypted: no acks, packet id */
#define TIME_MIN   0x50000000u /* seconds since 1970: 2012 */
#define KEY_MAX    1024        /* bytes of a wrapped client key: tls-crypt-v2 */

enum opcode {
	RESET_CLIENT = 7 << 3, /* the key id below is 0 */
	RESET_SERVER = 8 << 3,
	RESET_CLIENT_KEY = 10 << 3,
};

/* The packet id that keeps replays out begins with 1, the time is that of the session's start. */
static bool replay_plausible(struct cur *c)
{
	uint32_t id = cur_be32(c), time = cur_be32(c);

	return id == 1 && time >= TIME_MIN && !c->bad;
}

/* The reliability layer's part: nothing acknowledged by the client; the server acknowledges the
 * client's packet 0. Its own first packet is 0 too. */
static bool first_packet(struct cur *c, unsigned side)
{
	uint8_t acks = cur_u8(c);

	if (acks != side)
		return false;
	if (acks) {
		if (cur_be32(c) != 0)
			return false;
		cur_take(c, SESSION); /* of the client */
	}
	return cur_be32(c) == 0 && !c->bad && !c->left;
}

static bool plain_or_auth(struct cur c, unsigned side)
{
	static const uint8_t hmacs[] = { 20, 16, 32, 48, 64 }; /* of SHA-1, MD5, SHA-2 */
	size_t plain = side ? 1 + 4 + SESSION + 4 : 1 + 4;

	if (c.left == plain)
		return first_packet(&c, side);
	for (size_t i = 0; i < sizeof(hmacs); i++) {
		if (c.left != plain + hmacs[i] + 8u)
			continue;
		cur_take(&c, hmacs[i]);
		return replay_plausible(&c) && first_packet(&c, side);
	}
	return false;
}

/* tls-crypt encrypts all behind the replay id, whose top byte says if the wrapped key is asked
 * for; a client with a key of its own (v2) appends that. */
static bool crypt(struct cur c, uint8_t opcode, unsigned side)
{
	size_t body = CRYPT_HMAC + CRYPT_BODY + (side ? 4 + SESSION : 0);
	uint32_t id = cur_be32(&c), time = cur_be32(&c);

	if (c.bad || (id != 1 && id != 0x0f000001) || time < TIME_MIN)
		return false;
	if (opcode == RESET_CLIENT_KEY)
		return c.left > body && c.left <= body + KEY_MAX;
	return c.left == body;
}

bool openvpn_looks(struct span payload, unsigned side, bool stream)
{
	struct cur c = cur_init(payload);
	uint8_t opcode, first = side ? RESET_SERVER : RESET_CLIENT;

	if (stream && cur_be16(&c) != c.left)
		return false;
	opcode = cur_u8(&c);
	if (opcode != first && (side || opcode != RESET_CLIENT_KEY))
		return false;
	cur_take(&c, SESSION);
	if (c.bad)
		return false;
	return (opcode == first && plain_or_auth(c, side)) || crypt(c, opcode, side);
}
