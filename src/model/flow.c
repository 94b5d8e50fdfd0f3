/* flow.c - application names, and Community ID v1. */
#include "model/flow.h"

#include "base/digest.h"

const char *app_name(enum app app)
{
	static const char *const names[] = {
		[APP_NONE] = "",
		[APP_HTTP] = "http",
		[APP_TLS] = "tls",
		[APP_SSH] = "ssh",
		[APP_FTP] = "ftp",
		[APP_FTP_DATA] = "ftp-data",
		[APP_SMTP] = "smtp",
		[APP_TELNET] = "telnet",
		[APP_RDP] = "rdp",
		[APP_DNS] = "dns",
		[APP_MDNS] = "mdns",
		[APP_LLMNR] = "llmnr",
		[APP_NBNS] = "nbns",
		[APP_QUIC] = "quic",
		[APP_IRC] = "irc",
		[APP_POP3] = "pop3",
		[APP_IMAP] = "imap",
		[APP_RFB] = "rfb",
		[APP_DHCP] = "dhcp",
		[APP_NTP] = "ntp",
		[APP_SSDP] = "ssdp",
		[APP_SNMP] = "snmp",
		[APP_TFTP] = "tftp",
		[APP_MQTT] = "mqtt",
		[APP_SMB] = "smb",
		[APP_STUN] = "stun",
		[APP_RTP] = "rtp",
		[APP_WIREGUARD] = "wireguard",
		[APP_OPENVPN] = "openvpn",
		[APP_IKE] = "ike",
		[APP_SIP] = "sip",
		[APP_LDAP] = "ldap",
		[APP_BITTORRENT] = "bittorrent",
		[APP_BITTORRENT_DHT] = "bittorrent-dht",
		[APP_MINING] = "stratum",
	};

	return names[app];
}

static char *base64_20(const uint8_t in[20], char *out)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (int i = 0; i < 21; i += 3) {
		uint32_t v = (uint32_t)in[i] << 16 | (uint32_t)in[i + 1] << 8 |
			     (i + 2 < 20 ? in[i + 2] : 0u);

		*out++ = digits[v >> 18];
		*out++ = digits[v >> 12 & 63];
		*out++ = digits[v >> 6 & 63];
		*out++ = i + 2 < 20 ? digits[v & 63] : '=';
	}
	*out = '\0';
	return out;
}

char *community_id(const struct flow_key *key, char text[COMMUNITY_ID_TEXT])
{
	uint8_t message[55], digest[SHA1_BYTES];
	size_t length = 0, width = ip_is_v4(&key->ip[0]) && ip_is_v4(&key->ip[1]) ? 4 : 16;

	message[length++] = 0; /* seed */
	message[length++] = 0;
	for (int end = 0; end < 2; end++) {
		memcpy(message + length, key->ip[end].b + 16 - width, width);
		length += width;
	}
	message[length++] = key->proto;
	message[length++] = 0;
	if (key->proto == PROTO_TCP || key->proto == PROTO_UDP || key->proto == PROTO_ICMP ||
	    key->proto == PROTO_ICMP6) {
		for (int end = 0; end < 2; end++) {
			message[length++] = (uint8_t)(key->port[end] >> 8);
			message[length++] = (uint8_t)key->port[end];
		}
	}
	sha1_of((struct span){ message, length }, digest);
	memcpy(text, "1:", 2);
	base64_20(digest, text + 2);
	return text;
}
