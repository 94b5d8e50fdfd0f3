/*
 * flood.c - floods against the bank's web site, and floods by our own device against others.
 *
 * A flood by table is a function that makes one packet, a rate, and how many of its packets the
 * target answers. The arrival times are uniformly random, which makes a Poisson process.
 */
#include "scenario/scenario.h"

#define VICTIM ip_of(198, 51, 100, 200) /* outside, of floods that come from us */
#define DEVICE ip_of(203, 0, 113, 66)   /* ours, that floods */
#define SINGLE ip_of(198, 51, 100, 99)  /* outside, of floods with one source */

/* What the target's kernel says to a packet of a flood, some of the time. */
static void flood_answer(struct capture *c, usec_t at, const struct head *h, struct span payload)
{
	uint8_t quoted[MSG_MAX + FRAME_HEADERS_MAX];
	struct head back = { .from = h->to,
			     .to = h->from,
			     .from_port = h->to_port,
			     .to_port = h->from_port,
			     .proto = h->proto,
			     .id = rng_u16(&c->rng) };

	if (h->proto == PROTO_TCP && (h->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN) {
		back.flags = TCP_SYN | TCP_ACK;
		back.seq = rng_u32(&c->rng);
		back.ack = h->seq + 1;
		syn_options(&back, false);
		payload.len = 0;
	} else if (h->proto == PROTO_TCP) {
		back.flags = TCP_RST;
		back.seq = h->ack;
		payload.len = 0;
	} else if (h->proto == PROTO_ICMP) {
		back.icmp_rest = h->icmp_rest; /* type 0: echo reply */
	} else {
		datagram_build(quoted, h, payload);
		back.proto = PROTO_ICMP;
		back.icmp_type = 3;
		back.icmp_code = 3;
		payload = (struct span){ quoted, 28 };
	}
	capture_add(c, at + rng_between(&c->rng, 100, 400), &back, payload);
}

static void flood_packet(struct capture *c, const struct scenario *flood, usec_t at, uint32_t n)
{
	static struct msg m;
	struct label *label = c->label;
	struct head h = { .from = rng_global4(&c->rng),
			  .to = BANK,
			  .from_port = rng_port(&c->rng),
			  .to_port = 443,
			  .proto = PROTO_TCP,
			  .id = rng_u16(&c->rng),
			  .seq = rng_u32(&c->rng) };

	if (flood->sources)
		h.from = outside_host(flood->sources * 10 + rng_below(&c->rng, flood->sources));
	m.len = 0;
	flood->packet(c, &h, &m, n);
	capture_add_cut(c, at, &h, msg_span(&m));
	if (flood->percent == 0 || rng_below(&c->rng, 100) >= flood->percent)
		return;
	c->label = NULL;
	flood_answer(c, at, &h, msg_span(&m));
	c->label = label;
}

void flood_span(struct capture *c, const struct scenario *flood, usec_t from, usec_t to)
{
	uint32_t packets = (uint32_t)((to - from) * flood->pps / SEC);

	capture_label(c, flood->incident, flood->who);
	for (uint32_t n = 0; n < packets; n++)
		flood_packet(c, flood, rng_between(&c->rng, from, to), n);
	capture_label(c, NULL, NULL);
}

void flood_run(struct capture *c, const struct scenario *self)
{
	background_office(c, 0, CAPTURE_END, 250 * MS);
	flood_span(c, self, ATTACK_FROM, ATTACK_TO);
}

/* Just below a threshold: evenly, so that no second has more. */
static void run_near(struct capture *c, const struct scenario *self)
{
	uint32_t packets = (uint32_t)((ATTACK_TO - ATTACK_FROM) * self->pps / SEC);

	background_office(c, 0, CAPTURE_END, 250 * MS);
	capture_label(c, self->incident, self->who);
	for (uint32_t n = 0; n < packets; n++)
		flood_packet(c, self, ATTACK_FROM + n * SEC / self->pps, n);
	capture_label(c, NULL, NULL);
}

static void packet_syn(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	(void)c, (void)m, (void)n;
	h->flags = TCP_SYN;
	syn_options(h, true);
}

static void packet_syn_single(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	packet_syn(c, h, m, n);
	h->from = SINGLE;
}

static void packet_syn6(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	h->from = rng_global6(&c->rng);
	h->to = BANK6;
	packet_syn(c, h, m, n);
}

static void packet_synack(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	(void)m, (void)n;
	h->to_port = h->from_port;
	h->from_port = h->from.b[15] & 1 ? 443 : 80;
	h->flags = TCP_SYN | TCP_ACK;
	h->ack = rng_u32(&c->rng);
	syn_options(h, false);
}

static void packet_rst(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	(void)c, (void)m, (void)n;
	h->flags = TCP_RST;
}

static void packet_ack(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	(void)m, (void)n;
	h->flags = TCP_ACK;
	h->ack = rng_u32(&c->rng);
}

static void packet_ack_fixed(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	(void)c, (void)m, (void)n;
	h->from = SINGLE;
	h->from_port = 40000;
	h->flags = TCP_ACK;
	h->seq = 1000;
	h->ack = 2000;
}

static void packet_psh(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	packet_ack(c, h, m, n);
	h->flags = TCP_PSH | TCP_ACK;
	msg_noise(m, &c->rng, 300 + rng_below(&c->rng, 600));
}

static void packet_fin(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	packet_ack(c, h, m, n);
	h->flags = n % 2 ? TCP_FIN | TCP_ACK : TCP_FIN;
	if (n % 2 == 0)
		h->ack = 0;
}

static void packet_xmas(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	(void)c, (void)m, (void)n;
	h->flags = TCP_FIN | TCP_PSH | TCP_URG;
}

static void packet_null(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	(void)c, (void)h, (void)m, (void)n;
}

static void packet_udp(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	(void)n;
	h->proto = PROTO_UDP;
	h->from_port = rng_port(&c->rng);
	h->to_port = rng_port(&c->rng);
	msg_noise(m, &c->rng, 16 + rng_below(&c->rng, 496));
}

static void packet_udp_single(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	packet_udp(c, h, m, n);
	h->from = SINGLE;
	h->from_port = 41234;
	h->to_port = 9987;
}

static void packet_echo(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	h->proto = PROTO_ICMP;
	h->icmp_type = 8;
	h->icmp_rest = (rng_u32(&c->rng) & 0xffff0000u) | (n & 0xffff);
	msg_noise(m, &c->rng, 56);
}

/* "BlackNurse": port unreachable about UDP that the target is said to have sent. */
static void packet_unreachable(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	uint8_t quoted[FRAME_HEADERS_MAX + 32];
	struct head was = { .from = BANK,
			    .to = outside_host(n % 20),
			    .from_port = rng_port(&c->rng),
			    .to_port = 33434,
			    .proto = PROTO_UDP };

	datagram_build(quoted, &was, capture_noise(c, 32));
	h->from = was.to;
	h->proto = PROTO_ICMP;
	h->icmp_type = 3;
	h->icmp_code = 3;
	msg_bytes(m, (struct span){ quoted, 28 });
}

static void packet_fragment(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	(void)n;
	h->proto = PROTO_UDP;
	h->raw = true;
	h->fragment = (uint16_t)(1 + rng_below(&c->rng, 180));
	h->more = rng_below(&c->rng, 2);
	h->fragment_id = rng_u32(&c->rng);
	msg_noise(m, &c->rng, 8 * (size_t)(30 + rng_below(&c->rng, 100)));
}

static void packet_fragment6(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	h->from = rng_global6(&c->rng);
	h->to = BANK6;
	packet_fragment(c, h, m, n);
}

/* As Mirai's GREIP: inside, a UDP packet between random addresses. */
static void packet_gre(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	uint8_t inner[FRAME_HEADERS_MAX + 512];
	struct head in = { .from = rng_global4(&c->rng),
			   .to = rng_global4(&c->rng),
			   .from_port = rng_port(&c->rng),
			   .to_port = rng_port(&c->rng),
			   .proto = PROTO_UDP,
			   .id = (uint16_t)n };
	size_t len = datagram_build(inner, &in, capture_noise(c, 512));

	h->from = outside_host(n % 60);
	h->proto = PROTO_GRE;
	msg_bytes(m, (struct span){ inner, len });
}

static void packet_carpet_udp(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	packet_udp(c, h, m, n);
	h->to = ip_of(203, 0, 113, rng_below(&c->rng, 256));
}

static void packet_carpet_syn(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	packet_syn(c, h, m, n);
	h->to = ip_of(203, 0, 113, rng_below(&c->rng, 256));
}

static void packet_carpet6(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	uint64_t host = rng_next(&c->rng);

	packet_udp(c, h, m, n);
	h->from = rng_global6(&c->rng);
	h->to = our6(0, 0);
	memcpy(h->to.b + 8, &host, sizeof(host));
}

static void packet_device_udp(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	packet_udp(c, h, m, n);
	h->from = DEVICE;
	h->to = VICTIM;
	m->len = 0;
	msg_bytes(m, capture_noise(c, 512));
}

static void packet_device_syn(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	(void)c, (void)m, (void)n;
	h->from = DEVICE;
	h->to = VICTIM;
	h->to_port = 80;
	h->flags = TCP_SYN;
	syn_options(h, false);
}

static void packet_forged(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	packet_syn(c, h, m, n);
	h->to = VICTIM;
	h->to_port = 80;
	h->ttl = 64;
	h->mac_forged = true;
	h->mac_as = DEVICE;
}

static void run_multi(struct capture *c, const struct scenario *self)
{
	static const struct scenario parts[] = {
		{ .incident = "flood/syn/inbound/203.0.113.80",
		  .who = "many",
		  .packet = packet_syn,
		  .pps = 2000,
		  .percent = 20 },
		{ .incident = "flood/dns_reflection/inbound/203.0.113.80",
		  .who = "many",
		  .packet = reflect_dns,
		  .pps = 600,
		  .sources = 300 },
		{ .incident = "flood/icmp/inbound/203.0.113.80",
		  .who = "many",
		  .packet = packet_echo,
		  .pps = 1000,
		  .percent = 20 },
	};

	(void)self;
	background_office(c, 0, CAPTURE_END, 250 * MS);
	for (unsigned i = 0; i < 3; i++)
		flood_span(c, &parts[i], ATTACK_FROM + i * SEC, ATTACK_TO - i * SEC);
}

static void run_device(struct capture *c, const struct scenario *self)
{
	static const struct scenario syn = { .incident = "flood/syn/outbound/198.51.100.200",
					     .who = "203.0.113.66",
					     .packet = packet_device_syn,
					     .pps = 2000 };

	background_office(c, 0, CAPTURE_END, 250 * MS);
	flood_span(c, self, ATTACK_FROM, ATTACK_FROM + 10 * SEC);
	flood_span(c, &syn, ATTACK_FROM + 10 * SEC, ATTACK_TO + 3 * SEC);
}

/* 2 s of flood, 8 s of silence, five times. */
static void run_pulse(struct capture *c, const struct scenario *self)
{
	background_office(c, 0, 75 * SEC, 250 * MS);
	for (unsigned i = 0; i < 5; i++)
		flood_span(c, self, ATTACK_FROM + i * 10 * SEC, ATTACK_FROM + (i * 10 + 2) * SEC);
}

/* The later of two random times: the rate grows in proportion to the time, up to pps. */
static void run_ramp(struct capture *c, const struct scenario *self)
{
	const usec_t from = 20 * SEC, to = 80 * SEC;

	background_office(c, 0, 85 * SEC, 250 * MS);
	capture_label(c, self->incident, self->who);
	for (uint32_t n = 0; n < self->pps * 30; n++) {
		usec_t a = rng_between(&c->rng, from, to), b = rng_between(&c->rng, from, to);

		flood_packet(c, self, a > b ? a : b, n);
	}
}

/* In the manner of GoldenEye and HULK: many short connections, every request for another path. */
static void run_http(struct capture *c, const struct scenario *self)
{
	static struct msg m;
	char path[80];

	background_office(c, 0, CAPTURE_END, 250 * MS);
	capture_label(c, self->incident, self->who);
	for (uint32_t n = 0; n < 300 * 15; n++) {
		struct talk t = { .to = c,
				  .ends = { { outside_host(n % 12), BANK },
					    { capture_port(c), 80 } },
				  .now = rng_between(&c->rng, ATTACK_FROM, ATTACK_TO - SEC),
				  .rtt = rng_between(&c->rng, 10 * MS, 60 * MS) };

		talk_open(&t);
		for (unsigned i = 0; i < 2; i++) {
			uint64_t word = rng_next(&c->rng);

			snprintf(path, sizeof(path), "/?%08x=%012llx", rng_u32(&c->rng),
				 (unsigned long long)word >> 16);
			m.len = 0;
			msg_http_get(&m, "www.bank.example", path);
			talk_say(&t, 0, msg_span(&m));
			m.len = 0;
			msg_http_ok(&m, 600);
			msg_noise(&m, &c->rng, 600);
			talk_say(&t, 1, msg_span(&m));
		}
		talk_close(&t, 0);
	}
	capture_label(c, NULL, NULL);
}

#define IN(vector) .incident = "flood/" vector "/inbound/203.0.113.80", .who = "many"
#define IN_SINGLE(vector)                                                                          \
	.incident = "flood/" vector "/inbound/203.0.113.80", .who = "198.51.100.99"

const struct scenario scenarios_flood[] = {
	{ "syn_flood_spoofed", "SYN flood on port 443, every packet from another forged address",
	  .run = flood_run, IN("syn"), .packet = packet_syn, .pps = 4000, .percent = 25 },
	{ "syn_flood_single_source", "SYN flood from one address", .run = flood_run,
	  IN_SINGLE("syn"), .packet = packet_syn_single, .pps = 3000, .percent = 25 },
	{ "near_syn_flood_guarded", "135 SYNs a second: a threshold is at 150, or at 128 when guarded",
	  .run = run_near, IN("syn"), .packet = packet_syn, .pps = 135, .level = "guarded" },
	{ "near_udp_flood_high", "210 UDP packets a second from many: a threshold is at 300, or at 180",
	  .run = run_near, IN("udp"), .packet = packet_udp, .pps = 210, .level = "high" },
	{ "syn_flood_ipv6", "SYN flood over IPv6 from forged addresses", .run = flood_run,
	  .incident = "flood/syn/inbound/2001:db8:1::80", .who = "many", .packet = packet_syn6,
	  .pps = 3000, .percent = 25 },
	{ "synack_reflection", "SYN-ACKs of 800 reflectors, asked for in our name",
	  .run = flood_run, IN("synack_reflection"), .packet = packet_synack, .pps = 3000,
	  .sources = 800, .percent = 50 },
	{ "rst_flood", "RST flood from forged addresses", .run = flood_run, IN("rst"),
	  .packet = packet_rst, .pps = 3000 },
	{ "ack_flood", "ACK flood from forged addresses", .run = flood_run, IN("ack"),
	  .packet = packet_ack, .pps = 3000, .percent = 25 },
	{ "ack_flood_fixed", "ACK flood: one 5-tuple, the sequence number never moves",
	  .run = flood_run, IN_SINGLE("ack"), .packet = packet_ack_fixed, .pps = 4000 },
	{ "psh_ack_flood_payload", "PSH-ACK flood with random payload from forged addresses",
	  .run = flood_run, IN("ack"), .packet = packet_psh, .pps = 2500, .percent = 10 },
	{ "fin_flood", "FIN flood from forged addresses", .run = flood_run, IN("fin"),
	  .packet = packet_fin, .pps = 3000 },
	{ "xmas_flood", "FIN-PSH-URG flood from forged addresses", .run = flood_run, IN("xmas"),
	  .packet = packet_xmas, .pps = 3000 },
	{ "null_flood", "flood of TCP packets without any flag", .run = flood_run, IN("null"),
	  .packet = packet_null, .pps = 3000 },
	{ "udp_flood_random_ports", "UDP flood on random ports from forged addresses",
	  .run = flood_run, IN("udp"), .packet = packet_udp, .pps = 3000, .percent = 1 },
	{ "udp_flood_single_source", "UDP flood of one flow from one address", .run = flood_run,
	  IN_SINGLE("udp"), .packet = packet_udp_single, .pps = 4000 },
	{ "icmp_echo_flood", "ping flood from forged addresses", .run = flood_run, IN("icmp"),
	  .packet = packet_echo, .pps = 3000, .percent = 30 },
	{ "icmp_unreach_flood", "port-unreachable flood (BlackNurse) from 20 addresses",
	  .run = flood_run, IN("icmp"), .packet = packet_unreachable, .pps = 3000 },
	{ "fragment_flood", "IPv4 fragments whose first part never comes", .run = flood_run,
	  IN("fragment"), .packet = packet_fragment, .pps = 2500 },
	{ "fragment_flood_ipv6", "IPv6 fragments whose first part never comes", .run = flood_run,
	  .incident = "flood/fragment/inbound/2001:db8:1::80", .who = "many",
	  .packet = packet_fragment6, .pps = 2500 },
	{ "gre_flood", "GRE flood as Mirai's GREIP, random packets inside", .run = flood_run,
	  IN("gre"), .packet = packet_gre, .pps = 2500 },
	{ "carpet_bomb_udp4", "UDP at a low rate for each host, over the whole /24",
	  .run = flood_run, .incident = "flood/udp/inbound/203.0.113.0/24", .who = "many",
	  .packet = packet_carpet_udp, .pps = 4000 },
	{ "carpet_bomb_syn4", "SYN at a low rate for each host, over the whole /24",
	  .run = flood_run, .incident = "flood/syn/inbound/203.0.113.0/24", .who = "many",
	  .packet = packet_carpet_syn, .pps = 4000 },
	{ "carpet_bomb_ipv6", "UDP to random addresses of a /64", .run = flood_run,
	  .incident = "flood/udp/inbound/2001:db8:1::/64", .who = "many", .packet = packet_carpet6,
	  .pps = 4000 },
	{ "multi_vector", "SYN flood, DNS reflection and ping flood together", .run = run_multi },
	{ "http_flood", "GET requests for random paths in short connections from 12 addresses",
	  .run = run_http, .incident = "flood/http/inbound/203.0.113.80", .who = "many" },
	{ "mirai_flood_outbound", "our own device floods a victim outside: UDP, then SYN",
	  .run = run_device, .incident = "flood/udp/outbound/198.51.100.200", .who = "203.0.113.66",
	  .packet = packet_device_udp, .pps = 2500 },
	{ "spoofed_outbound", "our own device floods a victim outside from forged addresses",
	  .run = flood_run, .incident = "flood/syn/unknown/198.51.100.200", .who = "many",
	  .packet = packet_forged, .pps = 3000 },
	{ "pulse_wave", "UDP flood in pulses: 2 s on, 8 s off, five times", .run = run_pulse,
	  IN("udp"), .packet = packet_udp, .pps = 5000 },
	{ "slow_ramp", "UDP flood that grows over a minute up to 3,000 packets/s", .run = run_ramp,
	  IN("udp"), .packet = packet_udp, .pps = 3000 },
	{ 0 },
};
