/*
 * talk.h - what the ends of a conversation say, as far as it is in the clear: payloads to the parsers
 * of wire/, what these tell to the log of events.
 *
 * A conversation is followed from its first payload on, until its parser has seen what it wants: bulk
 * data costs nothing then. All room is bounded; a conversation that finds none is not followed, and
 * that is counted.
 */
#ifndef TALK_TALK_H
#define TALK_TALK_H

#include "base/digest.h"
#include "base/prefetch.h"
#include "talk/event_log.h"
#include "talk/ftp_watch.h"
#include "talk/reassembly.h"
#include "model/run.h"

/* Where in the input we are. */
struct talk_time {
	usec_t ts;
	uint64_t order; /* number of the frame */
};

/*
 * Mail messages, whole: whoever takes them (the mail watch) gets each as it is carried, from the first
 * byte of its header on, dots of SMTP undone. Streamed: nothing is kept here. At most TALK_MAIL_MAX
 * bytes of a message are handed on; a longer one is cut, and counted (`mail.cut`).
 *
 * Called in the thread of the worker that follows the conversation, for several conversations by turns:
 * `begin` may be called again before another message's `end`, which surely comes. What a reader makes
 * of it must not depend on the order of messages of different conversations; `order` gives one.
 */
#define TALK_MAIL_MAX ((uint64_t)10 << 20)

struct talk_mail { /* borrowed for the call */
	const struct flow_key *key;
	uint8_t client; /* which end of the key sends it */
	struct talk_time at;
	struct span helo, from, to; /* of the envelope; recipients separated by spaces */
};

struct talk_mail_end {
	bool whole;    /* every byte of it was handed on */
	bool cut;      /* some were not: too long, or missing in the capture */
	bool accepted; /* by the server */
};

struct talk_mail_sink {
	void *whom;
	/* What the other two are given for this message; NULL: it is not wanted. NULL for the
	 * function: none is. */
	void *(*begin)(void *whom, const struct talk_mail *mail);
	void (*part)(void *reader, struct span part);
	void (*end)(void *reader, const struct talk_mail_end *end);
};

#define TALK_LOTS  3
#define TALK_BYTES 192 /* of one that is followed */

/* The room of one sensor. */
struct talks {
	struct reassembly_room reassembly;
	struct slab talks, smtp, quic, files, inflates;
	struct slab lots[TALK_LOTS]; /* of rising size, see lot.c */
	struct talk_desk *desk;
	struct ftp_watch *ftp;
	struct digest_kit *kit;
	struct event_log log;
	struct anomalies anomalies; /* that parsers found */
	bool headers_only; /* applications are recognised, and nothing is followed */
	bool no_fingerprints; /* nobody wants JA3, JA4 and the like: they are not computed */
	bool all_digests;  /* MD5 and SHA-1 of files too, which cost twice SHA-256 together */
	struct talk_mail_sink mail;
};

/* `flows`: how many conversations the sensor keeps. False: no memory. */
bool talks_open(struct talks *t, uint32_t flows);
void talks_close(struct talks *t);

/* Bytes that talks_open() may come to use. */
uint64_t talks_memory(uint32_t flows);

/* Adds what was counted; what all workers see alike only with `alike`. */
void talks_report(const struct talks *t, struct run *run, bool alike);

/* Whether every worker has to hear of this packet, whosever it is; and then it does. */
static inline bool talk_overhears(const struct talks *t, const struct packet *p)
{
	return ftp_watch_wants(p) && !t->headers_only;
}

static inline void talk_overhear(struct talks *t, const struct packet *p)
{
	ftp_watch_see(t->ftp, p);
}

/* A packet of the conversation with payload, or with an acknowledgement while something waits for a hole.
 * Sets f->app, f->talk and FLOW_WAITING. */
void talk_tcp(struct talks *t, struct flow *f, const struct packet *p, struct talk_time at);
void talk_udp(struct talks *t, struct flow *f, const struct packet *p, struct talk_time at);

/* Fetches what a packet of this conversation will need. */
static inline void talk_prefetch(const struct talks *t, const struct flow *f)
{
	if (!f->talk || f->key.proto != PROTO_TCP)
		return;
	for (size_t line = 0; line < TALK_BYTES; line += 64)
		prefetch((const uint8_t *)slab_at(&t->talks, f->talk - 1) + line);
}

/* Whether a later payload is of interest. */
bool talk_listens(const struct talks *t, const struct flow *f);

/* The conversation is over: what is pending is told. */
void talk_end(struct talks *t, struct flow *f, struct talk_time at);

#endif
