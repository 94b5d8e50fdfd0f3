/*
 * shield.c - the rate at which floods are dropped: by the shield, by a bare program, by nftables.
 *
 *   shield shield DEV            puts 10,000 prefixes and 64 filters in force on DEV, by the hand
 *   shield bare DEV              the bare program with the same prefixes, until its standard input ends
 *   shield nothing DEV           a program that drops all at once, likewise
 *   shield nft DEV               the same as a table of nftables, to standard output
 *   shield flood DEV PEER SECONDS prefixes|rules    floods through DEV; tells how many a second PEER took
 *
 * bench/run-shield does all that in a network namespace.
 */
#include "hand/hand.h"
#include "hand/xdp_pins.h"

#include "shield_bench.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <shield_bench_skeleton.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FRAME    96
#define BATCH    64

static void fail(const char *what)
{
	fprintf(stderr, "shield: %s: %s\n", what, strerror(errno));
	exit(1);
}

static struct ip mapped(uint32_t address)
{
	uint32_t network = htonl(address);

	return ip_from_v4((const uint8_t *)&network);
}

static void shield_arm(const char *interface)
{
	static struct hand_order orders[BENCH_PREFIXES + BENCH_RULES];
	struct hand_settings settings = { .interfaces = &interface, .interface_count = 1 };
	char trouble[HAND_TROUBLE] = "";
	struct hand_state *state = hand_xdp.open(&settings, trouble);
	struct prefix allowed[3];

	for (unsigned n = 0; n < BENCH_PREFIXES + BENCH_RULES; n++) {
		struct hand_order *order = &orders[n];
		unsigned bits;

		order->id = n + 1;
		order->until = INT64_MAX / 2000;
		if (n < BENCH_PREFIXES) {
			uint32_t address = bench_prefix(n, &bits);
			struct ip ip = mapped(address);

			order->filter.parts = FILTER_FROM;
			order->filter.from = ip_prefix(&ip, (uint8_t)(96 + bits));
			continue;
		}
		order->filter.parts = FILTER_TO | FILTER_PROTO | FILTER_FROM_PORT | FILTER_LENGTH;
		order->filter.to = (struct prefix){ mapped(bench_to(n - BENCH_PREFIXES)), 128 };
		order->filter.proto = PROTO_UDP;
		order->filter.from_port.low = order->filter.from_port.high = bench_port(n - BENCH_PREFIXES);
		order->filter.length = (struct filter_range){ 40, 1400 };
	}
	if (!state || prefix_parse(&allowed[0], "127.0.0.0/8") != OK ||
	    prefix_parse(&allowed[1], "192.168.0.0/16") != OK ||
	    prefix_parse(&allowed[2], "198.51.100.7") != OK ||
	    hand_xdp.allow(state, allowed, 3, trouble) != OK ||
	    hand_xdp.apply(state, orders, BENCH_PREFIXES + BENCH_RULES, trouble) != OK) {
		fprintf(stderr, "shield: %s\n", trouble);
		exit(1);
	}
	if (trouble[0])
		printf("note: %s\n", trouble);
	hand_xdp.close(state);
}

static void bare_arm(const char *interface, bool prefixes)
{
	struct shield_bench *bench = shield_bench__open_and_load();
	unsigned index = if_nametoindex(interface);
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = XDP_FLAGS_DRV_MODE);
	const uint32_t yes = 1;
	char word[8];

	if (!bench)
		fail("loading the bare program");
	for (unsigned n = 0; prefixes && n < BENCH_PREFIXES; n++) {
		struct bench_key key;
		uint32_t address = bench_prefix(n, &key.bits);

		key.address = htonl(address);
		if (bpf_map_update_elem(bpf_map__fd(bench->maps.prefixes), &key, &yes, BPF_ANY) != 0)
			fail("prefixes");
	}
	if (bpf_link_create(bpf_program__fd(prefixes ? bench->progs.bare : bench->progs.drop), (int)index, BPF_XDP, &options) < 0)
		fail("attaching the bare program");
	printf("ready\n");
	fflush(stdout);
	while (read(0, word, sizeof(word)) > 0)
		;
}

static void nft_write(const char *interface)
{
	struct in_addr address;
	unsigned bits;

	printf("table netdev bench {\n");
	for (int wide = 0; wide < 2; wide++) {
		printf("set %s { type ipv4_addr; %selements = {\n", wide ? "networks" : "hosts",
		       wide ? "flags interval; auto-merge; " : "");
		for (unsigned n = 0; n < BENCH_PREFIXES; n++) {
			address.s_addr = htonl(bench_prefix(n, &bits));
			if ((bits == 24) == wide)
				printf("%s%s,\n", inet_ntoa(address), wide ? "/24" : "");
		}
		printf("}\n}\n");
	}
	printf("chain in { type filter hook ingress device %s priority -500;\n", interface);
	printf("ip saddr @hosts counter drop\nip saddr @networks counter drop\n");
	for (unsigned n = 0; n < BENCH_RULES; n++) {
		address.s_addr = htonl(bench_to(n));
		printf("ip daddr %s udp sport %u ip length 40-1400 counter drop\n", inet_ntoa(address),
		       bench_port(n));
	}
	printf("}\n}\n");
}

static size_t frame_make(uint8_t frame[FRAME])
{
	static const uint8_t head[] = {
		2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0, 0, 60, 0, 0, 0, 0, 64, 17,
		0, 0, 1, 2, 3, 4, 203, 0, 113, 0, 0, 5, 0, 9, 0, 40, 0, 0,
	};

	memset(frame, 0, FRAME);
	memcpy(frame, head, sizeof(head));
	return 74;
}

/* Without an XDP program the other end takes such frames only when it polls, which this makes it do. */
static void gro_set(const char *interface)
{
	struct ethtool_value on = { .cmd = ETHTOOL_SGRO, .data = 1 };
	struct ifreq request = { .ifr_data = (void *)&on };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", interface);
	if (fd < 0 || ioctl(fd, SIOCETHTOOL, &request) != 0)
		fail("generic receive offload");
	close(fd);
}

static uint32_t received(const char *interface)
{
	struct ifaddrs *all, *i;
	uint32_t count = 0;

	if (getifaddrs(&all) != 0)
		fail("getifaddrs");
	for (i = all; i; i = i->ifa_next)
		if (i->ifa_addr && i->ifa_addr->sa_family == AF_PACKET &&
		    strcmp(i->ifa_name, interface) == 0 && i->ifa_data)
			count = ((const struct rtnl_link_stats *)i->ifa_data)->rx_packets;
	freeifaddrs(all);
	return count;
}

/* In the sender's own time, in which the other end's work is done, too: both are on one processor. */
static double clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void flood(const char *interface, const char *peer, double seconds, bool rules)
{
	struct shield_bench *bench = shield_bench__open_and_load();
	uint8_t frame[FRAME];
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame,
		    .data_size_in = (uint32_t)frame_make(frame), .repeat = 1 << 18,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = BATCH);
	uint32_t before;
	double from;

	if (!bench)
		fail("loading the sender");
	bench->bss->interface = if_nametoindex(interface);
	bench->bss->turn = 1;
	bench->bss->rules = rules;
	if (bpf_prog_test_run_opts(bpf_program__fd(bench->progs.send), &run) != 0) /* to warm up */
		fail("sending");
	gro_set(peer);
	before = received(peer);
	from = clock_now();
	do {
		if (bpf_prog_test_run_opts(bpf_program__fd(bench->progs.send), &run) != 0)
			fail("sending");
	} while (clock_now() - from < seconds);
	printf("%.0f\n", (received(peer) - before) / (clock_now() - from));
	shield_bench__destroy(bench);
}

int main(int count, char **words)
{
	libbpf_set_print(NULL);
	if (count == 3 && strcmp(words[1], "shield") == 0)
		shield_arm(words[2]);
	else if (count == 3 && strcmp(words[1], "bare") == 0)
		bare_arm(words[2], true);
	else if (count == 3 && strcmp(words[1], "nothing") == 0)
		bare_arm(words[2], false);
	else if (count == 3 && strcmp(words[1], "nft") == 0)
		nft_write(words[2]);
	else if (count == 6 && strcmp(words[1], "flood") == 0)
		flood(words[2], words[3], strtod(words[4], NULL), strcmp(words[5], "rules") == 0);
	else
		return 2;
	return 0;
}
