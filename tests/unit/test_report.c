/* test_report.c - what a run and its incidents look like as text, HTML, JSON and EVE. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/report.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define T0      ((usec_t)1714561200 * USEC_PER_SEC) /* 2024-05-01T11:00:00Z */
#define SECONDS USEC_PER_SEC
#define HOSTILE "<script>alert(1)</script>\x1b[31m\xe2\x80\xae.pcap"

/* Everything a test needs, made anew for each. */
struct world {
	struct input inputs[2];
	struct run run;
	struct incident incidents[4];
	size_t count;
};

static struct entity address(const char *text)
{
	struct ip ip;

	assert_int_equal(ip_parse(&ip, text), OK);
	return entity_ip(&ip);
}

static struct incident flood(uint64_t id, enum vector vector, enum severity severity)
{
	struct incident incident = {
		.id = id,
		.rule = "flood",
		.vector = vector,
		.direction = DIRECTION_INBOUND,
		.severity = severity,
		.confidence = 97,
		.who = {.kind = ENTITY_MANY},
		.whom = address("203.0.113.10"),
		.opened = T0 + 60 * SECONDS,
		.peaked = T0 + 90 * SECONDS,
		.closed = T0 + 185 * SECONDS,
		.alerts = 12,
		.packets = 1597,
		.bytes = 2300000000,
		.peak_pps = 12412,
		.peak_bps = 48200000,
		.sources = 48213,
		.targets = 1,
		.attack = "T1498.001",
		.title = vector_title(vector),
		.advice = "Do this.\nThen that.\n",
		.why_count = 1,
		.why = {{"SYN per second now", "12,412 (normal here: 35)"}},
	};

	snprintf(incident.say, SAY_TEXT, "Too many \"packets\" come.");
	return incident;
}

static int world_open(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct prefix home;

	assert_non_null(w);
	w->inputs[0] = (struct input){.path = HOSTILE, .frames = 2000, .bytes = 9000, .ok = true};
	w->run = (struct run){.inputs = w->inputs,
			      .input_count = 1,
			      .first = T0,
			      .last = T0 + 200 * SECONDS,
			      .frames = 2000,
			      .bytes = 1000000,
			      .ip4 = 2000,
			      .tcp = 1500,
			      .udp = 500,
			      .flows = 1234,
			      .flows_peak = 7};
	assert_int_equal(prefix_parse(&home, "203.0.113.0/24"), OK);
	assert_int_equal(home_add(&w->run.home, &home), OK);
	w->run.series = (struct series){.start = T0, .width = 10 * SECONDS, .used = 20};
	for (int i = 0; i < 20; i++)
		w->run.series.bins[i] = (struct series_bin){.packets = 100, .bytes = 50000, .in_packets = 60, .out_packets = 40};
	w->incidents[0] = flood(1, VECTOR_NTP, SEVERITY_WARNING);
	w->incidents[1] = flood(2, VECTOR_SYN, SEVERITY_HIGH);
	w->incidents[2] = flood(3, VECTOR_NONE, SEVERITY_CRITICAL);
	w->incidents[2].title = "Own device scanning";
	w->incidents[2].rule = "scan";
	w->incidents[2].attack = "T1046";
	w->incidents[2].direction = DIRECTION_OUTBOUND;
	w->incidents[2].who = address("2001:db8::7");
	w->incidents[2].ongoing = true;
	w->incidents[0].group = w->incidents[1].group = 9;
	w->count = 3;
	*state = w;
	return 0;
}

static int world_close(void **state)
{
	free(*state);
	return 0;
}

/* Where the open stream writes: one at a time. */
static struct {
	char *text;
	size_t size;
} page;

static FILE *page_open(void)
{
	FILE *out = open_memstream(&page.text, &page.size);

	assert_non_null(out);
	return out;
}

static char *page_close(FILE *out)
{
	fclose(out);
	return page.text;
}

enum form { TEXT, TEXT_COLOUR, HTML, JSON, EVE_ALERTS, EVE_STATS };

/* The report of a form; to be freed. */
static char *written(const struct world *w, enum form form)
{
	FILE *out = page_open();
	enum err err = OK;

	if (form == TEXT || form == TEXT_COLOUR)
		err = report_text(out, &w->run, w->incidents, w->count, form == TEXT_COLOUR);
	else if (form == HTML)
		err = report_html(out, &w->run, w->incidents, w->count);
	else if (form == JSON)
		err = report_json(out, w->incidents, w->count);
	else if (form == EVE_STATS)
		eve_stats(out, &w->run);
	for (size_t i = 0; form == EVE_ALERTS && i < w->count; i++)
		eve_alert(out, &w->incidents[i]);
	assert_int_equal(err, OK);
	return page_close(out);
}

static char *flow_written(const struct flow *flow)
{
	FILE *out = page_open();

	eve_flow(out, flow, "timeout");
	return page_close(out);
}

static void has(const char *text, const char *piece)
{
	if (text == NULL || strstr(text, piece) == NULL)
		fail_msg("not found: %s\nin: %s", piece, text ? text : "nothing");
}

static void lacks(const char *text, const char *piece)
{
	if (text != NULL && strstr(text, piece) != NULL)
		fail_msg("found: %s\nin: %s", piece, text);
}

static void in_order(const char *text, const char *first, const char *second)
{
	has(text, first);
	has(text, second);
	assert_true(strstr(text, first) < strstr(text, second));
}

/* Skips one JSON value and returns what follows it; NULL when there is none. Strict enough to
 * refuse a missing comma, quote or bracket. */
static const char *json_skip(const char *p);

static const char *string_skip(const char *p)
{
	if (*p++ != '"')
		return NULL;
	for (; *p != '"'; p++) {
		if ((unsigned char)*p < 0x20)
			return NULL;
		if (*p == '\\' && *++p == '\0')
			return NULL;
	}
	return p + 1;
}

static const char *members_skip(const char *p, char closing)
{
	if (*++p == closing)
		return p + 1;
	for (;; p++) {
		if (closing == '}') {
			p = string_skip(p);
			if (p == NULL || *p++ != ':')
				return NULL;
		}
		p = json_skip(p);
		if (p == NULL)
			return NULL;
		if (*p == closing)
			return p + 1;
		if (*p != ',')
			return NULL;
	}
}

static const char *json_skip(const char *p)
{
	size_t length = strspn(p, "-0123456789");

	if (*p == '"')
		return string_skip(p);
	if (*p == '{')
		return members_skip(p, '}');
	if (*p == '[')
		return members_skip(p, ']');
	if (strncmp(p, "true", 4) == 0 || strncmp(p, "null", 4) == 0)
		return p + 4;
	if (strncmp(p, "false", 5) == 0)
		return p + 5;
	return length > 0 ? p + length : NULL;
}

static void lines_are_json(const char *text, size_t lines)
{
	for (size_t i = 0; i < lines; i++) {
		const char *end = *text == '{' ? json_skip(text) : NULL;

		if (end == NULL || *end != '\n')
			fail_msg("not a JSON line: %s", text);
		text = end + 1;
	}
	assert_int_equal(*text, '\0');
}

static void test_json(void **state)
{
	char *text = written(*state, JSON);

	lines_are_json(text, 3);
	has(text,
	    "{\"id\":1,\"rule\":\"flood\",\"vector\":\"ntp_reflection\",\"title\":\"NTP "
	    "reflection\","
	    "\"direction\":\"inbound\",\"severity\":\"warning\",\"severity_ja\":\"警告\","
	    "\"confidence\":97,\"who\":{\"kind\":\"many\",\"name\":\"many addresses\"},"
	    "\"whom\":{\"kind\":\"ip\",\"name\":\"203.0.113.10\"},"
	    "\"opened\":\"2024-05-01T11:01:00.000000Z\",\"peaked\":\"2024-05-01T11:01:30.000000Z\","
	    "\"closed\":\"2024-05-01T11:03:05.000000Z\",\"ongoing\":false,\"packets\":1597,"
	    "\"bytes\":2300000000,\"peak_pps\":12412,\"peak_bps\":48200000,\"sources\":48213,"
	    "\"targets\":1,\"alerts\":12,\"group\":9,\"say\":\"Too many \\\"packets\\\" come.\","
	    "\"why\":[{\"key\":\"SYN per second now\",\"value\":\"12,412 (normal here: 35)\"}],"
	    "\"advice\":[\"Do this.\",\"Then that.\"],\"attack\":[\"T1498.001\"]}\n");
	has(text, "\"rule\":\"scan\",\"vector\":null,");
	has(text, "\"ongoing\":true");
	free(text);
}

static void test_json_without_texts(void **state)
{
	struct world *w = *state;
	char *text;

	w->incidents[0].advice = w->incidents[0].attack = NULL;
	w->incidents[0].why_count = 0;
	w->incidents[1].attack = "T1498.001, T1046 T1110";
	text = written(w, JSON);
	lines_are_json(text, 3);
	has(text, "\"why\":[],\"advice\":[],\"attack\":[]}");
	has(text, "\"attack\":[\"T1498.001\",\"T1046\",\"T1110\"]}");
	free(text);
}

static void test_eve_alert(void **state)
{
	char *text = written(*state, EVE_ALERTS);

	lines_are_json(text, 3);
	has(text,
	    "{\"timestamp\":\"2024-05-01T11:01:00.000000+0000\",\"event_type\":\"alert\","
	    "\"dest_ip\":\"203.0.113.10\",\"proto\":\"UDP\",\"alert\":{\"action\":\"allowed\","
	    "\"gid\":");
	has(text, "\"signature\":\"SYN flood\","
		  "\"category\":\"Detection of a Denial of Service Attack\",\"severity\":1,"
		  "\"metadata\":{\"attack_technique\":[\"T1498.001\"],\"confidence\":[\"97\"],"
		  "\"severity\":[\"high\"]}},\"hinomi\":{\"id\":2,");
	has(text, "\"severity\":2,\"metadata\"");
	has(text, "\"src_ip\":\"2001:db8::7\",\"dest_ip\":\"203.0.113.10\",\"alert\"");
	has(text, "\"category\":\"Detection of a Network Scan\"");
	free(text);
}

/* The number is a promise to whoever filters by it. */
static void test_eve_signature_id(void **state)
{
	struct world *w = *state;
	char *text;

	w->count = 1;
	text = written(w, EVE_ALERTS);
	has(text, "\"signature_id\":1659207538,\"rev\":1,");
	free(text);
}

static void test_eve_flow_tcp(void **state)
{
	struct flow flow = {
		.key = {.ip = {address("198.51.100.7").prefix.ip, address("203.0.113.5").prefix.ip},
			.port = {443, 51000},
			.proto = PROTO_TCP},
		.first = T0,
		.last = T0 + 5500000,
		.app = APP_TLS,
		.state = FLOW_ANSWERED | FLOW_HANDSHAKE | FLOW_CLOSED | FLOW_INITIATOR,
		.tcp_flags = {0x12, 0x1b},
		.packets = {11, 9},
		.bytes = {5000, 900},
	};
	char *text = flow_written(&flow);

	(void)state;
	lines_are_json(text, 1);
	has(text, "{\"timestamp\":\"2024-05-01T11:00:05.500000+0000\",\"flow_id\":");
	has(text, ",\"event_type\":\"flow\",\"src_ip\":\"203.0.113.5\",\"src_port\":51000,"
		  "\"dest_ip\":\"198.51.100.7\",\"dest_port\":443,\"proto\":\"TCP\",\"app_proto\":"
		  "\"tls\","
		  "\"flow\":{\"pkts_toserver\":9,\"pkts_toclient\":11,\"bytes_toserver\":900,"
		  "\"bytes_toclient\":5000,\"start\":\"2024-05-01T11:00:00.000000+0000\","
		  "\"end\":\"2024-05-01T11:00:05.500000+0000\",\"age\":5,\"state\":\"closed\","
		  "\"reason\":\"timeout\",\"alerted\":false},\"community_id\":\"1:");
	has(text, "\"tcp\":{\"tcp_flags\":\"1b\",\"tcp_flags_ts\":\"1b\",\"tcp_flags_tc\":\"12\","
		  "\"fin\":true,\"syn\":true,\"psh\":true,\"ack\":true,\"state\":\"closed\"}}\n");
	free(text);
}

static void test_eve_flow_states(void **state)
{
	struct flow flow = {.key.proto = PROTO_TCP, .tcp_flags = {TCP_SYN, 0}};
	char *text = flow_written(&flow);

	(void)state;
	has(text, "\"state\":\"new\"");
	has(text, "\"state\":\"syn_sent\"");
	free(text);
	flow.state = FLOW_ANSWERED;
	flow.tcp_flags[0] = flow.tcp_flags[1] = TCP_ACK; /* joined in its middle */
	text = flow_written(&flow);
	has(text, "\"state\":\"established\",\"reason\"");
	free(text);
	flow.key.proto = PROTO_UDP;
	text = flow_written(&flow);
	has(text, "\"proto\":\"UDP\"");
	lacks(text, "\"tcp\"");
	lacks(text, "app_proto");
	free(text);
}

static void test_eve_flow_icmp(void **state)
{
	struct flow flow = {
		.key = {.ip = {address("2001:db8::1").prefix.ip, address("2001:db8::2").prefix.ip},
			.port = {128, 129},
			.proto = PROTO_ICMP6},
		.state = FLOW_ANSWERED,
		.packets = {1, 1},
	};
	char *text = flow_written(&flow);

	(void)state;
	lines_are_json(text, 1);
	has(text, "\"proto\":\"IPv6-ICMP\",\"icmp_type\":128,\"icmp_code\":0,"
		  "\"response_icmp_type\":129,");
	lacks(text, "src_port");
	free(text);
	flow.key.proto = 253;
	text = flow_written(&flow);
	has(text, "\"proto\":\"253\"");
	free(text);
}

static void test_eve_stats(void **state)
{
	struct world *w = *state;
	char *text;

	w->run.anomalies.count[ANOMALY_TCP_FLAGS] = 4;
	text = written(w, EVE_STATS);
	lines_are_json(text, 1);
	has(text, "\"event_type\":\"stats\",\"stats\":{\"uptime\":200,\"decoder\":{\"pkts\":2000,"
		  "\"bytes\":1000000,\"ipv4\":2000,\"ipv6\":0,\"tcp\":1500,\"udp\":500,");
	has(text, "\"event\":{\"");
	has(text, "\"flags\":4");
	has(text, "\"flow\":{\"total\":1234,");
	assert_null(strstr(strstr(text, "\"tcp\":{") + 1, "\"tcp\":{")); /* one object a group */
	free(text);
}

static void test_text_facts(void **state)
{
	struct world *w = *state;
	char *text = written(w, TEXT);

	in_order(text, "2 attacks found. Most severe: CRITICAL 緊急.", "The capture");
	has(text, "203.0.113.0/24");
	has(text, "2024-05-01 11:00:00 UTC to 11:03:20 UTC (3 min 20 s)");
	in_order(text, "#3  CRITICAL 緊急  Own device scanning", "One attack with 2 vectors");
	in_order(text, "One attack with 2 vectors", "#2  HIGH 重要  SYN flood");
	in_order(text, "#2  HIGH 重要  SYN flood", "#1  WARNING 警告  NTP reflection");
	has(text, "about 48,000 addresses → 203.0.113.10");
	has(text, "from outside, against your network");
	has(text, "2001:db8::7 → 203.0.113.10\n    from your network, against others");
	has(text, "11:03:05 UTC, still going on after 2 min 5 s");
	has(text, "12,412 packets/s, 48.2 Mbit/s");
	has(text, "1,597 packets, 2.3 GB");
	has(text, "very sure (97 of 100)");
	has(text, "      SYN per second now  12,412 (normal here: 35)\n");
	has(text, "      1. Do this.\n      2. Then that.\n");
	lacks(text, "\x1b");
	lacks(text, "Trouble");
	lacks(text, "counted");
	free(text);
	text = written(w, TEXT_COLOUR);
	has(text, "\x1b[1;97;41mCRITICAL");
	lacks(text, "\x1b[31m"); /* the file's name cannot paint */
	free(text);
}

static void test_text_calm(void **state)
{
	struct world *w = *state;
	char *text;

	w->count = 0;
	text = written(w, TEXT);
	has(text, "Nothing found that needs you.\n");
	lacks(text, "What was found");
	free(text);
	w->count = 1;
	w->incidents[0].severity = SEVERITY_INFO;
	text = written(w, TEXT);
	has(text, "Nothing found that needs you.\nOne thing is noted");
	has(text, "#1  INFO  NTP reflection");
	free(text);
}

/* A capture that could not be read must never look like a calm one. */
static void test_text_unread(void **state)
{
	struct world *w = *state;
	char *text;

	w->count = 0;
	w->run = (struct run){.inputs = w->inputs, .input_count = 1};
	w->inputs[0].ok = false;
	snprintf(w->inputs[0].trouble, sizeof(w->inputs[0].trouble), "cut at offset 24");
	text = written(w, TEXT);
	has(text, "Nothing can be said: not one packet could be read.");
	lacks(text, "needs you");
	has(text, "Trouble with the input");
	has(text, "cut at offset 24");
	free(text);
	w->run.frames = 5; /* read, but nothing that a detector looks at */
	text = written(w, TEXT);
	has(text, "there is not one IP packet in it");
	free(text);
}

static void test_text_notes(void **state)
{
	struct world *w = *state;
	char *text;

	w->run.anomalies.count[ANOMALY_TCP_FLAGS] = 1204;
	w->run.anomalies.count[ANOMALY_FLOW_EVICTED] = 3;
	w->run.home.inferred = true;
	snprintf(w->run.home.reason, sizeof(w->run.home.reason), "most talk to it");
	text = written(w, TEXT);
	in_order(text, "Malformed or odd packets", "1,204  TCP flags that no stack sends");
	in_order(text, "1,204", "Bounds reached");
	in_order(text, "Bounds reached", "3  flow dropped early");
	has(text, "inferred: most talk to it");
	free(text);
}

static void test_text_width(void **state)
{
	struct world *w = *state;
	char *text;
	size_t width = 0;

	memset(w->incidents[0].say, 0, SAY_TEXT);
	for (int i = 0; i < 40; i++)
		snprintf(w->incidents[0].say + 5 * i, 6, "word ");
	text = written(w, TEXT);
	for (const char *p = text; *p != '\0'; p++) {
		width = *p == '\n' ? 0 : width + ((unsigned char)(*p & 0xc0) != 0x80);
		assert_true(width <= 100);
	}
	free(text);
}

static void test_html_escapes(void **state)
{
	struct world *w = *state;
	char *text;

	w->inputs[0].ok = false;
	snprintf(w->inputs[0].trouble, sizeof(w->inputs[0].trouble), "<img src=x onerror=y>");
	w->incidents[0].title = "<svg onload=1>";
	snprintf(w->incidents[0].why[0].value, EVIDENCE_VALUE, "</dl>\"'&\x1b");
	snprintf(w->run.home.reason, sizeof(w->run.home.reason), "<b>");
	w->run.home.inferred = true;
	text = written(w, HTML);
	lacks(text, "<script");
	lacks(text, "<img");
	lacks(text, "<svg onload");
	lacks(text, "<b>");
	lacks(text, "\x1b");
	lacks(text, "\xe2\x80\xae");
	has(text, "&lt;script&gt;alert(1)&lt;/script&gt;\\x1b[31m\\u202e.pcap");
	has(text, "&lt;/dl&gt;&quot;&#39;&amp;\\x1b");
	free(text);
}

static unsigned occurrences(const char *text, const char *piece)
{
	unsigned n = 0;

	while ((text = strstr(text, piece)) != NULL) {
		n++;
		text++;
	}
	return n;
}

static void test_html_page(void **state)
{
	static const char *const pairs[][2] = {
		{"<section", "</section>"},
		{"<article", "</article>"},
		{"<div", "</div>"},
		{"<svg", "</svg>"},
		{"<g ", "</g>"},
		{"<dl", "</dl>"},
		{"<a ", "</a>"},
		{"<span", "</span>"},
		{"<p ", "</p>"},
	};
	char *text = written(*state, HTML);

	assert_memory_equal(text, "<!doctype html>\n<html lang=\"en\">", 32);
	has(text, "default-src 'none'; style-src 'sha256-");
	lacks(text, "http://");
	lacks(text, "https://");
	lacks(text, " style=\"");
	lacks(text, "nan");
	lacks(text, "inf.");
	in_order(text, "<h1>2 attacks found. Most severe: CRITICAL 緊急.</h1>",
		 "<svg class=\"wide\"");
	in_order(text, "<svg class=\"narrow\"", "<h3>Own device scanning</h3>");
	in_order(text, "<h3>SYN flood + NTP reflection</h3>", "<h4>SYN flood</h4>");
	has(text, "<a href=\"#incident-2\">");
	has(text, "id=\"incident-2\"");
	has(text, "<dt>At its peak</dt>\n<dd>12,412 packets/s, 48.2 Mbit/s</dd>");
	has(text, "<li>Do this.</li>\n<li>Then that.</li>");
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]) - 1; i++)
		assert_int_equal(occurrences(text, pairs[i][0]), occurrences(text, pairs[i][1]));
	free(text);
}

/* The value of a base64 digit. */
static unsigned digit(char c)
{
	return c >= 'a'   ? (unsigned)(c - 'a') + 26
	       : c >= 'A' ? (unsigned)(c - 'A')
	       : c == '+' ? 62
	       : c == '/' ? 63
			  : (unsigned)(c - '0') + 52;
}

/* 43 digits of base64 as 64 of hex. */
static void hex_of(const char *base64, char hex[65])
{
	for (unsigned i = 0; i < 32; i++) {
		unsigned bit = i * 8, at = bit / 6, shift = 4 - bit % 6;
		unsigned twelve = digit(base64[at]) << 6 | (at < 42 ? digit(base64[at + 1]) : 0);

		snprintf(hex + 2 * i, 3, "%02x", twelve >> shift & 0xff);
	}
}

/* What sha256sum(1) says of a text: the other opinion. */
static void sha256sum(const char *text, size_t length, char hex[65])
{
	char path[] = "/tmp/test_report_XXXXXX";
	int fd = mkstemp(path), ends[2], status;
	pid_t child;

	assert_int_equal(write(fd, text, length), length);
	close(fd);
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		execlp("sha256sum", "sha256sum", path, (char *)NULL);
		_exit(1);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], hex, 64), 64);
	hex[64] = '\0';
	close(ends[0]);
	waitpid(child, &status, 0);
	remove(path);
}

/* The browser refuses the style unless the policy names its hash. */
static void test_html_style_hash(void **state)
{
	char *text = written(*state, HTML), *style, *end, *hash, told[65], right[65];

	style = strstr(text, "<style>") + 7;
	end = strstr(style, "</style>");
	hash = strstr(text, "'sha256-") + 8;
	assert_int_equal(strcspn(hash, "="), 43);
	hex_of(hash, told);
	sha256sum(style, (size_t)(end - style), right);
	assert_string_equal(told, right);
	free(text);
}

/* A hostile capture may claim any time: nothing may overflow, hang or divide by zero. */
static void test_extremes(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 4; i++) {
		w->run.first = w->run.series.start = i % 2 == 0 ? INT64_MIN + 1 : INT64_MAX - 5;
		w->run.last = i < 2 ? INT64_MAX : INT64_MIN;
		w->run.series.width = i == 3 ? 1 : INT64_MAX / SERIES_BINS;
		w->run.series.used = i == 0 ? 1 : SERIES_BINS;
		w->run.bytes = w->run.frames = UINT64_MAX;
		w->run.series.bins[0] = (struct series_bin){.packets = UINT64_MAX, .bytes = UINT64_MAX, .in_packets = UINT64_MAX};
		w->incidents[0].opened = INT64_MIN;
		w->incidents[0].closed = INT64_MAX;
		w->incidents[0].packets = w->incidents[0].sources = UINT64_MAX;
		for (enum form form = TEXT; form <= EVE_STATS; form++)
			free(written(w, form));
	}
}

/* Where a double can no longer tell the chart's ends apart, there is no chart. */
static void test_extreme_chart(void **state)
{
	struct world *w = *state;
	char *text;

	w->run.series.start = (usec_t)3000000000000000000;
	w->run.series.width = 1;
	w->run.series.used = 1;
	text = written(w, HTML);
	lacks(text, "<figure");
	free(text);
	w->incidents[0].opened = INT64_MIN;
	w->incidents[0].closed = INT64_MAX;
	text = written(w, TEXT);
	has(text, "after 106751991 days 4 h");
	free(text);
}

static void test_write_error(void **state)
{
	struct world *w = *state;
	FILE *full = fopen("/dev/full", "w");

	if (full == NULL)
		skip();
	assert_int_equal(report_text(full, &w->run, w->incidents, w->count, false), ERR_READ);
	fclose(full);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_json),          TEST(test_json_without_texts),
		TEST(test_eve_alert),     TEST(test_eve_signature_id),
		TEST(test_eve_flow_tcp),  TEST(test_eve_flow_states),
		TEST(test_eve_flow_icmp), TEST(test_eve_stats),
		TEST(test_text_facts),    TEST(test_text_calm),
		TEST(test_text_unread),   TEST(test_text_notes),
		TEST(test_text_width),    TEST(test_html_escapes),
		TEST(test_html_page),     TEST(test_html_style_hash),
		TEST(test_extremes),      TEST(test_extreme_chart),
		TEST(test_write_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
