/*
 * detect_test_d2.h - conversations and events made by hand, given to one detector as the sensor
 * would, and the alerts that it raises. Ours are 10.0.0.0/8 and fd00::/8.
 */
#ifndef DETECT_TEST_D2_H
#define DETECT_TEST_D2_H

#include "detect/detect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SEC       USEC_PER_SEC
#define MINUTE    (60 * SEC)
#define HOUR      (60 * MINUTE)
#define T0        ((usec_t)1700000000 * SEC)
#define HEARD_MAX 64

struct watch {
	const struct detector *detector;
	struct home home;
	struct detect_settings settings;
	void *state;
	struct alert heard[HEARD_MAX]; /* the latest stay in the last place */
	size_t count;
	usec_t now;
};

void watch_open(struct watch *w, const struct detector *detector);
void watch_close(struct watch *w);

/* A finished TCP conversation from "10.1.2.3:50000" to "192.0.2.1:443", handshake and all. */
struct flow flow_of(const char *from, const char *to, usec_t first, usec_t last);

/* Sets what was carried: payload each way, and bytes on the wire with 66 for each 1,000. */
void flow_carry(struct flow *f, uint32_t sent, uint32_t received);

/* A ping conversation: so many questions with so much content, all answered alike. */
struct flow ping_of(const char *from, const char *to, uint32_t pings, uint32_t content);

/* The side of `f` that began it. */
unsigned side_of(const struct flow *f);

void watch_flow(struct watch *w, const struct flow *f);
void watch_ongoing(struct watch *w, const struct flow *f, usec_t now);

/* An event of a conversation; kind and contents are set by the caller. */
struct event event_of(enum event_kind kind, const char *from, const char *to, usec_t ts);
void watch_event(struct watch *w, const struct event *e);

struct span said(const char *text);

/* Ends a window at that time; `last` ends the input. */
void watch_tick(struct watch *w, usec_t now, bool last);

/* The alert that was heard last; fails when there is none. */
const struct alert *watch_heard(const struct watch *w);

/* Fails when something was heard, and says what. */
void watch_silent(const struct watch *w);

/* Fails unless the alert has all that reports need, and parties as told. */
void assert_alert(const struct alert *a, const char *rule, const char *who, const char *whom);

#endif
