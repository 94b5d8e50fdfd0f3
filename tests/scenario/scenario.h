/*
 * scenario.h - the table of scenarios: a name, a sentence, and the function that makes it.
 *
 * `run` adds packets to a capture and labels those that belong to an attack, so that the truth
 * which the golden tests compare with comes from the same place as the packets.
 */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include "scenario/traffic.h"

struct scenario;
struct stream; /* stream.c */

/* Fills the headers and the payload of the n-th packet of a flood. */
typedef void packet_fn(struct capture *c, struct head *h, struct msg *m, uint32_t n);

struct scenario {
	const char *name, *doc;
	void (*run)(struct capture *c, const struct scenario *self);
	const char *incident, *who; /* of attacks by table; NULL: run() labels, or it is benign */
	const char *level; /* the lowest vigilance level at which it is told; NULL: normal */
	packet_fn *packet;
	uint32_t pps;
	uint32_t sources; /* reflectors; 0: the packet function chooses, or at random */
	uint32_t percent; /* of the packets that the target answers */
	const struct stream *stream;
};

/* Each table ends with an entry without a name. */
extern const struct scenario scenarios_story[], scenarios_flood[], scenarios_reflection[],
	scenarios_scan[], scenarios_login[], scenarios_benign[], scenarios_service[],
	scenarios_stream[], scenarios_crowd[], scenarios_probing[];

/* The usual course: ordinary traffic all along, the attack in the middle. */
#define ATTACK_FROM (25 * SEC)
#define ATTACK_TO   (40 * SEC)
#define CAPTURE_END (48 * SEC)

/* A flood by table with an explicit course; the ordinary traffic is the caller's. */
void flood_span(struct capture *c, const struct scenario *flood, usec_t from, usec_t to);

/* The usual course of a flood by table, with an office's ordinary traffic. */
void flood_run(struct capture *c, const struct scenario *self);

/* A probe as Mirai's scanner makes it: the sequence number is the destination address. */
void mirai_probe(struct capture *c, usec_t at, struct ip from, struct ip to);

/* Lays the payload of a reflected protocol into m; n counts the packets. */
void reflect_ntp(struct capture *c, struct head *h, struct msg *m, uint32_t n);
void reflect_dns(struct capture *c, struct head *h, struct msg *m, uint32_t n);

#endif
