/*
 * x509.h - what a certificate says: whose it is, who issued it, when, for which names.
 *
 * Nothing is verified: signatures and chains are the business of those who talk. Sources: RFC 5280
 * (the profile), ITU-T X.690 (DER).
 */
#ifndef WIRE_X509_H
#define WIRE_X509_H

#include "base/span.h"
#include "model/event.h"

#include <stdbool.h>

#define X509_SERIAL 96 /* bytes of text: RFC 5280 allows serials of 20 bytes */

/* The spans lie in `room`; a copy of the struct is not one. It need not be initialised. */
struct x509 {
	/* As Suricata writes them: "C=US, O=Example\, Inc., CN=example.com". A comma, plus sign or
	 * backslash in a value has a backslash before it, so that the text is unambiguous. */
	struct span subject, issuer;
	struct span serial;           /* bytes as on the wire: "0A:1B:..." */
	struct span names;            /* DNS names of subjectAltName, separated by spaces */
	usec_t not_before, not_after; /* 0: not readable */
	bool self_signed;             /* subject and issuer are the same bytes */
	uint8_t room[3 * EVENT_TEXT_MAX + X509_SERIAL];
};

/* Reads a certificate in DER. False when it is malformed before its extensions. */
bool x509_read(struct span der, struct x509 *out);

#endif
