/* dns.c - DNS messages: the header, names with compression, records of the answer section. */
#include "wire/dns.h"

#include "base/cursor.h"
#include "base/pen.h"
#include "model/ip.h"
#include "wire/stream.h"

#include <stddef.h>

#define NAME_MAX_WIRE 255 /* bytes of a name on the wire, RFC 1035, 3.1 */
#define NAME_JUMPS    128 /* pointers followed in one name */
#define QUESTIONS_MAX 64  /* read over in one message; ordinary ones have 1, mDNS some more */
#define HEADER_BYTES  12

#define FLAG_RESPONSE 0x8000
#define FLAG_TC       0x0200
#define FLAG_ZERO     0x0040 /* reserved, RFC 1035, 4.1.1 */

enum dns_type {
	DNS_A = 1,
	DNS_NS = 2,
	DNS_CNAME = 5,
	DNS_SOA = 6,
	DNS_PTR = 12,
	DNS_MX = 15,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_SRV = 33,
	DNS_DNAME = 39,
	DNS_SVCB = 64,
	DNS_HTTPS = 65,
};

/* A message on its way to be read. */
struct reading {
	struct span message;
	struct cur at;
	struct pen pen;
	struct span qname;
	size_t qname_at; /* offset of the first question's name, for answers that point to it */
	enum anomaly anomaly;
};

static void label_write(struct pen *pen, struct span label)
{
	for (size_t i = 0; i < label.len; i++) {
		uint8_t b = label.ptr[i];

		if (b >= 'A' && b <= 'Z') {
			pen_byte(pen, b | 0x20);
		} else if (b > ' ' && b < 0x7f && b != '.' && b != '\\') {
			pen_byte(pen, b);
		} else {
			pen_byte(pen, '\\');
			pen_byte(pen, (uint8_t)('0' + b / 100));
			pen_byte(pen, (uint8_t)('0' + b / 10 % 10));
			pen_byte(pen, (uint8_t)('0' + b % 10));
		}
	}
}

/* The rest of the message from an offset that was seen in it. */
static struct cur message_at(struct span message, size_t offset)
{
	struct cur c = cur_init(message);

	cur_span(&c, offset);
	return c;
}

/* Walks over the name at `at` and writes it, unless `pen` is NULL. Each pointer has to point before
 * the labels that lead to it, so that every name ends. */
static enum anomaly name_walk(struct span message, struct cur *at, struct pen *pen)
{
	struct cur c = *at;
	size_t from = c.off, wire = 1, text = pen ? pen->used : 0;
	unsigned jumps = 0;

	for (;;) {
		uint8_t length = cur_u8(&c);

		if (c.bad)
			return ANOMALY_DNS_SHORT;
		if (length >= 0xc0) {
			size_t to = (size_t)(length & 0x3f) << 8 | cur_u8(&c);

			if (c.bad)
				return ANOMALY_DNS_SHORT;
			if (jumps++ == 0)
				*at = c;
			if (to >= from)
				return ANOMALY_DNS_POINTER;
			if (jumps > NAME_JUMPS)
				return ANOMALY_DNS_NAME;
			c = message_at(message, to);
			from = to;
			continue;
		}
		if (length > 63)
			return ANOMALY_DNS_LABEL;
		if (length == 0)
			break;
		wire += length + 1u;
		if (wire > NAME_MAX_WIRE)
			return ANOMALY_DNS_NAME;
		if (pen && pen->used > text)
			pen_byte(pen, '.');
		if (pen)
			label_write(pen, cur_span(&c, length));
		else
			cur_span(&c, length);
	}
	if (jumps == 0)
		*at = c;
	return ANOMALY_COUNT;
}

/* The name at the place of reading, as text. */
static struct span name_read(struct reading *r, struct cur *at)
{
	size_t text = r->pen.used;
	enum anomaly anomaly;

	if (r->qname_at > 0 && at->left >= 2 && ld_be16(at->p) == (0xc000 | r->qname_at)) {
		cur_take(at, 2); /* almost every answer points to the question: no second copy */
		return r->qname;
	}
	anomaly = name_walk(r->message, at, &r->pen);
	if (anomaly != ANOMALY_COUNT && r->anomaly == ANOMALY_COUNT)
		r->anomaly = anomaly;
	return pen_since(&r->pen, text);
}

static void address_write(struct pen *pen, struct span rdata)
{
	char text[IP_TEXT];
	struct ip ip;

	if (rdata.len == 4)
		ip = ip_from_v4(rdata.ptr);
	else
		memcpy(ip.b, rdata.ptr, sizeof(ip.b));
	pen_text(pen, ip_text(&ip, text));
}

/* Character strings (RFC 1035, 3.3.14), joined as resolvers and SPF (RFC 7208, 3.3) join them. */
static bool txt_write(struct reading *r, struct span rdata)
{
	struct cur c = cur_init(rdata);
	size_t room = EVENT_TEXT_MAX;

	while (c.left > 0 && !c.bad) {
		struct span part = cur_span(&c, cur_u8(&c));

		if (part.len > room)
			part.len = room;
		room -= part.len;
		pen_span(&r->pen, part);
	}
	return !c.bad;
}

/* How many bytes stand before the name in the contents of such a record, or -1: no name in it. */
static int name_offset(uint16_t type)
{
	switch (type) {
	case DNS_NS:
	case DNS_CNAME:
	case DNS_PTR:
	case DNS_DNAME:
	case DNS_SOA: /* mname comes first */
		return 0;
	case DNS_MX:
	case DNS_SVCB:
	case DNS_HTTPS:
		return 2;
	case DNS_SRV:
		return 6;
	}
	return -1;
}

/* The name in a record's contents, which begin at `start` and are `len` long. */
static struct span rdata_name(struct reading *r, struct cur start, size_t len, size_t before)
{
	size_t end = start.off + len;
	struct span name = { r->pen.room, 0 };

	cur_take(&start, before);
	if (start.bad || start.off >= end) {
		r->anomaly = ANOMALY_DNS_RDATA;
		return name;
	}
	name = name_read(r, &start);
	if (start.off > end && r->anomaly == ANOMALY_COUNT)
		r->anomaly = ANOMALY_DNS_RDATA;
	return name;
}

/* The record's contents as text. `start` is where they begin: names in them point about. */
static struct span rdata_read(struct reading *r, uint16_t type, struct cur start, size_t len)
{
	struct cur end = start;
	struct span rdata = cur_span(&end, len);
	size_t text = r->pen.used;
	int before = name_offset(type);
	bool sound = true;

	if (before >= 0)
		return rdata_name(r, start, len, (size_t)before);
	if (type == DNS_A || type == DNS_AAAA) {
		sound = rdata.len == (type == DNS_A ? 4 : 16);
		if (sound)
			address_write(&r->pen, rdata);
	} else if (type == DNS_TXT) {
		sound = txt_write(r, rdata);
	}
	if (!sound && r->anomaly == ANOMALY_COUNT)
		r->anomaly = ANOMALY_DNS_RDATA;
	return pen_since(&r->pen, text);
}

/* One record; false when the message ends within it. */
static bool record_read(struct reading *r, struct event_dns_record *record)
{
	uint16_t length;
	struct cur rdata;

	record->name = name_read(r, &r->at);
	if (r->anomaly != ANOMALY_COUNT)
		return false;
	record->type = cur_be16(&r->at);
	cur_take(&r->at, 2); /* class */
	record->ttl = cur_be32(&r->at);
	length = cur_be16(&r->at);
	record->rdata_len = length;
	rdata = r->at;
	cur_span(&r->at, length);
	if (r->at.bad) {
		r->anomaly = ANOMALY_DNS_SHORT;
		return false;
	}
	record->text = rdata_read(r, record->type, rdata, length);
	return true;
}

static void questions_read(struct reading *r, struct event_dns *e, unsigned count)
{
	if (count > QUESTIONS_MAX) {
		r->anomaly = ANOMALY_DNS_SHORT;
		return;
	}
	for (unsigned i = 0; i < count && r->anomaly == ANOMALY_COUNT; i++) {
		size_t at = r->at.off;
		uint16_t type;

		if (i > 0) { /* only the first one is told, as nobody but mDNS asks several */
			r->anomaly = name_walk(r->message, &r->at, NULL);
		} else {
			r->qname = name_read(r, &r->at);
			r->qname_at = at;
			e->qname = r->qname;
		}
		type = cur_be16(&r->at);
		cur_take(&r->at, 2); /* class */
		if (i == 0)
			e->qtype = type;
		if (r->at.bad && r->anomaly == ANOMALY_COUNT)
			r->anomaly = ANOMALY_DNS_SHORT;
	}
}

bool dns_read(struct span message, struct dns_message *out)
{
	struct reading r = { .message = message,
			     .at = cur_init(message),
			     .pen = pen_init(out->room, sizeof(out->room)),
			     .anomaly = ANOMALY_COUNT };
	const uint8_t *header = cur_take(&r.at, HEADER_BYTES);
	struct event_dns *e = &out->event;

	if (r.at.bad) {
		out->anomaly = ANOMALY_DNS_SHORT;
		return false;
	}
	e->id = ld_be16(header);
	e->flags = ld_be16(header + 2);
	e->response = e->flags & FLAG_RESPONSE;
	e->truncated = e->flags & FLAG_TC;
	e->multicast = false;
	e->rcode = e->flags & 15;
	e->length = (uint32_t)message.len;
	e->answers = ld_be16(header + 6);
	e->record_count = 0;
	e->qtype = 0;
	e->qname = (struct span){ out->room, 0 };
	questions_read(&r, e, ld_be16(header + 4));
	if (r.anomaly != ANOMALY_COUNT) {
		out->anomaly = r.anomaly;
		return false;
	}
	while (e->record_count < e->answers && e->record_count < DNS_ANSWERS &&
	       r.anomaly == ANOMALY_COUNT && record_read(&r, &e->records[e->record_count]))
		e->record_count++;
	if (r.pen.cut && r.anomaly == ANOMALY_COUNT)
		r.anomaly = ANOMALY_DNS_ROOM;
	out->anomaly = r.anomaly;
	return true;
}

void dns_event_copy(struct event_dns *to, const struct event_dns *from)
{
	memcpy(to, from,
	       offsetof(struct event_dns, records) + from->record_count * sizeof(from->records[0]));
}

/* NetBIOS: one label of 32 letters A to P, type NB or NBSTAT (RFC 1002, 4.2). */
static bool netbios(struct span name, uint16_t type)
{
	if (name.len < 34 || name.ptr[0] != 32 || (type != 0x20 && type != 0x21))
		return false;
	for (size_t i = 1; i <= 32; i++)
		if (name.ptr[i] < 'A' || name.ptr[i] > 'P')
			return false;
	return true;
}

/* The header: what no message of DNS has is not DNS. `cut` when more of the message is to come. */
static bool header_looks(const uint8_t *header, size_t len, bool cut)
{
	uint16_t flags = ld_be16(header + 2);
	unsigned opcode = flags >> 11 & 15, rcode = flags & 15;
	size_t questions = ld_be16(header + 4), answers = ld_be16(header + 6);
	size_t others = (size_t)ld_be16(header + 8) + ld_be16(header + 10);

	if ((flags & FLAG_ZERO) || (opcode != 0 && opcode != 4 && opcode != 5) || rcode > 11)
		return false;
	if (!(flags & FLAG_RESPONSE) && rcode != 0)
		return false;
	if (questions > QUESTIONS_MAX || questions + answers == 0)
		return false;
	/* a question takes 5 bytes at least, a record 11 */
	return cut || (flags & FLAG_TC) ||
	       questions * 5 + (answers + others) * 11 <= len - HEADER_BYTES;
}

static bool message_looks(struct span s, bool cut)
{
	struct cur c = cur_init(s);
	const uint8_t *header = cur_take(&c, HEADER_BYTES);
	struct span name = cur_rest(&c);
	uint16_t type, class;

	if (c.bad || !header_looks(header, s.len, cut) || name_walk(s, &c, NULL) != ANOMALY_COUNT)
		return false;
	type = cur_be16(&c);
	class = cur_be16(&c) &
		0x7fff; /* mDNS: the high bit asks for unicast or flushes (RFC 6762) */
	if (c.bad || type == 0 || netbios(name, type))
		return false;
	return (class >= 1 && class <= 4) || class == 254 || class == 255;
}

bool dns_looks(struct span s)
{
	return message_looks(s, false);
}

bool dns_stream_looks(struct span s)
{
	struct cur c = cur_init(s);
	size_t length = cur_be16(&c);

	if (c.bad || length < HEADER_BYTES + 5)
		return false;
	if (c.left >= length)
		return message_looks(cur_span(&c, length), false);
	return message_looks(cur_rest(&c), true);
}

size_t dns_feed(struct dns_stream *x, unsigned side, struct span bytes, const struct dns_sink *sink)
{
	struct cur c = cur_init(bytes);
	struct dns_message m;

	if (x->gave_up)
		return bytes.len;
	while (c.left > 0) {
		struct cur ahead = c;
		size_t length, announced;
		bool readable;

		if (x->skip[side] > 0) {
			struct span over = cur_span(&c, c.left < x->skip[side] ? c.left
									       : x->skip[side]);

			x->skip[side] -= (uint32_t)over.len;
			continue;
		}
		length = announced = cur_be16(&ahead);
		if (ahead.bad || (ahead.left < length && c.left < STREAM_KEEP))
			break;
		if (ahead.left < length) {
			x->skip[side] = (uint32_t)(length - ahead.left);
			length = ahead.left;
		}
		readable = dns_read(cur_span(&ahead, length), &m);
		m.event.length = (uint32_t)announced;
		if (length > 0)
			sink->message(sink->whom, side, &m, readable);
		c = ahead;
	}
	return c.off;
}

void dns_gap(struct dns_stream *x, unsigned side, uint64_t missing)
{
	if (missing <= x->skip[side])
		x->skip[side] -= (uint32_t)missing;
	else
		x->gave_up = true;
}
