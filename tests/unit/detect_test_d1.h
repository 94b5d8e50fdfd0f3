/*
 * detect_test_d1.h - feeds observations to one detector by hand and records its alerts.
 */
#ifndef DETECT_TEST_D1_H
#define DETECT_TEST_D1_H

#include "detect/detect.h"

struct bench {
	const struct detector *detector;
	void *state;
	struct home home;
	usec_t now;
	uint32_t alerts;
	struct alert last;
	struct alert worst; /* the first of the highest severity */
};

/* Opens the detector with the home 192.168.0.0/16. */
void bench_open(struct bench *b, const struct detector *detector);
void bench_close(struct bench *b);

/* Ends a window now. */
void bench_tick(struct bench *b);

/* Lets time pass, then ends a window. */
void bench_pass(struct bench *b, usec_t time);

struct ip bench_ip(const char *text);

/* Whether the entity has this address. */
bool bench_is(const struct entity *entity, const char *ip);

/* An event between the two at the bench's time; home[] is told by the bench's home. */
struct event bench_event(const struct bench *b, enum event_kind kind, const char *client,
			 const char *server, uint16_t port);
void bench_see(struct bench *b, const struct event *event);

/* A conversation of some packets from client to server, ended now. */
void bench_flow(struct bench *b, const char *client, const char *server, uint16_t port,
		bool answered);

/* A query, and its answer if rcode is not negative: one record of this type and length. */
struct bench_dns {
	const char *client, *server, *name;
	uint16_t type;
	int rcode;
	uint32_t rdata;
};
void bench_ask(struct bench *b, const struct bench_dns *dns);

/* Random bytes that are the same in each run: hex digits or letters, so many. */
char *bench_hex(char *text, unsigned length, uint64_t seed);
char *bench_letters(char *text, unsigned length, uint64_t seed);

#endif
