/* test_http.c - HTTP/1 exchanges, bodies and logins. Expected by hand from RFC 9112. */
#include "wire/http.h"

#include "base/text.h"
#include "talk_test.h"

static void test_looks(void **state)
{
	static const char *const requests[] = {"GET / HTTP/1.1\r\n", "PROPFIND /a HTTP/1.0\r\nx",
					       "CONNECT a:443 HTTP/1.1\r\n", "GET /a/long/path",
					       "GET /with spaces in it HTTP/1.1\r\n"};
	static const char *const others[] = {"",
					     "GET",
					     "GET / HTTP/2.0\r\n",
					     "OPTIONS rtsp://h/ RTSP/1.0\r\n",
					     "get / HTTP/1.1\r\n",
					     "EHLO example.com\r\n",
					     "NICK bot\r\n",
					     "\x16\x03\x01\x02\x00",
					     "G\xff / HTTP/1.1\r\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(requests); i++)
		if (!http_looks(text_span(requests[i]), CLIENT))
			fail_msg("not a request: %s", requests[i]);
	for (size_t i = 0; i < COUNT(others); i++) {
		if (http_looks(text_span(others[i]), CLIENT))
			fail_msg("a request: %s", others[i]);
		assert_false(http_looks(text_span(others[i]), SERVER));
	}
	assert_true(http_looks(text_span("HTTP/1.1 200 OK\r\n"), SERVER));
	assert_false(http_looks(text_span("HTTP/1.1 2000\r\n"), SERVER));
	assert_false(http_looks(text_span("HTTP/1.1 20"), SERVER));
}

static void test_exchange(void **state)
{
	static const struct words words[] = {
		{CLIENT, "GET /a/b?c=d HTTP/1.1\r\nHost: WWW.Example.com:8080\r\n"
			 "User-Agent: curl/8\r\nReferer: http://r/\r\nCookie: secret\r\n\r\n"},
		{SERVER,
		 "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html; charset=x\r\n"
		 "Content-Length: 5\r\n\r\nhello"},
		{CLIENT, "POST http://other.test:81/up HTTP/1.0\r\nContent-Type: a/b\r\n"
			 "content-length: 3\r\n\r\nabc"},
		{SERVER, "HTTP/1.0 302 Found\r\nLocation: /there\r\n\r\nto the close"},
		{0, NULL}};

	(void)state;
	expect_told(TALK_HTTP, words,
		    "body 1 name=b type=text/html\n"
		    "body-end 1 whole bytes=hello\n"
		    "http 200 method=GET host=www.example.com url=/a/b?c=d agent=curl/8 "
		    "referer=http://r/ protocol=HTTP/1.1 type=text/html server=nginx 0 5\n"
		    "body 0 name=up type=a/b\n"
		    "body-end 0 whole bytes=abc\n"
		    "body 1 name=up\n"
		    "body-end 1 whole bytes=to\\x20the\\x20close\n"
		    "http 302 method=POST host=other.test url=http://other.test:81/up "
		    "protocol=HTTP/1.0 location=/there 3 12\n");
}

/* RFC 9112, 7.1 */
static void test_chunked(void **state)
{
	static const struct words words[] = {
		{CLIENT, "GET /x HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n"},
		{SERVER,
		 "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"
		 "Transfer-Encoding: gzip, Chunked\r\nContent-Encoding: gzip\r\n\r\n"
		 "5;name=\"va;lue\"\r\nhello\r\n00a \r\n, old \r\nus\r\n0\r\nTrailer: x\r\n\r\n"
		 "HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n"},
		{0, NULL}};

	(void)state;
	expect_told(TALK_HTTP, words,
		    "body 1 name=x coding=gzip\n"
		    "body-end 1 whole bytes=hello,\\x20old\\x20\\x0d\\x0aus\n"
		    "http 200 method=GET host=[2001:db8::1] url=/x protocol=HTTP/1.1 0 15\n"
		    "http 400 0 0\n");
}

/* RFC 9112, 6.3: responses without a body whatever their fields say; pipelined requests. */
static void test_pipeline(void **state)
{
	static const struct words words[] = {
		{CLIENT, "HEAD /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\n\r\n"
			 "GET /4 HTTP/1.1\r\n\r\n"},
		{SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
			 "HTTP/1.1 304 Not\r\nContent-Length: 100\r\n\r\n"
			 "HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n"
			 "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"},
		{0, NULL}};

	(void)state;
	expect_told(TALK_HTTP, words,
		    "http 200 method=HEAD url=/1 protocol=HTTP/1.1 0 0\n"
		    "http 304 method=GET url=/2 protocol=HTTP/1.1 0 0\n"
		    "http 204 method=GET url=/3 protocol=HTTP/1.1 0 0\n"
		    "body 1 name=4\nbody-end 1 whole bytes=x\n"
		    "http 200 method=GET url=/4 protocol=HTTP/1.1 0 1\n");
}

/* More requests than may wait are told at once; their responses are not told again. */
static void test_pipeline_full(void **state)
{
	struct talk *t = talk_new(TALK_HTTP);
	char request[40];
	const char *told;
	size_t count = 0;

	(void)state;
	for (unsigned i = 0; i < HTTP_PIPELINE + 2; i++) {
		snprintf(request, sizeof(request), "GET /%u HTTP/1.1\r\n\r\n", i);
		talk_text(t, CLIENT, request);
	}
	assert_string_equal(talk_told(t), "http 0 method=GET url=/8 protocol=HTTP/1.1 0 0\n"
					  "http 0 method=GET url=/9 protocol=HTTP/1.1 0 0\n");
	for (unsigned i = 0; i < HTTP_PIPELINE + 2; i++)
		talk_text(t, SERVER, "HTTP/1.1 204 No\r\n\r\n");
	talk_text(t, CLIENT, "GET /after HTTP/1.1\r\n\r\n");
	talk_text(t, SERVER, "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
	told = talk_end(t);
	assert_non_null(strstr(told, "http 204 method=GET url=/0 "));
	assert_non_null(strstr(told, "http 204 method=GET url=/7 "));
	assert_non_null(strstr(told, "http 403 method=GET url=/after "));
	for (const char *p = told; (p = strstr(p, "http ")); p++)
		count++;
	assert_int_equal(count, HTTP_PIPELINE + 3);
	talk_free(t);
}

/* CONNECT and Upgrade: what follows is not HTTP. */
static void test_tunnel(void **state)
{
	static const struct words connect[] = {{CLIENT, "CONNECT h.test:443 HTTP/1.1\r\n\r\n"},
					       {SERVER, "HTTP/1.1 200 Established\r\n\r\n"},
					       {CLIENT, "GET /hidden HTTP/1.1\r\n\r\n"},
					       {0, NULL}};
	static const struct words upgrade[] = {
		{CLIENT, "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"},
		{SERVER, "HTTP/1.1 101 Switching\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"},
		{0, NULL}};

	(void)state;
	expect_told(TALK_HTTP, connect,
		    "http 200 method=CONNECT host=h.test url=h.test:443 protocol=HTTP/1.1 0 0\n");
	expect_told(TALK_HTTP, upgrade, "http 101 method=GET url=/ws protocol=HTTP/1.1 0 0\n");
}

/* RFC 6266 and 8187 */
static void test_names(void **state)
{
	static const struct {
		const char *url, *disposition, *name;
	} cases[] = {
		{"/a/%E7%81%AB.exe?q=/z", "", "name=\\xe7\\x81\\xab.exe "},
		{"/a/b%zz", "", "name=b%zz "},
		{"http://h/p/n.zip#f", "", "name=n.zip "},
		{"/dir/", "attachment; filename=x.bin", "name=x.bin "},
		{"/dir/n", "attachment; FileName = \"a;\\\"b.txt\"", "name=a;\"b.txt "},
		{"/n", "attachment; filename=\"e.txt\"; filename*=UTF-8'en'%e2%82%ac%20x.exe",
		 "name=\\xe2\\x82\\xac\\x20x.exe "},
		{"/n", "attachment; filename*=UTF-8''", "name=n "},
		{"/n", "inline", "name=n "},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct talk *t = talk_new(TALK_HTTP);
		char text[512];

		snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\n\r\n", cases[i].url);
		talk_text(t, CLIENT, text);
		snprintf(text, sizeof(text),
			 "HTTP/1.1 200 OK\r\nContent-Disposition: %s\r\nContent-Type: t/t\r\n"
			 "Content-Length: 1\r\n\r\nx",
			 cases[i].disposition);
		talk_text(t, SERVER, text);
		if (!strstr(talk_end(t), cases[i].name))
			fail_msg("case %zu: want %s in %s", i, cases[i].name, talk_told(t));
		talk_free(t);
	}
}

/* RFC 7617; the pairs: RFC 4648 by hand, "admin:admin" and "Aladdin:open sesame". */
static void test_login(void **state)
{
	static const struct words words[] = {
		{CLIENT, "GET /1 HTTP/1.1\r\nAuthorization: Basic YWRtaW46YWRtaW4=\r\n\r\n"},
		{SERVER, "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"},
		{CLIENT,
		 "GET /2 HTTP/1.1\r\nAuthorization: basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n"},
		{SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
		{CLIENT, "GET /3 HTTP/1.1\r\nAuthorization: Bearer YWRtaW46YWRtaW4=\r\n\r\n"},
		{SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
		{0, NULL}};
	struct talk *t = talk_new(TALK_HTTP);

	(void)state;
	expect_told(TALK_HTTP, words,
		    "login refused user=admin password weak\n"
		    "http 401 method=GET url=/1 protocol=HTTP/1.1 0 0\n"
		    "login accepted user=Aladdin password\n"
		    "http 200 method=GET url=/2 protocol=HTTP/1.1 0 0\n"
		    "http 200 method=GET url=/3 protocol=HTTP/1.1 0 0\n");
	talk_text(t, words[2].side, words[2].text);
	assert_true(talk_remembers(t, "Aladdin"));
	assert_false(talk_remembers(t, "sesame"));
	assert_false(talk_remembers(t, "c2VzYW1l"));
	talk_free(t);
}

static void test_gap_in_body(void **state)
{
	struct talk *t = talk_new(TALK_HTTP);

	(void)state;
	talk_text(t, CLIENT, "GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
	talk_text(t, SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc");
	talk_gap(t, SERVER, 995);
	talk_text(t, SERVER, "yzHTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
	assert_string_equal(talk_end(t), "body 1 name=1\nbody-end 1 cut bytes=abc\n"
					 "http 200 method=GET url=/1 protocol=HTTP/1.1 0 1000\n"
					 "http 404 method=GET url=/2 protocol=HTTP/1.1 0 0\n");
	talk_free(t);
}

/* A lost head: what waited is told, and the next messages pair again. */
static void test_gap_in_head(void **state)
{
	struct talk *t = talk_new(TALK_HTTP);

	(void)state;
	talk_text(t, CLIENT, "GET /1 HTTP/1.1\r\n\r\n");
	talk_text(t, SERVER, "HTTP/1.1 200 OK\r\nContent-Le");
	talk_gap(t, SERVER, 2000);
	talk_text(t, SERVER, "rest of a body\r\n");
	talk_text(t, CLIENT, "GET /2 HTTP/1.1\r\n\r\n");
	talk_text(t, SERVER, "HTTP/1.1 500 OK\r\nContent-Length: 0\r\n\r\n");
	assert_string_equal(talk_end(t), "http 200 method=GET url=/1 protocol=HTTP/1.1 0 0\n"
					 "http 500 method=GET url=/2 protocol=HTTP/1.1 0 0\n");
	talk_free(t);
}

static void test_cut_short(void **state)
{
	static const struct words words[] = {
		{CLIENT, "POST /1 HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc"}, {0, NULL}};
	static const struct words answer[] = {
		{CLIENT, "GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\nHo"},
		{SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"},
		{0, NULL}};

	(void)state;
	expect_told(TALK_HTTP, words,
		    "body 0 name=1\nbody-end 0 cut bytes=abc\n"
		    "http 0 method=POST url=/1 protocol=HTTP/1.1 3 0\n");
	expect_told(TALK_HTTP, answer,
		    "body 1 name=1\nbody-end 1 cut bytes=abc\n"
		    "http 200 method=GET url=/1 protocol=HTTP/1.1 0 3\n"
		    "http 0 method=GET url=/2 protocol=HTTP/1.1 0 0\n");
}

static void test_bad(void **state)
{
	static const struct {
		const char *request, *response;
		uint32_t anomalies;
	} cases[] = {
		{"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0},
		/* smuggling, RFC 9112, 11.2 */
		{"POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: "
		 "chunked\r\n\r\n0\r\n\r\n",
		 "", 1},
		{"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: "
		 "4\r\n\r\n0\r\n\r\n",
		 "", 1},
		{"POST / HTTP/1.1\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd", "", 1},
		{"POST / HTTP/1.1\r\nContent-Length: -4\r\n\r\n", "", 1},
		{"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", "", 1},
		{"POST / HTTP/1.1\r\nContent-Length : 4\r\n\r\nabcd", "", 1},
		{"POST / HTTP/1.1\r\nno field\r\n\r\n", "", 1},
		{"GET / HTTP/1.1\r\n\r\nnonsense\r\nmore\r\n", "", 1},
		{"GET / HTTP/1.1\r\n\r\n",
		 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 1},
		{"GET / HTTP/1.1\r\n\r\n",
		 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct talk *t = talk_new(TALK_HTTP);

		talk_text(t, CLIENT, cases[i].request);
		talk_text(t, SERVER, cases[i].response);
		if (talk_anomalies(t) != cases[i].anomalies || talk_gave_up(t))
			fail_msg("case %zu: %u", i, talk_anomalies(t));
		talk_free(t);
	}
}

static void test_no_http(void **state)
{
	struct talk *t = talk_new(TALK_HTTP);

	(void)state;
	talk_text(t, CLIENT, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
	assert_true(talk_gave_up(t));
	assert_string_equal(talk_end(t), "");
	talk_free(t);
}

/* A URL longer than any buffer does not hide the request, nor what follows it. */
static void test_long(void **state)
{
	struct talk *t = talk_new(TALK_HTTP);
	static char url[60000];
	char want[EVENT_TEXT_MAX + 100];

	(void)state;
	memset(url, 'a', sizeof(url) - 1);
	talk_text(t, CLIENT, "GET /");
	talk_text(t, CLIENT, url);
	talk_text(t, CLIENT, " HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_false(talk_broken(t));
	snprintf(want, sizeof(want), "http 0 method=GET host=h url=/%.*s protocol=HTTP/1.1 0 0\n",
		 EVENT_TEXT_MAX - 1, url);
	assert_string_equal(talk_end(t), want);
	talk_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_looks),         cmocka_unit_test(test_exchange),
		cmocka_unit_test(test_chunked),       cmocka_unit_test(test_pipeline),
		cmocka_unit_test(test_pipeline_full), cmocka_unit_test(test_tunnel),
		cmocka_unit_test(test_names),         cmocka_unit_test(test_login),
		cmocka_unit_test(test_gap_in_body),   cmocka_unit_test(test_gap_in_head),
		cmocka_unit_test(test_cut_short),     cmocka_unit_test(test_bad),
		cmocka_unit_test(test_no_http),       cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
