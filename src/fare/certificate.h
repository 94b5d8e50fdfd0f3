/*
 * certificate.h - what becomes of a site's certificate: it runs out, it is not trusted, it is another one.
 *
 * A renewal is the rule (every 60 days, with most), and is only noted; another issuer is told. Thresholds are 30, 14 and
 * 3 days, but for certificates that live for days only at a site that is known to renew them in time.
 */
#ifndef FARE_CERTIFICATE_H
#define FARE_CERTIFICATE_H

#include "policy/severity.h"
#include "probe/probe.h"

#include <jansson.h>

struct site_certificate {
	bool there, trusted;
	char why[PROBE_WHY];
	uint8_t sha256[32], key_sha256[32];
	usec_t from, until;
	char subject[PROBE_NAME], issuer[PROBE_NAME];
	unsigned renewals;     /* seen, in time */
	usec_t changed;        /* when the present one was first seen, 0: with the first look */
	bool same_key, other_issuer; /* ... compared with the one before */
	char issuer_before[PROBE_NAME];
	usec_t told_until;     /* another issuer is told until then */
};

enum certificate_news { CERTIFICATE_SAME, CERTIFICATE_FIRST, CERTIFICATE_RENEWED, CERTIFICATE_OTHER_ISSUER };
enum certificate_state {
	CERTIFICATE_GOOD, /* or there is none */
	CERTIFICATE_NEW_ISSUER,
	CERTIFICATE_SOON,   /* 30 days: shown, no alarm */
	CERTIFICATE_WEEKS,  /* 14 days */
	CERTIFICATE_DAYS,   /* 3 days */
	CERTIFICATE_UNTRUSTED,
	CERTIFICATE_NOT_YET,
	CERTIFICATE_EXPIRED,
};

enum certificate_news site_certificate_see(struct site_certificate *certificate, const struct probe_certificate *now,
					   usec_t at);
/* The gravest that is true of it. */
enum certificate_state site_certificate_state(const struct site_certificate *certificate, usec_t at);
/* Days until it runs out, rounded down; below 0: it has. */
int site_certificate_days(const struct site_certificate *certificate, usec_t at);
/* A person knows of the other issuer. */
void site_certificate_approve(struct site_certificate *certificate);

json_t *site_certificate_write(const struct site_certificate *certificate);
void site_certificate_read(struct site_certificate *certificate, const json_t *json);

#endif
