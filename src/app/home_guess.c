/*
 * home_guess.c - private addresses are ours, and without them the network that everything is about.
 */
#include "app/home_guess.h"

#include "base/hash.h"
#include "wire/decode.h"

#include <stdio.h>
#include <stdlib.h>

#define NETS 8192 /* networks that are counted; the sample's later ones are not */

struct guess_net {
	struct ip ip;      /* of a /24 or /64 */
	uint32_t ends;     /* packets that it is an end of */
	uint32_t served;   /* ... as the server, by port */
	uint32_t received; /* ... as their target */
};

struct guess {
	struct guess_net nets[NETS];
	uint32_t packets[2];  /* by family: IPv4, IPv6 */
	uint32_t private[2];  /* of these, with a private end */
};

static const char *const private_blocks[] = {
	"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16",
	"127.0.0.0/8", "fc00::/7", "fe80::/10", "::1",
};

static struct guess_net *guess_find(struct guess *g, const struct ip *address)
{
	struct prefix net = ip_network(address);
	const struct ip *ip = &net.ip;
	uint64_t hash = hash_16(ip->b, 0);

	for (unsigned probe = 0; probe < 16; probe++) {
		struct guess_net *h = &g->nets[(hash + probe) % NETS];

		if (h->ends == 0)
			h->ip = *ip;
		if (ip_equal(&h->ip, ip))
			return h;
	}
	return NULL;
}

/* Link-local and loopback addresses are on every network and tell nothing about it. */
static bool tells_home(const struct ip *ip)
{
	static const struct ip loopback = { { [15] = 1 } }, unset;

	if (ip_is_v4(ip))
		return ip->b[12] != 0 && ip->b[12] != 255 && !(ip->b[12] == 169 && ip->b[13] == 254);
	return !(ip->b[0] == 0xfe && (ip->b[1] & 0xc0) == 0x80) && !ip_equal(ip, &loopback) &&
	       !ip_equal(ip, &unset) && ip->b[0] != 0xff;
}

static void guess_packet(struct guess *g, const struct packet *p)
{
	unsigned family = !ip_is_v4(&p->key.ip[0]);
	const struct guess_net *before = NULL;
	bool private = false;

	for (unsigned end = 0; end < 2; end++) {
		const struct ip *ip = &p->key.ip[end];
		struct guess_net *h;

		if (!tells_home(ip))
			continue;
		private |= ip_is_private(ip);
		h = guess_find(g, ip);
		if (!h)
			continue;
		if (h == before) /* both ends are in it: one packet */
			continue;
		before = h;
		h->ends++;
		h->received += end != p->side;
		h->served += p->key.port[end] < p->key.port[!end];
	}
	g->packets[family]++;
	g->private[family] += private;
}

/* Of two networks that are ends of as many packets, ours is the one that is flooded, and else the one
 * that serves. */
static bool guess_better(const struct guess_net *a, const struct guess_net *b)
{
	bool flooded = a->received * 5ull >= a->ends * 4ull;
	bool flooded_b = b->received * 5ull >= b->ends * 4ull;

	if (a->ends != b->ends)
		return a->ends > b->ends;
	if (flooded != flooded_b)
		return flooded;
	if (a->served != b->served)
		return a->served > b->served;
	return ip_compare(&a->ip, &b->ip) < 0;
}

/* The network that most packets have as an end. */
static const struct guess_net *guess_hub(const struct guess *g, bool v4)
{
	const struct guess_net *best = NULL;

	for (size_t i = 0; i < NETS; i++) {
		const struct guess_net *h = &g->nets[i];

		if (h->ends && ip_is_v4(&h->ip) == v4 && (!best || guess_better(h, best)))
			best = h;
	}
	return best;
}

static void guess_add(struct home *home, const char *text)
{
	struct prefix prefix;

	if (prefix_parse(&prefix, text) == OK && home_add(home, &prefix) != OK)
		return; /* a handful of prefixes always fits */
}

static void guess_family(struct home *home, const struct guess *g, bool v4)
{
	uint32_t packets = g->packets[!v4], private = g->private[!v4];
	const struct guess_net *hub = guess_hub(g, v4);
	size_t used = strlen(home->reason), room = sizeof(home->reason) - used;
	char text[PREFIX_TEXT];
	struct prefix prefix;

	if (packets == 0 || private * 20 >= packets) /* forged sources hit 10/8 once in 256 */
		return;
	if (!hub || hub->ends * 5ull < packets * 3ull)
		return;
	prefix = ip_network(&hub->ip);
	if (home_add(home, &prefix) != OK)
		return;
	snprintf(home->reason + used, room, "%s%s is an end of %u %% of the %s packets",
		 used ? "; " : "", prefix_text(&prefix, text),
		 (unsigned)(100ull * hub->ends / packets), v4 ? "IPv4" : "IPv6");
}

void home_guess(struct home *home, const struct frame *frames, size_t count)
{
	struct guess *g = calloc(1, sizeof(*g));
	struct decoder decoder = { 0 };
	struct packet packets[DECODE_PACKETS];
	size_t private_count;

	home->inferred = true;
	if (!g)
		return;
	for (size_t i = 0; i < count; i++) {
		unsigned made = decode_frame(&decoder, &frames[i], packets);

		/* of a tunnel, what is inside */
		if (made)
			guess_packet(g, &packets[made - 1]);
	}
	for (size_t i = 0; i < sizeof(private_blocks) / sizeof(private_blocks[0]); i++)
		guess_add(home, private_blocks[i]);
	snprintf(home->reason, sizeof(home->reason), "private addresses are taken as ours");
	private_count = home->count;
	guess_family(home, g, true);
	guess_family(home, g, false);
	if (home->count == private_count && g->private[0] + g->private[1] == 0) {
		size_t used = strlen(home->reason);

		snprintf(home->reason + used, sizeof(home->reason) - used,
			 "; none were seen, and no other network stands out: say --home");
	}
	free(g);
}
