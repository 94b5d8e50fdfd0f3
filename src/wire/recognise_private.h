/* recognise_private.h - what recognise.c hands on to the recognisers of text and of datagrams. */
#ifndef WIRE_RECOGNISE_PRIVATE_H
#define WIRE_RECOGNISE_PRIVATE_H

#include "wire/recognise.h"

/* A TCP payload that begins with a printable character. */
enum app recognise_text(const struct recognise_ask *ask);

/* The protocols whose full parsers are elsewhere, by their first bytes alone. */
bool recognise_tls(struct span payload);
bool recognise_dns(struct span message);  /* DNS and its relatives */
bool recognise_nbns(struct span message); /* NetBIOS name service, which DNS is alike */
bool recognise_quic(struct span datagram, unsigned side);
bool recognise_ike(struct span datagram);

#endif
