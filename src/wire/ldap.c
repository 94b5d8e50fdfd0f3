/* ldap.c - LDAP's bind requests and responses (RFC 4511, 4.1.1 and 4.2). */
#include "wire/ldap.h"

#include "wire/ber.h"
#include "wire/ntlm.h"

#define SASL_IN_PROGRESS 14
#define ENVELOPE         24 /* bytes within which the operation's tag stands */
#define ID_BYTES         5

enum operation { /* tags [APPLICATION n] */
		 BIND_REQUEST = 0x60,
		 BIND_RESPONSE = 0x61,
		 UNBIND = 0x42,
		 SEARCH = 0x63,
		 ENTRY = 0x64,
		 SEARCH_DONE = 0x65,
		 REFERENCE = 0x73,
		 EXTENDED_REQUEST = 0x77,
		 EXTENDED_RESPONSE = 0x78,
};

enum credentials {
	SIMPLE = 0x80,
	SASL = 0xa3,
};

struct ldap_parser {
	struct ldap *l;
	const struct ldap_sink *sink;
};

struct envelope {
	struct ber_head whole, operation;
	uint32_t id;
};

/* The heads down to the operation's. */
static enum ber_state envelope_read(struct span bytes, struct envelope *e)
{
	struct cur c = cur_init(bytes);
	enum ber_state state = ber_head_read(bytes, &e->whole);
	struct ber_head id;

	if (bytes.len && bytes.ptr[0] != BER_SEQUENCE)
		return BER_WRONG;
	if (state != BER_HEAD)
		return state;
	cur_take(&c, e->whole.bytes);
	state = ber_head_read(cur_rest(&c), &id);
	if (state == BER_HEAD && (id.tag != BER_INTEGER || !id.value || id.value > ID_BYTES))
		return BER_WRONG;
	if (state != BER_HEAD)
		return state;
	if (c.left < (size_t)id.bytes + id.value)
		return BER_SHORT;
	e->id = ber_uint(&c, BER_INTEGER);
	if (c.bad)
		return BER_WRONG;
	state = ber_head_read(cur_rest(&c), &e->operation);
	if (state == BER_HEAD &&
	    (uint64_t)id.bytes + id.value + e->operation.bytes + e->operation.value >
		    e->whole.value)
		return BER_WRONG;
	return state;
}

static bool operation_known(uint8_t tag)
{
	return (tag >= BIND_REQUEST && tag <= 0x6e) || tag == UNBIND || tag == 0x4a || /* delete */
	       tag == 0x50 ||                                                          /* abandon */
	       tag == REFERENCE || tag == EXTENDED_REQUEST || tag == EXTENDED_RESPONSE ||
	       tag == 0x79; /* intermediate */
}

bool ldap_looks(struct span payload)
{
	struct envelope e;
	uint64_t inside;

	if (envelope_read(payload, &e) != BER_HEAD || !operation_known(e.operation.tag))
		return false;
	inside = (uint64_t)e.operation.bytes + e.operation.value;
	/* Controls may follow the operation; most messages have none. */
	return e.id && inside + 2 < e.whole.value && e.whole.value - inside <= 1024 &&
	       (e.operation.tag != UNBIND || !e.operation.value);
}

static enum stream_state ldap_head(const void *parser, unsigned side, struct span bytes,
				   uint64_t *length)
{
	struct envelope e;
	enum ber_state state = envelope_read(bytes, &e);

	(void)parser;
	if (state == BER_SHORT && bytes.len < ENVELOPE)
		return STREAM_MORE;
	if (state != BER_HEAD || !operation_known(e.operation.tag))
		return STREAM_WRONG;
	*length = (uint64_t)e.whole.bytes + e.whole.value;
	return e.operation.tag == (side ? BIND_RESPONSE : BIND_REQUEST) ? STREAM_WANTED
									: STREAM_PASS;
}

static void name_keep(struct ldap *l, struct span name)
{
	l->name_len = (uint8_t)(name.len < LDAP_NAME ? name.len : LDAP_NAME);
	memcpy(l->name, name.ptr, l->name_len);
}

/* NTLM within SASL (or Microsoft's own tags) tells the user in its last message. */
static void sasl_name(struct ldap *l, struct span credentials)
{
	struct ntlm_names names;
	size_t n;

	if (ntlm_read(credentials, &names) != NTLM_AUTHENTICATE)
		return;
	n = names.domain_len;
	memcpy(l->name, names.domain, n);
	if (n)
		l->name[n++] = '\\';
	memcpy(l->name + n, names.user, names.user_len);
	l->name_len = (uint8_t)(n + names.user_len);
}

static void request_read(struct ldap *l, struct cur *c, uint32_t id)
{
	uint32_t version = ber_uint(c, BER_INTEGER);
	struct span name = ber_expect(c, BER_OCTETS), credentials;
	uint8_t tag;

	if (c->bad || !version || version > 127 || !ber_next(c, &tag, &credentials)) {
		l->stream.gave_up = true;
		return;
	}
	l->id = id;
	l->pending = true;
	l->simple = tag == SIMPLE;
	l->has_password = l->simple && credentials.len;
	name_keep(l, name);
	if (!l->simple)
		sasl_name(l, credentials);
}

static void tell(struct ldap *l, const struct ldap_sink *sink, enum login_outcome outcome,
		 uint32_t result)
{
	struct ldap_bind bind = {
		.simple = l->simple,
		.result = result,
		.login = { .outcome = outcome,
			   .user = { l->name, l->name_len },
			   .has_password = l->has_password,
			   .anonymous = l->simple && !l->name_len && !l->has_password },
	};

	l->pending = false;
	sink->bind(sink->whom, &bind);
}

static void response_read(struct ldap_parser *p, struct cur *c, uint32_t id)
{
	uint32_t result = ber_uint(c, BER_ENUMERATED);

	if (c->bad) {
		p->l->stream.gave_up = true;
		return;
	}
	if (!p->l->pending || id != p->l->id)
		return;
	if (result == SASL_IN_PROGRESS)
		p->l->pending = false;
	else
		tell(p->l, p->sink, result ? LOGIN_REFUSED : LOGIN_ACCEPTED, result);
}

static void ldap_message(void *parser, unsigned side, struct span message)
{
	struct ldap_parser *p = parser;
	struct cur whole = cur_init(message), c = cur_init(ber_expect(&whole, BER_SEQUENCE));
	uint32_t id = ber_uint(&c, BER_INTEGER);
	struct cur body = cur_init(ber_expect(&c, side ? BIND_RESPONSE : BIND_REQUEST));

	if (whole.bad || c.bad)
		p->l->stream.gave_up = true;
	else if (side)
		response_read(p, &body, id);
	else
		request_read(p->l, &body, id);
}

size_t ldap_feed(struct ldap *l, unsigned side, struct span bytes, const struct ldap_sink *sink)
{
	static const struct stream_format format = { ldap_head, ldap_message };
	struct ldap_parser parser = { l, sink };

	return stream_feed(&l->stream, &format, &parser, side, bytes);
}

void ldap_gap(struct ldap *l, unsigned side, uint64_t missing)
{
	stream_gap(&l->stream, side, missing);
}

void ldap_end(struct ldap *l, const struct ldap_sink *sink)
{
	if (l->pending)
		tell(l, sink, LOGIN_UNKNOWN, 0);
}
