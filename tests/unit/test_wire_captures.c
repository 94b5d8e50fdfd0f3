/*
 * test_wire_captures.c - DNS, TLS and QUIC of real captures against what tshark 4.0 finds in them.
 *
 * The captures lie in the folder named by HINOMI_SHARED_DATA; without it the test is skipped with a
 * notice. TCP is put together only as far as segments come in order, which these captures allow.
 */
#include "hello_test.h"
#include "wire/decode.h"
#include "wire/dns.h"
#include "wire/quic.h"
#include "wire/tls.h"

#include <pcap/pcap.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(a)      (sizeof(a) / sizeof((a)[0]))
#define CONVERSATIONS 256
#define FINGERPRINTS  8

/* tshark -Y 'dns and udp', with dns.flags.response == 1, the sum of dns.count.answers. */
static const struct {
	const char *capture;
	unsigned messages, responses, answers;
} dns[] = {
	{ "dmachard__iodine.pcap", 24, 12, 12 },
	{ "ntop__dns_exfiltration.pcap", 300, 150, 150 },
	{ "ntop__alexa-app.pcapng", 62, 31, 77 },
	{ "elisaUD-cloud__1-dnscat2_un.pcap", 2468, 1234, 1234 },
};

/* tshark -e tls.handshake.ja3, -e tls.handshake.ja3s: how often each. */
static const struct {
	const char *capture;
	struct fingerprint {
		const char *text;
		unsigned count;
	} ja3[FINGERPRINTS], ja3s[FINGERPRINTS];
} tls[] = {
	{ "ntop__443-firefox.pcap",
	  { { "b20b44b18b853ef29ab773e921b03422", 1 } },
	  { { "3653a20186a5b490426131a611e01992", 1 } } },
	{ "ntop__netflix.pcap",
	  { { "7e72698146290dd68239f788a452e7d8", 6 },
	    { "c07cb55f88702033a8f52c046d23e0b2", 7 },
	    { "d8bfad189bd26664e04570c104ee8418", 1 },
	    { "dc67ac8aaf8d7f69ecd6598135448f24", 6 } },
	  { { "303951d4c50efb2e991652225a6f02b1", 19 },
	    { "ef6b224ce027c8e21e5a25d8a58255a3", 1 } } },
	{ "ntop__zoom.pcap",
	  { { "535aca3d99fc247509cd50933cd71d37", 3 },
	    { "a795593605a13211941d44505b4d1e39", 1 },
	    { "c51de225944b7d58d48c0f99f86ba8e6", 5 },
	    { "d78489b860c8bf7838a6ff0b4d131541", 1 } },
	  { { "3c30f2c064a3aed8cd95de8d68c726a6", 3 },
	    { "ada793d0f02b028a6c840504edccb652", 5 },
	    { "dd4b012f7a008e741554bd0a4ed12920", 1 } } },
	{ "ntop__vxlan.pcap",
	  { { "40adfd923eb82b89d8836ba37a19bca1", 2 } },
	  { { "475c9302dc42b2751db9edcac3b74891", 2 } } },
	{ "evgenii-moriakhin__no_flood.pcap",
	  { { "b32309a26951912be7dba376398abc3b", 2 } },
	  { { "2b33c1374db4ddf06942f92373c0b54b", 2 } } },
	{ "zeek__merlinc2_Zeek_example.pcapng",
	  { { "203c2306834e5bf5ace01fb74ad1badf", 1 } },
	  { { 0 } } },
};

struct conversation {
	struct flow_key key;
	uint8_t client;
	bool is_tls, begun[2];
	struct tls tls;
	struct tls_note note;
	uint32_t next[2];
	size_t kept[2];
	uint8_t bytes[2][2 * STREAM_KEEP];
};

static struct {
	struct conversation *of[CONVERSATIONS];
	unsigned conversations;
	struct quic quic; /* of the only QUIC conversation in these captures */
	unsigned messages, responses, answers;
	char ja3[256][JA3_TEXT + 1], ja3s[256][JA3_TEXT + 1];
	unsigned ja3_count, ja3s_count;
} found;

static void note_text(char texts[256][JA3_TEXT + 1], unsigned *count, struct span text)
{
	if (text.len == JA3_TEXT && *count < 256)
		memcpy(texts[(*count)++], text.ptr, JA3_TEXT);
}

static void tell(void *whom, const struct event_tls *e)
{
	(void)whom;
	note_text(found.ja3, &found.ja3_count, e->ja3);
	note_text(found.ja3s, &found.ja3s_count, e->ja3s);
}

static struct conversation *conversation_of(const struct packet *p)
{
	struct conversation *c;

	for (unsigned i = 0; i < found.conversations; i++)
		if (memcmp(&found.of[i]->key, &p->key, sizeof(p->key)) == 0)
			return found.of[i];
	if (found.conversations == CONVERSATIONS)
		return NULL;
	c = calloc(1, sizeof(*c));
	assert_non_null(c);
	c->key = p->key;
	c->client = (p->tcp_flags & TCP_SYN) && (p->tcp_flags & TCP_ACK) ? !p->side : p->side;
	c->tls.note = &c->note;
	found.of[found.conversations++] = c;
	return c;
}

static void see_tcp(const struct packet *p)
{
	struct tls_sink sink = { NULL, kit, tell };
	struct conversation *c = conversation_of(p);
	unsigned end = p->side;
	size_t used;

	if (c && !c->begun[end]) { /* some captures have no SYN */
		c->next[end] = p->seq + ((p->tcp_flags & TCP_SYN) != 0);
		c->begun[end] = true;
	}
	if (!c || p->payload.len == 0 || p->seq != c->next[end] || c->tls.done)
		return;
	if (!c->is_tls && !tls_looks(p->payload))
		return;
	c->is_tls = true;
	assert_true(c->kept[end] + p->payload.len <= sizeof(c->bytes[end]));
	memcpy(c->bytes[end] + c->kept[end], p->payload.ptr, p->payload.len);
	c->kept[end] += p->payload.len;
	c->next[end] += (uint32_t)p->payload.len;
	used = tls_feed(&c->tls, end != c->client, (struct span){ c->bytes[end], c->kept[end] },
			&sink);
	assert_true(used <= c->kept[end]);
	memmove(c->bytes[end], c->bytes[end] + used, c->kept[end] - used);
	c->kept[end] -= used;
}

static void see_udp(const struct packet *p)
{
	struct quic_sink sink = { NULL, kit, tell, false };
	static struct dns_message m;

	if (dns_looks(p->payload)) {
		assert_true(dns_read(p->payload, &m));
		assert_int_equal(m.anomaly, ANOMALY_COUNT);
		found.messages++;
		found.responses += m.event.response;
		found.answers += m.event.answers;
	} else if (quic_looks(p->payload) && packet_to_port(p) == 443) {
		assert_true(quic_feed(&found.quic, 0, p->payload, &sink));
	}
}

static bool read_capture(const char *folder, const char *name)
{
	static struct decoder decoder;
	struct packet packets[DECODE_PACKETS];
	struct tls_sink sink = { NULL, kit, tell };
	char path[8192], text[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *h;
	const uint8_t *bytes;
	pcap_t *pcap;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	pcap = pcap_open_offline(path, text);
	if (!pcap)
		return false;
	while (pcap_next_ex(pcap, &h, &bytes) == 1) {
		struct frame frame = {
			0, h->len, (uint16_t)pcap_datalink(pcap), { bytes, h->caplen }
		};
		unsigned count = decode_frame(&decoder, &frame, packets);

		for (unsigned i = 0; i < count; i++)
			if (packets[i].key.proto == PROTO_TCP)
				see_tcp(&packets[i]);
			else if (packets[i].key.proto == PROTO_UDP &&
				 !(packets[i].marks & MARK_OUTER))
				see_udp(&packets[i]);
	}
	pcap_close(pcap);
	for (unsigned i = 0; i < found.conversations; i++) {
		tls_end(&found.of[i]->tls, &sink);
		free(found.of[i]);
	}
	return true;
}

/* The folder of captures, or NULL, with a notice, when there is none. */
static const char *captures(void)
{
	const char *shared = getenv("HINOMI_SHARED_DATA");
	static char folder[4096];

	snprintf(folder, sizeof(folder), "%s/captures",
		 shared ? shared : HINOMI_SOURCE_ROOT "/../shared/data");
	if (access(folder, R_OK) == 0)
		return folder;
	print_message("NOTICE: no captures in %s; set HINOMI_SHARED_DATA\n", folder);
	return NULL;
}

static void test_dns(void **state)
{
	const char *folder = captures();

	(void)state;
	if (!folder)
		skip();
	for (size_t i = 0; folder && i < COUNT(dns); i++) {
		memset(&found, 0, sizeof(found));
		assert_true(read_capture(folder, dns[i].capture));
		if (found.messages != dns[i].messages || found.responses != dns[i].responses ||
		    found.answers != dns[i].answers)
			fail_msg("%s: %u messages, %u responses, %u answers", dns[i].capture,
				 found.messages, found.responses, found.answers);
	}
}

static void same_fingerprints(const char *capture, const struct fingerprint want[FINGERPRINTS],
			      char texts[256][JA3_TEXT + 1], unsigned count)
{
	unsigned expected = 0;

	for (unsigned i = 0; i < FINGERPRINTS && want[i].text; i++) {
		unsigned n = 0;

		for (unsigned k = 0; k < count; k++)
			n += strcmp(texts[k], want[i].text) == 0;
		if (n != want[i].count)
			fail_msg("%s: %s %u times, want %u", capture, want[i].text, n,
				 want[i].count);
		expected += n;
	}
	if (count != expected)
		fail_msg("%s: %u fingerprints, want %u", capture, count, expected);
}

static void test_fingerprints(void **state)
{
	const char *folder = captures();

	(void)state;
	if (!folder)
		skip();
	for (size_t i = 0; folder && i < COUNT(tls); i++) {
		memset(&found, 0, sizeof(found));
		assert_true(read_capture(folder, tls[i].capture));
		same_fingerprints(tls[i].capture, tls[i].ja3, found.ja3, found.ja3_count);
		same_fingerprints(tls[i].capture, tls[i].ja3s, found.ja3s, found.ja3s_count);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dns),
		cmocka_unit_test(test_fingerprints),
	};

	return cmocka_run_group_tests(tests, kit_begin, kit_end);
}
