/*
 * test_web.c - the pieces of the web process that need no connection: names and origins, routes and
 * arguments, figures, who may listen where, and who is hung up on.
 */
#include "web/callers.h"
#include "web/guard.h"
#include "web/metrics.h"
#include "web/page_files.h"
#include "web/route.h"
#include "web/web.h"

#include "base/text.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static void test_host(void **state)
{
	static const char *const names[] = { "tower.example", "192.0.2.7", NULL };
	static const char *const good[] = { "localhost", "LocalHost:8640", "127.0.0.1", "127.0.0.1:1",
					    "[::1]",     "[::1]:8640",     "tower.example",
					    "TOWER.example:443", "192.0.2.7:8640" };
	static const char *const bad[] = { "", ":80", "evil", "localhost.", "localhost.evil", "127.0.0.1.evil",
					   "127.0.0.1:x", "127.0.0.1:80:80", "[::1", "[::1]8640", "[::2]",
					   "[", "]", "::1", "tower.example.evil", "xtower.example",
					   "tower.example:80 ", "user@tower.example", "192.0.2.8" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(guard_host(good[i], names));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(guard_host(bad[i], names));
	assert_false(guard_host(NULL, names));
	assert_false(guard_host("tower.example", NULL));
	assert_true(guard_host("localhost", NULL));
}

static void test_origin(void **state)
{
	(void)state;
	assert_true(guard_origin(NULL, "localhost:8640", false));
	assert_true(guard_origin("http://localhost:8640", "localhost:8640", false));
	assert_true(guard_origin("HTTPS://Tower.example", "tower.example", true));
	assert_false(guard_origin("https://localhost:8640", "localhost:8640", false));
	assert_false(guard_origin("http://localhost:8640", "localhost:8640", true));
	assert_false(guard_origin("http://localhost", "localhost:8640", false));
	assert_false(guard_origin("http://localhost:8640/", "localhost:8640", false));
	assert_false(guard_origin("null", "localhost", false));
	assert_false(guard_origin("", "", false));
	assert_false(guard_origin("http://x", NULL, false));
}

static void test_may_bind(void **state)
{
	struct web_settings here = { .loopback = true };
	struct web_settings bare = { .loopback = false };
	struct web_settings half = { .tls_cert = "c" };
	struct web_settings tls = { .tls_cert = "c", .tls_key = "k" };
	char trouble[WEB_TROUBLE];

	(void)state;
	assert_true(web_may_bind(&here, false, trouble));
	assert_true(web_may_bind(&tls, true, trouble));
	assert_false(web_may_bind(&bare, false, trouble));
	assert_non_null(strstr(trouble, "TLS"));
	assert_non_null(strstr(trouble, "account"));
	assert_false(web_may_bind(&bare, true, trouble));
	assert_null(strstr(trouble, "account"));
	assert_false(web_may_bind(&half, true, trouble));
	assert_false(web_may_bind(&tls, false, trouble));
	assert_null(strstr(trouble, "TLS"));
}

static void test_routes(void **state)
{
	json_int_t id = 5;

	(void)state;
	for (size_t i = 0; i < route_count; i++) {
		assert_ptr_equal(route_find(route_table[i].path), &route_table[i]);
		if (route_table[i].op && route_table[i].kind != ROUTE_METRICS &&
		    route_table[i].kind != ROUTE_HEALTH)
			assert_string_equal(route_table[i].path + strlen("/api/"), route_table[i].op);
	}
	assert_null(route_find("/"));
	assert_null(route_find("/api/login_secret"));
	assert_null(route_find("/api/login_done"));
	assert_null(route_find("/api/metrics"));
	assert_null(route_find("/api/status/"));
	assert_int_equal(route_find("/evidence/12.pcap")->kind, ROUTE_EVIDENCE);
	assert_true(route_evidence("/evidence/999999999999999999.pcap", &id));
	assert_int_equal(id, 999999999999999999);
	assert_false(route_evidence("/evidence/9999999999999999999.pcap", &id));
	assert_false(route_evidence("/evidence/.pcap", &id));
	assert_false(route_evidence("/evidence.pcap", &id));
	assert_false(route_evidence("/evidence/1x.pcap", &id));
	assert_false(route_evidence("/evidence/", &id));
}

static bool argument(json_t *args, const char *name, const char *value)
{
	return route_argument(route_find("/api/incidents"), args, text_span(name), text_span(value));
}

static void test_arguments(void **state)
{
	static const uint8_t nul[] = "a\0b";
	char long_text[258] = "";
	json_t *args = json_object();

	(void)state;
	memset(long_text, 'x', 257);
	assert_true(argument(args, "limit", "007"));
	assert_false(argument(args, "limit", "8"));
	assert_false(argument(args, "#limit", "8"));
	assert_false(argument(args, "", "8"));
	assert_false(argument(args, "id", "8"));
	assert_false(argument(args, "before", ""));
	assert_false(argument(args, "before", "+1"));
	assert_false(argument(args, "before", "1234567890123456789"));
	assert_false(argument(args, "text", long_text));
	assert_true(argument(args, "text", long_text + 1));
	assert_false(argument(args, "rule", "\xff\xfe"));
	assert_false(route_argument(route_find("/api/incidents"), args, text_span("rule"),
				    (struct span){ nul, 3 }));
	assert_true(route_argument(route_find("/api/incidents"), args, text_span("rule"),
				   (struct span){ NULL, 0 }));
	assert_false(route_argument(route_find("/api/status"), args, text_span("limit"),
				    text_span("1")));
	assert_int_equal(json_object_size(args), 3);
	assert_int_equal(json_integer_value(json_object_get(args, "limit")), 7);
	assert_string_equal(json_string_value(json_object_get(args, "rule")), "");
	json_decref(args);
}

static void test_metrics(void **state)
{
	static const char given[] =
		"[{\"name\":\"a_total\",\"help\":\"x\\\\y\\nz\",\"type\":\"counter\",\"labels\":"
		"{\"l\":\"\\\"\\\\\\n\",\"m\":\"\"},\"value\":3},"
		"{\"name\":\"a_total\",\"help\":\"twice\",\"labels\":{\"0\":\"x\",\"l\":5},\"value\":0.25},"
		"{\"name\":\"a b\",\"value\":1},{\"name\":\"9\",\"value\":1},{\"value\":1},{},4,"
		"{\"name\":\"b:c\",\"type\":\"odd\",\"value\":-1},{\"name\":\"d\",\"value\":\"1\"}]";
	static const char wanted[] = "# HELP a_total x\\\\y\\nz\n# TYPE a_total counter\n"
				     "a_total{l=\"\\\"\\\\\\n\",m=\"\"} 3\na_total 0.25\nb:c -1\n"
				     "# HELP e f\n# TYPE e gauge\ne 9\n";
	json_t *metrics = json_loads(given, 0, NULL);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(metrics);
	metrics_add(metrics, "e", "gauge", "f", 9);
	metrics_write(out, metrics);
	metrics_write(out, NULL);
	fclose(out);
	assert_string_equal(text, wanted);
	free(text);
	json_decref(metrics);
}

static struct ip address(const char *text)
{
	struct ip ip;

	assert_int_equal(ip_parse(&ip, text), OK);
	return ip;
}

/* A connection: its other end, and what callers know of it. */
struct end {
	int fd, far;
	struct caller *caller;
};

static struct end call(struct callers *callers, const char *from, usec_t now)
{
	struct ip ip = address(from);
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	return (struct end){ fds[0], fds[1], callers_add(callers, fds[0], &ip, now) };
}

static bool is_hung_up(const struct end *end)
{
	struct pollfd poll_far = { .fd = end->far, .events = POLLIN };

	return poll(&poll_far, 1, 0) == 1;
}

static void end_close(struct end *ends, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		close(ends[i].fd);
		close(ends[i].far);
	}
}

/* When all places are taken, the longest silent stranger goes; never who is logged in. */
static void test_callers_room(void **state)
{
	struct callers *callers = callers_new(3, 100);
	struct end ends[6];

	(void)state;
	for (usec_t i = 0; i < 3; i++)
		ends[i] = call(callers, "192.0.2.1", i);
	ends[0].caller->known = true;
	caller_enter(ends[1].caller, CALLER_BODY, 10);
	assert_int_equal(callers_hung_up(callers), 0);
	ends[3] = call(callers, "192.0.2.1", 11);
	assert_true(is_hung_up(&ends[2]));
	ends[4] = call(callers, "192.0.2.1", 12);
	assert_true(is_hung_up(&ends[1]));
	assert_false(is_hung_up(&ends[0]));
	ends[3].caller->known = ends[4].caller->known = true;
	ends[5] = call(callers, "192.0.2.1", 13); /* nobody may go */
	assert_int_equal(callers_hung_up(callers), 2);
	assert_int_equal(callers_count(callers), 6);
	callers_remove(callers, ends[2].caller);
	callers_remove(callers, ends[5].caller);
	callers_remove(callers, ends[0].caller);
	assert_int_equal(callers_count(callers), 3);
	callers_free(callers);
	end_close(ends, 6);
}

static void test_callers_time(void **state)
{
	struct callers *callers = callers_new(10, 100);
	struct end ends[3];

	(void)state;
	for (size_t i = 0; i < 3; i++)
		ends[i] = call(callers, "192.0.2.1", 0);
	caller_enter(ends[1].caller, CALLER_BETWEEN, 0);
	caller_enter(ends[2].caller, CALLER_STREAM, 0);
	callers_sweep(callers, 10 * USEC_PER_SEC);
	assert_false(is_hung_up(&ends[0]));
	callers_sweep(callers, 10 * USEC_PER_SEC + 1);
	assert_true(is_hung_up(&ends[0]));
	assert_false(is_hung_up(&ends[1]));
	callers_sweep(callers, 61 * USEC_PER_SEC);
	assert_true(is_hung_up(&ends[1]));
	callers_sweep(callers, 1000000 * USEC_PER_SEC);
	assert_false(is_hung_up(&ends[2]));
	assert_int_equal(callers_hung_up(callers), 2);
	callers_free(callers);
	end_close(ends, 3);
}

static bool welcome(const struct callers *callers, const char *from)
{
	struct ip ip = address(from);

	return callers_welcome(callers, &ip);
}

static void test_callers_address(void **state)
{
	struct callers *callers = callers_new(100, 2);
	struct end ends[8];

	(void)state;
	ends[0] = call(callers, "192.0.2.1", 0);
	assert_true(welcome(callers, "192.0.2.1"));
	ends[1] = call(callers, "192.0.2.1", 0);
	assert_false(welcome(callers, "192.0.2.1"));
	assert_true(welcome(callers, "192.0.2.2"));
	ends[2] = call(callers, "2001:db8::1", 0);
	ends[3] = call(callers, "2001:db8::ffff:1", 0);
	assert_false(welcome(callers, "2001:db8::2"));
	assert_true(welcome(callers, "2001:db8:0:1::2"));
	for (size_t i = 4; i < 6; i++)
		ends[i] = call(callers, "127.0.0.1", 0);
	for (size_t i = 6; i < 8; i++)
		ends[i] = call(callers, "::1", 0);
	assert_true(welcome(callers, "127.0.0.1"));
	assert_true(welcome(callers, "::1"));
	callers_free(callers);
	end_close(ends, 8);
}

static void test_page(void **state)
{
	(void)state;
	assert_ptr_equal(page_file_find("/"), page_file_find("/index.html"));
	assert_non_null(page_file_find("/"));
	assert_null(page_file_find(""));
	assert_null(page_file_find("/index.html/"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_host),
		cmocka_unit_test(test_origin),
		cmocka_unit_test(test_may_bind),
		cmocka_unit_test(test_routes),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_metrics),
		cmocka_unit_test(test_callers_room),
		cmocka_unit_test(test_callers_time),
		cmocka_unit_test(test_callers_address),
		cmocka_unit_test(test_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
