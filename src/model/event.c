/* event.c - names of events. */
#include "model/event.h"

const char *event_kind_name(enum event_kind kind)
{
	static const char *const names[EVENT_KINDS] = {
		[EVENT_DNS] = "dns",     [EVENT_TLS] = "tls",           [EVENT_QUIC] = "quic",
		[EVENT_HTTP] = "http",   [EVENT_SMTP] = "smtp",         [EVENT_SSH] = "ssh",
		[EVENT_LOGIN] = "login", [EVENT_FILE] = "fileinfo",     [EVENT_DHCP] = "dhcp",
		[EVENT_IRC] = "irc",     [EVENT_MINING] = "mining",     [EVENT_OTHER] = "app",
	};

	return names[kind];
}
