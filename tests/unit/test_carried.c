/*
 * test_carried.c - what conversations carry, from frames to events: files of FTP, mail and HTTP with
 * their digests, whole mail messages, chats; with any number of workers the same. Digests by sha256sum
 * and md5sum.
 */
#include "sensor_test.h"

#include "base/text.h"
#include "talk/event_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#define SEGMENT 1400
#define HELLO   "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" /* hello */
#define TELLING 65536

enum { CLIENT, SERVER };

struct conversation {
	const char *end[2];
	uint32_t seq[2];
};

static void put(struct traffic *t, struct conversation *c, unsigned side, unsigned flags,
		struct span bytes)
{
	char from[32], to[32];
	unsigned source = 0, target = 0;
	struct build b;

	assert_int_equal(sscanf(c->end[side], "%31[0-9.]:%u", from, &source), 2);
	assert_int_equal(sscanf(c->end[!side], "%31[0-9.]:%u", to, &target), 2);
	build_begin(&b, bytes.ptr, bytes.len);
	wrap_tcp(&b, source, target, flags);
	for (unsigned i = 0; i < 4; i++)
		*build_at(&b, 4 + i) = (uint8_t)(c->seq[side] >> (24 - 8 * i));
	wrap_ip(&b, PROTO_TCP, from, to);
	wrap_ethernet(&b, 0x0800);
	say(t, &b);
	c->seq[side] += (uint32_t)bytes.len + ((flags & (TCP_SYN | TCP_FIN)) != 0);
}

static struct conversation begin(struct traffic *t, const char *client, const char *server)
{
	struct conversation c = {{client, server}, {1000, 5000}};
	struct span none = {(const uint8_t *)"", 0};

	put(t, &c, CLIENT, TCP_SYN, none);
	put(t, &c, SERVER, TCP_SYN | TCP_ACK, none);
	put(t, &c, CLIENT, TCP_ACK, none);
	return c;
}

static void carry(struct traffic *t, struct conversation *c, unsigned side, struct span bytes)
{
	for (size_t at = 0; at < bytes.len; at += SEGMENT) {
		size_t n = bytes.len - at < SEGMENT ? bytes.len - at : SEGMENT;

		put(t, c, side, TCP_ACK | TCP_PSH, (struct span){bytes.ptr + at, n});
	}
}

static void words(struct traffic *t, struct conversation *c, unsigned side, const char *text)
{
	carry(t, c, side, text_span(text));
}

static void end(struct traffic *t, struct conversation *c, unsigned first)
{
	struct span none = {(const uint8_t *)"", 0};

	put(t, c, first, TCP_ACK | TCP_FIN, none);
	put(t, c, !first, TCP_ACK | TCP_FIN, none);
	put(t, c, first, TCP_ACK, none);
}

static void tell_hex(char *told, const char *name, const uint8_t *bytes, size_t len)
{
	text_append(told, TELLING, " %s=", name);
	for (size_t i = 0; i < len; i++)
		text_append(told, TELLING, "%02x", bytes[i]);
}

static void tell_text(char *told, const char *name, struct span text)
{
	if (text.len)
		text_append(told, TELLING, " %s=%.*s", name, (int)text.len, (const char *)text.ptr);
}

static void tell_file(char *told, const struct event *e)
{
	const struct event_file *f = &e->file;

	text_append(told, TELLING, "%s %s%llu %s", app_name(e->app), f->to_client ? "down " : "",
		    (unsigned long long)f->size, f->whole ? "whole" : "cut");
	if (f->ranged)
		text_append(told, TELLING, " range %llu/%llu", (unsigned long long)f->first,
			    (unsigned long long)f->full);
	tell_text(told, "name", f->name);
	if (f->hashed)
		tell_hex(told, "sha256", f->sha256, 32);
	if (f->hashed_all) {
		tell_hex(told, "md5", f->md5, 16);
		tell_hex(told, "sha1", f->sha1, 20);
	}
	if (f->hashed_carried)
		tell_hex(told, "carried", f->carried_sha256, 4);
	text_append(told, TELLING, "\n");
}

static void tell(char *told, const struct event *e)
{
	if (e->kind == EVENT_FILE) {
		tell_file(told, e);
	} else if (e->kind == EVENT_SMTP) {
		text_append(told, TELLING, "smtp");
		tell_text(told, "from", e->smtp.header_from);
		tell_text(told, "files", e->smtp.files);
		text_append(told, TELLING, "\n");
	} else if (e->kind == EVENT_IRC) {
		text_append(told, TELLING, "irc %d", (int)e->irc.verb);
		tell_text(told, "nick", e->irc.nick);
		tell_text(told, "channel", e->irc.channel);
		tell_text(told, "text", e->irc.text);
		text_append(told, TELLING, "\n");
	} else if (e->kind == EVENT_MINING) {
		text_append(told, TELLING, "mining %d", (int)e->mining.method);
		tell_text(told, "user", e->mining.user);
		text_append(told, TELLING, "\n");
	}
}

struct telling {
	char told[TELLING];
	struct run run;
};

/* The events of all sensors, as the pipeline sorts them. */
static void take_events(struct telling *to, struct sensor *const *sensors, unsigned workers)
{
	static const struct event *events[TRAFFIC_MAX];
	size_t count = 0;

	for (unsigned w = 0; w < workers; w++) {
		const struct event_log *log = sensor_events(sensors[w]);

		for (uint32_t i = 0; i < log->count; i++)
			events[count++] = log->events[i];
	}
	qsort(events, count, sizeof(events[0]), event_log_compare);
	for (size_t i = 0; i < count; i++)
		tell(to->told, events[i]);
	for (unsigned w = 0; w < workers; w++)
		sensor_clear_events(sensors[w]);
}

static void nothing(void *whom, const struct flow *flow, enum flow_end why)
{
	(void)whom;
	(void)flow;
	(void)why;
}

static void visit_nothing(void *whom, const struct flow *flow)
{
	(void)whom;
	(void)flow;
}

static struct telling *tell_all(const struct traffic *t, const struct sensor_settings *more)
{
	static struct home home;
	struct telling *to = calloc(1, sizeof(*to));
	struct sensor_settings settings = *more;
	struct sensor *sensors[4] = {0};

	assert_non_null(to);
	settings.max_flows = 16384;
	settings.max_halfopen = settings.max_tallies = settings.max_probes = 1024;
	settings.home = &home;
	for (settings.worker = 0; settings.worker < settings.workers; settings.worker++) {
		sensors[settings.worker] = sensor_new(&settings);
		assert_non_null(sensors[settings.worker]);
	}
	for (size_t at = 0; at < t->count; at += SENSOR_SEGMENT) {
		size_t n = t->count - at < SENSOR_SEGMENT ? t->count - at : SENSOR_SEGMENT;

		for (unsigned w = 0; w < settings.workers; w++) {
			sensor_frames(sensors[w], t->frames + at, n);
			sensor_take_gone(sensors[w], nothing, NULL);
		}
		take_events(to, sensors, settings.workers);
	}
	for (unsigned w = 0; w < settings.workers; w++) {
		struct sensor_sweep all = {t->now, true, nothing, visit_nothing, visit_nothing, NULL};

		sensor_sweep(sensors[w], &all);
	}
	take_events(to, sensors, settings.workers);
	for (unsigned w = 0; w < settings.workers; w++) {
		sensor_report(sensors[w], &to->run, w == 0);
		sensor_free(sensors[w]);
	}
	return to;
}

/* With one, two and four workers exactly this is told. */
static void expect(struct traffic *t, const char *want)
{
	for (unsigned workers = 1; workers <= 4; workers *= 2) {
		struct telling *to =
			tell_all(t, &(struct sensor_settings){.workers = workers});

		assert_string_equal(to->told, want);
		free(to);
	}
	traffic_free(t);
}

#define FTP_CLIENT "10.0.0.5:40000"
#define FTP_SERVER "192.0.2.7:21"

static struct conversation ftp_begin(struct traffic *t)
{
	struct conversation c = begin(t, FTP_CLIENT, FTP_SERVER);

	words(t, &c, SERVER, "220 FTP\r\n");
	words(t, &c, CLIENT, "USER a\r\nPASS b\r\n");
	words(t, &c, SERVER, "331 x\r\n230 x\r\n");
	return c;
}

/* RFC 959, 4.1.2: PASV, on many ports, so that control and data fall to different workers. */
static void test_ftp_passive(void **state)
{
	struct traffic *t = traffic_new();
	struct conversation c = ftp_begin(t);
	char want[TELLING] = "";

	(void)state;
	for (unsigned i = 0; i < 16; i++) {
		char text[96], end_of[32], client[32];
		struct conversation data;

		words(t, &c, CLIENT, "PASV\r\n");
		snprintf(text, sizeof(text), "227 Passive (192,0,2,7,16,%u)\r\n", i);
		words(t, &c, SERVER, text);
		snprintf(text, sizeof(text), "RETR /pub/%u.txt\r\n", i);
		words(t, &c, CLIENT, text);
		snprintf(end_of, sizeof(end_of), "192.0.2.7:%u", 16 * 256 + i);
		snprintf(client, sizeof(client), "10.0.0.5:%u", 41000 + i);
		data = begin(t, client, end_of);
		words(t, &c, SERVER, "150 x\r\n");
		words(t, &data, SERVER, "hel");
		words(t, &data, SERVER, "lo");
		end(t, &data, SERVER);
		words(t, &c, SERVER, "226 x\r\n");
		text_append(want, sizeof(want), "ftp-data down 5 whole name=/pub/%u.txt sha256=%s\n", i,
			    HELLO);
	}
	expect(t, want);
}

/* PORT, EPSV; a command that comes behind the first bytes; a list; from the middle; cut short; an
 * announcement by somebody else; what was never announced. */
static void test_ftp_ways(void **state)
{
	struct traffic *t = traffic_new();
	struct conversation c = ftp_begin(t), data;

	(void)state;
	words(t, &c, CLIENT, "PORT 10,0,0,5,16,1\r\n");
	words(t, &c, SERVER, "200 x\r\n");
	words(t, &c, CLIENT, "STOR up.bin\r\n");
	data = begin(t, "192.0.2.7:20", "10.0.0.5:4097");
	words(t, &data, SERVER, "hello"); /* the side that was called sends */
	end(t, &data, SERVER);
	words(t, &c, SERVER, "150 x\r\n226 x\r\n");
	words(t, &c, CLIENT, "EPSV\r\n");
	words(t, &c, SERVER, "229 x (|||4098|)\r\n");
	data = begin(t, "10.0.0.5:42000", "192.0.2.7:4098");
	words(t, &data, SERVER, "hello");
	words(t, &c, CLIENT, "RETR late.txt\r\n");
	end(t, &data, SERVER);
	words(t, &c, SERVER, "150 x\r\n226 x\r\n");
	words(t, &c, CLIENT, "PASV\r\n");
	words(t, &c, SERVER, "227 (192,0,2,7,16,3)\r\n");
	words(t, &c, CLIENT, "LIST\r\n");
	data = begin(t, "10.0.0.5:42001", "192.0.2.7:4099");
	words(t, &data, SERVER, "-rw- a.txt\r\n");
	end(t, &data, SERVER);
	words(t, &c, SERVER, "150 x\r\n226 x\r\n");
	words(t, &c, CLIENT, "PASV\r\n");
	words(t, &c, SERVER, "227 (192,0,2,7,16,4)\r\n");
	words(t, &c, CLIENT, "REST 3\r\nRETR half.txt\r\n");
	words(t, &c, SERVER, "350 x\r\n");
	data = begin(t, "10.0.0.5:42002", "192.0.2.7:4100");
	words(t, &data, SERVER, "lo");
	end(t, &data, SERVER);
	words(t, &c, SERVER, "150 x\r\n226 x\r\n");
	words(t, &c, CLIENT, "PASV\r\n");
	words(t, &c, SERVER, "227 (192,0,2,7,16,5)\r\n");
	words(t, &c, CLIENT, "RETR cut.txt\r\n");
	data = begin(t, "10.0.0.5:42003", "192.0.2.7:4101");
	words(t, &data, SERVER, "hel");
	put(t, &data, SERVER, TCP_RST | TCP_ACK, text_span(""));
	words(t, &c, SERVER, "426 x\r\n");
	words(t, &c, CLIENT, "PASV\r\n");
	words(t, &c, SERVER, "227 (192,0,2,7,16,6)\r\n");
	words(t, &c, CLIENT, "RETR x.txt\r\n");
	data = begin(t, "10.0.0.6:42003", "192.0.2.7:4102"); /* another client */
	words(t, &data, SERVER, "hello");
	end(t, &data, SERVER);
	words(t, &c, SERVER, "150 x\r\n226 x\r\n");
	expect(t, "ftp-data down 5 whole name=up.bin sha256=" HELLO "\n"
		  "ftp-data down 5 whole name=late.txt sha256=" HELLO "\n"
		  "ftp-data down 2 cut range 0/0 name=half.txt sha256="
		  "9294ab38039f60d2ec53822fb46b52c663af7ea478f4d17bf43da44ede5e166c\n"
		  "ftp-data down 3 cut name=cut.txt\n");
}

static struct span squeezed(const void *bytes, size_t len, int bits)
{
	static uint8_t out[1 << 18];
	z_stream z = {.next_in = (Bytef *)(uintptr_t)bytes, .avail_in = (uInt)len};

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, bits, 9, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_out = out;
	z.avail_out = sizeof(out);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return (struct span){out, z.total_out};
}

/* A response with this body. */
static void respond(struct traffic *t, struct conversation *c, const char *coding, struct span body)
{
	char head[256];

	words(t, c, CLIENT, "GET /a.txt HTTP/1.1\r\nHost: x\r\n\r\n");
	snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\n"
				     "Content-Length: %zu\r\n\r\n", coding, body.len);
	words(t, c, SERVER, head);
	carry(t, c, SERVER, body);
}

/* The digest of the content, and the one of what was carried beside it. Each byte is a segment once. */
static void test_codings(void **state)
{
	static const struct {
		const char *coding;
		int bits;
	} codings[] = {{"gzip", 31}, {"X-GZIP", 31}, {"deflate", 15}, {"deflate", -15}};
	struct traffic *t = traffic_new();
	struct conversation c = begin(t, "10.0.0.5:40000", "192.0.2.7:80");
	struct telling *to;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		respond(t, &c, codings[i].coding, squeezed("hello", 5, codings[i].bits));
	respond(t, &c, "gzip", text_span("hello")); /* a lie */
	respond(t, &c, "gzip", text_span("h"));
	respond(t, &c, "br", text_span("hello")); /* not undone */
	respond(t, &c, "gzip", text_span("\x1f\x8b nonsense"));
	{
		uint8_t two[128]; /* members one behind the other: RFC 1952, 2.2 */
		struct span one = squeezed("hel", 3, 31), other;
		size_t len = one.len;

		memcpy(two, one.ptr, len);
		other = squeezed("lo", 2, 31);
		memcpy(two + len, other.ptr, other.len);
		respond(t, &c, "gzip", (struct span){two, len + other.len});
		respond(t, &c, "gzip", (struct span){two, len + 5}); /* cut within */
	}
	to = tell_all(t, &(struct sensor_settings){.workers = 1});
	assert_int_equal(to->run.anomalies.count[ANOMALY_CODING_BAD], 1);
	for (char *p = to->told; (p = strstr(p, "carried="));)
		memset(p += 8, '.', 8); /* what zlib makes of it is its own */
	assert_string_equal(to->told,
			    "http down 5 whole name=a.txt sha256=" HELLO " carried=........\n"
			    "http down 5 whole name=a.txt sha256=" HELLO " carried=........\n"
			    "http down 5 whole name=a.txt sha256=" HELLO " carried=........\n"
			    "http down 5 whole name=a.txt sha256=" HELLO " carried=........\n"
			    "http down 5 whole name=a.txt sha256=" HELLO "\n"
			    "http down 1 whole name=a.txt sha256="
			    "aaa9402664f1a41f40ebbc52c9993eb66aeb366602958fdfaa283b71e64db123\n"
			    "http down 5 whole name=a.txt sha256=" HELLO "\n"
			    "http down 0 cut name=a.txt carried=........\n"
			    "http down 5 whole name=a.txt sha256=" HELLO " carried=........\n"
			    "http down 3 cut name=a.txt carried=........\n");
	free(to);
	traffic_free(t);
}

/* 64 MB of zeros in 64 KB: it is stopped, counted, and known by what was carried. */
static void test_bomb(void **state)
{
	static uint8_t zeros[64 << 20];
	struct traffic *t = traffic_new();
	struct conversation c = begin(t, "10.0.0.5:40000", "192.0.2.7:80");
	struct telling *to;
	unsigned long long size = 0;

	(void)state;
	respond(t, &c, "gzip", squeezed(zeros, sizeof(zeros), 31));
	to = tell_all(t, &(struct sensor_settings){.workers = 1});
	assert_int_equal(to->run.anomalies.count[ANOMALY_CODING_BOMB], 1);
	assert_int_equal(sscanf(to->told, "http down %llu cut name=a.txt carried=", &size), 1);
	assert_true(size > 4 << 20 && size < 8 << 20);
	free(to);
	traffic_free(t);
}

/* RFC 9110, 14.4 */
static void test_range(void **state)
{
	struct traffic *t = traffic_new();
	struct conversation c = begin(t, "10.0.0.5:40000", "192.0.2.7:80");

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		static const char *const ranges[] = {"bytes 0-4/5", "bytes 10-14/100", "bytes 7-11/*"};
		char head[128];

		words(t, &c, CLIENT, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
		snprintf(head, sizeof(head),
			 "HTTP/1.1 206 x\r\nContent-Range: %s\r\nContent-Length: 5\r\n\r\n", ranges[i]);
		words(t, &c, SERVER, head);
		words(t, &c, SERVER, "hello");
	}
	expect(t, "http down 5 whole name=a sha256=" HELLO "\n"
		  "http down 5 cut range 10/100 name=a sha256=" HELLO "\n"
		  "http down 5 cut range 7/0 name=a sha256=" HELLO "\n");
}

/* One that takes mail. */
struct reader {
	char told[4096];
	uint64_t bytes;
};

static void *mail_begin(void *whom, const struct talk_mail *mail)
{
	struct reader *r = whom;

	text_append(r->told, sizeof(r->told), "%u %.*s>%.*s", mail->key->port[mail->client],
		    (int)mail->from.len, (const char *)mail->from.ptr, (int)mail->to.len,
		    (const char *)mail->to.ptr);
	r->bytes = 0;
	return mail->from.len ? r : NULL;
}

static void mail_part(void *reader, struct span part)
{
	struct reader *r = reader;

	r->bytes += part.len;
}

static void mail_end(void *reader, const struct talk_mail_end *how)
{
	struct reader *r = reader;

	text_append(r->told, sizeof(r->told), " %llu%s%s%s\n", (unsigned long long)r->bytes,
		    how->whole ? " whole" : "", how->cut ? " cut" : "",
		    how->accepted ? " accepted" : "");
}

static void mail_send(struct traffic *t, struct conversation *c, const char *from, struct span message)
{
	char text[64];

	snprintf(text, sizeof(text), "MAIL FROM:<%s>\r\nRCPT TO:<b@y>\r\nDATA\r\n", from);
	words(t, c, CLIENT, text);
	words(t, c, SERVER, "250 x\r\n250 x\r\n354 x\r\n");
	carry(t, c, CLIENT, message);
	words(t, c, CLIENT, "\r\n.\r\n");
	words(t, c, SERVER, "250 x\r\n");
}

static struct conversation mail_session(struct traffic *t)
{
	struct conversation c = begin(t, "10.0.0.5:40000", "192.0.2.7:25");

	words(t, &c, SERVER, "220 mx ESMTP\r\n");
	words(t, &c, CLIENT, "EHLO me\r\n");
	words(t, &c, SERVER, "250 x\r\n");
	return c;
}

static void test_mail_handed_on(void **state)
{
	size_t len = TALK_MAIL_MAX + 100000;
	uint8_t *large = malloc(len);
	struct traffic *t = traffic_new();
	struct conversation c = mail_session(t);
	struct reader reader = {.told = ""};
	struct sensor_settings settings = {
		.workers = 1, .mail = {&reader, mail_begin, mail_part, mail_end}};
	struct telling *to;

	(void)state;
	assert_non_null(large);
	memset(large, 'x', len);
	mail_send(t, &c, "a@x", text_span("Subject: s\r\n\r\n..dot"));
	mail_send(t, &c, "", text_span("Subject: s\r\n\r\nbounce"));
	mail_send(t, &c, "large", (struct span){large, len});
	words(t, &c, CLIENT, "MAIL FROM:<open>\r\nRCPT TO:<b@y>\r\nDATA\r\n");
	words(t, &c, SERVER, "250 x\r\n250 x\r\n354 x\r\n");
	words(t, &c, CLIENT, "never done");
	end(t, &c, CLIENT);
	to = tell_all(t, &settings);
	assert_string_equal(reader.told, "40000 a@x>b@y 20 whole accepted\n"
					 "40000 >b@y"
					 "40000 large>b@y 10485760 cut accepted\n"
					 "40000 open>b@y 10\n");
	assert_int_equal(to->run.anomalies.count[ANOMALY_MAIL_CUT], 1);
	free(to);
	free(large);
	traffic_free(t);
}

static void test_attachment(void **state)
{
	static const char message[] =
		"From: \"A\" <a@x>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n"
		"--b\r\nContent-Type: application/x; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n"
		"\r\naGVsbG8=\r\n--b\r\nContent-Disposition: attachment; filename=\"b c.txt\"\r\n\r\n"
		"hello\r\n--b--\r\n";
	struct traffic *t = traffic_new();
	struct conversation c = mail_session(t);
	struct telling *to;

	(void)state;
	mail_send(t, &c, "a@x", text_span(message));
	to = tell_all(t, &(struct sensor_settings){.workers = 2, .all_digests = true});
	assert_string_equal(
		to->told, "smtp 5 whole name=a.bin sha256=" HELLO
			  " md5=5d41402abc4b2a76b9719d911017c592"
			  " sha1=aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d\n"
			  "smtp 5 whole name=b c.txt sha256=" HELLO
			  " md5=5d41402abc4b2a76b9719d911017c592"
			  " sha1=aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d\n"
			  "smtp from=\"A\" <a@x> files=a.bin\nb c.txt\n");
	free(to);
	traffic_free(t);
}

static void test_chats(void **state)
{
	struct traffic *t = traffic_new();
	struct conversation irc = begin(t, "10.0.0.5:40000", "192.0.2.7:6667");
	struct conversation pool = begin(t, "10.0.0.5:40001", "192.0.2.7:3333");

	(void)state;
	words(t, &irc, CLIENT, "NICK bot7\r\nUSER a b c :d\r\n");
	words(t, &irc, CLIENT, "JOIN #c2 key\r\nPRIVMSG #c2 :here\r\n");
	words(t, &pool, CLIENT, "{\"id\":1,\"method\":\"login\",\"params\":{\"login\":\"wallet\","
				"\"pass\":\"x\"}}\n");
	expect(t, "irc 0 nick=bot7\nirc 2 nick=bot7 channel=#c2\n"
		  "irc 3 nick=bot7 channel=#c2 text=here\nmining 3 user=wallet\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ftp_passive),    cmocka_unit_test(test_ftp_ways),
		cmocka_unit_test(test_codings),        cmocka_unit_test(test_bomb),
		cmocka_unit_test(test_range),          cmocka_unit_test(test_mail_handed_on),
		cmocka_unit_test(test_attachment),     cmocka_unit_test(test_chats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
