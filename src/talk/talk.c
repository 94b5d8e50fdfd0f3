/* talk.c - from a conversation's payloads to its parser, and to the log of events. */
#include "talk/talk_private.h"

#include "wire/dhcp.h"
#include "wire/recognise.h"

#include <stddef.h>

/* Room, as parts of the flows that there may be; each of what is under way at a time, not of what is
 * open: a web conversation needs its room during an exchange, TLS during the handshake. */
#define TALKS_PART 4
#define SMTP_PART  512
#define QUIC_PART  256
#define FILES_PART 256
#define UNPACK_PART 1024
#define PIECE_PART 32
#define KEEP_PART  256

#define LOG_BYTES  ((size_t)32 << 20)

#define UNDECIDED 16 /* bytes from which on something unknown will stay unknown */

static uint32_t part(uint32_t flows, uint32_t divisor)
{
	return flows / divisor > 16 ? flows / divisor : 16;
}

bool talks_open(struct talks *t, uint32_t flows)
{
	t->kit = digest_kit_new();
	t->desk = pages_new(sizeof(*t->desk));
	return t->kit && t->desk && talk_lots_open(t, flows) &&
	       slab_open(&t->talks, part(flows, TALKS_PART), sizeof(struct talk)) &&
	       slab_open(&t->smtp, part(flows, SMTP_PART), sizeof(struct talk_mail_room)) &&
	       slab_open(&t->quic, part(flows, QUIC_PART), sizeof(struct quic)) &&
	       slab_open(&t->files, part(flows, FILES_PART), sizeof(struct talk_file)) &&
	       slab_open(&t->inflates, part(flows, UNPACK_PART), sizeof(struct inflate)) &&
	       (t->ftp = ftp_watch_new()) &&
	       reassembly_room_open(&t->reassembly, part(flows, PIECE_PART),
				    part(flows, KEEP_PART)) &&
	       event_log_open(&t->log, EVENT_LOG_EVENTS, LOG_BYTES);
}

void talks_close(struct talks *t)
{
	struct slab *slabs[] = { &t->talks, &t->smtp, &t->quic, &t->inflates };

	if (t->files.things) {
		for (uint32_t i = 0; i < t->files.fresh; i++)
			talk_file_free(slab_at(&t->files, i));
		slab_close(&t->files);
	}
	for (size_t i = 0; i < sizeof(slabs) / sizeof(slabs[0]); i++)
		if (slabs[i]->things)
			slab_close(slabs[i]);
	talk_lots_close(t);
	ftp_watch_free(t->ftp);
	reassembly_room_close(&t->reassembly);
	event_log_close(&t->log);
	pages_free(t->desk, sizeof(*t->desk));
	digest_kit_free(t->kit);
}

uint64_t talks_memory(uint32_t flows)
{
	return part(flows, TALKS_PART) * sizeof(struct talk) + talk_lots_memory(flows) +
	       part(flows, SMTP_PART) * sizeof(struct talk_mail_room) +
	       part(flows, UNPACK_PART) * sizeof(struct inflate) + ftp_watch_memory() +
	       part(flows, QUIC_PART) * sizeof(struct quic) +
	       part(flows, FILES_PART) * sizeof(struct talk_file) +
	       part(flows, PIECE_PART) * (uint64_t)(PIECE_BYTES + 16) +
	       part(flows, KEEP_PART) * (uint64_t)STREAM_KEEP + LOG_BYTES +
	       EVENT_LOG_EVENTS * sizeof(void *) + sizeof(struct talk_desk);
}

void talks_report(const struct talks *t, struct run *run, bool alike)
{
	for (unsigned i = 0; i < ANOMALY_COUNT; i++)
		run->anomalies.count[i] += t->anomalies.count[i];
	run->anomalies.count[ANOMALY_TALK_FULL] +=
		t->talks.refused + talk_lots_refused(t) + t->smtp.refused + t->quic.refused +
		t->files.refused + t->inflates.refused;
	run->anomalies.count[ANOMALY_FTP_FULL] += alike ? ftp_watch_evicted(t->ftp) : 0;
	run->anomalies.count[ANOMALY_STREAM_GAP] += t->reassembly.gaps;
	run->anomalies.count[ANOMALY_EVENT_LOST] += t->log.lost;
	run->events += t->log.told;
}

void talk_event(struct event *event, const struct talk_call *call, enum event_kind kind)
{
	const struct flow *f = call->flow;

	event->kind = kind;
	event->app = (enum app)f->app;
	event->ts = call->at.ts;
	event->began = f->first;
	event->order = call->at.order;
	event->key = f->key;
	event->client = (uint8_t)flow_initiator(f);
	event->home[0] = f->state & FLOW_HOME0;
	event->home[1] = f->state & FLOW_HOME1;
}

void talk_tell(const struct talk_call *call, const struct event *event)
{
	event_log_add(&call->all->log, event);
}

void talk_tell_login(void *whom, const struct event_login *login)
{
	struct event e;

	talk_event(&e, whom, EVENT_LOGIN);
	e.login = *login;
	talk_tell(whom, &e);
}

static void tell_other(const struct talk_call *call)
{
	struct event e;

	talk_event(&e, call, EVENT_OTHER);
	talk_tell(call, &e);
}

/* The application by the first bytes of one end; what it is stays as it is once it is known. */
static void call_recognise(struct talk_call *call, unsigned side, struct span bytes)
{
	struct flow *f = call->flow;
	unsigned client = flow_initiator(f);
	struct recognise_ask ask = {
		.payload = bytes,
		.port = { f->key.port[client], f->key.port[!client] },
		.side = (uint8_t)side,
		.proto = f->key.proto,
	};

	if (f->app != APP_NONE)
		return;
	if (f->key.proto == PROTO_TCP && ftp_watch_find(call->all->ftp, &f->key, f->first))
		f->app = APP_FTP_DATA;
	else
		f->app = (uint8_t)recognise_app(&ask);
}

/* Bytes in order while the application is not known: waits, goes on, or gives up. */
static size_t feed_undecided(struct talk_call *call, unsigned side, struct span bytes)
{
	struct talk *t = call->talk;

	call_recognise(call, side, bytes);
	if (call->flow->app == APP_NONE) {
		if (bytes.len < UNDECIDED && t->payloads < TALK_GUESSES)
			return 0;
		if (t->payloads < TALK_GUESSES)
			return bytes.len;
		t->over = true;
		return bytes.len;
	}
	if (!talk_parser_begin(call)) {
		tell_other(call);
		t->over = true;
		return bytes.len;
	}
	t->parsing = true;
	return talk_parser_feed(call, side, bytes);
}

static size_t call_feed(void *whom, unsigned end, struct span bytes)
{
	struct talk_call *call = whom;
	unsigned side = end != flow_initiator(call->flow);

	if (call->talk->over)
		return bytes.len;
	if (!call->talk->parsing)
		return feed_undecided(call, side, bytes);
	return talk_parser_feed(call, side, bytes);
}

static void call_gap(void *whom, unsigned end, uint64_t missing)
{
	struct talk_call *call = whom;

	if (call->talk->parsing && !call->talk->over)
		talk_parser_gap(call, end != flow_initiator(call->flow), missing);
}

static void call_over(struct talk_call *call)
{
	struct talk *t = call->talk;

	if (t->parsing)
		talk_parser_free(call);
	talk_lot_give(call->all, t);
	reassembly_free(&t->reassembly, &call->all->reassembly);
	slab_give(&call->all->talks, t);
	call->flow->talk = 0;
	call->flow->state &= (uint16_t)~FLOW_WAITING;
}

/* The conversation's talk; a new one at its first payload. NULL: it is not followed (any more). */
static struct talk *flow_talk(struct talks *all, struct flow *f, const struct packet *p)
{
	struct talk *t;

	if (f->talk) {
		t = slab_at(&all->talks, f->talk - 1);
		prefetch_read(t->parked);
		return t;
	}
	if (all->headers_only || f->state & FLOW_TALKED || !p->payload.len)
		return NULL;
	f->state |= FLOW_TALKED;
	t = slab_take(&all->talks);
	if (!t)
		return NULL;
	memset(t, 0, offsetof(struct talk, own));
	f->talk = slab_number(&all->talks, t) + 1;
	for (unsigned end = 0; end < 2; end++) {
		if (!(f->state & FLOW_HANDSHAKE) || !f->packets[end] || f->payload_bytes[end])
			continue;
		t->reassembly.end[end].begun = true;
		t->reassembly.end[end].next = f->next_seq[end];
	}
	return t;
}

void talk_tcp(struct talks *all, struct flow *f, const struct packet *p, struct talk_time at)
{
	struct talk_call call = { all, f, flow_talk(all, f, p), at, NULL };
	struct reassembly_reader reader = { call_feed, call_gap, &call };
	struct reassembly_segment segment = { p->side, p->seq, p->payload,
					      (uint32_t)(p->payload_len - p->payload.len) };
	struct reassembly *r;
	bool before = call.talk && call.talk->parsing;

	if (all->headers_only && f->payloads < TALK_GUESSES)
		call_recognise(&call, p->side != flow_initiator(f), p->payload);
	if (!call.talk)
		return;
	r = &call.talk->reassembly;
	call.talk->payloads = (uint8_t)(call.talk->payloads + (call.talk->payloads < UINT8_MAX));
	if (p->tcp_flags & TCP_ACK)
		reassembly_acked(r, &all->reassembly, p->side, p->ack, &reader);
	if (p->payload.len)
		reassembly_add(r, &all->reassembly, &segment, &reader);
	if (!before && call.talk->parsing) /* the other end may have spoken before */
		reassembly_again(r, &all->reassembly, !p->side, &reader);
	talk_parser_park(&call);
	f->state &= (uint16_t)~FLOW_WAITING;
	if (r->end[0].waiting || r->end[1].waiting)
		f->state |= FLOW_WAITING;
	if (call.talk->over)
		call_over(&call);
}

static void call_dns(struct talk_call *call, const struct packet *p)
{
	struct dns_message m;
	struct event e;
	bool readable = dns_read(p->payload, &m);

	if (m.anomaly < ANOMALY_COUNT)
		call->all->anomalies.count[m.anomaly]++;
	if (!readable)
		return;
	talk_event(&e, call, EVENT_DNS);
	dns_event_copy(&e.dns, &m.event);
	e.dns.multicast = call->flow->app != APP_DNS;
	talk_tell(call, &e);
}

static void call_dhcp(struct talk_call *call, const struct packet *p)
{
	struct dhcp_message m;
	struct event e;

	if (!dhcp_read(p->payload, &m))
		return;
	talk_event(&e, call, EVENT_DHCP);
	e.dhcp = m.event;
	talk_tell(call, &e);
}

static void see_quic(void *whom, const struct event_tls *tls)
{
	struct event e;

	talk_event(&e, whom, EVENT_QUIC);
	e.tls = *tls;
	talk_tell(whom, &e);
}

/* Almost every hello is whole in the first datagram, or cannot be read at all: room is only taken for
 * one that has more to come. A conversation whose first packet cannot be deciphered is let go. */
static void call_quic(struct talk_call *call, const struct packet *p, bool first)
{
	struct quic_sink sink = { call, call->all->kit, see_quic, call->all->no_fingerprints };
	struct slab *slab = &call->all->quic;
	struct flow *f = call->flow;
	struct quic fresh, *quic = f->talk ? slab_at(slab, f->talk - 1) : &fresh;

	if (!f->talk && !first)
		return;
	if (first)
		quic_begin(&fresh);
	if (!quic_feed(quic, p->side != flow_initiator(f), p->payload, &sink) &&
	    quic->anomaly < ANOMALY_COUNT)
		call->all->anomalies.count[quic->anomaly]++;
	if (!f->talk && quic_waits(&fresh)) {
		quic = slab_take(slab);
		if (!quic)
			return;
		*quic = fresh;
		f->talk = slab_number(slab, quic) + 1;
	} else if (f->talk && quic->done) {
		slab_give(slab, quic);
		f->talk = 0;
	}
}

void talk_udp(struct talks *all, struct flow *f, const struct packet *p, struct talk_time at)
{
	struct talk_call call = { all, f, NULL, at, NULL };
	bool first = f->app == APP_NONE;

	if (!p->payload.len)
		return;
	f->payloads = (uint8_t)(f->payloads + (f->payloads < UINT8_MAX));
	call_recognise(&call, p->side != flow_initiator(f), p->payload);
	if (all->headers_only)
		return;
	switch (f->app) {
	case APP_NONE:
		break;
	case APP_DNS:
	case APP_MDNS:
	case APP_LLMNR:
		call_dns(&call, p);
		break;
	case APP_DHCP:
		call_dhcp(&call, p);
		break;
	case APP_QUIC:
		call_quic(&call, p, first);
		break;
	default:
		if (first)
			tell_other(&call);
	}
}

bool talk_listens(const struct talks *t, const struct flow *f)
{
	if (f->talk || (f->app == APP_NONE && f->payloads < TALK_GUESSES))
		return true;
	return !t->headers_only && f->key.proto == PROTO_UDP &&
	       (f->app == APP_DNS || f->app == APP_MDNS ||
		f->app == APP_LLMNR || f->app == APP_DHCP);
}

void talk_end(struct talks *all, struct flow *f, struct talk_time at)
{
	struct talk_call call = { all, f, NULL, at, NULL };
	struct reassembly_reader reader = { call_feed, call_gap, &call };
	struct quic_sink quic = { &call, all->kit, see_quic, all->no_fingerprints };

	if (!f->talk)
		return;
	if (f->key.proto == PROTO_UDP) {
		quic_end(slab_at(&all->quic, f->talk - 1), &quic);
		slab_give(&all->quic, slab_at(&all->quic, f->talk - 1));
		f->talk = 0;
		return;
	}
	call.talk = slab_at(&all->talks, f->talk - 1);
	reassembly_flush(&call.talk->reassembly, &all->reassembly, &reader);
	if (call.talk->parsing && !call.talk->over)
		talk_parser_end(&call);
	call_over(&call);
}
