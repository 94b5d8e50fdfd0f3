/*
 * send.c - sends packets into an interface at a steady rate: the other end of bench/run-tower.
 *
 *     send INTERFACE --rate PACKETS --seconds N [--clients N] [--syn]
 *
 * UDP questions of clients that change all the time to a server of 203.0.113.0/24 and its answers, so
 * that conversations come and go; with --syn bare SYNs from changing addresses instead, a flood. Prints
 * how many were sent.
 */
#include <arpa/inet.h>
#include <getopt.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 64
#define FRAME 128
#define SERVER  0xcb007135u /* 203.0.113.53, of documentation (RFC 5737): nobody's */
#define CLIENTS 0xc6120000u /* 198.18.0.0/15, of benchmarks (RFC 2544) */

struct sending {
	int fd;
	uint64_t rate, seconds, clients;
	bool syn;
	uint64_t sent, refused;
	uint8_t frames[BATCH][FRAME];
	struct iovec vectors[BATCH];
	struct mmsghdr messages[BATCH];
};

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 31) * 0x9e3779b97f4a7c15u;
	return x ^ x >> 29;
}

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

/* The frame number `n`: even ones are a client's, odd ones the server's answer to the one before. */
static size_t frame(const struct sending *s, uint8_t *p, uint64_t n)
{
	uint64_t client = mix(s->syn ? n : n / 2 % s->clients + n / 2 / s->clients / 8 * s->clients);
	uint32_t address = CLIENTS | (uint32_t)(client & 0x0001ffff);
	unsigned port = 1024 + (unsigned)(client >> 32) % 60000, payload = s->syn ? 0 : 40;
	bool answer = !s->syn && n % 2;
	unsigned transport = s->syn ? 20 : 8;

	memset(p, 0, 14 + 20 + transport + payload);
	memcpy(p, "\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x08\0\x45", 15);
	put16(p + 16, 20 + transport + payload);
	p[22] = 64;
	p[23] = s->syn ? 6 : 17;
	put32(p + 26, answer ? SERVER : address);
	put32(p + 30, answer ? address : SERVER);
	put16(p + 34, answer ? 5000 : port);
	put16(p + 36, answer ? port : 5000);
	if (s->syn) {
		put32(p + 38, (uint32_t)client);
		p[46] = 0x50;
		p[47] = 0x02;
		put16(p + 48, 65535);
	} else {
		put16(p + 38, 8 + payload);
		memset(p + 42, 'x', payload);
	}
	return 14 + 20 + transport + payload;
}

static void send_all(struct sending *s)
{
	int64_t begin = now(), end = begin + (int64_t)s->seconds * 1000000000;

	for (int64_t t = begin; t < end; t = now()) {
		uint64_t due = (uint64_t)((__int128)(t - begin) * (__int128)s->rate / 1000000000);
		int done;

		if (s->sent + s->refused + BATCH > due) {
			usleep(100);
			continue;
		}
		for (unsigned i = 0; i < BATCH; i++)
			s->vectors[i].iov_len = frame(s, s->frames[i], s->sent + s->refused + i);
		done = sendmmsg(s->fd, s->messages, BATCH, 0);
		s->sent += done > 0 ? (uint64_t)done : 0;
		s->refused += BATCH - (done > 0 ? (uint64_t)done : 0);
	}
}

static bool open_interface(struct sending *s, const char *name)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	int on = 1;

	s->fd = socket(AF_PACKET, SOCK_RAW, 0);
	to.sll_ifindex = (int)if_nametoindex(name);
	if (s->fd < 0 || !to.sll_ifindex || bind(s->fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		return false;
	setsockopt(s->fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on));
	for (unsigned i = 0; i < BATCH; i++) {
		s->vectors[i].iov_base = s->frames[i];
		s->messages[i].msg_hdr.msg_iov = &s->vectors[i];
		s->messages[i].msg_hdr.msg_iovlen = 1;
	}
	return true;
}

int main(int argc, char **argv)
{
	static const struct option known[] = {
		{ "rate", required_argument, NULL, 'r' },    { "seconds", required_argument, NULL, 's' },
		{ "clients", required_argument, NULL, 'c' }, { "syn", no_argument, NULL, 'y' },
		{ NULL, 0, NULL, 0 },
	};
	static struct sending s = { .rate = 100000, .seconds = 10, .clients = 20000 };
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		uint64_t value = optarg ? strtoull(optarg, NULL, 10) : 1;

		if (option == 'y')
			s.syn = true;
		else if (option == '?' || value == 0)
			return 2;
		else
			*(option == 'r' ? &s.rate : option == 's' ? &s.seconds : &s.clients) = value;
	}
	if (optind >= argc || !open_interface(&s, argv[optind])) {
		perror("send: INTERFACE --rate PACKETS --seconds N [--clients N] [--syn]");
		return 2;
	}
	send_all(&s);
	printf("sent=%llu refused=%llu\n", (unsigned long long)s.sent, (unsigned long long)s.refused);
	return 0;
}
