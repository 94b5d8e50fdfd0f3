/*
 * service.c - busy services and odd-looking users, nobody's attack. None may give an alarm.
 */
#include "scenario/scenario.h"

/* A small page of our web site over plain HTTP. */
static void small_visit(struct capture *c, usec_t at, struct ip client, uint32_t bytes)
{
	struct visit v = { .ends = { { client, BANK }, { capture_port(c), 80 } },
			   .at = at,
			   .rtt = rng_between(&c->rng, 3 * MS, 80 * MS),
			   .bytes = 200 + rng_below(&c->rng, bytes),
			   .host = "www.bank.example" };

	web_visit(c, &v);
}

static void benign_web_busy(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 25 * SEC, 300 * MS);
	for (uint32_t n = 0; n < 600 * 14; n++) {
		usec_t at = rng_between(&c->rng, 8 * SEC, 22 * SEC);

		small_visit(c, at, outside_host(20000 + rng_below(&c->rng, 4000)), 1100);
	}
}

/* Visits grow tenfold over a minute: uniform ones, and 4.5 times as many that grow in number. */
static void benign_flash_crowd(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 85 * SEC, 300 * MS);
	for (uint32_t n = 0; n < 20 * 20; n++) {
		usec_t at = rng_between(&c->rng, 0, 20 * SEC);

		small_visit(c, at, rng_global4(&c->rng), 1100);
	}
	for (uint32_t n = 0; n < 20 * 60 + 90 * 60; n++) {
		usec_t a = rng_between(&c->rng, 20 * SEC, 80 * SEC);
		usec_t b = rng_between(&c->rng, 20 * SEC, 80 * SEC);

		small_visit(c, n < 20 * 60 || a > b ? a : b, rng_global4(&c->rng), 1100);
	}
}

/* A second web server is down for 10 s: its kernel answers RST, and the clients try again. */
static void benign_restart(struct capture *c, const struct scenario *self)
{
	const usec_t down = 25 * SEC, up = 35 * SEC;

	(void)self;
	background_office(c, 0, CAPTURE_END, 300 * MS);
	for (unsigned n = 0; n < 12 * 48; n++) {
		usec_t at = rng_between(&c->rng, 0, CAPTURE_END);
		struct visit v = { .ends = { { rng_global4(&c->rng), ip_of(203, 0, 113, 81) },
					     { capture_port(c), 80 } },
				   .rtt = rng_between(&c->rng, 5 * MS, 90 * MS),
				   .bytes = 3000,
				   .host = "api.bank.example" };

		for (unsigned i = 0; i < 3 && at >= down && at < up; i++) {
			probe_tcp(c, at, &v.ends, REPLY_RST);
			v.ends.port[0] = capture_port(c);
			at += SEC + rng_below(&c->rng, 900000);
		}
		v.at = at;
		if (at < down || at >= up)
			web_visit(c, &v);
	}
}

static void p2p_peer(struct capture *c, struct talk *t)
{
	static struct msg m;

	talk_open(t);
	for (unsigned side = 0; side < 2; side++) {
		m.len = 0;
		msg_text(&m, "\x13"
			     "BitTorrent protocol");
		msg_be32(&m, 0);
		msg_be32(&m, 0x00100005);
		msg_bytes(&m, (struct span){ c->noise, 20 });
		msg_text(&m, "-TR3000-%012u", rng_u32(&c->rng));
		talk_say(t, side, msg_span(&m));
	}
	m.len = 0;
	msg_be32(&m, 65); /* bitfield */
	msg_u8(&m, 5);
	msg_noise(&m, &c->rng, 64);
	talk_say(t, 1, msg_span(&m));
	talk_say(t, 0, (struct span){ (const uint8_t *)"\0\0\0\1\2", 5 }); /* interested */
	talk_say(t, 1, (struct span){ (const uint8_t *)"\0\0\0\1\1", 5 }); /* unchoke */
	for (uint32_t i = 0; i < 6; i++) {
		m.len = 0;
		msg_be32(&m, 13); /* request: piece, offset, 8 KiB */
		msg_u8(&m, 6);
		msg_be32(&m, i);
		msg_be32(&m, 0);
		msg_be32(&m, 8192);
		talk_say(t, 0, msg_span(&m));
		m.len = 0;
		msg_be32(&m, 9 + 8192);
		msg_u8(&m, 7);
		msg_be32(&m, i);
		msg_be32(&m, 0);
		msg_bytes(&m, capture_noise(c, 8192));
		talk_say(t, 1, msg_span(&m));
		talk_wait(t, rng_between(&c->rng, 300 * MS, 3 * SEC));
	}
	talk_close(t, 0);
}

/* A question to the distributed hash table, and most often an answer. */
static void p2p_dht(struct capture *c, usec_t at, struct ip peer)
{
	static struct msg m;
	struct ends e = { { ip_of(203, 0, 113, 130), peer }, { 51413, rng_port(&c->rng) } };

	for (unsigned side = 0; side < 2 - (rng_below(&c->rng, 3) == 0); side++) {
		m.len = 0;
		msg_text(&m, side ? "d1:rd2:id20:" : "d1:ad2:id20:");
		msg_noise(&m, &c->rng, 20);
		msg_text(&m, side ? "e1:t2:aa1:y1:re" : "e1:q4:ping1:t2:aa1:y1:qe");
		udp_say(c, at + side * 70 * MS, &e, side, msg_span(&m));
	}
}

/* Half of the 150 peers are gone: three SYNs each, and no answer. */
static void benign_p2p(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 60 * SEC, 300 * MS);
	for (unsigned n = 0; n < 150; n++) {
		struct talk t = { .to = c,
				  .ends = { { ip_of(203, 0, 113, 130), rng_global4(&c->rng) },
					    { capture_port(c), rng_port(&c->rng) } },
				  .now = rng_between(&c->rng, 10 * SEC, 45 * SEC),
				  .rtt = rng_between(&c->rng, 20 * MS, 200 * MS) };

		p2p_dht(c, t.now - 2 * SEC, t.ends.ip[1]);
		if (n % 2) {
			p2p_peer(c, &t);
			continue;
		}
		talk_join(&t);
		for (unsigned i = 0; i < 3; i++)
			talk_packet(&t, t.now + ((1 << i) - 1) * SEC, 0, TCP_SYN,
				    (struct span){ 0 });
	}
}

/* An administrator outside runs 20 sessions on four hosts; each moves some 200 KB. */
static void benign_ansible(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 60 * SEC, 300 * MS);
	for (unsigned n = 0; n < 20; n++) {
		struct talk t = { .to = c,
				  .ends = { { ip_of(198, 51, 100, 12),
					      ip_of(203, 0, 113, 20 + n % 4) },
					    { capture_port(c), 22 } },
				  .now = 20 * SEC + n * 900 * MS,
				  .rtt = 18 * MS };

		talk_open(&t);
		ssh_hello(&t, "SSH-2.0-OpenSSH_9.6\r\n");
		talk_noise(&t, 0, 360); /* public key, success, channel, command */
		talk_noise(&t, 1, 28);
		talk_noise(&t, 0, 120);
		talk_noise(&t, 1, 44);
		for (unsigned i = 0; i < 8; i++) {
			talk_noise(&t, 0, 18000 + rng_below(&c->rng, 6000));
			talk_wait(&t, rng_between(&c->rng, 50 * MS, 700 * MS));
			talk_noise(&t, 1, 1000 + rng_below(&c->rng, 5000));
		}
		talk_close(&t, 0);
	}
}

static void benign_mail(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 45 * SEC, 300 * MS);
	for (unsigned n = 0; n < 100; n++) {
		struct talk t = { .to = c,
				  .ends = { { ip_of(203, 0, 113, 25), outside_host(30000 + n) },
					    { capture_port(c), 25 } },
				  .now = rng_between(&c->rng, 15 * SEC, 35 * SEC),
				  .rtt = rng_between(&c->rng, 8 * MS, 150 * MS) };

		talk_open(&t);
		talk_text(&t, 1, "220 mx.example.org ESMTP\r\n");
		talk_text(&t, 0, "EHLO mail.bank.example\r\n");
		talk_text(&t, 1, "250-mx.example.org\r\n250-SIZE 52428800\r\n250 PIPELINING\r\n");
		talk_text(&t, 0, "MAIL FROM:<news@bank.example>\r\n");
		talk_text(&t, 1, "250 2.1.0 Ok\r\n");
		talk_text(&t, 0, "RCPT TO:<someone@example.org>\r\n");
		talk_text(&t, 1, "250 2.1.5 Ok\r\n");
		talk_text(&t, 0, "DATA\r\n");
		talk_text(&t, 1, "354 End data with <CR><LF>.<CR><LF>\r\n");
		talk_text(&t, 0,
			  "From: news@bank.example\r\nTo: someone@example.org\r\n"
			  "Subject: opening hours\r\nDate: Mon, 02 Mar 2026 10:00:00 +0900\r\n"
			  "\r\nWe are open from nine to three.\r\n.\r\n");
		talk_wait(&t, 120 * MS);
		talk_text(&t, 1, "250 2.0.0 Ok: queued\r\n");
		talk_text(&t, 0, "QUIT\r\n");
		talk_text(&t, 1, "221 2.0.0 Bye\r\n");
		talk_close(&t, 1);
	}
}

/* Complete requests; the answer comes when there is news, 40 s later. 120 come from one proxy. */
static void benign_long_poll(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 95 * SEC, 300 * MS);
	for (unsigned n = 0; n < 200; n++) {
		struct ip proxy = ip_of(198, 51, 100, 70);
		struct talk t = { .to = c,
				  .ends = { { n < 120 ? proxy : outside_host(40000 + n), BANK },
					    { capture_port(c), 80 } },
				  .now = 20 * SEC + n * 60 * MS,
				  .rtt = 25 * MS };

		talk_open(&t);
		talk_text(&t, 0,
			  "GET /events?since=4711 HTTP/1.1\r\nHost: www.bank.example\r\n"
			  "User-Agent: Mozilla/5.0\r\nAccept: application/json\r\n\r\n");
		talk_wait(&t, 40 * SEC + rng_below(&c->rng, 15000000));
		talk_text(&t, 1,
			  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
			  "Content-Length: 2\r\n\r\n{}");
		talk_wait(&t, rng_between(&c->rng, 10 * MS, 2 * SEC));
		talk_close(&t, 0);
	}
}

/* 300 connections that were open before the capture began: inbound to us, and from us. */
static void benign_midstream(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 40 * SEC, 250 * MS);
	for (unsigned n = 0; n < 300; n++) {
		bool in = n % 2;
		struct ip own = in ? BANK : ip_of(203, 0, 113, 100 + n % 60);
		struct ip other = outside_host(50000 + n);
		struct talk t = { .to = c,
				  .ends = { { in ? other : own, in ? own : other },
					    { capture_port(c), 443 } },
				  .now = rng_below(&c->rng, 3000000),
				  .rtt = rng_between(&c->rng, 5 * MS, 90 * MS) };

		talk_join(&t);
		for (unsigned i = 0; i < 6; i++) {
			talk_bulk(&t, 1, 2 + rng_below(&c->rng, 25), 300);
			talk_tls(&t, 0, 200 + rng_below(&c->rng, 300));
			talk_wait(&t, rng_between(&c->rng, 100 * MS, 4 * SEC));
		}
		if (n % 3)
			talk_close(&t, 0);
	}
}

static void benign_nat_burst(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, 45 * SEC, 500 * MS);
	for (unsigned n = 0; n < 400; n++) {
		struct visit v = { .ends = { { ip_of(198, 51, 100, 222), BANK },
					     { capture_port(c), 443 } },
				   .at = 30 * SEC + rng_below(&c->rng, 2000000),
				   .rtt = 22 * MS,
				   .bytes = 2000 + rng_below(&c->rng, 20000),
				   .host = "www.bank.example" };

		web_visit(c, &v);
	}
}

/* Somebody outside is attacked with our addresses forged among the sources: not an attack on us. */
static void run_backscatter(struct capture *c, const struct scenario *self)
{
	(void)self;
	background_office(c, 0, CAPTURE_END, 250 * MS);
	for (uint32_t n = 0; n < 40 * 15; n++) {
		bool rst = rng_below(&c->rng, 4) == 0;
		struct head h = { .from = ip_of(198, 51, 100, 80),
				  .to = ip_of(203, 0, 113, rng_below(&c->rng, 256)),
				  .from_port = 80,
				  .to_port = rng_port(&c->rng),
				  .proto = PROTO_TCP,
				  .flags = rst ? TCP_RST | TCP_ACK : TCP_SYN | TCP_ACK,
				  .seq = rst ? 0 : rng_u32(&c->rng),
				  .ack = rng_u32(&c->rng) };

		if (!rst)
			syn_options(&h, true);
		capture_add(c, rng_between(&c->rng, ATTACK_FROM, ATTACK_TO), &h,
			    (struct span){ 0 });
	}
}

const struct scenario scenarios_service[] = {
	{ "backscatter", "SYN-ACKs and RSTs of an outside victim: not an attack on us",
	  .run = run_backscatter },
	{ "benign_web_busy", "600 short visits a second, all complete", .run = benign_web_busy },
	{ "benign_flash_crowd", "visits grow tenfold over a minute, all complete",
	  .run = benign_flash_crowd },
	{ "benign_server_restart", "a server is down for 10 s and answers RST",
	  .run = benign_restart },
	{ "benign_p2p", "BitTorrent with 150 peers, half of them gone", .run = benign_p2p },
	{ "benign_ssh_ansible", "20 SSH sessions with plenty to say", .run = benign_ansible },
	{ "benign_mail_server", "our mail server delivers to 100 others", .run = benign_mail },
	{ "benign_long_poll", "200 idle connections with complete requests",
	  .run = benign_long_poll },
	{ "benign_midstream", "the capture begins within 300 connections",
	  .run = benign_midstream },
	{ "benign_nat_burst", "40 browsers behind one address open 10 connections each",
	  .run = benign_nat_burst },
	{ 0 },
};
