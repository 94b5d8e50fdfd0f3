/* flow.c - application names, and Community ID v1 with the SHA-1 (RFC 3174) that it asks for. */
#include "model/flow.h"

#include <stdio.h>

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

static uint32_t rotl(uint32_t value, unsigned by)
{
	return value << by | value >> (32 - by);
}

/* SHA-1 of a message of at most 55 bytes: one block. Not for security: the specification's hash. */
static void sha1_short(const uint8_t *message, size_t length, uint8_t digest[20])
{
	uint32_t h[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
	uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], w[80];
	uint8_t block[64] = { 0 };

	memcpy(block, message, length);
	block[length] = 0x80;
	block[62] = (uint8_t)(length * 8 >> 8);
	block[63] = (uint8_t)(length * 8);
	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
		       (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
	for (int i = 16; i < 80; i++)
		w[i] = rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (int i = 0; i < 80; i++) {
		uint32_t f = i < 20   ? ((b & c) | (~b & d)) + 0x5a827999
			     : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
			     : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
				      : (b ^ c ^ d) + 0xca62c1d6;
		uint32_t next = rotl(a, 5) + f + e + w[i];

		e = d;
		d = c;
		c = rotl(b, 30);
		b = a;
		a = next;
	}
	h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
	for (int i = 0; i < 20; i++)
		digest[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
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
	uint8_t message[55], digest[20];
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
	sha1_short(message, length, digest);
	memcpy(text, "1:", 2);
	base64_20(digest, text + 2);
	return text;
}
