/*
 * indicator.h - one indicator of compromise, as an importer gives it and the index keeps it.
 *
 * `value` is normal form, one per kind (indicator_normal() makes it):
 *   IP, PREFIX    `prefix`; value is its text
 *   ENDPOINT      `prefix` (128 bits) and `port`; value is "192.0.2.1:443", "[2001:db8::1]:443"
 *   DOMAIN        lower case, no last dot, A-labels (punycode)
 *   URL           scheme://host[:port]/path?query: scheme and host lower case, default port and
 *                 fragment left out; without a scheme in the source: "host/path"
 *   MD5 ... SHA256, JA3   lower-case hex;  JA4  as it is
 *   EMAIL         lower-case domain part;  AGENT  as it is
 */
#ifndef INTEL_INDICATOR_H
#define INTEL_INDICATOR_H

#include "base/err.h"
#include "base/span.h"
#include "model/home.h"
#include "model/time.h"

#include <stdbool.h>

enum indicator_kind {
	INDICATOR_IP,
	INDICATOR_PREFIX,
	INDICATOR_ENDPOINT,
	INDICATOR_DOMAIN,
	INDICATOR_URL,
	INDICATOR_MD5,
	INDICATOR_SHA1,
	INDICATOR_SHA256,
	INDICATOR_JA3,
	INDICATOR_JA4,
	INDICATOR_EMAIL,
	INDICATOR_AGENT,
	INDICATOR_KINDS
};

enum indicator_flag {
	INDICATOR_GUARD = 0x01,   /* from a warning list: known to be harmless or shared; lowers, never deletes */
	INDICATOR_EXACT = 0x02,   /* DOMAIN: this name only, not the names below it */
	INDICATOR_CONTEXT = 0x04, /* tells what it is (Tor, proxy, dynamic DNS, scanner), not that it is bad */
};

struct indicator {
	enum indicator_kind kind;
	uint8_t flags;        /* enum indicator_flag */
	uint8_t confidence;   /* 0 to 100 */
	uint16_t port;        /* ENDPOINT */
	struct prefix prefix; /* IP, PREFIX, ENDPOINT; bits 128 for one address; IPv4 is mapped (96 + n) */
	struct span value;    /* normal form */
	struct span malware;  /* family or tool, or what a guard or context list is about; may be empty */
	struct span group;    /* who is said to use it: ATT&CK id (G0047) or a name; may be empty */
	struct span source;   /* the feed's name */
	struct span origin;   /* who found it first, when the feed says: for counting independent ones */
	struct span reference; /* URL of a report; may be empty */
	usec_t seen;          /* when the source said so last; 0: unknown */
	usec_t expires;       /* explicit; 0: by the age that its kind may reach */
};

const char *indicator_kind_name(enum indicator_kind kind); /* "ip", "prefix", "ip:port", "domain", ... */

/* Days that an indicator of a kind is believed without an explicit expiry; 0: for ever. */
unsigned indicator_days(enum indicator_kind kind);

/* Bytes of the digest that a kind is; 0: it is none. */
unsigned indicator_hash_bytes(enum indicator_kind kind);

enum indicator_refused {
	INDICATOR_OK,
	INDICATOR_NOT_UNDERSTOOD, /* no known form */
	INDICATOR_TOO_BROAD,      /* 0.0.0.0/0 and the like; a bare public suffix; a shared hosting zone */
	INDICATOR_NOT_GLOBAL,     /* private, loopback, documentation address */
	INDICATOR_TOO_LONG,
};

#define INDICATOR_VALUE 2048
/* Room for the text of any address or digest. */
#define INDICATOR_HASH_TEXT 72

/* The kind and normal form of a text as feeds write it, defanged or not (hxxp, [.], (dot), [at]).
 * `kind` is INDICATOR_KINDS to find it out, else what the feed says it is. Fills kind, prefix, port and
 * value of *indicator; value points into `room`. Its `flags` must be set before: a GUARD may be any
 * address or zone, a CONTEXT any zone. A URL whose host is a bad name stays a URL; "name:port" is the
 * name; a kind that was told wins over the looks, but one address told as a prefix is an IP. */
enum indicator_refused indicator_normal(struct span text, enum indicator_kind kind,
					char room[INDICATOR_VALUE], struct indicator *indicator);

/* What importers hand their indicators to. False: stop. */
struct indicator_sink {
	bool (*take)(void *whom, const struct indicator *indicator);
	void *whom;
};

#endif
