/*
 * stream.h - Server-Sent Events (HTML Standard, chapter 9.2): all streams read from one ring of bytes.
 *
 * A stream has no memory of its own, only its place in the ring. One that falls behind by more than the ring holds
 * ends, and its browser begins anew. A stream ends with its session, within a second.
 */
#ifndef WEB_STREAM_H
#define WEB_STREAM_H

#include "base/span.h"
#include "web/session.h"

#include <microhttpd.h>

#define STREAMS_MAX 64

struct streams;

struct streams *streams_new(void); /* NULL: no memory */
void streams_free(struct streams *streams); /* after the last response is gone */

/* A response that tells the connection's events, for as long as the session lasts; when it is destroyed the stream is over.
 * NULL: there are STREAMS_MAX already, or no memory. */
struct MHD_Response *streams_open(struct streams *streams, struct MHD_Connection *connection,
				  uint64_t session, usec_t now);

/* Tells all an event. `data` is one line. False: the name is no name, or it is too long for the ring. */
bool streams_push(struct streams *streams, const char *event, struct span data);

/* Every second: ends what is over; a comment every 20 s shows who is gone, and keeps the others alive. */
void streams_tick(struct streams *streams, const struct sessions *sessions, usec_t now);

/* Ends all of them, before the library is shut down. */
void streams_end(struct streams *streams);

unsigned streams_count(const struct streams *streams);
uint64_t streams_overrun(const struct streams *streams); /* ended because they fell behind */

#endif
