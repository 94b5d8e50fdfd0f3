/*
 * benign.c - large transfers and many packets that are nobody's attack. None may give an alarm.
 */
#include "scenario/scenario.h"

#define SERVER ip_of(198, 51, 100, 140) /* outside: downloads, speed tests */

static void benign_browsing(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 45 * SEC, 90 * MS);
}

static void download(struct capture *c, uint8_t hidden, uint32_t packets, usec_t gap)
{
	static struct msg m;
	struct talk t = { .to = c,
			  .ends = { { ip_of(203, 0, 113, 120), SERVER }, { capture_port(c), 443 } },
			  .now = ATTACK_FROM,
			  .rtt = 9 * MS,
			  .hidden = hidden };

	background_office(c, 0, 40 * SEC, 300 * MS);
	talk_open(&t);
	m.len = 0;
	msg_tls_client_hello(&m, &c->rng, "download.example.com");
	talk_say(&t, 0, msg_span(&m));
	m.len = 0;
	msg_tls_server_hello(&m, &c->rng);
	talk_say(&t, 1, msg_span(&m));
	talk_tls(&t, 0, 450);
	talk_bulk(&t, 1, packets, gap);
	talk_close(&t, 1);
}

/* 5,400 segments and 2,700 acknowledgements a second. */
static void benign_download(struct capture *c, const struct scenario *self)
{
	(void)self;
	download(c, 0, 54000, 185);
}

static void benign_download_oneway(struct capture *c, const struct scenario *self)
{
	(void)self;
	download(c, 1, 64000, 125);
}

/* Message types 1, 2 and 4 of WireGuard. */
static void benign_wireguard(struct capture *c, const struct scenario *self)
{
	static struct msg m;
	struct ends e = { { ip_of(198, 51, 100, 51), ip_of(203, 0, 113, 40) }, { 51820, 51820 } };
	const unsigned sizes[2] = { 148, 92 };

	(void)self;
	background_office(c, 0, CAPTURE_END, 300 * MS);
	for (unsigned side = 0; side < 2; side++) {
		m.len = 0;
		msg_le32(&m, side + 1);
		msg_noise(&m, &c->rng, sizes[side] - 4);
		udp_say(c, ATTACK_FROM + side * QUICK, &e, side, msg_span(&m));
	}
	for (uint32_t n = 0; n < 4000 * 12; n++) {
		usec_t at = ATTACK_FROM + 50 * MS + n * 250 + rng_below(&c->rng, 100);

		for (unsigned side = 0; side < (n % 3 ? 1 : 2); side++) {
			m.len = 0;
			msg_le32(&m, 4);
			msg_le32(&m, 0x5a17c0de + side);
			msg_le32(&m, side ? n / 3 : n);
			msg_le32(&m, 0);
			msg_bytes(&m, capture_noise(c, side ? 80 : 1424));
			udp_say(c, at + side * QUICK, &e, side, msg_span(&m));
		}
	}
}

/* Six connections down, then six up, five seconds each. */
static void benign_speedtest_tcp(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 45 * SEC, 300 * MS);
	for (unsigned n = 0; n < 12; n++) {
		bool up = n >= 6;
		struct talk t = { .to = c,
				  .ends = { { ip_of(203, 0, 113, 121), ip_of(198, 51, 100, 150) },
					    { capture_port(c), 8080 } },
				  .now = ATTACK_FROM + (up ? 6 * SEC : 0) + n * 700,
				  .rtt = 8 * MS };

		talk_open(&t);
		talk_text(&t, 0,
			  up ? "POST /upload HTTP/1.1\r\nHost: speed.example.net\r\n"
			       "Content-Length: 7300000\r\n\r\n"
			     : "GET /random7300000.bin HTTP/1.1\r\n"
			       "Host: speed.example.net\r\n\r\n");
		if (!up)
			talk_text(&t, 1, "HTTP/1.1 200 OK\r\nContent-Length: 7300000\r\n\r\n");
		talk_bulk(&t, !up, 5000, 1000 - n);
		if (up)
			talk_text(&t, 1, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
		talk_close(&t, 0);
	}
}

/* As iperf3 -u: a control connection, one UDP flow into our server, which answers once. */
static void benign_speedtest_udp(struct capture *c, const struct scenario *self)
{
	static struct msg m;
	struct ends e = { { ip_of(198, 51, 100, 61), ip_of(203, 0, 113, 50) },
			  { capture_port(c), 5201 } };
	struct talk t = { .to = c, .ends = e, .now = ATTACK_FROM - SEC, .rtt = 12 * MS };

	(void)self;
	background_office(c, 0, 42 * SEC, 300 * MS);
	talk_open(&t);
	talk_text(&t, 0, "cabcdefghijklmnopqrstuvwxyz234567890");
	talk_text(&t, 1, "\x09");
	talk_text(&t, 0,
		  "{\"udp\":true,\"omit\":0,\"time\":8,\"parallel\":1,\"len\":1460,"
		  "\"bandwidth\":47000000,\"client_version\":\"3.12\"}");
	talk_text(&t, 1, "\x0a");
	udp_say(c, ATTACK_FROM, &e, 0, span_text("9876"));
	udp_say(c, ATTACK_FROM + QUICK, &e, 1, span_text("6789"));
	for (uint32_t n = 0; n < 4000 * 8; n++) {
		m.len = 0;
		msg_be32(&m, 1000 + n / 4000);
		msg_be32(&m, n % 4000 * 250);
		msg_be32(&m, n + 1);
		msg_bytes(&m, capture_noise(c, 1448));
		udp_say(c, ATTACK_FROM + 20 * MS + n * 250, &e, 0, msg_span(&m));
	}
	t.now = ATTACK_FROM + 8 * SEC + 100 * MS;
	talk_text(&t, 0, "\x04");
	talk_text(&t, 1,
		  "{\"cpu_util_total\":3.1,\"streams\":[{\"id\":1,\"bytes\":46720000,"
		  "\"retransmits\":-1,\"jitter\":1.2e-05,\"errors\":0,\"packets\":32000}]}");
	talk_close(&t, 0);
}

static void benign_quic(struct capture *c, const struct scenario *self)
{
	static struct msg m;
	struct ends e = { { ip_of(203, 0, 113, 122), SERVER }, { capture_port(c), 443 } };

	(void)self;
	background_office(c, 0, 42 * SEC, 300 * MS);
	for (unsigned n = 0; n < 4; n++) {
		m.len = 0;
		msg_quic_initial(&m, &c->rng, 1200);
		udp_say(c, ATTACK_FROM - 50 * MS + n * 10 * MS, &e, n % 2, msg_span(&m));
	}
	for (uint32_t n = 0; n < 4000 * 9; n++) {
		usec_t at = ATTACK_FROM + n * 250 + rng_below(&c->rng, 100);

		m.len = 0;
		msg_quic_short(&m, &c->rng, 1250);
		udp_say(c, at, &e, 1, msg_span(&m));
		m.len = 0;
		msg_quic_short(&m, &c->rng, 34 + rng_below(&c->rng, 8));
		if (n % 4 == 3)
			udp_say(c, at + QUICK, &e, 0, msg_span(&m));
	}
}

/* Questions and answers at 1,500 a second for 12 s. `out`: our resolver asks. */
static void dns_load(struct capture *c, bool out)
{
	background_office(c, 0, 42 * SEC, 300 * MS);
	for (uint32_t n = 0; n < 1500 * 12; n++) {
		struct ip other = outside_host(5000 + rng_below(&c->rng, out ? 3000 : 800));
		struct ends e = { { out ? ip_of(203, 0, 113, 53) : other,
				    out ? other : ip_of(203, 0, 113, 54) },
				  { rng_port(&c->rng), 53 } };
		char name[60];

		snprintf(name, sizeof(name), "h%u.%s", rng_below(&c->rng, 9000),
			 out ? "example.net" : "bank.example");
		dns_lookup(c, rng_between(&c->rng, ATTACK_FROM, ATTACK_FROM + 12 * SEC), &e, name);
	}
}

static void benign_resolver(struct capture *c, const struct scenario *self)
{
	(void)self;
	dns_load(c, true);
}

static void benign_dns_server(struct capture *c, const struct scenario *self)
{
	(void)self;
	dns_load(c, false);
}

static void benign_ntp(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 60 * SEC, 300 * MS);
	for (unsigned n = 0; n < 60 * 8 * 4; n++) {
		struct ends e = { { ip_of(203, 0, 113, 100 + n % 60), outside_host(9000 + n % 20) },
				  { 123, 123 } };

		ntp_poll(c, (n / 240) * 7 * SEC + rng_below(&c->rng, 7000000), &e);
	}
}

static void rtp(struct msg *m, unsigned type, uint32_t n, uint32_t step)
{
	m->len = 0;
	msg_u8(m, 0x80);
	msg_u8(m, type);
	msg_be16(m, n & 0xffff);
	msg_be32(m, n * step);
	msg_be32(m, 0x1a2b3c4d);
}

/* Twenty calls of G.711, 50 packets a second each way. */
static void benign_voip(struct capture *c, const struct scenario *self)
{
	static struct msg m;

	(void)self;
	background_office(c, 0, 40 * SEC, 300 * MS);
	for (uint32_t n = 0; n < 20 * 50 * 20; n++) {
		unsigned call = n % 20;
		usec_t at = 15 * SEC + n / 20 * 20 * MS + call * 900;
		struct ends e = { { ip_of(203, 0, 113, 100 + call), ip_of(198, 51, 100, 30) },
				  { (uint16_t)(16384 + 2 * call), (uint16_t)(20000 + 2 * call) } };

		for (unsigned side = 0; side < 2; side++) {
			rtp(&m, 0, n / 20, 160);
			msg_bytes(&m, capture_noise(c, 160));
			udp_say(c, at + side * 7 * MS + rng_below(&c->rng, 1500), &e, side,
				msg_span(&m));
		}
	}
}

static void benign_iptv(struct capture *c, const struct scenario *self)
{
	static struct msg m;
	struct ends e = { { ip_of(198, 51, 100, 9), ip_of(239, 1, 1, 7) }, { 41000, 5004 } };

	(void)self;
	background_office(c, 0, 42 * SEC, 300 * MS);
	for (uint32_t n = 0; n < 1000 * 20; n++) {
		rtp(&m, 33, n, 90);
		for (unsigned i = 0; i < 7; i++) { /* seven transport stream packets, one PID */
			msg_be32(&m, 0x47010010u | ((n * 7 + i) & 15));
			msg_bytes(&m, capture_noise(c, 184));
		}
		udp_say(c, 20 * SEC + n * MS, &e, 0, msg_span(&m));
	}
}

/* Inside GRE: telephone calls between two sites, both ways. */
static void benign_gre(struct capture *c, const struct scenario *self)
{
	static struct msg m;
	uint8_t inner[MSG_MAX];

	(void)self;
	background_office(c, 0, 42 * SEC, 300 * MS);
	for (uint32_t n = 0; n < 1500 * 12; n++) {
		unsigned pair = n % 30;

		for (unsigned side = 0; side < 2; side++) {
			struct ip in[2] = { ip_of(10, 1, 0, 10 + pair),
					    ip_of(10, 2, 0, 10 + pair) };
			struct head h = { .from = in[side],
					  .to = in[!side],
					  .from_port = 16400,
					  .to_port = 16400,
					  .proto = PROTO_UDP,
					  .ttl = 63,
					  .id = (uint16_t)n };
			struct ip out[2] = { ip_of(198, 51, 100, 2), ip_of(203, 0, 113, 12) };
			struct head gre = { .from = out[side],
					    .to = out[!side],
					    .proto = PROTO_GRE,
					    .id = rng_u16(&c->rng) };
			size_t len;

			rtp(&m, 8, n / 30, 160);
			msg_bytes(&m, capture_noise(c, 160));
			len = datagram_build(inner, &h, msg_span(&m));
			capture_add(c, ATTACK_FROM + n * 667 + side * 300, &gre,
				    (struct span){ inner, len });
		}
	}
}

const struct scenario scenarios_benign[] = {
	{ "benign_browsing", "an office browses, customers visit", .run = benign_browsing },
	{ "benign_download", "one fast TCP download, both directions", .run = benign_download },
	{ "benign_download_oneway", "the same, but only the inbound half was captured",
	  .run = benign_download_oneway },
	{ "benign_backup_wireguard", "a backup comes in through WireGuard",
	  .run = benign_wireguard },
	{ "benign_speedtest_tcp", "a speed test: six connections down, six up",
	  .run = benign_speedtest_tcp },
	{ "benign_speedtest_udp", "iperf3 -u into our server, which answers once",
	  .run = benign_speedtest_udp },
	{ "benign_quic_download", "one fast QUIC download", .run = benign_quic },
	{ "benign_dns_resolver", "our resolver asks 3,000 servers and is answered",
	  .run = benign_resolver },
	{ "benign_dns_server", "our name server is asked by 800 resolvers and answers",
	  .run = benign_dns_server },
	{ "benign_ntp_client_pool", "60 hosts of ours poll 20 time servers", .run = benign_ntp },
	{ "benign_voip", "twenty telephone calls (RTP)", .run = benign_voip },
	{ "benign_multicast_iptv", "television by multicast, 1,000 packets/s one way",
	  .run = benign_iptv },
	{ "benign_gre_tunnel", "a GRE tunnel between two sites", .run = benign_gre },
	{ 0 },
};
