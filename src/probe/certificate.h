/*
 * certificate.h - looks at the certificate of a server while the handshake goes on: what it is, and whether it holds.
 *
 * The handshake is never stopped for it: a page behind a bad certificate is worth looking at, and telling so.
 */
#ifndef PROBE_CERTIFICATE_H
#define PROBE_CERTIFICATE_H

#include "probe/probe.h"

struct ssl_ctx_st;
struct authorities;

/* Whom we trust, read once: a file of PEM, "" the system's. NULL: no memory, or a file that is given cannot be read.
 * When the system has none, nothing is trusted, and each certificate is told so. */
struct authorities *authorities_new(const char *file);
void authorities_free(struct authorities *authorities); /* NULL is fine */

/* One handshake: what is looked at, and where it is told. It must outlive the handshake. */
struct certificate_watch {
	const struct authorities *authorities;
	const char *host; /* a name, or an address */
	struct probe_certificate seen;
};

/* Makes the handshakes of a context be looked at. */
void certificate_watch(struct ssl_ctx_st *context, struct certificate_watch *watch);

#endif
