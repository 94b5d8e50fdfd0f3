/*
 * conversation.c - TCP conversations with right sequence numbers (RFC 9293), UDP exchanges, visits
 * of web sites, and the ordinary traffic made of them.
 */
#include "scenario/traffic.h"

#define MSS4        1460
#define MSS6        1440
#define SEGMENT_GAP ((usec_t)15)

struct ip our6(unsigned subnet, unsigned host)
{
	struct ip ip = { { 0x20, 0x01, 0x0d, 0xb8, 0,
			   1, [6] = (uint8_t)(subnet >> 8), [7] = (uint8_t)subnet,
			   [14] = (uint8_t)(host >> 8), [15] = (uint8_t)host } };

	return ip;
}

struct ip outside_host(uint32_t n)
{
	struct rng rng = { 0x7265666cull + n * 0x9e3779b9ull };

	return rng_global4(&rng);
}

bool office_has(unsigned host)
{
	return (host >= 10 && host < 70) || host == 80 || host == 81 || (host >= 100 && host < 160);
}

void udp_say(struct capture *c, usec_t at, const struct ends *ends, unsigned side,
	     struct span payload)
{
	struct head h = { .from = ends->ip[side],
			  .to = ends->ip[!side],
			  .from_port = ends->port[side],
			  .to_port = ends->port[!side],
			  .proto = PROTO_UDP,
			  .id = rng_u16(&c->rng) };

	capture_add(c, at, &h, payload);
}

static usec_t delay_of(const struct talk *t, unsigned side)
{
	return ip_is_ours(&t->ends.ip[side]) ? QUICK : t->rtt;
}

static size_t mss_of(const struct talk *t)
{
	return ip_is_v4(&t->ends.ip[0]) ? MSS4 : MSS6;
}

void syn_options(struct head *h, bool plain)
{
	static const uint8_t full[] = { 2, 4, 5, 0xb4, 4, 2, 1, 1, 1, 3, 3, 7 };
	static const uint8_t full6[] = { 2, 4, 5, 0xa0, 4, 2, 1, 1, 1, 3, 3, 7 };

	h->options = (struct span){ ip_is_v4(&h->from) ? full : full6, plain ? 4 : sizeof(full) };
	h->window = 64240;
}

void talk_packet(struct talk *t, usec_t at, unsigned side, uint8_t flags, struct span payload)
{
	struct head h = { .from = t->ends.ip[side],
			  .to = t->ends.ip[!side],
			  .from_port = t->ends.port[side],
			  .to_port = t->ends.port[!side],
			  .proto = PROTO_TCP,
			  .flags = flags,
			  .id = t->id[side]++,
			  .seq = t->seq[side],
			  .ack = flags & TCP_ACK ? t->seq[!side] : 0,
			  .window = t->window[side] };

	if (flags & TCP_SYN)
		syn_options(&h, false);
	if (!(t->hidden & (1u << side)))
		capture_add(t->to, at, &h, payload);
}

void talk_join(struct talk *t)
{
	for (unsigned side = 0; side < 2; side++) {
		t->seq[side] = rng_u32(&t->to->rng);
		t->id[side] = rng_u16(&t->to->rng);
	}
	t->last = 0;
}

void talk_open(struct talk *t)
{
	static const struct span none;

	talk_join(t);
	talk_packet(t, t->now, 0, TCP_SYN, none);
	t->seq[0]++;
	t->now += delay_of(t, 1);
	talk_packet(t, t->now, 1, TCP_SYN | TCP_ACK, none);
	t->seq[1]++;
	t->now += delay_of(t, 0);
	talk_packet(t, t->now, 0, TCP_ACK, none);
	t->now += 100;
}

/* Before a side speaks: when the other spoke last, its words must have arrived. */
static void talk_turn(struct talk *t, unsigned side)
{
	if (t->last != side)
		t->now += delay_of(t, side) + 100;
	t->last = (uint8_t)side;
}

static void talk_segment(struct talk *t, unsigned side, struct span part, bool push, bool answer)
{
	static const struct span none;

	talk_packet(t, t->now, side, TCP_ACK | (push ? TCP_PSH : 0), part);
	t->seq[side] += (uint32_t)part.len;
	if (answer)
		talk_packet(t, t->now + delay_of(t, !side), !side, TCP_ACK, none);
}

void talk_say(struct talk *t, unsigned side, struct span message)
{
	size_t mss = mss_of(t);
	unsigned n = 0;

	talk_turn(t, side);
	while (message.len > 0) {
		size_t len = message.len < mss ? message.len : mss;
		bool end = len == message.len;

		talk_segment(t, side, (struct span){ message.ptr, len }, end, end || n % 2 == 1);
		message.ptr += len;
		message.len -= len;
		t->now += SEGMENT_GAP;
		n++;
	}
}

void talk_text(struct talk *t, unsigned side, const char *text)
{
	talk_say(t, side, span_text(text));
}

void talk_noise(struct talk *t, unsigned side, size_t bytes)
{
	while (bytes > 0) {
		size_t n = bytes < NOISE_MAX ? bytes : NOISE_MAX;

		talk_say(t, side, capture_noise(t->to, n));
		bytes -= n;
	}
}

void talk_tls(struct talk *t, unsigned side, size_t bytes)
{
	static struct msg m;
	const size_t most = mss_of(t) - 5;

	while (bytes > 0) {
		size_t n = bytes < most ? bytes : most;

		m.len = 0;
		msg_tls_data(&m, &t->to->rng, n);
		talk_say(t, side, msg_span(&m));
		bytes -= n;
	}
}

void talk_bulk(struct talk *t, unsigned side, uint32_t packets, usec_t gap)
{
	uint8_t record[MSS4] = { 23, 3, 3 };
	size_t mss = mss_of(t);

	record[3] = (uint8_t)((mss - 5) >> 8);
	record[4] = (uint8_t)(mss - 5);
	talk_turn(t, side);
	for (uint32_t i = 0; i < packets; i++) {
		memcpy(record + 5, capture_noise(t->to, mss - 5).ptr, mss - 5);
		talk_segment(t, side, (struct span){ record, mss }, i % 16 == 15,
			     i % 2 == 1 || i == packets - 1);
		t->now += gap;
	}
}

void talk_close(struct talk *t, unsigned side)
{
	static const struct span none;

	if (t->last != side)
		talk_turn(t, side);
	talk_packet(t, t->now, side, TCP_FIN | TCP_ACK, none);
	t->seq[side]++;
	t->now += delay_of(t, !side) + 50;
	talk_packet(t, t->now, !side, TCP_FIN | TCP_ACK, none);
	t->seq[!side]++;
	t->now += delay_of(t, side) + 50;
	talk_packet(t, t->now, side, TCP_ACK, none);
}

void talk_abort(struct talk *t, unsigned side)
{
	static const struct span none;

	talk_turn(t, side);
	talk_packet(t, t->now, side, TCP_RST | TCP_ACK, none);
}

void probe_tcp(struct capture *c, usec_t at, const struct ends *ends, enum reply reply)
{
	static const struct span none;
	struct talk t = { .to = c, .ends = *ends, .rtt = 40 * MS };

	talk_join(&t);
	talk_packet(&t, at, 0, TCP_SYN, none);
	t.seq[0]++;
	at += delay_of(&t, 1);
	if (reply == REPLY_RST) {
		t.seq[1] = 0;
		talk_packet(&t, at, 1, TCP_RST | TCP_ACK, none);
	} else if (reply == REPLY_SYNACK) {
		talk_packet(&t, at, 1, TCP_SYN | TCP_ACK, none);
		t.seq[1]++;
		at += delay_of(&t, 0);
		talk_packet(&t, at, 0, TCP_RST | TCP_ACK, none);
	}
}

void talk_hello(struct talk *t, const char *host)
{
	static struct msg m;

	m.len = 0;
	msg_tls_client_hello(&m, &t->to->rng, host);
	talk_say(t, 0, msg_span(&m));
	m.len = 0;
	msg_tls_server_hello(&m, &t->to->rng);
	talk_say(t, 1, msg_span(&m));
	talk_tls(t, 0, 64);
}

static void web_plain(struct talk *t, const char *host, uint32_t bytes)
{
	static struct msg m;

	m.len = 0;
	msg_http_get(&m, host, "/");
	talk_say(t, 0, msg_span(&m));
	talk_wait(t, 2 * MS);
	m.len = 0;
	msg_http_ok(&m, bytes);
	talk_say(t, 1, msg_span(&m));
	talk_noise(t, 1, bytes);
}

void web_visit(struct capture *c, const struct visit *visit)
{
	struct talk t = { .to = c, .ends = visit->ends, .now = visit->at, .rtt = visit->rtt };

	talk_open(&t);
	if (visit->ends.port[1] == 443) {
		talk_hello(&t, visit->host);
		talk_tls(&t, 0, 300 + rng_below(&c->rng, 300));
		talk_wait(&t, rng_between(&c->rng, 1 * MS, 20 * MS));
		talk_tls(&t, 1, visit->bytes);
	} else {
		web_plain(&t, visit->host, visit->bytes);
	}
	talk_wait(&t, rng_between(&c->rng, 100 * MS, 900 * MS));
	talk_close(&t, rng_below(&c->rng, 3) == 0);
}

void dns_lookup(struct capture *c, usec_t at, const struct ends *ends, const char *name)
{
	static struct msg m;
	unsigned id = rng_u16(&c->rng);
	struct ip ip = rng_global4(&c->rng);

	m.len = 0;
	msg_dns_query(&m, id, name, 1);
	udp_say(c, at, ends, 0, msg_span(&m));
	m.len = 0;
	msg_dns_answer(&m, id, name, &ip);
	udp_say(c, at + rng_between(&c->rng, 2 * MS, 30 * MS), ends, 1, msg_span(&m));
}

void ntp_poll(struct capture *c, usec_t at, const struct ends *ends)
{
	static struct msg m;

	m.len = 0;
	msg_ntp(&m, &c->rng, false);
	udp_say(c, at, ends, 0, msg_span(&m));
	m.len = 0;
	msg_ntp(&m, &c->rng, true);
	udp_say(c, at + 25 * MS, ends, 1, msg_span(&m));
}

/* One of ours looks at a site outside: a question to the resolver, then the visit. */
static void browse(struct capture *c, usec_t at, struct ip client, struct ip resolver)
{
	static const char *const hosts[] = { "www.example.com",   "static.example.net",
					     "news.example.org",  "mail.example.com",
					     "video.example.net", "shop.example.org" };
	const char *host = hosts[rng_below(&c->rng, 6)];
	struct ends ask = { { client, resolver }, { capture_port(c), 53 } };
	struct visit v = { .ends = { { client, rng_global4(&c->rng) }, { capture_port(c), 443 } },
			   .at = at + 40 * MS,
			   .rtt = rng_between(&c->rng, 5 * MS, 90 * MS),
			   .bytes = 1500 + rng_below(&c->rng, 45000),
			   .host = host };

	if (ip_is_v4(&client))
		dns_lookup(c, at, &ask, host);
	else
		v.ends.ip[1] = rng_global6(&c->rng);
	web_visit(c, &v);
}

/* A customer of the bank. */
static void customer(struct capture *c, usec_t at)
{
	bool v6 = rng_below(&c->rng, 8) == 0;
	struct visit v = { .ends = { { v6 ? rng_global6(&c->rng) : rng_global4(&c->rng),
				       v6 ? BANK6 : BANK },
				     { capture_port(c), 443 } },
			   .at = at,
			   .rtt = rng_between(&c->rng, 4 * MS, 120 * MS),
			   .bytes = 2000 + rng_below(&c->rng, 30000),
			   .host = "www.bank.example" };

	web_visit(c, &v);
}

void background_office(struct capture *c, usec_t from, usec_t to, usec_t every)
{
	struct label *label = c->label;

	c->label = NULL;
	for (usec_t n = (to - from) / every; n > 0; n--) {
		struct ip client = ip_of(203, 0, 113, 100 + rng_below(&c->rng, 60));
		struct ends ntp = { { client, ip_of(198, 51, 100, 123) },
				    { capture_port(c), 123 } };

		if (rng_below(&c->rng, 8) == 0)
			client = our6(1, 0x100 + rng_below(&c->rng, 40));
		browse(c, rng_between(&c->rng, from, to), client, ip_of(198, 51, 100, 53));
		customer(c, rng_between(&c->rng, from, to));
		if (n % 8 == 0)
			ntp_poll(c, rng_between(&c->rng, from, to), &ntp);
	}
	c->label = label;
}

void background_home(struct capture *c, usec_t from, usec_t to, usec_t every)
{
	struct label *label = c->label;

	c->label = NULL;
	for (usec_t n = (to - from) / every; n > 0; n--) {
		struct ip client = ip_of(192, 168, 10, 50 + rng_below(&c->rng, 6));
		struct ends ntp = { { client, ip_of(198, 51, 100, 123) },
				    { capture_port(c), 123 } };

		browse(c, rng_between(&c->rng, from, to), client, ip_of(192, 168, 10, 1));
		if (n % 8 == 0)
			ntp_poll(c, rng_between(&c->rng, from, to), &ntp);
	}
	c->label = label;
}
