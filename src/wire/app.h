/*
 * app.h - what a single payload says: a request of HTTP, a refused login, a reflected answer. Which
 * application a conversation speaks is told by recognise.h.
 */
#ifndef WIRE_APP_H
#define WIRE_APP_H

#include "base/span.h"
#include "model/flow.h"

#include <stdbool.h>

/* Whether the bytes are the beginning of an HTTP/1 request or response (RFC 9112). */
bool http_begins(struct span payload);

/* The head of an HTTP/1 request (RFC 9112). */
struct http_head {
	uint32_t path;  /* hash of method and path */
	uint32_t names; /* hash of the query's parameter names in any order, 0 without a query */
	bool body;      /* the method is one that sends a body: POST, PUT, PATCH */
};

/* Reads the request line. False when the bytes are not the beginning of a request. */
bool http_head_read(struct span payload, struct http_head *head);

/* Whether the bytes contain the empty line that ends a header. */
bool http_header_ends(struct span payload);

/* Whether the server's payload says that a login was refused (FTP, SMTP, Telnet). */
bool login_refused(enum app app, struct span payload);

/* Whether the UDP payload is one that the reflecting service of this port would send as an answer
 * (and not a query to it). True when too little was captured to tell. */
bool reflection_plausible(uint16_t port, struct span payload);

#endif
