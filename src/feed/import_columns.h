/*
 * import_columns.h - what a named field of a record means, whether the record was a line of a table
 * or an object of JSON.
 *
 * The names are those of abuse.ch (URLhaus, ThreatFox, Feodo Tracker, MalwareBazaar, SSLBL), of Zeek
 * (framework "intel", meta.*), of MISP's and OTX's exports, of PhishTank, JPCERT/CC and Spamhaus,
 * and what others call the same things.
 */
#ifndef FEED_IMPORT_COLUMNS_H
#define FEED_IMPORT_COLUMNS_H

#include "feed/import_private.h"

enum role {
	ROLE_NONE,
	ROLE_VALUE, /* of the kind that the type column says, or by its form */
	ROLE_TYPE,
	ROLE_IP,
	ROLE_FIRST, /* of a range of addresses; elsewhere "start" and "end" are times */
	ROLE_LAST,
	ROLE_PORT,
	ROLE_DOMAIN,
	ROLE_URL,
	ROLE_MD5,
	ROLE_SHA1,
	ROLE_SHA256,
	ROLE_JA3,
	ROLE_JA4,
	ROLE_EMAIL,
	ROLE_AGENT,
	ROLE_CONFIDENCE,
	ROLE_MALWARE,
	ROLE_GROUP,
	ROLE_REFERENCE,
	ROLE_SEEN,
	ROLE_EXPIRES,
	ROLE_ORIGIN,
	ROLE_MEANT, /* MISP's to_ids: 0 is not meant for detection */
};

/* By the name of a column or key, in any case; spaces, hyphens and underscores do not count. */
enum role role_of(struct span name);
bool role_is_value(enum role role);

/* The fields of one record and the role (enum role) of each. */
struct record {
	const uint8_t *roles;
	const struct span *fields;
	size_t count;
};

/* What an import says of every indicator of the record (import_blank()), with what its fields say. */
struct indicator record_like(const struct record *record, struct indicator like);

/* Takes all values of the record. */
void record_take(struct importer *im, const struct record *record, const struct indicator *like);

#endif
