/* talk.c - from a conversation's payloads to its parser, and to the log of events. */
#include "talk/talk_private.h"

#include "wire/dhcp.h"
#include "wire/recognise.h"

/* Room, as parts of the flows that there may be; each of what is under way at a time, not of what is
 * open: a web conversation needs its room during an exchange, TLS during the handshake. */
#define TALKS_PART 4
#define TLS_PART   32
#define HTTP_PART  64
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
	return t->kit && slab_open(&t->talks, part(flows, TALKS_PART), sizeof(struct talk)) &&
	       slab_open(&t->http, part(flows, HTTP_PART), sizeof(struct http_room)) &&
	       slab_open(&t->smtp, part(flows, SMTP_PART), sizeof(struct talk_mail_room)) &&
	       slab_open(&t->tls, part(flows, TLS_PART), sizeof(struct tls_note)) &&
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
	struct slab *slabs[] = { &t->talks, &t->http, &t->smtp, &t->tls, &t->quic, &t->inflates };

	if (t->files.things) {
		for (uint32_t i = 0; i < t->files.fresh; i++)
			talk_file_free(slab_at(&t->files, i));
		slab_close(&t->files);
	}
	for (size_t i = 0; i < sizeof(slabs) / sizeof(slabs[0]); i++)
		if (slabs[i]->things)
			slab_close(slabs[i]);
	ftp_watch_free(t->ftp);
	reassembly_room_close(&t->reassembly);
	event_log_close(&t->log);
	digest_kit_free(t->kit);
}

uint64_t talks_memory(uint32_t flows)
{
	return part(flows, TALKS_PART) * sizeof(struct talk) +
	       part(flows, HTTP_PART) * sizeof(struct http_room) +
	       part(flows, SMTP_PART) * sizeof(struct talk_mail_room) +
	       part(flows, UNPACK_PART) * sizeof(struct inflate) + ftp_watch_memory() +
	       part(flows, TLS_PART) * sizeof(struct tls_note) +
	       part(flows, QUIC_PART) * sizeof(struct quic) +
	       part(flows, FILES_PART) * sizeof(struct talk_file) +
	       part(flows, PIECE_PART) * (uint64_t)(PIECE_BYTES + 16) +
	       part(flows, KEEP_PART) * (uint64_t)STREAM_KEEP + LOG_BYTES +
	       EVENT_LOG_EVENTS * sizeof(void *);
}

void talks_report(const struct talks *t, struct run *run, bool alike)
{
	for (unsigned i = 0; i < ANOMALY_COUNT; i++)
		run->anomalies.count[i] += t->anomalies.count[i];
	run->anomalies.count[ANOMALY_TALK_FULL] +=
		t->talks.refused + t->http.refused + t->smtp.refused + t->tls.refused +
		t->quic.refused + t->files.refused + t->inflates.refused;
	run->anomalies.count[ANOMALY_FTP_FULL] += alike ? ftp_watch_evicted(t->ftp) : 0;
	run->anomalies.count[ANOMALY_STREAM_GAP] += t->reassembly.gaps;
	run->anomalies.count[ANOMALY_EVENT_LOST] += t->log.lost;
	run->events += t->log.told;
}

struct event talk_event(const struct talk_call *call, enum event_kind kind)
{
	const struct flow *f = call->flow;

	return (struct event){ .kind = kind,
			       .app = (enum app)f->app,
			       .ts = call->at.ts,
			       .began = f->first,
			       .order = call->at.order,
			       .key = f->key,
			       .client = (uint8_t)flow_initiator(f),
			       .home = { f->state & FLOW_HOME0, f->state & FLOW_HOME1 } };
}

void talk_tell(const struct talk_call *call, const struct event *event)
{
	event_log_add(&call->all->log, event);
}

void talk_tell_login(void *whom, const struct event_login *login)
{
	struct event e = talk_event(whom, EVENT_LOGIN);

	e.login = *login;
	talk_tell(whom, &e);
}

static void tell_other(const struct talk_call *call)
{
	struct event e = talk_event(call, EVENT_OTHER);

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
	reassembly_free(&t->reassembly, &call->all->reassembly);
	slab_give(&call->all->talks, t);
	call->flow->talk = 0;
	call->flow->state &= (uint16_t)~FLOW_WAITING;
}

/* The conversation's talk; a new one at its first payload. NULL: it is not followed (any more). */
static struct talk *flow_talk(struct talks *all, struct flow *f, const struct packet *p)
{
	struct talk *t;

	if (f->talk)
		return slab_at(&all->talks, f->talk - 1);
	if (all->headers_only || f->state & FLOW_TALKED || !p->payload.len)
		return NULL;
	f->state |= FLOW_TALKED;
	t = slab_take(&all->talks);
	if (!t)
		return NULL;
	memset(t, 0, sizeof(*t));
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
	struct talk_call call = { all, f, flow_talk(all, f, p), at };
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
	e = talk_event(call, EVENT_DNS);
	e.dns = m.event;
	e.dns.multicast = call->flow->app != APP_DNS;
	talk_tell(call, &e);
}

static void call_dhcp(struct talk_call *call, const struct packet *p)
{
	struct dhcp_message m;
	struct event e;

	if (!dhcp_read(p->payload, &m))
		return;
	e = talk_event(call, EVENT_DHCP);
	e.dhcp = m.event;
	talk_tell(call, &e);
}

static void see_quic(void *whom, const struct event_tls *tls)
{
	struct event e = talk_event(whom, EVENT_QUIC);

	e.tls = *tls;
	talk_tell(whom, &e);
}

static void call_quic_over(struct talk_call *call)
{
	slab_give(&call->all->quic, slab_at(&call->all->quic, call->flow->talk - 1));
	call->flow->talk = 0;
}

static void call_quic(struct talk_call *call, const struct packet *p, bool first)
{
	struct quic_sink sink = { call, call->all->kit, see_quic };
	struct flow *f = call->flow;
	struct quic *quic;

	if (first) {
		quic = slab_take(&call->all->quic);
		if (!quic)
			return;
		memset(quic, 0, sizeof(*quic));
		f->talk = slab_number(&call->all->quic, quic) + 1;
	}
	if (!f->talk)
		return;
	quic = slab_at(&call->all->quic, f->talk - 1);
	if (!quic_feed(quic, p->side != flow_initiator(f), p->payload, &sink) &&
	    quic->anomaly < ANOMALY_COUNT)
		call->all->anomalies.count[quic->anomaly]++;
	if (quic->done)
		call_quic_over(call);
}

void talk_udp(struct talks *all, struct flow *f, const struct packet *p, struct talk_time at)
{
	struct talk_call call = { all, f, NULL, at };
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
	struct talk_call call = { all, f, NULL, at };
	struct reassembly_reader reader = { call_feed, call_gap, &call };
	struct quic_sink quic = { &call, all->kit, see_quic };

	if (!f->talk)
		return;
	if (f->key.proto == PROTO_UDP) {
		quic_end(slab_at(&all->quic, f->talk - 1), &quic);
		call_quic_over(&call);
		return;
	}
	call.talk = slab_at(&all->talks, f->talk - 1);
	reassembly_flush(&call.talk->reassembly, &all->reassembly, &reader);
	if (call.talk->parsing && !call.talk->over)
		talk_parser_end(&call);
	call_over(&call);
}
