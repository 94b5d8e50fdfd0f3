/*
 * login.c - guessing passwords, and holding a web server's connections open.
 *
 * The dialogues follow RFC 4253 (SSH), 854 (telnet), 959 (FTP), 4954 (SMTP AUTH) and MS-RDPBCGR
 * (X.224 connection request). The slow attacks: Slowloris (headers that never end), R.U.D.Y. (a
 * body byte by byte), slow read (a window that is hardly ever open).
 */
#include "scenario/scenario.h"

#define GUESSER ip_of(198, 51, 100, 88)
#define SLOW    ip_of(198, 51, 100, 66)

/* A binary packet of SSH before encryption: length, padding length, the body, padding. */
static void ssh_packet(struct talk *t, unsigned side, const struct msg *body)
{
	static struct msg m;
	size_t pad = 8 - (body->len + 5) % 8;

	if (pad < 4)
		pad += 8;
	m.len = 0;
	msg_be32(&m, (uint32_t)(1 + body->len + pad));
	msg_u8(&m, (unsigned)pad);
	msg_bytes(&m, msg_span(body));
	msg_fill(&m, 0, pad);
	talk_say(t, side, msg_span(&m));
}

static void ssh_string(struct msg *m, struct span s)
{
	msg_be32(m, (uint32_t)s.len);
	msg_bytes(m, s);
}

static void ssh_kexinit(struct talk *t, unsigned side)
{
	static const char *const lists[10] = {
		"curve25519-sha256,ecdh-sha2-nistp256,diffie-hellman-group14-sha256",
		"ssh-ed25519,rsa-sha2-512,ecdsa-sha2-nistp256",
		"chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-ctr",
		"chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-ctr",
		"hmac-sha2-256-etm@openssh.com,hmac-sha2-256,hmac-sha1",
		"hmac-sha2-256-etm@openssh.com,hmac-sha2-256,hmac-sha1",
		"none",
		"none",
		"",
		"",
	};
	static struct msg m;

	m.len = 0;
	msg_u8(&m, 20);
	msg_noise(&m, &t->to->rng, 16);
	for (unsigned i = 0; i < 10; i++)
		ssh_string(&m, span_text(lists[i]));
	msg_u8(&m, 0);
	msg_be32(&m, 0);
	ssh_packet(t, side, &m);
}

static void ssh_key(struct msg *m, struct capture *c, size_t len)
{
	msg_be32(m, (uint32_t)(4 + 11 + 4 + len));
	ssh_string(m, span_text("ssh-ed25519"));
	ssh_string(m, capture_noise(c, len));
}

void ssh_hello(struct talk *t, const char *client)
{
	static const struct msg newkeys = { 1, { 21 } };
	static struct msg m;

	talk_text(t, 0, client);
	talk_text(t, 1, "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n");
	ssh_kexinit(t, 0);
	ssh_kexinit(t, 1);
	m.len = 0;
	msg_u8(&m, 30);
	ssh_string(&m, capture_noise(t->to, 32));
	ssh_packet(t, 0, &m);
	talk_wait(t, 3 * MS);
	m.len = 0;
	msg_u8(&m, 31);
	ssh_key(&m, t->to, 32);
	ssh_string(&m, capture_noise(t->to, 32));
	ssh_key(&m, t->to, 64);
	ssh_packet(t, 1, &m);
	ssh_packet(t, 1, &newkeys);
	ssh_packet(t, 0, &newkeys);
	talk_noise(t, 0, 44); /* encrypted from here: the service, and that it is granted */
	talk_noise(t, 1, 44);
}

static void guess_ssh(struct talk *t, uint32_t n)
{
	ssh_hello(t, "SSH-2.0-libssh2_1.10.0\r\n");
	for (unsigned i = 0; i < 1 + n % 3; i++) {
		talk_noise(t, 0, 84 + 8 * (n % 4));
		talk_wait(t, rng_between(&t->to->rng, 400 * MS, 1800 * MS));
		talk_noise(t, 1, 52);
	}
	talk_close(t, 0);
}

static void guess_telnet(struct talk *t, uint32_t n)
{
	static const char *const words[] = { "xc3511", "vizxv", "admin", "888888", "default" };
	char line[40];

	talk_text(t, 1, "\xff\xfd\x18\xff\xfd\x20\xff\xfb\x01\xff\xfb\x03");
	talk_text(t, 0, "\xff\xfc\x18\xff\xfc\x20\xff\xfd\x01\xff\xfd\x03");
	talk_text(t, 1, "\r\ncamera login: ");
	talk_text(t, 0, "root\r\n");
	talk_text(t, 1, "root\r\nPassword: ");
	snprintf(line, sizeof(line), "%s\r\n", words[n % 5]);
	talk_text(t, 0, line);
	talk_wait(t, 700 * MS);
	talk_text(t, 1, "\r\nLogin incorrect\r\n");
	talk_close(t, 0);
}

static void guess_rdp(struct talk *t, uint32_t n)
{
	static const uint8_t confirm[] = { 3, 0, 0,    19, 14, 0xd0, 0, 0, 0x12, 0x34,
					   0, 2, 0x1f, 8,  0,  2,    0, 0, 0 };
	static const char cookie[] = "Cookie: mstshash=administr\r\n";
	static struct msg m;

	m.len = 0;
	msg_be16(&m, 0x0300); /* TPKT, then the connection request */
	msg_be16(&m, 4 + 7 + sizeof(cookie) - 1 + 8);
	msg_u8(&m, 6 + sizeof(cookie) - 1 + 8);
	msg_u8(&m, 0xe0);
	msg_be32(&m, 0);
	msg_u8(&m, 0);
	msg_text(&m, "%s", cookie);
	msg_bytes(&m, (struct span){ (const uint8_t *)"\x01\0\x08\0\x03\0\0\0", 8 });
	talk_say(t, 0, msg_span(&m));
	talk_say(t, 1, (struct span){ confirm, sizeof(confirm) });
	m.len = 0;
	msg_tls_client_hello(&m, &t->to->rng, "203.0.113.33");
	talk_say(t, 0, msg_span(&m));
	m.len = 0;
	msg_tls_server_hello(&m, &t->to->rng);
	talk_say(t, 1, msg_span(&m));
	talk_tls(t, 0, 64);
	talk_tls(t, 0, 57); /* NTLM: negotiate, challenge, authenticate */
	talk_tls(t, 1, 220);
	talk_tls(t, 0, 480 + n % 20);
	talk_wait(t, 300 * MS);
	talk_tls(t, 1, 30);
	talk_close(t, 1);
}

static void guess_ftp(struct talk *t, uint32_t n)
{
	char line[60];

	talk_text(t, 1, "220 (vsFTPd 3.0.3)\r\n");
	talk_text(t, 0, "USER admin\r\n");
	talk_text(t, 1, "331 Please specify the password.\r\n");
	snprintf(line, sizeof(line), "PASS summer%u\r\n", 2000 + n);
	talk_text(t, 0, line);
	talk_wait(t, 1000 * MS);
	talk_text(t, 1, "530 Login incorrect.\r\n");
	talk_text(t, 0, "QUIT\r\n");
	talk_text(t, 1, "221 Goodbye.\r\n");
	talk_close(t, 1);
}

static void guess_smtp(struct talk *t, uint32_t n)
{
	char line[60];

	talk_text(t, 1, "220 mail.bank.example ESMTP Postfix\r\n");
	talk_text(t, 0, "EHLO ylmf-pc\r\n");
	talk_text(t, 1,
		  "250-mail.bank.example\r\n250-SIZE 10240000\r\n250-AUTH LOGIN PLAIN\r\n"
		  "250 8BITMIME\r\n");
	talk_text(t, 0, "AUTH LOGIN\r\n");
	talk_text(t, 1, "334 VXNlcm5hbWU6\r\n");
	talk_text(t, 0, "aW5mb0BiYW5rLmV4YW1wbGU=\r\n");
	talk_text(t, 1, "334 UGFzc3dvcmQ6\r\n");
	snprintf(line, sizeof(line), "c3VtbWVy%04uMTIz\r\n", 1000 + n);
	talk_text(t, 0, line);
	talk_wait(t, 800 * MS);
	talk_text(t, 1, "535 5.7.8 Error: authentication failed: authentication failure\r\n");
	talk_text(t, 0, "QUIT\r\n");
	talk_text(t, 1, "221 2.0.0 Bye\r\n");
	talk_close(t, 1);
}

typedef void guess_fn(struct talk *t, uint32_t n);

/* A connection each 300 ms. */
static void guess_all(struct capture *c, const struct scenario *self, const struct ends *ends,
		      guess_fn *guess, uint32_t count)
{
	capture_label(c, self->incident, self->who);
	for (uint32_t n = 0; n < count; n++) {
		struct talk t = { .to = c, .ends = *ends, .rtt = 35 * MS };

		t.now = ATTACK_FROM + n * 300 * MS + rng_below(&c->rng, 200000);
		t.ends.port[0] = capture_port(c);
		talk_open(&t);
		guess(&t, n);
	}
	capture_label(c, NULL, NULL);
}

static void run_guess(struct capture *c, const struct scenario *self)
{
	static const struct {
		const char *name;
		uint8_t host;
		uint16_t port;
		guess_fn *guess;
	} kinds[] = {
		{ "bruteforce_ssh", 22, 22, guess_ssh },
		{ "bruteforce_telnet", 23, 23, guess_telnet },
		{ "bruteforce_rdp", 33, 3389, guess_rdp },
		{ "bruteforce_ftp", 21, 21, guess_ftp },
		{ "bruteforce_smtp_auth", 25, 587, guess_smtp },
	};

	background_office(c, 0, 55 * SEC, 250 * MS);
	for (unsigned i = 0; i < 5; i++) {
		struct ends e = { { GUESSER, ip_of(203, 0, 113, kinds[i].host) },
				  { 0, kinds[i].port } };

		if (strcmp(kinds[i].name, self->name) == 0)
			guess_all(c, self, &e, kinds[i].guess, 60);
	}
}

static void run_guess_by_device(struct capture *c, const struct scenario *self)
{
	struct ends e = { { ip_of(192, 168, 10, 77), ip_of(198, 51, 100, 22) }, { 0, 22 } };

	background_home(c, 0, 55 * SEC, 500 * MS);
	guess_all(c, self, &e, guess_ssh, 60);
}

/* Fewer tries than are guessing at the level normal. */
static void run_guess_near(struct capture *c, const struct scenario *self)
{
	struct ends e = { { GUESSER, ip_of(203, 0, 113, 21) }, { 0, 21 } };

	background_office(c, 0, 55 * SEC, 250 * MS);
	guess_all(c, self, &e, guess_ftp, strcmp(self->level, "guarded") == 0 ? 13 : 7);
}

static void slow_headers(struct talk *t, usec_t until)
{
	char line[120];

	snprintf(line, sizeof(line),
		 "GET /?%u HTTP/1.1\r\nHost: www.bank.example\r\n"
		 "User-Agent: Mozilla/5.0\r\nAccept-language: en-US,en\r\n",
		 t->ends.port[0]);
	talk_text(t, 0, line);
	while (t->now < until) {
		talk_wait(t, rng_between(&t->to->rng, 9 * SEC, 11 * SEC));
		snprintf(line, sizeof(line), "X-a: %u\r\n", 1 + rng_below(&t->to->rng, 5000));
		talk_text(t, 0, line);
	}
}

static void slow_body(struct talk *t, usec_t until)
{
	talk_text(t, 0,
		  "POST /contact HTTP/1.1\r\nHost: www.bank.example\r\n"
		  "User-Agent: Mozilla/5.0\r\nContent-Length: 1000000\r\n"
		  "Content-Type: application/x-www-form-urlencoded\r\n\r\n");
	while (t->now < until) {
		talk_wait(t, rng_between(&t->to->rng, 6 * SEC, 10 * SEC));
		talk_text(t, 0, "A");
	}
}

/* The window is shut after every 128 bytes, and opened a little some seconds later. */
static void slow_reading(struct talk *t, usec_t until)
{
	talk_text(t, 0, "GET /brochure.pdf HTTP/1.1\r\nHost: www.bank.example\r\n\r\n");
	talk_text(t, 1,
		  "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: application/pdf\r\n"
		  "Content-Length: 4000000\r\n\r\n");
	talk_wait(t, SEC);
	while (t->now < until) {
		t->window[0] = WINDOW_NONE;
		talk_noise(t, 1, 128);
		t->now += rng_between(&t->to->rng, 4 * SEC, 7 * SEC);
		t->window[0] = 1;
		talk_packet(t, t->now, 0, TCP_ACK, (struct span){ 0 });
		t->now += 300;
	}
}

static void run_slow(struct capture *c, const struct scenario *self)
{
	background_office(c, 0, 95 * SEC, 300 * MS);
	capture_label(c, self->incident, self->who);
	for (unsigned n = 0; n < 200; n++) {
		struct talk t = { .to = c,
				  .ends = { { SLOW, BANK }, { capture_port(c), 80 } },
				  .now = ATTACK_FROM + n * 40 * MS + rng_below(&c->rng, 30000),
				  .rtt = 30 * MS };
		bool reading = strcmp(self->name, "slow_read") == 0;

		t.window[0] = reading;
		talk_open(&t);
		if (reading)
			slow_reading(&t, 80 * SEC);
		else if (strcmp(self->name, "slow_post") == 0)
			slow_body(&t, 80 * SEC);
		else
			slow_headers(&t, 80 * SEC);
	}
}

#define GUESS(at)                                                                                  \
	.run = run_guess, .incident = "bruteforce/-/inbound/203.0.113." at, .who = "198.51.100.88"
#define SLOWLY                                                                                     \
	.run = run_slow, .incident = "slow_http/-/inbound/203.0.113.80:80", .who = "198.51.100.66"

const struct scenario scenarios_login[] = {
	{ "bruteforce_ssh", "60 SSH connections that try passwords", GUESS("22:22") },
	{ "bruteforce_telnet", "60 telnet connections with factory passwords", GUESS("23:23") },
	{ "bruteforce_rdp", "60 RDP connections that try passwords", GUESS("33:3389") },
	{ "bruteforce_ftp", "60 FTP connections that try passwords", GUESS("21:21") },
	{ "near_bruteforce_guarded", "13 FTP connections that try passwords; 15 are guessing",
	  .run = run_guess_near, .incident = "bruteforce/-/inbound/203.0.113.21:21",
	  .who = "198.51.100.88", .level = "guarded" },
	{ "near_bruteforce_severe", "7 FTP connections that try passwords", .run = run_guess_near,
	  .incident = "bruteforce/-/inbound/203.0.113.21:21", .who = "198.51.100.88",
	  .level = "severe" },
	{ "bruteforce_smtp_auth", "60 SMTP connections that try passwords", GUESS("25:587") },
	{ "bruteforce_ssh_by_own_device", "a device of ours tries SSH passwords outside",
	  .run = run_guess_by_device, .incident = "bruteforce/-/outbound/198.51.100.22:22",
	  .who = "192.168.10.77" },
	{ "slowloris", "200 connections whose request headers never end", SLOWLY },
	{ "slow_post", "200 connections that send a body byte by byte (R.U.D.Y.)", SLOWLY },
	{ "slow_read", "200 connections that hardly ever open their window", SLOWLY },
	{ 0 },
};
