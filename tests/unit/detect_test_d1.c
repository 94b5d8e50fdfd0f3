/* detect_test_d1.c - the bench on which a detector is tested alone. */
#include "detect_test_d1.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void bench_raise(void *whom, const struct alert *alert)
{
	struct bench *b = whom;

	b->alerts++;
	b->last = *alert;
	if (b->alerts == 1 || alert->severity > b->worst.severity)
		b->worst = *alert;
}

void bench_open(struct bench *b, const struct detector *detector)
{
	struct detect_settings settings;
	struct prefix prefix;

	memset(b, 0, sizeof(*b));
	b->detector = detector;
	b->now = 1700000000 * USEC_PER_SEC;
	assert_int_equal(prefix_parse(&prefix, "192.168.0.0/16"), OK);
	assert_int_equal(home_add(&b->home, &prefix), OK);
	detect_settings_init(&settings);
	settings.home = &b->home;
	b->state = detector->open(&settings);
	assert_non_null(b->state);
}

void bench_close(struct bench *b)
{
	b->detector->close(b->state);
}

void bench_tick(struct bench *b)
{
	struct window window = { b->now - WINDOW_USEC, b->now, false, false };
	struct alert_sink sink = { .raise = bench_raise, .whom = b };

	b->detector->tick(b->state, &window, &sink);
}

void bench_pass(struct bench *b, usec_t time)
{
	b->now += time;
	bench_tick(b);
}

struct ip bench_ip(const char *text)
{
	struct ip ip;

	assert_int_equal(ip_parse(&ip, text), OK);
	return ip;
}

bool bench_is(const struct entity *entity, const char *ip)
{
	struct ip want = bench_ip(ip);

	return ip_equal(&entity->prefix.ip, &want);
}

struct event bench_event(const struct bench *b, enum event_kind kind, const char *client,
			 const char *server, uint16_t port)
{
	struct event e = { .kind = kind, .ts = b->now };

	e.key.ip[0] = bench_ip(client);
	e.key.ip[1] = bench_ip(server);
	e.key.port[0] = 40000;
	e.key.port[1] = port;
	e.key.proto = kind == EVENT_DNS ? PROTO_UDP : PROTO_TCP;
	for (unsigned end = 0; end < 2; end++)
		e.home[end] = home_has(&b->home, &e.key.ip[end]);
	return e;
}

void bench_see(struct bench *b, const struct event *event)
{
	struct obs obs = { .kind = OBS_EVENT, .ts = b->now, .event = event };

	b->detector->see(b->state, &obs);
}

void bench_flow(struct bench *b, const char *client, const char *server, uint16_t port,
		bool answered)
{
	struct flow f = { .first = b->now - USEC_PER_SEC, .last = b->now };
	struct obs obs = { .kind = OBS_FLOW, .ts = b->now, .flow = &f };

	f.key.ip[0] = bench_ip(client);
	f.key.ip[1] = bench_ip(server);
	f.key.port[0] = 40000;
	f.key.port[1] = port;
	f.key.proto = PROTO_TCP;
	f.packets[0] = f.packets[1] = answered ? 10 : 0;
	f.packets[0] += 1;
	f.payload_bytes[0] = f.payload_bytes[1] = answered ? 500 : 0;
	f.state = answered ? FLOW_ANSWERED | FLOW_HANDSHAKE : 0;
	b->detector->see(b->state, &obs);
}

void bench_ask(struct bench *b, const struct bench_dns *dns)
{
	struct event e = bench_event(b, EVENT_DNS, dns->client, dns->server, 53);

	e.dns.qname = text_span(dns->name);
	e.dns.qtype = dns->type;
	e.dns.length = (uint32_t)strlen(dns->name) + 18;
	bench_see(b, &e);
	if (dns->rcode < 0)
		return;
	e.dns.response = true;
	e.dns.rcode = (uint16_t)dns->rcode;
	if (dns->rdata) {
		e.dns.answers = e.dns.record_count = 1;
		e.dns.records[0] = (struct event_dns_record){ .type = dns->type,
							      .rdata_len = dns->rdata,
							      .name = e.dns.qname };
	}
	bench_see(b, &e);
}

static char *bench_random(char *text, unsigned length, uint64_t seed, const char *letters)
{
	size_t count = strlen(letters);

	for (unsigned i = 0; i < length; i++)
		text[i] = letters[hash_64(seed, i) % count];
	text[length] = '\0';
	return text;
}

char *bench_hex(char *text, unsigned length, uint64_t seed)
{
	return bench_random(text, length, seed, "0123456789abcdef");
}

char *bench_letters(char *text, unsigned length, uint64_t seed)
{
	return bench_random(text, length, seed, "abcdefghijklmnopqrstuvwxyz");
}
