/* tls.c - TLS records, and the handshake messages in them. */
#include "wire/tls.h"

#include "base/cursor.h"
#include "wire/x509.h"

#define RECORD_MAX  (16384 + 2048) /* RFC 5246, 6.2.3; TLS 1.3 allows less */
#define MESSAGE_MAX STREAM_KEEP    /* bytes of a message that are read */
#define EARLY_MAX   65536          /* bytes of early data (RFC 8446, 4.2.10) awaiting the server */
#define SSL2_HEAD   11             /* bytes of an SSL 2 hello before its lists */

enum record_type {
	RECORD_PASS = 0, /* not on the wire: bytes to be passed over */
	RECORD_CIPHER = 20,
	RECORD_ALERT = 21,
	RECORD_HANDSHAKE = 22,
	RECORD_APPLICATION = 23,
	RECORD_HEARTBEAT = 24,
};

enum message_type {
	MESSAGE_CERTIFICATE = 11,
	MESSAGE_HELLO_DONE = 14,
};

enum seen {
	SEEN_CLIENT = 1, /* its hello */
	SEEN_SERVER = 2, /* its hello */
	SEEN_RETRY = 4,  /* a HelloRetryRequest */
	SEEN_SSL2 = 8,   /* the client's hello was one of SSL 2 */
};

#define TLS13 0x0304

/* Tells the event, if there is anything to tell, with the certificate if it was read. */
static void finish(struct tls *x, const struct tls_sink *sink, enum anomaly why,
		   struct span certificate)
{
	struct event_tls e;
	struct x509 x509;
	uint8_t sha1[SHA1_BYTES];
	char text[SHA1_BYTES * 3];
	struct pen pen = pen_init(text, sizeof(text));

	x->done = true;
	x->anomaly = why;
	if (!(x->seen & (SEEN_CLIENT | SEEN_SERVER)))
		return;
	tls_note_event(x->note, &e);
	if (certificate.len > 0 && sink->kit) {
		digest_of(sink->kit, DIGEST_SHA1, certificate, sha1);
		pen_hex(&pen, (struct span){ sha1, sizeof(sha1) }, ':', PEN_LOWER);
		e.fingerprint = pen_since(&pen, 0);
	}
	if (certificate.len > 0) {
		if (x509_read(certificate, &x509)) {
			e.subject = x509.subject;
			e.issuer = x509.issuer;
			e.serial = x509.serial;
			e.names = x509.names;
			e.not_before = x509.not_before;
			e.not_after = x509.not_after;
			e.self_signed = x509.self_signed;
		} else {
			x->anomaly = ANOMALY_X509_BAD;
		}
	}
	sink->event(sink->whom, &e);
}

static void finish_plain(struct tls *x, const struct tls_sink *sink, enum anomaly why)
{
	finish(x, sink, why, (struct span){ cur_zeros, 0 });
}

static void client_hello(struct tls *x, struct span body, const struct tls_sink *sink)
{
	struct hello hello;

	if (!hello_read_client(body, &hello)) {
		finish_plain(x, sink, ANOMALY_TLS_HELLO);
		return;
	}
	tls_note_client(x->note, sink->kit, &hello, JA_TCP);
	x->seen |= SEEN_CLIENT;
	x->anomaly = hello.overflow ? ANOMALY_TLS_LISTS : ANOMALY_COUNT;
}

static void server_hello(struct tls *x, struct span body, const struct tls_sink *sink)
{
	struct hello hello;

	if (!hello_read_server(body, &hello)) {
		finish_plain(x, sink, ANOMALY_TLS_HELLO);
		return;
	}
	if (hello.retry) {
		x->seen |= SEEN_RETRY;
		return;
	}
	tls_note_server(x->note, sink->kit, &hello);
	x->seen |= SEEN_SERVER;
	if (hello.version != hello.legacy) /* TLS 1.3, or a draft of it: the rest is secret */
		finish_plain(x, sink, x->anomaly);
}

/* A message's type and the bytes of it that have to be there before it is read, its header
 * included; of a certificate chain those up to the end of the first. 0: it is of no interest. */
static size_t message_need(const struct tls *x, unsigned side, struct span message)
{
	struct cur c = cur_init(message);
	uint8_t type = cur_u8(&c);
	size_t length = cur_be24(&c), first;

	if (c.bad)
		return 4;
	if (type == (side == 0 ? HELLO_CLIENT : HELLO_SERVER))
		return 4 + length;
	if (side == 0 || type != MESSAGE_CERTIFICATE || length < 6 || !(x->seen & SEEN_SERVER))
		return 0;
	cur_be24(&c); /* of the list */
	first = cur_be24(&c);
	if (c.bad)
		return 10;
	return first <= length - 6 ? 10 + first : 0;
}

/* Handshake bytes from here on as one span: in place as far as the record goes, or, when that is
 * not enough, put together from several records. */
static struct span gather(const struct tls_side *s, struct cur c, struct pen *pen)
{
	size_t record = s->record;

	for (;;) {
		const uint8_t *header;

		pen_span(pen, cur_span(&c, c.left < record ? c.left : record));
		if (pen->cut || c.left < 5)
			break;
		header = cur_take(&c, 5);
		if (header[0] != RECORD_HANDSHAKE)
			break;
		record = ld_be16(header + 3);
	}
	return pen_since(pen, 0);
}

static void message_handle(struct tls *x, unsigned side, struct span message,
			   const struct tls_sink *sink)
{
	struct cur c = cur_init(message);
	uint8_t type = cur_u8(&c);
	size_t length = cur_be24(&c);

	x->side[side].skip = (uint32_t)(4 + length);
	if (side == 0) {
		if (type == HELLO_CLIENT)
			client_hello(x, cur_span(&c, length), sink);
	} else if (type == HELLO_SERVER) {
		server_hello(x, cur_span(&c, length), sink);
	} else if (x->seen & SEEN_SERVER) {
		if (type == MESSAGE_CERTIFICATE && message.len > 10) {
			cur_be24(&c);
			length = cur_be24(&c);
			finish(x, sink, x->anomaly, cur_span(&c, length));
		} else if (type == MESSAGE_CERTIFICATE || type == MESSAGE_HELLO_DONE) {
			finish_plain(x, sink, x->anomaly);
		}
	}
}

/* Reads the message that begins here; false when more of it has to come first. */
static bool message_read(struct tls *x, unsigned side, struct cur *c, const struct tls_sink *sink)
{
	struct tls_side *s = &x->side[side];
	struct span here = { c->p, c->left < s->record ? c->left : s->record };
	size_t need = message_need(x, side, here);
	uint8_t room[MESSAGE_MAX];
	struct pen pen = pen_init(room, sizeof(room));

	if (need > here.len && c->left > s->record) {
		here = gather(s, *c, &pen);
		need = message_need(x, side, here);
	}
	if (need > here.len && (c->left >= STREAM_KEEP || need > MESSAGE_MAX)) {
		finish_plain(x, sink, ANOMALY_TLS_LONG);
		return false;
	}
	if (need > here.len)
		return false;
	message_handle(x, side, (struct span){ here.ptr, need > 4 ? need : 4 }, sink);
	return true;
}

/* The client changes to cipher, or the server does: a session that is resumed, since the
 * certificate would have come before. After a HelloRetryRequest it has no meaning (RFC 8446, D.4).
 */
static void cipher_begins(struct tls *x, unsigned side, const struct tls_sink *sink)
{
	if (side == 0 || (x->seen & (SEEN_RETRY | SEEN_SERVER)) == SEEN_RETRY)
		return;
	x->note->resumed = x->note->answered;
	finish_plain(x, sink, x->anomaly);
}

/* Reads a record's header; false when more bytes are needed for it. */
static bool record_begin(struct tls *x, unsigned side, struct cur *c, const struct tls_sink *sink)
{
	struct tls_side *s = &x->side[side];
	const uint8_t *p;

	if (c->left < 5)
		return false;
	p = cur_take(c, 5);
	if (side == 1 && (x->seen & SEEN_SSL2) && (p[0] & 0x80) && p[2] == 4) {
		x->note->answered = true; /* SSL 2's SERVER-HELLO, and no event has fields for it */
		finish_plain(x, sink, ANOMALY_COUNT);
		return false;
	}
	s->type = p[0];
	s->record = ld_be16(p + 3);
	if (s->type < RECORD_CIPHER || s->type > RECORD_HEARTBEAT || p[1] != 3 || p[2] > 4 ||
	    s->record > RECORD_MAX) {
		finish_plain(x, sink, ANOMALY_TLS_RECORD);
		return false;
	}
	if (s->type == RECORD_CIPHER)
		cipher_begins(x, side, sink);
	else if (s->type == RECORD_APPLICATION && side == 0 && (x->seen & SEEN_CLIENT) &&
		 x->early < EARLY_MAX)
		x->early += s->record + 1u; /* the 1 so that empty ones count */
	else if (s->type == RECORD_APPLICATION)
		finish_plain(x, sink, x->anomaly);
	return true;
}

/* One step on; false when there is nothing to do until more bytes come. */
static bool step(struct tls *x, unsigned side, struct cur *c, const struct tls_sink *sink)
{
	struct tls_side *s = &x->side[side];
	bool of_interest = s->type == RECORD_HANDSHAKE && !(side == 0 && (x->seen & SEEN_CLIENT));
	size_t pass = s->record;

	if (s->record == 0)
		return record_begin(x, side, c, sink);
	if (of_interest && s->skip == 0)
		return message_read(x, side, c, sink);
	if (of_interest && s->skip < pass)
		pass = s->skip;
	if (c->left < pass)
		pass = c->left;
	cur_span(c, pass);
	s->record = (uint16_t)(s->record - pass);
	if (of_interest)
		s->skip -= (uint32_t)pass;
	return true;
}

/* RFC 6101, E.2: a length of 15 bits, the type, the version, lengths of three lists. Returns the
 * version, or 0. */
static uint16_t ssl2_version(struct span bytes)
{
	struct cur c = cur_init(bytes);
	const uint8_t *p = cur_take(&c, SSL2_HEAD);
	unsigned length = ld_be16(p) & 0x7fffu, ciphers = ld_be16(p + 5), session = ld_be16(p + 7);
	unsigned challenge = ld_be16(p + 9);
	uint16_t version = ld_be16(p + 3);

	if (c.bad || !(p[0] & 0x80) || p[2] != 1 || ciphers == 0 || ciphers % 3 != 0 ||
	    challenge < 16 || challenge > 32 ||
	    length != SSL2_HEAD - 2 + ciphers + session + challenge)
		return 0;
	return version == 2 || (version >= 0x0300 && version <= TLS13) ? version : 0;
}

/* The first bytes of the client. */
static void begin(struct tls *x, struct span bytes)
{
	uint16_t version = ssl2_version(bytes);

	if (version == 0)
		return;
	x->note->version = version;
	x->seen |= SEEN_CLIENT | SEEN_SSL2;
	x->side[0].record = (uint16_t)((ld_be16(bytes.ptr) & 0x7fff) + 2);
	x->side[0].type = RECORD_PASS;
}

size_t tls_feed(struct tls *x, unsigned side, struct span bytes, const struct tls_sink *sink)
{
	struct cur c = cur_init(bytes);

	if (!x->begun) {
		tls_note_clear(x->note);
		x->anomaly = ANOMALY_COUNT;
		x->begun = true;
	}
	if (x->gave_up && !x->done)
		finish_plain(x, sink, ANOMALY_TLS_GAP);
	if (side == 0 && !x->seen && bytes.len > 0 && (bytes.ptr[0] & 0x80) &&
	    x->side[0].type == RECORD_PASS) {
		if (bytes.len < SSL2_HEAD)
			return 0;
		begin(x, bytes);
	}
	while (!x->done && c.left > 0 && step(x, side, &c, sink))
		;
	return x->done ? bytes.len : c.off;
}

void tls_gap(struct tls *x, unsigned side, uint64_t missing)
{
	struct tls_side *s = &x->side[side];
	bool passing = s->type != RECORD_HANDSHAKE || (side == 0 && (x->seen & SEEN_CLIENT)) ||
		       missing <= s->skip;

	if (!passing || missing > s->record) {
		x->gave_up = true;
		return;
	}
	s->record = (uint16_t)(s->record - missing);
	if (s->skip > 0 && s->type == RECORD_HANDSHAKE)
		s->skip -= missing < s->skip ? (uint32_t)missing : s->skip;
}

void tls_pack(const struct tls *x, struct pen *pen)
{
	pen_span(pen, (struct span){ (const void *)x, sizeof(*x) });
	tls_note_pack(x->note, pen);
}

void tls_unpack(struct tls *x, struct span packed)
{
	struct tls_note *note = x->note;
	struct cur c = cur_init(packed);

	cur_copy(&c, x, sizeof(*x));
	x->note = note;
	tls_note_unpack(note, &c);
}

void tls_end(struct tls *x, const struct tls_sink *sink)
{
	if (x->begun && !x->done)
		finish_plain(x, sink, x->gave_up ? ANOMALY_TLS_GAP : x->anomaly);
}

bool tls_looks(struct span payload)
{
	struct cur c = cur_init(payload);
	const uint8_t *p = cur_take(&c, 9);
	size_t record = ld_be16(p + 3), message = (size_t)p[6] << 16 | ld_be16(p + 7);

	if (c.bad)
		return false;
	if (p[0] & 0x80)
		return ssl2_version(payload) != 0;
	/* a hello holds a version and 32 random bytes at least */
	return p[0] == RECORD_HANDSHAKE && p[1] == 3 && p[2] <= 4 && record >= 4 &&
	       record <= RECORD_MAX && (p[5] == HELLO_CLIENT || p[5] == HELLO_SERVER) &&
	       message >= 38 && message <= MESSAGE_MAX;
}
