/*
 * ber.h - elements of ASN.1's Basic Encoding Rules (ITU-T X.690), as SNMP and LDAP use them:
 * one-byte tags, definite lengths of at most four bytes. Nothing recurses: a caller enters what it
 * knows.
 */
#ifndef WIRE_BER_H
#define WIRE_BER_H

#include "base/cursor.h"

enum ber_tag {
	BER_INTEGER = 0x02,
	BER_OCTETS = 0x04,
	BER_OID = 0x06,
	BER_ENUMERATED = 0x0a,
	BER_SEQUENCE = 0x30,
};

/* What stands before an element's value. */
struct ber_head {
	uint8_t tag;
	uint8_t bytes;  /* of tag and length */
	uint32_t value; /* bytes of the value */
};

enum ber_state {
	BER_HEAD,  /* the head was read; the value need not be there */
	BER_SHORT, /* the bytes end within the head */
	BER_WRONG, /* no BER that is read here: a long tag, an indefinite or giant length */
};

/* Reads the head of the element at the beginning of the bytes. */
enum ber_state ber_head_read(struct span bytes, struct ber_head *head);

/* Moves over one element. False, and the cursor `bad`, when it is not whole. */
bool ber_next(struct cur *c, uint8_t *tag, struct span *value);

/* The same for an element that must have this tag: its value, or an empty one with `bad` set. */
struct span ber_expect(struct cur *c, uint8_t tag);

/* An integer of at most four bytes that is not negative; `bad` is set otherwise. */
uint32_t ber_uint(struct cur *c, uint8_t tag);

/* An object identifier's value as text, "1.3.6.1.2.1"; cut when it does not fit. */
void ber_oid_text(struct span value, char *text, size_t size);

#endif
