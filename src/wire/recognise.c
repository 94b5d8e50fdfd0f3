/* recognise.c - one look at the first byte, then at the few protocols that begin so. */
#include "wire/recognise.h"

#include "base/cursor.h"
#include "wire/bittorrent.h"
#include "wire/dhcp.h"
#include "wire/ldap.h"
#include "wire/line.h"
#include "wire/mqtt.h"
#include "wire/ntp.h"
#include "wire/openvpn.h"
#include "wire/rdp.h"
#include "wire/recognise_private.h"
#include "wire/sip.h"
#include "wire/smb.h"
#include "wire/snmp.h"
#include "wire/ssdp.h"
#include "wire/stun.h"
#include "wire/tftp.h"
#include "wire/wireguard.h"

#define PORT_DNS      53
#define PORT_NBNS     137
#define PORT_MDNS     5353
#define PORT_LLMNR    5355
#define PORT_TELNET   23
#define PORT_TELNET_2 2323 /* where devices often have it */
#define COMMANDS      32   /* of Telnet in one payload that are looked at */

static bool port_is(const struct recognise_ask *ask, uint16_t port)
{
	return ask->port[0] == port || ask->port[1] == port;
}

/* Small devices negotiate nothing: on telnet's own port, the question for a user's name is enough. */
static bool telnet_prompts(const struct recognise_ask *ask)
{
	static const char *const words[] = { "ogin:", "sername:", "assword:" };
	struct span s = ask->payload;

	if (!ask->side || (ask->port[1] != PORT_TELNET && ask->port[1] != PORT_TELNET_2))
		return false;
	while (s.len && s.ptr[s.len - 1] == ' ')
		s.len--;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i]);

		if (s.len > n && memcmp(s.ptr + s.len - n, words[i], n) == 0)
			return true;
	}
	return false;
}

/* Telnet's commands (RFC 854): two of them, or one on its own port, or one with text behind it. */
static bool telnet_looks(const struct recognise_ask *ask)
{
	struct cur c = cur_init(ask->payload);
	unsigned n = 0;

	while (n < COMMANDS && c.left >= 3 && *c.p == 0xff) {
		const uint8_t *command = cur_take(&c, 3);

		if (command[1] < 0xfa || command[1] > 0xfe ||
		    (command[2] > 50 && command[2] != 0xff))
			return false;
		n++;
		if (command[1] == 0xfa) /* a subnegotiation, of any length, goes on */
			break;
	}
	if (!n)
		return false;
	return n >= 2 || ask->port[1] == PORT_TELNET || ask->port[1] == PORT_TELNET_2;
}

/* DNS over TCP: a length comes first (RFC 1035, 4.2.2), and the message, perhaps only its
 * beginning. */
static bool dns_stream(struct span payload)
{
	struct cur c = cur_init(payload);
	uint16_t length = cur_be16(&c);

	return length >= 17 && length == c.left && recognise_dns(cur_rest(&c));
}

static enum app stream_app(const struct recognise_ask *ask)
{
	struct span s = ask->payload;
	struct bittorrent_hello torrent;

	switch (s.ptr[0]) {
	case 0x16:
		if (recognise_tls(s))
			return APP_TLS;
		break;
	case 0x03:
		if (rdp_looks(s))
			return APP_RDP;
		break;
	case 0xff:
		if (telnet_looks(ask))
			return APP_TELNET;
		break;
	case 0x10:
		if (!ask->side && mqtt_looks(s))
			return APP_MQTT;
		break;
	case 0x13:
		if (bittorrent_read(s, false, &torrent))
			return APP_BITTORRENT;
		break;
	case 0x30:
		if (ldap_looks(s))
			return APP_LDAP;
		break;
	case 0x00:
	case 0x81:
		if (smb_looks(s))
			return APP_SMB;
		break;
	}
	if (s.ptr[0] >= ' ' && s.ptr[0] <= '~') {
		enum app app = recognise_text(ask);

		if (app != APP_NONE)
			return app;
	}
	if (telnet_prompts(ask))
		return APP_TELNET;
	if (dns_stream(s))
		return APP_DNS;
	return openvpn_looks(s, ask->side, true) ? APP_OPENVPN : APP_NONE;
}

static enum app text_datagram(struct span s)
{
	struct ssdp_message ssdp;
	struct sip_message sip;

	if (ssdp_read(s, &ssdp))
		return APP_SSDP;
	return sip_read(s, &sip) ? APP_SIP : APP_NONE;
}

/* Protocols of datagrams in the order of what is sure: exact constants before plausibility. */
static enum app sure_datagram(const struct recognise_ask *ask)
{
	struct span s = ask->payload;
	struct bittorrent_hello torrent;
	struct stun_message stun;
	struct snmp_message snmp;

	if (stun_read(s, &stun))
		return APP_STUN;
	if (wireguard_type(s) != WIREGUARD_NONE)
		return APP_WIREGUARD;
	if (s.ptr[0] == 0x30 && snmp_read(s, &snmp))
		return APP_SNMP;
	if (s.ptr[0] == 0x30 && ldap_looks(s))
		return APP_LDAP;
	if (bittorrent_read(s, true, &torrent))
		return torrent.kind == BITTORRENT_DHT ? APP_BITTORRENT_DHT : APP_BITTORRENT;
	if (s.ptr[0] >= 'A' && s.ptr[0] <= 'Z')
		return text_datagram(s);
	if (openvpn_looks(s, ask->side, false))
		return APP_OPENVPN;
	return tftp_looks(s) ? APP_TFTP : APP_NONE;
}

static enum app name_service(const struct recognise_ask *ask)
{
	if (recognise_nbns(ask->payload))
		return APP_NBNS;
	if (!recognise_dns(ask->payload))
		return APP_NONE;
	if (port_is(ask, PORT_NBNS)) /* names that are not of NetBIOS's form are sent there too */
		return APP_NBNS;
	if (port_is(ask, PORT_MDNS))
		return APP_MDNS;
	return port_is(ask, PORT_LLMNR) ? APP_LLMNR : APP_DNS;
}

static enum app datagram_app(const struct recognise_ask *ask)
{
	struct span s = ask->payload;
	struct dhcp_message dhcp;
	struct ntp_message ntp;
	enum app app = sure_datagram(ask);

	if (app == APP_NONE)
		app = name_service(ask);
	if (app != APP_NONE)
		return app;
	if (recognise_quic(s, ask->side))
		return APP_QUIC;
	if (ntp_read(s, &ntp))
		return APP_NTP;
	if (s.ptr[0] <= 11 && dhcp_read(s, &dhcp))
		return APP_DHCP;
	if (recognise_ike(s))
		return APP_IKE;
	if (s.ptr[0] >> 6 == 2 && rtcp_looks(s))
		return APP_RTP;
	return ask->rtp && rtp_follows(ask->rtp, s) ? APP_RTP : APP_NONE;
}

enum app recognise_app(const struct recognise_ask *ask)
{
	if (ask->payload.len < 3)
		return APP_NONE;
	if (ask->proto == PROTO_TCP)
		return stream_app(ask);
	return ask->proto == PROTO_UDP ? datagram_app(ask) : APP_NONE;
}
