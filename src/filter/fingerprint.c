/* fingerprint.c - a fingerprint in the form of the Dutch Anti-DDoS coalition's dissector. */
#include "filter/fingerprint.h"
#include "filter/filter_private.h"

#include "base/digest.h"
#include "base/pen.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define FRAGMENTS "Fragmented IP packets"

/* The dissector's names of the services that reflect. */
static const struct {
	enum vector vector;
	const char *service;
} services[] = {
	{ VECTOR_DNS, "DNS" },
	{ VECTOR_NTP, "NTP" },
	{ VECTOR_CLDAP, "LDAP" },
	{ VECTOR_MEMCACHED, "MEMCACHED" },
	{ VECTOR_SSDP, "SSDP" },
	{ VECTOR_SNMP, "SNMP" },
	{ VECTOR_CHARGEN, "Chargen" },
	{ VECTOR_MDNS, "mDNS" },
	{ VECTOR_WSD, "WS-Discovery" },
	{ VECTOR_ARMS, "Apple Remote Desktop" },
	{ VECTOR_COAP, "CoAP" },
	{ VECTOR_QOTD, "Quote of the Day" },
	{ VECTOR_RIP, "RIPv1" },
	{ VECTOR_TFTP, "TFTP" },
	{ VECTOR_STUN, "STUN" },
	{ VECTOR_QUIC, "QUIC" },
	{ VECTOR_ISAKMP, "ISAKMP" },
	{ VECTOR_FRAGMENT, FRAGMENTS },
};

static const char *service_of(enum vector vector)
{
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		if (services[i].vector == vector)
			return services[i].service;
	return "Unknown service";
}

/* What the packets are: what comes beside a reflection (fragments, errors of ICMP, RSTs) is none of its service. */
static enum vector kind_of(const struct fingerprint_vector *vector)
{
	const struct filter *filter = &vector->filter;
	const uint8_t answer = TCP_SYN | TCP_ACK;

	if ((filter->parts & FILTER_FRAGMENT) && filter->fragment != FRAGMENT_NONE)
		return VECTOR_FRAGMENT;
	if (!(filter->parts & FILTER_PROTO))
		return vector->vector;
	if (filter->proto == PROTO_UDP && (filter->parts & FILTER_FROM_PORT) &&
	    filter->from_port.low == filter->from_port.high)
		return vector_of_port(filter->from_port.low);
	if (vector->vector == VECTOR_SYNACK && filter->proto == PROTO_TCP && (filter->flags & answer) == answer)
		return VECTOR_SYNACK;
	return vector_is_reflection(vector->vector) ? VECTOR_NONE : vector->vector;
}

/* As Python's datetime writes it, which the dissector uses. */
static json_t *time_json(usec_t when)
{
	const time_t seconds = (time_t)(when / USEC_PER_SEC);
	char text[40];
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S+00:00", &tm))
		return NULL;
	return json_string(text);
}

static json_t *seconds_json(usec_t from, usec_t until)
{
	return json_integer(until > from ? (until - from) / USEC_PER_SEC : 0);
}

/* A value that all packets have, as a map of one: {"443": 1.0}. */
static json_t *all_have(const char *value)
{
	return json_pack("{s:f}", value, 1.0);
}

/* The number that a condition says, or "random" where it says none or several. */
static json_t *number_json(const struct filter *filter, enum filter_part part, unsigned more)
{
	for (size_t i = 0; i < FILTER_RANGES; i++) {
		const struct filter_range *range = filter_range(filter, &filter_ranges[i]);
		char text[16];

		if (filter_ranges[i].part != part || !(filter->parts & part) || range->low != range->high)
			continue;
		snprintf(text, sizeof(text), "%u", range->low + more);
		return all_have(text);
	}
	return json_string("random");
}

static uint8_t proto_of(const struct fingerprint_vector *vector)
{
	if (vector->filter.parts & FILTER_PROTO)
		return vector->filter.proto;
	if (vector->vector == VECTOR_SYNACK)
		return PROTO_TCP;
	return vector->vector == VECTOR_UDP || vector_is_reflection(vector->vector) ? PROTO_UDP : 0;
}

static const char *proto_name(uint8_t proto, char room[8])
{
	switch (proto) {
	case PROTO_TCP:
		return "TCP";
	case PROTO_UDP:
		return "UDP";
	case PROTO_ICMP:
		return "ICMP";
	case PROTO_ICMP6:
		return "ICMPV6";
	case PROTO_GRE:
		return "GRE";
	case 0:
		return "Unknown";
	default:
		snprintf(room, 8, "%u", proto);
		return room;
	}
}

/* Flags as nfdump writes them: "....A..F", the highest first, a point for one that is not set. */
static json_t *flags_json(const struct filter *filter)
{
	char text[9] = "........";

	if (!(filter->parts & FILTER_FLAGS))
		return json_null();
	for (unsigned bit = 0; bit < 8; bit++)
		if (filter->flags >> bit & 1)
			text[7 - bit] = FILTER_FLAG_LETTERS[bit];
	return all_have(text);
}

static json_t *source_port_json(const struct fingerprint_vector *vector)
{
	const struct filter_range *port = &vector->filter.from_port;
	const bool known = vector->filter.parts & FILTER_FROM_PORT;

	return known && port->low == port->high ? json_integer(port->low) : json_string("random");
}

static json_t *sources_json(const struct fingerprint_vector *vector)
{
	json_t *all = json_array();
	char text[IP_TEXT];

	for (size_t i = 0; all && i < vector->source_count; i++)
		json_array_append_new(all, json_string(ip_text(&vector->sources[i], text)));
	return all;
}

/* What the dissector adds where it was given packets. */
static int put_packet_fields(json_t *object, const struct filter *filter)
{
	const unsigned family = filter_family(filter);
	const bool whole = (filter->parts & FILTER_FRAGMENT) && filter->fragment == FRAGMENT_NONE;
	int bad = 0;

	bad |= json_object_set_new(object, "ethernet_type",
				   family ? all_have(family == 4 ? "IPv4" : "IPv6") : json_string("random"));
	bad |= json_object_set_new(object, "frame_len", number_json(filter, FILTER_LENGTH, 14));
	bad |= json_object_set_new(object, "fragmentation_offset", whole ? all_have("0") : json_string("random"));
	bad |= json_object_set_new(object, "ttl", number_json(filter, FILTER_TTL, 0));
	if ((filter->parts & FILTER_PROTO) && proto_is_icmp(filter->proto))
		bad |= json_object_set_new(object, "icmp_type", number_json(filter, FILTER_FROM_PORT, 0));
	return bad;
}

static json_t *vector_json(const struct fingerprint_vector *vector)
{
	const bool fragments = kind_of(vector) == VECTOR_FRAGMENT;
	const struct filter *filter = &vector->filter;
	const bool ports = !((filter->parts & FILTER_PROTO) && proto_is_icmp(filter->proto));
	json_t *object;
	char room[8];

	object = json_pack("{s:s,s:s,s:o,s:o,s:o,s:o,s:I,s:I,s:o,s:o,s:o}",
			   "service", service_of(kind_of(vector)),
			   "protocol", proto_name(proto_of(vector), room),
			   "fraction_of_attack", fragments ? json_null() : json_real(vector->share),
			   "source_port", ports ? source_port_json(vector) : json_string("random"),
			   "destination_ports",
			   ports ? number_json(filter, FILTER_TO_PORT, 0) : json_string("random"),
			   "tcp_flags", flags_json(filter),
			   "nr_packets", (json_int_t)vector->packets,
			   "nr_megabytes", (json_int_t)(vector->bytes / 1000000),
			   "time_start", time_json(vector->from),
			   "duration_seconds", seconds_json(vector->from, vector->until),
			   "source_ips", sources_json(vector));
	if (object && put_packet_fields(object, filter) != 0) {
		json_decref(object);
		return NULL;
	}
	return object;
}

static void add_tag(json_t *tags, const char *tag)
{
	for (size_t i = 0; i < json_array_size(tags); i++)
		if (strcmp(json_string_value(json_array_get(tags, i)), tag) == 0)
			return;
	json_array_append_new(tags, json_string(tag));
}

/* Names of the flags that are set, in the dissector's words; the same that its tags have. */
static void add_flag_tag(json_t *tags, const struct filter *filter)
{
	static const char *const names[6] = { "FIN ", "SYN ", "RESET ", "PUSH ", "ACK ", "URGENT " };
	char text[64];
	struct pen pen = pen_init(text, sizeof(text) - 1);

	pen_text(&pen, "TCP ");
	for (unsigned bit = 0; bit < 6; bit++)
		if (filter->flags >> bit & 1)
			pen_text(&pen, names[bit]);
	pen_text(&pen, (filter->parts & FILTER_FLAGS) && !(filter->flags & 0x3f) ? "no flag attack" : "flag attack");
	text[pen.used] = '\0';
	add_tag(tags, text);
}

static void add_vector_tags(json_t *tags, const struct fingerprint_vector *vector)
{
	char room[8], text[32];
	const char *proto = proto_name(proto_of(vector), room);

	add_tag(tags, proto);
	if (kind_of(vector) == VECTOR_FRAGMENT)
		add_tag(tags, "Fragmentation attack");
	else if (vector_is_reflection(kind_of(vector)))
		add_tag(tags, "Amplification attack");
	else if (snprintf(text, sizeof(text), "%s flood attack", proto) > 0)
		add_tag(tags, text);
	if (proto_of(vector) == PROTO_TCP)
		add_flag_tag(tags, &vector->filter);
}

static json_t *tags_json(const struct fingerprint *fingerprint)
{
	const struct prefix *target = &fingerprint->target;
	json_t *tags = json_array();
	size_t whole = 0;

	for (size_t i = 0; i < fingerprint->vector_count; i++)
		whole += kind_of(&fingerprint->vectors[i]) != VECTOR_FRAGMENT;
	if (whole > 1)
		add_tag(tags, "Multi-vector attack");
	if (target->bits < 128)
		add_tag(tags, "Carpet bombing attack");
	for (size_t i = 0; i < fingerprint->vector_count; i++)
		add_vector_tags(tags, &fingerprint->vectors[i]);
	return tags;
}

static json_t *target_json(const struct fingerprint *fingerprint)
{
	const struct prefix *target = &fingerprint->target;
	char text[PREFIX_TEXT];

	if (fingerprint->anonymous)
		return json_string("Anonymous");
	return json_string(target->bits == 128 ? ip_text(&target->ip, text) : prefix_text(target, text));
}

/* The key names the fingerprint: MD5 of all that it says. */
static int put_key(json_t *object)
{
	struct digest_kit *kit = digest_kit_new();
	char *text = json_dumps(object, JSON_COMPACT), key[2 * MD5_BYTES];
	struct pen pen = pen_init(key, sizeof(key));
	uint8_t digest[DIGEST_MAX];
	int bad = -1;

	if (kit && text) {
		digest_of(kit, DIGEST_MD5, (struct span){ (const uint8_t *)text, strlen(text) }, digest);
		pen_hex(&pen, (struct span){ digest, MD5_BYTES }, 0, PEN_LOWER);
		bad = json_object_set_new(object, "key", json_stringn(key, pen.used));
	}
	free(text);
	digest_kit_free(kit);
	return bad;
}

/* An average over the seconds of the attack, the first one counted whole. */
static json_int_t average(const struct fingerprint *fingerprint, uint64_t total)
{
	usec_t length = fingerprint->until - fingerprint->from;
	uint64_t seconds = length > USEC_PER_SEC ? (uint64_t)(length / USEC_PER_SEC) : 1;

	return (json_int_t)(total / seconds);
}

json_t *fingerprint_json(const struct fingerprint *fingerprint)
{
	json_t *vectors = json_array(), *object;
	const uint64_t packets = fingerprint->packets, bytes = fingerprint->bytes;
	int bad = 0;

	for (size_t i = 0; i < fingerprint->vector_count; i++)
		bad |= json_array_append_new(vectors, vector_json(&fingerprint->vectors[i]));
	object = json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:I,s:I,s:I,s:I,s:I,s:I}",
			   "attack_vectors", vectors,
			   "target", target_json(fingerprint),
			   "tags", tags_json(fingerprint),
			   "time_start", time_json(fingerprint->from),
			   "time_end", time_json(fingerprint->until),
			   "duration_seconds", seconds_json(fingerprint->from, fingerprint->until),
			   "total_packets", (json_int_t)packets,
			   "total_megabytes", (json_int_t)(bytes / 1000000),
			   "total_ips", (json_int_t)fingerprint->sources,
			   "avg_bps", average(fingerprint, bytes * 8),
			   "avg_pps", average(fingerprint, packets),
			   "avg_Bpp", (json_int_t)(packets ? bytes / packets : 0));
	if (object && (bad || put_key(object) != 0)) {
		json_decref(object);
		return NULL;
	}
	return object;
}
