/* track.c - what all packets have in common: tallies, answers, counters; and all but TCP. */
#include "flow/steady.h"
#include "flow/stream.h"

#include "wire/app.h"

static struct tally_entry *tally_end(struct sensor *s, const struct packet *p, unsigned home,
			       enum tally_role role, enum vector vector, uint32_t port)
{
	const struct ip *self = role == ROLE_TARGET ? packet_to(p) : packet_from(p);
	const struct ip *other = role == ROLE_TARGET ? packet_from(p) : packet_to(p);
	struct meter_key key = { *self, 128, (uint8_t)role, (uint8_t)vector };
	struct tally_entry *t = meter_at(&s->meter, &key, p->ts);

	meter_count(&s->meter, t, p, other, port);
	t->inside += (home & (role == ROLE_TARGET ? HOME_FROM : HOME_TO)) != 0;
	return t;
}

struct tally_ends track_tally(struct sensor *s, const struct packet *p, unsigned home,
			      enum vector vector, uint32_t port)
{
	struct tally_ends ends = { 0 };

	/* ICMP to all on a link, such as router advertisements, is to ours */
	if (home != HOME_FROM || (vector == VECTOR_ICMP && ip_is_link_scope(packet_to(p))))
		ends.target = tally_end(s, p, home, ROLE_TARGET, vector, port);
	if (home & HOME_FROM)
		ends.source = tally_end(s, p, home, ROLE_SOURCE, vector, port);
	return ends;
}

void track_explained(struct sensor *s, const struct track_parties *parties, uint32_t packets,
		     usec_t now)
{
	const struct ip *from = parties->from, *to = parties->to;
	bool from_home = home_has(s->settings.home, from);
	bool to_home = home_has(s->settings.home, to);
	struct meter_key target = { *to, 128, ROLE_TARGET, (uint8_t)parties->vector };
	struct meter_key source = { *from, 128, ROLE_SOURCE, (uint8_t)parties->vector };

	if (to_home || !from_home)
		meter_at(&s->meter, &target, now)->answered += packets;
	if (from_home)
		meter_at(&s->meter, &source, now)->answered += packets;
	if (parties->kind < PROBE_KINDS)
		prober_at(&s->prober, from, parties->kind, from_home, now)->answered++;
}

void track_answered(struct sensor *s, const struct ip *from, const struct ip *to,
		    enum vector vector, enum probe_kind kind, usec_t now)
{
	struct track_parties parties = { from, to, vector, kind };

	track_explained(s, &parties, 1, now);
}

void track_refused(struct sensor *s, const struct packet *p)
{
	unsigned home = track_home(s, p);
	struct meter_key target = { *packet_from(p), 128, ROLE_TARGET, VECTOR_SYN };
	struct meter_key source = { *packet_to(p), 128, ROLE_SOURCE, VECTOR_SYN };

	if (home != HOME_TO)
		meter_at(&s->meter, &target, p->ts)->refused++;
	if (home & HOME_TO)
		meter_at(&s->meter, &source, p->ts)->refused++;
}

struct flow *track_begin(struct sensor *s, const struct packet *p, unsigned home,
			 unsigned initiator)
{
	struct flow *f = flow_table_add(&s->table, &p->key, p->hash, track_seconds(p->ts),
					sensor_gone, s);

	f->first = f->last = p->ts;
	f->vector = VECTOR_NONE;
	f->state = initiator ? FLOW_INITIATOR : 0;
	if (home & HOME_FROM)
		f->state |= p->side ? FLOW_HOME1 : FLOW_HOME0;
	if (home & HOME_TO)
		f->state |= p->side ? FLOW_HOME0 : FLOW_HOME1;
	return f;
}

/* The vector that a datagram counts for while nobody has answered it. */
static enum vector datagram_vector(const struct packet *p)
{
	enum vector vector;

	switch (p->marks & MARK_MALFORMED ? -1 : p->key.proto) {
	case PROTO_UDP:
		vector = vector_of_port(packet_from_port(p));
		if (vector != VECTOR_UDP &&
		    !reflection_plausible(packet_from_port(p), p->payload))
			vector = VECTOR_UDP;
		return vector;
	case PROTO_ICMP:
	case PROTO_ICMP6:
		return VECTOR_ICMP;
	case PROTO_GRE:
		return VECTOR_GRE;
	}
	return VECTOR_PROTO;
}

/* What is counted as the port: of answers of DNS the name that was asked for, which is one in an attack
 * and many at a resolver; of protocols without ports, the protocol. */
static uint32_t datagram_port(const struct packet *p, enum vector vector)
{
	struct cur c = cur_init(p->payload);
	struct span name;

	if (p->key.proto != PROTO_UDP)
		return p->key.proto;
	if (vector != VECTOR_DNS)
		return packet_to_port(p);
	cur_take(&c, 12); /* the header (RFC 1035, 4.1.1) */
	name = cur_rest(&c);
	if (c.bad || name.len == 0)
		return 0;
	return (uint32_t)hash_text(name.ptr, strnlen((const char *)name.ptr, name.len), 0);
}

static bool icmp_is_error(const struct packet *p)
{
	if (p->key.proto == PROTO_ICMP6)
		return p->icmp_type < 128;
	return p->icmp_type == 3 || p->icmp_type == 4 || p->icmp_type == 5 || p->icmp_type == 11 ||
	       p->icmp_type == 12;
}

/* Neighbour discovery (RFC 4861) and multicast listener reports come unasked and are no attempts. */
static bool icmp_is_probe(const struct packet *p)
{
	return p->key.proto == PROTO_ICMP6 ? p->icmp_type == 128
					   : p->icmp_type == 8 || p->icmp_type == 13 ||
						     p->icmp_type == 17;
}

/* traceroute counts up from 33434, one port a packet. */
static bool port_traceroute(uint16_t port)
{
	return port >= 33434 && port < 33434 + 256;
}

static enum probe_kind datagram_probe(const struct packet *p, enum vector vector)
{
	if (ip_is_multicast(packet_to(p)))
		return PROBE_KINDS;
	if (p->key.proto == PROTO_UDP)
		return vector == VECTOR_UDP && !port_traceroute(packet_to_port(p)) ? PROBE_UDP
										    : PROBE_KINDS;
	if ((p->key.proto == PROTO_ICMP || p->key.proto == PROTO_ICMP6) && icmp_is_probe(p))
		return PROBE_ICMP;
	return PROBE_KINDS;
}

/* Whether it may be part of a stream: not ICMP, whose conversations are counted anyhow, and not what
 * is said to all on a link. */
static bool datagram_may_stream(const struct packet *p)
{
	return p->key.proto != PROTO_ICMP && p->key.proto != PROTO_ICMP6 &&
	       !ip_is_link_scope(packet_to(p));
}

static struct flow *track_first_datagram(struct sensor *s, const struct packet *p, unsigned home,
				 enum vector vector)
{
	enum probe_kind kind = datagram_probe(p, vector);
	struct flow *f = track_begin(s, p, home, p->side);

	f->vector = (uint8_t)vector;
	f->icmp_code = p->icmp_code;
	if (kind < PROBE_KINDS)
		prober_count(&s->prober, prober_at(&s->prober, packet_from(p), kind, home & HOME_FROM, p->ts), p,
			  p->key.proto == PROTO_UDP ? packet_to_port(p) : p->icmp_type,
			  home & HOME_TO, false);
	if (datagram_may_stream(p))
		stream_take(f, p);
	steady_count(s, f, p);
	return f;
}

/* Looks into what a datagram carries; of floods only into the first ones. */
static void datagram_talk(struct sensor *s, struct flow *f, const struct packet *p,
			  const struct tally_entry *flood)
{
	if (p->key.proto != PROTO_UDP || (p->marks & MARK_FRAGMENT) ||
	    (flood && flood->packets > FLOODED / s->settings.workers))
		return;
	talk_udp(&s->talks, f, p, track_time(s, p));
	f->state &= (uint16_t)~FLOW_LISTENING;
	if (talk_listens(&s->talks, f))
		f->state |= FLOW_LISTENING;
}

static bool icmp_is_echo(const struct packet *p, bool reply)
{
	if (p->key.proto == PROTO_ICMP6)
		return p->icmp_type == (reply ? 129 : 128);
	return p->key.proto == PROTO_ICMP && p->icmp_type == (reply ? 0 : 8);
}

/* An echo's answer repeats its bytes (RFC 792): tunnels carry others. Between identifier and sequence
 * number, by which the answer is known, and the data. */
static void track_echo(struct flow *f, const struct packet *p)
{
	struct cur c = cur_init(p->payload);
	uint32_t which = ld_be32(cur_take(&c, 4)), hash;
	struct span data = cur_rest(&c);

	if (c.bad || p->payload.len < p->payload_len ||
	    (p->key.proto != PROTO_ICMP && p->key.proto != PROTO_ICMP6))
		return;
	hash = (uint32_t)hash_text(data.ptr, data.len, 0);
	if (icmp_is_echo(p, false)) {
		f->last_ack[p->side] = which;
		f->next_seq[p->side] = hash;
		f->sizes |= (uint8_t)(1u << (hash_64(data.len, 0) >> 61));
	} else if (icmp_is_echo(p, true) && f->last_ack[!p->side] == which &&
		   f->next_seq[!p->side] != hash && f->packets[!p->side]) {
		f->odd_replies = (uint8_t)(f->odd_replies + (f->odd_replies < UINT8_MAX));
	}
}

static void track_fragment(struct sensor *s, const struct packet *p)
{
	enum vector vector = fragments_vector(&s->fragments, p);
	unsigned home = track_home(s, p);

	if (vector != VECTOR_NONE)
		track_tally(s, p, home, vector, p->key.proto);
	track_direction(s, home, p);
}

bool track_is_ours(struct sensor *s, const struct packet *p)
{
	enum vector vector;

	if (!(p->marks & MARK_FRAGMENT_REST)) {
		if (p->marks & MARK_FOREIGN)
			fragments_add(&s->fragments, p, (enum vector)FRAGMENT_FOREIGN);
		return !(p->marks & MARK_FOREIGN);
	}
	vector = fragments_vector(&s->fragments, p);
	if (vector == VECTOR_FRAGMENT)
		return !(p->marks & MARK_FOREIGN);
	return vector != (enum vector)FRAGMENT_FOREIGN;
}

/* What the attempts that a flow's first packet counts for are called. */
static enum probe_kind datagram_kind(const struct flow *f)
{
	if (f->vector == VECTOR_UDP)
		return PROBE_UDP;
	return f->vector == VECTOR_ICMP ? PROBE_ICMP : PROBE_KINDS;
}

/* One more from the end that began, and nobody has answered. */
static void datagram_more(struct sensor *s, struct flow *f, const struct packet *p,
			  enum vector vector, uint32_t port)
{
	enum stream_verdict verdict = datagram_may_stream(p) ? stream_take(f, p) : STREAM_NO;
	struct track_parties parties = { packet_from(p), packet_to(p), f->vector,
					 datagram_kind(f) };

	if (verdict == STREAM_NO)
		track_tally(s, p, track_home_flow(f, p), vector, port);
	else if (verdict == STREAM_BEGINS)
		track_explained(s, &parties, f->packets[p->side], p->ts);
	s->counts.halves += verdict == STREAM_BEGINS;
}

void track_datagram(struct sensor *s, const struct packet *p)
{
	enum vector vector = datagram_vector(p);
	uint32_t port = datagram_port(p, vector);
	struct tally_ends ends;
	struct flow *f;
	unsigned home;

	if (p->marks & MARK_FRAGMENT_REST) {
		track_fragment(s, p);
		return;
	}
	f = flow_table_find(&s->table, &p->key, p->hash, track_seconds(p->ts));
	if (p->marks & MARK_FRAGMENT)
		fragments_add(&s->fragments, p,
			      f && (f->state & FLOW_ANSWERED) ? VECTOR_NONE : vector);
	if (!f) {
		home = track_home(s, p);
		ends = track_tally(s, p, home, vector, port);
		f = track_first_datagram(s, p, home, vector);
		datagram_talk(s, f, p, ends.target);
		track_echo(f, p);
		return;
	}
	if (!(f->state & FLOW_ANSWERED) && p->side != flow_initiator(f)) {
		f->state |= FLOW_ANSWERED;
		s->counts.wholes++;
		if (p->key.proto == PROTO_UDP)
			f->state |= FLOW_STEADY;
		flow_table_settle(&s->table, f, p->hash);
		track_answered(s, packet_to(p), packet_from(p), f->vector,
			       datagram_kind(f), p->ts);
	} else if (!(f->state & FLOW_ANSWERED) && f->vector != VECTOR_ICMP) {
		datagram_more(s, f, p, vector, port);
	} else if (f->vector == VECTOR_ICMP) {
		/* pings count even when they are answered: the answers are part of the harm */
		if (p->side == flow_initiator(f) || icmp_is_error(p))
			track_tally(s, p, track_home_flow(f, p), vector, port);
	}
	if (talk_listens(&s->talks, f))
		datagram_talk(s, f, p, NULL);
	track_echo(f, p);
	steady_count(s, f, p);
}

void track_arp(struct sensor *s, const struct packet *p)
{
	static const struct ip unset = { { [10] = 0xff, [11] = 0xff } };
	const struct ip *from = packet_from(p), *to = packet_to(p);
	unsigned home = track_home(s, p);

	/* Probes for one's own address (RFC 5227) and announcements ask nobody. */
	if (ip_equal(from, to) || ip_equal(from, &unset))
		return;
	if (p->icmp_type == 1)
		prober_count(&s->prober, prober_at(&s->prober, from, PROBE_ARP, home & HOME_FROM, p->ts), p, 0,
			  home & HOME_TO, false);
	else if (p->icmp_type == 2)
		prober_at(&s->prober, to, PROBE_ARP, home & HOME_TO, p->ts)->answered++;
}
