/*
 * dns.h - DNS messages: from UDP, from TCP, and those of mDNS and LLMNR, which have the same form.
 *
 * Names are told in lower case, dotted, without the last dot. A byte that is no printable ASCII
 * character, and a dot or backslash within a label, is written \DDD (decimal), so that the text
 * is unambiguous (RFC 1035, 5.1; RFC 4343, 2.1).
 *
 * Sources: RFC 1035; 3596 (AAAA), 2782 (SRV), 9460 (SVCB, HTTPS), 6891 (EDNS), 6762 (mDNS),
 * 4795 (LLMNR), 7766 (over TCP).
 */
#ifndef WIRE_DNS_H
#define WIRE_DNS_H

#include "model/anomaly.h"
#include "model/event.h"

#include <stdbool.h>

#define DNS_ROOM 16384 /* bytes of text of one message; see ANOMALY_DNS_ROOM */

/* A message that was read. The texts of `event` lie in `room`; so a copy of it is not one. It need
 * not be initialised. */
struct dns_message {
	struct event_dns event;
	enum anomaly anomaly; /* what stopped the reading; ANOMALY_COUNT: nothing */
	uint8_t room[DNS_ROOM];
};

/* Reads a message. False when its header or its first question are malformed: then only `anomaly`
 * is set. Else true; what could be read of the answer section is told, up to the anomaly if there
 * is one. `multicast` is left false: the caller knows the ports. */
bool dns_read(struct span message, struct dns_message *out);

/* Copies an event without the records that it does not have. */
void dns_event_copy(struct event_dns *to, const struct event_dns *from);

/* Whether a datagram on any port is a DNS message, by its header and first name. NetBIOS name
 * service, which looks alike, is not (RFC 1002). */
bool dns_looks(struct span payload);

/* Whether the first payload of a TCP conversation begins with a DNS message. */
bool dns_stream_looks(struct span payload);

/* DNS over TCP; zeroed before the first byte. */
struct dns_stream {
	uint32_t skip[2]; /* bytes of a long message, already told, that are still to come */
	bool gave_up;     /* bytes are missing: where messages begin is not known any more */
};

/* `message` borrows for the call. A message that did not end well is told too: see `anomaly`;
 * `readable` is what dns_read() returned. */
struct dns_sink {
	void *whom;
	void (*message)(void *whom, unsigned side, const struct dns_message *m, bool readable);
};

/* The contract of wire/stream.h. Of a message longer than STREAM_KEEP the first part is read. */
size_t dns_feed(struct dns_stream *x, unsigned side, struct span bytes,
		const struct dns_sink *sink);
void dns_gap(struct dns_stream *x, unsigned side, uint64_t missing);

#endif
