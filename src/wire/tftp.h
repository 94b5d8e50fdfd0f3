/*
 * tftp.h - one TFTP packet (RFC 1350, RFC 2347): which file is asked for, and the blocks of it, so
 * that a caller can put the file together. The server answers from a port of its own.
 */
#ifndef WIRE_TFTP_H
#define WIRE_TFTP_H

#include "base/span.h"

#include <stdbool.h>

enum tftp_opcode {
	TFTP_READ = 1, /* RRQ */
	TFTP_WRITE,    /* WRQ */
	TFTP_DATA,
	TFTP_ACK,
	TFTP_ERROR,
	TFTP_OPTIONS, /* OACK */
};

struct tftp_packet { /* the texts are borrowed */
	enum tftp_opcode opcode;
	uint16_t number;   /* DATA, ACK: block; ERROR: code */
	uint16_t block;    /* READ, WRITE, OPTIONS: bytes of a block; 512 if not negotiated */
	struct span file;  /* READ, WRITE: name */
	struct span mode;  /* READ, WRITE: "netascii", "octet", "mail" in any case */
	struct span bytes; /* DATA: of the file; a short block is the last. ERROR: the message */
};

/* False when the datagram is no TFTP packet. Requests are strict enough for any port; the others
 * are to be read only where a request has announced them. */
bool tftp_read(struct span packet, struct tftp_packet *out);

/* Whether it is a request to read or write: what recognises TFTP. */
bool tftp_looks(struct span packet);

#endif
