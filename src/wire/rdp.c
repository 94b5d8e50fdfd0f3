/* rdp.c - RDP's negotiation (MS-RDPBCGR, 2.2.1.1 and 2.2.1.2; X.224, 13.3 and 13.4). */
#include "wire/rdp.h"

#include "base/cursor.h"
#include "wire/line.h"

#define TPKT         4
#define X224         7    /* length, code, two references, class */
#define MESSAGE_MAX  1024 /* of a request or confirm */
#define CODE_REQUEST 0xe0
#define CODE_CONFIRM 0xd0
#define NEGOTIATION  8

enum negotiation {
	NEGOTIATION_REQUEST = 1,
	NEGOTIATION_RESPONSE = 2,
	NEGOTIATION_FAILURE = 3,
};

struct rdp_parser {
	struct rdp *r;
	const struct rdp_sink *sink;
};

/* The whole length when the bytes begin with a sound request or confirm, else 0. */
static uint16_t connect_length(struct span bytes, unsigned *code)
{
	struct cur c = cur_init(bytes);
	const uint8_t *h = cur_take(&c, TPKT + 2);
	uint16_t length = ld_be16(h + 2);

	if (c.bad || h[0] != 3 || h[1] != 0 || length < TPKT + X224 || length > MESSAGE_MAX ||
	    h[4] != length - TPKT - 1)
		return 0;
	*code = h[5] & 0xf0;
	return length;
}

bool rdp_looks(struct span payload)
{
	unsigned code;

	return payload.len > TPKT + 2 && connect_length(payload, &code) &&
	       (code == CODE_REQUEST || code == CODE_CONFIRM);
}

static enum stream_state rdp_head(const void *parser, unsigned side, struct span bytes,
				  uint64_t *length)
{
	unsigned code;

	(void)parser;
	if (bytes.len < TPKT + 2)
		return STREAM_MORE;
	*length = connect_length(bytes, &code);
	if (!*length || code != (side ? CODE_CONFIRM : CODE_REQUEST))
		return STREAM_WRONG;
	return STREAM_WANTED;
}

static void request_read(struct rdp *r, struct cur *c)
{
	struct span rest = cur_rest(c), line, word;
	const uint8_t *n;

	if (line_begins(rest, "Cookie: ") && line_take(&rest, &line)) {
		word = line;
		line_until(&word, '=');
		if (line_begins(line, "Cookie: mstshash=")) {
			r->cookie_len = (uint8_t)(word.len < RDP_COOKIE ? word.len : RDP_COOKIE);
			memcpy(r->cookie, word.ptr, r->cookie_len);
		}
		*c = cur_init(rest);
	}
	n = cur_take(c, NEGOTIATION);
	if (!c->bad && n[0] == NEGOTIATION_REQUEST && ld_le16(n + 2) == NEGOTIATION)
		r->requested = ld_le32(n + 4);
	r->pending = true;
}

static void tell(struct rdp *r, const struct rdp_sink *sink, struct rdp_hello hello)
{
	hello.cookie = (struct span){ r->cookie, r->cookie_len };
	hello.requested = r->requested;
	r->pending = false;
	r->stream.done = true;
	sink->hello(sink->whom, &hello);
}

static void confirm_read(struct rdp *r, struct cur *c, const struct rdp_sink *sink)
{
	const uint8_t *n = cur_take(c, NEGOTIATION);
	struct rdp_hello hello = { .answered = true };

	if (!c->bad && n[0] == NEGOTIATION_RESPONSE)
		hello.selected = ld_le32(n + 4);
	if (!c->bad && n[0] == NEGOTIATION_FAILURE) {
		hello.failed = true;
		hello.failure = ld_le32(n + 4);
	}
	tell(r, sink, hello);
}

static void rdp_message(void *parser, unsigned side, struct span message)
{
	struct rdp_parser *p = parser;
	struct cur c = cur_init(message);

	cur_take(&c, TPKT + X224);
	if (side != p->r->pending) /* an answer without a question, or a second question */
		p->r->stream.gave_up = true;
	else if (side)
		confirm_read(p->r, &c, p->sink);
	else
		request_read(p->r, &c);
}

size_t rdp_feed(struct rdp *r, unsigned side, struct span bytes, const struct rdp_sink *sink)
{
	static const struct stream_format format = { rdp_head, rdp_message };
	struct rdp_parser parser = { r, sink };

	return stream_feed(&r->stream, &format, &parser, side, bytes);
}

void rdp_gap(struct rdp *r, unsigned side, uint64_t missing)
{
	stream_gap(&r->stream, side, missing);
}

void rdp_end(struct rdp *r, const struct rdp_sink *sink)
{
	if (r->pending)
		tell(r, sink, (struct rdp_hello){ 0 });
}
