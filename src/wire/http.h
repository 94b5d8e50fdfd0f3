/*
 * http.h - HTTP/1.0 and 1.1 (RFC 9112) out of the ordered bytes of both ends of a conversation.
 *
 * Tells each exchange when its response ended (or the conversation did), bodies in parts as they
 * come, and names and passwords of Basic authorisation as a login. A body is handed on as it is
 * carried: a content coding such as gzip is told, not undone; the coding of the transfer (chunks)
 * is undone. Cookies and passwords are never kept.
 */
#ifndef WIRE_HTTP_H
#define WIRE_HTTP_H

#include "base/pen.h"
#include "wire/login.h"

#define HTTP_PIPELINE 8 /* requests that may wait for their responses */

/* A body that begins. Texts are borrowed for the call. */
struct http_body {
	unsigned side;     /* 0: sent by the client, 1: by the server */
	bool part_of_file; /* 206: a range of it, and not all of it */
	uint64_t first, full; /* of the range: its first byte, and the file's size; 0: not told */
	struct span
		name; /* of a Content-Disposition, or the last part of the URL's path, decoded */
	struct span type;   /* Content-Type without parameters */
	struct span coding; /* Content-Encoding; empty: none */
};

/* Any may be NULL. */
struct http_sink {
	void *whom;
	void (*exchange)(void *whom, const struct event_http *http);
	/* True: the body's parts and its end are wanted. */
	bool (*body_begin)(void *whom, const struct http_body *body);
	void (*body_part)(void *whom, unsigned side, struct span part);
	/* Not whole: something of the body was lost, or it was cut short. */
	void (*body_end)(void *whom, unsigned side, bool whole);
	struct login_sink login;
};

/* One end's message under way. */
struct http_side {
	uint64_t left;   /* bytes of the body, or of its chunk, that are still to come */
	uint64_t length; /* as Content-Length told */
	uint64_t body;   /* bytes of the body until now */
	uint16_t status; /* of the response under way; 0: none */
	uint8_t state;
	bool tail; /* in what is left of a line that was too long */
	bool has_length, coded, chunked;
	bool open;   /* a body has begun */
	bool wanted; /* and its consumer wants it */
	bool whole;  /* and nothing of it is missing */
};

struct http_room;

/* One per conversation; zeroed, then `room` set. */
struct http {
	struct http_room *room; /* the caller's, for as long as the conversation is HTTP */
	struct http_side side[2];
	uint32_t pushed, popped; /* requests that were put into the queue, and taken out */
	uint32_t unpaired;       /* requests told at once since the queue was full */
	uint32_t anomalies;      /* things that RFC 9112 does not allow */
	bool current;            /* the client's message under way is the newest in the queue */
	bool begun;              /* a message was understood */
	bool gave_up;            /* no HTTP, or none any more: nothing further will be told */
	bool tunnel;             /* because of CONNECT or Upgrade: another protocol follows */
};

/*
 * What a conversation needs besides, about 8 KiB; zeroed. The caller gives it from a bounded slab
 * when HTTP was recognised, and has it back after http_end() or when `gave_up` is set.
 */
enum http_text { HTTP_METHOD, HTTP_HOST, HTTP_URL, HTTP_AGENT, HTTP_REFERER, HTTP_TEXTS };

struct http_request {
	uint64_t body;
	uint16_t at[HTTP_TEXTS], len[HTTP_TEXTS]; /* in the room's text */
	uint8_t minor;                            /* HTTP/1.x */
	bool head, connect;                       /* methods whose responses are framed otherwise */
	struct login login;
};

struct http_message { /* of each end's head under way */
	uint8_t type[96], name[256], coding[16];
	uint16_t type_len, name_len, coding_len;
	uint64_t first, last, full; /* Content-Range, without a unit other than bytes */
};

struct http_room {
	uint16_t used; /* bytes of text */
	uint16_t location_len, server_len;
	struct http_request request[HTTP_PIPELINE];
	struct http_message message[2];
	uint8_t text[4096];
	uint8_t location[EVENT_TEXT_MAX];
	uint8_t server[128];
};

/* Whether the first payload of this end is the beginning of HTTP/1. */
bool http_looks(struct span first, unsigned side);

/* Side 0: the client. Returns how many bytes were used up; the rest is wanted again with more
 * behind it, at most 8192 bytes of it. */
size_t http_feed(struct http *h, unsigned side, struct span bytes, const struct http_sink *sink);

/* Nothing is under way: until the next bytes come, the room is not needed. */
bool http_idle(const struct http *h);

/* Whether so many bytes of this side are within a body: then no room is needed to feed them. */
bool http_passes(const struct http *h, unsigned side, size_t len);

/* An unused room; what is not in use of it need not be initialised. */
void http_room_clear(struct http_room *room);

/* What is in use of the room, in one stretch; and back. */
void http_room_pack(const struct http *h, struct pen *pen);
void http_room_unpack(struct http *h, struct span packed);

/* Before the next bytes of this side, `missing` ones were lost; what was left over is void. */
void http_gap(struct http *h, unsigned side, uint64_t missing, const struct http_sink *sink);

/* The conversation is over: what is pending is told. */
void http_end(struct http *h, const struct http_sink *sink);

#endif
