/*
 * eve_dns.c - a DNS message as EVE has it: version 2 of Suricata's format, "detailed" and
 * "grouped".
 *
 * Queries are told with few members and answers with all, as Suricata 7 does.
 */
#include "report/eve_head.h"

#define FLAG_AA 0x0400 /* RFC 1035, 4.1.1 */
#define FLAG_TC 0x0200
#define FLAG_RD 0x0100
#define FLAG_RA 0x0080
#define FLAG_Z  0x0040

#define TYPE_SOA 6
#define TYPE_SRV 33

#define NUMBER_TEXT 6 /* of 16 bits, with its terminator */

/* IANA's names of record types, those that Suricata 7 knows; it writes others as numbers. */
static const char *type_name(uint16_t type, char number[NUMBER_TEXT])
{
	static const char *const names[] = {
		[1] = "A",       [2] = "NS",        [3] = "MD",        [4] = "MF",
		[5] = "CNAME",   [6] = "SOA",       [7] = "MB",        [8] = "MG",
		[9] = "MR",      [10] = "NULL",     [11] = "WKS",      [12] = "PTR",
		[13] = "HINFO",  [14] = "MINFO",    [15] = "MX",       [16] = "TXT",
		[17] = "RP",     [18] = "AFSDB",    [19] = "X25",      [20] = "ISDN",
		[21] = "RT",     [22] = "NSAP",     [23] = "NSAP-PTR", [24] = "SIG",
		[25] = "KEY",    [26] = "PX",       [27] = "GPOS",     [28] = "AAAA",
		[29] = "LOC",    [30] = "NXT",      [33] = "SRV",      [34] = "ATMA",
		[35] = "NAPTR",  [36] = "KX",       [37] = "CERT",     [38] = "A6",
		[39] = "DNAME",  [41] = "OPT",      [42] = "APL",      [43] = "DS",
		[44] = "SSHFP",  [45] = "IPSECKEY", [46] = "RRSIG",    [47] = "NSEC",
		[48] = "DNSKEY", [49] = "DHCID",    [50] = "NSEC3",    [51] = "NSEC3PARAM",
		[52] = "TLSA",   [55] = "HIP",      [59] = "CDS",      [60] = "CDNSKEY",
		[65] = "HTTPS",  [99] = "SPF",      [249] = "TKEY",    [250] = "TSIG",
		[254] = "MAILA", [255] = "ANY",     [256] = "URI",
	};

	if (type < sizeof(names) / sizeof(names[0]) && names[type] != NULL)
		return names[type];
	snprintf(number, NUMBER_TEXT, "%u", type);
	return number;
}

/* RFC 1035, 4.1.1 and RFC 2136, 2.2. */
static const char *rcode_name(uint16_t rcode, char number[NUMBER_TEXT])
{
	static const char *const names[] = { "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
					     "NOTIMP",  "REFUSED", "YXDOMAIN", "YXRRSET",
					     "NXRRSET", "NOTAUTH", "NOTZONE" };

	if (rcode < sizeof(names) / sizeof(names[0]))
		return names[rcode];
	snprintf(number, NUMBER_TEXT, "%u", rcode);
	return number;
}

static void type_json(struct json *json, uint16_t type)
{
	char number[NUMBER_TEXT];

	json_put_string(json, "rrtype", type_name(type, number));
}

/* The object that stands for such contents, of which we keep one name; NULL: they are a string. */
static const char *object_of(uint16_t type)
{
	return type == TYPE_SOA ? "soa" : type == TYPE_SRV ? "srv" : NULL;
}

/* {"mname":...} or {"name":...} */
static void object_json(struct json *json, const struct event_dns_record *record)
{
	json_open_object(json);
	eve_text(json, record->type == TYPE_SOA ? "mname" : "name", record->text);
	json_close_object(json);
}

static void record_json(struct json *json, const struct event_dns_record *record)
{
	const char *object = object_of(record->type);

	json_open_object(json);
	json_key(json, "rrname");
	json_span(json, record->name);
	type_json(json, record->type);
	json_put_uint(json, "ttl", record->ttl);
	if (object == NULL) {
		eve_text(json, "rdata", record->text);
	} else {
		json_key(json, object);
		object_json(json, record);
	}
	json_close_object(json);
}

/* The contents of all records of one type. */
static void group_json(struct json *json, const struct event_dns *dns, uint16_t type)
{
	char number[NUMBER_TEXT];

	json_put_array(json, type_name(type, number));
	for (unsigned i = 0; i < dns->record_count; i++) {
		const struct event_dns_record *record = &dns->records[i];

		if (record->type != type || record->text.len == 0)
			continue;
		if (object_of(type) != NULL)
			object_json(json, record);
		else
			json_span(json, record->text);
	}
	json_close_array(json);
}

/* Whether the record is the first with contents of its type. */
static bool group_begins(const struct event_dns *dns, unsigned at)
{
	for (unsigned i = 0; i < at; i++)
		if (dns->records[i].type == dns->records[at].type && dns->records[i].text.len > 0)
			return false;
	return dns->records[at].text.len > 0;
}

static void records_json(struct json *json, const struct event_dns *dns)
{
	bool any = false;

	if (dns->record_count == 0)
		return;
	json_put_array(json, "answers");
	for (unsigned i = 0; i < dns->record_count; i++) {
		record_json(json, &dns->records[i]);
		any |= dns->records[i].text.len > 0;
	}
	json_close_array(json);
	if (!any)
		return;
	json_put_object(json, "grouped");
	for (unsigned i = 0; i < dns->record_count; i++)
		if (group_begins(dns, i))
			group_json(json, dns, dns->records[i].type);
	json_close_object(json);
}

static void flags_json(struct json *json, uint16_t flags)
{
	static const struct {
		uint16_t bit;
		const char *name;
	} known[] = { { FLAG_AA, "aa" },
		      { FLAG_TC, "tc" },
		      { FLAG_RD, "rd" },
		      { FLAG_RA, "ra" },
		      { FLAG_Z, "z" } };
	char hex[5];

	snprintf(hex, sizeof(hex), "%x", flags);
	json_put_string(json, "flags", hex);
	json_put_bool(json, "qr", true);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) /* only those that are set */
		if (flags & known[i].bit)
			json_put_bool(json, known[i].name, true);
}

void eve_dns(struct json *json, const struct event_dns *dns)
{
	char number[NUMBER_TEXT];

	json_put_object(json, "dns");
	json_put_uint(json, "version", 2);
	json_put_string(json, "type", dns->response ? "answer" : "query");
	json_put_uint(json, "id", dns->id);
	if (dns->response)
		flags_json(json, dns->flags);
	json_key(json, "rrname"); /* "" is the root, and a name */
	json_span(json, dns->qname);
	type_json(json, dns->qtype);
	json_put_uint(json, "opcode", dns->flags >> 11 & 15);
	if (dns->response) {
		json_put_string(json, "rcode", rcode_name(dns->rcode, number));
		records_json(json, dns);
	}
	json_close_object(json);
}
