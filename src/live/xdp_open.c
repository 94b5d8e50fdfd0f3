/* xdp_open.c - the privileged half of AF_XDP: a socket for each queue, and the program that feeds them. */
#include "live/xdp.h"

#include "live/live_private.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <capture_skeleton.h>
#include <dirent.h>
#include <errno.h>
#include <net/if.h> /* before the kernel's own, which then leaves out what stands here */
#include <linux/ethtool.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define BLOCK_USUAL 2048u
#define BLOCK_MOST  4096u /* what the kernel takes without huge pages: a page */
#define BEFORE      256u  /* XDP_PACKET_HEADROOM: the kernel leaves it before a frame */
#define TAGS        8u    /* two VLAN tags, which the MTU does not count */
#define COMPLETION  64u   /* of a queue that a socket must have; we send nothing */

#define CAPABILITY "CAP_NET_RAW, CAP_NET_ADMIN and CAP_BPF (and CAP_IPC_LOCK or no limit of locked memory)"
#define MEND       "use watch.capture = \"packet\""

static enum err refused(const struct opening *o, const char *what)
{
	if (errno == ENOBUFS) /* more locked memory than this user may have */
		errno = EPERM;
	if (errno == EPERM || errno == EACCES)
		return opening_refused(o, what, CAPABILITY);
	return opening_fail(o, ERR_UNSUPPORTED, "%s: %s; " MEND, what, strerror(errno));
}

/* Asks the interface; `request` has more to ask with than its name. */
static bool interface_ask(const struct opening *o, unsigned long what, struct ifreq *request)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool done;

	snprintf(request->ifr_name, sizeof(request->ifr_name), "%s", o->settings->interface);
	done = fd >= 0 && ioctl(fd, what, request) == 0;
	if (fd >= 0)
		close(fd);
	return done;
}

/* Those that a driver shows, which does not tell how many of them it uses. */
static unsigned queues_listed(const struct opening *o)
{
	char path[64];
	struct dirent *entry;
	unsigned count = 0;
	DIR *folder;

	snprintf(path, sizeof(path), "/sys/class/net/%s/queues", o->settings->interface);
	folder = opendir(path);
	while (folder && (entry = readdir(folder)))
		count += strncmp(entry->d_name, "rx-", 3) == 0;
	if (folder)
		closedir(folder);
	return count;
}

/* The queues that the interface receives into. */
static unsigned queue_count(const struct opening *o)
{
	struct ethtool_channels channels = { .cmd = ETHTOOL_GCHANNELS };
	struct ifreq request = { .ifr_data = (char *)&channels };

	if (interface_ask(o, SIOCETHTOOL, &request) && channels.rx_count + channels.combined_count)
		return channels.rx_count + channels.combined_count;
	return queues_listed(o);
}

/* As few bytes for a frame as the MTU allows, and as many of these blocks as the ring may have. */
static enum err shape_choose(const struct opening *o, struct live_shape *shape)
{
	size_t bytes = o->settings->ring_bytes ? o->settings->ring_bytes : LIVE_RING_USUAL;
	struct ifreq request = { .ifr_mtu = 0 };
	size_t frame;

	if (o->type != ARPHRD_ETHER)
		return opening_fail(o, ERR_UNSUPPORTED, "it is no Ethernet; " MEND);
	if (bytes > LIVE_RING_MAX)
		return opening_fail(o, ERR_LIMIT, "a ring of %zu bytes is more than the %zu allowed", bytes,
				    LIVE_RING_MAX);
	if (!interface_ask(o, SIOCGIFMTU, &request))
		return refused(o, "asking for its MTU");
	frame = (size_t)request.ifr_mtu + ETH_HLEN + TAGS;
	if (frame + BEFORE > BLOCK_MOST)
		return opening_fail(o, ERR_UNSUPPORTED,
				    "its frames of %zu bytes are too long for XDP: set its MTU to %zu, or " MEND,
				    frame, (size_t)BLOCK_MOST - BEFORE - ETH_HLEN - TAGS);
	shape->kind = LIVE_XDP;
	shape->link = LINK_ETHERNET;
	shape->block_bytes = frame + BEFORE > BLOCK_USUAL ? BLOCK_MOST : BLOCK_USUAL;
	for (shape->blocks = COMPLETION; 2 * xdp_frame_bytes(shape) <= bytes;)
		shape->blocks *= 2;
	return OK;
}

/* The memory of a ring. The socket keeps its pages, and so we need not keep them mapped. */
static enum err memory_make(const struct opening *o, struct live_ring *ring)
{
	size_t bytes = xdp_frame_bytes(&ring->shape), all = bytes + XDP_MARK_ROOM;
	struct xdp_umem_reg reg = { .len = bytes, .chunk_size = ring->shape.block_bytes };
	void *memory;
	int done;

	ring->memory = memfd_create("hinomi-frames", MFD_CLOEXEC);
	if (ring->memory < 0 || ftruncate(ring->memory, (off_t)all) != 0)
		return refused(o, "the memory of its ring");
	memory = mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_SHARED, ring->memory, 0);
	if (memory == MAP_FAILED)
		return refused(o, "the memory of its ring");
	reg.addr = (uintptr_t)memory;
	done = setsockopt(ring->fd, SOL_XDP, XDP_UMEM_REG, &reg, sizeof(reg));
	munmap(memory, all);
	return done == 0 ? OK : refused(o, "the memory of its ring");
}

static bool queue_make(int fd, int which, uint32_t entries)
{
	return setsockopt(fd, SOL_XDP, which, &entries, sizeof(entries)) == 0;
}

static struct live_queue queue_at(const struct xdp_ring_offset *offset)
{
	return (struct live_queue){ (uint32_t)offset->producer, (uint32_t)offset->consumer,
				    (uint32_t)offset->desc };
}

static enum err queues_make(const struct opening *o, struct live_ring *ring)
{
	struct xdp_mmap_offsets at;
	socklen_t len = sizeof(at);

	if (!queue_make(ring->fd, XDP_UMEM_FILL_RING, ring->shape.blocks) ||
	    !queue_make(ring->fd, XDP_UMEM_COMPLETION_RING, COMPLETION) ||
	    !queue_make(ring->fd, XDP_RX_RING, ring->shape.blocks) ||
	    getsockopt(ring->fd, SOL_XDP, XDP_MMAP_OFFSETS, &at, &len) != 0 || len != sizeof(at))
		return refused(o, "the queues of its ring");
	ring->shape.rx = queue_at(&at.rx);
	ring->shape.fill = queue_at(&at.fr);
	return OK;
}

/* The driver's own memory where it can (zero copy), else the kernel copies each frame. */
static enum err queue_bind(const struct opening *o, struct live_ring *ring, unsigned queue)
{
	struct sockaddr_xdp address = {
		.sxdp_family = AF_XDP,
		.sxdp_flags = XDP_USE_NEED_WAKEUP,
		.sxdp_ifindex = (uint32_t)o->index,
		.sxdp_queue_id = queue,
	};
	struct xdp_options options = { 0 };
	socklen_t len = sizeof(options);

	if (bind(ring->fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
		if (errno == EBUSY)
			return opening_fail(o, ERR_OPEN,
					    "another program has its queue %u by AF_XDP: end that, or " MEND,
					    queue);
		return refused(o, "taking its queue");
	}
	if (getsockopt(ring->fd, SOL_XDP, XDP_OPTIONS, &options, &len) == 0)
		ring->shape.zero_copy = options.flags & XDP_OPTIONS_ZEROCOPY;
	return OK;
}

/* Hands all blocks to the kernel. Readers map the bound socket as is done here; before Linux 6.4 only
 * one that was not bound yet could be mapped. */
static enum err blocks_give(const struct opening *o, const struct live_ring *ring)
{
	const struct live_shape *shape = &ring->shape;
	size_t bytes = shape->fill.entries + shape->blocks * sizeof(uint64_t);
	uint8_t *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd,
			       (off_t)XDP_UMEM_PGOFF_FILL_RING);
	uint64_t *fill;

	if (memory == MAP_FAILED)
		return opening_fail(o, ERR_UNSUPPORTED, "AF_XDP needs Linux 6.4 here: " MEND);
	fill = (uint64_t *)(memory + shape->fill.entries);
	for (uint32_t i = 0; i < shape->blocks; i++)
		fill[i] = (uint64_t)i * shape->block_bytes;
	__atomic_store_n((uint32_t *)(memory + shape->fill.producer), shape->blocks, __ATOMIC_RELEASE);
	munmap(memory, bytes);
	return OK;
}

static enum err ring_open(const struct opening *o, struct live_ring *ring, unsigned queue)
{
	enum err err = memory_make(o, ring);

	if (err == OK)
		err = queues_make(o, ring);
	if (err == OK)
		err = queue_bind(o, ring, queue);
	if (err == OK)
		err = blocks_give(o, ring);
	return err;
}

static enum err rings_open(const struct opening *o, struct live_port *port)
{
	struct live_shape shape = { .kind = LIVE_XDP };
	unsigned queues = queue_count(o);
	enum err err = shape_choose(o, &shape);

	if (err == OK && (queues == 0 || queues > LIVE_RINGS))
		err = opening_fail(o, ERR_LIMIT,
				   "it receives into %u queues, and 1 to %d can be read: set fewer with "
				   "ethtool -L, or " MEND,
				   queues, LIVE_RINGS);
	for (unsigned i = 0; i < queues && err == OK; i++) {
		struct live_ring *ring = &port->rings[i];

		*ring = (struct live_ring){ socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0), -1, shape };
		if (ring->fd < 0)
			return refused(o, "capturing by AF_XDP");
		port->ring_count++;
		err = ring_open(o, ring, i);
	}
	return err;
}

static enum err attach_refused(const struct opening *o)
{
	if (errno == EOPNOTSUPP)
		return opening_fail(o, ERR_UNSUPPORTED, "its driver has no native XDP: " MEND);
	if (errno == EBUSY || errno == EEXIST)
		return opening_fail(o, ERR_OPEN,
				    "it has an XDP program already: take that off (ip link set dev %s xdp off), "
				    "or " MEND,
				    o->settings->interface);
	return refused(o, "its driver, asked for native XDP");
}

/* The link that comes back is all that keeps the program: without it, the interface is as before. */
static enum err program_attach(const struct opening *o, struct live_port *port, struct capture *program)
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = XDP_FLAGS_DRV_MODE);
	int sockets = bpf_map__fd(program->maps.sockets);

	for (uint32_t i = 0; i < port->ring_count; i++)
		if (bpf_map_update_elem(sockets, &i, &port->rings[i].fd, BPF_ANY) != 0)
			return refused(o, "giving its program the rings");
	port->kept[0] = bpf_link_create(bpf_program__fd(program->progs.capture), o->index, BPF_XDP, &options);
	return port->kept[0] >= 0 ? OK : attach_refused(o);
}

static enum err program_open(const struct opening *o, struct live_port *port)
{
	struct capture *program;
	enum err err;

	libbpf_set_print(NULL); /* what is wrong is said once, by us */
	program = capture__open_and_load();
	if (!program)
		return refused(o, "loading the XDP program");
	err = program_attach(o, port, program);
	capture__destroy(program);
	return err;
}

static enum err promiscuous_open(const struct opening *o, struct live_port *port)
{
	if (!o->settings->promiscuous)
		return OK;
	port->kept[1] = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0); /* of protocol 0: takes nothing */
	return port->kept[1] >= 0 ? opening_promiscuous(o, port->kept[1]) : refused(o, "promiscuous mode");
}

enum err xdp_open(const struct opening *o, struct live_port *port)
{
	enum err err = xdp_spare(o);

	if (err == OK)
		err = rings_open(o, port);
	if (err == OK)
		err = promiscuous_open(o, port);
	if (err == OK)
		err = program_open(o, port);
	return err;
}
