/* snmp.c - SNMP messages (RFC 1157, 4; RFC 3416, 3; RFC 3412, 6; RFC 3414, 2.4). */
#include "wire/snmp.h"

#include "wire/ber.h"
#include "wire/line.h"

#define PDU_TAG       0xa0 /* context-specific, constructed: the PDU's number is added */
#define COMMUNITY_MAX 255

/* The PDU's first three numbers and the name of its first variable. */
static bool pdu_read(struct cur *c, struct snmp_message *out)
{
	struct span body, oid;
	struct cur pdu, list, variable;
	uint32_t second, third;
	uint8_t tag;

	if (!ber_next(c, &tag, &body) || tag < PDU_TAG || tag > PDU_TAG + SNMP_REPORT)
		return false;
	out->pdu = (enum snmp_pdu)(tag - PDU_TAG);
	pdu = cur_init(body);
	if (out->pdu == SNMP_TRAP_V1) { /* enterprise comes first: RFC 1157, 4.1.6 */
		oid = ber_expect(&pdu, BER_OID);
		ber_oid_text(oid, out->oid, sizeof(out->oid));
		return !pdu.bad;
	}
	ber_expect(&pdu, BER_INTEGER); /* request-id, which may be negative */
	second = ber_uint(&pdu, BER_INTEGER);
	third = ber_uint(&pdu, BER_INTEGER);
	list = cur_init(ber_expect(&pdu, BER_SEQUENCE));
	if (pdu.bad)
		return false;
	if (out->pdu == SNMP_GET_BULK)
		out->repetitions = third;
	else
		out->error = second;
	if (!list.left)
		return true;
	variable = cur_init(ber_expect(&list, BER_SEQUENCE));
	oid = ber_expect(&variable, BER_OID);
	ber_oid_text(oid, out->oid, sizeof(out->oid));
	return !list.bad && !variable.bad;
}

static bool community_read(struct cur *c, struct snmp_message *out)
{
	struct span community = ber_expect(c, BER_OCTETS);

	if (c->bad || community.len > COMMUNITY_MAX)
		return false;
	out->community_len = (uint16_t)community.len;
	if (line_is(community, "public"))
		out->community = SNMP_PUBLIC;
	else if (line_is(community, "private"))
		out->community = SNMP_PRIVATE;
	return pdu_read(c, out);
}

/* Version 3: global header, security parameters (of the user-based model), scoped PDU. */
static bool v3_read(struct cur *c, struct snmp_message *out)
{
	struct cur global = cur_init(ber_expect(c, BER_SEQUENCE)), parameters, scoped;
	struct span security, flags, body;
	uint8_t tag;

	ber_uint(&global, BER_INTEGER); /* msgID */
	ber_uint(&global, BER_INTEGER); /* msgMaxSize */
	flags = ber_expect(&global, BER_OCTETS);
	ber_uint(&global, BER_INTEGER); /* msgSecurityModel */
	security = ber_expect(c, BER_OCTETS);
	parameters = cur_init(security);
	parameters = cur_init(ber_expect(&parameters, BER_SEQUENCE));
	out->engine = ber_expect(&parameters, BER_OCTETS);
	ber_uint(&parameters, BER_INTEGER); /* boots */
	ber_uint(&parameters, BER_INTEGER); /* time */
	out->user = ber_expect(&parameters, BER_OCTETS);
	if (c->bad || global.bad || parameters.bad || flags.len != 1)
		return false;
	if (!ber_next(c, &tag, &body))
		return false;
	if (tag == BER_OCTETS) {
		out->pdu = SNMP_ENCRYPTED;
		return true;
	}
	scoped = cur_init(body);
	ber_expect(&scoped, BER_OCTETS); /* contextEngineID */
	ber_expect(&scoped, BER_OCTETS); /* contextName */
	return tag == BER_SEQUENCE && !scoped.bad && pdu_read(&scoped, out);
}

bool snmp_read(struct span message, struct snmp_message *out)
{
	struct cur whole = cur_init(message), c;
	struct snmp_message m = { 0 };
	uint32_t version;
	bool sound;

	if (message.len < 2 || message.ptr[0] != BER_SEQUENCE)
		return false;
	c = cur_init(ber_expect(&whole, BER_SEQUENCE));
	version = ber_uint(&c, BER_INTEGER);
	if (whole.bad || whole.left || c.bad || version > 3 || version == 2)
		return false;
	m.version = version == 3 ? 3 : (uint8_t)(version + 1); /* 0: SNMPv1, 1: SNMPv2c */
	sound = version == 3 ? v3_read(&c, &m) : community_read(&c, &m);
	if (sound)
		*out = m;
	return sound;
}
