/* sensor.c - the batch loop: decode, fetch, track; and the ends of windows. */
#include "flow/steady.h"

struct sensor *sensor_new(const struct sensor_settings *settings)
{
	struct sensor *s = pages_new(sizeof(*s));

	if (!s)
		return NULL;
	s->settings = *settings;
	s->decoder.seed = settings->seed;
	s->talks.headers_only = settings->headers_only;
	s->talks.all_digests = settings->all_digests;
	s->talks.mail = settings->mail;
	s->talks.no_fingerprints = settings->no_fingerprints;
	if (flow_table_open(&s->table, settings->max_flows) &&
	    halfopen_open(&s->halfopen, settings->max_halfopen) &&
	    meter_open(&s->meter, settings->max_tallies) &&
	    prober_open(&s->prober, settings->max_probes) &&
	    talks_open(&s->talks, settings->max_flows))
		return s;
	sensor_free(s);
	return NULL;
}

void sensor_free(struct sensor *s)
{
	if (!s)
		return;
	if (s->table.flows)
		flow_table_close(&s->table);
	if (s->halfopen.sets)
		halfopen_close(&s->halfopen);
	if (s->meter.entries)
		meter_close(&s->meter);
	if (s->prober.entries)
		prober_close(&s->prober);
	talks_close(&s->talks);
	pages_free(s, sizeof(*s));
}

uint64_t sensor_memory(const struct sensor_settings *settings)
{
	return settings->max_flows * (sizeof(struct flow) + 16ull) +
	       settings->max_halfopen * (uint64_t)sizeof(struct halfopen_set) / HALFOPEN_WAYS +
	       meter_memory(settings->max_tallies) +
	       prober_memory(settings->max_probes) +
	       (settings->headers_only ? 0 : talks_memory(settings->max_flows)) +
	       sizeof(struct sensor);
}

/* `flow` is one of the table. */
static void sensor_talk_end(struct sensor *s, const struct flow *flow)
{
	struct flow *own = &s->table.flows[flow - s->table.flows];

	talk_end(&s->talks, own, (struct talk_time){ own->last, s->frames + s->segment });
}

void sensor_gone(void *sensor, const struct flow *flow, enum flow_end why)
{
	struct sensor *s = sensor;

	(void)why; /* a full table is the only reason */
	sensor_talk_end(s, flow);
	if (s->gone_count < SENSOR_GONE)
		s->gone[s->gone_count++] = *flow;
}

void sensor_take_gone(struct sensor *s, flow_sink *sink, void *whom)
{
	for (uint32_t i = 0; i < s->gone_count; i++)
		sink(whom, &s->gone[i], FLOW_END_FORCED);
	s->gone_count = 0;
}

/* Whether the packets of this key are this worker's. */
static inline bool sensor_is_mine(const struct sensor *s, uint64_t hash)
{
	return s->settings.workers == 1 ||
	       (hash >> 32 & 0xffff) % s->settings.workers == s->settings.worker;
}

/* A packet whose transport header is not there to be looked at. */
#define SENSOR_NO_HEADER (MARK_CUT | MARK_MALFORMED)

static inline bool packet_is_bare_syn(const struct packet *p)
{
	return (p->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_SYN &&
	       p->key.proto == PROTO_TCP && !(p->marks & (MARK_FRAGMENT_REST | SENSOR_NO_HEADER));
}

/* The first step of fetching: the buckets where the packet will be looked for. Those of the meter
 * and the prober are few enough to stay in the cache. */
static inline void sensor_prefetch(struct sensor *s, const struct packet *p)
{
	if (__builtin_expect(p->tcp_flags & TCP_SYN, 0))
		halfopen_prefetch(&s->halfopen, p->hash);
	if (!packet_is_bare_syn(p))
		flow_table_prefetch(&s->table, p->hash);
}

/* The tally and the probe that the first packet of a conversation is counted in. */
static inline void sensor_prefetch_first(const struct sensor *s, const struct packet *p,
					 enum vector vector, enum probe_kind kind)
{
	struct meter_key key = { *packet_to(p), 128, ROLE_TARGET, (uint8_t)vector };

	if (!s->prober.flooded)
		prober_prefetch_entry(&s->prober, prober_hash(packet_from(p), kind));
	meter_prefetch(&s->meter, &key);
}

/* The second step: what the buckets point at. */
static inline struct table_guess sensor_guess(struct sensor *s, const struct packet *p)
{
	struct table_guess guess = { NULL, NULL };

	if (packet_is_bare_syn(p)) {
		sensor_prefetch_first(s, p, VECTOR_SYN, PROBE_TCP);
		return guess;
	}
	guess = flow_table_guess(&s->table, p->hash);
	if (!guess.flow && p->key.proto == PROTO_UDP)
		sensor_prefetch_first(s, p, VECTOR_UDP, PROBE_UDP); /* mostly: see track.c */
	return guess;
}

static void sensor_track(struct sensor *s, const struct packet *p)
{
	if (__builtin_expect(p->marks & MARK_FRAGMENT, 0) && !track_is_ours(s, p))
		return;
	if (p->key.proto == PROTO_TCP && !(p->marks & (MARK_FRAGMENT_REST | SENSOR_NO_HEADER))) {
		s->counts.tcp++;
		track_tcp(s, p);
	} else if (p->key.flags & KEY_ARP) {
		track_arp(s, p);
		return;
	} else {
		s->counts.tcp += p->key.proto == PROTO_TCP;
		s->counts.udp += p->key.proto == PROTO_UDP;
		s->counts.icmp += p->key.proto == PROTO_ICMP || p->key.proto == PROTO_ICMP6;
		s->counts.other += p->key.proto != PROTO_UDP && p->key.proto != PROTO_ICMP &&
				   p->key.proto != PROTO_ICMP6 && p->key.proto != PROTO_TCP;
		if (!(p->marks & MARK_CUT)) /* of what was not captured nothing can be said */
			track_datagram(s, p);
	}
	if (ip_is_v4(&p->key.ip[0]))
		s->counts.ip4++;
	else
		s->counts.ip6++;
}

/* Decodes a frame into `packets`, and returns how many of them are this worker's. */
static unsigned sensor_decode(struct sensor *s, const struct frame *frame, size_t number,
			      struct packet *packets)
{
	unsigned workers = s->settings.workers, made = decode_frame(&s->decoder, frame, packets);
	unsigned mine = workers == 1 ? made : 0;

	for (unsigned k = 0; k < made && workers > 1; k++) {
		if (!sensor_is_mine(s, packets[k].hash)) {
			if (!(packets[k].marks & MARK_FRAGMENT) &&
			    !talk_overhears(&s->talks, &packets[k]))
				continue;
			packets[k].marks |= MARK_FOREIGN;
		}
		if (mine != k)
			packets[mine] = packets[k];
		mine++;
	}
	for (unsigned k = 0; k < mine; k++) {
		packets[k].frame = (uint16_t)number;
		s->overheard += talk_overhears(&s->talks, &packets[k]);
		sensor_prefetch(s, &packets[k]);
	}
	return mine;
}

/* What every worker hears of. True: that was all, the packet is another's. */
static bool sensor_overhear(struct sensor *s, const struct packet *p)
{
	if (!talk_overhears(&s->talks, p))
		return false;
	talk_overhear(&s->talks, p);
	return p->marks & MARK_FOREIGN;
}

/* A batch under way. The SYNs of floods take their own way, but in their place in the order. */
struct batch {
	struct flooded_tables tables;
	unsigned packets, syns;
	unsigned taken; /* of the SYNs */
	size_t first; /* number of its first frame in the segment */
	struct flooded_syn syn[SENSOR_BATCH];
	struct table_guess guess[SENSOR_BATCH * DECODE_PACKETS];
	struct packet packet[SENSOR_BATCH * DECODE_PACKETS];
};

/* Keeps the SYNs of floods that the frames begin with for later, and returns how many these are. By
 * itself, so that the loop has the registers for itself. */
static __attribute__((noinline)) size_t batch_keep_syns(struct batch *b, const struct sensor *s, const struct frame *frames,
			      size_t count)
{
	struct flooded_syn *syn = &b->syn[b->syns];
	bool alone = s->settings.workers == 1;
	unsigned before = b->packets;
	size_t n;

	for (n = 0; n < count; n++) {
		syn->target = flooded_read(&s->flooded, &frames[n], &syn->syn);
		if (!syn->target)
			break;
		syn->peer = hash_words(0, ip4_word(syn->syn.from), 0);
		syn->frame = &frames[n];
		syn->before = before;
		prober_prefetch(&s->prober, prober_hash_of(syn->peer, PROBE_TCP));
		syn += alone || sensor_is_mine(s, usual_syn_hash(&s->decoder, &frames[n]));
	}
	b->syns = (unsigned)(syn - b->syn);
	return n;
}

static void batch_decode(struct batch *b, struct sensor *s, const struct frame *frames, size_t count)
{
	bool flooded = s->flooded.any && !s->settings.plain;

	b->packets = b->syns = b->taken = 0;
	s->overheard = 0;
	for (size_t i = 0; i < count; i++) {
		if (flooded)
			i += batch_keep_syns(b, s, frames + i, count - i);
		if (i < count)
			b->packets += sensor_decode(s, &frames[i], b->first + i,
						    &b->packet[b->packets]);
	}
}

/* Counts the SYNs that stand before a packet. */
static void batch_syns(struct batch *b, struct sensor *s, unsigned packet)
{
	unsigned end = b->taken;

	while (end < b->syns && b->syn[end].before <= packet)
		end++;
	while (b->taken < end) {
		const struct flooded_syn *syn = &b->syn[b->taken];
		unsigned counted = flooded_count(&b->tables, syn, end - b->taken);
		struct packet long_way[DECODE_PACKETS];

		s->counts.tcp += counted;
		s->counts.ip4 += counted;
		for (unsigned i = 0; syn->target->home && i < counted; i++) {
			s->counts.window_in++;
			s->counts.window_in_bytes += syn[i].frame->wire_len;
		}
		b->taken += counted ? counted : 1;
		if (!counted && decode_frame(&s->decoder, syn->frame, long_way) == 1) {
			long_way->frame = 0; /* a SYN carries nothing that is told */
			sensor_track(s, long_way);
		}
	}
}

void sensor_frames(struct sensor *s, const struct frame *frames, size_t count)
{
	struct batch b;

	s->segment = count;
	b.first = 0;
	b.tables = (struct flooded_tables){ s->settings.home, &s->meter, &s->prober };
	while (count) {
		size_t size = count < SENSOR_BATCH ? count : SENSOR_BATCH;

		batch_decode(&b, s, frames, size);
		for (unsigned i = 0; i < b.packets; i++)
			b.guess[i] = sensor_guess(s, &b.packet[i]);
		for (unsigned i = 0; i < b.packets; i++)
			if (b.guess[i].flow && b.packet[i].payload.len)
				talk_prefetch(&s->talks, b.guess[i].flow);
		if (__builtin_expect(s->settings.plain, 0))
			memset(b.guess, 0, sizeof(b.guess));
		for (unsigned i = 0; i < b.packets; i++) {
			if (b.taken < b.syns)
				batch_syns(&b, s, i);
			if (__builtin_expect(s->overheard, 0) && sensor_overhear(s, &b.packet[i]))
				continue;
			if (!steady_packet(s, b.guess[i], &b.packet[i]))
				sensor_track(s, &b.packet[i]);
		}
		if (b.taken < b.syns)
			batch_syns(&b, s, b.packets);
		frames += size;
		count -= size;
		b.first += size;
	}
	s->frames += s->segment;
	s->segment = 0;
}

/* Slow attacks hold connections open at a server that waits: for the rest of a request, for a body
 * that trickles in, or for a reader that hardly reads (Slowloris, R.U.D.Y., slow read). */
#define STALL_AGE     (10 * USEC_PER_SEC)
#define STALL_REQUEST 4096 /* bytes from the client that an unfinished request may have */
#define STALL_TRICKLE 1000 /* bytes a second */
#define STALL_WINDOWS 4    /* nearly closed windows, one after another */

#define ONGOING_AGE (60 * USEC_PER_SEC)

/* A body that comes more slowly than any line is. */
static bool sweep_trickles(usec_t now, const struct flow *f, unsigned client)
{
	return (usec_t)f->payload_bytes[client] * USEC_PER_SEC <
	       (now - f->first) * STALL_TRICKLE;
}

static bool sweep_stalls(usec_t now, const struct flow *f)
{
	unsigned client = flow_initiator(f);
	bool silent = f->payload_bytes[!client] == 0;
	bool unfinished = (f->state & FLOW_REQUEST_OPEN) || (f->app == APP_TLS && silent) ||
			  f->payloads == 0;

	if (f->key.proto != PROTO_TCP || (f->state & FLOW_CLOSED) ||
	    !(f->state & FLOW_HANDSHAKE) || now - f->first < STALL_AGE)
		return false;
	/* after a handshake, whoever said little may keep the server waiting: slow_http.c follows it */
	if (f->app == APP_TLS && !silent)
		return f->payload_bytes[client] < STALL_REQUEST;
	return (unfinished && silent && f->payload_bytes[client] < STALL_REQUEST) ||
	       ((f->state & FLOW_REQUEST_BODY) && silent && sweep_trickles(now, f, client)) ||
	       f->small_windows >= STALL_WINDOWS;
}

/* What passes through the table's sweep. */
struct sweeping {
	struct sensor *sensor;
	const struct sensor_sweep *sweep;
	unsigned part, parts;
};

static void sweep_stay(void *whom, const struct flow *f)
{
	const struct sweeping *w = whom;

	if (w->sweep->stalled && sweep_stalls(w->sweep->now, f))
		w->sweep->stalled(w->sweep->whom, f);
	if (w->sweep->ongoing && w->sweep->now - f->first >= ONGOING_AGE)
		w->sweep->ongoing(w->sweep->whom, f);
}

static void sweep_gone(void *whom, const struct flow *flow, enum flow_end why)
{
	const struct sweeping *w = whom;

	sensor_talk_end(w->sensor, flow);
	w->sweep->gone(w->sweep->whom, flow, why);
}

void sensor_sweep(struct sensor *s, const struct sensor_sweep *sweep)
{
	struct sweeping sweeping = { s, sweep, 0, 1 };

	flow_table_sweep(&s->table, sweep->now, sweep->all, sweep_gone, sweep_stay, &sweeping);
}

uint32_t sensor_talks(const struct sensor *s)
{
	return s->talks.talks.used + s->talks.quic.used;
}

static void sweep_talk(void *whom, const struct flow *flow)
{
	const struct sweeping *w = whom;

	if (hash_64((uint64_t)flow->first, 0) % w->parts == w->part)
		sensor_talk_end(w->sensor, flow);
}

void sensor_sweep_talks(struct sensor *s, const struct sensor_sweep *sweep, unsigned part,
			unsigned parts)
{
	struct sweeping sweeping = { s, sweep, part, parts };

	flow_table_due(&s->table, sweep->now, sweep->all, sweep_talk, &sweeping);
}

const struct event_log *sensor_events(const struct sensor *s)
{
	return &s->talks.log;
}

void sensor_clear_events(struct sensor *s)
{
	event_log_clear(&s->talks.log);
}

void sensor_merge_window(struct sensor *into, struct sensor *from)
{
	flooded_forget(&from->flooded);
	meter_merge(&into->meter, &from->meter);
	meter_flush(&from->meter, NULL, NULL);
	prober_merge(&into->prober, &from->prober);
	prober_flush(&from->prober, NULL, NULL);
}

void sensor_flush_window(struct sensor *s, meter_visit *tally, prober_visit *probe, void *whom)
{
	flooded_forget(&s->flooded);
	meter_flush(&s->meter, tally, whom);
	prober_flush(&s->prober, probe, whom);
}

void sensor_report(const struct sensor *s, struct run *run, bool decoder)
{
	if (decoder)
		for (unsigned i = 0; i < ANOMALY_COUNT; i++)
			run->anomalies.count[i] += s->decoder.anomalies.count[i];
	run->anomalies.count[ANOMALY_FLOW_EVICTED] += s->table.evicted;
	run->anomalies.count[ANOMALY_HALFOPEN_EVICTED] += s->halfopen.evicted;
	run->anomalies.count[ANOMALY_METER_FOLDED] += s->meter.folded;
	run->anomalies.count[ANOMALY_PROBER_EVICTED] += s->prober.evicted;
	talks_report(&s->talks, run, decoder);
	run->flows += s->table.created;
	run->flows_peak += s->table.peak;
	run->ip4 += s->counts.ip4;
	run->ip6 += s->counts.ip6;
	run->tcp += s->counts.tcp;
	run->udp += s->counts.udp;
	run->icmp += s->counts.icmp;
	run->other += s->counts.other;
}

struct sensor_counts sensor_take_counts(struct sensor *s)
{
	struct sensor_counts counts = s->counts;

	s->counts.window_in = s->counts.window_out = 0;
	s->counts.window_in_bytes = s->counts.window_out_bytes = 0;
	return counts;
}
