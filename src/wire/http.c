/* http.c - HTTP/1 in its frames: heads, bodies of known length, chunks, until the close. */
#include "wire/http_private.h"

#include "base/text.h"
#include "wire/line.h"

#define LINE_LONGEST 8192 /* bytes of a line of a head; longer ones are cut (RFC 9112, 3: 8000) */
#define METHOD_MAX   24   /* the longest registered is UPDATEREDIRECTREF, of 17 */

enum state {
	AT_START, /* before a message */
	IN_HEAD,
	IN_BODY, /* of known length */
	AT_CHUNK,
	IN_CHUNK,
	BEHIND_CHUNK,
	IN_TRAILER,
	TO_CLOSE, /* the body ends with the conversation */
	LOST,     /* until something looks like a message's first line */
};

static bool in_method(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

static bool is_method(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!in_method(s.ptr[i]))
			return false;
	return s.len >= 3 && s.len <= METHOD_MAX;
}

/* Method, target, version. Targets with spaces in them are sent by attackers, and taken by
 * servers. A line that was cut has lost its version. */
static bool request_line(struct span line, bool cut, struct span part[3])
{
	size_t last = line.len;

	part[0] = line_cut(line, line_find(line, ' '));
	if (!is_method(part[0]))
		return false;
	while (last && line.ptr[last - 1] != ' ')
		last--;
	part[2] = line_from(line, last);
	if (cut)
		part[2] = line_from(line, last = line.len);
	else if (part[2].len != 8 || memcmp(part[2].ptr, "HTTP/1.", 7) != 0)
		return false;
	part[1] = line_trim(line_from(line_cut(line, last), part[0].len + 1));
	return part[1].len > 0;
}

/* The status of a status line (RFC 9112, 4); 0: it is none. */
static uint16_t status_line(struct span line)
{
	struct span rest = line_from(line, 9);
	uint64_t status;

	if (line.len < 12 || memcmp(line.ptr, "HTTP/1.", 7) != 0 || line.ptr[8] != ' ' ||
	    (rest.len > 3 && rest.ptr[3] != ' ') || !line_number(line_cut(rest, 3), 999, &status) ||
	    status < 100)
		return 0;
	return (uint16_t)status;
}

bool http_looks(struct span first, unsigned side)
{
	struct cur c = cur_init(first);
	struct span line, part[3];
	bool tail = false;

	if (side) {
		line = line_cut(first, line_find(line_cut(first, 16), '\r'));
		return status_line(line_cut(line, line_find(line, '\n'))) != 0;
	}
	if (!first.len || first.ptr[0] < 'A' || first.ptr[0] > 'Z') /* most others, cheaply */
		return false;
	if (line_next(&c, LINE_LONGEST, &tail, &line))
		return request_line(line, tail, part);
	/* a long request line: the target tells it from other text */
	return request_line(first, true, part) &&
	       (part[1].ptr[0] == '/' || line_starts(part[1], "http"));
}

static void body_close(struct http *h, unsigned side, const struct http_sink *sink)
{
	struct http_side *s = &h->side[side];

	if (s->open && s->wanted && sink->body_end)
		sink->body_end(sink->whom, side, s->whole);
	s->open = false;
}

static void message_close(struct http *h, unsigned side, const struct http_sink *sink)
{
	body_close(h, side, sink);
	h->side[side].state = AT_START;
	if (side)
		http_pop(h, sink);
	else
		h->current = false;
}

static void give_up(struct http *h, const struct http_sink *sink)
{
	if (!h->gave_up)
		http_end(h, sink);
	h->gave_up = true;
}

/* The bytes make no sense: the message is over as far as it can be told. */
static void lose(struct http *h, unsigned side, const struct http_sink *sink)
{
	struct http_side *s = &h->side[side];

	s->whole = false;
	message_close(h, side, sink);
	s->tail = false;
	s->state = LOST;
}

/* Whether the range is the whole file: clients ask so too, to go on later. */
static bool range_is_all(const struct http_message *m)
{
	return m->full && m->first == 0 && m->last + 1 == m->full;
}

static void body_open(struct http *h, unsigned side, const struct http_sink *sink)
{
	struct http_side *s = &h->side[side];
	struct http_message *m = &h->room->message[side];
	struct http_request *r = side ? http_oldest(h) : http_current(h);
	struct http_body body = { .side = side,
				  .part_of_file = s->status == 206 && !range_is_all(m),
				  .first = m->first,
				  .full = m->full,
				  .type = { m->type, m->type_len },
				  .coding = { m->coding, m->coding_len } };

	if (!m->name_len && r)
		m->name_len = (uint16_t)http_name_url(
			m->name, sizeof(m->name),
			(struct span){ h->room->text + r->at[HTTP_URL], r->len[HTTP_URL] });
	body.name = (struct span){ m->name, m->name_len };
	s->open = true;
	s->whole = true;
	s->wanted = sink->body_begin && sink->body_begin(sink->whom, &body);
}

static void body_take(struct http *h, unsigned side, struct span part, const struct http_sink *sink)
{
	struct http_side *s = &h->side[side];

	s->body += part.len;
	if (!side && http_current(h))
		http_current(h)->body = s->body;
	/* behind a gap there is nothing to make of it */
	if (s->wanted && s->whole && sink->body_part)
		sink->body_part(sink->whom, side, part);
}

/* The head of a response is complete. False: it has no body (RFC 9112, 6.3). */
static bool response_has_body(struct http *h, const struct http_sink *sink)
{
	const struct http_request *r = http_oldest(h);
	uint16_t status = h->side[1].status;

	http_judge_login(h, sink);
	if (status == 101 || (status / 100 == 2 && r && r->connect)) {
		http_pop(h, sink);
		h->tunnel = true;
		give_up(h, sink);
		return false;
	}
	if (status < 200) { /* the final one follows */
		h->side[1].status = 0;
		h->side[1].state = AT_START;
		return false;
	}
	if (status == 204 || status == 304 || (r && r->head)) {
		message_close(h, 1, sink);
		return false;
	}
	return true;
}

static void head_end(struct http *h, unsigned side, const struct http_sink *sink)
{
	struct http_side *s = &h->side[side];

	if (side && !response_has_body(h, sink))
		return;
	s->left = 0;
	if (s->chunked) {
		s->state = AT_CHUNK;
	} else if (s->has_length && !s->coded) {
		s->state = IN_BODY;
		s->left = s->length;
	} else if (side) {
		s->state = TO_CLOSE;
	}
	if (s->state == IN_HEAD || (s->state == IN_BODY && !s->left)) {
		message_close(h, side, sink);
		return;
	}
	body_open(h, side, sink);
}

static void head_begin(struct http *h, unsigned side)
{
	struct http_side *s = &h->side[side];
	struct http_message *m = &h->room->message[side];

	*s = (struct http_side){ .tail = s->tail, .state = IN_HEAD };
	m->type_len = m->name_len = m->coding_len = 0;
	m->first = m->last = m->full = 0;
	if (side)
		h->room->location_len = h->room->server_len = 0;
	h->begun = true;
}

static void start_line(struct http *h, unsigned side, struct span line,
		       const struct http_sink *sink)
{
	struct http_side *s = &h->side[side];
	struct span part[3];
	uint16_t status;

	if (side && (status = status_line(line)) != 0) {
		head_begin(h, side);
		s->status = status;
	} else if (!side && request_line(line, s->tail, part)) {
		head_begin(h, side);
		http_push(h, part, sink);
	} else if (line.len && s->state != LOST) { /* empty lines before it are allowed: 2.2 */
		if (!h->begun) {
			give_up(h, sink);
			return;
		}
		h->anomalies++;
		s->state = LOST;
	}
}

static void head_line(struct http *h, unsigned side, struct span line, const struct http_sink *sink)
{
	size_t colon;

	if (!line.len) {
		head_end(h, side, sink);
		return;
	}
	if (line.ptr[0] == ' ' || line.ptr[0] == '\t') /* a folded line (5.2): no field of ours */
		return;
	colon = line_find(line, ':');
	if (colon == line.len || !colon || line.ptr[colon - 1] == ' ')
		h->anomalies++;
	http_field(h, side, line_trim(line_cut(line, colon)),
		   line_trim(line_from(line, colon + 1)));
}

/* RFC 9112, 7.1: hexadecimal, then extensions. */
static void chunk_line(struct http *h, unsigned side, struct span line,
		       const struct http_sink *sink)
{
	struct http_side *s = &h->side[side];
	uint64_t size = 0;
	size_t n = 0;

	while (n < line.len && n < 15 && text_nibble(line.ptr[n]) >= 0)
		size = size << 4 | (uint64_t)text_nibble(line.ptr[n++]);
	if (!n ||
	    (n < line.len && line.ptr[n] != ';' && line.ptr[n] != ' ' && line.ptr[n] != '\t')) {
		h->anomalies++;
		lose(h, side, sink);
		return;
	}
	s->left = size;
	s->state = size ? IN_CHUNK : IN_TRAILER;
}

static void take_line(struct http *h, unsigned side, struct span line, const struct http_sink *sink)
{
	struct http_side *s = &h->side[side];

	switch (s->state) {
	case IN_HEAD:
		head_line(h, side, line, sink);
		break;
	case AT_CHUNK:
		chunk_line(h, side, line, sink);
		break;
	case BEHIND_CHUNK:
		if (line.len) {
			h->anomalies++;
			lose(h, side, sink);
		} else {
			s->state = AT_CHUNK;
		}
		break;
	case IN_TRAILER:
		if (!line.len)
			message_close(h, side, sink);
		break;
	default:
		start_line(h, side, line, sink);
	}
}

static void take_bytes(struct http *h, unsigned side, struct cur *c, const struct http_sink *sink)
{
	struct http_side *s = &h->side[side];
	bool to_close = s->state == TO_CLOSE;
	size_t n = to_close || s->left > c->left ? c->left : (size_t)s->left;

	body_take(h, side, cur_span(c, n), sink);
	if (to_close)
		return;
	s->left -= n;
	if (!s->left && s->state == IN_CHUNK)
		s->state = BEHIND_CHUNK;
	else if (!s->left)
		message_close(h, side, sink);
}

static bool in_bytes(const struct http_side *s)
{
	return s->state == IN_BODY || s->state == IN_CHUNK || s->state == TO_CLOSE;
}

/* Whether what is there of a line, which is not whole yet, can be no message's first: other protocols
 * go on where HTTP began. The line's rest is then passed over, and need not be kept. */
static bool start_hopeless(const struct http *h, unsigned side, struct span begun)
{
	const struct http_side *s = &h->side[side];

	if (!h->begun || !begun.len || (s->state != AT_START && s->state != LOST))
		return false;
	if (begun.ptr[0] == '\r') /* an empty line, perhaps */
		return begun.len > 1;
	return !in_method(begun.ptr[0]); /* a response begins with such a letter, too */
}

size_t http_feed(struct http *h, unsigned side, struct span bytes, const struct http_sink *sink)
{
	struct http_side *s = &h->side[side];
	struct cur c = cur_init(bytes);
	struct span line;

	while (c.left && !h->gave_up) {
		if (in_bytes(s))
			take_bytes(h, side, &c, sink);
		else if (line_next(&c, LINE_LONGEST, &s->tail, &line))
			take_line(h, side, line, sink);
		else if (start_hopeless(h, side, cur_rest(&c))) {
			start_line(h, side, cur_span(&c, c.left), sink);
			s->tail = true;
		} else
			break;
	}
	return h->gave_up ? bytes.len : c.off;
}

void http_gap(struct http *h, unsigned side, uint64_t missing, const struct http_sink *sink)
{
	struct http_side *s = &h->side[side];

	if (h->gave_up)
		return;
	if (in_bytes(s) && (s->state == TO_CLOSE || missing <= s->left)) {
		s->whole = false;
		s->body += missing;
		if (s->state == TO_CLOSE)
			return;
		s->left -= missing;
		if (!s->left && s->state == IN_CHUNK)
			s->state = BEHIND_CHUNK;
		else if (!s->left)
			message_close(h, side, sink);
		return;
	}
	lose(h, side, sink);
	while (side && http_oldest(h)) /* whose responses may be what was lost */
		http_pop(h, sink);
}

void http_end(struct http *h, const struct http_sink *sink)
{
	struct http_side *server = &h->side[1];

	if (h->gave_up)
		return;
	h->side[0].whole = false;
	body_close(h, 0, sink);
	server->whole = server->whole && server->state == TO_CLOSE;
	body_close(h, 1, sink);
	if (server->status)
		http_pop(h, sink);
	while (http_oldest(h))
		http_pop(h, sink);
	h->gave_up = true;
}

bool http_idle(const struct http *h)
{
	return h->pushed == h->popped && h->side[0].state == AT_START &&
	       h->side[1].state == AT_START && !h->side[0].tail && !h->side[1].tail;
}

bool http_passes(const struct http *h, unsigned side, size_t len)
{
	const struct http_side *s = &h->side[side];

	/* the client's body is counted in its request, which is in the room */
	return in_bytes(s) && (side || !h->current) && (s->state == TO_CLOSE || len < s->left);
}
