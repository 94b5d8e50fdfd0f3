/* xdp_links.c - attaches the program, says what is in the way. */
#include "hand/xdp_before.h"
#include "hand/xdp_links.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void link_path(char path[XDP_PATH], unsigned index)
{
	char name[32];

	snprintf(name, sizeof(name), XDP_LINK "%u", index);
	xdp_pins_path(path, name);
}

unsigned xdp_link_index(const char *path)
{
	struct bpf_link_info info;
	uint32_t size = sizeof(info);
	int fd = bpf_obj_get(path);

	memset(&info, 0, sizeof(info));
	if (fd < 0)
		return 0;
	if (bpf_obj_get_info_by_fd(fd, &info, &size) != 0)
		info.xdp.ifindex = 0;
	close(fd);
	return info.xdp.ifindex;
}

/* Frames of others have no Ethernet header, which the program begins with. */
static bool is_ethernet(const char *interface)
{
	struct ifreq request = { .ifr_ifindex = 0 };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), done;

	if (fd < 0)
		return false;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", interface);
	done = ioctl(fd, SIOCGIFHWADDR, &request);
	close(fd);
	return done == 0 && (request.ifr_hwaddr.sa_family == ARPHRD_ETHER ||
			     request.ifr_hwaddr.sa_family == ARPHRD_LOOPBACK);
}

static enum err attach_fail(const char *interface, char note[HAND_TROUBLE])
{
	switch (errno) {
	case EBUSY:
	case EEXIST:
		snprintf(note, HAND_TROUBLE,
			 "%s: another XDP program is on it, or on a bridge above it (ip link show): take "
			 "it off, or have nftables do it",
			 interface);
		break;
	case EPERM:
		snprintf(note, HAND_TROUBLE, "%s: attaching needs CAP_NET_ADMIN: start it as root, or "
			 "by its service", interface);
		break;
	default:
		snprintf(note, HAND_TROUBLE, "%s: attaching the XDP program: %s", interface,
			 strerror(errno));
	}
	return ERR_OPEN;
}

static int attach_as(const struct xdp_pins *pins, unsigned index, uint32_t mode)
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = mode);

	return bpf_link_create(pins->fd[PIN_PROGRAM], (int)index, BPF_XDP, &options);
}

enum err xdp_link_attach(const struct xdp_pins *pins, const char *interface,
			 char note[HAND_TROUBLE])
{
	unsigned index = if_nametoindex(interface);
	char path[XDP_PATH];
	enum err err = OK;
	int fd;

	note[0] = 0;
	link_path(path, index);
	if (index && xdp_link_index(path) == index)
		return OK;
	if (!index || !is_ethernet(interface)) {
		snprintf(note, HAND_TROUBLE, index ? "%s: it has no Ethernet header: have nftables do it"
						   : "%s: no such interface", interface);
		return ERR_UNSUPPORTED;
	}
	unlink(path); /* of an interface that had the number before */
	if (xdp_before_take_link(pins, index, path))
		return OK;
	fd = attach_as(pins, index, XDP_FLAGS_DRV_MODE);
	if (fd < 0 && errno != EBUSY && errno != EEXIST && errno != EPERM) {
		snprintf(note, HAND_TROUBLE,
			 "%s: its driver has no XDP (%s): the generic way is used, which is slower",
			 interface, strerror(errno));
		fd = attach_as(pins, index, XDP_FLAGS_SKB_MODE);
	}
	if (fd < 0)
		return attach_fail(interface, note);
	if (bpf_obj_pin(fd, path) != 0)
		err = attach_fail(interface, note);
	close(fd);
	return err;
}

static bool is_listed(unsigned index, const char *const *interfaces, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (index && if_nametoindex(interfaces[i]) == index)
			return true;
	return false;
}

void xdp_links_keep(const char *const *interfaces, size_t count)
{
	char path[XDP_PATH];
	struct dirent *entry;
	DIR *folder;

	xdp_pins_path(path, "");
	folder = opendir(path);
	while (folder && (entry = readdir(folder))) {
		unsigned long index;

		if (strncmp(entry->d_name, XDP_LINK, strlen(XDP_LINK)) != 0)
			continue;
		index = strtoul(entry->d_name + strlen(XDP_LINK), NULL, 10);
		link_path(path, (unsigned)index);
		if (xdp_link_index(path) == index && is_listed((unsigned)index, interfaces, count))
			continue;
		unlink(path);
	}
	if (folder)
		closedir(folder);
}
