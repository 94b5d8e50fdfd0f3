/*
 * stream.c - streams of which the capture has one direction: a mirror port that shows one, a line
 * whose ways there and back differ, or protocols that never answer. Nobody's attack.
 *
 * The layouts: RTP (RFC 3550), ESP (RFC 4303, in UDP RFC 3948), DTLS (RFC 6347), QUIC (RFC 9000),
 * GTP-U (3GPP TS 29.281), WireGuard (its white paper), OpenVPN (P_DATA_V2), MPEG-TS (ISO 13818-1),
 * SRT (draft-sharabayko-srt), NetFlow 9 (RFC 3954), syslog (RFC 5424), SNMP traps (RFC 3416).
 */
#include "scenario/scenario.h"

#define PEER    150 /* 198.51.100.150, outside */
#define GATEWAY 40  /* 203.0.113.40 */
#define BEGIN   (12 * SEC)
#define END     (26 * SEC)

/* Lays the n-th packet of the `flow`-th conversation of a stream into m. */
typedef void stream_fn(struct capture *c, struct msg *m, uint32_t flow, uint32_t n);

struct stream {
	stream_fn *packet;
	uint8_t from, to;            /* last parts of the addresses */
	enum { INWARD, OUTWARD, INSIDE } way;
	uint16_t from_port, to_port; /* of its first conversation; others follow in steps of 2 */
	uint32_t flows, pps;         /* packets a second of all together */
	uint8_t proto;               /* 0: UDP */
	bool many_from, many_to;     /* each conversation has its own address at this end */
};

static void rtp_header(struct msg *m, unsigned type, uint32_t n, const uint32_t rest[2])
{
	msg_u8(m, 0x80);
	msg_u8(m, type);
	msg_be16(m, n & 0xffff);
	msg_be32(m, rest[0]);
	msg_be32(m, rest[1]);
}

static void packet_wireguard(struct capture *c, struct msg *m, uint32_t flow, uint32_t n)
{
	msg_le32(m, 4);
	msg_le32(m, 0x5a17c0de + flow);
	msg_le32(m, 70000 + n);
	msg_le32(m, 0);
	msg_bytes(m, capture_noise(c, n % 9 ? 1424 : 96));
}

static void packet_openvpn(struct capture *c, struct msg *m, uint32_t flow, uint32_t n)
{
	msg_be32(m, 0x48000000u | flow);
	msg_be32(m, 900000 + n);
	msg_bytes(m, capture_noise(c, n % 9 ? 1360 : 100));
}

static void packet_call(struct capture *c, struct msg *m, uint32_t flow, uint32_t n)
{
	const uint32_t rest[2] = { n * 160, 0x77001234u + flow * 0x01010101u };

	rtp_header(m, 0, 61000 + n, rest);
	msg_bytes(m, capture_noise(c, 160));
}

/* Video and sound of a conference in one conversation: frames of some packets, now and then sound. */
static void packet_conference(struct capture *c, struct msg *m, uint32_t flow, uint32_t n)
{
	bool sound = n % 11 == 10;
	const uint32_t rest[2] = { sound ? n * 87 : n / 11 * 3000, 0x0badcafeu + flow * 2 + sound };

	rtp_header(m, sound ? 111 : 96, sound ? n / 11 : n - n / 11, rest);
	msg_bytes(m, capture_noise(c, sound ? 90 : 1100));
}

/* Towards Chrome: no connection ID, so that all but two bits is noise. */
static void packet_quic(struct capture *c, struct msg *m, uint32_t flow, uint32_t n)
{
	(void)flow, (void)n;
	msg_u8(m, 0x40 | rng_below(&c->rng, 64));
	msg_bytes(m, capture_noise(c, 1240));
}

static void packet_quic_id(struct capture *c, struct msg *m, uint32_t flow, uint32_t n)
{
	(void)n;
	msg_u8(m, 0x40 | rng_below(&c->rng, 64));
	msg_be32(m, 0xc1d2e3f4u + flow);
	msg_be32(m, 0x11223344u);
	msg_bytes(m, capture_noise(c, 1240));
}

static void packet_dtls(struct capture *c, struct msg *m, uint32_t flow, uint32_t n)
{
	(void)flow;
	msg_u8(m, 23);
	msg_be16(m, 0xfefd);
	msg_be16(m, 1);
	msg_be16(m, 0);
	msg_be32(m, 4000 + n);
	msg_be16(m, 1200);
	msg_bytes(m, capture_noise(c, 1200));
}

static void packet_esp(struct capture *c, struct msg *m, uint32_t flow, uint32_t n)
{
	msg_be32(m, 0xc0ffee01u + flow);
	msg_be32(m, 5000 + n);
	msg_bytes(m, capture_noise(c, n % 7 ? 1400 : 104));
}

/* A packet of a TCP download inside. */
static size_t inner_packet(struct capture *c, uint8_t *out, uint32_t flow, uint32_t n)
{
	struct head in = { .from = outside_host(70 + flow),
			   .to = ip_of(10, 45, 0, 2 + flow),
			   .from_port = 443,
			   .to_port = (uint16_t)(40000 + flow),
			   .proto = PROTO_TCP,
			   .flags = TCP_ACK,
			   .id = (uint16_t)n,
			   .seq = n * 1300,
			   .ack = 77 };

	return datagram_build(out, &in, capture_noise(c, 1300));
}

/* Flag S and a sequence number in every second tunnel. */
static void packet_gtp(struct capture *c, struct msg *m, uint32_t flow, uint32_t n)
{
	uint8_t inner[MSG_MAX];
	size_t len = inner_packet(c, inner, flow, n);
	bool numbered = flow & 1;

	msg_u8(m, numbered ? 0x32 : 0x30);
	msg_u8(m, 255);
	msg_be16(m, (unsigned)len + (numbered ? 4 : 0));
	msg_be32(m, 0x1000 + flow);
	if (numbered) {
		msg_be16(m, n & 0xffff);
		msg_be16(m, 0);
	}
	msg_bytes(m, (struct span){ inner, len });
}

static void packet_vxlan(struct capture *c, struct msg *m, uint32_t flow, uint32_t n)
{
	uint8_t inner[MSG_MAX];
	size_t len = inner_packet(c, inner, flow, n);

	msg_be32(m, 0x08000000);
	msg_be32(m, 4711 << 8);
	msg_bytes(m, (struct span){ (const uint8_t *)"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0", 14 });
	msg_bytes(m, (struct span){ inner, len });
}

static void packet_ipip(struct capture *c, struct msg *m, uint32_t flow, uint32_t n)
{
	uint8_t inner[MSG_MAX];
	size_t len = inner_packet(c, inner, flow, n);

	msg_bytes(m, (struct span){ inner, len });
}

static void packet_gre(struct capture *c, struct msg *m, uint32_t flow, uint32_t n)
{
	msg_be32(m, 0x0800);
	packet_ipip(c, m, flow + n % 5, n / 5);
}

/* Seven packets of a transport stream: the only thing that counts is four bits wide. */
static void packet_ts(struct capture *c, struct msg *m, uint32_t flow, uint32_t n)
{
	(void)flow;
	for (unsigned i = 0; i < 7; i++) {
		unsigned k = n * 7 + i;

		msg_be32(m, 0x47000010u | (k % 12 ? 0x0100u : 0x0101u) << 8 | (k & 15));
		msg_bytes(m, capture_noise(c, 184));
	}
}

static void packet_srt(struct capture *c, struct msg *m, uint32_t flow, uint32_t n)
{
	msg_be32(m, 1200000 + n);
	msg_be32(m, 0xc0000000u | n);
	msg_be32(m, n * 500);
	msg_be32(m, 0x2468ace0u + flow);
	msg_bytes(m, capture_noise(c, 1316));
}

/* As iperf 2: a number and two times. */
static void packet_iperf(struct capture *c, struct msg *m, uint32_t flow, uint32_t n)
{
	(void)flow;
	msg_be32(m, n);
	msg_be32(m, 1772413200 + n / 3000);
	msg_be32(m, n % 3000 * 333);
	msg_bytes(m, (struct span){ c->noise, 1458 });
}

/* As many games: a number, what was received of the other side, the state. */
static void packet_game(struct capture *c, struct msg *m, uint32_t flow, uint32_t n)
{
	msg_le32(m, 3000 + n);
	msg_le32(m, 2900 + n - flow % 3);
	msg_bytes(m, capture_noise(c, 40 + rng_below(&c->rng, 60)));
}

static void packet_syslog(struct capture *c, struct msg *m, uint32_t flow, uint32_t n)
{
	static const char *const says[] = {
		"sshd[811]: Accepted publickey for deploy from 203.0.113.9 port",
		"kernel: [9.331] filter: accept IN=eth1 OUT=eth0 LEN=52 TTL=63 ID",
		"dhcpd[432]: DHCPACK on 203.0.113.44 via eth1, lease",
	};

	msg_text(m, "<134>1 2026-03-02T01:00:%02u.%03uZ host-%u %s %u", n / 400 % 60, n % 1000, flow,
		 says[n % 3], rng_below(&c->rng, 9000));
}

static void packet_netflow(struct capture *c, struct msg *m, uint32_t flow, uint32_t n)
{
	msg_be16(m, 9);
	msg_be16(m, 24);
	msg_be32(m, 86400000 + n * 5);
	msg_be32(m, 1772413200 + n / 150);
	msg_be32(m, 555000 + n);
	msg_be32(m, flow);
	msg_be16(m, 260);
	msg_be16(m, 1300);
	msg_bytes(m, capture_noise(c, 1296));
}

static void packet_metric(struct capture *c, struct msg *m, uint32_t flow, uint32_t n)
{
	msg_text(m, "app.web%u.request.time:%u|ms\napp.web%u.hits:%u|c", flow,
		 rng_below(&c->rng, 900), flow, 1 + n % 7);
}


/* Now and then a packet overtakes the one before it; one of 3,000 is lost. */
static void stream_run(struct capture *c, const struct scenario *self)
{
	const struct stream *s = self->stream;
	struct ip from = s->way == INWARD ? ip_of(198, 51, 100, s->from) : ip_of(203, 0, 113, s->from);
	struct ip to = s->way == OUTWARD ? ip_of(198, 51, 100, s->to) : ip_of(203, 0, 113, s->to);
	static struct msg m;
	uint32_t packets;

	background_office(c, 0, END + 4 * SEC, 300 * MS);
	packets = (uint32_t)(s->pps * (END - BEGIN) / SEC);
	for (uint32_t n = 0; n < packets; n++) {
		uint32_t flow = n % s->flows;
		struct head h = { .from = ip_plus(from, s->many_from ? flow : 0),
				  .to = ip_plus(to, s->many_to ? flow : 0),
				  .from_port = (uint16_t)(s->from_port + (s->many_to ? 0 : 2 * flow)),
				  .to_port = (uint16_t)(s->to_port + (s->many_from ? 0 : 2 * flow)),
				  .proto = s->proto ? s->proto : PROTO_UDP,
				  .id = rng_u16(&c->rng) };
		usec_t gap = SEC / (usec_t)s->pps;
		usec_t late = rng_below(&c->rng, 100) == 0 ? 2 * gap * s->flows : 0;

		if (s->to_port == 2152 || s->to_port == 4789)
			h.to_port = s->to_port;
		if (s->to_port == 2152)
			h.from_port = s->from_port;
		if (rng_below(&c->rng, 3000) == 0)
			continue;
		m.len = 0;
		s->packet(c, &m, flow, n / s->flows);
		capture_add(c, BEGIN + n * gap + late + rng_below(&c->rng, (uint32_t)gap), &h,
			    msg_span(&m));
	}
}

/* One way of TCP: a stretch of `packets` segments, or the acknowledgements of them. */
static void half_tcp(struct capture *c, const struct ends *ends, usec_t at, bool data)
{
	struct talk t = { .to = c,
			  .ends = *ends,
			  .now = at,
			  .rtt = rng_between(&c->rng, 5 * MS, 90 * MS),
			  .hidden = data ? 1 : 2 };

	talk_join(&t);
	talk_bulk(&t, 1, 300 + rng_below(&c->rng, 300), 2 * MS);
}

/* 40 downloads begun before the capture; of half of them the data, of half the acknowledgements. */
static void oneway_tcp(struct capture *c, const struct scenario *self)
{
	bool out = strcmp(self->name, "oneway_tcp_out") == 0;

	for (unsigned n = 0; n < 240; n++) {
		struct ip own = ip_of(203, 0, 113, 100 + n % 60), other = outside_host(600 + n % 50);
		bool data = n & 1;
		struct ends e = { { data ? own : other, data ? other : own },
				  { capture_port(c), 443 } };

		if (out) {
			e.ip[0] = data ? other : own;
			e.ip[1] = data ? own : other;
		}
		half_tcp(c, &e, rng_below(&c->rng, 20000000), data);
	}
}

#define IN_ONE  .from = PEER, .to = GATEWAY, .flows = 1
#define OUT_ONE .from = GATEWAY, .to = PEER, .flows = 1, .way = OUTWARD
#define STREAM(...) .run = stream_run, .stream = &(const struct stream){ __VA_ARGS__ }

const struct scenario scenarios_stream[] = {
	{ "oneway_wireguard", "one way of a WireGuard tunnel",
	  STREAM(packet_wireguard, IN_ONE, .from_port = 51820, .to_port = 41641, .pps = 5000) },
	{ "oneway_wireguard_out", "the other way, from us",
	  STREAM(packet_wireguard, OUT_ONE, .from_port = 51820, .to_port = 41641, .pps = 5000) },
	{ "oneway_openvpn", "one way of an OpenVPN tunnel",
	  STREAM(packet_openvpn, IN_ONE, .from_port = 1194, .to_port = 40123, .pps = 4000) },
	{ "oneway_rtp_trunk", "one way of 60 telephone calls of a trunk",
	  STREAM(packet_call, .from = PEER, .to = GATEWAY, .flows = 60, .from_port = 16384,
		 .to_port = 20000, .pps = 3000) },
	{ "oneway_conference", "40 people outside send video to our conference server",
	  STREAM(packet_conference, .from = PEER, .to = GATEWAY, .flows = 40, .many_from = true,
		 .from_port = 50001, .to_port = 10000, .pps = 9000) },
	{ "oneway_quic", "one way of a QUIC download, begun before the capture",
	  STREAM(packet_quic, IN_ONE, .from_port = 443, .to_port = 51234, .pps = 5000) },
	{ "oneway_quic_id", "one way of three QUIC uploads, begun before the capture",
	  STREAM(packet_quic_id, .from = PEER, .to = GATEWAY, .flows = 3, .from_port = 50222,
		 .to_port = 4433, .pps = 4500) },
	{ "oneway_dtls", "one way of a DTLS tunnel (AnyConnect)",
	  STREAM(packet_dtls, IN_ONE, .from_port = 40999, .to_port = 443, .pps = 3000) },
	{ "oneway_dtls_users", "80 people outside work through a DTLS gateway of ours",
	  STREAM(packet_dtls, .from = PEER, .to = GATEWAY, .flows = 80, .many_from = true,
		 .from_port = 40999, .to_port = 443, .pps = 4000) },
	{ "oneway_esp", "one way of an IPsec tunnel",
	  STREAM(packet_esp, IN_ONE, .proto = 50, .pps = 14000) },
	{ "oneway_esp_users", "60 IPsec tunnels come together at our gateway",
	  STREAM(packet_esp, .from = PEER, .to = GATEWAY, .flows = 60, .many_from = true,
		 .proto = 50, .pps = 4000) },
	{ "oneway_esp_udp", "60 IPsec tunnels through NAT come together at our gateway",
	  STREAM(packet_esp, .from = PEER, .to = GATEWAY, .flows = 60, .many_from = true,
		 .from_port = 4500, .to_port = 4500, .pps = 4000) },
	{ "oneway_gtp", "one way of mobile data (GTP-U), 20 telephones",
	  STREAM(packet_gtp, .from = PEER, .to = GATEWAY, .flows = 20, .from_port = 2152,
		 .to_port = 2152, .pps = 4000) },
	{ "oneway_vxlan", "one way of an overlay",
	  STREAM(packet_vxlan, .from = PEER, .to = GATEWAY, .flows = 20, .from_port = 50000,
		 .to_port = 4789, .pps = 4000) },
	{ "oneway_ipip", "one way of an IP-in-IP tunnel",
	  STREAM(packet_ipip, IN_ONE, .proto = PROTO_IPIP, .pps = 4000) },
	{ "oneway_gre", "one way of a GRE tunnel",
	  STREAM(packet_gre, IN_ONE, .proto = PROTO_GRE, .pps = 4000) },
	{ "oneway_mpeg_ts", "a television programme comes in by UDP, without RTP",
	  STREAM(packet_ts, IN_ONE, .from_port = 40400, .to_port = 5500, .pps = 2500) },
	{ "oneway_srt", "a camera team's video comes in (SRT)",
	  STREAM(packet_srt, IN_ONE, .from_port = 40401, .to_port = 9998, .pps = 2000) },
	{ "oneway_iperf", "iperf -u into our server, which never answers",
	  STREAM(packet_iperf, IN_ONE, .from_port = 40402, .to_port = 5001, .pps = 3000) },
	{ "oneway_game", "64 players of our game server",
	  STREAM(packet_game, .from = PEER, .to = GATEWAY, .flows = 64, .many_from = true,
		 .from_port = 40500, .to_port = 27015, .pps = 3800) },
	{ "oneway_game_out", "what our game server sends to 64 players",
	  STREAM(packet_game, .from = GATEWAY, .to = PEER, .way = OUTWARD, .flows = 64,
		 .many_to = true, .from_port = 27015, .to_port = 40500, .pps = 3800) },
	{ "collector_syslog", "80 hosts of ours log to one",
	  STREAM(packet_syslog, .from = 100, .to = 14, .way = INSIDE, .flows = 80,
		 .many_from = true, .from_port = 40000, .to_port = 514, .pps = 2500) },
	{ "collector_syslog_port", "the same, at another port",
	  STREAM(packet_syslog, .from = 100, .to = 14, .way = INSIDE, .flows = 80,
		 .many_from = true, .from_port = 40000, .to_port = 10514, .pps = 2500) },
	{ "collector_netflow", "six routers of ours export flows",
	  STREAM(packet_netflow, .from = 1, .to = 14, .way = INSIDE, .flows = 6,
		 .many_from = true, .from_port = 50100, .to_port = 9991, .pps = 2400) },
	{ "collector_metrics", "ten servers of ours count in one place",
	  STREAM(packet_metric, .from = 20, .to = 14, .way = INSIDE, .flows = 10,
		 .many_from = true, .from_port = 45000, .to_port = 18125, .pps = 4000) },
	{ "oneway_tcp", "one way of 240 downloads, begun before the capture: data or acknowledgements",
	  .run = oneway_tcp },
	{ "oneway_tcp_out", "the other way of them", .run = oneway_tcp },
	{ 0 },
};
