/* beacon_flow.c - which conversations may be beats. */
#include "detect/beacon.h"

bool beacon_port_is_periodic(uint8_t proto, uint16_t port)
{
	static const uint16_t both[] = { 53, 123, 853 };
	static const uint16_t udp[] = { 67,  68,   137,  138,  161,  162,  514,  546,
					547, 1900, 3478, 3702, 5060, 5351, 5353, 5355 };
	static const uint16_t tcp[] = { 25, 110, 143, 465, 587, 993, 995 };

	return port_among(both, sizeof(both) / sizeof(both[0]), port) ||
	       (proto == PROTO_UDP ? port_among(udp, sizeof(udp) / sizeof(udp[0]), port)
				   : port_among(tcp, sizeof(tcp) / sizeof(tcp[0]), port)) ||
	       port_is_held(proto, port);
}

bool beacon_flow_is_web(const struct flow *f)
{
	uint16_t port = f->key.port[!flow_initiator(f)];
	bool usual = port == 80 || port == 443 || port == 8080 || port == 8443;

	return usual && (f->app == APP_HTTP || f->app == APP_TLS || f->key.proto == PROTO_UDP);
}

/* Logins that are repeated are password guessing or a script's, and told by bruteforce.c. */
static bool app_is_login(uint8_t app)
{
	return app == APP_SSH || app == APP_RDP || app == APP_FTP || app == APP_TELNET ||
	       app == APP_SMTP;
}

bool beacon_flow_counts(const struct flow *f)
{
	return (f->key.proto == PROTO_TCP || f->key.proto == PROTO_UDP) && flow_is_outward(f) &&
	       !app_is_login(f->app) &&
	       !beacon_port_is_periodic(f->key.proto, f->key.port[!flow_initiator(f)]);
}
