/*
 * xdp_spare.c - whether the host can do without an interface's frames.
 *
 * Who lets AF_XDP have the interface by which a machine is reached is locked out of it. So it must have no
 * address of its own (but link-local ones, which come by themselves), nothing above it (a bridge, a bond,
 * a VLAN), and no route over it. Sources: proc(5); the kernel's Documentation/ABI/testing/sysfs-class-net.
 */
#include "live/live_private.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AWAY "AF_XDP would take its frames away from this host: use an interface that only receives a mirror, " \
	     "or watch.capture = \"packet\""

/* 169.254.0.0/16, fe80::/10. */
static bool link_local(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 16 == 0xa9fe;
	return IN6_IS_ADDR_LINKLOCAL(&((const struct sockaddr_in6 *)address)->sin6_addr);
}

static bool has_address(const char *interface)
{
	struct ifaddrs *all = NULL;
	bool has = getifaddrs(&all) != 0; /* not known: as if it had */

	for (const struct ifaddrs *i = all; i && !has; i = i->ifa_next)
		has = i->ifa_addr && strcmp(i->ifa_name, interface) == 0 &&
		      (i->ifa_addr->sa_family == AF_INET || i->ifa_addr->sa_family == AF_INET6) &&
		      !link_local(i->ifa_addr);
	freeifaddrs(all);
	return has;
}

/* Whether /sys shows our network namespace: there, this interface has the same number. */
static bool sys_ours(const struct opening *o)
{
	char path[64];
	int index = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/net/%s/ifindex", o->settings->interface);
	file = fopen(path, "re");
	if (file && fscanf(file, "%d", &index) != 1)
		index = 0;
	if (file)
		fclose(file);
	return index == o->index;
}

/* Whether something uses it: a link "upper_br0" for each. */
static bool has_upper(const char *interface, char upper[IF_NAMESIZE])
{
	char path[64];
	struct dirent *entry;
	bool has = false;
	DIR *folder;

	snprintf(path, sizeof(path), "/sys/class/net/%s", interface);
	folder = opendir(path);
	while (folder && !has && (entry = readdir(folder))) {
		has = strncmp(entry->d_name, "upper_", 6) == 0;
		if (has)
			snprintf(upper, IF_NAMESIZE, "%.15s", entry->d_name + 6);
	}
	if (folder)
		closedir(folder);
	return has;
}

/* IPv4: any route: its first word is the interface. */
static bool route_v4(const char *line, const char *interface)
{
	size_t len = strcspn(line, "\t ");

	return strlen(interface) == len && strncmp(line, interface, len) == 0;
}

/* IPv6: the default route, ::/0; every interface has others. The name is the last word. */
static bool route_v6(const char *line, const char *interface)
{
	char destination[33], name[IF_NAMESIZE];
	unsigned bits;

	return sscanf(line, "%32s %x %*s %*s %*s %*s %*s %*s %*s %15s", destination, &bits, name) == 3 &&
	       bits == 0 && strcmp(name, interface) == 0;
}

static bool has_route(const char *table, bool (*over)(const char *line, const char *interface),
		      const char *interface)
{
	FILE *routes = fopen(table, "re");
	char line[256];
	bool has = false;

	while (routes && !has && fgets(line, sizeof(line), routes))
		has = over(line, interface);
	if (routes)
		fclose(routes);
	return has;
}

enum err xdp_spare(const struct opening *o)
{
	const char *interface = o->settings->interface;
	char upper[IF_NAMESIZE];

	if (has_address(interface))
		return opening_fail(o, ERR_UNSUPPORTED, "it has an address, and " AWAY);
	if (!sys_ours(o))
		return opening_fail(o, ERR_UNSUPPORTED,
				    "/sys does not show whether a bridge uses it, and " AWAY);
	if (has_upper(interface, upper))
		return opening_fail(o, ERR_UNSUPPORTED, "%s uses it, and " AWAY, upper);
	if (has_route("/proc/net/route", route_v4, interface) ||
	    has_route("/proc/net/ipv6_route", route_v6, interface))
		return opening_fail(o, ERR_UNSUPPORTED, "a route leads over it, and " AWAY);
	return OK;
}
