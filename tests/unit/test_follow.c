/*
 * test_follow.c - conversations as a sensor hands them on: what is told does not depend on how they were
 * cut into packets, between which their state is parked; and all room comes back.
 */
#include "hello_test.h"
#include "talk/talk_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define FLOWS 256
#define FIRST 60 /* bytes of the first packet: by it the application is known */

struct ends {
	struct talks talks;
	struct flow flow;
	uint32_t seq[2];
	uint64_t frame;
};

static int begin(void **state)
{
	static struct ends e;

	memset(&e, 0, sizeof(e));
	e.flow.key.proto = PROTO_TCP;
	e.flow.key.port[0] = 40000;
	e.flow.key.port[1] = 80;
	e.seq[0] = UINT32_MAX - 20; /* wraps around within the first words */
	e.seq[1] = 7000;
	*state = &e;
	return talks_open(&e.talks, FLOWS) ? 0 : -1;
}

static int end(void **state)
{
	struct ends *e = *state;
	struct talks *t = &e->talks;
	uint32_t used = t->talks.used + t->smtp.used + t->quic.used + t->files.used +
			t->inflates.used +
			t->reassembly.pieces.used + t->reassembly.keeps.used;

	for (unsigned i = 0; i < TALK_LOTS; i++)
		used += t->lots[i].used;
	talks_close(t);
	return used == 0 && e->flow.talk == 0 ? 0 : -1;
}

static void say_bytes(struct ends *e, uint8_t side, struct span bytes, size_t at_a_time)
{
	for (size_t at = 0; at < bytes.len; at += at_a_time) {
		size_t n = bytes.len - at < at_a_time ? bytes.len - at : at_a_time;
		struct packet p = {.side = side,
				   .seq = e->seq[side],
				   .tcp_flags = TCP_ACK,
				   .ack = e->seq[!side],
				   .payload = {bytes.ptr + at, n},
				   .payload_len = (uint16_t)n};

		e->seq[side] += (uint32_t)n;
		talk_tcp(&e->talks, &e->flow, &p, (struct talk_time){1000, ++e->frame});
		e->flow.payloads++;
	}
}

static void say(struct ends *e, uint8_t side, const char *text, size_t at_a_time)
{
	say_bytes(e, side, (struct span){(const uint8_t *)text, strlen(text)}, at_a_time);
}

static void hang_up(struct ends *e)
{
	talk_end(&e->talks, &e->flow, (struct talk_time){2000, ++e->frame});
}

static void add(char *into, size_t size, const char *name, struct span s)
{
	size_t n = strlen(into);

	snprintf(into + n, size - n, " %s=%.*s", name, (int)s.len, (const char *)s.ptr);
}

/* What was told of HTTP, one line for each exchange. */
static const char *told_http(const struct ends *e)
{
	static char text[4096];

	text[0] = 0;
	for (uint32_t i = 0; i < e->talks.log.count; i++) {
		const struct event_http *h = &e->talks.log.events[i]->http;
		size_t n;

		if (e->talks.log.events[i]->kind != EVENT_HTTP)
			continue;
		add(text, sizeof(text), "method", h->method);
		add(text, sizeof(text), "host", h->host);
		add(text, sizeof(text), "url", h->url);
		add(text, sizeof(text), "agent", h->agent);
		add(text, sizeof(text), "referer", h->referer);
		add(text, sizeof(text), "type", h->type);
		add(text, sizeof(text), "location", h->location);
		add(text, sizeof(text), "server", h->server);
		n = strlen(text);
		snprintf(text + n, sizeof(text) - n, " %u %llu %llu\n", h->status,
			 (unsigned long long)h->request_body,
			 (unsigned long long)h->response_body);
	}
	return text;
}

#define REQUESTS                                                                                   \
	"POST /form?a=1 HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: a b\r\n"                  \
	"Referer: http://x/\r\nAuthorization: Basic YWRtaW46YWRtaW4=\r\nContent-Length: 5\r\n\r\n" \
	"12345GET /two HTTP/1.1\r\nHost: b.example\r\n\r\n"
#define RESPONSES                                                                                  \
	"HTTP/1.1 302 Found\r\nServer: s1\r\nLocation: /there\r\nContent-Type: text/html; x\r\n"   \
	"Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n3\r\nefg\r\n0\r\n\r\n"                     \
	"HTTP/1.1 200 OK\r\nServer: s2\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\n"  \
	"0123456789"

static void test_http_parked(void **state)
{
	static const size_t sizes[] = {1, 2, 3, 7, 50, 100000};
	struct ends *e = *state;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint32_t logins = 0, files = 0;

		memset((uint8_t *)&e->flow + sizeof(e->flow.key), 0,
		       sizeof(e->flow) - sizeof(e->flow.key));
		event_log_clear(&e->talks.log);
		say_bytes(e, 0, (struct span){(const uint8_t *)REQUESTS, FIRST}, FIRST);
		say(e, 0, &REQUESTS[FIRST], sizes[i]);
		say(e, 1, RESPONSES, sizes[i]);
		assert_int_equal(e->flow.app, APP_HTTP);
		assert_string_equal(
			told_http(e),
			" method=POST host=www.example.com url=/form?a=1 agent=a b "
			"referer=http://x/ type=text/html location=/there server=s1 302 5 7\n"
			" method=GET host=b.example url=/two agent= referer= type=text/plain "
			"location= server=s2 200 0 10\n");
		for (uint32_t k = 0; k < e->talks.log.count; k++) {
			const struct event *event = e->talks.log.events[k];

			if (event->kind == EVENT_LOGIN) {
				logins++;
				assert_true(event->login.weak && event->login.user.len == 5);
			}
			files += event->kind == EVENT_FILE && event->file.whole;
		}
		assert_int_equal(logins, 1);
		assert_int_equal(files, 3);
		hang_up(e);
		assert_int_equal(e->talks.talks.used, 0);
	}
}

/* TLS in records, with the fingerprints and without. */
static void test_tls_parked(void **state)
{
	uint8_t record[1024] = {22, 3, 1};
	struct ends *e = *state;
	struct span hello = hex_bytes(rfc9001_client, record + 5, sizeof(record) - 5);

	record[3] = (uint8_t)(hello.len >> 8);
	record[4] = (uint8_t)hello.len;
	for (unsigned i = 0; i < 4; i++) {
		const struct event_tls *tls;

		memset((uint8_t *)&e->flow + sizeof(e->flow.key), 0,
		       sizeof(e->flow) - sizeof(e->flow.key));
		event_log_clear(&e->talks.log);
		e->talks.no_fingerprints = i & 1;
		say_bytes(e, 0, (struct span){record, hello.len + 5}, i & 2 ? 100 : 1000);
		assert_int_equal(e->flow.app, APP_TLS);
		assert_int_equal(e->talks.log.count, 0);
		assert_int_equal(e->talks.talks.used, 1);
		say(e, 1, "\x17\x03\x03\x01", 1);
		say_bytes(e, 1, (struct span){(const uint8_t *)"\0", 1}, 1);
		assert_int_equal(e->talks.log.count, 1);
		assert_int_equal(e->talks.talks.used, 0); /* done with: it is let go at once */
		tls = &e->talks.log.events[0]->tls;
		assert_memory_equal(tls->sni.ptr, "example.com", tls->sni.len);
		assert_int_equal(tls->ja3.len, i & 1 ? 0 : JA3_TEXT);
		if (!(i & 1))
			assert_memory_equal(tls->ja3.ptr, rfc9001_ja3, JA3_TEXT);
		assert_int_equal(tls->ja4.len, i & 1 ? 0 : JA4_TEXT);
	}
}

/* No lot is left: what is known is told at once, and counted. */
static void test_no_room(void **state)
{
	struct ends *e = *state;
	void *taken[TALK_LOTS][64];
	struct run run = {0};

	for (unsigned i = 0; i < TALK_LOTS; i++)
		for (unsigned k = 0; k < e->talks.lots[i].limit; k++)
			taken[i][k] = slab_take(&e->talks.lots[i]);
	say(e, 0, "GET /x HTTP/1.1\r\nHost: www.example.com\r\n\r\n", 1000);
	assert_string_equal(told_http(e), " method=GET host=www.example.com url=/x agent= referer= "
					  "type= location= server= 0 0 0\n");
	assert_int_equal(e->talks.talks.used, 0);
	talks_report(&e->talks, &run, true);
	assert_int_equal(run.anomalies.count[ANOMALY_TALK_FULL], 1);
	for (unsigned i = 0; i < TALK_LOTS; i++)
		for (unsigned k = 0; k < e->talks.lots[i].limit; k++)
			slab_give(&e->talks.lots[i], taken[i][k]);
}

/* The end comes (FIN or RST: the sensor calls it the same) while a hole is open: what lies behind it is
 * read, and the body is known not to be whole. */
static void test_end_in_hole(void **state)
{
	struct ends *e = *state;

	say(e, 0, "GET /x HTTP/1.1\r\nHost: h\r\n\r\n", 1000);
	say(e, 1, "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nabcd", 1000);
	e->seq[1] += 4;
	e->seq[0] -= 1; /* nothing that is acknowledged tells of the hole */
	say(e, 1, "ijkl", 1000);
	assert_int_equal(e->talks.reassembly.pieces.used, 1);
	assert_true(e->flow.state & FLOW_WAITING);
	hang_up(e);
	assert_string_equal(told_http(e), " method=GET host=h url=/x agent= referer= type= location= "
					  "server= 200 0 12\n");
	assert_false(e->flow.state & FLOW_WAITING);
	assert_int_equal(e->talks.reassembly.gaps, 1);
}

/* Something else goes on where HTTP began: its bytes are not kept. */
static void test_not_http_any_more(void **state)
{
	static uint8_t noise[3000];
	struct ends *e = *state;

	memset(noise, 0xee, sizeof(noise));
	say(e, 0, "GET /x HTTP/1.1\r\nHost: h\r\n\r\n", 1000);
	say_bytes(e, 0, (struct span){noise, sizeof(noise)}, 1000);
	assert_int_equal(e->talks.reassembly.keeps.used, 0);
	say(e, 0, "\nGET /y HTTP/1.1\r\nHost: h\r\n\r\n", 1000);
	hang_up(e);
	assert_string_equal(
		told_http(e),
		" method=GET host=h url=/x agent= referer= type= location= server= 0 0 0\n"
		" method=GET host=h url=/y agent= referer= type= location= server= 0 0 0\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_http_parked), TEST(test_tls_parked),        TEST(test_no_room),
		TEST(test_end_in_hole), TEST(test_not_http_any_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
