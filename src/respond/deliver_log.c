/*
 * deliver_log.c - one line to a collector of logs, over UDP or TCP.
 *
 * Sources: RFC 5426 (UDP: one message, one datagram, port 514), RFC 6587 (TCP: octet counting for RFC 5424,
 * a line end behind what is older, as CEF is).
 */
#include "respond/delivery.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINGER_TCP (2 * USEC_PER_SEC)  /* for a collector to close, or to complain */
#define LINGER_UDP (200 * USEC_PER_MS) /* for the news that nobody listens */

/* A name that is being resolved by a thread of glibc's: it must stay where it is until that is over. */
struct log_lookup {
	struct log_lookup *next; /* abandoned, too */
	struct gaicb request, *list[1];
	struct addrinfo hints;
	struct target_place place;
};

static void log_ready(void *whom, unsigned events);

/* The line with what goes around it. False: no memory. */
static bool make_frame(struct delivery *d)
{
	int size;

	if (!d->log.tcp)
		size = asprintf(&d->log.frame, "%s", d->body);
	else if (d->target->kind == TARGET_CEF)
		size = asprintf(&d->log.frame, "%s\n", d->body);
	else
		size = asprintf(&d->log.frame, "%zu %s", d->size, d->body);
	if (size < 0) {
		d->log.frame = NULL;
		return false;
	}
	d->log.size = (size_t)size;
	return true;
}

static void log_close(struct delivery *d)
{
	if (d->log.fd < 0)
		return;
	loop_forget(d->courier->loop, d->log.fd);
	close(d->log.fd);
	d->log.fd = -1;
}

/* Tries the address at hand. False: errno. */
static bool connect_at(struct delivery *d)
{
	const struct addrinfo *at = d->log.at;

	d->log.fd = socket(at->ai_family, at->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, at->ai_protocol);
	if (d->log.fd < 0)
		return false;
	if ((connect(d->log.fd, at->ai_addr, at->ai_addrlen) == 0 || errno == EINPROGRESS) &&
	    loop_watch(d->courier->loop, d->log.fd, LOOP_WRITE, log_ready, d))
		return true;
	close(d->log.fd);
	d->log.fd = -1;
	return false;
}

/* From the address at hand on, the first that can be tried; `error` is that of the one before. */
static void connect_next(struct delivery *d, int error)
{
	d->log.step = LOG_CONNECT;
	for (; d->log.at; d->log.at = d->log.at->ai_next) {
		if (connect_at(d))
			return;
		error = errno;
	}
	delivery_over(d, DELIVERY_LATER, "cannot connect: %s", strerror(error));
}

/* The address at hand does not do. */
static void try_next(struct delivery *d, int error)
{
	log_close(d);
	d->log.at = d->log.at->ai_next;
	connect_next(d, error);
}

static void found_name(struct delivery *d, struct addrinfo *found)
{
	d->log.found = d->log.at = found;
	connect_next(d, EADDRNOTAVAIL);
}

static void log_begin(struct delivery *d)
{
	struct log_lookup *lookup = calloc(1, sizeof(*lookup));
	struct addrinfo *found;
	int error;

	d->log.fd = -1;
	if (!lookup || !target_place(d->target->url, &lookup->place)) {
		delivery_over(d, DELIVERY_LATER, "no memory");
		free(lookup);
		return;
	}
	d->log.lookup = lookup;
	d->log.tcp = strcmp(lookup->place.scheme, "tcp") == 0;
	lookup->hints = (struct addrinfo){ .ai_socktype = d->log.tcp ? SOCK_STREAM : SOCK_DGRAM,
					   .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	lookup->request = (struct gaicb){
		.ar_name = lookup->place.host,
		.ar_service = lookup->place.port[0] ? lookup->place.port : "514",
		.ar_request = &lookup->hints,
	};
	lookup->list[0] = &lookup->request;
	if (!make_frame(d)) {
		delivery_over(d, DELIVERY_LATER, "no memory");
		return;
	}
	if (getaddrinfo(lookup->request.ar_name, lookup->request.ar_service, &lookup->hints, &found) == 0) {
		found_name(d, found); /* it is an address: nobody need be asked */
		return;
	}
	lookup->hints.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG;
	d->log.step = LOG_LOOKUP;
	error = getaddrinfo_a(GAI_NOWAIT, lookup->list, 1, NULL);
	if (error)
		delivery_over(d, DELIVERY_LATER, "cannot look up %s: %s", lookup->place.host, gai_strerror(error));
}

/* Whether the connection is made; false: another address is tried, or all is over. */
static bool is_connected(struct delivery *d)
{
	int error = 0;
	socklen_t size = sizeof(error);

	if (getsockopt(d->log.fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0) {
		d->log.step = LOG_WRITE;
		return true;
	}
	try_next(d, error);
	return false;
}

static void write_frame(struct delivery *d)
{
	ssize_t sent = send(d->log.fd, d->log.frame + d->log.sent, d->log.size - d->log.sent, MSG_NOSIGNAL);

	if (sent < 0) {
		if (errno != EAGAIN && errno != EINTR)
			delivery_over(d, DELIVERY_LATER, "cannot send: %s", strerror(errno));
		return;
	}
	d->log.sent += (size_t)sent;
	if (d->log.sent < d->log.size)
		return;
	if (d->log.tcp)
		shutdown(d->log.fd, SHUT_WR);
	d->log.step = LOG_LINGER;
	d->log.until = loop_steady() + (d->log.tcp ? LINGER_TCP : LINGER_UDP);
	loop_change(d->courier->loop, d->log.fd, LOOP_READ);
}

/* A datagram that came back may go to the next address: localhost is two. */
static void not_taken(struct delivery *d, int error)
{
	if (d->log.tcp || !d->log.at->ai_next) {
		delivery_over(d, DELIVERY_LATER, "it was not taken: %s", strerror(error));
		return;
	}
	d->log.sent = 0;
	try_next(d, error);
}

/* Nobody says "received" here. That the other end closes in order is the most that can be known. */
static void await_end(struct delivery *d)
{
	char bytes[512];
	ssize_t got = recv(d->log.fd, bytes, sizeof(bytes), 0);

	if (got == 0 && d->log.tcp)
		delivery_over(d, DELIVERY_DONE, "%s", "");
	else if (got < 0 && errno != EAGAIN && errno != EINTR)
		not_taken(d, errno);
}

static void log_ready(void *whom, unsigned events)
{
	struct delivery *d = whom;

	(void)events;
	if (d->over)
		return;
	if (d->log.step == LOG_CONNECT && !is_connected(d))
		return;
	if (d->log.step == LOG_WRITE)
		write_frame(d);
	else
		await_end(d);
}

static void log_tick(struct delivery *d, usec_t now)
{
	if (d->log.step == LOG_LINGER && now >= d->log.until)
		delivery_over(d, DELIVERY_DONE, "%s", "");
	if (d->log.step != LOG_LOOKUP)
		return;
	switch (gai_error(&d->log.lookup->request)) {
	case EAI_INPROGRESS:
		break;
	case 0:
		found_name(d, d->log.lookup->request.ar_result);
		break;
	default:
		delivery_over(d, DELIVERY_LATER, "cannot look up %s: %s", d->log.lookup->place.host,
			      gai_strerror(gai_error(&d->log.lookup->request)));
	}
}

void log_reap(struct courier *courier)
{
	struct log_lookup **at = &courier->abandoned;

	while (*at) {
		struct log_lookup *lookup = *at;

		if (gai_error(&lookup->request) == EAI_INPROGRESS) {
			at = &lookup->next;
			continue;
		}
		*at = lookup->next;
		if (lookup->request.ar_result)
			freeaddrinfo(lookup->request.ar_result);
		free(lookup);
	}
}

static void log_stop(struct delivery *d)
{
	struct log_lookup *lookup = d->log.lookup;

	log_close(d);
	if (d->log.found)
		freeaddrinfo(d->log.found);
	free(d->log.frame);
	if (lookup && d->log.step == LOG_LOOKUP && gai_cancel(&lookup->request) == EAI_NOTCANCELED) {
		lookup->next = d->courier->abandoned; /* the thread that looks it up writes to it */
		d->courier->abandoned = lookup;
		return;
	}
	free(lookup);
}

const struct way way_log = { log_begin, log_tick, log_stop };
