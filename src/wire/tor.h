/*
 * tor.h - a hint at Tor's link protocol over TLS up to 1.2: its names are made up at random in a
 * form that no authority certifies (tor's source, tortls.c: tor_tls_context_init_certificates).
 */
#ifndef WIRE_TOR_H
#define WIRE_TOR_H

#include "base/span.h"

#include <stdbool.h>

/* Whether the client asked for www.<base32>.com, and the certificate is from "CN=www.<base32>.com"
 * to "CN=www.<base32>.net", three different names, with nothing else in them. TLS 1.3 hides the
 * certificate: then this says no. */
bool tor_names(struct span sni, struct span subject, struct span issuer);

#endif
