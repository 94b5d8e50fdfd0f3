/* x509.c - a reader of DER, only as deep as a certificate's names, dates and alternative names. */
#include "wire/x509.h"

#include "base/cursor.h"
#include "base/pen.h"

#define ATTRIBUTES_MAX 64  /* of one name */
#define EXTENSIONS_MAX 64  /* of one certificate */
#define NAMES_MAX      256 /* alternative names looked at */
#define OID_NUMBER_MAX 5   /* bytes of one number of an object identifier: 35 bits */

enum der_tag {
	DER_INTEGER = 0x02,
	DER_OCTETS = 0x04,
	DER_OID = 0x06,
	DER_UTC_TIME = 0x17,
	DER_GENERAL_TIME = 0x18,
	DER_UNIVERSAL_TEXT = 0x1c, /* UCS-4 */
	DER_BMP_TEXT = 0x1e,       /* UCS-2 */
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_DNS_NAME = 0x82, /* [2] of GeneralName, RFC 5280, 4.2.1.6 */
	DER_VERSION = 0xa0,
	DER_EXTENSIONS = 0xa3,
};

struct der {
	uint8_t tag;
	struct span body;
};

/* The next element; false at the end or when it is malformed, which `bad` of the cursor tells. */
static bool der_next(struct cur *c, struct der *d)
{
	size_t length;

	if (c->left == 0)
		return false;
	d->tag = cur_u8(c);
	length = cur_u8(c);
	if (length == 0x81)
		length = cur_u8(c);
	else if (length == 0x82)
		length = cur_be16(c);
	else if (length == 0x83)
		length = cur_be24(c);
	else if (length >= 0x80)
		c->bad = true; /* indefinite, which DER has not, or longer than any certificate */
	if ((d->tag & 0x1f) == 0x1f) /* a tag of several bytes: none in certificates */
		c->bad = true;
	d->body = cur_span(c, length);
	return !c->bad;
}

/* The next element, which has to have this tag. */
static struct span der_want(struct cur *c, uint8_t tag)
{
	struct der d;

	if (der_next(c, &d) && d.tag == tag)
		return d.body;
	c->bad = true;
	return (struct span){ cur_zeros, 0 };
}

static bool span_is(struct span s, const void *bytes, size_t len)
{
	return s.len == len && memcmp(s.ptr, bytes, len) == 0;
}

/* Short names as OpenSSL and x509-parser have them; NULL for others. */
static const char *attribute_name(struct span oid)
{
	static const struct {
		const char *name;
		uint8_t len;
		uint8_t oid[10];
	} known[] = {
		{ "CN", 3, { 0x55, 4, 3 } },
		{ "SN", 3, { 0x55, 4, 4 } },
		{ "serialNumber", 3, { 0x55, 4, 5 } },
		{ "C", 3, { 0x55, 4, 6 } },
		{ "L", 3, { 0x55, 4, 7 } },
		{ "ST", 3, { 0x55, 4, 8 } },
		{ "street", 3, { 0x55, 4, 9 } },
		{ "O", 3, { 0x55, 4, 10 } },
		{ "OU", 3, { 0x55, 4, 11 } },
		{ "title", 3, { 0x55, 4, 12 } },
		{ "businessCategory", 3, { 0x55, 4, 15 } },
		{ "postalCode", 3, { 0x55, 4, 17 } },
		{ "GN", 3, { 0x55, 4, 42 } },
		{ "organizationIdentifier", 3, { 0x55, 4, 97 } },
		{ "emailAddress", 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1 } },
		{ "unstructuredName", 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 2 } },
		{ "UID", 10, { 9, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1 } },
		{ "DC", 10, { 9, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25 } },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (span_is(oid, known[i].oid, known[i].len))
			return known[i].name;
	return NULL;
}

/* "1.3.6.1.4.1.311.60.2.1.3"; X.690, 8.19. */
static void oid_write(struct pen *pen, struct span oid)
{
	struct cur c = cur_init(oid);
	bool first = true;

	while (c.left > 0) {
		uint64_t number = 0;
		unsigned bytes = 0;
		uint8_t b;

		do {
			b = cur_u8(&c);
			number = number << 7 | (b & 0x7f);
		} while ((b & 0x80) && ++bytes < OID_NUMBER_MAX);
		if (first) { /* two numbers in one: 40 times the first and the second */
			uint32_t top = number >= 80 ? 2 : (uint32_t)(number / 40);

			pen_decimal(pen, top);
			number -= top * 40u;
		}
		first = false;
		pen_byte(pen, '.');
		pen_decimal(pen, (uint32_t)number);
	}
}

static void value_rune(struct pen *pen, uint32_t rune)
{
	if (rune == ',' || rune == '+' || rune == '\\')
		pen_byte(pen, '\\');
	pen_rune(pen, rune);
}

static void value_write(struct pen *pen, struct der value)
{
	struct cur c = cur_init(value.body);

	if (value.tag == DER_BMP_TEXT) {
		while (c.left >= 2)
			value_rune(pen, cur_be16(&c));
	} else if (value.tag == DER_UNIVERSAL_TEXT) {
		while (c.left >= 4)
			value_rune(pen, cur_be32(&c));
	} else {
		while (c.left > 0) { /* the others hold bytes; UTF-8 stays what it is */
			uint8_t b = cur_u8(&c);

			if (b == ',' || b == '+' || b == '\\')
				pen_byte(pen, '\\');
			pen_byte(pen, b);
		}
	}
}

/* One set of attributes: mostly a single one, else joined by " + ". */
static bool rdn_write(struct pen *pen, struct cur set, unsigned *attributes)
{
	bool first = true;

	while (set.left > 0 && (*attributes)++ < ATTRIBUTES_MAX) {
		struct cur pair = cur_init(der_want(&set, DER_SEQUENCE));
		struct span oid = der_want(&pair, DER_OID);
		const char *name = attribute_name(oid);
		struct der value;

		if (set.bad || pair.bad || !der_next(&pair, &value))
			return false;
		if (!first)
			pen_text(pen, " + ");
		else if (pen->used > 0)
			pen_text(pen, ", ");
		first = false;
		if (name)
			pen_text(pen, name);
		else
			oid_write(pen, oid);
		pen_byte(pen, '=');
		value_write(pen, value);
	}
	return true;
}

/* A name as text, within `room` of EVENT_TEXT_MAX bytes. */
static bool name_write(struct span name, uint8_t *room, struct span *text)
{
	struct pen pen = pen_init(room, EVENT_TEXT_MAX);
	struct cur c = cur_init(name);
	unsigned attributes = 0;

	while (c.left > 0 && attributes < ATTRIBUTES_MAX) {
		struct cur set = cur_init(der_want(&c, DER_SET));

		attributes++; /* an empty set counts too */
		if (c.bad || !rdn_write(&pen, set, &attributes))
			return false;
	}
	*text = pen_since(&pen, 0);
	return true;
}

/* Two digits; 100, which no field of a time allows, if they are none. */
static unsigned two_digits(struct cur *c)
{
	const uint8_t *p = cur_take(c, 2);

	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return 100;
	return (p[0] - '0') * 10u + (p[1] - '0');
}

/* RFC 5280, 4.1.2.5: YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ. 0 if it is neither. */
static usec_t time_read(struct der d)
{
	struct cur c = cur_init(d.body);
	unsigned year, month, day, hour, minute, second;

	if (d.tag == DER_GENERAL_TIME) {
		unsigned century = two_digits(&c);

		year = century * 100 + two_digits(&c);
		if (year < 1600 || year > 9999)
			return 0;
	} else {
		year = two_digits(&c);
		if (d.tag != DER_UTC_TIME || year == 100)
			return 0;
		year += year < 50 ? 2000 : 1900;
	}
	month = two_digits(&c);
	day = two_digits(&c);
	hour = two_digits(&c);
	minute = two_digits(&c);
	second = two_digits(&c);
	if (cur_u8(&c) != 'Z' || c.bad || month < 1 || month > 12 || day < 1 || day > 31 ||
	    hour > 23 || minute > 59 || second > 60)
		return 0;
	return (((time_days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) *
	       USEC_PER_SEC;
}

/* GeneralNames: those of type dNSName. One with a space in it is no name of the DNS, and would look
 * like two. */
static void alternatives_write(struct pen *pen, struct span octets)
{
	struct cur outer = cur_init(octets), c = cur_init(der_want(&outer, DER_SEQUENCE));
	struct der d;

	for (unsigned i = 0; i < NAMES_MAX && der_next(&c, &d); i++) {
		if (d.tag != DER_DNS_NAME || d.body.len == 0 ||
		    memchr(d.body.ptr, ' ', d.body.len) != NULL)
			continue;
		if (d.body.len + (pen->used > 0) > pen->size - pen->used)
			return; /* half a name would be another name */
		if (pen->used > 0)
			pen_byte(pen, ' ');
		pen_span(pen, d.body);
	}
}

static void extensions_read(struct span body, struct pen *names)
{
	static const uint8_t alternative[] = { 0x55, 0x1d, 17 }; /* id-ce-subjectAltName */
	struct cur outer = cur_init(body), c = cur_init(der_want(&outer, DER_SEQUENCE));
	struct der d;

	for (unsigned i = 0; i < EXTENSIONS_MAX && der_next(&c, &d); i++) {
		struct cur extension = cur_init(d.body);
		struct span oid = der_want(&extension, DER_OID);

		if (!span_is(oid, alternative, sizeof(alternative)))
			continue;
		while (der_next(&extension, &d)) /* "critical" may stand between */
			if (d.tag == DER_OCTETS)
				alternatives_write(names, d.body);
	}
}

bool x509_read(struct span der, struct x509 *out)
{
	struct cur c = cur_init(der), certificate = cur_init(der_want(&c, DER_SEQUENCE));
	struct cur tbs = cur_init(der_want(&certificate, DER_SEQUENCE)), validity;
	struct pen serial = pen_init(out->room + 3 * EVENT_TEXT_MAX, X509_SERIAL);
	struct pen names = pen_init(out->room + 2 * EVENT_TEXT_MAX, EVENT_TEXT_MAX);
	struct span issuer, subject;
	struct der d;

	if (tbs.left > 0 && tbs.p[0] == DER_VERSION)
		der_next(&tbs, &d);
	pen_hex(&serial, der_want(&tbs, DER_INTEGER), ':', PEN_UPPER);
	der_want(&tbs, DER_SEQUENCE); /* signature algorithm */
	issuer = der_want(&tbs, DER_SEQUENCE);
	validity = cur_init(der_want(&tbs, DER_SEQUENCE));
	subject = der_want(&tbs, DER_SEQUENCE);
	der_want(&tbs, DER_SEQUENCE); /* public key */
	if (tbs.bad || !name_write(issuer, out->room, &out->issuer) ||
	    !name_write(subject, out->room + EVENT_TEXT_MAX, &out->subject))
		return false;
	out->not_before = der_next(&validity, &d) ? time_read(d) : 0;
	out->not_after = der_next(&validity, &d) ? time_read(d) : 0;
	out->self_signed = span_is(subject, issuer.ptr, issuer.len);
	while (der_next(&tbs, &d))
		if (d.tag == DER_EXTENSIONS)
			extensions_read(d.body, &names);
	out->serial = pen_since(&serial, 0);
	out->names = pen_since(&names, 0);
	return true;
}
