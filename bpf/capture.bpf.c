/* capture.bpf.c - hands every frame of a queue to the AF_XDP socket of it; without one it goes its way. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define QUEUES 64

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, QUEUES);
	__type(key, __u32);
	__type(value, __u32);
} sockets SEC(".maps");

SEC("xdp")
int capture(struct xdp_md *frame)
{
	return bpf_redirect_map(&sockets, frame->rx_queue_index, XDP_PASS);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
