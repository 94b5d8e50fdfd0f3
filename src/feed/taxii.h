/*
 * taxii.h - a client of TAXII 2.1 (OASIS "TAXII Version 2.1"): discovery, API roots, collections,
 * objects in pages.
 *
 * The server is not trusted: sizes, times, pages and redirects are bounded, TLS is verified, and
 * credentials go to the host that the user named and to no other (4.1 lets a server name API roots
 * elsewhere, and redirects could lead anywhere). Plain http is for loopback only.
 */
#ifndef FEED_TAXII_H
#define FEED_TAXII_H

#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define TAXII_SECONDS 120 /* for one request */
#define TAXII_ERROR   512
#define TAXII_TEXT    1024
#define TAXII_MARK    64

struct taxii_settings {
	const char *url;         /* of discovery, an API root, or a collection */
	const char *collection;  /* id, alias or title; NULL: `url` is the collection's own */
	const char *user;        /* Basic with `key` as password; NULL: `key` as a Bearer token */
	const char *key;         /* NULL: none */
	const char *key_header;  /* the key in this header instead; NULL: Authorization */
	const char *added_after; /* RFC 3339; NULL or "": all */
	uint64_t max_bytes;      /* of all pages together */
};

struct taxii_result {
	char error[TAXII_ERROR];
	char collection[TAXII_TEXT]; /* its URL */
	char added_last[TAXII_MARK]; /* for the next added_after; may be empty */
	uint64_t pages, objects;
};

/* The collections: an array of objects with id, title, description, can_read, and url added. The
 * caller drops the reference. */
MUST_USE enum err taxii_collections(const struct taxii_settings *settings, json_t **collections,
				    struct taxii_result *result);

/* Fetches all objects: each is set in `objects` (a JSON object) under its id, in the place of an
 * older version. On error some may have been set. */
MUST_USE enum err taxii_objects(const struct taxii_settings *settings, json_t *objects,
				struct taxii_result *result);

#endif
