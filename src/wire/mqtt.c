/* mqtt.c - MQTT's CONNECT and CONNACK (MQTT 3.1.1 and 5.0, 2.1, 3.1, 3.2). */
#include "wire/mqtt.h"

#include "base/cursor.h"

#define LENGTH_BYTES 4 /* of the remaining length, 2.1.4 */

enum packet_type {
	CONNECT = 0x10,
	CONNACK = 0x20,
};

enum connect_flag {
	FLAG_RESERVED = 0x01,
	FLAG_CLEAN = 0x02,
	FLAG_WILL = 0x04,
	FLAG_PASSWORD = 0x40,
	FLAG_USER = 0x80,
};

struct mqtt_parser {
	struct mqtt *m;
	const struct mqtt_sink *sink;
};

/* A number of seven bits a byte, the lowest first. */
static uint32_t varint_read(struct cur *c)
{
	uint32_t value = 0;

	for (unsigned n = 0; n < LENGTH_BYTES; n++) {
		uint8_t byte = cur_u8(c);

		value |= (uint32_t)(byte & 0x7f) << 7 * n;
		if (!(byte & 0x80))
			return value;
	}
	c->bad = true;
	return 0;
}

static enum stream_state mqtt_head(const void *parser, unsigned side, struct span bytes,
				   uint64_t *length)
{
	const struct mqtt_parser *p = parser;
	struct cur c = cur_init(bytes);
	uint8_t type = cur_u8(&c);
	uint32_t rest = varint_read(&c);

	if (!side && !p->m->pending && type != CONNECT) /* 3.1: it comes first */
		return STREAM_WRONG;
	if (c.bad)
		return bytes.len <= LENGTH_BYTES ? STREAM_MORE : STREAM_WRONG;
	*length = c.off + rest;
	if (side)
		return type == CONNACK ? STREAM_WANTED : STREAM_PASS;
	return type == CONNECT ? STREAM_WANTED : STREAM_PASS;
}

static struct span string_read(struct cur *c)
{
	return cur_span(c, cur_be16(c));
}

static uint8_t text_keep(uint8_t room[MQTT_TEXT], struct span text)
{
	uint8_t n = (uint8_t)(text.len < MQTT_TEXT ? text.len : MQTT_TEXT);

	memcpy(room, text.ptr, n);
	return n;
}

/* Protocol name and level; 3.1 had another name. */
static uint8_t level_read(struct cur *c)
{
	struct span name = string_read(c);
	uint8_t level = cur_u8(c);

	if (c->bad)
		return 0;
	if (name.len == 4 && memcmp(name.ptr, "MQTT", 4) == 0)
		return level & 0x7f; /* the top bit marks a bridge */
	return name.len == 6 && memcmp(name.ptr, "MQIsdp", 6) == 0 ? level & 0x7f : 0;
}

static bool connect_read(struct mqtt *m, struct cur *c)
{
	uint8_t flags;

	m->level = level_read(c);
	flags = cur_u8(c);
	cur_be16(c); /* keep alive */
	if (c->bad || m->level < 3 || m->level > 5 || (flags & FLAG_RESERVED))
		return false;
	if (m->level == 5)
		cur_span(c, varint_read(c)); /* properties */
	m->client_len = text_keep(m->client, string_read(c));
	if (flags & FLAG_WILL) {
		if (m->level == 5)
			cur_span(c, varint_read(c));
		m->will_len = text_keep(m->will, string_read(c));
		string_read(c); /* message */
	}
	if (flags & FLAG_USER)
		m->user_len = text_keep(m->user, string_read(c));
	m->has_password = flags & FLAG_PASSWORD;
	m->clean = flags & FLAG_CLEAN;
	return !c->bad;
}

static void tell(struct mqtt *m, const struct mqtt_sink *sink, enum login_outcome outcome,
		 uint8_t code)
{
	struct mqtt_session session = {
		.level = m->level,
		.code = code,
		.clean = m->clean,
		.client = { m->client, m->client_len },
		.will_topic = { m->will, m->will_len },
		.login = { .outcome = outcome,
			   .user = { m->user, m->user_len },
			   .has_password = m->has_password,
			   .anonymous = !m->user_len && !m->has_password },
	};

	m->pending = false;
	m->stream.done = true;
	sink->connected(sink->whom, &session);
}

static void mqtt_message(void *parser, unsigned side, struct span message)
{
	struct mqtt_parser *p = parser;
	struct cur c = cur_init(message);
	uint8_t code;

	cur_u8(&c);
	varint_read(&c);
	if (!side) {
		p->m->stream.gave_up |= p->m->pending || !connect_read(p->m, &c);
		p->m->pending = !p->m->stream.gave_up;
		return;
	}
	cur_u8(&c); /* session present */
	code = cur_u8(&c);
	if (c.bad || !p->m->pending)
		p->m->stream.gave_up = true;
	else
		tell(p->m, p->sink, code ? LOGIN_REFUSED : LOGIN_ACCEPTED, code);
}

size_t mqtt_feed(struct mqtt *m, unsigned side, struct span bytes, const struct mqtt_sink *sink)
{
	static const struct stream_format format = { mqtt_head, mqtt_message };
	struct mqtt_parser parser = { m, sink };

	return stream_feed(&m->stream, &format, &parser, side, bytes);
}

void mqtt_gap(struct mqtt *m, unsigned side, uint64_t missing)
{
	stream_gap(&m->stream, side, missing);
}

void mqtt_end(struct mqtt *m, const struct mqtt_sink *sink)
{
	if (m->pending)
		tell(m, sink, LOGIN_UNKNOWN, 0);
}

bool mqtt_looks(struct span payload)
{
	struct cur c = cur_init(payload);
	uint8_t type = cur_u8(&c), level;
	uint32_t rest = varint_read(&c);

	if (c.bad || type != CONNECT || rest < 12 || c.left > rest)
		return false;
	level = level_read(&c);
	return level >= 3 && level <= 5;
}
