/* ftp_watch.c - two small tables: control conversations, and data conversations that are expected. */
#include "talk/ftp_watch.h"

#include "base/hash.h"
#include "base/pages.h"
#include "talk/reassembly.h"

#define WAYS          8
#define CONTROL_SETS  32 /* of WAYS conversations each */
#define EXPECTED_SETS 64
#define PIECES        64
#define KEEPS         64
#define WAIT          (60 * USEC_PER_SEC) /* from the last word about it until the data come */
#define OTHER_STREAM  (1 << 20) /* bytes off: another conversation with the same ends */

struct control {
	struct flow_key key;
	bool used;
	usec_t last;
	struct reassembly reassembly;
	struct ftp ftp;
};

struct ftp_watch {
	struct reassembly_room room;
	usec_t latest; /* until when anything is expected */
	uint64_t evicted;
	struct control control[CONTROL_SETS][WAYS];
	struct ftp_expected expected[EXPECTED_SETS][WAYS];
};

struct ftp_watch *ftp_watch_new(void)
{
	struct ftp_watch *w = pages_new(sizeof(*w));

	if (!w || reassembly_room_open(&w->room, PIECES, KEEPS))
		return w;
	ftp_watch_free(w);
	return NULL;
}

void ftp_watch_free(struct ftp_watch *w)
{
	if (!w)
		return;
	reassembly_room_close(&w->room);
	pages_free(w, sizeof(*w));
}

uint64_t ftp_watch_memory(void)
{
	return sizeof(struct ftp_watch) + PIECES * (uint64_t)(PIECE_BYTES + 16) +
	       KEEPS * (uint64_t)STREAM_KEEP;
}

uint64_t ftp_watch_evicted(const struct ftp_watch *w)
{
	return w->evicted;
}

static void control_end(struct ftp_watch *w, struct control *c)
{
	reassembly_free(&c->reassembly, &w->room);
	memset(c, 0, sizeof(*c));
}

/* The conversation's place; NULL: it has none. */
static struct control *control_find(struct ftp_watch *w, const struct packet *p)
{
	struct control *set = w->control[p->hash % CONTROL_SETS];

	for (unsigned i = 0; i < WAYS; i++)
		if (set[i].used && memcmp(&set[i].key, &p->key, sizeof(p->key)) == 0)
			return &set[i];
	return NULL;
}

/* A new one takes a free place, or the one that was silent for the longest time. */
static struct control *control_begin(struct ftp_watch *w, const struct packet *p)
{
	struct control *set = w->control[p->hash % CONTROL_SETS], *c = &set[0];

	for (unsigned i = 1; i < WAYS && c->used; i++)
		if (!set[i].used || set[i].last < c->last)
			c = &set[i];
	w->evicted += c->used;
	control_end(w, c);
	c->used = true;
	c->key = p->key;
	return c;
}

static struct ftp_expected *expected_set(const struct ftp_watch *w, const struct ip *listener,
					 uint16_t port)
{
	uint64_t hash = hash_text(listener->b, sizeof(listener->b), port);

	return (struct ftp_expected *)w->expected[hash % EXPECTED_SETS];
}

static struct ftp_expected *expected_find(const struct ftp_watch *w, const struct ip *listener,
					  const struct ip *other, uint16_t port)
{
	struct ftp_expected *set = expected_set(w, listener, port);

	for (unsigned i = 0; i < WAYS; i++)
		if (set[i].port == port && ip_equal(&set[i].listener, listener) &&
		    ip_equal(&set[i].other, other))
			return &set[i];
	return NULL;
}

/* The place for what is announced now: a free one, or the one whose time ends first. */
static struct ftp_expected *expected_begin(struct ftp_watch *w, const struct ip *listener,
					   uint16_t port, usec_t now)
{
	struct ftp_expected *set = expected_set(w, listener, port), *e = &set[0];

	for (unsigned i = 1; i < WAYS; i++)
		if (set[i].until < e->until)
			e = &set[i];
	w->evicted += e->until >= now;
	return e;
}

/* One call of ftp_watch_see(). */
struct watching {
	struct ftp_watch *w;
	struct control *c;
	usec_t now;
	unsigned server; /* the key's end */
};

/* The address that was told does not count: behind address translation it is another one, and where it
 * is a third party's (RFC 2577) there is no conversation between the two ends. */
static void see_transfer(void *whom, const struct ftp_transfer *transfer)
{
	const struct watching *v = whom;
	const struct ip *server = &v->c->key.ip[v->server], *client = &v->c->key.ip[!v->server];
	const struct ip *listener = transfer->passive ? server : client;
	const struct ip *other = transfer->passive ? client : server;
	struct ftp_expected *e = expected_find(v->w, listener, other, transfer->port);

	if (!e)
		e = expected_begin(v->w, listener, transfer->port, v->now);
	*e = (struct ftp_expected){ .listener = *listener,
				    .other = *other,
				    .port = transfer->port,
				    .verb = (uint8_t)transfer->verb,
				    .part = transfer->part,
				    .until = v->now + WAIT };
	e->path_len = (uint8_t)line_keep(e->path, sizeof(e->path), transfer->path);
	if (e->until > v->w->latest)
		v->w->latest = e->until;
}

static size_t watch_feed(void *whom, unsigned end, struct span bytes)
{
	struct watching *v = whom;
	struct ftp_sink sink = { .whom = v, .transfer = see_transfer };

	return ftp_feed(&v->c->ftp, end == v->server, bytes, &sink);
}

static void watch_gap(void *whom, unsigned end, uint64_t missing)
{
	struct watching *v = whom;

	ftp_gap(&v->c->ftp, end == v->server, missing);
}

/* Whether the packet cannot be of the conversation that had these ends before. */
static bool is_other_stream(const struct control *c, const struct packet *p)
{
	const struct reassembly_end *e = &c->reassembly.end[p->side];
	int32_t ahead = (int32_t)(p->seq - e->next);

	return e->begun && (ahead > OTHER_STREAM || ahead < -OTHER_STREAM);
}

void ftp_watch_see(struct ftp_watch *w, const struct packet *p)
{
	bool over = p->tcp_flags & (TCP_FIN | TCP_RST);
	struct watching v = { w, NULL, p->ts, p->key.port[0] == FTP_CONTROL ? 0 : 1 };
	struct reassembly_reader reader = { watch_feed, watch_gap, &v };
	struct reassembly_segment segment = { p->side, p->seq, p->payload,
					      (uint32_t)(p->payload_len - p->payload.len) };

	if (!p->payload.len && !over)
		return;
	v.c = control_find(w, p);
	if (v.c && p->payload.len && is_other_stream(v.c, p)) {
		control_end(w, v.c);
		v.c = NULL;
	}
	if (!v.c && p->payload.len)
		v.c = control_begin(w, p);
	if (!v.c)
		return;
	v.c->last = p->ts;
	if (p->payload.len && !v.c->ftp.gave_up) {
		if (p->tcp_flags & TCP_ACK)
			reassembly_acked(&v.c->reassembly, &w->room, p->side, p->ack, &reader);
		reassembly_add(&v.c->reassembly, &w->room, &segment, &reader);
	}
	if (over)
		control_end(w, v.c);
}

const struct ftp_expected *ftp_watch_find(const struct ftp_watch *w, const struct flow_key *key,
					  usec_t began)
{
	if (began > w->latest)
		return NULL;
	for (unsigned end = 0; end < 2; end++) {
		const struct ftp_expected *e = expected_find(w, &key->ip[end], &key->ip[!end],
							     key->port[end]);

		if (e && began <= e->until)
			return e;
	}
	return NULL;
}
