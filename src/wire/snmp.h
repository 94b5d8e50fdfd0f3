/*
 * snmp.h - one SNMP message (RFC 1157, RFC 3416, RFC 3412 and 3414): version, who asks with which
 * right, and what for. Communities are passwords: only the two that all the world knows are told.
 */
#ifndef WIRE_SNMP_H
#define WIRE_SNMP_H

#include "base/span.h"

#include <stdbool.h>

#define SNMP_OID 128 /* room for an object identifier as text, with its NUL */

enum snmp_pdu {
	SNMP_GET,
	SNMP_GET_NEXT,
	SNMP_RESPONSE,
	SNMP_SET,
	SNMP_TRAP_V1,
	SNMP_GET_BULK,
	SNMP_INFORM,
	SNMP_TRAP,
	SNMP_REPORT,
	SNMP_ENCRYPTED, /* version 3 with privacy */
};

enum snmp_community {
	SNMP_OTHER,
	SNMP_PUBLIC,
	SNMP_PRIVATE,
};

struct snmp_message {
	uint8_t version; /* 1, 2 (that is 2c) or 3 */
	enum snmp_pdu pdu;
	enum snmp_community community; /* versions 1 and 2 */
	uint16_t community_len;        /* bytes; of others, this is all that is kept */
	struct span engine, user;      /* version 3, borrowed */
	uint32_t error;                /* error-status of a response */
	uint32_t repetitions;          /* max-repetitions of a GET_BULK */
	char oid[SNMP_OID];            /* of the first variable; "" when there is none */
};

/* False when the datagram is no SNMP message. Strict enough for a datagram on any port. */
bool snmp_read(struct span message, struct snmp_message *out);

#endif
