/*
 * traffic.h - what applications say: messages, TCP conversations, UDP exchanges, and the ordinary
 * traffic that every scenario has in the background.
 *
 * Times are those at the place of capture, which is our own border: our hosts answer within
 * QUICK, the outside within a round trip.
 */
#ifndef SCENARIO_TRAFFIC_H
#define SCENARIO_TRAFFIC_H

#include "scenario/packet_writer.h"

#define QUICK   ((usec_t)300)
#define SEC     USEC_PER_SEC
#define MS      USEC_PER_MS
#define MSG_MAX 9000

/* A message in the making. Writing beyond MSG_MAX ends the program: a mistake of ours. */
struct msg {
	size_t len;
	uint8_t b[MSG_MAX];
};

void msg_u8(struct msg *m, unsigned v);
void msg_be16(struct msg *m, unsigned v);
void msg_be32(struct msg *m, uint32_t v);
void msg_le16(struct msg *m, unsigned v);
void msg_le32(struct msg *m, uint32_t v);
void msg_fill(struct msg *m, unsigned v, size_t n);
void msg_bytes(struct msg *m, struct span bytes);
void msg_noise(struct msg *m, struct rng *rng, size_t n);
void msg_text(struct msg *m, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline struct span msg_span(const struct msg *m)
{
	return (struct span){ m->b, m->len };
}

static inline struct span span_text(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

/* Messages of single protocols; each is appended to m. */
void msg_tls_client_hello(struct msg *m, struct rng *rng, const char *host);
void msg_tls_server_hello(struct msg *m, struct rng *rng); /* ServerHello and what follows it */
void msg_tls_data(struct msg *m, struct rng *rng, size_t n);
void msg_dns_name(struct msg *m, const char *name);
void msg_dns_query(struct msg *m, unsigned id, const char *name, unsigned type);
void msg_dns_answer(struct msg *m, unsigned id, const char *name, const struct ip *ip);
void msg_http_get(struct msg *m, const char *host, const char *path);
void msg_http_ok(struct msg *m, size_t length);
void msg_ntp(struct msg *m, struct rng *rng, bool answer);
void msg_quic_initial(struct msg *m, struct rng *rng, size_t size);
void msg_quic_short(struct msg *m, struct rng *rng, size_t size);

/* The two ends of a conversation; end 0 is the client. */
struct ends {
	struct ip ip[2];
	uint16_t port[2];
};

/* One UDP packet from the side. */
void udp_say(struct capture *c, usec_t at, const struct ends *ends, unsigned side,
	     struct span payload);

/*
 * A TCP conversation. Fill `to`, `ends`, `now` and `rtt`, then call talk_open(). Every call moves
 * `now` on; what the other side does with a delay is added at its time, which is why a capture is
 * sorted at the end.
 */
struct talk {
	struct capture *to;
	struct ends ends;
	usec_t now;
	usec_t rtt;      /* of the side that is outside */
	uint32_t seq[2]; /* the next byte of each side */
	uint16_t id[2];
	uint16_t window[2]; /* 0: the usual */
	uint8_t last;       /* who spoke last */
	uint8_t hidden;     /* bit n: packets of side n are not in the capture */
};

void talk_open(struct talk *t);
void talk_join(struct talk *t); /* as if opened long ago: the handshake is not in the capture */
void talk_say(struct talk *t, unsigned side, struct span message);
void talk_text(struct talk *t, unsigned side, const char *text);
void talk_tls(struct talk *t, unsigned side, size_t bytes); /* encrypted records */
void talk_hello(struct talk *t, const char *host);        /* the handshake of TLS */
void talk_noise(struct talk *t, unsigned side, size_t bytes);
void talk_close(struct talk *t, unsigned side); /* side sends the first FIN */
void talk_abort(struct talk *t, unsigned side); /* side sends RST */

/* Full-sized TLS records, a segment each, `gap` apart, for as long as `packets` last. */
void talk_bulk(struct talk *t, unsigned side, uint32_t packets, usec_t gap);

/* What the side answers with, in packets of the kernel's own making. `flags` with seq and ack. */
void talk_packet(struct talk *t, usec_t at, unsigned side, uint8_t flags, struct span payload);

static inline void talk_wait(struct talk *t, usec_t length)
{
	t->now += length;
}

/* A connection attempt: SYN, and what comes back. */
enum reply { REPLY_NONE, REPLY_RST, REPLY_SYNACK };
void probe_tcp(struct capture *c, usec_t at, const struct ends *ends, enum reply reply);
void syn_options(struct head *h, bool plain); /* plain: MSS only */

/* One visit of a web site over TLS (port 443) or plain HTTP (any other port). */
struct visit {
	struct ends ends;
	usec_t at, rtt;
	uint32_t bytes; /* of the answer */
	const char *host;
};
void web_visit(struct capture *c, const struct visit *visit);
void dns_lookup(struct capture *c, usec_t at, const struct ends *ends, const char *name);
void ntp_poll(struct capture *c, usec_t at, const struct ends *ends);

/* Ordinary traffic between two times: of an office with a web site in 203.0.113.0/24, and of a
 * home in 192.168.10.0/24. `every` is the mean time between two visits. */
void background_office(struct capture *c, usec_t from, usec_t to, usec_t every);
void background_home(struct capture *c, usec_t from, usec_t to, usec_t every);

/* The same n-th host outside, whatever the seed. */
struct ip outside_host(uint32_t n);

/* The n-th host of ours exists: that of an address in 203.0.113.0/24 which answers. */
bool office_has(unsigned host);

/* An SSH session up to the encrypted part (RFC 4253): banners, key exchange. */
void ssh_hello(struct talk *t, const char *client);

#define BANK  ip_of(203, 0, 113, 80)
#define BANK6 our6(0, 0x80)
struct ip our6(unsigned subnet, unsigned host); /* 2001:db8:1:subnet::host */

#endif
