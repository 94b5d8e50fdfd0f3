/*
 * fuzz_ftp_watch.c - hostile packets of port 21 before the watch of control conversations: what it
 * expects is sound, and the same for two that hear the same.
 *
 * The input is packets: a byte of ends and side, one of flags and time, two of the sequence number, one
 * of the length, then so many bytes.
 */
#include "talk/ftp_watch.h"
#include "base/cursor.h"
#include "check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#define HEAD 5

static struct packet packet_of(struct cur *c, usec_t *now)
{
	const uint8_t *head = cur_take(c, HEAD);
	struct packet p = {0};
	size_t n = head[4] < c->left ? head[4] : c->left;

	p.key.proto = PROTO_TCP;
	p.key.ip[0].b[15] = head[0] & 7;
	p.key.ip[1].b[15] = 8 + (head[0] >> 3 & 7);
	p.key.port[head[0] >> 6 & 1] = FTP_CONTROL;
	p.key.port[!(head[0] >> 6 & 1)] = (uint16_t)(1024 + (head[0] & 3));
	p.side = head[0] >> 7;
	p.hash = (uint64_t)(head[0] & 0x7f) * 0x9e3779b97f4a7c15u;
	p.tcp_flags = head[1] & (TCP_FIN | TCP_RST | TCP_ACK);
	*now += (head[1] >> 6) * 10 * USEC_PER_SEC;
	p.ts = *now;
	p.seq = (uint32_t)(head[2] << 8 | head[3]) << (head[1] & TCP_URG ? 12 : 0);
	p.ack = p.seq;
	p.payload = cur_span(c, n);
	p.payload_len = (uint16_t)(n + (head[1] & TCP_PSH ? 3 : 0)); /* cut by the capture */
	return p;
}

static void look(const struct ftp_watch *a, const struct ftp_watch *b, const struct flow_key *key,
		 usec_t now)
{
	for (uint32_t port = 0; port < 65536; port += 257) {
		struct flow_key data = *key;
		const struct ftp_expected *x, *y;

		data.port[0] = (uint16_t)port;
		data.port[1] = 20;
		x = ftp_watch_find(a, &data, now);
		y = ftp_watch_find(b, &data, now);
		check((x == NULL) == (y == NULL));
		check(!x || memcmp(x, y, sizeof(*x)) == 0);
		check(!x || (x->until >= now && x->port == port && x->verb <= FTP_LIST));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct ftp_watch *a = ftp_watch_new(), *b = ftp_watch_new();
	struct cur c = cur_init((struct span){bytes, len});
	usec_t now = USEC_PER_SEC;

	check(a && b);
	while (c.left > HEAD) {
		struct packet p = packet_of(&c, &now);
		uint8_t *copy = malloc(p.payload.len ? p.payload.len : 1);

		check(copy != NULL);
		check(ftp_watch_wants(&p));
		memcpy(copy, p.payload.ptr, p.payload.len);
		p.payload.ptr = copy;
		ftp_watch_see(a, &p);
		ftp_watch_see(b, &p);
		free(copy);
		if (c.left % 8 == 0)
			look(a, b, &p.key, now);
	}
	check(ftp_watch_evicted(a) == ftp_watch_evicted(b));
	ftp_watch_free(a);
	ftp_watch_free(b);
	return 0;
}
