/*
 * tls_note.h - what is kept of a client's hello (and the server's) until their event is told.
 */
#ifndef WIRE_TLS_NOTE_H
#define WIRE_TLS_NOTE_H

#include "base/cursor.h"
#include "wire/ja.h"

#define NOTE_SNI  255 /* the longest name in the DNS */
#define NOTE_ALPN 128
#define NOTE_JA3S 256

/* 1.8 KB: only for conversations whose handshake is going on. Need not be initialised: a note is
 * valid after tls_note_clear(). */
struct tls_note {
	uint16_t version;
	bool answered, resumed;
	uint16_t sni_len, alpn_len, ja3_string_len, ja3s_string_len;
	uint8_t ja4_len;
	uint8_t sni[NOTE_SNI], alpn[NOTE_ALPN];
	char ja3[JA3_TEXT], ja3s[JA3_TEXT], ja4[JA4_TEXT];
	uint8_t ja3_string[EVENT_TEXT_MAX], ja3s_string[NOTE_JA3S];
};

void tls_note_clear(struct tls_note *n);
/* Without a kit, no fingerprints are made. */
void tls_note_client(struct tls_note *n, struct digest_kit *kit, const struct hello *h,
		     enum ja_carrier carrier);
void tls_note_server(struct tls_note *n, struct digest_kit *kit, const struct hello *h);

/* What of a note is in use, in one stretch: mostly less than 100 bytes, and 400 with fingerprints. */
void tls_note_pack(const struct tls_note *n, struct pen *pen);
void tls_note_unpack(struct tls_note *n, struct cur *c);

/* Fills what the hellos said and empties the rest; the texts lie in the note. */
void tls_note_event(const struct tls_note *n, struct event_tls *e);

#endif
