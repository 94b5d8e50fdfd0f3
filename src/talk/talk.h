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
#include "talk/event_log.h"
#include "talk/reassembly.h"
#include "model/run.h"

/* The room of one sensor. */
struct talks {
	struct reassembly_room reassembly;
	struct slab talks, http, smtp, tls, quic, files;
	struct digest_kit *kit;
	struct event_log log;
	struct anomalies anomalies; /* that parsers found */
	bool headers_only; /* applications are recognised, and nothing is followed */
};

/* `flows`: how many conversations the sensor keeps. False: no memory. */
bool talks_open(struct talks *t, uint32_t flows);
void talks_close(struct talks *t);

/* Bytes that talks_open() may come to use. */
uint64_t talks_memory(uint32_t flows);

/* Adds what was counted. */
void talks_report(const struct talks *t, struct run *run);

/* Where in the input we are. */
struct talk_time {
	usec_t ts;
	uint64_t order; /* number of the frame */
};

/* A packet of the conversation with payload, or with an acknowledgement while something waits for a hole.
 * Sets f->app, f->talk and FLOW_WAITING. */
void talk_tcp(struct talks *t, struct flow *f, const struct packet *p, struct talk_time at);
void talk_udp(struct talks *t, struct flow *f, const struct packet *p, struct talk_time at);

/* Whether a later payload is of interest. */
bool talk_listens(const struct talks *t, const struct flow *f);

/* The conversation is over: what is pending is told. */
void talk_end(struct talks *t, struct flow *f, struct talk_time at);

#endif
