/* stream.c - the ring of events and the streams that read from it. */
#include "web/stream.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define RING       ((size_t)1 << 20) /* bytes; some minutes of usual events */
#define BLOCK      8192              /* bytes that one stream is given at once */
#define KEEP_ALIVE (20 * USEC_PER_SEC)

/* What a stream begins with: after how many milliseconds a browser calls again. */
static const char greeting[] = "retry: 1000\n\n";

struct stream {
	struct streams *streams;
	struct stream *next, *before;
	struct MHD_Connection *connection;
	uint64_t session;
	uint64_t at; /* its place: bytes since the first event */
	bool greeted, waiting, over;
};

struct streams {
	struct stream *first;
	unsigned count;
	uint64_t end; /* bytes since the first event */
	uint64_t overrun;
	usec_t kept_alive;
	uint8_t ring[RING];
};

struct streams *streams_new(void)
{
	return calloc(1, sizeof(struct streams)); /* the ring is not touched before it is used */
}

void streams_free(struct streams *streams)
{
	free(streams);
}

unsigned streams_count(const struct streams *streams)
{
	return streams->count;
}

uint64_t streams_overrun(const struct streams *streams)
{
	return streams->overrun;
}

/* Copies what comes next, up to `room` bytes or the end of the ring. */
static size_t stream_copy(struct stream *stream, char *to, size_t room)
{
	const struct streams *s = stream->streams;
	size_t from = stream->at % RING;
	uint64_t n = s->end - stream->at;

	n = n < room ? n : room;
	n = n < RING - from ? n : RING - from;
	memcpy(to, s->ring + from, (size_t)n);
	stream->at += n;
	return (size_t)n;
}

/* What comes next for it was overwritten. */
static bool stream_is_behind(const struct stream *stream)
{
	return stream->streams->end - stream->at > RING;
}

/* The library asks for more. Nothing there: the connection sleeps until there is. */
static ssize_t stream_read(void *whom, uint64_t position, char *to, size_t room)
{
	struct stream *stream = whom;
	struct streams *s = stream->streams;

	(void)position;
	if (stream->over)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (!stream->greeted && room >= sizeof(greeting)) {
		stream->greeted = true;
		memcpy(to, greeting, sizeof(greeting) - 1);
		return sizeof(greeting) - 1;
	}
	if (stream_is_behind(stream)) {
		s->overrun++;
		stream->over = true;
		return MHD_CONTENT_READER_END_OF_STREAM;
	}
	if (stream->at == s->end) {
		MHD_suspend_connection(stream->connection);
		stream->waiting = true;
		return 0;
	}
	return (ssize_t)stream_copy(stream, to, room);
}

static void stream_close(void *whom)
{
	struct stream *stream = whom;

	if (stream->before)
		stream->before->next = stream->next;
	else
		stream->streams->first = stream->next;
	if (stream->next)
		stream->next->before = stream->before;
	stream->streams->count--;
	free(stream);
}

struct MHD_Response *streams_open(struct streams *s, struct MHD_Connection *connection,
				  uint64_t session, usec_t now)
{
	struct stream *stream = s->count < STREAMS_MAX ? calloc(1, sizeof(*stream)) : NULL;
	struct MHD_Response *response;

	if (!stream)
		return NULL;
	*stream = (struct stream){ .streams = s, .next = s->first, .connection = connection,
				   .session = session, .at = s->end };
	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, stream_read, stream,
						     stream_close);
	if (!response) {
		free(stream);
		return NULL;
	}
	if (s->count == 0)
		s->kept_alive = now;
	if (s->first)
		s->first->before = stream;
	s->first = stream;
	s->count++;
	return response;
}

static void stream_wake(struct stream *stream)
{
	if (!stream->waiting)
		return;
	stream->waiting = false;
	MHD_resume_connection(stream->connection);
}

static void ring_put(struct streams *s, struct span bytes)
{
	while (bytes.len > 0) {
		size_t to = s->end % RING;
		size_t n = bytes.len < RING - to ? bytes.len : RING - to;

		memcpy(s->ring + to, bytes.ptr, n);
		s->end += n;
		bytes = (struct span){ bytes.ptr + n, bytes.len - n };
	}
	for (struct stream *stream = s->first; stream; stream = stream->next)
		stream_wake(stream);
}

bool streams_push(struct streams *s, const char *event, struct span data)
{
	size_t name = strspn(event, "abcdefghijklmnopqrstuvwxyz_");

	if (name == 0 || event[name] != '\0' || name > 32 || data.len > RING / 2)
		return false;
	if (data.len == 0 || memchr(data.ptr, '\n', data.len) || memchr(data.ptr, '\r', data.len))
		return false;
	ring_put(s, text_span("event: "));
	ring_put(s, text_span(event));
	ring_put(s, text_span("\ndata: "));
	ring_put(s, data);
	ring_put(s, text_span("\n\n"));
	return true;
}

/* Ends it: when it is told something next, which is now if it sleeps; one whose browser does not read is
 * hung up on. */
static void stream_end(struct stream *stream)
{
	if (!stream->over && !stream->waiting)
		shutdown(MHD_get_connection_info(stream->connection,
						 MHD_CONNECTION_INFO_CONNECTION_FD)
				 ->connect_fd,
			 SHUT_RDWR);
	stream->over = true;
	stream_wake(stream);
}

void streams_tick(struct streams *s, const struct sessions *sessions, usec_t now)
{
	for (struct stream *stream = s->first; stream; stream = stream->next) {
		if (!stream->over && stream_is_behind(stream)) {
			s->overrun++;
			stream_end(stream);
		} else if (!sessions_lasts(sessions, stream->session, now)) {
			stream_end(stream);
		}
	}
	if (s->count > 0 && now - s->kept_alive >= KEEP_ALIVE) {
		s->kept_alive = now;
		ring_put(s, text_span(":\n\n"));
	}
}

void streams_end(struct streams *s)
{
	for (struct stream *stream = s->first; stream; stream = stream->next)
		stream_end(stream);
}
