/* tls_note.c - hellos to notes, notes to an event. */
#include "wire/tls_note.h"

#include <stddef.h>

#define ALPN_MAX 64 /* protocols told of a client's offer */

void tls_note_clear(struct tls_note *n)
{
	n->version = 0;
	n->answered = n->resumed = false;
	n->ja4_len = 0;
	n->sni_len = n->alpn_len = n->ja3_string_len = n->ja3s_string_len = 0;
}

/* "h2,http/1.1" */
static void alpn_note(struct tls_note *n, struct span alpn)
{
	struct pen pen = pen_init(n->alpn, sizeof(n->alpn));
	struct cur c = cur_init(alpn);

	for (unsigned i = 0; i < ALPN_MAX && c.left > 0; i++) {
		struct span one = cur_span(&c, cur_u8(&c));

		if (i > 0 && !c.bad)
			pen_byte(&pen, ',');
		pen_span(&pen, one);
	}
	n->alpn_len = (uint16_t)pen.used;
}

void tls_note_client(struct tls_note *n, struct digest_kit *kit, const struct hello *h,
		     enum ja_carrier carrier)
{
	struct pen sni = pen_init(n->sni, sizeof(n->sni));
	struct pen ja3 = pen_init(n->ja3_string, sizeof(n->ja3_string));

	if (!n->answered) { /* else the server has chosen already, if packets come out of order */
		n->version = h->version;
		alpn_note(n, h->alpn);
	}
	pen_span(&sni, h->sni);
	n->sni_len = (uint16_t)sni.used;
	if (!kit)
		return;
	n->ja3_string_len = (uint16_t)ja3_write(kit, h, &ja3, n->ja3).len;
	n->ja4_len = (uint8_t)ja4_write(kit, h, carrier, n->ja4);
}

void tls_note_server(struct tls_note *n, struct digest_kit *kit, const struct hello *h)
{
	struct pen ja3s = pen_init(n->ja3s_string, sizeof(n->ja3s_string));

	n->answered = true;
	n->version = h->version;
	n->resumed = h->resumes;
	if (h->has_alpn)
		alpn_note(n, h->alpn);
	if (!kit)
		return;
	n->ja3s_string_len = (uint16_t)ja3s_write(kit, h, &ja3s, n->ja3s).len;
}

/* The fields before the texts. */
#define NOTE_HEAD offsetof(struct tls_note, sni)

static void pack_text(struct pen *pen, const void *text, size_t len)
{
	pen_span(pen, (struct span){ text, len });
}

void tls_note_pack(const struct tls_note *n, struct pen *pen)
{
	pack_text(pen, n, NOTE_HEAD);
	pack_text(pen, n->sni, n->sni_len);
	pack_text(pen, n->alpn, n->alpn_len);
	pack_text(pen, n->ja3, n->ja3_string_len ? sizeof(n->ja3) : 0);
	pack_text(pen, n->ja3s, n->ja3s_string_len ? sizeof(n->ja3s) : 0);
	pack_text(pen, n->ja4, n->ja4_len);
	pack_text(pen, n->ja3_string, n->ja3_string_len);
	pack_text(pen, n->ja3s_string, n->ja3s_string_len);
}

void tls_note_unpack(struct tls_note *n, struct cur *c)
{
	cur_copy(c, n, NOTE_HEAD);
	cur_copy(c, n->sni, n->sni_len);
	cur_copy(c, n->alpn, n->alpn_len);
	cur_copy(c, n->ja3, n->ja3_string_len ? sizeof(n->ja3) : 0);
	cur_copy(c, n->ja3s, n->ja3s_string_len ? sizeof(n->ja3s) : 0);
	cur_copy(c, n->ja4, n->ja4_len);
	cur_copy(c, n->ja3_string, n->ja3_string_len);
	cur_copy(c, n->ja3s_string, n->ja3s_string_len);
}

static struct span kept(const void *bytes, size_t len)
{
	return (struct span){ bytes, len };
}

void tls_note_event(const struct tls_note *n, struct event_tls *e)
{
	struct span none = { n->sni, 0 };

	*e = (struct event_tls){
		.subject = none, .issuer = none, .serial = none, .names = none, .fingerprint = none
	};
	e->version = n->version;
	e->answered = n->answered;
	e->resumed = n->resumed;
	e->sni = kept(n->sni, n->sni_len);
	e->alpn = kept(n->alpn, n->alpn_len);
	e->ja3 = kept(n->ja3, n->ja3_string_len ? JA3_TEXT : 0);
	e->ja3s = kept(n->ja3s, n->ja3s_string_len ? JA3_TEXT : 0);
	e->ja4 = kept(n->ja4, n->ja4_len);
	e->ja3_string = kept(n->ja3_string, n->ja3_string_len);
	e->ja3s_string = kept(n->ja3s_string, n->ja3s_string_len);
}
