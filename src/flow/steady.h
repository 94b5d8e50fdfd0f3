/*
 * steady.h - the fast way for what nine packets of ten are: one more of a conversation that is going on.
 *
 * Such a packet changes nothing but counters. It gives exactly what track_tcp() and track_datagram()
 * give (the tests of the sensor and its fuzz target hold the two against each other) and declines
 * whatever is more.
 */
#ifndef FLOW_STEADY_H
#define FLOW_STEADY_H

#include "flow/sensor_private.h"

/* One packet more of the conversation; `f->last` does not go back. */
static inline void steady_count(struct sensor *s, struct flow *f, const struct packet *p)
{
	unsigned home = f->state / FLOW_HOME0 & 3; /* a bit for each end */
	unsigned from = home >> p->side & 1, to = home >> !p->side & 1;
	uint64_t payload = (uint64_t)f->payload_bytes[p->side] + p->payload_len;

	s->counts.window_in += to & ~from;
	s->counts.window_out += from & ~to;
	s->counts.window_in_bytes += to & ~from ? p->wire_len : 0;
	s->counts.window_out_bytes += from & ~to ? p->wire_len : 0;
	f->last = p->ts > f->last ? p->ts : f->last;
	f->packets[p->side]++;
	f->bytes[p->side] += p->wire_len;
	f->payload_bytes[p->side] = payload < UINT32_MAX ? (uint32_t)payload : UINT32_MAX;
}

_Static_assert(FLOW_HOME1 == 2 * FLOW_HOME0, "neighbouring bits");

/* Whether the flow was guessed rightly and the packet is such a one; then it is done with. */
static inline bool steady_packet(struct sensor *s, struct table_guess guess, const struct packet *p)
{
	struct flow *f = guess.flow;
	bool tcp = p->key.proto == PROTO_TCP;
	unsigned flags = p->tcp_flags & (TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK | TCP_URG);

	if (!f || (f->state & (FLOW_STEADY | FLOW_WAITING)) != FLOW_STEADY ||
	    ((f->state & FLOW_LISTENING) && p->payload.len) ||
	    p->marks || flags != (tcp ? TCP_ACK : 0) || (tcp && p->window < SMALL_WINDOW) ||
	    !flow_key_equal(&f->key, &p->key))
		return false;
	table_stamp(guess.stamp, track_seconds(p->ts));
	if (tcp) {
		f->tcp_flags[p->side] |= p->tcp_flags;
		f->next_seq[p->side] = p->seq + p->payload_len;
		f->last_ack[p->side] = p->ack;
		s->counts.tcp++;
	} else {
		s->counts.udp++;
	}
	s->counts.ip4 += ip_is_v4(&p->key.ip[0]);
	s->counts.ip6 += !ip_is_v4(&p->key.ip[0]);
	steady_count(s, f, p);
	return true;
}

#endif
