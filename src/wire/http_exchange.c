/*
 * http_exchange.c - requests that wait for their responses, and the texts of both.
 *
 * All texts of the waiting requests share one room, in the order of the requests; a request's are
 * together, so that they go out in one move when its response is done.
 */
#include "wire/http_private.h"

#include "wire/line.h"
#include "wire/mime_field.h"

static const uint16_t text_max[HTTP_TEXTS] = {
	[HTTP_METHOD] = 24,          [HTTP_HOST] = 255, /* RFC 1035: a name */
	[HTTP_URL] = EVENT_TEXT_MAX, [HTTP_AGENT] = 512, [HTTP_REFERER] = 512,
};

struct http_request *http_current(const struct http *h)
{
	return h->current && h->pushed != h->popped ? &h->room->request[h->pushed - h->popped - 1]
						    : NULL;
}

struct http_request *http_oldest(const struct http *h)
{
	return h->pushed != h->popped ? &h->room->request[0] : NULL;
}

static void text_keep(struct http_room *room, struct http_request *r, enum http_text which,
		      struct span text)
{
	size_t left = sizeof(room->text) - room->used;

	if (r->len[which]) /* the first of two goes: what most servers act upon */
		return;
	r->at[which] = room->used;
	r->len[which] = (uint16_t)line_keep(room->text + room->used, left,
					    line_cut(text, text_max[which]));
	room->used = (uint16_t)(room->used + r->len[which]);
}

static struct span text_of(const struct http_room *room, const struct http_request *r,
			   enum http_text which)
{
	return (struct span){ room->text + r->at[which], r->len[which] };
}

/* Host and port of a Host field or an authority: without user and port. */
static struct span host_only(struct span authority)
{
	struct span host = line_from(authority, line_find(authority, '@') + 1);

	if (!host.len)
		host = authority;
	if (host.len && host.ptr[0] == '[') /* [2001:db8::1]:80 */
		return line_cut(host, line_find(host, ']') + 1);
	return line_cut(host, line_find(host, ':'));
}

static void host_keep(struct http_room *room, struct http_request *r, struct span authority)
{
	bool fresh = !r->len[HTTP_HOST];

	text_keep(room, r, HTTP_HOST, host_only(authority));
	for (size_t i = 0; fresh && i < r->len[HTTP_HOST]; i++) {
		uint8_t *b = &room->text[r->at[HTTP_HOST] + i];

		if (*b >= 'A' && *b <= 'Z')
			*b = (uint8_t)(*b + 32);
	}
}

void http_push(struct http *h, struct span line[3], const struct http_sink *sink)
{
	struct http_room *room = h->room;
	uint32_t waiting = h->pushed - h->popped;
	struct http_request *r = &room->request[waiting];
	uint8_t minor = line[2].len == 8 && line[2].ptr[7] == '0' ? 0 : 1;
	struct span url = line[1];

	h->current = waiting < HTTP_PIPELINE && !h->unpaired;
	if (!h->current) {
		struct event_http event = { .method = line[0],
					    .url = line_cut(url, EVENT_TEXT_MAX),
					    .protocol = line[2] };

		h->unpaired++;
		if (sink->exchange)
			sink->exchange(sink->whom, &event);
		return;
	}
	*r = (struct http_request){ .minor = minor,
				    .head = line_is(line[0], "head"),
				    .connect = line_is(line[0], "connect") };
	h->pushed++;
	text_keep(room, r, HTTP_METHOD, line[0]);
	text_keep(room, r, HTTP_URL, url);
	if (r->connect) {
		host_keep(room, r, url);
	} else if (line_starts(url, "http://") || line_starts(url, "https://")) {
		struct span rest = line_from(url, line_find(url, '/') + 2);

		host_keep(room, r, line_cut(rest, line_find(rest, '/')));
	}
}

static void event_tell(struct http *h, const struct http_request *r, const struct http_sink *sink)
{
	struct http_room *room = h->room;
	bool answered = h->side[1].status != 0;
	struct event_http event = {
		.status = h->side[1].status,
		.response_body = answered ? h->side[1].body : 0,
	};

	if (r) {
		event.method = text_of(room, r, HTTP_METHOD);
		event.host = text_of(room, r, HTTP_HOST);
		event.url = text_of(room, r, HTTP_URL);
		event.agent = text_of(room, r, HTTP_AGENT);
		event.referer = text_of(room, r, HTTP_REFERER);
		event.protocol =
			(struct span){ (const uint8_t *)(r->minor ? "HTTP/1.1" : "HTTP/1.0"), 8 };
		event.request_body = r->body;
	}
	if (answered) {
		struct http_message *m = &room->message[1];

		event.type = (struct span){ m->type, m->type_len };
		event.location = (struct span){ room->location, room->location_len };
		event.server = (struct span){ room->server, room->server_len };
	}
	if (sink->exchange)
		sink->exchange(sink->whom, &event);
}

static void oldest_remove(struct http *h)
{
	struct http_room *room = h->room;
	uint32_t left = h->pushed - ++h->popped;
	uint16_t size = 0;

	for (unsigned i = 0; i < HTTP_TEXTS; i++)
		size = (uint16_t)(size + room->request[0].len[i]);
	memmove(room->text, room->text + size, (size_t)(room->used - size));
	room->used = (uint16_t)(room->used - size);
	memmove(room->request, room->request + 1, left * sizeof(room->request[0]));
	for (uint32_t r = 0; r < left; r++)
		for (unsigned i = 0; i < HTTP_TEXTS; i++)
			if (room->request[r].len[i])
				room->request[r].at[i] = (uint16_t)(room->request[r].at[i] - size);
}

void http_pop(struct http *h, const struct http_sink *sink)
{
	struct http_request *r = http_oldest(h);

	if (r) {
		login_end(&r->login, LOGIN_UNKNOWN, &sink->login);
		event_tell(h, r, sink);
		oldest_remove(h);
	} else if (h->unpaired) {
		h->unpaired--; /* its request was told */
	} else if (h->side[1].status) {
		event_tell(h, NULL, sink);
	}
	h->side[1].status = 0;
}

void http_judge_login(struct http *h, const struct http_sink *sink)
{
	struct http_request *r = http_oldest(h);
	uint16_t status = h->side[1].status;

	if (!r || status < 200)
		return;
	login_end(&r->login,
		  status == 401 || status == 407 ? LOGIN_REFUSED
		  : status < 400                 ? LOGIN_ACCEPTED
						 : LOGIN_UNKNOWN,
		  &sink->login);
}

enum field {
	FIELD_LENGTH,
	FIELD_TRANSFER,
	FIELD_TYPE,
	FIELD_CODING,
	FIELD_DISPOSITION,
	FIELD_RANGE,
	FIELD_HOST,
	FIELD_AGENT,
	FIELD_REFERER,
	FIELD_AUTHORIZATION,
	FIELD_PROXY_AUTHORIZATION,
	FIELD_LOCATION,
	FIELD_SERVER,
	FIELDS
};

static enum field field_of(struct span name)
{
	static const struct {
		uint8_t len;
		const char *name;
	} fields[FIELDS] = {
		[FIELD_LENGTH] = { 14, "content-length" },
		[FIELD_TRANSFER] = { 17, "transfer-encoding" },
		[FIELD_TYPE] = { 12, "content-type" },
		[FIELD_CODING] = { 16, "content-encoding" },
		[FIELD_DISPOSITION] = { 19, "content-disposition" },
		[FIELD_RANGE] = { 13, "content-range" },
		[FIELD_HOST] = { 4, "host" },
		[FIELD_AGENT] = { 10, "user-agent" },
		[FIELD_REFERER] = { 7, "referer" },
		[FIELD_AUTHORIZATION] = { 13, "authorization" },
		[FIELD_PROXY_AUTHORIZATION] = { 19, "proxy-authorization" },
		[FIELD_LOCATION] = { 8, "location" },
		[FIELD_SERVER] = { 6, "server" },
	};
	unsigned i = 0;

	while (i < FIELDS && (fields[i].len != name.len || !line_starts(name, fields[i].name)))
		i++;
	return (enum field)i;
}

/* Fields that tell how long the body is (RFC 9112, 6). */
static void field_length(struct http *h, struct http_side *s, enum field which, struct span value)
{
	uint64_t length = 0;

	if (which == FIELD_TRANSFER) {
		size_t last = value.len;

		s->coded = true;
		while (last && value.ptr[last - 1] != ',')
			last--;
		s->chunked = line_is(line_trim(line_from(value, last)), "chunked");
		h->anomalies += s->has_length;
		return;
	}
	if (!line_number(line_trim(line_cut(value, line_find(value, ','))), UINT64_MAX >> 1,
			 &length) ||
	    (s->has_length && length != s->length) || s->coded)
		h->anomalies++; /* smugglers do so */
	else
		s->length = length;
	s->has_length = true;
}

/* RFC 9110, 14.4: "bytes 0-499/1234"; the size may be "*". */
static void field_range(struct http_message *m, struct span value)
{
	struct span unit = line_word(&value), range, first;
	uint64_t max = UINT64_MAX >> 1, full = 0;

	if (!line_is(unit, "bytes") || !line_part(&value, '/', &range) ||
	    !line_part(&range, '-', &first) || !line_number(line_trim(first), max, &m->first) ||
	    !line_number(range, max, &m->last))
		return;
	if (line_number(line_trim(value), max, &full))
		m->full = full;
}

static void field_request(struct http *h, struct http_request *r, enum field which,
			  struct span value)
{
	struct http_room *room = h->room;

	if (which == FIELD_HOST)
		host_keep(room, r, value);
	else if (which == FIELD_AGENT)
		text_keep(room, r, HTTP_AGENT, value);
	else if (which == FIELD_REFERER)
		text_keep(room, r, HTTP_REFERER, value);
	else if ((which == FIELD_AUTHORIZATION || which == FIELD_PROXY_AUTHORIZATION) &&
		 line_starts(value, "basic "))
		login_basic(&r->login, line_from(value, 6));
}

void http_field(struct http *h, unsigned side, struct span name, struct span value)
{
	struct http_message *m = &h->room->message[side];
	enum field which = field_of(name);

	switch (which) {
	case FIELD_LENGTH:
	case FIELD_TRANSFER:
		field_length(h, &h->side[side], which, value);
		break;
	case FIELD_TYPE:
		value = line_trim(line_cut(value, line_find(value, ';')));
		m->type_len = (uint16_t)line_keep(m->type, sizeof(m->type), value);
		break;
	case FIELD_CODING:
		m->coding_len = (uint16_t)line_keep(m->coding, sizeof(m->coding), value);
		break;
	case FIELD_DISPOSITION:
		m->name_len = (uint16_t)mime_parameter(m->name, sizeof(m->name), value, "filename");
		break;
	case FIELD_RANGE:
		field_range(m, value);
		break;
	case FIELD_LOCATION:
		if (side)
			h->room->location_len = (uint16_t)line_keep(
				h->room->location, sizeof(h->room->location), value);
		break;
	case FIELD_SERVER:
		if (side)
			h->room->server_len = (uint16_t)line_keep(h->room->server,
								  sizeof(h->room->server), value);
		break;
	default:
		if (!side && which != FIELDS && http_current(h))
			field_request(h, http_current(h), which, value);
	}
}
