/*
 * delivery.h - one message on its way to one target: what the teller and its three ways share.
 *
 * A way begins a delivery, is called by the loop and by teller_tick(), and ends it exactly once with
 * delivery_over(); the teller then calls `stop`, which gives everything back. `stop` may come earlier.
 */
#ifndef RESPOND_DELIVERY_H
#define RESPOND_DELIVERY_H

#include "process/loop.h"
#include "respond/format.h"
#include "respond/teller.h"

#include <curl/curl.h>
#include <netdb.h>
#include <sys/types.h>

#define SAID_MAX 160 /* bytes that are kept of what the other end says */

/* What all deliveries use. */
struct log_lookup;
struct courier {
	struct loop *loop;
	struct log_lookup *abandoned; /* nobody waits for them any more, but they are not over */
	CURLM *multi;
	usec_t curl_due; /* when libcurl wants to be called, by loop_steady(); 0: it does not */
	const struct teller_settings *settings;
	char host[256];
};

/* By libcurl: mail, webhooks, chats. */
struct web_delivery {
	CURL *easy;
	struct curl_slist *headers, *addresses;
	size_t sent, heard;  /* bytes */
	char said[SAID_MAX]; /* the beginning of the answer */
	char refused[SAID_MAX]; /* mail: the last line that refused something */
	char trouble[CURL_ERROR_SIZE];
};

/* By a socket: syslog, CEF. */
enum log_step { LOG_LOOKUP, LOG_CONNECT, LOG_WRITE, LOG_LINGER };

struct log_delivery {
	enum log_step step;
	bool tcp;
	struct log_lookup *lookup; /* of the name */
	struct addrinfo *found, *at;
	int fd; /* -1: none */
	char *frame;
	size_t size, sent;
	usec_t until; /* LOG_LINGER */
};

/* By a program. */
struct program_delivery {
	pid_t pid;   /* 0: none */
	int in, out; /* its standard input and output; -1: closed */
	size_t sent, heard;
	char said[SAID_MAX];
};

struct delivery {
	struct delivery *next; /* waits behind it for the same target */
	struct courier *courier;
	const struct target *target;
	struct tell tell;
	bool begun;
	char *body; /* as the target reads it */
	size_t size;
	usec_t deadline; /* by loop_steady() */
	bool over;
	struct done done;
	union {
		struct web_delivery web;
		struct log_delivery log;
		struct program_delivery program;
	};
};

struct way {
	void (*begin)(struct delivery *delivery);
	/* Every now and then while it is on its way; NULL: nothing to do. */
	void (*tick)(struct delivery *delivery, usec_t now);
	void (*stop)(struct delivery *delivery);
};

extern const struct way way_web, way_log, way_program;

/* How it went; the first call counts. `error` is made one visible line. */
enum outcome { DELIVERY_DONE, DELIVERY_LATER, DELIVERY_REFUSED };
void delivery_over(struct delivery *delivery, enum outcome outcome, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Keeps what fits of what the other end says, up to a line end; `heard` counts all. */
void delivery_hear(char said[SAID_MAX], size_t *heard, struct span bytes);

/* deliver_web.c: libcurl and the loop. False: libcurl cannot be used. */
bool courier_open(struct courier *courier);
void courier_close(struct courier *courier);
void courier_run(struct courier *courier, usec_t now); /* what is due */

/* deliver_log.c: gives back the look-ups that are over. */
void log_reap(struct courier *courier);

/* deliver_program.c: a child ended. */
void program_ended(struct delivery *delivery);

#endif
