/* test_event_log.c - the log of events: copies, bounds, and one order whatever the workers. */
#include "talk/event_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct span text(const char *bytes)
{
	return (struct span){(const uint8_t *)bytes, strlen(bytes)};
}

static void assert_text(struct span s, const char *expect)
{
	assert_int_equal(s.len, strlen(expect));
	assert_memory_equal(s.ptr, expect, s.len);
}

/* A login by a user, told by the frame of that number, of the conversation from that port. */
static struct event login(const char *user, uint64_t order, uint16_t port)
{
	struct event e = {.kind = EVENT_LOGIN, .order = order, .key = {.port = {port, 22}}};

	e.login.user = text(user);
	return e;
}

/* What is told is borrowed for the call; what the log has is its own. */
static void test_copies(void **state)
{
	char name[] = "www.example.com", address[] = "192.0.2.1";
	struct event e = {.kind = EVENT_DNS};
	struct event_log log;

	(void)state;
	assert_true(event_log_open(&log, 8, 4096));
	e.dns.qname = text(name);
	e.dns.record_count = 2;
	e.dns.records[0] = (struct event_dns_record){.type = 1, .name = text(name),
						     .text = text(address)};
	e.dns.records[1] = (struct event_dns_record){.type = 16, .name = text(""), .text = text("")};
	event_log_add(&log, &e);
	memset(name, 'x', sizeof(name));
	memset(address, 'x', sizeof(address));
	memset(&e, 0, sizeof(e));
	assert_int_equal(log.count, 1);
	assert_text(log.events[0]->dns.qname, "www.example.com");
	assert_text(log.events[0]->dns.records[0].text, "192.0.2.1");
	assert_text(log.events[0]->dns.records[1].text, "");
	assert_int_equal(log.events[0]->dns.records[1].type, 16);
	event_log_close(&log);
}

/* Each kind keeps all of its texts. */
static void test_kinds(void **state)
{
	struct event e = {.kind = EVENT_TLS};
	struct event_log log;

	(void)state;
	assert_true(event_log_open(&log, 8, 8192));
	e.tls.sni = text("sni");
	e.tls.fingerprint = text("aa:bb");
	e.tls.not_after = 7;
	event_log_add(&log, &e);
	e = (struct event){.kind = EVENT_HTTP};
	e.http.method = text("GET");
	e.http.server = text("nginx");
	e.http.response_body = 9;
	event_log_add(&log, &e);
	e = (struct event){.kind = EVENT_SSH};
	e.ssh.hassh_server = text("hash");
	event_log_add(&log, &e);
	e = (struct event){.kind = EVENT_FILE};
	e.file.name = text("a.exe");
	e.file.sha256[31] = 0xee;
	event_log_add(&log, &e);
	e = (struct event){.kind = EVENT_DHCP};
	e.dhcp.fingerprint = text("1,3,6");
	e.dhcp.id = 5;
	event_log_add(&log, &e);
	e = (struct event){.kind = EVENT_SMTP};
	e.smtp.message_id = text("<1@x>");
	e.smtp.message = 11;
	event_log_add(&log, &e);
	e = (struct event){.kind = EVENT_OTHER, .app = APP_RDP};
	event_log_add(&log, &e);
	assert_int_equal(log.count, 7);
	assert_text(log.events[0]->tls.sni, "sni");
	assert_text(log.events[0]->tls.fingerprint, "aa:bb");
	assert_int_equal(log.events[0]->tls.not_after, 7);
	assert_text(log.events[1]->http.server, "nginx");
	assert_int_equal(log.events[1]->http.response_body, 9);
	assert_text(log.events[2]->ssh.hassh_server, "hash");
	assert_text(log.events[3]->file.name, "a.exe");
	assert_int_equal(log.events[3]->file.sha256[31], 0xee);
	assert_text(log.events[4]->dhcp.fingerprint, "1,3,6");
	assert_int_equal(log.events[4]->dhcp.id, 5);
	assert_text(log.events[5]->smtp.message_id, "<1@x>");
	assert_int_equal(log.events[5]->smtp.message, 11);
	assert_int_equal(log.events[6]->app, APP_RDP);
	event_log_close(&log);
}

static void test_long_text(void **state)
{
	static char url[3 * EVENT_TEXT_MAX + 1];
	struct event e = {.kind = EVENT_HTTP};
	struct event_log log;

	(void)state;
	memset(url, 'u', sizeof(url) - 1);
	assert_true(event_log_open(&log, 8, 8192));
	e.http.url = text(url);
	event_log_add(&log, &e);
	assert_int_equal(log.events[0]->http.url.len, EVENT_TEXT_MAX);
	event_log_close(&log);
}

/* More events than there are places for: the first stay, and the others are counted. */
static void test_bound_of_events(void **state)
{
	struct event_log log;
	struct event e;

	(void)state;
	assert_true(event_log_open(&log, 3, 65536));
	for (uint64_t i = 0; i < 5; i++) {
		e = login("root", i, 1);
		event_log_add(&log, &e);
	}
	assert_int_equal(log.count, 3);
	assert_int_equal(log.told, 5);
	assert_int_equal(log.lost, 2);
	assert_int_equal(log.events[2]->order, 2);
	event_log_clear(&log);
	event_log_add(&log, &e);
	assert_int_equal(log.count, 1);
	assert_int_equal(log.events[0]->order, 4);
	assert_int_equal(log.lost, 2); /* it only rises */
	event_log_close(&log);
}

/* The same of bytes: an event of which a text does not fit is not there at all, a shorter one may be. */
static void test_bound_of_bytes(void **state)
{
	static char url[901];
	struct event e = {.kind = EVENT_HTTP};
	struct event_log log;
	size_t used;

	(void)state;
	memset(url, 'u', sizeof(url) - 1);
	assert_true(event_log_open(&log, 64, 4096));
	e.http.url = text(url);
	for (unsigned i = 0; i < 8; i++)
		event_log_add(&log, &e);
	assert_in_range(log.count, 1, 4);
	assert_int_equal(log.count + log.lost, 8);
	used = log.used;
	event_log_add(&log, &e);
	assert_int_equal(log.used, used); /* nothing of the lost one stays */
	while (log.used + sizeof(e) < log.size) {
		e = login("root", 1, 1);
		event_log_add(&log, &e);
	}
	for (uint32_t i = 0; i < log.count; i++)
		assert_true((const uint8_t *)log.events[i] >= log.bytes &&
			    (const uint8_t *)log.events[i] < log.bytes + log.size);
	event_log_close(&log);
}

/* The events of a story, dealt out to so many workers by their conversations, and put in order. */
static void told_by(unsigned workers, const struct event *story, size_t count, char *order)
{
	const struct event *all[64];
	struct event_log logs[4];
	size_t n = 0;

	for (unsigned w = 0; w < workers; w++) {
		assert_true(event_log_open(&logs[w], 64, 65536));
		for (size_t i = 0; i < count; i++)
			if (story[i].key.port[0] % workers == w)
				event_log_add(&logs[w], &story[i]);
		for (uint32_t i = 0; i < logs[w].count; i++)
			all[n++] = logs[w].events[i];
	}
	qsort(all, n, sizeof(all[0]), event_log_compare);
	for (size_t i = 0; i < n; i++)
		order[i] = (char)all[i]->login.user.ptr[0];
	order[n] = 0;
	for (unsigned w = 0; w < workers; w++)
		event_log_close(&logs[w]);
}

/* By the frame; several of one frame (a sweep) by conversation, and within one as they were told. */
static void test_order(void **state)
{
	struct event story[] = {login("c", 7, 3), login("a", 5, 2),  login("b", 5, 9),
				login("e", 9, 1), login("f", 9, 1),  login("g", 9, 2),
				login("d", 8, 4), login("h", 9, 300)};
	char order[4][16];

	(void)state;
	for (unsigned workers = 1; workers <= 4; workers++)
		told_by(workers, story, COUNT(story), order[workers - 1]);
	assert_memory_equal(order[0], "abcd", 4);
	assert_int_equal(strlen(order[0]), COUNT(story));
	assert_true(strchr(order[0], 'e') < strchr(order[0], 'f'));
	for (unsigned workers = 2; workers <= 4; workers++)
		assert_string_equal(order[workers - 1], order[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copies),          cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_long_text),       cmocka_unit_test(test_bound_of_events),
		cmocka_unit_test(test_bound_of_bytes),  cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
