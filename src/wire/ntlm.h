/*
 * ntlm.h - who logs in with NTLM: the AUTHENTICATE message (MS-NLMP, 2.2.1.3) within SMB, LDAP or
 * HTTP. What proves the password (a response to a challenge) is not looked at.
 */
#ifndef WIRE_NTLM_H
#define WIRE_NTLM_H

#include "base/span.h"

#include <stdbool.h>

#define NTLM_TEXT 64 /* bytes of UTF-8 kept of each name */

enum ntlm_type {
	NTLM_NONE, /* there is no NTLM message */
	NTLM_NEGOTIATE = 1,
	NTLM_CHALLENGE = 2,
	NTLM_AUTHENTICATE = 3,
};

struct ntlm_names {
	uint8_t user_len, domain_len, station_len;
	char user[NTLM_TEXT], domain[NTLM_TEXT], station[NTLM_TEXT]; /* UTF-8, not terminated */
};

/* Looks for an NTLM message in a security blob (bare, or wrapped in SPNEGO, RFC 4178) and fills
 * `names` when it is a whole AUTHENTICATE; an anonymous login has an empty user. */
enum ntlm_type ntlm_read(struct span blob, struct ntlm_names *names);

#endif
