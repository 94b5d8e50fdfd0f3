/* outward.c - who began a conversation and with whom, and names that may be shown. */
#include "detect/outward.h"

#include <string.h>

bool event_is_outward(const struct home *home, const struct event *event)
{
	const struct ip *server = event_server(event);

	return home_has(home, event_client(event)) && !home_has(home, server) &&
	       !ip_is_multicast(server);
}

static bool byte_is_name(uint8_t byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || byte == '.' || byte == '-' || byte == '_';
}

void host_text(struct span name, char text[HOST_TEXT])
{
	size_t length = name.len < HOST_TEXT - 1 ? name.len : HOST_TEXT - 1;

	memset(text, 0, HOST_TEXT);
	for (size_t i = 0; i < length; i++) {
		if (!byte_is_name(name.ptr[i])) {
			memset(text, 0, HOST_TEXT);
			return;
		}
		text[i] = (char)name.ptr[i];
	}
}

bool host_is_address(struct span name)
{
	size_t dots = 0;

	if (name.len && name.ptr[0] == '[') /* RFC 3986, 3.2.2: an IPv6 address */
		return true;
	for (size_t i = 0; i < name.len && name.ptr[i] != ':'; i++) {
		if (name.ptr[i] == '.')
			dots++;
		else if (name.ptr[i] < '0' || name.ptr[i] > '9')
			return false;
	}
	return dots == 3;
}

bool port_is_held(uint8_t proto, uint16_t port)
{
	/* IMAP IDLE (RFC 2177); XMPP; Apple push; Google push; MQTT; WhatsApp; Azure and AWS IoT
	 * use 8883, too; OpenVPN */
	static const uint16_t tcp[] = { 143,  993,  1883, 4244, 5222, 5223,
					5228, 5229, 5230, 5242, 8883, 1194 };
	/* IKE and IPsec over UDP, OpenVPN, WireGuard, Tailscale */
	static const uint16_t udp[] = { 500, 1194, 4500, 41641, 51820 };

	return proto == PROTO_UDP ? port_among(udp, sizeof(udp) / sizeof(udp[0]), port)
				  : port_among(tcp, sizeof(tcp) / sizeof(tcp[0]), port);
}
