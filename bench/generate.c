/*
 * generate.c - large captures for benchmarks, written as fast as the disk takes them.
 *
 *     generate mixed FILE [--packets 5000000] [--flows 200000] [--mean 500] [--rate R] [--seed 1]
 *     generate flood FILE [--packets 10000000] [--flows 4000] [--mean 500] [--rate R] [--seed 1]
 *
 * mixed: everyday traffic. So many conversations are open at any time (once each place was used,
 * after the first second or so); one that ends is replaced by a new one. By conversations: TLS and
 * HTTP over TCP with handshake, data both ways, acknowledgements and an end; DNS; QUIC; ping. One
 * in twenty is IPv6. The size of data segments is chosen so that captured frames have the wanted
 * mean. flood: nine packets of ten are SYNs to one web server, each from another forged address,
 * 60 bytes as captured (64 on the wire with the check sequence); the tenth is everyday traffic.
 *
 * Time goes on evenly, R packets a second (a million). The same arguments give the same bytes. It only writes a file: nothing is ever sent.
 */
#include "capture/pcap_write.h"
#include "scenario/traffic.h"

#include <stdlib.h>

#define BUFFER    ((size_t)4 << 20)
#define RECORDS   32   /* prepared TLS records of either size */
#define RECORD    2048 /* room for one of each */
#define LONG      1400 /* bytes of the long one */
#define SHORT     240  /* most bytes of the short one */
#define OPENINGS  64   /* prepared first payloads of each kind */
#define FLOWS_MAX 10000000

enum kind { KIND_TLS, KIND_HTTP, KIND_DNS, KIND_QUIC, KIND_PING };

/* A place for one conversation. End 0 is the client. */
struct slot {
	struct ip ip[2];
	uint16_t port[2];
	uint32_t seq[2]; /* of DNS and ping: an id */
	uint8_t kind, stage;
	uint16_t left; /* rounds of data until it ends */
};

struct maker {
	FILE *f;
	uint8_t *buffer;
	size_t used;
	uint64_t packets, bytes; /* written; bytes of frames as captured */
	uint64_t limit, mean, rate;
	uint64_t everyday, everyday_bytes; /* of these, not of the flood */
	struct rng rng;
	uint8_t pool[RECORDS][RECORD];    /* a long record, and behind it a short one */
	size_t shorts[RECORDS];           /* its length */
	struct msg answer;                /* of a web server over HTTP: the header */
	struct msg openings[2][OPENINGS]; /* of KIND_TLS and KIND_HTTP */
};

static void maker_flush(struct maker *g)
{
	if (fwrite(g->buffer, 1, g->used, g->f) != g->used) {
		perror("generate");
		exit(1);
	}
	g->used = 0;
}

static size_t maker_put(struct maker *g, const struct head *h, struct span payload)
{
	uint8_t *out = g->buffer + g->used;
	size_t len;

	if (g->packets == g->limit)
		return 0;
	len = frame_build(out + PCAP_WRITE_RECORD, h, payload);
	pcap_write_record(out, CAPTURE_EPOCH + (usec_t)(g->packets * 1000000 / g->rate), (uint32_t)len,
			  (uint32_t)len);
	g->used += PCAP_WRITE_RECORD + len;
	g->packets++;
	g->bytes += len;
	if (g->used > BUFFER - 4096)
		maker_flush(g);
	return len;
}

/* Data of a size that moves the mean towards the wanted one. */
static struct span maker_data(struct maker *g)
{
	uint32_t n = rng_below(&g->rng, RECORDS);

	if (g->everyday_bytes < g->mean * g->everyday)
		return (struct span){ g->pool[n], LONG };
	return (struct span){ g->pool[n] + LONG, g->shorts[n] };
}

static void slot_put(struct maker *g, struct slot *s, unsigned side, uint8_t flags,
		     struct span payload)
{
	struct head h = { .from = s->ip[side],
			  .to = s->ip[!side],
			  .from_port = s->port[side],
			  .to_port = s->port[!side],
			  .proto = s->kind <= KIND_HTTP ? PROTO_TCP : PROTO_UDP,
			  .flags = flags,
			  .id = (uint16_t)g->packets,
			  .seq = s->seq[side],
			  .ack = flags & TCP_ACK ? s->seq[!side] : 0 };

	if (flags & TCP_SYN)
		syn_options(&h, false);
	if (s->kind <= KIND_HTTP)
		s->seq[side] += (uint32_t)payload.len + (flags & (TCP_SYN | TCP_FIN) ? 1 : 0);
	g->everyday_bytes += maker_put(g, &h, payload);
	g->everyday++;
}

static void slot_open(struct maker *g, struct slot *s)
{
	static const uint16_t ports[] = { 443, 80, 53, 443, 0 };
	uint32_t luck = rng_below(&g->rng, 100);
	bool v6 = rng_below(&g->rng, 20) == 0, inbound = rng_below(&g->rng, 3) == 0;
	uint32_t host = rng_below(&g->rng, inbound ? 20 : 200);
	uint32_t other = rng_below(&g->rng, 50000);
	struct rng rng = { other };

	s->kind = luck < 55   ? KIND_TLS
		  : luck < 70 ? KIND_HTTP
		  : luck < 85 ? KIND_DNS
		  : luck < 97 ? KIND_QUIC
			      : KIND_PING;
	s->ip[inbound] = v6 ? our6(2, inbound ? 0x80 + host : 0x100 + host)
			    : ip_of(203, 0, 113, inbound ? 20 + host : 50 + host);
	s->ip[!inbound] = v6 ? rng_global6(&rng) : rng_global4(&rng);
	s->port[0] = (uint16_t)(32768 + rng_below(&g->rng, 28000));
	s->port[1] = ports[s->kind];
	s->seq[0] = rng_u32(&g->rng);
	s->seq[1] = rng_u32(&g->rng);
	s->stage = 0;
	s->left = (uint16_t)(1 + rng_below(&g->rng, s->kind == KIND_PING ? 4 : 7));
}

/* Two segments from the server and their acknowledgement, or now and then one from the client. */
static void slot_round(struct maker *g, struct slot *s)
{
	static const struct span none;
	bool client = rng_below(&g->rng, 5) == 0;

	if (!client)
		slot_put(g, s, 1, TCP_ACK, maker_data(g));
	slot_put(g, s, !client, TCP_ACK | TCP_PSH, maker_data(g));
	slot_put(g, s, client, TCP_ACK, none);
}

/* Each call is the next thing that happens; true at the end of the conversation. */
static bool slot_tcp(struct maker *g, struct slot *s)
{
	static const struct span none;

	switch (s->stage++) {
	case 0:
		slot_put(g, s, 0, TCP_SYN, none);
		return false;
	case 1:
		slot_put(g, s, 1, TCP_SYN | TCP_ACK, none);
		return false;
	case 2:
		slot_put(g, s, 0, TCP_ACK, none);
		slot_put(g, s, 0, TCP_ACK | TCP_PSH,
			 msg_span(&g->openings[s->kind][rng_below(&g->rng, OPENINGS)]));
		slot_put(g, s, 1, TCP_ACK, s->kind == KIND_HTTP ? msg_span(&g->answer) : none);
		return false;
	case 3:
		slot_round(g, s);
		if (--s->left > 0)
			s->stage = 3;
		return false;
	default:
		if (rng_below(&g->rng, 10) == 0) {
			slot_put(g, s, 0, TCP_RST | TCP_ACK, none);
			return true;
		}
		slot_put(g, s, 0, TCP_FIN | TCP_ACK, none);
		slot_put(g, s, 1, TCP_FIN | TCP_ACK, none);
		slot_put(g, s, 0, TCP_ACK, none);
		return true;
	}
}

static bool slot_dns(struct maker *g, struct slot *s)
{
	static struct msg m;
	char name[40];

	m.len = 0;
	snprintf(name, sizeof(name), "h%u.example.com", s->seq[1] % 10000);
	if (s->stage++ == 0)
		msg_dns_query(&m, s->seq[0], name, 1);
	else
		msg_dns_answer(&m, s->seq[0], name, &s->ip[1]);
	slot_put(g, s, s->stage == 2, 0, msg_span(&m));
	return s->stage == 2;
}

static bool slot_quic(struct maker *g, struct slot *s)
{
	static struct msg m;

	m.len = 0;
	if (s->stage < 2) {
		msg_quic_initial(&m, &g->rng, 1200);
		slot_put(g, s, s->stage++, 0, msg_span(&m));
		return false;
	}
	for (unsigned i = 0; i < 3; i++) {
		m.len = 0;
		msg_u8(&m, 0x40 | rng_below(&g->rng, 64));
		msg_bytes(&m, i == 2 ? (struct span){ g->pool[0] + 40, 30 } : maker_data(g));
		slot_put(g, s, i < 2, 0, msg_span(&m));
	}
	return --s->left == 0;
}

static bool slot_ping(struct maker *g, struct slot *s)
{
	bool v4 = ip_is_v4(&s->ip[0]), answer = s->stage == 1;
	struct head h = { .from = s->ip[answer],
			  .to = s->ip[!answer],
			  .proto = v4 ? PROTO_ICMP : PROTO_ICMP6,
			  .icmp_type = v4 ? (answer ? 0 : 8) : (answer ? 129 : 128),
			  .icmp_rest = s->seq[0] << 16 | s->left };

	s->stage ^= 1;
	g->everyday_bytes += maker_put(g, &h, (struct span){ g->pool[0], 56 });
	g->everyday++;
	return answer && --s->left == 0;
}

static void slot_step(struct maker *g, struct slot *s)
{
	bool ended;

	switch (s->kind) {
	case KIND_DNS:
		ended = slot_dns(g, s);
		break;
	case KIND_QUIC:
		ended = slot_quic(g, s);
		break;
	case KIND_PING:
		ended = slot_ping(g, s);
		break;
	default:
		ended = slot_tcp(g, s);
	}
	if (ended)
		slot_open(g, s);
}

static void flood_put(struct maker *g)
{
	struct head h = { .from = rng_global4(&g->rng),
			  .to = BANK,
			  .to_port = 443,
			  .proto = PROTO_TCP,
			  .flags = TCP_SYN };
	uint64_t word = rng_next(&g->rng);

	h.from_port = (uint16_t)(1024 + (word & 0x7fff));
	h.id = (uint16_t)(word >> 16);
	h.seq = (uint32_t)(word >> 32);
	syn_options(&h, true);
	maker_put(g, &h, (struct span){ 0 });
}

static void maker_prepare(struct maker *g)
{
	static struct msg m;
	char host[40], path[40];

	for (unsigned i = 0; i < RECORDS; i++) {
		size_t len = 40 + rng_below(&g->rng, SHORT - 40);

		m.len = 0;
		msg_tls_data(&m, &g->rng, LONG - 5);
		msg_tls_data(&m, &g->rng, len - 5);
		memcpy(g->pool[i], m.b, m.len);
		g->shorts[i] = len;
	}
	msg_http_ok(&g->answer, 1000000);
	for (unsigned i = 0; i < OPENINGS; i++) {
		snprintf(host, sizeof(host), "www%u.example.com", i);
		snprintf(path, sizeof(path), "/page/%u.html", i * 37);
		g->openings[KIND_TLS][i].len = 0;
		msg_tls_client_hello(&g->openings[KIND_TLS][i], &g->rng, host);
		g->openings[KIND_HTTP][i].len = 0;
		msg_http_get(&g->openings[KIND_HTTP][i], host, path);
	}
}

static void maker_run(struct maker *g, bool flood, uint32_t flows)
{
	struct slot *slots = calloc(flows, sizeof(*slots));
	uint8_t header[PCAP_WRITE_HEADER];

	if (!slots) {
		perror("generate");
		exit(1);
	}
	pcap_write_header(header, LINK_ETHERNET, 65535);
	memcpy(g->buffer, header, sizeof(header));
	g->used = sizeof(header);
	for (uint32_t i = 0; i < flows; i++)
		slot_open(g, &slots[i]);
	while (g->packets < g->limit) {
		if (flood && g->everyday * 10 > g->packets)
			flood_put(g);
		else
			slot_step(g, &slots[rng_below(&g->rng, flows)]);
	}
	maker_flush(g);
	free(slots);
}

struct order {
	const char *kind, *file;
	uint64_t packets, flows, mean, rate, seed;
};

static bool order_number(const char *text, uint64_t *value)
{
	char *end;
	unsigned long long v = strtoull(text, &end, 10);

	if (end == text || *end)
		return false;
	*value = v;
	return true;
}

static bool order_parse(struct order *o, int argc, char **argv)
{
	const struct {
		const char *name;
		uint64_t *value;
	} options[] = { { "--packets", &o->packets },
			{ "--flows", &o->flows },
			{ "--mean", &o->mean },
			{ "--rate", &o->rate },
			{ "--seed", &o->seed } };

	for (int i = 1; i < argc; i++) {
		bool known = false;

		for (size_t j = 0; j < sizeof(options) / sizeof(options[0]) && i + 1 < argc; j++) {
			if (strcmp(argv[i], options[j].name) != 0)
				continue;
			if (!order_number(argv[++i], options[j].value))
				return false;
			known = true;
			break;
		}
		if (known || strcmp(argv[i], "-o") == 0)
			continue;
		if (argv[i][0] == '-' || (o->kind && o->file))
			return false;
		*(o->kind ? &o->file : &o->kind) = argv[i];
	}
	return o->kind && o->file && o->flows > 0 && o->flows <= FLOWS_MAX && o->rate > 0;
}

int main(int argc, char **argv)
{
	struct order o = { .mean = 500, .rate = 1000000, .seed = 1, .flows = 200000, .packets = 5000000 };
	struct maker *g = calloc(1, sizeof(*g));
	bool flood = argc > 1 && strcmp(argv[1], "flood") == 0;

	if (flood) {
		o.flows = 4000;
		o.packets = 10000000;
	}
	if (!g || !order_parse(&o, argc, argv) || (!flood && strcmp(o.kind, "mixed") != 0)) {
		fputs("usage: generate mixed|flood FILE [--packets N] [--flows N] [--mean N] "
		      "[--rate N] [--seed N]\n",
		      stderr);
		return 2;
	}
	g->buffer = malloc(BUFFER);
	g->f = fopen(o.file, "wb");
	if (!g->buffer || !g->f) {
		perror(o.file);
		return 1;
	}
	setvbuf(g->f, NULL, _IONBF, 0);
	g->limit = o.packets;
	g->mean = o.mean;
	g->rate = o.rate;
	g->rng.state = o.seed;
	maker_prepare(g);
	maker_run(g, flood, (uint32_t)o.flows);
	if (fclose(g->f) != 0) {
		perror(o.file);
		return 1;
	}
	fprintf(stderr, "%s: %llu packets, mean frame %.1f bytes\n", o.file,
		(unsigned long long)g->packets, (double)g->bytes / (double)g->packets);
	free(g->buffer);
	free(g);
	return 0;
}
