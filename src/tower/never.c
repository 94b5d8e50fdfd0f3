/* never.c - reads who must never be blocked out of what the kernel and the system tell. */
#include "tower/never.h"

#include "tower/watch_open.h"

#include <dirent.h>
#include <errno.h>
#include <ifaddrs.h>
#include <inttypes.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINE        512
#define ROUTES_MAX  65536 /* lines, or messages: the default route stands first; beyond are those of a full table, whose
			     next hops `respond.never` may name */
#define SOCKETS_MAX 262144
#define SSH_PORT    22
#define PORTS_MAX   16
#define SSH_FILES   64 /* of sshd_config.d */
#define SSH_FOLDER  "/etc/ssh/sshd_config.d"
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
	bool old;     /* only who was connected before is looked for */
};

/* What one line tells. False: it has no room for what it told. */
typedef bool line_told(struct reading *r, const char *line);

/* False, always. The first trouble is the one that is told. */
__attribute__((format(printf, 2, 3))) static bool fail(struct reading *r, const char *format, ...)
{
	va_list arguments;

	if (*r->trouble)
		return false;
	va_start(arguments, format);
	vsnprintf(r->trouble, NEVER_TROUBLE, format, arguments);
	va_end(arguments);
	return false;
}

/* 169.254.0.0/16 as a whole passes no hand; but the metadata servers, resolvers and gateways of some clouds have
 * addresses of it, which must. */
static bool is_held(const struct guard_member *there, const struct prefix *prefix)
{
	static const uint8_t link_local[] = { 169, 254 };

	return there->prefix.bits <= prefix->bits && prefix_has(&there->prefix, &prefix->ip) &&
	       (guard_passes(there) || memcmp(there->prefix.ip.b + 12, link_local, sizeof(link_local)) != 0);
}

static bool add(struct reading *r, const struct prefix *prefix, enum guard_kind kind, const char *what)
{
	for (size_t i = 0; i < r->guard->count; i++)
		if (is_held(&r->guard->members[i], prefix))
			return true;
	return guard_add(r->guard, prefix, kind, what) == OK ||
	       fail(r, "more than %d addresses must never be blocked: name networks instead", GUARD_MEMBERS);
}

static bool add_ip(struct reading *r, const struct ip *ip, enum guard_kind kind, const char *what)
{
	static const struct ip none;
	struct prefix prefix = ip_prefix(ip, 128);

	return ip_equal(ip, &none) || add(r, &prefix, kind, what);
}

/* All lines of a file, `most` at most. False: there was trouble. */
static bool read_file(struct reading *r, const char *path, size_t most, line_told *told, bool may_be_missing)
{
	char full[CONFIG_PATH], line[LINE];
	FILE *file;
	bool good = true;

	snprintf(full, sizeof(full), "%s%s", r->settings->root, path);
	file = fopen(full, "re");
	r->missing = !file && errno == ENOENT;
	if (!file)
		return r->missing && may_be_missing ? true : fail(r, "cannot read %.80s: %s", full, strerror(errno));
	for (size_t i = 0; i < most && good && fgets(line, sizeof(line), file); i++)
		good = told(r, line);
	if (ferror(file))
		good = fail(r, "cannot read %.80s: %s", full, strerror(errno));
	fclose(file);
	return good;
}

static bool read_lines(struct reading *r, const char *path, size_t most, line_told *told)
{
	return read_file(r, path, most, told, false);
}

/* The same of a file that some systems do not have. */
static bool read_if(struct reading *r, const char *path, size_t most, line_told *told)
{
	return read_file(r, path, most, told, true);
}

/* --- this machine and its neighbours */

static bool add_own(struct reading *r)
{
	struct ifaddrs *all = NULL;
	bool good = getifaddrs(&all) == 0;
	char what[GUARD_WHAT];

	if (!good)
		fail(r, "cannot read this machine's addresses: %s", strerror(errno));
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

/* --- next hops that /proc/net/route does not name: all but the first of a route by several, those of other tables
 * than main, and IPv6 ones of IPv4 routes. rtnetlink(7). */

static bool take_hop(struct reading *r, const void *address, size_t size, unsigned interface)
{
	char name[IF_NAMESIZE] = "?", what[GUARD_WHAT];
	struct ip ip;

	if (size != sizeof(ip.b) && size != 4)
		return true;
	if (size == 4)
		ip = ip_from_v4(address);
	else
		memcpy(ip.b, address, sizeof(ip.b));
	if_indextoname(interface, name);
	snprintf(what, sizeof(what), "gateway of %s", name);
	return add_ip(r, &ip, GUARD_GATEWAY, what);
}

/* RTA_GATEWAY is an address, RTA_VIA one behind its family. */
static bool take_attributes(struct reading *r, const struct rtattr *a, size_t left, unsigned interface)
{
	bool good = true;

	for (; RTA_OK(a, left) && good; a = RTA_NEXT(a, left)) {
		size_t family = a->rta_type == RTA_VIA ? sizeof(__kernel_sa_family_t) : 0;

		if ((a->rta_type == RTA_GATEWAY || a->rta_type == RTA_VIA) && RTA_PAYLOAD(a) > family)
			good = take_hop(r, (const uint8_t *)RTA_DATA(a) + family, RTA_PAYLOAD(a) - family, interface);
	}
	return good;
}

static bool take_hops(struct reading *r, const struct rtattr *several)
{
	const struct rtnexthop *hop = RTA_DATA(several);
	int left = (int)RTA_PAYLOAD(several);
	bool good = true;

	while (good && left >= (int)sizeof(*hop) && hop->rtnh_len >= sizeof(*hop) && RTNH_ALIGN(hop->rtnh_len) <= left) {
		good = take_attributes(r, RTNH_DATA(hop), hop->rtnh_len - RTNH_LENGTH(0), (unsigned)hop->rtnh_ifindex);
		left -= RTNH_ALIGN(hop->rtnh_len);
		hop = RTNH_NEXT(hop);
	}
	return good;
}

static bool take_route(struct reading *r, const struct nlmsghdr *message)
{
	const struct rtmsg *route = NLMSG_DATA(message);
	const struct rtattr *first = RTM_RTA(route), *a;
	size_t all, left;
	unsigned interface = 0;
	bool good = true;

	if (message->nlmsg_type != RTM_NEWROUTE || message->nlmsg_len < NLMSG_LENGTH(sizeof(*route)))
		return true;
	all = message->nlmsg_len - NLMSG_LENGTH(sizeof(*route));
	for (a = first, left = all; RTA_OK(a, left); a = RTA_NEXT(a, left))
		if (a->rta_type == RTA_OIF && RTA_PAYLOAD(a) == sizeof(interface))
			memcpy(&interface, RTA_DATA(a), sizeof(interface));
	for (a = first, left = all; RTA_OK(a, left) && good; a = RTA_NEXT(a, left))
		if (a->rta_type == RTA_MULTIPATH)
			good = take_hops(r, a);
	return good && take_attributes(r, first, all, interface);
}

/* All answers to one question. False: there was trouble. */
static bool take_answers(struct reading *r, int fd)
{
	static uint8_t room[32768] __attribute__((aligned(8))); /* what the kernel fills at a time, at most */
	size_t count = 0;

	while (count < ROUTES_MAX) {
		ssize_t got = recv(fd, room, sizeof(room), 0);
		const struct nlmsghdr *message = (const struct nlmsghdr *)room;

		if (got <= 0)
			return fail(r, "cannot read the routes: %s", strerror(errno));
		for (; NLMSG_OK(message, (size_t)got); message = NLMSG_NEXT(message, got)) {
			if (message->nlmsg_type == NLMSG_DONE)
				return true;
			if (message->nlmsg_type == NLMSG_ERROR)
				return fail(r, "the kernel does not tell the routes");
			if (!take_route(r, message))
				return false;
			count++;
		}
	}
	return true;
}

static bool ask_routes(struct reading *r, uint8_t family)
{
	struct {
		struct nlmsghdr head;
		struct rtmsg route;
	} ask = { .head = { .nlmsg_len = sizeof(ask),
			    .nlmsg_type = RTM_GETROUTE,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		  .route = { .rtm_family = family } };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	bool good;

	if (fd < 0 || send(fd, &ask, sizeof(ask), 0) != (ssize_t)sizeof(ask))
		good = fail(r, "cannot ask for the routes: %s", strerror(errno));
	else
		good = take_answers(r, fd);
	if (fd >= 0)
		close(fd);
	return good;
}

/* Of this machine only, not of one that is made up of files. */
static bool read_all_routes(struct reading *r)
{
	bool good = *r->settings->root || ask_routes(r, AF_INET);

	return (*r->settings->root || ask_routes(r, AF_INET6)) && good;
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

/* sshd_config(5): "Port 22", "port=22", "ListenAddress 192.0.2.1:22", "ListenAddress [2001:db8::1]:22". */
static bool ssh_told(struct reading *r, const char *line)
{
	char word[16], value[80];
	const char *port = value, *colon;
	unsigned number;

	if (sscanf(line, " %15[A-Za-z]%*[ \t=\"]%79[^ \t\n\"]", word, value) != 2)
		return true;
	if (strcasecmp(word, "ListenAddress") == 0) {
		colon = strrchr(value, ':');
		if (!colon || (*value == '[' ? colon[-1] != ']' : strchr(value, ':') != colon))
			return true; /* a bare address: the ports of "Port" */
		port = colon + 1;
	} else if (strcasecmp(word, "Port") != 0) {
		return true;
	}
	if (sscanf(port, "%5u", &number) == 1 && number <= UINT16_MAX && r->port_count < PORTS_MAX)
		r->ports[r->port_count++] = (uint16_t)number;
	return true;
}

/* Debian's sshd_config includes all of this folder. */
static bool read_ssh_folder(struct reading *r)
{
	char path[CONFIG_PATH];
	struct dirent *entry;
	bool good = true;
	DIR *folder;

	snprintf(path, sizeof(path), "%s%s", r->settings->root, SSH_FOLDER);
	folder = opendir(path);
	if (!folder)
		return errno == ENOENT || fail(r, "cannot read %.80s: %s", path, strerror(errno));
	for (unsigned n = 0; n < SSH_FILES && good && (entry = readdir(folder)) != NULL; n++) {
		const char *end = strrchr(entry->d_name, '.');

		if (!end || strcmp(end, ".conf") != 0)
			continue;
		snprintf(path, sizeof(path), SSH_FOLDER "/%.200s", entry->d_name);
		good = read_if(r, path, ROUTES_MAX, ssh_told);
	}
	closedir(folder);
	return good;
}

static bool is_session(const struct reading *r, unsigned port, unsigned state)
{
	for (size_t i = 0; i < r->port_count; i++)
		if (state == ESTABLISHED && port == r->ports[i])
			return true;
	return false;
}

static bool was_session(const struct guard *before, const struct ip *ip)
{
	for (size_t i = 0; i < before->count; i++)
		if (before->members[i].kind == GUARD_SESSION && ip_equal(&before->members[i].prefix.ip, ip))
			return true;
	return false;
}

static bool add_session(struct reading *r, const struct ip *ip)
{
	size_t before = r->guard->count;
	bool good;

	if (r->sessions >= SESSIONS || (r->old && !was_session(r->settings->before, ip)))
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

static bool read_connected(struct reading *r)
{
	bool good = read_lines(r, "/proc/net/tcp", SOCKETS_MAX, socket_told);

	return read_if(r, "/proc/net/tcp6", SOCKETS_MAX, socket6_told) && good;
}

/* Where more are connected than have room, who was before comes first: a crowd that arrives takes no place from an
 * administrator who is there. */
static bool read_sessions(struct reading *r)
{
	size_t others = r->guard->count;
	bool good;

	r->ports[r->port_count++] = SSH_PORT;
	if (r->settings->page_port)
		r->ports[r->port_count++] = r->settings->page_port;
	good = read_if(r, "/etc/ssh/sshd_config", ROUTES_MAX, ssh_told);
	good &= read_ssh_folder(r);
	good &= read_connected(r);
	if (r->sessions < SESSIONS || !r->settings->before)
		return good;
	r->guard->count = others;
	r->sessions = 0;
	r->old = true;
	good &= read_connected(r);
	r->old = false;
	return read_connected(r) && good;
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
	bool good;

	trouble[0] = '\0';
	guard_init(guard);
	guard->limits = (struct guard_limits){ respond->breadth4, respond->breadth6, respond->most,
					       respond->longest };
	/* All of them, also where one cannot be read. */
	good = add_networks(&r, &respond->offices, GUARD_OFFICE, "office");
	good &= add_networks(&r, &respond->never, GUARD_PARTNER, "partner");
	good &= add_own(&r);
	good &= read_lines(&r, "/proc/net/route", ROUTES_MAX, route_told);
	good &= read_if(&r, "/proc/net/ipv6_route", ROUTES_MAX, route6_told);
	good &= read_all_routes(&r);
	good &= read_if(&r, "/etc/resolv.conf", ROUTES_MAX, resolver_told);
	good &= read_if(&r, "/run/systemd/resolve/resolv.conf", ROUTES_MAX, resolver_told);
	return read_sessions(&r) && good;
}

bool never_differs(const struct guard *a, const struct guard *b)
{
	bool differs = a->count != b->count;

	for (size_t i = 0; i < a->count && !differs; i++)
		differs = a->members[i].kind != b->members[i].kind ||
			  memcmp(&a->members[i].prefix, &b->members[i].prefix, sizeof(struct prefix)) != 0;
	return differs;
}
