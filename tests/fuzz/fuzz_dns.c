/*
 * fuzz_dns.c - hostile bytes as a DNS message, and as a stream of them cut at hostile places.
 */
#include "wire/dns.h"
#include "wire/stream.h"
#include "check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_within(const struct dns_message *m, struct span s)
{
	check(s.len == 0 || (s.ptr >= m->room && s.ptr + s.len <= m->room + DNS_ROOM));
}

static void check_message(const struct dns_message *m, bool readable)
{
	check(m->anomaly <= ANOMALY_COUNT);
	check(readable || m->anomaly != ANOMALY_COUNT);
	if (!readable)
		return;
	check(m->event.record_count <= DNS_ANSWERS && m->event.record_count <= m->event.answers);
	check_within(m, m->event.qname);
	for (size_t i = 0; i < m->event.qname.len; i++)
		check(m->event.qname.ptr[i] > ' ' && m->event.qname.ptr[i] < 0x7f);
	for (unsigned i = 0; i < m->event.record_count; i++) {
		check_within(m, m->event.records[i].name);
		check_within(m, m->event.records[i].text);
		check(m->event.records[i].text.len <= EVENT_TEXT_MAX);
	}
}

static void tell(void *whom, unsigned side, const struct dns_message *m, bool readable)
{
	(void)side;
	++*(unsigned *)whom;
	check_message(m, readable);
}

/* The stream in pieces must tell as many messages as the stream at once. */
static void check_stream(struct span s, unsigned piece)
{
	unsigned whole = 0, pieces = 0;
	struct dns_sink sink = { &whole, tell };
	struct dns_stream x = { 0 };
	size_t used = 0;

	check(dns_feed(&x, 0, s, &sink) <= s.len);
	memset(&x, 0, sizeof(x));
	sink.whom = &pieces;
	for (size_t have = 0; have < s.len;) {
		have = have + piece < s.len ? have + piece : s.len;
		used += dns_feed(&x, 0, (struct span){ s.ptr + used, have - used }, &sink);
		check(used <= have && have - used < STREAM_KEEP);
	}
	check(whole == pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct dns_message m;
	struct span s;
	uint8_t *copy;

	if (len < 1)
		return 0;
	copy = malloc(len - 1);
	check(copy != NULL);
	memcpy(copy, bytes + 1, len - 1);
	s = (struct span){ copy, len - 1 };
	check_message(&m, dns_read(s, &m));
	dns_looks(s);
	dns_stream_looks(s);
	if (s.len < STREAM_KEEP)
		check_stream(s, bytes[0] + 1u);
	free(copy);
	return 0;
}
