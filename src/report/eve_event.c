/*
 * eve_event.c - what conversations said (model/event.h) as EVE events, in the form of Suricata 7:
 * each kind has one object of its event_type's name. docs/eve.md tells the fields and differences.
 *
 * What Suricata has no name for stands under `hinomi`; what we do not know is left out.
 */
#include "report/eve_head.h"
#include "report/report.h"

#include "base/pen.h"
#include "base/text.h"

#include <inttypes.h>

#define SSL2      0x0002 /* as in its own hello; 0x0200 in the numbering of those after it */
#define SSL2_LATE 0x0200

#define DATE_TEXT 19 /* 2024-05-01T12:00:00, of time_eve()'s text */

#define REDIRECT_FROM 301 /* Location of 201 and others does not lead away (RFC 9110, 10.2.2) */
#define REDIRECT_TO   308

static void version_json(struct json *json, uint16_t version)
{
	static const struct {
		uint16_t version;
		const char *name;
	} known[] = {
		{ 0x0304, "TLS 1.3" },  { 0x0303, "TLS 1.2" }, { 0x0302, "TLS 1.1" },
		{ 0x0301, "TLSv1" },    { 0x0300, "SSLv3" },   { SSL2, "SSLv2" },
		{ SSL2_LATE, "SSLv2" }, { 0, "UNDETERMINED" },
	};
	char text[24];

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].version == version) {
			json_put_string(json, "version", known[i].name);
			return;
		}
	}
	if (version >> 8 == 0x7f) /* the drafts of RFC 8446, 4.2.1.1 */
		snprintf(text, sizeof(text), "TLS 1.3 draft-%u", version & 0xff);
	else
		snprintf(text, sizeof(text), "0x%04x", version);
	json_put_string(json, "version", text);
}

/* Suricata writes no zone here; certificates tell UTC. */
static void date_json(struct json *json, const char *key, usec_t t)
{
	char text[TIME_TEXT];

	if (t != 0)
		eve_text(json, key, (struct span){ (const uint8_t *)time_eve(t, text), DATE_TEXT });
}

static void hash_json(struct json *json, const char *key, struct span hash, struct span string)
{
	if (hash.len == 0)
		return;
	json_put_object(json, key);
	eve_text(json, "hash", hash);
	eve_text(json, "string", string);
	json_close_object(json);
}

static void fingerprints_json(struct json *json, const struct event_tls *tls)
{
	hash_json(json, "ja3", tls->ja3, tls->ja3_string);
	hash_json(json, "ja3s", tls->ja3s, tls->ja3s_string);
	eve_text(json, "ja4", tls->ja4);
}

static void tls_json(struct json *json, const struct event *event)
{
	const struct event_tls *tls = &event->tls;

	json_put_object(json, "tls");
	eve_text(json, "subject", tls->subject);
	eve_text(json, "issuerdn", tls->issuer);
	if (tls->resumed)
		json_put_bool(json, "session_resumed", true);
	eve_text(json, "serial", tls->serial);
	eve_text(json, "fingerprint", tls->fingerprint);
	eve_text(json, "sni", tls->sni);
	version_json(json, tls->version);
	date_json(json, "notbefore", tls->not_before);
	date_json(json, "notafter", tls->not_after);
	fingerprints_json(json, tls);
	json_close_object(json);
	json_put_object(json, "hinomi");
	json_put_bool(json, "answered", tls->answered);
	eve_list(json, "alpn", tls->alpn, ',');
	eve_list(json, "names", tls->names, ' ');
	if (tls->subject.len > 0)
		json_put_bool(json, "self_signed", tls->self_signed);
	json_close_object(json);
}

/* "1", "Q046", or hex digits: Suricata names Google's last versions from before the standard. */
static void quic_version_json(struct json *json, uint32_t version)
{
	static const struct {
		uint32_t version;
		const char *name;
	} known[] = {
		{0x51303339, "Q039"}, {0x51303433, "Q043"}, {0x51303434, "Q044"},
		{0x51303435, "Q045"}, {0x51303436, "Q046"},
	};
	char text[9];

	snprintf(text, sizeof(text), "%" PRIx32, version);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].version == version)
			snprintf(text, sizeof(text), "%s", known[i].name);
	json_put_string(json, "version", text);
}

static void quic_json(struct json *json, const struct event *event)
{
	const struct event_tls *tls = &event->tls;

	json_put_object(json, "quic");
	quic_version_json(json, tls->quic_version);
	eve_text(json, "sni", tls->sni);
	fingerprints_json(json, tls);
	json_close_object(json);
	if (tls->alpn.len == 0)
		return;
	json_put_object(json, "hinomi");
	eve_list(json, "alpn", tls->alpn, ',');
	json_close_object(json);
}

static void http_json(struct json *json, const struct event *event)
{
	const struct event_http *http = &event->http;

	json_put_object(json, "http");
	eve_text(json, "hostname", http->host);
	eve_text(json, "url", http->url);
	eve_text(json, "http_user_agent", http->agent);
	eve_text(json, "http_content_type", http->type);
	eve_text(json, "server", http->server);
	eve_text(json, "http_refer", http->referer);
	eve_text(json, "http_method", http->method);
	eve_text(json, "protocol", http->protocol);
	if (http->status != 0)
		json_put_uint(json, "status", http->status);
	if (http->status >= REDIRECT_FROM && http->status <= REDIRECT_TO)
		eve_text(json, "redirect", http->location);
	json_put_uint(json, "length", http->response_body);
	json_close_object(json);
	if (http->request_body == 0)
		return;
	json_put_object(json, "hinomi");
	json_put_uint(json, "request_length", http->request_body);
	json_close_object(json);
}

/* A path in the angle brackets that the parser took off and Suricata keeps (RFC 5321, 4.1.2). */
static void path_json(struct json *json, struct span path)
{
	uint8_t room[EVENT_TEXT_MAX + 2];
	struct pen pen = pen_init(room, sizeof(room));

	pen_byte(&pen, '<');
	pen_span(&pen, path);
	pen_byte(&pen, '>');
	json_span(json, pen_since(&pen, 0));
}

static void recipients_json(struct json *json, struct span to)
{
	struct span word;

	if (to.len == 0)
		return;
	json_put_array(json, "rcpt_to");
	while (text_word(&to, &word))
		path_json(json, word);
	json_close_array(json);
}

static struct span trimmed(struct span s)
{
	while (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
		s = (struct span){ s.ptr + 1, s.len - 1 };
	while (s.len > 0 && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
		s.len--;
	return s;
}

/* The addresses of a field of a header: what commas part outside of quotes (RFC 5322, 3.4). The last
 * of a list that was cut is none. */
static void addresses_json(struct json *json, const char *key, struct span list)
{
	bool quoted = false;
	size_t begin = 0;

	if (list.len == 0)
		return;
	json_put_array(json, key);
	for (size_t i = 0; i <= list.len; i++) {
		struct span one = trimmed((struct span){ list.ptr + begin, i - begin });

		if (i == EVENT_TEXT_MAX)
			break;
		if (i < list.len && list.ptr[i] == '"')
			quoted = !quoted;
		if (i < list.len && (list.ptr[i] != ',' || quoted))
			continue;
		begin = i + 1;
		if (one.len > 0)
			json_span(json, one);
	}
	json_close_array(json);
}

static void email_json(struct json *json, const struct event_smtp *smtp)
{
	if (smtp->subject.len + smtp->message_id.len + smtp->header_from.len +
		    smtp->header_to.len + smtp->header_cc.len + smtp->files.len ==
	    0)
		return;
	json_put_object(json, "email");
	eve_text(json, "from", smtp->header_from);
	addresses_json(json, "to", smtp->header_to);
	addresses_json(json, "cc", smtp->header_cc);
	eve_text(json, "subject", smtp->subject);
	eve_text(json, "message_id", smtp->message_id);
	eve_list(json, "attachment", smtp->files, '\n');
	json_close_object(json);
}

static void smtp_json(struct json *json, const struct event *event)
{
	const struct event_smtp *smtp = &event->smtp;

	json_put_object(json, "smtp");
	eve_text(json, "helo", smtp->helo);
	if (smtp->from.len > 0 || smtp->recipients > 0) { /* <>: a notice of non-delivery */
		json_key(json, "mail_from");
		path_json(json, smtp->from);
	}
	recipients_json(json, smtp->to);
	json_close_object(json);
	email_json(json, smtp);
	json_put_object(json, "hinomi");
	json_put_uint(json, "recipients", smtp->recipients);
	json_put_uint(json, "refused", smtp->refused);
	json_put_bool(json, "accepted", smtp->accepted);
	json_put_bool(json, "starttls", smtp->tls);
	json_put_uint(json, "message_length", smtp->message);
	json_close_object(json);
}

/* The software without the comment behind it (RFC 4253, 4.2), which stays in `said`. */
static void ssh_end_json(struct json *json, const char *key, struct span version,
			 struct span *said, struct span hassh)
{
	struct span none = {NULL, 0}, software;
	bool told = text_word(said, &software);

	if (!told && version.len == 0)
		return;
	json_put_object(json, key);
	eve_text(json, "proto_version", version);
	eve_text(json, "software_version", software);
	hash_json(json, "hassh", hassh, none);
	json_close_object(json);
}

static void comment_json(struct json *json, const char *key, struct span behind)
{
	if (behind.len > 1)
		eve_text(json, key, (struct span){behind.ptr + 1, behind.len - 1});
}

static void ssh_json(struct json *json, const struct event *event)
{
	const struct event_ssh *ssh = &event->ssh;
	struct span client = ssh->client, server = ssh->server;

	json_put_object(json, "ssh");
	ssh_end_json(json, "client", ssh->client_version, &client, ssh->hassh);
	ssh_end_json(json, "server", ssh->server_version, &server, ssh->hassh_server);
	json_close_object(json);
	if (client.len <= 1 && server.len <= 1) /* the space before a comment is in it */
		return;
	json_put_object(json, "hinomi");
	comment_json(json, "client_comment", client);
	comment_json(json, "server_comment", server);
	json_close_object(json);
}

static void login_json(struct json *json, const struct event *event)
{
	static const char *const outcomes[] = {
		[LOGIN_UNKNOWN] = "unknown",
		[LOGIN_ACCEPTED] = "accepted",
		[LOGIN_REFUSED] = "refused",
	};
	const struct event_login *login = &event->login;

	json_put_object(json, "hinomi_login");
	eve_text(json, "user", login->user);
	json_put_string(json, "outcome", outcomes[login->outcome]);
	json_put_bool(json, "password_sent", login->has_password);
	json_put_bool(json, "default_password", login->weak);
	json_put_bool(json, "anonymous", login->anonymous);
	json_close_object(json);
}

static void digest_json(struct json *json, const char *key, struct span digest)
{
	char text[2 * sizeof((struct event_file){ 0 }.sha256)];
	struct pen pen = pen_init(text, sizeof(text));

	pen_hex(&pen, digest, 0, PEN_LOWER);
	json_key(json, key);
	json_span(json, pen_since(&pen, 0));
}

/* A range of a file is as closed as a file, when all of the range is there. */
static void file_json(struct json *json, const struct event *event)
{
	const struct event_file *file = &event->file;
	bool closed = file->whole || (file->ranged && file->hashed);

	json_put_object(json, "fileinfo");
	eve_text(json, "filename", file->name);
	json_put_bool(json, "gaps", !closed);
	json_put_string(json, "state", closed ? "CLOSED" : "TRUNCATED");
	if (file->hashed_all) {
		digest_json(json, "md5", (struct span){ file->md5, sizeof(file->md5) });
		digest_json(json, "sha1", (struct span){ file->sha1, sizeof(file->sha1) });
	}
	if (file->hashed)
		digest_json(json, "sha256", (struct span){ file->sha256, sizeof(file->sha256) });
	json_put_bool(json, "stored", false);
	json_put_uint(json, "size", file->size);
	if (file->ranged && file->hashed && file->full > 0) {
		json_put_uint(json, "start", file->first);
		json_put_uint(json, "end", file->first + file->size - 1);
	}
	json_put_uint(json, "tx_id", 0);
	json_close_object(json);
	json_put_object(json, "hinomi");
	json_put_string(json, "type", file_type_name(file->type));
	eve_text(json, "declared_type", file->declared);
	if (file->full > 0)
		json_put_uint(json, "full_size", file->full);
	if (file->hashed_carried)
		digest_json(json, "carried_sha256",
			    (struct span){ file->carried_sha256, sizeof(file->carried_sha256) });
	json_close_object(json);
}

/* Texts to a person are private, and bots tell their masters' services passwords in them: only those
 * to a channel are told. */
static bool irc_is_public(const struct event_irc *irc)
{
	return irc->channel.len > 0 && memchr("#&+!", irc->channel.ptr[0], 4) != NULL;
}

static void irc_json(struct json *json, const struct event *event)
{
	static const char *const verbs[] = {
		[IRC_NICK] = "nick",
		[IRC_WELCOME] = "welcome",
		[IRC_JOIN] = "join",
		[IRC_TEXT] = "text",
	};
	const struct event_irc *irc = &event->irc;

	json_put_object(json, "hinomi_irc");
	json_put_string(json, "said", verbs[irc->verb]);
	json_put_bool(json, "from_server", irc->from_server);
	eve_text(json, "nick", irc->nick);
	eve_text(json, "server", irc->server);
	eve_text(json, "from", irc->from);
	eve_text(json, "channel", irc->channel);
	if (irc_is_public(irc))
		eve_text(json, "text", irc->text);
	else if (irc->text.len > 0)
		json_put_uint(json, "text_length", irc->text.len);
	json_close_object(json);
}

static void mining_json(struct json *json, const struct event *event)
{
	static const char *const methods[] = {
		[MINING_NONE] = "none",     [MINING_SUBSCRIBE] = "subscribe",
		[MINING_AUTHORIZE] = "authorize", [MINING_LOGIN] = "login",
		[MINING_SUBMIT] = "submit", [MINING_JOB] = "job",
		[MINING_OTHER] = "other",
	};
	const struct event_mining *mining = &event->mining;

	json_put_object(json, "hinomi_mining");
	json_put_string(json, "method", methods[mining->method]);
	eve_text(json, "user", mining->user);
	eve_text(json, "agent", mining->agent);
	json_close_object(json);
}

/* Option 53 (RFC 2132, 9.6) and the types of RFC 8415, 7.3. NULL: other numbers. */
static const char *dhcp_type_name(const struct event_dhcp *dhcp)
{
	static const char *const four[] = { NULL,  "discover", "offer",   "request", "decline",
					    "ack", "nak",      "release", "inform" };
	static const char *const six[] = { NULL,      "solicit",     "advertise",
					   "request", "confirm",     "renew",
					   "rebind",  "reply",       "release",
					   "decline", "reconfigure", "information-request" };

	if (dhcp->version == 6)
		return dhcp->type < sizeof(six) / sizeof(six[0]) ? six[dhcp->type] : NULL;
	return dhcp->type < sizeof(four) / sizeof(four[0]) ? four[dhcp->type] : NULL;
}

/* Whether it is of a type that servers send; BOOTP has none, but only servers assign. */
static bool dhcp_is_reply(const struct event_dhcp *dhcp)
{
	static const struct ip none;

	if (dhcp->type == 0)
		return !ip_equal(&dhcp->assigned, &none);
	if (dhcp->version == 6) /* ADVERTISE, REPLY, RECONFIGURE */
		return dhcp->type == 2 || dhcp->type == 7 || dhcp->type == 10;
	return dhcp->type == 2 || dhcp->type == 5 || dhcp->type == 6; /* OFFER, ACK, NAK */
}

static void dhcp_ip_json(struct json *json, const char *key, const struct ip *ip)
{
	static const struct ip none;
	char text[IP_TEXT];

	if (!ip_equal(ip, &none))
		json_put_string(json, key, ip_text(ip, text));
}

static void mac_json(struct json *json, const char *key, const uint8_t mac[6])
{
	static const uint8_t none[6];
	char text[6 * 3];
	struct pen pen = pen_init(text, sizeof(text));

	if (memcmp(mac, none, sizeof(none)) == 0)
		return;
	pen_hex(&pen, (struct span){ mac, sizeof(none) }, ':', PEN_LOWER);
	eve_text(json, key, pen_since(&pen, 0));
}

/* The options that a client asks for, those that Suricata has names for. */
static void params_json(struct json *json, struct span fingerprint)
{
	static const struct {
		const char *number, *name;
	} known[] = {
		{ "1", "subnet_mask" },       { "3", "router" },           { "6", "dns_server" },
		{ "15", "domain" },           { "35", "arp_timeout" },     { "42", "ntp_server" },
		{ "66", "tftp_server_name" }, { "150", "tftp_server_ip" },
	};
	struct span one;

	if (fingerprint.len == 0)
		return;
	json_put_array(json, "params");
	while (text_piece(&fingerprint, ',', &one))
		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			if (one.len == strlen(known[i].number) &&
			    memcmp(one.ptr, known[i].number, one.len) == 0)
				json_write_string(json, known[i].name);
	json_close_array(json);
}

static void dhcp_json(struct json *json, const struct event *event)
{
	const struct event_dhcp *dhcp = &event->dhcp;
	const char *type = dhcp_type_name(dhcp);

	json_put_object(json, "dhcp");
	json_put_string(json, "type", dhcp_is_reply(dhcp) ? "reply" : "request");
	json_put_uint(json, "id", dhcp->id);
	mac_json(json, "client_mac", dhcp->mac);
	dhcp_ip_json(json, "assigned_ip", &dhcp->assigned);
	if (dhcp->type != 0)
		json_put_string(json, "dhcp_type", type != NULL ? type : "unknown");
	dhcp_ip_json(json, "requested_ip", &dhcp->requested);
	eve_text(json, "hostname", dhcp->hostname);
	eve_text(json, "vendor_class_identifier", dhcp->vendor);
	if (dhcp->version != 6) /* the names are of version 4's numbers */
		params_json(json, dhcp->fingerprint);
	json_close_object(json);
	json_put_object(json, "hinomi");
	json_put_uint(json, "version", dhcp->version);
	eve_text(json, "fingerprint", dhcp->fingerprint);
	json_close_object(json);
}

static void dns_json(struct json *json, const struct event *event)
{
	eve_dns(json, &event->dns);
}

#define DHCP4_SERVER 67  /* RFC 2131, 4.1 */
#define DHCP6_SERVER 547 /* RFC 8415, 7.2 */

/* The end that is the source: the client, as in Suricata's events of transactions; but who sent
 * it for files and DHCP, where that is how Suricata tells a direction. A DHCP reply to everybody
 * is a conversation of its own that the server began: there the ports tell. */
static unsigned source_of(const struct event *event)
{
	const struct event_dhcp *dhcp = &event->dhcp;
	uint16_t port;

	if (event->kind == EVENT_FILE && event->file.to_client)
		return !event->client;
	if (event->kind != EVENT_DHCP)
		return event->client;
	port = dhcp->version == 6 ? DHCP6_SERVER : DHCP4_SERVER;
	for (unsigned end = 0; end < 2; end++) /* a relay has the server's port too: both, then */
		if (event->key.port[end] == port && event->key.port[!end] != port)
			return dhcp_is_reply(dhcp) ? end : !end;
	return event->client;
}

void eve_event(FILE *out, const struct event *event)
{
	static void (*const bodies[EVENT_KINDS])(struct json *, const struct event *) = {
		[EVENT_DNS] = dns_json,     [EVENT_TLS] = tls_json,   [EVENT_QUIC] = quic_json,
		[EVENT_HTTP] = http_json,   [EVENT_SMTP] = smtp_json, [EVENT_SSH] = ssh_json,
		[EVENT_LOGIN] = login_json, [EVENT_FILE] = file_json, [EVENT_DHCP] = dhcp_json,
		[EVENT_IRC] = irc_json,     [EVENT_MINING] = mining_json,
	};
	static const char *const own[EVENT_KINDS] = {
		[EVENT_LOGIN] = "hinomi_login",
		[EVENT_IRC] = "hinomi_irc",
		[EVENT_MINING] = "hinomi_mining",
	};
	struct json json = json_init(out);

	if (bodies[event->kind] == NULL)
		return;
	eve_head(&json, &(struct eve_head){
				.type = own[event->kind] ? own[event->kind]
							 : event_kind_name(event->kind),
				.ts = event->ts,
				.began = event->began,
				.key = &event->key,
				.from = source_of(event),
				.app = event->app,
			});
	eve_community(&json, &event->key);
	bodies[event->kind](&json, event);
	json_close_object(&json);
	json_end_line(&json);
}
