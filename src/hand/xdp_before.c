/* xdp_before.c - finds the folders of other versions, and takes over what they hold. */
#include "hand/xdp_before.h"
#include "hand/xdp_links.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BELOW (XDP_PATH + 64) /* room for the path of a pin of another version */

/* The next folder of another version, by turns; NULL: there is none any more. */
static const char *folder_next(DIR *pins, char path[XDP_PATH])
{
	char ours[XDP_PATH];
	struct dirent *entry;

	xdp_pins_path(ours, "");
	while (pins && (entry = readdir(pins))) {
		if (strncmp(entry->d_name, XDP_PINS_VERSION, strlen(XDP_PINS_VERSION)) != 0)
			continue;
		if (snprintf(path, XDP_PATH, XDP_PINS "/%s", entry->d_name) < XDP_PATH && strcmp(path, ours) != 0)
			return path;
	}
	return NULL;
}

/* A map that is laid out as ours; -1: it is not. */
static int map_get(const char *folder, const char *name, uint32_t key, uint32_t value)
{
	struct bpf_map_info info;
	uint32_t size = sizeof(info);
	char path[BELOW];
	int fd;

	memset(&info, 0, sizeof(info));
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = bpf_obj_get(path);
	if (fd >= 0 && (bpf_obj_get_info_by_fd(fd, &info, &size) != 0 || strcmp(info.name, name) != 0 ||
			info.key_size != key || info.value_size != value)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static size_t orders_read(int fd, struct hand_order *orders)
{
	uint64_t id, *last = NULL;
	struct xdp_kept kept;
	size_t count = 0;

	for (; count < SHIELD_SLOTS && bpf_map_get_next_key(fd, last, &id) == 0; last = &id)
		if (bpf_map_lookup_elem(fd, &id, &kept) == 0 && kept.order.id == id)
			orders[count++] = kept.order;
	return count;
}

static size_t allowed_read(int fd, struct prefix *allowed)
{
	struct shield_allowed key, *last = NULL;
	size_t count = 0;

	for (; count < SHIELD_ALLOWED / 2 && bpf_map_get_next_key(fd, last, &key) == 0; last = &key) {
		struct ip ip;

		memcpy(ip.b, key.address, sizeof(ip.b));
		allowed[count++] = ip_prefix(&ip, (uint8_t)(key.bits > 128 ? 128 : key.bits));
	}
	return count;
}

static bool before_read(const char *folder, struct xdp_before *before)
{
	int orders = map_get(folder, "orders", sizeof(uint64_t), sizeof(struct xdp_kept));
	int allowed = map_get(folder, "allowed", sizeof(struct shield_allowed), sizeof(uint32_t));
	bool well = orders >= 0 && allowed >= 0;

	if (well) {
		before->order_count = orders_read(orders, before->orders);
		before->allowed_count = allowed_read(allowed, before->allowed);
	}
	if (orders >= 0)
		close(orders);
	if (allowed >= 0)
		close(allowed);
	return well;
}

bool xdp_before_read(struct xdp_before *before)
{
	struct xdp_before read = { calloc(SHIELD_SLOTS, sizeof(*read.orders)), 0,
				   calloc(SHIELD_ALLOWED / 2, sizeof(*read.allowed)), 0 };
	DIR *pins = opendir(XDP_PINS);
	char folder[XDP_PATH];
	bool well = false;

	while (read.orders && read.allowed && !well && folder_next(pins, folder))
		well = before_read(folder, &read);
	if (pins)
		closedir(pins);
	if (well)
		*before = read;
	else
		xdp_before_free(&read);
	return well;
}

void xdp_before_free(struct xdp_before *before)
{
	free(before->orders);
	free(before->allowed);
	*before = (struct xdp_before){ NULL, 0, NULL, 0 };
}

bool xdp_before_take_link(const struct xdp_pins *pins, unsigned index, const char *path)
{
	DIR *all = opendir(XDP_PINS);
	char folder[XDP_PATH];
	bool taken = false;

	while (!taken && folder_next(all, folder)) {
		char old[BELOW];
		int fd;

		snprintf(old, sizeof(old), "%s/" XDP_LINK "%u", folder, index);
		fd = xdp_link_index(old) == index ? bpf_obj_get(old) : -1;
		if (fd < 0)
			continue;
		taken = bpf_link_update(fd, pins->fd[PIN_PROGRAM], NULL) == 0 && rename(old, path) == 0;
		close(fd);
	}
	if (all)
		closedir(all);
	return taken;
}

void xdp_before_remove(void)
{
	DIR *all = opendir(XDP_PINS);
	char folder[XDP_PATH];

	while (folder_next(all, folder))
		xdp_pins_drop(folder);
	if (all)
		closedir(all);
}
