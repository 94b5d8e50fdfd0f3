/*
 * ja.h - fingerprints of TLS ends: JA3, JA3S and JA4.
 *
 * JA3 and JA3S: github.com/salesforce/ja3 (BSD): decimal numbers of the hello in its order, GREASE
 * left out, and their MD5. JA4: github.com/FoxIO-LLC/ja4, "JA4: TLS Client Fingerprinting" (BSD),
 * technical_details/JA4.md; the rest of JA4+ is under another licence and is not here.
 */
#ifndef WIRE_JA_H
#define WIRE_JA_H

#include "base/digest.h"
#include "base/pen.h"
#include "model/event.h"
#include "wire/hello.h"

/* What a client's hello comes over. */
enum ja_carrier {
	JA_TCP = 't',
	JA_QUIC = 'q',
	JA_DTLS = 'd',
};

/* Write the text of which the MD5 is the fingerprint, and the MD5 in hex. A hello with `overflow`
 * has no fingerprint: then nothing is written. The text may be cut by the pen; the MD5 is of all.
 */
struct span ja3_write(struct digest_kit *kit, const struct hello *client, struct pen *text,
		      char md5[JA3_TEXT]);
struct span ja3s_write(struct digest_kit *kit, const struct hello *server, struct pen *text,
		       char md5[JA3_TEXT]);

/* The same of JA4, which is 36 characters; returns how many were written: 36 or 0. */
size_t ja4_write(struct digest_kit *kit, const struct hello *client, enum ja_carrier carrier,
		 char text[JA4_TEXT]);

#endif
