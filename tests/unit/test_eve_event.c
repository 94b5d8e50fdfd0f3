/*
 * test_eve_event.c - events as EVE lines. The expected forms (names of members, their types and
 * spellings) are those that Suricata 7.0.10 wrote for captures and for made-up packets of the same
 * content; the values are written by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/text.h"
#include "report/report.h"

#include <jansson.h>
#include <stdlib.h>

#define T0 ((usec_t)1714561200 * USEC_PER_SEC) /* 2024-05-01T11:00:00Z */

static struct span s(const char *text)
{
	return text_span(text);
}

static struct ip ip(const char *text)
{
	struct ip ip;

	assert_int_equal(ip_parse(&ip, text), OK);
	return ip;
}

/* From 192.0.2.7:50000 to 198.51.100.2, the second end of the key being the client. */
static struct event event_of(enum event_kind kind, enum app app, uint8_t proto, uint16_t port)
{
	return (struct event){ .kind = kind,
			       .app = app,
			       .ts = T0 + 1500000,
			       .began = T0,
			       .key = { .ip = { ip("198.51.100.2"), ip("192.0.2.7") },
					.port = { port, 50000 },
					.proto = proto },
			       .client = 1 };
}

/* The line; to be freed. */
static char *line_of(const struct event *event)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	eve_event(out, event);
	fclose(out);
	return text;
}

/* The line, read by another's reader (jansson), which refuses what is no JSON or no UTF-8. */
static json_t *parsed(const struct event *event)
{
	char *text = line_of(event);
	json_error_t error;
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);

	if (json == NULL)
		fail_msg("%s in %s", error.text, text);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	free(text);
	return json;
}

/* One object of the event is exactly this JSON. */
static void object_is(const struct event *event, const char *key, const char *want)
{
	json_t *json = parsed(event), *expected = json_loads(want, 0, NULL);
	const json_t *got = json_object_get(json, key);

	assert_non_null(expected);
	if (!json_equal(got, expected)) {
		char *text = got ? json_dumps(got, JSON_PRESERVE_ORDER) : NULL;

		fail_msg("%s is %s\nnot %s", key, text ? text : "not there", want);
	}
	json_decref(expected);
	json_decref(json);
}

static void has(const struct event *event, const char *piece)
{
	char *text = line_of(event);

	if (strstr(text, piece) == NULL)
		fail_msg("not found: %s\nin: %s", piece, text);
	free(text);
}

static void lacks(const struct event *event, const char *piece)
{
	char *text = line_of(event);

	if (strstr(text, piece) != NULL)
		fail_msg("found: %s\nin: %s", piece, text);
	free(text);
}

static void test_head(void **state)
{
	struct event e = event_of(EVENT_SSH, APP_SSH, PROTO_TCP, 22);

	(void)state;
	has(&e, "{\"timestamp\":\"2024-05-01T11:00:01.500000+0000\",\"flow_id\":");
	has(&e, ",\"event_type\":\"ssh\",\"src_ip\":\"192.0.2.7\",\"src_port\":50000,"
		"\"dest_ip\":\"198.51.100.2\",\"dest_port\":22,\"proto\":\"TCP\","
		"\"app_proto\":\"ssh\",\"community_id\":\"1:");
	e.client = 0;
	has(&e, "\"src_ip\":\"198.51.100.2\",\"src_port\":22,");
	e.app = APP_NONE;
	lacks(&e, "app_proto");
}

/* An event is found by the flow_id of its flow, whatever the time of the event itself. */
static void test_flow_id(void **state)
{
	struct event e = event_of(EVENT_SSH, APP_SSH, PROTO_TCP, 22);
	struct flow flow = { .key = e.key, .first = T0, .last = T0 + 9, .state = FLOW_INITIATOR };
	char *text = NULL, id[48];
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	eve_flow(out, &flow, "timeout");
	fclose(out);
	assert_int_equal(sscanf(strstr(text, "\"flow_id\""), "%47[^,]", id), 1);
	has(&e, id);
	free(text);
	e.began = T0 + 1; /* another conversation between the same ends */
	lacks(&e, id);
	e.began = 0;
	lacks(&e, "flow_id");
}

static void test_dns_query(void **state)
{
	struct event e = event_of(EVENT_DNS, APP_DNS, PROTO_UDP, 53);

	(void)state;
	e.dns = (struct event_dns){
		.id = 15980, .flags = 0x0100, .qtype = 28, .qname = s("www.example.com")
	};
	object_is(&e, "dns",
		  "{\"version\":2,\"type\":\"query\",\"id\":15980,\"rrname\":"
		  "\"www.example.com\",\"rrtype\":\"AAAA\",\"opcode\":0}");
	e.dns.qtype = 64; /* as Suricata 7 does: a number, as a string */
	e.dns.flags = 0x2000;
	e.dns.qname = s("");
	object_is(&e, "dns",
		  "{\"version\":2,\"type\":\"query\",\"id\":15980,\"rrname\":\"\","
		  "\"rrtype\":\"64\",\"opcode\":4}");
}

static void test_dns_answer(void **state)
{
	struct event e = event_of(EVENT_DNS, APP_DNS, PROTO_UDP, 53);

	(void)state;
	e.dns = (struct event_dns){
		.response = true,
		.id = 7,
		.flags = 0x8580,
		.qtype = 1,
		.qname = s("a.example"),
		.answers = 5,
		.record_count = 5,
		.records = { { .type = 5,
			       .ttl = 60,
			       .name = s("a.example"),
			       .text = s("b.example") },
			     { .type = 1,
			       .ttl = 30,
			       .name = s("b.example"),
			       .text = s("192.0.2.1") },
			     { .type = 10, .ttl = 1, .name = s("b.example"), .text = s("") },
			     { .type = 1,
			       .ttl = 30,
			       .name = s("b.example"),
			       .text = s("192.0.2.2") },
			     { .type = 33,
			       .ttl = 9,
			       .name = s("c.example"),
			       .text = s("d.example") } }
	};
	object_is(&e, "dns",
		  "{\"version\":2,\"type\":\"answer\",\"id\":7,\"flags\":\"8580\",\"qr\":true,"
		  "\"aa\":true,\"rd\":true,\"ra\":true,\"opcode\":0,\"rrname\":\"a.example\","
		  "\"rrtype\":\"A\",\"rcode\":\"NOERROR\",\"answers\":["
		  "{\"rrname\":\"a.example\",\"rrtype\":\"CNAME\",\"ttl\":60,\"rdata\":\"b."
		  "example\"},"
		  "{\"rrname\":\"b.example\",\"rrtype\":\"A\",\"ttl\":30,\"rdata\":\"192.0.2.1\"},"
		  "{\"rrname\":\"b.example\",\"rrtype\":\"NULL\",\"ttl\":1},"
		  "{\"rrname\":\"b.example\",\"rrtype\":\"A\",\"ttl\":30,\"rdata\":\"192.0.2.2\"},"
		  "{\"rrname\":\"c.example\",\"rrtype\":\"SRV\",\"ttl\":9,"
		  "\"srv\":{\"name\":\"d.example\"}}],"
		  "\"grouped\":{\"CNAME\":[\"b.example\"],\"A\":[\"192.0.2.1\",\"192.0.2.2\"],"
		  "\"SRV\":[{\"name\":\"d.example\"}]}}");
}

static void test_dns_rcodes(void **state)
{
	/* Suricata's own of probes with each code */
	static const char *const names[16] = { "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
					       "NOTIMP",  "REFUSED", "YXDOMAIN", "YXRRSET",
					       "NXRRSET", "NOTAUTH", "NOTZONE",  "11",
					       "12",      "13",      "14",       "15" };
	struct event e = event_of(EVENT_DNS, APP_DNS, PROTO_UDP, 53);
	char want[32];

	(void)state;
	e.dns = (struct event_dns){ .response = true, .flags = 0x8270, .qtype = 255 };
	has(&e, "\"flags\":\"8270\",\"qr\":true,\"tc\":true,\"z\":true,");
	for (uint16_t i = 0; i < 16; i++) {
		e.dns.rcode = i;
		snprintf(want, sizeof(want), "\"rcode\":\"%s\"", names[i]);
		has(&e, want);
	}
	lacks(&e, "answers");
	lacks(&e, "grouped");
}

static void test_tls(void **state)
{
	struct event e = event_of(EVENT_TLS, APP_TLS, PROTO_TCP, 443);

	(void)state;
	e.tls = (struct event_tls){ .version = 0x0303,
				    .answered = true,
				    .resumed = true,
				    .sni = s("www.example.com"),
				    .alpn = s("h2,http/1.1"),
				    .ja3 = s("ea9ce8610d742d35519136e79680fa5e"),
				    .ja3_string = s("771,4865,0,29,0"),
				    .ja3s = s("b898351eb5e266aefd3723d466935494"),
				    .ja3s_string = s("771,49199,0"),
				    .ja4 = s("t12d1615h2_46e7e9700bed_2a77702ff8e0"),
				    .subject = s("CN=www.example.com"),
				    .issuer = s("C=US, CN=CA"),
				    .serial = s("00:F8"),
				    .names = s("www.example.com example.com"),
				    .fingerprint = s("69:4f"),
				    .not_before = (usec_t)1445558400 * USEC_PER_SEC,
				    .not_after = (usec_t)1542412799 * USEC_PER_SEC };
	object_is(&e, "tls",
		  "{\"subject\":\"CN=www.example.com\",\"issuerdn\":\"C=US, CN=CA\","
		  "\"session_resumed\":true,\"serial\":\"00:F8\",\"fingerprint\":\"69:4f\","
		  "\"sni\":\"www.example.com\",\"version\":\"TLS 1.2\","
		  "\"notbefore\":\"2015-10-23T00:00:00\",\"notafter\":\"2018-11-16T23:59:59\","
		  "\"ja3\":{\"hash\":\"ea9ce8610d742d35519136e79680fa5e\",\"string\":"
		  "\"771,4865,0,29,0\"},\"ja3s\":{\"hash\":\"b898351eb5e266aefd3723d466935494\","
		  "\"string\":\"771,49199,0\"},\"ja4\":\"t12d1615h2_46e7e9700bed_2a77702ff8e0\"}");
	object_is(&e, "hinomi",
		  "{\"answered\":true,\"alpn\":[\"h2\",\"http/1.1\"],"
		  "\"names\":[\"www.example.com\",\"example.com\"],\"self_signed\":false}");
}

static void test_tls_versions(void **state)
{
	static const struct {
		uint16_t version;
		const char *want;
	} cases[] = { { 0x0304, "TLS 1.3" }, { 0x0302, "TLS 1.1" },
		      { 0x0301, "TLSv1" },   { 0x0300, "SSLv3" },
		      { 0x0200, "SSLv2" },   { 0x0002, "SSLv2" },
		      { 0, "UNDETERMINED" }, { 0x7f1c, "TLS 1.3 draft-28" },
		      { 0xfefd, "0xfefd" } };
	struct event e = event_of(EVENT_TLS, APP_TLS, PROTO_TCP, 443);
	char want[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		e.tls.version = cases[i].version;
		snprintf(want, sizeof(want), "{\"version\":\"%s\"}", cases[i].want);
		object_is(&e, "tls", want);
	}
	object_is(&e, "hinomi", "{\"answered\":false}");
}

static void test_quic(void **state)
{
	static const struct {
		uint32_t version;
		const char *want;
	} cases[] = { { 1, "{\"version\":\"1\",\"sni\":\"q.example\",\"ja4\":\"q13d\"}" },
		      { 0x51303433,
			"{\"version\":\"Q043\",\"sni\":\"q.example\",\"ja4\":\"q13d\"}" },
		      { 0x51303335, "{\"version\":\"51303335\",\"sni\":\"q.example\","
				    "\"ja4\":\"q13d\"}" },
		      { 0x51300122, "{\"version\":\"51300122\",\"sni\":\"q.example\","
				    "\"ja4\":\"q13d\"}" },
		      { 0x6b3343cf, "{\"version\":\"6b3343cf\",\"sni\":\"q.example\","
				    "\"ja4\":\"q13d\"}" } };
	struct event e = event_of(EVENT_QUIC, APP_QUIC, PROTO_UDP, 443);

	(void)state;
	e.tls = (struct event_tls){ .sni = s("q.example"), .ja4 = s("q13d"), .alpn = s("h3") };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		e.tls.quic_version = cases[i].version;
		object_is(&e, "quic", cases[i].want);
	}
	object_is(&e, "hinomi", "{\"alpn\":[\"h3\"]}");
}

static void test_http(void **state)
{
	struct event e = event_of(EVENT_HTTP, APP_HTTP, PROTO_TCP, 80);

	(void)state;
	e.http = (struct event_http){ .status = 302,
				      .method = s("POST"),
				      .host = s("h.example"),
				      .url = s("/a?b=c"),
				      .agent = s("curl/8"),
				      .referer = s("http://r.example/"),
				      .protocol = s("HTTP/1.1"),
				      .type = s("text/html"),
				      .location = s("https://l.example/"),
				      .server = s("nginx"),
				      .request_body = 12,
				      .response_body = 6523 };
	object_is(&e, "http",
		  "{\"hostname\":\"h.example\",\"url\":\"/a?b=c\",\"http_user_agent\":\"curl/8\","
		  "\"http_content_type\":\"text/html\",\"server\":\"nginx\","
		  "\"http_refer\":\"http://r.example/\",\"http_method\":\"POST\","
		  "\"protocol\":\"HTTP/1.1\",\"status\":302,\"redirect\":\"https://l.example/\","
		  "\"length\":6523}");
	object_is(&e, "hinomi", "{\"request_length\":12}");
	e.http = (struct event_http){ .method = s("GET"), .url = s("/"), .location = s("/x") };
	object_is(&e, "http", "{\"url\":\"/\",\"http_method\":\"GET\",\"length\":0}");
	lacks(&e, "hinomi");
}

static void test_smtp(void **state)
{
	struct event e = event_of(EVENT_SMTP, APP_SMTP, PROTO_TCP, 25);

	(void)state;
	e.smtp = (struct event_smtp){ .helo = s("c.example"),
				      .from = s("a@x.example"),
				      .to = s("b@y.example c@y.example"),
				      .recipients = 2,
				      .refused = 1,
				      .subject = s("Hi"),
				      .message_id = s("<1@x>"),
				      .accepted = true,
				      .message = 900 };
	object_is(&e, "smtp",
		  "{\"helo\":\"c.example\",\"mail_from\":\"<a@x.example>\","
		  "\"rcpt_to\":[\"<b@y.example>\",\"<c@y.example>\"]}");
	object_is(&e, "email", "{\"subject\":\"Hi\",\"message_id\":\"<1@x>\"}");
	object_is(&e, "hinomi",
		  "{\"recipients\":2,\"refused\":1,\"accepted\":true,"
		  "\"starttls\":false,\"message_length\":900}");
	e.smtp.header_from = s("\"A, B\" <a@x.example>");
	e.smtp.header_to = s("\"C, D\" <c@y.example>,d@y.example ,, ");
	e.smtp.header_cc = s("e@y.example");
	e.smtp.files = s("a, b.txt\nc.zip");
	object_is(&e, "email",
		  "{\"from\":\"\\\"A, B\\\" <a@x.example>\","
		  "\"to\":[\"\\\"C, D\\\" <c@y.example>\",\"d@y.example\"],"
		  "\"cc\":[\"e@y.example\"],\"subject\":\"Hi\",\"message_id\":\"<1@x>\","
		  "\"attachment\":[\"a, b.txt\",\"c.zip\"]}");
	e.smtp = (struct event_smtp){ .recipients = 1, .to = s("b@y.example") };
	object_is(&e, "smtp", "{\"mail_from\":\"<>\",\"rcpt_to\":[\"<b@y.example>\"]}");
	e.smtp = (struct event_smtp){ .helo = s("c.example"), .tls = true };
	object_is(&e, "smtp", "{\"helo\":\"c.example\"}");
	lacks(&e, "email");
}

/* The longest text there is, with the brackets that are added. */
static void test_smtp_long(void **state)
{
	struct event e = event_of(EVENT_SMTP, APP_SMTP, PROTO_TCP, 25);
	char *from = malloc(EVENT_TEXT_MAX), *want = malloc(EVENT_TEXT_MAX + 32);

	(void)state;
	assert_true(from != NULL && want != NULL);
	memset(from, 'a', EVENT_TEXT_MAX);
	snprintf(want, EVENT_TEXT_MAX + 32, "{\"mail_from\":\"<%.*s>\"}", EVENT_TEXT_MAX, from);
	e.smtp.from = (struct span){ (const uint8_t *)from, EVENT_TEXT_MAX };
	object_is(&e, "smtp", want);
	free(want);
	free(from);
}

static void test_ssh(void **state)
{
	struct event e = event_of(EVENT_SSH, APP_SSH, PROTO_TCP, 22);

	(void)state;
	e.ssh = (struct event_ssh){ .client = s("OpenSSH_9.2p1 Debian 2"),
				    .client_version = s("2.0"),
				    .hassh = s("44ac1859818d6cacfb48ec9cb230b3f0"),
				    .server = s("OpenSSH_3.1p1"),
				    .server_version = s("1.99") };
	object_is(
		&e, "ssh",
		"{\"client\":{\"proto_version\":\"2.0\",\"software_version\":\"OpenSSH_9.2p1\","
		"\"hassh\":{\"hash\":\"44ac1859818d6cacfb48ec9cb230b3f0\"}},"
		"\"server\":{\"proto_version\":\"1.99\",\"software_version\":\"OpenSSH_3.1p1\"}}");
	object_is(&e, "hinomi", "{\"client_comment\":\"Debian 2\"}");
	e.ssh.client = s("OpenSSH_9.2p1 ");
	lacks(&e, "hinomi");
	e.ssh.server = e.ssh.server_version = s("");
	lacks(&e, "\"server\"");
}

static void test_login(void **state)
{
	struct event e = event_of(EVENT_LOGIN, APP_FTP, PROTO_TCP, 21);

	(void)state;
	e.login = (struct event_login){
		.outcome = LOGIN_REFUSED, .user = s("root"), .has_password = true, .weak = true
	};
	has(&e, "\"event_type\":\"hinomi_login\"");
	has(&e, "\"app_proto\":\"ftp\"");
	object_is(&e, "hinomi_login",
		  "{\"user\":\"root\",\"outcome\":\"refused\","
		  "\"password_sent\":true,\"default_password\":true,"
		  "\"anonymous\":false}");
	e.login = (struct event_login){ .outcome = LOGIN_ACCEPTED, .anonymous = true };
	object_is(&e, "hinomi_login",
		  "{\"outcome\":\"accepted\",\"password_sent\":false,"
		  "\"default_password\":false,\"anonymous\":true}");
}

static void test_file(void **state)
{
	struct event e = event_of(EVENT_FILE, APP_HTTP, PROTO_TCP, 80);

	(void)state;
	e.file = (struct event_file){ .name = s("a.exe"),
				      .declared = s("image/png"),
				      .type = FILE_PE,
				      .size = 6523,
				      .whole = true,
				      .hashed = true,
				      .sha256 = { [31] = 0xec } };
	has(&e, "\"src_ip\":\"192.0.2.7\",\"src_port\":50000");
	has(&e, "\"event_type\":\"fileinfo\"");
	object_is(&e, "fileinfo",
		  "{\"filename\":\"a.exe\",\"gaps\":false,\"state\":\"CLOSED\","
		  "\"sha256\":\"00000000000000000000000000000000000000000000000000000000000000ec\","
		  "\"stored\":false,\"size\":6523,\"tx_id\":0}");
	object_is(&e, "hinomi", "{\"type\":\"Windows program\",\"declared_type\":\"image/png\"}");
	e.file.whole = e.file.hashed = false;
	e.file.to_client = true; /* as Suricata: who sent it is the source */
	has(&e, "\"src_ip\":\"198.51.100.2\",\"src_port\":80");
	object_is(&e, "fileinfo",
		  "{\"filename\":\"a.exe\",\"gaps\":true,\"state\":\"TRUNCATED\","
		  "\"stored\":false,\"size\":6523,\"tx_id\":0}");
}

/* All digests, a coding that was undone, a range of a file. */
static void test_file_more(void **state)
{
	struct event e = event_of(EVENT_FILE, APP_HTTP, PROTO_TCP, 80);

	(void)state;
	e.file = (struct event_file){ .size = 10,
				      .first = 5,
				      .full = 100,
				      .ranged = true,
				      .hashed = true,
				      .hashed_all = true,
				      .md5 = { 1 },
				      .sha1 = { 2 },
				      .sha256 = { 3 } };
	object_is(&e, "fileinfo",
		  "{\"gaps\":false,\"state\":\"CLOSED\",\"md5\":\"01000000000000000000000000000000\","
		  "\"sha1\":\"0200000000000000000000000000000000000000\","
		  "\"sha256\":\"0300000000000000000000000000000000000000000000000000000000000000\","
		  "\"stored\":false,\"size\":10,\"start\":5,\"end\":14,\"tx_id\":0}");
	object_is(&e, "hinomi", "{\"type\":\"unknown content\",\"full_size\":100}");
	e.file = (struct event_file){ .size = 1, .hashed_carried = true, .carried_sha256 = { 4 } };
	object_is(&e, "hinomi",
		  "{\"type\":\"unknown content\",\"carried_sha256\":"
		  "\"0400000000000000000000000000000000000000000000000000000000000000\"}");
	e.file = (struct event_file){ .size = 1, .ranged = true, .full = 9 };
	object_is(&e, "fileinfo",
		  "{\"gaps\":true,\"state\":\"TRUNCATED\",\"stored\":false,\"size\":1,\"tx_id\":0}");
}

/* What is said to a person is not told: it may be a password for NickServ. */
static void test_irc(void **state)
{
	struct event e = event_of(EVENT_IRC, APP_IRC, PROTO_TCP, 6667);

	(void)state;
	e.irc = (struct event_irc){
		.verb = IRC_TEXT, .nick = s("bot7"), .channel = s("#c2"), .text = s("!ddos x")
	};
	has(&e, "\"event_type\":\"hinomi_irc\"");
	object_is(&e, "hinomi_irc",
		  "{\"said\":\"text\",\"from_server\":false,\"nick\":\"bot7\",\"channel\":\"#c2\","
		  "\"text\":\"!ddos x\"}");
	e.irc.channel = s("NickServ");
	e.irc.text = s("IDENTIFY secret");
	object_is(&e, "hinomi_irc",
		  "{\"said\":\"text\",\"from_server\":false,\"nick\":\"bot7\","
		  "\"channel\":\"NickServ\",\"text_length\":15}");
	lacks(&e, "secret");
	e.irc = (struct event_irc){ .verb = IRC_WELCOME, .from_server = true, .server = s("i.test") };
	object_is(&e, "hinomi_irc",
		  "{\"said\":\"welcome\",\"from_server\":true,\"server\":\"i.test\"}");
}

static void test_mining(void **state)
{
	struct event e = event_of(EVENT_MINING, APP_MINING, PROTO_TCP, 3333);

	(void)state;
	e.mining = (struct event_mining){ MINING_LOGIN, s("wallet.worker"), s("XMRig/6") };
	has(&e, "\"event_type\":\"hinomi_mining\"");
	has(&e, "\"app_proto\":\"stratum\"");
	object_is(&e, "hinomi_mining",
		  "{\"method\":\"login\",\"user\":\"wallet.worker\",\"agent\":\"XMRig/6\"}");
}

static void test_dhcp(void **state)
{
	struct event e = event_of(EVENT_DHCP, APP_DHCP, PROTO_UDP, 67);

	(void)state;
	e.key.port[1] = 68;
	e.dhcp = (struct event_dhcp){ .version = 4,
				      .type = 3,
				      .id = 4000000000u,
				      .mac = { 0x78, 0xf8, 0x82, 0xd3, 0xfb, 0xc2 },
				      .requested = ip("172.16.42.216"),
				      .hostname = s("phone"),
				      .vendor = s("dhcpcd"),
				      .fingerprint = s("1,3,33,6,15,150") };
	object_is(&e, "dhcp",
		  "{\"type\":\"request\",\"id\":4000000000,\"client_mac\":\"78:f8:82:d3:fb:c2\","
		  "\"dhcp_type\":\"request\",\"requested_ip\":\"172.16.42.216\","
		  "\"hostname\":\"phone\",\"vendor_class_identifier\":\"dhcpcd\",\"params\":["
		  "\"subnet_mask\",\"router\",\"dns_server\",\"domain\",\"tftp_server_ip\"]}");
	object_is(&e, "hinomi", "{\"version\":4,\"fingerprint\":\"1,3,33,6,15,150\"}");
	has(&e, "\"src_ip\":\"192.0.2.7\",\"src_port\":68");
	e.dhcp = (struct event_dhcp){ .version = 4, .type = 5, .assigned = ip("192.0.2.9") };
	object_is(&e, "dhcp",
		  "{\"type\":\"reply\",\"id\":0,\"assigned_ip\":\"192.0.2.9\","
		  "\"dhcp_type\":\"ack\"}");
	has(&e, "\"src_ip\":\"198.51.100.2\",\"src_port\":67");
	e.client = 0; /* a reply to everybody, which began the conversation */
	has(&e, "\"src_ip\":\"198.51.100.2\",\"src_port\":67");
	e.dhcp = (struct event_dhcp){ .version = 4, .type = 200 };
	object_is(&e, "dhcp", "{\"type\":\"request\",\"id\":0,\"dhcp_type\":\"unknown\"}");
	e.dhcp = (struct event_dhcp){ .version = 6, .type = 2, .fingerprint = s("23,24") };
	object_is(&e, "dhcp", "{\"type\":\"reply\",\"id\":0,\"dhcp_type\":\"advertise\"}");
	object_is(&e, "hinomi", "{\"version\":6,\"fingerprint\":\"23,24\"}");
}

static void test_other(void **state)
{
	struct event e = event_of(EVENT_OTHER, APP_MQTT, PROTO_TCP, 1883);
	char *text = line_of(&e);

	(void)state;
	assert_string_equal(text, "");
	free(text);
}

/* Every byte there is, in every text of every kind: the line stays one line of sound JSON. */
static void test_hostile(void **state)
{
	struct span all;
	uint8_t *bytes = malloc(EVENT_TEXT_MAX);

	(void)state;
	assert_non_null(bytes);
	for (unsigned i = 0; i < EVENT_TEXT_MAX; i++)
		bytes[i] = (uint8_t)(i * 7);
	all = (struct span){ bytes, EVENT_TEXT_MAX };
	for (unsigned kind = 0; kind < EVENT_OTHER; kind++) {
		struct event e = event_of((enum event_kind)kind, APP_NONE, PROTO_TCP, 1);

		if (kind == EVENT_DNS)
			e.dns = (struct event_dns){ .response = true,
						    .qname = all,
						    .record_count = 1,
						    .records = { { .name = all, .text = all } } };
		else if (kind == EVENT_TLS || kind == EVENT_QUIC)
			e.tls = (struct event_tls){ .quic_version = 0x51300022,
						    .sni = all,
						    .alpn = all,
						    .names = all,
						    .ja3 = all,
						    .subject = all,
						    .fingerprint = all };
		else if (kind == EVENT_HTTP)
			e.http = (struct event_http){ .method = all, .host = all, .url = all };
		else if (kind == EVENT_SMTP)
			e.smtp = (struct event_smtp){
				.helo = all, .from = all, .to = all, .subject = all,
				.header_from = all, .header_to = all, .files = all
			};
		else if (kind == EVENT_SSH)
			e.ssh = (struct event_ssh){ .client = all, .server_version = all };
		else if (kind == EVENT_LOGIN)
			e.login = (struct event_login){ .user = all };
		else if (kind == EVENT_FILE)
			e.file = (struct event_file){ .name = all, .declared = all };
		else if (kind == EVENT_IRC)
			e.irc = (struct event_irc){ .nick = all, .channel = all, .text = all };
		else if (kind == EVENT_MINING)
			e.mining = (struct event_mining){ .user = all, .agent = all };
		else
			e.dhcp = (struct event_dhcp){ .hostname = all, .fingerprint = all };
		json_decref(parsed(&e));
	}
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_head),         cmocka_unit_test(test_flow_id),
		cmocka_unit_test(test_dns_query),    cmocka_unit_test(test_dns_answer),
		cmocka_unit_test(test_dns_rcodes),   cmocka_unit_test(test_tls),
		cmocka_unit_test(test_tls_versions), cmocka_unit_test(test_quic),
		cmocka_unit_test(test_http),         cmocka_unit_test(test_smtp),
		cmocka_unit_test(test_smtp_long),    cmocka_unit_test(test_ssh),
		cmocka_unit_test(test_login),        cmocka_unit_test(test_file),
		cmocka_unit_test(test_file_more),    cmocka_unit_test(test_irc),
		cmocka_unit_test(test_mining),
		cmocka_unit_test(test_dhcp),         cmocka_unit_test(test_other),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
