/*
 * eve.c - Suricata's EVE JSON (docs.suricata.io, "Eve JSON Format", and etc/schema.json of its
 * sources), so that what reads Suricata's events reads ours.
 *
 * What Suricata has no name for stands under `hinomi`; what we do not know is left out rather than
 * written as zero.
 */
#include "base/pen.h"
#include "incident/incident_json.h"
#include "report/eve_head.h"
#include "report/report.h"
#include "report/view.h"

/* Our own generator id: the signature ids below never clash with those of a Suricata rule set. */
#define EVE_GID 813
#define EVE_REV 1

static void flow_icmp(struct json *json, const struct flow *flow)
{
	const struct flow_key *key = &flow->key;
	unsigned from = flow_initiator(flow);

	if (key->proto != PROTO_ICMP && key->proto != PROTO_ICMP6)
		return;
	/* port: type and counter type, or type and code (model/packet.h) */
	json_put_uint(json, "icmp_type", key->port[from]);
	json_put_uint(json, "icmp_code", flow->icmp_code);
	if (flow->packets[!from] > 0 && !(key->flags & KEY_ONE_WAY))
		json_put_uint(json, "response_icmp_type", key->port[!from]);
}

static uint8_t flow_flags(const struct flow *flow)
{
	return flow->tcp_flags[0] | flow->tcp_flags[1];
}

/* Both ends talk in earnest: after the handshake, or joined in its middle. */
static bool flow_established(const struct flow *flow)
{
	if (flow->key.proto != PROTO_TCP)
		return flow->state & FLOW_ANSWERED;
	if (flow->state & FLOW_HANDSHAKE)
		return true;
	return (flow->state & FLOW_ANSWERED) && !(flow_flags(flow) & TCP_SYN);
}

static void flow_body(struct json *json, const struct flow *flow, const char *reason)
{
	unsigned from = flow_initiator(flow);
	const char *state = flow->state & FLOW_CLOSED ? "closed"
			    : flow_established(flow)  ? "established"
						      : "new";

	json_put_object(json, "flow");
	json_put_uint(json, "pkts_toserver", flow->packets[from]);
	json_put_uint(json, "pkts_toclient", flow->packets[!from]);
	json_put_uint(json, "bytes_toserver", flow->bytes[from]);
	json_put_uint(json, "bytes_toclient", flow->bytes[!from]);
	eve_time(json, "start", flow->first);
	eve_time(json, "end", flow->last);
	json_put_uint(json, "age", (uint64_t)(view_length(flow->first, flow->last) / USEC_PER_SEC));
	json_put_string(json, "state", state);
	json_put_string(json, "reason", reason);
	json_put_bool(json, "alerted", false);
	json_close_object(json);
}

static const char *tcp_state(const struct flow *flow)
{
	if (flow->state & FLOW_CLOSED)
		return "closed";
	if (flow->state & (FLOW_FIN0 | FLOW_FIN1))
		return "fin_wait1";
	if (flow_established(flow))
		return "established";
	if (!(flow_flags(flow) & TCP_SYN))
		return "none";
	return flow->state & FLOW_ANSWERED ? "syn_recv" : "syn_sent";
}

static void flags_json(struct json *json, const char *key, uint8_t flags)
{
	char hex[2];
	struct pen pen = pen_init(hex, sizeof(hex));

	pen_hex(&pen, (struct span){ &flags, 1 }, 0, PEN_LOWER);
	eve_text(json, key, pen_since(&pen, 0));
}

static void flow_tcp(struct json *json, const struct flow *flow)
{
	static const char *const names[] = {"fin", "syn", "rst", "psh", "ack", "urg", "ecn", "cwr"};
	unsigned from = flow_initiator(flow);
	uint8_t flags = flow_flags(flow);

	json_put_object(json, "tcp");
	flags_json(json, "tcp_flags", flags);
	flags_json(json, "tcp_flags_ts", flow->tcp_flags[from]);
	flags_json(json, "tcp_flags_tc", flow->tcp_flags[!from]);
	for (unsigned bit = 0; bit < 8; bit++) /* as Suricata does: only those that are set */
		if (flags >> bit & 1)
			json_put_bool(json, names[bit], true);
	json_put_string(json, "state", tcp_state(flow));
	json_close_object(json);
}

void eve_flow(FILE *out, const struct flow *flow, const char *reason)
{
	struct json json = json_init(out);

	eve_head(&json, &(struct eve_head){.type = "flow",
					   .ts = flow->last,
					   .began = flow->first,
					   .key = &flow->key,
					   .from = flow_initiator(flow),
					   .app = (enum app)flow->app});
	flow_icmp(&json, flow);
	flow_body(&json, flow, reason);
	eve_community(&json, &flow->key);
	if (flow->key.proto == PROTO_TCP)
		flow_tcp(&json, flow);
	json_close_object(&json);
	json_end_line(&json);
}

/* FNV-1a over rule and vector: stable as long as their names are. Below 2^31 and far above the
 * numbers that rule sets use. */
static uint32_t signature_id(const struct incident *incident)
{
	const char *parts[] = {incident->rule, "/", vector_name(incident->vector)};
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < 3; i++)
		for (const char *c = parts[i]; *c != '\0'; c++)
			hash = (hash ^ (uint8_t)*c) * 16777619u;
	return 0x40000000u | (hash & 0x3fffffffu);
}

/* A category of Suricata's classification.config, by the technique that the detector names. */
static const char *alert_category(const struct incident *incident)
{
	static const struct {
		const char *technique, *category;
	} known[] = {
		{"T1498", "Detection of a Denial of Service Attack"},
		{"T1499", "Detection of a Denial of Service Attack"},
		{"T1046", "Detection of a Network Scan"},
		{"T1595", "Detection of a Network Scan"},
		{"T1018", "Detection of a Network Scan"},
		{"T1110", "Attempted User Privilege Gain"},
		{"T1071", "Malware Command and Control Activity Detected"},
	};

	if (incident->vector != VECTOR_NONE)
		return known[0].category;
	for (size_t i = 0; incident->attack != NULL && i < sizeof(known) / sizeof(known[0]); i++)
		if (strncmp(incident->attack, known[i].technique, 5) == 0)
			return known[i].category;
	return "Misc Attack";
}

static const char *vector_proto(enum vector vector, bool ip4)
{
	switch (vector) {
	case VECTOR_SYN:
	case VECTOR_SYNACK:
	case VECTOR_RST:
	case VECTOR_ACK:
	case VECTOR_FIN:
	case VECTOR_XMAS:
	case VECTOR_NULLFLAGS:
	case VECTOR_HTTP:
		return "TCP";
	case VECTOR_ICMP:
		return ip4 ? "ICMP" : "IPv6-ICMP";
	case VECTOR_GRE:
		return "GRE";
	case VECTOR_UDP:
		return "UDP";
	default:
		return vector_is_reflection(vector) ? "UDP" : NULL;
	}
}

static void entity_end(struct json *json, const struct entity *entity, const char *ip_key,
		       const char *port_key)
{
	char text[IP_TEXT];

	if (entity->kind != ENTITY_IP && entity->kind != ENTITY_SERVICE)
		return;
	json_put_string(json, ip_key, ip_text(&entity->prefix.ip, text));
	if (entity->kind == ENTITY_SERVICE)
		json_put_uint(json, port_key, entity->port);
}

static void alert_metadata(struct json *json, const struct incident *incident)
{
	char confidence[4];

	json_put_object(json, "metadata"); /* in Suricata: arrays of strings, whatever they hold */
	json_key(json, "attack_technique");
	attack_json(json, incident->attack);
	json_put_array(json, "confidence");
	snprintf(confidence, sizeof(confidence), "%u", incident->confidence);
	json_write_string(json, confidence);
	json_close_array(json);
	json_put_array(json, "severity");
	json_write_string(json, severity_name(incident->severity));
	json_close_array(json);
	json_close_object(json);
}

static void alert_body(struct json *json, const struct incident *incident)
{
	unsigned severity = incident->severity >= SEVERITY_HIGH      ? 1
			    : incident->severity == SEVERITY_WARNING ? 2
								     : 3;

	json_put_object(json, "alert");
	json_put_string(json, "action", "allowed");
	json_put_uint(json, "gid", EVE_GID);
	json_put_uint(json, "signature_id", signature_id(incident));
	json_put_uint(json, "rev", EVE_REV);
	json_put_string(json, "signature", incident->title);
	json_put_string(json, "category", alert_category(incident));
	json_put_uint(json, "severity", severity);
	alert_metadata(json, incident);
	json_close_object(json);
}

void eve_alert(FILE *out, const struct incident *incident)
{
	struct json json = json_init(out);
	const char *proto = vector_proto(incident->vector, ip_is_v4(&incident->whom.prefix.ip));

	json_open_object(&json);
	eve_time(&json, "timestamp", incident->opened);
	json_put_string(&json, "event_type", "alert");
	entity_end(&json, &incident->who, "src_ip", "src_port");
	entity_end(&json, &incident->whom, "dest_ip", "dest_port");
	if (proto != NULL)
		json_put_string(&json, "proto", proto);
	alert_body(&json, incident);
	json_key(&json, "hinomi");
	incident_json(&json, incident);
	json_close_object(&json);
	json_end_line(&json);
}

static size_t group_length(enum anomaly anomaly)
{
	return strcspn(anomaly_name(anomaly), ".");
}

static bool group_same(enum anomaly a, enum anomaly b)
{
	size_t length = group_length(a);

	return length == group_length(b) && strncmp(anomaly_name(a), anomaly_name(b), length) == 0;
}

/* "ip4.short" as event.ip4.short. The list need not hold a group together: each object is opened
 * by the group's first name and takes them all. */
static void stats_events(struct json *json, const struct anomalies *anomalies)
{
	json_put_object(json, "event");
	for (unsigned first = 0; first < ANOMALY_COUNT; first++) {
		char group[32];
		unsigned seen = 0;

		while (!group_same((enum anomaly)seen, (enum anomaly)first))
			seen++;
		if (seen < first)
			continue;
		snprintf(group, sizeof(group), "%.*s", (int)group_length((enum anomaly)first),
			 anomaly_name((enum anomaly)first));
		json_put_object(json, group);
		for (unsigned a = first; a < ANOMALY_COUNT; a++)
			if (group_same((enum anomaly)first, (enum anomaly)a))
				json_put_uint(json,
					      anomaly_name((enum anomaly)a) +
						      group_length((enum anomaly)a) + 1,
					      anomalies->count[a]);
		json_close_object(json);
	}
	json_close_object(json);
}

static void stats_decoder(struct json *json, const struct run *run)
{
	json_put_object(json, "decoder");
	json_put_uint(json, "pkts", run->frames);
	json_put_uint(json, "bytes", run->bytes);
	json_put_uint(json, "ipv4", run->ip4);
	json_put_uint(json, "ipv6", run->ip6);
	json_put_uint(json, "tcp", run->tcp);
	json_put_uint(json, "udp", run->udp);
	json_put_uint(json, "icmp", run->icmp); /* both versions: the run counts them together */
	json_put_uint(json, "avg_pkt_size", run->frames > 0 ? run->bytes / run->frames : 0);
	stats_events(json, &run->anomalies);
	json_close_object(json);
}

void eve_stats(FILE *out, const struct run *run)
{
	struct json json = json_init(out);

	json_open_object(&json);
	eve_time(&json, "timestamp", run->last);
	json_put_string(&json, "event_type", "stats");
	json_put_object(&json, "stats");
	json_put_uint(&json, "uptime",
		      (uint64_t)(view_length(run->first, run->last) / USEC_PER_SEC));
	stats_decoder(&json, run);
	json_put_object(&json, "flow");
	json_put_uint(&json, "total", run->flows);
	json_put_uint(&json, "peak", run->flows_peak);
	json_close_object(&json);
	json_close_object(&json);
	json_close_object(&json);
	json_end_line(&json);
}
