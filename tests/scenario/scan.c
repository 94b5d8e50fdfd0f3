/*
 * scan.c - looking for open doors: across many hosts, across many ports, quickly and slowly, from
 * outside and by a device of our own.
 */
#include "scenario/scenario.h"

#define SCANNER ip_of(198, 51, 100, 77)
#define ROGUE   ip_of(192, 168, 10, 77) /* a device of ours at home */

static void usual_background(struct capture *c)
{
	background_office(c, 0, CAPTURE_END, 250 * MS);
}

static enum reply office_reply(unsigned host, uint16_t port)
{
	if (!office_has(host))
		return REPLY_NONE;
	return host >= 80 && host < 82 && (port == 80 || port == 443) ? REPLY_SYNACK : REPLY_RST;
}

static void scan_horizontal(struct capture *c, const struct scenario *self)
{
	usual_background(c);
	capture_label(c, self->incident, self->who);
	for (unsigned n = 0; n < 256; n++) {
		unsigned host = n * 101 % 256;
		struct ends e = { { SCANNER, ip_of(203, 0, 113, host) }, { capture_port(c), 445 } };

		probe_tcp(c, ATTACK_FROM + n * 50 * MS + rng_below(&c->rng, 40000), &e,
			  office_reply(host, 445));
	}
}

static void scan_vertical(struct capture *c, const struct scenario *self)
{
	usual_background(c);
	capture_label(c, self->incident, self->who);
	for (unsigned n = 0; n < 1000; n++) {
		uint16_t port = (uint16_t)(1 + n * 373 % 1000);
		struct ends e = { { SCANNER, BANK }, { capture_port(c), port } };

		probe_tcp(c, ATTACK_FROM + n * 14 * MS + rng_below(&c->rng, 10000), &e,
			  office_reply(80, port));
	}
}

static void scan_slow(struct capture *c, const struct scenario *self)
{
	static const uint16_t ports[] = { 22, 3389, 445, 8443 };

	background_office(c, 0, 7260 * SEC, 20 * SEC);
	capture_label(c, self->incident, self->who);
	for (unsigned n = 0; n < 240; n++) {
		unsigned host = 10 + n * 7 % 60;
		struct ends e = { { SCANNER, ip_of(203, 0, 113, host) },
				  { capture_port(c), ports[n / 60] } };

		probe_tcp(c, 30 * SEC + n * 30 * SEC + rng_below(&c->rng, 4000000), &e,
			  n % 3 == 0 ? REPLY_RST : REPLY_NONE);
	}
}

/* Port unreachable comes back from closed ports, about three a second as Linux allows. */
static void scan_udp(struct capture *c, const struct scenario *self)
{
	uint8_t quoted[FRAME_HEADERS_MAX + 16];

	usual_background(c);
	capture_label(c, self->incident, self->who);
	for (unsigned n = 0; n < 500; n++) {
		usec_t at = ATTACK_FROM + n * 30 * MS + rng_below(&c->rng, 20000);
		struct head h = { .from = SCANNER,
				  .to = BANK,
				  .from_port = 45678,
				  .to_port = (uint16_t)(1 + n * 131 % 9973),
				  .proto = PROTO_UDP,
				  .id = rng_u16(&c->rng) };
		struct head back = { .from = BANK,
				     .to = SCANNER,
				     .proto = PROTO_ICMP,
				     .icmp_type = 3,
				     .icmp_code = 3,
				     .id = rng_u16(&c->rng) };

		capture_add(c, at, &h, (struct span){ 0 });
		datagram_build(quoted, &h, (struct span){ 0 });
		if (n % 10 == 0)
			capture_add(c, at + 200, &back, (struct span){ quoted, 28 });
	}
}

static void ping(struct capture *c, usec_t at, const struct ends *e, bool answered)
{
	struct span body = capture_noise(c, 56);
	struct head h = { .from = e->ip[0],
			  .to = e->ip[1],
			  .proto = PROTO_ICMP,
			  .icmp_type = 8,
			  .icmp_rest = (uint32_t)e->port[0] << 16 | 1,
			  .id = rng_u16(&c->rng) };
	struct head back = { .from = h.to,
			     .to = h.from,
			     .proto = PROTO_ICMP,
			     .icmp_rest = h.icmp_rest,
			     .id = rng_u16(&c->rng) };

	capture_add(c, at, &h, body);
	if (answered)
		capture_add(c, at + QUICK, &back, body);
}

static void scan_icmp(struct capture *c, const struct scenario *self)
{
	usual_background(c);
	capture_label(c, self->incident, self->who);
	for (unsigned n = 1; n < 255; n++) {
		struct ends e = { { SCANNER, ip_of(203, 0, 113, n) }, { (uint16_t)(7000 + n), 0 } };

		ping(c, ATTACK_FROM + n * 50 * MS + rng_below(&c->rng, 30000), &e, office_has(n));
	}
}

static void scan_arp(struct capture *c, const struct scenario *self)
{
	uint8_t frame[FRAME_MIN];
	struct ip rogue = ROGUE;

	background_home(c, 0, CAPTURE_END, 500 * MS);
	capture_label(c, self->incident, self->who);
	for (unsigned n = 1; n < 255; n++) {
		usec_t at = ATTACK_FROM + n * 40 * MS;
		struct ip host = ip_of(192, 168, 10, n);

		if (n == 77)
			continue;
		frame_arp(frame, &rogue, &host, false);
		capture_frame(c, at, (struct span){ frame, sizeof(frame) });
		frame_arp(frame, &host, &rogue, true);
		if (n == 1 || n == 23 || (n >= 50 && n < 56))
			capture_frame(c, at + QUICK, (struct span){ frame, sizeof(frame) });
	}
}

static void scan_by_device(struct capture *c, const struct scenario *self)
{
	background_home(c, 0, CAPTURE_END, 500 * MS);
	capture_label(c, self->incident, self->who);
	for (unsigned n = 0; n < 450; n++) {
		struct ends e = { { ROGUE, rng_global4(&c->rng) }, { capture_port(c), 22 } };
		uint32_t luck = rng_below(&c->rng, 100);

		probe_tcp(c, rng_between(&c->rng, ATTACK_FROM, ATTACK_TO), &e,
			  luck < 3    ? REPLY_SYNACK
			  : luck < 12 ? REPLY_RST
				      : REPLY_NONE);
	}
}

void mirai_probe(struct capture *c, usec_t at, struct ip from, struct ip to)
{
	struct head h = { .from = from,
			  .to = to,
			  .from_port = rng_port(&c->rng),
			  .to_port = rng_below(&c->rng, 10) ? 23 : 2323,
			  .proto = PROTO_TCP,
			  .flags = TCP_SYN,
			  .id = rng_u16(&c->rng),
			  .window = rng_port(&c->rng) };

	h.seq = (uint32_t)to.b[12] << 24 | (uint32_t)to.b[13] << 16 | (uint32_t)to.b[14] << 8 |
		to.b[15];
	capture_add(c, at, &h, (struct span){ 0 });
}

static void scan_mirai(struct capture *c, const struct scenario *self)
{
	usual_background(c);
	capture_label(c, self->incident, self->who);
	for (unsigned n = 0; n < 200; n++) {
		usec_t at = ATTACK_FROM + n * 75 * MS + rng_below(&c->rng, 50000);

		mirai_probe(c, at, ip_of(198, 51, 100, 23),
			    ip_of(203, 0, 113, rng_below(&c->rng, 256)));
	}
}

/* A monitor of ours: pings and connects to 60 hosts of ours each minute, and all answer. */
static void benign_monitoring(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 180 * SEC, SEC);
	for (unsigned n = 0; n < 180; n++) {
		usec_t at = (n / 60) * 60 * SEC + 5 * SEC + (n % 60) * 100 * MS;
		struct ip host = ip_of(203, 0, 113, 10 + n % 60);
		struct ends e = { { ip_of(203, 0, 113, 150), host }, { capture_port(c), 22 } };
		struct talk t = { .to = c, .ends = e, .now = at + 20 * MS };

		ping(c, at, &e, true);
		talk_open(&t);
		talk_text(&t, 1, "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n");
		talk_close(&t, 0);
	}
}

/* Fewer hosts than are a scan at the level normal. */
static void scan_near(struct capture *c, const struct scenario *self)
{
	unsigned hosts = strcmp(self->level, "guarded") == 0 ? 7 : 5;

	usual_background(c);
	capture_label(c, self->incident, self->who);
	for (unsigned n = 0; n < hosts; n++) {
		struct ends e = { { SCANNER, ip_of(203, 0, 113, 10 + 9 * n) }, { capture_port(c), 445 } };

		probe_tcp(c, ATTACK_FROM + n * 300 * MS, &e, REPLY_NONE);
	}
}

#define SCAN(direction, whom, from) .incident = "scan/-/" direction "/" whom, .who = from

const struct scenario scenarios_scan[] = {
	{ "scan_horizontal", "one source looks for port 445 on the whole /24",
	  .run = scan_horizontal, SCAN("inbound", "203.0.113.0/24", "198.51.100.77") },
	{ "near_scan_guarded", "one source looks for port 445 on 7 hosts; on 8 it is a scan",
	  .run = scan_near, SCAN("inbound", "many", "198.51.100.77"), .level = "guarded" },
	{ "near_scan_high", "one source looks for port 445 on 5 hosts", .run = scan_near,
	  SCAN("inbound", "many", "198.51.100.77"), .level = "high" },
	{ "scan_vertical", "one source looks at 1,000 ports of one host", .run = scan_vertical,
	  SCAN("inbound", "203.0.113.80", "198.51.100.77") },
	{ "scan_slow", "one probe each 30 s over two hours, to 60 hosts", .run = scan_slow,
	  SCAN("inbound", "203.0.113.0/24", "198.51.100.77") },
	{ "scan_udp", "one source looks at 500 UDP ports of one host", .run = scan_udp,
	  SCAN("inbound", "203.0.113.80", "198.51.100.77") },
	{ "scan_icmp_sweep", "one source pings the whole /24", .run = scan_icmp,
	  SCAN("inbound", "203.0.113.0/24", "198.51.100.77") },
	{ "scan_arp", "a device of ours asks by ARP for every address of the LAN", .run = scan_arp,
	  SCAN("internal", "192.168.10.0/24", "192.168.10.77") },
	{ "scan_by_own_device", "a device of ours looks for port 22 all over the internet",
	  .run = scan_by_device, SCAN("outbound", "many", "192.168.10.77") },
	{ "mirai_scan_inbound", "a Mirai bot outside looks for telnet at ours", .run = scan_mirai,
	  .incident = "mirai_scan/-/inbound/203.0.113.0/24", .who = "198.51.100.23" },
	{ "benign_monitoring", "a monitor pings and connects to 60 own hosts each minute",
	  .run = benign_monitoring },
	{ 0 },
};
