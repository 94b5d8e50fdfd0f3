/*
 * crowd.c - many at once, and nobody's attack: services that are down, storms after a restart,
 * monitors, collectors, browsers. None may give an alarm.
 */
#include "scenario/scenario.h"

#define OTHER ip_of(203, 0, 113, 81) /* a second web server of ours */

static struct span nothing(void)
{
	return (struct span){ 0 };
}

/* Our second web server is down for 12 s: each browser opens two connections, is refused, and tries
 * both again twice; some reload. At most some 900 SYNs a second. */
static void server_down(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, CAPTURE_END, 300 * MS);
	for (unsigned n = 0; n < 150 * 12; n++) {
		usec_t at = rng_between(&c->rng, 22 * SEC, 34 * SEC);
		struct ip client = rng_global4(&c->rng);

		for (unsigned i = 0; i < 6; i++) {
			struct ends e = { { client, OTHER }, { capture_port(c), 443 } };

			probe_tcp(c, at + i / 2 * 600 * MS + rng_below(&c->rng, 90000), &e,
				  REPLY_RST);
		}
	}
}

/* Windows repeats the same SYN twice, half a second apart, when it is refused. */
static void server_down_windows(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, CAPTURE_END, 300 * MS);
	for (unsigned n = 0; n < 120 * 12; n++) {
		struct ends e = { { rng_global4(&c->rng), OTHER }, { capture_port(c), 443 } };
		struct talk t = { .to = c, .ends = e, .rtt = 40 * MS };
		usec_t at = rng_between(&c->rng, 22 * SEC, 34 * SEC);

		talk_join(&t);
		for (unsigned i = 0; i < 3; i++, at += 510 * MS) {
			struct talk back = t;

			talk_packet(&t, at, 0, TCP_SYN, nothing());
			back.seq[0]++;
			back.seq[1] = 0;
			talk_packet(&back, at + QUICK, 1, TCP_RST | TCP_ACK, nothing());
		}
	}
}

/* A program of ours without patience tries its database, which is down, 1,200 times a second. */
static void database_down(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, CAPTURE_END, 300 * MS);
	for (unsigned n = 0; n < 1200 * 12; n++) {
		struct ends e = { { ip_of(203, 0, 113, 20 + n % 4), ip_of(203, 0, 113, 30) },
				  { capture_port(c), 5432 } };

		probe_tcp(c, rng_between(&c->rng, 22 * SEC, 34 * SEC), &e, REPLY_RST);
	}
}

/* The line is down for 20 s: 60 hosts of ours ask 300 servers and resolvers, and nothing comes. */
static void line_down(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 20 * SEC, 200 * MS);
	background_office(c, 42 * SEC, 60 * SEC, 200 * MS);
	for (unsigned n = 0; n < 1500; n++) {
		struct ip own = ip_of(203, 0, 113, 100 + n % 60);
		struct talk t = { .to = c,
				  .ends = { { own, outside_host(70 + n * 7 % 300) },
					    { capture_port(c), 443 } } };
		usec_t at = rng_between(&c->rng, 21 * SEC, 36 * SEC);

		talk_join(&t);
		for (unsigned i = 0; i < 3; i++)
			talk_packet(&t, at + ((1 << i) - 1) * SEC, 0, TCP_SYN, nothing());
	}
}

/* 40 pages at once; each brings connections to 12 of 200 servers, some over QUIC's port by TCP. */
static void browser_start(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 40 * SEC, 300 * MS);
	for (unsigned n = 0; n < 40 * 12; n++) {
		struct visit v = { .ends = { { ip_of(203, 0, 113, 121), outside_host(900 + n % 200) },
					     { capture_port(c), 443 } },
				   .at = 20 * SEC + rng_below(&c->rng, 1500000),
				   .rtt = rng_between(&c->rng, 4 * MS, 60 * MS),
				   .bytes = 2000 + rng_below(&c->rng, 60000),
				   .host = "cdn.example.net" };

		web_visit(c, &v);
	}
}

/* A backup of 32 parallel streams, to a store outside. */
static void backup_parallel(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 40 * SEC, 300 * MS);
	for (unsigned n = 0; n < 32; n++) {
		struct talk t = { .to = c,
				  .ends = { { ip_of(198, 51, 100, 90), ip_of(203, 0, 113, 45) },
					    { capture_port(c), 2500 } },
				  .now = 15 * SEC + n * 2 * MS,
				  .rtt = 6 * MS };

		talk_open(&t);
		talk_bulk(&t, 0, 1800, 6 * MS);
		talk_close(&t, 0);
	}
}

/* 1,800 connections that were idle before the capture began; all are asked whether they live. */
static void keepalive_storm(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 60 * SEC, 300 * MS);
	for (unsigned n = 0; n < 1800; n++) {
		struct talk t = { .to = c,
				  .ends = { { outside_host(1200 + n % 90), BANK },
					    { capture_port(c), 8883 } },
				  .rtt = 30 * MS };

		talk_join(&t);
		for (unsigned i = 0; i < 3; i++) {
			usec_t at = (12 + i * 15) * SEC + rng_below(&c->rng, 1500000);

			t.seq[1]--; /* the byte before the next: RFC 9293, 3.8.4 */
			talk_packet(&t, at, 1, TCP_ACK, nothing());
			t.seq[1]++;
			talk_packet(&t, at + 30 * MS, 0, TCP_ACK, nothing());
		}
	}
}

/* Four load balancers look every second whether 40 servers live: SYN, SYN-ACK, RST. */
static void health_checks(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 40 * SEC, 300 * MS);
	for (unsigned n = 0; n < 4 * 40 * 38; n++) {
		unsigned host = n % 40;
		struct ends e = { { ip_of(203, 0, 113, 2 + n / 40 % 4),
				    ip_of(203, 0, 113, 20 + host) },
				  { capture_port(c), 8080 } };

		probe_tcp(c, n / 160 * SEC + rng_below(&c->rng, 900000), &e,
			  host == 7 ? REPLY_RST : REPLY_SYNACK);
	}
}

/* 250 hosts outside are pinged every five seconds; one of twenty is down. */
static void ping_monitor(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 62 * SEC, 500 * MS);
	for (unsigned n = 0; n < 250 * 12; n++) {
		struct span body = capture_noise(c, 56);
		usec_t at = n / 250 * 5 * SEC + n % 250 * 15 * MS;
		struct head h = { .from = ip_of(203, 0, 113, 150),
				  .to = outside_host(1400 + n % 250),
				  .proto = PROTO_ICMP,
				  .icmp_type = 8,
				  .icmp_rest = (4000 + n % 250) << 16 | (n / 250) };
		struct head back = { .from = h.to,
				     .to = h.from,
				     .proto = PROTO_ICMP,
				     .icmp_rest = h.icmp_rest };

		capture_add(c, at, &h, body);
		if (n % 20)
			capture_add(c, at + 20 * MS, &back, body);
	}
}

/* After a power cut 80 hosts of ours announce and look for services all at once. */
static void mdns_start(struct capture *c, const struct scenario *self)
{
	static struct msg m;

	(void)self;
	background_office(c, 0, 40 * SEC, 300 * MS);
	for (unsigned n = 0; n < 80 * 12; n++) {
		bool ssdp = n % 3 == 0;
		struct ends e = { { ip_of(203, 0, 113, 20 + n % 80),
				    ssdp ? ip_of(239, 255, 255, 250) : ip_of(224, 0, 0, 251) },
				  { ssdp ? (uint16_t)(50000 + n % 80) : 5353, ssdp ? 1900 : 5353 } };
		struct ip self_ip = e.ip[0];

		m.len = 0;
		if (ssdp)
			msg_text(&m, "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n"
				     "MAN: \"ssdp:discover\"\r\nMX: 2\r\nST: ssdp:all\r\n\r\n");
		else
			msg_dns_answer(&m, 0, "printer._ipp._tcp.local", &self_ip);
		udp_say(c, 12 * SEC + rng_below(&c->rng, 2500000), &e, 0, msg_span(&m));
	}
}

/* Our public time server is asked 900 times a second. */
static void ntp_server(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 40 * SEC, 300 * MS);
	for (unsigned n = 0; n < 900 * 15; n++) {
		struct ends e = { { rng_global4(&c->rng), ip_of(203, 0, 113, 44) },
				  { n % 3 ? rng_port(&c->rng) : 123, 123 } };

		ntp_poll(c, rng_between(&c->rng, 15 * SEC, 30 * SEC), &e);
	}
}

/* A newsletter goes to 500 mail servers; of those every tenth does not answer, every tenth refuses. */
static void newsletter(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 60 * SEC, 300 * MS);
	for (unsigned n = 0; n < 500; n++) {
		struct talk t = { .to = c,
				  .ends = { { ip_of(203, 0, 113, 25), outside_host(30000 + n) },
					    { capture_port(c), 25 } },
				  .now = rng_between(&c->rng, 15 * SEC, 50 * SEC),
				  .rtt = rng_between(&c->rng, 8 * MS, 150 * MS) };

		if (n % 5 == 0) {
			probe_tcp(c, t.now, &t.ends, n % 10 ? REPLY_RST : REPLY_NONE);
			continue;
		}
		talk_open(&t);
		talk_text(&t, 1, "220 mx.example.org ESMTP\r\n");
		talk_text(&t, 0, "EHLO mail.bank.example\r\n");
		talk_text(&t, 1, "250-mx.example.org\r\n250 STARTTLS\r\n");
		talk_text(&t, 0, "STARTTLS\r\n");
		talk_text(&t, 1, "220 2.0.0 Ready to start TLS\r\n");
		talk_tls(&t, 0, 600);
		talk_tls(&t, 1, 3000);
		talk_tls(&t, 0, 9000);
		talk_tls(&t, 1, 200);
		talk_close(&t, 0);
	}
}

/* One host of ours asks 1,500 peers of a distributed hash table; half are gone. */
static void dht_start(struct capture *c, const struct scenario *self)
{
	static struct msg m;

	(void)self;
	background_office(c, 0, 60 * SEC, 300 * MS);
	for (unsigned n = 0; n < 1500; n++) {
		struct ends e = { { ip_of(203, 0, 113, 130), rng_global4(&c->rng) },
				  { 51413, n % 4 ? rng_port(&c->rng) : 6881 } };
		usec_t at = rng_between(&c->rng, 15 * SEC, 45 * SEC);

		for (unsigned side = 0; side < 1 + n % 2; side++) {
			m.len = 0;
			msg_text(&m, side ? "d1:rd2:id20:" : "d1:ad2:id20:");
			msg_noise(&m, &c->rng, 20);
			msg_text(&m, side ? "e1:t2:aa1:y1:re" : "e1:q4:ping1:t2:aa1:y1:qe");
			udp_say(c, at + side * 70 * MS, &e, side, msg_span(&m));
		}
	}
}

/* A proxy of ours restarts: its 900 idle connections, older than the capture, end with RST. */
static void reset_burst(struct capture *c, const struct scenario *self)
{
	bool in = strcmp(self->name, "crowd_reset_in") == 0;

	background_office(c, 0, 40 * SEC, 300 * MS);
	for (unsigned n = 0; n < 900; n++) {
		struct ip server = in ? ip_of(198, 51, 100, 60) : BANK;
		struct ip client = in ? ip_of(203, 0, 113, 100 + n % 60)
				      : outside_host(2000 + n % 300);
		struct talk t = { .to = c,
				  .ends = { { client, server }, { capture_port(c), 443 } },
				  .rtt = 20 * MS };

		talk_join(&t);
		talk_packet(&t, 20 * SEC + rng_below(&c->rng, 900000), 1, TCP_RST | TCP_ACK,
			    nothing());
	}
}

/* 120 idle connections over TLS that a proxy outside keeps open to our web site: opened before they
 * are needed, or after one short answer. */
static void idle_tls(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 95 * SEC, 300 * MS);
	for (unsigned n = 0; n < 120; n++) {
		struct talk t = { .to = c,
				  .ends = { { outside_host(2600 + n % 30), BANK },
					    { capture_port(c), 443 } },
				  .now = 20 * SEC + n * 60 * MS,
				  .rtt = 25 * MS };

		talk_open(&t);
		talk_hello(&t, "www.bank.example");
		if (n % 3) {
			talk_tls(&t, 0, 350);
			talk_tls(&t, 1, 400 + rng_below(&c->rng, 900));
		}
		talk_wait(&t, 55 * SEC);
		talk_close(&t, 0);
	}
}

/* A scan from outside makes our router look for each address that it asks: 300 a second. */
static void neighbours(struct capture *c, const struct scenario *self)
{
	static struct msg m;

	(void)self;
	background_office(c, 0, 40 * SEC, 300 * MS);
	for (unsigned n = 0; n < 60 * 25; n++) {
		struct ip target = our6(1, 0x100 + n % 60), group = { { 0xff, 2 } };
		struct head h = { .from = our6(1, 1),
				  .proto = PROTO_ICMP6,
				  .icmp_type = 135,
				  .ttl = 255 };
		struct head back = { .from = target,
				     .to = our6(1, 1),
				     .proto = PROTO_ICMP6,
				     .icmp_type = 136,
				     .icmp_rest = 0x60000000,
				     .ttl = 255 };
		usec_t at = 10 * SEC + rng_below(&c->rng, 20000000);

		group.b[11] = 1;
		group.b[12] = 0xff;
		memcpy(group.b + 13, target.b + 13, 3);
		h.to = group;
		m.len = 0;
		msg_bytes(&m, (struct span){ target.b, 16 });
		capture_add(c, at, &h, msg_span(&m));
		capture_add(c, at + QUICK, &back, msg_span(&m));
	}
}

const struct scenario scenarios_crowd[] = {
	{ "crowd_server_down", "a web server is down; browsers are refused and try again",
	  .run = server_down },
	{ "crowd_server_down_windows", "the same; each repeats its SYN when it is refused",
	  .run = server_down_windows },
	{ "crowd_database_down", "programs of ours try a database that is down, without patience",
	  .run = database_down },
	{ "crowd_line_down", "nothing outside answers for 20 s", .run = line_down },
	{ "crowd_browser_start", "a browser opens 40 pages at once", .run = browser_start },
	{ "crowd_backup_parallel", "a backup comes in over 32 connections",
	  .run = backup_parallel },
	{ "crowd_keepalive_storm", "1,800 idle connections are asked whether they live",
	  .run = keepalive_storm },
	{ "crowd_health_checks", "load balancers look whether 40 servers live",
	  .run = health_checks },
	{ "crowd_ping_monitor", "250 hosts outside are pinged every five seconds",
	  .run = ping_monitor },
	{ "crowd_mdns_start", "80 hosts announce themselves after a power cut",
	  .run = mdns_start },
	{ "crowd_ntp_server", "our time server answers 900 questions a second",
	  .run = ntp_server },
	{ "crowd_newsletter", "a newsletter goes to 500 mail servers", .run = newsletter },
	{ "crowd_dht_start", "a host looks for peers in a distributed hash table",
	  .run = dht_start },
	{ "crowd_reset_in", "a proxy outside ends 900 idle connections with RST",
	  .run = reset_burst },
	{ "crowd_reset_out", "our web server ends 900 idle connections with RST",
	  .run = reset_burst },
	{ "crowd_idle_tls", "120 connections over TLS are kept for later", .run = idle_tls },
	{ "crowd_neighbours", "a router asks for its 60 neighbours (IPv6)", .run = neighbours },
	{ 0 },
};
