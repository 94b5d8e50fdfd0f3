/* eve_head.c - the head of an EVE event, and the forms of the values in it. */
#include "report/eve_head.h"

#include "base/hash.h"
#include "base/text.h"

static const char *proto_name(uint8_t proto, char number[4])
{
	static const struct {
		uint8_t proto;
		const char *name;
	} known[] = {
		{ PROTO_TCP, "TCP" },   { PROTO_UDP, "UDP" },
		{ PROTO_ICMP, "ICMP" }, { PROTO_ICMP6, "IPv6-ICMP" },
		{ PROTO_GRE, "GRE" },   { 2, "IGMP" },
		{ 50, "ESP" },          { 51, "AH" },
		{ 132, "SCTP" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].proto == proto)
			return known[i].name;
	snprintf(number, 4, "%03u", proto);
	return number;
}

void eve_time(struct json *json, const char *key, usec_t t)
{
	char text[TIME_TEXT];

	json_put_string(json, key, time_eve(t, text));
}

/* 53 bits, which every reader of JSON keeps exactly. */
static uint64_t flow_id(const struct flow_key *key, usec_t began)
{
	uint64_t ends = hash_16(key->ip[0].b, 1) ^ hash_16(key->ip[1].b, 2);
	uint64_t rest = (uint64_t)key->port[0] << 32 | (uint64_t)key->port[1] << 16 | key->proto;

	return hash_64(hash_mix(ends, rest ^ HASH_K1) ^ (uint64_t)began, 3) >> 11;
}

static void ends(struct json *json, const struct flow_key *key, unsigned from)
{
	bool ports = key->proto == PROTO_TCP || key->proto == PROTO_UDP;
	char text[IP_TEXT], number[4];

	json_put_string(json, "src_ip", ip_text(&key->ip[from], text));
	if (ports)
		json_put_uint(json, "src_port", key->port[from]);
	json_put_string(json, "dest_ip", ip_text(&key->ip[!from], text));
	if (ports)
		json_put_uint(json, "dest_port", key->port[!from]);
	json_put_string(json, "proto", proto_name(key->proto, number));
}

void eve_head(struct json *json, const struct eve_head *head)
{
	json_open_object(json);
	eve_time(json, "timestamp", head->ts);
	if (head->began != 0)
		json_put_uint(json, "flow_id", flow_id(head->key, head->began));
	json_put_string(json, "event_type", head->type);
	ends(json, head->key, head->from);
	if (head->app != APP_NONE)
		json_put_string(json, "app_proto", app_name(head->app));
}

void eve_community(struct json *json, const struct flow_key *key)
{
	char text[COMMUNITY_ID_TEXT];

	json_put_string(json, "community_id", community_id(key, text));
}

void eve_text(struct json *json, const char *key, struct span text)
{
	if (text.len == 0)
		return;
	json_key(json, key);
	json_span(json, text);
}

void eve_list(struct json *json, const char *key, struct span text, char separator)
{
	struct span part;

	if (text.len == 0)
		return;
	json_put_array(json, key);
	while (text_piece(&text, separator, &part))
		json_span(json, part);
	json_close_array(json);
}
