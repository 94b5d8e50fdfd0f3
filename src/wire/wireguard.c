/* wireguard.c - recognising WireGuard (paper, 5.4.2 to 5.4.7). */
#include "wire/wireguard.h"

#include "base/cursor.h"

#define INITIATION  148
#define RESPONSE    92
#define COOKIE      64
#define TRANSPORT   32       /* type, receiver, counter, and the tag of an empty packet */
#define INDEX_MIN   0x10000u /* indices are random: one below this is another protocol's number */
#define COUNTER_MAX 0x100000000ull /* sessions end after two minutes */

static bool index_plausible(const uint8_t *p)
{
	uint32_t index = ld_le32(p);

	return index >= INDEX_MIN && index <= UINT32_MAX - INDEX_MIN;
}

enum wireguard_type wireguard_type(struct span datagram)
{
	struct cur c = cur_init(datagram);
	const uint8_t *h = cur_take(&c, 16);

	if (c.bad || h[1] || h[2] || h[3] || !index_plausible(h + 4))
		return WIREGUARD_NONE;
	if (h[0] == WIREGUARD_INITIATION && datagram.len == INITIATION)
		return WIREGUARD_INITIATION;
	if (h[0] == WIREGUARD_RESPONSE && datagram.len == RESPONSE && index_plausible(h + 8))
		return WIREGUARD_RESPONSE;
	if (h[0] == WIREGUARD_COOKIE && datagram.len == COOKIE)
		return WIREGUARD_COOKIE;
	if (h[0] == WIREGUARD_TRANSPORT && datagram.len >= TRANSPORT && datagram.len % 16 == 0 &&
	    ld_le64(h + 8) < COUNTER_MAX)
		return WIREGUARD_TRANSPORT;
	return WIREGUARD_NONE;
}
