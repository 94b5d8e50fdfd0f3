/*
 * track_tcp.c - TCP: attempts, handshakes, conversations, and packets that belong to none.
 *
 * A bare SYN makes no flow but is counted at its target and remembered (halfopen.h). A packet that
 * belongs to no conversation counts towards the flood vector of its flags. Where only one
 * direction was captured, a conversation is known by its sequence numbers going on.
 */
#include "flow/steady.h"

#include "wire/app.h"

#define ACK_STEP (1u << 24) /* an acknowledgement that moves by less is one that goes on */
#define SIDE_SYNACK  2   /* in a halfopen entry's side: what is remembered is a SYN-ACK that nobody asked for */
#define SSH_SHORT    28  /* bytes of the refusal of a password, encrypted (RFC 4252, 5.1), at least */
#define SSH_LONG     100 /* ... and at most */
#define SSH_LATE     (300 * USEC_PER_MS)
#define SSH_HELLO    7   /* packets with payload of the key exchange */
#define SSH_HEARD    40  /* ... that are looked at */
#define HALF_PACKETS 3   /* that went on, before it is taken for granted that one end is not captured */
#define GUESSES  4          /* payloads in which the application is looked for */

/* A conversation whose SYN is known begins: with it the SYN's own packet and time. */
static struct flow *tcp_begin(struct sensor *s, const struct packet *p,
			      const struct halfopen_entry *syn)
{
	struct flow *f = track_begin(s, p, track_home(s, p), syn->side);

	f->first = p->ts - (uint32_t)((uint32_t)p->ts - syn->when);
	f->packets[syn->side] = syn->packets;
	f->bytes[syn->side] = syn->bytes;
	f->tcp_flags[syn->side] = TCP_SYN;
	f->next_seq[syn->side] = syn->seq + 1;
	f->vector = VECTOR_SYN;
	return f;
}

/* The client's acknowledgement has come: the attempt was a real one. */
static void tcp_handshake(struct sensor *s, struct flow *f, const struct packet *p)
{
	unsigned client = flow_initiator(f);

	f->state |= FLOW_HANDSHAKE;
	flow_table_settle(&s->table, f, p->hash);
	track_answered(s, &f->key.ip[client], &f->key.ip[!client], VECTOR_SYN, PROBE_TCP, p->ts);
}

/* Another line of a header of which the capture cut the beginning: the server waits for its end. */
static bool request_goes_on(const struct flow *f, const struct packet *p)
{
	return !(f->state & FLOW_REQUEST_BODY) && f->payload_bytes[!p->side] == 0 &&
	       p->payload.len == p->payload_len && !http_header_ends(p->payload);
}

static void tcp_request(struct sensor *s, struct flow *f, const struct packet *p)
{
	struct http_head head;
	struct tally_ends ends;
	uint64_t names;

	if ((f->state & FLOW_REQUEST_OPEN) && http_header_ends(p->payload))
		f->state &= (uint16_t)~FLOW_REQUEST_OPEN;
	if (!http_head_read(p->payload, &head)) {
		f->state |= request_goes_on(f, p) ? FLOW_REQUEST_OPEN : 0;
		return;
	}
	f->state &= (uint16_t)~FLOW_REQUEST_BODY;
	if (!http_header_ends(p->payload) && p->payload.len == p->payload_len)
		f->state |= FLOW_REQUEST_OPEN;
	if (head.body)
		f->state |= FLOW_REQUEST_BODY;
	ends = track_tally(s, p, track_home_flow(f, p), VECTOR_HTTP, head.path);
	names = head.names ? 1ull << (hash_64(head.names, 1) >> 58) : 0;
	if (ends.target)
		ends.target->port_bits |= names;
	if (ends.source)
		ends.source->port_bits |= names;
}

/* A wrong password is answered shortly, and late: servers let guessers wait. What is said before is the
 * key exchange, and longer or at once. */
static bool ssh_refuses(const struct flow *f, const struct packet *p)
{
	return p->payload_len >= SSH_SHORT && p->payload_len <= SSH_LONG &&
	       p->ts - f->last >= SSH_LATE && f->payloads >= SSH_HELLO;
}

static void tcp_payload(struct sensor *s, struct flow *f, const struct packet *p)
{
	talk_tcp(&s->talks, f, p, track_time(s, p));
	if (!p->payload.len)
		return;
	if (f->app == APP_HTTP && p->side == flow_initiator(f))
		tcp_request(s, f, p);
	else if (p->side != flow_initiator(f) &&
		 (f->app == APP_SSH ? ssh_refuses(f, p) : login_refused(f->app, p->payload)))
		f->login_failures = (uint8_t)(f->login_failures + (f->login_failures < UINT8_MAX));
	f->payloads = (uint8_t)(f->payloads + (f->payloads < UINT8_MAX));
}

/* Whether the next payload is looked at here: to find the application, or because of what it is. */
static bool tcp_is_heard(const struct flow *f)
{
	return (f->app == APP_NONE && f->payloads < GUESSES) || f->app == APP_HTTP ||
	       (f->app == APP_SSH && f->payloads < SSH_HEARD) || f->app == APP_FTP || f->app == APP_SMTP || f->app == APP_TELNET;
}

/* While nobody answers: does the packet go on where the one before it ended? */
static bool tcp_goes_on(const struct flow *f, const struct packet *p)
{
	uint32_t ack_step = p->ack - f->last_ack[p->side];

	if (p->payload_len)
		return p->seq == f->next_seq[p->side];
	return ack_step > 0 && ack_step < ACK_STEP;
}

static void tcp_update(struct sensor *s, struct flow *f, const struct packet *p)
{
	uint32_t length = p->payload_len + ((p->tcp_flags & (TCP_SYN | TCP_FIN)) != 0);

	f->tcp_flags[p->side] |= p->tcp_flags;
	f->next_seq[p->side] = p->seq + length;
	f->last_ack[p->side] = p->ack;
	if (p->tcp_flags & TCP_FIN) {
		f->state |= p->side ? FLOW_FIN1 : FLOW_FIN0;
		if ((f->state & (FLOW_FIN0 | FLOW_FIN1)) == (FLOW_FIN0 | FLOW_FIN1) ||
		    (f->state & FLOW_ONE_SIDED))
			f->state |= FLOW_CLOSED;
	}
	if (p->tcp_flags & TCP_RST)
		f->state |= FLOW_CLOSED | FLOW_RESET;
	else if (p->side == flow_initiator(f) && p->window < SMALL_WINDOW &&
		 !(p->tcp_flags & (TCP_SYN | TCP_FIN)))
		f->small_windows = (uint8_t)(f->small_windows + (f->small_windows < UINT8_MAX));
	if (f->state & FLOW_CLOSED) {
		talk_end(&s->talks, f, track_time(s, p));
		flow_table_retire(&s->table, f, p->hash, track_seconds(p->ts));
	}
	steady_count(s, f, p);
}

/* Whether an ACK that belongs to nothing counts as an attempt. It may also be part of a conversation
 * from before the capture: so only towards our own, and from a client's port to a server's. */
static bool tcp_is_stealth(const struct flow_key *key, unsigned from, bool to_home)
{
	return to_home && key->port[from] > key->port[!from];
}

/* Whether the first packet of a flow without SYN was counted as an attempt of this end. */
static enum probe_kind tcp_probe(const struct flow *f, unsigned side)
{
	bool to_home = f->state & (side ? FLOW_HOME0 : FLOW_HOME1);

	return f->payload_bytes[side] == 0 && tcp_is_stealth(&f->key, side, to_home) ? PROBE_TCP
										     : PROBE_KINDS;
}

/* A conversation that was counted as one of which one end is captured. */
static bool tcp_was_half(const struct flow *f, unsigned side)
{
	return (f->state & FLOW_ONE_SIDED) ||
	       (f->vector != VECTOR_SYN && f->packets[side] > HALF_PACKETS);
}

/* Counts a packet that its conversation cannot explain. */
static void tcp_stray(struct sensor *s, const struct flow *f, const struct packet *p)
{
	uint16_t fin = p->side ? FLOW_FIN1 : FLOW_FIN0;

	if (p->tcp_flags & TCP_RST) {
		if (f->state & FLOW_RESET)
			track_tally(s, p, track_home_flow(f, p), VECTOR_RST, packet_to_port(p));
	} else if (p->tcp_flags & TCP_FIN) {
		if (f->state & fin)
			track_tally(s, p, track_home_flow(f, p), VECTOR_FIN, packet_to_port(p));
	} else if (f->state & FLOW_RESET) {
		track_tally(s, p, track_home_flow(f, p), VECTOR_ACK, packet_to_port(p));
	} else if (!(f->state & (FLOW_ANSWERED | FLOW_HANDSHAKE))) {
		if (!tcp_goes_on(f, p))
			track_tally(s, p, track_home_flow(f, p), VECTOR_ACK, packet_to_port(p));
		else if (f->packets[p->side] == 1) /* a real one, of which one end is captured */
			track_answered(s, packet_from(p), packet_to(p), f->vector,
				       tcp_probe(f, p->side), p->ts);
		else
			s->counts.halves += f->packets[p->side] == HALF_PACKETS;
	}
}

/* Whether the next packets need more than counting: see steady.h. */
static void tcp_settle(struct sensor *s, struct flow *f)
{
	bool shaken = f->vector != VECTOR_SYN || (f->state & FLOW_HANDSHAKE);

	f->state &= (uint16_t)~(FLOW_STEADY | FLOW_LISTENING);
	if ((f->state & (FLOW_ANSWERED | FLOW_RESET | FLOW_CLOSED)) == FLOW_ANSWERED && shaken)
		f->state |= FLOW_STEADY;
	if (tcp_is_heard(f) || talk_listens(&s->talks, f))
		f->state |= FLOW_LISTENING;
}

static void tcp_on_flow(struct sensor *s, struct flow *f, const struct packet *p)
{
	unsigned client = flow_initiator(f);

	if (__builtin_expect(!(f->state & FLOW_ANSWERED), 0) && f->packets[!p->side] &&
	    !(p->tcp_flags & TCP_RST)) {
		s->counts.wholes++;
		s->counts.halves -= tcp_was_half(f, !p->side);
		f->state |= FLOW_ANSWERED;
		f->state &= (uint16_t)~FLOW_ONE_SIDED;
		flow_table_settle(&s->table, f, p->hash);
		if (f->vector != VECTOR_SYN) /* its first packet was counted as belonging nowhere */
			track_answered(s, packet_to(p), packet_from(p), f->vector,
				       tcp_probe(f, !p->side), p->ts);
	}
	if (__builtin_expect(f->vector == VECTOR_SYN && !(f->state & FLOW_HANDSHAKE), 0) &&
	    p->side == client && (p->tcp_flags & (TCP_ACK | TCP_RST)) == TCP_ACK)
		tcp_handshake(s, f, p);
	if (__builtin_expect((f->state & (FLOW_ANSWERED | FLOW_RESET)) != FLOW_ANSWERED ||
				     (p->tcp_flags & (TCP_RST | TCP_FIN)), 0))
		tcp_stray(s, f, p);
	if ((p->payload.len && (tcp_is_heard(f) || f->talk)) || (f->state & FLOW_WAITING))
		tcp_payload(s, f, p);
	tcp_update(s, f, p);
	tcp_settle(s, f);
}

/* No flow, but the SYN is known: the other end accepts or refuses, or only one end is captured. */
static void tcp_after_syn(struct sensor *s, const struct packet *p,
			  const struct halfopen_entry *syn)
{
	struct flow *f;

	if (p->side != syn->side && (p->tcp_flags & TCP_RST)) {
		track_refused(s, p);
		prober_at(&s->prober, packet_to(p), PROBE_TCP, track_home(s, p) & HOME_TO, p->ts)
			->refused++;
		return;
	}
	if (p->tcp_flags & TCP_RST) /* the client has changed its mind */
		return;
	f = tcp_begin(s, p, syn);
	if (p->side == syn->side) {
		f->state |= FLOW_ONE_SIDED;
		s->counts.halves++;
	}
	tcp_on_flow(s, f, p);
}

/* A SYN-ACK or RST of one whose SYNs are not remembered for their number. */
static void tcp_from_flooded(struct sensor *s, const struct packet *p)
{
	struct halfopen_entry syn = { .seq = p->ack - 1, .when = (uint32_t)p->ts, .side = !p->side };
	struct probe_entry *probe;

	if (!(p->tcp_flags & TCP_RST)) {
		tcp_after_syn(s, p, &syn);
		return;
	}
	track_refused(s, p);
	probe = prober_join(&s->prober, packet_to(p), PROBE_TCP);
	if (probe)
		probe->refused++;
}

/* A packet that makes and has no flow. */
static void tcp_loose(struct sensor *s, const struct packet *p, unsigned home, enum vector vector,
		      uint16_t port)
{
	track_tally(s, p, home, vector, port);
	track_direction(s, home, p);
}

/* Scans that try to slip past with packets that begin nothing (FIN, XMAS, null, ACK): an attempt like
 * any other. */
static void tcp_stealth(struct sensor *s, const struct packet *p, unsigned home)
{
	prober_count(&s->prober, prober_at(&s->prober, packet_from(p), PROBE_TCP, home & HOME_FROM, p->ts), p,
		  packet_to_port(p), home & HOME_TO, false);
}

/* A packet from the middle of a conversation, if there is one. */
static void tcp_midway(struct sensor *s, const struct packet *p, unsigned home, enum vector vector)
{
	struct flow *f;

	track_tally(s, p, home, vector, packet_to_port(p));
	if (p->payload_len == 0 && tcp_is_stealth(&p->key, p->side, home & HOME_TO))
		tcp_stealth(s, p, home);
	f = track_begin(s, p, home, packet_from_port(p) < packet_to_port(p) ? !p->side : p->side);
	f->vector = (uint8_t)vector;
	if (p->payload.len)
		tcp_payload(s, f, p);
	tcp_update(s, f, p);
}

/* Neither a flow nor a SYN: the capture began later, or nobody asked for this packet. */
static void tcp_unasked(struct sensor *s, const struct packet *p)
{
	unsigned home = track_home(s, p);
	struct halfopen_syn syn;

	if (p->tcp_flags & TCP_SYN) {
		tcp_loose(s, p, home, VECTOR_SYNACK, packet_from_port(p));
		syn = halfopen_syn_of(p);
		syn.side |= SIDE_SYNACK;
		halfopen_add(&s->halfopen, &syn); /* what follows it shows that it was asked for */
	} else if (p->tcp_flags & TCP_RST) {
		/* what refuses a SYN has no number of its own (RFC 9293, 3.10.7.1) */
		if (home != HOME_FROM || p->seq || !(p->tcp_flags & TCP_ACK))
			tcp_loose(s, p, home, VECTOR_RST, packet_to_port(p));
	} else if ((p->tcp_flags & (TCP_FIN | TCP_ACK)) == TCP_FIN) {
		tcp_loose(s, p, home, VECTOR_FIN, packet_to_port(p));
		tcp_stealth(s, p, home); /* every real FIN acknowledges something */
	} else {
		tcp_midway(s, p, home, p->tcp_flags & TCP_FIN ? VECTOR_FIN : VECTOR_ACK);
	}
}

/* A SYN-ACK is known, of whose SYN nothing was seen. When its sender goes on, only that end is captured. */
static void tcp_after_synack(struct sensor *s, const struct packet *p,
			     const struct halfopen_entry *synack)
{
	unsigned server = synack->side & 1;
	struct flow *f;

	if (p->side != server || p->seq != synack->seq + 1 || (p->tcp_flags & (TCP_SYN | TCP_RST))) {
		tcp_unasked(s, p);
		return;
	}
	f = track_begin(s, p, track_home(s, p), !server);
	f->packets[server] = synack->packets;
	f->bytes[server] = synack->bytes;
	f->tcp_flags[server] = TCP_SYN | TCP_ACK;
	f->next_seq[server] = p->seq;
	f->vector = VECTOR_SYNACK;
	tcp_on_flow(s, f, p);
}

/* A closed conversation's ports are used again: the old one leaves before the new one begins. */
static void tcp_reuse(struct sensor *s, struct flow *old, uint64_t hash)
{
	sensor_gone(s, old, FLOW_END_TIMEOUT); /* which ends its talk, too */
	flow_table_remove(&s->table, old, hash);
}

/* How many SYNs to its target in this window make it a flood. */
static uint32_t tcp_flooded_from(const struct sensor *s, const struct packet *p)
{
	bool again = flooded_knows(&s->flooded, packet_to(p), p->ts);

	return (again ? FLOODED_AGAIN : FLOODED) / s->settings.workers;
}

static void tcp_syn(struct sensor *s, const struct packet *p)
{
	const struct ip *from = packet_from(p), *to = packet_to(p);
	unsigned home = track_home(s, p);
	struct tally_ends ends = track_tally(s, p, home, VECTOR_SYN, packet_to_port(p));
	struct halfopen_syn syn = halfopen_syn_of(p);
	struct probe_entry *probe;
	bool again = false;

	track_direction(s, home, p);
	if (ends.target && ends.target->packets > tcp_flooded_from(s, p)) {
		if (!flooded_mark(&s->flooded, &s->meter, ends.target, home & HOME_TO, p->ts))
			again = !halfopen_add(&s->halfopen, &syn);
		probe = prober_join(&s->prober, from, PROBE_TCP);
	} else {
		again = !halfopen_add(&s->halfopen, &syn);
		probe = prober_at(&s->prober, from, PROBE_TCP, home & HOME_FROM, p->ts);
	}
	if (!probe)
		return;
	prober_count(&s->prober, probe, p, packet_to_port(p), home & HOME_TO, again);
	if (p->seq == ld_be32(to->b + 12) && ip_is_v4(to)) /* the mark of Mirai's scanner */
		probe->mirai = (uint16_t)(probe->mirai + (probe->mirai < UINT16_MAX));
}

/* Flags that no stack sends together, or none at all. */
static bool tcp_flags_odd(uint8_t flags)
{
	return flags == 0 || (flags & (TCP_FIN | TCP_URG)) == (TCP_FIN | TCP_URG) ||
	       (flags & (TCP_SYN | TCP_FIN)) == (TCP_SYN | TCP_FIN) ||
	       (flags & (TCP_SYN | TCP_RST)) == (TCP_SYN | TCP_RST);
}

void track_tcp(struct sensor *s, const struct packet *p)
{
	uint8_t flags = p->tcp_flags & (TCP_FIN | TCP_SYN | TCP_RST | TCP_PSH | TCP_ACK | TCP_URG);
	struct halfopen_entry syn;
	struct flow *f;
	unsigned home;

	if ((flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_SYN) {
		tcp_syn(s, p);
		return;
	}
	if (__builtin_expect(tcp_flags_odd(flags), 0)) {
		home = track_home(s, p);
		tcp_loose(s, p, home, flags ? VECTOR_XMAS : VECTOR_NULLFLAGS, packet_to_port(p));
		tcp_stealth(s, p, home);
		return;
	}
	f = flow_table_find(&s->table, &p->key, p->hash, track_seconds(p->ts));
	if (f && !((f->state & FLOW_CLOSED) && (flags & TCP_SYN))) {
		tcp_on_flow(s, f, p);
	} else if (halfopen_take(&s->halfopen, p, &syn)) {
		if (f)
			tcp_reuse(s, f, p->hash);
		if (syn.side & SIDE_SYNACK)
			tcp_after_synack(s, p, &syn);
		else
			tcp_after_syn(s, p, &syn);
	} else if (f) {
		tcp_on_flow(s, f, p);
	} else if ((flags & (TCP_SYN | TCP_RST)) &&
		   flooded_knows(&s->flooded, packet_from(p), p->ts)) {
		tcp_from_flooded(s, p);
	} else {
		tcp_unasked(s, p);
	}
}
