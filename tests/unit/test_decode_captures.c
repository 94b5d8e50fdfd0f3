/*
 * test_decode_captures.c - the decoder against libpcap's filters, on real captures.
 *
 * The captures lie in the folder named by HINOMI_SHARED_DATA; without it the test is skipped with a
 * notice. Each capture is read by libpcap alone; its filter program counts "tcp", "udp", "icmp or
 * icmp6", "arp" and "ip", and decode_frame() gets the same bytes. Captures with tunnels, with VLAN
 * tags or in which IPv6 extension headers hide the protocol from a filter are left out.
 */
#include "wire/decode.h"

#include <dirent.h>
#include <pcap/pcap.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#ifndef HINOMI_SOURCE_ROOT
#define HINOMI_SOURCE_ROOT "."
#endif

#define FRAMES_MAX 200000 /* of each capture */

enum kind { TCP, UDP, ICMP, ARP, IP, KINDS };

static const char *const filters[KINDS] = {"tcp", "udp", "icmp or icmp6", "arp", "ip or ip6"};

static const char left_out[] =
	"ether proto 0x8100 or ether proto 0x88a8 or ether proto 0x9100 or ether proto 0x8847 or "
	"ether proto 0x8864 or ip proto 0 or ip proto 4 or ip proto 41 or ip proto 47 or "
	"udp port 4789 or ip6 proto 0 or ip6 proto 43 or ip6 proto 44 or ip6 proto 51 or "
	"ip6 proto 60";

struct counts {
	uint64_t ours[KINDS], theirs[KINDS], frames;
};

static void count_ours(struct counts *c, const struct packet *p)
{
	if (p->key.flags & KEY_ARP) {
		c->ours[ARP]++;
		return;
	}
	switch (p->key.proto) {
	case PROTO_TCP:
		c->ours[TCP]++;
		break;
	case PROTO_UDP:
		c->ours[UDP]++;
		break;
	case PROTO_ICMP:
	case PROTO_ICMP6:
		c->ours[ICMP]++;
		break;
	}
	c->ours[IP]++;
}

/* The ports of a packet, as libpcap's expression language finds them. */
static void same_ports(const struct packet *p, const uint8_t *ip)
{
	const uint8_t *ports = ip + (ip[0] & 15) * 4;

	assert_int_equal(packet_from_port(p), ports[0] << 8 | ports[1]);
	assert_int_equal(packet_to_port(p), ports[2] << 8 | ports[3]);
	assert_memory_equal(packet_from(p)->b + 12, ip + 12, 4);
	assert_memory_equal(packet_to(p)->b + 12, ip + 16, 4);
	assert_int_equal(p->ttl, ip[8]);
	if (p->key.proto == PROTO_TCP)
		assert_int_equal(p->tcp_flags, ports[13]);
}

static void count_frame(struct counts *c, const struct frame *frame)
{
	static struct decoder decoder;
	struct packet packets[DECODE_PACKETS];
	const uint8_t *eth = frame->bytes.ptr;
	unsigned count = decode_frame(&decoder, frame, packets);

	for (unsigned i = 0; i < count; i++)
		count_ours(c, &packets[i]);
	if (count == 1 && frame->link == LINK_ETHERNET && frame->bytes.len >= 14 + 40 &&
	    eth[12] == 8 && eth[13] == 0 && (eth[14] & 15) >= 5 && (eth[14] & 15) <= 10 &&
	    !(packets[0].marks & MARK_FRAGMENT) &&
	    frame->bytes.len >= 14u + (eth[14] & 15) * 4 + 20 &&
	    (packets[0].key.proto == PROTO_TCP || packets[0].key.proto == PROTO_UDP))
		same_ports(&packets[0], eth + 14);
}

/* False when it is none that this test is for. */
static bool count_capture(const char *path, struct counts *c)
{
	struct bpf_program programs[KINDS], odd;
	char text[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_open_offline(path, text);
	struct pcap_pkthdr *h;
	const uint8_t *bytes;
	bool usable = true;

	*c = (struct counts){0};
	if (!pcap || pcap_datalink(pcap) != DLT_EN10MB) {
		if (pcap)
			pcap_close(pcap);
		return false;
	}
	for (unsigned k = 0; k < KINDS; k++)
		assert_int_equal(
			pcap_compile(pcap, &programs[k], filters[k], 1, PCAP_NETMASK_UNKNOWN), 0);
	assert_int_equal(pcap_compile(pcap, &odd, left_out, 1, PCAP_NETMASK_UNKNOWN), 0);
	while (usable && c->frames < FRAMES_MAX && pcap_next_ex(pcap, &h, &bytes) == 1) {
		struct frame frame = {0, h->len, LINK_ETHERNET, {bytes, h->caplen}};

		usable = !pcap_offline_filter(&odd, h, bytes);
		for (unsigned k = 0; k < KINDS; k++)
			c->theirs[k] += pcap_offline_filter(&programs[k], h, bytes) != 0;
		count_frame(c, &frame);
		c->frames++;
	}
	for (unsigned k = 0; k < KINDS; k++)
		pcap_freecode(&programs[k]);
	pcap_freecode(&odd);
	pcap_close(pcap);
	return usable && c->frames > 0;
}

static void test_like_bpf(void **state)
{
	const char *shared = getenv("HINOMI_SHARED_DATA");
	char folder[4096], path[8192];
	struct dirent *entry;
	unsigned captures = 0;
	struct counts c;
	DIR *dir;

	(void)state;
	snprintf(folder, sizeof(folder), "%s/captures",
		 shared ? shared : HINOMI_SOURCE_ROOT "/../shared/data");
	dir = opendir(folder);
	if (!dir) {
		print_message("NOTICE: no captures in %s; set HINOMI_SHARED_DATA\n", folder);
		skip();
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		const char *dot = strrchr(entry->d_name, '.');

		if (!dot || (strcmp(dot, ".pcap") != 0 && strcmp(dot, ".pcapng") != 0))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (!count_capture(path, &c))
			continue;
		captures++;
		for (unsigned k = 0; k < KINDS; k++)
			if (c.ours[k] != c.theirs[k])
				fail_msg("%s: '%s': ours %llu, libpcap's %llu of %llu",
					 entry->d_name, filters[k], (unsigned long long)c.ours[k],
					 (unsigned long long)c.theirs[k],
					 (unsigned long long)c.frames);
	}
	closedir(dir);
	print_message("%u captures counted as libpcap counts them\n", captures);
	assert_true(captures >= 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_like_bpf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
