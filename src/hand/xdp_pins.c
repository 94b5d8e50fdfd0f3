/* xdp_pins.c - loads the program, pins it and its maps, finds them again, removes them. */
#include "hand/xdp_pins.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <shield_skeleton.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define BPFFS_MAGIC 0xcafe4a11 /* linux/magic.h */
#define UNFINISHED  XDP_PINS "/unfinished"
#define GOING       XDP_PINS "/going"
#define DAMAGED     XDP_PINS "/" XDP_PINS_VERSION "damaged"
#define DEPTH       2 /* folders below XDP_PINS, when it is removed */

static const char *const names[XDP_PIN_COUNT] = {
	[PIN_PROGRAM] = "program",
	[PIN_BLOCKED4] = "blocked4",
	[PIN_BLOCKED6] = "blocked6",
	[PIN_ALLOWED] = "allowed",
	[PIN_KNOWN] = "known",
	[PIN_COUNTS] = "counts",
	[PIN_KNOWN_COUNTS] = "known_counts",
	[PIN_PACES] = "paces",
	[PIN_TABLE] = "table",
	[PIN_FACTS] = "facts",
	[PIN_ORDERS] = "orders",
};

static enum err pins_fail(char trouble[HAND_TROUBLE], const char *what)
{
	if (errno == EPERM || errno == EACCES)
		snprintf(trouble, HAND_TROUBLE,
			 "%s: not allowed; it needs CAP_BPF, CAP_NET_ADMIN and CAP_SYS_ADMIN: start "
			 "it as root, or by its service",
			 what);
	else
		snprintf(trouble, HAND_TROUBLE, "%s: %s", what, strerror(errno));
	return ERR_OPEN;
}

/* FNV-1a over the program as it was compiled, with the size of what we keep beside it. */
static uint32_t version(void)
{
	uint32_t hash = 2166136261u ^ (uint32_t)sizeof(struct xdp_kept);
	const uint8_t *code;
	size_t size;

	code = shield__elf_bytes(&size);
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ code[i]) * 16777619u;
	return hash;
}

void xdp_pins_path(char path[XDP_PATH], const char *name)
{
	static uint32_t known;

	if (!known)
		known = version();
	snprintf(path, XDP_PATH, XDP_PINS "/" XDP_PINS_VERSION "%08x%s%s", known, *name ? "/" : "", name);
}

static bool is_bpffs(void)
{
	struct statfs found;

	return statfs(XDP_BPFFS, &found) == 0 && (uint32_t)found.f_type == BPFFS_MAGIC;
}

static enum err bpffs_make(char trouble[HAND_TROUBLE])
{
	struct stat is;

	if (!is_bpffs() && mount("bpf", XDP_BPFFS, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC,
				 "mode=0700") != 0)
		return pins_fail(trouble, "mounting " XDP_BPFFS);
	if (mkdir(XDP_PINS, 0700) != 0 && errno != EEXIST)
		return pins_fail(trouble, "making " XDP_PINS);
	if (stat(XDP_PINS, &is) == 0 && is.st_uid == geteuid() && !(is.st_mode & 022))
		return OK;
	snprintf(trouble, HAND_TROUBLE, XDP_PINS " is not ours alone: somebody else made it; remove it");
	return ERR_OPEN;
}

/* Links are detached rather than only let go: another process may hold them. */
static void pin_remove(const char *path)
{
	struct bpf_link_info info;
	uint32_t size = sizeof(info);
	int fd = bpf_obj_get(path);

	memset(&info, 0, sizeof(info));
	if (fd >= 0 && strstr(path, "/link-") && bpf_obj_get_info_by_fd(fd, &info, &size) == 0)
		bpf_link_detach(fd);
	if (fd >= 0)
		close(fd);
	unlink(path);
}

static bool folder_remove(const char *path, unsigned depth)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	char below[XDP_PATH + sizeof(entry->d_name)];

	if (!folder)
		return errno == ENOENT;
	while ((entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		if (entry->d_type == DT_DIR && depth > 0)
			folder_remove(below, depth - 1);
		else
			pin_remove(below);
	}
	closedir(folder);
	return rmdir(path) == 0;
}

void xdp_pins_drop(const char *folder)
{
	folder_remove(folder, 0);
}

/* All at once it has another name, so that a process which has it open does not put new pins into it meanwhile. */
enum err xdp_pins_remove(char trouble[HAND_TROUBLE])
{
	char path[XDP_PATH];

	xdp_pins_path(path, "");
	(void)rename(path, GOING); /* where it cannot, it is removed where it is */
	if (is_bpffs() && !folder_remove(XDP_PINS, DEPTH))
		return pins_fail(trouble, "removing " XDP_PINS);
	return OK;
}

/* Everything that is pinned there, by its number; -1: it is not. */
static void pins_get(struct xdp_pins *pins, const char *folder)
{
	char path[XDP_PATH + 16];

	for (int i = 0; i < XDP_PIN_COUNT; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		pins->fd[i] = bpf_obj_get(path);
	}
}

static int orders_make(void)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_NO_PREALLOC);

	return bpf_map_create(BPF_MAP_TYPE_HASH, "orders", sizeof(uint64_t), sizeof(struct xdp_kept),
			      SHIELD_SLOTS, &options);
}

static bool pins_pin(const struct shield *shield, int orders)
{
	const int fds[XDP_PIN_COUNT] = {
		[PIN_PROGRAM] = bpf_program__fd(shield->progs.shield),
		[PIN_BLOCKED4] = bpf_map__fd(shield->maps.blocked4),
		[PIN_BLOCKED6] = bpf_map__fd(shield->maps.blocked6),
		[PIN_ALLOWED] = bpf_map__fd(shield->maps.allowed),
		[PIN_KNOWN] = bpf_map__fd(shield->maps.known),
		[PIN_COUNTS] = bpf_map__fd(shield->maps.counts),
		[PIN_KNOWN_COUNTS] = bpf_map__fd(shield->maps.known_counts),
		[PIN_PACES] = bpf_map__fd(shield->maps.paces),
		[PIN_TABLE] = bpf_map__fd(shield->maps.table),
		[PIN_FACTS] = bpf_map__fd(shield->maps.bss),
		[PIN_ORDERS] = orders,
	};
	char path[XDP_PATH];

	if (mkdir(UNFINISHED, 0700) != 0)
		return false;
	for (int i = 0; i < XDP_PIN_COUNT; i++) {
		snprintf(path, sizeof(path), UNFINISHED "/%s", names[i]);
		if (fds[i] < 0 || bpf_obj_pin(fds[i], path) != 0)
			return false;
	}
	xdp_pins_path(path, "");
	return rename(UNFINISHED, path) == 0;
}

/* With counters for as many processors as there may ever be. NULL: errno says why. */
static struct shield *shield_load(void)
{
	struct shield *shield = shield__open();
	int cpus = libbpf_num_possible_cpus();

	if (!shield)
		return NULL;
	if (cpus > 0 &&
	    bpf_map__set_max_entries(shield->maps.counts, (uint32_t)cpus * SHIELD_SLOTS) == 0 &&
	    bpf_map__set_max_entries(shield->maps.known_counts, (uint32_t)cpus * SHIELD_SLOTS) ==
		    0 &&
	    shield__load(shield) == 0)
		return shield;
	shield__destroy(shield);
	return NULL;
}

static enum err pins_make(char trouble[HAND_TROUBLE])
{
	struct shield *shield;
	enum err err = OK;
	int orders;

	libbpf_set_print(NULL); /* what is wrong is told by errno */
	shield = shield_load();
	if (!shield)
		return pins_fail(trouble, "loading the XDP program (Linux 5.18 or later is needed)");
	orders = orders_make();
	if (getrandom(shield->bss->facts.secret, sizeof(shield->bss->facts.secret), 0) < 0 ||
	    !pins_pin(shield, orders))
		err = pins_fail(trouble, "pinning the XDP program");
	if (orders >= 0)
		close(orders);
	shield__destroy(shield);
	return err;
}

/* NULL: it cannot be mapped. */
static void *area_map(const struct xdp_pins *pins, enum xdp_pin pin, size_t size)
{
	void *area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, pins->fd[pin], 0);

	return area == MAP_FAILED ? NULL : area;
}

static void area_unmap(void *area, size_t size)
{
	if (area)
		munmap(area, size);
}

static enum err pins_map(struct xdp_pins *pins, char trouble[HAND_TROUBLE])
{
	size_t counters = (size_t)pins->cpus * SHIELD_SLOTS;

	for (int i = 0; i < XDP_PIN_COUNT; i++)
		if (pins->fd[i] < 0)
			return pins_fail(trouble, "opening the pinned XDP program");
	pins->blocked4 = area_map(pins, PIN_BLOCKED4, SHIELD_BUCKETS4 * sizeof(*pins->blocked4));
	pins->blocked6 = area_map(pins, PIN_BLOCKED6, SHIELD_BUCKETS6 * sizeof(*pins->blocked6));
	pins->counts = area_map(pins, PIN_COUNTS, counters * sizeof(*pins->counts));
	pins->known_counts =
		area_map(pins, PIN_KNOWN_COUNTS, counters * sizeof(*pins->known_counts));
	pins->facts = area_map(pins, PIN_FACTS, sizeof(*pins->facts));
	if (pins->blocked4 && pins->blocked6 && pins->counts && pins->known_counts && pins->facts)
		return OK;
	return pins_fail(trouble, "mapping the memory of the XDP program");
}

/* Beside what another version left. What of ours is damaged, is as if another version had left it. */
static enum err pins_renew(char trouble[HAND_TROUBLE])
{
	char path[XDP_PATH];
	enum err err;

	xdp_pins_path(path, "");
	if (rename(path, DAMAGED) != 0)
		folder_remove(path, 0);
	folder_remove(UNFINISHED, 0); /* of one that was killed */
	err = pins_make(trouble);
	if (err != OK) {
		folder_remove(UNFINISHED, 0);
		rmdir(XDP_PINS); /* when nothing is in it */
	}
	return err;
}

void xdp_pins_init(struct xdp_pins *pins)
{
	int cpus = libbpf_num_possible_cpus();

	memset(pins, 0, sizeof(*pins));
	pins->cpus = cpus > 0 ? (unsigned)cpus : 0;
	for (int i = 0; i < XDP_PIN_COUNT; i++)
		pins->fd[i] = -1;
}

bool xdp_pins_exist(void)
{
	char path[XDP_PATH];

	for (int i = 0; i < XDP_PIN_COUNT; i++) {
		xdp_pins_path(path, names[i]);
		if (access(path, F_OK) != 0)
			return false;
	}
	return true;
}

enum err xdp_pins_open(struct xdp_pins *pins, char trouble[HAND_TROUBLE])
{
	enum err err = bpffs_make(trouble);
	char folder[XDP_PATH];

	if (err == OK && !xdp_pins_exist())
		err = pins_renew(trouble);
	if (err != OK)
		return err;
	xdp_pins_path(folder, "");
	pins_get(pins, folder);
	err = pins_map(pins, trouble);
	if (err != OK)
		xdp_pins_close(pins);
	return err;
}

void xdp_pins_close(struct xdp_pins *pins)
{
	size_t counters = (size_t)pins->cpus * SHIELD_SLOTS;

	area_unmap(pins->blocked4, SHIELD_BUCKETS4 * sizeof(*pins->blocked4));
	area_unmap(pins->blocked6, SHIELD_BUCKETS6 * sizeof(*pins->blocked6));
	area_unmap(pins->counts, counters * sizeof(*pins->counts));
	area_unmap(pins->known_counts, counters * sizeof(*pins->known_counts));
	area_unmap(pins->facts, sizeof(*pins->facts));
	for (int i = 0; i < XDP_PIN_COUNT; i++)
		if (pins->fd[i] >= 0)
			close(pins->fd[i]);
	xdp_pins_init(pins);
}
