/*
 * advice.c - titles and advice for every kind of incident.
 *
 * Sources of the advice: CISA/MS-ISAC "Understanding and Responding to DDoS Attacks" (2024),
 * RFC 4987 (SYN floods), RFC 5635 (blackholing), JPCERT/CC and NISC notices to operators, and for
 * home devices the NOTICE project's guidance to owners of abused cameras and routers.
 */
#include "incident/advice.h"

#include <string.h>

static const char flood_own_device[] =
	"Disconnect the device from the network now; it is attacking somebody else.\n"
	"Find out what it is by its address (DHCP leases, the switch's or router's list).\n"
	"Switch it off and on again, update its firmware, and change its password before it is "
	"reconnected: most such malware does not survive a restart, but returns through the same "
	"weakness.\n"
	"Close the port forwarding or UPnP rule that exposed it, and look for other devices of the "
	"same make.";

static const char flood_syn[] =
	"Switch on SYN cookies on the target (Linux: sysctl net.ipv4.tcp_syncookies=1); they keep "
	"real customers coming in.\n"
	"If the line itself is full, call your provider now and ask for filtering or scrubbing; give "
	"the target, the port and the time.\n"
	"Do not block source addresses one by one: they are probably forged.\n"
	"Put a scrubbing service or a load balancer in front before the next attack.";

static const char flood_reflection[] =
	"Ask your provider to drop UDP from this source port to the target; you seldom need it.\n"
	"Until then drop it at your own edge; it helps as long as the line is not full.\n"
	"If you use this service yourself, allow it from the few servers that you use.\n"
	"Do not retaliate: the sources are abused servers of others.";

static const char flood_volume[] =
	"Ask your provider to filter or rate-limit this traffic to the target; give the numbers "
	"above.\n"
	"If the target does not need this kind of traffic, drop it at your edge.\n"
	"If everything else suffers, ask for a blackhole of the target as the last resort: it takes "
	"the target offline and saves the rest.";

static const char flood_stray[] =
	"Let a stateful firewall drop packets that belong to no connection (nftables: ct state "
	"invalid drop).\n"
	"If the line itself is full, ask your provider to filter by the pattern above.\n"
	"Do not block source addresses one by one: they are probably forged.";

static const char flood_http[] =
	"Limit requests per client address at the web server or proxy (nginx: limit_req).\n"
	"Block the sources named above if they are few; check first that they are no shared proxy.\n"
	"Let the cache ignore unknown query parameters, so that random ones cannot pass it.\n"
	"If sources are many, switch on the challenge page of your CDN or web application firewall.";

static const char scan_inbound[] =
	"Check that the ports it asked for are closed to the internet unless they must be open.\n"
	"Block the source at the edge if it goes on; scans come before attacks.\n"
	"Look for successful connections from the same source at the same time.";

static const char scan_own_device[] =
	"Treat the device as infected until shown otherwise: take it off the network or into a "
	"separate one.\n"
	"Find its owner and ask whether this is a scanner or inventory tool that they run.\n"
	"If not: check it for malware, update it, change its passwords, and look for others that "
	"behave alike.";

static const char bruteforce_inbound[] =
	"Check the server's log for a login that succeeded from this source; if there is one, treat "
	"the server as broken into.\n"
	"Block the source, and close this service to the internet or put it behind a VPN.\n"
	"Allow only keys or multi-factor logins, and limit attempts (fail2ban, sshguard).";

static const char beacon_own[] =
	"Find out which program calls: on the device, look for the connection named above (Windows: "
	"netstat -abno; Linux: ss -tunp).\n"
	"Ask whether it is an updater, a monitoring tool or the maker's cloud; if so, make an "
	"exception for it.\n"
	"If nobody knows it: take the device off the network without switching it off, check it for "
	"malware, and block the address at your edge.\n"
	"Look for other devices of yours that call the same address.";

static const char long_own[] =
	"Find out which program holds the connection, and whether somebody is at work with it (VPN, "
	"remote support, a game).\n"
	"If nobody knows it: close it at your edge, and check the device for remote-control tools.\n"
	"Look at other news about the same device.";

static const char exfiltration_own[] =
	"Ask the device's user whether they sent it: a backup, a video, photos, a speed test.\n"
	"If not: cut the connection now and take the device off the network; leave it switched on, "
	"for the traces in its memory.\n"
	"Find out what was sent: which files it can reach, and which were read at that time.\n"
	"Change the passwords that were stored on it, and check whether you must report the loss of "
	"personal data (Japan: to the Personal Information Protection Commission, within 3 to 5 days).";

static const char icmp_own[] =
	"Ask whether somebody tests the line with long pings.\n"
	"If not: treat the device as infected, and take it off the network without switching it "
	"off.\n"
	"Allow ping to the outside only from those who need it, and limit its length and rate at the "
	"edge.";

static const char proxy_own[] =
	"Ask the device's user whether they use Tor or this proxy, and whether your rules allow it.\n"
	"If nobody does: look for a program that they did not install, and check the device for "
	"malware.\n"
	"Look at other news about the same device: somebody may hide where data goes.";

static const char slow_server[] =
	"Limit connections per client and set short header and body timeouts at the web server "
	"(Apache: mod_reqtimeout; nginx: client_header_timeout, limit_conn).\n"
	"Put an event-driven proxy in front of a server that uses one process per connection.\n"
	"Block the source if it is a single one.";

static const char backscatter_info[] =
	"Nothing to do: somebody attacks a third party with forged addresses, some of which are "
	"yours.\n"
	"If the other party complains, tell them that your addresses were forged.";

static const char intel_own_device[] =
	"Find out which program on the device made this contact, and whether its user meant it.\n"
	"If nobody can explain it, take the device off the network and look for malware; keep its "
	"memory and disk as they are for the investigation.\n"
	"Block the address or name at the gateway and the resolver, and look for other devices that "
	"met it.\n"
	"A list can be wrong or old: look at the report that it names before you accuse anybody. "
	"That a group is said to use it is a hint, no proof.";

static const char intel_inbound[] =
	"Look whether the service that it reached must be open to the internet.\n"
	"Block the source if it goes on; known scanners visit everybody, so this alone is no alarm.";
static const char dga_own_device[] =
	"Take the device off the network, or into a separate one: it probably runs malware that has "
	"not found its master yet.\n"
	"If the address is a resolver's, look in its log for the client that asked for these names.\n"
	"Check it with a current virus scanner started from another medium, and change the passwords "
	"used on it.\n"
	"Look whether one of the names did get an answer, and for connections to that address.";

static const char tunnel_own_device[] =
	"Block the domain named above at your resolver, and DNS to any other resolver at the edge.\n"
	"Take the device off the network; if it is a resolver, find the client that asked it.\n"
	"Ask its owner whether they run a VPN over DNS; if not, treat it as broken into and find out "
	"what it could read.\n"
	"Keep the capture: the names hold what was carried out.";

static const char cleartext_server[] =
	"Close the service to the internet, or put it behind a VPN or TLS.\n"
	"Change the passwords that were used on it: whoever was on the way has read them.\n"
	"If it accepted a maker's default password, treat the device as taken over: reset it, update "
	"it, and set a password of your own before it is reconnected.";

static const char cleartext_client[] =
	"Switch to the encrypted form of the service (HTTPS, SFTP, SSH, IMAPS, LDAPS, MQTT over "
	"TLS).\n"
	"Change the password afterwards, and wherever else the same one is used.\n"
	"If the service knows no encryption, reach it through a VPN only.";

static const char mismatch_receiver[] =
	"Do not open the file; find it on the device and delete it, or hand it to your virus "
	"scanner.\n"
	"If it was fetched by a program and not by a person, treat the device as infected: take it "
	"off the network and check it.\n"
	"Look up the SHA-256 named above, and block the sender.\n"
	"Look for other devices that fetched from the same sender.";

static const char spam_own_device[] =
	"Block port 25 to the internet for this device, and at the edge for all but your mail "
	"server.\n"
	"Check it for malware, update it, and change the passwords of its mail accounts.\n"
	"If it is your mail server: look in its log for the account that sends, lock it, and empty "
	"the queue.\n"
	"Look whether your address has come onto block lists, and ask for its removal afterwards.";

static bool own_device(const struct incident *i)
{
	return i->direction == DIRECTION_OUTBOUND || i->direction == DIRECTION_INTERNAL;
}

const char *advice_title(const struct incident *i)
{
	static const struct {
		const char *rule, *outside, *own;
	} titles[] = {
		{ "backscatter", "Backscatter of an attack on others", "Backscatter" },
		{ "scan", "Scan for open services", "Scan by one of our own devices" },
		{ "mirai_scan", "Mirai-like scan", "Mirai-like scan by one of our own devices" },
		{ "bruteforce", "Password guessing", "Password guessing by one of our own devices" },
		{ "beacon", "Regular calls to one service", "Regular calls home by one of our own devices" },
		{ "long_connection", "Very long connection", "Very long connection to the outside" },
		{ "exfiltration", "Unusual upload", "Unusual upload by one of our own devices" },
		{ "icmp_tunnel", "Data hidden in pings", "Data hidden in pings by one of our own devices" },
		{ "tor_or_proxy", "Way through Tor or a proxy", "Use of Tor or of a proxy outside" },
		{ "slow_http", "Slow HTTP attack", "Slow HTTP attack by one of our own devices" },
		{ "intel", "Visit from an address that lists name",
		  "Contact with something that lists name as bad" },
		{ "dga", "Search for a control server", "One of our own devices seeks a control server" },
		{ "dns_tunnel", "Data hidden in DNS", "One of our own devices hides data in DNS" },
		{ "cleartext_login", "Passwords accepted in the clear", "Password sent in the clear" },
		{ "file_mismatch", "Program disguised as a harmless file",
		  "Disguised program handed out by one of ours" },
		{ "spam_bot", "Spam", "Spam from one of our own devices" },
	};

	for (size_t t = 0; t < sizeof(titles) / sizeof(titles[0]); t++)
		if (strcmp(i->rule, titles[t].rule) == 0)
			return own_device(i) ? titles[t].own : titles[t].outside;
	return vector_title(i->vector);
}

static const char *flood_advice(const struct incident *i)
{
	if (i->direction == DIRECTION_OUTBOUND)
		return flood_own_device;
	if (vector_is_reflection(i->vector) && i->vector != VECTOR_SYNACK)
		return flood_reflection;
	switch (i->vector) {
	case VECTOR_SYN:
		return flood_syn;
	case VECTOR_HTTP:
		return flood_http;
	case VECTOR_SYNACK:
	case VECTOR_RST:
	case VECTOR_ACK:
	case VECTOR_FIN:
	case VECTOR_XMAS:
	case VECTOR_NULLFLAGS:
		return flood_stray;
	default:
		return flood_volume;
	}
}

/* Advice by rule, where it does not depend on more; NULL: another rule. */
static const char *rule_advice(const struct incident *i)
{
	static const struct {
		const char *rule, *own, *outside;
	} advice[] = {
		{ "backscatter", backscatter_info, backscatter_info },
		{ "beacon", beacon_own, beacon_own },
		{ "long_connection", long_own, long_own },
		{ "exfiltration", exfiltration_own, exfiltration_own },
		{ "icmp_tunnel", icmp_own, icmp_own },
		{ "tor_or_proxy", proxy_own, proxy_own },
		{ "dga", dga_own_device, dga_own_device },
		{ "dns_tunnel", tunnel_own_device, tunnel_own_device },
		{ "cleartext_login", cleartext_client, cleartext_server },
		{ "file_mismatch", mismatch_receiver, mismatch_receiver },
		{ "spam_bot", spam_own_device, spam_own_device },
		{ "intel", intel_own_device, intel_inbound },
	};

	for (size_t n = 0; n < sizeof(advice) / sizeof(advice[0]); n++)
		if (strcmp(i->rule, advice[n].rule) == 0)
			return own_device(i) ? advice[n].own : advice[n].outside;
	return NULL;
}

const char *advice_steps(const struct incident *i)
{
	const char *steps = rule_advice(i);

	if (steps)
		return steps;
	if (strcmp(i->rule, "flood") == 0)
		return flood_advice(i);
	if (own_device(i) && strcmp(i->rule, "slow_http") != 0)
		return scan_own_device;
	if (strcmp(i->rule, "bruteforce") == 0)
		return bruteforce_inbound;
	if (strcmp(i->rule, "slow_http") == 0)
		return own_device(i) && i->direction == DIRECTION_OUTBOUND ? flood_own_device
									   : slow_server;
	return scan_inbound;
}
