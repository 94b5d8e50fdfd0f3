/* bittorrent.c - recognising BitTorrent (bittorrent.org: BEP 3, BEP 5, BEP 29). */
#include "wire/bittorrent.h"

#include "base/cursor.h"
#include "wire/line.h"

#define HASH     20
#define UTP_SYN  0x41 /* type 4, version 1 */
#define UTP_HEAD 20
#define BITS_MAX 32 /* bytes of an extension */

static bool peer_read(struct span payload, struct bittorrent_hello *out)
{
	static const char greeting[] = "\x13"
				       "BitTorrent protocol";
	struct cur c = cur_init(payload);

	if (!line_begins(payload, greeting))
		return false;
	cur_take(&c, sizeof(greeting) - 1);
	cur_take(&c, 8); /* reserved: extensions */
	out->kind = BITTORRENT_PEER;
	out->info_hash = cur_span(&c, HASH);
	out->peer = cur_span(&c, HASH);
	return true;
}

/* A string of 20 bytes behind this text: "2:id20:" */
static struct span string_20(struct span payload, const char *key)
{
	const uint8_t *at = memmem(payload.ptr, payload.len, key, strlen(key));
	struct cur c = cur_init(payload);

	if (at)
		cur_span(&c, (size_t)(at - payload.ptr) + strlen(key));
	else
		c.bad = true;
	return c.bad ? (struct span){ cur_zeros, 0 } : cur_span(&c, HASH);
}

/* A dictionary of a query (a), answer (r) or error (e); keys are sorted, so those come first,
 * unless an "ip" (BEP 42) stands before an answer. */
static bool dht_read(struct span payload, struct bittorrent_hello *out)
{
	bool query = line_begins(payload, "d1:ad2:id20:");
	bool answer = line_begins(payload, "d1:rd2:id20:") || line_begins(payload, "d2:ip6:");

	if (payload.len < 2 || payload.ptr[payload.len - 1] != 'e')
		return false;
	if (!query && !answer && !line_begins(payload, "d1:eli20"))
		return false;
	if (!memmem(payload.ptr, payload.len, "1:y1:", 5))
		return false;
	out->kind = BITTORRENT_DHT;
	out->query = query;
	out->peer = string_20(payload, "2:id20:");
	out->info_hash = string_20(payload, "9:info_hash20:");
	return true;
}

/* A SYN acknowledges nothing, its sequence number is 1, it knows no delay yet, and it carries no
 * data: extensions, if any, fill the rest. */
static bool utp_read(struct span payload, struct bittorrent_hello *out)
{
	struct cur c = cur_init(payload);
	const uint8_t *h = cur_take(&c, UTP_HEAD);
	uint8_t extension = h[1];

	if (c.bad || h[0] != UTP_SYN || ld_be16(h + 16) != 1 || ld_be16(h + 18) != 0 ||
	    ld_be32(h + 8) != 0 || !ld_be32(h + 4))
		return false;
	while (extension && c.left) {
		uint8_t next = cur_u8(&c), length = cur_u8(&c);

		if (length > BITS_MAX)
			return false;
		cur_take(&c, length);
		extension = next;
	}
	out->kind = BITTORRENT_UTP;
	return !extension && !c.left && !c.bad;
}

bool bittorrent_read(struct span payload, bool datagram, struct bittorrent_hello *out)
{
	struct bittorrent_hello hello = { 0 };
	bool found = peer_read(payload, &hello);

	if (!found && datagram)
		found = dht_read(payload, &hello) || utp_read(payload, &hello);
	if (found)
		*out = hello;
	return found;
}
