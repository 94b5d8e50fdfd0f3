/* live_open.c - the privileged half: finds the interface, and has it opened by its kind. */
#include "live/live_private.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum err opening_fail(const struct opening *o, enum err err, const char *format, ...)
{
	va_list list;
	int used = snprintf(o->trouble, LIVE_TROUBLE, "%s: ", o->settings->interface);

	if (used < 0 || used >= LIVE_TROUBLE)
		return err;
	va_start(list, format);
	vsnprintf(o->trouble + used, LIVE_TROUBLE - (size_t)used, format, list);
	va_end(list);
	return err;
}

enum err opening_refused(const struct opening *o, const char *what, const char *needs)
{
	if (errno == EPERM || errno == EACCES)
		return opening_fail(o, ERR_OPEN, "%s needs %s: start it as root, or by its service",
				    what, needs);
	return opening_fail(o, ERR_OPEN, "%s: %s", what, strerror(errno));
}

enum err opening_promiscuous(const struct opening *o, int packet_socket)
{
	struct packet_mreq all = { .mr_ifindex = o->index, .mr_type = PACKET_MR_PROMISC };

	if (setsockopt(packet_socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof(all)) != 0)
		return opening_refused(o, "promiscuous mode", "CAP_NET_RAW");
	return OK;
}

/* "eth0, wlan0", as many as fit. */
static void interface_names(char *text, size_t room)
{
	struct if_nameindex *all = if_nameindex();
	size_t used = 0;

	snprintf(text, room, "none that can be listed");
	for (struct if_nameindex *i = all; i && i->if_index; i++) {
		size_t len = strlen(i->if_name);

		if (used + len + sizeof(", ") > room)
			break;
		used += (size_t)snprintf(text + used, room - used, "%s%s", used ? ", " : "",
					 i->if_name);
	}
	if_freenameindex(all);
}

/* The number and the type of the interface. Any socket can ask for them (netdevice(7)). */
static enum err interface_find(struct opening *o)
{
	struct ifreq request = { .ifr_ifindex = 0 };
	char names[LIVE_TROUBLE / 2];
	int fd, done;

	o->index = (int)if_nametoindex(o->settings->interface);
	if (o->index == 0) {
		interface_names(names, sizeof(names));
		return opening_fail(o, ERR_OPEN, "no such interface; there are: %s", names);
	}
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return opening_refused(o, "asking for its type", "more rights");
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", o->settings->interface);
	done = ioctl(fd, SIOCGIFHWADDR, &request);
	close(fd);
	if (done != 0)
		return opening_refused(o, "asking for its type", "more rights");
	o->type = request.ifr_hwaddr.sa_family;
	return OK;
}

enum err live_open(const struct live_settings *settings, struct live_port *port,
		   char trouble[LIVE_TROUBLE])
{
	struct opening o = { .settings = settings, .trouble = trouble };
	struct live_port made = { .kept = { -1, -1 } };
	enum err err = interface_find(&o);

	if (err == OK)
		err = settings->kind == LIVE_XDP ? xdp_open(&o, &made) : packet_open(&o, &made);
	if (err == OK)
		*port = made;
	else
		live_close(&made);
	return err;
}

static void descriptor_close(int fd)
{
	if (fd >= 0)
		close(fd);
}

void live_close(struct live_port *port)
{
	if (port->ring_count == 0)
		return;
	for (size_t i = 0; i < port->ring_count; i++) {
		descriptor_close(port->rings[i].fd);
		descriptor_close(port->rings[i].memory);
	}
	for (size_t i = 0; i < sizeof(port->kept) / sizeof(port->kept[0]); i++)
		descriptor_close(port->kept[i]);
	memset(port, 0, sizeof(*port));
}
