/*
 * route.h - what may be asked over HTTP, by whom, and with which arguments: the table of docs/tower.md.
 */
#ifndef WEB_ROUTE_H
#define WEB_ROUTE_H

#include "base/span.h"
#include "policy/tower.h"

#include <jansson.h>

enum route_kind {
	ROUTE_READ,     /* GET; the arguments stand in the path's query */
	ROUTE_CHANGE,   /* POST; the arguments are the body */
	ROUTE_ACCOUNT,  /* the same; a password becomes a hash, and the user's sessions end */
	ROUTE_PASSWORD, /* the same, of the own account: the old password is asked for as well */
	ROUTE_EVIDENCE, /* GET /evidence/ID.pcap */
	ROUTE_METRICS,
	ROUTE_HEALTH,
	/* What the web process answers itself: */
	ROUTE_LOGIN,
	ROUTE_SETUP,
	ROUTE_SESSION,
	ROUTE_LOGOUT,
	ROUTE_EVENTS,
};

struct route {
	const char *path;
	const char *op; /* what the keeper is asked; NULL: nothing */
	enum route_kind kind;
	enum tower_role role; /* the least that may */
	const char *args;     /* of a query: words, with # in front those that are numbers; NULL: none */
};

/* NULL: there is none of that path (without its query). */
const struct route *route_find(const char *path);
extern const struct route route_table[];
extern const size_t route_count;

bool route_is_post(const struct route *route);

/* Adds one argument of a query. False: the route knows none of that name, it came before, or it is malformed:
 * no number of up to 18 digits, no UTF-8 of up to 256 bytes without NUL. */
bool route_argument(const struct route *route, json_t *args, struct span name, struct span value);

/* The ID of "/evidence/ID.pcap". */
bool route_evidence(const char *path, json_int_t *id);

#endif
