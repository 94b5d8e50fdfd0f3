/* never.c - reads who must never be blocked out of what the kernel and the system tell. */
#include "tower/never.h"

#include "tower/watch_open.h"

#include <errno.h>
#include <ifaddrs.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE        512
#define ROUTES_MAX  65536 /* lines: the default route stands first; beyond are those of a full table, whose
			     next hops `respond.never` may name */
#define SOCKETS_MAX 262144
#define SSH_PORT    22
#define PORTS_MAX   8
#define SESSIONS    64 /* addresses: who fills them up by connecting takes no place from other members */
#define ESTABLISHED 1  /* TCP_ESTABLISHED of net/tcp_states.h */

struct reading {
	const struct never_settings *settings;
	struct guard *guard;
	char *trouble;
	uint16_t ports[PORTS_MAX]; /* whose connections are sessions */
	size_t port_count;
	size_t sessions;
	bool missing; /* a file that may be missing is */
};

/* What one line tells. False: it has no room for what it told. */
typedef bool line_told(struct reading *r, const char *line);

static bool add(struct reading *r, const struct prefix *prefix, enum guard_kind kind, const char *what)
{
	for (size_t i = 0; i < r->guard->count; i++) {
		const struct prefix *there = &r->guard->members[i].prefix;

		if (there->bits <= prefix->bits && prefix_has(there, &prefix->ip))
			return true;
	}
	if (guard_add(r->guard, prefix, kind, what) == OK)
		return true;
	snprintf(r->trouble, NEVER_TROUBLE, "more than %d addresses must never be blocked: name networks instead",
		 GUARD_MEMBERS);
	return false;
}

static bool add_ip(struct reading *r, const struct ip *ip, enum guard_kind kind, const char *what)
{
	static const struct ip none;
	struct prefix prefix = ip_prefix(ip, 128);

	return ip_equal(ip, &none) || add(r, &prefix, kind, what);
}

/* All lines of a file, `most` at most. False: there was trouble. */
static bool read_lines(struct reading *r, const char *path, size_t most, line_told *told)
{
	char full[CONFIG_PATH], line[LINE];
	FILE *file;
	bool good = true;

	snprintf(full, sizeof(full), "%s%s", r->settings->root, path);
	file = fopen(full, "re");
	r->missing = !file && errno == ENOENT;
	if (!file) {
		snprintf(r->trouble, NEVER_TROUBLE, "cannot read %.80s: %s", full, strerror(errno));
		return false;
	}
	for (size_t i = 0; i < most && good && fgets(line, sizeof(line), file); i++)
		good = told(r, line);
	if (ferror(file)) {
		snprintf(r->trouble, NEVER_TROUBLE, "cannot read %.80s: %s", full, strerror(errno));
		good = false;
	}
	fclose(file);
	return good;
}

/* The same of a file that some systems do not have. */
static bool read_if(struct reading *r, const char *path, size_t most, line_told *told)
{
	return read_lines(r, path, most, told) || r->missing;
}

/* --- this machine and its neighbours */

static bool add_own(struct reading *r)
{
	struct ifaddrs *all = NULL;
	bool good = getifaddrs(&all) == 0;
	char what[GUARD_WHAT];

	if (!good)
		snprintf(r->trouble, NEVER_TROUBLE, "cannot read this machine's addresses: %s", strerror(errno));
	for (const struct ifaddrs *i = all; i && good; i = i->ifa_next) {
		struct ip ip;

		if (!i->ifa_addr ||
		    (i->ifa_addr->sa_family != AF_INET && i->ifa_addr->sa_family != AF_INET6))
			continue;
		ip = ip_of_address(i->ifa_addr);
		snprintf(what, sizeof(what), "address of %s", i->ifa_name);
		good = add_ip(r, &ip, GUARD_OWN, what);
	}
	freeifaddrs(all);
	return good;
}

/* "eth0 00000000 010200C0 0003 ...": numbers as they lie in memory. proc_net(5). */
static bool route_told(struct reading *r, const char *line)
{
	char interface[16], what[GUARD_WHAT];
	uint32_t gateway;
	struct ip ip;

	if (sscanf(line, "%15s %*8x %8" SCNx32, interface, &gateway) != 2 || !gateway)
		return true;
	ip = ip_from_v4((const uint8_t *)&gateway);
	snprintf(what, sizeof(what), "gateway of %s", interface);
	return add_ip(r, &ip, GUARD_GATEWAY, what);
}

/* 32 digits: an address as it is written. */
static bool take_hex(const char *digits, struct ip *ip)
{
	for (size_t i = 0; i < sizeof(ip->b); i++)
		if (sscanf(digits + 2 * i, "%2" SCNx8, &ip->b[i]) != 1)
			return false;
	return true;
}

/* "destination bits source bits next-hop metric references uses flags interface" */
static bool route6_told(struct reading *r, const char *line)
{
	char hop[33], interface[17], what[GUARD_WHAT];
	struct ip ip;

	if (sscanf(line, "%*32s %*2s %*32s %*2s %32s %*8s %*8s %*8s %*8s %16s", hop, interface) != 2 ||
	    strlen(hop) != 32 || !take_hex(hop, &ip))
		return true;
	snprintf(what, sizeof(what), "gateway of %s", interface);
	return add_ip(r, &ip, GUARD_GATEWAY, what);
}

/* resolv.conf(5). A zone behind '%' names the interface of a link-local one. */
static bool resolver_told(struct reading *r, const char *line)
{
	char text[IP_TEXT];
	struct ip ip;

	if (sscanf(line, " nameserver %45[0-9a-fA-F.:]", text) != 1 || ip_parse(&ip, text) != OK)
		return true;
	return add_ip(r, &ip, GUARD_DNS, "resolver");
}

/* --- who is connected */

static bool ssh_told(struct reading *r, const char *line)
{
	unsigned port;

	if (sscanf(line, " Port %u", &port) == 1 && port <= UINT16_MAX && r->port_count < PORTS_MAX)
		r->ports[r->port_count++] = (uint16_t)port;
	return true;
}

static bool is_session(const struct reading *r, unsigned port, unsigned state)
{
	for (size_t i = 0; i < r->port_count; i++)
		if (state == ESTABLISHED && port == r->ports[i])
			return true;
	return false;
}

static bool add_session(struct reading *r, const struct ip *ip)
{
	size_t before = r->guard->count;
	bool good;

	if (r->sessions >= SESSIONS)
		return true;
	good = add_ip(r, ip, GUARD_SESSION, "connected here now");
	r->sessions += r->guard->count - before;
	return good;
}

/* "0: 0100007F:1F90 0100007F:C350 01 ...": addresses as they lie in memory, ports as they are. */
static bool socket_told(struct reading *r, const char *line)
{
	unsigned port, state;
	uint32_t peer;
	struct ip ip;

	if (sscanf(line, " %*u: %*8x:%4x %8" SCNx32 ":%*4x %2x", &port, &peer, &state) != 3 ||
	    !is_session(r, port, state))
		return true;
	ip = ip_from_v4((const uint8_t *)&peer);
	return add_session(r, &ip);
}

static bool socket6_told(struct reading *r, const char *line)
{
	unsigned port, state;
	uint32_t word[4];
	struct ip ip;

	if (sscanf(line, " %*u: %*32[0-9A-Fa-f]:%4x %8" SCNx32 "%8" SCNx32 "%8" SCNx32 "%8" SCNx32 ":%*4x %2x",
		   &port, &word[0], &word[1], &word[2], &word[3], &state) != 6 ||
	    !is_session(r, port, state))
		return true;
	memcpy(ip.b, word, sizeof(ip.b));
	return add_session(r, &ip);
}

static bool read_sessions(struct reading *r)
{
	r->ports[r->port_count++] = SSH_PORT;
	if (r->settings->page_port)
		r->ports[r->port_count++] = r->settings->page_port;
	return read_if(r, "/etc/ssh/sshd_config", ROUTES_MAX, ssh_told) &&
	       read_lines(r, "/proc/net/tcp", SOCKETS_MAX, socket_told) &&
	       read_if(r, "/proc/net/tcp6", SOCKETS_MAX, socket6_told);
}

/* --- the configuration */

static bool add_networks(struct reading *r, const struct home *networks, enum guard_kind kind, const char *what)
{
	for (size_t i = 0; i < networks->count; i++)
		if (!add(r, &networks->prefixes[i], kind, what))
			return false;
	return true;
}

bool never_read(const struct never_settings *settings, struct guard *guard, char trouble[NEVER_TROUBLE])
{
	const struct config_respond *respond = settings->respond;
	struct reading r = { .settings = settings, .guard = guard, .trouble = trouble };

	trouble[0] = '\0';
	guard_init(guard);
	guard->limits = (struct guard_limits){ respond->breadth4, respond->breadth6, respond->most,
					       respond->longest };
	return add_networks(&r, &respond->offices, GUARD_OFFICE, "office") &&
	       add_networks(&r, &respond->never, GUARD_PARTNER, "partner") && add_own(&r) &&
	       read_lines(&r, "/proc/net/route", ROUTES_MAX, route_told) &&
	       read_if(&r, "/proc/net/ipv6_route", ROUTES_MAX, route6_told) &&
	       read_if(&r, "/etc/resolv.conf", ROUTES_MAX, resolver_told) &&
	       read_if(&r, "/run/systemd/resolve/resolv.conf", ROUTES_MAX, resolver_told) && read_sessions(&r);
}

bool never_differs(const struct guard *a, const struct guard *b)
{
	bool differs = a->count != b->count;

	for (size_t i = 0; i < a->count && !differs; i++)
		differs = a->members[i].kind != b->members[i].kind ||
			  memcmp(&a->members[i].prefix, &b->members[i].prefix, sizeof(struct prefix)) != 0;
	return differs;
}
