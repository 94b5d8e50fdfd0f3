/*
 * shield_bench.bpf.c - what the shield is measured with: a sender of frames, and the barest program that drops by
 * prefix, to be compared with.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "shield_bench.h"

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct bench_key);
	__type(value, __u32);
} prefixes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} dropped SEC(".maps");

struct headers {
	struct ethhdr ethernet;
	struct iphdr ip;
	struct udphdr udp;
} __attribute__((packed));

__u32 interface; /* to send to */
__u32 rules;     /* whether what the filters want is sent, from anywhere; else from the prefixes */
__u64 turn;

/* Run by bpf_prog_test_run() on the same frame again and again: each leaves as of another sender. All of it is
 * computed, so that what is measured has the cache for itself. */
SEC("xdp")
int send(struct xdp_md *frame)
{
	struct headers *h = (void *)(long)frame->data;
	__u32 bits, from, n;

	if ((void *)(h + 1) > (void *)(long)frame->data_end)
		return XDP_DROP;
	turn = turn * 6364136223846793005ULL + 1442695040888963407ULL;
	n = turn >> 33;
	from = bench_prefix(n % BENCH_PREFIXES, &bits);
	if (bits == 24)
		from |= n >> 20 & 0xff;
	if (rules)
		from = 0x80000000 + n % 0x5f000000;
	h->ip.saddr = bpf_htonl(from);
	h->ip.daddr = bpf_htonl(bench_to(n % BENCH_RULES));
	h->udp.source = bpf_htons(bench_port(n % BENCH_RULES));
	return bpf_redirect(interface, 0);
}

/* The least that a program can do that drops by longest prefix, and counts. */
SEC("xdp")
int bare(struct xdp_md *frame)
{
	struct ethhdr *ethernet = (void *)(long)frame->data;
	struct iphdr *ip = (void *)(ethernet + 1);
	struct bench_key key = { 32, 0 };
	__u32 zero = 0;
	__u64 *count;

	if ((void *)(ip + 1) > (void *)(long)frame->data_end ||
	    ethernet->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	key.address = ip->saddr;
	if (!bpf_map_lookup_elem(&prefixes, &key))
		return XDP_PASS;
	count = bpf_map_lookup_elem(&dropped, &zero);
	if (count)
		(*count)++;
	return XDP_DROP;
}

/* What sending alone costs. */
SEC("xdp")
int drop(struct xdp_md *frame)
{
	(void)frame;
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
