/*
 * probing.c - attacks that are easily taken for something else: fast scans and floods, closed ports,
 * patient scans, floods of a network's own protocols, many guesses in one session.
 */
#include "scenario/scenario.h"

#define SCANNER ip_of(198, 51, 100, 78)
#define ROGUE   ip_of(203, 0, 113, 66)

static struct span nothing(void)
{
	return (struct span){ 0 };
}

/* All ports of a host, in no order; closed ones are refused. */
static void full_scan(struct capture *c, const struct scenario *self)
{
	background_office(c, 0, CAPTURE_END, 300 * MS);
	capture_label(c, self->incident, self->who);
	for (uint32_t n = 0; n < self->pps * 14; n++) {
		uint16_t port = (uint16_t)(n * 40503u + 1);
		struct ends e = { { SCANNER, BANK }, { (uint16_t)(50000 + n % 2), port } };

		probe_tcp(c, ATTACK_FROM + (usec_t)n * SEC / self->pps, &e,
			  port == 443 ? REPLY_SYNACK : REPLY_RST);
	}
}

/* Probes that begin nothing, to 900 ports; a closed one answers with RST, an open one is silent. */
static void stealth_scan(struct capture *c, const struct scenario *self)
{
	background_office(c, 0, CAPTURE_END, 300 * MS);
	capture_label(c, self->incident, self->who);
	for (unsigned n = 0; n < 900; n++) {
		struct head h = { .from = SCANNER,
				  .to = BANK,
				  .from_port = (uint16_t)(61000 + n % 3),
				  .to_port = (uint16_t)(1 + n * 37 % 900),
				  .proto = PROTO_TCP,
				  .flags = self->sources ? (uint8_t)self->sources : TCP_ACK,
				  .seq = 0x3e51aa00,
				  .ack = self->sources & TCP_ACK ? 0x51117700 : 0,
				  .window = 1024 };
		struct head back = { .from = BANK,
				     .to = SCANNER,
				     .from_port = h.to_port,
				     .to_port = h.from_port,
				     .proto = PROTO_TCP,
				     .flags = TCP_RST,
				     .seq = h.ack };
		usec_t at = ATTACK_FROM + n * 14 * MS + rng_below(&c->rng, 9000);

		capture_add(c, at, &h, nothing());
		if (h.to_port != 443 && h.to_port != 80)
			capture_add(c, at + QUICK, &back, nothing());
	}
}

/* One host in 45 s, at a port that nothing special listens on. */
static void patient_scan(struct capture *c, const struct scenario *self)
{
	bool vertical = strcmp(self->name, "probing_patient_ports") == 0;

	background_office(c, 0, 5460 * SEC, 20 * SEC);
	capture_label(c, self->incident, self->who);
	for (unsigned n = 0; n < 120; n++) {
		struct ip host = vertical ? BANK : ip_of(203, 0, 113, 10 + n % 60);
		struct ends e = { { SCANNER, host },
				  { capture_port(c), (uint16_t)(vertical ? 1000 + n * 7 : 9443) } };

		probe_tcp(c, 30 * SEC + n * 45 * SEC + rng_below(&c->rng, 9000000), &e,
			  vertical || n % 3 == 0 ? REPLY_RST : REPLY_NONE);
	}
}

/* Every port of UDP, each refused with port unreachable; one of 50 has a service that is silent. */
static void udp_scan(struct capture *c, const struct scenario *self)
{
	uint8_t quoted[FRAME_HEADERS_MAX + 16];

	background_office(c, 0, CAPTURE_END, 300 * MS);
	capture_label(c, self->incident, self->who);
	for (unsigned n = 0; n < self->pps * 14; n++) {
		usec_t at = ATTACK_FROM + (usec_t)n * SEC / self->pps;
		struct head h = { .from = SCANNER,
				  .to = BANK,
				  .from_port = 45678,
				  .to_port = (uint16_t)(1 + n * 131 % 19973),
				  .proto = PROTO_UDP };
		struct head back = { .from = BANK,
				     .to = SCANNER,
				     .proto = PROTO_ICMP,
				     .icmp_type = 3,
				     .icmp_code = 3 };

		capture_add(c, at, &h, nothing());
		datagram_build(quoted, &h, nothing());
		if (n % 50)
			capture_add(c, at + 200, &back, (struct span){ quoted, 28 });
	}
}

/* Addresses of a /64 one after another; five exist. */
static void scan6(struct capture *c, const struct scenario *self)
{
	struct ip scanner = rng_global6(&c->rng);
	bool ping = strcmp(self->name, "probing_ping6") == 0;

	background_office(c, 0, CAPTURE_END, 300 * MS);
	capture_label(c, self->incident, "*");
	for (unsigned n = 1; n < 300; n++) {
		struct ends e = { { scanner, our6(2, n) }, { capture_port(c), 22 } };
		struct head h = { .from = scanner,
				  .to = our6(2, n),
				  .proto = PROTO_ICMP6,
				  .icmp_type = 128,
				  .icmp_rest = n };
		struct head back = { .from = h.to,
				     .to = h.from,
				     .proto = PROTO_ICMP6,
				     .icmp_type = 129,
				     .icmp_rest = n };
		usec_t at = ATTACK_FROM + n * 45 * MS;

		if (!ping) {
			probe_tcp(c, at, &e, n % 60 ? REPLY_NONE : REPLY_RST);
			continue;
		}
		capture_add(c, at, &h, c->noise ? (struct span){ c->noise, 32 } : nothing());
		if (n % 60 == 0)
			capture_add(c, at + QUICK, &back, (struct span){ c->noise, 32 });
	}
}

static void packet_closed(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	(void)c, (void)m, (void)n;
	h->to_port = 8081;
	h->flags = TCP_SYN;
	syn_options(h, true);
}

/* SYNs from forged addresses to a port that is closed: each gets RST. */
static void closed_port(struct capture *c, const struct scenario *self)
{
	background_office(c, 0, CAPTURE_END, 300 * MS);
	for (uint32_t n = 0; n < self->pps * 14; n++) {
		struct talk t = { .to = c,
				  .ends = { { rng_global4(&c->rng), BANK },
					    { rng_port(&c->rng), 8081 } } };
		usec_t at = rng_between(&c->rng, ATTACK_FROM, ATTACK_TO);

		talk_join(&t);
		capture_label(c, self->incident, self->who);
		talk_packet(&t, at, 0, TCP_SYN, nothing());
		capture_label(c, NULL, NULL);
		t.seq[0]++;
		t.seq[1] = 0;
		talk_packet(&t, at + QUICK, 1, TCP_RST | TCP_ACK, nothing());
	}
}

/* The kernels of 400 bots: each SYN has all options and is repeated when it is not answered. */
static void bot_syn(struct capture *c, const struct scenario *self)
{
	background_office(c, 0, CAPTURE_END, 300 * MS);
	capture_label(c, self->incident, self->who);
	for (uint32_t n = 0; n < 400 * 14; n++) {
		struct talk t = { .to = c,
				  .ends = { { outside_host(5100 + n % 400), BANK },
					    { rng_port(&c->rng), 443 } } };
		usec_t at = rng_between(&c->rng, ATTACK_FROM, ATTACK_TO - 3 * SEC);

		talk_join(&t);
		for (unsigned i = 0; i < 2; i++)
			talk_packet(&t, at + i * SEC, 0, TCP_SYN, nothing());
	}
}

/* Router advertisements (RFC 4861, 4.2) or neighbour solicitations with forged senders. */
static void packet_advert(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	struct ip all = { { 0xff, 2, [15] = 1 } }, from = { { 0xfe, 0x80 } };
	uint64_t word = rng_next(&c->rng);

	(void)n;
	memcpy(from.b + 8, &word, 8);
	h->from = from;
	h->to = all;
	h->proto = PROTO_ICMP6;
	h->icmp_type = 134;
	h->icmp_rest = 0x40000708;
	h->ttl = 255;
	h->mac_forged = true;
	h->mac_as = ROGUE;
	msg_be32(m, 0);
	msg_be32(m, 0);
	msg_be32(m, 0x030440c0); /* a prefix */
	msg_be32(m, 86400);
	msg_be32(m, 14400);
	msg_be32(m, 0);
	msg_be32(m, 0x20010db8);
	msg_noise(m, &c->rng, 12);
}

/* One of ours asks for a neighbour again and again, each time in another name. */
static void packet_solicit(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	struct ip target = our6(1, 0x101);
	uint64_t word = rng_next(&c->rng);

	(void)n;
	h->from = our6(1, 0);
	memcpy(h->from.b + 8, &word, 8);
	h->to = target;
	h->proto = PROTO_ICMP6;
	h->icmp_type = 135;
	h->ttl = 255;
	h->mac_forged = true;
	h->mac_as = ROGUE;
	msg_bytes(m, (struct span){ target.b, 16 });
}

static void packet_constant(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	(void)c, (void)n;
	h->from = ip_of(198, 51, 100, 98);
	h->from_port = 50505;
	h->to_port = 8080;
	h->proto = PROTO_UDP;
	msg_fill(m, 'X', 900);
}

/* 150 bots with a socket each: constant ports, random bytes. */
static void packet_bots(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	h->from = outside_host(5600 + n % 150);
	h->from_port = (uint16_t)(30000 + n % 150);
	h->to_port = 8080;
	h->proto = PROTO_UDP;
	msg_noise(m, &c->rng, 512);
}

/* Random letters, as simple tools write them. */
static void packet_letters(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	packet_constant(c, h, m, n);
	for (unsigned i = 0; i < 300; i++)
		m->b[i] = (uint8_t)('A' + rng_below(&c->rng, 26) + 32 * rng_below(&c->rng, 2));
}

/* Made-up names below one zone ("water torture"). */
static void packet_torture(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	char name[60];

	(void)n;
	h->to = ip_of(203, 0, 113, 54);
	h->to_port = 53;
	h->proto = PROTO_UDP;
	snprintf(name, sizeof(name), "%08x%04x.bank.example", rng_u32(&c->rng), rng_u16(&c->rng));
	msg_dns_query(m, rng_u16(&c->rng), name, 1);
}

/* Status questions to a game server, the same each time. */
static void packet_query(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	(void)c, (void)n;
	h->to_port = 27015;
	h->proto = PROTO_UDP;
	msg_be32(m, 0xffffffff);
	msg_text(m, "TSource Engine Query");
	msg_u8(m, 0);
}

static void packet_initial(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	(void)n;
	h->to_port = 443;
	h->proto = PROTO_UDP;
	msg_quic_initial(m, &c->rng, 1200);
}

/* Three sessions a minute with six guesses each: OpenSSH lets so many pass (MaxAuthTries). */
static void many_guesses(struct capture *c, const struct scenario *self)
{
	background_office(c, 0, 200 * SEC, SEC);
	capture_label(c, self->incident, self->who);
	for (unsigned n = 0; n < 10; n++) {
		struct talk t = { .to = c,
				  .ends = { { SCANNER, ip_of(203, 0, 113, 22) },
					    { capture_port(c), 22 } },
				  .now = 20 * SEC + n * 16 * SEC,
				  .rtt = 35 * MS };

		talk_open(&t);
		ssh_hello(&t, "SSH-2.0-libssh_0.9.6\r\n");
		for (unsigned i = 0; i < 6; i++) {
			talk_noise(&t, 0, 148);
			talk_wait(&t, rng_between(&c->rng, 1500 * MS, 2400 * MS));
			talk_noise(&t, 1, 52);
		}
		talk_close(&t, 1);
	}
}

/* A login prompt without any negotiation, as small devices have; three guesses a connection. */
static void bare_telnet(struct capture *c, const struct scenario *self)
{
	background_office(c, 0, 60 * SEC, 300 * MS);
	capture_label(c, self->incident, self->who);
	for (unsigned n = 0; n < 30; n++) {
		struct talk t = { .to = c,
				  .ends = { { SCANNER, ip_of(203, 0, 113, 23) },
					    { capture_port(c), 23 } },
				  .now = 20 * SEC + n * 800 * MS,
				  .rtt = 35 * MS };

		talk_open(&t);
		talk_text(&t, 1, "\r\nWelcome to DVR\r\n\r\nlogin: ");
		for (unsigned i = 0; i < 3; i++) {
			talk_text(&t, 0, "root\r\n");
			talk_text(&t, 1, "root\r\nPassword: ");
			talk_text(&t, 0, "xc3511\r\n");
			talk_wait(&t, 400 * MS);
			talk_text(&t, 1, "\r\nLogin incorrect\r\nlogin: ");
		}
		talk_close(&t, 0);
	}
}

/* Slowloris after the handshake of TLS: a request's lines trickle in, each in a record of its own. */
static void slow_tls(struct capture *c, const struct scenario *self)
{
	background_office(c, 0, 95 * SEC, 300 * MS);
	capture_label(c, self->incident, self->who);
	for (unsigned n = 0; n < 150; n++) {
		struct talk t = { .to = c,
				  .ends = { { SCANNER, BANK }, { capture_port(c), 443 } },
				  .now = ATTACK_FROM + n * 40 * MS,
				  .rtt = 30 * MS };

		talk_open(&t);
		talk_hello(&t, "www.bank.example");
		talk_tls(&t, 0, 180);
		while (t.now < 80 * SEC) {
			talk_wait(&t, rng_between(&c->rng, 8 * SEC, 11 * SEC));
			talk_tls(&t, 0, 28);
		}
	}
}

#define SCAN(whom) .incident = "scan/-/inbound/" whom, .who = "198.51.100.78"
#define FLOOD(vector, whom) .incident = "flood/" vector "/inbound/" whom, .who = "many"
#define ONE(vector) .incident = "flood/" vector "/inbound/203.0.113.80", .who = "198.51.100.98"

const struct scenario scenarios_probing[] = {
	{ "probing_full_2000", "all ports of one host at 2,000 a second", .run = full_scan,
	  SCAN("203.0.113.80"), .pps = 2000 },
	{ "probing_full_4000", "all ports of one host at 4,000 a second", .run = full_scan,
	  SCAN("203.0.113.80"), .pps = 4000 },
	{ "probing_maimon", "a scan with FIN and ACK", .run = stealth_scan, SCAN("203.0.113.80"),
	  .sources = TCP_FIN | TCP_ACK },
	{ "probing_fin", "a scan with FIN", .run = stealth_scan, SCAN("203.0.113.80"),
	  .sources = TCP_FIN },
	{ "probing_ack", "a scan with ACK", .run = stealth_scan, SCAN("203.0.113.80"),
	  .sources = TCP_ACK },
	{ "probing_patient", "60 hosts, one in 45 s, at an ordinary port", .run = patient_scan,
	  SCAN("203.0.113.0/24") },
	{ "probing_patient_ports", "120 ports of one host, one in 45 s", .run = patient_scan,
	  SCAN("203.0.113.80") },
	{ "probing_udp", "UDP ports of one host, refused by ICMP", .run = udp_scan,
	  SCAN("203.0.113.80"), .pps = 60 },
	{ "probing_udp_fast", "the same at 1,200 a second", .run = udp_scan, SCAN("203.0.113.80"),
	  .pps = 1200 },
	{ "probing_tcp6", "addresses of a /64, port 22", .run = scan6,
	  .incident = "scan/-/inbound/2001:db8:1:2::/64" },
	{ "probing_ping6", "addresses of a /64 are pinged", .run = scan6,
	  .incident = "scan/-/inbound/2001:db8:1:2::/64" },
	{ "probing_closed_port", "SYN flood from forged addresses to a closed port",
	  .run = closed_port, FLOOD("syn", "203.0.113.80"), .pps = 3000 },
	{ "probing_closed_port_low", "the same at 500 a second", .run = closed_port,
	  FLOOD("syn", "203.0.113.80"), .pps = 500 },
	{ "probing_syn_low", "SYN flood of 350 a second", .run = flood_run,
	  FLOOD("syn", "203.0.113.80"), .packet = packet_closed, .pps = 350, .percent = 90 },
	{ "probing_syn_bots", "SYN flood by the kernels of 400 bots", .run = bot_syn,
	  FLOOD("syn", "203.0.113.80") },
	{ "probing_adverts", "a flood of router advertisements", .run = flood_run,
	  .incident = "flood/icmp/internal/ff02::1", .who = "many", .packet = packet_advert,
	  .pps = 1500 },
	{ "probing_solicits", "a flood of neighbour solicitations", .run = flood_run,
	  .incident = "flood/icmp/internal/2001:db8:1:1::101", .who = "many",
	  .packet = packet_solicit, .pps = 1500 },
	{ "probing_udp_constant", "UDP flood of one conversation, always the same bytes",
	  .run = flood_run, ONE("udp"), .packet = packet_constant, .pps = 3000 },
	{ "probing_udp_letters", "UDP flood of one conversation, random letters",
	  .run = flood_run, ONE("udp"), .packet = packet_letters, .pps = 3000 },
	{ "probing_udp_bots", "UDP flood by 150 bots with constant ports", .run = flood_run,
	  FLOOD("udp", "203.0.113.80"), .packet = packet_bots, .pps = 4000 },
	{ "probing_dns_torture", "questions for made-up names", .run = flood_run,
	  FLOOD("udp", "203.0.113.54"), .packet = packet_torture, .pps = 3000 },
	{ "probing_game_query", "status questions to a game server", .run = flood_run,
	  FLOOD("udp", "203.0.113.80"), .packet = packet_query, .pps = 2000 },
	{ "probing_quic_initial", "a flood of QUIC Initials", .run = flood_run,
	  FLOOD("udp", "203.0.113.80"), .packet = packet_initial, .pps = 2500 },
	{ "probing_ssh_sessions", "ten SSH sessions of six guesses each", .run = many_guesses,
	  .incident = "bruteforce/-/inbound/203.0.113.22:22", .who = "198.51.100.78" },
	{ "probing_telnet_bare", "telnet without negotiation, three guesses each",
	  .run = bare_telnet, .incident = "bruteforce/-/inbound/203.0.113.23:23",
	  .who = "198.51.100.78" },
	{ "probing_slow_tls", "Slowloris after the handshake of TLS", .run = slow_tls,
	  .incident = "slow_http/-/inbound/203.0.113.80:443", .who = "198.51.100.78" },
	{ 0 },
};
